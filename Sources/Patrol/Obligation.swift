/// Where a subject stands on the roster: what decides which policies hold for it.
public struct SubjectPlace: Equatable, Sendable {
    /// A place's category; a key person's list owner.
    public let category: String
    public let grid: AreaID
    /// Of the grid in the managed-by tree.
    public let path: PathKey

    public init(category: String, grid: AreaID, path: PathKey) {
        self.category = category
        self.grid = grid
        self.path = path
    }
}

/// One duty of one subject, before anything became of it.
public struct OwedVisit: Hashable, Sendable {
    public let policy: String
    public let version: Int
    public let period: Period
    /// 1…`times` of the period.
    public let ordinal: Int
    public let grid: AreaID
}

/// What a subject owes in a month.
///
/// - Parameters:
///   - policies: all of the subject's kind that are known; those whose time has not come are left out here.
///   - place: where the roster has the subject on a day; nil while it is on no roster.
public func owedVisits(
    in month: Month, policies: [ObligationPolicy], place: (Day) throws -> SubjectPlace?
) rethrows -> [OwedVisit] {
    func owed(_ policy: ObligationPolicy) throws -> [OwedVisit] {
        try policy.periods(of: month).flatMap { period -> [OwedVisit] in
            guard let holder = try place(period.last), policy.selection.holds(holder),
                try place(policy.joiningDay(of: period)) != nil
            else { return [] }
            return (1...max(1, policy.frequency.times)).map { ordinal in
                OwedVisit(
                    policy: policy.id, version: policy.version, period: period, ordinal: ordinal, grid: holder.grid)
            }
        }
    }
    var all = try policies.filter { $0.task != .patrol }.flatMap(owed)
    for versions in patrolPolicies(policies, of: month) {
        let patrols = try versions.flatMap(owed)
        if !patrols.isEmpty {
            all += patrols
            break
        }
    }
    return all
}

/// Patrol policies that have periods in a month, by their id, the most precise first: a subject owes under the first
/// that holds for it. Of equally precise ones that which came in force later goes first.
public func patrolPolicies(_ policies: [ObligationPolicy], of month: Month) -> [[ObligationPolicy]] {
    let inForce = policies.filter { $0.task == .patrol && !$0.periods(of: month).isEmpty }
    return Dictionary(grouping: inForce, by: \.id).values
        .map { $0.sorted { $0.version < $1.version } }
        .sorted { first, second in
            guard let first = first.last, let second = second.last else { return false }
            return (first.selection.precision, first.from, first.id)
                > (second.selection.precision, second.from, second.id)
        }
}

/// What a stored visit says, as far as it matters to duties.
public struct VisitFacts: Equatable, Sendable {
    public let report: String
    public let visitedAt: Instant
    public let receivedAt: Instant
    /// Days that the visit may have happened on, by its time's interval.
    public let days: ClosedRange<Day>
    /// The day and hour (0…23) of `visitedAt`.
    public let day: Day
    public let hour: Int
    public let outcome: Outcome
    /// The sender's capacity and those of all who took part.
    public let capacities: Set<Capacity>
    public let units: Set<String>
    public let brings: Set<Proof>
    public let photosMissing: Bool
    /// What somebody ruled that it counts for.
    public let ruled: Standing?
    /// What that ruling was about; nil for one that holds whatever else does.
    public let ruledMatter: RulingMatter?

    public init(
        report: String, visitedAt: Instant, receivedAt: Instant, days: ClosedRange<Day>, day: Day, hour: Int,
        outcome: Outcome, capacities: Set<Capacity>, units: Set<String>, brings: Set<Proof>, photosMissing: Bool,
        ruled: Standing?, ruledMatter: RulingMatter? = nil
    ) {
        self.report = report
        self.visitedAt = visitedAt
        self.receivedAt = receivedAt
        self.days = days
        self.day = day
        self.hour = hour
        self.outcome = outcome
        self.capacities = capacities
        self.units = units
        self.brings = brings
        self.photosMissing = photosMissing
        self.ruled = ruled
        self.ruledMatter = ruledMatter
    }

    /// A ruling that answers no single question but says what the visit is worth, for every duty alike.
    fileprivate var override: Standing? {
        switch ruledMatter {
        case .evidence, .family: nil
        default: ruled
        }
    }

