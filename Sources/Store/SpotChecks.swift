public import Patrol

/// Visits of a month that were drawn to be checked again (回访抽查), and what was found.
public struct SpotCheck: Equatable, Sendable {
    public let id: String
    public let kind: SubjectKind
    public let area: AreaID
    public let month: Month
    /// Visits that discharged a duty, of which the sample is.
    public let population: Int
    /// With it and the month's reports anybody can draw the sample again.
    public let seed: UInt64
    public let drawnBy: String
    public let drawnAt: Instant
    public let items: [Item]

    public struct Item: Equatable, Sendable {
        public let report: String
        public let subject: String
        public let name: String
        public let address: String
        public let visitedAt: Instant
        public let outcome: String
        public let result: SpotCheckResult?
        public let manner: SpotCheckManner?
        public let note: String
        public let checkedBy: String?
    }

    /// What the looked-at part says of all of the month's visits; nil before anything was looked at.
    public var estimate: ErrorEstimate? {
        let looked = items.filter { $0.result != nil }
        let wrong = looked.count { $0.result == .wrong }
        guard !looked.isEmpty else { return nil }
        return try? ErrorEstimate(
            population: population, drawn: looked.count, answered: looked.count { $0.result != .unreachable },
            wrong: wrong)
    }
}

public enum SpotCheckResult: String, CaseIterable, Sendable {
    /// The visit was as the record says.
    case confirmed
    /// It was not.
    case wrong
    /// Nobody answered, nobody was there.
    case unreachable
}

public enum SpotCheckManner: String, CaseIterable, Sendable {
    case visit, telephone
}

/// Why a check is not taken.
public enum SpotCheckRefusal: Error, Equatable, Sendable {
    case noSuchCheck
    /// The record was not drawn.
    case notDrawn
    /// Nobody checks what they recorded themselves.
    case ownRecord
    /// Nothing was visited there.
    case nothingToDraw
}

