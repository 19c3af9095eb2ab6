public import Patrol

extension PatrolStore {
    /// Takes a piece of background work for some time, or keeps it.
    /// - Parameters:
    ///   - name: of the work.
    ///   - holder: of this process, unlike any other's.
    ///   - duration: milliseconds; long enough for one step of the work, since nobody may do it meanwhile.
    /// - Returns: false while another one holds it.
    public func holdLease(_ name: String, by holder: String, at now: Instant, for duration: Int64) async throws -> Bool
    {
        try await plain.write { connection in
            try connection.run(
                """
                INSERT INTO lease (name, holder, held_until) VALUES ($1, $2, $4)
                ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until
                WHERE lease.holder = excluded.holder OR lease.held_until <= $3
                """,
                [
                    .text(name), .text(holder), .integer(now.milliseconds),
                    .integer(now.adding(milliseconds: duration).milliseconds),
                ]) == 1
        }
    }

    /// Leaves the work to the next one; nothing if another one holds it.
    public func dropLease(_ name: String, by holder: String) async throws {
        _ = try await plain.write { connection in
            try connection.run("DELETE FROM lease WHERE name = $1 AND holder = $2", [.text(name), .text(holder)])
        }
    }
}
