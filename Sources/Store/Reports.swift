public import Patrol

/// A record as it is read back.
public struct StoredRecord: Equatable, Sendable {
    public let receipt: StoredReceipt
    public let body: String
    public let person: String
    public let grid: AreaID?
    public let kind: SubjectKind?
}

/// One line of a list of records.
public struct RecordLine: Equatable, Sendable {
    public let id: String
    public let capturedAt: Instant
    public let receivedAt: Instant
    public let month: Month
    public let kind: SubjectKind?
    public let subject: String?
    /// Places only: a key person's name is read from the roster, by those who may.
    public let subjectName: String?
    public let outcome: String?
    public let judgement: Judgement?
    public let isOnRoster: Bool
    public let missingPhotos: Int
}

/// Whose records a list holds.
public enum RecordScope: Equatable, Sendable {
    case sentBy(person: String)
    case inArea(PathKey, withKeyPersons: Bool)
}

/// Where a list of records goes on.
public struct RecordCursor: Equatable, Sendable {
    public let receivedAt: Int64
    public let id: String

    public init(receivedAt: Int64, id: String) {
        self.receivedAt = receivedAt
        self.id = id
    }
}

extension PatrolStore {
    /// - Returns: nil if there is no such record.
    public func record(_ id: String) async throws -> StoredRecord? {
        try await database.read { connection in
            guard
                let row = try connection.rows(
                    "SELECT body, person_id, grid_id, subject_kind FROM report WHERE id = $1", [.text(id)]
                ).first, let receipt = try connection.receipt(of: id)
            else { return nil }
            return StoredRecord(
                receipt: receipt, body: try row.text(0), person: try row.text(1),
                grid: try row.optionalText(2).flatMap { AreaID($0) },
                kind: try row.optionalText(3).flatMap { SubjectKind(rawValue: $0) })
        }
    }

    /// A month's records in the order of receipt.
    public func records(
        _ scope: RecordScope, month: Month, after cursor: RecordCursor?, limit: Int
    ) async throws -> [RecordLine] {
        try await database.read { connection in
            let rows: [SQLRow]
            switch scope {
            case .sentBy(let person):
                rows = try connection.rows(
                    Self.recordLines + """
                         WHERE r.person_id = $1 AND r.month = $2
                            AND (r.received_at > $3 OR (r.received_at = $3 AND r.id > $4))
                        ORDER BY r.received_at, r.id LIMIT $5
                        """,
                    [
                        .text(person), .text(month.description), .integer(cursor?.receivedAt ?? -1),
                        .text(cursor?.id ?? ""), SQLValue(limit),
                    ])
            case .inArea(let path, let withKeyPersons):
                rows = try connection.rows(
                    Self.recordLines + """
                         WHERE r.month = $1 AND r.grid_id IN (
                                SELECT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3)
                            AND (r.received_at > $4 OR (r.received_at = $4 AND r.id > $5))
                            AND ($6 = 1 OR r.subject_kind IS NULL OR r.subject_kind <> 'keyPerson')
                        ORDER BY r.received_at, r.id LIMIT $7
                        """,
                    [
                        .text(month.description), .text(path.text), .text(path.end),
                        .integer(cursor?.receivedAt ?? -1), .text(cursor?.id ?? ""), SQLValue(withKeyPersons),
                        SQLValue(limit),
                    ])
            }
            return try rows.map(Self.recordLine)
        }
    }

    private static let recordLines = """
        SELECT r.id, r.captured_at, r.received_at, r.month, r.subject_kind, r.missing_photos,
            COALESCE(pv.subject_id, kv.subject_id), p.name, COALESCE(pv.outcome, kv.outcome),
            COALESCE(pv.standing, kv.standing), COALESCE(pv.grade, kv.grade), COALESCE(pv.reasons, kv.reasons),
            COALESCE(pv.rule_version, kv.rule_version), \(owingGrid)
        FROM report AS r
        LEFT JOIN place_visit AS pv ON pv.report_id = r.id
        LEFT JOIN place AS p ON p.id = pv.subject_id
        LEFT JOIN key_person_visit AS kv ON kv.report_id = r.id
        """

