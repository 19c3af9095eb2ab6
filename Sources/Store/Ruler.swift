import Patrol

/// One transaction of ruling.
struct Ruler {
    let connection: any SQLConnection
    let zone: DeploymentZone
    let kind: SubjectKind
    let by: String
    let at: Instant

    init(_ connection: any SQLConnection, zone: DeploymentZone, kind: SubjectKind, by: String, at: Instant) {
        self.connection = connection
        self.zone = zone
        self.kind = kind
        self.by = by
        self.at = at
    }

    /// A visit with what a ruling on it must know.
    struct Case {
        let visit: VisitFacts
        let subject: String
        let month: Month
        let sender: String
        let time: VisitTime
        let policy: ObligationPolicy
        let period: Period?
        let isSecondAttempt: Bool
        let until: Day?
        let grade: String
        /// Under which the visit itself was judged.
        let own: ObligationPolicy
        /// Where the subject is owed; of one that is not, where the record was filed.
        let grid: String?

        var matter: RulingMatter? { policy.matter(of: visit, in: period, isSecondAttempt: isSecondAttempt) }
    }

    @discardableResult
    func rule(
        on report: String, _ decision: Decision, id: String, manner: RulingManner, batch: String? = nil,
        answers: String? = nil, matter known: RulingMatter? = nil
    ) throws -> Ruling {
        let found = try self.found(report)
        guard let matter = known ?? found.matter else { throw RulingRefusal.notAwaiting }
        guard found.sender != by else { throw RulingRefusal.ownRecord }
        var time: VisitTime?
        if matter == .time, decision.decision == .granted {
            let possible = found.months(zone)
            // Of many at once each goes to its likeliest month.
            let likeliest = manner == .bulk || manner == .rule ? zone.month(of: found.time.instant) : nil
            guard let month = decision.intoMonth ?? likeliest, let ruled = found.time.ruled(into: month, zone: zone)
            else {
                throw RulingRefusal.monthNotPossible(possible)
            }
            time = ruled
        }
        let until = decision.until ?? found.until
        if matter == .status, decision.decision == .granted, until == nil { throw RulingRefusal.untilMissing }
        let ruling = Ruling(
            id: id, kind: kind, subject: found.subject,
            month: zone.month(of: time?.instant ?? found.visit.visitedAt), report: report, matter: matter,
            decision: decision.decision,
            intoMonth: time.map { zone.month(of: $0.instant) },
            from: nil, until: matter == .status ? until : nil, reason: decision.reason, basis: decision.basis,
            manner: manner, batch: batch, answers: answers, by: by, at: at)
        try connection.insert(ruling, standing: matter.effect(decision.decision), grid: found.grid)
        try apply(ruling, to: found, time: time)
        if matter == .roster { try decideProposal(of: ruling, report, found) }
        if matter == .status, decision.decision == .granted { try confirmLater(than: found, ruling) }
        return ruling
    }

    func raise(on report: String, reason: String, id: String) throws -> Ruling {
        let found = try self.found(report)
        guard found.visit.ruled != .awaiting, found.matter == nil else { throw RulingRefusal.alreadyDecided }
        let ruling = Ruling(
            id: id, kind: kind, subject: found.subject, month: zone.month(of: found.visit.visitedAt), report: report,
            matter: .dispute, decision: .raised, intoMonth: nil, from: nil, until: nil, reason: reason, basis: "",
            manner: .single, batch: nil, answers: nil, by: by, at: at)
        try connection.insert(ruling, standing: .awaiting, grid: found.grid)
        try apply(ruling, to: found, time: nil)
        return ruling
    }

