import Foundation
import Gateway
import Glibc
import Patrol
import Store
import StoreSQLite

/// An open store with the group commit that `serve` must run.
struct OpenedStore: Sendable {
    let store: PatrolStore
    let group: GroupCommit

    private init(_ settings: Settings) throws {
        // Names and addresses of people: what is made from here on is for its owner alone.
        umask(0o077)
        let database = try SQLiteDatabase(path: settings.databasePath, readers: settings.storeReaders)
        group = GroupCommit(database)
        store = PatrolStore(database, zone: settings.zone, group: group)
    }

    /// Makes folder and database where they are missing and brings the schema up to date, saying so.
    static func migrated(_ context: CommandContext) async throws -> OpenedStore {
        let folder = URL(filePath: context.settings.databasePath).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(
                .cannotCreate, zh: "无法建立文件夹 \(folder.path)。请检查权限，或用 --data 另选一处。",
                en: "The folder \(folder.path) cannot be made. Check permissions or choose another with --data.")
        }
        let opened = try OpenedStore(context.settings)
        try syncFolder(folder.path)
        try syncFolder(folder.path + "/..")
        let applied = try await migrate(opened.store.database).map(String.init).joined(separator: ", ")
        if !applied.isEmpty {
            context.console.warn(
                Message(zh: "数据库结构已更新：\(applied)。", en: "The database schema was brought up to date: \(applied)."))
        }
        try await opened.store.bindTimeZone()
        return opened
    }

    /// Opens a database that must be there already with the schema of this program.
    static func current(_ context: CommandContext) async throws -> OpenedStore {
        let path = context.settings.databasePath
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(
                .noInput, zh: "没有数据库 \(path)。请检查 --data 或 --store；新建请运行 patrol-gateway migrate。",
                en:
                    "There is no database \(path). Check --data or --store; to make a new one run `patrol-gateway migrate`."
            )
        }
        let opened = try OpenedStore(context.settings)
        try await opened.requireNewestSchema()
        try await opened.store.bindTimeZone()
        return opened
    }

    private func requireNewestSchema() async throws {
        let newest = Migration.all.map(\.version).max() ?? 0
        let present: Int64
        do {
            present = try await schemaVersion(store.database)
        } catch StoreError.failed {
            // An empty file has no table of versions yet.
            present = 0
        }
        if present > newest { throw StoreError.unknownSchema(version: present) }
        if present < newest {
            throw CommandFailure(
                .configuration, zh: "数据库结构版本为 \(present)，本程序需要 \(newest)。请备份后运行 patrol-gateway migrate。",
                en:
                    "The database has schema \(present); this program needs \(newest). Make a backup and run `patrol-gateway migrate`."
            )
        }
    }
}
