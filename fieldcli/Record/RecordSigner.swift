import Foundation

/// A record's signature by the device that made it, kept beside it in the outbox. With it the device hands the record
/// over even when nobody is logged in any more.
struct RecordSignature: Codable, Equatable, Sendable {
    let person: String
    /// Thumbprint (RFC 7638) of the key.
    let key: String
    /// base64 of r ‖ s.
    let value: String

    /// The `Record-Signature` field's value.
    var field: String { "sig=:\(value):, person=\"\(person)\"" }
}

/// Signs what is frozen, in the name of whoever records.
struct RecordSigner: Sendable {
    let key: DeviceKey
    let person: String

    func sign(report id: String, sha256: String) throws -> RecordSignature {
        try sign("patrol-record-v1\n\(person)\n\(id)\n\(sha256)")
    }

    func sign(photo sha256: String) throws -> RecordSignature { try sign("patrol-photo-v1\n\(person)\n\(sha256)") }

    private func sign(_ text: String) throws -> RecordSignature {
        RecordSignature(
            person: person, key: key.jwk.thumbprint, value: try key.signature(of: text).base64EncodedString())
    }
}
