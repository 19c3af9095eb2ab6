public import Patrol

extension PatrolStore {
    /// An area's month as it was known at some moment: the version of a month that was closed by then, else what roster,
    /// policies, records, photos and rulings said that had been recorded by then.
    ///
    /// Counted anew from its facts, so that it is for single questions: "March, as known on 5 April".
    public func coverage(of area: AreaID, in month: Month, knownAt: Instant) async throws -> AreaCoverage? {
        let zone = zone
        return try await database.read { try $0.coverage(of: area, in: month, knownAt: knownAt, zone: zone) }
    }
}

extension PatrolStore {
    /// One page of an area's duties as they were known at some moment, in the order grid, subject, policy, period.
    public func obligations(
        _ kind: SubjectKind, below path: PathKey, in month: Month, state: ObligationState?,
        after cursor: ObligationCursor?, limit: Int, knownAt: Instant
    ) async throws -> [ObligationEntry] {
        let zone = zone
        return try await database.read { connection in
            let known = Knowledge(at: knownAt)
            let duties = try connection.dutyRows(kind, below: path, in: month, known: known, zone: zone)
            return try connection.entries(
                of: duties.asked(state: state, after: cursor).prefix(limit), in: month, known: known)
        }
    }

    /// The places that a grid owed in a month, with their duties, as known at some moment.
    public func places(of grid: AreaID, in month: Month, knownAt: Instant) async throws -> [RosterLine<PlaceEntry>] {
        let known = Knowledge(at: knownAt)
        let entries = try await placeRoster(on: month.last, known: known).filter { $0.grid == grid }
        return try await rosterLines(.place, entries, of: grid, in: month, known: known)
    }

    /// The key persons whom a grid owed a visit in a month, as known at some moment.
    public func keyPersons(of grid: AreaID, in month: Month, knownAt: Instant) async throws
        -> [RosterLine<KeyPersonEntry>]
    {
        let known = Knowledge(at: knownAt)
        let entries = try await keyPersonRoster(on: month.last, known: known).filter { $0.grid == grid }
        return try await rosterLines(.keyPerson, entries, of: grid, in: month, known: known)
    }

    private func rosterLines<Entry: RosterEntry>(
        _ kind: SubjectKind, _ entries: [Entry], of grid: AreaID, in month: Month, known: Knowledge
    ) async throws -> [RosterLine<Entry>] {
        let zone = zone
        return try await database.read { connection in
            guard let path = try connection.path(of: grid.text, on: month.last, known: known) else { return [] }
            let duties = Dictionary(
                grouping: try connection.dutyRows(kind, below: path, in: month, known: known, zone: zone),
                by: \.key.subject)
            return try entries.map { entry in
                RosterLine(
                    entry: entry,
                    duties: try (duties[entry.id] ?? []).compactMap { duty in
                        guard let first = Day(duty.key.firstDay), let last = Day(duty.row.lastDay) else { return nil }
                        let policy = try connection.policy(
                            kind, id: duty.key.policy, version: Int(duty.row.policyVersion))
                        return .init(
                            policy: duty.key.policy, title: policy?.title ?? duty.key.policy,
                            period: Period(first: first, last: last), ordinal: Int(duty.key.ordinal),
                            state: duty.row.state)
                    })
            }
        }
    }
}

extension [DutyRow] {
    fileprivate func asked(state: ObligationState?, after cursor: ObligationCursor?) -> [DutyRow] {
        filter { duty in (state == nil || duty.row.state == state) && duty.isBehind(cursor) }
    }
}

extension SQLConnection {
    /// One page of the duties of a month that some unit has closed: a list that agrees with the figure above it.
    func closedObligations(
        _ kind: SubjectKind, below path: PathKey, in month: Month, state: ObligationState?,
        after cursor: ObligationCursor?, limit: Int, zone: DeploymentZone
    ) throws -> [ObligationEntry] {
        let grids = try rows(
            """
            SELECT path FROM grid_month WHERE month = $1 AND kind = $4 AND path >= $2 AND path < $3 AND grid_id >= $5
            ORDER BY grid_id
            """,
            [
                .text(month.description), .text(path.text), .text(path.end), .text(kind.rawValue),
                .text(cursor?.grid ?? ""),
            ]
        ).compactMap { PathKey(try $0.text(0)) }
        var duties: [DutyRow] = []
        for grid in grids where duties.count < limit {
            duties += try dutyRows(kind, below: grid, in: month, known: .now, zone: zone)
                .asked(state: state, after: cursor)
        }
        return try entries(of: duties.prefix(limit), in: month, known: .now)
    }

