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

    /// Runs a body on the next free thread.
    func run<Result: Sendable>(_ body: @escaping @Sendable (ConnectionSlot) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            let isTaken = queue.add { slot in continuation.resume(with: Swift.Result { try body(slot) }) }
            if !isTaken { continuation.resume(throwing: StoreError.queueFull) }
        }
    }
}

/// Jobs in the order in which they came, for several threads.
private final class JobQueue: Sendable {
    private struct State {
        var jobs: [ConnectionPool.Job] = []
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
            let job = state.jobs[state.first]
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
