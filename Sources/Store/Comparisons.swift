public import Patrol

/// A comparison of an area's roster with another list, as it is kept.
public struct StoredComparison: Equatable, Sendable {
    public let id: String
    public let area: AreaID
    /// Whose list, as of when.
    public let source: String
    public let day: Day
    public let listed: Int
    public let rostered: Int
    public let same: Int
    /// Lines by verdict, and decided ones by decision.
    public let verdicts: [String: Int]
    public let decisions: [String: Int]

    /// How many places there are, by both lists together: lines that a person found to be the same count as found twice,
    /// rows that are no place of ours do not count at all. nil where so few are on both, under a tenth of the shorter list,
    /// that the lists do not speak of the same places.
    public var completeness: CompletenessEstimate? {
        let listed = listed - (decisions["noPlace"] ?? 0)
        let rostered = rostered - (decisions["gone"] ?? 0)
        let both = same + (decisions["same"] ?? 0)
        guard both * 10 >= min(listed, rostered) else { return nil }
        return try? CompletenessEstimate(rostered: rostered, listed: listed, both: both)
    }
}

/// One line of a comparison that is to be looked at.
public struct ComparisonLine: Equatable, Sendable {
    public let position: Int
    public let verdict: Verdict
    public let listedKey: String?
    public let listedName: String?
    public let listedAddress: String?
    public let place: String?
    public let placeName: String?
    public let placeAddress: String?
    public let score: Double?
    public let reasons: [String]
    public let decision: LineDecision?

    public enum Verdict: String, CaseIterable, Sendable { case likely, onlyListed, onlyRostered }
}

/// What somebody found who looked at a line.
public enum LineDecision: String, CaseIterable, Sendable {
    /// A place that the roster lacks.
    case missing
    /// The row and the place are the same.
    case same
    /// The row is no place of ours: a desk, a closed shop.
    case noPlace
    /// The place of the roster is not there any more.
    case gone
    /// The place is there though the list lacks it.
    case kept

    /// Whether a line with this verdict can be found to be so: without a row there is none to judge, nor without a place.
    public func fits(_ verdict: ComparisonLine.Verdict) -> Bool {
        switch self {
        case .missing, .noPlace: verdict != .onlyRostered
        case .gone, .kept: verdict != .onlyListed
        case .same: verdict == .likely
        }
    }
}

/// A street that was walked door by door.
public struct StreetWalk: Equatable, Sendable {
    public let id: String
    public let area: AreaID
    public let street: String
    public let day: Day
    public let count: StreetCount
    public let note: String
    public let by: String

    public init(id: String, area: AreaID, street: String, day: Day, count: StreetCount, note: String, by: String) {
        self.id = id
        self.area = area
        self.street = street
        self.day = day
        self.count = count
        self.note = note
        self.by = by
    }
}

extension PatrolStore {
    /// The places of an area as a comparison wants them, and the names that its addresses begin with.
    public func rosterDoors(below path: PathKey, on day: Day) async throws -> (doors: [RosterDoor], areas: KnownAreas) {
        let roster = try await placeRoster(on: day)
        return try await database.read { connection in
            let grids = try connection.grids(below: path, on: day)
            let names = try connection.rows("SELECT DISTINCT name FROM area_name WHERE superseded_at IS NULL", [])
            let doors = roster.filter { grids.contains($0.grid) }.map {
                // Rosters that came from a register carry its number as the id.
                RosterDoor(
                    id: $0.id, name: $0.name, address: $0.address, key: $0.id, position: $0.position, grid: $0.grid)
            }
            return (doors, KnownAreas(try names.map { try $0.text(0) }))
        }
    }