    func excuse(_ subject: String, from first: Day, to last: Day, reason: String, basis: String, id: String) throws
        -> Ruling
    {
        let ruling = Ruling(
            id: id, kind: kind, subject: subject, month: Month(containing: last), report: nil, matter: .excuse,
            decision: .granted, intoMonth: nil, from: first, until: last, reason: reason, basis: basis,
            manner: .single, batch: nil, answers: nil, by: by, at: at)
        let grid = try connection.rows(
            """
            SELECT grid_id FROM \(kind.rosterTable) WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL
                AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2) ORDER BY valid_from DESC LIMIT 1
            """, [.text(subject), .text(last.description)]
        ).first?.text(0)
        try connection.insert(ruling, standing: .excused, grid: grid)
        let ledger = LedgerWriter(connection, zone: zone, cause: Cause(.ruling, at: at, by: by, source: id))
        try ledger.settle(kind, subject, visitedOn: first...max(first, last))
        return ruling
    }

    // MARK: Effects

    /// - Parameter time: that the visit was ruled to have; nil where it stays.
    private func apply(_ ruling: Ruling, to found: Case, time: VisitTime?) throws {
        let effect = ruling.matter.effect(ruling.decision)
        let visit = found.visit.with(
            ruled: effect, matter: effect == nil ? nil : ruling.matter, time: time?.instant, zone: zone)
        let period = found.own.period(on: visit.day)
        try connection.run(
            """
            UPDATE \(kind.visitTable) SET ruled = $2, ruled_matter = $3, standing = $4, month = $5, visited_at = $6,
                downgraded_because = NULL, into_first = COALESCE($7, into_first), into_last = COALESCE($7, into_last)
            WHERE report_id = $1
            """,
            [
                .text(visit.report), SQLValue(effect.map { Int64($0.rawValue) }),
                SQLValue(effect == nil ? nil : ruling.matter.rawValue),
                SQLValue(found.own.standing(of: visit, in: period).rawValue),
                .text(zone.month(of: visit.visitedAt).description), .integer(visit.visitedAt.milliseconds),
                SQLValue(time == nil ? nil : visit.day.description),
            ])
        let ledger = LedgerWriter(connection, zone: zone, cause: Cause(.ruling, at: at, by: by, source: ruling.id))
        for day in Set([found.visit.day, visit.day]) {
            try ledger.settle(kind, found.subject, visitedOn: day...day)
        }
    }

    /// Later visits that say the same again wait no longer.
    private func confirmLater(than found: Case, _ status: Ruling) throws {
        guard let until = status.until else { return }
        let granted = DatedStatus(found.visit.outcome, began: found.visit.visitedAt, until: until)
        let later = try connection.visits(kind, found.subject, from: found.visit.day, to: until, zone: zone)
            .filter { $0.visitedAt > granted.began }
        for visit in later.sorted(by: { $0.visitedAt < $1.visitedAt }) {
            if visit.outcome.endsStatus { return }
            guard visit.ruled == nil, visit.outcome.mayConfirm else { continue }
            let confirmed = try self.found(visit.report)
            guard
                granted.isConfirmed(
                    by: visit.outcome, at: visit.visitedAt, days: visit.days, until: confirmed.until,
                    present: visit.capacities, discharging: confirmed.own.discharge.capacities)
            else { continue }
            let ruling = Ruling.confirmation(of: status, by: visit.report, month: confirmed.month, at: at)
            try connection.insert(ruling, standing: .excused, grid: confirmed.grid)
            try apply(ruling, to: confirmed, time: nil)
        }
    }

    private func decideProposal(of ruling: Ruling, _ report: String, _ found: Case) throws {
        let accepted = ruling.decision == .granted
        let decided = try connection.run(
            """
            UPDATE \(kind.proposalTable) SET decision = $2, decided_by = $3, decided_at = $4
            WHERE report_id = $1 AND change = 'remove'
                AND (decision IS NULL \(ruling.manner == .appeal ? "OR decision = 'refused'" : ""))
            """, [.text(report), .text(accepted ? "accepted" : "refused"), .text(by), .integer(at.milliseconds)])
        // A new tenant at the same door is enrolled by who keeps the list; until then the duty is excused, not gone.
        guard accepted, decided == 1 else { return }
        try connection.move(
            kind, found.subject, to: nil, from: found.visit.day, by: by, source: ruling.id, zone: zone, at: at)
    }
}

