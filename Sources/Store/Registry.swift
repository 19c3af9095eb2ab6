public import Patrol

/// Somebody's term in a grid.
public struct DutyLine: Equatable, Sendable {
    public let person: String
    public let name: String
    public let grid: AreaID
    public let gridName: String
    public let capacity: Capacity
    public let from: Day
    public let to: Day?
}

/// A worker's certificate (上岗证) with its term.
public struct Certificate: Equatable, Sendable {
    public let person: String
    public let number: String
    public let title: String
    public let from: Day
    public let to: Day?

    public init(person: String, number: String, title: String, from: Day, to: Day?) {
        self.person = person
        self.number = number
        self.title = title
        self.from = from
        self.to = to
    }
}

/// A unit at a station.
public struct UnitPosting: Equatable, Sendable {
    public let station: AreaID
    public let unit: String
    public let manner: PostingManner
    public let from: Day
    public let to: Day?

    public init(station: AreaID, unit: String, manner: PostingManner, from: Day, to: Day?) {
        self.station = station
        self.unit = unit
        self.manner = manner
        self.from = from
        self.to = to
    }
}

/// An area's outline on record.
public struct BoundaryLine: Equatable, Sendable {
    public let area: AreaID
    /// RFC 7946 geometry in WGS-84.
    public let geoJSON: String
    public let squareMetres: Double
    public let from: Day
}

/// Why something about people or units is not taken.
public enum RegistryRefusal: Error, Equatable, Sendable {
    case noSuchPerson(String)
    case noSuchGrid(AreaID)
    /// The last day lies before the first.
    case endsBeforeItBegins
    /// Nobody puts themselves in charge.
    case ownDuty
}

extension PatrolStore {
    /// Somebody answers for a grid from a day on, in place of what was on record for them there. A stand-in (代班) has an
    /// end; afterwards it is again as it was.
    /// - Parameter capacity: nil ends the duty.
    /// - Throws: `RegistryRefusal`.
    public func assign(
        _ person: String, to grid: AreaID, as capacity: Capacity?, from first: Day, until end: Day?, at now: Instant
    ) async throws {
        guard end.map({ $0 > first }) ?? true else { throw RegistryRefusal.endsBeforeItBegins }
        try await database.write { connection in
            try connection.requirePerson(person)
            guard try connection.isGrid(grid, on: first) else { throw RegistryRefusal.noSuchGrid(grid) }
            try connection.revise(
                .duty, [.text(person), .text(grid.text)], from: first, until: end,
                to: capacity.map { [.text($0.rawValue)] }, at: now)
            guard capacity == nil, end == nil else { return }
            // Whoever was imported with a role in the grid loses it with the duty.
            try connection.run(
                """
                UPDATE role_assignment SET valid_to = CASE WHEN valid_from > $3 THEN valid_from ELSE $3 END
                WHERE person_id = $1 AND role = 'gridWorker' AND area_id = $2 AND (valid_to IS NULL OR valid_to > $3)
                """, [.text(person), .text(grid.text), .text(first.description)])
        }
    }

    /// Who answered for the grids below an area during some days.
    public func duties(below path: PathKey, during days: ClosedRange<Day>, known: Knowledge = .now) async throws
        -> [DutyLine]
    {
        try await database.read { connection in
            // A grid that began or ended meanwhile stands there on one of these days.
            let grids = try connection.grids(below: path, on: days.upperBound, known: known)
                .union(connection.grids(below: path, on: days.lowerBound, known: known))
            return try connection.rows(
                """
                SELECT d.person_id, p.name, d.grid_id, d.capacity, d.valid_from, d.valid_to,
                    (SELECT n.name FROM area_name AS n WHERE n.area_id = d.grid_id AND n.valid_from <= $2
                        AND \(known.holds("n")) ORDER BY n.valid_from DESC LIMIT 1)
                FROM duty AS d JOIN person AS p ON p.id = d.person_id
                WHERE \(known.holds("d")) AND d.valid_from <= $2 AND (d.valid_to IS NULL OR d.valid_to > $1)
                ORDER BY d.grid_id, d.valid_from, d.person_id
                """, [.text(days.lowerBound.description), .text(days.upperBound.description)]
            ).compactMap { row in
                guard let grid = AreaID(try row.text(2)), grids.contains(grid),
                    let capacity = Capacity(rawValue: try row.text(3)), let from = Day(try row.text(4))
                else { return nil }
                return DutyLine(
                    person: try row.text(0), name: try row.text(1), grid: grid,
                    gridName: try row.optionalText(6) ?? grid.text, capacity: capacity, from: from,
                    to: try row.optionalText(5).flatMap { Day($0) })
            }
        }
    }

    /// Enters certificates, or puts a term right; all or none.
    /// - Throws: `RegistryRefusal`.
    public func record(_ certificates: [Certificate], at now: Instant) async throws {
        try await database.write { connection in
            for certificate in certificates {
                try connection.requirePerson(certificate.person)
                guard certificate.to.map({ $0 > certificate.from }) ?? true else {
                    throw RegistryRefusal.endsBeforeItBegins
                }
                // A certificate's term is one fact: what was entered before under its number does not hold any more.
                let number: [SQLValue] = [.text(certificate.person), .text(certificate.number)]
                let recorded = try connection.revise(.certificate, number, from: .earliest, to: nil, at: now)
                try connection.insert(
                    .certificate, number, [.text(certificate.title)], from: certificate.from.description,
                    to: certificate.to?.description, at: recorded)
            }
        }
    }

