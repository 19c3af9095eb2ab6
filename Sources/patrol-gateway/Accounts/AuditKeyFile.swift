import Crypto
import Foundation
import Store

/// The key that heads of the audit are signed with, `audit-key.pem` in the data folder, for its owner alone.
struct AuditKeyFile {
    let path: String

    init(folder: String) { path = folder + "/audit-key.pem" }

    /// Made at the first start.
    func key() throws -> AuditKey {
        if let pem = try? String(contentsOfFile: path, encoding: .utf8) {
            guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else {
                throw CommandFailure(
                    .badData, zh: "\(path) 不是 P-256 私钥。请从备份恢复；换新密钥须同时保存旧公钥以核对旧链头。",
                    en:
                        "\(path) holds no P-256 key. Restore it from a backup; a new one cannot vouch for older heads."
                )
            }
            return AuditKey(key)
        }
        let key = P256.Signing.PrivateKey()
        let file = try PrivateFile(path)
        try file.write(key.pemRepresentation + "\n")
        return AuditKey(key)
    }

    /// - Parameter path: a public or a private key in PEM.
    static func publicKey(_ path: String) throws -> P256.Signing.PublicKey {
        let pem = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        if let key = try? P256.Signing.PublicKey(pemRepresentation: pem) { return key }
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) { return key.publicKey }
        throw CommandFailure(
            .noInput, zh: "\(path) 中没有 P-256 公钥。请给出 patrol-gateway audit key 的输出。",
            en: "\(path) holds no P-256 key. Give a file with what `patrol-gateway audit key` prints.")
    }
}
