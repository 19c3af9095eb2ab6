/// One step of the schema, plain SQL for both engines. Steps are appended, never edited.
public struct Migration: Sendable {
    public let version: Int64
    public let sql: String
    /// What each engine must be told in its own words besides: triggers.
    public var ownWords: [SQLDialect: String] = [:]

    public init(version: Int64, sql: String, ownWords: [SQLDialect: String] = [:]) {
        self.version = version
        self.sql = sql
        self.ownWords = ownWords
    }

    /// Every step, in order.
    public static let all: [Migration] = [
        Migration(version: 1, sql: String(decoding: PackageResources.m001_spine_sql, as: UTF8.self)),
        Migration(version: 2, sql: String(decoding: PackageResources.m002_lease_sql, as: UTF8.self)),
        Migration(version: 3, sql: String(decoding: PackageResources.m003_ledger_sql, as: UTF8.self)),
        Migration(version: 4, sql: String(decoding: PackageResources.m004_two_times_sql, as: UTF8.self)),
        Migration(version: 5, sql: String(decoding: PackageResources.m005_registry_sql, as: UTF8.self)),
        Migration(
            version: 6,
            sql: [
                PackageResources.m006_access_sql, PackageResources.m006_privacy_sql, PackageResources.m006_accounts_sql,
            ].map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n"),
            ownWords: [
                .sqlite: String(decoding: PackageResources.m006_access_sqlite_sql, as: UTF8.self),
                .postgres: String(decoding: PackageResources.m006_access_postgres_sql, as: UTF8.self),
            ]),
        Migration(
            version: 7, sql: String(decoding: PackageResources.m007_retention_sql, as: UTF8.self),
            ownWords: [
                .sqlite: String(decoding: PackageResources.m007_audit_sqlite_sql, as: UTF8.self),
                .postgres: String(decoding: PackageResources.m007_audit_postgres_sql, as: UTF8.self),
            ]),
    ]
}

/// Brings a database to the newest schema, all steps in one transaction. Does nothing when it is there already.
/// - Returns: the versions that were applied.
/// - Throws: `StoreError.unknownSchema` for a database that a newer program made.
@discardableResult
public func migrate(_ database: any Database, to newest: [Migration] = Migration.all) async throws -> [Int64] {
    try await database.write { connection in
        // Looked for first: a gateway on a database that is up to date needs no right to make tables.
        let versions = "SELECT version FROM schema_version ORDER BY version"
        if (try? connection.savepoint { try connection.rows(versions, []) }) == nil {
            try connection.script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY)")
        }
        let present = Set(try connection.rows(versions, []).map { try $0.integer(0) })
        if let foreign = present.first(where: { version in !newest.contains { $0.version == version } }) {
            throw StoreError.unknownSchema(version: foreign)
        }
        var applied: [Int64] = []
        for migration in newest where !present.contains(migration.version) {
            try connection.script(migration.sql)
            if let words = migration.ownWords[connection.dialect] { try connection.script(words) }
            try connection.rows("INSERT INTO schema_version (version) VALUES ($1)", [.integer(migration.version)])
            applied.append(migration.version)
        }
        return applied
    }
}

/// The newest step that a database has; 0 for an empty one.
public func schemaVersion(_ database: any Database) async throws -> Int64 {
    try await database.read { connection in
        try connection.rows("SELECT MAX(version) FROM schema_version", []).first?.optionalInteger(0) ?? 0
    }
}
