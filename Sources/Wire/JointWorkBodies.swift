/// Who took part in joint work, for which unit.
public struct JointParticipant: Codable, Equatable, Sendable {
    public var capacity: String
    public var unit: String?
    public var name: String
    public var login: String?

    public init(capacity: String, unit: String? = nil, name: String, login: String? = nil) {
        self.capacity = capacity
        self.unit = unit
        self.name = name
        self.login = login
    }
}

/// A joint inspection (巡查联查) or consultation (联勤会商) that took place.
public struct JointWorkBody: Codable, Equatable, Sendable {
    /// Given by the gateway where it is absent.
    public var id: String?
    public var station: String
    public var task: String
    public var scope: String
    public var day: String
    public var ledBy: String
    public var minutes: String
    public var decisions: [String]
    public var participants: [JointParticipant]

    public init(
        id: String? = nil, station: String, task: String, scope: String, day: String, ledBy: String, minutes: String,
        decisions: [String], participants: [JointParticipant]
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
}

/// What a station owed of joint work in a week or month.
public struct JointDutyRow: Codable, Equatable, Sendable {
    public var task: String
    public var scope: String
    public var firstDay: String
    public var lastDay: String
    /// What came nearest to it.
    public var work: String?
    public var done: Bool
    /// `residentLead`, `worker`, `villageCadre`, `chief`, `executiveDeputy`, `minutes`, or `unit:` and a unit that did not come.
    public var lacks: [String]

    public init(
        task: String, scope: String, firstDay: String, lastDay: String, work: String? = nil, done: Bool, lacks: [String]
    ) {
        self.task = task
        self.scope = scope
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.work = work
        self.done = done
        self.lacks = lacks
    }
}

/// A station’s joint work of a month.
public struct StationJointRow: Codable, Equatable, Sendable {
    public var station: String
    public var name: String
    public var duties: [JointDutyRow]
    public var works: [JointWorkBody]

    public init(station: String, name: String, duties: [JointDutyRow], works: [JointWorkBody]) {
        self.station = station
        self.name = name
        self.duties = duties
        self.works = works
    }
}

/// Takes back what was entered by mistake.
public struct WithdrawalBody: Codable, Equatable, Sendable {
    public var id: String

    public init(id: String) {
        self.id = id
    }
}

/// What is looked at in places of some categories, item by item.
public struct ChecklistBody: Codable, Equatable, Sendable {
    public var id: String
    /// Given by the gateway; left out when a checklist is recorded.
    public var version: Int?
    public var title: String
    public var basis: String
    public var classes: [String]
    public var from: String
    public var items: [ChecklistQuestion]

    public init(
        id: String, version: Int? = nil, title: String, basis: String, classes: [String], from: String,
        items: [ChecklistQuestion]
    ) {
        self.id = id
        self.version = version
        self.title = title
        self.basis = basis
        self.classes = classes
        self.from = from
        self.items = items
    }
}

/// One item.
public struct ChecklistQuestion: Codable, Equatable, Sendable {
    public var code: String
    public var text: String

    public init(code: String, text: String) {
        self.code = code
        self.text = text
    }
}

/// What a grid’s workers are to do in a month.
public struct LoadRow: Codable, Equatable, Sendable {
    public var grid: String
    public var name: String
    public var workers: Int
    public var subjects: Int
    /// Subjects that owe at least one visit.
    public var doors: Int
    /// By policy.
    public var visits: [CountRow]
    public var total: Int
    public var perWorker: Double?

    public init(
        grid: String, name: String, workers: Int, subjects: Int, doors: Int, visits: [CountRow], total: Int,
        perWorker: Double? = nil
    ) {
        self.grid = grid
        self.name = name
        self.workers = workers
        self.subjects = subjects
        self.doors = doors
        self.visits = visits
        self.total = total
        self.perWorker = perWorker
    }
}

/// How many whole days a month waits for what is under way.
public struct ClosingRuleBody: Codable, Equatable, Sendable {
    public var graceDays: Int
    public var basis: String
    /// The first month that it holds for.
    public var from: String

    public init(graceDays: Int, basis: String, from: String) {
        self.graceDays = graceDays
        self.basis = basis
        self.from = from
    }
}
