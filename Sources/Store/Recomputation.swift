import Patrol

/// The ledger as roster, policies, visits and rulings demand it, without a look at the ledger itself: what `verify`
/// holds it against.
extension SQLConnection {
    /// - Parameter subject: only this one; all when nil.
    func recomputedLedger(
        _ kind: SubjectKind, in month: LedgerMonth, zone: DeploymentZone, known: Knowledge = .now,
        only subject: String? = nil
    ) throws -> [ObligationKey: ObligationRow] {
        let policies = try policies(kind, rules: month.rules, knownAt: known.at)
        let periods = policies.flatMap { $0.periods(of: month.month) }
        guard let first = periods.map(\.first).min(), let last = periods.map(\.last).max() else { return [:] }
        let placements = try placements(
            kind, withPaths: policies.contains { !$0.selection.areas.isEmpty }, known: known, only: subject)
        let visits = try visitsBySubject(kind, from: first, to: last, zone: zone, known: known, only: subject)
        let closed = try closedGrids(kind, month.month).filter { $0.value.at <= (known.at ?? .latest).milliseconds }
        let excuses = Dictionary(
            grouping: try rulings(
                kind, "WHERE report_id IS NULL AND decision = 'granted' AND ruled_at <= $1 ORDER BY ruled_at, id",
                [.integer((known.at ?? .latest).milliseconds)]), by: \.subject)
        var ledger: [ObligationKey: ObligationRow] = [:]
        for (subject, owed) in try owedVisits(placements, in: month.month, policies: policies, known: known) {
            let rows = obligationRows(
                kind, subject, month, owed: owed, policies: policies, visits: visits[subject] ?? [],
                excuses: excuses[subject] ?? [], zone: zone)
            for (key, var row) in rows {
                if let closedAt = closed[row.grid]?.at, let best = row.best, best.receivedAt.milliseconds >= closedAt {
                    row.isLate = true
                }
                ledger[key] = row
            }
        }
        return ledger
    }

    /// What each subject owes in a month, with the grid that holds it on the month's last day.
    func owed(_ kind: SubjectKind, in month: Month, policies: [ObligationPolicy], known: Knowledge) throws -> [(
        subject: String, owed: [OwedVisit], grid: AreaID
    )] {
        let placements = try placements(
            kind, withPaths: policies.contains { !$0.selection.areas.isEmpty }, known: known)
        return try owedVisits(placements, in: month, policies: policies, known: known).compactMap { subject, owed in
            placements[subject]?.spans.value(on: month.last).map { (subject, owed, $0) }
        }
    }

    /// A policy that names areas holds for a grid as the month has it: a month is counted by one tree.
    private func owedVisits(
        _ placements: [String: Placement], in month: Month, policies: [ObligationPolicy], known: Knowledge
    ) throws -> [(subject: String, owed: [OwedVisit])] {
        let paths = placements.values.contains(where: \.withPaths) ? try gridPaths(in: month, known: known) : [:]
        return placements.map { subject, placement in
            let owed = Patrol.owedVisits(in: month, policies: policies) { day -> SubjectPlace? in
                guard let grid = placement.spans.value(on: day) else { return nil }
                return SubjectPlace(
                    category: placement.category(on: day), grid: grid, path: paths[grid] ?? PathKey(root: grid))
            }
            return (subject, owed)
        }
    }

    private func placements(
        _ kind: SubjectKind, withPaths: Bool, known: Knowledge, only subject: String? = nil
    ) throws -> [String: Placement] {
        let detail = DatedTable.detail(kind)
        let values = subject.map { [SQLValue.text($0)] } ?? []
        var categories: [String: [Dated<String>]] = [:]
        for row in try rows(
            """
            SELECT d.\(detail.identity[0]), d.\(kind.classColumn), d.valid_from, d.valid_to
            FROM \(detail.name) AS d WHERE \(known.holds("d")) \(only("d." + detail.identity[0], subject))
            """, values)
        {
            guard let from = Day(try row.text(2)) else { continue }
            categories[try row.text(0), default: []].append(
                Dated(try row.text(1), from: from, to: try row.optionalText(3).flatMap { Day($0) }))
        }
        var placements: [String: Placement] = [:]
        for row in try rows(
            """
            SELECT r.\(kind.rosterSubject), r.grid_id, r.valid_from, r.valid_to FROM \(kind.rosterTable) AS r
            WHERE \(known.holds("r")) \(only("r." + kind.rosterSubject, subject))
            """, values)
        {
            guard let grid = AreaID(try row.text(1)), let from = Day(try row.text(2)) else { continue }
            let span = Dated(grid, from: from, to: try row.optionalText(3).flatMap { Day($0) })
            let subject = try row.text(0)
            placements[subject] = Placement(
                categories: categories[subject] ?? [], spans: (placements[subject]?.spans ?? []) + [span],
                withPaths: withPaths)
        }
        return placements
    }

    /// - Parameter first: with `last`, of the months whose visits are read; known at a moment, some are of other months.
    func visitsBySubject(
        _ kind: SubjectKind, from first: Day, to last: Day, zone: DeploymentZone, known: Knowledge,
        only subject: String?
    ) throws -> [String: [VisitFacts]] {
        var visits: [String: [VisitFacts]] = [:]
        // A visit may have been ruled into these months since, or out of them.
        let months =
            known.at == nil
            ? "v.month >= $1 AND v.month <= $2"
            : "((v.month >= $1 AND v.month <= $2) OR (r.month >= $1 AND r.month <= $2))"
        let rows = try rows(
            visitColumns(kind) + " WHERE \(months) \(only("v.subject_id", subject, 3))",
            [.text(Month(containing: first).description), .text(Month(containing: last).description)]
                + (subject.map { [.text($0)] } ?? []))
        let rulings =
            known.at == nil
            ? [:]
            : Dictionary(
                grouping: try rulings(
                    kind, "WHERE report_id IS NOT NULL \(only("subject_id", subject)) ORDER BY ruled_at, id",
                    subject.map { [.text($0)] } ?? []), by: { $0.report ?? "" })
        let short =
            try known.at.map {
                try shortOfPhotos(kind, from: Month(containing: first), to: Month(containing: last), at: $0)
            } ?? []
        for row in rows {
            let report = try row.text(0)
            let visit =
                try known.at.map {
                    try visitAsKnown(
                        row, kind, ruled: rulings[report] ?? [], isShort: short.contains(report), knownAt: $0,
                        zone: zone)
                } ?? visitFacts(row, kind, zone: zone, from: 0)
            if let visit { visits[try row.text(11), default: []].append(visit) }
        }
        return visits
    }

    private func only(_ column: String, _ subject: String?, _ place: Int = 1) -> String {
        subject == nil ? "" : "AND \(column) = $\(place)"
    }

    private func closedGrids(_ kind: SubjectKind, _ month: Month) throws -> [String: (at: Int64, path: PathKey?)] {
        var closed: [String: (at: Int64, path: PathKey?)] = [:]
        for row in try rows(
            "SELECT grid_id, closed, path FROM grid_month WHERE month = $1 AND kind = $2 AND closed > 0",
            [.text(month.description), .text(kind.rawValue)])
        {
            closed[try row.text(0)] = (try row.integer(1), PathKey(try row.text(2)))
        }
        return closed
    }
}
