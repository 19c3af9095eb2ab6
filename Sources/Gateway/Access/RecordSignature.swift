import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Patrol
import Store

/// What a device signed when a record was made, and in whose name: `Record-Signature: sig=:BASE64:, person="P…"`.
struct RecordSignature: Equatable {
    /// Of r and s, 64 bytes.
    let base64: String
    let person: String

    /// - Returns: nil if the request carries none.
    /// - Throws: `Refusal.badHeader`.
    init?(_ request: Request) throws {
        guard let field = request.headers.single(.recordSignature) else { return nil }
        let parts = field.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        guard parts.count == 2, parts[0].hasPrefix("sig=:"), parts[0].hasSuffix(":"), parts[1].hasPrefix("person=\""),
            parts[1].hasSuffix("\""), parts[1].utf8.count > 9, parts[1].utf8.count <= 80,
            let bytes = Data(base64Encoded: String(parts[0].dropFirst(5).dropLast())), bytes.count == 64
        else {
            throw Refusal.badHeader(
                name: "Record-Signature", zh: "应为 sig=:BASE64:, person=\"P…\"",
                en: "must be sig=:BASE64:, person=\"P…\"")
        }
        base64 = bytes.base64EncodedString()
        person = String(parts[1].dropFirst(8).dropLast())
    }

    /// The text that is signed for a record.
    static func text(record id: String, person: String, sha256: String) -> String {
        "patrol-record-v1\n\(person)\n\(id)\n\(sha256)"
    }

    /// The text that is signed for a photo.
    static func text(photo sha256: String, person: String) -> String { "patrol-photo-v1\n\(person)\n\(sha256)" }

    /// - Parameter publicKey: X9.63, hexadecimal.
    func signs(_ text: String, by publicKey: String) -> Bool {
        guard let signature = Data(base64Encoded: base64),
            let es256 = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
            let key = try? P256.Signing.PublicKey(x963Representation: bytes(hexadecimal: publicKey))
        else { return false }
        return key.isValidSignature(es256, for: Array(text.utf8))
    }
}

/// Who hands something over: somebody logged in, or a device for the person in whose name it was made.
struct Handover {
    let actor: Actor
    /// The enrolled device, if it came from one.
    let device: String?
    let signature: Submission.Signature?
    /// Of a person who may do nothing any more: what they did before counts.
    let disabledAt: Instant?

    /// Whether what was made at a time may be handed over: with the rights of that day, or of today.
    /// - Throws: `Refusal.accountDisabled`, `.notPermitted`.
    func allow(madeAt time: Instant, on day: Day, today: Day) throws {
        if let disabledAt, time >= disabledAt { throw Refusal.accountDisabled }
        let isPermitted =
            permits(actor.assignments, .submitReport, on: day)
            || (disabledAt == nil && permits(actor.assignments, .submitReport, on: today))
        guard isPermitted else { throw Refusal.notPermitted }
    }
}

extension Gateway {
    /// - Parameter text: what is signed, in somebody's name.
    /// - Throws: `Refusal.invalidToken` where a device without login signed something else, or for somebody else.
    func handover(_ request: Request, _ context: PatrolContext, signing text: (_ person: String) -> String) async throws
        -> Handover
    {
        let signature = try RecordSignature(request)
        if let actor = context.actor {
            return Handover(
                actor: actor, device: actor.session?.device,
                signature: checked(signature, actor, text), disabledAt: nil)
        }
        guard let device = context.device, let signature else { throw Refusal.loginRequired }
        guard signature.signs(text(signature.person), by: device.publicKey),
            try await belongs(signature.person, to: device),
            let account = try await store.account(signature.person, on: today())
        else { throw Refusal.invalidToken }
        return Handover(
            actor: account.actor, device: device.id,
            signature: .init(base64: signature.base64, thumbprint: device.thumbprint),
            disabledAt: account.disabledAt)
    }

    /// A signature by somebody who is logged in is kept if it holds; their password and key speak for the rest.
    private func checked(
        _ signature: RecordSignature?, _ actor: Actor, _ text: (String) -> String
    ) -> Submission.Signature? {
        guard let signature, signature.person == actor.person, let thumbprint = actor.session?.thumbprint,
            let publicKey = actor.session?.publicKey, signature.signs(text(actor.person), by: publicKey)
        else { return nil }
        return .init(base64: signature.base64, thumbprint: thumbprint)
    }

    /// The device's own account; where devices are shared, also whoever logged in on it.
    private func belongs(_ person: String, to device: KnownDevice) async throws -> Bool {
        if person == device.person { return true }
        guard settings.sharedDevices else { return false }
        return try await store.hasLogged(in: person, on: device.id)
    }
}

func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map(UInt8.init) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

extension HTTPField.Name {
    static let recordSignature = HTTPField.Name("Record-Signature")!
}
