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
        // `sqlite://user:password@host/…` is a slip, and no path to be made or named in messages.
        if text.hasPrefix(Self.sqliteScheme), text.count > Self.sqliteScheme.count, !text.hasPrefix("sqlite://") {
            self = .sqlite(path: String(text.dropFirst(Self.sqliteScheme.count)))
        } else if Self.postgresSchemes.contains(where: text.hasPrefix), PostgresDatabase.understands(text) {
            self = .postgres(url: text)
        } else {
            return nil
        }
    }

    /// As it may be shown and kept: without what follows the user's name up to the host, and without parameters.
    var shown: String {
        switch self {
        case .sqlite(let path): return Self.sqliteScheme + URL(filePath: path).standardizedFileURL.path
        case .postgres(let url):
            guard let scheme = url.range(of: "://") else { return url }
            var place = url[scheme.upperBound...]
            var user: Substring = ""
            // A password may hold anything up to the last @ before the host.
            if let at = place.lastIndex(of: "@") {
                user = place[..<at].prefix { $0 != ":" } + "@"
                place = place[place.index(after: at)...]
            }
            return String(url[..<scheme.upperBound] + user + place.prefix { $0 != "?" })
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
