import Patrol

/// One duty: the ordinal-th visit of a policy's period.
struct ObligationKey: Hashable {
    let kind: SubjectKind
    let subject: String
    let month: String
    let policy: String
    let firstDay: String
    let ordinal: Int64
}

/// What became of a duty, as it is kept.
struct ObligationRow: Equatable {
    var grid: String
    let lastDay: String
    let policyVersion: Int64
    var best: Carrier?
    var isLate: Bool

    var state: ObligationState { best?.standing.obligationState ?? .due }
    var count: CoverageCount { CoverageCount(of: best?.standing, isLate: isLate) }
}

/// Why the ledger changes: told in the journal of a month that is closed.
struct Cause: Sendable {
    enum Why: String, Sendable { case arrival, photo, ruling, roster, policy, job }

    let why: Why
    let at: Instant
    /// A person's id, or the name of a job.
    let by: String
    /// The record or ruling behind it.
    let source: String?

    init(_ why: Why, at: Instant, by: String, source: String? = nil) {
        self.why = why
        self.at = at
        self.by = by
        self.source = source
    }
}

/// The ledger's mechanism, within one transaction: a duty is moved from the row that stands to the row that should, and
/// the counters of its grid and month move by the difference. Nothing else changes duties or counters.
struct LedgerWriter {
    let connection: any SQLConnection
    let zone: DeploymentZone
    let cause: Cause

    init(_ connection: any SQLConnection, zone: DeploymentZone, cause: Cause) {
        self.connection = connection
        self.zone = zone
        self.cause = cause
    }

    /// The one place where duties and counters change.
    func move(_ key: ObligationKey, from old: ObligationRow?, to new: ObligationRow?) throws {
        guard old != new else { return }
        if let old, let new, old.grid == new.grid {
            let difference = new.count - old.count
            // In a month that is open this is all; the counters' row says so itself.
            if difference != CoverageCount(), try count(difference, of: key, in: new.grid, onlyIfOpen: true) {
                return try write(key, old, new)
            }
        }
        let closedBefore = try old.map { try closedAt($0.grid, key) } ?? 0
        let closedAfter = try new.map { try closedAt($0.grid, key) } ?? 0
        var new = new
        if closedAfter > 0, let best = new?.best, best.receivedAt.milliseconds >= closedAfter { new?.isLate = true }
        guard old != new else { return }
        try write(key, old, new)
        if let old, let new, old.grid == new.grid {
            try bump(new.count - old.count, of: key, in: new.grid)
        } else {
            if let old { try bump(CoverageCount() - old.count, of: key, in: old.grid) }
            if let new { try bump(new.count, of: key, in: new.grid) }
        }
        if closedBefore > 0, let old {
            try journal(key, in: old.grid, from: old, to: old.grid == new?.grid ? new : nil)
        }
        if closedAfter > 0, let new, old?.grid != new.grid { try journal(key, in: new.grid, from: nil, to: new) }
    }

    private func write(_ key: ObligationKey, _ old: ObligationRow?, _ new: ObligationRow?) throws {
        let table = key.kind.obligationTable
        let identity: [SQLValue] = [
            .text(key.subject), .text(key.month), .text(key.policy), .text(key.firstDay), .integer(key.ordinal),
        ]
        guard let new else {
            try connection.run(
                """
                DELETE FROM \(table)
                WHERE subject_id = $1 AND month = $2 AND policy = $3 AND first_day = $4 AND ordinal = $5
                """, identity)
            return
        }
        let values =
            identity + [
                .text(new.lastDay), .integer(new.policyVersion), .text(new.grid), .text(new.state.rawValue),
                .integer(Int64(new.best?.standing.rawValue ?? -1)), SQLValue(new.best?.visitedAt.milliseconds),
                SQLValue(new.best?.receivedAt.milliseconds), SQLValue(new.best?.report), SQLValue(new.isLate),
            ]
        if old == nil {
            try connection.later(
                """
                INSERT INTO \(table) (subject_id, month, policy, first_day, ordinal, last_day, policy_version, grid_id,
                    state, best_standing, best_visited_at, best_received_at, best_report_id, late)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                """, values)
        } else {
            try connection.later(
                """
                UPDATE \(table) SET last_day = $6, policy_version = $7, grid_id = $8, state = $9, best_standing = $10,
                    best_visited_at = $11, best_received_at = $12, best_report_id = $13, late = $14
                WHERE subject_id = $1 AND month = $2 AND policy = $3 AND first_day = $4 AND ordinal = $5
                """, values)
        }
    }

