public import Patrol

/// One subject, everything, in the order of time: from first listing to the last notice (field notes 4, question 3).
public struct SubjectStory: Equatable, Sendable {
    public let kind: SubjectKind
    public let id: String
    /// What it is called now; the premises' other tenants, before and after.
    public let name: String
    public let site: [SiteTenant]
    public let events: [StoryEvent]

    public struct SiteTenant: Equatable, Sendable {
        public let id: String
        public let name: String
        public let from: Day?
        public let to: Day?
    }
}

extension SubjectStory {
    /// For somebody who may not read others' records: the roster's side of it, and what they did themselves.
    public func told(to person: String) -> SubjectStory {
        let rosters: Set<StoryEvent.What> = [.detail, .roster, .succession, .duty]
        return SubjectStory(
            kind: kind, id: id, name: name, site: site,
            events: events.filter { rosters.contains($0.what) || $0.by == person })
    }
}

/// One line of a story.
public struct StoryEvent: Equatable, Sendable {
    public enum What: String, CaseIterable, Sendable {
        /// Called, located otherwise, as of a day.
        case detail
        /// In a grid, or in none any more.
        case roster
        case succession
        case visit
        case finding
        case checklistItem
        case duty
        case ruling
        case appeal
        case proposal
        case spotCheck
    }

    /// When it happened; of dated facts, the day's beginning.
    public let at: Instant
    /// When it became known.
    public let recordedAt: Instant
    public let what: What
    /// A stable word for the kind of line: an outcome, a state, a decision.
    public let word: String
    public let text: String
    /// The record, ruling or check behind it.
    public let source: String?
    /// Who did it; a person's id.
    public let by: String?
}

extension PatrolStore {
    /// nil if there is no such subject.
    /// - Parameter reading: what a record's body says besides; checklists are kept nowhere else.
    public func story(
        of subject: String, _ kind: SubjectKind, known: Knowledge = .now,
        reading: @escaping @Sendable (_ id: String, _ body: String) throws -> PatrolRecord
    ) async throws -> SubjectStory? {
        let zone = zone
        return try await database.read { connection in
            let teller = StoryTeller(connection: connection, kind: kind, subject: subject, known: known, zone: zone)
            guard let name = try teller.name(of: subject) else { return nil }
            var events = try teller.details() + teller.rosters() + teller.duties() + teller.rulings()
            events += try teller.visits(reading: reading) + teller.proposals() + teller.spotChecks()
            if kind == .place { events += try teller.successions() }
            return SubjectStory(
                kind: kind, id: subject, name: name, site: kind == .place ? try teller.site() : [],
                events: events.sorted { ($0.at, $0.recordedAt, $0.what.order) < ($1.at, $1.recordedAt, $1.what.order) })
        }
    }
}

extension StoryEvent.What {
    fileprivate var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

private struct StoryTeller {
    let connection: any SQLConnection
    let kind: SubjectKind
    let subject: String
    let known: Knowledge
    let zone: DeploymentZone

    private var moment: Int64 { (known.at ?? .latest).milliseconds }

    /// As it was called at the moment that is asked about; nil where nobody knew of it.
    func name(of subject: String) throws -> String? {
        guard
            let name = try connection.rows(
                "SELECT name FROM \(kind.subjectTable) WHERE id = $1 AND recorded_at <= $2",
                [.text(subject), .integer(moment)]
            ).first?.text(0)
        else { return nil }
        guard let at = known.at else { return name }
        return try connection.subject(kind, subject, on: zone.day(of: at), known: known).name
    }

    /// Without rows that were written again only because something behind them changed: what began then was known.
    /// - Parameters:
    ///   - rows: `valid_from, recorded_at, superseded_at` first, by `recorded_at`.
    ///   - facts: the columns that say what began.
    private func news(_ rows: [SQLRow], facts: Range<Int>) throws -> [SQLRow] {
        var ended: [Int64: [[SQLValue]]] = [:]
        return try rows.filter { row in
            let fact = [row.values[0]] + row.values[facts]
            if let at = try row.optionalInteger(2) { ended[at, default: []].append(fact) }
            return !(ended[try row.integer(1)]?.contains(fact) ?? false)
        }
    }

    private func start(_ day: String) -> Instant { Day(day).map(zone.start(of:)) ?? .earliest }

    /// Why somebody is on a list stays with its owner: the story is read at the station and in the grid.
    private static let ownersFacts: Set = ["list_owner", "legal_basis"]

