import Crypto
import HTTPTypes
import Store
import Wire

/// Proof that a request comes from the holder of a key (DPoP, RFC 9449), ES256 only.
///
/// It is read with our own strict JSON reader: the decoder of jwt-kit 5.7.1 stops the program at a header number beyond
/// 64 bits, and these are a stranger's bytes. `iat` is not looked at: clocks of handhelds are wrong, and the nonce,
/// which is always demanded, says when a proof was made.
struct KeyProof: Equatable {
    let key: ShownKey
    /// SHA-256 over the key's thumbprint and `jti`: what must not come twice.
    let mark: [UInt8]

    /// What a proof must be about.
    struct Subject {
        let method: HTTPRequest.Method
        /// Path as it was sent, without query.
        let path: String
        /// `https://host` as clients name us.
        let origins: Set<String>
        /// The access token beside it, if any.
        let token: String?
    }

    /// Why a proof proves nothing.
    enum Fault: Error, Equatable {
        case malformed
        case otherType
        case otherAlgorithm
        case badKey
        case badSignature
        case otherMethod
        case otherAddress
        case otherToken
        case badIdentifier
        /// None, an old one, or one of another gateway: not a fault, but the beginning.
        case nonceNeeded
        case replayed
    }

    /// - Parameter accepts: whether a nonce is one of ours and young.
    init(_ text: String, about subject: Subject, accepts: (String) -> Bool) throws(Fault) {
        guard text.utf8.count <= 4_096 else { throw .malformed }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = bytes(base64URL: parts[2]) else { throw .malformed }
        let header = try Self.read(Header.self, parts[0])
        guard header.typ == "dpop+jwt", header.crit == nil else { throw .otherType }
        guard header.alg == "ES256" else { throw .otherAlgorithm }
        let point = try header.jwk.point()
        guard let publicKey = try? P256.Signing.PublicKey(x963Representation: point) else { throw .badKey }
        let signed = Array(text.utf8.prefix(parts[0].utf8.count + 1 + parts[1].utf8.count))
        guard let es256 = try? P256.Signing.ECDSASignature(rawRepresentation: signature),
            publicKey.isValidSignature(es256, for: signed)
        else { throw .badSignature }
        let claims = try Self.read(Claims.self, parts[1])
        guard claims.htm == subject.method.rawValue else { throw .otherMethod }
        guard let address = Address(claims.htu), address.path == subject.path,
            subject.origins.contains(address.origin)
        else { throw .otherAddress }
        let hash = subject.token.map { base64URL(SHA256.hash(data: Array($0.utf8))) }
        guard claims.ath == hash else { throw .otherToken }
        guard (8...256).contains(claims.jti.utf8.count) else { throw .badIdentifier }
        guard let nonce = claims.nonce, accepts(nonce) else { throw .nonceNeeded }
        let thumbprint = header.jwk.thumbprint
        key = ShownKey(thumbprint: thumbprint, publicKey: hexadecimal(point))
        mark = Array(SHA256.hash(data: Array("\(thumbprint) \(claims.jti)".utf8)).prefix(16))
    }

    private static func read<Value: Decodable>(_ type: Value.Type, _ part: Substring) throws(Fault) -> Value {
        guard let bytes = bytes(base64URL: part), let decoded = try? decode(type, from: bytes) else {
            throw .malformed
        }
        return decoded.value
    }

    private struct Header: Decodable {
        let typ: String
        let alg: String
        let jwk: Key
        /// Extensions that must be understood; we understand none.
        let crit: [String]?
    }

    private struct Key: Decodable {
        let kty: String
        let crv: String
        let x: String
        let y: String
        /// A private key has no business here.
        let d: String?

        func point() throws(Fault) -> [UInt8] {
            guard kty == "EC", crv == "P-256", d == nil, let x = bytes(base64URL: x), x.count == 32,
                let y = bytes(base64URL: y), y.count == 32
            else { throw .badKey }
            return [4] + x + y
        }

        /// RFC 7638: required members in this order, no white space.
        var thumbprint: String {
            base64URL(SHA256.hash(data: Array(#"{"crv":"\#(crv)","kty":"\#(kty)","x":"\#(x)","y":"\#(y)"}"#.utf8)))
        }
    }

    private struct Claims: Decodable {
        let jti: String
        let htm: String
        let htu: String
        let ath: String?
        let nonce: String?
    }
}

/// An absolute address, split where RFC 9449 4.3 compares it.
struct Address: Equatable {
    /// Scheme and authority in lower case, without the scheme's own port.
    let origin: String
    /// Without query and fragment; `/` for none.
    let path: String

    init?(_ text: String) {
        guard let colon = text.firstRange(of: "://") else { return nil }
        let scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "https" || scheme == "http" else { return nil }
        let rest = text[colon.upperBound...]
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        var authority = rest[..<authorityEnd].lowercased()
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let ownPort = scheme == "https" ? ":443" : ":80"
        if authority.hasSuffix(ownPort) { authority.removeLast(ownPort.count) }
        origin = scheme + "://" + authority
        let path = rest[authorityEnd...].prefix { $0 != "?" && $0 != "#" }
        self.path = path.isEmpty ? "/" : String(path)
    }
}

extension HTTPField.Name {
    static let dpop = HTTPField.Name("DPoP")!
    static let dpopNonce = HTTPField.Name("DPoP-Nonce")!
}
