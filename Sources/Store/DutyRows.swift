import Patrol

/// A duty with what became of it, as it was known at some moment.
struct DutyRow: Sendable {
    let key: ObligationKey
    let row: ObligationRow

    var cursor: ObligationCursor {
        ObligationCursor(
            grid: row.grid, subject: key.subject, policy: key.policy, firstDay: key.firstDay, ordinal: Int(key.ordinal))
    }

    func isBehind(_ cursor: ObligationCursor?) -> Bool {
        guard let cursor else { return true }
        guard row.grid == cursor.grid else { return row.grid > cursor.grid }
        return (key.subject, key.policy, key.firstDay, Int(key.ordinal))
            > (cursor.subject, cursor.policy, cursor.firstDay, cursor.ordinal)
    }
}

extension SQLConnection {
    /// Every duty below an area in a month, in the order of grid, subject, policy, period: of a grid that had closed the
    /// month as its last page holds them, of an open one as they stand in the ledger, or did when it was asked about.
    func dutyRows(
        _ kind: SubjectKind, below path: PathKey, in month: Month, known: Knowledge, zone: DeploymentZone
    ) throws -> [DutyRow] {
        var (rows, paged) = try pagedDuties(kind, below: path, in: month, known: known)
        if known.at == nil {
            rows += try openDuties(kind, below: path, in: month)
        } else {
            let grids = try gridsKnown(below: path, in: month, known: known).subtracting(paged)
            if !grids.isEmpty {
                rows += try recomputedLedger(kind, in: try ledgerMonth(month), zone: zone, known: known)
                    .filter { grids.contains($0.value.grid) }.map { DutyRow(key: $0.key, row: $0.value) }
            }
        }
        return rows.sorted { a, b in
            a.row.grid == b.row.grid ? ObligationKey.precedes(a.key, b.key) : a.row.grid < b.row.grid
        }
    }

    private func openDuties(_ kind: SubjectKind, below path: PathKey, in month: Month) throws -> [DutyRow] {
        try rows(
            """
            SELECT o.subject_id, o.policy, o.first_day, o.ordinal, \(obligationColumns)
            FROM grid_month AS g JOIN \(kind.obligationTable) AS o ON o.grid_id = g.grid_id AND o.month = g.month
            WHERE g.month = $1 AND g.kind = $4 AND g.path >= $2 AND g.path < $3 AND g.closed = 0
            """, [.text(month.description), .text(path.text), .text(path.end), .text(kind.rawValue)]
        ).map { row in
            let key = ObligationKey(
                kind: kind, subject: try row.text(0), month: month.description, policy: try row.text(1),
                firstDay: try row.text(2), ordinal: try row.integer(3))
            return DutyRow(key: key, row: try obligationRow(row, from: 4))
        }
    }

    /// - Returns: the duties, and the grids that had a page.
    private func pagedDuties(_ kind: SubjectKind, below path: PathKey, in month: Month, known: Knowledge) throws -> (
        duties: [DutyRow], grids: Set<String>
    ) {
        var duties: [DutyRow] = []
        var grids: Set<String> = []
        // Where the area was known to stand may be another place than where the month has it.
        let below =
            known.at == nil
            ? "p.path >= $2 AND p.path < $3" : "replace(p.path, $2, $3) <> p.path"
        let bounds = known.at == nil ? (path.text, path.end) : (path.areas.last?.text ?? "", "")
        for row in try rows(
            """
            SELECT p.grid_id, p.body FROM \(kind.pageTable) AS p
            WHERE p.month = $1 AND \(below) AND p.version = (SELECT MAX(q.version)
                FROM \(kind.pageTable) AS q WHERE q.month = $1 AND q.grid_id = p.grid_id AND q.cut_at <= $4)
            """,
            [
                .text(month.description), .text(bounds.0), .text(bounds.1),
                .integer((known.at ?? .latest).milliseconds),
            ])
        {
            let grid = try row.text(0)
            grids.insert(grid)
            for line in pageLines(try row.text(1)) {
                guard let duty = duty(ofPageLine: line, kind, grid: grid, in: month) else {
                    throw StoreError.failed("a page of \(grid) in \(month) holds a line that nobody wrote")
                }
                duties.append(duty)
            }
        }
        return (duties, grids)
    }
}
