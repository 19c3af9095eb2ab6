import Patrol
import Store

/// What changes in a county's rosters: subjects come, leave, return, move and are described anew, from days that are
/// mostly, not always, still to come. Only in grids of which the generator claims nothing.
struct RosterChanges {
    let store: PatrolStore
    var dice: Dice
    private var made = 0
    private var tallies: [String: Int] = [:]

    init(store: PatrolStore, dice: Dice) {
        self.store = store
        self.dice = dice
    }

    var tally: String { tallies.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }

    mutating func make(on day: Day, in county: inout GeneratedCounty, end: Month) async throws {
        guard Month(containing: day) < end else { return }
        switch day.day {
        case 10: try await change(&county, from: day, on: day)
        // A sheet that comes late: it tells of a month that is closed.
        case 19: try await change(&county, from: day.adding(days: -30), on: day)
        // Too late to owe anything for this month.
        case 27: try await change(&county, from: day, on: day)
        default: break
        }
    }

    private mutating func change(_ county: inout GeneratedCounty, from: Day, on day: Day) async throws {
        var sheets = Sheets(from: from)
        let present = county.subjects.indices.filter {
            !county.subjects[$0].hasLeft && county.isEventful(county.subjects[$0].grid)
        }
        let absent = county.subjects.indices.filter { county.subjects[$0].hasLeft }
        let chosen = present.shuffled(using: &dice).prefix(24) + absent.shuffled(using: &dice).prefix(4)
        for (number, index) in chosen.enumerated() {
            var subject = county.subjects[index]
            let kind: Sheets.Change = subject.hasLeft ? .return : [.move, .leave, .revise][number % 3]
            subject.hasLeft = kind == .leave
            if kind == .move || kind == .return { subject.grid = grid(of: county) }
            county.subjects[index] = subject
            sheets.note(kind, of: subject, in: county.grids[subject.grid])
            tallies[kind.rawValue, default: 0] += 1
        }
        for _ in 0..<10 {
            made += 1
            let (grid, isPlace) = (grid(of: county), dice.percent(80))
            let subject = GeneratedSubject(
                isPlace ? .place : .keyPerson, "\(isPlace ? "P" : "K")\(grid)-new\(made)", number: 70, grid: grid)
            county.subjects.append(subject)
            sheets.note(.come, of: subject, in: county.grids[grid])
            tallies["come", default: 0] += 1
        }
        let now = store.zone.at(day, hour: 7, minute: 30)
        try await store.apply(sheets.places, by: "C1", at: now)
        try await store.apply(sheets.persons, by: "C1", at: now)
    }

    private mutating func grid(of county: GeneratedCounty) -> Int {
        let grids = county.gridsFromTheStart
        return grids[dice.roll(0..<grids.count)]
    }
}

/// Changed lists of both kinds, from one day on.
private struct Sheets {
    enum Change: String { case come, move, leave, revise, `return` }

    let from: Day
    var places: [RosterStep<PlaceEntry>] = []
    var persons: [RosterStep<KeyPersonEntry>] = []

    init(from day: Day) { from = day }

    mutating func note(_ change: Change, of subject: GeneratedSubject, in grid: AreaID) {
        switch subject.kind {
        case .place: places.append(step(change, subject.place(in: grid, from: from)))
        case .keyPerson: persons.append(step(change, subject.keyPerson(in: grid, from: from)))
        }
    }

    private func step(_ change: Change, _ place: PlaceEntry) -> RosterStep<PlaceEntry> {
        guard change == .revise else { return moved(change, place) }
        // Another trade under another name.
        return .revise(
            PlaceEntry(
                id: place.id, name: place.name + "（新）", category: "旅馆", address: place.address,
                position: place.position,
                radius: 60, grid: place.grid, from: from), from: from)
    }

    private func step(_ change: Change, _ person: KeyPersonEntry) -> RosterStep<KeyPersonEntry> {
        moved(change, person)
    }

    private func moved<Entry: RosterEntry>(_ change: Change, _ entry: Entry) -> RosterStep<Entry> {
        switch change {
        case .come: .add(entry)
        case .move, .return: .move(id: entry.id, to: entry.grid, from: from)
        case .leave: .leave(id: entry.id, from: from)
        case .revise: .revise(entry, from: from)
        }
    }
}
