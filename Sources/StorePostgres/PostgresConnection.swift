import CPostgres
import Store

/// One connection and the transaction on it. It lives and dies on one thread, so that its C pointers never cross one.
///
/// `BEGIN`, savepoints and `COMMIT` travel with the statement that follows them, in libpq's pipeline mode: a record's
/// way costs as many round trips as it has statements.
final class PostgresConnection: SQLConnection {
    let dialect = SQLDialect.postgres
    let handle: OpaquePointer
    /// How long an answer may take before the connection counts as lost; nil waits as long as TCP lives.
    let patience: Duration?
    /// Names of the statements that the server has parsed, by text.
    var prepared: [String: String] = [:]
    /// What travels with the next statement.
    var waiting: [Command] = []
    /// Why nothing further can run in this transaction.
    var fault: Fault?
    /// Rows are still on their way, so that nothing else can be asked.
    var isStreaming = false
    /// Savepoints one within the other.
    private var savepoints = 0
    /// Whether the server warned of something since this was last set to false.
    private let hasWarned: UnsafeMutablePointer<Bool>
    /// Batches of commands that were sent on this connection.
    var sentBatches = 0
    /// As of the beginning of this transaction.
    private var batchesBefore = 0

    enum Command {
        case utility(String)
        /// Answered by its own name, and by `ROLLBACK` where the server undid instead.
        case commit
        case statement(sql: String, values: [SQLValue])

        var isStatement: Bool { if case .statement = self { true } else { false } }
    }

    enum Fault: Error {
        /// The transaction lost against another one, or its connection did before the commit was sent: the whole may run
        /// again.
        case again(StoreError)
        /// As `again`, and the connection is of no further use.
        case lost(StoreError)
        /// A statement failed. The server takes nothing until the savepoint around it is rolled back.
        case failed(StoreError)

        var error: StoreError {
            switch self {
            case .again(let error), .lost(let error), .failed(let error): error
            }
        }
    }

    /// Takes over an open connection.
    init(handle: OpaquePointer, patience: Duration?) {
        self.handle = handle
        self.patience = patience
        hasWarned = .allocate(capacity: 1)
        hasWarned.initialize(to: false)
        PQsetnonblocking(handle, 1)
        // Notices, such as of a table that is there already, are nobody's concern; a warning beside a commit is ours.
        PQsetNoticeReceiver(handle, { noteWarning($0, $1) }, hasWarned)
    }

    deinit {
        PQfinish(handle)
        hasWarned.deallocate()
    }

    /// Whether the server can still be spoken to.
    var isUsable: Bool {
        if case .lost? = fault { return false }
        return PQstatus(handle) == CONNECTION_OK
    }

    /// Whether another transaction can begin on it: everything of the last one was answered.
    var isIdle: Bool { isUsable && PQtransactionStatus(handle) == PQTRANS_IDLE }

    // MARK: - A transaction

    /// Runs one transaction from its beginning to its commit.
    /// - Throws: what `body` threw after rolling back; `Fault.again` or `.lost` where the whole may run again;
    ///   `StoreError.unavailable` where nobody can tell whether the commit arrived.
    func transaction<Result>(_ access: Access, _ body: (any SQLConnection) throws -> Result) throws -> Result {
        waiting = access.begin
        (fault, batchesBefore) = (nil, sentBatches)
        do {
            let result = try body(self)
            // What ended the transaction outweighs whatever the body made of it.
            if let fault { throw fault }
            try commit(access)
            return result
        } catch is Ambiguous {
            throw StoreError.unavailable("nobody can tell whether the commit is kept; send the same again")
        } catch {
            rollback()
            switch fault {
            case .again?, .lost?: throw fault ?? error
            default: throw (error as? Fault)?.error ?? error
            }
        }
    }

    /// What a transaction is for.
    enum Access {
        case reading
        case writing

        /// Among writers a wait for a row ends after a quarter of a second, and a deadlock with it.
        fileprivate var begin: [Command] {
            switch self {
            case .reading: [.utility("BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY")]
            case .writing:
                [.utility("BEGIN ISOLATION LEVEL SERIALIZABLE"), .utility("SET LOCAL lock_timeout = 250")]
            }
        }
    }

    private var hasBegun: Bool { sentBatches > batchesBefore }

