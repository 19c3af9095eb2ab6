public import Patrol

extension PatrolStore {
    /// Every version of every policy that the county recorded, the standard ones first.
    /// - Parameter knownAt: as it was known then; everything when nil.
    public func policies(knownAt: Instant? = nil) async throws -> [ObligationPolicy] {
        try await database.read { connection in
            try SubjectKind.allCases.flatMap { kind in
                [.standard(kind)] + (try connection.recordedPolicies(kind, knownAt: knownAt))
            }
        }
    }

    /// Records a policy or a further version of one, and makes its duties in the months that are open.
    ///
    /// A patrol policy replaces what subjects owed, so that it begins with a month that has not begun; the others may
    /// begin on any day that is not over.
    /// - Parameter today: of the deployment's zone.
    /// - Returns: the policy as it is kept, with its number.
    /// - Throws: `PolicyRefusal`.
    public func record(_ policy: ObligationPolicy, by person: String, today: Day, at now: Instant) async throws
        -> ObligationPolicy
    {
        let zone = zone
        return try await database.write { connection in
            // The standard duty is replaced by a policy of the county's own id: every patrol policy goes before it.
            guard policy.id != ObligationPolicy.standardID else { throw PolicyRefusal.otherKind }
            if policy.task == .patrol {
                guard policy.from > Month(containing: today).last, policy.from.day == 1 else {
                    throw PolicyRefusal.patrolBeginsWithMonth
                }
            } else if policy.from < today {
                throw PolicyRefusal.beginsInThePast
            }
            let earlier = try connection.rows(
                "SELECT MAX(version), MIN(kind), MIN(task), MAX(valid_from) FROM policy WHERE id = $1",
                [.text(policy.id)])[0]
            if let kind = try earlier.optionalText(1), let task = try earlier.optionalText(2) {
                guard kind == policy.kind.rawValue, task == policy.task.rawValue else { throw PolicyRefusal.otherKind }
                if let last = try earlier.optionalText(3), last > policy.from.description {
                    throw PolicyRefusal.beginsBeforeEarlierVersion
                }
            }
            let version = Int(try earlier.optionalInteger(0) ?? 0) + 1
            try connection.insert(policy, version: version, by: person, at: now)
            for month in try connection.ledgerMonths() where month.last >= policy.from {
                let ledger = LedgerWriter(
                    connection, zone: zone, cause: Cause(.policy, at: now, by: person, source: policy.id))
                try ledger.settleEverything(policy.kind, in: month)
            }
            return policy.numbered(version)
        }
    }
}

/// Why a policy is not taken.
public enum PolicyRefusal: Error, Equatable, Sendable {
    /// A policy that replaces the monthly duty begins on the first day of a month to come.
    case patrolBeginsWithMonth
    case beginsInThePast
    case beginsBeforeEarlierVersion
    /// The id belongs to a policy for the other kind of subject or for another task, or to the standard.
    case otherKind
}

extension ObligationPolicy {
    func numbered(_ version: Int, to end: Day? = nil) -> ObligationPolicy {
        ObligationPolicy(
            id: id, version: version, kind: kind, task: task, title: title, basis: basis, frequency: frequency,
            selection: selection, discharge: discharge, joinedDays: joinedDays, photoGraceDays: photoGraceDays,
            from: from, to: end ?? to)
    }
}

extension SQLConnection {
    /// What is in force for a kind in a month: the standard that the month began under, and the county's own. An earlier
    /// version ends where the next one begins.
    func policies(_ kind: SubjectKind, rules: Int64, knownAt: Instant? = nil) throws -> [ObligationPolicy] {
        [.standard(kind, version: Int(rules))] + (try recordedPolicies(kind, knownAt: knownAt))
    }

    /// One version, for what was judged under it.
    func policy(_ kind: SubjectKind, id: String, version: Int) throws -> ObligationPolicy? {
        if id == ObligationPolicy.standardID, version <= ObligationPolicy.standardVersion {
            return .standard(kind, version: version)
        }
        return try rows(
            policyColumns + " WHERE id = $1 AND version = $2", [.text(id), SQLValue(version)]
        ).first.flatMap(policy)
    }