    private static func recordLine(_ row: SQLRow) throws -> RecordLine {
        guard let month = Month(try row.text(3)) else { throw StoreError.unexpectedValue(column: 3) }
        return RecordLine(
            id: try row.text(0), capturedAt: Instant(milliseconds: try row.integer(1)),
            receivedAt: Instant(milliseconds: try row.integer(2)), month: month,
            kind: try row.optionalText(4).flatMap { SubjectKind(rawValue: $0) }, subject: try row.optionalText(6),
            subjectName: try row.optionalText(7), outcome: try row.optionalText(8),
            judgement: try judgement(row, from: 9), isOnRoster: try row.optionalText(13) != nil,
            missingPhotos: Int(try row.integer(5)))
    }
}

/// A grid that owes the visited subject in the month of the visit, `pv` or `kv`; NULL if none does.
private let owingGrid = """
    COALESCE(
        (SELECT MIN(o.grid_id) FROM place_obligation AS o WHERE o.subject_id = pv.subject_id AND o.month = r.month),
        (SELECT MIN(o.grid_id) FROM key_person_obligation AS o WHERE o.subject_id = kv.subject_id AND o.month = r.month))
    """

/// Reads `standing, grade, reasons, rule_version` from the given column on; nil where there is no visit.
func judgement(_ row: SQLRow, from column: Int) throws -> Judgement? {
    guard let standing = try row.optionalInteger(column).flatMap({ Standing(rawValue: Int($0)) }),
        let grade = try row.optionalText(column + 1).flatMap({ EvidenceGrade(rawValue: $0) })
    else { return nil }
    let reasons = try row.text(column + 2).split(separator: " ").compactMap { EvidenceReason(rawValue: String($0)) }
    return Judgement(
        standing: standing,
        evidence: Evidence(grade: grade, reasons: reasons, ruleVersion: Int(try row.integer(column + 3))))
}

extension SQLConnection {
    /// The acknowledgement of a stored record, as of now; nil if there is none.
    func receipt(of id: String) throws -> StoredReceipt? {
        guard
            let row = try rows(
                """
                SELECT r.received_at, r.sha256, r.month, r.unknown_members, r.person_id,
                    COALESCE(pv.standing, kv.standing), COALESCE(pv.grade, kv.grade),
                    COALESCE(pv.reasons, kv.reasons), COALESCE(pv.rule_version, kv.rule_version),
                    \(owingGrid), q.signs, CASE WHEN r.sha256 = '' THEN r.body END
                FROM report AS r
                LEFT JOIN place_visit AS pv ON pv.report_id = r.id
                LEFT JOIN key_person_visit AS kv ON kv.report_id = r.id
                LEFT JOIN quarantine AS q ON q.report_id = r.id
                WHERE r.id = $1
                """, [.text(id)]
            ).first, let month = Month(try row.text(2))
        else { return nil }
        let named = try rows("SELECT sha256 FROM report_photo WHERE report_id = $1 ORDER BY position", [.text(id)])
        let photos = try photoStates(try named.map { try $0.text(0) }, sentBy: try row.text(4))
        return StoredReceipt(
            id: id, receivedAt: Instant(milliseconds: try row.integer(0)),
            sha256: try row.optionalText(11).map(sha256Text) ?? row.text(1), month: month,
            judgement: try judgement(row, from: 5), isOnRoster: try row.optionalText(9) != nil,
            missingPhotos: photos.missing, unusablePhotos: photos.unusable,
            unknownMembers: try row.text(3).split(separator: "\n").map(String.init),
            suspected: classifiedSigns(try row.optionalText(10) ?? ""))
    }
}
