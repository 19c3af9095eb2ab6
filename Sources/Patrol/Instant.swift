/// A point in time, to the millisecond, independent of any zone.
///
/// Instants run from 0001-01-01T00:00:00.000Z to 9999-12-31T23:59:59.999Z, so every instant can be written as RFC 3339.
/// Values and arithmetic that would leave that range stop at its end. Leap seconds are not counted, as in POSIX time.
public struct Instant: Hashable, Comparable, CustomStringConvertible, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
    public let milliseconds: Int64

    /// 0001-01-01T00:00:00.000Z, the earliest instant.
    public static let earliest = Instant(milliseconds: .min)
    /// 9999-12-31T23:59:59.999Z, the latest instant.
    public static let latest = Instant(milliseconds: .max)

    static let millisecondsPerDay: Int64 = 86_400_000
    static let millisecondsPerMinute: Int64 = 60_000

    private static let range =
        Int64(Day.earliest.daysSinceEpoch) * millisecondsPerDay...Int64(Day.latest.daysSinceEpoch + 1)
        * millisecondsPerDay - 1

    /// The instant that many milliseconds after 1970-01-01T00:00:00Z, or the nearest end of the range.
    public init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Instant.range.lowerBound), Instant.range.upperBound)
    }

    /// Reads an RFC 3339 `date-time`, section 5.6: `2026-03-05T16:00:00.000+08:00`.
    ///
    /// The offset is mandatory, `Z` or `±hh:mm`; `-00:00`, an unknown local offset, counts as UTC. Of a fraction, the
    /// digits after the third are cut off. `T` and `Z` may be lower case. A leap second, 23:59:60 UTC, is read as the
    /// second after it, since this time line does not count them. Nil for anything else, for dates the calendar does
    /// not have and for years outside 0001–9999.
    public init?(rfc3339 text: String) {
        var reader = CalendarTextReader(text)
        guard let day = reader.day(),
            reader.take(UInt8(ascii: "T")) || reader.take(UInt8(ascii: "t")),
            let hour = reader.number(digits: 2, in: 0...23),
            reader.take(UInt8(ascii: ":")),
            let minute = reader.number(digits: 2, in: 0...59),
            reader.take(UInt8(ascii: ":")),
            let second = reader.number(digits: 2, in: 0...60),
            let millisecond = reader.fraction(),
            let offsetMinutes = reader.offsetMinutes(),
            reader.isAtEnd
        else { return nil }
        let minutes = hour * 60 + minute - offsetMinutes
        guard second < 60 || (minutes + 2 * 1_440) % 1_440 == 1_439 else { return nil }
        let milliseconds =
            Int64(day.daysSinceEpoch) * Instant.millisecondsPerDay
            + Int64(minutes) * Instant.millisecondsPerMinute
            + Int64(second * 1_000 + millisecond)
        guard Instant.range.contains(milliseconds) else { return nil }
        self.milliseconds = milliseconds
    }

    /// RFC 3339 in UTC, always with milliseconds: `2026-03-05T08:00:00.000Z`.
    ///
    /// All such texts have the same length, so their byte order is the order of time.
    public var rfc3339: String {
        var text = dateAndTime(offsetMinutes: 0)
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// RFC 3339 in the zone's local time, with milliseconds and offset: `2026-03-05T16:00:00.000+08:00`.
    ///
    /// The text always denotes this instant. Within a day of either end of the range, where the local year could not
    /// be written, it is in UTC with `+00:00`.
    public func rfc3339(in zone: DeploymentZone) -> String {
        let zoneOffset = zone.offsetMinutes(at: self)
        let isWritable = Instant.range.contains(milliseconds + Int64(zoneOffset) * Instant.millisecondsPerMinute)
        let offset = isWritable ? zoneOffset : 0
        var text = dateAndTime(offsetMinutes: offset)
        text.append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        text.append(abs(offset) / 60, digits: 2)
        text.append(UInt8(ascii: ":"))
        text.append(abs(offset) % 60, digits: 2)
        return String(decoding: text, as: UTF8.self)
    }

    /// The same as ``rfc3339``.
    public var description: String { rfc3339 }

    /// The instant so many milliseconds later, or earlier if negative, or the nearest end of the range.
    public func adding(milliseconds added: Int64) -> Instant {
        let (sum, overflow) = milliseconds.addingReportingOverflow(added)
        guard overflow else { return Instant(milliseconds: sum) }
        return added < 0 ? .earliest : .latest
    }

    /// The instant so many milliseconds earlier, or later if negative, or the nearest end of the range.
    public func subtracting(milliseconds subtracted: Int64) -> Instant {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(subtracted)
        guard overflow else { return Instant(milliseconds: difference) }
        return subtracted > 0 ? .earliest : .latest
    }

    /// Milliseconds from `earlier` to this instant; negative if `earlier` is in fact later.
    public func milliseconds(since earlier: Instant) -> Int64 {
        milliseconds - earlier.milliseconds
    }

    public static func < (left: Instant, right: Instant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// `YYYY-MM-DDThh:mm:ss.sss` at the given offset from UTC, which must leave the year within 0001–9999.
    private func dateAndTime(offsetMinutes: Int) -> [UInt8] {
        let local = milliseconds + Int64(offsetMinutes) * Instant.millisecondsPerMinute
        let sinceEarliest = local - Instant.range.lowerBound
        let days = Int(sinceEarliest / Instant.millisecondsPerDay)
        let millisecondOfDay = Int(sinceEarliest % Instant.millisecondsPerDay)
        var text: [UInt8] = []
        text.reserveCapacity(29)
        text.append(Day.earliest.adding(days: days))
        text.append(UInt8(ascii: "T"))
        text.append(millisecondOfDay / 3_600_000, digits: 2)
        text.append(UInt8(ascii: ":"))
        text.append(millisecondOfDay / 60_000 % 60, digits: 2)
        text.append(UInt8(ascii: ":"))
        text.append(millisecondOfDay / 1_000 % 60, digits: 2)
        text.append(UInt8(ascii: "."))
        text.append(millisecondOfDay % 1_000, digits: 3)
        return text
    }
}

extension CalendarTextReader {
    /// `.` and digits as milliseconds, cut off; 0 if no point follows.
    fileprivate mutating func fraction() -> Int? {
        guard take(UInt8(ascii: ".")) else { return 0 }
        var milliseconds = 0
        var digits = 0
        while let digit = digit() {
            digits += 1
            if digits <= 3 { milliseconds = milliseconds * 10 + digit }
        }
        switch digits {
        case 0: return nil
        case 1: return milliseconds * 100
        case 2: return milliseconds * 10
        default: return milliseconds
        }
    }

    /// `Z` or `±hh:mm` in minutes, positive east of Greenwich.
    fileprivate mutating func offsetMinutes() -> Int? {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return 0 }
        let isWest = take(UInt8(ascii: "-"))
        guard isWest || take(UInt8(ascii: "+")),
            let hours = number(digits: 2, in: 0...23),
            take(UInt8(ascii: ":")),
            let minutes = number(digits: 2, in: 0...59)
        else { return nil }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }
}
