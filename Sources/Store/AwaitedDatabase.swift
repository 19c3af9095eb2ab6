import Synchronization

/// A database that may not be there yet, or not have its schema: until it was made ready every access is answered
/// `StoreError.unavailable` at once, so that a gateway can start before its server.
public final class AwaitedDatabase: Database {
    private let base: any Database
    private let isReady = Atomic(false)

    public init(_ base: any Database) { self.base = base }

    /// Opens it to all once it was made ready by another way.
    public func open(after prepare: () async throws -> Void) async throws {
        try await prepare()
        isReady.store(true, ordering: .releasing)
    }

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try requireReady()
        return try await base.read(body)
    }

    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try requireReady()
        return try await base.write(body)
    }

    public func scrub() async throws {
        try requireReady()
        try await base.scrub()
    }

    private func requireReady() throws(StoreError) {
        guard isReady.load(ordering: .acquiring) else { throw .unavailable("the database was not reached yet") }
    }
}
