/// Why a duty waits for a person (待认定).
public enum RulingMatter: String, CaseIterable, Sendable {
    /// The visit's time may lie in another month or period.
    case time
    /// 歇业至…, 外出至…, 住院至…: a dated status, ruled on once and then confirmed each month.
    case status
    /// 注销、易主、出册: not on the roster any more, or another one.
    case roster
    /// Family was met instead of the person.
    case family
    /// The record does not bring the evidence that the policy demands.
    case evidence
    /// Two visits in vain to a person.
    case attempts
    /// Somebody disputes what the record claims.
    case dispute
    /// 暂免 without a visit: a street that is sealed off.
    case excuse
}

/// What was decided.
public enum RulingDecision: String, CaseIterable, Sendable {
    case granted
    case refused
    /// A dispute that was raised and not decided yet.
    case raised
}

/// How a ruling came about.
public enum RulingManner: String, CaseIterable, Sendable {
    case single
    /// One of many, after a drawn sample of them was looked at.
    case bulk
    /// By a rule that the county recorded.
    case rule
    /// A status that was ruled on before and found again.
    case confirmation
    /// In answer to a worker's appeal.
    case appeal
}

extension RulingMatter {
    /// What a visit counts for once this is decided; nil where it is judged anew.
    public func effect(_ decision: RulingDecision) -> Standing? {
        switch (self, decision) {
        case (_, .raised): .awaiting
        case (.time, .granted): nil
        case (.status, .granted), (.roster, .granted), (.attempts, .granted), (.excuse, .granted): .excused
        case (.family, .granted), (.evidence, .granted): .done
        case (.dispute, .granted): nil
        case (_, .refused): .notDischarging
        }
    }

    /// Whether a rule or a bulk ruling may decide it: what concerns one door alone is for a person to look at.
    public var mayBeRuledTogether: Bool {
        switch self {
        case .time, .status, .family, .attempts, .evidence: true
        case .roster, .dispute, .excuse: false
        }
    }
}

extension ObligationPolicy {
    /// Why a visit makes its duty wait; nil if it does not.
    /// - Parameter isSecondAttempt: it is the second of two attempts that together carry the duty.
    public func matter(of visit: VisitFacts, in period: Period?, isSecondAttempt: Bool = false) -> RulingMatter? {
        if visit.ruled == .awaiting { return .dispute }
        if isSecondAttempt { return .attempts }
        guard standing(of: visit, in: period) == .awaiting else { return nil }
        let isCertain =
            period.map { $0.contains(visit.days.lowerBound) && $0.contains(visit.days.upperBound) }
            ?? (Month(containing: visit.days.lowerBound) == Month(containing: visit.days.upperBound))
        // When it was comes first: what it counts for is seen afterwards.
        if !isCertain { return .time }
        if discharge.outcomes.contains(visit.outcome.name) { return .evidence }
        switch visit.outcome {
        case .place(.gone), .place(.changed), .person(.offList): return .roster
        case .person(.familyMet): return .family
        default: return .status
        }
    }
}

extension Outcome {
    /// Whether a visit with this outcome says again what a dated status said: still shut, still away.
    public func confirms(_ status: Outcome) -> Bool {
        switch (self, status) {
        case (.place(.suspended), .place(.suspended)), (.place(.closedNow), .place(.suspended)): true
        case (.person(.away), .person(.away)), (.person(.phone), .person(.away)), (.person(.familyMet), .person(.away)):
            true
        case (.person(.hospital), .person(.hospital)), (.person(.phone), .person(.hospital)),
            (.person(.familyMet), .person(.hospital)):
            true
        default: false
        }
    }

    /// Whether a status with an end may begin with it.
    public var isStatus: Bool {
        switch self {
        case .place(.suspended), .person(.away), .person(.hospital): true
        default: false
        }
    }

    /// Whoever was met, or found open, is away or shut no longer.
    public var endsStatus: Bool { self == .place(.checked) || self == .person(.met) }

    /// Outcomes that a status is confirmed by are asked about; all others are not, since they are most.
    public var mayConfirm: Bool {
        switch self {
        case .place(.suspended), .place(.closedNow), .person(.away), .person(.hospital), .person(.phone),
            .person(.familyMet):
            true
        default: false
        }
    }
}

/// A status that was granted: shut, away or in hospital from a visit on until a day. It is looked after every month, and
/// each visit that says the same again stands without a ruling of its own.
public struct DatedStatus: Sendable {
    public let outcome: Outcome
    public let began: Instant
    /// The last day.
    public let until: Day

    public init(_ outcome: Outcome, began: Instant, until: Day) {
        self.outcome = outcome
        self.began = began
        self.until = until
    }

    /// Whether a later visit confirms it. That nobody ended it in between (`Outcome.endsStatus`) is for the caller to see.
    /// - Parameters:
    ///   - days: on which the visit may have been; more than one confirm nothing.
    ///   - claimed: until when the visit says that it lasts; a longer one than was granted is a new case.
    ///   - present: in which capacities people were there; one of those that discharge must be among them.
    public func isConfirmed(
        by outcome: Outcome, at visitedAt: Instant, days: ClosedRange<Day>, until claimed: Day?,
        present: Set<Capacity>, discharging: Set<Capacity>
    ) -> Bool {
        outcome.confirms(self.outcome) && visitedAt >= began && days.lowerBound == days.upperBound
            && days.lowerBound <= until && claimed.map { $0 <= until } ?? true
            && !present.isDisjoint(with: discharging)
    }
}

/// A rule by which the county grants what waits, without a person each time: dated data with a basis, counted like every
/// other ruling. What it does not cover, and whoever was excused too often in a row, still goes to a person.
public struct RulingRule: Equatable, Sendable {
    public let id: String
    public let kind: SubjectKind
    public let matter: RulingMatter
    public let selection: ObligationPolicy.Selection
    /// A subject excused in this many months before goes to a person.
    public let monthsInRow: Int
    /// The longest status that it grants, in days from the visit.
    public let longestDays: Int
    public let basis: String
    public let from: Day
    public let to: Day?

    public init(
        id: String, kind: SubjectKind, matter: RulingMatter, selection: ObligationPolicy.Selection, monthsInRow: Int,
        longestDays: Int, basis: String, from: Day, to: Day?
    ) {
        self.id = id
        self.kind = kind
        self.matter = matter
        self.selection = selection
        self.monthsInRow = monthsInRow
        self.longestDays = longestDays
        self.basis = basis
        self.from = from
        self.to = to
    }

    /// The same for other subjects.
    public func selecting(_ selection: ObligationPolicy.Selection) -> RulingRule {
        RulingRule(
            id: id, kind: kind, matter: matter, selection: selection, monthsInRow: monthsInRow,
            longestDays: longestDays, basis: basis, from: from, to: to)
    }

    /// Whether it decides a case.
    /// - Parameters:
    ///   - excusedBefore: months in a row before this one in which the subject was excused.
    ///   - until: of a status, as the record claims it.
    public func grants(
        _ matter: RulingMatter, _ subject: SubjectPlace, on day: Day, excusedBefore: Int, until: Day?
    ) -> Bool {
        guard matter == self.matter, matter.mayBeRuledTogether, from <= day, to.map({ day < $0 }) ?? true,
            selection.holds(subject), excusedBefore < monthsInRow
        else { return false }
        guard matter == .status else { return true }
        return until.map { day.distance(to: $0) <= longestDays } ?? false
    }
}
