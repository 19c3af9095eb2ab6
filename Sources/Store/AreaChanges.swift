public import Patrol

/// How an area came out of another one.
public enum AreaSuccessionKind: String, CaseIterable, Sendable {
    case rename, recode, merge, split, transfer
}

/// One step of an area's history.
public struct AreaSuccession: Equatable, Sendable {
    public let from: AreaID
    public let to: AreaID
    public let day: Day
    public let kind: AreaSuccessionKind
}

/// Why an area stays as it is.
public enum AreaRefusal: Error, Equatable, Sendable {
    /// Not on that day: it ended before, or begins later.
    case noSuchArea(AreaID)
    /// Areas that become one are of one level; a manager's is above.
    case otherLevel(AreaID)
    /// An area is not merged into itself, nor divided into fewer than two parts.
    case sameArea
    /// It still holds so many subjects and areas; they are placed elsewhere first.
    case notEmpty(subjects: Int, areas: Int)
    /// Subjects of a grid that is divided, for which no part is named; some of them.
    case unplaced([String])
    /// What is to be placed in a part is not the divided grid's; some of it.
    case notHeld([String])
    /// A part that a subject is placed in is not one of those the grid is divided into.
    case otherPart(AreaID)
    /// The manager stands below the area.
    case circle
    /// Another area has the code.
    case codeTaken(String)
}

/// One thing that a changed list does to the areas; each from a day on.
public enum AreaStep: Equatable, Sendable {
    case add(AreaEntry)
    case rename(AreaID, to: String, from: Day)
    case transfer(AreaID, toManager: AreaID, from: Day)
    /// The law puts it below another area; who manages it does not change by that.
    case lawParent(AreaID, AreaID, from: Day)

    public var from: Day {
        switch self {
        case .add(let entry): entry.from
        case .rename(_, _, let from), .transfer(_, _, let from), .lawParent(_, _, let from): from
        }
    }

    fileprivate var transferred: AreaID? {
        if case .transfer(let area, _, _) = self { area } else { nil }
    }

    fileprivate var movesGrids: Bool {
        switch self {
        case .add, .transfer: true
        case .rename, .lawParent: false
        }
    }
}

extension PatrolStore {
    /// From a day on an area carries another code and, if given, another name. Everything below it stays where it is.
    /// - Throws: `AreaRefusal.noSuchArea`.
    public func recode(
        _ area: AreaID, scheme: String, to value: String, name: String?, from day: Day, at now: Instant
    ) async throws {
        try await database.write { connection in
            _ = try connection.level(of: area, on: day)
            try connection.requireFree(code: value, in: scheme, for: area, from: day)
            try connection.revise(
                .areaCode, [.text(area.text), .text(scheme)], from: day, until: try connection.ending(of: area),
                to: [.text(value)], at: now)
            try connection.succeed(area, area, on: day, .recode, at: now)
            if let name {
                try connection.revise(
                    .areaName, [.text(area.text)], from: day, until: try connection.ending(of: area),
                    to: [.text(name)], at: now)
            }
        }
    }

    /// From a day on an area is called otherwise.
    /// - Throws: `AreaRefusal.noSuchArea`.
    public func rename(_ area: AreaID, to name: String, from day: Day, at now: Instant) async throws {
        try await apply([.rename(area, to: name, from: day)], by: "registry", at: now)
    }

    /// From a day on another area manages this one; months that end later show it there.
    /// - Throws: `AreaRefusal.noSuchArea`, `.otherLevel`, `AreaTreeError.cycle` if the new manager stands below the area.
    public func transfer(
        _ area: AreaID, toManager manager: AreaID, from day: Day, by person: String = "registry", at now: Instant
    ) async throws {
        try await apply([.transfer(area, toManager: manager, from: day)], by: person, at: now)
    }

    /// Carries out what a changed list says, all of it or nothing.
    /// - Throws: `AreaRefusal`, `AreaTreeError.cycle`.
    public func apply(_ steps: [AreaStep], by person: String, at now: Instant) async throws {
        let zone = zone
        try await database.write { connection in
            for step in steps { try connection.carryOut(step, at: now) }
            for day in Set(steps.filter(\.movesGrids).map(\.from)).sorted() { try connection.checkTrees(from: day) }
            if let day = steps.filter(\.movesGrids).map(\.from).min() {
                try connection.replaceGrids(
                    from: day, below: Set(steps.compactMap(\.transferred)), by: person, zone: zone, at: now)
            }
        }
    }

