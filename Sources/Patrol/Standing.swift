/// How a visit stands towards the month's obligation. Ordered: a later case is the better one.
///
/// Stored with the visit; an obligation's state is that of its best standing visit, and when that visit is
/// downgraded the next best takes over.
public enum Standing: Int, CaseIterable, Comparable, Sendable {
    /// The capacity or the outcome does not count (拒检, volunteer).
    case notDischarging = 0
    /// 到访未遇: somebody was there in vain.
    case attempt = 1
    /// Needs an executive deputy's ruling: a dated status or an absence by report.
    case awaiting = 2
    /// Discharges once the photos it names have arrived.
    case provisional = 3
    case done = 4

    public static func < (a: Standing, b: Standing) -> Bool { a.rawValue < b.rawValue }

    public var name: String {
        switch self {
        case .notDischarging: "notDischarging"
        case .attempt: "attempt"
        case .awaiting: "awaiting"
        case .provisional: "provisional"
        case .done: "done"
        }
    }

    /// The state that an obligation has when this is its best visit.
    public var obligationState: ObligationState {
        switch self {
        case .notDischarging, .attempt: .due
        case .awaiting: .awaiting
        case .provisional, .done: .done
        }
    }
}

/// 应巡 / 应访 and what became of it. `due` reads as missed 漏巡/漏访 once the month is closed.
public enum ObligationState: String, CaseIterable, Sendable {
    case due
    /// 已巡 / 已访
    case done
    /// 待认定
    case awaiting
    /// 本月暂免
    case excused
}

/// Which outcomes count and who may discharge: county policy with these defaults (`field-notes` 4; the standard
/// itself names only 网格员).
public struct DischargePolicy: Equatable, Sendable {
    /// Names the version that a judgement was made under.
    public let version: Int
    public let placeCapacities: Set<Capacity>
    public let personCapacities: Set<Capacity>

    public init(version: Int, placeCapacities: Set<Capacity>, personCapacities: Set<Capacity>) {
        self.version = version
        self.placeCapacities = placeCapacities
        self.personCapacities = personCapacities
    }

    /// The policy of a version that judgements were made under; versions are appended, never edited.
    public static func version(_ version: Int) -> DischargePolicy? { version == standard.version ? standard : nil }

    /// Full-time and part-time workers and grid leads discharge; the others only together with one of them.
    public static let standard = DischargePolicy(
        version: 1, placeCapacities: [.fullTime, .partTime, .gridLead],
        personCapacities: [.fullTime, .partTime, .gridLead])

    /// - Parameters:
    ///   - sender: the sender's capacity on the day of the visit; nil if no duty or role gives one.
    ///   - photosMissing: some photo that the record names has not arrived or was quarantined.
    public func standing(of claim: VisitClaim, sender: Capacity?, photosMissing: Bool) -> Standing {
        let present = Set(claim.participants.map(\.capacity)).union(sender.map { [$0] } ?? [])
        let reached: Standing
        switch claim.outcome {
        case .place(let outcome):
            guard !present.isDisjoint(with: placeCapacities) else { return .notDischarging }
            reached = standing(ofPlace: outcome)
        case .person(let outcome):
            guard !present.isDisjoint(with: personCapacities) else { return .notDischarging }
            reached = standing(ofPerson: outcome)
        }
        return reached == .done && photosMissing ? .provisional : reached
    }

    private func standing(ofPlace outcome: PlaceOutcome) -> Standing {
        switch outcome {
        case .checked: .done
        case .closedNow, .unreachable: .attempt
        case .suspended, .gone, .changed: .awaiting
        case .refused: .notDischarging
        }
    }

    private func standing(ofPerson outcome: PersonOutcome) -> Standing {
        switch outcome {
        case .met: .done
        case .noAnswer: .attempt
        case .familyMet, .away, .hospital, .offList: .awaiting
        case .phone, .refused, .lostContact: .notDischarging
        }
    }
}
