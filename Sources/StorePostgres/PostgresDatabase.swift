public import Store

/// PostgreSQL 15 or newer through libpq: several gateways on one database.
///
/// Transactions are SERIALIZABLE and run again when they lose against another one. A server that is down or goes away
/// gives `StoreError.unavailable` at once; connections come back by themselves. Collation must be C, since texts are
/// ordered by their bytes, and an answer means that the commit is on the server's disk.
public struct PostgresDatabase: Database {
    private let readers: ConnectionPool
    private let writers: ConnectionPool
    private let patience: Duration

    /// Opens nothing yet.
    /// - Parameters:
    ///   - url: as libpq takes it, several hosts and TLS parameters included: `postgres://user@host/database`.
    ///   - readers: most connections that read at the same time.
    ///   - writers: most connections that write at the same time.
    ///   - statementTime: longest time of one statement, which also tells a server that hangs from one that works; nil
    ///     for administration, which may take hours.
    ///   - patience: how long a transaction that lost against others is tried again.
    public init(
        url: String, readers: Int = 4, writers: Int = 2, statementTime: Duration? = .seconds(30),
        patience: Duration = .seconds(10)
    ) {
        self.patience = patience
        self.readers = ConnectionPool(
            threads: readers, capacity: 1_024, name: "pg-read",
            server: Server(url: url, statementTime: statementTime, role: .reading))
        self.writers = ConnectionPool(
            threads: writers, capacity: 1_024, name: "pg-write",
            server: Server(url: url, statementTime: statementTime, role: .writing))
    }

    /// Whether libpq can read a URL.
    public static func understands(_ url: String) -> Bool { Server.understands(url) }

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await readers.run { [patience] slot in try slot.transaction(.reading, patience: patience, body) }
    }

    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await writers.run { [patience] slot in try slot.transaction(.writing, patience: patience, body) }
    }
}
