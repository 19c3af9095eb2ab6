public import Patrol

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

    /// Makes a month's ledger if there is none yet: every grid's counters and every duty of that month.
    /// Idempotent; called by the monthly job, on roster change and at first reading or writing.
    public func open(_ month: Month, at now: Instant) async throws {
        guard !openMonths.contains(month) else { return }
        let zone = zone
        try await plain.write { connection in
            let isNew = try connection.run(
                """
                INSERT INTO ledger_month (month, opened_at, rules, grace_days) VALUES ($1, $2, $3, $4)
                ON CONFLICT (month) DO NOTHING
                """,
                [
                    .text(month.description), .integer(now.milliseconds), .integer(LedgerMonth.currentRules),
                    SQLValue(try connection.closingRule(for: month).graceDays),
                ])
            guard isNew == 1 else { return }
            try connection.placeGrids(in: month)
            let ledger = LedgerWriter(connection, zone: zone, cause: Cause(.job, at: now, by: "open-month"))
            for kind in SubjectKind.allCases { try ledger.makeObligations(of: kind, in: month) }
        }
        openMonths.insert(month)
    }
}

extension LedgerMonth {
    static let currentRules = Int64(ObligationPolicy.standardVersion)
}

extension SQLConnection {
    /// Gives every grid its counters for a month and puts them where it stands. A closed month keeps its tree, and nothing
    /// comes into it.
    func placeGrids(in month: Month) throws {
        let closings = try closings(of: month)
        let levels = closings.isEmpty ? [:] : try areaLevels()
        for (grid, path) in try gridPaths(in: month).sorted(by: { $0.key < $1.key }) {
            let closed = path.closingUnit { levels[$0] }.flatMap { closings[$0] } ?? 0
            for kind in SubjectKind.allCases {
                try run(
                    """
                    INSERT INTO grid_month
                        (month, grid_id, kind, path, due, done, provisional, excused, awaiting, closed)
                    VALUES ($1, $2, $3, $4, 0, 0, 0, 0, 0, $5)
                    ON CONFLICT (month, grid_id, kind) DO UPDATE SET path = excluded.path
                    WHERE grid_month.closed = 0 AND excluded.closed = 0
                    """,
                    [
                        .text(month.description), .text(grid.text), .text(kind.rawValue), .text(path.text),
                        .integer(closed),
                    ])
            }
        }
    }
}

extension SQLConnection {
    /// Where every grid stands in a month: where the managed-by tree has it on the month's last day; one that ended
    /// meanwhile, where it stood on the last day that it had; one whose month was closed, where that month has it.
    func gridPaths(in month: Month, known: Knowledge = .now) throws -> [AreaID: PathKey] {
        let tree = try areaTree(on: month.last, known: known)
        let ended = try lastDays(in: month, known: known)
        var paths: [AreaID: PathKey] = [:]
        for row in try rows("SELECT id FROM area WHERE level = 'grid'", []) {
            guard let grid = AreaID(try row.text(0)) else { continue }
            paths[grid] =
                try ended[grid.text].flatMap { try path(of: grid.text, on: $0, known: known) } ?? tree.path(of: grid)
        }
        for row in try rows(
            "SELECT grid_id, path FROM grid_month WHERE month = $1 AND closed > 0 AND closed <= $2",
            [.text(month.description), .integer((known.at ?? .latest).milliseconds)])
        {
            if let grid = AreaID(try row.text(0)), let path = PathKey(try row.text(1)) { paths[grid] = path }
        }
        return paths
    }

    /// The last day of each area that ended within a month.
    private func lastDays(in month: Month, known: Knowledge) throws -> [String: Day] {
        var days: [String: Day] = [:]
        for row in try rows(
            """
            SELECT n.area_id, MAX(COALESCE(n.valid_to, '~')) FROM area_name AS n WHERE \(known.holds("n"))
            GROUP BY n.area_id
            HAVING MAX(COALESCE(n.valid_to, '~')) > $1 AND MAX(COALESCE(n.valid_to, '~')) <= $2
            """, [.text(month.first.description), .text(month.last.description)])
        {
            days[try row.text(0)] = Day(try row.text(1))?.adding(days: -1)
        }
        return days
    }
}

extension LedgerWriter {
    /// For a month that has none: as many statements for a county as for a hamlet. What one subject owes is said by
    /// `owedVisits`; this says the same of all of them at once, and verification holds the two together.
    fileprivate func makeObligations(of kind: SubjectKind, in month: Month) throws {
        let policies = try connection.policies(kind, rules: LedgerMonth.currentRules)
        let patrols = patrolPolicies(policies, of: month)
        let ids = Set(patrols.map { $0[0].id })
        for versions in patrols {
            for policy in versions { try make(policy, in: month, unless: ids.subtracting([policy.id])) }
        }
        for policy in policies where policy.task != .patrol { try make(policy, in: month, unless: []) }
        try connection.run(
            """
            UPDATE grid_month SET due = (
                SELECT COUNT(*) FROM \(kind.obligationTable) AS o
                WHERE o.grid_id = grid_month.grid_id AND o.month = grid_month.month)
            WHERE month = $1 AND kind = $2
            """, [.text(month.description), .text(kind.rawValue)])
        try settleVisitsBefore(month, kind)
    }

