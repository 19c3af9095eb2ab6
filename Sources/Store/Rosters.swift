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
        let zone = zone
        try await database.write { connection in
            for place in places {
                let wgs84 = place.position?.wgs84
                try connection.rows(
                    """
                    INSERT INTO place (id, name, category, address, latitude, longitude, coordinate_system,
                        wgs84_latitude, wgs84_longitude, radius_metres, recorded_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    """,
                    [
                        .text(place.id), .text(place.name), .text(place.category), .text(place.address),
                        SQLValue(place.position?.latitude), SQLValue(place.position?.longitude),
                        SQLValue(place.position?.system.rawValue), SQLValue(wgs84?.latitude),
                        SQLValue(wgs84?.longitude), .double(place.radius), .integer(now.milliseconds),
                    ])
                try connection.enrol(.place, place.id, in: place.grid, from: place.from, at: now)
            }
            try connection.settleMonths(
                .place, places.map(\.id), changedFrom: places.map(\.from).min(), zone: zone, at: now)
        }
    }

    public func add(_ persons: [KeyPersonEntry], at now: Instant) async throws {
        let zone = zone
        try await database.write { connection in
            for person in persons {
                try connection.rows(
                    """
                    INSERT INTO key_person (id, name, address, contact_rule, safety_hint, list_owner, legal_basis, recorded_at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    """,
                    [
                        .text(person.id), .text(person.name), .text(person.address), .text(person.contactRule),
                        SQLValue(person.safetyHint), .text(person.listOwner), .text(person.legalBasis),
                        .integer(now.milliseconds),
                    ])
                try connection.enrol(.keyPerson, person.id, in: person.grid, from: person.from, at: now)
            }
            try connection.settleMonths(
                .keyPerson, persons.map(\.id), changedFrom: persons.map(\.from).min(), zone: zone, at: now)
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
                var position: Position?
                if let latitude = try row.optionalDouble(10), let longitude = try row.optionalDouble(11),
                    let system = try row.optionalText(12).flatMap({ CoordinateSystem(rawValue: $0) })
                {
                    position = Position(latitude: latitude, longitude: longitude, system: system)
                }
                return PlaceEntry(
                    id: try row.text(0), name: try row.text(7), category: try row.text(8), address: try row.text(9),
                    position: position, radius: try row.optionalDouble(13) ?? 0, grid: grid, from: month.first)
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
        zone: DeploymentZone, at now: Instant
    ) throws {
        // Knowledge of one subject has an order, even where two changes come in one millisecond.
        let last = try rows(
            "SELECT MAX(recorded_at) FROM \(kind.rosterTable) WHERE \(kind.rosterSubject) = $1", [.text(subject)]
        ).first?.optionalInteger(0)
        let now = max(now, last.map { Instant(milliseconds: $0 + 1) } ?? now)
        let standing = try rows(
            """
            SELECT grid_id, valid_from FROM \(kind.rosterTable)
            WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $2)
            """, [.text(subject), .text(day.description)])
        try run(
            """
            UPDATE \(kind.rosterTable) SET superseded_at = $3
            WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $2)
            """, [.text(subject), .text(day.description), .integer(now.milliseconds)])
        for row in standing where try row.text(1) < day.description {
            try insertRoster(kind, subject, grid: try row.text(0), from: try row.text(1), to: day.description, at: now)
        }
        if let grid {
            try insertRoster(kind, subject, grid: grid.text, from: day.description, to: nil, at: now)
        }
        try settleMonths(kind, [subject], changedFrom: day, by: person, zone: zone, at: now)
    }

    fileprivate func enrol(_ kind: SubjectKind, _ subject: String, in grid: AreaID, from day: Day, at now: Instant)
        throws
    {
        try insertRoster(kind, subject, grid: grid.text, from: day.description, to: nil, at: now)
    }

    fileprivate func insertRoster(
        _ kind: SubjectKind, _ subject: String, grid: String, from: String, to: String?, at now: Instant
    ) throws {
        try rows(
            """
            INSERT INTO \(kind.rosterTable) (\(kind.rosterSubject), grid_id, valid_from, valid_to, recorded_at, superseded_at)
            VALUES ($1, $2, $3, $4, $5, NULL)
            """, [.text(subject), .text(grid), .text(from), SQLValue(to), .integer(now.milliseconds)])
    }

    /// Months that ended before the change owe what they owed.
    fileprivate func settleMonths(
        _ kind: SubjectKind, _ subjects: [String], changedFrom day: Day?, by person: String = "roster",
        zone: DeploymentZone, at now: Instant
    ) throws {
        guard let day else { return }
        let ledger = LedgerWriter(self, zone: zone, cause: Cause(.roster, at: now, by: person))
        try ledger.settle(kind, subjects, in: try ledgerMonthRows().filter { $0.month.last >= day })
    }
}
