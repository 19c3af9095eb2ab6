import Foundation
import Gateway
import Patrol
import Store

/// An open store with the group commit that `serve` must run.
struct OpenedStore: Sendable {
    /// In nobody's name.
    let database: any Database
    let store: PatrolStore
    let group: GroupCommit
    /// What is left to be done before the store can be used: its server was not there yet.
    var preparation: (@Sendable () async throws -> Void)?

    /// - Parameter writer: in whose name the audit is chained.
    private init(_ database: any Database, _ settings: Settings, writer: String) {
        self.database = database
        group = GroupCommit(database, writer: writer)
        store = PatrolStore(database, zone: settings.zone, group: group, writer: writer)
    }

    /// What a command changes, it changes in the name of whoever runs it.
    private init(_ database: any Database, _ context: CommandContext) {
        let writer = context.settings.name + "/commands"
        self.database = database
        group = GroupCommit(database, writer: writer)
        store = PatrolStore(database, zone: context.settings.zone, group: group, writer: writer).acting(context.act)
    }

    /// Makes folder and database where they are missing and brings the schema up to date, saying so.
    static func migrated(_ context: CommandContext) async throws -> OpenedStore {
        let opened = OpenedStore(try opened(context.settings.storeAddress, context), context)
        let applied = try await opened.migrate(context)
        try await opened.store.bindTimeZone()
        if !applied.isEmpty {
            var act = context.act
            act.object = "schema \(applied.map(String.init).joined(separator: " "))"
            try await opened.store.trace(act)
        }
        return opened
    }

    /// As `migrated`, bound to no time zone yet: the target of a copy, which brings its own.
    static func migratedOnly(_ context: CommandContext, at address: StoreAddress) async throws -> OpenedStore {
        let opened = OpenedStore(try opened(address, context), context)
        try await opened.migrate(context)
        return opened
    }

    /// Opens a database that must be there already with the schema of this program.
    static func current(_ context: CommandContext, at address: StoreAddress? = nil) async throws -> OpenedStore {
        let address = address ?? context.settings.storeAddress
        if case .sqlite(let path) = address, !FileManager.default.fileExists(atPath: path) {
            throw CommandFailure(
                .noInput, zh: "没有数据库 \(path)。请检查 --data 或 --store；新建请运行 patrol-gateway migrate。",
                en:
                    "There is no database \(path). Check --data or --store; to make a new one run `patrol-gateway migrate`."
            )
        }
        let opened = OpenedStore(try opened(address, context), context)
        try await opened.requireNewestSchema()
        try await opened.store.bindTimeZone()
        return opened
    }

    /// Of a gateway's. A server that takes longer for one hangs, and people wait; the longest there is, a city's month,
    /// is a matter of seconds.
    private static let longestStatement = Duration.seconds(8)

    /// As `migrated` or `current`; a server that cannot be reached yet is left to `preparation`.
    static func serving(_ context: CommandContext, migrating: Bool) async throws -> OpenedStore {
        let address = context.settings.storeAddress
        guard case .postgres = address else {
            let opened = try await migrating ? migrated(context) : current(context)
            return OpenedStore(opened.database, context.settings, writer: context.settings.name)
        }
        try makeFolder(context.settings.data)
        let readers = context.settings.storeReaders
        let awaited = AwaitedDatabase(try address.open(readers: readers, statementTime: longestStatement))
        // Migrations may take hours.
        let behind = OpenedStore(try address.open(readers: 1, statementTime: nil), context)
        var serving = OpenedStore(awaited, context.settings, writer: context.settings.name)
        let prepare: @Sendable () async throws -> Void = {
            try await awaited.open {
                if migrating { try await behind.migrate(context) } else { try await behind.requireNewestSchema() }
                try await behind.store.bindTimeZone()
            }
        }
        do {
            try await prepare()
        } catch let error as StoreError where error.mendsWithTime {
            context.console.warn(
                Message(
                    zh: "数据库暂时用不了，网关先启动并以 503 回应，恢复后自动接上：\(error)",
                    en: "The database cannot be used yet; serving 503 until it can: \(error)"))
            serving.preparation = prepare
        }
        return serving
    }

    private static func opened(_ address: StoreAddress, _ context: CommandContext) throws -> any Database {
        if case .sqlite(let path) = address {
            try makeFolder(URL(filePath: path).deletingLastPathComponent().path)
        }
        return try address.open(readers: context.settings.storeReaders, statementTime: nil)
    }

    /// Makes a folder where there is none, and its name durable.
    private static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(
                .cannotCreate, zh: "无法建立文件夹 \(path)。请检查权限，或用 --data 另选一处。",
                en: "The folder \(path) cannot be made. Check permissions or choose another with --data.")
        }
        try syncFolder(path)
        try syncFolder(path + "/..")
    }

    @discardableResult
    private func migrate(_ context: CommandContext) async throws -> [Int64] {
        let applied = try await Store.migrate(database)
        if !applied.isEmpty {
            let list = applied.map(String.init).joined(separator: ", ")
            context.console.warn(
                Message(zh: "数据库结构已更新：\(list)。", en: "The database schema was brought up to date: \(list)."))
        }
        return applied
    }

    private func requireNewestSchema() async throws {
        let newest = Migration.all.map(\.version).max() ?? 0
        let present: Int64
        do {
            present = try await schemaVersion(database)
        } catch StoreError.failed(let reason) where reason.contains("no such table") || reason.contains("42P01") {
            // An empty database has no table of versions yet.
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
