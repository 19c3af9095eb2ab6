public import Patrol

/// The four clears (四清: 人口清、场所清、隐患清、动态清; HZ 巡查联查) of an area's month, on one page.
public struct FourClears: Equatable, Sendable {
    /// 场所清 and 人口清: the month's figures of both kinds.
    public var counts = KindCounts()
    /// Subjects that entered, left or changed in the month, by kind.
    public var places = RosterMovement()
    public var keyPersons = RosterMovement()
    /// 隐患清: what patrols found, by the kind of finding.
    public var findings: [(kind: String, count: Int, urgent: Int)] = []
    /// Places at which the same kind of hazard was found before, in the three months up to now: place, kind, how often.
    public var repeated: [(place: String, name: String, kind: String, times: Int)] = []
    /// Grids whose workers found nothing at all though everything was visited.
    public var withoutFindings: [AreaID] = []
    /// 动态清: roster proposals that wait, duties that wait for a ruling.
    public var proposalsWaiting = 0
    public var awaiting: Int64 = 0
    /// Subjects whose details nobody has confirmed or changed for a year, by kind: not visited, not edited.
    public var stalePlaces = 0
    public var staleKeyPersons = 0

    public struct RosterMovement: Equatable, Sendable {
        public var entered = 0
        public var left = 0
        public var changed = 0
        public init() {}
    }

    public init() {}

    public static func == (a: FourClears, b: FourClears) -> Bool {
        a.counts == b.counts && a.places == b.places && a.keyPersons == b.keyPersons
            && a.findings.elementsEqual(b.findings, by: ==) && a.repeated.elementsEqual(b.repeated, by: ==)
            && a.withoutFindings == b.withoutFindings && a.proposalsWaiting == b.proposalsWaiting
            && a.awaiting == b.awaiting && a.stalePlaces == b.stalePlaces && a.staleKeyPersons == b.staleKeyPersons
    }
}

extension PatrolStore {
    /// - Parameter kinds: of which the reader may know; the other's part stays empty.
    public func fourClears(
        below path: PathKey, in month: Month, kinds: Set<SubjectKind>, known: Knowledge = .now
    ) async throws -> FourClears {
        let zone = zone
        return try await database.read { connection in
            var clears = FourClears()
            let scope = try Scope(connection, path: path, month: month, known: known, zone: zone)
            let grids = Set(try connection.rows(scope.grids, scope.values).compactMap { AreaID(try $0.text(0)) })
            for kind in SubjectKind.allCases where kinds.contains(kind) {
                let duties = try connection.dutyRows(kind, below: path, in: month, known: known, zone: zone)
                let count = duties.reduce(CoverageCount()) { $0 + $1.row.count }
                clears.awaiting += count.awaiting
                let movement = try connection.movement(kind, scope)
                let stale = try connection.stale(kind, scope)
                switch kind {
                case .place:
                    clears.counts.places = count
                    clears.places = movement
                    clears.stalePlaces = stale
                    clears.withoutFindings = try connection.gridsWithoutFindings(duties, scope)
                case .keyPerson:
                    clears.counts.keyPersons = count
                    clears.keyPersons = movement
                    clears.staleKeyPersons = stale
                }
                clears.proposalsWaiting += try connection.proposalsWaiting(
                    kind, for: grids, on: month.last, known: known)
            }
            clears.findings = try connection.findings(scope, kinds)
            if kinds.contains(.place) { clears.repeated = try connection.repeatedHazards(scope) }
            return clears
        }
    }
}

private struct Scope {
    let month: Month
    let known: Knowledge
    let zone: DeploymentZone
    /// Grids below the area as the month has them, or as it was known to have them; `$1` is the month, `$2` and `$3` say
    /// which they are.
    let grids: String
    let values: [SQLValue]

    init(
        _ connection: any SQLConnection, path: PathKey, month: Month, known: Knowledge, zone: DeploymentZone
    ) throws {
        (self.month, self.known, self.zone) = (month, known, zone)
        if known.at == nil {
            grids = "SELECT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3"
            values = [.text(month.description), .text(path.text), .text(path.end)]
        } else {
            let ids = try connection.gridsKnown(below: path, in: month, known: known).sorted().joined()
            grids = "SELECT id FROM area WHERE $1 <> '' AND replace($2, id, '') <> $3"
            values = [.text(month.description), .text(ids), .text(ids)]
        }
    }

    var moment: Int64 { (known.at ?? .latest).milliseconds }
}

extension SQLConnection {
    fileprivate func movement(_ kind: SubjectKind, _ scope: Scope) throws -> FourClears.RosterMovement {
        let days: [SQLValue] = [.text(scope.month.first.description), .text(scope.month.next.first.description)]
        func count(_ sql: String) throws -> Int { Int(try rows(sql, scope.values + days)[0].integer(0)) }
        let subject = kind.rosterSubject
        let held = "\(scope.known.holds("r")) AND r.grid_id IN (\(scope.grids))"
        var movement = FourClears.RosterMovement()
        // Whoever comes from another grid of the same area did not enter it, nor who came with a grid that was merged.
        movement.entered = try count(
            """
            SELECT COUNT(*) FROM \(kind.rosterTable) AS r WHERE \(held) AND r.valid_from >= $4 AND r.valid_from < $5
                AND NOT EXISTS (SELECT 1 FROM \(kind.rosterTable) AS e WHERE e.\(subject) = r.\(subject)
                    AND \(scope.known.holds("e")) AND e.valid_to = r.valid_from AND (e.grid_id IN (\(scope.grids))
                        OR e.grid_id IN (SELECT u.from_area FROM area_succession AS u
                            WHERE u.to_area = r.grid_id AND u.day = r.valid_from)))
            """)
        movement.left = try count(
            """
            SELECT COUNT(*) FROM \(kind.rosterTable) AS r WHERE \(held) AND r.valid_to >= $4 AND r.valid_to < $5
                AND NOT EXISTS (SELECT 1 FROM \(kind.rosterTable) AS e WHERE e.\(subject) = r.\(subject)
                    AND \(scope.known.holds("e")) AND e.valid_from = r.valid_to AND e.grid_id IN (\(scope.grids)))
            """)
        let detail = DatedTable.detail(kind)
        movement.changed = try count(
            """
            SELECT COUNT(DISTINCT d.\(detail.identity[0])) FROM \(detail.name) AS d WHERE \(scope.known.holds("d"))
                AND d.valid_from >= $4 AND d.valid_from < $5 AND d.\(detail.identity[0]) IN (
                    SELECT r.\(subject) FROM \(kind.rosterTable) AS r WHERE \(held))
            """)
        return movement
    }

