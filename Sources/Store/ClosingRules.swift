public import Patrol

/// How long a county's months wait for what is under way, since when, on what paper.
public struct DatedClosingRule: Equatable, Sendable {
    public let rule: ClosingRule
    public let basis: String
    public let from: Month

    public init(_ rule: ClosingRule, basis: String, from: Month) {
        self.rule = rule
        self.basis = basis
        self.from = from
    }
}

extension PatrolStore {
    /// Months that begin later wait so many days, those of them that somebody looked at already too; months that have
    /// begun keep what they began under.
    /// - Throws: `PolicyRefusal.beginsInThePast`.
    public func record(_ rule: DatedClosingRule, by person: String, today: Day, at now: Instant) async throws {
        guard rule.from > Month(containing: today) else { throw PolicyRefusal.beginsInThePast }
        try await database.write { connection in
            try connection.run(
                """
                INSERT INTO closing_rule (valid_from, grace_days, basis, recorded_at, recorded_by)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .text(rule.from.first.description), SQLValue(rule.rule.graceDays), .text(rule.basis),
                    .integer(now.milliseconds), .text(person),
                ])
            for month in try connection.ledgerMonths() where month >= rule.from {
                try connection.run(
                    "UPDATE ledger_month SET grace_days = $2 WHERE month = $1",
                    [.text(month.description), SQLValue(try connection.closingRule(for: month).graceDays)])
            }
        }
    }

    /// Every rule that was recorded, by month; of several for one month the last one holds.
    public func closingRules(known: Knowledge = .now) async throws -> [DatedClosingRule] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT valid_from, grace_days, basis FROM closing_rule WHERE recorded_at <= $1
                ORDER BY valid_from, recorded_at
                """, [.integer((known.at ?? .latest).milliseconds)]
            ).compactMap { row in
                try Day(try row.text(0)).map {
                    DatedClosingRule(
                        ClosingRule(graceDays: Int(try row.integer(1))), basis: try row.text(2),
                        from: Month(containing: $0))
                }
            }
        }
    }
}

extension SQLConnection {
    func closingRule(for month: Month) throws -> ClosingRule {
        try rows(
            """
            SELECT grace_days FROM closing_rule WHERE valid_from <= $1 ORDER BY valid_from DESC, recorded_at DESC LIMIT 1
            """, [.text(month.first.description)]
        ).first.map { ClosingRule(graceDays: Int(try $0.integer(0))) } ?? .standard
    }
}
