public import Patrol

/// A decision of the executive deputy, a rule or a status (认定).
public struct Ruling: Equatable, Sendable {
    public let id: String
    public let kind: SubjectKind
    public let subject: String
    public let month: Month
    /// nil for an excuse without a visit.
    public let report: String?
    public let matter: RulingMatter
    public let decision: RulingDecision
    /// Of a time that was ruled on.
    public let intoMonth: Month?
    /// The days of an excuse; a status begins with its visit.
    public let from: Day?
    public let until: Day?
    public let reason: String
    /// Document and number it rests on.
    public let basis: String
    public let manner: RulingManner
    public let batch: String?
    /// The ruling that an appeal or a confirmation refers to.
    public let answers: String?
    public let by: String
    public let at: Instant
}

/// What somebody decides of one record.
public struct Decision: Equatable, Sendable {
    public let decision: RulingDecision
    /// Required where the matter is the time.
    public let intoMonth: Month?
    /// Until when a status holds; the record's own day by default.
    public let until: Day?
    public let reason: String
    public let basis: String

    public init(
        _ decision: RulingDecision, intoMonth: Month? = nil, until: Day? = nil, reason: String, basis: String = ""
    ) {
        self.decision = decision
        self.intoMonth = intoMonth
        self.until = until
        self.reason = reason
        self.basis = basis
    }
}

/// Why a ruling is not taken.
public enum RulingRefusal: Error, Equatable, Sendable {
    case noSuchVisit
    /// Nothing of this visit waits.
    case notAwaiting
    /// Nobody rules on what they recorded themselves.
    case ownRecord
    /// The time's interval does not touch that month; those that it does.
    case monthNotPossible([Month])
    /// A status needs the day until which it holds.
    case untilMissing
    /// What concerns one door alone is ruled on singly.
    case notTogether
    case noSuchRuling
    /// The first ruler does not answer the appeal, nor does somebody else than the sender raise it.
    case notTheirs
    case alreadyDecided
    /// The sample was not looked at, or not decided as the rest is to be; how many.
    case sampleDiffers(Int)
}

extension PatrolStore {
    /// Decides what one record makes wait, and settles every duty that it touches.
    /// - Parameter id: of the ruling; a new one.
    /// - Throws: `RulingRefusal`.
    @discardableResult
    public func rule(
        _ kind: SubjectKind, on report: String, _ decision: Decision, id: String, manner: RulingManner = .single,
        by person: String, at now: Instant
    ) async throws -> Ruling {
        let zone = zone
        return try await database.write { connection in
            let ruler = Ruler(connection, zone: zone, kind: kind, by: person, at: now)
            return try ruler.rule(on: report, decision, id: id, manner: manner)
        }
    }

    /// Puts a visit that counts in doubt, until somebody has decided.
    @discardableResult
    public func dispute(
        _ kind: SubjectKind, visit report: String, reason: String, id: String, by person: String, at now: Instant
    ) async throws -> Ruling {
        let zone = zone
        return try await database.write { connection in
            let ruler = Ruler(connection, zone: zone, kind: kind, by: person, at: now)
            return try ruler.raise(on: report, reason: reason, id: id)
        }
    }

    /// Excuses a subject for days in which nobody could go there; holds for duties whose last day lies among them.
    @discardableResult
    public func excuse(
        _ kind: SubjectKind, _ subject: String, from first: Day, to last: Day, reason: String, basis: String,
        id: String, by person: String, at now: Instant
    ) async throws -> Ruling {
        let zone = zone
        return try await database.write { connection in
            let ruler = Ruler(connection, zone: zone, kind: kind, by: person, at: now)
            return try ruler.excuse(subject, from: first, to: last, reason: reason, basis: basis, id: id)
        }
    }

    /// nil if there is no such ruling.
    public func ruling(_ kind: SubjectKind, _ id: String) async throws -> Ruling? {
        try await database.read { try $0.rulings(kind, "WHERE id = $1", [.text(id)]).first }
    }

