public import Patrol

/// A decision of the executive deputy, a rule or a status (认定).
public struct Ruling: Equatable, Sendable {
    public let id: String
    public let kind: SubjectKind
    public let subject: String
    public let month: Month
    /// nil for an excuse without a visit.
    public let report: String?
    public let matter: RulingMatter
    public let decision: RulingDecision
    /// Of a time that was ruled on.
    public let intoMonth: Month?
    /// The days of an excuse; a status begins with its visit.
    public let from: Day?
    public let until: Day?
    public let reason: String
    /// Document and number it rests on.
    public let basis: String
    public let manner: RulingManner
    public let batch: String?
    /// The ruling that an appeal or a confirmation refers to.
    public let answers: String?
    public let by: String
    public let at: Instant
}

/// What somebody decides of one record.
public struct Decision: Equatable, Sendable {
    public let decision: RulingDecision
    /// Required where the matter is the time.
    public let intoMonth: Month?
    /// Until when a status holds; the record's own day by default.
    public let until: Day?
    public let reason: String
    public let basis: String

    public init(
        _ decision: RulingDecision, intoMonth: Month? = nil, until: Day? = nil, reason: String, basis: String = ""
    ) {
        self.decision = decision
        self.intoMonth = intoMonth
        self.until = until
        self.reason = reason
        self.basis = basis
    }
}

/// Why a ruling is not taken.
public enum RulingRefusal: Error, Equatable, Sendable {
    case noSuchVisit
    /// Nothing of this visit waits.
    case notAwaiting
    /// Nobody rules on what they recorded themselves.
    case ownRecord
    /// The time's interval does not touch that month; those that it does.
    case monthNotPossible([Month])
    /// A status needs the day until which it holds.
    case untilMissing
    /// What concerns one door alone is ruled on singly.
    case notTogether
    case noSuchRuling
    /// The first ruler does not answer the appeal, nor does somebody else than the sender raise it.
    case notTheirs
    case alreadyDecided
    /// The sample was not looked at, or not decided as the rest is to be; how many.
    case sampleDiffers(Int)
}

extension PatrolStore {
    /// Decides what one record makes wait, and settles every duty that it touches.
    /// - Parameter id: of the ruling; a new one.
    /// - Throws: `RulingRefusal`.
    @discardableResult
    public func rule(
        _ kind: SubjectKind, on report: String, _ decision: Decision, id: String, manner: RulingManner = .single,
        by person: String, at now: Instant
    ) async throws -> Ruling {
        let zone = zone
        return try await database.write { connection in
            let ruler = Ruler(connection, zone: zone, kind: kind, by: person, at: now)
            return try ruler.rule(on: report, decision, id: id, manner: manner)
        }
    }

    /// Puts a visit that counts in doubt, until somebody has decided.
    @discardableResult
    public func dispute(
        _ kind: SubjectKind, visit report: String, reason: String, id: String, by person: String, at now: Instant
    ) async throws -> Ruling {
        let zone = zone
        return try await database.write { connection in
            let ruler = Ruler(connection, zone: zone, kind: kind, by: person, at: now)
            return try ruler.raise(on: report, reason: reason, id: id)
        }
    }

    /// Excuses a subject for days in which nobody could go there; holds for duties whose last day lies among them.
    @discardableResult
    public func excuse(
        _ kind: SubjectKind, _ subject: String, from first: Day, to last: Day, reason: String, basis: String,
        id: String, by person: String, at now: Instant
    ) async throws -> Ruling {
        let zone = zone
        return try await database.write { connection in
            let ruler = Ruler(connection, zone: zone, kind: kind, by: person, at: now)
            return try ruler.excuse(subject, from: first, to: last, reason: reason, basis: basis, id: id)
        }
    }

    /// nil if there is no such ruling.
    public func ruling(_ kind: SubjectKind, _ id: String) async throws -> Ruling? {
        try await database.read { try $0.rulings(kind, "WHERE id = $1", [.text(id)]).first }
    }

    /// The grid in which the duty is owed that a record carries; of a record that carries none, where it was filed. nil if
    /// there is no such visit.
    public func grid(ofVisit report: String, _ kind: SubjectKind) async throws -> AreaID? {
        let zone = zone
        return try await database.read { connection in
            do {
                return try Ruler(connection, zone: zone, kind: kind, by: "", at: .earliest).found(report).grid
                    .flatMap { AreaID($0) }
            } catch RulingRefusal.noSuchVisit {
                return nil
            }
        }
    }

