import CPostgres
import Store

extension PostgresConnection {
    /// Sends what waits and then a statement, in one batch, and reads every answer.
    /// - Parameter take: sees each result of the statement.
    func exchange(
        _ statement: Command?, singleRow: Bool = false, _ take: (OpaquePointer) throws(StoreError) -> Void
    ) throws(StoreError) {
        if let fault { throw fault.error }
        guard !isStreaming else { throw .failed("the connection hands over rows; ask when they have ended") }
        let commands = waiting + (statement.map { [$0] } ?? [])
        guard !commands.isEmpty else { return }
        let expected = try send(commands)
        waiting = []
        var first: Fault?
        for (index, answer) in expected.enumerated() {
            let isStatement = statement != nil && index == expected.count - 1
            if isStatement, singleRow, PQsetSingleRowMode(handle) != 1 { throw lost("single rows") }
            while let result = try nextResult(within: patience) {
                defer { PQclear(result) }
                if let fault = fault(of: result) {
                    first = first ?? fault
                } else if isStatement {
                    do throws(StoreError) { try take(result) } catch { first = first ?? .failed(error) }
                } else {
                    switch answer {
                    case .parsed(let sql, let name): prepared[sql] = name
                    case .committed where String(cString: PQcmdStatus(result)) != "COMMIT":
                        first = first ?? .failed(.failed("PostgreSQL rolled back instead of committing"))
                    case .committed, .done: break
                    }
                }
            }
        }
        while let result = try nextResult(within: patience) {
            defer { PQclear(result) }
            first = first ?? fault(of: result)
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC { break }
        }
        if let first { throw noted(first) }
    }

    /// What the server answers, in the order of what was sent.
    private enum Expected {
        case done
        case committed
        /// A statement is prepared from now on.
        case parsed(sql: String, name: String)
    }

    /// Sends a batch and the point at which the server answers it. Nothing is sent if a value cannot be.
    private func send(_ commands: [Command]) throws(StoreError) -> [Expected] {
        var parameters: [ParameterTexts?] = []
        for command in commands {
            if case .statement(_, let values) = command {
                parameters.append(try ParameterTexts(values))
            } else {
                parameters.append(nil)
            }
        }
        if PQpipelineStatus(handle) == PQ_PIPELINE_OFF, PQenterPipelineMode(handle) != 1 { throw lost("pipeline") }
        sentBatches += 1
        var expected: [Expected] = []
        var names = prepared
        for (command, parameters) in zip(commands, parameters) {
            switch command {
            case .utility(let sql):
                try send(utility: sql)
                expected.append(.done)
            case .commit:
                try send(utility: "COMMIT")
                expected.append(.committed)
            case .statement(let sql, _):
                let name = names[sql] ?? "s\(names.count)"
                if names.updateValue(name, forKey: sql) == nil {
                    guard PQsendPrepare(handle, name, sql, 0, nil) == 1 else { throw lost("prepare") }
                    expected.append(.parsed(sql: sql, name: name))
                }
                let isSent = parameters?.send { PQsendQueryPrepared(handle, name, $0, $1, nil, nil, 0) == 1 }
                guard isSent == true else { throw lost("statement") }
                expected.append(.done)
            }
        }
        guard PQpipelineSync(handle) == 1 else { throw lost("sync") }
        return expected
    }

    private func send(utility sql: String) throws(StoreError) {
        guard PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 0) == 1 else { throw lost("utility") }
    }

    /// The next result of the current command; nil when it has no more.
    func nextResult(within patience: Duration?) throws(StoreError) -> OpaquePointer? {
        let deadline = patience.map { ContinuousClock.now + $0 }
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw lost("sending") }
            if unsent == 0, PQisBusy(handle) == 0 { return PQgetResult(handle) }
            guard waitForSocket(PQsocket(handle), writing: unsent == 1, until: deadline) else {
                throw lost("no answer in time")
            }
            guard PQconsumeInput(handle) == 1 else { throw lost("reading") }
        }
    }

    /// Asks the server to end the statement that runs.
    func cancel() {
        guard let cancel = PQgetCancel(handle) else { return }
        var message = [CChar](repeating: 0, count: 256)
        PQcancel(cancel, &message, CInt(message.count))
        PQfreeCancel(cancel)
    }

    func noted(_ fault: Fault) -> StoreError {
        self.fault = fault
        return fault.error
    }

    /// The connection is of no further use: it broke, or nobody can tell what its next answer belongs to.
    /// - Parameter doing: what failed, for whoever reads the log.
    func lost(_ doing: String) -> StoreError {
        noted(.lost(.unavailable("PostgreSQL, \(doing): \(String(cString: PQerrorMessage(handle)).prefix(200))")))
    }
}