    func details() throws -> [StoryEvent] {
        let detail = DatedTable.detail(kind)
        let columns = detail.facts.filter { !Self.ownersFacts.contains($0) }
        let rows = try connection.rows(
            """
            SELECT valid_from, recorded_at, superseded_at, \(columns.joined(separator: ", ")) FROM \(detail.name)
            WHERE \(detail.identity[0]) = $1 AND recorded_at <= $2 ORDER BY recorded_at, valid_from
            """, [.text(subject), .integer(moment)])
        return try news(rows, facts: 3..<3 + columns.count).map { row in
            let facts = zip(columns, row.values.dropFirst(3)).compactMap { name, value -> String? in
                switch value {
                case .null: nil
                case .text(let text): text.isEmpty ? nil : "\(name)=\(text)"
                case .integer(let number): "\(name)=\(number)"
                case .double(let number): "\(name)=\(number)"
                }
            }
            let recordedAt = Instant(milliseconds: try row.integer(1))
            let from = start(try row.text(0))
            return StoryEvent(
                at: try row.text(0) == Day.earliest.description ? recordedAt : from, recordedAt: recordedAt,
                what: .detail, word: "detail", text: facts.joined(separator: "; "), source: nil, by: nil)
        }
    }

    func rosters() throws -> [StoryEvent] {
        let rows = try connection.rows(
            """
            SELECT r.valid_from, r.recorded_at, r.superseded_at, r.grid_id, r.valid_to,
                (SELECT n.name FROM area_name AS n WHERE n.area_id = r.grid_id AND \(known.holds("n"))
                    ORDER BY n.valid_from DESC LIMIT 1)
            FROM \(kind.rosterTable) AS r WHERE r.\(kind.rosterSubject) = $1 AND r.recorded_at <= $2
            ORDER BY r.recorded_at, r.valid_from
            """, [.text(subject), .integer(moment)])
        func event(_ word: String, _ day: String, _ row: SQLRow) throws -> StoryEvent {
            StoryEvent(
                at: start(day), recordedAt: Instant(milliseconds: try row.integer(1)), what: .roster, word: word,
                text: "\(try row.text(3)) \(try row.optionalText(5) ?? "")", source: nil, by: nil)
        }
        let entered = try news(rows, facts: 3..<4).map { try event("entered", try $0.text(0), $0) }
        let left = try rows.compactMap { row -> StoryEvent? in
            guard let to = try row.optionalText(4), try row.optionalInteger(2).map({ $0 > moment }) ?? true else {
                return nil
            }
            return try event("left", to, row)
        }
        return entered + left
    }

    func successions() throws -> [StoryEvent] {
        try connection.rows(
            """
            SELECT from_id, to_id, day, kind, recorded_at, recorded_by FROM place_succession
            WHERE (from_id = $1 OR to_id = $1) AND recorded_at <= $2
            """, [.text(subject), .integer(moment)]
        ).map { row in
            StoryEvent(
                at: start(try row.text(2)), recordedAt: Instant(milliseconds: try row.integer(4)), what: .succession,
                word: try row.text(3), text: "\(try row.text(0)) → \(try row.text(1))", source: nil,
                by: try row.text(5))
        }
    }

    func site() throws -> [SubjectStory.SiteTenant] {
        try connection.rows(
            """
            SELECT p.id, (SELECT COALESCE(MIN(r.valid_from), '~') FROM place_roster AS r WHERE r.place_id = p.id
                    AND \(known.holds("r"))),
                (SELECT MAX(COALESCE(r.valid_to, '~')) FROM place_roster AS r WHERE r.place_id = p.id
                    AND \(known.holds("r")))
            FROM place AS p WHERE p.recorded_at <= $2 AND COALESCE(p.site_id, p.id) = (
                SELECT COALESCE(o.site_id, o.id) FROM place AS o WHERE o.id = $1) ORDER BY 2, p.id
            """, [.text(subject), .integer(moment)]
        ).map { row in
            let id = try row.text(0)
            return .init(
                id: id, name: try name(of: id) ?? id, from: Day(try row.text(1)),
                to: try row.optionalText(2).flatMap { Day($0) })
        }
    }