    /// Where the subject of a ruling was owed then.
    public func grid(ofRuling id: String, _ kind: SubjectKind) async throws -> AreaID? {
        try await database.read { connection in
            try connection.rows("SELECT grid_id FROM \(kind.rulingTable) WHERE id = $1", [.text(id)]).first?
                .optionalText(0).flatMap { AreaID($0) }
        }
    }

    /// Every grid that holds a subject on some of these days.
    public func grids(holding kind: SubjectKind, _ subject: String, during days: ClosedRange<Day>) async throws
        -> Set<AreaID>
    {
        try await database.read { connection in
            Set(
                try connection.rows(
                    """
                    SELECT grid_id FROM \(kind.rosterTable) WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL
                        AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $2)
                    """, [.text(subject), .text(days.lowerBound.description), .text(days.upperBound.description)]
                ).compactMap { AreaID(try $0.text(0)) })
        }
    }

    /// The grid whose roster holds a subject on a day; nil if none does.
    public func grid(holding kind: SubjectKind, _ subject: String, on day: Day) async throws -> AreaID? {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT grid_id FROM \(kind.rosterTable) WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL
                    AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2) ORDER BY valid_from DESC LIMIT 1
                """, [.text(subject), .text(day.description)]
            ).first.flatMap { AreaID(try $0.text(0)) }
        }
    }

    /// The grid that holds a subject, or did last; nil if there is no such subject.
    public func lastGrid(of kind: SubjectKind, _ subject: String) async throws -> AreaID? {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT grid_id FROM \(kind.rosterTable) WHERE \(kind.rosterSubject) = $1 AND superseded_at IS NULL
                ORDER BY valid_from DESC LIMIT 1
                """, [.text(subject)]
            ).first.flatMap { AreaID(try $0.text(0)) }
        }
    }

    /// Rulings on records that a person sent, of visits in a month, oldest first.
    public func rulings(
        _ kind: SubjectKind, onRecordsOf person: String, in month: Month, known: Knowledge = .now
    ) async throws -> [Ruling] {
        try await database.read { connection in
            try connection.rulings(
                kind,
                """
                WHERE month = $1 AND ruled_at <= $3 AND report_id IN (SELECT id FROM report WHERE person_id = $2)
                ORDER BY ruled_at, id
                """,
                [.text(month.description), .text(person), .integer((known.at ?? .latest).milliseconds)])
        }
    }

    /// Every ruling on a subject, oldest first.
    public func rulings(_ kind: SubjectKind, on subject: String) async throws -> [Ruling] {
        try await database.read { connection in
            try connection.rulings(kind, "WHERE subject_id = $1 ORDER BY ruled_at, id", [.text(subject)])
        }
    }
}

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

extension Ruling {
    /// What a status says of a later visit that found it again.
    static func confirmation(of status: Ruling, by report: String, month: Month, at now: Instant) -> Ruling {
        Ruling(
            id: "confirmed-\(report)-\(status.id)", kind: status.kind, subject: status.subject, month: month,
            report: report,
            matter: .status, decision: .granted, intoMonth: nil, from: nil, until: status.until,
            reason: status.reason, basis: status.basis, manner: .confirmation, batch: nil, answers: status.id,
            by: "status", at: now)
    }
}

extension SQLConnection {
    /// - Parameter grid: where the subject was owed then.
    func insert(_ ruling: Ruling, standing: Standing?, grid: String?) throws {
        // Rulings on one record have an order, even by two gateways' clocks.
        let last = try rows(
            "SELECT MAX(ruled_at) FROM \(ruling.kind.rulingTable) WHERE report_id = $1", [SQLValue(ruling.report)]
        ).first?.optionalInteger(0)
        let at = max(ruling.at.milliseconds, (last ?? .min) == .min ? .min : (last ?? 0) + 1)
        try run(
            """
            INSERT INTO \(ruling.kind.rulingTable) (id, subject_id, month, report_id, matter, decision, standing,
                into_month, first_day, until_day, reason, basis, manner, batch_id, answers, ruled_by, ruled_at, grid_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            """,
            [
                .text(ruling.id), .text(ruling.subject), .text(ruling.month.description), SQLValue(ruling.report),
                .text(ruling.matter.rawValue), .text(ruling.decision.rawValue),
                SQLValue(standing.map { Int64($0.rawValue) }), SQLValue(ruling.intoMonth?.description),
                SQLValue(ruling.from?.description), SQLValue(ruling.until?.description), .text(ruling.reason),
                .text(ruling.basis), .text(ruling.manner.rawValue), SQLValue(ruling.batch), SQLValue(ruling.answers),
                .text(ruling.by), .integer(at), SQLValue(grid),
            ])
    }

