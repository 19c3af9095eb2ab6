/// Counters of obligations of one subject kind. Changed only by moving one obligation from its old state to its new.
public struct CoverageCount: Equatable, Sendable {
    public var due: Int64 = 0
    public var done: Int64 = 0
    /// The part of `done` whose photos are missing.
    public var provisional: Int64 = 0
    /// The part of `done` by two attempts from outside (仅门外查看).
    public var outsideOnly: Int64 = 0
    /// The part of `done` that arrived after the grace time or the month's closing.
    public var late: Int64 = 0
    public var excused: Int64 = 0
    public var awaiting: Int64 = 0

    public init() {}

    public init(
        due: Int64, done: Int64, provisional: Int64, outsideOnly: Int64 = 0, late: Int64 = 0, excused: Int64,
        awaiting: Int64
    ) {
        self.due = due
        self.done = done
        self.provisional = provisional
        self.outsideOnly = outsideOnly
        self.late = late
        self.excused = excused
        self.awaiting = awaiting
    }

    /// What one obligation adds. `due` counts every obligation of the month, whatever became of it.
    /// - Parameter standing: of what carries it; nil while nobody came.
    public init(of standing: Standing?, isLate: Bool) {
        let state = standing?.obligationState ?? .due
        due = 1
        done = state == .done ? 1 : 0
        provisional = standing == .provisional ? 1 : 0
        outsideOnly = standing == .outsideOnly ? 1 : 0
        late = state == .done && isLate ? 1 : 0
        excused = state == .excused ? 1 : 0
        awaiting = state == .awaiting ? 1 : 0
    }

    /// Done in time.
    public var onTime: Int64 { done - late }

    /// done ÷ due (已巡 ÷ 应巡); nil when nothing is due.
    public var rate: Double? { due > 0 ? Double(done) / Double(due) : nil }

    /// (done + excused) ÷ due.
    public var rateWithExcused: Double? { due > 0 ? Double(done + excused) / Double(due) : nil }

    public static func + (a: CoverageCount, b: CoverageCount) -> CoverageCount {
        CoverageCount(
            due: a.due + b.due, done: a.done + b.done, provisional: a.provisional + b.provisional,
            outsideOnly: a.outsideOnly + b.outsideOnly, late: a.late + b.late, excused: a.excused + b.excused,
            awaiting: a.awaiting + b.awaiting)
    }

    public static func - (a: CoverageCount, b: CoverageCount) -> CoverageCount {
        CoverageCount(
            due: a.due - b.due, done: a.done - b.done, provisional: a.provisional - b.provisional,
            outsideOnly: a.outsideOnly - b.outsideOnly, late: a.late - b.late, excused: a.excused - b.excused,
            awaiting: a.awaiting - b.awaiting)
    }
}
