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
    /// Draws a random sample of the visits that carry done duties of a month below an area; of a closed month those that
    /// its last version counts.
    /// - Throws: `SpotCheckRefusal.nothingToDraw`.
    public func drawSpotCheck(
        _ kind: SubjectKind, below path: PathKey, in month: Month, count: Int, seed: UInt64, id: String,
        by person: String, at now: Instant
    ) async throws -> SpotCheck {
        let zone = zone
        return try await database.write { connection in
            let carriers = try connection.dutyRows(kind, below: path, in: month, known: .now, zone: zone)
                .filter { $0.row.state == .done }
            let subjects = Dictionary(
                carriers.compactMap { duty in duty.row.best.map { ($0.report, duty.key.subject) } }
            ) { first, _ in first }
            guard let area = path.areas.last, !subjects.isEmpty else { throw SpotCheckRefusal.nothingToDraw }
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
                    "INSERT INTO spot_check_item (check_id, report_id, subject_id) VALUES ($1, $2, $3)",
                    [.text(id), .text(report), .text(subjects[report] ?? "")])
            }
            guard let check = try connection.spotCheck(id, known: .now) else { throw SpotCheckRefusal.noSuchCheck }
            return check
        }
    }

    /// nil if there is no such check.
    public func spotCheck(_ id: String, known: Knowledge = .now) async throws -> SpotCheck? {
        try await database.read { try $0.spotCheck(id, known: known) }
    }

    /// Checks of a month at or below an area, the oldest first.
    public func spotChecks(
        _ kind: SubjectKind, below path: PathKey, in month: Month, known: Knowledge = .now
    ) async throws -> [SpotCheck] {
        try await database.read { connection in
            let tree = try connection.areaTree(on: month.last)
            return try connection.rows(
                """
                SELECT id, area_id FROM spot_check WHERE kind = $1 AND month = $2 AND drawn_at <= $3
                ORDER BY drawn_at, id
                """,
                [.text(kind.rawValue), .text(month.description), .integer((known.at ?? .latest).milliseconds)]
            ).compactMap { row in
                guard let area = AreaID(try row.text(1)), tree.path(of: area).map(path.contains) == true else {
                    return nil
                }
                return try connection.spotCheck(try row.text(0), known: known)
            }
        }
    }

    /// Notes what was found at one door; of several looks the last one counts, and all are kept.
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
                INSERT INTO spot_check_look (check_id, report_id, number, result, manner, note, checked_by, checked_at)
                SELECT i.check_id, i.report_id, (SELECT COUNT(*) + 1 FROM spot_check_look AS k
                        WHERE k.check_id = i.check_id AND k.report_id = i.report_id), $3, $4, $5, $6, CAST($7 AS BIGINT)
                FROM spot_check_item AS i WHERE i.check_id = $1 AND i.report_id = $2
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
    fileprivate func spotCheck(_ id: String, known: Knowledge) throws -> SpotCheck? {
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
                k.result, k.manner, COALESCE(k.note, ''), k.checked_by
            FROM spot_check_item AS i JOIN \(kind.visitTable) AS v ON v.report_id = i.report_id
            LEFT JOIN \(kind.subjectTable) AS s ON s.id = i.subject_id
            LEFT JOIN spot_check_look AS k ON k.check_id = i.check_id AND k.report_id = i.report_id
                AND k.number = (SELECT MAX(l.number) FROM spot_check_look AS l
                    WHERE l.check_id = i.check_id AND l.report_id = i.report_id AND l.checked_at <= $2)
            WHERE i.check_id = $1 ORDER BY i.report_id
            """, [.text(id), .integer((known.at ?? .latest).milliseconds)]
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
