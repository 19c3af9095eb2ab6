public import Patrol

/// A place (场所) as the roster keeps it.
public struct PlaceEntry: Equatable, Sendable {
    public let id: String
    public let name: String
    public let category: String
    public let address: String
    public let position: Position?
    /// Metres.
    public let radius: Double
    public let grid: AreaID
    public let from: Day

    public init(
        id: String, name: String, category: String, address: String, position: Position?, radius: Double, grid: AreaID,
        from: Day
    ) {
        self.id = id
        self.name = name
        self.category = category
        self.address = address
        self.position = position
        self.radius = radius
        self.grid = grid
        self.from = from
    }
}

/// A key person (重点人员): never the category, always the list's owner and legal basis.
public struct KeyPersonEntry: Equatable, Sendable {
    public let id: String
    public let name: String
    public let address: String
    public let contactRule: String
    public let safetyHint: String?
    public let listOwner: String
    public let legalBasis: String
    public let grid: AreaID
    public let from: Day

    public init(
        id: String, name: String, address: String, contactRule: String, safetyHint: String?, listOwner: String,
        legalBasis: String, grid: AreaID, from: Day
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.contactRule = contactRule
        self.safetyHint = safetyHint
        self.listOwner = listOwner
        self.legalBasis = legalBasis
        self.grid = grid
        self.from = from
    }
}

/// A line of a grid's roster with what the month owes the subject.
public struct RosterLine<Entry: Equatable & Sendable>: Equatable, Sendable {
    public let entry: Entry
    /// In the order of policy and period; mostly one.
    public let duties: [Duty]

    /// Of all duties the one that wants most: due before awaiting before excused before done.
    public var state: ObligationState {
        [.due, .awaiting, .excused].first { state in duties.contains { $0.state == state } } ?? .done
    }

    /// One visit that is owed.
    public struct Duty: Equatable, Sendable {
        public let policy: String
        public let title: String
        public let period: Period
        /// 1…n of n times in the period.
        public let ordinal: Int
        public let state: ObligationState
    }
}

extension PatrolStore {
    /// Adds places to the roster, all or none, and to every month that is open.
    public func add(_ places: [PlaceEntry], at now: Instant) async throws {
        try await apply(places.map { .add($0) }, by: "roster", at: now)
    }

    public func add(_ persons: [KeyPersonEntry], at now: Instant) async throws {
        try await apply(persons.map { .add($0) }, by: "roster", at: now)
    }

    /// Carries out what a changed list says, all of it or nothing, and settles every month that it touches.
    public func apply(_ steps: [RosterStep<PlaceEntry>], by person: String, at now: Instant) async throws {
        let zone = zone
        try await database.write { connection in
            for step in steps { try connection.apply(step, .place, by: person, at: now) }
            try connection.settle(steps, .place, by: person, zone: zone, at: now)
        }
    }

    public func apply(_ steps: [RosterStep<KeyPersonEntry>], by person: String, at now: Instant) async throws {
        let zone = zone
        try await database.write { connection in
            for step in steps { try connection.apply(step, .keyPerson, by: person, at: now) }
            try connection.settle(steps, .keyPerson, by: person, zone: zone, at: now)
        }
    }

