import Crypto
import Foundation
import Glibc

/// The device's own key (P-256): proves requests (RFC 9449) and signs records. It never leaves the device.
///
/// swift-crypto keeps the private number in memory that BoringSSL overwrites when this value is freed. Buffers of ours
/// are overwritten by `wipe`; what Swift copied on its own way through registers and stack is out of reach.
struct DeviceKey: Sendable {
    private let secret: P256.Signing.PrivateKey

    /// A new key from the system's random numbers.
    init() { secret = P256.Signing.PrivateKey(compactRepresentable: false) }

    /// - Parameter number: 32 bytes, big-endian.
    /// - Returns: nil where the number is no private key of the curve.
    init?(number: some ContiguousBytes) {
        guard let secret = try? P256.Signing.PrivateKey(rawRepresentation: number) else { return nil }
        self.secret = secret
    }

    /// Hands out the private number and overwrites it afterwards.
    func withNumber<Result>(_ body: (Data) throws -> Result) rethrows -> Result {
        var number = secret.rawRepresentation
        defer { wipe(&number) }
        return try body(number)
    }

    /// r ‖ s, 64 bytes (JWS ES256, RFC 7518 3.4).
    func signature(of text: String) throws -> Data { try secret.signature(for: Data(text.utf8)).rawRepresentation }

    /// The public key as a JWK (RFC 7517).
    var jwk: PublicJWK {
        let point = secret.publicKey.rawRepresentation
        return PublicJWK(x: base64URL(point.prefix(32)), y: base64URL(point.suffix(32)))
    }
}

/// A public key of P-256. The members stand in the order in which RFC 7638 hashes them.
struct PublicJWK: Codable, Equatable, Sendable {
    var crv = "P-256"
    var kty = "EC"
    let x: String
    let y: String

    /// The key's name: base64url of the SHA-256 of its required members (RFC 7638).
    var thumbprint: String { base64URL(SHA256.hash(data: frozenJSON(self))) }
}

/// Base64 for URLs and JWS, without padding (RFC 4648 5).
func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString(options: [.base64URLAlphabet, .omitPaddingCharacter])
}

/// Overwrites a secret where it lies. The caller holds the only reference to it: another would keep the old bytes.
func wipe(_ secret: inout Data) {
    secret.withUnsafeMutableBytes { bytes in
        if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
    }
    secret = Data()
}