    func rulings(_ kind: SubjectKind, _ condition: String, _ values: [SQLValue]) throws -> [Ruling] {
        try rows(
            """
            SELECT id, subject_id, month, report_id, matter, decision, into_month, first_day, until_day, reason, basis,
                manner, batch_id, answers, ruled_by, ruled_at
            FROM \(kind.rulingTable) \(condition)
            """, values
        ).compactMap { row in
            guard let month = Month(try row.text(2)), let matter = RulingMatter(rawValue: try row.text(4)),
                let decision = RulingDecision(rawValue: try row.text(5)),
                let manner = RulingManner(rawValue: try row.text(11))
            else { return nil }
            return Ruling(
                id: try row.text(0), kind: kind, subject: try row.text(1), month: month,
                report: try row.optionalText(3), matter: matter, decision: decision,
                intoMonth: try row.optionalText(6).flatMap { Month($0) },
                from: try row.optionalText(7).flatMap { Day($0) }, until: try row.optionalText(8).flatMap { Day($0) },
                reason: try row.text(9), basis: try row.text(10), manner: manner, batch: try row.optionalText(12),
                answers: try row.optionalText(13), by: try row.text(14),
                at: Instant(milliseconds: try row.integer(15)))
        }
    }

    /// Statuses granted to a subject that hold on a day and that nobody has ended until a moment, the latest first.
    func statuses(_ kind: SubjectKind, _ subject: String, on day: Day, until moment: Instant) throws -> [(
        ruling: Ruling, status: DatedStatus
    )] {
        let granted = try rulings(
            kind,
            """
            WHERE subject_id = $1 AND matter = 'status' AND decision = 'granted' AND manner <> 'confirmation'
                AND until_day >= $2 ORDER BY ruled_at DESC, id
            """, [.text(subject), .text(day.description)])
        return try granted.compactMap { ruling in
            guard let report = ruling.report, let until = ruling.until,
                try rulings(kind, "WHERE report_id = $1 ORDER BY ruled_at, id", [.text(report)]).last == ruling,
                let row = try rows(
                    "SELECT outcome, visited_at FROM \(kind.visitTable) WHERE report_id = $1", [.text(report)]
                ).first, let outcome = Outcome(kind: kind, name: try row.text(0))
            else { return nil }
            let status = DatedStatus(outcome, began: Instant(milliseconds: try row.integer(1)), until: until)
            let since = try rows(
                "SELECT outcome FROM \(kind.visitTable) WHERE subject_id = $1 AND visited_at > $2 AND visited_at <= $3",
                [.text(subject), .integer(status.began.milliseconds), .integer(moment.milliseconds)])
            let isEnded = try since.contains { Outcome(kind: kind, name: try $0.text(0))?.endsStatus == true }
            return isEnded ? nil : (ruling, status)
        }
    }

    /// The granted excuse without a visit that holds for a duty's last day.
    func excuses(_ kind: SubjectKind, _ subject: String) throws -> [Ruling] {
        try rulings(
            kind, "WHERE subject_id = $1 AND report_id IS NULL AND decision = 'granted' ORDER BY ruled_at, id",
            [.text(subject)])
    }
}

extension [Ruling] {
    /// Of these excuses the one that holds for a period.
    func carrier(for period: Period) -> Carrier? {
        first { excuse in
            guard let first = excuse.from, let last = excuse.until else { return false }
            return first <= period.last && period.last <= last
        }.map { Carrier(standing: .excused, visitedAt: $0.at, receivedAt: $0.at, report: $0.id) }
    }
}
