public import Patrol

/// A table whose rows hold in two times: `valid_from … valid_to` says when a fact holds, `recorded_at … superseded_at`
/// when we knew it. Rows are never edited but for the end of our knowledge.
struct DatedTable: Sendable {
    let name: String
    /// Columns that say of what the fact is.
    let identity: [String]
    /// Columns that say what it is.
    let facts: [String]

    static let areaName = DatedTable(name: "area_name", identity: ["area_id"], facts: ["name"])
    static let areaParent = DatedTable(name: "area_parent", identity: ["area_id", "tree"], facts: ["parent_id"])
    static let areaCode = DatedTable(name: "area_code", identity: ["area_id", "scheme"], facts: ["value"])

    static let areaBoundary = DatedTable(
        name: "area_boundary", identity: ["area_id"], facts: ["geojson", "square_metres"])
    static let areaSize = DatedTable(name: "area_size", identity: ["area_id"], facts: ["households", "people"])
    static let duty = DatedTable(name: "duty", identity: ["person_id", "grid_id"], facts: ["capacity"])
    static let certificate = DatedTable(name: "certificate", identity: ["person_id", "number"], facts: ["title"])
    static let unitPosting = DatedTable(name: "unit_posting", identity: ["station_id", "unit"], facts: ["manner"])

    static let listMember = DatedTable(
        name: "key_person_member", identity: ["list_id", "key_person_id"], facts: ["reason"])

    static func roster(_ kind: SubjectKind) -> DatedTable {
        DatedTable(name: kind.rosterTable, identity: [kind.rosterSubject], facts: ["grid_id"])
    }

    static let placeDetail = DatedTable(
        name: "place_detail", identity: ["place_id"],
        facts: [
            "name", "category", "address", "latitude", "longitude", "coordinate_system", "wgs84_latitude",
            "wgs84_longitude", "radius_metres",
        ])
    static let keyPersonDetail = DatedTable(
        name: "key_person_detail", identity: ["key_person_id"],
        facts: ["name", "address", "contact_rule", "safety_hint", "list_owner", "legal_basis"])

    static func detail(_ kind: SubjectKind) -> DatedTable { kind == .place ? placeDetail : keyPersonDetail }
}

/// What was known at some moment.
public struct Knowledge: Equatable, Sendable {
    /// nil for now.
    public let at: Instant?

    public static let now = Knowledge(at: nil)

    public init(at: Instant?) { self.at = at }

    /// The condition on a dated table's alias.
    func holds(_ alias: String) -> String {
        guard let at else { return "\(alias).superseded_at IS NULL" }
        let moment = at.milliseconds
        return
            "\(alias).recorded_at <= \(moment) AND (\(alias).superseded_at IS NULL OR \(alias).superseded_at > \(moment))"
    }
}

extension SQLConnection {
    /// From a day on a fact is another one, or none; until another day where it is bounded, after which it is again what
    /// it was to be. What was known before stays on record.
    /// - Parameters:
    ///   - identity: in the order of the table's columns; so are the facts.
    ///   - facts: nil where nothing holds any more.
    /// - Returns: when the change counts as recorded: knowledge of one thing has an order, even within a millisecond.
    @discardableResult
    func revise(
        _ table: DatedTable, _ identity: [SQLValue], from day: Day, until end: Day? = nil, to facts: [SQLValue]?,
        at now: Instant
    ) throws -> Instant {
        let same = table.identity.enumerated().map { "\($1) = $\($0 + 1)" }.joined(separator: " AND ")
        let last = try rows("SELECT MAX(recorded_at) FROM \(table.name) WHERE \(same)", identity)
            .first?.optionalInteger(0)
        let now = max(now, last.map { Instant(milliseconds: $0 + 1) } ?? now)
        let later = "\(same) AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $\(identity.count + 1))"
        let standing = try rows(
            "SELECT valid_from, valid_to, \(table.facts.joined(separator: ", ")) FROM \(table.name) WHERE \(later)",
            identity + [.text(day.description)])
        try run(
            "UPDATE \(table.name) SET superseded_at = $\(identity.count + 2) WHERE \(later)",
            identity + [.text(day.description), .integer(now.milliseconds)])
        for row in standing where try row.text(0) < day.description {
            try insert(
                table, identity, Array(row.values.dropFirst(2)), from: try row.text(0), to: day.description, at: now)
        }
        if let facts {
            try insert(table, identity, facts, from: day.description, to: end?.description, at: now)
        }
        guard let end = end?.description else { return now }
        for row in standing {
            let (from, to) = (try row.text(0), try row.optionalText(1))
            guard to.map({ $0 > end }) ?? true else { continue }
            try insert(table, identity, Array(row.values.dropFirst(2)), from: max(from, end), to: to, at: now)
        }
        return now
    }

    /// A row of something of which nothing was known before.
    func insert(
        _ table: DatedTable, _ identity: [SQLValue], _ facts: [SQLValue], from: String, to: String?, at now: Instant
    ) throws {
        let columns = table.identity + table.facts + ["valid_from", "valid_to", "recorded_at", "superseded_at"]
        let values = identity + facts + [.text(from), SQLValue(to), .integer(now.milliseconds), .null]
        let places = values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        try run(
            "INSERT INTO \(table.name) (\(columns.joined(separator: ", "))) VALUES (\(places))", values)
    }
}
