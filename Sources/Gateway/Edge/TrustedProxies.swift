import HTTPTypes

/// Who asks, as far as the connection tells.
struct Caller: Equatable, Sendable {
    /// nil where the connection has none.
    var address: IPAddress?
    /// Between the caller and the first of our machines.
    var isEncrypted: Bool
}

/// The machines in front of the gateway whose word is taken for whom they forward. From anybody else forwarded headers
/// are what any client can write, and nobody looks at them.
package struct TrustedProxies: Sendable {
    /// One of the two is written by the proxies; the other one would come from clients, through them.
    package enum Header: String, CaseIterable, Sendable {
        /// `X-Forwarded-For` and `X-Forwarded-Proto`, as nginx, HAProxy and load balancers write them.
        case xForwarded = "x-forwarded"
        /// RFC 7239.
        case forwarded
    }

    private let ranges: [IPAddressRange]
    private let header: Header

    /// - Parameter list: addresses and ranges, with commas between them; may be empty.
    /// - Returns: nil if one of them is none.
    package init?(_ list: String, header: Header = .xForwarded) {
        let parts = list.split(separator: ",").map { $0.filter { $0 != " " } }
        let ranges = parts.compactMap { IPAddressRange($0) }
        guard ranges.count == parts.count else { return nil }
        self.ranges = ranges
        self.header = header
    }

    func trusts(_ address: IPAddress?) -> Bool {
        guard let address else { return false }
        return ranges.contains { $0.contains(address) }
    }

    /// Read from the right, where our own machines write: the first address that is not one of theirs is the caller's.
    func caller(through connection: Caller, _ fields: HTTPFields) -> Caller {
        var caller = connection
        guard trusts(connection.address) else { return caller }
        for hop in hops(fields).reversed() {
            guard trusts(caller.address), let address = hop.address else { break }
            caller = Caller(address: address, isEncrypted: hop.isEncrypted)
        }
        return caller
    }

    /// One step of a request's way, as the machine that took it there saw it.
    private typealias Hop = (address: IPAddress?, isEncrypted: Bool)

    private func hops(_ fields: HTTPFields) -> [Hop] {
        switch header {
        case .xForwarded:
            let addresses = elements(fields[values: .xForwardedFor])
            let schemes = elements(fields[values: .xForwardedProto]).map(isHTTPS)
            // Most proxies write one scheme for the whole way.
            let isEncrypted = schemes.count == addresses.count ? schemes : addresses.map { _ in schemes.last ?? false }
            return zip(addresses, isEncrypted).map { (node($0), $1) }
        case .forwarded:
            return elements(fields[values: .forwarded]).map { element in
                var hop: Hop = (nil, false)
                for pair in element.split(separator: ";") {
                    let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimming(" \t\"") }
                    guard parts.count == 2 else { continue }
                    if parts[0].lowercased() == "for" { hop.address = node(parts[1]) }
                    if parts[0].lowercased() == "proto" { hop.isEncrypted = isHTTPS(parts[1]) }
                }
                return hop
            }
        }
    }

    private func elements(_ values: [String]) -> [Substring] {
        values.flatMap { $0.split(separator: ",") }.map { $0.trimming(" \t") }
    }

    private func isHTTPS(_ scheme: Substring) -> Bool { scheme.lowercased() == "https" }

    /// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`; nil for names and `unknown`.
    private func node(_ text: Substring) -> IPAddress? {
        if text.hasPrefix("[") { return IPAddress(text.dropFirst().prefix { $0 != "]" }) }
        return IPAddress(text) ?? IPAddress(text.prefix { $0 != ":" })
    }
}

extension HTTPField.Name {
    static let xForwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let xForwardedProto = HTTPField.Name("X-Forwarded-Proto")!
    static let forwarded = HTTPField.Name("Forwarded")!
}
