import Patrol
import Store
import Synchronization

/// Hands records over as a gateway does under load: many at the same time, so that one commit serves many of them.
struct Delivery: Sendable {
    let store: PatrolStore
    /// Submissions that wait for their commit together.
    var inFlight = 1_024

    /// Writes bodies and reads them on the other cores while the engine writes.
    /// - Returns: how many new records there are.
    func send(_ drafts: [VisitDraft]) async throws -> Int {
        let next = Turn()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<min(inFlight, drafts.count) {
                tasks.addTask {
                    while true {
                        let index = next.take()
                        guard index < drafts.count else { return }
                        try await send(drafts[index])
                    }
                }
            }
            try await tasks.waitForAll()
        }
        return drafts.count
    }

    /// Whose turn it is.
    private final class Turn: Sendable {
        private let next = Atomic(0)

        func take() -> Int { next.add(1, ordering: .relaxed).oldValue }
    }

    private func send(_ draft: VisitDraft) async throws {
        let submission = try draft.submission(in: store.zone)
        guard case .stored = try await store.submit(submission) else { throw Failure("\(draft.id) was not new") }
        guard draft.isSentTwice else { return }
        guard case .replayed = try await store.submit(submission) else { throw Failure("\(draft.id) came twice") }
    }
}

/// What ends the run.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
