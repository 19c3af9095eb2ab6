import Patrol
import Wire

/// A subject that is still due, with what the worker needs at its door.
struct TodoItem: Codable, Equatable, Sendable {
    let kind: String
    let id: String
    let name: String
    let address: String
    let grid: String
    var metres: Double?
    let latitude: Double?
    let longitude: Double?
    /// Key persons: how contact is made, and what to mind.
    let contactRule: String?
    let safetyHint: String?
    /// Somebody was there in vain this month; the record still waits in the outbox.
    var attempted: Bool

    var coordinate: Coordinate? {
        guard let latitude, let longitude else { return nil }
        let coordinate = Coordinate(latitude: latitude, longitude: longitude)
        return coordinate.isValid ? coordinate : nil
    }
}

/// What is still due this month (待巡 / 待访), from what the handheld knows by itself.
struct TodoList: Sendable {
    /// Subjects that a record in the outbox is likely to settle.
    private var settled: Set<String> = []
    /// Subjects of every record in the outbox.
    private var touched: Set<String> = []
    private let month: Month
    private(set) var items: [TodoItem] = []

    init(month: Month, outbox: [OutboxEntry], zone: DeploymentZone) {
        self.month = month
        for entry in outbox where entry.state.phase != .refused {
            guard let id = entry.report.subject?.id, let made = Instant(rfc3339: entry.state.capturedAt),
                zone.month(of: made) == month
            else { continue }
            touched.insert(id)
            if let subject = entry.settlesSubject { settled.insert(subject) }
        }
    }

    mutating func add(_ roster: Roster<RosterPlace>) {
        for place in roster.items where isDue(place.id, place.state, roster.month) {
            items.append(
                TodoItem(
                    kind: SubjectKind.place.rawValue, id: place.id, name: place.name, address: place.address,
                    grid: roster.grid, metres: nil, latitude: place.latitude, longitude: place.longitude,
                    contactRule: nil, safetyHint: nil, attempted: touched.contains(place.id)))
        }
    }

    mutating func add(_ roster: Roster<RosterKeyPerson>) {
        for person in roster.items where isDue(person.id, person.state, roster.month) {
            items.append(
                TodoItem(
                    kind: SubjectKind.keyPerson.rawValue, id: person.id, name: person.name, address: person.address,
                    grid: roster.grid, metres: nil, latitude: nil, longitude: nil, contactRule: person.contactRule,
                    safetyHint: person.safetyHint, attempted: touched.contains(person.id)))
        }
    }

    /// A roster of another month says nothing of this month's states: everything on it is due anew.
    private func isDue(_ id: String, _ state: String, _ rosterMonth: String) -> Bool {
        guard !settled.contains(id) else { return false }
        return rosterMonth == month.description ? state == "due" : true
    }
}

/// Nearest first; what has no position comes last, in the roster's order. Without a place to measure from, nothing moves.
func nearestFirst(_ items: [TodoItem], from here: Coordinate?) -> [TodoItem] {
    guard let here, here.isValid else { return items }
    let measured = items.map { item in
        var item = item
        item.metres = item.coordinate.map { here.distance(to: $0) }
        return item
    }
    return measured.enumerated().sorted { a, b in
        let distances = (a.element.metres ?? .infinity, b.element.metres ?? .infinity)
        return distances.0 == distances.1 ? a.offset < b.offset : distances.0 < distances.1
    }.map(\.element)
}
