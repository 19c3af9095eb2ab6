import Foundation
import GRDB
import GRDBSQLite
public import Store

/// The embedded engine: one file in WAL mode with `synchronous = FULL`, one writer, several readers, through GRDB.
public struct SQLiteDatabase: Store.Database {
    private let pool: DatabasePool

    /// Opens or makes the file.
    /// - Parameters:
    ///   - path: the database file; its folder must exist.
    ///   - readers: most concurrent readers.
    ///   - durability: `.full` for anything that acknowledges.
    /// - Throws: `StoreError.unavailable` if it cannot be opened or is not as durable as asked.
    public init(path: String, readers: Int = 4, durability: Durability = .full) throws {
        var configuration = Configuration()
        configuration.maximumReaderCount = readers
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = true
        configuration.observesSuspensionNotifications = false
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            // DatabasePool sets NORMAL after `prepareDatabase`, so FULL is set here and looked at again.
            let level = try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = \(durability.rawValue)")
                try db.execute(sql: Self.writerSettings)
                return try Int.fetchOne(db, sql: "PRAGMA synchronous")
            }
            guard level == durability.level else {
                throw StoreError.unavailable("PRAGMA synchronous is \(level ?? -1), not \(durability.rawValue)")
            }
        } catch let error as DatabaseError {
            throw storeError(error)
        }
    }

    /// For the one writer. 32 MiB between checkpoints write a page once that changed many times. The cache stays small:
    /// where a page was split SQLite walks all of its cache at the commit, which with 64 MiB was a sixth of the writer's
    /// time; what falls out of 8 MiB the system holds. Savepoints keep what they may have to restore in memory;
    /// on disk it would lie outside the data folder, in whatever the system takes for temporary files. What is deleted is
    /// overwritten with zeros: a person's row is gone from the file, not only from the table.
    private static let writerSettings = """
        PRAGMA cache_size = -8192;
        PRAGMA wal_autocheckpoint = 8000;
        PRAGMA temp_store = MEMORY;
        PRAGMA secure_delete = ON;
        """

    /// How far a commit goes before it is answered.
    public enum Durability: String, Sendable {
        /// The commit is on disk.
        case full = "FULL"
        /// The commit survives a crash of the program, not of the machine. For trials that must show a loss.
        case normal = "NORMAL"

        var level: Int { self == .full ? 2 : 1 }
    }

    public func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.read { try body(SQLiteConnection(db: $0)) }
        } catch let error as DatabaseError {
            throw storeError(error)
        }
    }

    /// The write-ahead log still holds the pages as they were.
    public func scrub() async throws {
        do {
            _ = try await pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        } catch let error as DatabaseError {
            // Somebody reads an older snapshot; the next round finds the log shorter.
            guard error.resultCode == .SQLITE_BUSY else { throw storeError(error) }
        }
    }

    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.write { db in
                let connection = SQLiteConnection(db: db)
                let result = try body(connection)
                // What failed outweighs whatever the body made of it.
                if let failure = connection.failure { throw failure }
                return result
            }
        } catch let error as DatabaseError {
            throw storeError(error)
        }
    }
}

private func storeError(_ error: DatabaseError) -> StoreError {
    storeError(code: error.extendedResultCode.rawValue, message: error.message ?? "")
}

private func storeError(code: CInt, message: String) -> StoreError {
    switch code {
    case uniqueConstraint, primaryKeyConstraint: .uniqueViolation
    case foreignKeyConstraint: .foreignKeyViolation
    case checkConstraint, notNullConstraint: .checkViolation
    default:
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED: .busy
        case SQLITE_FULL: .diskFull
        case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt(message)
        case SQLITE_CANTOPEN, SQLITE_READONLY: .unavailable(message)
        default: .failed("SQLite \(code): \(message)")
        }
    }
}

// Extended codes are macros with shifts, which Swift does not import.
private let checkConstraint = SQLITE_CONSTRAINT | (1 << 8)
private let foreignKeyConstraint = SQLITE_CONSTRAINT | (3 << 8)
private let notNullConstraint = SQLITE_CONSTRAINT | (5 << 8)
private let primaryKeyConstraint = SQLITE_CONSTRAINT | (6 << 8)
private let uniqueConstraint = SQLITE_CONSTRAINT | (8 << 8)

