public import Patrol

/// Where the ledger and its records disagree.
public struct LedgerDifference: Equatable, Sendable, CustomStringConvertible {
    public let what: String
    public let stored: String
    public let recomputed: String
    public var description: String { "\(what): stored \(stored), recomputed \(recomputed)" }

    public init(what: String, stored: String, recomputed: String) {
        self.what = what
        self.stored = stored
        self.recomputed = recomputed
    }
}

/// What a verification looked at and found.
public struct LedgerVerification: Equatable, Sendable {
    public var months = 0
    public var obligations = 0
    public var visits = 0
    /// Records without a subject: findings and notes on the way.
    public var otherRecords = 0
    public var differences: [LedgerDifference] = []
}

extension PatrolStore {
    /// Recomputes every month's ledger from rosters, records and photos and compares it with what is stored.
    ///
    /// The whole runs in one snapshot, so that it may run beside a gateway that writes.
    /// - Parameter replay: reads a record's body again as it was read at receipt, to judge its visit anew, and may hold
    ///   it against the digest that was acknowledged.
    public func verify(
        replay: @escaping @Sendable (_ id: String, _ body: String, _ sha256: String) throws -> PatrolRecord
    ) async throws -> LedgerVerification {
        let zone = zone
        return try await database.read { connection in
            var result = LedgerVerification()
            for kind in SubjectKind.allCases + [nil] {
                try connection.verifyRecords(of: kind, replay: replay, zone: zone, into: &result)
            }
            for kind in SubjectKind.allCases { try connection.verifyNoStrayVisits(kind, into: &result) }
            for month in try connection.ledgerMonths() {
                result.months += 1
                var counted: [String: CoverageCount] = [:]
                for kind in SubjectKind.allCases {
                    let wanted = try connection.recomputed(kind, in: month)
                    try connection.compare(kind, month, wanted, &result)
                    for row in wanted.values {
                        let key = kind.rawValue + row.grid
                        counted[key] = (counted[key] ?? CoverageCount()) + row.count
                    }
                }
                try connection.compareCounters(month, counted, &result)
            }
            return result
        }
    }
}

extension SQLConnection {
    /// Obligations as roster and visits demand them, without looking at the ledger.
    fileprivate func recomputed(_ kind: SubjectKind, in month: Month) throws -> [String: ObligationRow] {
        var wanted: [String: ObligationRow] = [:]
        for row in try rows(
            """
            SELECT \(kind.rosterSubject), grid_id FROM \(kind.rosterTable)
            WHERE superseded_at IS NULL AND valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1)
            ORDER BY \(kind.rosterSubject), valid_from
            """, [.text(month.last.description)])
        {
            wanted[try row.text(0)] = ObligationRow(grid: try row.text(1), best: nil)
        }
        for row in try rows(
            "SELECT subject_id, standing, visited_at, report_id FROM \(kind.visitTable) WHERE month = $1",
            [.text(month.description)])
        {
            let subject = try row.text(0)
            guard var obligation = wanted[subject] else { continue }
            let visit = BestVisit(
                standing: Standing(rawValue: Int(try row.integer(1))) ?? .notDischarging,
                visitedAt: try row.integer(2), report: try row.text(3))
            if visit.isBetter(than: obligation.best) { obligation.best = visit }
            wanted[subject] = obligation
        }
        return wanted
    }

    fileprivate func compare(
        _ kind: SubjectKind, _ month: Month, _ wanted: [String: ObligationRow], _ result: inout LedgerVerification
    ) throws {
        var stored: [String: ObligationRow] = [:]
        for row in try rows(
            """
            SELECT subject_id, state, grid_id, best_standing, best_visited_at, best_report_id
            FROM \(kind.obligationTable) WHERE month = $1
            """, [.text(month.description)])
        {
            let obligation = try obligationRow(row, from: 2)
            let subject = try row.text(0)
            stored[subject] = obligation
            if try row.text(1) != obligation.state.rawValue {
                result.differences.append(
                    LedgerDifference(
                        what: "\(month) \(kind.rawValue) \(subject) state", stored: try row.text(1),
                        recomputed: obligation.state.rawValue))
            }
        }
        result.obligations += stored.count
        for subject in Set(stored.keys).union(wanted.keys).sorted() where stored[subject] != wanted[subject] {
            result.differences.append(
                LedgerDifference(
                    what: "\(month) \(kind.rawValue) \(subject)", stored: describe(stored[subject]),
                    recomputed: describe(wanted[subject])))
        }
    }

    fileprivate func compareCounters(
        _ month: Month, _ counted: [String: CoverageCount], _ result: inout LedgerVerification
    ) throws {
        var seen: Set<String> = []
        for row in try rows(
            """
            SELECT kind, grid_id, due, done, provisional, excused, awaiting FROM grid_month WHERE month = $1
            ORDER BY grid_id, kind
            """, [.text(month.description)])
        {
            let key = try row.text(0) + row.text(1)
            seen.insert(key)
            let stored = CoverageCount(
                due: try row.integer(2), done: try row.integer(3), provisional: try row.integer(4),
                excused: try row.integer(5), awaiting: try row.integer(6))
            let wanted = counted[key] ?? CoverageCount()
            if stored != wanted {
                result.differences.append(
                    LedgerDifference(what: "\(month) counters \(key)", stored: "\(stored)", recomputed: "\(wanted)"))
            }
        }
        for (key, count) in counted.sorted(by: { $0.key < $1.key }) where !seen.contains(key) {
            result.differences.append(
                LedgerDifference(what: "\(month) counters \(key)", stored: "none", recomputed: "\(count)"))
        }
    }

