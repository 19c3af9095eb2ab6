/// What is owed to which subjects, how often, and what counts for it: data of a county that names its basis, dated and
/// versioned (decision 16). A month keeps the version it began under.
public struct ObligationPolicy: Equatable, Sendable {
    /// The same for all versions.
    public let id: String
    /// From 1.
    public let version: Int
    public let kind: SubjectKind
    public let task: ObligationTask
    public let title: String
    /// Document and number on which the duty rests.
    public let basis: String
    public let frequency: Frequency
    public let selection: Selection
    public let discharge: Discharge
    /// A subject owes for a period only if it was on the roster this many days before the period's last day, that day
    /// counted; in a shorter period, from its first day. Whoever is off the roster by the last day owes nothing.
    public let joinedDays: Int
    /// Days after receipt until a visit whose photos have not come stops counting.
    public let photoGraceDays: Int
    /// The first period begins on this day or later.
    public let from: Day
    /// Periods that begin on this day or later are not owed any more; for ever when nil.
    public let to: Day?

    public init(
        id: String, version: Int, kind: SubjectKind, task: ObligationTask, title: String, basis: String,
        frequency: Frequency, selection: Selection, discharge: Discharge, joinedDays: Int, photoGraceDays: Int,
        from: Day, to: Day?
    ) {
        self.id = id
        self.version = version
        self.kind = kind
        self.task = task
        self.title = title
        self.basis = basis
        self.frequency = frequency
        self.selection = selection
        self.discharge = discharge
        self.joinedDays = joinedDays
        self.photoGraceDays = photoGraceDays
        self.from = from
        self.to = to
    }

    /// The same for other subjects.
    public func selecting(_ selection: Selection) -> ObligationPolicy {
        ObligationPolicy(
            id: id, version: version, kind: kind, task: task, title: title, basis: basis, frequency: frequency,
            selection: selection, discharge: discharge, joinedDays: joinedDays, photoGraceDays: photoGraceDays,
            from: from, to: to)
    }

    /// Which subjects. An empty set names all.
    public struct Selection: Equatable, Sendable {
        /// Of places the categories, of key persons the lists' owners: their category is not kept here.
        public let classes: Set<String>
        /// These and everything managed below them as the month has it. One that ends selects nothing from then on, whatever it is
        /// merged into.
        public let areas: Set<AreaID>

        public init(classes: Set<String> = [], areas: Set<AreaID> = []) {
            self.classes = classes
            self.areas = areas
        }

        public func holds(_ subject: SubjectPlace) -> Bool {
            (classes.isEmpty || classes.contains(subject.category))
                && (areas.isEmpty || subject.path.areas.contains { areas.contains($0) })
        }

        /// Area and class before area, area before class, class before everything.
        var precision: Int { (areas.isEmpty ? 0 : 2) + (classes.isEmpty ? 0 : 1) }
    }

    /// What it takes.
    public struct Discharge: Equatable, Sendable {
        /// Outcomes that discharge at once, by name.
        public let outcomes: Set<String>
        /// One of these took part (`field-notes` 4, "Who discharges").
        public let capacities: Set<Capacity>
        /// All of these took part besides.
        public let together: Set<Capacity>
        /// Somebody of each of these units took part: a professional check (HZ 巡查联查 1).
        public let units: Set<String>
        /// Evidence that a record must bring; the least by default (D10).
        public let demands: Set<Proof>
        /// Whether two attempts on different days and parts of the day discharge, counted apart.
        public let attemptsSuffice: Bool

        public init(
            outcomes: Set<String>, capacities: Set<Capacity>, together: Set<Capacity> = [], units: Set<String> = [],
            demands: Set<Proof> = [], attemptsSuffice: Bool
        ) {
            self.outcomes = outcomes
            self.capacities = capacities
            self.together = together
            self.units = units
            self.demands = demands
            self.attemptsSuffice = attemptsSuffice
        }
    }
}

