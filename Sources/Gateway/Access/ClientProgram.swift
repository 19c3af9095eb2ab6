import Hummingbird

/// A client's name and version, as `User-Agent` and `--least-clients` write them: `fieldcli/1.4.0`.
package struct ClientProgram: Equatable, Sendable {
    let name: String
    /// Of one to four numbers; what is missing is 0.
    let version: [Int]

    /// - Returns: nil for anything but `NAME/NUMBER[.NUMBER…]`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        let numbers = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        let version = numbers.compactMap { UInt16($0).map(Int.init) }
        guard (1...4).contains(numbers.count), version.count == numbers.count else { return nil }
        name = parts[0].lowercased()
        self.version = version
    }

    /// - Parameter list: with commas between them; may be empty.
    /// - Returns: nil if one of them is none.
    package static func list(_ list: String) -> [ClientProgram]? {
        let parts = list.split(separator: ",").map { $0.filter { $0 != " " } }
        let programs = parts.compactMap { ClientProgram($0) }
        return programs.count == parts.count ? programs : nil
    }

    var versionText: String { version.map(String.init).joined(separator: ".") }

    /// Whether this is an earlier version of the same program.
    func isOlder(than other: ClientProgram) -> Bool {
        guard name == other.name else { return false }
        let places = max(version.count, other.version.count)
        func padded(_ numbers: [Int]) -> [Int] { numbers + Array(repeating: 0, count: places - numbers.count) }
        return padded(version).lexicographicallyPrecedes(padded(other.version))
    }
}

extension Gateway {
    /// Handhelds with a version that is known to do harm are told to update; what they hold stays with them until then.
    /// No barrier to others: whoever writes a client names it as they like.
    func refuseOutdated(_ request: Request) throws {
        guard !leastClients.isEmpty, request.uri.path.hasPrefix("/v1/"), let agent = request.headers[.userAgent] else {
            return
        }
        for program in agent.split(separator: " ").compactMap({ ClientProgram($0) }) {
            if let least = leastClients.first(where: program.isOlder(than:)) {
                throw Refusal.clientTooOld(least: least.versionText)
            }
        }
    }
}
