import Crypto
import Foundation
import HTTPTypes
import Patrol
import Store
import Synchronization
import TestSupport
import Wire

@testable import Gateway

/// A device with a key of its own, which proves itself as a handheld does.
struct TestDevice: Sendable {
    let key = P256.Signing.PrivateKey()
    var handheld = "handheld-" + UUID().uuidString

    /// Everything that stands in a proof, so that a test can get one thing wrong.
    struct Claims {
        var typ = "dpop+jwt"
        var alg = "ES256"
        var crit: String?
        var jwk: [String: String]
        var jti = UUID().uuidString
        var htm: String
        var htu: String
        var iat = 1
        var nonce: String?
        var ath: String?
        /// Instead of the device's own signature.
        var signature: ((Data) throws -> Data)?
    }

    var jwk: [String: String] {
        let point = Array(key.publicKey.x963Representation)
        return ["kty": "EC", "crv": "P-256", "x": base64URL(point[1...32]), "y": base64URL(point[33...64])]
    }

    var thumbprint: String {
        let text = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"\(jwk["x"]!)\",\"y\":\"\(jwk["y"]!)\"}"
        return base64URL(SHA256.hash(data: Array(text.utf8)))
    }

    var shown: ShownDevice {
        ShownDevice(
            key: ShownKey(thumbprint: thumbprint, publicKey: hexadecimal(key.publicKey.x963Representation)),
            handheld: handheld, model: "test", app: "test/1")
    }

    func claims(_ method: HTTPRequest.Method, _ path: String, nonce: String?, token: String? = nil) -> Claims {
        Claims(
            jwk: jwk, htm: method.rawValue, htu: "http://gateway.test" + path.prefix { $0 != "?" }, nonce: nonce,
            ath: token.map { base64URL(SHA256.hash(data: Array($0.utf8))) })
    }

    func proof(_ claims: Claims) throws -> String {
        var header: [String: Any] = ["typ": claims.typ, "alg": claims.alg, "jwk": claims.jwk]
        if let crit = claims.crit { header["crit"] = [crit] }
        var payload: [String: Any] = [
            "jti": claims.jti, "htm": claims.htm, "htu": claims.htu, "iat": claims.iat,
        ]
        payload["nonce"] = claims.nonce
        payload["ath"] = claims.ath
        let parts = try [header, payload].map { base64URL(try JSONSerialization.data(withJSONObject: $0)) }
        let text = parts.joined(separator: ".")
        let data = Data(text.utf8)
        let signature = try claims.signature?(data) ?? key.signature(for: data).rawRepresentation
        return text + "." + base64URL(signature)
    }

    func signature(_ text: String) throws -> String {
        try key.signature(for: Data(text.utf8)).rawRepresentation.base64EncodedString()
    }
}

extension GatewayUnderTest {
    var nonce: String { gateway.nonces.nonce(at: clock.now) }

    /// Asks with a proof, and a token if there is one.
    func send(
        _ method: HTTPRequest.Method, _ path: String, from device: TestDevice, token: String? = nil,
        body: [UInt8]? = nil, headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        headers[.dpop] = try device.proof(device.claims(method, path, nonce: nonce, token: token))
        if let token { headers[.authorization] = "DPoP " + token }
        return try await send(method, path, body: body, headers: headers)
    }

    /// A device that is enrolled for somebody.
    func enrolled(for person: String) async throws -> TestDevice {
        let device = TestDevice()
        let id = "D-" + device.thumbprint
        let secret = EnrolmentSecret(at: clock.now)
        try await store.register(
            device: id, label: "test", for: person, code: secret.code(for: id), at: clock.now)
        let code = secret.shown(for: id, origin: "http://gateway.test", key: nil).code
        let result = try await store.enrol(device.shown, by: .code(hash: sha256Hex(code.utf8)), at: clock.now)
        guard case .enrolled = result else { throw UnexpectedAnswer(status: 0, text: "\(result)") }
        return device
    }

    func logIn(
        _ name: String, _ password: String, from device: TestDevice, headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await send(
            .post, "/v1/login", from: device, body: try canonicalBytes(Login(name: name, password: password)),
            headers: headers)
    }
}

extension DeviceCode {
    /// What stands in the text of the QR code.
    var code: String {
        String(text.split(separator: "&").first { $0.hasPrefix("code=") }!.dropFirst(5))
    }
}
