import Crypto
import Patrol
import Store

/// Random secrets of the edge. None is kept but as a digest.
public enum Secrets: Sendable {
    static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        // Eight bytes for each call of the system.
        let words = (0..<(count + 7) / 8).map { _ in generator.next() }
        return words.withUnsafeBytes { Array($0.prefix(count)) }
    }

    /// 256 bits, base64url.
    public static func token() -> String { base64URL(bytes(32)) }

    /// Between something personal and what a chain knows of it: 128 bits.
    static func salt() -> String { base64URL(bytes(16)) }

    /// An id that says nothing: a letter and 80 bits.
    public static func id(_ letter: Character) -> String {
        var generator = SystemRandomNumberGenerator()
        return String(letter) + OneTimeCode(using: &generator).text.prefix(16)
    }

    /// Eight decimal digits.
    static func digits() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(String(100_000_000 + Int.random(in: 0..<100_000_000, using: &generator)).dropFirst())
    }
}

/// An access token and the refresh token that brings the next pair.
struct TokenPair: Equatable, Sendable {
    let token: String
    let refresh: String

    static func random() -> TokenPair { TokenPair(token: Secrets.token(), refresh: Secrets.token()) }

    private init(token: String, refresh: String) {
        self.token = token
        self.refresh = refresh
    }

    /// The pair that follows a refresh token: made from it and a random seed, so that it can be made again for somebody
    /// who has that token, and only for them.
    init(following refresh: String, seed: String) {
        func derived(_ use: String) -> String {
            let key = SymmetricKey(data: Array(seed.utf8))
            return base64URL(HMAC<SHA256>.authenticationCode(for: Array("\(use) \(refresh)".utf8), using: key))
        }
        self.init(token: derived("access"), refresh: derived("refresh"))
    }

    var hashes: NextPair { NextPair(tokenHash: sha256Hex(token.utf8), refreshHash: sha256Hex(refresh.utf8)) }
}