    /// Certificates of everybody, or of one person, by person and number.
    public func certificates(of person: String? = nil, known: Knowledge = .now) async throws -> [Certificate] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT c.person_id, c.number, c.title, c.valid_from, c.valid_to FROM certificate AS c
                WHERE \(known.holds("c")) AND (CAST($1 AS TEXT) IS NULL OR c.person_id = $1)
                ORDER BY c.person_id, c.number, c.valid_from
                """, [SQLValue(person)]
            ).compactMap { row in
                guard let from = Day(try row.text(3)) else { return nil }
                return Certificate(
                    person: try row.text(0), number: try row.text(1), title: try row.text(2), from: from,
                    to: try row.optionalText(4).flatMap { Day($0) })
            }
        }
    }

    /// A unit is at a station from a day on, in that manner, or not any more.
    /// - Parameter manner: nil where it leaves.
    /// - Throws: `RegistryRefusal.endsBeforeItBegins`, `JointRefusal.notAStation`.
    public func post(
        _ unit: String, at station: AreaID, as manner: PostingManner?, from first: Day, until end: Day?,
        at now: Instant
    ) async throws {
        guard end.map({ $0 > first }) ?? true else { throw RegistryRefusal.endsBeforeItBegins }
        _ = try await database.write { connection in
            try connection.requireStation(station)
            return try connection.revise(
                .unitPosting, [.text(station.text), .text(unit)], from: first, until: end,
                to: manner.map { [.text($0.rawValue)] }, at: now)
        }
    }

    /// Which units are at the stations below an area during some days.
    public func postings(below path: PathKey, during days: ClosedRange<Day>, known: Knowledge = .now) async throws
        -> [UnitPosting]
    {
        try await database.read { connection in
            let tree = try connection.areaTree(on: days.upperBound, known: known)
            return try connection.rows(
                """
                SELECT u.station_id, u.unit, u.manner, u.valid_from, u.valid_to FROM unit_posting AS u
                WHERE \(known.holds("u")) AND u.valid_from <= $2 AND (u.valid_to IS NULL OR u.valid_to > $1)
                ORDER BY u.station_id, u.unit, u.valid_from
                """, [.text(days.lowerBound.description), .text(days.upperBound.description)]
            ).compactMap { row in
                guard let station = AreaID(try row.text(0)), let manner = PostingManner(rawValue: try row.text(2)),
                    let from = Day(try row.text(3)), tree.has(station, below: path)
                else { return nil }
                return UnitPosting(
                    station: station, unit: try row.text(1), manner: manner, from: from,
                    to: try row.optionalText(4).flatMap { Day($0) })
            }
        }
    }

    /// How many live in an area from a day on.
    public func record(_ size: AreaSize, of area: AreaID, from day: Day, at now: Instant) async throws {
        _ = try await database.write { connection in
            try connection.revise(
                .areaSize, [.text(area.text)], from: day,
                to: [SQLValue(size.households), size.people.map { SQLValue($0) } ?? .null],
                at: now)
        }
    }

    /// Where an area's ground lies from a day on.
    public func record(
        boundary geoJSON: String, squareMetres: Double, of area: AreaID, from day: Day, at now: Instant
    ) async throws {
        _ = try await database.write { connection in
            try connection.revise(
                .areaBoundary, [.text(area.text)], from: day, to: [.text(geoJSON), .double(squareMetres)], at: now)
        }
    }

    /// Outlines of an area and of those directly below it.
    public func boundaries(of area: AreaID, on day: Day, known: Knowledge = .now) async throws -> [BoundaryLine] {
        try await database.read { connection in
            let below = try connection.children(of: area, on: day, known: known).map(\.id)
            return try ([area] + below).compactMap { id in
                try connection.rows(
                    """
                    SELECT b.geojson, b.square_metres, b.valid_from FROM area_boundary AS b WHERE b.area_id = $1
                        AND \(known.holds("b")) AND b.valid_from <= $2 AND (b.valid_to IS NULL OR b.valid_to > $2)
                    """, [.text(id.text), .text(day.description)]
                ).first.flatMap { row in
                    guard let from = Day(try row.text(2)) else { return nil }
                    return BoundaryLine(
                        area: id, geoJSON: try row.text(0), squareMetres: try row.optionalDouble(1) ?? 0, from: from)
                }
            }
        }
    }
}

extension SQLConnection {
    func requirePerson(_ person: String) throws {
        guard try !rows("SELECT 1 FROM person WHERE id = $1", [.text(person)]).isEmpty else {
            throw RegistryRefusal.noSuchPerson(person)
        }
    }

    /// Whether an area is a grid, and there on a day.
    func isGrid(_ area: AreaID, on day: Day) throws -> Bool {
        try !rows("SELECT 1 FROM area WHERE id = $1 AND level = 'grid'", [.text(area.text)]).isEmpty
            && stands(area, on: day)
    }

    /// - Parameter path: its last area counts; what is asked about an earlier knowledge may have stood elsewhere then.
    func grids(below path: PathKey, on day: Day, known: Knowledge = .now) throws -> Set<AreaID> {
        let tree = try areaTree(on: day, known: known)
        return Set(
            try rows("SELECT id FROM area WHERE level = 'grid'", []).compactMap { row in
                AreaID(try row.text(0)).flatMap { tree.has($0, below: path) ? $0 : nil }
            })
    }
}
