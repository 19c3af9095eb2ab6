import Foundation

/// The time zone in which a deployment draws its day and month boundaries; Asia/Shanghai unless configured otherwise.
///
/// The rules come from the IANA time zone database as Foundation carries it. A zone whose offset never changes from
/// 1992 to 2099, which Asia/Shanghai has not done since September 1991, answers for those years without Foundation.
public struct DeploymentZone: Hashable, Sendable {
    private let zone: TimeZone
    /// Milliseconds east of Greenwich during ``steadyYears``, if that is one number.
    private let steadyOffset: Int64?

    /// Asia/Shanghai, the legal time of all of China.
    public static let shanghai: DeploymentZone = {
        guard let zone = DeploymentZone(identifier: "Asia/Shanghai") else {
            preconditionFailure("Foundation has no time zone Asia/Shanghai")
        }
        return zone
    }()

    /// A zone by its IANA name, `Asia/Shanghai`, or `UTC`. Nil for unknown names and for abbreviations such as `CST`,
    /// which means China and Chicago alike.
    public init?(identifier: String) {
        guard identifier.contains("/") || identifier == "UTC", let zone = TimeZone(identifier: identifier) else {
            return nil
        }
        self.zone = zone
        steadyOffset = DeploymentZone.steadyOffset(of: zone)
    }

    /// The IANA name.
    public var identifier: String { zone.identifier }

    /// Minutes east of Greenwich at that instant, rounded down; only local mean times before about 1920 have seconds.
    public func offsetMinutes(at instant: Instant) -> Int {
        Int(offset(at: instant.milliseconds).dividedRoundingDown(by: Instant.millisecondsPerMinute))
    }

    /// The local calendar day on which the instant falls.
    public func day(of instant: Instant) -> Day {
        let local = instant.milliseconds + offset(at: instant.milliseconds)
        return Day(daysSinceEpoch: Int(local.dividedRoundingDown(by: Instant.millisecondsPerDay)))
    }

    /// The local hour in which the instant falls, 0…23.
    public func hour(of instant: Instant) -> Int {
        let local = instant.milliseconds + offset(at: instant.milliseconds)
        return Int((local - Int64(day(of: instant).daysSinceEpoch) * Instant.millisecondsPerDay) / 3_600_000)
    }

    /// The local calendar month in which the instant falls.
    public func month(of instant: Instant) -> Month {
        Month(containing: day(of: instant))
    }

    /// The first instant of the local day.
    ///
    /// That is midnight, or the moment after the gap when the clock jumps over midnight. If midnight comes twice, it is
    /// the first. If the zone skipped the whole day, it is the start of the next.
    public func start(of day: Day) -> Instant {
        let midnight = Int64(day.daysSinceEpoch) * Instant.millisecondsPerDay
        // Local time is never farther than this from UTC, so midnight lies between the two instants.
        let earliest = midnight - DeploymentZone.largestOffset
        let latest = midnight + DeploymentZone.largestOffset
        let before = offset(at: earliest)
        let after = offset(at: latest)
        guard before != after else { return Instant(milliseconds: midnight - before) }
        let transition = firstMillisecond(after: earliest, notAfter: latest, withoutOffset: before)
        if midnight - before < transition { return Instant(milliseconds: midnight - before) }
        return Instant(milliseconds: max(transition, midnight - after))
    }

    /// The transition between two instants, of which the first has the given offset and the second has another.
    /// No zone changes its offset twice in so short a time.
    private func firstMillisecond(after start: Int64, notAfter end: Int64, withoutOffset before: Int64) -> Int64 {
        var last = start
        var first = end
        while first - last > 1 {
            let middle = last + (first - last) / 2
            if offset(at: middle) == before { last = middle } else { first = middle }
        }
        return first
    }

    /// Milliseconds east of Greenwich.
    private func offset(at milliseconds: Int64) -> Int64 {
        if let steadyOffset, DeploymentZone.steadyYears.contains(milliseconds) { return steadyOffset }
        return DeploymentZone.foundationOffset(of: zone, at: milliseconds)
    }

    private static func foundationOffset(of zone: TimeZone, at milliseconds: Int64) -> Int64 {
        // Whole seconds, rounded down, are exact as Double; transitions fall on whole seconds.
        let seconds = milliseconds.dividedRoundingDown(by: 1_000)
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))) * 1_000
    }

    /// The only offset that the zone has during ``steadyYears``. Looks once a week: daylight saving time lasts longer
    /// than that, and so does its suspension for Ramadan.
    private static func steadyOffset(of zone: TimeZone) -> Int64? {
        let first = foundationOffset(of: zone, at: steadyYears.lowerBound)
        let week = 7 * Instant.millisecondsPerDay
        let isSteady = stride(from: steadyYears.lowerBound, to: steadyYears.upperBound, by: Int64.Stride(week))
            .allSatisfy { foundationOffset(of: zone, at: $0) == first }
        return isSteady ? first : nil
    }

    /// From 1992-01-01T00:00:00Z until 2100-01-01T00:00:00Z, in milliseconds since 1970.
    private static let steadyYears: Range<Int64> = 694_224_000_000..<4_102_444_800_000
    /// Sixteen hours; the database's extremes are +15:13:42 and −15:56:08, both before 1868.
    private static let largestOffset: Int64 = 16 * 3_600_000
}

extension Int64 {
    fileprivate func dividedRoundingDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
