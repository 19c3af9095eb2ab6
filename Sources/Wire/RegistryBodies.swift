/// An area as it is on a day.
public struct AreaRow: Codable, Equatable, Sendable {
    public var id: String
    public var level: String
    public var name: String
    public var gridKind: String?
    public var codes: [AreaCode]
    public var managedBy: String?
    public var households: Int?
    public var people: Int?
    /// `tooLarge` or `tooSmall` for a general grid (GB/T 34300-2017 5, advisory).
    public var sizeWarning: String?
    /// Of the outline on record.
    public var squareMetres: Double?
    /// What it came from and what became of it.
    public var successions: [AreaSuccessionRow]

    public init(
        id: String, level: String, name: String, gridKind: String? = nil, codes: [AreaCode], managedBy: String? = nil,
        households: Int? = nil, people: Int? = nil, sizeWarning: String? = nil, squareMetres: Double? = nil,
        successions: [AreaSuccessionRow]
    ) {
        self.id = id
        self.level = level
        self.name = name
        self.gridKind = gridKind
        self.codes = codes
        self.managedBy = managedBy
        self.households = households
        self.people = people
        self.sizeWarning = sizeWarning
        self.squareMetres = squareMetres
        self.successions = successions
    }
}

/// A code of a scheme; opaque to us.
public struct AreaCode: Codable, Equatable, Sendable {
    public var scheme: String
    public var value: String

    public init(scheme: String, value: String) {
        self.scheme = scheme
        self.value = value
    }
}

/// How one area came out of another one.
public struct AreaSuccessionRow: Codable, Equatable, Sendable {
    public var from: String
    public var to: String
    public var day: String
    public var kind: String

    public init(from: String, to: String, day: String, kind: String) {
        self.from = from
        self.to = to
        self.day = day
        self.kind = kind
    }
}

/// One change of an area from a day on. Which members it takes follows from `change`.
public struct AreaChangeBody: Codable, Equatable, Sendable {
    /// `add` (name, level, scheme, code, manager), `rename` (name), `recode` (scheme, code, name), `transfer` (manager), `merge` (others), `split` (parts, placing, rest), `close`, `size` (households, people).
    public var change: String
    /// What changes; of `add` nothing.
    public var area: String?
    public var from: String
    public var name: String?
    public var level: String?
    public var gridKind: String?
    public var scheme: String?
    public var code: String?
    public var manager: String?
    /// Areas that `area` takes in.
    public var others: [String]?
    /// Grids that are there, among which the grid is divided.
    public var parts: [String]?
    /// Which subject goes to which part.
    public var placing: [Placing]?
    /// Where all others go.
    public var rest: String?
    public var households: Int?
    public var people: Int?

    public init(
        change: String, area: String? = nil, from: String, name: String? = nil, level: String? = nil,
        gridKind: String? = nil, scheme: String? = nil, code: String? = nil, manager: String? = nil,
        others: [String]? = nil, parts: [String]? = nil, placing: [Placing]? = nil, rest: String? = nil,
        households: Int? = nil, people: Int? = nil
    ) {
        self.change = change
        self.area = area
        self.from = from
        self.name = name
        self.level = level
        self.gridKind = gridKind
        self.scheme = scheme
        self.code = code
        self.manager = manager
        self.others = others
        self.parts = parts
        self.placing = placing
        self.rest = rest
        self.households = households
        self.people = people
    }
}

/// A subject and the grid that it goes to.
public struct Placing: Codable, Equatable, Sendable {
    public var subject: String
    public var grid: String

    public init(subject: String, grid: String) {
        self.subject = subject
        self.grid = grid
    }
}

/// What a change made.
public struct AreaChanged: Codable, Equatable, Sendable {
    public var area: String

    public init(area: String) {
        self.area = area
    }
}

/// An outline that was taken.
public struct BoundaryRow: Codable, Equatable, Sendable {
    public var area: String
    public var squareMetres: Double
    public var from: String

    public init(area: String, squareMetres: Double, from: String) {
        self.area = area
        self.squareMetres = squareMetres
        self.from = from
    }
}

/// What is amiss between the outlines of the areas below one, and their sizes.
public struct SurveyAnswer: Codable, Equatable, Sendable {
    public var area: String
    public var withoutBoundary: [String]
    public var overlaps: [SurveyPatch]
    public var gaps: [SurveyPatch]
    public var outside: [SurveyPatch]
    /// General grids outside of 300–500 households.
    public var sizes: [SizeRow]