    fileprivate func entries(of duties: ArraySlice<DutyRow>, in month: Month, known: Knowledge) throws
        -> [ObligationEntry]
    {
        let names = try areaLines(Set(duties.map(\.row.grid)).sorted(), on: month.last, known: known)
        return try duties.compactMap { duty in
            guard let grid = AreaID(duty.row.grid), let first = Day(duty.key.firstDay), let last = Day(duty.row.lastDay)
            else { return nil }
            let subject = try subject(duty.key.kind, duty.key.subject, on: last, known: known)
            let standing = duty.row.best?.standing
            return ObligationEntry(
                kind: duty.key.kind, subject: duty.key.subject, name: subject.name, address: subject.address,
                grid: grid, gridName: names[grid]?.name ?? grid.text, state: duty.row.state,
                isProvisional: standing == .provisional, report: duty.row.best?.report, position: subject.position,
                policy: duty.key.policy, policyVersion: Int(duty.row.policyVersion),
                period: Period(first: first, last: last), ordinal: Int(duty.key.ordinal), standing: standing,
                isLate: duty.row.isLate)
        }
    }
}

extension SQLConnection {
    /// What a subject was called, as known then.
    func subject(_ kind: SubjectKind, _ id: String, on day: Day, known: Knowledge) throws -> (
        name: String, address: String, position: Coordinate?
    ) {
        let detail = DatedTable.detail(kind)
        let position = kind == .place ? "d.wgs84_latitude, d.wgs84_longitude" : "NULL, NULL"
        guard
            let row = try rows(
                """
                SELECT d.name, d.address, \(position) FROM \(detail.name) AS d WHERE d.\(detail.identity[0]) = $1
                    AND \(known.holds("d")) AND d.valid_from <= $2 AND (d.valid_to IS NULL OR d.valid_to > $2)
                """, [.text(id), .text(day.description)]
            ).first
        else { return (id, "", nil) }
        let latitude = try row.optionalDouble(2)
        let longitude = try row.optionalDouble(3)
        return (
            try row.text(0), try row.text(1),
            latitude.flatMap { latitude in longitude.map { Coordinate(latitude: latitude, longitude: $0) } }
        )
    }
}

extension SQLConnection {
    func coverage(of area: AreaID, in month: Month, knownAt: Instant, zone: DeploymentZone) throws -> AreaCoverage? {
        let known = Knowledge(at: knownAt)
        guard let path = try path(of: area.text, on: month.last, known: known),
            try !rows(
                "SELECT 1 FROM area WHERE id = $1 AND recorded_at <= $2",
                [.text(area.text), .integer(knownAt.milliseconds)]
            ).isEmpty,
            let line = try areaLines([area.text], on: month.last, known: known)[area]
        else { return nil }
        let above = try areaLines(path.areas.map(\.text), on: month.last, known: known)
        let (counts, versions) = try counts(of: area, in: month, known: known, zone: zone)
        var totals = KindCounts()
        for count in counts.values {
            totals.places = totals.places + count.places
            totals.keyPersons = totals.keyPersons + count.keyPersons
        }
        var below = try children(of: area, on: month.last, known: known)
        for child in counts.keys where child != area && !below.contains(where: { $0.id == child }) {
            below += try areaLines([child.text], on: month.last, known: known).values
        }
        return AreaCoverage(
            area: line, above: path.areas.dropLast().compactMap { above[$0] }, totals: totals,
            children: below.sorted { $0.id < $1.id }.map { ($0, counts[$0.id] ?? KindCounts()) },
            versions: versions)
    }

