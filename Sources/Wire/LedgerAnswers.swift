/// A place (场所) of a grid's roster, as the handheld carries it.
public struct RosterPlace: Codable, Equatable, Sendable {
    public var id: String
    public var name: String
    public var category: String
    public var address: String
    /// WGS-84 degrees; absent when the roster has no position.
    public var latitude: Double?
    public var longitude: Double?
    /// Radius of the place in metres.
    public var radiusMetres: Double
    /// State of this month's duty: `due`, `done`, `awaiting` or `excused`; of several duties the one that wants most.
    public var state: String
    /// Each duty by itself, where a subject has more than one.
    public var duties: [RosterDuty]?

    public init(
        id: String, name: String, category: String, address: String, latitude: Double?, longitude: Double?,
        radiusMetres: Double, state: String, duties: [RosterDuty]? = nil
    ) {
        self.id = id
        self.name = name
        self.category = category
        self.address = address
        self.latitude = latitude
        self.longitude = longitude
        self.radiusMetres = radiusMetres
        self.state = state
        self.duties = duties
    }
}

/// One visit that is owed to a subject of the roster.
public struct RosterDuty: Codable, Equatable, Sendable {
    public var policy: String
    /// In the county's words.
    public var title: String
    /// `YYYY-MM-DD`, both days counted.
    public var firstDay: String
    public var lastDay: String
    /// 1…n of n times in that period.
    public var ordinal: Int
    public var state: String

    public init(policy: String, title: String, firstDay: String, lastDay: String, ordinal: Int, state: String) {
        self.policy = policy
        self.title = title
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.ordinal = ordinal
        self.state = state
    }
}

/// A key person (重点人员) of a grid's roster. Never the category, which stays with the list's owner.
public struct RosterKeyPerson: Codable, Equatable, Sendable {
    public var id: String
    /// A neutral name, as the list's owner chose it.
    public var name: String
    public var address: String
    /// How contact is made, in the owner's words.
    public var contactRule: String
    public var safetyHint: String?
    public var state: String
    public var duties: [RosterDuty]?

    public init(
        id: String, name: String, address: String, contactRule: String, safetyHint: String?, state: String,
        duties: [RosterDuty]? = nil
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.contactRule = contactRule
        self.safetyHint = safetyHint
        self.state = state
        self.duties = duties
    }
}

/// The roster of one grid for one month.
public struct Roster<Item: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    public var grid: String
    public var month: String
    public var items: [Item]

    public init(grid: String, month: String, items: [Item]) {
        self.grid = grid
        self.month = month
        self.items = items
    }
}

/// The month's duty of one subject kind in an area, counted.
public struct CoverageFigures: Codable, Equatable, Sendable {
    public var due: Int64
    /// Discharged, whether or not all photos have arrived.
    public var done: Int64
    /// The part of `done` whose photos are still missing.
    public var provisional: Int64
    /// The part of `done` by two attempts from outside (仅门外查看).
    public var outsideOnly: Int64
    /// The part of `done` that arrived after the grace time or the closing; the rest was on time.
    public var late: Int64
    public var excused: Int64
    /// 待认定
    public var awaiting: Int64
    /// done ÷ due, 0…1; absent when nothing is due.
    public var rate: Double?
    /// (done + excused) ÷ due.
    public var rateWithExcused: Double?

    public init(
        due: Int64, done: Int64, provisional: Int64, outsideOnly: Int64, late: Int64, excused: Int64,
        awaiting: Int64, rate: Double?, rateWithExcused: Double?
    ) {
        self.due = due
        self.done = done
        self.provisional = provisional
        self.outsideOnly = outsideOnly
        self.late = late
        self.excused = excused
        self.awaiting = awaiting
        self.rate = rate
        self.rateWithExcused = rateWithExcused
    }
}

/// `GET /v1/coverage`: an area's month, and one row for each area directly below it.
public struct Coverage: Codable, Equatable, Sendable {
    public var month: String
    public var area: AreaLine
    /// From the top down to this area's parent, as far as the reader may see.
    public var above: [AreaLine]
    public var places: CoverageFigures
    public var keyPersons: CoverageFigures
    public var children: [Child]
    /// The versions of closed months that the figures come from, one for each county; empty while the month is open.
    public var versions: [LedgerVersionLine]