    /// From a day on one area is what several were: subjects, duties, units posted and areas below them are its own, and
    /// they end.
    ///
    /// Days before stay theirs, and so do weeks and months that ended before. A policy or a rule for rulings that names an
    /// area which ends holds there no longer: a new version, or another rule, names the one that goes on.
    /// - Throws: `AreaRefusal`.
    public func merge(_ areas: [AreaID], into target: AreaID, from day: Day, by person: String, at now: Instant)
        async throws
    {
        let zone = zone
        try await database.write { connection in
            let level = try connection.level(of: target, on: day)
            guard try connection.ending(of: target) == nil else { throw AreaRefusal.noSuchArea(target) }
            guard !areas.isEmpty, !areas.contains(target), Set(areas).count == areas.count else {
                throw AreaRefusal.sameArea
            }
            for area in areas {
                guard try connection.level(of: area, on: day) == level else { throw AreaRefusal.otherLevel(area) }
                try connection.moveChildren(of: area, to: target, from: day, at: now)
                try connection.movePostings(of: area, to: target, from: day, at: now)
                if level == .grid {
                    try connection.moveDuties(of: area, to: target, from: day, at: now)
                    for kind in SubjectKind.allCases {
                        let held = try connection.subjects(kind, heldBy: area, from: day)
                        try connection.move(kind, held.map { ($0, target) }, outOf: area, from: day, at: now)
                    }
                }
                try connection.end(area, from: day, at: now)
                try connection.succeed(area, target, on: day, .merge, at: now)
            }
            try connection.checkTrees(from: day)
            try connection.replaceGrids(
                from: day, below: [target], moved: try connection.subjectsMoved(at: target, from: day), by: person,
                zone: zone, at: now)
        }
    }

    /// From a day on a grid is divided: each subject goes to the part that is named for it, the others to `rest`. The
    /// grid ends unless it is one of the parts.
    /// - Parameters:
    ///   - parts: grids that are there, new ones just added.
    ///   - placing: by subject's id, places and key persons alike.
    ///   - rest: where everything goes that is not named; nil if all must be.
    /// - Throws: `AreaRefusal`.
    public func split(
        _ grid: AreaID, into parts: [AreaID], placing: [String: AreaID], rest: AreaID?, from day: Day,
        by person: String, at now: Instant
    ) async throws {
        let zone = zone
        try await database.write { connection in
            guard try connection.level(of: grid, on: day) == .grid else { throw AreaRefusal.otherLevel(grid) }
            guard Set(parts).count > 1 else { throw AreaRefusal.sameArea }
            let below = parts.contains(grid) ? 0 : try connection.areas(managedBy: grid, from: day)
            guard below == 0 else { throw AreaRefusal.notEmpty(subjects: 0, areas: below) }
            for part in parts {
                guard try connection.level(of: part, on: day) == .grid else { throw AreaRefusal.otherLevel(part) }
            }
            for part in Set(placing.values).union(rest.map { [$0] } ?? []) where !parts.contains(part) {
                throw AreaRefusal.otherPart(part)
            }
            var moved: [SubjectKind: Set<String>] = [:]
            for kind in SubjectKind.allCases {
                moved[kind] = Set(try connection.subjects(kind, heldBy: grid, from: day))
            }
            let unknown = moved.values.reduce(into: Set(placing.keys)) { $0.subtract($1) }
            guard unknown.isEmpty else { throw AreaRefusal.notHeld(Array(unknown.sorted().prefix(20))) }
            for kind in SubjectKind.allCases {
                let held = moved[kind]?.sorted() ?? []
                let unplaced = held.filter { placing[$0] == nil && rest == nil }
                guard unplaced.isEmpty else { throw AreaRefusal.unplaced(Array(unplaced.prefix(20))) }
                let targets = held.compactMap { subject in
                    (placing[subject] ?? rest).map { (subject: subject, target: $0) }
                }
                try connection.move(kind, targets, outOf: grid, from: day, at: now)
            }
            // What belongs to no subject goes on with the first one.
            let heirs = parts.filter { $0 == rest } + parts.filter { $0 != rest }
            for (order, part) in heirs.filter({ $0 != grid }).enumerated() {
                try connection.succeed(grid, part, on: day, .split, at: now.adding(milliseconds: Int64(order)))
            }
            if !parts.contains(grid) {
                try connection.moveDuties(of: grid, to: nil, from: day, at: now)
                try connection.end(grid, from: day, at: now)
            }
            try connection.replaceGrids(from: day, moved: moved, by: person, zone: zone, at: now)
        }
    }