    public init(
        area: String, withoutBoundary: [String], overlaps: [SurveyPatch], gaps: [SurveyPatch], outside: [SurveyPatch],
        sizes: [SizeRow]
    ) {
        self.area = area
        self.withoutBoundary = withoutBoundary
        self.overlaps = overlaps
        self.gaps = gaps
        self.outside = outside
        self.sizes = sizes
    }
}

/// A patch of ground to be looked at; a place within it in WGS-84.
public struct SurveyPatch: Codable, Equatable, Sendable {
    public var areas: [String]
    public var squareMetres: Double
    public var latitude: Double
    public var longitude: Double

    public init(areas: [String], squareMetres: Double, latitude: Double, longitude: Double) {
        self.areas = areas
        self.squareMetres = squareMetres
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// A grid of unusual size.
public struct SizeRow: Codable, Equatable, Sendable {
    public var area: String
    public var name: String
    public var households: Int
    public var people: Int?
    public var warning: String

    public init(area: String, name: String, households: Int, people: Int? = nil, warning: String) {
        self.area = area
        self.name = name
        self.households = households
        self.people = people
        self.warning = warning
    }
}

/// Somebody’s term in a grid.
public struct DutyRow: Codable, Equatable, Sendable {
    public var person: String
    public var name: String
    public var grid: String
    public var gridName: String
    public var capacity: String
    public var from: String
    /// First day on which it does not hold any more.
    public var to: String?

    public init(
        person: String, name: String, grid: String, gridName: String, capacity: String, from: String, to: String? = nil
    ) {
        self.person = person
        self.name = name
        self.grid = grid
        self.gridName = gridName
        self.capacity = capacity
        self.from = from
        self.to = to
    }
}

/// Puts somebody in charge of a grid; with `to` as a stand-in (代班), after which it is again as it was.
public struct DutyBody: Codable, Equatable, Sendable {
    public var login: String
    public var grid: String
    /// Absent: the duty ends.
    public var capacity: String?
    public var from: String
    public var to: String?

    public init(login: String, grid: String, capacity: String? = nil, from: String, to: String? = nil) {
        self.login = login
        self.grid = grid
        self.capacity = capacity
        self.from = from
        self.to = to
    }
}

/// A worker’s certificate (上岗证).
public struct CertificateRow: Codable, Equatable, Sendable {
    public var login: String
    public var number: String
    public var title: String
    public var from: String
    /// First day on which it does not hold any more.
    public var to: String?

    public init(login: String, number: String, title: String, from: String, to: String? = nil) {
        self.login = login
        self.number = number
        self.title = title
        self.from = from
        self.to = to
    }
}

/// Which unit is resident (常驻), rotating (轮驻) or linked (联驻) at which station.
public struct PostingRow: Codable, Equatable, Sendable {
    public var station: String
    public var unit: String
    /// Absent in a body: the unit leaves.
    public var manner: String?
    public var from: String
    public var to: String?

    public init(station: String, unit: String, manner: String? = nil, from: String, to: String? = nil) {
        self.station = station
        self.unit = unit
        self.manner = manner
        self.from = from
        self.to = to
    }
}

/// A grid’s people in a month.
public struct StaffingRow: Codable, Equatable, Sendable {
    public var grid: String
    public var name: String
    public var days: Int
    /// Days without any grid worker (空岗).
    public var vacantDays: Int
    /// Days on which nobody at work held a certificate.
    public var uncertifiedDays: Int
    /// Visits by the sender’s capacity.
    public var visits: [CountRow]
    public var uncertifiedVisits: Int

    public init(
        grid: String, name: String, days: Int, vacantDays: Int, uncertifiedDays: Int, visits: [CountRow],
        uncertifiedVisits: Int
    ) {
        self.grid = grid
        self.name = name
        self.days = days
        self.vacantDays = vacantDays
        self.uncertifiedDays = uncertifiedDays
        self.visits = visits
        self.uncertifiedVisits = uncertifiedVisits
    }
}

/// A word and how often.
public struct CountRow: Codable, Equatable, Sendable {
    public var key: String
    public var count: Int

    public init(key: String, count: Int) {
        self.key = key
        self.count = count
    }
}
