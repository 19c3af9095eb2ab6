import Patrol

/// What goes to another area when one ends or is divided.
extension SQLConnection {
    /// Grids that have ended by a day with the one where each one's matters go on then.
    func heirs(on day: Day, known: Knowledge) throws -> [AreaID: AreaID] {
        var next: [AreaID: AreaID] = [:]
        for row in try rows(
            """
            SELECT u.from_area, u.to_area FROM area_succession AS u
            WHERE u.kind IN ('merge', 'split') AND u.day <= $1 AND u.recorded_at <= $2 AND NOT EXISTS (
                SELECT 1 FROM area_name AS n WHERE n.area_id = u.from_area AND n.valid_from <= $1
                    AND (n.valid_to IS NULL OR n.valid_to > $1) AND \(known.holds("n")))
            ORDER BY u.day DESC, u.recorded_at, u.to_area
            """, [.text(day.description), .integer((known.at ?? .latest).milliseconds)])
        {
            guard let old = AreaID(try row.text(0)), let new = AreaID(try row.text(1)), next[old] == nil else {
                continue
            }
            next[old] = new
        }
        var heirs: [AreaID: AreaID] = [:]
        for old in next.keys {
            // Changes that were entered late may lead round.
            var passed: Set<AreaID> = []
            var grid = old
            while let heir = next[grid], passed.insert(grid).inserted { grid = heir }
            heirs[old] = grid
        }
        return heirs
    }

    private func moveChildren(_ tree: String, of area: AreaID, to target: AreaID, from day: Day, at now: Instant)
        throws
    {
        for row in try rows(
            """
            SELECT area_id, valid_from, valid_to FROM area_parent WHERE parent_id = $1 AND tree = $2
                AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $3)
            """, [.text(area.text), .text(tree), .text(day.description)])
        {
            guard let from = Day(try row.text(1)) else { continue }
            try revise(
                .areaParent, [.text(try row.text(0)), .text(tree)], from: max(day, from),
                until: try row.optionalText(2).flatMap { Day($0) }, to: [.text(target.text)], at: now)
        }
    }

    func moveChildren(of area: AreaID, to target: AreaID, from day: Day, at now: Instant) throws {
        for tree in ["law", "managed"] { try moveChildren(tree, of: area, to: target, from: day, at: now) }
    }

    /// - Parameter target: nil where nobody goes on.
    func moveDuties(of grid: AreaID, to target: AreaID?, from day: Day, at now: Instant) throws {
        for row in try rows(
            """
            SELECT person_id, capacity, valid_from, valid_to FROM duty WHERE grid_id = $1 AND superseded_at IS NULL
                AND (valid_to IS NULL OR valid_to > $2)
            """, [.text(grid.text), .text(day.description)])
        {
            guard let from = Day(try row.text(2)) else { continue }
            let person = SQLValue.text(try row.text(0))
            try revise(.duty, [person, .text(grid.text)], from: day, to: nil, at: now)
            if let target {
                try revise(
                    .duty, [person, .text(target.text)], from: max(day, from),
                    until: try row.optionalText(3).flatMap { Day($0) }, to: [.text(try row.text(1))], at: now)
            }
        }
    }

    /// - Parameter target: nil where the units leave. While it has one of them itself, its own manner stands.
    func movePostings(of station: AreaID, to target: AreaID?, from day: Day, at now: Instant) throws {
        func postings(at station: AreaID) throws -> [SQLRow] {
            try rows(
                """
                SELECT unit, manner, valid_from, valid_to FROM unit_posting WHERE station_id = $1
                    AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $2)
                """, [.text(station.text), .text(day.description)])
        }
        let moved = try postings(at: station)
        for row in moved {
            try revise(.unitPosting, [.text(station.text), .text(try row.text(0))], from: day, to: nil, at: now)
        }
        guard let target else { return }
        let units = Set(try moved.map { try $0.text(0) })
        let own = try postings(at: target).filter { units.contains(try $0.text(0)) }
        for row in moved + own {
            guard let from = Day(try row.text(2)) else { continue }
            try revise(
                .unitPosting, [.text(target.text), .text(try row.text(0))], from: max(day, from),
                until: try row.optionalText(3).flatMap { Day($0) }, to: [.text(try row.text(1))], at: now)
        }
    }

    /// How many areas an area manages on a day or later.
    func areas(managedBy area: AreaID, from day: Day) throws -> Int {
        try rows(
            """
            SELECT DISTINCT area_id FROM area_parent WHERE parent_id = $1 AND tree = 'managed'
                AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $2)
            """, [.text(area.text), .text(day.description)]
        ).count
    }

    /// Subjects that a grid holds on a day or later, by id.
    func subjects(_ kind: SubjectKind, heldBy grid: AreaID, from day: Day) throws -> [String] {
        try rows(
            """
            SELECT DISTINCT \(kind.rosterSubject) FROM \(kind.rosterTable) WHERE grid_id = $1
                AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $2) ORDER BY \(kind.rosterSubject)
            """, [.text(grid.text), .text(day.description)]
        ).map { try $0.text(0) }
    }

    /// Days on which another grid held a subject stay that grid's.
    func move(
        _ kind: SubjectKind, _ moves: [(subject: String, target: AreaID)], outOf grid: AreaID, from day: Day,
        at now: Instant
    ) throws {
        for (subject, target) in moves where target != grid {
            let spans = try rows(
                """
                SELECT valid_from, valid_to FROM \(kind.rosterTable) WHERE \(kind.rosterSubject) = $1
                    AND grid_id = $2 AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $3)
                """, [.text(subject), .text(grid.text), .text(day.description)])
            for span in spans {
                guard let from = Day(try span.text(0)) else { continue }
                try revise(
                    .roster(kind), [.text(subject)], from: max(day, from),
                    until: try span.optionalText(1).flatMap { Day($0) }, to: [.text(target.text)], at: now)
            }
        }
    }
}
