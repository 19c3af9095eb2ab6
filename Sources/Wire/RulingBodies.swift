/// A duty that waits for the executive deputy (待认定), with what they need to decide it.
public struct QueueLine: Codable, Equatable, Sendable {
    public var kind: String
    /// `time`, `status`, `roster`, `family`, `evidence`, `attempts`, `dispute` or `excuse`.
    public var matter: String
    public var report: String
    public var sender: String
    public var subject: String
    public var name: String
    public var grid: String
    public var gridName: String
    public var month: String
    public var policy: String
    public var outcome: String
    public var until: String?
    public var visitedAt: String
    /// The interval that holds the visit's time.
    public var earliest: String
    public var latest: String
    public var receivedAt: String
    public var grade: String
    /// Months in a row before this one in which the subject was excused.
    public var excusedBefore: Int

    public init(
        kind: String, matter: String, report: String, sender: String, subject: String, name: String, grid: String,
        gridName: String, month: String, policy: String, outcome: String, until: String?, visitedAt: String,
        earliest: String, latest: String, receivedAt: String, grade: String, excusedBefore: Int
    ) {
        self.kind = kind
        self.matter = matter
        self.report = report
        self.sender = sender
        self.subject = subject
        self.name = name
        self.grid = grid
        self.gridName = gridName
        self.month = month
        self.policy = policy
        self.outcome = outcome
        self.until = until
        self.visitedAt = visitedAt
        self.earliest = earliest
        self.latest = latest
        self.receivedAt = receivedAt
        self.grade = grade
        self.excusedBefore = excusedBefore
    }
}

/// A decision on one record, as the executive deputy sends it.
public struct RulingBody: Codable, Equatable, Sendable {
    /// `place` or `keyPerson`.
    public var kind: String
    public var report: String
    /// `granted` or `refused`.
    public var decision: String
    /// `YYYY-MM`, required to grant a time.
    public var intoMonth: String?
    /// `YYYY-MM-DD` until which a status holds; the record's own by default.
    public var until: String?
    public var reason: String
    /// Document and number that the decision rests on.
    public var basis: String?

    public init(kind: String, report: String, decision: String, reason: String) {
        self.kind = kind
        self.report = report
        self.decision = decision
        self.reason = reason
    }
}

/// An excuse without a visit (暂免).
public struct ExcuseBody: Codable, Equatable, Sendable {
    public var kind: String
    public var subject: String
    /// `YYYY-MM-DD`, both days counted; duties whose last day lies among them are excused.
    public var firstDay: String
    public var lastDay: String
    public var reason: String
    public var basis: String

    public init(kind: String, subject: String, firstDay: String, lastDay: String, reason: String, basis: String) {
        self.kind = kind
        self.subject = subject
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.reason = reason
        self.basis = basis
    }
}

/// Why a visit that counts is put in doubt.
public struct DisputeBody: Codable, Equatable, Sendable {
    public var kind: String
    public var report: String
    public var reason: String

    public init(kind: String, report: String, reason: String) {
        self.kind = kind
        self.report = report
        self.reason = reason
    }
}

/// A ruling as it is kept.
public struct RulingLine: Codable, Equatable, Sendable {
    public var id: String
    public var kind: String
    public var subject: String
    public var month: String
    /// Absent for an excuse without a visit.
    public var report: String?
    public var matter: String
    /// `granted`, `refused` or `raised`.
    public var decision: String
    public var intoMonth: String?
    public var firstDay: String?
    public var until: String?
    public var reason: String
    public var basis: String
    /// `single`, `bulk`, `rule`, `confirmation` or `appeal`.
    public var manner: String
    public var batch: String?
    /// The ruling that an appeal or a confirmation refers to.
    public var answers: String?
    /// A person's id, `rule:` and a rule's id, or `status`.
    public var by: String
    public var at: String

    public init(
        id: String, kind: String, subject: String, month: String, report: String?, matter: String, decision: String,
        intoMonth: String?, firstDay: String?, until: String?, reason: String, basis: String, manner: String,
        batch: String?, answers: String?, by: String, at: String
    ) {
        self.id = id
        self.kind = kind
        self.subject = subject
        self.month = month
        self.report = report
        self.matter = matter
        self.decision = decision
        self.intoMonth = intoMonth
        self.firstDay = firstDay
        self.until = until
        self.reason = reason
        self.basis = basis
        self.manner = manner
        self.batch = batch
        self.answers = answers
        self.by = by
        self.at = at
    }
}

/// Asks for a bulk ruling: everything that waits for one matter below an area.
public struct BatchBody: Codable, Equatable, Sendable {
    public var kind: String
    public var area: String
    public var month: String
    public var matter: String
    public var decision: String
    public var reason: String
    public var basis: String?
    /// How many records are drawn to be looked at first.
    public var sampleSize: Int

    public init(
        kind: String, area: String, month: String, matter: String, decision: String, reason: String, sampleSize: Int
    ) {
        self.kind = kind
        self.area = area
        self.month = month
        self.matter = matter
        self.decision = decision
        self.reason = reason
        self.sampleSize = sampleSize
    }
}

/// A bulk ruling that waits for its sample.
public struct BatchLine: Codable, Equatable, Sendable {
    public var id: String
    /// Every record that it will hold for, in order.
    public var reports: [String]
    /// Those to be ruled on singly first, all of them as the rest is to be.
    public var sample: [String]
    /// Decimal; with `reports` anybody can draw the sample again.
    public var seed: String

    public init(id: String, reports: [String], sample: [String], seed: String) {
        self.id = id
        self.reports = reports
        self.sample = sample
        self.seed = seed
    }
}

