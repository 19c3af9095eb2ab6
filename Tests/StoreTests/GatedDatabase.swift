import Dispatch
import Store
import Synchronization
import TestSupport

/// An engine whose commits are counted and can be held back or made to fail.
final class GatedDatabase: Database {
    private struct State {
        var isClosed = false
        var commits = 0
        var attempts = 0
        var failing: Set<Int> = []
    }

    private let base: any Database
    private let state = Mutex(State())
    private let gate = DispatchSemaphore(value: 0)
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    init(_ base: any Database) {
        self.base = base
        (arrivals, arrived) = AsyncStream.makeStream()
    }

    /// Transactions that reached the disk.
    var commits: Int { state.withLock { $0.commits } }

    /// Transactions that came as far as their commit.
    var attempts: Int { state.withLock { $0.attempts } }

    /// From now on a transaction stands still before its commit.
    func hold() { state.withLock { $0.isClosed = true } }

    /// Returns once a transaction stands before its commit.
    func waitUntilHeld() async { for await _ in arrivals { return } }

    func release() {
        state.withLock { $0.isClosed = false }
        gate.signal()
    }

    /// The commit of this number, counted from 1, finds no room on the disk.
    func failCommit(_ number: Int) { state.withLock { _ = $0.failing.insert(number) } }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await base.read(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        let result = try await base.write { [self] connection in
            let result = try body(connection)
            let (isClosed, fails) = state.withLock { state in
                state.attempts += 1
                return (state.isClosed, state.failing.contains(state.attempts))
            }
            if isClosed {
                arrived.yield()
                gate.wait()
            }
            if fails { throw StoreError.diskFull }
            return result
        }
        state.withLock { $0.commits += 1 }
        return result
    }

    func months() async throws -> [String] {
        try await read { connection in
            try connection.rows("SELECT month FROM ledger_month ORDER BY month", []).map { try $0.text(0) }
        }
    }
}

/// An engine under which something else happens once between a reading and whatever its reader does next.
final class InterruptedDatabase: Database {
    private let base: any Database
    private let interruption = Mutex<(@Sendable () async throws -> Void)?>(nil)

    init(_ base: any Database) { self.base = base }

    /// What happens behind the next reading that ends.
    func interrupt(with happening: @escaping @Sendable () async throws -> Void) {
        interruption.withLock { $0 = happening }
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        let result = try await base.read(body)
        let happening = interruption.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        try await happening?()
        return result
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await base.write(body)
    }
}

/// What became of one writer.
enum WriteOutcome: Equatable, Sendable {
    case written(Int)
    case failed(Int)
    case storeError(StoreError)
}

/// A running group commit over a gated engine, and writers that queue behind a commit that is held back.
struct GatedGroup: Sendable {
    let database: GatedDatabase
    let group: GroupCommit
    let maxWaiting: Int

    /// Writes the row of a number; a number that `fails` throws after writing.
    func write(_ number: Int, fails: Bool = false) async -> WriteOutcome {
        do {
            try await group.write { connection, _ in
                try connection.note("\(number)")
                if fails { throw Refused() }
            }
            return .written(number)
        } catch let error as StoreError {
            return .storeError(error)
        } catch {
            return .failed(number)
        }
    }

    /// Holds the first writer (0) before its commit and queues more writers (1…) than the queue takes; the first
    /// refusal tells that it is full. Then does `meanwhile` and lets the commit go on.
    func behindHeldCommit(
        writers: Int, fails: @escaping @Sendable (Int) -> Bool = { _ in false },
        meanwhile: @Sendable ([Task<WriteOutcome, Never>]) async throws -> Void = { _ in }
    ) async throws -> [WriteOutcome] {
        database.hold()
        let (answers, answered) = AsyncStream.makeStream(of: WriteOutcome.self)
        let first = Task { await write(0) }
        await database.waitUntilHeld()
        let queued = (1...writers).map { number in
            Task {
                let outcome = await write(number, fails: fails(number))
                answered.yield(outcome)
                return outcome
            }
        }
        var refused = 0
        for await _ in answers {
            refused += 1
            if refused == writers - maxWaiting { break }
        }
        try await meanwhile([first] + queued)
        database.release()
        var outcomes = [await first.value]
        for task in queued { outcomes.append(await task.value) }
        return outcomes
    }
}

func withGatedGroup<Result: Sendable>(
    _ engine: Engine, maxBatch: Int = 256, maxWaiting: Int = 4_096, patience: Duration = .seconds(120),
    _ body: @Sendable (GatedGroup) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { folder in
        let opened = try engine.open(folder)
        try await migrate(opened)
        let database = GatedDatabase(opened)
        let group = GroupCommit(database, maxBatch: maxBatch, maxWaiting: maxWaiting, patience: patience)
        async let running: Void = group.run()
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(GatedGroup(database: database, group: group, maxWaiting: maxWaiting)))
        } catch {
            outcome = .failure(error)
        }
        group.close()
        await running
        return try outcome.get()
    }
}
