/// A calendar date in the proleptic Gregorian calendar, without a time or a zone.
///
/// Dates run from 0001-01-01 to 9999-12-31, the years that RFC 3339 can write and this module accepts.
/// Arithmetic that would leave that range stops at its end. `Day` is `Strideable`, so `first...last` can be iterated.
public struct Day: Hashable, Strideable, LosslessStringConvertible, Sendable {
    /// Whole days since 1970-01-01; negative before it.
    public let daysSinceEpoch: Int

    /// 0001-01-01, the earliest date.
    public static let earliest = Day(unchecked: -719_162)
    /// 9999-12-31, the latest date.
    public static let latest = Day(unchecked: 2_932_896)

    /// The date that many days after 1970-01-01, or the nearest end of the range.
    public init(daysSinceEpoch: Int) {
        self.daysSinceEpoch = min(max(daysSinceEpoch, Day.earliest.daysSinceEpoch), Day.latest.daysSinceEpoch)
    }

    private init(unchecked daysSinceEpoch: Int) {
        self.daysSinceEpoch = daysSinceEpoch
    }

    /// A date by its parts: year 1–9999, month 1–12, day 1–31. Nil if the calendar has no such date.
    public init?(year: Int, month: Int, day: Int) {
        guard let month = Month(year: year, month: month), (1...month.length).contains(day) else { return nil }
        self.init(unchecked: month.first.daysSinceEpoch + day - 1)
    }

    /// An ISO 8601 calendar date in its extended form, exactly `YYYY-MM-DD` in ASCII digits.
    public init?(_ description: String) {
        var reader = CalendarTextReader(description)
        guard let day = reader.day(), reader.isAtEnd else { return nil }
        self = day
    }

    /// Year, 1–9999.
    public var year: Int { civil.year }
    /// Month of the year, 1–12.
    public var month: Int { civil.month }
    /// Day of the month, 1–31.
    public var day: Int { civil.day }

    /// The date as `YYYY-MM-DD`.
    public var description: String {
        var text: [UInt8] = []
        text.append(self)
        return String(decoding: text, as: UTF8.self)
    }

    /// The date `days` later, or earlier if negative, or the nearest end of the range.
    public func adding(days: Int) -> Day {
        let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
        guard overflow else { return Day(daysSinceEpoch: sum) }
        return days < 0 ? .earliest : .latest
    }

    /// The same as ``adding(days:)``; makes ranges of days iterable.
    public func advanced(by days: Int) -> Day {
        adding(days: days)
    }

    /// Days from this date to `other`; negative if `other` is earlier.
    public func distance(to other: Day) -> Int {
        other.daysSinceEpoch - daysSinceEpoch
    }

    public static func < (left: Day, right: Day) -> Bool {
        left.daysSinceEpoch < right.daysSinceEpoch
    }

    public static func == (left: Day, right: Day) -> Bool {
        left.daysSinceEpoch == right.daysSinceEpoch
    }

    /// Year, month and day together, for one computation instead of three.
    ///
    /// `civil_from_days` of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013. Its eras of 400 years
    /// begin on 1 March 0000, so that the leap day is the last of its year. Dates here are later than that, hence no
    /// rounding of negative numbers.
    var civil: (year: Int, month: Int, day: Int) {
        let sinceMarchOfYearZero = daysSinceEpoch + Day.marchOfYearZeroToEpoch
        let era = sinceMarchOfYearZero / Day.daysPerEra
        let dayOfEra = sinceMarchOfYearZero % Day.daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (
            year: era * 400 + yearOfEra + (month <= 2 ? 1 : 0),
            month: month,
            day: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        )
    }

    /// The first day of a month: `days_from_civil` of the same source, with the day fixed at 1.
    fileprivate init(firstOf month: Month) {
        let yearFromMarch = month.month <= 2 ? month.year - 1 : month.year
        let monthFromMarch = (month.month + 9) % 12
        let era = yearFromMarch / 400
        let yearOfEra = yearFromMarch % 400
        let dayOfYear = (153 * monthFromMarch + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(unchecked: era * Day.daysPerEra + dayOfEra - Day.marchOfYearZeroToEpoch)
    }

    private static let daysPerEra = 146_097
    /// Days from 0000-03-01 to 1970-01-01.
    private static let marchOfYearZeroToEpoch = 719_468
}

/// A calendar month, the period in which patrols are owed. From 0001-01 to 9999-12.
public struct Month: Hashable, Comparable, LosslessStringConvertible, Sendable {
    /// Months since 0000-01, so that neighbours differ by one.
    private let ordinal: Int

