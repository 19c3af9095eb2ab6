import Crypto
public import Patrol

/// A version of a unit's closed month (月度巡查台账).
public struct LedgerVersion: Equatable, Sendable {
    /// The county that closed.
    public let unit: AreaID
    public let month: Month
    /// From 1, the version of the closing.
    public let number: Int
    public let cutAt: Instant
    /// Over the month's area tree and every page, lower-case hexadecimal.
    public let sha256: String
}

/// A change of a month after its closing.
public struct JournalEntry: Equatable, Sendable {
    public let grid: AreaID
    /// From 1 in each grid and month.
    public let number: Int
    public let at: Instant
    /// `arrival`, `photo`, `ruling`, `roster`, `policy` or `job`.
    public let cause: String
    public let by: String
    /// The record or ruling behind it.
    public let source: String?
    public let subject: String
    /// The duty's line before and after; nil where there was or is none.
    public let before: String?
    public let after: String?
    /// The version that holds it; nil while none was cut.
    public let version: Int?

    /// Where a page goes on behind this one.
    public var cursor: JournalCursor { JournalCursor(at: at, grid: grid.text, number: number) }
}

/// Where a journal goes on: the last entry of the page before.
public struct JournalCursor: Equatable, Sendable {
    public let at: Instant
    public let grid: String
    public let number: Int

    public init(at: Instant, grid: String, number: Int) {
        self.at = at
        self.grid = grid
        self.number = number
    }
}

/// Why a month does not close.
public enum ClosingRefusal: Error, Equatable, Sendable {
    /// It is not over.
    case notOver
    case alreadyClosed(at: Instant)
    /// No grid's month closes with that area; with which ones they do.
    case notAUnit
    case noLedger
}

extension PatrolStore {
    /// Closes a month for a county as a whole and fixes version 1. The job does so after the grace time; the county
    /// centre may only do so earlier.
    /// - Parameter person: who closes it, or the job's name.
    /// - Throws: `ClosingRefusal`.
    @discardableResult
    public func close(_ month: Month, of unit: AreaID, by person: String, at now: Instant) async throws
        -> LedgerVersion
    {
        let isOver = zone.start(of: month.next.first) <= now
        return try await database.write { connection in
            guard isOver else { throw ClosingRefusal.notOver }
            if let row = try connection.rows(
                "SELECT closed_at FROM closing WHERE unit_id = $1 AND month = $2",
                [.text(unit.text), .text(month.description)]
            ).first {
                throw ClosingRefusal.alreadyClosed(at: Instant(milliseconds: try row.integer(0)))
            }
            guard try connection.ledgerMonths().contains(month) else { throw ClosingRefusal.noLedger }
            let paths = try connection.grids(of: unit, in: month)
            guard !paths.isEmpty else { throw ClosingRefusal.notAUnit }
            let now = max(now, try connection.lastReceipt(in: month, of: Set(paths.map(\.grid))))
            try connection.run(
                "INSERT INTO closing (unit_id, month, closed_at, closed_by) VALUES ($1, $2, $3, $4)",
                [.text(unit.text), .text(month.description), .integer(now.milliseconds), .text(person)])
            for (grid, _) in paths {
                try connection.run(
                    "UPDATE grid_month SET closed = $3 WHERE month = $1 AND grid_id = $2",
                    [.text(month.description), .text(grid), .integer(now.milliseconds)])
            }
            return try connection.cut(1, of: unit, in: month, pages: paths, at: now)
        }
    }

    /// Which units have months whose grace time is over and that are still open, oldest first. A grid that stood nowhere in
    /// a month, since it begins later or ended before, has nothing to close.
    public func dueClosings(at now: Instant) async throws -> [(unit: AreaID, month: Month)] {
        let zone = zone
        return try await database.read { connection in
            var due: [(unit: AreaID, month: Month)] = []
            for opened in try connection.ledgerMonthRows()
            where opened.closing.graceEnd(of: opened.month, zone: zone) <= now {
                let month = opened.month
                let levels = try connection.areaLevels()
                let open = try connection.rows(
                    """
                    SELECT DISTINCT path FROM grid_month WHERE month = $1 AND closed = 0
                        AND (path <> grid_id OR due > 0)
                    """, [.text(month.description)])
                let units = try Set(
                    open.compactMap { PathKey(try $0.text(0))?.closingUnit { levels[$0] } })
                due += units.sorted().map { ($0, month) }
            }
            return due
        }
    }