    /// Nobody was there in a year, and nothing about them was entered.
    fileprivate func stale(_ kind: SubjectKind, _ scope: Scope) throws -> Int {
        let last = scope.month.last
        let yearAgo = last.adding(days: -365)
        let subject = kind.rosterSubject
        return Int(
            try rows(
                """
                SELECT COUNT(*) FROM \(kind.rosterTable) AS r WHERE \(scope.known.holds("r"))
                    AND r.grid_id IN (\(scope.grids)) AND r.valid_from <= $4 AND (r.valid_to IS NULL OR r.valid_to > $4)
                    AND r.valid_from <= $5 AND r.recorded_at < $6
                    AND NOT EXISTS (SELECT 1 FROM \(kind.visitTable) AS v JOIN report AS s ON s.id = v.report_id
                        WHERE v.subject_id = r.\(subject) AND v.month >= $7 AND s.received_at <= $8
                            AND CASE WHEN EXISTS (SELECT 1 FROM \(kind.rulingTable) AS u WHERE u.report_id = s.id
                                AND u.into_month IS NOT NULL AND u.ruled_at <= $8)
                                THEN v.visited_at ELSE s.visited_at END >= $6)
                    AND NOT EXISTS (SELECT 1 FROM \(DatedTable.detail(kind).name) AS d
                        WHERE d.\(DatedTable.detail(kind).identity[0]) = r.\(subject) AND d.recorded_at >= $6
                            AND d.recorded_at <= $8)
                """,
                scope.values + [
                    .text(last.description), .text(yearAgo.description),
                    .integer(scope.zone.start(of: yearAgo).milliseconds),
                    .text(Month(containing: yearAgo).previous.description), .integer(scope.moment),
                ])[0].integer(0))
    }

    fileprivate func findings(_ scope: Scope, _ kinds: Set<SubjectKind>) throws -> [(
        kind: String, count: Int, urgent: Int
    )] {
        let shown = kinds.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
        return try rows(
            """
            SELECT f.kind, COUNT(*), CAST(SUM(f.urgent) AS BIGINT) FROM finding AS f
            JOIN report AS r ON r.id = f.report_id
            WHERE r.month = $1 AND r.received_at <= $4 AND r.grid_id IN (\(scope.grids))
                AND (r.subject_kind IS NULL\(shown.isEmpty ? "" : " OR r.subject_kind IN (\(shown))"))
            GROUP BY f.kind ORDER BY f.kind
            """, scope.values + [.integer(scope.moment)]
        ).map { (try $0.text(0), Int(try $0.integer(1)), Int(try $0.integer(2))) }
    }

    fileprivate func repeatedHazards(_ scope: Scope) throws -> [(place: String, name: String, kind: String, times: Int)]
    {
        try rows(
            """
            SELECT v.subject_id, p.name, f.kind, COUNT(DISTINCT f.report_id) FROM finding AS f
            JOIN report AS r ON r.id = f.report_id JOIN place_visit AS v ON v.report_id = f.report_id
            JOIN place AS p ON p.id = v.subject_id
            WHERE r.month <= $1 AND r.month >= $4 AND r.received_at <= $5 AND r.grid_id IN (\(scope.grids))
            GROUP BY v.subject_id, p.name, f.kind
            HAVING COUNT(DISTINCT f.report_id) > 1 AND MAX(r.month) = $1 ORDER BY 4 DESC, v.subject_id, f.kind LIMIT 200
            """,
            scope.values + [.text(scope.month.previous.previous.description), .integer(scope.moment)]
        ).map { (try $0.text(0), try $0.text(1), try $0.text(2), Int(try $0.integer(3))) }
    }

    fileprivate func gridsWithoutFindings(_ duties: [DutyRow], _ scope: Scope) throws -> [AreaID] {
        var counts: [String: CoverageCount] = [:]
        for duty in duties { counts[duty.row.grid] = (counts[duty.row.grid] ?? CoverageCount()) + duty.row.count }
        let whole = counts.filter { $0.value.due > 0 && $0.value.done == $0.value.due }.keys
        let found = Set(
            try rows(
                """
                SELECT DISTINCT r.grid_id FROM finding AS f JOIN report AS r ON r.id = f.report_id
                WHERE r.month = $1 AND r.received_at <= $4 AND r.grid_id IN (\(scope.grids))
                """, scope.values + [.integer(scope.moment)]
            ).map { try $0.text(0) })
        return whole.filter { !found.contains($0) }.compactMap { AreaID($0) }.sorted()
    }
}
