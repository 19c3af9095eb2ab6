import Glibc
import Store

/// A thread's place for its connection: opened when needed, replaced when lost.
final class ConnectionSlot {
    private let server: Server
    private var connection: PostgresConnection?
    /// The lock to give back once the caller has its answer.
    private var turn: Turn?

    init(server: Server) { self.server = server }

    /// How a transaction stands beside others that write. The first attempts run beside them; one that lost each time
    /// runs alone, so that it cannot lose again however many gateways write the same counters.
    private enum Turn: String {
        case together = "_shared"
        case alone = ""
    }

    /// Of `pg_advisory_lock`; any number that only this product takes.
    private static let lockKey = 7_224_710_233

    /// Runs a transaction that may be asked for again until `patience` is over.
    func transaction<Result>(
        _ access: PostgresConnection.Access, patience: Duration, _ body: (any SQLConnection) throws -> Result
    ) throws -> Result {
        let deadline = ContinuousClock.now + patience
        // Once beside the others is worth the try; twice helps where one of them was long.
        let attemptsBeside = 2
        var losses = 0
        while true {
            do {
                let connection = try open()
                if access == .writing { try take(losses < attemptsBeside ? .together : .alone, on: connection) }
                return try connection.transaction(access, body)
            } catch let fault as PostgresConnection.Fault {
                // A long one may lose when its patience is over already: alone it wins.
                let wasAlone = turn == .alone || access == .reading
                tidy()
                guard ContinuousClock.now < deadline || !wasAlone else { throw fault.error }
                losses = ContinuousClock.now < deadline ? losses + 1 : attemptsBeside
                pause(after: losses)
            }
        }
    }

    /// Gives back the turn, and drops a connection that is of no further use.
    func tidy() {
        if let turn, let connection, connection.isUsable {
            try? connection.utility("SELECT pg_advisory_unlock\(turn.rawValue)(\(Self.lockKey))")
        }
        turn = nil
        if connection?.isIdle == false { connection = nil }
    }

    private func open() throws -> PostgresConnection {
        if let connection, connection.isIdle { return connection }
        connection = nil
        let opened = try server.connect()
        connection = opened
        return opened
    }

    /// Waits for its turn as long as a statement may take; who waits keeps the place in the queue.
    private func take(_ wanted: Turn, on connection: PostgresConnection) throws {
        do throws(StoreError) {
            try connection.utility("SELECT pg_advisory_lock\(wanted.rawValue)(\(Self.lockKey))")
            turn = wanted
        } catch {
            // Gone, the whole may be tried on another connection; else another one's turn takes long.
            if connection.isUsable { throw StoreError.busy }
            throw PostgresConnection.Fault.lost(error)
        }
    }

    /// Up to 2, 4, 8 … 64 ms, so that two that met do not meet again.
    private func pause(after attempt: Int) {
        let longest = 1_000 << min(attempt, 6)
        usleep(UInt32.random(in: 0...UInt32(longest)))
    }
}
