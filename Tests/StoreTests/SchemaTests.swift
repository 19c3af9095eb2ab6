import Foundation
import Patrol
import StoreSQLite
import TestSupport
import Testing

@testable import Store

@Suite("Schema")
struct SchemaTests {
    @Test("migrating twice changes nothing", arguments: Engine.all)
    func idempotent(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            let database = try engine.open(folder)
            #expect(try await migrate(database) == Migration.all.map(\.version))
            try await database.write { try $0.note("2026-03") }
            #expect(try await migrate(database) == [])
            #expect(try await schemaVersion(database) == Migration.all.last?.version)
            let rows = try await database.read { try $0.rows("SELECT month FROM ledger_month", []) }
            #expect(rows == [SQLRow([.text("2026-03")])])
        }
    }

    @Test("versions count up from one", arguments: [Migration.all])
    func numbered(migrations: [Migration]) {
        #expect(migrations.map(\.version) == Array(1...Int64(migrations.count)))
    }

    @Test("a database that a newer program made is refused and left alone", arguments: Engine.all)
    func newer(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            let database = try engine.open(folder)
            try await migrate(database)
            _ = try await database.write { try $0.rows("INSERT INTO schema_version (version) VALUES (999)", []) }
            await #expect(throws: StoreError.unknownSchema(version: 999)) { try await migrate(database) }
            #expect(try await schemaVersion(database) == 999)
        }
    }

    @Test("a step that fails takes all steps with it", arguments: Engine.all)
    func allOrNothing(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            let database = try engine.open(folder)
            let broken =
                Migration.all + [Migration(version: 1_000, sql: "CREATE TABLE extra (id TEXT); CREATE TABEL oops;")]
            await #expect(throws: StoreError.self) { try await migrate(database, to: broken) }
            await #expect(throws: StoreError.self) { try await database.read { try $0.rows("SELECT * FROM area", []) } }
            #expect(try await migrate(database) == Migration.all.map(\.version))
        }
    }

    @Test("only types that every engine has", arguments: Migration.all.map(\.sql))
    func portable(sql: String) {
        let foreign = [
            "AUTOINCREMENT", "SERIAL", " JSON", "NOW()", "ILIKE", "STRICT", "WITHOUT ROWID", "COLLATE", "::", " BLOB",
            " BYTEA", " INTEGER", " REAL",
        ]
        for word in foreign { #expect(!sql.uppercased().contains(word), "\(word) is not portable") }
    }

    @Test func `every table has a primary key of columns that are never NULL`() async throws {
        try await withStore { store in
            let tables = try await store.tables()
            #expect(tables.count >= 20)
            for table in tables {
                let columns = try await store.pragma("table_info(\(table))", [1, 3, 5])
                let key = columns.filter { $0[2] != "0" }
                #expect(!key.isEmpty, "\(table) has no primary key")
                for column in key { #expect(column[1] == "1", "\(table).\(column[0]) may be NULL") }
            }
        }
    }

    @Test func `every foreign key is indexed and names what is there`() async throws {
        try await withStore { store in
            var foreignKeys = 0
            for table in try await store.tables() {
                var indexed: Set<String> = []
                for index in try await store.pragma("index_list(\(table))", [1]) {
                    indexed.formUnion(try await store.pragma("index_info(\(index[0]))", [2]).prefix(1).map { $0[0] })
                }
                for key in try await store.pragma("foreign_key_list(\(table))", [2, 3]) {
                    foreignKeys += 1
                    #expect(indexed.contains(key[1]), "\(table).\(key[1]) refers to \(key[0]) without an index")
                }
            }
            #expect(foreignKeys >= 25)
            #expect(try await store.pragma("foreign_key_check", [0]).isEmpty)
        }
    }

    @Test func `key persons keep no category and share no table with places`() async throws {
        try await withStore { store in
            let columns = try await store.pragma("table_info(key_person)", [1]).map { $0[0] }
            #expect(columns.contains("legal_basis") && columns.contains("list_owner"))
            #expect(!columns.contains { $0.contains("category") })
        }
    }
}

@Suite("Durability")
struct DurabilityTests {
    @Test(
        "a commit waits for the disk unless it was told not to",
        arguments: [(SQLiteDatabase.Durability.full, 2), (.normal, 1)] as [(SQLiteDatabase.Durability, Int64)])
    func synchronous(durability: SQLiteDatabase.Durability, level: Int64) async throws {
        try await withTemporaryFolder { folder in
            let database = try SQLiteDatabase(path: folder.appending(path: "d.sqlite").path, durability: durability)
            let settings = try await database.write { connection in
                try ["synchronous", "journal_mode", "foreign_keys"].map {
                    try connection.rows("PRAGMA \($0)", [])[0].values[0]
                }
            }
            #expect(settings == [.integer(level), .text("wal"), .integer(1)])
        }
    }

    @Test func `the program's engine is the durable one`() async throws {
        try await withTemporaryFolder { folder in
            let level = try await Engine.sqlite.open(folder).write { try $0.rows("PRAGMA synchronous", []) }
            #expect(level == [SQLRow([.integer(2)])])
        }
    }

    @Test func `a folder that is not there and a file that is no database are refused`() async throws {
        try await withTemporaryFolder { folder in
            #expect(throws: StoreError.self) { try SQLiteDatabase(path: folder.appending(path: "none/d.sqlite").path) }
            let file = folder.appending(path: "d.sqlite")
            try Data(repeating: 0x2E, count: 8_192).write(to: file)
            let error = #expect(throws: StoreError.self) { try SQLiteDatabase(path: file.path) }
            guard case .corrupt? = error else {
                Issue.record("a file of dots opened as \(String(describing: error))")
                return
            }
        }
    }

    @Test func `what was written is there after opening again`() async throws {
        try await withTemporaryFolder { folder in
            try await TemporaryStore(in: folder).serving { store in
                try await County.enter(into: store)
                _ = try await store.submit(RecordDraft(1, place: "P5-1", by: 5).submission)
            }
            try await TemporaryStore(in: folder).serving { store in
                let record = try await store.record(reportID(1))
                #expect(record?.receipt.judgement?.standing == .done)
                #expect(try await store.verify(replay: replay).differences == [])
            }
        }
    }
}

extension PatrolStore {
    func tables() async throws -> [String] {
        try await database.read { connection in
            try connection.rows(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name", []
            ).map { try $0.text(0) }
        }
    }

    /// Some columns of a SQLite pragma's answer, as text.
    func pragma(_ call: String, _ columns: [Int]) async throws -> [[String]] {
        try await database.read { connection in
            try connection.rows("PRAGMA \(call)", []).map { row in
                columns.map { column in
                    switch row.values[column] {
                    case .text(let text): text
                    case .integer(let integer): String(integer)
                    case .double(let double): String(double)
                    case .null: ""
                    }
                }
            }
        }
    }
}
