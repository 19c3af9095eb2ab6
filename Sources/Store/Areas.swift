public import Patrol

/// An area with what it is called on one day.
public struct AreaLine: Equatable, Sendable {
    public let id: AreaID
    public let level: AreaLevel
    public let name: String

    public init(id: AreaID, level: AreaLevel, name: String) {
        self.id = id
        self.level = level
        self.name = name
    }
}

/// A new area, or a further code, name or manager of one that is there.
public struct AreaEntry: Equatable, Sendable {
    public let id: AreaID
    public let level: AreaLevel
    public let gridKind: GridKind?
    public let name: String
    public let codes: [(scheme: String, value: String)]
    public let lawParent: AreaID?
    public let managedBy: AreaID?
    public let from: Day

    public init(
        id: AreaID, level: AreaLevel, gridKind: GridKind?, name: String, codes: [(scheme: String, value: String)],
        lawParent: AreaID?, managedBy: AreaID?, from: Day
    ) {
        self.id = id
        self.level = level
        self.gridKind = gridKind
        self.name = name
        self.codes = codes
        self.lawParent = lawParent
        self.managedBy = managedBy
        self.from = from
    }

    public static func == (a: AreaEntry, b: AreaEntry) -> Bool {
        a.id == b.id && a.level == b.level && a.gridKind == b.gridKind && a.name == b.name
            && a.codes.map { [$0.scheme, $0.value] } == b.codes.map { [$0.scheme, $0.value] }
            && a.lawParent == b.lawParent && a.managedBy == b.managedBy && a.from == b.from
    }
}

/// A dated code of an area, with what an importer must know of it.
public struct CodedArea: Equatable, Sendable {
    public let id: AreaID
    public let level: AreaLevel
    public let scheme: String
    public let value: String
}

extension PatrolStore {
    /// Adds areas in the order given (parents first) and puts the grids into every open month.
    /// - Throws: `AreaRefusal.noSuchArea` of a parent that is not there from that day on, `.otherLevel` of one that does not
    ///   stand above.
    public func add(_ areas: [AreaEntry], at now: Instant) async throws {
        try await database.write { connection in
            for area in areas { try connection.insert(area, at: now) }
            for month in try connection.ledgerMonths() { try connection.placeGrids(in: month) }
        }
    }

    /// Adds an area under the first number that no other one has.
    /// - Throws: `AreaRefusal`, as the other one.
    public func add(at now: Instant, _ entry: @escaping @Sendable (AreaID) -> AreaEntry) async throws -> AreaID {
        try await database.write { connection in
            guard let id = AreaID(number: try connection.nextAreaNumber()) else {
                throw StoreError.failed("there is no number left for an area")
            }
            try connection.insert(entry(id), at: now)
            for month in try connection.ledgerMonths() { try connection.placeGrids(in: month) }
            return id
        }
    }

    /// The first number that no area has yet, for making ids.
    public func nextAreaNumber() async throws -> Int {
        try await database.read { try $0.nextAreaNumber() }
    }

