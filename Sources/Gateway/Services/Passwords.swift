import CArgon2

/// Argon2id with the parameters stored in each hash (OWASP's 46 MiB, one pass), through Debian's libargon2.
public enum Passwords: Sendable {
    static let memoryKiB: UInt32 = 46 * 1024
    static let passes: UInt32 = 1
    static let lanes: UInt32 = 1
    static let hashBytes = 32
    public static let saltBytes = 16

    public enum Failure: Error, Equatable, Sendable {
        case argon2(code: Int32)
    }

    /// Blocking and memory-hungry: run it on a bounded pool.
    /// - Parameters:
    ///   - password: any text; all of it counts.
    ///   - salt: `saltBytes` random bytes.
    /// - Returns: the encoded form `$argon2id$v=19$m=…`, which carries salt and parameters.
    public static func hash(_ password: String, salt: [UInt8]) throws(Failure) -> String {
        let password = Array(password.utf8)
        let length = argon2_encodedlen(passes, memoryKiB, lanes, UInt32(salt.count), UInt32(hashBytes), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            passes, memoryKiB, lanes, password, password.count, salt, salt.count, hashBytes, &encoded, length)
        guard code == ARGON2_OK.rawValue else { throw .argon2(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Blocking, like `hash`. False for a hash that is not one of ours.
    public static func verify(_ password: String, against encoded: String) -> Bool {
        let password = Array(password.utf8)
        return argon2id_verify(encoded, password, password.count) == ARGON2_OK.rawValue
    }
}