    private func bump(_ difference: CoverageCount, of key: ObligationKey, in grid: String) throws {
        guard difference != CoverageCount() else { return }
        guard try count(difference, of: key, in: grid, onlyIfOpen: false) else {
            throw StoreError.failed("\(grid) has no counters in \(key.month)")
        }
    }

    private func count(
        _ difference: CoverageCount, of key: ObligationKey, in grid: String, onlyIfOpen: Bool
    ) throws -> Bool {
        try connection.run(
            """
            UPDATE grid_month SET due = due + $4, done = done + $5, provisional = provisional + $6,
                outside_only = outside_only + $7, late = late + $8, excused = excused + $9, awaiting = awaiting + $10
            WHERE month = $1 AND grid_id = $2 AND kind = $3 \(onlyIfOpen ? "AND closed = 0" : "")
            """,
            [
                .text(key.month), .text(grid), .text(key.kind.rawValue), .integer(difference.due),
                .integer(difference.done), .integer(difference.provisional), .integer(difference.outsideOnly),
                .integer(difference.late), .integer(difference.excused), .integer(difference.awaiting),
            ]) == 1
    }

    /// When the month was closed for a grid, in milliseconds; 0 while it is open.
    private func closedAt(_ grid: String, _ key: ObligationKey) throws -> Int64 {
        try connection.rows(
            "SELECT closed FROM grid_month WHERE month = $1 AND grid_id = $2 AND kind = $3",
            [.text(key.month), .text(grid), .text(key.kind.rawValue)]
        ).first?.integer(0) ?? 0
    }

    private func journal(_ key: ObligationKey, in grid: String, from old: ObligationRow?, to new: ObligationRow?) throws
    {
        try connection.run(
            """
            INSERT INTO \(key.kind.journalTable)
                (month, grid_id, number, at, cause, by_whom, source, subject_id, line_before, line_after)
            SELECT $1, $2, COALESCE(MAX(number), 0) + 1, $3, $4, $5, $6, $7, $8, $9 FROM \(key.kind.journalTable)
            WHERE month = $1 AND grid_id = $2
            """,
            [
                .text(key.month), .text(grid), .integer(cause.at.milliseconds), .text(cause.why.rawValue),
                .text(cause.by), SQLValue(cause.source), .text(key.subject), SQLValue(old.map { pageLine(key, $0) }),
                SQLValue(new.map { pageLine(key, $0) }),
            ])
    }

    // MARK: Settling

    /// Brings subjects' duties of some months to what roster, policies, visits and rulings say. Used wherever more
    /// changed than one visit arriving.
    func settle(_ kind: SubjectKind, _ subjects: [String], in months: [LedgerMonth]) throws {
        guard !months.isEmpty else { return }
        let recorded = try connection.policies(kind, rules: LedgerMonth.currentRules).dropFirst()
        for subject in subjects { try settle(kind, subject, in: months, recorded: Array(recorded)) }
    }

    private func settle(
        _ kind: SubjectKind, _ subject: String, in months: [LedgerMonth], recorded: [ObligationPolicy]
    ) throws {
        let placed = try connection.placement(
            kind, subject, withPaths: recorded.contains { !$0.selection.areas.isEmpty })
        for month in months {
            let policies = [ObligationPolicy.standard(kind, version: Int(month.rules))] + recorded
            let wanted = try wanted(kind, subject, in: month, policies: policies, placed: placed)
            let stored = try connection.obligations(kind, subject, in: month.month.description)
            for key in Set(wanted.keys).union(stored.keys).sorted(by: ObligationKey.precedes) {
                try move(key, from: stored[key], to: wanted[key])
            }
        }
    }

    private func wanted(
        _ kind: SubjectKind, _ subject: String, in month: LedgerMonth, policies: [ObligationPolicy], placed: Placement
    ) throws -> [ObligationKey: ObligationRow] {
        let owed = try owedVisits(in: month.month, policies: policies) {
            try placed.place(on: $0, in: month.month, connection)
        }
        guard let first = owed.map(\.period.first).min(), let last = owed.map(\.period.last).max() else { return [:] }
        let visits = try connection.visits(kind, subject, from: first, to: last, zone: zone)
        let excuses = try connection.excuses(kind, subject)
        return obligationRows(
            kind, subject, month, owed: owed, policies: policies, visits: visits, excuses: excuses, zone: zone)
    }

