import Crypto
import Foundation
import Synchronization
import Wire

@testable import fieldcli

/// A proof as it arrives, judged without the code that made it.
struct ReceivedProof {
    struct Header: Decodable {
        let typ: String
        let alg: String
        let jwk: PublicJWK
    }

    struct Payload: Decodable {
        let jti: String
        let htm: String
        let htu: String
        let iat: Int64
        let nonce: String?
        let ath: String?
    }

    let header: Header
    let payload: Payload
    let isSigned: Bool

    init?(_ text: String?) {
        let parts = (text ?? "").split(separator: ".").map(String.init)
        guard parts.count == 3, let head = decodedBase64URL(parts[0]), let body = decodedBase64URL(parts[1]),
            let signature = decodedBase64URL(parts[2]),
            let header = try? JSONDecoder().decode(Header.self, from: head),
            let payload = try? JSONDecoder().decode(Payload.self, from: body)
        else { return nil }
        self.header = header
        self.payload = payload
        isSigned =
            header.typ == "dpop+jwt" && header.alg == "ES256"
            && Self.hold(signature, "\(parts[0]).\(parts[1])", header.jwk)
    }

    /// Whether r ‖ s is this key's signature of the text.
    static func hold(_ signature: Data, _ text: String, _ jwk: PublicJWK) -> Bool {
        guard let x = decodedBase64URL(jwk.x), let y = decodedBase64URL(jwk.y),
            let key = try? P256.Signing.PublicKey(rawRepresentation: x + y),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
        else { return false }
        return key.isValidSignature(signature, for: Data(text.utf8))
    }
}

private func decodedBase64URL(_ text: String) -> Data? {
    let usual = text.replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: usual + String(repeating: "=", count: (4 - usual.count % 4) % 4))
}

/// A gateway that wants proofs, gives tokens that end, and takes signed records without them.
final class DeviceDesk: Sendable {
    struct State {
        var nonce = "nonce-1"
        var token = "token-1"
        var refreshToken = "refresh-1"
        var renewals = 0
        /// Whether the login can be renewed.
        var isLoginAlive = true
        /// What every request with a sound proof is refused by.
        var refusal: String?
        var ids: Set<String> = []
        /// Thumbprints of the keys that were enrolled.
        var keys: [String] = []
    }

    private let state = Mutex(State())
    static let person = Session.Person(id: "W1", name: "张三", roles: [], grids: [.init(id: "A0000001", name: "一网格")])

    func change(_ body: @Sendable (inout State) -> Void) { state.withLock { body(&$0) } }
    var now: State { state.withLock { $0 } }

    func answer(_ asked: ScriptedGateway.Asked) -> Answer {
        state.withLock { state in
            let answer = Self.answer(asked, &state)
            return Answer(
                status: answer.status, headers: answer.headers.merging(["dpop-nonce": state.nonce]) { old, _ in old },
                body: answer.body)
        }
    }

    private static func answer(_ asked: ScriptedGateway.Asked, _ state: inout State) -> Answer {
        guard let proof = ReceivedProof(asked.headers["dpop"]), proof.isSigned, proof.payload.htm == asked.method,
            proof.payload.htu == "http://\(asked.headers["host"] ?? "")\(asked.path.prefix { $0 != "?" })",
            state.ids.insert(proof.payload.jti).inserted
        else { return .problem(401, "invalid-proof") }
        guard proof.payload.nonce == state.nonce else { return .problem(401, "use-nonce") }
        if let refusal = state.refusal { return .problem(403, refusal) }
        let key = proof.header.jwk
        switch asked.path {
        case "/v1/devices/enrol":
            state.keys.append(key.thumbprint)
            return .json(
                201, Enrolled(device: "D1", person: .init(id: person.id, name: person.name), gatewayKeys: []))
        case "/v1/login": return .json(200, session(state))
        case "/v1/token": return renew(asked, &state)
        default: break
        }
        if let authorization = asked.headers["authorization"] {
            guard authorization == "DPoP \(state.token)",
                proof.payload.ath == base64URL(SHA256.hash(data: Data(state.token.utf8)))
            else { return .problem(401, "invalid-token") }
        } else if !isSigned(asked, by: key) {
            return .problem(401, "login-required")
        }
        if asked.path == "/v1/password" { return Answer(status: 204, headers: [:], body: []) }
        return ScriptedGateway.friendly(asked)
    }

    static func session(_ state: State) -> Session {
        Session(
            token: state.token, tokenType: "DPoP", expiresAt: "2999-01-01T00:00:00Z", refreshToken: state.refreshToken,
            refreshUntil: "2999-01-01T00:00:00Z", gatewayKeys: [], person: person)
    }

    /// The old refresh token brings the same pair again, as within the minute after it was used.
    private static func renew(_ asked: ScriptedGateway.Asked, _ state: inout State) -> Answer {
        let sent = (try? decodeExactly(TokenRefresh.self, from: asked.body))?.refreshToken
        let used = "refresh-\(state.renewals)"
        guard state.isLoginAlive, sent == state.refreshToken || sent == used else {
            return .problem(401, "invalid-token")
        }
        if sent == state.refreshToken {
            state.renewals += 1
            state.token = "token-\(state.renewals + 1)"
            state.refreshToken = "refresh-\(state.renewals + 1)"
        }
        return .json(
            200,
            Tokens(
                token: state.token, tokenType: "DPoP", expiresAt: "2999-01-01T00:00:00Z",
                refreshToken: state.refreshToken, refreshUntil: "2999-01-01T00:00:00Z", gatewayKeys: []))
    }

    private static func isSigned(_ asked: ScriptedGateway.Asked, by key: PublicJWK) -> Bool {
        guard let field = asked.headers["record-signature"], let digest = asked.path.split(separator: "/").last,
            let match = field.wholeMatch(of: /sig=:(?<sig>[A-Za-z0-9+\/=]+):, person="(?<person>\w+)"/),
            let signature = Data(base64Encoded: String(match.sig))
        else { return false }
        let text =
            asked.path.hasPrefix("/v1/photos/")
            ? "patrol-photo-v1\n\(match.person)\n\(digest)"
            : "patrol-record-v1\n\(match.person)\n\(digest)\n\(sha256Text(asked.body))"
        return ReceivedProof.hold(signature, text, key)
    }
}