    /// Every place that some grid holds on a day, by id, with the day from which that grid does.
    public func placeRoster(on day: Day, known: Knowledge = .now) async throws -> [PlaceEntry] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT r.place_id, d.name, d.category, d.address, d.latitude, d.longitude, d.coordinate_system,
                    d.radius_metres, r.grid_id, r.valid_from
                FROM place_roster AS r JOIN place_detail AS d ON d.place_id = r.place_id AND \(known.holds("d"))
                    AND d.valid_from <= $1 AND (d.valid_to IS NULL OR d.valid_to > $1)
                WHERE \(known.holds("r")) AND r.valid_from <= $1 AND (r.valid_to IS NULL OR r.valid_to > $1)
                ORDER BY r.place_id
                """, [.text(day.description)]
            ).compactMap { row in
                guard let grid = AreaID(try row.text(8)), let from = Day(try row.text(9)) else { return nil }
                return PlaceEntry(
                    id: try row.text(0), name: try row.text(1), category: try row.text(2), address: try row.text(3),
                    position: try position(row, from: 4), radius: try row.optionalDouble(7) ?? 0, grid: grid, from: from
                )
            }
        }
    }

    /// Every key person whom some grid holds on a day, by id.
    public func keyPersonRoster(on day: Day, known: Knowledge = .now) async throws -> [KeyPersonEntry] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT r.key_person_id, d.name, d.address, d.contact_rule, d.safety_hint, d.list_owner, d.legal_basis,
                    r.grid_id, r.valid_from
                FROM key_person_roster AS r
                JOIN key_person_detail AS d ON d.key_person_id = r.key_person_id AND \(known.holds("d"))
                    AND d.valid_from <= $1 AND (d.valid_to IS NULL OR d.valid_to > $1)
                WHERE \(known.holds("r")) AND r.valid_from <= $1 AND (r.valid_to IS NULL OR r.valid_to > $1)
                ORDER BY r.key_person_id
                """, [.text(day.description)]
            ).compactMap { row in
                guard let grid = AreaID(try row.text(7)), let from = Day(try row.text(8)) else { return nil }
                return KeyPersonEntry(
                    id: try row.text(0), name: try row.text(1), address: try row.text(2), contactRule: try row.text(3),
                    safetyHint: try row.optionalText(4), listOwner: try row.text(5), legalBasis: try row.text(6),
                    grid: grid, from: from)
            }
        }
    }

    /// From a day on another grid holds the subject, or none does. What was known before stays on record.
    public func move(
        _ kind: SubjectKind, _ subject: String, to grid: AreaID?, from day: Day, at now: Instant
    ) async throws {
        let zone = zone
        try await database.write { connection in
            try connection.move(kind, subject, to: grid, from: day, by: "roster", zone: zone, at: now)
        }
    }

    /// The ids of a kind that the roster has, for importers.
    public func subjectIDs(_ kind: SubjectKind) async throws -> Set<String> {
        try await database.read { connection in
            Set(try connection.rows("SELECT id FROM \(kind.subjectTable)", []).map { try $0.text(0) })
        }
    }

    /// The places that a grid owes in a month, by id.
    public func places(of grid: AreaID, in month: Month) async throws -> [RosterLine<PlaceEntry>] {
        try await database.read { connection in
            let rows = try connection.rows(
                """
                SELECT o.subject_id, o.policy, o.policy_version, o.first_day, o.last_day, o.ordinal, o.state,
                    p.name, p.category, p.address, p.latitude, p.longitude, p.coordinate_system, p.radius_metres
                FROM place_obligation AS o JOIN place AS p ON p.id = o.subject_id
                WHERE o.grid_id = $1 AND o.month = $2 ORDER BY o.subject_id, o.policy, o.first_day, o.ordinal
                """, [.text(grid.text), .text(month.description)])
            return try connection.rosterLines(.place, rows) { row in
                PlaceEntry(
                    id: try row.text(0), name: try row.text(7), category: try row.text(8), address: try row.text(9),
                    position: try position(row, from: 10), radius: try row.optionalDouble(13) ?? 0, grid: grid,
                    from: month.first)
            }
        }
    }

    /// The key persons whom a grid owes a visit in a month, by id.
    public func keyPersons(of grid: AreaID, in month: Month) async throws -> [RosterLine<KeyPersonEntry>] {
        try await database.read { connection in
            let rows = try connection.rows(
                """
                SELECT o.subject_id, o.policy, o.policy_version, o.first_day, o.last_day, o.ordinal, o.state,
                    k.name, k.address, k.contact_rule, k.safety_hint, k.list_owner, k.legal_basis
                FROM key_person_obligation AS o JOIN key_person AS k ON k.id = o.subject_id
                WHERE o.grid_id = $1 AND o.month = $2 ORDER BY o.subject_id, o.policy, o.first_day, o.ordinal
                """, [.text(grid.text), .text(month.description)])
            return try connection.rosterLines(.keyPerson, rows) { row in
                KeyPersonEntry(
                    id: try row.text(0), name: try row.text(7), address: try row.text(8),
                    contactRule: try row.text(9), safetyHint: try row.optionalText(10), listOwner: try row.text(11),
                    legalBasis: try row.text(12), grid: grid, from: month.first)
            }
        }
    }
}

extension SQLConnection {
    /// Rows that begin with `subject_id, policy, policy_version, first_day, last_day, ordinal, state`, in the order of
    /// subjects: one line a subject.
    fileprivate func rosterLines<Entry>(
        _ kind: SubjectKind, _ rows: [SQLRow], entry: (SQLRow) throws -> Entry
    ) throws -> [RosterLine<Entry>] {
        var titles: [String: String] = [:]
        var lines: [RosterLine<Entry>] = []
        var index = rows.startIndex
        while index < rows.endIndex {
            let subject = try rows[index].text(0)
            let end = try rows[index...].firstIndex { try $0.text(0) != subject } ?? rows.endIndex
            let duties = try rows[index..<end].compactMap { row -> RosterLine<Entry>.Duty? in
                let (id, version) = (try row.text(1), Int(try row.integer(2)))
                let title = try titles["\(id)@\(version)"] ?? policy(kind, id: id, version: version)?.title ?? id
                titles["\(id)@\(version)"] = title
                guard let first = Day(try row.text(3)), let last = Day(try row.text(4)) else { return nil }
                return .init(
                    policy: id, title: title, period: Period(first: first, last: last),
                    ordinal: Int(try row.integer(5)), state: ObligationState(rawValue: try row.text(6)) ?? .due)
            }
            lines.append(RosterLine(entry: try entry(rows[index]), duties: duties))
            index = end
        }
        return lines
    }

    /// From a day on another grid holds the subject, or none does.
    func move(
        _ kind: SubjectKind, _ subject: String, to grid: AreaID?, from day: Day, by person: String,
        source: String? = nil, zone: DeploymentZone, at now: Instant
    ) throws {
        let now = try revise(
            .roster(kind), [.text(subject)], from: day, to: grid.map { [.text($0.text)] }, at: now)
        try settleMonths(kind, [subject], changedFrom: day, by: person, source: source, zone: zone, at: now)
    }

    /// Months that ended before the change owe what they owed.
    func settleMonths(
        _ kind: SubjectKind, _ subjects: [String], changedFrom day: Day?, by person: String = "roster",
        source: String? = nil, zone: DeploymentZone, at now: Instant
    ) throws {
        guard let day else { return }
        let ledger = LedgerWriter(self, zone: zone, cause: Cause(.roster, at: now, by: person, source: source))
        try ledger.settle(kind, subjects, in: try ledgerMonthRows().filter { $0.month.last >= day })
    }
}

/// Reads `latitude, longitude, coordinate_system` from the given column on; nil unless all three are there.
private func position(_ row: SQLRow, from column: Int) throws -> Position? {
    guard let latitude = try row.optionalDouble(column), let longitude = try row.optionalDouble(column + 1),
        let system = try row.optionalText(column + 2).flatMap({ CoordinateSystem(rawValue: $0) })
    else { return nil }
    return Position(latitude: latitude, longitude: longitude, system: system)
}
