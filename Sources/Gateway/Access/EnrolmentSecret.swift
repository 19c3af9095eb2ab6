public import Patrol
public import Store
public import Wire

/// A device's new code in the clear, for the one time that it is shown.
public struct EnrolmentSecret: Sendable {
    private let text = Secrets.enrolmentCode()
    private let digits = Secrets.digits()
    private let textUntil: Instant
    private let digitsUntil: Instant

    /// Good for a day, its digits for ten minutes.
    public init(at now: Instant) {
        textUntil = now.adding(milliseconds: 86_400_000)
        digitsUntil = now.adding(milliseconds: 600_000)
    }

    /// An id for a new device.
    public static func deviceID() -> String { Secrets.id("D") }

    public func code(for device: String) -> EnrolmentCode {
        EnrolmentCode(
            codeHash: sha256Hex(text.utf8), codeUntil: textUntil, digitsHash: digitsHash(digits, device: device),
            digitsUntil: digitsUntil)
    }

    /// - Parameters:
    ///   - origin: how the handheld calls the gateway.
    ///   - key: of the gateway's TLS certificate, to be pinned.
    public func shown(for device: String, origin: String, key: String?) -> DeviceCode {
        let pin = key.map { "&key=" + percentEncoded($0) } ?? ""
        return DeviceCode(
            device: device, text: "gridpatrol:enrol?gateway=\(percentEncoded(origin))&code=\(text)\(pin)",
            textUntil: textUntil.rfc3339, digits: digits, digitsUntil: digitsUntil.rfc3339)
    }
}

/// RFC 3986 2.1, of all but unreserved characters.
private func percentEncoded(_ text: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    return text.utf8.map { plain.contains($0) ? String(UnicodeScalar($0)) : "%" + hex([$0]).uppercased() }.joined()
}
