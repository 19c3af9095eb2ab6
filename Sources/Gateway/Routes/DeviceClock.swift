import HTTPTypes
import Hummingbird
import Patrol

extension HTTPField.Name {
    static let patrolDeviceClock = HTTPField.Name("Patrol-Device-Clock")!
}

extension Request {
    /// The handheld's clocks when it began to send: `boot="…", uptime=milliseconds, wall="RFC 3339"`, a dictionary of
    /// RFC 8941. What cannot be read is left out: no record is refused for its clocks.
    /// - Parameter bootID: under which the record was made; an uptime of another start says nothing about it.
    func deviceClock(since bootID: String?) -> ClockReadings.Sending? {
        guard let field = headers[.patrolDeviceClock], field.utf8.count <= 512 else { return nil }
        var members: [Substring: Substring] = [:]
        for member in field.split(separator: ",") {
            let parts = member.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            members[parts[0].trimming(" ")] = parts[1].trimming(" \"")
        }
        let isSameStart = bootID != nil && members["boot"].map(String.init) == bootID
        let uptime = members["uptime"].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
        let wall = members["wall"].flatMap { Instant(rfc3339: String($0)) }
        let sending = ClockReadings.Sending(wallClock: wall, uptime: isSameStart ? uptime : nil)
        return sending.wallClock == nil && sending.uptime == nil ? nil : sending
    }
}

extension Substring {
    /// Without any of these characters at either end.
    func trimming(_ characters: String) -> Substring {
        var text = self
        while let first = text.first, characters.contains(first) { text = text.dropFirst() }
        while let last = text.last, characters.contains(last) { text = text.dropLast() }
        return text
    }
}
