public import Patrol

/// An area's month: totals and one row for each area directly below. Read from grid counters alone, never from records.
public struct AreaCoverage: Equatable, Sendable {
    public let area: AreaLine
    /// From the root down to the area's manager.
    public let above: [AreaLine]
    public let totals: KindCounts
    public let children: [(area: AreaLine, counts: KindCounts)]
    /// The versions that the figures come from, one for each unit that has closed the month.
    public let versions: [LedgerVersion]

    public init(
        area: AreaLine, above: [AreaLine], totals: KindCounts, children: [(area: AreaLine, counts: KindCounts)],
        versions: [LedgerVersion]
    ) {
        self.area = area
        self.above = above
        self.totals = totals
        self.children = children
        self.versions = versions
    }

    public static func == (a: AreaCoverage, b: AreaCoverage) -> Bool {
        a.area == b.area && a.above == b.above && a.totals == b.totals
            && a.children.map(\.area) == b.children.map(\.area)
            && a.children.map(\.counts) == b.children.map(\.counts) && a.versions == b.versions
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
    public let policy: String
    public let policyVersion: Int
    public let period: Period
    /// 1…n of n times in the period.
    public let ordinal: Int
    /// Of what carries the state; nil while nobody came.
    public let standing: Standing?
    public let isLate: Bool

    /// Where a page goes on behind this one.
    public var cursor: ObligationCursor {
        ObligationCursor(
            grid: grid.text, subject: subject, policy: policy, firstDay: period.first.description, ordinal: ordinal)
    }
}

/// Where a list of duties goes on: the last one of the page before.
public struct ObligationCursor: Equatable, Sendable {
    public let grid: String
    public let subject: String
    public let policy: String
    public let firstDay: String
    public let ordinal: Int

    public init(grid: String, subject: String, policy: String, firstDay: String, ordinal: Int) {
        self.grid = grid
        self.subject = subject
        self.policy = policy
        self.firstDay = firstDay
        self.ordinal = ordinal
    }
}

extension PatrolStore {
    /// A month that is open as it stands now, a closed one as its last version fixed it.
    /// - Parameters:
    ///   - path: where the area stands in the month's tree (`path(of:on:)` of its last day).
    ///   - version: of a closed month an earlier one, counted for each unit; the last one when nil.
    public func coverage(of path: PathKey, in month: Month, version: Int? = nil) async throws -> AreaCoverage? {
        try await database.read { try $0.coverage(of: path, in: month, version: version) }
    }

    /// Obligations of one kind in the order grid, subject, policy, period; those of a closed month as its last version
    /// holds them.
    public func obligations(
        _ kind: SubjectKind, below path: PathKey, in month: Month, state: ObligationState?,
        after cursor: ObligationCursor?, limit: Int
    ) async throws -> [ObligationEntry] {
        let position = kind == .place ? "s.wgs84_latitude, s.wgs84_longitude" : "NULL, NULL"
        let zone = zone
        return try await database.read { connection in
            if try connection.isClosed(month) {
                return try connection.closedObligations(
                    kind, below: path, in: month, state: state, after: cursor, limit: limit, zone: zone)
            }
            return try connection.rows(
                """
                SELECT o.subject_id, s.name, s.address, o.grid_id, o.state, o.best_standing, o.best_report_id,
                    (SELECT n.name FROM area_name AS n WHERE n.area_id = o.grid_id AND n.superseded_at IS NULL
                        AND n.valid_from <= $8 AND (n.valid_to IS NULL OR n.valid_to > $8)
                        ORDER BY n.valid_from DESC LIMIT 1),
                    \(position), o.policy, o.policy_version, o.first_day, o.last_day, o.ordinal, o.late
                FROM \(kind.obligationTable) AS o JOIN \(kind.subjectTable) AS s ON s.id = o.subject_id
                WHERE o.month = $1 AND o.grid_id IN (
                        SELECT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3)
                    AND (CAST($4 AS TEXT) IS NULL OR o.state = $4)
                    AND o.grid_id >= $5 AND (o.grid_id, o.subject_id, o.policy, o.first_day, o.ordinal)
                        > ($5, $6, $9, $10, CAST($11 AS BIGINT))
                ORDER BY o.grid_id, o.subject_id, o.policy, o.first_day, o.ordinal LIMIT $7
                """,
                [
                    .text(month.description), .text(path.text), .text(path.end), SQLValue(state?.rawValue),
                    .text(cursor?.grid ?? ""), .text(cursor?.subject ?? ""), SQLValue(limit),
                    .text(month.last.description), .text(cursor?.policy ?? ""), .text(cursor?.firstDay ?? ""),
                    SQLValue(cursor?.ordinal ?? 0),
                ]
            ).map { row in
                guard let grid = AreaID(try row.text(3)), let state = ObligationState(rawValue: try row.text(4)),
                    let first = Day(try row.text(12)), let last = Day(try row.text(13))
                else { throw StoreError.unexpectedValue(column: 3) }
                let standing = Standing(rawValue: Int(try row.integer(5)))
                let latitude = try row.optionalDouble(8)
                let longitude = try row.optionalDouble(9)
                return ObligationEntry(
                    kind: kind, subject: try row.text(0), name: try row.text(1), address: try row.text(2), grid: grid,
                    gridName: try row.optionalText(7) ?? grid.text, state: state,
                    isProvisional: standing == .provisional, report: try row.optionalText(6),
                    position: latitude.flatMap { latitude in
                        longitude.map { Coordinate(latitude: latitude, longitude: $0) }
                    }, policy: try row.text(10), policyVersion: Int(try row.integer(11)),
                    period: Period(first: first, last: last), ordinal: Int(try row.integer(14)), standing: standing,
                    isLate: try row.integer(15) == 1)
            }
        }
    }

