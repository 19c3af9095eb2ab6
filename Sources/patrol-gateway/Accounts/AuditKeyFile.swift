import Crypto
import Foundation
import Glibc
import Store

/// The key that heads of the audit are signed with, `audit-key.pem` in the data folder, for its owner alone.
struct AuditKeyFile {
    let path: String

    init(folder: String) { path = folder + "/audit-key.pem" }

    /// Made at the first start. Of gateways that start at once over one folder all get the same.
    func key() throws -> AuditKey {
        if let key = try present() { return key }
        // Whole before it has its name: neither a kill nor somebody else at it leaves half a key.
        let aside = PrivateFile.aside(path)
        let file = try PrivateFile(aside)
        defer { file.remove() }
        let key = P256.Signing.PrivateKey()
        try file.write(key.pemRepresentation + "\n")
        guard link(aside, path) == 0 else {
            if errno == EEXIST, let key = try present() { return key }
            throw CommandFailure(
                .cannotCreate, zh: "无法建立文件 \(path)。请检查文件夹与权限。",
                en: "The file \(path) cannot be made. Check its folder and permissions.")
        }
        return AuditKey(key)
    }

    /// - Returns: nil where there is no file.
    private func present() throws -> AuditKey? {
        guard let pem = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) else {
            throw CommandFailure(
                .badData, zh: "\(path) 不是 P-256 私钥。请从备份恢复；换新密钥须同时保存旧公钥以核对旧链头。",
                en: "\(path) holds no P-256 key. Restore it from a backup; a new one cannot vouch for older heads.")
        }
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
