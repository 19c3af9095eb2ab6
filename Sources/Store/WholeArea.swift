public import Patrol

extension PatrolStore {
    /// The lowest areas that together are everything, down to counties: what is the matter of all areas belongs to whoever
    /// is responsible for each of these.
    public func wholeAreas(on day: Day) async throws -> [AreaID] {
        try await database.read { try $0.wholeAreas(on: day) }
    }
}

extension SQLConnection {
    func wholeAreas(on day: Day) throws -> [AreaID] {
        try topAreas(on: day).map { top in
            var area = top
            // A province or a city that is there for one county's sake is not more than that county.
            while try level(of: area) != .county {
                let below = try children(of: area, on: day)
                guard let only = below.first, below.count == 1 else { break }
                area = only
            }
            return area
        }
    }

    /// Areas that nobody manages.
    func topAreas(on day: Day) throws -> [AreaID] {
        try rows(
            """
            SELECT a.id FROM area AS a WHERE EXISTS (SELECT 1 FROM area_name AS n WHERE n.area_id = a.id
                    AND n.superseded_at IS NULL AND (n.valid_to IS NULL OR n.valid_to > $1))
                AND NOT EXISTS (SELECT 1 FROM area_parent AS p WHERE p.area_id = a.id AND p.tree = 'managed'
                    AND p.superseded_at IS NULL)
            ORDER BY a.id
            """, [.text(day.description)]
        ).compactMap { AreaID(try $0.text(0)) }
    }

    private func level(of area: AreaID) throws -> AreaLevel? {
        try rows("SELECT level FROM area WHERE id = $1", [.text(area.text)]).first.flatMap {
            AreaLevel(rawValue: try $0.text(0))
        }
    }

    /// Those that are managed from an area on a day, two at most.
    private func children(of area: AreaID, on day: Day) throws -> [AreaID] {
        try rows(
            """
            SELECT DISTINCT area_id FROM area_parent WHERE parent_id = $1 AND tree = 'managed'
                AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $2)
            ORDER BY area_id LIMIT 2
            """, [.text(area.text), .text(day.description)]
        ).compactMap { AreaID(try $0.text(0)) }
    }
}