    /// What some areas are called on a day.
    public func areaLines(_ areas: [AreaID], on day: Day, known: Knowledge = .now) async throws -> [AreaID: AreaLine] {
        try await database.read { try $0.areaLines(areas.map(\.text), on: day, known: known) }
    }
}

extension SQLConnection {
    func coverage(of path: PathKey, in month: Month, version: Int? = nil) throws -> AreaCoverage? {
        let names = try areaLines(path.areas.map(\.text), on: month.last)
        guard let own = path.areas.last, let area = names[own] else { return nil }
        let counts = try counts(below: path, in: month, version: version)
        var below = try children(of: own, on: month.last)
        for child in counts.keys where child != own && !below.contains(where: { $0.id == child }) {
            below += try areaLines([child.text], on: month.last).values
        }
        var totals = KindCounts()
        for count in counts.values {
            totals.places = totals.places + count.places
            totals.keyPersons = totals.keyPersons + count.keyPersons
        }
        return AreaCoverage(
            area: area, above: path.areas.dropLast().compactMap { names[$0] }, totals: totals,
            children: below.sorted { $0.id < $1.id }.map { ($0, counts[$0.id] ?? KindCounts()) },
            versions: try versionsShown(below: path, in: month, version: version))
    }

    /// Counters of everything at or below a path, by the area one step below it (or itself, where it is a grid): of open
    /// months the running ones, of closed months those of the pages.
    fileprivate func counts(below path: PathKey, in month: Month, version: Int?) throws -> [AreaID: KindCounts] {
        var counts: [AreaID: KindCounts] = [:]
        let values: [SQLValue] = [
            .text(month.description), .text(path.text), .text(path.end), SQLValue(path.text.utf8.count + 1),
            SQLValue(AreaID.length),
        ]
        let open = try rows(
            """
            SELECT substr(path, $4, $5) AS child, \(sums), kind
            FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3 AND closed = 0 GROUP BY child, kind
            """, values)
        for row in open {
            guard let kind = SubjectKind(rawValue: try row.text(8)) else { throw StoreError.unexpectedValue(column: 8) }
            try add(row, kind, below: path, to: &counts)
        }
        guard try isClosed(month) else { return counts }
        for kind in SubjectKind.allCases {
            for row in try rows(
                """
                SELECT substr(path, $4, $5) AS child, \(sums)
                FROM \(kind.pageTable) AS p WHERE month = $1 AND path >= $2 AND path < $3
                    AND version = (SELECT MAX(q.version) FROM \(kind.pageTable) AS q
                        WHERE q.month = $1 AND q.grid_id = p.grid_id AND q.version <= $6)
                GROUP BY child
                """, values + [SQLValue(version ?? .max)])
            {
                try add(row, kind, below: path, to: &counts)
            }
        }
        return counts
    }

