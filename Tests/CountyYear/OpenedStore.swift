import Foundation
import Patrol
import Store
import StoreSQLite

/// The database file of a run, which may be opened and closed several times.
struct DatabaseFile: Sendable {
    let folder: URL
    var name = "patrol.db"
    private var file: URL { folder.appending(path: name) }

    /// Opens the file with the gateway's own settings for the length of `body`, with its group commit running.
    func withStore<Result: Sendable>(_ body: @Sendable (PatrolStore) async throws -> Result) async throws -> Result {
        let outcome = try await served(body)
        // Whoever closes the file last brings the log into it.
        let log = file.path + "-wal"
        for _ in 0..<600 where FileManager.default.fileExists(atPath: log) {
            try await Task.sleep(for: .milliseconds(50))
        }
        return outcome
    }

    private func served<Result: Sendable>(
        _ body: @Sendable (PatrolStore) async throws -> Result
    ) async throws -> Result {
        let database = try SQLiteDatabase(path: file.path)
        try await migrate(database)
        // A month that opens or closes keeps records waiting for as long as it takes.
        let group = GroupCommit(database, patience: .seconds(900))
        let store = PatrolStore(database, zone: .shanghai, group: group)
        try await store.bindTimeZone()
        async let running: Void = group.run()
        let outcome: Swift.Result<Result, any Error>
        do { outcome = .success(try await body(store)) } catch { outcome = .failure(error) }
        group.close()
        await running
        return try outcome.get()
    }

    /// The database as it is now, to be looked at later; only while it is closed.
    func copy(as name: String) throws -> DatabaseFile {
        let copy = DatabaseFile(folder: folder, name: name)
        try FileManager.default.copyItem(at: file, to: copy.file)
        return copy
    }

    /// Bytes of the file; all of them, once it is closed.
    func bytes() throws -> Int {
        try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
    }
}

/// Makes a folder that must not be there yet or be empty: a run never writes into somebody's database.
func emptyFolder(_ path: String) throws -> URL {
    let folder = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    guard try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty else {
        throw Failure("\(path) is not empty")
    }
    return folder
}
