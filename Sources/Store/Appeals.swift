public import Patrol

/// A worker's answer to a ruling on their record (申诉).
public struct Appeal: Equatable, Sendable {
    public let ruling: Ruling
    public let person: String
    public let text: String
    public let appealedAt: Instant
    public let answer: String?
    public let answeredBy: String?
}

/// What one ruler decided in a month: the ruler is judged by the same figure that the rulings raise.
public struct RulerCount: Equatable, Sendable {
    /// A person's id, `rule:` and a rule's, or `status` for confirmations.
    public let by: String
    public let matter: RulingMatter
    public let manner: RulingManner
    public let granted: Int
    public let refused: Int
    /// Of the granted ones, those that a town's review did not agree with, and those it looked at.
    public let reviewed: Int
    public let disagreed: Int
}

extension PatrolStore {
    /// Takes a worker's appeal against a ruling on a record that they sent.
    /// - Throws: `RulingRefusal.noSuchRuling`, `.notTheirs`, `.alreadyDecided` for a second one.
    public func appeal(_ kind: SubjectKind, _ ruling: String, text: String, by person: String, at now: Instant)
        async throws
    {
        try await database.write { connection in
            guard let found = try connection.rulings(kind, "WHERE id = $1", [.text(ruling)]).first,
                let report = found.report
            else { throw RulingRefusal.noSuchRuling }
            let sender = try connection.rows("SELECT person_id FROM report WHERE id = $1", [.text(report)]).first
            guard try sender?.text(0) == person else { throw RulingRefusal.notTheirs }
            let isNew = try connection.run(
                """
                INSERT INTO \(kind.appealTable) (ruling_id, person_id, text, appealed_at, answer, answered_by, answered_at)
                VALUES ($1, $2, $3, $4, NULL, NULL, NULL) ON CONFLICT (ruling_id) DO NOTHING
                """, [.text(ruling), .text(person), .text(text), .integer(now.milliseconds)])
            guard isNew == 1 else { throw RulingRefusal.alreadyDecided }
        }
    }

    /// Appeals of a month below an area, oldest first.
    public func appeals(_ kind: SubjectKind, below path: PathKey, in month: Month, known: Knowledge = .now) async throws
        -> [Appeal]
    {
        let moment = (known.at ?? .latest).milliseconds
        return try await database.read { connection in
            let rows = try connection.rows(
                """
                SELECT a.ruling_id, a.person_id, a.text, a.appealed_at,
                    CASE WHEN a.answered_at <= $4 THEN a.answer END,
                    CASE WHEN a.answered_at <= $4 THEN a.answered_by END
                FROM \(kind.appealTable) AS a JOIN \(kind.rulingTable) AS u ON u.id = a.ruling_id
                WHERE u.month = $1 AND a.appealed_at <= $4 AND u.grid_id IN (
                    SELECT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3)
                ORDER BY a.appealed_at, a.ruling_id
                """, [.text(month.description), .text(path.text), .text(path.end), .integer(moment)])
            return try rows.compactMap { row in
                guard let ruling = try connection.rulings(kind, "WHERE id = $1", [.text(try row.text(0))]).first else {
                    return nil
                }
                return Appeal(
                    ruling: ruling, person: try row.text(1), text: try row.text(2),
                    appealedAt: Instant(milliseconds: try row.integer(3)), answer: try row.optionalText(4),
                    answeredBy: try row.optionalText(5))
            }
        }
    }

    /// Answers an appeal by a new decision on the same record; the first ruler does not answer it.
    /// - Parameter id: of the new ruling.
    /// - Throws: `RulingRefusal`.
    @discardableResult
    public func answerAppeal(
        _ kind: SubjectKind, _ ruling: String, _ decision: Decision, id: String, by person: String, at now: Instant
    ) async throws -> Ruling {
        let zone = zone
        return try await database.write { connection in
            guard let first = try connection.rulings(kind, "WHERE id = $1", [.text(ruling)]).first,
                let report = first.report
            else { throw RulingRefusal.noSuchRuling }
            guard first.by != person else { throw RulingRefusal.notTheirs }
            let last = try connection.rulings(kind, "WHERE report_id = $1 ORDER BY ruled_at, id", [.text(report)]).last
            guard last?.id == first.id else { throw RulingRefusal.alreadyDecided }
            let answered = try connection.run(
                """
                UPDATE \(kind.appealTable) SET answer = $2, answered_by = $3, answered_at = $4
                WHERE ruling_id = $1 AND answer IS NULL
                """, [.text(ruling), .text(decision.reason), .text(person), .integer(now.milliseconds)])
            guard answered == 1 else { throw RulingRefusal.alreadyDecided }
            return try Ruler(connection, zone: zone, kind: kind, by: person, at: now).rule(
                on: report, decision, id: id, manner: .appeal, answers: ruling, matter: first.matter)
        }
    }

