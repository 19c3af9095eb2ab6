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
    /// State of this month's duty: `due`, `done`, `awaiting` or `excused`.
    public var state: String

    public init(
        id: String, name: String, category: String, address: String, latitude: Double?, longitude: Double?,
        radiusMetres: Double, state: String
    ) {
        self.id = id
        self.name = name
        self.category = category
        self.address = address
        self.latitude = latitude
        self.longitude = longitude
        self.radiusMetres = radiusMetres
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

    public init(id: String, name: String, address: String, contactRule: String, safetyHint: String?, state: String) {
        self.id = id
        self.name = name
        self.address = address
        self.contactRule = contactRule
        self.safetyHint = safetyHint
        self.state = state
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
    public var excused: Int64
    /// 待认定
    public var awaiting: Int64
    /// done ÷ due, 0…1; absent when nothing is due.
    public var rate: Double?
    /// (done + excused) ÷ due.
    public var rateWithExcused: Double?

    public init(
        due: Int64, done: Int64, provisional: Int64, excused: Int64, awaiting: Int64, rate: Double?,
        rateWithExcused: Double?
    ) {
        self.due = due
        self.done = done
        self.provisional = provisional
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

    public init(
        month: String, area: AreaLine, above: [AreaLine], places: CoverageFigures, keyPersons: CoverageFigures,
        children: [Child]
    ) {
        self.month = month
        self.area = area
        self.above = above
        self.places = places
        self.keyPersons = keyPersons
        self.children = children
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

/// One subject's duty in one month (应巡 / 应访).
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

    public init(
        kind: String, subject: String, name: String, address: String, grid: String, gridName: String, month: String,
        state: String, provisional: Bool, report: String?, latitude: Double?, longitude: Double?
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
    }
}
