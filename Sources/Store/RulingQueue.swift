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
    /// Which of the policy's duties it is.
    public let firstDay: String
    public let ordinal: Int
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

    /// Where a page goes on behind this one.
    public var cursor: ObligationCursor {
        ObligationCursor(grid: grid.text, subject: subject, policy: policy, firstDay: firstDay, ordinal: ordinal)
    }
}

extension PatrolStore {
    /// What waits below an area in a month, in the order of grid, subject, policy, period.
    /// - Parameters:
    ///   - matter: only this; all when nil.
    ///   - cursor: the last item's duty.
    public func rulingQueue(
        _ kind: SubjectKind, below path: PathKey, in month: Month, matter: RulingMatter?,
        after cursor: ObligationCursor?, known: Knowledge = .now, limit: Int
    ) async throws -> [QueueItem] {
        let zone = zone
        return try await database.read { connection in
            guard let moment = known.at else {
                return try connection.queue(
                    kind, below: path, in: month, matter: matter, after: cursor, limit: limit, zone: zone)
            }
            return try connection.queue(
                kind, below: path, in: month, matter: matter, after: cursor, limit: limit, zone: zone, knownAt: moment)
        }
    }
}

extension SQLConnection {
    /// - Parameter path: nil for the whole store.
    func queue(
        _ kind: SubjectKind, below path: PathKey?, in month: Month, matter: RulingMatter?,
        after cursor: ObligationCursor?, limit: Int, zone: DeploymentZone
    ) throws -> [QueueItem] {
        var items: [QueueItem] = []
        var after = cursor
        while items.count < limit {
            let waiting = try waiting(kind, below: path, in: month, after: after, limit: limit)
            for duty in waiting {
                guard let item = try queueItem(duty, in: month, zone: zone, knownAt: nil),
                    matter == nil || matter == item.matter
                else { continue }
                items.append(item)
            }
            guard waiting.count == limit, let last = waiting.last else { break }
            after = last.cursor
        }
        return Array(items.prefix(limit))
    }

    /// The queue as it stood at some moment.
    fileprivate func queue(
        _ kind: SubjectKind, below path: PathKey, in month: Month, matter: RulingMatter?,
        after cursor: ObligationCursor?, limit: Int, zone: DeploymentZone, knownAt: Instant
    ) throws -> [QueueItem] {
        let duties = try dutyRows(kind, below: path, in: month, known: Knowledge(at: knownAt), zone: zone)
            .filter { $0.row.state == .awaiting && $0.isBehind(cursor) }
        return Array(
            try duties.lazy.compactMap { try queueItem($0, in: month, zone: zone, knownAt: knownAt) }
                .filter { matter == nil || matter == $0.matter }.prefix(limit))
    }

    private func waiting(
        _ kind: SubjectKind, below path: PathKey?, in month: Month, after cursor: ObligationCursor?, limit: Int
    ) throws -> [DutyRow] {
        try rows(
            """
            SELECT o.subject_id, o.policy, o.first_day, o.ordinal, \(obligationColumns)
            FROM grid_month AS g JOIN \(kind.obligationTable) AS o ON o.grid_id = g.grid_id AND o.month = g.month
            WHERE g.month = $1 AND g.kind = $4 AND g.path >= $2 AND g.path < $3 AND g.awaiting > 0
                AND o.state = 'awaiting' AND (o.grid_id, o.subject_id, o.policy, o.first_day, o.ordinal)
                    > ($5, $6, $7, $8, CAST($9 AS BIGINT))
            ORDER BY o.grid_id, o.subject_id, o.policy, o.first_day, o.ordinal LIMIT \(limit)
            """,
            [
                .text(month.description), .text(path?.text ?? ""), .text(path?.end ?? "~"), .text(kind.rawValue),
                .text(cursor?.grid ?? ""), .text(cursor?.subject ?? ""), .text(cursor?.policy ?? ""),
                .text(cursor?.firstDay ?? ""), SQLValue(cursor?.ordinal ?? 0),
            ]
        ).map { row in
            let key = ObligationKey(
                kind: kind, subject: try row.text(0), month: month.description, policy: try row.text(1),
                firstDay: try row.text(2), ordinal: try row.integer(3))
            return DutyRow(key: key, row: try obligationRow(row, from: 4))
        }
    }

    /// nil where nothing of the duty's record waits any more.
    private func queueItem(_ duty: DutyRow, in month: Month, zone: DeploymentZone, knownAt: Instant?) throws
        -> QueueItem?
    {
        let (kind, known) = (duty.key.kind, Knowledge(at: knownAt))
        guard let grid = AreaID(duty.row.grid), let report = duty.row.best?.report else { return nil }
        let found = try Ruler(self, zone: zone, kind: kind, by: "", at: .earliest).found(report)
        let matter = try knownAt.map { try self.matter(of: found, report, kind, zone, knownAt: $0) } ?? found.matter
        guard let matter else { return nil }
        return QueueItem(
            kind: kind, matter: matter, report: report, sender: found.sender, subject: found.subject,
            name: try subject(kind, found.subject, on: month.last, known: known).name, grid: grid,
            gridName: try areaLines([grid.text], on: month.last, known: known)[grid]?.name ?? grid.text, month: month,
            policy: found.policy.id, firstDay: duty.key.firstDay, ordinal: Int(duty.key.ordinal),
            outcome: found.visit.outcome.name, until: found.until, visitedAt: found.visit.visitedAt,
            earliest: found.time.earliest, latest: found.time.latest, receivedAt: found.visit.receivedAt,
            grade: found.grade, excusedBefore: try excusedMonths(kind, found.subject, before: month))
    }

    /// What a record waited for at some moment.
    private func matter(
        of found: Ruler.Case, _ report: String, _ kind: SubjectKind, _ zone: DeploymentZone, knownAt: Instant
    ) throws -> RulingMatter? {
        let rulings = try rulings(kind, "WHERE report_id = $1 ORDER BY ruled_at, id", [.text(report)])
        guard let row = try rows(visitColumns(kind) + " WHERE v.report_id = $1", [.text(report)]).first,
            let visit = try visitAsKnown(
                row, kind, ruled: rulings, isShort: try lackedPhotos(report, at: knownAt) > 0, knownAt: knownAt,
                zone: zone)
        else { return nil }
        let period = found.policy.period(on: visit.day)
        // An attempt that made its duty wait then was the second one.
        return found.policy.matter(
            of: visit, in: period, isSecondAttempt: found.policy.standing(of: visit, in: period) == .attempt)
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
