import Logging
import Patrol
import ServiceLifecycle
import Store

/// Makes the ledger of a month when it begins, so that nobody's first look waits for a county's duties to be written
/// down. Of several gateways one does it.
struct MonthKeeper: Service {
    let store: PatrolStore
    /// Of this process, unlike any other's.
    let holder: String
    let now: @Sendable () -> Instant
    let logger: Logger

    private static let pause = Duration.seconds(30)
    /// Milliseconds; a county takes seconds.
    private static let leaseTime: Int64 = 300_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await keep()
                } catch {
                    // Readers and writers open the month themselves; this only spares them the wait.
                    let isPassing = (error as? StoreError)?.mendsWithTime ?? (error is CancellationError)
                    logger.log(
                        level: isPassing ? .debug : .warning, "the month was not opened",
                        metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    /// Opens the current month unless it is open, or another gateway is at it.
    func keep() async throws {
        let now = now()
        let month = store.zone.month(of: now)
        guard try await !store.isOpen(month),
            try await store.holdLease("open-month", by: holder, at: now, for: Self.leaseTime)
        else { return }
        do {
            try await store.open(month, at: now)
        } catch {
            try? await store.dropLease("open-month", by: holder)
            throw error
        }
        try await store.dropLease("open-month", by: holder)
        logger.info("opened the month", metadata: ["month": "\(month)"])
    }
}
