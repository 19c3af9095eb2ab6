/// When a visit happened, as far as several clocks together tell: an instant inside an interval that holds the truth.
///
/// Month and day of a visit are certain when the whole interval lies in them; otherwise a person rules.
public struct VisitTime: Equatable, Sendable {
    /// The likeliest moment; what is shown and counted with while nobody has ruled.
    public let instant: Instant
    public let earliest: Instant
    public let latest: Instant
    public let basis: TimeBasis

    public init(instant: Instant, earliest: Instant, latest: Instant, basis: TimeBasis) {
        self.instant = instant
        self.earliest = earliest
        self.latest = latest
        self.basis = basis
    }

    /// Moves the likeliest moment into a month that somebody has ruled it to lie in.
    /// - Returns: nil if the interval does not touch that month.
    public func ruled(into month: Month, zone: DeploymentZone) -> VisitTime? {
        let first = max(earliest, zone.start(of: month.first))
        let last = min(latest, zone.start(of: month.next.first).adding(milliseconds: -1))
        guard first <= last else { return nil }
        return VisitTime(instant: min(max(instant, first), last), earliest: first, latest: last, basis: basis)
    }
}

/// What a visit's time rests on.
public enum TimeBasis: String, CaseIterable, Sendable {
    /// How long ago the record was made, by an uptime that nobody can set, counted back from receipt.
    case uptime
    /// The gateway's clock as the handheld last heard it, counted on by the same uptime.
    case gatewayClock = "gateway-clock"
    /// The satellites' clock.
    case satellites
    /// The handheld's wall clock, with nothing that speaks for or against it.
    case wallClock = "wall-clock"
    /// Nothing but receipt.
    case receipt
}

/// Every clock that says something about when a record was made.
public struct ClockReadings: Equatable, Sendable {
    /// The handheld's wall clock when the record was made.
    public let capturedAt: Instant
    /// Milliseconds since the handheld started, when the record was made.
    public let uptime: Int64?
    /// Of a satellite fix that is not simulated; others carry the handheld's own clock.
    public let satelliteTime: Instant?
    /// By the handheld's wall clock (EXIF), for photos of the record.
    public let photoTimes: [Instant]
    public let heard: Heard?
    public let sending: Sending?
    /// The gateway's clock.
    public let receivedAt: Instant

    /// The gateway's time as the handheld heard it before the record was made.
    public struct Heard: Equatable, Sendable {
        public let time: Instant
        /// The handheld's uptime then; nil if it was started anew since.
        public let uptime: Int64?

        public init(time: Instant, uptime: Int64?) {
            self.time = time
            self.uptime = uptime
        }
    }

    /// The handheld's clocks when it began to send.
    public struct Sending: Equatable, Sendable {
        public let wallClock: Instant?
        /// nil if the handheld was started anew since the record was made.
        public let uptime: Int64?

        public init(wallClock: Instant?, uptime: Int64?) {
            self.wallClock = wallClock
            self.uptime = uptime
        }
    }

    public init(
        capturedAt: Instant, uptime: Int64?, satelliteTime: Instant?, photoTimes: [Instant], heard: Heard?,
        sending: Sending?, receivedAt: Instant
    ) {
        self.capturedAt = capturedAt
        self.uptime = uptime
        self.satelliteTime = satelliteTime
        self.photoTimes = photoTimes
        self.heard = heard
        self.sending = sending
        self.receivedAt = receivedAt
    }

    /// What a record and its receipt say.
    /// - Parameter sending: from the request that brought the record.
    public init(of record: PatrolRecord, sending: Sending?, receivedAt: Instant) {
        let device = record.device
        let isSatellite = record.fix?.provider == .gps && record.fix?.isMock != true
        self.init(
            capturedAt: record.capturedAt, uptime: device.uptime, satelliteTime: isSatellite ? record.fix?.time : nil,
            photoTimes: record.photos.compactMap(\.takenAt),
            heard: device.heard.map {
                Heard(time: $0.time, uptime: $0.bootID != nil && $0.bootID == device.bootID ? $0.uptime : nil)
            }, sending: sending, receivedAt: receivedAt)
    }

    /// The visit's time under the rules in force; `version` names them where they are stored.
    public var visitTime: VisitTime {
        let readings = [countedBack, countedOn, bySatellites].compactMap { $0 }.filter { isBelievable($0.instant) }
        guard let first = readings.first else { return byWallClock.within(floor...receivedAt) }
        return readings.dropFirst().reduce(first) { $0.combined(with: $1) }.within(floor...receivedAt)
    }

    /// Version of these rules. Version 1 took the wall clock wherever it was believable.
    public static let ruleVersion = 2

    // MARK: Rules

    /// A record cannot have been made after it arrived, nor before the handheld heard a time that it names.
    private var floor: Instant { heardTime ?? .earliest }

    private var heardTime: Instant? { heard.flatMap { isBelievable($0.time) && $0.time <= receivedAt ? $0.time : nil } }

    /// No handheld comes back after more than a year; what says so says nothing.
    private func isBelievable(_ time: Instant) -> Bool { time.milliseconds(since: receivedAt) >= -Self.farOff }

    /// Receipt less the uptime that has passed. The request itself takes part of that time.
    private var countedBack: VisitTime? {
        guard let uptime, let sent = sending?.uptime, sent >= uptime else { return nil }
        let passed = sent - uptime
        let instant = receivedAt.adding(milliseconds: -passed)
        return VisitTime(
            instant: instant, earliest: instant.adding(milliseconds: -Self.requestTime - drift(passed)),
            latest: instant.adding(milliseconds: drift(passed)), basis: .uptime)
    }

