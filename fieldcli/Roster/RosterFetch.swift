import Patrol
import Wire

/// Brings the cached rosters of some grids up to date, asking only for what changed.
struct RosterFetch: Sendable {
    let client: GatewayClient
    let cache: RosterCache
    let fetchedAt: Instant
    /// By the handheld's clock; only decides whether an old copy's tag is worth sending.
    let thisMonth: Month

    /// What was done for one grid.
    struct Line: Codable, Equatable, Sendable {
        let grid: String
        let name: String
        let month: String
        let places: Int
        let placesDue: Int
        /// Absent without the permission to see key persons.
        let keyPersons: Int?
        let keyPersonsDue: Int?
        let changed: Bool
    }

    func fetch(_ grid: Session.GridLine, month: String?) async throws -> Line {
        let old = try cache.places(of: grid.id)
        let places = try await fetch(RosterPlace.self, "/v1/roster/places", grid.id, month, old)
        if let places { try cache.save(places, of: grid.id) }
        let oldPersons = try cache.keyPersons(of: grid.id)
        let persons = try await fetch(
            RosterKeyPerson.self, "/v1/roster/key-persons", grid.id, month, oldPersons, mayBeDenied: true)
        if let persons { try cache.save(persons, of: grid.id) } else { try cache.forgetKeyPersons(of: grid.id) }
        return Line(
            grid: grid.id, name: grid.name, month: places?.roster.month ?? month ?? "",
            places: places?.roster.items.count ?? 0, placesDue: places?.roster.items.count { $0.state == "due" } ?? 0,
            keyPersons: persons?.roster.items.count, keyPersonsDue: persons?.roster.items.count { $0.state == "due" },
            changed: places?.roster != old?.roster || persons?.roster != oldPersons?.roster)
    }

    /// - Parameter mayBeDenied: key persons have a right of their own, and its absence is ordinary: nil then.
    private func fetch<Item>(
        _ type: Item.Type, _ path: String, _ grid: String, _ month: String?, _ old: CachedRoster<Item>?,
        mayBeDenied: Bool = false
    ) async throws -> CachedRoster<Item>? where Item: Codable & Equatable & Sendable {
        // A tag of another month's list would answer "unchanged" for the wrong month.
        let tag = old?.roster.month == (month ?? thisMonth.description) ? old?.etag : nil
        let exchange = await client.get(path, [("grid", grid), ("month", month)], etag: tag)
        let answer = try GatewayClient.answer(exchange)
        if mayBeDenied, answer.status == 403 || answer.status == 404, answer.problem != nil { return nil }
        if answer.status == 304, var old {
            old.fetchedAt = fetchedAt.rfc3339
            return old
        }
        let roster = try GatewayClient.value(Roster<Item>.self, in: exchange)
        return CachedRoster(etag: answer.headers["etag"], fetchedAt: fetchedAt.rfc3339, roster: roster)
    }
}
