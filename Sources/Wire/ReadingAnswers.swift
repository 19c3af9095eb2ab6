/// A part of a figure.
public struct BreakdownRow: Codable, Equatable, Sendable {
    public var key: String
    public var figures: CoverageFigures

    public init(key: String, figures: CoverageFigures) {
        self.key = key
        self.figures = figures
    }
}

/// When visits were made and when they were entered.
public struct EntryAnswer: Codable, Equatable, Sendable {
    public var visits: Int
    /// Received on the month’s last two days.
    public var lastTwoDays: Int
    /// Received after it.
    public var afterMonth: Int
    /// Received more than a day after the visit (补录).
    public var dayLater: Int
    public var withoutFix: Int
    public var days: [EntryDay]
    public var visitedByHour: [Int]
    public var receivedByHour: [Int]

    public init(
        visits: Int, lastTwoDays: Int, afterMonth: Int, dayLater: Int, withoutFix: Int, days: [EntryDay],
        visitedByHour: [Int], receivedByHour: [Int]
    ) {
        self.visits = visits
        self.lastTwoDays = lastTwoDays
        self.afterMonth = afterMonth
        self.dayLater = dayLater
        self.withoutFix = withoutFix
        self.days = days
        self.visitedByHour = visitedByHour
        self.receivedByHour = receivedByHour
    }
}

/// A day’s visits and arrivals.
public struct EntryDay: Codable, Equatable, Sendable {
    public var day: String
    public var visited: Int
    public var received: Int

    public init(day: String, visited: Int, received: Int) {
        self.day = day
        self.visited = visited
        self.received = received
    }
}

/// A figure laid open: numerator, denominator, exclusions, policies, and the same counted anew.
public struct ExplanationAnswer: Codable, Equatable, Sendable {
    public var area: String
    public var name: String
    public var month: String
    public var kind: String
    public var shown: CoverageFigures
    /// From rosters, records, rulings and policies, just now.
    public var recounted: CoverageFigures
    public var agrees: Bool
    public var versions: [LedgerVersionLine]
    public var policies: [ExplanationPolicy]
    /// Subjects of a roster there that are not in the denominator; the first thousand.
    public var excluded: [ExclusionRow]
    public var excludedCount: Int
    /// A page of the denominator, in the order of grid and subject.
    public var lines: [ExplanationLine]
    public var next: String?

    public init(
        area: String, name: String, month: String, kind: String, shown: CoverageFigures, recounted: CoverageFigures,
        agrees: Bool, versions: [LedgerVersionLine], policies: [ExplanationPolicy], excluded: [ExclusionRow],
        excludedCount: Int, lines: [ExplanationLine], next: String? = nil
    ) {
        self.area = area
        self.name = name
        self.month = month
        self.kind = kind
        self.shown = shown
        self.recounted = recounted
        self.agrees = agrees
        self.versions = versions
        self.policies = policies
        self.excluded = excluded
        self.excludedCount = excludedCount
        self.lines = lines
        self.next = next
    }
}

/// A policy’s part of a figure.
public struct ExplanationPolicy: Codable, Equatable, Sendable {
    public var policy: PolicyBody
    public var figures: CoverageFigures

    public init(policy: PolicyBody, figures: CoverageFigures) {
        self.policy = policy
        self.figures = figures
    }
}

/// Who owes nothing, and why.
public struct ExclusionRow: Codable, Equatable, Sendable {
    public var subject: String
    public var grid: String
    public var why: String

    public init(subject: String, grid: String, why: String) {
        self.subject = subject
        self.grid = grid
        self.why = why
    }
}

/// One duty as the page writes it.
public struct ExplanationLine: Codable, Equatable, Sendable {
    public var grid: String
    public var state: String
    public var numerator: Bool
    public var text: String

    public init(grid: String, state: String, numerator: Bool, text: String) {
        self.grid = grid
        self.state = state
        self.numerator = numerator
        self.text = text
    }
}

/// The four clears (四清) of an area’s month.
public struct ClearsAnswer: Codable, Equatable, Sendable {
    public var places: CoverageFigures?
    public var keyPersons: CoverageFigures?
    public var placeMovement: MovementRow?
    public var keyPersonMovement: MovementRow?
    public var findings: [FindingCount]
    /// Found before at the same place within three months.
    public var repeated: [RepeatedHazard]
    /// Grids with everything visited and nothing found.
    public var withoutFindings: [String]
    public var proposalsWaiting: Int
    public var awaiting: Int
    /// Neither visited nor edited for a year.
    public var stalePlaces: Int
    public var staleKeyPersons: Int

    public init(
        places: CoverageFigures? = nil, keyPersons: CoverageFigures? = nil, placeMovement: MovementRow? = nil,
        keyPersonMovement: MovementRow? = nil, findings: [FindingCount], repeated: [RepeatedHazard],
        withoutFindings: [String], proposalsWaiting: Int, awaiting: Int, stalePlaces: Int, staleKeyPersons: Int
    ) {
        self.places = places
        self.keyPersons = keyPersons
        self.placeMovement = placeMovement
        self.keyPersonMovement = keyPersonMovement
        self.findings = findings
        self.repeated = repeated
        self.withoutFindings = withoutFindings
        self.proposalsWaiting = proposalsWaiting
        self.awaiting = awaiting
        self.stalePlaces = stalePlaces
        self.staleKeyPersons = staleKeyPersons
    }
}

/// What came and went.
public struct MovementRow: Codable, Equatable, Sendable {
    public var entered: Int
    public var left: Int
    public var changed: Int

    public init(entered: Int, left: Int, changed: Int) {
        self.entered = entered
        self.left = left
        self.changed = changed
    }
}

/// Findings of one kind.
public struct FindingCount: Codable, Equatable, Sendable {
    public var kind: String
    public var count: Int
    public var urgent: Int

    public init(kind: String, count: Int, urgent: Int) {
        self.kind = kind
        self.count = count
        self.urgent = urgent
    }
}

/// A hazard that came back.
public struct RepeatedHazard: Codable, Equatable, Sendable {
    public var place: String
    public var name: String
    public var kind: String
    public var times: Int

    public init(place: String, name: String, kind: String, times: Int) {
        self.place = place
        self.name = name
        self.kind = kind
        self.times = times
    }
}

/// One subject, everything, in the order of time.
public struct StoryAnswer: Codable, Equatable, Sendable {
    public var kind: String
    public var id: String
    public var name: String
    /// Everybody who was at these premises.
    public var site: [TenantRow]
    public var events: [StoryLine]

    public init(kind: String, id: String, name: String, site: [TenantRow], events: [StoryLine]) {
        self.kind = kind
        self.id = id
        self.name = name
        self.site = site
        self.events = events
    }
}

/// A tenant of the premises.
public struct TenantRow: Codable, Equatable, Sendable {
    public var id: String
    public var name: String
    public var from: String?
    public var to: String?

    public init(id: String, name: String, from: String? = nil, to: String? = nil) {
        self.id = id
        self.name = name
        self.from = from
        self.to = to
    }
}

/// One line of a story.
public struct StoryLine: Codable, Equatable, Sendable {
    public var at: String
    public var recordedAt: String
    public var what: String
    public var word: String
    public var text: String
    /// The record, ruling or check behind it.
    public var source: String?
    public var by: String?

    public init(
        at: String, recordedAt: String, what: String, word: String, text: String, source: String? = nil,
        by: String? = nil
    ) {
        self.at = at
        self.recordedAt = recordedAt
        self.what = what
        self.word = word
        self.text = text
        self.source = source
        self.by = by
    }
}
