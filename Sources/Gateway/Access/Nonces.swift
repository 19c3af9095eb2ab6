import Crypto
import Foundation
import Patrol
import Synchronization

/// Nonces for proofs, and the proofs that were seen.
///
/// A nonce tells its own time, sealed with a key that lives as long as this process: no state, and none of another
/// gateway is taken, so that a proof cannot be played again there. It is good for one to two periods.
final class Nonces: Sendable {
    /// Milliseconds.
    static let period: Int64 = 150_000
    /// Of proofs in one period; beyond, proofs are refused rather than forgotten.
    static let maxSeen = 1_000_000

    private struct Seen {
        var period: Int64 = 0
        var marks: Set<[UInt8]> = []
        var earlier: Set<[UInt8]> = []
    }

    private let key = SymmetricKey(size: .bits256)
    private let seen = Mutex(Seen())

    func nonce(at now: Instant) -> String {
        let period = now.milliseconds / Self.period
        var bytes = (0..<8).map { UInt8(truncatingIfNeeded: period >> (8 * $0)) }
        bytes += HMAC<SHA256>.authenticationCode(for: bytes, using: key).prefix(16)
        return base64URL(bytes)
    }

    /// Whether it was made in this period or the one before.
    func accepts(_ nonce: String, at now: Instant) -> Bool {
        guard let bytes = bytes(base64URL: nonce), bytes.count == 24 else { return false }
        let made = (0..<8).reduce(Int64(0)) { $0 | Int64(bytes[$1]) << (8 * Int64($1)) }
        let present = now.milliseconds / Self.period
        guard made == present || made == present - 1 else { return false }
        return Array(HMAC<SHA256>.authenticationCode(for: bytes[..<8], using: key).prefix(16)) == Array(bytes[8...])
    }

    /// Whether this is the first time that a proof comes; remembered as long as its nonce is good.
    func isFirst(_ mark: [UInt8], at now: Instant) -> Bool {
        let period = now.milliseconds / Self.period
        return seen.withLock { seen in
            // A clock that is put back does not forget what it saw: nonces of the time ahead are refused meanwhile.
            if period > seen.period {
                // A nonce of the period before last is refused already.
                seen.earlier = seen.period == period - 1 ? seen.marks : []
                seen.marks = []
                seen.period = period
            }
            guard seen.marks.count < Self.maxSeen, !seen.earlier.contains(mark) else { return false }
            return seen.marks.insert(mark).inserted
        }
    }
}
