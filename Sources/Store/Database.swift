/// A value as it goes into and comes out of a statement. Nothing else is portable between the engines.
public enum SQLValue: Equatable, Sendable {
    case null
    case text(String)
    case integer(Int64)
    case double(Double)

    public init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
    public init(_ integer: Int64?) { self = integer.map(SQLValue.integer) ?? .null }
    public init(_ integer: Int) { self = .integer(Int64(integer)) }
    public init(_ double: Double?) { self = double.map(SQLValue.double) ?? .null }
    public init(_ flag: Bool) { self = .integer(flag ? 1 : 0) }
}

/// One row, columns in the order of the statement.
public struct SQLRow: Equatable, Sendable {
    public let values: [SQLValue]

    public init(_ values: [SQLValue]) { self.values = values }

    /// - Throws: `StoreError.unexpectedValue` if the column is NULL or of another type; so do the others.
    public func text(_ column: Int) throws(StoreError) -> String {
        if case .text(let text) = values[column] { return text }
        throw .unexpectedValue(column: column)
    }

    public func integer(_ column: Int) throws(StoreError) -> Int64 {
        if case .integer(let integer) = values[column] { return integer }
        throw .unexpectedValue(column: column)
    }

    public func optionalText(_ column: Int) throws(StoreError) -> String? {
        if values[column] == .null { return nil }
        return try text(column)
    }

    public func optionalInteger(_ column: Int) throws(StoreError) -> Int64? {
        if values[column] == .null { return nil }
        return try integer(column)
    }

    public func optionalDouble(_ column: Int) throws(StoreError) -> Double? {
        switch values[column] {
        case .null: return nil
        case .double(let double): return double
        case .integer(let integer): return Double(integer)
        case .text: throw .unexpectedValue(column: column)
        }
    }
}

/// Which engine listens; for the few words that they do not share.
public enum SQLDialect: Hashable, Sendable {
    case sqlite
    case postgres
}

/// What every statement of ours runs on. Placeholders are `$1`, `$2`, … and stand for `values[0]`, `values[1]`, …
///
/// After a statement has failed, nothing runs until the savepoint around it is rolled back, and a transaction in which
/// one failed outside a savepoint is not committed, whatever its body makes of the error.
public protocol SQLConnection {
    var dialect: SQLDialect { get }

    @discardableResult
    func rows(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> [SQLRow]

    /// Runs a statement that changes rows and has nothing to tell but how many; cheaper than `RETURNING`.
    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> Int

    /// Runs a statement whose outcome nobody needs. A server may be told it together with the next statement, which
    /// then may throw its error; the commit and the end of a savepoint wait for it.
    func later(_ sql: String, _ values: [SQLValue]) throws(StoreError)

    /// As `rows`, handing over one row after the other: for what may be larger than memory. A body may run twice, so
    /// that what it does with a row must bear repeating from the first one on. It asks nothing else of the connection.
    func stream(_ sql: String, _ values: [SQLValue], _ take: (SQLRow) throws -> Void) throws

    /// Waits for what `later` left to be told.
    func settle() throws(StoreError)

    /// Runs several statements without values, as migrations are written.
    func script(_ sql: String) throws(StoreError)

    /// Undoes what `body` did, and only that, if it throws.
    func savepoint<Result>(_ body: () throws -> Result) throws -> Result
}

/// An engine. Bodies are synchronous, so nothing interleaves inside a transaction; a write body may run twice where
/// the engine asks for a retry, so it does nothing but SQL and pure decisions.
public protocol Database: Sendable {
    /// Reads one consistent snapshot.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result

    /// Runs one transaction; when it returns, the transaction is on disk.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result

    /// After something was deleted for good: takes it out of whatever the engine keeps besides its tables, as far as
    /// the engine lets a client do so.
    func scrub() async throws
}

extension Database {
    public func scrub() async throws {}
}

/// What can go wrong below the domain. Engines map their own codes to these.
public enum StoreError: Error, Equatable, Sendable {
    case uniqueViolation
    case foreignKeyViolation
    case checkViolation
    /// Another process holds the database for longer than we wait.
    case busy
    case diskFull
    case corrupt(String)
    /// The engine cannot be reached or opened.
    case unavailable(String)
    /// More writers wait than the queue takes; try again later.
    case queueFull
    case unexpectedValue(column: Int)
    /// The schema is newer than this program, or not ours.
    case unknownSchema(version: Int64)
    /// The months of this database were made in another time zone.
    case otherTimeZone(stored: String)
    /// The database is being filled from another one, or that was broken off.
    case unfinishedCopy(from: String)
    /// The server works, and keeps less than we promise.
    case unsuitable(Unsuitability)
    case failed(String)

    /// Whether the same may succeed a little later without anybody doing anything.
    public var mendsWithTime: Bool {
        switch self {
        case .unavailable, .busy, .queueFull: true
        default: false
        }
    }
}

/// What a server lacks.
public enum Unsuitability: Equatable, Sendable {
    /// Texts are not ordered by their bytes; the collation that orders them.
    case collation(String)
    case encoding(String)
    /// Older than we know; its main version.
    case version(String)
    /// A commit is answered before it is on disk.
    case fsyncOff
}
