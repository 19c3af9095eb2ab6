import Intake
import Logging
import Patrol
import ServiceLifecycle
import Store

/// Deletes what was kept long enough, a few times a day. Of several gateways one does it.
struct RetentionKeeper: Service {
    let store: PatrolStore
    let terms: RetentionTerms
    /// Of this process, unlike any other's.
    let holder: String
    let now: @Sendable () -> Instant
    let logger: Logger

    private static let pause = Duration.seconds(6 * 3_600)
    /// Milliseconds; the first round of an old database takes minutes.
    private static let leaseTime: Int64 = 3_600_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await keep()
                } catch {
                    let isPassing = (error as? StoreError)?.mendsWithTime ?? (error is CancellationError)
                    logger.log(
                        level: isPassing ? .debug : .warning, "what is over was not deleted",
                        metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// One round, unless another gateway is at it.
    func keep() async throws {
        guard try await store.holdLease("retention", by: holder, at: now(), for: Self.leaseTime) else { return }
        do {
            let outcome = try await store.applyRetention(terms, at: now(), cutting: { try cutBody($0, $1) })
            if outcome != RetentionOutcome() {
                try await store.trace(
                    Act(
                        "retention", at: now(), person: nil,
                        object: "positions \(outcome.positions) photos \(outcome.photos) people \(outcome.people) "
                            + "logins \(outcome.logins)", salt: Secrets.salt()))
                logger.info(
                    "deleted what was kept long enough",
                    metadata: [
                        "positions": "\(outcome.positions)", "photos": "\(outcome.photos)",
                        "people": "\(outcome.people)", "logins": "\(outcome.logins)",
                    ])
            }
        } catch {
            try? await store.dropLease("retention", by: holder)
            throw error
        }
        try await store.dropLease("retention", by: holder)
    }
}
