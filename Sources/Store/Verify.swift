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
    /// Of both: those of which part was deleted, so that only what was stored with them can be looked at.
    public var unreplayable = 0
    /// Versions of closed months.
    public var versions = 0
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
            for month in try connection.ledgerMonthRows() {
                result.months += 1
                var counted: [String: CoverageCount] = [:]
                for kind in SubjectKind.allCases {
                    let wanted = try connection.recomputedLedger(kind, in: month, zone: zone)
                    try connection.compare(kind, month.month, wanted, &result)
                    for row in wanted.values {
                        let key = kind.rawValue + row.grid
                        counted[key] = (counted[key] ?? CoverageCount()) + row.count
                    }
                }
                try connection.compareCounters(month.month, counted, &result)
                try connection.comparePaths(month.month, &result)
            }
            try connection.verifyClosings(into: &result)
            return result
        }
    }
}

extension SQLConnection {
    fileprivate func compare(
        _ kind: SubjectKind, _ month: Month, _ wanted: [ObligationKey: ObligationRow],
        _ result: inout LedgerVerification
    ) throws {
        var stored: [ObligationKey: ObligationRow] = [:]
        for row in try rows(
            """
            SELECT o.subject_id, o.policy, o.first_day, o.ordinal, o.state, \(obligationColumns)
            FROM area AS g JOIN \(kind.obligationTable) AS o ON o.grid_id = g.id WHERE o.month = $1
            """, [.text(month.description)])
        {
            let key = ObligationKey(
                kind: kind, subject: try row.text(0), month: month.description, policy: try row.text(1),
                firstDay: try row.text(2), ordinal: try row.integer(3))
            let obligation = try obligationRow(row, from: 5)
            stored[key] = obligation
            if try row.text(4) != obligation.state.rawValue {
                result.differences.append(
                    LedgerDifference(
                        what: "\(month) \(kind.rawValue) \(key.subject) state", stored: try row.text(4),
                        recomputed: obligation.state.rawValue))
            }
        }
        result.obligations += stored.count
        for key in Set(stored.keys).union(wanted.keys).sorted(by: ObligationKey.precedes)
        where stored[key] != wanted[key] {
            result.differences.append(
                LedgerDifference(
                    what: "\(month) \(kind.rawValue) \(key.subject)",
                    stored: stored[key].map { pageLine(key, $0) } ?? "none",
                    recomputed: wanted[key].map { pageLine(key, $0) } ?? "none"))
        }
    }

