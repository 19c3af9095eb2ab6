public import Patrol

/// What a record says is wrong with the roster, until somebody has decided.
public struct RosterProposal: Equatable, Sendable {
    public let kind: SubjectKind
    /// The record that found it; a record proposes once.
    public let report: String
    public let change: RosterChange
    /// nil for a place that was found.
    public let subject: String?
    public let subjectName: String?
    /// Whose it is on the day asked: the one that holds the subject; otherwise where it was filed, or what that became.
    public let grid: AreaID?
    public let from: Day
    /// Of a place that was found, as the worker wrote them.
    public let name: String?
    public let address: String?
    /// nil while it waits.
    public let accepted: Bool?
    public let decidedBy: String?
    public let decidedAt: Instant?
    /// The place that came of it.
    public let result: String?
    public let proposedBy: String
    public let proposedAt: Instant

    /// Where a page goes on behind this one.
    public var cursor: RecordCursor { RecordCursor(receivedAt: proposedAt.milliseconds, id: report) }

    /// Without a decision that came later.
    fileprivate func asKnown(_ known: Knowledge) -> RosterProposal {
        guard let moment = known.at, let decidedAt, decidedAt > moment else { return self }
        return RosterProposal(
            kind: kind, report: report, change: change, subject: subject, subjectName: subjectName, grid: grid,
            from: from, name: name, address: address, accepted: nil, decidedBy: nil, decidedAt: nil, result: nil,
            proposedBy: proposedBy, proposedAt: proposedAt)
    }
}

/// Why a proposal is not decided so.
public enum ProposalRefusal: Error, Equatable, Sendable {
    case noSuchProposal
    case alreadyDecided
    /// A place that was found, or a new tenant, needs its roster entry.
    case entryMissing
    /// Nobody enters what they found themselves.
    case ownRecord
}

extension PatrolStore {
    /// Proposals from the field for grids that stand below an area on a day, oldest first.
    /// - Parameters:
    ///   - waiting: only those that nobody had decided.
    ///   - cursor: the last one of the page before.
    public func proposals(
        _ kind: SubjectKind, below path: PathKey, on day: Day, waiting: Bool, after cursor: RecordCursor? = nil,
        known: Knowledge = .now, limit: Int
    ) async throws -> [RosterProposal] {
        try await database.read { connection in
            let grids = try connection.grids(below: path, on: day, known: known)
            let heirs = try connection.heirs(on: day, known: known)
            let rows = try connection.rows(
                connection.proposalColumns(kind, on: day, known: known) + """
                     WHERE p.grid_id IS NOT NULL AND r.received_at <= $1
                        AND (r.received_at, p.report_id) > (CAST($2 AS BIGINT), $3)
                        \(waiting ? "AND (p.decision IS NULL OR p.decided_at > $1)" : "")
                    ORDER BY r.received_at, p.report_id
                    """,
                [
                    .integer((known.at ?? .latest).milliseconds), .integer(cursor?.receivedAt ?? .min),
                    .text(cursor?.id ?? ""),
                ])
            var found: [RosterProposal] = []
            for row in rows where found.count < limit {
                guard let proposal = try connection.proposal(row, kind, heirs),
                    proposal.grid.map(grids.contains) == true
                else { continue }
                found.append(proposal.asKnown(known))
            }
            return found
        }
    }

    /// nil if the record proposes nothing.
    /// - Parameter day: on which its grid is asked about.
    public func proposal(_ kind: SubjectKind, of report: String, on day: Day) async throws -> RosterProposal? {
        try await database.read { try $0.proposal(kind, of: report, on: day) }
    }