    private var sums: String {
        ["due", "done", "provisional", "outside_only", "late", "excused", "awaiting"]
            .map { "CAST(SUM(\($0)) AS BIGINT)" }.joined(separator: ", ")
    }

    private func add(
        _ row: SQLRow, _ kind: SubjectKind, below path: PathKey, to counts: inout [AreaID: KindCounts]
    ) throws {
        let child = try row.text(0)
        guard let area = child.isEmpty ? path.areas.last : AreaID(child) else { return }
        let count = CoverageCount(
            due: try row.integer(1), done: try row.integer(2), provisional: try row.integer(3),
            outsideOnly: try row.integer(4), late: try row.integer(5), excused: try row.integer(6),
            awaiting: try row.integer(7))
        let sum = counts[area, default: KindCounts()]
        switch kind {
        case .place: counts[area, default: KindCounts()].places = sum.places + count
        case .keyPerson: counts[area, default: KindCounts()].keyPersons = sum.keyPersons + count
        }
    }

    /// Whether any unit has closed a month.
    func isClosed(_ month: Month) throws -> Bool {
        try !rows("SELECT 1 FROM closing WHERE month = $1 LIMIT 1", [.text(month.description)]).isEmpty
    }

    /// Of every closed unit that stands on the path or below it, the version that is shown.
    fileprivate func versionsShown(below path: PathKey, in month: Month, version: Int?) throws -> [LedgerVersion] {
        guard try isClosed(month) else { return [] }
        return try rows(
            """
            SELECT v.unit_id, v.month, v.version, v.cut_at, v.sha256 FROM ledger_version AS v
            WHERE v.month = $1 AND v.version = (SELECT MAX(w.version) FROM ledger_version AS w
                    WHERE w.unit_id = v.unit_id AND w.month = v.month AND w.version <= $4)
                AND v.unit_id IN (SELECT p.unit_id FROM place_page AS p
                    WHERE p.month = $1 AND p.path >= $2 AND p.path < $3)
            ORDER BY v.unit_id
            """, [.text(month.description), .text(path.text), .text(path.end), SQLValue(version ?? .max)]
        ).compactMap(ledgerVersion)
    }

    func areaLines(_ areas: [String], on day: Day, known: Knowledge = .now) throws -> [AreaID: AreaLine] {
        var lines: [AreaID: AreaLine] = [:]
        for area in areas {
            guard
                let row = try rows(
                    """
                    SELECT a.id, a.level, (SELECT n.name FROM area_name AS n WHERE n.area_id = a.id
                        AND n.valid_from <= $2 AND \(known.holds("n")) ORDER BY n.valid_from DESC LIMIT 1)
                    FROM area AS a WHERE a.id = $1
                    """, [.text(area), .text(day.description)]
                ).first, let line = try areaLine(row)
            else { continue }
            lines[line.id] = line
        }
        return lines
    }

    func children(of area: AreaID, on day: Day, known: Knowledge = .now) throws -> [AreaLine] {
        try rows(
            """
            SELECT a.id, a.level, n.name FROM area_parent AS p JOIN area AS a ON a.id = p.area_id
            LEFT JOIN area_name AS n ON n.area_id = a.id AND n.valid_from <= $2
                AND (n.valid_to IS NULL OR n.valid_to > $2) AND \(known.holds("n"))
            WHERE p.parent_id = $1 AND p.tree = 'managed' AND p.valid_from <= $2
                AND (p.valid_to IS NULL OR p.valid_to > $2) AND \(known.holds("p"))
            ORDER BY a.id
            """, [.text(area.text), .text(day.description)]
        ).compactMap(areaLine)
    }

    private func areaLine(_ row: SQLRow) throws -> AreaLine? {
        guard let id = AreaID(try row.text(0)), let level = AreaLevel(rawValue: try row.text(1)) else { return nil }
        return AreaLine(id: id, level: level, name: try row.optionalText(2) ?? id.text)
    }
}
