public import Patrol

/// An area with all that is on record of it on a day.
public struct AreaDetail: Equatable, Sendable {
    public let line: AreaLine
    public let gridKind: GridKind?
    public let codes: [CodedArea]
    public let managedBy: AreaID?
    public let size: AreaSize?
    public let squareMetres: Double?

    /// What is unusual about a general grid's size.
    public var warning: SizeWarning? {
        guard line.level == .grid else { return nil }
        return size?.warning(for: gridKind ?? .general)
    }
}

/// Where an area stands on a day.
public struct AreaStanding: Equatable, Sendable {
    public let line: AreaLine
    public let gridKind: GridKind?
    public let lawParent: AreaID?
    public let managedBy: AreaID?
}

extension PatrolStore {
    /// Every area that is there on a day, by id.
    public func areaStandings(on day: Day, known: Knowledge = .now) async throws -> [AreaStanding] {
        func holds(_ alias: String) -> String {
            "\(alias).valid_from <= $1 AND (\(alias).valid_to IS NULL OR \(alias).valid_to > $1) AND \(known.holds(alias))"
        }
        let sql = """
            SELECT a.id, a.level, n.name, a.grid_kind, l.parent_id, m.parent_id FROM area AS a
            JOIN area_name AS n ON n.area_id = a.id AND \(holds("n"))
            LEFT JOIN area_parent AS l ON l.area_id = a.id AND l.tree = 'law' AND \(holds("l"))
            LEFT JOIN area_parent AS m ON m.area_id = a.id AND m.tree = 'managed' AND \(holds("m")) ORDER BY a.id
            """
        return try await database.read { connection in
            try connection.rows(sql, [.text(day.description)]).compactMap { row in
                guard let id = AreaID(try row.text(0)), let level = AreaLevel(rawValue: try row.text(1)) else {
                    return nil
                }
                return AreaStanding(
                    line: AreaLine(id: id, level: level, name: try row.text(2)),
                    gridKind: try row.optionalText(3).flatMap { GridKind(rawValue: $0) },
                    lawParent: try row.optionalText(4).flatMap { AreaID($0) },
                    managedBy: try row.optionalText(5).flatMap { AreaID($0) })
            }
        }
    }

    /// An area and those directly below it; empty if it is not there.
    public func areaDetails(of area: AreaID, on day: Day, known: Knowledge = .now) async throws -> [AreaDetail] {
        try await database.read { connection in
            let own = try connection.areaLines([area.text], on: day, known: known)[area]
            let below = try connection.children(of: area, on: day, known: known)
            return try ((own.map { [$0] } ?? []) + below).map {
                try connection.detail(of: $0, on: day, known: known)
            }
        }
    }
}

extension SQLConnection {
    fileprivate func detail(of line: AreaLine, on day: Day, known: Knowledge) throws -> AreaDetail {
        func dated(_ table: DatedTable, _ columns: String, _ more: String = "") throws -> [SQLRow] {
            try rows(
                """
                SELECT \(columns) FROM \(table.name) AS d WHERE d.area_id = $1 AND \(known.holds("d"))
                    AND d.valid_from <= $2 AND (d.valid_to IS NULL OR d.valid_to > $2) \(more)
                """, [.text(line.id.text), .text(day.description)])
        }
        let kind = try rows("SELECT grid_kind FROM area WHERE id = $1", [.text(line.id.text)]).first?.optionalText(0)
        let size = try dated(.areaSize, "d.households, d.people").first.map {
            AreaSize(households: Int(try $0.integer(0)), people: try $0.optionalInteger(1).map { Int($0) })
        }
        return AreaDetail(
            line: line, gridKind: kind.flatMap { GridKind(rawValue: $0) },
            codes: try dated(.areaCode, "d.scheme, d.value", "ORDER BY d.scheme, d.value").map {
                CodedArea(id: line.id, level: line.level, scheme: try $0.text(0), value: try $0.text(1))
            },
            managedBy: try dated(.areaParent, "d.parent_id", "AND d.tree = 'managed'").first.flatMap {
                AreaID(try $0.text(0))
            }, size: size, squareMetres: try dated(.areaBoundary, "d.square_metres").first?.optionalDouble(0))
    }
}
