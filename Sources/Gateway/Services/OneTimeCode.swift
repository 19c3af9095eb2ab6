import Foundation

/// A code that somebody types or scans once: 26 letters of RFC 4648's base 32, 130 random bits.
package struct OneTimeCode: Sendable {
    package let text: String

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")

    package init(using generator: inout some RandomNumberGenerator) {
        text = String((0..<26).map { _ in Self.letters[Int.random(in: 0..<32, using: &generator)] })
    }

    /// What is kept of a code, in whatever case it was typed.
    package static func hash(of text: String) -> String { sha256Hex(text.uppercased().utf8) }

    /// What a QR code carries to the device (二维码).
    /// - Parameters:
    ///   - gateway: where the device finds us, an https address.
    ///   - key: `sha256/…` of the gateway's public key, where it has TLS of its own.
    ///   - isFirst: for the first security administrator.
    package func enrolmentText(gateway: String, key: String? = nil, isFirst: Bool = false) -> String {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        func encoded(_ text: String) -> String { text.addingPercentEncoding(withAllowedCharacters: allowed) ?? "" }
        return "gridpatrol:enrol?gateway=\(encoded(gateway))&code=\(text)"
            + (key.map { "&key=\(encoded($0))" } ?? "") + (isFirst ? "&first=1" : "")
    }
}
