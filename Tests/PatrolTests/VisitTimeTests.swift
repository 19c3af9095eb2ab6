import Patrol
import Testing

@Suite("Time of a visit")
struct VisitTimeTests {
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 86_400_000
    private static let zone = DeploymentZone.shanghai

    /// A true story and what its clocks said of it.
    private struct Story {
        var captured: Instant
        var received: Instant
        /// By how much the handheld's wall clock is wrong when the record is made, and when it is sent.
        var offAtCapture: Int64 = 0
        var offAtSending: Int64 = 0
        var restarted = false
        var heard: Instant?
        var heardBeforeRestart = false
        var hasSatellites = false
        var tellsUptime = true

        /// As a handheld says it that was switched on a day before the record.
        var readings: ClockReadings {
            let uptime: Int64 = VisitTimeTests.day
            return ClockReadings(
                capturedAt: captured.adding(milliseconds: offAtCapture), uptime: tellsUptime ? uptime : nil,
                satelliteTime: hasSatellites ? captured.adding(milliseconds: -90_000) : nil, photoTimes: [],
                heard: heard.map { time in
                    .init(
                        time: time,
                        uptime: heardBeforeRestart || time.milliseconds(since: captured) < -uptime
                            ? nil : uptime + time.milliseconds(since: captured))
                },
                sending: .init(
                    wallClock: received.adding(milliseconds: offAtSending),
                    uptime: restarted ? nil : uptime + received.milliseconds(since: captured)),
                receivedAt: received)
        }
    }

    private func at(_ text: String) -> Instant { Instant(rfc3339: text + "+08:00")! }

    @Test(
        "a handheld that runs on tells when, however wrong its clock is",
        arguments: [0, hour, -hour, 30 * day, -30 * day, 5 * 365 * day, -5 * 365 * day])
    func uptime(off: Int64) {
        let time = Story(
            captured: at("2026-03-31T23:50:00"), received: at("2026-04-02T09:00:00"), offAtCapture: off,
            offAtSending: off
        ).readings.visitTime
        #expect(time.basis == .uptime)
        #expect(abs(time.instant.milliseconds(since: at("2026-03-31T23:50:00"))) < 60_000)
        #expect(Self.zone.month(of: time.earliest) == Month("2026-03"))
        #expect(Self.zone.month(of: time.latest) == Month("2026-03"))
    }

    @Test(
        "a handheld that was started anew tells by what it heard before",
        arguments: [hour, -hour, 30 * day, -30 * day, 5 * 365 * day])
    func heard(off: Int64) {
        let time = Story(
            captured: at("2026-03-31T18:00:00"), received: at("2026-04-02T09:00:00"), offAtCapture: off,
            restarted: true, heard: at("2026-03-31T08:00:00")
        ).readings.visitTime
        #expect(time.basis == .gatewayClock)
        #expect(Self.zone.month(of: time.earliest) == Self.zone.month(of: time.latest))
        #expect(abs(time.instant.milliseconds(since: at("2026-03-31T18:00:00"))) < 60_000)
    }

    @Test func `satellites and the wall clock tell together; where they differ the fix may be an old one`() {
        func time(off: Int64) -> VisitTime {
            Story(
                captured: at("2026-03-31T18:00:00"), received: at("2026-04-20T09:00:00"), offAtCapture: off,
                restarted: true, hasSatellites: true, tellsUptime: false
            ).readings.visitTime
        }
        let agreed = time(off: 60_000)
        #expect(agreed.basis == .satellites)
        #expect(Self.zone.month(of: agreed.earliest) == Month("2026-03"))
        #expect(Self.zone.month(of: agreed.latest) == Month("2026-03"))
        let differing = time(off: 30 * Self.day)
        #expect(differing.instant == at("2026-03-31T17:58:30"))
        #expect(differing.latest == at("2026-04-20T09:00:00"))
    }

    @Test func `readings that contradict each other leave the month open`() {
        // An uptime that stood still while the device slept through the night of the month's end.
        let received = at("2026-04-01T09:00:00")
        let time = ClockReadings(
            capturedAt: at("2026-03-31T22:00:00"), uptime: 1_000_000, satelliteTime: at("2026-03-31T21:59:00"),
            photoTimes: [], heard: nil, sending: .init(wallClock: received, uptime: 1_060_000), receivedAt: received
        ).visitTime
        #expect(Self.zone.month(of: time.earliest) == Month("2026-03"))
        #expect(Self.zone.month(of: time.latest) == Month("2026-04"))
    }

    @Test func `a wall clock beyond reason at sending moves nothing`() {
        let received = at("2026-03-20T09:00:00")
        for wall in ["9999-12-31T00:00:00Z", "1970-01-01T00:00:00Z"] {
            let time = ClockReadings(
                capturedAt: at("2026-03-20T08:00:00"), uptime: nil, satelliteTime: nil, photoTimes: [], heard: nil,
                sending: .init(wallClock: Instant(rfc3339: wall), uptime: nil), receivedAt: received
            ).visitTime
            #expect(Self.zone.month(of: time.instant) == Month("2026-03"))
            #expect(time.earliest > at("2025-03-01T00:00:00"))
        }
    }

    @Test func `a wall clock that nothing speaks for decides within a month, not between two`() {
        let within = Story(
            captured: at("2026-03-12T18:00:00"), received: at("2026-03-20T09:00:00"), restarted: true,
            heard: at("2026-03-10T08:00:00"), heardBeforeRestart: true
        ).readings.visitTime
        #expect(within.basis == .wallClock)
        #expect(within.instant == at("2026-03-12T18:00:00"))
        #expect(Self.zone.month(of: within.earliest) == Self.zone.month(of: within.latest))
        let across = Story(
            captured: at("2026-03-30T18:00:00"), received: at("2026-04-02T09:00:00"), restarted: true,
            heard: at("2026-03-28T08:00:00"), heardBeforeRestart: true
        ).readings.visitTime
        #expect(Self.zone.month(of: across.earliest) == Month("2026-03"))
        #expect(Self.zone.month(of: across.latest) == Month("2026-04"))
        #expect(across.instant == at("2026-03-30T18:00:00"))
    }

