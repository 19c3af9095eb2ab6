import Synchronization

/// Which ids an act turns out to concern while it is under way: those of its body, and those that are made for it. No
/// names of people, no words.
public final class Concern: Sendable {
    private let found = Mutex<[String]>([])

    public init() {}

    /// Callers choose what stands in a body: what is too long for an id, or has letters that no id has, is passed over.
    public func add(_ ids: some Sequence<String?>) {
        let fit = ids.compactMap { $0 }.filter { id in
            (1...64).contains(id.utf8.count) && id.unicodeScalars.allSatisfy { $0.value > 32 && $0.value < 127 }
        }
        found.withLock { found in
            for id in fit where found.count < 24 && !found.contains(id) { found.append(id) }
        }
    }

    var ids: [String] { found.withLock { $0 } }
}
