import CArgon2
import Patrol

/// Argon2id with the parameters stored in each hash, through Debian's libargon2.
public enum Passwords: Sendable {
    /// What hashing costs.
    public struct Parameters: Equatable, Sendable {
        public let memoryKiB: UInt32
        public let passes: UInt32
        public let lanes: UInt32

        public init(memoryKiB: UInt32, passes: UInt32, lanes: UInt32 = 1) {
            self.memoryKiB = memoryKiB
            self.passes = passes
            self.lanes = lanes
        }

        /// Of the day: OWASP's 46 MiB, one pass.
        public static let current = Parameters(memoryKiB: 46 * 1024, passes: 1)

        /// Those that a hash carries; nil for a text that is none of ours.
        init?(of encoded: String) {
            let parts = encoded.split(separator: "$")
            guard parts.count == 5, parts[0] == "argon2id", parts[1] == "v=19" else { return nil }
            let numbers = parts[2].split(separator: ",").compactMap { UInt32($0.dropFirst(2)) }
            guard numbers.count == 3, parts[2].hasPrefix("m=") else { return nil }
            self.init(memoryKiB: numbers[0], passes: numbers[1], lanes: numbers[2])
        }

        /// Guessing costs memory times time.
        var cost: UInt64 { UInt64(memoryKiB) * UInt64(passes) }
    }

    static let hashBytes = 32
    public static let saltBytes = 16

    /// Of a password that nobody has: checking against it takes as long as against one of today's.
    static let decoy: String = {
        let parameters = Parameters.current
        return "$argon2id$v=19$m=\(parameters.memoryKiB),t=\(parameters.passes),p=\(parameters.lanes)$"
            + String(repeating: "A", count: 22) + "$" + String(repeating: "A", count: 43)
    }()

    public enum Failure: Error, Equatable, Sendable {
        case argon2(code: Int32)
    }

    /// Blocking and memory-hungry: run it on a bounded pool.
    /// - Parameters:
    ///   - password: any text; all of it counts, as `prepared`.
    ///   - salt: `saltBytes` random bytes.
    /// - Returns: the encoded form `$argon2id$v=19$m=…`, which carries salt and parameters.
    public static func hash(
        _ password: String, salt: [UInt8], parameters: Parameters = .current
    ) throws(Failure) -> String {
        let password = Array(prepared(password).utf8)
        let length = argon2_encodedlen(
            parameters.passes, parameters.memoryKiB, parameters.lanes, UInt32(salt.count), UInt32(hashBytes), Argon2_id)
        var encoded = [CChar](repeating: 0, count: length)
        let code = argon2id_hash_encoded(
            parameters.passes, parameters.memoryKiB, parameters.lanes, password, password.count, salt, salt.count,
            hashBytes, &encoded, length)
        guard code == ARGON2_OK.rawValue else { throw .argon2(code: code) }
        return String(decoding: encoded.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// With a salt of its own.
    static func hash(_ password: String) throws(Failure) -> String {
        var generator = SystemRandomNumberGenerator()
        return try hash(password, salt: (0..<saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Blocking, like `hash`. False for a hash that is not one of ours.
    public static func verify(_ password: String, against encoded: String) -> Bool {
        let prepared = prepared(password)
        // Hashes from before passwords were prepared are of the text as it was typed.
        return matches(prepared, encoded)
            || (!prepared.unicodeScalars.elementsEqual(password.unicodeScalars) && matches(password, encoded))
    }

    /// Whether a hash costs a guesser less than one of today's.
    static func isWeak(_ encoded: String) -> Bool {
        Parameters(of: encoded).map { $0.cost < Parameters.current.cost } ?? true
    }

    private static func matches(_ password: String, _ encoded: String) -> Bool {
        let password = Array(password.utf8)
        return argon2id_verify(encoded, password, password.count) == ARGON2_OK.rawValue
    }
}
