import Patrol
import Testing

@Suite("Instant")
struct InstantTests {
    @Test(
        "reads RFC 3339",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-03-05T08:00:00Z", 1_772_697_600_000),
            ("2026-03-05T16:00:00+08:00", 1_772_697_600_000),
            ("2026-03-05T16:00:00.000000000+08:00", 1_772_697_600_000),
            ("2026-03-05t08:00:00.5z", 1_772_697_600_500),
            ("2026-03-05T08:00:00.98Z", 1_772_697_600_980),
            ("2026-03-05T08:00:00.999999999Z", 1_772_697_600_999),
            ("2026-03-04T22:30:00-09:30", 1_772_697_600_000),
            ("2026-03-05T08:00:00-00:00", 1_772_697_600_000),
            ("1969-12-31T23:59:59.999Z", -1),
            ("1985-04-12T23:20:50.52Z", 482_196_050_520),
            ("1996-12-19T16:39:57-08:00", 851_042_397_000),
            ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("2017-01-01T07:59:60.500+08:00", 1_483_228_800_500),
            ("2026-03-05T08:00:00.12345678901234567890Z", 1_772_697_600_123),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("2024-02-29T00:00:00+00:00", 1_709_164_800_000),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) {
        #expect(Instant(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(
        "refuses everything else",
        arguments: [
            "", "2026-03-05", "2026-03-05T08:00:00", "2026-03-05 08:00:00Z", "2026-03-05T08:00Z",
            "2026-03-05T08:00:00.Z", "2026-03-05T08:00:00,5Z", "2026-03-05T08:00:60Z", "2016-12-31T23:59:60+08:00",
            "2026-02-29T08:00:00Z", "2026-02-31T08:00:00Z", "2026-04-31T08:00:00Z", "1900-02-29T00:00:00Z",
            "2026-00-05T08:00:00Z", "2026-13-05T08:00:00Z", "2026-03-00T08:00:00Z", "0000-03-05T08:00:00Z",
            "2026-03-05T24:00:00Z", "2026-03-05T08:60:00Z", "2016-12-31T23:59:61Z",
            "2026-03-05T08:00:00+0800", "2026-03-05T08:00:00+08", "2026-03-05T08:00:00+24:00",
            "2026-03-05T08:00:00+08:60", "2026-03-05T08:00:00Z ", " 2026-03-05T08:00:00Z", "2026-03-05T08:00:00ZZ",
            "2026-3-5T08:00:00Z", "+2026-03-05T08:00:00Z", "12026-03-05T08:00:00Z", "２026-03-05T08:00:00Z",
            "2026-03-05T08:00:00\u{2212}08:00", "0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-00:01",
        ])
    func refuses(text: String) {
        #expect(Instant(rfc3339: text) == nil)
    }

    @Test func `writes UTC with milliseconds`() throws {
        let instant = try #require(Instant(rfc3339: "2026-03-05T16:00:00+08:00"))
        #expect(instant.rfc3339 == "2026-03-05T08:00:00.000Z")
        #expect("\(instant)" == instant.rfc3339)
        #expect(Instant.earliest.rfc3339 == "0001-01-01T00:00:00.000Z")
        #expect(Instant.latest.rfc3339 == "9999-12-31T23:59:59.999Z")
        #expect(Instant(milliseconds: -1).rfc3339 == "1969-12-31T23:59:59.999Z")
    }

    @Test func `writes local time with its offset`() throws {
        let instant = try #require(Instant(rfc3339: "2026-03-05T20:00:00Z"))
        let newYork = try #require(DeploymentZone(identifier: "America/New_York"))
        let kathmandu = try #require(DeploymentZone(identifier: "Asia/Kathmandu"))
        let utc = try #require(DeploymentZone(identifier: "UTC"))
        #expect(instant.rfc3339(in: .shanghai) == "2026-03-06T04:00:00.000+08:00")
        #expect(instant.rfc3339(in: newYork) == "2026-03-05T15:00:00.000-05:00")
        #expect(instant.rfc3339(in: kathmandu) == "2026-03-06T01:45:00.000+05:45")
        #expect(instant.rfc3339(in: utc) == "2026-03-05T20:00:00.000+00:00")
        #expect(Instant.latest.rfc3339(in: .shanghai) == "9999-12-31T23:59:59.999+00:00")
        #expect(Instant.earliest.rfc3339(in: newYork) == "0001-01-01T00:00:00.000+00:00")
    }

    @Test func `every instant survives writing and reading`() throws {
        var generator = SeededGenerator(seed: 1)
        let zones = try ["Asia/Shanghai", "America/St_Johns", "Africa/Monrovia", "Pacific/Apia"].map {
            try #require(DeploymentZone(identifier: $0))
        }
        for _ in 0..<5_000 {
            let milliseconds = Int64.random(
                in: Instant.earliest.milliseconds...Instant.latest.milliseconds, using: &generator)
            let instant = Instant(milliseconds: milliseconds)
            try #require(Instant(rfc3339: instant.rfc3339) == instant)
            for zone in zones {
                try #require(Instant(rfc3339: instant.rfc3339(in: zone)) == instant)
            }
        }
    }

    @Test func `any offset only moves the instant`() throws {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<5_000 {
            let milliseconds = Int64.random(in: -4_000_000_000_000...8_000_000_000_000, using: &generator)
            let offset = Int64.random(in: -1_439...1_439, using: &generator)
            let local = Instant(milliseconds: milliseconds).adding(milliseconds: offset * 60_000)
            func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
            let suffix = "\(offset < 0 ? "-" : "+")\(padded(abs(offset) / 60)):\(padded(abs(offset) % 60))"
            let text = local.rfc3339.dropLast() + suffix
            try #require(Instant(rfc3339: String(text))?.milliseconds == milliseconds)
        }
    }

    @Test func `the order of texts is the order of time`() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<1_000 {
            let range = Instant.earliest.milliseconds...Instant.latest.milliseconds
            let left = Instant(milliseconds: .random(in: range, using: &generator))
            let right = Instant(milliseconds: .random(in: range, using: &generator))
            try #require((left < right) == (left.rfc3339 < right.rfc3339))
        }
    }

    @Test func `arithmetic stops at the ends`() {
        let instant = Instant(milliseconds: 1_000)
        #expect(instant.adding(milliseconds: 500).milliseconds == 1_500)
        #expect(instant.subtracting(milliseconds: 1_500).milliseconds == -500)
        #expect(instant.milliseconds(since: Instant(milliseconds: 3_000)) == -2_000)
        #expect(instant.adding(milliseconds: .max) == .latest)
        #expect(instant.adding(milliseconds: .min) == .earliest)
        #expect(instant.subtracting(milliseconds: .min) == .latest)
        #expect(instant.subtracting(milliseconds: .max) == .earliest)
        #expect(Instant.earliest.adding(milliseconds: .min) == .earliest)
        #expect(Instant.latest.subtracting(milliseconds: .min) == .latest)
        #expect(Instant(milliseconds: .max) == .latest)
    }
}
