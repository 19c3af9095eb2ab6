public import Patrol

/// What happens to a place between two imports, told one by one.
public enum PlaceChange: Equatable, Sendable {
    /// 新增
    case open(PlaceEntry)
    /// 注销、搬迁、拆除
    case close(String)
    /// It lies in another grid now.
    case move(String, to: AreaID)
    /// Another name, category, address or position.
    case correct(PlaceEntry)
    /// 易主、改业: the premises stay, what is owed is the new tenant's.
    case owner(String, PlaceEntry)
    /// Several are one of them from now on.
    case merge([String], into: String)
    /// One is several from now on; it ends unless its own id is among them.
    case split(String, [PlaceEntry])
}

/// Why a place stays as it is.
public enum PlaceRefusal: Error, Equatable, Sendable {
    case noSuchPlace(String)
    case notOnRoster(String)
    case alreadyThere(String)
    case noSuchGrid(AreaID)
    /// A merger needs others to merge, a division at least two parts.
    case tooFew
}

/// How a place came out of another one.
public struct PlaceSuccession: Equatable, Sendable {
    public enum Kind: String, CaseIterable, Sendable { case owner, merge, split }

    public let from: String
    public let to: String
    public let day: Day
    public let kind: Kind
}

extension PatrolStore {
    /// Carries out one change from a day on and settles every month that it touches.
    /// - Throws: `PlaceRefusal`.
    public func apply(_ change: PlaceChange, from day: Day, by person: String, at now: Instant) async throws {
        let zone = zone
        try await database.write { connection in
            let subjects = try connection.carryOut(change, from: day, by: person, at: now)
            try connection.settleMonths(.place, subjects, changedFrom: day, by: person, zone: zone, at: now)
        }
    }

    /// What a place came from and what became of it, oldest first.
    public func successions(of place: String) async throws -> [PlaceSuccession] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT from_id, to_id, day, kind FROM place_succession WHERE from_id = $1 OR to_id = $1
                ORDER BY day, from_id, to_id
                """, [.text(place)]
            ).compactMap { row in
                guard let day = Day(try row.text(2)), let kind = PlaceSuccession.Kind(rawValue: try row.text(3)) else {
                    return nil
                }
                return PlaceSuccession(from: try row.text(0), to: try row.text(1), day: day, kind: kind)
            }
        }
    }
}

private typealias PlaceStep = RosterStep<PlaceEntry>

extension SQLConnection {
    /// - Returns: the places that it touches, by id.
    func carryOut(_ change: PlaceChange, from day: Day, by person: String, at now: Instant) throws -> [String] {
        switch change {
        case .open(let entry):
            try add(entry, from: day, by: person, at: now)
            return [entry.id]
        case .close(let id):
            try requireRostered(id, on: day)
            try apply(PlaceStep.leave(id: id, from: day), .place, by: person, at: now)
            return [id]
        case .move(let id, let grid):
            try requirePlace(id)
            try requireGrid(grid, on: day)
            try apply(PlaceStep.move(id: id, to: grid, from: day), .place, by: person, at: now)
            return [id]
        case .correct(let entry):
            try requireRostered(entry.id, on: day)
            try apply(PlaceStep.revise(entry, from: day), .place, by: person, at: now)
            return [entry.id]
        case .owner(let old, let entry):
            try requireRostered(old, on: day)
            try apply(PlaceStep.leave(id: old, from: day), .place, by: person, at: now)
            try add(entry, from: day, by: person, at: now)
            try succeed(old, entry.id, .owner, on: day, by: person, at: now)
            return [old, entry.id]
        case .merge(let others, let target):
            guard !others.isEmpty, !others.contains(target) else { throw PlaceRefusal.tooFew }
            try requireRostered(target, on: day)
            for other in others {
                try requireRostered(other, on: day)
                try apply(PlaceStep.leave(id: other, from: day), .place, by: person, at: now)
                try succeed(other, target, .merge, on: day, by: person, at: now)
            }
            return others + [target]
        case .split(let old, let entries):
            guard entries.count > 1 else { throw PlaceRefusal.tooFew }
            let held = try requireRostered(old, on: day)
            for entry in entries {
                if entry.id == old {
                    try apply(PlaceStep.revise(entry, from: day), .place, by: person, at: now)
                    if entry.grid != held {
                        try requireGrid(entry.grid, on: day)
                        try apply(PlaceStep.move(id: old, to: entry.grid, from: day), .place, by: person, at: now)
                    }
                    continue
                }
                try add(entry, from: day, by: person, at: now)
                try succeed(old, entry.id, .split, on: day, by: person, at: now)
            }
            if !entries.contains(where: { $0.id == old }) {
                try apply(PlaceStep.leave(id: old, from: day), .place, by: person, at: now)
            }
            return entries.map(\.id) + [old]
        }
    }

    private func add(_ entry: PlaceEntry, from day: Day, by person: String, at now: Instant) throws {
        try requireGrid(entry.grid, on: day)
        guard try rows("SELECT 1 FROM place WHERE id = $1", [.text(entry.id)]).isEmpty else {
            throw PlaceRefusal.alreadyThere(entry.id)
        }
        try apply(PlaceStep.add(entry.beginning(day)), .place, by: person, at: now)
    }

    /// The premises are the first tenant's; what came out of it is at the same site, if it was not merged into another.
    private func succeed(
        _ old: String, _ new: String, _ kind: PlaceSuccession.Kind, on day: Day, by person: String, at now: Instant
    ) throws {
        try run(
            """
            INSERT INTO place_succession (from_id, to_id, day, kind, recorded_at, recorded_by)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (from_id, to_id, day) DO NOTHING
            """,
            [
                .text(old), .text(new), .text(day.description), .text(kind.rawValue), .integer(now.milliseconds),
                .text(person),
            ])
        guard kind != .merge else { return }
        try run(
            """
            UPDATE place SET site_id = (SELECT COALESCE(o.site_id, o.id) FROM place AS o WHERE o.id = $1)
            WHERE id = $2
            """, [.text(old), .text(new)])
    }

    private func requirePlace(_ id: String) throws {
        guard try !rows("SELECT 1 FROM place WHERE id = $1", [.text(id)]).isEmpty else {
            throw PlaceRefusal.noSuchPlace(id)
        }
    }

    /// - Returns: the grid that holds it.
    @discardableResult
    private func requireRostered(_ id: String, on day: Day) throws -> AreaID? {
        try requirePlace(id)
        let held = try rows(
            """
            SELECT grid_id FROM place_roster WHERE place_id = $1 AND superseded_at IS NULL AND valid_from <= $2
                AND (valid_to IS NULL OR valid_to > $2)
            """, [.text(id), .text(day.description)]
        ).first
        guard let held else { throw PlaceRefusal.notOnRoster(id) }
        return AreaID(try held.text(0))
    }

    private func requireGrid(_ grid: AreaID, on day: Day) throws {
        guard try isGrid(grid, on: day) else { throw PlaceRefusal.noSuchGrid(grid) }
    }
}

extension PlaceEntry {
    func beginning(_ day: Day) -> PlaceEntry {
        PlaceEntry(
            id: id, name: name, category: category, address: address, position: position, radius: radius, grid: grid,
            from: day)
    }
}
