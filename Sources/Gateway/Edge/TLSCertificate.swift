import Crypto
import Foundation
import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// Why the gateway's certificate cannot be used.
enum CertificateFailure: Error, Equatable {
    case unreadable(path: String)
    case noCertificate(path: String)
    case noKey(path: String)
    /// The key is another certificate's, or one that TLS does not take.
    case notAPair
}

extension CertificateFailure {
    var advice: (zh: String, en: String) {
        switch self {
        case .unreadable(let path):
            ("证书文件 \(path) 读不出来。请检查路径与权限。", "The file \(path) cannot be read. Check its path and permissions.")
        case .noCertificate(let path):
            (
                "\(path) 中没有证书。请用 PEM 格式，本网关的证书在前，签发者在后。",
                "\(path) holds no certificate. Give PEM, the gateway's own first, then its issuers'."
            )
        case .noKey(let path):
            ("\(path) 中没有私钥。请用未加密的 PEM 格式。", "\(path) holds no private key. Give PEM that is not encrypted.")
        case .notAPair:
            (
                "证书与私钥不配对。请检查 --tls-certificate 与 --tls-key。",
                "The certificate and the key do not belong together. Check --tls-certificate and --tls-key."
            )
        }
    }
}

/// The gateway's own certificate, as new connections get it; those that are open keep theirs.
package final class TLSCertificate: Sendable {
    private struct Current {
        let context: NIOSSLContext
        let key: String
        let notAfter: time_t
    }

    private let chainPath: String
    private let keyPath: String
    private let current: Mutex<Current>
    /// Of the files as they were last looked at, good or not.
    private let seen: Mutex<SHA256Digest>

    /// - Parameters:
    ///   - chainPath: PEM, the gateway's certificate first, then those that vouch for it.
    ///   - keyPath: PEM, not encrypted.
    /// - Throws: `CertificateFailure`.
    init(chainPath: String, keyPath: String) throws {
        self.chainPath = chainPath
        self.keyPath = keyPath
        let files = try Self.files(chainPath, keyPath)
        seen = Mutex(files.digest)
        current = Mutex(try Self.load(files, chainPath, keyPath))
    }

    /// For one more connection.
    var context: NIOSSLContext { current.withLock { $0.context } }

    /// `sha256/` and the SHA-256 of its SubjectPublicKeyInfo in base64url, as RFC 7469 pins keys; clients hold the
    /// gateway to it.
    var key: String { current.withLock { $0.key } }

    /// - Parameter list: `sha256/` and 43 letters of base64url each, with commas between them; may be empty.
    /// - Returns: nil if one of them is no pin.
    package static func pins(_ list: String) -> [String]? {
        let pins = list.split(separator: ",").map { String($0.filter { $0 != " " }) }
        return pins.allSatisfy { pin in
            pin.hasPrefix("sha256/") && bytes(base64URL: String(pin.dropFirst(7)))?.count == 32
        } ? pins : nil
    }

    /// Seconds since 1970.
    var notAfter: Int64 { current.withLock { Int64($0.notAfter) } }

    /// Takes the files anew if they have changed since they were last looked at.
    /// - Returns: whether they had.
    /// - Throws: `CertificateFailure`; then what was there stays.
    func reload() throws -> Bool {
        let files = try Self.files(chainPath, keyPath)
        let isNew = seen.withLock { seen in
            defer { seen = files.digest }
            return seen != files.digest
        }
        guard isNew else { return false }
        let loaded = try Self.load(files, chainPath, keyPath)
        current.withLock { $0 = loaded }
        return true
    }

    private typealias Files = (chain: Data, key: Data, digest: SHA256Digest)

    private static func files(_ chainPath: String, _ keyPath: String) throws -> Files {
        let read = { (path: String) in
            do {
                return try Data(contentsOf: URL(filePath: path))
            } catch {
                throw CertificateFailure.unreadable(path: path)
            }
        }
        let (chain, key) = (try read(chainPath), try read(keyPath))
        return (chain, key, SHA256.hash(data: Data(SHA256.hash(data: chain)) + Data(SHA256.hash(data: key))))
    }

    private static func load(_ files: Files, _ chainPath: String, _ keyPath: String) throws -> Current {
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(Array(files.chain)), let own = chain.first,
            let publicKey = try? own.extractPublicKey().toSPKIBytes()
        else { throw CertificateFailure.noCertificate(path: chainPath) }
        guard let key = try? NIOSSLPrivateKey(bytes: Array(files.key), format: .pem) else {
            throw CertificateFailure.noKey(path: keyPath)
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = suites
        configuration.applicationProtocols = ["http/1.1"]
        guard let context = try? NIOSSLContext(configuration: configuration) else { throw CertificateFailure.notAPair }
        let pin = Data(SHA256.hash(data: publicKey)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        return Current(context: context, key: "sha256/" + pin, notAfter: own.notValidAfter)
    }

    /// Of TLS 1.2 those with forward secrecy and authenticated encryption; those of TLS 1.3 are not chosen from.
    private static let suites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]
}

/// Looks at the files of the certificate now and then.
struct CertificateWatch: Service {
    let certificate: TLSCertificate
    let logger: Logger
    var pause = Duration.seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var lastFailure: CertificateFailure?
            while !Task.isCancelled {
                do {
                    if try certificate.reload() {
                        logger.notice("new certificate", metadata: ["key": "\(certificate.key)"])
                    }
                    lastFailure = nil
                } catch {
                    let failure = error as? CertificateFailure
                    if failure == nil || failure != lastFailure {
                        logger.error("the certificate that was taken stays", metadata: ["reason": "\(error)"])
                    }
                    lastFailure = failure
                }
                try? await Task.sleep(for: pause)
            }
        }
    }
}
