import Crypto
import Patrol

/// One table of a copy, counted and hashed on both sides.
public struct CopiedTable: Equatable, Sendable {
    public let name: String
    public let source: Content
    public let target: Content
    public var agrees: Bool { source == target }

    /// What a table holds.
    public struct Content: Equatable, Sendable {
        public let rows: Int64
        /// SHA-256 over every value of every row in the order of the key, lower-case hexadecimal; the same on every
        /// engine.
        public let sha256: String
    }
}

/// Copies everything from one store into another, of the same schema and on any engine.
///
/// A copy that was broken off goes on where it stopped: rows go over in the order of their keys, a page in one
/// transaction. Until all of it agrees the target is marked, and no gateway starts on it.
/// - Parameters:
///   - name: of the source; only the same one may go on.
///   - progress: told after each page which table is at how many rows of how many.
/// - Returns: every table; the mark is gone if they all agree. They do not if the source was written meanwhile.
/// - Throws: `CopyRefusal`, `StoreError`.
public func copyStore(
    from source: any Database, named name: String, to target: any Database,
    progress: (_ table: String, _ done: Int64, _ total: Int64) -> Void
) async throws -> [CopiedTable] {
    try await target.write { try $0.beginCopy(from: name) }
    for table in StoredTable.all {
        let total = try await source.read { try $0.count(table) }
        var done = try await target.read { try $0.count(table) }
        while true {
            let last = try await target.read { try $0.lastKey(of: table) }
            let page = try await source.read { try $0.page(of: table, after: last) }
            if page.isEmpty { break }
            do {
                try await target.write { connection in
                    for row in page { try connection.insert(row, into: table) }
                }
            } catch StoreError.foreignKeyViolation, StoreError.uniqueViolation {
                throw CopyRefusal.disturbed(table: table.name)
            }
            done += Int64(page.count)
            progress(table.name, done, total)
        }
    }
    var compared: [CopiedTable] = []
    for table in StoredTable.all {
        progress(table.name, 0, 0)
        async let there = source.read { try $0.content(of: table) }
        async let here = target.read { try $0.content(of: table) }
        compared.append(CopiedTable(name: table.name, source: try await there, target: try await here))
    }
    if compared.allSatisfy(\.agrees) {
        _ = try await target.write { try $0.run("DELETE FROM deployment WHERE name = $1", [.text(copyMark)]) }
    }
    return compared
}

/// Why a copy does not begin.
public enum CopyRefusal: Error, Equatable, Sendable {
    /// The target holds something already; the first table that does.
    case targetNotEmpty(table: String)
    /// A copy from another source was begun.
    case otherSource(String)
    /// A row refers to one that did not come over, or is there already: the source was written meanwhile, or another
    /// copy runs into the same target.
    case disturbed(table: String)
}

/// The row of `deployment` that marks a half-filled database; its value names the source.
private let copyMark = "copying_from"

/// A table as a copy sees it.
struct StoredTable: Sendable {
    let name: String
    /// The columns of the primary key.
    let key: [String]

    init(_ name: String, _ key: String...) { (self.name, self.key) = (name, key) }

    /// Every table, each after those it refers to. Not among them: the schema's own, and leases, which belong to
    /// processes.
    static let all = [
        StoredTable("deployment", "name"), StoredTable("area", "id"),
        StoredTable("area_name", "area_id", "valid_from", "recorded_at"),
        StoredTable("area_parent", "area_id", "tree", "valid_from", "recorded_at"),
        StoredTable("area_code", "scheme", "value", "valid_from", "recorded_at"),
        StoredTable("area_succession", "from_area", "to_area", "day", "kind"), StoredTable("person", "id"),
        StoredTable("role_assignment", "person_id", "role", "area_id", "valid_from"),
        StoredTable("duty", "person_id", "grid_id", "valid_from", "recorded_at"), StoredTable("device", "id"),
        StoredTable("device_key", "thumbprint"), StoredTable("enrolment", "device_id"), StoredTable("login", "id"),
        StoredTable("access_token", "token_hash"), StoredTable("refresh_token", "token_hash"),
        StoredTable("integration_token", "id"), StoredTable("audit_chain", "id"),
        StoredTable("audit", "chain", "seq"), StoredTable("audit_detail", "chain", "seq"),
        StoredTable("audit_head", "chain", "seq"), StoredTable("audit_retired", "chain", "seq"),
        StoredTable("password_history", "person_id", "number"), StoredTable("login_failure", "counter"),
        StoredTable("first_administrator_code", "code_hash"),
        StoredTable("place", "id"), StoredTable("place_roster", "place_id", "valid_from", "recorded_at"),
        StoredTable("key_person", "id"),
        StoredTable("key_person_roster", "key_person_id", "valid_from", "recorded_at"),
        StoredTable("place_detail", "place_id", "valid_from", "recorded_at"),
        StoredTable("key_person_detail", "key_person_id", "valid_from", "recorded_at"), StoredTable("report", "id"),
        StoredTable("place_visit", "report_id"), StoredTable("key_person_visit", "report_id"),
        StoredTable("finding", "report_id", "position"), StoredTable("report_photo", "report_id", "position"),
        StoredTable("photo", "sha256"), StoredTable("photo_possession", "sha256", "person_id"),
        StoredTable("ledger_month", "month"), StoredTable("grid_month", "month", "grid_id", "kind"),
        StoredTable("place_obligation", "subject_id", "month", "policy", "first_day", "ordinal"),
        StoredTable("key_person_obligation", "subject_id", "month", "policy", "first_day", "ordinal"),
        StoredTable("policy", "id", "version"), StoredTable("closing", "unit_id", "month"),
        StoredTable("ledger_version", "unit_id", "month", "version"),
        StoredTable("place_page", "month", "grid_id", "version"),
        StoredTable("key_person_page", "month", "grid_id", "version"),
        StoredTable("place_journal", "month", "grid_id", "number"),
        StoredTable("key_person_journal", "month", "grid_id", "number"), StoredTable("place_ruling", "id"),
        StoredTable("key_person_ruling", "id"), StoredTable("ruling_rule", "id"), StoredTable("ruling_batch", "id"),
        StoredTable("ruling_batch_item", "batch_id", "report_id"), StoredTable("place_appeal", "ruling_id"),
        StoredTable("key_person_appeal", "ruling_id"), StoredTable("ruling_review", "ruling_id", "reviewer"),
        StoredTable("place_proposal", "report_id"), StoredTable("key_person_proposal", "report_id"),
        StoredTable("area_boundary", "area_id", "valid_from", "recorded_at"),
        StoredTable("area_size", "area_id", "valid_from", "recorded_at"),
        StoredTable("certificate", "person_id", "number", "valid_from", "recorded_at"),
        StoredTable("unit_posting", "station_id", "unit", "valid_from", "recorded_at"),
        StoredTable("place_succession", "from_id", "to_id", "day"),
        StoredTable("key_person_list", "id"),
        StoredTable("key_person_member", "list_id", "key_person_id", "valid_from", "recorded_at"),
        StoredTable("key_person_steward", "list_id", "person_id", "valid_from"),
        StoredTable("key_person_vault", "list_id", "key_person_id"), StoredTable("quarantine", "report_id"),
        StoredTable("deletion", "id"),
        StoredTable("closing_rule", "valid_from", "recorded_at"), StoredTable("joint_work", "id"),
        StoredTable("joint_work_participant", "work_id", "position"), StoredTable("checklist", "id", "version"),
        StoredTable("checklist_item", "checklist_id", "version", "position"), StoredTable("comparison", "id"),
        StoredTable("comparison_line", "comparison_id", "position"),
        StoredTable("comparison_look", "comparison_id", "position", "number"), StoredTable("street_walk", "id"),
        StoredTable("spot_check", "id"), StoredTable("spot_check_item", "check_id", "report_id"),
        StoredTable("spot_check_look", "check_id", "report_id", "number"),
    ]

