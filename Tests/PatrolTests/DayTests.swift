import Patrol
import Testing

@Suite("Day")
struct DayTests {
    @Test func `every day from 1900 to 2100 follows the one before`() throws {
        var expected = (year: 1900, month: 1, day: 1)
        var number = -25_567
        while expected.year <= 2100 {
            let day = Day(daysSinceEpoch: number)
            try #require((day.year, day.month, day.day) == expected)
            try #require(Day(year: expected.year, month: expected.month, day: expected.day) == day)
            try #require(Day(day.description) == day)
            expected = following(expected)
            number += 1
        }
        #expect(number == 47_847)
    }

    /// The calendar's rule in its plainest form, as a reference.
    private func following(_ date: (year: Int, month: Int, day: Int)) -> (year: Int, month: Int, day: Int) {
        let isLeap = date.year % 4 == 0 && date.year % 100 != 0 || date.year % 400 == 0
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if date.day < lengths[date.month - 1] { return (date.year, date.month, date.day + 1) }
        if date.month < 12 { return (date.year, date.month + 1, 1) }
        return (date.year + 1, 1, 1)
    }

    @Test(
        "known dates",
        arguments: [
            ("0001-01-01", -719_162), ("1600-02-29", -135_081), ("1970-01-01", 0), ("2000-03-01", 11_017),
            ("2026-03-05", 20_517), ("9999-12-31", 2_932_896),
        ])
    func known(text: String, number: Int) throws {
        let day = try #require(Day(text))
        #expect(day.daysSinceEpoch == number)
        #expect(day.description == text)
    }

    @Test(
        "refuses what is no date",
        arguments: [
            "", "2026-03", "2026-02-29", "2026-02-31", "2026-13-01", "2026-00-01", "2026-01-00", "0000-01-01",
            "2026-3-05", "20260305", "2026-03-05T", " 2026-03-05", "2026/03/05", "-026-03-05", "２０２６-03-05",
        ])
    func refuses(text: String) {
        #expect(Day(text) == nil)
    }

    @Test func `refuses parts that are no date`() {
        #expect(Day(year: 2025, month: 2, day: 29) == nil)
        #expect(Day(year: 2024, month: 2, day: 29) != nil)
        #expect(Day(year: 2025, month: 1, day: 0) == nil)
        #expect(Day(year: 10_000, month: 1, day: 1) == nil)
        #expect(Day(year: .min, month: .max, day: .max) == nil)
    }

    @Test func `arithmetic stops at the ends`() throws {
        let day = try #require(Day("2024-02-28"))
        #expect(day.adding(days: 2).description == "2024-03-01")
        #expect(day.adding(days: -59).description == "2023-12-31")
        #expect(day.distance(to: day.adding(days: 366)) == 366)
        #expect(day.adding(days: .max) == .latest)
        #expect(day.adding(days: .min) == .earliest)
        #expect(Day.earliest.adding(days: .min) == .earliest)
        #expect(Day(daysSinceEpoch: .max) == .latest)
    }
}

@Suite("Month")
struct MonthTests {
    @Test func `months partition the days`() throws {
        var month = try #require(Month("1899-12"))
        var nextDay = try #require(Day("1899-12-01"))
        while month.year <= 2100 {
            try #require(month.first == nextDay)
            for day in month.days {
                try #require(Month(containing: day) == month && month.contains(day))
            }
            try #require(!month.contains(month.first.adding(days: -1)) && !month.contains(month.last.adding(days: 1)))
            try #require(month.next.previous == month && month < month.next)
            try #require(Month(month.description) == month)
            nextDay = month.last.adding(days: 1)
            month = month.next
        }
    }

    @Test func `knows its ends`() throws {
        let february = try #require(Month(year: 2024, month: 2))
        #expect(february.first.description == "2024-02-01")
        #expect(february.last.description == "2024-02-29")
        #expect(february.description == "2024-02")
        #expect(february.previous.description == "2024-01")
        #expect(Month("2025-12")?.next == Month("2026-01"))
        #expect(Month("9999-12")?.next == Month("9999-12"))
        #expect(Month("0001-01")?.previous == Month("0001-01"))
    }