    /// By the area one step below. A page has its grid where the month has it, which need not be below where the area
    /// is known to stand: it may have been moved in that month since.
    private func counts(
        of own: AreaID, in month: Month, known: Knowledge, zone: DeploymentZone
    ) throws -> (counts: [AreaID: KindCounts], versions: [LedgerVersion]) {
        let paths = try gridPaths(in: month, known: known)
        var counts: [AreaID: KindCounts] = [:]
        func add(_ kind: SubjectKind, _ grid: PathKey, _ count: CoverageCount) {
            guard let place = grid.areas.firstIndex(of: own) else { return }
            let area = grid.areas.dropFirst(place + 1).first ?? own
            switch kind {
            case .place: counts[area, default: KindCounts()].places = counts[area, default: KindCounts()].places + count
            case .keyPerson:
                counts[area, default: KindCounts()].keyPersons = counts[area, default: KindCounts()].keyPersons + count
            }
        }
        var paged: Set<String> = []
        for kind in SubjectKind.allCases {
            for row in try rows(
                """
                SELECT p.grid_id, p.path, p.due, p.done, p.provisional, p.outside_only, p.late, p.excused, p.awaiting
                FROM \(kind.pageTable) AS p WHERE p.month = $1 AND p.version = (SELECT MAX(q.version)
                    FROM \(kind.pageTable) AS q WHERE q.month = $1 AND q.grid_id = p.grid_id AND q.cut_at <= $2)
                """, [.text(month.description), .integer((known.at ?? .latest).milliseconds)])
            {
                paged.insert(kind.rawValue + (try row.text(0)))
                guard let grid = PathKey(try row.text(1)) else { continue }
                add(
                    kind, grid,
                    CoverageCount(
                        due: try row.integer(2), done: try row.integer(3), provisional: try row.integer(4),
                        outsideOnly: try row.integer(5), late: try row.integer(6), excused: try row.integer(7),
                        awaiting: try row.integer(8)))
            }
            let opened = try ledgerMonth(month)
            for row in try recomputedLedger(kind, in: opened, zone: zone, known: known).values
            where !paged.contains(kind.rawValue + row.grid) {
                guard let grid = AreaID(row.grid).flatMap({ paths[$0] }) else { continue }
                add(kind, grid, row.count)
            }
        }
        return (counts, try versions(in: month, cutBy: known.at ?? .latest, of: paged))
    }

    /// Where a grid stands in a tree; one that the tree has no more, below its last manager.
    func standing(_ grid: String, in tree: AreaTree, on day: Day, known: Knowledge) throws -> PathKey? {
        if let path = AreaID(grid).flatMap({ tree.path(of: $0) }), path.areas.count > 1 { return path }
        return try path(of: grid, on: day, known: known)
    }

    /// As it was opened, or would be now.
    func ledgerMonth(_ month: Month) throws -> LedgerMonth {
        try ledgerMonthRows().first { $0.month == month }
            ?? LedgerMonth(
                month: month, rules: LedgerMonth.currentRules, closing: try closingRule(for: month))
    }

    private func versions(in month: Month, cutBy moment: Instant, of paged: Set<String>) throws -> [LedgerVersion] {
        guard !paged.isEmpty else { return [] }
        return try rows(
            """
            SELECT v.unit_id, v.month, v.version, v.cut_at, v.sha256 FROM ledger_version AS v
            WHERE v.month = $1 AND v.version = (SELECT MAX(w.version) FROM ledger_version AS w
                WHERE w.unit_id = v.unit_id AND w.month = v.month AND w.cut_at <= $2) ORDER BY v.unit_id
            """, [.text(month.description), .integer(moment.milliseconds)]
        ).compactMap(ledgerVersion)
    }
}

extension SQLConnection {
    /// A visit as it was known at some moment: by the photos that had come and the rulings that had been made by then.
    /// - Parameters:
    ///   - row: of `visitColumns`.
    ///   - rulings: on this record, oldest first.
    ///   - isShort: whether it was still short of photos then.
    /// - Returns: nil if the record had not arrived.
    func visitAsKnown(
        _ row: SQLRow, _ kind: SubjectKind, ruled rulings: [Ruling], isShort: Bool, knownAt moment: Instant,
        zone: DeploymentZone
    ) throws -> VisitFacts? {
        let made = rulings.filter { $0.at <= moment }
        let visit = try visitFacts(
            row, kind, zone: zone, from: 0, unruled: !made.contains { $0.intoMonth != nil })
        guard visit.receivedAt <= moment else { return nil }
        func counting(_ ruled: Standing?, _ matter: RulingMatter?) -> VisitFacts {
            VisitFacts(
                report: visit.report, visitedAt: visit.visitedAt, receivedAt: visit.receivedAt, days: visit.days,
                day: visit.day, hour: visit.hour, outcome: visit.outcome, capacities: visit.capacities,
                units: visit.units, brings: visit.brings, photosMissing: isShort, ruled: ruled, ruledMatter: matter)
        }
        let ruled = made.last.flatMap { $0.matter.effect($0.decision) }
        let known = counting(ruled, ruled == nil ? nil : made.last?.matter)
        guard isShort, ruled == nil else { return known }
        let stillWaits = visit.photosMissing && made.count == rulings.count
        let isGivenUp = try hadGivenUpPhotos(
            of: known, to: try row.text(11), kind, by: moment, unlessWaiting: stillWaits)
        return isGivenUp ? counting(.notDischarging, nil) : known
    }

