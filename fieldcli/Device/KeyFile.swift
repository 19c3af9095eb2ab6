import Crypto
import CryptoExtras
import Foundation

/// What `device-key` is encrypted under.
enum KeyProtection: UInt8, CaseIterable, Sendable {
    /// Nothing secret: only the file's mode keeps others out. The seal still finds every damage.
    case none = 0
    /// A passphrase, through scrypt.
    case passphrase = 1
    /// A random key that the system's keyring holds.
    case keyring = 2
}

/// The device's key as it lies on the medium, 83 bytes: `GPDK`, version 1, protection, log₂ of scrypt's N, salt (16),
/// AES-256-GCM nonce (12), the private number (32), tag (16). Everything before the number is authenticated with it: no altered byte ever yields a key.
///
/// scrypt by CryptoExtras rather than Argon2id: it is in a package that this program has anyway, and a handheld needs no
/// further library. N = 2^17, r = 8, p = 1 (OWASP Password Storage Cheat Sheet) takes 128 MiB and a quarter of a second.
struct KeyFile: Equatable, Sendable {
    static let name = "device-key"
    static let usualRounds = 17

    private static let headBytes = 35
    private static let wholeBytes = headBytes + 32 + 16

    let bytes: [UInt8]
    let protection: KeyProtection
    private let logRounds: Int

    /// Reads the head. Whether the rest is whole shows when it is opened.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.wholeBytes, Array(bytes[0..<5]) == Self.magic,
            let protection = KeyProtection(rawValue: bytes[5]), (10...20).contains(bytes[6])
        else { return nil }
        self.bytes = bytes
        self.protection = protection
        logRounds = Int(bytes[6])
    }

    /// Seals a key.
    /// - Parameters:
    ///   - secret: passphrase or the keyring's key; empty for `.none`.
    ///   - logRounds: log₂ of scrypt's N, 10–20.
    init(
        sealing key: DeviceKey, under protection: KeyProtection, _ secret: some DataProtocol,
        logRounds: Int = usualRounds
    ) throws {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Array($0) }
        let nonce = AES.GCM.Nonce()
        let head =
            Self.magic + [protection.rawValue, UInt8(logRounds)] + salt + nonce
        let wrapping = try Self.wrappingKey(protection, secret, salt: salt, logRounds: logRounds)
        let box = try key.withNumber {
            try AES.GCM.seal($0, using: wrapping, nonce: nonce, authenticating: head)
        }
        bytes = head + box.ciphertext + box.tag
        self.protection = protection
        self.logRounds = logRounds
    }

    /// - Returns: nil where the secret is wrong or the file is damaged; which of the two cannot be told.
    func open(_ secret: some DataProtocol) -> DeviceKey? {
        let head = bytes[..<Self.headBytes]
        guard
            let wrapping = try? Self.wrappingKey(
                protection, secret, salt: Array(bytes[7..<23]), logRounds: logRounds),
            let nonce = try? AES.GCM.Nonce(data: bytes[23..<35]),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce, ciphertext: bytes[35..<67], tag: bytes[67...]),
            var number = try? AES.GCM.open(box, using: wrapping, authenticating: head)
        else { return nil }
        defer { wipe(&number) }
        return DeviceKey(number: number)
    }

    private static let magic = Array("GPDK".utf8) + [1]

    private static func wrappingKey(
        _ protection: KeyProtection, _ secret: some DataProtocol, salt: [UInt8], logRounds: Int
    ) throws -> SymmetricKey {
        switch protection {
        case .passphrase:
            try KDF.Scrypt.deriveKey(
                from: secret, salt: salt, outputByteCount: 32, rounds: 1 << logRounds, blockSize: 8, parallelism: 1)
        case .keyring, .none:
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: Array(secret)), salt: salt, info: Array("device-key".utf8),
                outputByteCount: 32)
        }
    }
}
