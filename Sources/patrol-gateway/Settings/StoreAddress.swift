import Foundation
import Store
import StorePostgres
import StoreSQLite

/// Where the database is, as `--store` says it; the one place where an engine is chosen.
enum StoreAddress: Equatable, Sendable {
    case sqlite(path: String)
    case postgres(url: String)

    static let sqliteScheme = "sqlite:"
    private static let postgresSchemes = ["postgres://", "postgresql://"]

    init?(_ text: String) {
        if text.hasPrefix(Self.sqliteScheme), text.count > Self.sqliteScheme.count {
            self = .sqlite(path: String(text.dropFirst(Self.sqliteScheme.count)))
        } else if let scheme = Self.postgresSchemes.first(where: text.hasPrefix), text.count > scheme.count {
            self = .postgres(url: text)
        } else {
            return nil
        }
    }

    /// As it may be shown and kept: without what follows the user's name up to the host, and without parameters.
    var shown: String {
        switch self {
        case .sqlite(let path): return Self.sqliteScheme + path
        case .postgres(let url):
            let plain = url.prefix { $0 != "?" }
            guard let at = plain.lastIndex(of: "@"), let scheme = plain.range(of: "://") else { return String(plain) }
            let user = plain[scheme.upperBound..<at].prefix { $0 != ":" }
            return String(plain[..<scheme.upperBound] + user + plain[at...])
        }
    }

    /// - Parameter statementTime: longest time of one statement on a server; nil for administration.
    func open(readers: Int, statementTime: Duration?) throws -> any Database {
        switch self {
        case .sqlite(let path): try SQLiteDatabase(path: path, readers: readers)
        case .postgres(let url): PostgresDatabase(url: url, readers: readers, statementTime: statementTime)
        }
    }
}
