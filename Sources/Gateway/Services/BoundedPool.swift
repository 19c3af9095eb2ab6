import NIOPosix
import Synchronization

/// Threads for work that blocks or burns CPU, with a bound on what may wait: a full queue answers at once.
final class BoundedPool: Sendable {
    private let threads: NIOThreadPool
    private let maxPending: Int
    private let kept: Int
    private let pending = Mutex(0)

    /// - Parameters:
    ///   - workers: jobs at the same time.
    ///   - queue: jobs that may wait beside them.
    ///   - kept: how many of these only a caller who is known may take, so that strangers cannot fill all.
    init(workers: Int, queue: Int, keptForKnown kept: Int = 0) {
        threads = NIOThreadPool(numberOfThreads: workers)
        maxPending = workers + queue
        self.kept = kept
        threads.start()
    }

    /// Running and waiting.
    var jobs: Int { pending.withLock { $0 } }

    /// - Throws: `Refusal.busy` when the queue is full; otherwise what `body` throws.
    func run<Result: Sendable>(
        forKnown isKnown: Bool = true, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await reserving(forKnown: isKnown) { place in try await place.run(body) }
    }

    /// Takes a place before something long begins, so that what was received is not thrown away for want of one.
    /// - Throws: `Refusal.busy` when there is none.
    func reserving<Result: Sendable>(
        forKnown isKnown: Bool = true, _ use: (Place) async throws -> Result
    ) async throws -> Result {
        let isFull = pending.withLock { pending in
            guard pending < maxPending - (isKnown ? 0 : kept) else { return true }
            pending += 1
            return false
        }
        guard !isFull else { throw Refusal.busy(seconds: 2) }
        defer { pending.withLock { $0 -= 1 } }
        return try await use(Place(threads: threads))
    }

    /// The right to run one job at a time on the pool.
    struct Place {
        fileprivate let threads: NIOThreadPool

        func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
            try await threads.runIfActive(body)
        }
    }

    func shutdown() async throws { try await threads.shutdownGracefully() }
}