    public init(
        month: String, area: AreaLine, above: [AreaLine], places: CoverageFigures, keyPersons: CoverageFigures,
        children: [Child], versions: [LedgerVersionLine]
    ) {
        self.month = month
        self.area = area
        self.above = above
        self.places = places
        self.keyPersons = keyPersons
        self.children = children
        self.versions = versions
    }

    public struct AreaLine: Codable, Equatable, Sendable {
        public var id: String
        public var level: String
        public var name: String

        public init(id: String, level: String, name: String) {
            self.id = id
            self.level = level
            self.name = name
        }
    }

    public struct Child: Codable, Equatable, Sendable {
        public var area: AreaLine
        public var places: CoverageFigures
        public var keyPersons: CoverageFigures

        public init(area: AreaLine, places: CoverageFigures, keyPersons: CoverageFigures) {
            self.area = area
            self.places = places
            self.keyPersons = keyPersons
        }
    }
}

/// A version of a county's closed month.
public struct LedgerVersionLine: Codable, Equatable, Sendable {
    /// The county that closed as a whole.
    public var unit: String
    public var month: String
    /// 1 is the closing itself; each later one holds what arrived or was ruled since.
    public var version: Int
    public var cutAt: String
    /// SHA-256 over the month's area tree and every page, 64 lower-case hexadecimal digits.
    public var sha256: String

    public init(unit: String, month: String, version: Int, cutAt: String, sha256: String) {
        self.unit = unit
        self.month = month
        self.version = version
        self.cutAt = cutAt
        self.sha256 = sha256
    }
}

/// A change of a month after its closing: who, when, why.
public struct JournalLine: Codable, Equatable, Sendable {
    public var grid: String
    /// Counts from 1 in each grid and month.
    public var number: Int
    public var at: String
    /// `arrival`, `photo`, `ruling`, `roster`, `policy` or `job`.
    public var cause: String
    /// A person's id or a job's name.
    public var by: String
    /// The record or ruling behind it.
    public var source: String?
    public var subject: String
    /// The duty as a page writes it, before and after; absent where there was or is none.
    public var before: String?
    public var after: String?
    /// The version that holds it; absent until one is cut.
    public var version: Int?

    public init(
        grid: String, number: Int, at: String, cause: String, by: String, source: String?, subject: String,
        before: String?, after: String?, version: Int?
    ) {
        self.grid = grid
        self.number = number
        self.at = at
        self.cause = cause
        self.by = by
        self.source = source
        self.subject = subject
        self.before = before
        self.after = after
        self.version = version
    }
}

/// One visit that is owed to one subject (应巡 / 应访).
public struct ObligationLine: Codable, Equatable, Sendable {
    /// `place` or `keyPerson`.
    public var kind: String
    public var subject: String
    public var name: String
    public var address: String
    public var grid: String
    public var gridName: String
    public var month: String
    /// `due`, `done`, `awaiting` or `excused`.
    public var state: String
    /// True while a discharging record's photos are missing.
    public var provisional: Bool
    /// The record that carries the state.
    public var report: String?
    /// WGS-84 degrees; places only.
    public var latitude: Double?
    public var longitude: Double?
    /// The policy that it is owed under, and its version.
    public var policy: String
    public var policyVersion: Int
    /// `YYYY-MM-DD`, both days counted.
    public var firstDay: String
    public var lastDay: String
    /// 1…n of n times in that period.
    public var ordinal: Int
    /// Of the visit that carries the state; absent while nobody came.
    public var standing: String?
    public var late: Bool

    public init(
        kind: String, subject: String, name: String, address: String, grid: String, gridName: String, month: String,
        state: String, provisional: Bool, report: String?, latitude: Double?, longitude: Double?, policy: String,
        policyVersion: Int, firstDay: String, lastDay: String, ordinal: Int, standing: String?, late: Bool
    ) {
        self.kind = kind
        self.subject = subject
        self.name = name
        self.address = address
        self.grid = grid
        self.gridName = gridName
        self.month = month
        self.state = state
        self.provisional = provisional
        self.report = report
        self.latitude = latitude
        self.longitude = longitude
        self.policy = policy
        self.policyVersion = policyVersion
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.ordinal = ordinal
        self.standing = standing
        self.late = late
    }
}
