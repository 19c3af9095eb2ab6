public import Patrol

/// A duty that waits for the executive deputy, with what they need to decide it.
public struct QueueItem: Equatable, Sendable {
    public let kind: SubjectKind
    public let matter: RulingMatter
    /// The record that carries the duty.
    public let report: String
    public let sender: String
    public let subject: String
    public let name: String
    public let grid: AreaID
    public let gridName: String
    public let month: Month
    public let policy: String
    public let outcome: String
    /// Of a status, as the record claims it.
    public let until: Day?
    /// When it happened, and between when it may have.
    public let visitedAt: Instant
    public let earliest: Instant
    public let latest: Instant
    public let receivedAt: Instant
    public let grade: String
    /// Months in a row before this one in which the subject was excused.
    public let excusedBefore: Int
}

extension PatrolStore {
    /// What waits below an area in a month, in the order of grid, subject.
    /// - Parameters:
    ///   - matter: only this; all when nil.
    ///   - cursor: the last item's grid and subject.
    public func rulingQueue(
        _ kind: SubjectKind, below path: PathKey, in month: Month, matter: RulingMatter?,
        after cursor: (grid: String, subject: String)?, limit: Int
    ) async throws -> [QueueItem] {
        let zone = zone
        return try await database.read { connection in
            try connection.queue(
                kind, below: path, in: month, matter: matter, after: cursor, limit: limit, zone: zone)
        }
    }
}

extension SQLConnection {
    /// - Parameter path: nil for the whole store.
    func queue(
        _ kind: SubjectKind, below path: PathKey?, in month: Month, matter: RulingMatter?,
        after cursor: (grid: String, subject: String)?, limit: Int, zone: DeploymentZone
    ) throws -> [QueueItem] {
        var items: [QueueItem] = []
        var after = cursor ?? ("", "")
        while items.count < limit {
            let rows = try rows(
                """
                SELECT o.grid_id, o.subject_id, s.name, o.best_report_id,
                    (SELECT n.name FROM area_name AS n WHERE n.area_id = o.grid_id AND n.superseded_at IS NULL
                        AND n.valid_from <= $6 AND (n.valid_to IS NULL OR n.valid_to > $6)
                        ORDER BY n.valid_from DESC LIMIT 1)
                FROM grid_month AS g JOIN \(kind.obligationTable) AS o ON o.grid_id = g.grid_id AND o.month = g.month
                JOIN \(kind.subjectTable) AS s ON s.id = o.subject_id
                WHERE g.month = $1 AND g.kind = $7 AND g.path >= $2 AND g.path < $3 AND g.awaiting > 0
                    AND o.state = 'awaiting' AND (o.grid_id, o.subject_id) > ($4, $5)
                ORDER BY o.grid_id, o.subject_id LIMIT \(limit)
                """,
                [
                    .text(month.description), .text(path?.text ?? ""), .text(path?.end ?? "~"), .text(after.grid),
                    .text(after.subject), .text(month.last.description), .text(kind.rawValue),
                ])
            guard let last = rows.last else { break }
            for row in rows {
                guard let grid = AreaID(try row.text(0)), let report = try row.optionalText(3) else { continue }
                let found = try Ruler(self, zone: zone, kind: kind, by: "", at: .earliest).found(report)
                guard let own = found.matter, matter == nil || matter == own else { continue }
                items.append(
                    QueueItem(
                        kind: kind, matter: own, report: report, sender: found.sender, subject: found.subject,
                        name: try row.text(2), grid: grid, gridName: try row.optionalText(4) ?? grid.text,
                        month: month, policy: found.policy.id, outcome: found.visit.outcome.name, until: found.until,
                        visitedAt: found.visit.visitedAt, earliest: found.time.earliest, latest: found.time.latest,
                        receivedAt: found.visit.receivedAt, grade: found.grade,
                        excusedBefore: try excusedMonths(kind, found.subject, before: month)))
            }
            after = (try last.text(0), try last.text(1))
            if rows.count < limit { break }
        }
        return Array(items.prefix(limit))
    }

    /// Months in a row before one in which all that a subject owed was excused.
    func excusedMonths(_ kind: SubjectKind, _ subject: String, before month: Month) throws -> Int {
        let rows = try rows(
            """
            SELECT month, MIN(CASE WHEN state = 'excused' THEN 1 ELSE 0 END) FROM \(kind.obligationTable)
            WHERE subject_id = $1 AND month < $2 GROUP BY month ORDER BY month DESC LIMIT 24
            """, [.text(subject), .text(month.description)])
        var expected = month.previous
        var count = 0
        for row in rows {
            guard Month(try row.text(0)) == expected, try row.integer(1) == 1 else { break }
            count += 1
            expected = expected.previous
        }
        return count
    }
}
