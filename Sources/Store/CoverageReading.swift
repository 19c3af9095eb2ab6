public import Patrol

/// An area's month: totals and one row for each area directly below. Read from grid counters alone, never from records.
public struct AreaCoverage: Equatable, Sendable {
    public let area: AreaLine
    /// From the root down to the area's manager.
    public let above: [AreaLine]
    public let totals: KindCounts
    public let children: [(area: AreaLine, counts: KindCounts)]

    public init(
        area: AreaLine, above: [AreaLine], totals: KindCounts, children: [(area: AreaLine, counts: KindCounts)]
    ) {
        self.area = area
        self.above = above
        self.totals = totals
        self.children = children
    }

    public static func == (a: AreaCoverage, b: AreaCoverage) -> Bool {
        a.area == b.area && a.above == b.above && a.totals == b.totals
            && a.children.map(\.area) == b.children.map(\.area)
            && a.children.map(\.counts) == b.children.map(\.counts)
    }
}

public struct KindCounts: Equatable, Sendable {
    public var places = CoverageCount()
    public var keyPersons = CoverageCount()

    public init() {}
}

/// One subject's duty as it is listed.
public struct ObligationEntry: Equatable, Sendable {
    public let kind: SubjectKind
    public let subject: String
    public let name: String
    public let address: String
    public let grid: AreaID
    public let gridName: String
    public let state: ObligationState
    public let isProvisional: Bool
    public let report: String?
    /// Places only.
    public let position: Coordinate?
}

extension PatrolStore {
    /// - Parameter path: where the area stands in the month's tree (`path(of:on:)` of its last day).
    public func coverage(of path: PathKey, in month: Month) async throws -> AreaCoverage? {
        try await database.read { connection in
            let names = try connection.areaLines(path.areas.map(\.text), on: month.last)
            guard let own = path.areas.last, let area = names[own] else { return nil }
            let counts = try connection.counts(below: path, in: month)
            var below = try connection.children(of: own, on: month.last)
            for child in counts.keys where child != own && !below.contains(where: { $0.id == child }) {
                below += try connection.areaLines([child.text], on: month.last).values
            }
            var totals = KindCounts()
            for count in counts.values {
                totals.places = totals.places + count.places
                totals.keyPersons = totals.keyPersons + count.keyPersons
            }
            return AreaCoverage(
                area: area, above: path.areas.dropLast().compactMap { names[$0] }, totals: totals,
                children: below.sorted { $0.id < $1.id }.map { ($0, counts[$0.id] ?? KindCounts()) })
        }
    }

    /// Obligations of one kind in the order grid, subject.
    /// - Parameter cursor: the last grid and subject of the page before.
    public func obligations(
        _ kind: SubjectKind, below path: PathKey, in month: Month, state: ObligationState?,
        after cursor: (grid: String, subject: String)?, limit: Int
    ) async throws -> [ObligationEntry] {
        let position = kind == .place ? "s.wgs84_latitude, s.wgs84_longitude" : "NULL, NULL"
        return try await database.read { connection in
            try connection.rows(
                """
                SELECT o.subject_id, s.name, s.address, o.grid_id, o.state, o.best_standing, o.best_report_id,
                    (SELECT n.name FROM area_name AS n WHERE n.area_id = o.grid_id AND n.valid_from <= $8
                        AND (n.valid_to IS NULL OR n.valid_to > $8) ORDER BY n.valid_from DESC LIMIT 1),
                    \(position)
                FROM \(kind.obligationTable) AS o JOIN \(kind.subjectTable) AS s ON s.id = o.subject_id
                WHERE o.month = $1 AND o.grid_id IN (
                        SELECT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3)
                    AND (CAST($4 AS TEXT) IS NULL OR o.state = $4)
                    AND (o.grid_id > $5 OR (o.grid_id = $5 AND o.subject_id > $6))
                ORDER BY o.grid_id, o.subject_id LIMIT $7
                """,
                [
                    .text(month.description), .text(path.text), .text(path.end), SQLValue(state?.rawValue),
                    .text(cursor?.grid ?? ""), .text(cursor?.subject ?? ""), SQLValue(limit),
                    .text(month.last.description),
                ]
            ).map { row in
                guard let grid = AreaID(try row.text(3)), let state = ObligationState(rawValue: try row.text(4)) else {
                    throw StoreError.unexpectedValue(column: 3)
                }
                let latitude = try row.optionalDouble(8)
                let longitude = try row.optionalDouble(9)
                return ObligationEntry(
                    kind: kind, subject: try row.text(0), name: try row.text(1), address: try row.text(2), grid: grid,
                    gridName: try row.optionalText(7) ?? grid.text, state: state,
                    isProvisional: try row.integer(5) == Int64(Standing.provisional.rawValue),
                    report: try row.optionalText(6),
                    position: latitude.flatMap { latitude in
                        longitude.map { Coordinate(latitude: latitude, longitude: $0) }
                    })
            }
        }
    }

