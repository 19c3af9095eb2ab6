import Store
import Synchronization

/// Who a token speaks for, remembered for half a second, so that a handheld emptying its outbox is not looked up anew
/// for each record. A session that ends here is forgotten at once; one that ends elsewhere, within that half second.
final class ActorCache: Sendable {
    private struct Entry {
        let actor: Actor
        let until: ContinuousClock.Instant
    }

    private static let lifetime = Duration.milliseconds(500)
    private static let maxEntries = 10_000

    private let entries = Mutex<[String: Entry]>([:])

    func actor(_ tokenHash: String) -> Actor? {
        entries.withLock { entries in
            guard let entry = entries[tokenHash], entry.until > .now else { return nil }
            return entry.actor
        }
    }

    func insert(_ actor: Actor, _ tokenHash: String) {
        entries.withLock { entries in
            if entries.count >= Self.maxEntries { entries.removeAll(keepingCapacity: true) }
            entries[tokenHash] = Entry(actor: actor, until: .now + Self.lifetime)
        }
    }

    func forget(_ tokenHash: String) { entries.withLock { _ = $0.removeValue(forKey: tokenHash) } }
}