/// What kind of duty a policy makes.
public enum ObligationTask: String, CaseIterable, Sendable {
    /// 巡查 / 走访: the monthly duty itself. Of several that fit a subject the most precise one holds.
    case patrol
    /// 专业检查: a department's own check of a key place, beside the patrol.
    case professional
    /// 重点时段: strengthened patrol in a period that a notice names, beside the patrol.
    case keyPeriod
}

/// How often.
public struct Frequency: Equatable, Sendable {
    public let every: Every
    /// Visits on so many different days of each period, 1 or more.
    public let times: Int

    public enum Every: Equatable, Sendable {
        case month
        /// Monday to Sunday.
        case week
        /// Once, between these days.
        case span(first: Day, last: Day)
    }

    public init(_ every: Every, times: Int = 1) {
        self.every = every
        self.times = times
    }
}

/// Something that a record brings besides its words.
public enum Proof: String, CaseIterable, Sendable {
    case fix, photo, checklist
}

/// Days within which a duty is to be done. It belongs to the month of its last day.
public struct Period: Hashable, Comparable, Sendable {
    public let first: Day
    public let last: Day

    public init(first: Day, last: Day) {
        self.first = first
        self.last = last
    }

    public init(_ month: Month) { self.init(first: month.first, last: month.last) }

    public func contains(_ day: Day) -> Bool { first <= day && day <= last }
    var length: Int { first.distance(to: last) + 1 }

    public static func < (a: Period, b: Period) -> Bool { (a.first, a.last) < (b.first, b.last) }
}

extension ObligationPolicy {
    /// Its periods that belong to a month, in order.
    public func periods(of month: Month) -> [Period] {
        let all: [Period]
        switch frequency.every {
        case .month: all = [Period(month)]
        case .week:
            all = month.days.filter(\.isSunday).map { Period(first: $0.adding(days: -6), last: $0) }
        case .span(let first, let last): all = month.contains(last) ? [Period(first: first, last: last)] : []
        }
        return all.filter { period in from <= period.first && (to.map { period.first < $0 } ?? true) }
    }

    /// The day on which a subject must have been on the roster to owe for a period.
    public func joiningDay(of period: Period) -> Day {
        period.last.adding(days: 1 - min(max(joinedDays, 1), period.length))
    }

    /// Where no county policy says otherwise: once a calendar month, least evidence (HZ 全科网格管理站 b; the rest is ours,
    /// `field-notes` 4). Full-time and part-time workers and grid leads discharge; others only together with one of them.
    /// - Parameter version: 1 had no joining day; months that began under it keep it.
    public static func standard(_ kind: SubjectKind, version: Int = standardVersion) -> ObligationPolicy {
        // Made once: every record asks.
        guard version == standardVersion else { return makeStandard(kind, version: version) }
        return kind == .place ? standardForPlaces : standardForKeyPersons
    }

    private static let standardForPlaces = makeStandard(.place, version: standardVersion)
    private static let standardForKeyPersons = makeStandard(.keyPerson, version: standardVersion)

    private static func makeStandard(_ kind: SubjectKind, version: Int) -> ObligationPolicy {
        ObligationPolicy(
            id: standardID, version: version, kind: kind, task: .patrol, title: kind == .place ? "每月全覆盖巡查" : "每月全覆盖走访",
            basis: "《基层社会治理共同体建设和管理规范》全科网格管理站 b", frequency: Frequency(.month), selection: Selection(),
            discharge: Discharge(
                outcomes: [kind == .place ? PlaceOutcome.checked.rawValue : PersonOutcome.met.rawValue],
                capacities: [.fullTime, .partTime, .gridLead], attemptsSuffice: true),
            joinedDays: version == 1 ? 1 : 10, photoGraceDays: 10, from: .earliest, to: nil)
    }

    public static let standardID = "monthly"
    public static let standardVersion = 2
}

extension Day {
    /// 1970-01-01 was a Thursday.
    var isSunday: Bool { (daysSinceEpoch - 3).quotientAndRemainder(dividingBy: 7).remainder == 0 }
}
