public import Patrol

/// One counter of failed tries, with its limit.
public struct FailureCounter: Equatable, Sendable {
    /// A digest: nobody's name or address.
    public let key: String
    public let limit: FailureLimit

    public init(key: String, limit: FailureLimit) {
        self.key = key
        self.limit = limit
    }
}

extension PatrolStore {
    /// Lets a try in and counts it as failed, so that many at once get no more of them than one after the other; refuses
    /// it without a trace where one counter is locked.
    /// - Returns: nil, or the milliseconds until the next one is let in.
    public func admitTry(_ counters: [FailureCounter], at now: Instant) async throws -> Int64? {
        // Most tries of a flood end here, without a write.
        if let wait = try await database.read({ try $0.wait(counters, at: now) }) { return wait }
        return try await database.write { connection in
            if let wait = try connection.wait(counters, at: now) { return wait }
            for counter in counters {
                let window = try connection.window(counter)
                try connection.keep(
                    window?.failing(at: now, counter.limit) ?? FailureWindow(failures: 1, lastAt: now), of: counter)
                if window == nil { try connection.forgetOldFailures(at: now, counter.limit) }
            }
            return nil
        }
    }

    /// Takes back what `admitTry` counted for a try that succeeded, or was none.
    /// - Parameter cleared: counters that begin anew.
    public func takeBack(_ counters: [FailureCounter], clearing cleared: Set<String>) async throws {
        try await database.write { connection in
            for counter in counters {
                try connection.run(
                    cleared.contains(counter.key)
                        ? "DELETE FROM login_failure WHERE counter = $1"
                        : "UPDATE login_failure SET failures = failures - 1 WHERE counter = $1 AND failures > 0",
                    [.text(counter.key)])
            }
        }
    }
}

/// More counters than a box can make within the time of a lock, at the pace at which it hashes passwords.
private let mostCounters = 200_000

extension SQLConnection {
    fileprivate func wait(_ counters: [FailureCounter], at now: Instant) throws -> Int64? {
        try counters.compactMap { try window($0)?.wait(at: now, $0.limit) }.max()
    }

    fileprivate func window(_ counter: FailureCounter) throws -> FailureWindow? {
        try rows("SELECT failures, last_at FROM login_failure WHERE counter = $1", [.text(counter.key)]).first.map {
            FailureWindow(failures: Int(try $0.integer(0)), lastAt: Instant(milliseconds: try $0.integer(1)))
        }
    }

    fileprivate func keep(_ window: FailureWindow, of counter: FailureCounter) throws {
        try run(
            """
            INSERT INTO login_failure (counter, failures, last_at) VALUES ($1, $2, $3)
            ON CONFLICT (counter) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at
            """, [.text(counter.key), SQLValue(window.failures), .integer(window.lastAt.milliseconds)])
    }

    /// Those whose time is over, and the oldest of too many.
    fileprivate func forgetOldFailures(at now: Instant, _ limit: FailureLimit) throws {
        try run(
            "DELETE FROM login_failure WHERE last_at <= $1",
            [.integer(now.adding(milliseconds: -limit.lockMilliseconds).milliseconds)])
        try run(
            """
            DELETE FROM login_failure WHERE last_at <
                (SELECT f.last_at FROM login_failure AS f ORDER BY f.last_at DESC LIMIT 1 OFFSET \(mostCounters))
            """, [])
    }
}
