import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOSSL
import SwiftASN1
import X509

/// The gateway's own TLS keys as this device knows them. Who holds such a key is the gateway, whatever this device's
/// clock or the certificate's dates say: a handheld whose clock is years off still hands over.
struct GatewayPins: Sendable {
    let host: String
    let keys: Set<String>

    /// - Parameter keys: `sha256/` and base64url of the SHA-256 of a SubjectPublicKeyInfo.
    /// - Returns: nil where there is nothing to pin: no keys, or no TLS.
    init?(_ gateway: GatewayAddress, _ keys: [String]) {
        guard !keys.isEmpty, let parts = URLComponents(string: gateway.url), parts.scheme?.lowercased() == "https",
            let host = parts.host
        else { return nil }
        self.host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        self.keys = Set(keys)
    }

    /// BoringSSL judges dates whenever it judges a chain, so it judges none, and every new connection is checked here
    /// before the client gives it a request. That the peer holds the key of its certificate is TLS's own doing.
    func apply(to configuration: inout HTTPClient.Configuration) {
        configuration.tlsConfiguration?.certificateVerification = .none
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.nioSSL_peerCertificate().flatMap { certificate in
                let bytes = Result {
                    (try certificate?.toDERBytes(), try certificate?.extractPublicKey().toSPKIBytes())
                }
                return channel.eventLoop.makeFutureWithTask {
                    guard case (let certificate?, let key?) = try bytes.get(), await accept(certificate, key) else {
                        throw NotTheGateway()
                    }
                }
            }.flatMapError { error in
                channel.close().flatMapThrowing { throw error }
            }
        }
    }

    /// - Parameters:
    ///   - certificate: the leaf, DER.
    ///   - key: its SubjectPublicKeyInfo, DER.
    func accept(_ certificate: [UInt8], _ key: [UInt8]) async -> Bool {
        guard keys.contains("sha256/" + base64URL(SHA256.hash(data: key))),
            let leaf = try? Certificate(derEncoded: certificate)
        else { return false }
        // The pinned key is the root of trust; what is left to judge is the name.
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        var verifier = Verifier(rootCertificates: CertificateStore([leaf])) {
            KnownKey()
            ServerIdentityPolicy(serverHostname: isAddress ? nil : host, serverIP: isAddress ? host : nil)
        }
        if case .validCertificate = await verifier.validate(leaf: leaf, intermediates: CertificateStore()) {
            return true
        }
        return false
    }
}

/// Passes over what a certificate may be used for and until when: its key is known.
private struct KnownKey: VerifierPolicy {
    let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [
        .X509ExtensionID.basicConstraints, .X509ExtensionID.keyUsage, .X509ExtensionID.extendedKeyUsage,
    ]

    func chainMeetsPolicyRequirements(chain: UnverifiedCertificateChain) -> PolicyEvaluationResult { .meetsPolicy }
}

/// The TLS peer holds no key of the gateway, or its certificate names another host. Nothing was sent to it.
struct NotTheGateway: Error, CustomStringConvertible {
    var description: String {
        "the server's TLS key or name is not this gateway's: something stands in between, or the gateway has a new key; "
            + "ask an administrator for a new code"
    }
}
