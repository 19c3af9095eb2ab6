import CPostgres
import Glibc
import Store
import Synchronization

/// Where the database is, and how long to wait before asking a server again that did not answer.
final class Server: Sendable {
    private struct State {
        var delay = Server.firstDelay
        var nextTry = ContinuousClock.now
        var reason = ""
    }

    private static let firstDelay = Duration.milliseconds(50)
    private static let longestDelay = Duration.milliseconds(1_000)

    private let url: String
    private let statementTime: Duration?
    private let role: Role
    private let state = Mutex(State())

    /// What a connection is for.
    enum Role {
        case reading
        case writing
    }

    init(url: String, statementTime: Duration?, role: Role) {
        (self.url, self.statementTime, self.role) = (url, statementTime, role)
    }

    /// Opens a connection that is fit to acknowledge on.
    /// - Throws: `StoreError.unavailable`, at once while the server is given time to come back; `.unsuitable`.
    func connect() throws(StoreError) -> PostgresConnection {
        let pause = state.withLock { $0.nextTry > .now ? $0.reason : nil }
        if let pause { throw .unavailable(pause) }
        do throws(StoreError) {
            let connection = try open()
            try connection.utility(settings)
            try requireSuitable(connection)
            state.withLock { $0.delay = Self.firstDelay }
            return connection
        } catch {
            if case .unavailable(let reason) = error { waitLonger(because: reason) }
            throw error
        }
    }

    /// Doubles the pause, up to a second, of which each gateway waits its own part.
    private func waitLonger(because reason: String) {
        state.withLock { state in
            guard state.nextTry <= .now else { return }
            state.nextTry = .now + state.delay * Double.random(in: 0.5...1)
            state.delay = min(state.delay * 2, Self.longestDelay)
            state.reason = reason
        }
    }

    /// What libpq makes of a URL, without connecting; its own words are kept back, since they quote passwords.
    static func understands(_ url: String) -> Bool {
        guard let options = PQconninfoParse(url, nil) else { return false }
        defer { PQconninfoFree(options) }
        // Of a password with a slash or an @ in it, a part ends as the port or in the host, and would be quoted when
        // connecting.
        var option = options
        while let keyword = option.pointee.keyword {
            let value = option.pointee.val.map { String(cString: $0) } ?? ""
            switch String(cString: keyword) {
            case "port" where !value.split(separator: ",").allSatisfy({ UInt16($0) != nil }): return false
            case "host" where value.contains("@"): return false
            default: option += 1
            }
        }
        return true
    }

    private func open() throws(StoreError) -> PostgresConnection {
        // What stands before the URL are defaults that it may override.
        let options = [
            ("connect_timeout", "3"), ("application_name", "grid-patrol"), ("target_session_attrs", "read-write"),
            ("tcp_user_timeout", "10000"), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        let opened = withCStrings(options.map(\.0)) { names in
            withCStrings(options.map(\.1)) { values in PQconnectdbParams(names, values, 1) }
        }
        guard let handle = opened else { throw .unavailable("PostgreSQL: out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            let message = String(cString: PQerrorMessage(handle))
            PQfinish(handle)
            throw .unavailable("PostgreSQL: \(message.split(separator: "\n").joined(separator: " ").prefix(300))")
        }
        return PostgresConnection(handle: handle, patience: statementTime.map { $0 + .seconds(2) })
    }

    /// A writer reads by index where it can: a sequential scan would make it conflict with every other writer
    /// (PostgreSQL 13.2.3). A gateway whose machine died holds its turn until the server notices: that takes seconds, by
    /// the keep-alive of the server's own side.
    private var settings: String {
        let milliseconds = statementTime.map { Int($0 / .milliseconds(1)) } ?? 0
        let scans = role == .writing ? "off" : "on"
        return """
            SELECT set_config('statement_timeout', '\(milliseconds)', false),
                set_config('jit', 'off', false), set_config('tcp_keepalives_idle', '10', false),
                set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '3', false),
                set_config('tcp_user_timeout', '20000', false),
                set_config('enable_seqscan', '\(scans)', false), set_config('extra_float_digits', '1', false),
                set_config('idle_in_transaction_session_timeout', '60000', false),
                CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')
                    THEN set_config('synchronous_commit', 'on', false) END
            """
    }

    private func requireSuitable(_ connection: PostgresConnection) throws(StoreError) {
        let version = PQserverVersion(connection.handle)
        guard version >= 150_000 else { throw .unsuitable(.version("\(version / 10_000)")) }
        let row = try connection.rows(
            """
            SELECT datcollate, CAST(datlocprovider AS TEXT), pg_encoding_to_char(encoding), current_setting('fsync')
            FROM pg_database WHERE datname = current_database()
            """, []
        ).first
        guard let row else { throw .unavailable("PostgreSQL: the database vanished") }
        let collation = try row.text(0)
        let provider = ["c": "libc", "i": "ICU", "b": "builtin"][try row.text(1)] ?? "unknown"
        guard provider == "libc", ["C", "POSIX"].contains(collation) else {
            throw .unsuitable(.collation("\(collation) (\(provider))"))
        }
        guard try row.text(2) == "UTF8" else { throw .unsuitable(.encoding(try row.text(2))) }
        guard try row.text(3) == "on" else { throw .unsuitable(.fsyncOff) }
    }
}

/// A NULL-ended array of C strings for the length of a call.
private func withCStrings<Result>(_ texts: [String], _ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) } + [nil])
}