    /// Keeps a comparison: its figures, and every line that is to be looked at.
    public func keep(
        _ comparison: Comparison, of area: AreaID, source: String, day: Day, id: String, by person: String,
        at now: Instant
    ) async throws {
        try await database.write { connection in
            try connection.run(
                """
                INSERT INTO comparison (id, area_id, source, day, listed, rostered, same, recorded_at, recorded_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                [
                    .text(id), .text(area.text), .text(source), .text(day.description),
                    SQLValue(comparison.same.count + comparison.likely.count + comparison.onlyListed.count),
                    SQLValue(comparison.same.count + comparison.likely.count + comparison.onlyRostered.count),
                    SQLValue(comparison.same.count), .integer(now.milliseconds), .text(person),
                ])
            var position = 0
            func insert(
                _ verdict: ComparisonLine.Verdict, _ listed: ListedDoor?, _ place: RosterDoor?, _ score: Double?,
                _ reasons: [String]
            ) throws {
                try connection.later(
                    """
                    INSERT INTO comparison_line (comparison_id, position, verdict, listed_key, listed_name,
                        listed_address, place_id, score, reasons)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                    """,
                    [
                        .text(id), SQLValue(position), .text(verdict.rawValue), SQLValue(listed?.key),
                        SQLValue(listed?.name), SQLValue(listed?.address), SQLValue(place?.id), SQLValue(score),
                        .text(reasons.joined(separator: " ")),
                    ])
                position += 1
            }
            for match in comparison.likely {
                try insert(
                    .likely, match.listed, match.rostered, match.score, match.findings.map(\.rawValue).sorted())
            }
            for listed in comparison.onlyListed { try insert(.onlyListed, listed, nil, nil, []) }
            for place in comparison.onlyRostered { try insert(.onlyRostered, nil, place, nil, []) }
        }
    }

    /// Comparisons of an area and those below it, newest first.
    public func comparisons(below path: PathKey, on day: Day, known: Knowledge = .now) async throws
        -> [StoredComparison]
    {
        try await database.read { connection in
            let tree = try connection.areaTree(on: day)
            return try connection.comparisons("1 = 1", [], known: known).filter {
                tree.path(of: $0.area).map(path.contains) == true
            }
        }
    }

    /// nil if there is no such comparison.
    public func comparison(_ id: String) async throws -> StoredComparison? {
        try await database.read { try $0.comparisons("c.id = $2", [.text(id)], known: .now).first }
    }

    /// Lines of a comparison from a position on.
    public func lines(
        ofComparison id: String, from position: Int, limit: Int, known: Knowledge = .now
    ) async throws -> [ComparisonLine] {
        let moment = (known.at ?? .latest).milliseconds
        return try await database.read { connection in
            try connection.rows(
                """
                SELECT l.position, l.verdict, l.listed_key, l.listed_name, l.listed_address, l.place_id, p.name, p.address,
                    l.score, l.reasons, (SELECT k.decision FROM comparison_look AS k
                        WHERE k.comparison_id = l.comparison_id AND k.position = l.position AND k.decided_at <= $4
                        ORDER BY k.number DESC LIMIT 1)
                FROM comparison_line AS l LEFT JOIN place AS p ON p.id = l.place_id
                WHERE l.comparison_id = $1 AND l.position >= $2 ORDER BY l.position LIMIT $3
                """, [.text(id), SQLValue(position), SQLValue(limit), .integer(moment)]
            ).compactMap { row in
                guard let verdict = ComparisonLine.Verdict(rawValue: try row.text(1)) else { return nil }
                return ComparisonLine(
                    position: Int(try row.integer(0)), verdict: verdict, listedKey: try row.optionalText(2),
                    listedName: try row.optionalText(3), listedAddress: try row.optionalText(4),
                    place: try row.optionalText(5), placeName: try row.optionalText(6),
                    placeAddress: try row.optionalText(7), score: try row.optionalDouble(8),
                    reasons: try row.text(9).split(separator: " ").map(String.init),
                    decision: try row.optionalText(10).flatMap { LineDecision(rawValue: $0) })
            }
        }
    }

    /// Notes what a look at a line found; of several the last one counts, and all are kept.
    /// - Returns: false if there is no such line.
    public func decide(
        _ decision: LineDecision, line position: Int, of comparison: String, by person: String, at now: Instant
    ) async throws -> Bool {
        try await database.write { connection in
            try connection.run(
                """
                INSERT INTO comparison_look (comparison_id, position, number, decision, decided_by, decided_at)
                SELECT l.comparison_id, l.position, (SELECT COUNT(*) + 1 FROM comparison_look AS k
                        WHERE k.comparison_id = l.comparison_id AND k.position = l.position), $3, $4, CAST($5 AS BIGINT)
                FROM comparison_line AS l WHERE l.comparison_id = $1 AND l.position = $2
                """,
                [
                    .text(comparison), SQLValue(position), .text(decision.rawValue), .text(person),
                    .integer(now.milliseconds),
                ]) == 1
        }
    }

    public func record(_ walk: StreetWalk, at now: Instant) async throws {
        _ = try await database.write { connection in
            try connection.run(
                """
                INSERT INTO street_walk (id, area_id, street, day, doors, unlisted, note, recorded_at, recorded_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                [
                    .text(walk.id), .text(walk.area.text), .text(walk.street), .text(walk.day.description),
                    SQLValue(walk.count.doors), SQLValue(walk.count.unlisted), .text(walk.note),
                    .integer(now.milliseconds), .text(walk.by),
                ])
        }
    }

    /// Streets walked in a month below an area, by day.
    public func streetWalks(below path: PathKey, in month: Month, known: Knowledge = .now) async throws -> [StreetWalk]
    {
        try await database.read { connection in
            let tree = try connection.areaTree(on: month.last)
            return try connection.rows(
                """
                SELECT id, area_id, street, day, doors, unlisted, note, recorded_by FROM street_walk
                WHERE day >= $1 AND day <= $2 AND recorded_at <= $3 ORDER BY day, id
                """,
                [
                    .text(month.first.description), .text(month.last.description),
                    .integer((known.at ?? .latest).milliseconds),
                ]
            ).compactMap { row in
                guard let area = AreaID(try row.text(1)), tree.path(of: area).map(path.contains) == true,
                    let day = Day(try row.text(3)),
                    let count = try? StreetCount(doors: Int(row.integer(4)), unlisted: Int(row.integer(5)))
                else { return nil }
                return StreetWalk(
                    id: try row.text(0), area: area, street: try row.text(2), day: day, count: count,
                    note: try row.text(6), by: try row.text(7))
            }
        }
    }
}

extension SQLConnection {
    /// - Parameter condition: its first value is `$2`.
    fileprivate func comparisons(_ condition: String, _ values: [SQLValue], known: Knowledge) throws
        -> [StoredComparison]
    {
        let moment = SQLValue.integer((known.at ?? .latest).milliseconds)
        return try rows(
            """
            SELECT c.id, c.area_id, c.source, c.day, c.listed, c.rostered, c.same FROM comparison AS c
            WHERE c.recorded_at <= $1 AND \(condition) ORDER BY c.recorded_at DESC, c.id
            """, [moment] + values
        ).compactMap { row in
            guard let area = AreaID(try row.text(1)), let day = Day(try row.text(3)) else { return nil }
            let id = SQLValue.text(try row.text(0))
            let verdicts = try rows(
                "SELECT verdict, COUNT(*) FROM comparison_line WHERE comparison_id = $1 GROUP BY verdict", [id])
            let decisions = try rows(
                """
                SELECT k.decision, COUNT(*) FROM comparison_look AS k WHERE k.comparison_id = $1
                    AND k.number = (SELECT MAX(m.number) FROM comparison_look AS m
                        WHERE m.comparison_id = k.comparison_id AND m.position = k.position AND m.decided_at <= $2)
                GROUP BY k.decision
                """, [id, moment])
            func counts(_ rows: [SQLRow]) throws -> [String: Int] {
                Dictionary(try rows.map { (try $0.text(0), Int(try $0.integer(1))) }) { first, _ in first }
            }
            return StoredComparison(
                id: try row.text(0), area: area, source: try row.text(2), day: day, listed: Int(try row.integer(4)),
                rostered: Int(try row.integer(5)), same: Int(try row.integer(6)), verdicts: try counts(verdicts),
                decisions: try counts(decisions))
        }
    }
}