extension Ruler {
    /// The visit of a record with its duty's policy, and whether it is the second of two attempts.
    func found(_ report: String) throws -> Case {
        guard
            let row = try connection.rows(
                """
                SELECT v.report_id, v.visited_at, v.earliest_at, v.latest_at, v.outcome, v.capacity, v.others, v.brings,
                    v.ruled, r.missing_photos, r.received_at, v.subject_id, v.ruled_matter, v.into_first, v.into_last,
                    r.time_rule, v.standing, r.person_id, v.month, o.policy, o.policy_version, v.policy,
                    v.policy_version, o.best_standing, v.until_day, v.grade, r.visited_at,
                    COALESCE(o.grid_id, r.grid_id)
                FROM \(kind.visitTable) AS v JOIN report AS r ON r.id = v.report_id
                LEFT JOIN \(kind.obligationTable) AS o ON o.subject_id = v.subject_id AND o.best_report_id = v.report_id
                WHERE v.report_id = $1
                ORDER BY CASE WHEN o.state = 'awaiting' THEN 0 ELSE 1 END, o.month, o.policy, o.first_day, o.ordinal
                """, [.text(report)]
            ).first, let month = Month(try row.text(18))
        else { throw RulingRefusal.noSuchVisit }
        let visit = try visitFacts(row, kind, zone: zone, from: 0)
        let subject = try row.text(11)
        let policyID = try row.optionalText(19) ?? row.text(21)
        let version = Int(try row.optionalInteger(20) ?? row.integer(22))
        guard let policy = try connection.policy(kind, id: policyID, version: version),
            let own = try connection.policy(kind, id: row.text(21), version: Int(row.integer(22)))
        else { throw StoreError.failed("policy \(policyID)@\(version) is missing") }
        // As it was judged at receipt: a ruling on the time may be followed by another one.
        let judged = Instant(milliseconds: try row.integer(26))
        let earliest = try row.optionalInteger(2).map { Instant(milliseconds: $0) } ?? judged
        let latest = try row.optionalInteger(3).map { Instant(milliseconds: $0) } ?? judged
        let period = policy.period(on: visit.day)
        return Case(
            visit: visit, subject: subject, month: month, sender: try row.text(17),
            time: VisitTime(instant: judged, earliest: earliest, latest: latest, basis: .wallClock),
            policy: policy, period: period,
            isSecondAttempt: try row.optionalInteger(23) == Int64(Standing.awaiting.rawValue)
                && policy.standing(of: visit, in: period) == .attempt,
            until: try row.optionalText(24).flatMap { Day($0) }, grade: try row.text(25), own: own,
            grid: try row.optionalText(27))
    }
}

extension Ruler.Case {
    /// Months that the visit's time may lie in.
    fileprivate func months(_ zone: DeploymentZone) -> [Month] {
        let first = zone.month(of: time.earliest)
        let last = zone.month(of: time.latest)
        var months = [first]
        while let next = months.last?.next, next <= last { months.append(next) }
        return months
    }
}

extension ObligationPolicy {
    /// Its period that holds a day; of a span that is long, up to two months on.
    func period(on day: Day) -> Period? {
        let month = Month(containing: day)
        return [month, month.next, month.next.next].lazy.flatMap { self.periods(of: $0) }.first { $0.contains(day) }
    }
}

extension VisitFacts {
    /// The same visit after a ruling.
    /// - Parameter time: that it was ruled to have, which makes its day certain.
    fileprivate func with(ruled: Standing?, matter: RulingMatter?, time: Instant?, zone: DeploymentZone) -> VisitFacts {
        let visitedAt = time ?? self.visitedAt
        let day = zone.day(of: visitedAt)
        return VisitFacts(
            report: report, visitedAt: visitedAt, receivedAt: receivedAt, days: time == nil ? days : day...day,
            day: day, hour: zone.hour(of: visitedAt), outcome: outcome, capacities: capacities, units: units,
            brings: brings, photosMissing: photosMissing, ruled: ruled, ruledMatter: matter)
    }
}
