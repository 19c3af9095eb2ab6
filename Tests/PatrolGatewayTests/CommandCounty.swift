import Foundation
import Patrol
import Store
import StoreSQLite
import TestSupport

@testable import patrol_gateway

/// The small county in a folder of its own, as an operator's commands meet it; `r7` is an executive deputy.
struct CommandCounty: Sendable {
    let folder: URL
    let store: PatrolStore

    func run(_ words: String...) async -> Run { await Run(words + ["--data", folder.path]) }

    func run(_ words: [String]) async -> Run { await Run(words + ["--data", folder.path]) }

    /// A file's path.
    func file(_ name: String, _ text: String) throws -> String {
        let path = folder.appending(path: name).path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }
}

/// - Parameter drafts: records that have arrived.
func withCommandCounty(
    _ drafts: [RecordDraft] = [], _ body: @Sendable (CommandCounty) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        _ = await Run(["migrate", "--data", folder.path])
        let database = try SQLiteDatabase(path: folder.appending(path: "patrol.db").path)
        let group = GroupCommit(database)
        let store = PatrolStore(database, zone: .shanghai, group: group)
        try await County.enter(into: store)
        try await store.add([.sample("R7", role: .executiveDeputy, in: [3])], at: County.entered)
        async let running: Void = group.run()
        for draft in drafts { _ = try await store.submit(draft.submission) }
        try await body(CommandCounty(folder: folder, store: store))
        group.close()
        await running
    }
}