    /// The grid in which the duty is owed that a record carries; of a record that carries none, where it was filed. nil if
    /// there is no such visit.
    public func grid(ofVisit report: String, _ kind: SubjectKind) async throws -> AreaID? {
        let zone = zone
        return try await database.read { connection in
            do {
                return try Ruler(connection, zone: zone, kind: kind, by: "", at: .earliest).found(report).grid
                    .flatMap { AreaID($0) }
            } catch RulingRefusal.noSuchVisit {
                return nil
            }
        }
    }

    /// Where the subject of a ruling was owed then.
    public func grid(ofRuling id: String, _ kind: SubjectKind) async throws -> AreaID? {
        try await database.read { connection in
            try connection.rows("SELECT grid_id FROM \(kind.rulingTable) WHERE id = $1", [.text(id)]).first?
                .optionalText(0).flatMap { AreaID($0) }
        }
    }

    /// Every grid that holds a subject on some of these days.
    public func grids(holding kind: SubjectKind, _ subject: String, during days: ClosedRange<Day>) async throws
        -> Set<AreaID>
    {
        try await database.read { connection in
            Set(
                try connection.rows(
                    """
                    SELECT grid_id FROM \(kind.rosterTable) WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL
                        AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $2)
                    """, [.text(subject), .text(days.lowerBound.description), .text(days.upperBound.description)]
                ).compactMap { AreaID(try $0.text(0)) })
        }
    }

    /// The grid whose roster holds a subject on a day; nil if none does.
    public func grid(holding kind: SubjectKind, _ subject: String, on day: Day) async throws -> AreaID? {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT grid_id FROM \(kind.rosterTable) WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL
                    AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2) ORDER BY valid_from DESC LIMIT 1
                """, [.text(subject), .text(day.description)]
            ).first.flatMap { AreaID(try $0.text(0)) }
        }
    }

    /// The grid that holds a subject, or did last; nil if there is no such subject.
    public func lastGrid(of kind: SubjectKind, _ subject: String) async throws -> AreaID? {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT grid_id FROM \(kind.rosterTable) WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL
                ORDER BY valid_from DESC LIMIT 1
                """, [.text(subject)]
            ).first.flatMap { AreaID(try $0.text(0)) }
        }
    }

    /// Rulings on records that a person sent, of visits in a month, oldest first.
    public func rulings(
        _ kind: SubjectKind, onRecordsOf person: String, in month: Month, known: Knowledge = .now
    ) async throws -> [Ruling] {
        try await database.read { connection in
            try connection.rulings(
                kind,
                """
                WHERE month = $1 AND ruled_at <= $3 AND report_id IN (SELECT id FROM report WHERE person_id = $2)
                ORDER BY ruled_at, id
                """,
                [.text(month.description), .text(person), .integer((known.at ?? .latest).milliseconds)])
        }
    }

    /// Every ruling on a subject, oldest first.
    public func rulings(_ kind: SubjectKind, on subject: String) async throws -> [Ruling] {
        try await database.read { connection in
            try connection.rulings(kind, "WHERE subject_id = $1 ORDER BY ruled_at, id", [.text(subject)])
        }
    }
}

extension Ruling {
    /// What a status says of a later visit that found it again.
    static func confirmation(of status: Ruling, by report: String, month: Month, at now: Instant) -> Ruling {
        Ruling(
            id: "confirmed-\(report)-\(status.id)", kind: status.kind, subject: status.subject, month: month,
            report: report,
            matter: .status, decision: .granted, intoMonth: nil, from: nil, until: status.until,
            reason: status.reason, basis: status.basis, manner: .confirmation, batch: nil, answers: status.id,
            by: "status", at: now)
    }
}

extension SQLConnection {
    /// - Parameter grid: where the subject was owed then.
    func insert(_ ruling: Ruling, standing: Standing?, grid: String?) throws {
        // Rulings on one record have an order, even by two gateways' clocks.
        let last = try rows(
            "SELECT MAX(ruled_at) FROM \(ruling.kind.rulingTable) WHERE report_id = $1", [SQLValue(ruling.report)]
        ).first?.optionalInteger(0)
        let at = max(ruling.at.milliseconds, (last ?? .min) == .min ? .min : (last ?? 0) + 1)
        try run(
            """
            INSERT INTO \(ruling.kind.rulingTable) (id, subject_id, month, report_id, matter, decision, standing,
                into_month, first_day, until_day, reason, basis, manner, batch_id, answers, ruled_by, ruled_at, grid_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            """,
            [
                .text(ruling.id), .text(ruling.subject), .text(ruling.month.description), SQLValue(ruling.report),
                .text(ruling.matter.rawValue), .text(ruling.decision.rawValue),
                SQLValue(standing.map { Int64($0.rawValue) }), SQLValue(ruling.intoMonth?.description),
                SQLValue(ruling.from?.description), SQLValue(ruling.until?.description), .text(ruling.reason),
                .text(ruling.basis), .text(ruling.manner.rawValue), SQLValue(ruling.batch), SQLValue(ruling.answers),
                .text(ruling.by), .integer(at), SQLValue(grid),
            ])
    }