/// What became of a bulk ruling.
public struct BatchOutcome: Codable, Equatable, Sendable {
    public var ruled: Int

    public init(ruled: Int) { self.ruled = ruled }
}

/// A worker's appeal (申诉).
public struct AppealBody: Codable, Equatable, Sendable {
    public var kind: String
    public var ruling: String
    public var text: String

    public init(kind: String, ruling: String, text: String) {
        self.kind = kind
        self.ruling = ruling
        self.text = text
    }
}

public struct AppealLine: Codable, Equatable, Sendable {
    public var ruling: RulingLine
    public var person: String
    public var text: String
    public var appealedAt: String
    /// Absent while nobody has answered.
    public var answer: String?
    public var answeredBy: String?

    public init(
        ruling: RulingLine, person: String, text: String, appealedAt: String, answer: String?, answeredBy: String?
    ) {
        self.ruling = ruling
        self.person = person
        self.text = text
        self.appealedAt = appealedAt
        self.answer = answer
        self.answeredBy = answeredBy
    }
}

/// The answer to an appeal: a new decision, by somebody else than the first ruler.
public struct AppealAnswer: Codable, Equatable, Sendable {
    public var kind: String
    public var ruling: String
    public var decision: String
    public var intoMonth: String?
    public var until: String?
    public var reason: String

    public init(kind: String, ruling: String, decision: String, reason: String) {
        self.kind = kind
        self.ruling = ruling
        self.decision = decision
        self.reason = reason
    }
}

/// What a town found when it looked at a ruling.
public struct ReviewBody: Codable, Equatable, Sendable {
    public var kind: String
    public var ruling: String
    public var agrees: Bool
    public var note: String?

    public init(kind: String, ruling: String, agrees: Bool, note: String? = nil) {
        self.kind = kind
        self.ruling = ruling
        self.agrees = agrees
        self.note = note
    }
}

/// What one ruler decided in a month, of one matter and in one way.
public struct RulerLine: Codable, Equatable, Sendable {
    public var by: String
    public var matter: String
    public var manner: String
    public var granted: Int
    public var refused: Int
    /// Of these, those that were looked at again, and those that the reviewer disagreed with.
    public var reviewed: Int
    public var disagreed: Int

    public init(
        by: String, matter: String, manner: String, granted: Int, refused: Int, reviewed: Int, disagreed: Int
    ) {
        self.by = by
        self.matter = matter
        self.manner = manner
        self.granted = granted
        self.refused = refused
        self.reviewed = reviewed
        self.disagreed = disagreed
    }
}

/// A subject that was excused three months in a row: its place on the roster is to be looked at.
public struct RosterReviewLine: Codable, Equatable, Sendable {
    public var kind: String
    public var subject: String

    public init(kind: String, subject: String) {
        self.kind = kind
        self.subject = subject
    }
}

/// A rule by which the county grants what waits.
public struct RulingRuleBody: Codable, Equatable, Sendable {
    public var id: String
    public var kind: String
    public var matter: String
    /// Of places the categories, of key persons the lists' owners; all when empty.
    public var classes: [String]
    /// Areas and everything below them; all when empty.
    public var areas: [String]
    /// A subject excused in so many months before goes to a person.
    public var monthsInRow: Int
    /// The longest status that is granted, in days from the visit.
    public var longestDays: Int
    public var basis: String
    /// `YYYY-MM-DD`; `to` is the first day on which it does not hold any more.
    public var from: String
    public var to: String?

    public init(
        id: String, kind: String, matter: String, classes: [String], areas: [String], monthsInRow: Int,
        longestDays: Int, basis: String, from: String, to: String?
    ) {
        self.id = id
        self.kind = kind
        self.matter = matter
        self.classes = classes
        self.areas = areas
        self.monthsInRow = monthsInRow
        self.longestDays = longestDays
        self.basis = basis
        self.from = from
        self.to = to
    }
}

/// A policy: what is owed to which subjects, how often, and what counts for it.
public struct PolicyBody: Codable, Equatable, Sendable {
    public var id: String
    /// Given by the gateway.
    public var version: Int?
    public var kind: String
    /// `patrol` 巡查走访, `professional` 专业检查 or `keyPeriod` 重点时段.
    public var task: String
    public var title: String
    /// Document and number on which the duty rests.
    public var basis: String
    /// `month`, `week` or `span`.
    public var every: String
    /// Visits on so many days of each period; 1 by default.
    public var times: Int?
    /// Of a span, `YYYY-MM-DD`, both days counted.
    public var spanFirst: String?
    public var spanLast: String?
    /// Of places the categories, of key persons the lists' owners; all when absent.
    public var classes: [String]?
    public var areas: [String]?
    /// Outcomes that discharge at once; `checked` or `met` by default.
    public var outcomes: [String]?
    /// One of these took part; full-time, part-time workers and grid leads by default.
    public var capacities: [String]?
    /// All of these took part besides.
    public var together: [String]?
    /// Somebody of each of these units took part.
    public var units: [String]?
    /// `fix`, `photo`, `checklist`; nothing by default.
    public var demands: [String]?
    /// Whether two attempts on different days and parts of the day discharge; true by default.
    public var attemptsSuffice: Bool?
    /// A subject owes only if it was on the roster so many days before the period's last one; 10 by default.
    public var joinedDays: Int?
    /// Days after which a visit whose photos have not come stops counting; 10 by default.
    public var photoGraceDays: Int?
    public var from: String
    public var to: String?

    public init(id: String, kind: String, task: String, title: String, basis: String, every: String, from: String) {
        self.id = id
        self.kind = kind
        self.task = task
        self.title = title
        self.basis = basis
        self.every = every
        self.from = from
    }
}