    /// Settles every month whose duties a visit on these days may discharge.
    func settle(_ kind: SubjectKind, _ subject: String, visitedOn days: ClosedRange<Day>) throws {
        let months = try connection.rows(
            """
            SELECT DISTINCT month FROM \(kind.obligationTable)
            WHERE subject_id = $1 AND month >= $2 AND first_day <= $4 AND last_day >= $3
            """,
            [
                .text(subject), .text(Month(containing: days.lowerBound).description),
                .text(days.lowerBound.description), .text(days.upperBound.description),
            ]
        ).compactMap { Month(try $0.text(0)) }
        let all = try connection.ledgerMonthRows()
        try settle(kind, [subject], in: all.filter { months.contains($0.month) })
    }

    /// Settles all of a kind in a month; for jobs and new policies.
    func settleEverything(_ kind: SubjectKind, in month: Month) throws {
        guard let month = try connection.ledgerMonthRows().first(where: { $0.month == month }) else { return }
        let subjects = try connection.rows("SELECT id FROM \(kind.subjectTable) ORDER BY id", [])
        try settle(kind, try subjects.map { try $0.text(0) }, in: [month])
    }
}

/// Every duty of a subject in a month with what carries it: pure, for the ledger as for its verification.
func obligationRows(
    _ kind: SubjectKind, _ subject: String, _ month: LedgerMonth, owed: [OwedVisit], policies: [ObligationPolicy],
    visits: [VisitFacts], excuses: [Ruling], zone: DeploymentZone
) -> [ObligationKey: ObligationRow] {
    var wanted: [ObligationKey: ObligationRow] = [:]
    var carried: [Period: [String: [Carrier?]]] = [:]
    for duty in owed {
        guard let policy = policies.first(where: { $0.id == duty.policy && $0.version == duty.version }) else {
            continue
        }
        let carriers =
            carried[duty.period]?[duty.policy]
            ?? policy.carriers(in: duty.period, visits: visits, excuse: excuses.carrier(for: duty.period))
        carried[duty.period, default: [:]][duty.policy] = carriers
        let best = carriers[duty.ordinal - 1]
        let key = ObligationKey(
            kind: kind, subject: subject, month: month.month.description, policy: duty.policy,
            firstDay: duty.period.first.description, ordinal: Int64(duty.ordinal))
        wanted[key] = ObligationRow(
            grid: duty.grid.text, lastDay: duty.period.last.description, policyVersion: Int64(duty.version),
            best: best, isLate: best.map { month.isLate($0.receivedAt, zone: zone) } ?? false)
    }
    return wanted
}

/// A month that has a ledger, with the rules it was opened by.
struct LedgerMonth: Equatable, Sendable {
    let month: Month
    let rules: Int64
    var closing = ClosingRule.standard

    /// By the grace time alone; a month that closed earlier is looked at where the duty is moved.
    func isLate(_ receivedAt: Instant, zone: DeploymentZone) -> Bool {
        rules > 1 && closing.isLate(receivedAt, month: month, closedAt: nil, zone: zone)
    }
}

/// Where the roster has a subject, day by day.
struct Placement {
    /// What policies select by; a place may change its trade.
    let categories: [Dated<String>]
    let spans: [Dated<AreaID>]
    /// Whether some policy asks where the grid stands.
    let withPaths: Bool

    func category(on day: Day) -> String { categories.value(on: day) ?? "" }

    /// - Parameter month: whose duty is asked about; it is counted by one tree, which a closed one keeps.
    func place(on day: Day, in month: Month, _ connection: any SQLConnection) throws -> SubjectPlace? {
        guard let grid = spans.value(on: day) else { return nil }
        let path = withPaths ? try connection.path(of: grid, on: day, in: month) : nil
        return SubjectPlace(category: category(on: day), grid: grid, path: path ?? PathKey(root: grid))
    }
}

/// What `obligationRow` reads, of a table called `o`.
let obligationColumns = """
    o.grid_id, o.last_day, o.policy_version, o.best_standing, o.best_visited_at, o.best_received_at,
        o.best_report_id, o.late
    """