    fileprivate var order: String { key.joined(separator: ", ") }
    /// The mark is the target's own.
    fileprivate var condition: String { name == "deployment" ? "name <> '\(copyMark)'" : "1 = 1" }
    fileprivate static let pageRows = 500
}

extension SQLConnection {
    /// What a half-filled database is being copied from; nil for a whole one.
    func copySource() throws -> String? {
        try rows("SELECT value FROM deployment WHERE name = $1", [.text(copyMark)]).first?.text(0)
    }

    fileprivate func beginCopy(from name: String) throws {
        if let begun = try copySource() {
            guard begun == name else { throw CopyRefusal.otherSource(begun) }
            return
        }
        for table in StoredTable.all where try !rows("SELECT 1 FROM \(table.name) LIMIT 1", []).isEmpty {
            throw CopyRefusal.targetNotEmpty(table: table.name)
        }
        try run("INSERT INTO deployment (name, value) VALUES ($1, $2)", [.text(copyMark), .text(name)])
    }

    fileprivate func count(_ table: StoredTable) throws -> Int64 {
        try rows("SELECT COUNT(*) FROM \(table.name) WHERE \(table.condition)", [])[0].integer(0)
    }

    fileprivate func lastKey(of table: StoredTable) throws -> [SQLValue]? {
        try rows(
            """
            SELECT \(table.order) FROM \(table.name) WHERE \(table.condition)
            ORDER BY \(table.key.map { $0 + " DESC" }.joined(separator: ", ")) LIMIT 1
            """, []
        ).first?.values
    }

    fileprivate func page(of table: StoredTable, after last: [SQLValue]?) throws -> [SQLRow] {
        let places = table.key.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let after = last == nil ? "" : "AND (\(table.order)) > (\(places))"
        return try rows(
            """
            SELECT * FROM \(table.name) WHERE \(table.condition) \(after)
            ORDER BY \(table.order) LIMIT \(StoredTable.pageRows)
            """, last ?? [])
    }

    /// Both sides have the columns in the order of the same migrations.
    fileprivate func insert(_ row: SQLRow, into table: StoredTable) throws {
        let places = row.values.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        try run("INSERT INTO \(table.name) VALUES (\(places))", row.values)
    }

    fileprivate func content(of table: StoredTable) throws -> CopiedTable.Content {
        var hash = SHA256()
        var count: Int64 = 0
        try stream("SELECT * FROM \(table.name) WHERE \(table.condition) ORDER BY \(table.order)", []) { row in
            count += 1
            for value in row.values { hash.update(data: value.canonicalBytes) }
        }
        return CopiedTable.Content(rows: count, sha256: hexadecimal(hash.finalize()))
    }
}

extension SQLValue {
    /// The value so that no two differ in meaning and agree in bytes: a letter for the type, its length, its bytes.
    fileprivate var canonicalBytes: [UInt8] {
        func number(_ bits: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) } }
        switch self {
        case .null: return [UInt8(ascii: "n")]
        case .integer(let integer): return [UInt8(ascii: "i")] + number(UInt64(bitPattern: integer))
        // Some engines keep no negative zero.
        case .double(let double): return [UInt8(ascii: "d")] + number((double == 0 ? 0 : double).bitPattern)
        case .text(let text): return [UInt8(ascii: "t")] + number(UInt64(text.utf8.count)) + Array(text.utf8)
        }
    }
}
