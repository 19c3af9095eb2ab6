public import Patrol

/// A figure laid open: what it counts, what it leaves out and why, and whether it comes out the same when it is counted
/// again from rosters, records, rulings and policies.
public struct Explanation: Equatable, Sendable {
    public let area: AreaLine
    public let month: Month
    public let kind: SubjectKind
    /// As the counters or, of a closed month, the pages of its last version say.
    public let shown: CoverageCount
    public let versions: [LedgerVersion]
    /// Counted anew just now.
    public let recounted: CoverageCount
    /// Duties by policy, with the paper each rests on.
    public let policies: [PolicyPart]
    /// Subjects that were on a roster of the area during the month and are not in the denominator.
    public let excluded: [Exclusion]
    /// Every duty of the denominator with what became of it, as the page writes it.
    public let lines: [Line]

    /// Whether the figure stands.
    public var agrees: Bool { shown == recounted }

    public struct PolicyPart: Equatable, Sendable {
        public let policy: ObligationPolicy
        public let count: CoverageCount
    }

    public enum Why: String, CaseIterable, Sendable {
        /// Came to the roster after the joining day.
        case joinedLate
        /// Had left by the period's last day.
        case leftBefore
        /// No policy holds for it.
        case noPolicy
    }

    public struct Exclusion: Equatable, Sendable {
        public let subject: String
        public let grid: AreaID
        public let why: Why
    }

    public struct Line: Equatable, Sendable {
        public let grid: AreaID
        public let text: String
        public let state: ObligationState
        public let isInNumerator: Bool
    }
}

extension PatrolStore {
    /// nil if the area is not there.
    public func explain(_ kind: SubjectKind, _ path: PathKey, in month: Month, known: Knowledge = .now) async throws
        -> Explanation?
    {
        let zone = zone
        // One snapshot for both sides: a record that arrives between two would make a right figure look wrong.
        return try await database.read { connection in
            let shownCoverage: AreaCoverage?
            if let moment = known.at, let area = path.areas.last {
                shownCoverage = try connection.coverage(of: area, in: month, knownAt: moment, zone: zone)
            } else {
                shownCoverage = try connection.coverage(of: path, in: month)
            }
            guard let shownCoverage else { return nil }
            let opened = try connection.ledgerMonthRows().first { $0.month == month }
            guard let opened else { return nil }
            let grids = try connection.gridsKnown(below: path, in: month, known: known)
            let duties = try connection.recounted(
                kind, grids: grids, in: opened, versions: shownCoverage.versions, known: known, zone: zone
            ).sorted { a, b in
                a.row.grid == b.row.grid ? ObligationKey.precedes(a.key, b.key) : a.row.grid < b.row.grid
            }
            return Explanation(
                area: shownCoverage.area, month: month, kind: kind,
                shown: kind == .place ? shownCoverage.totals.places : shownCoverage.totals.keyPersons,
                versions: shownCoverage.versions, recounted: duties.reduce(CoverageCount()) { $0 + $1.row.count },
                policies: try connection.parts(of: duties, kind),
                excluded: try connection.excluded(
                    kind, grids: grids, in: opened, owing: Set(duties.map(\.key.subject)), known: known),
                lines: duties.compactMap { duty in
                    AreaID(duty.row.grid).map {
                        .init(
                            grid: $0, text: pageLine(duty.key, duty.row), state: duty.row.state,
                            isInNumerator: duty.row.state == .done)
                    }
                })
        }
    }
}

extension SQLConnection {
    /// Counted anew from the facts: for what is closed from those that its version knew, so that a change that waits in
    /// the journal does not look like a mistake.
    fileprivate func recounted(
        _ kind: SubjectKind, grids: Set<String>, in month: LedgerMonth, versions: [LedgerVersion], known: Knowledge,
        zone: DeploymentZone
    ) throws -> [DutyRow] {
        var (open, duties) = (grids, [DutyRow]())
        func count(_ grids: Set<String>, _ known: Knowledge) throws {
            guard !grids.isEmpty else { return }
            duties += try recomputedLedger(kind, in: month, zone: zone, known: known)
                .filter { grids.contains($0.value.grid) }.map { DutyRow(key: $0.key, row: $0.value) }
        }
        for version in versions {
            let paged = Set(
                try rows(
                    "SELECT DISTINCT grid_id FROM \(kind.pageTable) WHERE month = $1 AND unit_id = $2",
                    [.text(month.month.description), .text(version.unit.text)]
                ).map { try $0.text(0) })
            try count(grids.intersection(paged), Knowledge(at: version.cutAt))
            open.subtract(paged)
        }
        try count(open, known)
        return duties
    }

    fileprivate func parts(of duties: [DutyRow], _ kind: SubjectKind) throws -> [Explanation.PolicyPart] {
        let byPolicy = Dictionary(grouping: duties) { "\($0.key.policy)\n\($0.row.policyVersion)" }
        return try byPolicy.sorted { $0.key < $1.key }.compactMap { _, duties in
            guard let first = duties.first,
                let policy = try policy(kind, id: first.key.policy, version: Int(first.row.policyVersion))
            else { return nil }
            return .init(policy: policy, count: duties.reduce(CoverageCount()) { $0 + $1.row.count })
        }
    }

    /// Who was on a roster there on some day of the month and owes nothing.
    fileprivate func excluded(
        _ kind: SubjectKind, grids: Set<String>, in month: LedgerMonth, owing: Set<String>, known: Knowledge
    ) throws -> [Explanation.Exclusion] {
        let standard = ObligationPolicy.standard(kind, version: Int(month.rules))
        let joining = standard.joiningDay(of: Period(month.month)).description
        var excluded: [String: Explanation.Exclusion] = [:]
        for row in try rows(
            """
            SELECT r.\(kind.rosterSubject), r.grid_id, r.valid_from, r.valid_to FROM \(kind.rosterTable) AS r
            WHERE \(known.holds("r")) AND r.valid_from <= $2 AND (r.valid_to IS NULL OR r.valid_to > $1)
            ORDER BY r.\(kind.rosterSubject), r.valid_from
            """, [.text(month.month.first.description), .text(month.month.last.description)])
        {
            let subject = try row.text(0)
            guard grids.contains(try row.text(1)), !owing.contains(subject), let grid = AreaID(try row.text(1)) else {
                continue
            }
            let why: Explanation.Why
            if let to = try row.optionalText(3), to <= month.month.last.description {
                why = .leftBefore
            } else {
                why = try row.text(2) > joining ? .joinedLate : .noPolicy
            }
            excluded[subject] = .init(subject: subject, grid: grid, why: why)
        }
        return excluded.values.sorted { ($0.grid, $0.subject) < ($1.grid, $1.subject) }
    }
}
