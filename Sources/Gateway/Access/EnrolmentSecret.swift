public import Patrol
public import Store
public import Wire

/// A device's new code in the clear, for the one time that it is shown.
public struct EnrolmentSecret: Sendable {
    private let code: OneTimeCode
    private let digits = Secrets.digits()
    private let textUntil: Instant
    private let digitsUntil: Instant

    /// Good for a day, its digits for ten minutes.
    public init(at now: Instant) {
        var generator = SystemRandomNumberGenerator()
        code = OneTimeCode(using: &generator)
        textUntil = now.adding(milliseconds: 86_400_000)
        digitsUntil = now.adding(milliseconds: 600_000)
    }

    /// An id for a new device.
    public static func deviceID() -> String { Secrets.id("D") }

    public func code(for device: String) -> EnrolmentCode {
        EnrolmentCode(
            codeHash: OneTimeCode.hash(of: code.text), codeUntil: textUntil,
            digitsHash: digitsHash(digits, device: device), digitsUntil: digitsUntil)
    }

    /// - Parameters:
    ///   - origin: how the handheld calls the gateway.
    ///   - key: of the gateway's TLS certificate, to be pinned.
    public func shown(for device: String, origin: String, key: String?) -> DeviceCode {
        DeviceCode(
            device: device, text: code.enrolmentText(gateway: origin, key: key), textUntil: textUntil.rfc3339,
            digits: digits, digitsUntil: digitsUntil.rfc3339)
    }
}