    fileprivate func compareCounters(
        _ month: Month, _ counted: [String: CoverageCount], _ result: inout LedgerVerification
    ) throws {
        var seen: Set<String> = []
        for row in try rows(
            """
            SELECT kind, grid_id, due, done, provisional, outside_only, late, excused, awaiting FROM grid_month
            WHERE month = $1 ORDER BY grid_id, kind
            """, [.text(month.description)])
        {
            let key = try row.text(0) + row.text(1)
            seen.insert(key)
            let stored = CoverageCount(
                due: try row.integer(2), done: try row.integer(3), provisional: try row.integer(4),
                outsideOnly: try row.integer(5), late: try row.integer(6), excused: try row.integer(7),
                awaiting: try row.integer(8))
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

    /// Every figure of an area is found by where its grids stand: in an open month in the tree, in a closed one on the
    /// pages of its first version.
    fileprivate func comparePaths(_ month: Month, _ result: inout LedgerVerification) throws {
        let paths = try gridPaths(in: month)
        for row in try rows(
            """
            SELECT g.kind, g.grid_id, g.path, g.closed, (SELECT p.path FROM place_page AS p WHERE p.month = g.month
                AND p.grid_id = g.grid_id AND p.version = 1)
            FROM grid_month AS g WHERE g.month = $1 ORDER BY g.grid_id, g.kind
            """, [.text(month.description)])
        {
            let grid = try row.text(1)
            let isClosed = try row.integer(3) > 0
            let wanted = isClosed ? try row.optionalText(4) : AreaID(grid).flatMap { paths[$0]?.text }
            let stored = try row.text(2)
            // A grid that entered a closed month later is on no first page.
            if isClosed, wanted == nil { continue }
            if stored != wanted {
                result.differences.append(
                    LedgerDifference(
                        what: "\(month) path \(try row.text(0))\(grid)", stored: stored, recomputed: wanted ?? "none"))
            }
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
                    r.received_at, v.policy_version, r.sha256, r.time_rule, r.sent_uptime, r.sent_clock,
                    v.earliest_at, v.latest_at, v.others, v.brings, v.policy, v.ruled
                FROM report AS r LEFT JOIN \((kind ?? .place).visitTable) AS v ON v.report_id = r.id
                WHERE r.id > $1 AND COALESCE(r.subject_kind, '') = $2 ORDER BY r.id LIMIT 1000
                """, [.text(after), .text(kind?.rawValue ?? "")])
            let ruled =
                try kind.map {
                    Dictionary(
                        grouping: try rulings(
                            $0, "WHERE report_id > $1 AND report_id <= $2 ORDER BY ruled_at, id",
                            [.text(after), .text(try page.last?.text(0) ?? after)]), by: { $0.report ?? "" })
                } ?? [:]
            for row in page {
                after = try row.text(0)
                if kind == nil { result.otherRecords += 1 } else { result.visits += 1 }
                if try row.text(14).isEmpty {
                    result.unreplayable += 1
                    result.differences += try differences(
                        ofCut: row, kept: kind, ruled: ruled[after] ?? [], zone: zone)
                    continue
                }
                do {
                    let record = try replay(after, row.text(1), row.text(14))
                    result.differences += try differences(
                        of: row, kept: kind, as: record, ruled: ruled[after] ?? [], zone: zone)
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
        of row: SQLRow, kept kind: SubjectKind?, as record: PatrolRecord, ruled: [Ruling], zone: DeploymentZone
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
        let receivedAt = Instant(milliseconds: try row.integer(12))
        let judged = try visitTime(of: record, row, receivedAt: receivedAt)
        compare("time", "\(try row.integer(5))", "\(judged.instant.milliseconds)")
        compare("month", try row.text(4), zone.month(of: judged.instant).description)
        let into = ruled.last { $0.intoMonth != nil }?.intoMonth
        let time = into.flatMap { judged.ruled(into: $0, zone: zone)?.fixed } ?? judged
        guard let claim = record.visit else {
            compare("visit", try row.optionalText(6) ?? "none", "none")
            return found
        }
        guard let subject = try row.optionalText(6) else {
            compare("visit", "none", claim.subject.id ?? "new")
            return found
        }
        compare("subject", subject, try claim.subject.id ?? entered(id) ?? "new:" + id)
        compare("month", try row.text(7), zone.month(of: time.instant).description)
        compare("time", "\(try row.integer(8))", "\(time.instant.milliseconds)")
        if try row.integer(15) > 1 {
            let uncertain = judged.uncertainDays(zone)
            compare("earliest", described(try row.optionalInteger(18)), described(uncertain?.earliest.milliseconds))
            compare("latest", described(try row.optionalInteger(19)), described(uncertain?.latest.milliseconds))
            compare("company", try row.text(20), VisitCompany(claim.participants).text)
            compare(
                "proofs", try row.text(21),
                Proof.allCases.filter { record.brings.contains($0) }.map(\.rawValue).joined(separator: " "))
        }
        let visit = VisitFacts(
            record, claim, sender: try row.optionalText(10).flatMap { Capacity(rawValue: $0) }, time: time,
            receivedAt: receivedAt, photosMissing: lacking > 0, ruled: nil, zone: zone)
        return found + (try standingDifferences(of: row, claim.subject.kind, as: visit, ruled: ruled, zone: zone))
    }

    /// What a visit counts for, by who ruled on it or by the policy that it was judged under.
    func standingDifferences(
        of row: SQLRow, _ kind: SubjectKind, as visit: VisitFacts, ruled: [Ruling], zone: DeploymentZone
    ) throws -> [LedgerDifference] {
        let id = try row.text(0)
        var found: [LedgerDifference] = []
        func compare(_ what: String, _ stored: String, _ recomputed: String) {
            guard stored != recomputed else { return }
            found.append(LedgerDifference(what: "record \(id) \(what)", stored: stored, recomputed: recomputed))
        }
        let stored = try row.optionalInteger(23)
        let reason = try row.optionalText(11)
        // Before rulings were kept, a visit was lowered with a reason alone.
        if reason == nil || reason == photosNeverCame || !ruled.isEmpty {
            let last = ruled.last.flatMap { $0.matter.effect($0.decision) }
            let wanted = last ?? (reason == photosNeverCame ? .notDischarging : nil)
            compare("ruling", described(stored), described(wanted.map { Int64($0.rawValue) }))
        }
        guard stored == nil else { return found }
        let (policyID, version) = (try row.text(22), Int(try row.integer(13)))
        guard let policy = try policy(kind, id: policyID, version: version) else {
            compare("policy", "\(policyID)@\(version)", "unknown")
            return found
        }
        // A week or key period may belong to a month to come.
        let month = zone.month(of: visit.visitedAt)
        let period = [month, month.next, month.next.next].lazy.flatMap { policy.periods(of: $0) }
            .first { $0.contains(visit.day) }
        compare("standing", "\(try row.integer(9))", "\(policy.standing(of: visit, in: period).rawValue)")
        return found
    }

    /// The place that entered the roster because a record found it.
    private func entered(_ report: String) throws -> String? {
        try rows("SELECT result_id FROM place_proposal WHERE report_id = $1", [.text(report)]).first?.optionalText(0)
    }

    /// By the rules under which the record was stored.
    private func visitTime(of record: PatrolRecord, _ row: SQLRow, receivedAt: Instant) throws -> VisitTime {
        if try row.integer(15) == 1 {
            let time = firstVisitTime(
                capturedAt: record.capturedAt, fixTime: record.fix?.time, receivedAt: receivedAt)
            return VisitTime(instant: time, earliest: time, latest: time, basis: .wallClock)
        }
        let sending = ClockReadings.Sending(
            wallClock: try row.optionalInteger(17).map { Instant(milliseconds: $0) },
            uptime: try row.optionalInteger(16))
        return ClockReadings(of: record, sending: sending, receivedAt: receivedAt).visitTime
    }

    private func described(_ number: Int64?) -> String { number.map { "\($0)" } ?? "none" }
}