    /// Cuts a further version of every closed month that changed since its last one, at most one a day and month.
    @discardableResult
    public func cutVersions(at now: Instant) async throws -> [LedgerVersion] {
        let zone = zone
        let pending = try await database.read { try $0.pendingVersions() }
        var cut: [LedgerVersion] = []
        for version in pending where zone.day(of: version.cutAt) < zone.day(of: now) {
            cut.append(
                try await database.write { connection in
                    let changed = try connection.changedGrids(of: version.unit, in: version.month)
                    return try connection.cut(
                        version.number + 1, of: version.unit, in: version.month, pages: changed, at: now)
                })
        }
        return cut
    }

    /// The versions of a unit's month, oldest first; none while it is open.
    public func versions(of unit: AreaID, in month: Month, known: Knowledge = .now) async throws -> [LedgerVersion] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT unit_id, month, version, cut_at, sha256 FROM ledger_version
                WHERE unit_id = $1 AND month = $2 AND cut_at <= $3 ORDER BY version
                """,
                [.text(unit.text), .text(month.description), .integer((known.at ?? .latest).milliseconds)]
            ).compactMap(ledgerVersion)
        }
    }

    /// A version as it was fixed: the list of digests that its own digest is of, the area tree, and the pages of one kind.
    ///
    /// Version 1 of a month never reads otherwise.
    public func text(of version: LedgerVersion, showing kind: SubjectKind) async throws -> String {
        try await database.read { connection in
            let content = try connection.content(of: version.unit, in: version.month, version: version.number)
            return ([content.manifest, "", content.tree] + content.pages(of: kind)).joined(separator: "\n")
        }
    }

    /// One page of what changed in a month below an area after its closing, in the order in which it happened.
    public func journal(
        _ kind: SubjectKind, below path: PathKey, in month: Month, after cursor: JournalCursor? = nil,
        known: Knowledge = .now, limit: Int
    ) async throws -> [JournalEntry] {
        let known = (known.at ?? .latest).milliseconds
        return try await database.read { connection in
            try connection.rows(
                """
                SELECT j.grid_id, j.number, j.at, j.cause, j.by_whom, j.source, j.subject_id, j.line_before,
                    j.line_after, (SELECT MIN(p.version) FROM \(kind.pageTable) AS p
                        WHERE p.month = j.month AND p.grid_id = j.grid_id AND p.journal >= j.number
                            AND p.cut_at <= $5)
                FROM \(kind.journalTable) AS j
                WHERE j.month = $1 AND j.grid_id IN (
                    SELECT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3)
                    AND j.at <= $5 AND (j.at, j.grid_id, j.number) > ($6, $7, CAST($8 AS BIGINT))
                ORDER BY j.at, j.grid_id, j.number LIMIT $4
                """,
                [
                    .text(month.description), .text(path.text), .text(path.end), SQLValue(limit), .integer(known),
                    .integer(cursor?.at.milliseconds ?? .min), .text(cursor?.grid ?? ""),
                    SQLValue(cursor?.number ?? 0),
                ]
            ).compactMap { row in
                guard let grid = AreaID(try row.text(0)) else { return nil }
                return JournalEntry(
                    grid: grid, number: Int(try row.integer(1)), at: Instant(milliseconds: try row.integer(2)),
                    cause: try row.text(3), by: try row.text(4), source: try row.optionalText(5),
                    subject: try row.text(6), before: try row.optionalText(7), after: try row.optionalText(8),
                    version: try row.optionalInteger(9).map { Int($0) })
            }
        }
    }
}

func ledgerVersion(_ row: SQLRow) throws -> LedgerVersion? {
    guard let unit = AreaID(try row.text(0)), let month = Month(try row.text(1)) else { return nil }
    return LedgerVersion(
        unit: unit, month: month, number: Int(try row.integer(2)), cutAt: Instant(milliseconds: try row.integer(3)),
        sha256: try row.text(4))
}

func sha256Text(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).flatMap { byte in [byte >> 4, byte & 15].map { String($0, radix: 16) } }
        .joined()
}

extension SQLConnection {
    func areaLevels() throws -> [AreaID: AreaLevel] {
        var levels: [AreaID: AreaLevel] = [:]
        for row in try rows("SELECT id, level FROM area", []) {
            if let id = AreaID(try row.text(0)) { levels[id] = AreaLevel(rawValue: try row.text(1)) }
        }
        return levels
    }

    /// The grids whose month closes with an area, with their paths.
    fileprivate func grids(of unit: AreaID, in month: Month) throws -> [(grid: String, path: String)] {
        let levels = try areaLevels()
        return try rows(
            "SELECT grid_id, MIN(path) FROM grid_month WHERE month = $1 GROUP BY grid_id ORDER BY grid_id",
            [.text(month.description)]
        ).compactMap { row in
            let path = try row.text(1)
            return PathKey(path)?.closingUnit { levels[$0] } == unit ? (try row.text(0), path) : nil
        }
    }

    /// The first moment at which nothing of these grids that counts has arrived. What was received in the millisecond of
    /// the closing, or by a gateway whose clock is ahead, and is in version 1, is not late.
    fileprivate func lastReceipt(in month: Month, of grids: Set<String>) throws -> Instant {
        var last: Int64 = 0
        for kind in SubjectKind.allCases {
            for row in try rows(
                """
                SELECT g.grid_id, MAX(o.best_received_at) FROM grid_month AS g
                JOIN \(kind.obligationTable) AS o ON o.grid_id = g.grid_id AND o.month = g.month
                WHERE g.month = $1 AND g.kind = $2 AND o.best_received_at IS NOT NULL GROUP BY g.grid_id
                """, [.text(month.description), .text(kind.rawValue)])
            where grids.contains(try row.text(0)) {
                last = max(last, try row.integer(1) + 1)
            }
        }
        return Instant(milliseconds: last)
    }

    /// When months of units closed, for grids that enter a month afterwards.
    func closings(of month: Month) throws -> [AreaID: Int64] {
        var closings: [AreaID: Int64] = [:]
        for row in try rows("SELECT unit_id, closed_at FROM closing WHERE month = $1", [.text(month.description)]) {
            if let unit = AreaID(try row.text(0)) { closings[unit] = try row.integer(1) }
        }
        return closings
    }

    /// Last versions that the journal has gone beyond.
    fileprivate func pendingVersions() throws -> [LedgerVersion] {
        try rows(
            """
            SELECT unit_id, month, version, cut_at, sha256 FROM ledger_version AS v
            WHERE version = (SELECT MAX(w.version) FROM ledger_version AS w
                WHERE w.unit_id = v.unit_id AND w.month = v.month)
            ORDER BY month, unit_id
            """, []
        ).compactMap(ledgerVersion).filter { try !changedGrids(of: $0.unit, in: $0.month).isEmpty }
    }

    /// Grids of a unit with journal entries that no page includes.
    fileprivate func changedGrids(of unit: AreaID, in month: Month) throws -> [(grid: String, path: String)] {
        var changed: Set<String> = []
        for kind in SubjectKind.allCases {
            for row in try rows(
                """
                SELECT j.grid_id FROM \(kind.journalTable) AS j WHERE j.month = $1 GROUP BY j.grid_id
                HAVING MAX(j.number) > COALESCE((SELECT MAX(p.journal) FROM \(kind.pageTable) AS p
                    WHERE p.month = $1 AND p.grid_id = j.grid_id), 0)
                """, [.text(month.description)])
            {
                changed.insert(try row.text(0))
            }
        }
        return changed.isEmpty ? [] : try grids(of: unit, in: month).filter { changed.contains($0.grid) }
    }

    /// Writes the pages of some grids and the version that holds them.
    fileprivate func cut(
        _ number: Int, of unit: AreaID, in month: Month, pages: [(grid: String, path: String)], at now: Instant
    ) throws -> LedgerVersion {
        for kind in SubjectKind.allCases {
            for (grid, path) in pages {
                try insertPage(kind, grid: grid, path: path, unit: unit, month: month, version: number, at: now)
            }
        }
        let tree = number == 1 ? try treeText(of: pages.map(\.path), in: month) : ""
        try run(
            "INSERT INTO ledger_version (unit_id, month, version, cut_at, tree, sha256) VALUES ($1, $2, $3, $4, $5, '')",
            [
                .text(unit.text), .text(month.description), SQLValue(number), .integer(now.milliseconds), .text(tree),
            ])
        let sha256 = try content(of: unit, in: month, version: number).sha256
        try run(
            "UPDATE ledger_version SET sha256 = $4 WHERE unit_id = $1 AND month = $2 AND version = $3",
            [.text(unit.text), .text(month.description), SQLValue(number), .text(sha256)])
        return LedgerVersion(unit: unit, month: month, number: number, cutAt: now, sha256: sha256)
    }

    private func insertPage(
        _ kind: SubjectKind, grid: String, path: String, unit: AreaID, month: Month, version: Int, at now: Instant
    ) throws {
        let duties = try obligations(kind, grid: grid, month: month.description)
        let count = duties.reduce(CoverageCount()) { $0 + $1.row.count }
        let body = pageBody(duties.map { pageLine($0.key, $0.row) })
        try run(
            """
            INSERT INTO \(kind.pageTable) (month, grid_id, version, unit_id, cut_at, path, journal, body, sha256, due,
                done, provisional, outside_only, late, excused, awaiting)
            SELECT $1, $2, $3, $4, $5, $6, COALESCE(MAX(number), 0), $7, $8, $9, $10, $11, $12, $13, $14, $15
            FROM \(kind.journalTable) WHERE month = $1 AND grid_id = $2
            """,
            [
                .text(month.description), .text(grid), SQLValue(version), .text(unit.text),
                .integer(now.milliseconds), .text(path), .text(body), .text(sha256Text(body)), .integer(count.due),
                .integer(count.done), .integer(count.provisional), .integer(count.outsideOnly), .integer(count.late),
                .integer(count.excused), .integer(count.awaiting),
            ])
    }

    /// A grid's duties of a month as a page would write them now.
    func dutyLines(_ kind: SubjectKind, grid: String, month: String) throws -> [String] {
        try obligations(kind, grid: grid, month: month).map { pageLine($0.key, $0.row) }
    }

    private func obligations(_ kind: SubjectKind, grid: String, month: String) throws
        -> [(key: ObligationKey, row: ObligationRow)]
    {
        try rows(
            """
            SELECT o.subject_id, o.policy, o.first_day, o.ordinal, \(obligationColumns) FROM \(kind.obligationTable) AS o
            WHERE o.grid_id = $1 AND o.month = $2 ORDER BY o.subject_id, o.policy, o.first_day, o.ordinal
            """, [.text(grid), .text(month)]
        ).map { row in
            let key = ObligationKey(
                kind: kind, subject: try row.text(0), month: month, policy: try row.text(1), firstDay: try row.text(2),
                ordinal: try row.integer(3))
            return (key, try obligationRow(row, from: 4))
        }
    }

    /// The areas on these paths as they are called on the month's last day: id, level, manager, name, codes.
    private func treeText(of paths: [String], in month: Month) throws -> String {
        var managers: [AreaID: AreaID?] = [:]
        for path in paths {
            let areas = PathKey(path)?.areas ?? []
            for (index, area) in areas.enumerated() { managers[area] = index > 0 ? areas[index - 1] : .some(nil) }
        }
        return try managers.keys.sorted().map { area in
            let line = try areaLines([area.text], on: month.last)[area]
            let codes = try rows(
                """
                SELECT scheme, value FROM area_code WHERE area_id = $1 AND superseded_at IS NULL AND valid_from <= $2
                    AND (valid_to IS NULL OR valid_to > $2) ORDER BY scheme, value
                """, [.text(area.text), .text(month.last.description)])
            let manager = managers[area].flatMap { $0?.text }
            return
                ([area.text, line?.level.rawValue ?? "-", manager ?? "-", line?.name ?? "-"]
                + (try codes.map { "\(try $0.text(0))=\(try $0.text(1))" })).joined(separator: "\t")
        }.joined(separator: "\n")
    }

    /// A version put together from its own pages and, for grids that did not change, those of earlier ones.
    func content(of unit: AreaID, in month: Month, version: Int) throws -> VersionContent {
        let tree =
            try rows(
                "SELECT tree FROM ledger_version WHERE unit_id = $1 AND month = $2 AND version = 1",
                [.text(unit.text), .text(month.description)]
            ).first?.text(0) ?? ""
        let pages = try SubjectKind.allCases.flatMap { kind in
            try rows(
                """
                SELECT p.grid_id, p.path, p.body, p.sha256 FROM \(kind.pageTable) AS p
                WHERE p.unit_id = $1 AND p.month = $2 AND p.version = (SELECT MAX(q.version)
                    FROM \(kind.pageTable) AS q
                    WHERE q.month = p.month AND q.grid_id = p.grid_id AND q.version <= $3)
                ORDER BY p.grid_id
                """, [.text(unit.text), .text(month.description), SQLValue(version)]
            ).map { row in
                VersionContent.Page(
                    kind: kind, head: "\(kind.rawValue) \(try row.text(0)) \(try row.text(1))",
                    body: try row.text(2), sha256: try row.text(3))
            }
        }
        return VersionContent(tree: tree, pages: pages)
    }
}