/// One transaction's connection. Statements are prepared once by GRDB and stepped directly: a record's way into the
/// ledger is a handful of tiny statements, and rows built twice would cost more than the statements.
private final class SQLiteConnection: SQLConnection {
    let dialect = SQLDialect.sqlite
    let db: GRDB.Database
    /// Why nothing further runs in this transaction, or until the savepoint around it is rolled back.
    private(set) var failure: StoreError?
    /// Rows are still on their way, so that nothing else can be asked.
    private var isStreaming = false

    /// A statement as this transaction has used it.
    private struct Prepared {
        /// Kept, so that no other text comes to lie where this one does.
        let sql: String
        let statement: Statement
        /// The value that each of SQLite's parameters takes.
        let places: [Int]
    }

    /// By where the text lies. A batch runs few texts hundreds of times, and to find a statement by the bytes of its text
    /// costs more than to step it.
    private var prepared: [UnsafeRawPointer: Prepared] = [:]

    /// Of the statement that runs, one behind the other: SQLite reads them there. It would else ask for memory for each.
    private var texts = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    init(db: GRDB.Database) { self.db = db }

    deinit { texts.deallocate() }

    @discardableResult
    func rows(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] {
        var rows: [SQLRow] = []
        try step(sql, values) { row in
            rows.append(row)
            return true
        }
        return rows
    }

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> Int {
        try step(sql, values) { _ in true }
        return Int(sqlite3_changes64(db.sqliteConnection))
    }

    func later(_ sql: String, _ values: [SQLValue]) throws(StoreError) { try run(sql, values) }

    func settle() throws(StoreError) { if let failure { throw failure } }

    func stream(_ sql: String, _ values: [SQLValue], _ take: (SQLRow) throws -> Void) throws {
        var refusal: (any Error)?
        try step(sql, values) { row in
            isStreaming = true
            defer { isStreaming = false }
            do {
                try take(row)
                return true
            } catch {
                refusal = error
                return false
            }
        }
        if let refusal { throw refusal }
    }

