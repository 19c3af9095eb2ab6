import Foundation
import Wire

/// To which gateway and account this device belongs.
struct DeviceEnrolment: Codable, Equatable, Sendable {
    let gateway: GatewayAddress
    /// The gateway's id of the device; nil where the answer to the enrolment was lost and a login told the rest.
    let device: String?
    let person: Enrolled.Person

    private static let file = "enrolment.json"

    static func load(from home: Home) throws(StorageFault) -> DeviceEnrolment? {
        try home.load(DeviceEnrolment.self, file)
    }

    func save(to home: Home) throws(StorageFault) { try home.save(self, Self.file) }

    static func remove(from home: Home) throws(StorageFault) { try home.remove(file) }
}

/// What an administrator shows as a QR code: `gridpatrol:enrol?gateway=…&code=…&key=…`.
struct EnrolmentCode: Equatable, Sendable {
    let gateway: GatewayAddress
    /// Base32, at least 128 bit.
    let code: String
    /// Pinned from the first connection on; empty where TLS ends before the gateway.
    let gatewayKeys: [String]
    /// The code makes the account as well.
    let isFirstAdministrator: Bool

    /// - Returns: nil for any other text. Members that a newer gateway adds are passed over.
    init?(_ text: String) {
        guard let parts = URLComponents(string: text.trimmingCharacters(in: .whitespacesAndNewlines)),
            parts.scheme?.lowercased() == "gridpatrol", parts.path == "enrol"
        else { return nil }
        func values(_ name: String) -> [String] {
            (parts.queryItems ?? []).filter { $0.name == name }.compactMap(\.value)
        }
        guard let gateway = values("gateway").first.flatMap(GatewayAddress.init), let code = values("code").first,
            code.utf8.count >= 26, code.utf8.allSatisfy(Self.base32.contains)
        else { return nil }
        self.gateway = gateway
        self.code = code
        gatewayKeys = values("key")
        isFirstAdministrator = values("first").first == "1"
    }

    private static let base32 = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefghijklmnopqrstuvwxyz".utf8)
}
