public import Patrol

extension PatrolStore {
    /// Rules that the county recorded, in the order of their ids.
    public func rulingRules(known: Knowledge = .now) async throws -> [RulingRule] {
        try await database.read { try $0.rulingRules(known: known) }
    }

    /// Records a rule; what it covers is granted from then on, by the job.
    /// - Throws: `RulingRefusal.notTogether` for a matter that needs a person, `StoreError.uniqueViolation` for an id that
    ///   is taken.
    public func record(_ rule: RulingRule, by person: String, at now: Instant) async throws {
        guard rule.matter.mayBeRuledTogether else { throw RulingRefusal.notTogether }
        _ = try await database.write { connection in
            try connection.run(
                """
                INSERT INTO ruling_rule (id, kind, matter, classes, areas, months_in_row, longest_days, basis, valid_from,
                    valid_to, recorded_at, recorded_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """,
                [
                    .text(rule.id), .text(rule.kind.rawValue), .text(rule.matter.rawValue),
                    .text(rule.selection.classes.sorted().joined(separator: "\n")),
                    .text(rule.selection.areas.map(\.text).sorted().joined(separator: "\n")),
                    SQLValue(rule.monthsInRow), SQLValue(rule.longestDays), .text(rule.basis),
                    .text(rule.from.description), SQLValue(rule.to?.description), .integer(now.milliseconds),
                    .text(person),
                ])
        }
    }

    /// Grants what waits in a month and a rule covers, some at a time, so that reports do not wait for all of them.
    /// - Returns: how many were granted.
    public func applyRules(in month: Month, at now: Instant) async throws -> Int {
        let zone = zone
        let covered = try await database.read { try $0.covered(in: month, zone: zone) }
        var granted = 0
        for items in covered.chunks(of: rulingsAtOnce) {
            granted += try await database.write { connection in
                try items.count { item, rule in
                    let ruler = Ruler(connection, zone: zone, kind: item.kind, by: "rule:" + rule.id, at: now)
                    // Somebody looked at it before, or an earlier grant of this round settled it: then it is left to people.
                    let earlier = try connection.rulings(item.kind, "WHERE report_id = $1", [.text(item.report)])
                    guard earlier.isEmpty, try ruler.found(item.report).matter == item.matter else { return false }
                    try ruler.rule(
                        on: item.report, Decision(.granted, reason: "按规则认定", basis: rule.basis),
                        id: "rule-\(rule.id)-\(item.report)", manner: .rule)
                    return true
                }
            }
        }
        return granted
    }
}

extension SQLConnection {
    /// What waits in a month, each with the first rule that grants it.
    fileprivate func covered(in month: Month, zone: DeploymentZone) throws -> [(item: QueueItem, rule: RulingRule)] {
        let rules = try rulingRules()
        guard !rules.isEmpty else { return [] }
        let tree = try areaTree(on: month.last)
        var covered: [(QueueItem, RulingRule)] = []
        for kind in Set(rules.map(\.kind)).sorted(by: { $0.rawValue < $1.rawValue }) {
            var seen: Set<String> = []
            for item in try queue(
                kind, below: nil, in: month, matter: nil, after: nil, limit: .max / 2, zone: zone)
            where seen.insert(item.report).inserted {
                let place = SubjectPlace(
                    category: try subjectClass(kind, item.subject), grid: item.grid,
                    path: try standing(item.grid.text, in: tree, on: month.last, known: .now)
                        ?? PathKey(root: item.grid))
                let day = zone.day(of: item.visitedAt)
                let rule = rules.first {
                    $0.kind == kind
                        && $0.grants(item.matter, place, on: day, excusedBefore: item.excusedBefore, until: item.until)
                }
                if let rule { covered.append((item, rule)) }
            }
        }
        return covered
    }
}

extension SQLConnection {
    fileprivate func subjectClass(_ kind: SubjectKind, _ subject: String) throws -> String {
        try rows("SELECT \(kind.classColumn) FROM \(kind.subjectTable) WHERE id = $1", [.text(subject)]).first?
            .text(0) ?? ""
    }

    fileprivate func rulingRules(known: Knowledge = .now) throws -> [RulingRule] {
        try rows(
            """
            SELECT id, kind, matter, classes, areas, months_in_row, longest_days, basis, valid_from, valid_to
            FROM ruling_rule WHERE recorded_at <= $1 ORDER BY id
            """, [.integer((known.at ?? .latest).milliseconds)]
        ).compactMap { row in
            guard let kind = SubjectKind(rawValue: try row.text(1)),
                let matter = RulingMatter(rawValue: try row.text(2)), let from = Day(try row.text(8))
            else { return nil }
            func members(_ column: Int) throws -> [String] {
                try row.text(column).split(separator: "\n").map(String.init)
            }
            return RulingRule(
                id: try row.text(0), kind: kind, matter: matter,
                selection: .init(classes: Set(try members(3)), areas: Set(try members(4).compactMap { AreaID($0) })),
                monthsInRow: Int(try row.integer(5)), longestDays: Int(try row.integer(6)), basis: try row.text(7),
                from: from, to: try row.optionalText(9).flatMap { Day($0) })
        }
    }
}