    /// - Parameter others: a subject that owes under one of these owes nothing here.
    private func make(_ policy: ObligationPolicy, in month: Month, unless others: Set<String>) throws {
        let kind = policy.kind
        let taken =
            others.isEmpty
            ? ""
            : """
            AND NOT EXISTS (SELECT 1 FROM \(kind.obligationTable) AS o WHERE o.subject_id = r.\(kind.rosterSubject)
                AND o.month = $1 AND o.policy IN (\(quoted(others))))
            """
        for period in policy.periods(of: month) {
            for ordinal in 1...max(1, policy.frequency.times) {
                try connection.run(
                    """
                    INSERT INTO \(kind.obligationTable) (subject_id, month, policy, first_day, ordinal, last_day,
                        policy_version, grid_id, state, best_standing, best_visited_at, best_received_at,
                        best_report_id, late)
                    SELECT r.\(kind.rosterSubject), $1, $2, $3, $4, $5, $6, r.grid_id, 'due', -1, NULL, NULL, NULL, 0
                    FROM \(kind.rosterTable) AS r JOIN \(DatedTable.detail(kind).name) AS s
                        ON s.\(kind.rosterSubject) = r.\(kind.rosterSubject) AND s.superseded_at IS NULL
                            AND s.valid_from <= $5 AND (s.valid_to IS NULL OR s.valid_to > $5)
                    WHERE r.superseded_at IS NULL AND r.valid_from <= $5 AND (r.valid_to IS NULL OR r.valid_to > $5)
                        AND EXISTS (SELECT 1 FROM \(kind.rosterTable) AS j
                            WHERE j.\(kind.rosterSubject) = r.\(kind.rosterSubject) AND j.superseded_at IS NULL
                                AND j.valid_from <= $7 AND (j.valid_to IS NULL OR j.valid_to > $7))
                        \(try selection(policy, on: period.last)) \(taken)
                    """,
                    [
                        .text(month.description), .text(policy.id), .text(period.first.description),
                        SQLValue(ordinal), .text(period.last.description), SQLValue(policy.version),
                        .text(policy.joiningDay(of: period).description),
                    ])
            }
        }
    }

    /// A policy's classes and areas as a condition on `s` and `r`.
    private func selection(_ policy: ObligationPolicy, on day: Day) throws -> String {
        var conditions = ""
        if !policy.selection.classes.isEmpty {
            conditions += " AND s.\(policy.kind.classColumn) IN (\(quoted(policy.selection.classes)))"
        }
        if !policy.selection.areas.isEmpty {
            let tree = try connection.areaTree(on: day)
            let grids = try connection.rows("SELECT id FROM area WHERE level = 'grid'", []).compactMap { row in
                AreaID(try row.text(0)).flatMap { grid in
                    tree.path(of: grid)?.areas.contains { policy.selection.areas.contains($0) } == true ? grid : nil
                }
            }
            conditions += grids.isEmpty ? " AND 1 = 0" : " AND r.grid_id IN (\(quoted(grids.map(\.text))))"
        }
        return conditions
    }

    /// Of a week that began in the month before, some days are over when the month opens; a visit may have been ruled into
    /// it, a subject excused for it.
    private func settleVisitsBefore(_ month: Month, _ kind: SubjectKind) throws {
        let subjects = try connection.rows(
            """
            SELECT DISTINCT o.subject_id FROM grid_month AS g
            JOIN \(kind.obligationTable) AS o ON o.grid_id = g.grid_id AND o.month = g.month
            JOIN \(kind.visitTable) AS v ON v.subject_id = o.subject_id AND v.month >= substr(o.first_day, 1, 7)
            WHERE g.month = $1 AND g.kind = $3 AND o.first_day < $2 ORDER BY o.subject_id
            """, [.text(month.description), .text(month.first.description), .text(kind.rawValue)])
        let ruled = try connection.rows(
            """
            SELECT DISTINCT subject_id FROM \(kind.rulingTable)
            WHERE into_month = $1 OR (report_id IS NULL AND until_day >= $2) ORDER BY subject_id
            """, [.text(month.description), .text(month.first.description)])
        let opened = LedgerMonth(month: month, rules: LedgerMonth.currentRules)
        let concerned = Set(try (subjects + ruled).map { try $0.text(0) }).sorted()
        try settle(kind, concerned, in: [opened])
    }
}

/// Texts as a list of SQL literals, in order.
private func quoted(_ texts: some Sequence<String>) -> String {
    texts.sorted().map { "'\($0.replacing("'", with: "''"))'" }.joined(separator: ", ")
}