    /// - Parameter take: sees each row; false ends the statement.
    private func step(
        _ sql: String, _ values: [SQLValue], _ take: (SQLRow) -> Bool
    ) throws(StoreError) {
        try requireReady()
        let prepared = try prepare(sql)
        let handle = prepared.statement.sqliteStatement
        sqlite3_reset(handle)
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        do throws(StoreError) { try bind(values, at: prepared.places, to: handle) } catch { throw noted(error) }
        let columns = sqlite3_column_count(handle)
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: if !take(SQLRow((0..<columns).map { value(handle, $0) })) { return }
            case SQLITE_DONE: return
            default: throw noted(lastError)
            }
        }
    }

    private func prepare(_ sql: String) throws(StoreError) -> Prepared {
        // Texts of fifteen bytes or less lie nowhere.
        let place =
            sql.utf8.count > 15
            ? sql.utf8.withContiguousStorageIfAvailable { UnsafeRawPointer($0.baseAddress) } ?? nil : nil
        if let place, let known = prepared[place], known.sql.utf8.count == sql.utf8.count { return known }
        do {
            let statement = try db.cachedStatement(sql: sql)
            let new = Prepared(sql: sql, statement: statement, places: try places(statement.sqliteStatement))
            if let place { prepared[place] = new }
            return new
        } catch {
            throw noted((error as? DatabaseError).map(storeError) ?? (error as? StoreError) ?? .failed("\(error)"))
        }
    }

    func script(_ sql: String) throws(StoreError) {
        try requireReady()
        prepared = [:]
        do {
            try db.execute(sql: sql)
        } catch {
            throw noted((error as? DatabaseError).map(storeError) ?? .failed("\(error)"))
        }
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        // Outside a transaction SAVEPOINT would begin one of its own.
        guard db.isInsideTransaction else { throw StoreError.failed("SQLite rolled the transaction back") }
        try rows("SAVEPOINT job", [])
        do {
            let result = try body()
            try rows("RELEASE job", [])
            return result
        } catch {
            // SQLite ends a transaction by itself when the disk is full or fails. What ran after that would be committed
            // on its own, so nothing runs.
            if db.isInsideTransaction { failure = nil }
            try rows("ROLLBACK TO job", [])
            try rows("RELEASE job", [])
            throw error
        }
    }

    private func requireReady() throws(StoreError) {
        if let failure { throw failure }
        guard !isStreaming else { throw .failed("the connection hands over rows; ask when they have ended") }
    }

    private func noted(_ error: StoreError) -> StoreError {
        failure = error
        return error
    }

    private var lastError: StoreError {
        storeError(
            code: sqlite3_extended_errcode(db.sqliteConnection),
            message: String(cString: sqlite3_errmsg(db.sqliteConnection)))
    }

    /// SQLite numbers `$1` by its first appearance, so each parameter is bound by the number in its name.
    private func places(_ handle: OpaquePointer) throws(StoreError) -> [Int] {
        var places: [Int] = []
        for index in 0..<sqlite3_bind_parameter_count(handle) {
            guard let name = sqlite3_bind_parameter_name(handle, index + 1),
                case let number = Int(strtol(name + 1, nil, 10)), number >= 1
            else { throw .failed("a statement has a parameter without a number") }
            places.append(number - 1)
        }
        return places
    }

    private func bind(_ values: [SQLValue], at places: [Int], to handle: OpaquePointer) throws(StoreError) {
        makeRoom(for: values, at: places)
        var end = 0
        for (position, place) in places.enumerated() {
            guard values.indices.contains(place) else { throw .failed("a statement has a parameter without a value") }
            let index = CInt(position)
            let outcome =
                switch values[place] {
                case .null: sqlite3_bind_null(handle, index + 1)
                case .integer(let integer): sqlite3_bind_int64(handle, index + 1, integer)
                case .double(let double): sqlite3_bind_double(handle, index + 1, double)
                case .text(let text): try bind(text, to: handle, at: index + 1, from: &end)
                }
            guard outcome == SQLITE_OK else { throw lastError }
        }
    }

    /// - Parameter end: of the texts so far.
    private func bind(_ text: String, to handle: OpaquePointer, at index: CInt, from end: inout Int) throws(StoreError)
        -> CInt
    {
        let place = UnsafeMutableRawBufferPointer(rebasing: texts[end...])
        var text = text
        let count = text.withUTF8 { bytes in
            precondition(bytes.count <= place.count, "room was made for every parameter")
            place.copyMemory(from: UnsafeRawBufferPointer(bytes))
            return bytes.count
        }
        // Other engines keep no NUL; a store must be able to move.
        guard let start = place.baseAddress, memchr(start, 0, count) == nil else {
            throw .failed("no engine keeps NUL in text")
        }
        end += count
        // No destructor: the bytes stay where they are until the bindings are cleared.
        return sqlite3_bind_text(handle, index, start.assumingMemoryBound(to: CChar.self), CInt(count), nil)
    }

    private func makeRoom(for values: [SQLValue], at places: [Int]) {
        var needed = 1
        for place in places where values.indices.contains(place) {
            if case .text(let text) = values[place] { needed += text.utf8.count }
        }
        guard texts.count < needed else { return }
        texts.deallocate()
        texts = .allocate(byteCount: max(needed, 2 * texts.count, 4_096), alignment: 1)
    }

    private func value(_ handle: OpaquePointer, _ column: CInt) -> SQLValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
        case SQLITE_FLOAT: return .double(sqlite3_column_double(handle, column))
        case SQLITE_TEXT:
            let bytes = UnsafeBufferPointer(
                start: sqlite3_column_text(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        // Nothing of ours is one; whoever put it there is not overlooked.
        case SQLITE_BLOB:
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
            return .text("x'" + bytes.map { String(256 + Int($0), radix: 16).dropFirst() }.joined() + "'")
        default: return .null
        }
    }
}