    func rulings(_ kind: SubjectKind, _ condition: String, _ values: [SQLValue]) throws -> [Ruling] {
        try rows(
            """
            SELECT id, subject_id, month, report_id, matter, decision, into_month, first_day, until_day, reason, basis,
                manner, batch_id, answers, ruled_by, ruled_at
            FROM \(kind.rulingTable) \(condition)
            """, values
        ).compactMap { row in
            guard let month = Month(try row.text(2)), let matter = RulingMatter(rawValue: try row.text(4)),
                let decision = RulingDecision(rawValue: try row.text(5)),
                let manner = RulingManner(rawValue: try row.text(11))
            else { return nil }
            return Ruling(
                id: try row.text(0), kind: kind, subject: try row.text(1), month: month,
                report: try row.optionalText(3), matter: matter, decision: decision,
                intoMonth: try row.optionalText(6).flatMap { Month($0) },
                from: try row.optionalText(7).flatMap { Day($0) }, until: try row.optionalText(8).flatMap { Day($0) },
                reason: try row.text(9), basis: try row.text(10), manner: manner, batch: try row.optionalText(12),
                answers: try row.optionalText(13), by: try row.text(14),
                at: Instant(milliseconds: try row.integer(15)))
        }
    }

    /// Statuses granted to a subject that hold on a day and that nobody has ended until a moment, the latest first.
    func statuses(_ kind: SubjectKind, _ subject: String, on day: Day, until moment: Instant) throws -> [(
        ruling: Ruling, status: DatedStatus
    )] {
        let granted = try rulings(
            kind,
            """
            WHERE subject_id = $1 AND matter = 'status' AND decision = 'granted' AND manner <> 'confirmation'
                AND until_day >= $2 ORDER BY ruled_at DESC, id
            """, [.text(subject), .text(day.description)])
        return try granted.compactMap { ruling in
            guard let report = ruling.report, let until = ruling.until,
                try rulings(kind, "WHERE report_id = $1 ORDER BY ruled_at, id", [.text(report)]).last == ruling,
                let row = try rows(
                    "SELECT outcome, visited_at FROM \(kind.visitTable) WHERE report_id = $1", [.text(report)]
                ).first, let outcome = Outcome(kind: kind, name: try row.text(0))
            else { return nil }
            let status = DatedStatus(outcome, began: Instant(milliseconds: try row.integer(1)), until: until)
            let since = try rows(
                "SELECT outcome FROM \(kind.visitTable) WHERE subject_id = $1 AND visited_at > $2 AND visited_at <= $3",
                [.text(subject), .integer(status.began.milliseconds), .integer(moment.milliseconds)])
            let isEnded = try since.contains { Outcome(kind: kind, name: try $0.text(0))?.endsStatus == true }
            return isEnded ? nil : (ruling, status)
        }
    }

    /// The granted excuse without a visit that holds for a duty's last day.
    func excuses(_ kind: SubjectKind, _ subject: String) throws -> [Ruling] {
        try rulings(
            kind, "WHERE subject_id = $1 AND report_id IS NULL AND decision = 'granted' ORDER BY ruled_at, id",
            [.text(subject)])
    }
}

extension [Ruling] {
    /// Of these excuses the one that holds for a period.
    func carrier(for period: Period) -> Carrier? {
        first { excuse in
            guard let first = excuse.from, let last = excuse.until else { return false }
            return first <= period.last && period.last <= last
        }.map { Carrier(standing: .excused, visitedAt: $0.at, receivedAt: $0.at, report: $0.id) }
    }
}
