import Foundation

/// Scheme, host and port by which clients name the gateway (RFC 6454): `https://patrol.example`, without a default port.
package struct Origin: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Returns: nil for anything that has more than an origin or is not of HTTP.
    package init?(_ text: some StringProtocol) {
        guard let parts = URLComponents(string: String(text)), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host?.lowercased(), !host.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.user == nil, parts.password == nil, parts.query == nil,
            parts.fragment == nil, parts.port.map({ (1...65_535).contains($0) }) ?? true
        else { return nil }
        let port = parts.port.flatMap { $0 == (scheme == "https" ? 443 : 80) ? nil : ":\($0)" } ?? ""
        description = "\(scheme)://\(host)\(port)"
    }

    /// - Parameter list: with commas between them; may be empty.
    /// - Returns: nil if one of them is none.
    package static func list(_ list: String) -> [Origin]? {
        let parts = list.split(separator: ",").map { $0.filter { $0 != " " } }
        let origins = parts.compactMap { Origin($0) }
        return origins.count == parts.count ? origins : nil
    }
}