extension PatrolStore {
    /// Draws a random sample of the visits that carry done duties of a month below an area.
    /// - Throws: `SpotCheckRefusal.nothingToDraw`.
    public func drawSpotCheck(
        _ kind: SubjectKind, below path: PathKey, in month: Month, count: Int, seed: UInt64, id: String,
        by person: String, at now: Instant
    ) async throws -> SpotCheck {
        try await database.write { connection in
            let carriers = try connection.rows(
                """
                SELECT DISTINCT o.best_report_id, o.subject_id FROM grid_month AS g
                JOIN \(kind.obligationTable) AS o ON o.grid_id = g.grid_id AND o.month = g.month
                WHERE g.month = $1 AND g.kind = $4 AND g.path >= $2 AND g.path < $3 AND o.state = 'done'
                    AND o.best_report_id IS NOT NULL ORDER BY o.best_report_id
                """, [.text(month.description), .text(path.text), .text(path.end), .text(kind.rawValue)])
            guard let area = path.areas.last, !carriers.isEmpty else { throw SpotCheckRefusal.nothingToDraw }
            let subjects = Dictionary(try carriers.map { (try $0.text(0), try $0.text(1)) }) { first, _ in first }
            let drawn = drawSample(of: subjects.keys.sorted(), count: count, seed: seed)
            try connection.run(
                """
                INSERT INTO spot_check (id, kind, area_id, month, population, seed, drawn_by, drawn_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                [
                    .text(id), .text(kind.rawValue), .text(area.text), .text(month.description),
                    SQLValue(subjects.count), .text(String(seed)), .text(person), .integer(now.milliseconds),
                ])
            for report in drawn {
                try connection.run(
                    """
                    INSERT INTO spot_check_item (check_id, report_id, subject_id, result, manner, note, checked_by,
                        checked_at) VALUES ($1, $2, $3, NULL, NULL, '', NULL, NULL)
                    """, [.text(id), .text(report), .text(subjects[report] ?? "")])
            }
            guard let check = try connection.spotCheck(id) else { throw SpotCheckRefusal.noSuchCheck }
            return check
        }
    }

    /// nil if there is no such check.
    public func spotCheck(_ id: String) async throws -> SpotCheck? {
        try await database.read { try $0.spotCheck(id) }
    }

    /// Checks of a month at or below an area, without their items' names left out.
    public func spotChecks(_ kind: SubjectKind, below path: PathKey, in month: Month) async throws -> [SpotCheck] {
        try await database.read { connection in
            let tree = try connection.areaTree(on: month.last)
            return try connection.rows(
                "SELECT id, area_id FROM spot_check WHERE kind = $1 AND month = $2 ORDER BY drawn_at, id",
                [.text(kind.rawValue), .text(month.description)]
            ).compactMap { row in
                guard let area = AreaID(try row.text(1)), tree.path(of: area).map(path.contains) == true else {
                    return nil
                }
                return try connection.spotCheck(try row.text(0))
            }
        }
    }

    /// Notes what was found at one door; a second look replaces the first.
    public func note(
        _ result: SpotCheckResult, _ manner: SpotCheckManner, note: String, of report: String, in check: String,
        by person: String, at now: Instant
    ) async throws {
        try await database.write { connection in
            guard try !connection.rows("SELECT 1 FROM spot_check WHERE id = $1", [.text(check)]).isEmpty else {
                throw SpotCheckRefusal.noSuchCheck
            }
            let sender = try connection.rows("SELECT person_id FROM report WHERE id = $1", [.text(report)]).first
            guard try sender?.text(0) != person else { throw SpotCheckRefusal.ownRecord }
            let noted = try connection.run(
                """
                UPDATE spot_check_item SET result = $3, manner = $4, note = $5, checked_by = $6, checked_at = $7
                WHERE check_id = $1 AND report_id = $2
                """,
                [
                    .text(check), .text(report), .text(result.rawValue), .text(manner.rawValue), .text(note),
                    .text(person), .integer(now.milliseconds),
                ])
            guard noted == 1 else { throw SpotCheckRefusal.notDrawn }
        }
    }
}

extension SQLConnection {
    fileprivate func spotCheck(_ id: String) throws -> SpotCheck? {
        guard
            let row = try rows(
                "SELECT kind, area_id, month, population, seed, drawn_by, drawn_at FROM spot_check WHERE id = $1",
                [.text(id)]
            ).first, let kind = SubjectKind(rawValue: try row.text(0)), let area = AreaID(try row.text(1)),
            let month = Month(try row.text(2)), let seed = UInt64(try row.text(4))
        else { return nil }
        let items = try rows(
            """
            SELECT i.report_id, i.subject_id, COALESCE(s.name, ''), COALESCE(s.address, ''), v.visited_at, v.outcome,
                i.result, i.manner, i.note, i.checked_by
            FROM spot_check_item AS i JOIN \(kind.visitTable) AS v ON v.report_id = i.report_id
            LEFT JOIN \(kind.subjectTable) AS s ON s.id = i.subject_id WHERE i.check_id = $1 ORDER BY i.report_id
            """, [.text(id)]
        ).map { row in
            SpotCheck.Item(
                report: try row.text(0), subject: try row.text(1), name: try row.text(2), address: try row.text(3),
                visitedAt: Instant(milliseconds: try row.integer(4)), outcome: try row.text(5),
                result: try row.optionalText(6).flatMap { SpotCheckResult(rawValue: $0) },
                manner: try row.optionalText(7).flatMap { SpotCheckManner(rawValue: $0) }, note: try row.text(8),
                checkedBy: try row.optionalText(9))
        }
        return SpotCheck(
            id: id, kind: kind, area: area, month: month, population: Int(try row.integer(3)), seed: seed,
            drawnBy: try row.text(5), drawnAt: Instant(milliseconds: try row.integer(6)), items: items)
    }
}