    /// From a day on there is no such area any more.
    /// - Throws: `AreaRefusal.notEmpty` while something is in it.
    public func close(_ area: AreaID, from day: Day, by person: String, at now: Instant) async throws {
        let zone = zone
        try await database.write { connection in
            _ = try connection.level(of: area, on: day)
            let subjects = try SubjectKind.allCases.reduce(0) {
                $0 + (try connection.subjects($1, heldBy: area, from: day).count)
            }
            let below = try connection.areas(managedBy: area, from: day)
            guard subjects == 0, below == 0 else { throw AreaRefusal.notEmpty(subjects: subjects, areas: below) }
            try connection.moveDuties(of: area, to: nil, from: day, at: now)
            try connection.movePostings(of: area, to: nil, from: day, at: now)
            try connection.end(area, from: day, at: now)
            try connection.replaceGrids(from: day, by: person, zone: zone, at: now)
        }
    }

    /// What became of an area and what it came from, oldest first.
    public func successions(of area: AreaID, known: Knowledge = .now) async throws -> [AreaSuccession] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT from_area, to_area, day, kind FROM area_succession
                WHERE (from_area = $1 OR to_area = $1) AND recorded_at <= $2
                ORDER BY day, recorded_at, from_area, to_area, kind
                """, [.text(area.text), .integer((known.at ?? .latest).milliseconds)]
            ).compactMap { row in
                guard let from = AreaID(try row.text(0)), let to = AreaID(try row.text(1)),
                    let day = Day(try row.text(2)), let kind = AreaSuccessionKind(rawValue: try row.text(3))
                else { return nil }
                return AreaSuccession(from: from, to: to, day: day, kind: kind)
            }
        }
    }
}

extension SQLConnection {
    fileprivate func carryOut(_ step: AreaStep, at now: Instant) throws {
        switch step {
        case .add(let entry): try insert(entry, at: now)
        case .rename(let area, let name, let day):
            _ = try level(of: area, on: day)
            try revise(
                .areaName, [.text(area.text)], from: day, until: try ending(of: area), to: [.text(name)], at: now)
            try succeed(area, area, on: day, .rename, at: now)
        case .transfer(let area, let manager, let day):
            try require(manager, above: area, try level(of: area, on: day), on: day)
            try revise(
                .areaParent, [.text(area.text), .text("managed")], from: day, until: try ending(of: area),
                to: [.text(manager.text)], at: now)
            try succeed(area, area, on: day, .transfer, at: now)
        case .lawParent(let area, let parent, let day):
            try require(parent, above: area, try level(of: area, on: day), on: day)
            try revise(
                .areaParent, [.text(area.text), .text("law")], from: day, until: try ending(of: area),
                to: [.text(parent.text)], at: now)
        }
    }

    func level(of area: AreaID, on day: Day) throws -> AreaLevel {
        guard let row = try rows("SELECT level FROM area WHERE id = $1", [.text(area.text)]).first,
            let level = AreaLevel(rawValue: try row.text(0)), try stands(area, on: day)
        else { throw AreaRefusal.noSuchArea(area) }
        return level
    }

    /// - Throws: unless another area is there on a day and its level stands above this one.
    func require(_ upper: AreaID, above area: AreaID, _ level: AreaLevel, on day: Day) throws {
        if try level.mayStand(below: self.level(of: upper, on: day)) {
            // One that ends before what stands below it would leave that without anybody.
            guard let ends = try ending(of: upper), try ending(of: area).map({ $0 > ends }) ?? true else { return }
            throw AreaRefusal.noSuchArea(upper)
        }
        if try path(of: upper.text, on: day)?.areas.contains(area) == true { throw AreaTreeError.cycle(area) }
        throw AreaRefusal.otherLevel(upper)
    }

    /// The first day on which an area is no more; nil while no end is known.
    func ending(of area: AreaID) throws -> Day? {
        try rows(
            "SELECT MAX(COALESCE(valid_to, '~')) FROM area_name WHERE area_id = $1 AND superseded_at IS NULL",
            [.text(area.text)]
        ).first?.optionalText(0).flatMap { Day($0) }
    }

    /// - Throws: `AreaRefusal.codeTaken` where another area has the code on a day or later.
    func requireFree(code: String, in scheme: String, for area: AreaID, from day: Day) throws {
        let others = try rows(
            """
            SELECT 1 FROM area_code WHERE scheme = $1 AND value = $2 AND area_id <> $3 AND superseded_at IS NULL
                AND (valid_to IS NULL OR valid_to > $4) LIMIT 1
            """, [.text(scheme), .text(code), .text(area.text), .text(day.description)])
        guard others.isEmpty else { throw AreaRefusal.codeTaken(code) }
    }

    /// Whether there is such an area on a day: it has begun and has not ended.
    func stands(_ area: AreaID, on day: Day) throws -> Bool {
        try !rows(
            """
            SELECT 1 FROM area_name WHERE area_id = $1 AND superseded_at IS NULL AND valid_from <= $2
                AND (valid_to IS NULL OR valid_to > $2)
            """, [.text(area.text), .text(day.description)]
        ).isEmpty
    }

    fileprivate func succeed(_ old: AreaID, _ new: AreaID, on day: Day, _ kind: AreaSuccessionKind, at now: Instant)
        throws
    {
        try run(
            """
            INSERT INTO area_succession (from_area, to_area, day, kind, recorded_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (from_area, to_area, day, kind) DO NOTHING
            """,
            [
                .text(old.text), .text(new.text), .text(day.description), .text(kind.rawValue),
                .integer(now.milliseconds),
            ])
    }

    /// A later change that was sound before may close a circle with this one.
    fileprivate func checkTrees(from day: Day) throws {
        for change in try changes(from: day) { _ = try areaTree(on: change) }
    }

    fileprivate func end(_ area: AreaID, from day: Day, at now: Instant) throws {
        try revise(.areaName, [.text(area.text)], from: day, to: nil, at: now)
        for tree in ["law", "managed"] {
            try revise(.areaParent, [.text(area.text), .text(tree)], from: day, to: nil, at: now)
        }
        let schemes = try rows(
            "SELECT DISTINCT scheme FROM area_code WHERE area_id = $1 AND superseded_at IS NULL", [.text(area.text)])
        for scheme in schemes {
            try revise(.areaCode, [.text(area.text), .text(try scheme.text(0))], from: day, to: nil, at: now)
        }
    }

    fileprivate func subjectsMoved(at target: AreaID, from day: Day) throws -> [SubjectKind: Set<String>] {
        var moved: [SubjectKind: Set<String>] = [:]
        for kind in SubjectKind.allCases { moved[kind] = Set(try subjects(kind, heldBy: target, from: day)) }
        return moved
    }

    /// After the tree has changed: grids stand elsewhere, and policies that name areas hold for others.
    /// - Parameters:
    ///   - rehung: areas that others manage now, or that manage others.
    ///   - moved: subjects whose grid is another one.
    fileprivate func replaceGrids(
        from day: Day, below rehung: Set<AreaID> = [], moved: [SubjectKind: Set<String>] = [:], by person: String,
        zone: DeploymentZone, at now: Instant
    ) throws {
        let months = try ledgerMonthRows().filter { $0.month.last >= day }
        for month in months { try placeGrids(in: month.month) }
        let ledger = LedgerWriter(self, zone: zone, cause: Cause(.roster, at: now, by: person, source: "areas"))
        for kind in SubjectKind.allCases {
            let policies = try policies(kind, rules: LedgerMonth.currentRules)
            let grids = policies.contains { !$0.selection.areas.isEmpty } ? try grids(below: rehung, from: day) : []
            for month in months {
                // A closed month keeps its tree.
                let open = try rows(
                    "SELECT grid_id FROM grid_month WHERE month = $1 AND kind = $2 AND closed = 0",
                    [.text(month.month.description), .text(kind.rawValue)]
                ).compactMap { AreaID(try $0.text(0)) }
                let subjects = try grids.intersection(open).reduce(into: moved[kind] ?? []) {
                    $0.formUnion(try self.subjects(kind, heldBy: $1, from: day))
                }
                try ledger.settle(kind, subjects.sorted(), in: [month])
            }
        }
    }

    /// Grids that stand at or below some areas on a day or later.
    private func grids(below areas: Set<AreaID>, from day: Day) throws -> Set<AreaID> {
        guard !areas.isEmpty else { return [] }
        let grids = try rows("SELECT id FROM area WHERE level = 'grid'", []).compactMap { AreaID(try $0.text(0)) }
        return try changes(from: day).reduce(into: []) { found, change in
            let tree = try areaTree(on: change)
            found.formUnion(grids.filter { !areas.isDisjoint(with: tree.path(of: $0)?.areas ?? []) })
        }
    }

    /// A day and those after it on which some area gets another manager.
    private func changes(from day: Day) throws -> [Day] {
        let later = try rows(
            """
            SELECT DISTINCT valid_from FROM area_parent
            WHERE tree = 'managed' AND valid_from > $1 AND superseded_at IS NULL
            """, [.text(day.description)])
        return try [day] + later.compactMap { Day(try $0.text(0)) }
    }
}