    /// What some areas are called on a day.
    public func areaLines(_ areas: [AreaID], on day: Day) async throws -> [AreaID: AreaLine] {
        try await database.read { try $0.areaLines(areas.map(\.text), on: day) }
    }
}

extension SQLConnection {
    /// Counters of everything at or below a path, by the area one step below it (or itself, where it is a grid).
    fileprivate func counts(below path: PathKey, in month: Month) throws -> [AreaID: KindCounts] {
        let depth = path.text.utf8.count
        var counts: [AreaID: KindCounts] = [:]
        for row in try rows(
            """
            SELECT kind, substr(path, $4, $5) AS child, CAST(SUM(due) AS BIGINT), CAST(SUM(done) AS BIGINT),
                CAST(SUM(provisional) AS BIGINT), CAST(SUM(excused) AS BIGINT), CAST(SUM(awaiting) AS BIGINT)
            FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3
            GROUP BY kind, child
            """,
            [
                .text(month.description), .text(path.text), .text(path.end), SQLValue(depth + 1),
                SQLValue(AreaID.length),
            ])
        {
            let child = try row.text(1)
            guard let area = child.isEmpty ? path.areas.last : AreaID(child) else { continue }
            let count = CoverageCount(
                due: try row.integer(2), done: try row.integer(3), provisional: try row.integer(4),
                excused: try row.integer(5), awaiting: try row.integer(6))
            switch SubjectKind(rawValue: try row.text(0)) {
            case .place: counts[area, default: KindCounts()].places = count
            case .keyPerson: counts[area, default: KindCounts()].keyPersons = count
            case nil: throw StoreError.unexpectedValue(column: 0)
            }
        }
        return counts
    }

    func areaLines(_ areas: [String], on day: Day) throws -> [AreaID: AreaLine] {
        var lines: [AreaID: AreaLine] = [:]
        for area in areas {
            guard
                let row = try rows(
                    """
                    SELECT a.id, a.level, n.name FROM area AS a
                    LEFT JOIN area_name AS n ON n.area_id = a.id AND n.valid_from <= $2
                        AND (n.valid_to IS NULL OR n.valid_to > $2)
                    WHERE a.id = $1 ORDER BY n.valid_from DESC LIMIT 1
                    """, [.text(area), .text(day.description)]
                ).first, let line = try areaLine(row)
            else { continue }
            lines[line.id] = line
        }
        return lines
    }

    fileprivate func children(of area: AreaID, on day: Day) throws -> [AreaLine] {
        try rows(
            """
            SELECT a.id, a.level, n.name FROM area_parent AS p JOIN area AS a ON a.id = p.area_id
            LEFT JOIN area_name AS n ON n.area_id = a.id AND n.valid_from <= $2
                AND (n.valid_to IS NULL OR n.valid_to > $2)
            WHERE p.parent_id = $1 AND p.tree = 'managed' AND p.valid_from <= $2
                AND (p.valid_to IS NULL OR p.valid_to > $2)
            ORDER BY a.id
            """, [.text(area.text), .text(day.description)]
        ).compactMap(areaLine)
    }

    private func areaLine(_ row: SQLRow) throws -> AreaLine? {
        guard let id = AreaID(try row.text(0)), let level = AreaLevel(rawValue: try row.text(1)) else { return nil }
        return AreaLine(id: id, level: level, name: try row.optionalText(2) ?? id.text)
    }
}
