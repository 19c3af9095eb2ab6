import Patrol
import Store
import Synchronization

/// Who a token speaks for, remembered for half a second, so that a handheld emptying its outbox is not looked up anew
/// for each record. A session that ends here is forgotten at once; one that ends elsewhere, or by its hours, within that
/// half second of the gateway's clock, whichever way that clock is set.
final class ActorCache: Sendable {
    private struct Entry {
        let actor: Actor
        let readAt: Instant
    }

    private static let lifetime: Int64 = 500  // milliseconds
    private static let maxEntries = 10_000

    private let entries = Mutex<[String: Entry]>([:])

    func actor(_ token: String, at now: Instant) -> Actor? {
        entries.withLock { entries in
            guard let entry = entries[token],
                (0..<Self.lifetime).contains(now.milliseconds(since: entry.readAt))
            else { return nil }
            return entry.actor
        }
    }

    func insert(_ actor: Actor, _ token: String, at now: Instant) {
        entries.withLock { entries in
            if entries.count >= Self.maxEntries { entries.removeAll(keepingCapacity: true) }
            entries[token] = Entry(actor: actor, readAt: now)
        }
    }

    /// Everything that speaks for somebody: their sessions ended, or what they may do changed.
    func forget(person: String) {
        entries.withLock { entries in entries = entries.filter { $0.value.actor.person != person } }
    }

    func forget(_ token: String) { entries.withLock { _ = $0.removeValue(forKey: token) } }
}
