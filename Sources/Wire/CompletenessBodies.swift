/// A row of another list.
public struct ListedDoorRow: Codable, Equatable, Sendable {
    /// Its own number there.
    public var key: String
    public var name: String
    public var address: String
    public var category: String?
    public var latitude: Double?
    public var longitude: Double?
    public var system: String?

    public init(
        key: String, name: String, address: String, category: String? = nil, latitude: Double? = nil,
        longitude: Double? = nil, system: String? = nil
    ) {
        self.key = key
        self.name = name
        self.address = address
        self.category = category
        self.latitude = latitude
        self.longitude = longitude
        self.system = system
    }
}

/// Another list of what there is in an area.
public struct ComparisonBody: Codable, Equatable, Sendable {
    public var area: String
    /// Whose list, as of when.
    public var source: String
    public var rows: [ListedDoorRow]

    public init(area: String, source: String, rows: [ListedDoorRow]) {
        self.area = area
        self.source = source
        self.rows = rows
    }
}

/// A comparison with another list, in figures.
public struct ComparisonRow: Codable, Equatable, Sendable {
    public var id: String
    public var area: String
    public var source: String
    public var day: String
    public var listed: Int
    public var rostered: Int
    public var same: Int
    public var likely: Int
    public var onlyListed: Int
    public var onlyRostered: Int
    public var decided: Int
    /// Decided to be places that the roster lacks.
    public var missing: Int
    /// Places that there are by both lists together (Chapman’s estimate).
    public var estimatedTotal: Double?
    public var estimatedLow: Double?
    public var estimatedHigh: Double?

    public init(
        id: String, area: String, source: String, day: String, listed: Int, rostered: Int, same: Int, likely: Int,
        onlyListed: Int, onlyRostered: Int, decided: Int, missing: Int, estimatedTotal: Double? = nil,
        estimatedLow: Double? = nil, estimatedHigh: Double? = nil
    ) {
        self.id = id
        self.area = area
        self.source = source
        self.day = day
        self.listed = listed
        self.rostered = rostered
        self.same = same
        self.likely = likely
        self.onlyListed = onlyListed
        self.onlyRostered = onlyRostered
        self.decided = decided
        self.missing = missing
        self.estimatedTotal = estimatedTotal
        self.estimatedLow = estimatedLow
        self.estimatedHigh = estimatedHigh
    }
}

/// A line to be looked at.
public struct ComparisonLineRow: Codable, Equatable, Sendable {
    public var position: Int
    public var verdict: String
    public var listedKey: String?
    public var listedName: String?
    public var listedAddress: String?
    public var place: String?
    public var placeName: String?
    public var placeAddress: String?
    public var score: Double?
    public var reasons: [String]
    public var decision: String?

    public init(
        position: Int, verdict: String, listedKey: String? = nil, listedName: String? = nil,
        listedAddress: String? = nil, place: String? = nil, placeName: String? = nil, placeAddress: String? = nil,
        score: Double? = nil, reasons: [String], decision: String? = nil
    ) {
        self.position = position
        self.verdict = verdict
        self.listedKey = listedKey
        self.listedName = listedName
        self.listedAddress = listedAddress
        self.place = place
        self.placeName = placeName
        self.placeAddress = placeAddress
        self.score = score
        self.reasons = reasons
        self.decision = decision
    }
}

/// What a look at a line said: `missing` from the roster, the `same` place, `noPlace` of ours, `gone`, `kept`.
public struct ComparisonDecision: Codable, Equatable, Sendable {
    public var position: Int
    public var decision: String

    public init(position: Int, decision: String) {
        self.position = position
        self.decision = decision
    }
}

/// A street walked door by door.
public struct StreetWalkBody: Codable, Equatable, Sendable {
    public var area: String
    public var street: String
    public var day: String
    public var doors: Int
    /// Doors that no roster has.
    public var unlisted: Int
    public var note: String?

    public init(area: String, street: String, day: String, doors: Int, unlisted: Int, note: String? = nil) {
        self.area = area
        self.street = street
        self.day = day
        self.doors = doors
        self.unlisted = unlisted
        self.note = note
    }
}