    /// Goes through the records that claim a visit of this kind, whether or not the visit is there; for nil, those that
    /// claim none.
    fileprivate func verifyRecords(
        of kind: SubjectKind?, replay: (String, String, String) throws -> PatrolRecord, zone: DeploymentZone,
        into result: inout LedgerVerification
    ) throws {
        var after = ""
        while true {
            let page = try rows(
                """
                SELECT r.id, r.body, r.person_id, r.missing_photos, r.month, r.visited_at,
                    v.subject_id, v.month, v.visited_at, v.standing, v.capacity, v.downgraded_because,
                    r.received_at, v.policy_version, r.sha256
                FROM report AS r LEFT JOIN \((kind ?? .place).visitTable) AS v ON v.report_id = r.id
                WHERE r.id > $1 AND COALESCE(r.subject_kind, '') = $2 ORDER BY r.id LIMIT 1000
                """, [.text(after), .text(kind?.rawValue ?? "")])
            for row in page {
                after = try row.text(0)
                if kind == nil { result.otherRecords += 1 } else { result.visits += 1 }
                do {
                    let record = try replay(after, row.text(1), row.text(14))
                    result.differences += try differences(of: row, kept: kind, as: record, zone: zone)
                } catch let error where !(error is StoreError) {
                    result.differences.append(
                        LedgerDifference(what: "record \(after) body", stored: "unreadable", recomputed: "\(error)"))
                }
            }
            if page.count < 1000 { return }
        }
    }

    /// A visit belongs to a record that claims one of its kind.
    fileprivate func verifyNoStrayVisits(_ kind: SubjectKind, into result: inout LedgerVerification) throws {
        for row in try rows(
            """
            SELECT v.report_id, r.subject_kind FROM \(kind.visitTable) AS v JOIN report AS r ON r.id = v.report_id
            WHERE COALESCE(r.subject_kind, '') <> $1 ORDER BY v.report_id
            """, [.text(kind.rawValue)])
        {
            result.differences.append(
                LedgerDifference(
                    what: "record \(try row.text(0)) visit", stored: kind.rawValue,
                    recomputed: try row.optionalText(1) ?? "none"))
        }
    }

    /// Judges a visit's standing again from the record's bytes and the capacity that was stored with it, counts its
    /// missing photos again, and looks whether it stands where its record put it.
    private func differences(
        of row: SQLRow, kept kind: SubjectKind?, as record: PatrolRecord, zone: DeploymentZone
    ) throws -> [LedgerDifference] {
        let id = try row.text(0)
        var found: [LedgerDifference] = []
        func compare(_ what: String, _ stored: String, _ recomputed: String) {
            guard stored != recomputed else { return }
            found.append(LedgerDifference(what: "record \(id) \(what)", stored: stored, recomputed: recomputed))
        }
        compare("subject kind", kind?.rawValue ?? "none", record.visit?.subject.kind.rawValue ?? "none")
        let lacking = try photoStates(record.photos.map(\.sha256), sentBy: row.text(2)).lacking
        compare("missing photos", "\(try row.integer(3))", "\(lacking)")
        let visitedAt = visitTime(
            capturedAt: record.capturedAt, fixTime: record.fix?.time,
            receivedAt: Instant(milliseconds: try row.integer(12)))
        compare("time", "\(try row.integer(5))", "\(visitedAt.milliseconds)")
        compare("month", try row.text(4), zone.month(of: visitedAt).description)
        guard let claim = record.visit else {
            compare("visit", try row.optionalText(6) ?? "none", "none")
            return found
        }
        guard let subject = try row.optionalText(6) else {
            compare("visit", "none", claim.subject.id ?? "new")
            return found
        }
        compare("subject", subject, claim.subject.id ?? "new:" + id)
        compare("month", try row.text(7), try row.text(4))
        compare("time", "\(try row.integer(8))", "\(try row.integer(5))")
        if try row.optionalText(11) == nil {
            let version = Int(try row.integer(13))
            guard let policy = DischargePolicy.version(version) else {
                compare("policy version", "\(version)", "unknown")
                return found
            }
            let standing = policy.standing(
                of: claim, sender: try row.optionalText(10).flatMap { Capacity(rawValue: $0) },
                photosMissing: lacking > 0)
            compare("standing", "\(try row.integer(9))", "\(standing.rawValue)")
        }
        return found
    }

    private func describe(_ row: ObligationRow?) -> String {
        guard let row else { return "none" }
        return "\(row.grid) \(row.state.rawValue) \(row.best?.report ?? "-")"
    }
}
