/// How a visit stands towards the month's obligation. Ordered: a later case is the better one.
///
/// Stored with the visit; an obligation's state is that of its best standing visit, and when that visit is
/// downgraded the next best takes over.
public enum Standing: Int, CaseIterable, Comparable, Sendable {
    /// The capacity or the outcome does not count (拒检, volunteer).
    case notDischarging = 0
    /// 到访未遇: somebody was there in vain.
    case attempt = 1
    /// Needs an executive deputy's ruling: a dated status, an absence by report, a time that may be another month's.
    case awaiting = 2
    /// 本月暂免: the reason was ruled to hold.
    case excused = 3
    /// 仅门外查看: two attempts on different days and parts of the day. Never a single visit's.
    case outsideOnly = 4
    /// Discharges once the photos it names have arrived.
    case provisional = 5
    case done = 6

    public static func < (a: Standing, b: Standing) -> Bool { a.rawValue < b.rawValue }

    public var name: String {
        switch self {
        case .notDischarging: "notDischarging"
        case .attempt: "attempt"
        case .awaiting: "awaiting"
        case .excused: "excused"
        case .outsideOnly: "outsideOnly"
        case .provisional: "provisional"
        case .done: "done"
        }
    }

    /// The state that an obligation has when this is its best visit.
    public var obligationState: ObligationState {
        switch self {
        case .notDischarging, .attempt: .due
        case .awaiting: .awaiting
        case .excused: .excused
        case .outsideOnly, .provisional, .done: .done
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