    @Test func `a clock that is ahead of receipt and nothing else leaves the month open`() {
        let received = at("2026-03-20T09:00:00")
        let ahead = ClockReadings(
            capturedAt: received.adding(milliseconds: Self.hour), uptime: nil, satelliteTime: nil, photoTimes: [],
            heard: nil, sending: nil, receivedAt: received
        ).visitTime
        #expect(ahead.basis == .receipt)
        #expect(Self.zone.month(of: ahead.earliest) != Self.zone.month(of: ahead.latest))
        let slightly = ClockReadings(
            capturedAt: received.adding(milliseconds: 60_000), uptime: nil, satelliteTime: nil, photoTimes: [],
            heard: nil, sending: nil, receivedAt: received
        ).visitTime
        #expect(slightly.instant == received)
        #expect(slightly.latest == received)
    }

    @Test func `a photo's own time widens what a lone wall clock says`() {
        let received = at("2026-04-01T09:00:00")
        let time = ClockReadings(
            capturedAt: at("2026-04-01T08:00:00"), uptime: nil, satelliteTime: nil,
            photoTimes: [at("2026-03-31T20:00:00")], heard: nil, sending: nil, receivedAt: received
        ).visitTime
        #expect(time.earliest == at("2026-03-31T18:00:00"), "and two hours besides, for nothing speaks for that clock")
    }

    @Test func `whatever the clocks say, truth lies in the interval and the month is right or open`() {
        var generator = SeededGenerator(seed: 401)
        let year = 365 * Self.day
        for round in 0..<20_000 {
            let received = at("2026-06-15T12:00:00").adding(milliseconds: .random(in: 0...year, using: &generator))
            let captured = received.adding(milliseconds: -.random(in: 0...45 * Self.day, using: &generator))
            let story = Story(
                captured: captured, received: received,
                offAtCapture: .random(in: -5 * year...5 * year, using: &generator),
                offAtSending: Bool.random(using: &generator) ? 0 : .random(in: -year...year, using: &generator),
                restarted: Bool.random(using: &generator),
                heard: captured.adding(milliseconds: -.random(in: 0...20 * Self.day, using: &generator)),
                heardBeforeRestart: Bool.random(using: &generator), hasSatellites: Bool.random(using: &generator),
                tellsUptime: Bool.random(using: &generator))
            let time = story.readings.visitTime
            #expect(time.earliest <= captured && captured <= time.latest, "story \(round): \(story)")
            #expect(time.earliest <= time.instant && time.instant <= time.latest)
            #expect(time.latest <= received)
            let month = Self.zone.month(of: time.earliest)
            if month == Self.zone.month(of: time.latest) { #expect(month == Self.zone.month(of: captured)) }
        }
    }

    @Test func `readings beyond all reason neither trap nor leave the possible`() {
        var generator = SeededGenerator(seed: 402)
        func anyTime() -> Instant { Instant(milliseconds: .random(in: .min ... .max, using: &generator)) }
        func anyUptime() -> Int64? { Bool.random(using: &generator) ? .random(in: 0 ... .max, using: &generator) : nil }
        for _ in 0..<5_000 {
            let received = at("2026-03-05T09:00:00")
            let heard = ClockReadings.Heard(time: anyTime(), uptime: anyUptime())
            let time = ClockReadings(
                capturedAt: anyTime(), uptime: anyUptime(), satelliteTime: anyTime(), photoTimes: [anyTime()],
                heard: Bool.random(using: &generator) ? heard : nil,
                sending: .init(wallClock: anyTime(), uptime: anyUptime()), receivedAt: received
            ).visitTime
            #expect(time.earliest <= time.instant && time.instant <= time.latest && time.latest <= received)
        }
    }

    @Test func `a ruling puts the time into a month that its interval touches and into no other`() throws {
        let time = VisitTime(
            instant: at("2026-04-01T01:00:00"), earliest: at("2026-03-30T08:00:00"), latest: at("2026-04-02T08:00:00"),
            basis: .wallClock)
        let march = try #require(time.ruled(into: Month("2026-03")!, zone: Self.zone))
        #expect(march.instant == at("2026-03-31T23:59:59.999"))
        #expect(march.earliest == time.earliest && march.latest == march.instant)
        #expect(time.ruled(into: Month("2026-04")!, zone: Self.zone)?.instant == time.instant)
        #expect(time.ruled(into: Month("2026-05")!, zone: Self.zone) == nil)
    }

    @Test func `records of the first version keep the time they were given`() {
        let received = at("2026-03-05T09:00:00")
        let year = 365 * Self.day
        for (captured, fix, expected) in [
            (0, nil, 0), (-60_000, nil, -60_000), (-year, nil, -year), (-year - 1, nil, 0), (60_000, nil, 0),
            (-year - 1, -90_000, -90_000), (year + 1, 90_000, 0), (-3 * year, 2 * year, 0),
        ] as [(Int64, Int64?, Int64)] {
            let time = firstVisitTime(
                capturedAt: received.adding(milliseconds: captured),
                fixTime: fix.map { received.adding(milliseconds: $0) }, receivedAt: received)
            #expect(time.milliseconds(since: received) == expected)
        }
    }
}
