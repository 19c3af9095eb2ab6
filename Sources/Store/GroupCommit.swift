import Synchronization

/// Gathers concurrent writes into one transaction, so that one wait for the disk serves them all.
///
/// One that throws fails alone: then nothing of the batch was written, and the batch is written again with a savepoint
/// for each job. A commit that fails fails every job of its batch. Nobody is answered before the commit, and a caller
/// that is cancelled while waiting changes nothing. A caller that has waited too long, for a server that hangs or a
/// standby that does not answer, is told so; what it wanted written may be written all the same.
public final class GroupCommit: Sendable {
    /// Tells a caller its outcome, once the commit is on disk.
    private typealias Answer = @Sendable () -> Void

    private struct Job: Sendable {
        /// May run more than once; only the last run's answer is given.
        let attempt: @Sendable (any SQLConnection, Seal) throws -> Answer
        let refuse: @Sendable (any Error) -> Void
        let since: ContinuousClock.Instant
    }

    /// Who waits for an outcome; the first one given is the one that counts.
    private final class Caller<Result: Sendable>: Sendable {
        private let continuation: Mutex<CheckedContinuation<Result, any Error>?>

        init(_ continuation: CheckedContinuation<Result, any Error>) { self.continuation = Mutex(continuation) }

        func tell(_ outcome: Swift.Result<Result, any Error>) {
            continuation.withLock { $0.take() }?.resume(with: outcome)
        }
    }

    /// A batch was rolled back.
    private struct JobFailed: Error {
        let reason: any Error
        /// Whether one of the jobs threw, rather than what follows them.
        let isJobs: Bool
    }

    private struct Waiting {
        var jobs: [Job] = []
        /// Being written.
        var batch: [Job] = []
        var isClosed = false
    }

    private let database: any Database
    /// Of the audit, into which each batch's records are sealed; nil where nothing is traced.
    private let chain: String?
    /// Where that chain ends; nil before the first batch and after one that failed.
    private let tail = Mutex<AuditTail?>(nil)
    private let maxBatch: Int
    private let maxWaiting: Int
    private let patience: Duration
    private let waiting = Mutex(Waiting())
    private let wake: AsyncStream<Void>
    private let wakeUp: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - chain: the chain of the audit that this writer alone appends to; nil for a database without one.
    ///   - maxBatch: most jobs in one transaction.
    ///   - maxWaiting: most jobs in the queue; a further one is refused at once with `StoreError.queueFull`.
    ///   - patience: how long a caller waits before it is told `StoreError.busy`.
    public init(
        _ database: any Database, chain: String?, maxBatch: Int = 256, maxWaiting: Int = 4_096,
        patience: Duration = .seconds(8)
    ) {
        self.database = database
        self.chain = chain
        self.maxBatch = maxBatch
        self.maxWaiting = maxWaiting
        self.patience = patience
        (wake, wakeUp) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Jobs that are in no transaction yet.
    var depth: Int { waiting.withLock { $0.jobs.count } }

    /// Queues a body and returns its result once it is on disk.
    /// - Throws: what `body` threw, or what the commit threw, or `StoreError.queueFull`, or `.busy` after the patience.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection, Seal) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            let caller = Caller(continuation)
            let job = Job(
                attempt: { connection, seal in
                    let result = try body(connection, seal)
                    return { caller.tell(.success(result)) }
                }, refuse: { caller.tell(.failure($0)) }, since: .now)
            let refusal: StoreError? = waiting.withLock { waiting in
                if waiting.isClosed { return .unavailable("shutting down") }
                if waiting.jobs.count >= maxWaiting { return .queueFull }
                waiting.jobs.append(job)
                return nil
            }
            if let refusal { caller.tell(.failure(refusal)) } else { wakeUp.yield() }
        }
    }

    /// Serves the queue until `close()`; what waits by then is still written. When it is cancelled instead, what waits is
    /// refused, so that nobody waits for ever.
    public func run() async {
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await self.tellOverdue() }
            for await _ in wake {
                while await commitNext() {}
            }
            waiting.withLock { $0.isClosed = true }
            while await commitNext() {}
            tasks.cancelAll()
        }
    }

    /// Tells callers whose patience is over; what still waits in the queue is not written any more.
    private func tellOverdue() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: patience / 8)
            let limit = ContinuousClock.now - patience
            let overdue = waiting.withLock { waiting in
                let overdue = waiting.batch.filter { $0.since < limit } + waiting.jobs.filter { $0.since < limit }
                if !overdue.isEmpty { waiting.jobs.removeAll { $0.since < limit } }
                return overdue
            }
            for job in overdue { job.refuse(StoreError.busy) }
        }
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
            if waiting.jobs.count <= maxBatch {
                (waiting.batch, waiting.jobs) = (waiting.jobs, [])
            } else {
                waiting.batch = Array(waiting.jobs.prefix(maxBatch))
                waiting.jobs.removeFirst(maxBatch)
            }
            return waiting.batch
        }
        guard !batch.isEmpty else { return false }
        do {
            for answer in try await write(batch) { answer() }
        } catch {
            for job in batch { job.refuse(error) }
        }
        waiting.withLock { $0.batch = [] }
        return true
    }

    private func write(_ batch: [Job]) async throws -> [Answer] {
        let known = tail.withLock { $0.take() }
        let (answers, end) = try await write(batch, after: known)
        tail.withLock { $0 = end }
        return answers
    }

    private func write(_ batch: [Job], after known: AuditTail?) async throws -> ([Answer], AuditTail?) {
        let chain = chain
        do {
            return try await database.write { connection in
                var isFilled = false
                do {
                    let seal = Seal(chain: chain, after: known)
                    let answers = try batch.map { try $0.attempt(connection, seal) }
                    isFilled = true
                    let end = try seal.close(connection)
                    try connection.settle()
                    return (answers, end)
                } catch {
                    throw JobFailed(reason: error, isJobs: !isFilled)
                }
            }
        } catch let failure as JobFailed {
            // Where the chain ends elsewhere than was known, it is looked up.
            if batch.count == 1, failure.isJobs || known == nil { throw failure.reason }
        }
        return try await database.write { connection in
            let seal = Seal(chain: chain, after: nil)
            // Outside every savepoint: a chain that is begun stays.
            _ = try seal.row(connection)
            let answers: [Answer] = batch.map { job in
                let before = seal.count
                do {
                    return try connection.savepoint { try job.attempt(connection, seal) }
                } catch {
                    seal.takeBack(to: before)
                    return { job.refuse(error) }
                }
            }
            return (answers, try seal.close(connection))
        }
    }
}
