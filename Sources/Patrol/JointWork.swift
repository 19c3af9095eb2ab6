/// What a station does together with its departments, besides patrols.
public enum JointTask: String, CaseIterable, Sendable {
    /// 巡查联查
    case inspection
    /// 联勤会商
    case consultation
}

/// How often it is owed.
public enum JointScope: String, CaseIterable, Sendable {
    case weekly
    case monthly
    /// 临时: owed by nobody
    case adHoc
}

/// In what capacity somebody took part in joint work (HZ 巡查联查, 联勤会商).
public enum JointCapacity: String, CaseIterable, Sendable {
    /// 站长
    case chief
    /// 常务副站长
    case executiveDeputy
    /// 驻站部门人员
    case stationedStaff
    /// 专职网格员
    case fullTime
    /// 兼职网格员、网格长
    case otherWorker
    /// 村（社区）书记、主任
    case villageHead
    /// 村干部
    case villageCadre
    /// 列席: residents, experts, firms
    case guest
}

/// One joint inspection or consultation that took place.
public struct JointWork: Equatable, Sendable {
    public let id: String
    public let station: AreaID
    public let task: JointTask
    public let scope: JointScope
    public let day: Day
    /// The unit in the lead; the station's own name where it is the station.
    public let ledBy: String
    /// 纪要
    public let minutes: String
    /// 议定事项, one each.
    public let decisions: [String]
    public let participants: [Participant]

    public struct Participant: Equatable, Sendable {
        public let capacity: JointCapacity
        public let unit: String?
        public let name: String
        /// Our id, where the person is known to us.
        public let person: String?

        public init(capacity: JointCapacity, unit: String?, name: String, person: String?) {
            self.capacity = capacity
            self.unit = unit
            self.name = name
            self.person = person
        }
    }

    public init(
        id: String, station: AreaID, task: JointTask, scope: JointScope, day: Day, ledBy: String, minutes: String,
        decisions: [String], participants: [Participant]
    ) {
        self.id = id
        self.station = station
        self.task = task
        self.scope = scope
        self.day = day
        self.ledBy = ledBy
        self.minutes = minutes
        self.decisions = decisions
        self.participants = participants
    }

    var units: Set<String> { Set(participants.compactMap(\.unit)) }
    var capacities: Set<JointCapacity> { Set(participants.map(\.capacity)) }
}

/// Something that a joint inspection or consultation has to have and did not.
public enum JointLack: Hashable, Sendable {
    /// A resident department leads (常驻部门牵头).
    case residentLead
    case worker
    case villageCadre
    case chief
    case executiveDeputy
    case minutes
    /// A unit that is posted at the station and did not come.
    case unit(String)

    public var name: String {
        switch self {
        case .residentLead: "residentLead"
        case .worker: "worker"
        case .villageCadre: "villageCadre"
        case .chief: "chief"
        case .executiveDeputy: "executiveDeputy"
        case .minutes: "minutes"
        case .unit(let unit): "unit:" + unit
        }
    }
}

/// What a station owes in joint work for one week or month, and what came of it.
public struct JointDuty: Equatable, Sendable {
    public let task: JointTask
    public let scope: JointScope
    public let period: Period
    /// What came nearest to it; nil where nothing was held.
    public let work: String?
    /// What that lacked; nothing where the duty is done.
    public let lacks: [JointLack]

    public var isDone: Bool { work != nil && lacks.isEmpty }
}

/// A department's terms at a station.
public struct PostedUnit: Equatable, Sendable {
    public let unit: String
    public let manner: PostingManner
    public let from: Day
    public let to: Day?

    public init(unit: String, manner: PostingManner, from: Day, to: Day?) {
        self.unit = unit
        self.manner = manner
        self.from = from
        self.to = to
    }

    func holds(on day: Day) -> Bool { from <= day && (to.map { day < $0 } ?? true) }
}

/// What a station owes in a month: of inspections one a week led by a resident department with workers and village
/// cadres, and one a month with all departments that are posted there (HZ 巡查联查 2); of consultations one a week of
/// executive deputy, resident staff and full-time workers, and one a month of chief, all stationed staff, village heads
/// and workers (HZ 联勤会商). Weeks run from Monday and belong to the month of their Sunday; the monthly round is also that
/// week's. A station without departments owes no inspection.
public func jointDuties(of month: Month, posted: [PostedUnit], works: [JointWork]) -> [JointDuty] {
    let weeks = month.days.filter(\.isSunday).map { Period(first: $0.adding(days: -6), last: $0) }
    var duties: [JointDuty] = []
    for task in JointTask.allCases {
        let periods = weeks.map { (JointScope.weekly, $0) } + [(JointScope.monthly, Period(month))]
        for (scope, period) in periods {
            let there = posted.filter { unit in unit.from <= period.last && (unit.to.map { period.first < $0 } ?? true)
            }
            let owed = scope == .weekly ? there.filter { $0.manner == .resident } : there
            if task == .inspection, owed.isEmpty { continue }
            let candidates = works.filter { work in
                work.task == task && period.contains(work.day)
                    && (work.scope == scope || (scope == .weekly && work.scope == .monthly))
            }
            let judged = candidates.map { work in (work, lacks(of: work, scope, posted: posted)) }
            let best = judged.min { ($0.1.count, $0.0.day, $0.0.id) < ($1.1.count, $1.0.day, $1.0.id) }
            duties.append(
                JointDuty(task: task, scope: scope, period: period, work: best?.0.id, lacks: best?.1 ?? []))
        }
    }
    return duties
}

private func lacks(of work: JointWork, _ scope: JointScope, posted: [PostedUnit]) -> [JointLack] {
    let present = posted.filter { $0.holds(on: work.day) }
    let residents = Set(present.filter { $0.manner == .resident }.map(\.unit))
    var lacks: [JointLack] = []
    let hasWorker = !work.capacities.isDisjoint(with: [.fullTime, .otherWorker])
    switch (work.task, scope) {
    case (.inspection, .monthly):
        lacks += present.map(\.unit).filter { !work.units.contains($0) }.sorted().map { .unit($0) }
        if !hasWorker { lacks.append(.worker) }
    case (.inspection, _):
        if !residents.contains(work.ledBy) { lacks.append(.residentLead) }
        if !hasWorker { lacks.append(.worker) }
        if work.capacities.isDisjoint(with: [.villageCadre, .villageHead]) { lacks.append(.villageCadre) }
    case (.consultation, .monthly):
        if !work.capacities.contains(.chief) { lacks.append(.chief) }
        lacks += present.map(\.unit).filter { !work.units.contains($0) }.sorted().map { .unit($0) }
        if !work.capacities.contains(.villageHead) { lacks.append(.villageCadre) }
        if !hasWorker { lacks.append(.worker) }
    case (.consultation, _):
        if !work.capacities.contains(.executiveDeputy) { lacks.append(.executiveDeputy) }
        lacks += residents.filter { !work.units.contains($0) }.sorted().map { .unit($0) }
        if !work.capacities.contains(.fullTime) { lacks.append(.worker) }
    }
    if work.task == .consultation, work.minutes.allSatisfy(\.isWhitespace) { lacks.append(.minutes) }
    return lacks
}
