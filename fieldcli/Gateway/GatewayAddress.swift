import Foundation

/// Where the gateway is: scheme, host and port, without a trailing slash.
struct GatewayAddress: Codable, Equatable, Sendable {
    let url: String

    /// - Returns: nil unless it is an `http` or `https` address with a host and without query or user.
    init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty,
            parts.query == nil, parts.fragment == nil, parts.user == nil, parts.password == nil
        else { return nil }
        var trimmed = text
        while trimmed.hasSuffix("/") { trimmed.removeLast() }
        url = trimmed
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let address = GatewayAddress(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a gateway address")
        }
        self = address
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(url)
    }

    /// Passwords would cross a network in the clear.
    var isUnprotected: Bool {
        guard let parts = URLComponents(string: url) else { return true }
        let isHere = ["127.0.0.1", "localhost", "[::1]", "::1"].contains(parts.host ?? "")
        return parts.scheme?.lowercased() == "http" && !isHere
    }

    /// Says so before a password is asked for.
    func warnIfUnprotected(_ console: Console) {
        guard isUnprotected else { return }
        console.remark(
            zh: "注意：\(url) 未加密，密码会明文传输。请改用 https。",
            en: "Mind: \(url) is not encrypted; the password travels in the clear. Use https.")
    }

    /// `--gateway`, `$FIELDCLI_GATEWAY`, or the one of the last login.
    static func chosen(option: String?, environment: [String: String], settings: Settings?) throws -> GatewayAddress {
        guard
            let text = [option, environment["FIELDCLI_GATEWAY"]].lazy.compactMap({ $0 }).first(where: { !$0.isEmpty })
        else {
            if let settings { return settings.gateway }
            throw Failure(
                .usage, "no-gateway", zh: "请用 --gateway 或环境变量 FIELDCLI_GATEWAY 给出网关地址，例如 https://patrol.example",
                en: "Name the gateway by --gateway or FIELDCLI_GATEWAY, such as https://patrol.example")
        }
        guard let address = GatewayAddress(text) else {
            throw Failure(
                .usage, "bad-gateway", zh: "网关地址“\(text)”不对，应如 https://patrol.example:8080",
                en: "\(text) is no gateway address; it should look like https://patrol.example:8080")
        }
        return address
    }
}