    private var countedOn: VisitTime? {
        guard let uptime, let heardTime, let then = heard?.uptime, uptime >= then else { return nil }
        let passed = uptime - then
        let instant = heardTime.adding(milliseconds: passed)
        return VisitTime(
            instant: instant, earliest: instant.adding(milliseconds: -drift(passed)),
            latest: instant.adding(milliseconds: Self.requestTime + drift(passed)), basis: .gatewayClock)
    }

    /// A record is made some minutes after its fix at most. Where the wall clock agrees, it says when in between.
    private var bySatellites: VisitTime? {
        guard let satelliteTime, satelliteTime <= receivedAt.adding(milliseconds: Self.tolerance) else { return nil }
        let last = satelliteTime.adding(milliseconds: Self.fixAge)
        let agrees = (satelliteTime.adding(milliseconds: -Self.tolerance)...last).contains(capturedAt)
        // Where it does not, either it is wrong or the fix is an old one that was kept.
        return VisitTime(
            instant: agrees ? max(capturedAt, satelliteTime) : satelliteTime,
            earliest: satelliteTime.adding(milliseconds: -Self.tolerance), latest: agrees ? last : receivedAt,
            basis: .satellites)
    }

    /// Nothing speaks for the wall clock of that moment. If the handheld heard the gateway before, truth lies between
    /// that and receipt; if it never did, between what its clock said and receipt, unless that clock is proved wrong.
    private var byWallClock: VisitTime {
        let corrected = correctedWallClock
        if let heardTime {
            return VisitTime(instant: corrected, earliest: heardTime, latest: receivedAt, basis: .wallClock)
        }
        guard capturedAt <= receivedAt.adding(milliseconds: Self.tolerance), isBelievable(capturedAt) else {
            return VisitTime(
                instant: isBelievable(corrected) ? corrected : receivedAt,
                earliest: receivedAt.adding(milliseconds: -Self.farOff), latest: receivedAt, basis: .receipt)
        }
        let told = [capturedAt] + ([corrected] + photoTimes).filter { $0 <= receivedAt && isBelievable($0) }
        return VisitTime(
            instant: isBelievable(corrected) ? corrected : capturedAt,
            earliest: (told.min() ?? capturedAt).adding(milliseconds: -Self.unproved), latest: receivedAt,
            basis: .wallClock)
    }

    /// The wall clock, less what it was wrong by when it was next seen.
    private var correctedWallClock: Instant {
        guard let wall = sending?.wallClock else { return capturedAt }
        let off = wall.milliseconds(since: receivedAt)
        return abs(off) > Self.tolerance ? capturedAt.adding(milliseconds: -off) : capturedAt
    }

    /// Milliseconds by which an uptime may be off after so many: 200 parts in a million, several times what a quartz
    /// does, and a second for rounding.
    private func drift(_ passed: Int64) -> Int64 { 1_000 + passed / 5_000 }

    /// Between the moment at which one side reads its clock and the other has the message; a client gives up after 90 s.
    private static let requestTime: Int64 = 120_000
    static let tolerance: Int64 = 5 * 60_000
    /// By how much a wall clock may be ahead that nothing speaks for or against.
    private static let unproved: Int64 = 2 * 3_600_000
    private static let fixAge: Int64 = 10 * 60_000
    private static let farOff: Int64 = 366 * Instant.millisecondsPerDay
}

extension VisitTime {
    /// Two readings together: what both allow; where they contradict each other, all that either allows.
    fileprivate func combined(with other: VisitTime) -> VisitTime {
        let overlap = (max(earliest, other.earliest), min(latest, other.latest))
        guard overlap.0 <= overlap.1 else {
            return VisitTime(
                instant: instant, earliest: min(earliest, other.earliest), latest: max(latest, other.latest),
                basis: basis)
        }
        return VisitTime(
            instant: min(max(instant, overlap.0), overlap.1), earliest: overlap.0, latest: overlap.1, basis: basis)
    }

    /// Cut to what is possible. Readings that contradict it altogether leave just that.
    fileprivate func within(_ possible: ClosedRange<Instant>) -> VisitTime {
        let first = max(earliest, possible.lowerBound)
        let last = min(latest, possible.upperBound)
        guard first <= last else {
            return VisitTime(
                instant: possible.clamp(instant), earliest: possible.lowerBound, latest: possible.upperBound,
                basis: .receipt)
        }
        return VisitTime(instant: (first...last).clamp(instant), earliest: first, latest: last, basis: basis)
    }
}

extension ClosedRange {
    fileprivate func clamp(_ value: Bound) -> Bound { Swift.min(Swift.max(value, lowerBound), upperBound) }
}

/// The first version's rule, for records that were stored under it: the handheld's wall clock where it is believable,
/// else the fix's time, else receipt.
public func firstVisitTime(capturedAt: Instant, fixTime: Instant?, receivedAt: Instant) -> Instant {
    func isBelievable(_ time: Instant) -> Bool {
        abs(time.milliseconds(since: receivedAt)) <= EvidenceRules.farOffMilliseconds
    }
    if isBelievable(capturedAt) { return min(capturedAt, receivedAt) }
    if let fixTime, isBelievable(fixTime) { return min(fixTime, receivedAt) }
    return receivedAt
}
