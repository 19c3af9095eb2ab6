/// A place as the roster keeps it.
public struct PlaceDetails: Codable, Equatable, Sendable {
    public var id: String
    public var name: String
    public var category: String
    public var address: String
    public var grid: String
    public var latitude: Double?
    public var longitude: Double?
    public var system: String?
    /// 50 without it.
    public var radiusMetres: Double?

    public init(
        id: String, name: String, category: String, address: String, grid: String, latitude: Double? = nil,
        longitude: Double? = nil, system: String? = nil, radiusMetres: Double? = nil
    ) {
        self.id = id
        self.name = name
        self.category = category
        self.address = address
        self.grid = grid
        self.latitude = latitude
        self.longitude = longitude
        self.system = system
        self.radiusMetres = radiusMetres
    }
}

/// One change of a place from a day on. Which members it takes follows from `change`.
public struct PlaceChangeBody: Codable, Equatable, Sendable {
    /// `open` (details), `close` (place), `move` (place, grid), `correct` (details), `owner` (place, details), `merge` (place, others), `split` (place, parts).
    public var change: String
    public var from: String
    public var place: String?
    public var grid: String?
    public var details: PlaceDetails?
    public var others: [String]?
    public var parts: [PlaceDetails]?

    public init(
        change: String, from: String, place: String? = nil, grid: String? = nil, details: PlaceDetails? = nil,
        others: [String]? = nil, parts: [PlaceDetails]? = nil
    ) {
        self.change = change
        self.from = from
        self.place = place
        self.grid = grid
        self.details = details
        self.others = others
        self.parts = parts
    }
}

/// What a record says is wrong with the roster.
public struct ProposalRow: Codable, Equatable, Sendable {
    public var kind: String
    public var report: String
    public var change: String
    public var subject: String?
    public var subjectName: String?
    public var grid: String?
    public var from: String
    public var name: String?
    public var address: String?
    /// Absent while it waits.
    public var accepted: Bool?
    public var decidedBy: String?
    public var decidedAt: String?
    /// The place that came of it.
    public var result: String?
    public var proposedBy: String
    public var proposedAt: String

    public init(
        kind: String, report: String, change: String, subject: String? = nil, subjectName: String? = nil,
        grid: String? = nil, from: String, name: String? = nil, address: String? = nil, accepted: Bool? = nil,
        decidedBy: String? = nil, decidedAt: String? = nil, result: String? = nil, proposedBy: String,
        proposedAt: String
    ) {
        self.kind = kind
        self.report = report
        self.change = change
        self.subject = subject
        self.subjectName = subjectName
        self.grid = grid
        self.from = from
        self.name = name
        self.address = address
        self.accepted = accepted
        self.decidedBy = decidedBy
        self.decidedAt = decidedAt
        self.result = result
        self.proposedBy = proposedBy
        self.proposedAt = proposedAt
    }
}

/// Decides a proposal; a place that was found, or a new tenant, needs its details.
public struct ProposalDecision: Codable, Equatable, Sendable {
    public var kind: String
    public var report: String
    public var accepted: Bool
    public var reason: String
    public var details: PlaceDetails?

    public init(kind: String, report: String, accepted: Bool, reason: String, details: PlaceDetails? = nil) {
        self.kind = kind
        self.report = report
        self.accepted = accepted
        self.reason = reason
        self.details = details
    }
}