    /// Decides a proposal. A place that was found enters the roster with the visit that found it; a new tenant takes over
    /// the premises; what is gone leaves by the ruling on its visit.
    /// - Parameters:
    ///   - entry: of the new place; only for places, only where it is accepted.
    ///   - id: of the ruling that a removal is.
    /// - Throws: `ProposalRefusal`, `PlaceRefusal`, `RulingRefusal`.
    public func decide(
        _ kind: SubjectKind, proposalOf report: String, accepted: Bool, entry: PlaceEntry?, reason: String,
        id: String, by person: String, at now: Instant
    ) async throws {
        let zone = zone
        try await database.write { connection in
            guard let proposal = try connection.proposal(kind, of: report, on: zone.day(of: now)) else {
                throw ProposalRefusal.noSuchProposal
            }
            guard proposal.accepted == nil else { throw ProposalRefusal.alreadyDecided }
            guard proposal.proposedBy != person else { throw ProposalRefusal.ownRecord }
            var result: String?
            if proposal.change == .remove {
                let ruler = Ruler(connection, zone: zone, kind: kind, by: person, at: now)
                if try ruler.found(report).matter == .roster {
                    try ruler.rule(
                        on: report, Decision(accepted ? .granted : .refused, reason: reason), id: id, manner: .single)
                    return
                }
                // A visit that makes no duty wait, such as a volunteer's, may be right about the roster all the same.
                if accepted, let subject = proposal.subject {
                    try connection.move(
                        kind, subject, to: nil, from: proposal.from, by: person, source: report, zone: zone, at: now)
                }
            } else if accepted {
                guard let entry else { throw ProposalRefusal.entryMissing }
                let change: PlaceChange = proposal.subject.map { .owner($0, entry) } ?? .open(entry)
                let touched = try connection.carryOut(change, from: proposal.from, by: person, at: now)
                result = entry.id
                // The visit that found it is a visit to it.
                if proposal.change == .add {
                    try connection.run(
                        "UPDATE \(kind.visitTable) SET subject_id = $2 WHERE report_id = $1",
                        [.text(report), .text(entry.id)])
                }
                try connection.settleMonths(
                    kind, touched, changedFrom: proposal.from, by: person, source: report, zone: zone, at: now)
            }
            try connection.run(
                """
                UPDATE \(kind.proposalTable) SET decision = $2, decided_by = $3, decided_at = $4, result_id = $5
                WHERE report_id = $1
                """,
                [
                    .text(report), .text(accepted ? "accepted" : "refused"), .text(person),
                    .integer(now.milliseconds), SQLValue(result),
                ])
        }
    }
}

extension SQLConnection {
    /// Proposals that nobody had decided, for some grids on a day.
    func proposalsWaiting(_ kind: SubjectKind, for grids: Set<AreaID>, on day: Day, known: Knowledge) throws -> Int {
        let heirs = try heirs(on: day, known: known)
        return try rows(
            proposalColumns(kind, on: day, known: known)
                + " WHERE r.received_at <= $1 AND (p.decided_at IS NULL OR p.decided_at > $1)",
            [.integer((known.at ?? .latest).milliseconds)]
        ).count { try proposal($0, kind, heirs)?.grid.map(grids.contains) == true }
    }

    fileprivate func proposal(_ kind: SubjectKind, of report: String, on day: Day) throws -> RosterProposal? {
        let heirs = try heirs(on: day, known: .now)
        return try rows(proposalColumns(kind, on: day, known: .now) + " WHERE p.report_id = $1", [.text(report)])
            .first.flatMap { try proposal($0, kind, heirs) }
    }

    fileprivate func proposalColumns(_ kind: SubjectKind, on day: Day, known: Knowledge) -> String {
        """
        SELECT p.report_id, p.change, p.subject_id, s.name, COALESCE((
            SELECT h.grid_id FROM \(kind.rosterTable) AS h WHERE h.\(kind.rosterSubject) = p.subject_id
                AND h.valid_from <= '\(day)' AND (h.valid_to IS NULL OR h.valid_to > '\(day)')
                AND \(known.holds("h")) ORDER BY h.valid_from DESC LIMIT 1), p.grid_id),
            p.from_day, p.name, p.address, p.decision, p.decided_by, p.decided_at, p.result_id, r.person_id, r.received_at
        FROM \(kind.proposalTable) AS p JOIN report AS r ON r.id = p.report_id
        LEFT JOIN \(kind.subjectTable) AS s ON s.id = p.subject_id
        """
    }

    fileprivate func proposal(_ row: SQLRow, _ kind: SubjectKind, _ heirs: [AreaID: AreaID]) throws -> RosterProposal? {
        guard let change = RosterChange(rawValue: try row.text(1)), let from = Day(try row.text(5)) else { return nil }
        let grid = try row.optionalText(4).flatMap { AreaID($0) }
        return RosterProposal(
            kind: kind, report: try row.text(0), change: change, subject: try row.optionalText(2),
            subjectName: try row.optionalText(3), grid: grid.map { heirs[$0] ?? $0 }, from: from,
            name: try row.optionalText(6), address: try row.optionalText(7),
            accepted: try row.optionalText(8).map { $0 == "accepted" }, decidedBy: try row.optionalText(9),
            decidedAt: try row.optionalInteger(10).map { Instant(milliseconds: $0) },
            result: try row.optionalText(11), proposedBy: try row.text(12),
            proposedAt: Instant(milliseconds: try row.integer(13)))
    }

    /// Notes what a record says is wrong with the roster.
    func insertProposal(_ change: RosterChange, _ claim: VisitClaim, record: PatrolRecord, grid: String?, from day: Day)
        throws
    {
        var name: String?
        var address: String?
        if case .newPlace(let called, let place) = claim.subject { (name, address) = (called, place) }
        try later(
            """
            INSERT INTO \(claim.subject.kind.proposalTable)
                (report_id, subject_id, change, grid_id, from_day, name, address)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(record.id), SQLValue(claim.subject.id), .text(change.rawValue), SQLValue(grid),
                .text(day.description), SQLValue(name), SQLValue(address),
            ])
    }
}
