import Foundation
import Wire

/// One grid's roster as it was last fetched, so that the day's work needs no network.
struct CachedRoster<Item: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    let etag: String?
    /// RFC 3339, the handheld's clock.
    var fetchedAt: String
    var roster: Roster<Item>
}

/// The rosters on this handheld, by grid and kind. Places and key persons never share a file.
struct RosterCache: Sendable {
    let home: Home

    private static let places = "places.json"
    private static let keyPersons = "key-persons.json"

    func places(of grid: String) throws(StorageFault) -> CachedRoster<RosterPlace>? {
        try load(RosterPlace.self, grid, Self.places)
    }

    func keyPersons(of grid: String) throws(StorageFault) -> CachedRoster<RosterKeyPerson>? {
        try load(RosterKeyPerson.self, grid, Self.keyPersons)
    }

    func save(_ places: CachedRoster<RosterPlace>, of grid: String) throws(StorageFault) {
        try save(places, grid, Self.places)
    }

    func save(_ keyPersons: CachedRoster<RosterKeyPerson>, of grid: String) throws(StorageFault) {
        try save(keyPersons, grid, Self.keyPersons)
    }

    /// A right that was withdrawn takes its data along.
    func forgetKeyPersons(of grid: String) throws(StorageFault) {
        try Storage.removeIfPresent("\(folder(of: grid))/\(Self.keyPersons)")
    }

    /// Somebody else's rosters do not stay on the device for the next person.
    func forgetAll(but grids: Set<String>) throws(StorageFault) {
        let kept = Set(grids.map { Self.fileName(of: $0) })
        for name in try Storage.names(in: home.rosterFolder) where !kept.contains(name) {
            try Storage.removeTree("\(home.rosterFolder)/\(name)")
        }
    }

    /// Overwrites and removes every roster, for a device that is locked or lost.
    func shredAll() throws(StorageFault) {
        for grid in try Storage.names(in: home.rosterFolder) {
            let folder = "\(home.rosterFolder)/\(grid)"
            for file in try Storage.names(in: folder) {
                // What cannot be overwritten is removed.
                try? Storage.shred("\(folder)/\(file)")
            }
            try Storage.removeTree(folder)
        }
        try Storage.makeFolder(home.rosterFolder)
        try Storage.syncFolder(home.rosterFolder)
    }

    func grids() throws(StorageFault) -> [String] {
        try Storage.names(in: home.rosterFolder).compactMap { $0.removingPercentEncoding }
    }

    /// After a record arrived, its subject is off the list at once, without asking for the roster again.
    func note(_ report: PatrolReport, _ receipt: Receipt) throws(StorageFault) {
        guard let subject = report.subject, let id = subject.id, let state = Self.dutyState(receipt.standing) else {
            return
        }
        for grid in try grids() {
            if subject.kind == "place", var cached = try places(of: grid), cached.roster.month == receipt.month {
                guard let index = cached.roster.items.firstIndex(where: { $0.id == id }) else { continue }
                cached.roster.items[index].state = state
                try save(cached, of: grid)
            } else if subject.kind == "keyPerson", var cached = try keyPersons(of: grid),
                cached.roster.month == receipt.month
            {
                guard let index = cached.roster.items.firstIndex(where: { $0.id == id }) else { continue }
                cached.roster.items[index].state = state
                try save(cached, of: grid)
            }
        }
    }

    /// The duty's state that a receipt's standing leads to; nil where it changes nothing.
    static func dutyState(_ standing: String?) -> String? {
        switch standing {
        case "done", "provisional": "done"
        case "awaiting": "awaiting"
        default: nil
        }
    }

    private func load<Item>(_ type: Item.Type, _ grid: String, _ file: String) throws(StorageFault) -> CachedRoster<
        Item
    >? {
        guard let bytes = try Storage.readIfPresent("\(folder(of: grid))/\(file)") else { return nil }
        return try? JSONDecoder().decode(CachedRoster<Item>.self, from: Data(bytes))
    }

    private func save(_ cached: some Encodable, _ grid: String, _ file: String) throws(StorageFault) {
        let folder = folder(of: grid)
        try Storage.makeFolder(folder)
        try Storage.replace(file, in: folder, with: frozenJSON(cached))
    }

    private func folder(of grid: String) -> String { "\(home.rosterFolder)/\(Self.fileName(of: grid))" }

    /// Grid ids are opaque: whatever they hold, they are one name in one folder.
    private static func fileName(of grid: String) -> String {
        grid.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "grid"
    }
}