    func duties() throws -> [StoryEvent] {
        try dutyRows().compactMap { key, row in
            // A day after it was to be done, so that it stands behind what was done.
            guard let last = Day(row.lastDay) else { return nil }
            let at = Instant(milliseconds: zone.start(of: last.adding(days: 1)).milliseconds - 1)
            guard at.milliseconds <= moment else { return nil }
            return StoryEvent(
                at: at, recordedAt: at, what: .duty, word: row.state.rawValue,
                text: "\(key.policy)@\(row.policyVersion) \(key.firstDay)…\(row.lastDay)" + (row.isLate ? " late" : ""),
                source: row.best?.report, by: nil)
        }
    }

    /// As they stand, or as they stood at the moment that is asked about.
    private func dutyRows() throws -> [(key: ObligationKey, row: ObligationRow)] {
        let months = try connection.ledgerMonthRows()
        let duties = try months.flatMap { month in
            guard let at = known.at else {
                return Array(try connection.obligations(kind, subject, in: month.month.description))
            }
            guard zone.start(of: month.month.first) <= at else { return [] }
            return Array(try connection.recomputedLedger(kind, in: month, zone: zone, known: known, only: subject))
        }
        return duties.map { ($0.key, $0.value) }.sorted { ObligationKey.precedes($0.key, $1.key) }
    }

    func rulings() throws -> [StoryEvent] {
        try connection.rulings(
            kind, "WHERE subject_id = $1 AND ruled_at <= $2 ORDER BY ruled_at, id", [.text(subject), .integer(moment)]
        ).flatMap { ruling -> [StoryEvent] in
            var events = [
                StoryEvent(
                    at: ruling.at, recordedAt: ruling.at, what: .ruling,
                    word: "\(ruling.matter.rawValue) \(ruling.decision.rawValue)",
                    text: [ruling.manner.rawValue, ruling.reason, ruling.basis].filter { !$0.isEmpty }
                        .joined(separator: "; "), source: ruling.report ?? ruling.id, by: ruling.by)
            ]
            for row in try connection.rows(
                "SELECT text, appealed_at, person_id FROM \(kind.appealTable) WHERE ruling_id = $1 AND appealed_at <= $2",
                [.text(ruling.id), .integer(moment)])
            {
                let at = Instant(milliseconds: try row.integer(1))
                events.append(
                    StoryEvent(
                        at: at, recordedAt: at, what: .appeal, word: "appeal", text: try row.text(0),
                        source: ruling.id, by: try row.text(2)))
            }
            return events
        }
    }

    func visits(reading: (String, String) throws -> PatrolRecord) throws -> [StoryEvent] {
        let knownThen = try visitsKnownThen()
        return try connection.rows(
            """
            SELECT v.report_id, v.visited_at, r.received_at, v.outcome, v.standing, v.grade, v.reasons, v.capacity,
                v.others, r.missing_photos, r.person_id, r.body,
                (SELECT COUNT(*) FROM report_photo AS rp WHERE rp.report_id = v.report_id)
            FROM \(kind.visitTable) AS v JOIN report AS r ON r.id = v.report_id
            WHERE v.subject_id = $1 AND r.received_at <= $2 ORDER BY v.visited_at
            """, [.text(subject), .integer(moment)]
        ).flatMap { row -> [StoryEvent] in
            let report = try row.text(0)
            let then = knownThen[report]
            let at = try then?.visitedAt ?? Instant(milliseconds: row.integer(1))
            let receivedAt = Instant(milliseconds: try row.integer(2))
            let person = try row.text(10)
            let company = try row.text(8).split(separator: "\n").joined(separator: ", ")
            let standing = (try then?.standing ?? Standing(rawValue: Int(row.integer(4))))?.name ?? "?"
            let missing = try then?.missing ?? Int(row.integer(9))
            var events = [
                StoryEvent(
                    at: at, recordedAt: receivedAt, what: .visit, word: try row.text(3),
                    text: [
                        standing, try row.text(5), try row.text(6), try row.optionalText(7) ?? "no capacity",
                        company.isEmpty ? "" : "with \(company)",
                        "photos \(try row.integer(12))"
                            + (missing > 0 ? " (\(missing) missing)" : ""),
                    ].filter { !$0.isEmpty }.joined(separator: "; "), source: report, by: person)
            ]
            for finding in try connection.rows(
                "SELECT kind, text, urgent FROM finding WHERE report_id = $1 ORDER BY position", [.text(report)])
            {
                events.append(
                    StoryEvent(
                        at: at, recordedAt: receivedAt, what: .finding, word: try finding.text(0),
                        text: try finding.text(1) + (try finding.integer(2) == 1 ? " (urgent)" : ""), source: report,
                        by: person))
            }
            let answers = (try? reading(report, try row.text(11)))?.visit?.checklist
            let withheld = try withheldPointers(of: report)
            for (index, item) in (answers?.items ?? []).enumerated() {
                let note = withheld.contains("/checklist/items/\(index)/note") ? withheldText : item.note
                events.append(
                    StoryEvent(
                        at: at, recordedAt: receivedAt, what: .checklistItem, word: item.result.rawValue,
                        text: ["\(answers?.checklist ?? "")@\(answers?.version ?? 0) \(item.item)", note ?? ""]
                            .filter { !$0.isEmpty }.joined(separator: "; "), source: report, by: person))
            }
            return events
        }
    }

