import CPostgres
import Store

/// One connection and the transaction on it. It lives and dies on one thread, so that its C pointers never cross one.
///
/// `BEGIN`, savepoints and `COMMIT` travel with the statement that follows them, in libpq's pipeline mode: a record's
/// way costs as many round trips as it has statements.
final class PostgresConnection: SQLConnection {
    let handle: OpaquePointer
    /// How long an answer may take before the connection counts as lost; nil waits as long as TCP lives.
    let patience: Duration?
    /// Names of the statements that the server has parsed, by text.
    private var prepared: [String: String] = [:]
    /// What travels with the next statement.
    private var waiting: [String] = []
    /// Why nothing further can run in this transaction.
    private var fault: Fault?
    /// Something of this transaction has reached the server.
    private var hasBegun = false

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
        PQsetnonblocking(handle, 1)
        // Notices, such as of a table that is there already, would go to standard error.
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
    }

    deinit { PQfinish(handle) }

    /// Whether another transaction can run on it.
    var isUsable: Bool {
        if case .lost? = fault { return false }
        return PQstatus(handle) == CONNECTION_OK
    }

    // MARK: - A transaction

    /// Runs one transaction from `begin` to its commit.
    /// - Throws: what `body` threw after rolling back; `Fault.again` or `.lost` where the whole may run again;
    ///   `StoreError.unavailable` where nobody can tell whether the commit arrived.
    func transaction<Result>(_ begin: String, _ body: (any SQLConnection) throws -> Result) throws -> Result {
        waiting = [begin]
        (fault, hasBegun) = (nil, false)
        do {
            let result = try body(self)
            // What ended the transaction outweighs whatever the body made of it.
            if let fault { throw fault }
            try commit()
            return result
        } catch {
            rollback()
            switch fault {
            case .again?, .lost?: throw fault ?? error
            default: throw (error as? Fault)?.error ?? error
            }
        }
    }

    private func commit() throws {
        guard hasBegun else { return waiting = [] }
        waiting.append("COMMIT")
        do {
            try exchange(nil) { _ in }
        } catch {
            // Without an answer the commit may have happened: running it again could do it twice.
            if case .lost? = fault { throw StoreError.unavailable("the connection was lost while committing") }
            throw error
        }
    }

    private func rollback() {
        waiting = []
        guard hasBegun, isUsable else { return }
        let reason = fault
        fault = nil
        waiting = ["ROLLBACK"]
        try? exchange(nil) { _ in }
        if isUsable { fault = reason }
    }

    /// Runs one utility statement outside a transaction.
    func utility(_ sql: String) throws(StoreError) {
        (fault, waiting) = (nil, [sql])
        try exchange(nil) { _ in }
    }

    // MARK: - SQLConnection

    @discardableResult
    func rows(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] {
        var rows: [SQLRow] = []
        try exchange((sql, values)) { result throws(StoreError) in
            rows.reserveCapacity(Int(PQntuples(result)))
            for row in 0..<PQntuples(result) { rows.append(try SQLRow(result, row)) }
        }
        return rows
    }

    @discardableResult
    func run(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> Int {
        var count = 0
        try exchange((sql, values)) { result in count = Int(String(cString: PQcmdTuples(result))) ?? 0 }
        return count
    }

    func stream(_ sql: String, _ values: [SQLValue], _ take: (SQLRow) throws -> Void) throws {
        // In a batch of its own, so that its rows are all that comes back.
        try exchange(nil) { _ in }
        var refusal: (any Error)?
        do {
            try exchange((sql, values), singleRow: true) { result throws(StoreError) in
                guard refusal == nil, PQresultStatus(result) == PGRES_SINGLE_TUPLE else { return }
                let row = try SQLRow(result, 0)
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

    func script(_ sql: String) throws(StoreError) {
        try exchange(nil) { _ in }
        guard PQexitPipelineMode(handle) == 1, PQsendQuery(handle, sql) == 1 else { throw lost() }
        hasBegun = true
        var first: Fault?
        while let result = try next(nil) {
            defer { PQclear(result) }
            first = first ?? fault(of: result)
        }
        if let first { throw noted(first) }
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result {
        if let fault { throw fault.error }
        waiting.append("SAVEPOINT job")
        do {
            let result = try body()
            if let fault { throw fault.error }
            waiting.append("RELEASE SAVEPOINT job")
            return result
        } catch {
            switch fault {
            case .failed?, nil:
                fault = nil
                waiting += ["ROLLBACK TO SAVEPOINT job", "RELEASE SAVEPOINT job"]
            case .again?, .lost?: break
            }
            throw error
        }
    }
}

extension PostgresConnection {
    /// Sends what waits and then a statement, in one batch, and reads every answer.
    /// - Parameter take: sees each result of the statement.
    private func exchange(
        _ statement: (sql: String, values: [SQLValue])?, singleRow: Bool = false,
        _ take: (OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        if let fault { throw fault.error }
        guard statement != nil || !waiting.isEmpty else { return }
        if PQpipelineStatus(handle) == PQ_PIPELINE_OFF, PQenterPipelineMode(handle) != 1 { throw lost() }
        let sent = try send(statement)
        var first: Fault?
        for index in 0..<sent.count {
            let isStatement = statement != nil && index == sent.count - 1
            if isStatement, singleRow { PQsetSingleRowMode(handle) }
            while let result = try next(patience) {
                defer { PQclear(result) }
                if let fault = fault(of: result) {
                    first = first ?? fault
                } else if isStatement {
                    do throws(StoreError) { try take(result) } catch { first = first ?? .failed(error) }
                } else if index == sent.preparedAt, let sql = statement?.sql {
                    prepared[sql] = sent.name
                }
            }
        }
        try readSynchronisation()
        if let first { throw noted(first) }
    }

    private struct Sent {
        var count: Int
        /// Where in the batch the statement is parsed for the first time.
        var preparedAt: Int?
        var name = ""
    }

    private func send(_ statement: (sql: String, values: [SQLValue])?) throws(StoreError) -> Sent {
        var sent = Sent(count: waiting.count)
        for utility in waiting where PQsendQueryParams(handle, utility, 0, nil, nil, nil, nil, 0) != 1 { throw lost() }
        waiting = []
        if let statement {
            sent.name = prepared[statement.sql] ?? "s\(prepared.count)"
            if prepared[statement.sql] == nil {
                guard PQsendPrepare(handle, sent.name, statement.sql, 0, nil) == 1 else { throw lost() }
                sent.preparedAt = sent.count
                sent.count += 1
            }
            let parameters = try ParameterTexts(statement.values)
            guard parameters.send({ PQsendQueryPrepared(handle, sent.name, $0, $1, nil, nil, 0) == 1 }) else {
                throw lost()
            }
            sent.count += 1
        }
        guard PQpipelineSync(handle) == 1 else { throw lost() }
        hasBegun = true
        return sent
    }

    private func readSynchronisation() throws(StoreError) {
        while let result = try next(patience) {
            let status = PQresultStatus(result)
            PQclear(result)
            if status == PGRES_PIPELINE_SYNC { return }
        }
    }

    /// The next result of the current statement; nil when it has no more.
    private func next(_ patience: Duration?) throws(StoreError) -> OpaquePointer? {
        let deadline = patience.map { ContinuousClock.now + $0 }
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw lost() }
            if unsent == 0, PQisBusy(handle) == 0 { return PQgetResult(handle) }
            guard waitForSocket(PQsocket(handle), writing: unsent == 1, until: deadline),
                PQconsumeInput(handle) == 1
            else { throw lost() }
        }
    }

    private func cancel() {
        guard let cancel = PQgetCancel(handle) else { return }
        var message = [CChar](repeating: 0, count: 256)
        PQcancel(cancel, &message, CInt(message.count))
        PQfreeCancel(cancel)
    }

    private func noted(_ fault: Fault) -> StoreError {
        self.fault = fault
        return fault.error
    }

    private func lost() -> StoreError {
        noted(.lost(.unavailable("PostgreSQL: \(String(cString: PQerrorMessage(handle)).prefix(200))")))
    }
}