/// A walk, with what it says of the whole: the share of unlisted doors and its 95 % interval.
public struct StreetWalkRow: Codable, Equatable, Sendable {
    public var id: String
    public var area: String
    public var street: String
    public var day: String
    public var doors: Int
    public var unlisted: Int
    public var note: String
    public var share: Double
    public var low: Double
    public var high: Double
    public var by: String

    public init(
        id: String, area: String, street: String, day: String, doors: Int, unlisted: Int, note: String, share: Double,
        low: Double, high: Double, by: String
    ) {
        self.id = id
        self.area = area
        self.street = street
        self.day = day
        self.doors = doors
        self.unlisted = unlisted
        self.note = note
        self.share = share
        self.low = low
        self.high = high
        self.by = by
    }
}

/// Draws visits to be checked again.
public struct SpotCheckBody: Codable, Equatable, Sendable {
    public var kind: String
    public var area: String
    public var month: String
    public var size: Int
    /// For a draw that can be repeated; random without it.
    public var seed: String?

    public init(kind: String, area: String, month: String, size: Int, seed: String? = nil) {
        self.kind = kind
        self.area = area
        self.month = month
        self.size = size
        self.seed = seed
    }
}

/// A drawn sample and what it says so far.
public struct SpotCheckRow: Codable, Equatable, Sendable {
    public var id: String
    public var kind: String
    public var area: String
    public var month: String
    /// Visits that carry done duties.
    public var population: Int
    public var seed: String
    public var drawnBy: String
    public var drawnAt: String
    public var items: [SpotCheckItemRow]
    public var estimate: SpotCheckEstimate?

    public init(
        id: String, kind: String, area: String, month: String, population: Int, seed: String, drawnBy: String,
        drawnAt: String, items: [SpotCheckItemRow], estimate: SpotCheckEstimate? = nil
    ) {
        self.id = id
        self.kind = kind
        self.area = area
        self.month = month
        self.population = population
        self.seed = seed
        self.drawnBy = drawnBy
        self.drawnAt = drawnAt
        self.items = items
        self.estimate = estimate
    }
}

/// One visit to be checked.
public struct SpotCheckItemRow: Codable, Equatable, Sendable {
    public var report: String
    public var subject: String
    public var name: String
    public var address: String
    public var visitedAt: String
    public var outcome: String
    /// What to ask by telephone.
    public var script: String
    public var result: String?
    public var manner: String?
    public var note: String

    public init(
        report: String, subject: String, name: String, address: String, visitedAt: String, outcome: String,
        script: String, result: String? = nil, manner: String? = nil, note: String
    ) {
        self.report = report
        self.subject = subject
        self.name = name
        self.address = address
        self.visitedAt = visitedAt
        self.outcome = outcome
        self.script = script
        self.result = result
        self.manner = manner
        self.note = note
    }
}

/// What the sample says of all visits, with 95 % confidence: shares of wrong ones. The cautious one holds whatever those not reached would have said.
public struct SpotCheckEstimate: Codable, Equatable, Sendable {
    public var looked: Int
    public var answered: Int
    public var wrong: Int
    public var rate: Double?
    public var low: Double?
    public var high: Double?
    public var cautiousLow: Double?
    public var cautiousHigh: Double?

    public init(
        looked: Int, answered: Int, wrong: Int, rate: Double? = nil, low: Double? = nil, high: Double? = nil,
        cautiousLow: Double? = nil, cautiousHigh: Double? = nil
    ) {
        self.looked = looked
        self.answered = answered
        self.wrong = wrong
        self.rate = rate
        self.low = low
        self.high = high
        self.cautiousLow = cautiousLow
        self.cautiousHigh = cautiousHigh
    }
}

/// What was found at one door.
public struct SpotCheckResultBody: Codable, Equatable, Sendable {
    public var check: String
    public var report: String
    public var result: String
    public var manner: String
    public var note: String?

    public init(check: String, report: String, result: String, manner: String, note: String? = nil) {
        self.check = check
        self.report = report
        self.result = result
        self.manner = manner
        self.note = note
    }
}