    /// A reproducible sample of the rulings of a month below an area, for the town to look at again.
    public func rulingSample(
        _ kind: SubjectKind, below path: PathKey, in month: Month, count: Int, seed: UInt64
    ) async throws -> [Ruling] {
        try await database.read { connection in
            let rulings = try connection.rulings(kind, below: path, in: month)
            let drawn = drawSample(of: rulings.map(\.id), count: count, seed: seed)
            let byID = Dictionary(rulings.map { ($0.id, $0) }) { first, _ in first }
            return drawn.compactMap { byID[$0] }
        }
    }

    /// Notes what a town found when it looked at a ruling; a second look by the same person replaces the first.
    public func review(_ ruling: String, agrees: Bool, note: String, by person: String, at now: Instant) async throws {
        try await database.write { connection in
            let known = try SubjectKind.allCases.contains { kind in
                try !connection.rulings(kind, "WHERE id = $1", [.text(ruling)]).isEmpty
            }
            guard known else { throw RulingRefusal.noSuchRuling }
            try connection.run(
                """
                INSERT INTO ruling_review (ruling_id, reviewer, agrees, note, reviewed_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (ruling_id, reviewer) DO UPDATE SET agrees = excluded.agrees, note = excluded.note,
                    reviewed_at = excluded.reviewed_at
                """,
                [.text(ruling), .text(person), SQLValue(agrees), .text(note), .integer(now.milliseconds)])
        }
    }

    /// Rulings of a month below an area, counted by who made them, of which matter and how.
    public func rulerCounts(
        _ kind: SubjectKind, below path: PathKey, in month: Month, known: Knowledge = .now
    ) async throws -> [RulerCount] {
        let moment = (known.at ?? .latest).milliseconds
        return try await database.read { connection in
            try connection.rows(
                """
                SELECT u.ruled_by, u.matter, u.manner,
                    CAST(SUM(CASE WHEN u.decision = 'granted' THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN u.decision = 'refused' THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN v.ruling_id IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
                    CAST(SUM(CASE WHEN v.agrees = 0 THEN 1 ELSE 0 END) AS BIGINT)
                FROM \(kind.rulingTable) AS u
                LEFT JOIN ruling_review AS v ON v.ruling_id = u.id
                    AND v.reviewed_at = (SELECT MAX(w.reviewed_at) FROM ruling_review AS w
                        WHERE w.ruling_id = u.id AND w.reviewed_at <= $4)
                WHERE u.month = $1 AND u.ruled_at <= $4 AND u.grid_id IN (
                    SELECT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3)
                GROUP BY u.ruled_by, u.matter, u.manner ORDER BY u.ruled_by, u.matter, u.manner
                """, [.text(month.description), .text(path.text), .text(path.end), .integer(moment)]
            ).compactMap { row in
                guard let matter = RulingMatter(rawValue: try row.text(1)),
                    let manner = RulingManner(rawValue: try row.text(2))
                else { return nil }
                return RulerCount(
                    by: try row.text(0), matter: matter, manner: manner, granted: Int(try row.integer(3)),
                    refused: Int(try row.integer(4)), reviewed: Int(try row.integer(5)),
                    disagreed: Int(try row.integer(6)))
            }
        }
    }

    /// Subjects below an area that were excused in a month and the two before it: their place on the roster is looked at.
    public func rosterReview(_ kind: SubjectKind, below path: PathKey, in month: Month, known: Knowledge = .now)
        async throws -> [String]
    {
        let zone = zone
        return try await database.read { connection in
            if known.at != nil {
                return try connection.excusedInARow(kind, below: path, in: month, known: known, zone: zone)
            }
            let excused = try connection.rows(
                """
                SELECT DISTINCT o.subject_id FROM \(kind.obligationTable) AS o
                WHERE o.month = $1 AND o.state = 'excused' AND o.grid_id IN (
                    SELECT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3 AND excused > 0)
                ORDER BY o.subject_id
                """, [.text(month.description), .text(path.text), .text(path.end)]
            ).map { try $0.text(0) }
            return try excused.filter { try connection.excusedMonths(kind, $0, before: month.next) >= 3 }
        }
    }
}

extension SQLConnection {
    /// Subjects all of whose duties of a month and the two before it were excused, as it was known at some moment.
    fileprivate func excusedInARow(
        _ kind: SubjectKind, below path: PathKey, in month: Month, known: Knowledge, zone: DeploymentZone
    ) throws -> [String] {
        func excused(_ month: Month, below path: PathKey) throws -> Set<String> {
            let duties = Dictionary(
                grouping: try dutyRows(kind, below: path, in: month, known: known, zone: zone), by: \.key.subject)
            return Set(duties.filter { $0.value.allSatisfy { $0.row.state == .excused } }.keys)
        }
        guard let root = path.areas.first.map({ PathKey(root: $0) }) else { return [] }
        return try excused(month, below: path).intersection(excused(month.previous, below: root))
            .intersection(excused(month.previous.previous, below: root)).sorted()
    }

    fileprivate func rulings(_ kind: SubjectKind, below path: PathKey, in month: Month) throws -> [Ruling] {
        try rulings(
            kind,
            """
            WHERE month = $1 AND decision <> 'raised' AND grid_id IN (
                SELECT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3) ORDER BY id
            """, [.text(month.description), .text(path.text), .text(path.end)])
    }
}
