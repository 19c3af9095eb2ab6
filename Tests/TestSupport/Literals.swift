public import Patrol

/// A date written in a test; the test ends where it is none.
public func day(_ text: String) -> Day {
    guard let day = Day(text) else { preconditionFailure("\(text) is no date") }
    return day
}

public func month(_ text: String) -> Month {
    guard let month = Month(text) else { preconditionFailure("\(text) is no month") }
    return month
}

/// RFC 3339, such as `2026-03-05T09:00:00+08:00`.
public func instant(_ text: String) -> Instant {
    guard let instant = Instant(rfc3339: text) else { preconditionFailure("\(text) is no time") }
    return instant
}

public func areaID(_ number: Int) -> AreaID {
    guard let id = AreaID(number: number) else { preconditionFailure("\(number) is no area") }
    return id
}

/// The UUID that ends in a number.
public func reportID(_ number: Int) -> String {
    let digits = String(number)
    return "01956a00-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
}

/// A photo's digest that ends in a number.
public func photoDigest(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
}
