/// A date and time of day on the proleptic Gregorian calendar, without a zone.
struct CivilTime: Equatable, Sendable {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int

    /// Nil unless the date exists (years 1…9999) and the time is 00:00:00…23:59:59.
    init?(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
        guard (1...9999).contains(year), (1...12).contains(month),
            (1...CivilTime.days(inMonth: month, of: year)).contains(day),
            (0...23).contains(hour), (0...59).contains(minute), (0...59).contains(second)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// Reads `2026:05:01 10:11:12` as EXIF writes it, or `2026-05-01T10:11:12`.
    init?(_ text: String) {
        let characters = Array(text.utf8)
        let separators = [(4, ":-"), (7, ":-"), (10, " T"), (13, ":"), (16, ":")]
        guard characters.count == 19,
            separators.allSatisfy({ place, allowed in allowed.utf8.contains(characters[place]) })
        else { return nil }
        let numbers = [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19].compactMap { decimal(characters[$0]) }
        guard numbers.count == 6 else { return nil }
        self.init(
            year: numbers[0], month: numbers[1], day: numbers[2],
            hour: numbers[3], minute: numbers[4], second: numbers[5])
    }

    /// The moment `milliseconds` before or after the Unix epoch, as UTC; nil outside years 1…9999.
    init?(utcMilliseconds milliseconds: Int64) {
        let seconds = milliseconds.flooredQuotient(dividingBy: 1000)
        let days = seconds.flooredQuotient(dividingBy: 86_400)
        guard (-719_162...2_932_896).contains(days) else { return nil }
        // Days to date by the 400-year cycle, with the year starting on 1 March.
        let shifted = Int(days) + 719_468
        let cycle = shifted / 146_097
        let dayOfCycle = shifted % 146_097
        let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let secondOfDay = Int(seconds - days * 86_400)
        self.init(
            year: cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0), month: month,
            day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
            hour: secondOfDay / 3600, minute: secondOfDay / 60 % 60, second: secondOfDay % 60)
    }

    /// Milliseconds since the Unix epoch if this time is read as UTC.
    var utcMilliseconds: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let cycle = shiftedYear / 400
        let yearOfCycle = shiftedYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
        let days = cycle * 146_097 + dayOfCycle - 719_468
        return Int64(days * 86_400 + hour * 3600 + minute * 60 + second) * 1000
    }

    /// `2026-05-01`, or with another separator.
    func dateText(separator: String) -> String {
        [padded(year, 4), padded(month, 2), padded(day, 2)].joined(separator: separator)
    }

    /// `10:11:12`
    var timeText: String { [hour, minute, second].map { padded($0, 2) }.joined(separator: ":") }

    private static func days(inMonth month: Int, of year: Int) -> Int {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}

/// The number written by `digits`, at most nine ASCII digits and nothing else.
func decimal(_ digits: some Collection<UInt8>) -> Int? {
    guard (1...9).contains(digits.count) else { return nil }
    var number = 0
    for digit in digits {
        guard (48...57).contains(digit) else { return nil }
        number = number * 10 + Int(digit - 48)
    }
    return number
}

/// `number` in decimal with leading zeros to at least `width` digits.
func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
    fileprivate func flooredQuotient(dividingBy divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