    fileprivate func recordedPolicies(_ kind: SubjectKind, knownAt: Instant?) throws -> [ObligationPolicy] {
        let versions = try rows(
            policyColumns + " WHERE kind = $1 AND recorded_at <= $2 ORDER BY id, version",
            [.text(kind.rawValue), .integer((knownAt ?? .latest).milliseconds)]
        ).compactMap(policy)
        return versions.enumerated().map { index, policy in
            guard versions.indices.contains(index + 1), versions[index + 1].id == policy.id else { return policy }
            let end = versions[index + 1].from
            return policy.numbered(policy.version, to: policy.to.map { min($0, end) } ?? end)
        }
    }

    private var policyColumns: String {
        """
        SELECT id, version, kind, task, title, basis, every, times, span_first, span_last, classes, areas, outcomes,
            capacities, together, units, demands, attempts_suffice, joined_days, photo_grace_days, valid_from, valid_to
        FROM policy
        """
    }

    private func policy(_ row: SQLRow) throws -> ObligationPolicy? {
        func members(_ column: Int) throws -> [String] {
            try row.text(column).split(separator: "\n").map(String.init)
        }
        guard let kind = SubjectKind(rawValue: try row.text(2)), let task = ObligationTask(rawValue: try row.text(3)),
            let from = Day(try row.text(20))
        else { return nil }
        let every: Frequency.Every
        switch try row.text(6) {
        case "week": every = .week
        case "span":
            guard let first = try row.optionalText(8).flatMap({ Day($0) }),
                let last = try row.optionalText(9).flatMap({ Day($0) })
            else { return nil }
            every = .span(first: first, last: last)
        default: every = .month
        }
        return ObligationPolicy(
            id: try row.text(0), version: Int(try row.integer(1)), kind: kind, task: task, title: try row.text(4),
            basis: try row.text(5), frequency: Frequency(every, times: Int(try row.integer(7))),
            selection: .init(classes: Set(try members(10)), areas: Set(try members(11).compactMap { AreaID($0) })),
            discharge: .init(
                outcomes: Set(try members(12)), capacities: Set(try members(13).compactMap { Capacity(rawValue: $0) }),
                together: Set(try members(14).compactMap { Capacity(rawValue: $0) }), units: Set(try members(15)),
                demands: Set(try members(16).compactMap { Proof(rawValue: $0) }),
                attemptsSuffice: try row.integer(17) == 1),
            joinedDays: Int(try row.integer(18)), photoGraceDays: Int(try row.integer(19)), from: from,
            to: try row.optionalText(21).flatMap { Day($0) })
    }

    fileprivate func insert(_ policy: ObligationPolicy, version: Int, by person: String, at now: Instant) throws {
        let (every, first, last): (String, Day?, Day?) =
            switch policy.frequency.every {
            case .month: ("month", nil, nil)
            case .week: ("week", nil, nil)
            case .span(let first, let last): ("span", first, last)
            }
        func lines(_ members: some Sequence<String>) -> SQLValue { .text(members.sorted().joined(separator: "\n")) }
        try run(
            """
            INSERT INTO policy (id, version, kind, task, title, basis, every, times, span_first, span_last, classes,
                areas, outcomes, capacities, together, units, demands, attempts_suffice, joined_days,
                photo_grace_days, valid_from, valid_to, recorded_at, recorded_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
                $22, $23, $24)
            """,
            [
                .text(policy.id), SQLValue(version), .text(policy.kind.rawValue), .text(policy.task.rawValue),
                .text(policy.title), .text(policy.basis), .text(every), SQLValue(policy.frequency.times),
                SQLValue(first?.description), SQLValue(last?.description), lines(policy.selection.classes),
                lines(policy.selection.areas.map(\.text)), lines(policy.discharge.outcomes),
                lines(policy.discharge.capacities.map(\.rawValue)), lines(policy.discharge.together.map(\.rawValue)),
                lines(policy.discharge.units), lines(policy.discharge.demands.map(\.rawValue)),
                SQLValue(policy.discharge.attemptsSuffice), SQLValue(policy.joinedDays),
                SQLValue(policy.photoGraceDays), .text(policy.from.description), SQLValue(policy.to?.description),
                .integer(now.milliseconds), .text(person),
            ])
    }
}
