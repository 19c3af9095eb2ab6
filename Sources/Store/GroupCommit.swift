import Synchronization

/// Gathers concurrent writes into one transaction, so that one wait for the disk serves them all.
///
/// Each job has a savepoint of its own: one that throws fails alone. A commit that fails fails every job of its
/// batch. Nobody is answered before the commit, and a caller that is cancelled while waiting changes nothing.
public final class GroupCommit: Sendable {
    /// Runs the job and returns what tells its outcome, once the commit is on disk.
    private typealias Job = @Sendable (any SQLConnection) -> @Sendable () -> Void

    private struct Waiting {
        /// Each job with the answer for one that never ran.
        var jobs: [(run: Job, refuse: @Sendable (any Error) -> Void)] = []
        var isClosed = false
    }

    private let database: any Database
    private let maxBatch: Int
    private let maxWaiting: Int
    private let waiting = Mutex(Waiting())
    private let wake: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - maxBatch: most jobs in one transaction.
    ///   - maxWaiting: most jobs in the queue; a further one is refused at once with `StoreError.queueFull`.
    public init(_ database: any Database, maxBatch: Int = 256, maxWaiting: Int = 4_096) {
        self.database = database
        self.maxBatch = maxBatch
        self.maxWaiting = maxWaiting
        (wake, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Queues a body and returns its result once it is on disk.
    /// - Throws: what `body` threw, or what the commit threw, or `StoreError.queueFull`.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            let job: Job = { connection in
                let outcome = Swift.Result { try connection.savepoint { try body(connection) } }
                return { continuation.resume(with: outcome) }
            }
            let refusal: StoreError? = waiting.withLock { waiting in
                if waiting.isClosed { return .unavailable("shutting down") }
                if waiting.jobs.count >= maxWaiting { return .queueFull }
                waiting.jobs.append((job, { continuation.resume(throwing: $0) }))
                return nil
            }
            if let refusal { continuation.resume(throwing: refusal) } else { wakeUp.yield() }
        }
    }

    /// Serves the queue until `close()`; what waits by then is still written. When it is cancelled instead, what waits is
    /// refused, so that nobody waits for ever.
    public func run() async {
        for await _ in wake {
            while await commitNext() {}
        }
        waiting.withLock { $0.isClosed = true }
        while await commitNext() {}
    }

    /// Takes no further jobs and lets `run()` end.
    public func close() {
        waiting.withLock { $0.isClosed = true }
        wakeUp.finish()
    }

    private func commitNext() async -> Bool {
        // Requests that are ready to run get their jobs in first: under load the batch grows, at rest this is free.
        await Task.yield()
        let batch = waiting.withLock { waiting in
            let batch = Array(waiting.jobs.prefix(maxBatch))
            waiting.jobs.removeFirst(batch.count)
            return batch
        }
        guard !batch.isEmpty else { return false }
        let jobs = batch.map(\.run)
        do {
            let answers = try await database.write { connection in jobs.map { $0(connection) } }
            for answer in answers { answer() }
        } catch {
            for job in batch { job.refuse(error) }
        }
        return true
    }
}
