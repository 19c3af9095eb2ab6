public import Patrol

/// One thing that a changed list does to a roster. History is never deleted: each step says from which day on it holds.
public enum RosterStep<Entry: RosterEntry>: Equatable, Sendable {
    /// A subject that was not there, from `Entry.from` on.
    case add(Entry)
    /// Other details: a name, an owner, a position.
    case revise(Entry, from: Day)
    case move(id: String, to: AreaID, from: Day)
    /// The subject leaves the roster (注销, 出册).
    case leave(id: String, from: Day)

    public var id: String {
        switch self {
        case .add(let entry), .revise(let entry, _): entry.id
        case .move(let id, _, _), .leave(let id, _): id
        }
    }

    public var from: Day {
        switch self {
        case .add(let entry): entry.from
        case .revise(_, let from), .move(_, _, let from), .leave(_, let from): from
        }
    }
}

/// A subject as a roster keeps it.
public protocol RosterEntry: Equatable, Sendable {
    var id: String { get }
    var grid: AreaID { get }
    var from: Day { get }
    /// Everything but id, grid and day, by the names of an import's columns.
    var details: [(name: String, value: String?)] { get }
}

extension PlaceEntry: RosterEntry {
    public var details: [(name: String, value: String?)] {
        [
            ("name", name), ("category", category), ("address", address),
            ("latitude", position.map { "\($0.latitude)" }), ("longitude", position.map { "\($0.longitude)" }),
            ("system", position?.system.rawValue), ("radius", "\(radius)"),
        ]
    }

    /// In the order of `DatedTable.placeDetail`.
    fileprivate var facts: [SQLValue] {
        let wgs84 = position?.wgs84
        return [
            .text(name), .text(category), .text(address), SQLValue(position?.latitude), SQLValue(position?.longitude),
            SQLValue(position?.system.rawValue), SQLValue(wgs84?.latitude), SQLValue(wgs84?.longitude),
            .double(radius),
        ]
    }
}

extension KeyPersonEntry: RosterEntry {
    public var details: [(name: String, value: String?)] {
        [
            ("name", name), ("address", address), ("contact_rule", contactRule), ("safety_hint", safetyHint),
            ("list_owner", listOwner), ("legal_basis", legalBasis),
        ]
    }

    /// In the order of `DatedTable.keyPersonDetail`.
    fileprivate var facts: [SQLValue] {
        [
            .text(name), .text(address), .text(contactRule), SQLValue(safetyHint), .text(listOwner), .text(legalBasis),
        ]
    }
}

extension RosterStep {
    /// What a list says against what the roster holds.
    /// - Parameters:
    ///   - current: the roster on the day of the change.
    ///   - known: ids that the roster had at some time; one that left returns.
    ///   - listed: what the list says; `from` is the day that its row names.
    ///   - day: from which a change holds whose row names no day of its own.
    ///   - leaving: of subjects that the list lacks, those that leave; a list that is not complete lets nobody leave.
    public static func difference(
        _ current: [Entry], known: Set<String>, listed: [(entry: Entry, namesDay: Bool)], from day: Day,
        leaving: (Entry) -> Bool
    ) -> [RosterStep] {
        let held = Dictionary(current.map { ($0.id, $0) }) { first, _ in first }
        var steps: [RosterStep] = []
        for (entry, namesDay) in listed {
            guard let old = held[entry.id] else {
                if known.contains(entry.id) {
                    steps.append(.revise(entry, from: entry.from))
                    steps.append(.move(id: entry.id, to: entry.grid, from: entry.from))
                } else {
                    steps.append(.add(entry))
                }
                continue
            }
            // A sheet that was exported still names the day on which the subject came.
            let from = namesDay && entry.from != old.from ? entry.from : day
            if !entry.hasDetails(of: old) { steps.append(.revise(entry, from: from)) }
            if entry.grid != old.grid { steps.append(.move(id: entry.id, to: entry.grid, from: from)) }
        }
        let named = Set(listed.map(\.entry.id))
        for old in current where !named.contains(old.id) && leaving(old) {
            steps.append(.leave(id: old.id, from: day))
        }
        return steps
    }
}

extension RosterEntry {
    fileprivate func hasDetails(of other: Self) -> Bool { details.map(\.value) == other.details.map(\.value) }
}

extension SQLConnection {
    func apply(_ step: RosterStep<PlaceEntry>, _ kind: SubjectKind, by person: String, at now: Instant) throws {
        switch step {
        case .add(let place):
            try run(
                """
                INSERT INTO place (name, category, address, latitude, longitude, coordinate_system, wgs84_latitude,
                    wgs84_longitude, radius_metres, id, recorded_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                """, place.facts + [.text(place.id), .integer(now.milliseconds)])
            try enrol(kind, place.id, place.facts, in: place.grid, from: place.from, at: now)
        case .revise(let place, let from):
            try revise(.detail(kind), [.text(place.id)], from: from, to: place.facts, at: now)
            try run(
                """
                UPDATE place SET name = $1, category = $2, address = $3, latitude = $4, longitude = $5,
                    coordinate_system = $6, wgs84_latitude = $7, wgs84_longitude = $8, radius_metres = $9
                WHERE id = $10
                """, place.facts + [.text(place.id)])
        case .move(let id, let grid, let from):
            try revise(.roster(kind), [.text(id)], from: from, to: [.text(grid.text)], at: now)
        case .leave(let id, let from): try revise(.roster(kind), [.text(id)], from: from, to: nil, at: now)
        }
    }

    func apply(_ step: RosterStep<KeyPersonEntry>, _ kind: SubjectKind, by person: String, at now: Instant) throws {
        switch step {
        case .add(let entry):
            try run(
                """
                INSERT INTO key_person (name, address, contact_rule, safety_hint, list_owner, legal_basis, id, recorded_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """, entry.facts + [.text(entry.id), .integer(now.milliseconds)])
            let from = try enlist(entry, from: entry.from, at: now)
            try enrol(kind, entry.id, entry.facts, in: entry.grid, from: from, at: now)
        case .revise(let entry, let from):
            try revise(.detail(kind), [.text(entry.id)], from: from, to: entry.facts, at: now)
            try run(
                """
                UPDATE key_person SET name = $1, address = $2, contact_rule = $3, safety_hint = $4, list_owner = $5,
                    legal_basis = $6 WHERE id = $7
                """, entry.facts + [.text(entry.id)])
            try enlist(entry, from: from, at: now)
        case .move(let id, let grid, let from):
            try revise(.roster(kind), [.text(id)], from: from, to: [.text(grid.text)], at: now)
        case .leave(let id, let from):
            try revise(.roster(kind), [.text(id)], from: from, to: nil, at: now)
            return try delist(id, from: from, at: now)
        }
        try boundByLists(step.id, at: now)
    }

    /// What is first known of a subject holds for all time before, too: a roster may be put right backwards.
    private func enrol(
        _ kind: SubjectKind, _ id: String, _ facts: [SQLValue], in grid: AreaID, from day: Day, at now: Instant
    ) throws {
        try insert(.detail(kind), [.text(id)], facts, from: Day.earliest.description, to: nil, at: now)
        try insert(.roster(kind), [.text(id)], [.text(grid.text)], from: day.description, to: nil, at: now)
    }

    func settle<Entry>(
        _ steps: [RosterStep<Entry>], _ kind: SubjectKind, by person: String, zone: DeploymentZone, at now: Instant
    ) throws {
        let subjects = Set(steps.map(\.id)).sorted()
        try settleMonths(
            kind, subjects, changedFrom: steps.map(\.from).min(), by: person, zone: zone, at: now)
    }
}