    private func commit(_ access: Access) throws {
        guard hasBegun || waiting.contains(where: \.isStatement) else { return waiting = [] }
        // A body that only found what it would have written acknowledges it all the same. The row may be there without
        // having reached the standby: after a crash, or where its own commit's wait was broken off. A commit waits for
        // the standby only if it wrote something, and then for all that was written before.
        if access == .writing {
            waiting.append(.utility("SELECT pg_logical_emit_message(true, 'grid-patrol', '')"))
        }
        waiting.append(.commit)
        hasWarned.pointee = false
        do {
            try exchange(nil) { _ in }
        } catch {
            // Without an answer the commit may have happened: running it again could do it twice.
            if case .lost? = fault {
                fault = .lost(.unavailable("the connection was lost while committing"))
                throw Ambiguous()
            }
            throw error
        }
        // "canceling wait for synchronous replication": committed here, and perhaps nowhere else.
        if hasWarned.pointee { throw Ambiguous() }
    }

    /// Nobody can tell whether the transaction is kept.
    private struct Ambiguous: Error {}

    private func rollback() {
        waiting = []
        guard hasBegun, isUsable else { return }
        let reason = fault
        fault = nil
        waiting = [.utility("ROLLBACK")]
        try? exchange(nil) { _ in }
        if isUsable { fault = reason }
    }

    /// Runs one utility statement outside a transaction.
    func utility(_ sql: String) throws(StoreError) {
        (fault, waiting) = (nil, [.utility(sql)])
        try exchange(nil) { _ in }
    }

    // MARK: - SQLConnection

    @discardableResult
    func rows(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] {
        var rows: [SQLRow] = []
        try exchange(.statement(sql: sql, values: values)) { result throws(StoreError) in
            rows.reserveCapacity(Int(PQntuples(result)))
            for row in 0..<PQntuples(result) { rows.append(try SQLRow(result, row)) }
        }
        return rows
    }

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> Int {
        var count = 0
        try exchange(.statement(sql: sql, values: values)) { result in
            count = Int(String(cString: PQcmdTuples(result))) ?? 0
        }
        return count
    }

    func later(_ sql: String, _ values: [SQLValue]) throws(StoreError) {
        if let fault { throw fault.error }
        waiting.append(.statement(sql: sql, values: values))
        // Memory, and the server's patience with what it was not told to answer yet.
        if waiting.count >= 64 { try exchange(nil) { _ in } }
    }

    func stream(_ sql: String, _ values: [SQLValue], _ take: (SQLRow) throws -> Void) throws {
        // In a batch of its own, so that its rows are all that comes back.
        try exchange(nil) { _ in }
        var refusal: (any Error)?
        do {
            try exchange(.statement(sql: sql, values: values), singleRow: true) { result throws(StoreError) in
                guard refusal == nil, PQresultStatus(result) == PGRES_SINGLE_TUPLE else { return }
                let row = try SQLRow(result, 0)
                isStreaming = true
                defer { isStreaming = false }
                do { try take(row) } catch {
                    refusal = error
                    cancel()
                }
            }
        } catch {
            // A statement that was cancelled ends in an error; what made us cancel it says more.
            throw refusal ?? error
        }
        if let refusal { throw refusal }
    }

    func settle() throws(StoreError) { try exchange(nil) { _ in } }

    func script(_ sql: String) throws(StoreError) {
        try exchange(nil) { _ in }
        guard PQexitPipelineMode(handle) == 1, PQsendQuery(handle, sql) == 1 else { throw lost("script") }
        sentBatches += 1
        var first: Fault?
        while let result = try nextResult(within: nil) {
            defer { PQclear(result) }
            first = first ?? fault(of: result)
        }
        if let first { throw noted(first) }
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        // What waits from before fails before, not in here.
        if waiting.contains(where: \.isStatement) { try exchange(nil) { _ in } }
        if let fault { throw fault.error }
        let (before, batches) = (waiting, sentBatches)
        savepoints += 1
        defer { savepoints -= 1 }
        let name = "job\(savepoints)"
        waiting.append(.utility("SAVEPOINT \(name)"))
        do {
            let result = try body()
            // What the body left to be told later is still its own.
            if waiting.contains(where: \.isStatement) { try exchange(nil) { _ in } }
            if let fault { throw fault.error }
            waiting.append(.utility("RELEASE SAVEPOINT \(name)"))
            return result
        } catch {
            switch fault {
            case .failed?, nil:
                fault = nil
                // Rolling back to it takes those within along.
                let isOnServer = sentBatches > batches
                waiting =
                    isOnServer
                    ? [.utility("ROLLBACK TO SAVEPOINT \(name)"), .utility("RELEASE SAVEPOINT \(name)")] : before
            case .again?, .lost?: break
            }
            throw error
        }
    }
}
