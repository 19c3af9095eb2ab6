import CPostgres
public import Foundation
import Patrol
public import Store
import StorePostgres
import StoreSQLite

/// A database engine that the contract suite runs on.
public struct Engine: Sendable, CustomStringConvertible {
    public let name: String
    /// Opens an empty database in an empty folder, or the one that is there.
    public let open: @Sendable (_ folder: URL) throws -> any Database
    public var description: String { name }

    public init(name: String, open: @escaping @Sendable (_ folder: URL) throws -> any Database) {
        self.name = name
        self.open = open
    }

    public static let sqlite = Engine(name: "SQLite") { folder in
        try SQLiteDatabase(path: folder.appending(path: "patrol.sqlite").path)
    }

    /// A database of its own in the cluster that `make test` starts. Without that cluster every test of this engine
    /// fails: an engine that nobody tried is not known to work.
    public static let postgres = Engine(name: "PostgreSQL") { folder in
        PostgresDatabase(url: try testDatabase(named: folder.lastPathComponent), readers: 3, writers: 2)
    }

    /// Every engine that the program can be started with.
    public static let all = [sqlite, postgres]
}

/// The URL of a database in the test cluster, made if it is not there.
public func testDatabase(named name: String) throws -> String {
    guard let cluster = ProcessInfo.processInfo.environment["PATROL_TEST_POSTGRES"],
        var url = URLComponents(string: cluster)
    else { throw StoreError.unavailable("PATROL_TEST_POSTGRES is not set; run `make test`, which starts a cluster") }
    let name = name.lowercased().replacing("-", with: "_")
    let connection = PQconnectdb(cluster)
    defer { PQfinish(connection) }
    let result = PQexec(connection, "CREATE DATABASE \(name) TEMPLATE template0")
    defer { PQclear(result) }
    let message = String(cString: PQerrorMessage(connection))
    guard message.isEmpty || message.contains("already exists") else { throw StoreError.unavailable(message) }
    url.path = "/" + name
    return url.string ?? ""
}

/// A folder of its own, with all that is in it gone when `body` ends.
@discardableResult
public func withTemporaryFolder<Result: Sendable>(
    _ body: @Sendable (URL) async throws -> Result
) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "patrol-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder)
}

/// A fresh database file with the newest schema, and its store.
public struct TemporaryStore: Sendable {
    public let folder: URL
    public let database: any Database
    public let group: GroupCommit
    public let store: PatrolStore

    /// - Parameters:
    ///   - engine: what the file is made with.
    ///   - dressed: puts something around the engine, such as a counter of commits.
    public init(
        in folder: URL, engine: Engine = .sqlite,
        dressed: @Sendable (any Database) -> any Database = { $0 }
    ) async throws {
        self.folder = folder
        let opened = try engine.open(folder)
        try await migrate(opened)
        database = dressed(opened)
        // Hundreds of tests share two cores.
        group = GroupCommit(database, patience: .seconds(120))
        store = PatrolStore(database, zone: .shanghai, group: group)
    }

    /// Runs the group commit beside `body` and waits until all that was queued is written.
    @discardableResult
    public func serving<Result: Sendable>(_ body: @Sendable (PatrolStore) async throws -> Result) async throws -> Result
    {
        async let running: Void = group.run()
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(store))
        } catch {
            outcome = .failure(error)
        }
        group.close()
        await running
        return try outcome.get()
    }
}

/// A fresh store for the length of `body`.
@discardableResult
public func withStore<Result: Sendable>(
    _ engine: Engine = .sqlite, dressed: @escaping @Sendable (any Database) -> any Database = { $0 },
    _ body: @Sendable (PatrolStore) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { folder in
        try await TemporaryStore(in: folder, engine: engine, dressed: dressed).serving(body)
    }
}