    /// Words that look classified and that nobody has released.
    private func withheldPointers(of report: String) throws -> Set<String> {
        Set(
            try connection.quarantined("WHERE q.report_id = $1", [.text(report)]).filter { $0.decision != .release }
                .flatMap { $0.signs.map(\.pointer) })
    }

    /// When visits were held to have been made, for what they counted and what they lacked at the moment that is asked
    /// about; empty for now.
    private func visitsKnownThen() throws -> [String: (visitedAt: Instant, standing: Standing, missing: Int)] {
        guard let moment = known.at else { return [:] }
        var known: [String: (visitedAt: Instant, standing: Standing, missing: Int)] = [:]
        let rulings = Dictionary(
            grouping: try connection.rulings(
                kind, "WHERE subject_id = $1 AND report_id IS NOT NULL ORDER BY ruled_at, id", [.text(subject)]),
            by: { $0.report ?? "" })
        for row in try connection.rows(visitColumns(kind) + " WHERE v.subject_id = $1", [.text(subject)]) {
            let report = try row.text(0)
            let missing = try connection.lackedPhotos(report, at: moment)
            guard
                let visit = try connection.visitAsKnown(
                    row, kind, ruled: rulings[report] ?? [], isShort: missing > 0, knownAt: moment, zone: zone),
                let judged = try connection.rows(
                    "SELECT policy, policy_version FROM \(kind.visitTable) WHERE report_id = $1", [.text(report)]
                ).first,
                let policy = try connection.policy(kind, id: judged.text(0), version: Int(judged.integer(1)))
            else { continue }
            known[report] = (
                visit.visitedAt, policy.standing(of: visit, in: policy.period(on: visit.day)), missing
            )
        }
        return known
    }

    func proposals() throws -> [StoryEvent] {
        try connection.rows(
            """
            SELECT p.report_id, p.change, p.from_day, p.decision, p.decided_by, p.decided_at, r.person_id, r.received_at
            FROM \(kind.proposalTable) AS p JOIN report AS r ON r.id = p.report_id
            WHERE (p.subject_id = $1 OR p.result_id = $1) AND r.received_at <= $2
            """, [.text(subject), .integer(moment)]
        ).map { row in
            let decidedAt = try row.optionalInteger(5).flatMap { $0 <= moment ? $0 : nil }
            return StoryEvent(
                at: Instant(milliseconds: try row.integer(7)),
                recordedAt: Instant(milliseconds: try decidedAt ?? row.integer(7)), what: .proposal,
                word: "\(try row.text(1)) \(decidedAt == nil ? "waiting" : try row.optionalText(3) ?? "waiting")",
                text: try row.text(2), source: try row.text(0),
                by: decidedAt == nil ? try row.text(6) : try row.optionalText(4))
        }
    }

    func spotChecks() throws -> [StoryEvent] {
        try connection.rows(
            """
            SELECT k.check_id, k.result, k.manner, k.note, k.checked_by, k.checked_at FROM spot_check_item AS i
            JOIN spot_check AS c ON c.id = i.check_id
            JOIN spot_check_look AS k ON k.check_id = i.check_id AND k.report_id = i.report_id
            WHERE i.subject_id = $1 AND c.kind = $3 AND k.checked_at <= $2
            """, [.text(subject), .integer(moment), .text(kind.rawValue)]
        ).map { row in
            let at = Instant(milliseconds: try row.integer(5))
            return StoryEvent(
                at: at, recordedAt: at, what: .spotCheck, word: try row.text(1),
                text: [try row.text(2), try row.text(3)].filter { !$0.isEmpty }.joined(separator: "; "),
                source: try row.text(0), by: try row.text(4))
        }
    }
}