    /// Whether a ruling answered this question in the worker's favour; nil if it was not asked.
    fileprivate func granted(_ matter: RulingMatter) -> Bool? {
        ruledMatter == matter ? ruled.map { $0 == .done } : nil
    }
}

extension ObligationPolicy {
    /// What a visit counts for towards a duty of this policy.
    /// - Parameter period: nil where nothing is owed: then what it would count for in its own month.
    public func standing(of visit: VisitFacts, in period: Period?) -> Standing {
        if let override = visit.override { return override }
        guard !visit.capacities.isDisjoint(with: discharge.capacities),
            visit.capacities.isSuperset(of: discharge.together), visit.units.isSuperset(of: discharge.units)
        else { return .notDischarging }
        let counts = discharge.outcomes.contains(visit.outcome.name) || visit.granted(.family) == true
        if !counts, visit.granted(.family) == false { return .notDischarging }
        let reached = counts ? .done : visit.outcome.standing
        let isCertain =
            period.map { $0.contains(visit.days.lowerBound) && $0.contains(visit.days.upperBound) }
            ?? (Month(containing: visit.days.lowerBound) == Month(containing: visit.days.upperBound))
        guard reached == .done else { return isCertain ? reached : min(reached, .awaiting) }
        guard isCertain else { return .awaiting }
        if !visit.brings.isSuperset(of: discharge.demands), visit.granted(.evidence) != true {
            return visit.granted(.evidence) == false ? .notDischarging : .awaiting
        }
        return visit.photosMissing ? .provisional : .done
    }
}

extension VisitClaim {
    /// Whether a grid worker's visit is likely to settle the duty or to await a ruling; for lists that work offline.
    public var mayDischarge: Bool {
        ObligationPolicy.standard(subject.kind).discharge.outcomes.contains(outcome.name)
            || outcome.standing >= .awaiting
    }
}

extension Outcome {
    /// What it counts for where no policy lets it discharge (`field-notes` 4).
    fileprivate var standing: Standing {
        switch self {
        case .place(.checked), .person(.met): .notDischarging
        case .place(.closedNow), .place(.unreachable), .person(.noAnswer): .attempt
        case .place(.suspended), .place(.gone), .place(.changed): .awaiting
        case .person(.familyMet), .person(.away), .person(.hospital), .person(.offList): .awaiting
        case .place(.refused), .person(.phone), .person(.refused), .person(.lostContact): .notDischarging
        }
    }
}

/// What carries an obligation's state: a visit, the second of two attempts, or a ruling that excuses without a visit.
///
/// Ordered by standing, then earliest, then smallest id, so that the order of arrival does not matter.
public struct Carrier: Equatable, Sendable {
    public let standing: Standing
    public let visitedAt: Instant
    public let receivedAt: Instant
    /// The record's id, or the ruling's.
    public let report: String

    public init(standing: Standing, visitedAt: Instant, receivedAt: Instant, report: String) {
        self.standing = standing
        self.visitedAt = visitedAt
        self.receivedAt = receivedAt
        self.report = report
    }

    public func isBetter(than other: Carrier?) -> Bool {
        guard let other else { return true }
        if standing != other.standing { return standing > other.standing }
        return (visitedAt, report) < (other.visitedAt, other.report)
    }
}

extension ObligationPolicy {
    /// What carries each of a period's duties, best first; nil where nobody came.
    /// - Parameters:
    ///   - visits: all of the subject's that may lie in the period; others are left out here.
    ///   - excuse: a ruling that the subject need not be visited in this period.
    public func carriers(in period: Period, visits: [VisitFacts], excuse: Carrier?) -> [Carrier?] {
        let inside = visits.filter { period.contains($0.day) }
        var byDay: [Day: Carrier] = [:]
        for visit in inside {
            let carrier = visit.carrier(standing(of: visit, in: period))
            if carrier.isBetter(than: byDay[visit.day]) { byDay[visit.day] = carrier }
        }
        var carriers = Array(byDay.values)
        if let pair = secondAttempt(inside, period) {
            carriers.removeAll { $0.report == pair.report }
            carriers.append(pair)
        }
        carriers.sort { $0.isBetter(than: $1) }
        let times = max(1, frequency.times)
        if let excuse {
            // An excuse stands in for every visit that did not do better.
            carriers = carriers.filter { $0.isBetter(than: excuse) }
            while carriers.count < times { carriers.append(excuse) }
        }
        return (0..<times).map { carriers.indices.contains($0) ? carriers[$0] : nil }
    }