    @Test(
        "refuses what is no month",
        arguments: [
            "", "2026", "2026-0", "2026-00", "2026-13", "2026-3", "2026-03-", "2026-03-05", "0000-01", "202603",
            "２026-03",
        ])
    func refuses(text: String) {
        #expect(Month(text) == nil)
    }
}

@Suite("Deployment zone")
struct DeploymentZoneTests {
    @Test func `draws the month boundary of China`() throws {
        let last = try #require(Instant(rfc3339: "2026-03-31T15:59:59.999Z"))
        #expect(DeploymentZone.shanghai.day(of: last) == Day("2026-03-31"))
        #expect(DeploymentZone.shanghai.month(of: last) == Month("2026-03"))
        #expect(DeploymentZone.shanghai.month(of: last.adding(milliseconds: 1)) == Month("2026-04"))
        #expect(DeploymentZone.shanghai.offsetMinutes(at: last) == 480)
    }

    @Test func `accepts names only`() {
        #expect(DeploymentZone(identifier: "Asia/Urumqi")?.identifier == "Asia/Urumqi")
        for unknown in ["", "CST", "Asia/Nowhere", "+08:00", "Asia/", "../etc/passwd"] {
            #expect(DeploymentZone(identifier: unknown) == nil, "\(unknown)")
        }
    }

    @Test(
        "the first instant of a day",
        arguments: [
            ("Asia/Shanghai", "2026-03-05", "2026-03-04T16:00:00.000Z"),
            // Daylight saving time from 17 April to 11 September 1988.
            ("Asia/Shanghai", "1988-04-17", "1988-04-16T16:00:00.000Z"),
            ("Asia/Shanghai", "1988-07-01", "1988-06-30T15:00:00.000Z"),
            ("Asia/Shanghai", "1988-09-11", "1988-09-10T15:00:00.000Z"),
            ("Asia/Shanghai", "1988-09-12", "1988-09-11T16:00:00.000Z"),
            ("America/New_York", "2026-03-08", "2026-03-08T05:00:00.000Z"),
            ("America/New_York", "2026-03-09", "2026-03-09T04:00:00.000Z"),
            ("America/New_York", "2026-11-01", "2026-11-01T04:00:00.000Z"),
            ("America/New_York", "2026-11-02", "2026-11-02T05:00:00.000Z"),
            // 00:00 became 01:00.
            ("Africa/Cairo", "2023-04-28", "2023-04-27T22:00:00.000Z"),
            // 24:00 became 23:00.
            ("Africa/Cairo", "2024-11-01", "2024-10-31T22:00:00.000Z"),
            // 01:00 became 00:00: midnight came twice.
            ("America/Havana", "2023-11-05", "2023-11-05T04:00:00.000Z"),
            // 30 December 2011 was left out.
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z"),
            ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z"),
        ])
    func start(zone: String, day: String, instant: String) throws {
        let zone = try #require(DeploymentZone(identifier: zone))
        #expect(zone.start(of: try #require(Day(day))).rfc3339 == instant)
    }

    @Test(
        "days follow each other without gap",
        arguments: [
            "Asia/Shanghai", "America/New_York", "Africa/Cairo", "Africa/Casablanca", "Australia/Lord_Howe", "UTC",
        ])
    func partition(identifier: String) throws {
        let zone = try #require(DeploymentZone(identifier: identifier))
        for day in try #require(Day("1985-01-01"))...(try #require(Day("2030-12-31"))) {
            let start = zone.start(of: day)
            try #require(zone.day(of: start) == day, "\(day)")
            try #require(zone.day(of: start.subtracting(milliseconds: 1)) == day.adding(days: -1), "\(day)")
        }
    }

    @Test func `the clock's ends are no trap`() {
        #expect(DeploymentZone.shanghai.day(of: .latest) == .latest)
        #expect(DeploymentZone.shanghai.day(of: .earliest) == .earliest)
        #expect(DeploymentZone.shanghai.start(of: .earliest) == .earliest)
    }
}
