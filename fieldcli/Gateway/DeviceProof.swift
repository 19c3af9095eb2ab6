import Crypto
import Foundation

/// One request's proof that the device's key sent it (DPoP, RFC 9449 4.2), a JWS with ES256.
///
/// Made with swift-crypto alone: jwt-kit signs the same text, but doubles the program (13 to 28 MB), wants the private
/// key as a PEM text that cannot be wiped, and leaves header and members to be named here all the same.
struct DeviceProof: Encodable, Equatable, Sendable {
    /// 128 random bits.
    let jti: String
    let htm: String
    /// Without query and fragment.
    let htu: String
    /// Seconds since 1970 by the device's clock; the gateway does not judge it.
    let iat: Int64
    let nonce: String?
    /// base64url of the SHA-256 of the token that goes along.
    let ath: String?

    init(method: String, url: String, seconds: Int64, nonce: String?, token: String?) {
        jti = base64URL(SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) })
        htm = method
        htu = String(url.prefix { $0 != "?" && $0 != "#" })
        iat = seconds
        self.nonce = nonce
        ath = token.map { base64URL(SHA256.hash(data: Data($0.utf8))) }
    }

    private struct Header: Encodable {
        let typ = "dpop+jwt"
        let alg = "ES256"
        let jwk: PublicJWK
    }

    /// The `DPoP` field's value.
    func signed(by key: DeviceKey) throws -> String {
        let text = base64URL(frozenJSON(Header(jwk: key.jwk))) + "." + base64URL(frozenJSON(self))
        return text + "." + base64URL(try key.signature(of: text))
    }
}
