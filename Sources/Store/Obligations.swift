public import Patrol

/// The ledger's mechanism: an obligation is moved from the row that stands to the row that should, and the counters
/// of its grid and month move by the difference, in the same transaction. Nothing else changes counters.
struct ObligationRow: Equatable {
    var grid: String
    var best: BestVisit?

    var state: ObligationState { best?.standing.obligationState ?? .due }
    var count: CoverageCount { CoverageCount(of: state, isProvisional: best?.standing == .provisional) }
}

/// The visit that carries an obligation's state: highest standing, then earliest, then smallest id, so that the order
/// of arrival does not matter.
struct BestVisit: Equatable {
    let standing: Standing
    let visitedAt: Int64
    let report: String

    func isBetter(than other: BestVisit?) -> Bool {
        guard let other else { return true }
        if standing != other.standing { return standing > other.standing }
        return (visitedAt, report) < (other.visitedAt, other.report)
    }
}

/// One subject's duty of one month.
struct ObligationKey {
    let kind: SubjectKind
    let subject: String
    let month: String
}

extension SQLConnection {
    func obligation(_ key: ObligationKey) throws -> ObligationRow? {
        try rows(
            """
            SELECT grid_id, best_standing, best_visited_at, best_report_id
            FROM \(key.kind.obligationTable) WHERE subject_id = $1 AND month = $2
            """, [.text(key.subject), .text(key.month)]
        ).first.map { try obligationRow($0, from: 0) }
    }

    /// Reads `grid_id, best_standing, best_visited_at, best_report_id` from the given column on.
    func obligationRow(_ row: SQLRow, from column: Int) throws -> ObligationRow {
        var best: BestVisit?
        if let report = try row.optionalText(column + 3), let visitedAt = try row.optionalInteger(column + 2),
            let standing = Standing(rawValue: Int(try row.integer(column + 1)))
        {
            best = BestVisit(standing: standing, visitedAt: visitedAt, report: report)
        }
        return ObligationRow(grid: try row.text(column), best: best)
    }

    /// The one place where obligations and counters change.
    func move(_ key: ObligationKey, from old: ObligationRow?, to new: ObligationRow?) throws {
        guard old != new else { return }
        let table = key.kind.obligationTable
        if let new {
            let values: [SQLValue] = [
                .text(key.subject), .text(key.month), .text(new.grid), .text(new.state.rawValue),
                .integer(Int64(new.best?.standing.rawValue ?? -1)), SQLValue(new.best?.visitedAt),
                SQLValue(new.best?.report),
            ]
            if old == nil {
                try later(
                    """
                    INSERT INTO \(table)
                        (subject_id, month, grid_id, state, best_standing, best_visited_at, best_report_id)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    """, values)
            } else {
                try later(
                    """
                    UPDATE \(table) SET grid_id = $3, state = $4, best_standing = $5, best_visited_at = $6,
                        best_report_id = $7
                    WHERE subject_id = $1 AND month = $2
                    """, values)
            }
        } else {
            try rows(
                "DELETE FROM \(table) WHERE subject_id = $1 AND month = $2", [.text(key.subject), .text(key.month)])
        }
        let none = CoverageCount()
        if let old, let new, old.grid == new.grid {
            try count(new.count - old.count, of: key, in: new.grid)
        } else {
            if let old { try count(none - old.count, of: key, in: old.grid) }
            if let new { try count(new.count, of: key, in: new.grid) }
        }
    }

    private func count(_ difference: CoverageCount, of key: ObligationKey, in grid: String) throws {
        guard difference != CoverageCount() else { return }
        let counted = try run(
            """
            UPDATE grid_month SET due = due + $4, done = done + $5, provisional = provisional + $6,
                excused = excused + $7, awaiting = awaiting + $8
            WHERE month = $1 AND grid_id = $2 AND kind = $3
            """,
            [
                .text(key.month), .text(grid), .text(key.kind.rawValue), .integer(difference.due),
                .integer(difference.done), .integer(difference.provisional), .integer(difference.excused),
                .integer(difference.awaiting),
            ])
        guard counted == 1 else { throw StoreError.failed("\(grid) has no counters in \(key.month)") }
    }

