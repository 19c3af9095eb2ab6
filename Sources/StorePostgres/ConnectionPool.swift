import Dispatch
import Foundation
import Store
import Synchronization

/// Threads with a connection each. A connection never leaves its thread, a job runs on one thread from begin to end,
/// and a full queue answers at once.
final class ConnectionPool: Sendable {
    typealias Job = @Sendable (ConnectionSlot) -> Void

    private let queue: JobQueue

    /// - Parameters:
    ///   - threads: most connections; each is opened when first needed.
    ///   - capacity: most jobs that wait for a thread.
    init(threads: Int, capacity: Int, name: String, server: Server) {
        let queue = JobQueue(capacity: capacity)
        self.queue = queue
        for number in 0..<threads {
            let thread = Thread {
                let slot = ConnectionSlot(server: server)
                while let job = queue.next() {
                    job(slot)
                    slot.tidy()
                }
            }
            thread.name = "\(name)-\(number)"
            thread.start()
        }
    }

    deinit { queue.close() }

    /// Runs a body on the next free thread. A caller that is cancelled goes at once; its body then runs for nobody, or not
    /// at all if it has not begun.
    func run<Result: Sendable>(_ body: @escaping @Sendable (ConnectionSlot) throws -> Result) async throws -> Result {
        let caller = Caller<Result>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                caller.wait(with: continuation)
                let isTaken = queue.add { slot in
                    if caller.isWaiting { caller.tell(Swift.Result { try body(slot) }) }
                }
                if !isTaken { caller.tell(.failure(StoreError.queueFull)) }
            }
        } onCancel: {
            caller.tell(.failure(CancellationError()))
        }
    }
}

/// Who waits for a result; the first one told is the one that counts, also if it comes before the waiting.
private final class Caller<Result: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Result, any Error>?
        var early: Swift.Result<Result, any Error>?
        var isTold = false
    }

    private let state = Mutex(State())

    var isWaiting: Bool { state.withLock { !$0.isTold } }

    func wait(with continuation: CheckedContinuation<Result, any Error>) {
        let early = state.withLock { state in
            if state.early == nil { state.continuation = continuation }
            return state.early
        }
        if let early { continuation.resume(with: early) }
    }

    func tell(_ outcome: Swift.Result<Result, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Result, any Error>? in
            guard !state.isTold else { return nil }
            state.isTold = true
            if state.continuation == nil { state.early = outcome }
            return state.continuation.take()
        }
        continuation?.resume(with: outcome)
    }
}

/// Jobs in the order in which they came, for several threads.
private final class JobQueue: Sendable {
    private struct State {
        /// Nil where one was taken.
        var jobs: [ConnectionPool.Job?] = []
        var first = 0
        var isClosed = false
    }

    private let capacity: Int
    private let state = Mutex(State())
    /// One signal for each job, and one that goes from thread to thread at the end.
    private let signal = DispatchSemaphore(value: 0)

    init(capacity: Int) { self.capacity = capacity }

    /// - Returns: false if the queue is full or closed.
    func add(_ job: @escaping ConnectionPool.Job) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.jobs.count - state.first < capacity else { return false }
            state.jobs.append(job)
            return true
        }
        if isTaken { signal.signal() }
        return isTaken
    }

    /// Waits for a job; nil once the queue is closed and empty.
    func next() -> ConnectionPool.Job? {
        signal.wait()
        let job = state.withLock { state -> ConnectionPool.Job? in
            guard state.first < state.jobs.count else { return nil }
            let job = state.jobs[state.first].take()
            state.first += 1
            if state.first == state.jobs.count || state.first >= 1_024 {
                state.jobs.removeFirst(state.first)
                state.first = 0
            }
            return job
        }
        if job == nil { signal.signal() }
        return job
    }

    func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }
}
