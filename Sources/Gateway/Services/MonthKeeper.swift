import Logging
import Patrol
import ServiceLifecycle
import Store

/// What a month needs without anybody asking: its ledger when it begins, so that nobody's first look waits for a county's
/// duties; its closing after the grace time; a new version when late records came; an end to waiting for photos. Of
/// several gateways one does it.
struct MonthKeeper: Service {
    let store: PatrolStore
    /// Of this process, unlike any other's.
    let holder: String
    let now: @Sendable () -> Instant
    let logger: Logger

    private static let pause = Duration.seconds(30)
    /// Rounds between two looks at what is over: ten minutes.
    private static let roundsToCloseOff = 20
    /// Milliseconds; a county takes seconds.
    private static let leaseTime: Int64 = 300_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var round = 0
            while !Task.isCancelled {
                await attempt("the month was not opened") { try await keep() }
                if round % Self.roundsToCloseOff == 0 {
                    await attempt("what is over was not closed") { try await closeOff() }
                }
                round += 1
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func attempt(_ failure: Logger.Message, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            // Readers and writers open the month themselves, and the next round closes what this one could not.
            let isPassing = (error as? StoreError)?.mendsWithTime ?? (error is CancellationError)
            logger.log(level: isPassing ? .debug : .warning, failure, metadata: ["error": "\(error)"])
        }
    }

    /// Opens the current month unless it is open, or another gateway is at it.
    func keep() async throws {
        let month = store.zone.month(of: now())
        guard try await !store.isOpen(month) else { return }
        try await alone("open-month") {
            try await store.open(month, at: now())
            logger.info("opened the month", metadata: ["month": "\(month)"])
        }
    }

    /// Closes months whose grace time is over, cuts versions of those that changed, and stops waiting for photos.
    func closeOff() async throws {
        try await alone("close-month") {
            let month = store.zone.month(of: now())
            for ruled in [month.previous, month] {
                // What fails here must not keep a month from closing.
                await attempt("rules were not applied") {
                    let granted = try await store.applyRules(in: ruled, at: now())
                    if granted > 0 {
                        logger.info("ruled by rule", metadata: ["month": "\(ruled)", "granted": "\(granted)"])
                    }
                }
            }
            for due in try await store.dueClosings(at: now()) {
                await attempt("a month was not closed") { try await close(due.month, of: due.unit) }
            }
            await attempt("photos were not given up") {
                let downgraded = try await store.giveUpPhotos(at: now())
                if downgraded > 0 { logger.info("photos never came", metadata: ["visits": "\(downgraded)"]) }
            }
            for version in try await store.cutVersions(at: now()) {
                logger.info(
                    "cut a version",
                    metadata: [
                        "month": "\(version.month)", "unit": "\(version.unit)", "version": "\(version.number)",
                    ])
            }
        }
    }

    private func close(_ month: Month, of unit: AreaID) async throws {
        let version = try await store.close(month, of: unit, by: "grace", at: now())
        logger.info(
            "closed the month", metadata: ["month": "\(month)", "unit": "\(unit)", "sha256": "\(version.sha256)"])
    }

    /// Does a piece of work unless another gateway is at it.
    private func alone(_ name: String, _ work: () async throws -> Void) async throws {
        guard try await store.holdLease(name, by: holder, at: now(), for: Self.leaseTime) else { return }
        do {
            try await work()
        } catch {
            try? await store.dropLease(name, by: holder)
            throw error
        }
        try await store.dropLease(name, by: holder)
    }
}