    /// Whether a visit's photos had been waited for in vain by some moment. When the job gave them up stands in the
    /// journal of a closed month; of an open one the rule by which it does is all there is.
    /// - Parameter stillWaits: nothing has come of it since; if it is not given up now, it never was.
    private func hadGivenUpPhotos(
        of visit: VisitFacts, to subject: String, _ kind: SubjectKind, by moment: Instant,
        unlessWaiting stillWaits: Bool
    ) throws -> Bool {
        let duties = try rows(
            """
            SELECT o.policy, o.policy_version, o.first_day, o.last_day, v.downgraded_because, (
                SELECT MIN(j.at) FROM \(kind.journalTable) AS j
                WHERE j.month = o.month AND j.source = v.report_id AND j.by_whom = $4)
            FROM \(kind.visitTable) AS v JOIN \(kind.obligationTable) AS o ON o.subject_id = v.subject_id
            WHERE v.report_id = $1 AND o.subject_id = $2 AND o.first_day <= $3 AND o.last_day >= $3
            """, [.text(visit.report), .text(subject), .text(visit.day.description), .text(photosNeverCame)])
        if stillWaits, try !duties.contains(where: { try $0.optionalText(4) == photosNeverCame }) { return false }
        if let given = try duties.compactMap({ try $0.optionalInteger(5) }).min() {
            return given <= moment.milliseconds
        }
        return try duties.contains { row in
            guard let policy = try policy(kind, id: row.text(0), version: Int(row.integer(1))),
                let first = Day(try row.text(2)), let last = Day(try row.text(3)),
                policy.standing(of: visit, in: Period(first: first, last: last)) == .provisional
            else { return false }
            return policy.photoGraceEnd(receivedAt: visit.receivedAt) <= moment
        }
    }

    /// The records with visits in some months that were still short of photos at some moment.
    func shortOfPhotos(_ kind: SubjectKind, from first: Month, to last: Month, at moment: Instant) throws -> Set<String>
    {
        Set(
            try rows(
                """
                SELECT DISTINCT rp.report_id FROM \(kind.visitTable) AS v JOIN report AS r ON r.id = v.report_id
                JOIN report_photo AS rp ON rp.report_id = v.report_id
                WHERE ((v.month >= $1 AND v.month <= $2) OR (r.month >= $1 AND r.month <= $2)) AND \(lacked(by: "$3"))
                """, [.text(first.description), .text(last.description), .integer(moment.milliseconds)]
            ).map { try $0.text(0) })
    }

    /// Photos that a record was still short of at some moment.
    func lackedPhotos(_ report: String, at moment: Instant) throws -> Int {
        Int(
            try rows(
                """
                SELECT COUNT(*) FROM report_photo AS rp JOIN report AS r ON r.id = rp.report_id
                WHERE rp.report_id = $1 AND \(lacked(by: "$2"))
                """, [.text(report), .integer(moment.milliseconds)])[0].integer(0))
    }

    /// Of a report's photo (`rp`, `r`): its sender had not sent it, or it was no good.
    private func lacked(by moment: String) -> String {
        """
        NOT EXISTS (
            SELECT 1 FROM photo_possession AS pp JOIN photo AS p ON p.sha256 = pp.sha256
            WHERE pp.sha256 = rp.sha256 AND pp.person_id = r.person_id AND pp.received_at <= \(moment)
                AND p.state <> 'quarantined')
        """
    }
}