    /// Brings one obligation to what roster and visits say: owed by the grid that holds the subject on the month's
    /// last day, in the state of its best standing visit. Used wherever more changed than one visit arriving.
    func settle(_ key: ObligationKey, lastDay: Day) throws {
        let kind = key.kind
        let holder = try rows(
            """
            SELECT grid_id FROM \(kind.rosterTable)
            WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL AND valid_from <= $2
                AND (valid_to IS NULL OR valid_to > $2)
            ORDER BY valid_from DESC LIMIT 1
            """, [.text(key.subject), .text(lastDay.description)]
        ).first?.text(0)
        var wanted: ObligationRow?
        if let holder {
            let best = try rows(
                """
                SELECT standing, visited_at, report_id FROM \(kind.visitTable)
                WHERE subject_id = $1 AND month = $2 ORDER BY standing DESC, visited_at, report_id LIMIT 1
                """, [.text(key.subject), .text(key.month)]
            ).first.map {
                BestVisit(
                    standing: Standing(rawValue: Int(try $0.integer(0))) ?? .notDischarging,
                    visitedAt: try $0.integer(1), report: try $0.text(2))
            }
            wanted = ObligationRow(grid: holder, best: best)
        }
        try move(key, from: try obligation(key), to: wanted)
    }

    /// Months that have a ledger, in order.
    func ledgerMonths() throws -> [Month] {
        try rows("SELECT month FROM ledger_month ORDER BY month", []).compactMap { Month(try $0.text(0)) }
    }
}

extension PatrolStore {
    /// Whether a month has its ledger.
    public func isOpen(_ month: Month) async throws -> Bool {
        if openMonths.contains(month) { return true }
        let isOpen = try await database.read { connection in
            try !connection.rows("SELECT 1 FROM ledger_month WHERE month = $1", [.text(month.description)]).isEmpty
        }
        if isOpen { openMonths.insert(month) }
        return isOpen
    }

    /// Makes a month's ledger if there is none yet: every grid's counters and every obligation of that month.
    /// Idempotent; called by the monthly job, on roster change and at first reading or writing.
    public func open(_ month: Month, at now: Instant) async throws {
        guard !openMonths.contains(month) else { return }
        try await database.write { connection in
            let isNew = try connection.run(
                "INSERT INTO ledger_month (month, opened_at) VALUES ($1, $2) ON CONFLICT (month) DO NOTHING",
                [.text(month.description), .integer(now.milliseconds)])
            guard isNew == 1 else { return }
            try connection.placeGrids(in: month)
            for kind in SubjectKind.allCases {
                try connection.makeObligations(of: kind, in: month)
            }
        }
        openMonths.insert(month)
    }
}

extension SQLConnection {
    /// Gives every grid its counters for a month and puts them where the managed-by tree has the grid on its last day.
    func placeGrids(in month: Month) throws {
        let tree = try areaTree(on: month.last)
        let grids = try rows("SELECT id FROM area WHERE level = 'grid' ORDER BY id", [])
        for row in grids {
            guard let grid = AreaID(try row.text(0)), let path = tree.path(of: grid) else { continue }
            for kind in SubjectKind.allCases {
                try rows(
                    """
                    INSERT INTO grid_month (month, grid_id, kind, path, due, done, provisional, excused, awaiting)
                    VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0)
                    ON CONFLICT (month, grid_id, kind) DO UPDATE SET path = excluded.path
                    """, [.text(month.description), .text(grid.text), .text(kind.rawValue), .text(path.text)])
            }
        }
    }

    /// For a month that has none: as many statements for a county as for a hamlet.
    fileprivate func makeObligations(of kind: SubjectKind, in month: Month) throws {
        try rows(
            """
            INSERT INTO \(kind.obligationTable)
                (subject_id, month, grid_id, state, best_standing, best_visited_at, best_report_id)
            SELECT \(kind.rosterSubject), $1, grid_id, 'due', -1, NULL, NULL FROM \(kind.rosterTable)
            WHERE superseded_at IS NULL AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
            """, [.text(month.description), .text(month.last.description)])
        try rows(
            """
            UPDATE grid_month SET due = (
                SELECT COUNT(*) FROM \(kind.obligationTable) AS o
                WHERE o.grid_id = grid_month.grid_id AND o.month = grid_month.month)
            WHERE month = $1 AND kind = $2
            """, [.text(month.description), .text(kind.rawValue)])
    }
}