    /// Every area that has a code on a day.
    public func codedAreas(on day: Day) async throws -> [CodedArea] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT a.id, a.level, c.scheme, c.value FROM area_code AS c JOIN area AS a ON a.id = c.area_id
                WHERE c.superseded_at IS NULL AND c.valid_from <= $1 AND (c.valid_to IS NULL OR c.valid_to > $1)
                ORDER BY c.scheme, c.value
                """, [.text(day.description)]
            ).compactMap { row in
                guard let id = AreaID(try row.text(0)), let level = AreaLevel(rawValue: try row.text(1)) else {
                    return nil
                }
                return CodedArea(id: id, level: level, scheme: try row.text(2), value: try row.text(3))
            }
        }
    }

    /// Every grid at or below an area in the managed-by tree of a day.
    public func grids(below area: AreaID, on day: Day, known: Knowledge = .now) async throws -> Set<AreaID> {
        try await database.read { connection in
            let tree = try connection.areaTree(on: day, known: known)
            let grids = try connection.rows("SELECT id FROM area WHERE level = 'grid'", [])
            return Set(
                try grids.compactMap { row in
                    AreaID(try row.text(0)).flatMap { tree.path(of: $0)?.areas.contains(area) == true ? $0 : nil }
                })
        }
    }

    /// Where an area stands in the managed-by tree of a day; one that had ended, below its last manager. nil if there is no
    /// such area.
    public func path(of area: AreaID, on day: Day, known: Knowledge = .now) async throws -> PathKey? {
        try await database.read { try $0.path(of: area.text, on: day, known: known) }
    }

    /// Where an area stands in a month: on its last day, or where the month still has its grids, since it ended in the
    /// month or was moved after that was closed.
    public func path(of area: AreaID, in month: Month) async throws -> PathKey? {
        try await database.read { connection in
            guard let path = try connection.path(of: area.text, on: month.last) else { return nil }
            let isThere = try !connection.rows(
                "SELECT 1 FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3 LIMIT 1",
                [.text(month.description), .text(path.text), .text(path.end)]
            ).isEmpty
            if isThere { return path }
            return try connection.rows(
                """
                SELECT path FROM grid_month WHERE month = $1 AND replace(path, $2, '') <> path
                ORDER BY path LIMIT 1
                """, [.text(month.description), .text(area.text)]
            ).first.flatMap { PathKey(try $0.text(0))?.through(area) } ?? path
        }
    }
}

extension AreaTree {
    /// Whether an area is the last one of a path or stands below it, wherever the path led to in another tree.
    func has(_ area: AreaID, below path: PathKey) -> Bool {
        guard let top = path.areas.last else { return false }
        return self.path(of: area)?.areas.contains(top) ?? false
    }
}

extension SQLConnection {
    fileprivate func nextAreaNumber() throws -> Int {
        let last = try rows("SELECT MAX(id) FROM area", []).first?.optionalText(0)
        return (last.flatMap { Int($0.dropFirst()) } ?? 0) + 1
    }

    /// The whole managed-by tree of a day; for jobs, not for requests.
    func areaTree(on day: Day, known: Knowledge = .now) throws -> AreaTree {
        var managers: [AreaID: AreaID?] = [:]
        for row in try rows(
            """
            SELECT a.id, p.parent_id FROM area AS a
            LEFT JOIN area_parent AS p ON p.area_id = a.id AND p.tree = 'managed' AND p.valid_from <= $1
                AND (p.valid_to IS NULL OR p.valid_to > $1) AND \(known.holds("p"))
            """, [.text(day.description)])
        {
            guard let id = AreaID(try row.text(0)) else { continue }
            managers.updateValue(try row.optionalText(1).flatMap { AreaID($0) }, forKey: id)
        }
        return try AreaTree(managers: managers)
    }

    /// Climbs from one area to its root, without loading the tree. What has ended is answered for by who managed it last.
    func path(of area: String, on day: Day, known: Knowledge = .now) throws -> PathKey? {
        let climbed = try rows(
            """
            WITH RECURSIVE climb (id, height) AS (
                SELECT id, CAST(0 AS BIGINT) FROM area WHERE id = $1
                UNION ALL
                SELECT p.parent_id, climb.height + 1 FROM climb
                JOIN area_parent AS p ON p.area_id = climb.id AND p.tree = 'managed' AND p.valid_from <= $2
                    AND \(known.holds("p")) AND NOT EXISTS (SELECT 1 FROM area_parent AS q
                        WHERE q.area_id = p.area_id AND q.tree = 'managed' AND q.valid_from > p.valid_from
                            AND q.valid_from <= $2 AND \(known.holds("q")))
                WHERE climb.height < 32
            )
            SELECT id FROM climb ORDER BY height DESC
            """, [.text(area), .text(day.description)])
        return PathKey(try climbed.map { try $0.text(0) }.joined())
    }

    func insert(_ area: AreaEntry, at now: Instant) throws {
        try rows(
            "INSERT INTO area (id, level, grid_kind, recorded_at) VALUES ($1, $2, $3, $4)",
            [
                .text(area.id.text), .text(area.level.rawValue), SQLValue(area.gridKind?.rawValue),
                .integer(now.milliseconds),
            ])
        try revise(.areaName, [.text(area.id.text)], from: area.from, to: [.text(area.name)], at: now)
        for code in area.codes {
            try requireFree(code: code.value, in: code.scheme, for: area.id, from: area.from)
            try revise(
                .areaCode, [.text(area.id.text), .text(code.scheme)], from: area.from, to: [.text(code.value)], at: now)
        }
        for (tree, parent) in [("law", area.lawParent), ("managed", area.managedBy)] {
            guard let parent else { continue }
            try require(parent, above: area.id, area.level, on: area.from)
            try revise(
                .areaParent, [.text(area.id.text), .text(tree)], from: area.from, to: [.text(parent.text)], at: now)
        }
    }
}