    /// The earliest attempt that has another one before it on a different day and in a different part of the day.
    private func secondAttempt(_ visits: [VisitFacts], _ period: Period) -> Carrier? {
        // Before the second version of the standard there were no pairs, and a day that is a guess makes none.
        guard id != Self.standardID || version > 1 else { return nil }
        let attempts = visits.filter {
            standing(of: $0, in: period) == .attempt && $0.days.lowerBound == $0.days.upperBound
        }
        .sorted { ($0.visitedAt, $0.report) < ($1.visitedAt, $1.report) }
        for (index, second) in attempts.enumerated() {
            let pairs = attempts[..<index].contains { first in
                first.day != second.day && DayPart(hour: first.hour) != DayPart(hour: second.hour)
            }
            guard pairs else { continue }
            // For a person, nobody was seen: the county may excuse it, by rule.
            let reached: Standing = kind == .place && discharge.attemptsSuffice ? .outsideOnly : .awaiting
            return second.carrier(reached)
        }
        return nil
    }
}

extension VisitFacts {
    public func carrier(_ standing: Standing) -> Carrier {
        Carrier(standing: standing, visitedAt: visitedAt, receivedAt: receivedAt, report: report)
    }
}

/// Morning until noon, afternoon until six, evening.
public enum DayPart: Hashable, Sendable {
    case morning, afternoon, evening

    /// - Parameter hour: 0…23, local.
    public init(hour: Int) { self = hour < 12 ? .morning : hour < 18 ? .afternoon : .evening }
}

/// What a visit says is wrong with the roster, as a proposal that somebody decides on.
public enum RosterChange: String, CaseIterable, Sendable {
    /// A place that was found in the field.
    case add
    /// 注销、拆除、搬迁; of a person 出册.
    case remove
    /// 易主、改业: another subject at the same door.
    case replace

    public init?(_ claim: VisitClaim) {
        switch (claim.subject, claim.outcome) {
        case (.newPlace, _): self = .add
        case (_, .place(.gone)), (_, .person(.offList)): self = .remove
        case (_, .place(.changed)): self = .replace
        default: return nil
        }
    }
}

/// A finding that a visit is by itself, without the worker writing it.
public enum DerivedFinding: Equatable, Sendable {
    /// 拒检: an event for the department.
    case refusal
    /// 失联: told to the list's owner the same day.
    case lostContact
    /// 检查不合格: an item of a checklist that was not in order and was not put right on the spot; rectification is urged
    /// (GB/T 34300-2017 6.3 d).
    case checklistItem(String)

    public var kind: String {
        switch self {
        case .refusal: "refusal"
        case .lostContact: "lostContact"
        case .checklistItem: "checklistItem"
        }
    }

    public var text: String {
        switch self {
        case .refusal: "拒绝检查或走访"
        case .lostContact: "失联"
        case .checklistItem(let text): text
        }
    }

    public var isUrgent: Bool { self == .lostContact }
}

extension VisitClaim {
    /// In the order of the checklist's items.
    /// - Parameter withheld: pointers of words that look classified; what follows from their items says nothing more.
    public func derivedFindings(withholding withheld: Set<String> = []) -> [DerivedFinding] {
        var findings: [DerivedFinding] = []
        switch outcome {
        case .place(.refused), .person(.refused): findings.append(.refusal)
        case .person(.lostContact): findings.append(.lostContact)
        default: break
        }
        for (index, item) in (checklist?.items ?? []).enumerated() where item.result == .fail {
            let note = withheld.contains("/checklist/items/\(index)/note") ? nil : item.note
            let name = "\(checklist?.checklist ?? "")@\(checklist?.version ?? 0) \(item.item)"
            findings.append(.checklistItem(note.map { "\(name)：\($0)" } ?? name))
        }
        return findings
    }
}