    private init(ordinal: Int) {
        self.ordinal = min(max(ordinal, 12), 9_999 * 12 + 11)
    }

    /// A month by its parts: year 1–9999, month 1–12. Nil outside of these.
    public init?(year: Int, month: Int) {
        guard (1...9_999).contains(year), (1...12).contains(month) else { return nil }
        self.init(ordinal: year * 12 + month - 1)
    }

    /// The month in which a day lies.
    public init(containing day: Day) {
        let civil = day.civil
        self.init(ordinal: civil.year * 12 + civil.month - 1)
    }

    /// An ISO 8601 month, exactly `YYYY-MM` in ASCII digits.
    public init?(_ description: String) {
        var reader = CalendarTextReader(description)
        guard let month = reader.month(), reader.isAtEnd else { return nil }
        self = month
    }

    /// Year, 1–9999.
    public var year: Int { ordinal / 12 }
    /// Month of the year, 1–12.
    public var month: Int { ordinal % 12 + 1 }

    /// The first day of the month.
    public var first: Day { Day(firstOf: self) }
    /// The last day of the month, on which its obligations fall due.
    public var last: Day { first.adding(days: length - 1) }
    /// All days of the month in order.
    public var days: ClosedRange<Day> { first...last }

    /// The month after this one; 9999-12 is its own successor.
    public var next: Month { Month(ordinal: ordinal + 1) }
    /// The month before this one; 0001-01 is its own predecessor.
    public var previous: Month { Month(ordinal: ordinal - 1) }

    /// Whether the day lies in this month.
    public func contains(_ day: Day) -> Bool {
        Month(containing: day) == self
    }

    /// The month as `YYYY-MM`.
    public var description: String {
        var text: [UInt8] = []
        text.append(self)
        return String(decoding: text, as: UTF8.self)
    }

    public static func < (left: Month, right: Month) -> Bool {
        left.ordinal < right.ordinal
    }

    /// Number of days, 28–31.
    var length: Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Reads fixed-width calendar text byte by byte. Each method consumes what it read only partly when it returns nil,
/// so a nil ends the parse.
struct CalendarTextReader {
    private var bytes: String.UTF8View.Iterator
    private(set) var next: UInt8?

    init(_ text: String) {
        bytes = text.utf8.makeIterator()
        next = bytes.next()
    }

    var isAtEnd: Bool { next == nil }

    /// Takes the given byte if it comes next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        next = bytes.next()
        return true
    }

    /// Takes one ASCII digit if one comes next.
    mutating func digit() -> Int? {
        guard let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        next = bytes.next()
        return Int(byte - UInt8(ascii: "0"))
    }

    /// A number of exactly so many digits, if it lies in the range.
    mutating func number(digits: Int, in range: ClosedRange<Int>) -> Int? {
        var number = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return range.contains(number) ? number : nil
    }

    /// `YYYY-MM`
    mutating func month() -> Month? {
        guard let year = number(digits: 4, in: 1...9_999),
            take(UInt8(ascii: "-")),
            let month = number(digits: 2, in: 1...12)
        else { return nil }
        return Month(year: year, month: month)
    }

    /// `YYYY-MM-DD`
    mutating func day() -> Day? {
        guard let month = month(),
            take(UInt8(ascii: "-")),
            let day = number(digits: 2, in: 1...month.length)
        else { return nil }
        return month.first.adding(days: day - 1)
    }
}

/// Writing calendar text as ASCII bytes.
extension [UInt8] {
    /// A non-negative number padded with zeros to so many digits.
    mutating func append(_ number: Int, digits: Int) {
        var divisor = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    mutating func append(_ month: Month) {
        append(month.year, digits: 4)
        append(UInt8(ascii: "-"))
        append(month.month, digits: 2)
    }

    mutating func append(_ day: Day) {
        append(Month(containing: day))
        append(UInt8(ascii: "-"))
        append(day.day, digits: 2)
    }
}