extension ObligationKey {
    static func precedes(_ a: ObligationKey, _ b: ObligationKey) -> Bool {
        (a.subject, a.policy, a.firstDay, a.ordinal) < (b.subject, b.policy, b.firstDay, b.ordinal)
    }
}

extension SQLConnection {
    fileprivate func placement(_ kind: SubjectKind, _ subject: String, withPaths: Bool) throws -> Placement {
        let detail = DatedTable.detail(kind)
        let categories = try rows(
            """
            SELECT \(kind.classColumn), valid_from, valid_to FROM \(detail.name)
            WHERE \(detail.identity[0]) = $1 AND superseded_at IS NULL
            """, [.text(subject)]
        ).compactMap { row -> Dated<String>? in
            guard let from = Day(try row.text(1)) else { return nil }
            return Dated(try row.text(0), from: from, to: try row.optionalText(2).flatMap { Day($0) })
        }
        let spans = try rows(
            """
            SELECT grid_id, valid_from, valid_to FROM \(kind.rosterTable)
            WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL
            """, [.text(subject)]
        ).compactMap { row -> Dated<AreaID>? in
            guard let grid = AreaID(try row.text(0)), let from = Day(try row.text(1)) else { return nil }
            return Dated(grid, from: from, to: try row.optionalText(2).flatMap { Day($0) })
        }
        return Placement(categories: categories, spans: spans, withPaths: withPaths)
    }

    fileprivate func path(of grid: AreaID, on day: Day, in month: Month) throws -> PathKey? {
        let own = try rows(
            "SELECT path FROM grid_month WHERE month = $1 AND grid_id = $2 AND kind = 'place'",
            [.text(month.description), .text(grid.text)]
        ).first.flatMap { PathKey(try $0.text(0)) }
        return try own ?? path(of: grid.text, on: day)
    }

    func obligations(_ kind: SubjectKind, _ subject: String, in month: String) throws
        -> [ObligationKey: ObligationRow]
    {
        var stored: [ObligationKey: ObligationRow] = [:]
        for row in try rows(
            """
            SELECT policy, first_day, ordinal, \(obligationColumns) FROM \(kind.obligationTable) AS o
            WHERE o.subject_id = $1 AND o.month = $2
            """, [.text(subject), .text(month)])
        {
            let key = ObligationKey(
                kind: kind, subject: subject, month: month, policy: try row.text(0), firstDay: try row.text(1),
                ordinal: try row.integer(2))
            stored[key] = try obligationRow(row, from: 3)
        }
        return stored
    }

    func obligationRow(_ row: SQLRow, from column: Int) throws -> ObligationRow {
        var best: Carrier?
        if let report = try row.optionalText(column + 6), let visitedAt = try row.optionalInteger(column + 4),
            let standing = Standing(rawValue: Int(try row.integer(column + 3)))
        {
            best = Carrier(
                standing: standing, visitedAt: Instant(milliseconds: visitedAt),
                receivedAt: Instant(milliseconds: try row.optionalInteger(column + 5) ?? visitedAt), report: report)
        }
        return ObligationRow(
            grid: try row.text(column), lastDay: try row.text(column + 1), policyVersion: try row.integer(column + 2),
            best: best, isLate: try row.integer(column + 7) == 1)
    }

    /// Whether what arrives then is late for a month; asks for the month's rules only where it may be.
    func isLate(_ receivedAt: Instant, in month: String, zone: DeploymentZone) throws -> Bool {
        guard let month = Month(month), receivedAt >= zone.start(of: month.next.first) else {
            return false
        }
        return try ledgerMonthRows().first { $0.month == month }?.isLate(receivedAt, zone: zone) ?? false
    }

    /// Months that have a ledger, in order.
    func ledgerMonths() throws -> [Month] { try ledgerMonthRows().map(\.month) }

    func ledgerMonthRows() throws -> [LedgerMonth] {
        try rows("SELECT month, rules, grace_days FROM ledger_month ORDER BY month", []).compactMap { row in
            guard let month = Month(try row.text(0)) else { return nil }
            return LedgerMonth(
                month: month, rules: try row.integer(1), closing: ClosingRule(graceDays: Int(try row.integer(2))))
        }
    }
}
