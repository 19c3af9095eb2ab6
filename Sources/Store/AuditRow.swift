public import Patrol

/// A row of the audit as it stands in the store or in an export.
public struct AuditRow: Equatable, Sendable {
    public let chain: String
    /// From 1, without gaps.
    public let seq: Int64
    public let at: Instant
    public let act: String
    public let result: String
    public let requestID: String?
    public let detailDigest: String
    public let hash: String
    /// nil for a batch of records, which has none.
    public let detail: Detail?

    public struct Detail: Equatable, Sendable {
        public let salt: String
        public let person: String?
        public let device: String?
        public let address: String?
        public let object: String?
        public let purpose: String?

        public init(
            salt: String, person: String?, device: String?, address: String?, object: String?, purpose: String?
        ) {
            self.salt = salt
            self.person = person
            self.device = device
            self.address = address
            self.object = object
            self.purpose = purpose
        }

        var digest: String { sealed([salt, person, device, address, object, purpose]) }
    }

    public init(
        chain: String, seq: Int64, at: Instant, act: String, result: String, requestID: String?, detailDigest: String,
        hash: String, detail: Detail?
    ) {
        self.chain = chain
        self.seq = seq
        self.at = at
        self.act = act
        self.result = result
        self.requestID = requestID
        self.detailDigest = detailDigest
        self.hash = hash
        self.detail = detail
    }

    /// What its hash must be.
    func hash(after previous: String) -> String {
        auditHash(
            after: previous, chain: chain, seq: seq, at: at.milliseconds, act: act, result: result,
            requestID: requestID, detail: detailDigest)
    }
}

/// Rows up to this one were removed when their time was over.
public struct AuditRetirement: Equatable, Sendable {
    public let chain: String
    public let seq: Int64
    public let hash: String

    public init(chain: String, seq: Int64, hash: String) {
        self.chain = chain
        self.seq = seq
        self.hash = hash
    }
}

/// Which rows somebody looks for.
public struct AuditFilter: Sendable {
    public let from: Instant
    public let to: Instant
    public let person: String?
    public let object: String?
    /// Batches of records too.
    public let withSeals: Bool

    /// - Parameters:
    ///   - object: what it begins with.
    ///   - to: exclusive.
    public init(from: Instant, to: Instant, person: String? = nil, object: String? = nil, withSeals: Bool = false) {
        self.from = from
        self.to = to
        self.person = person
        self.object = object
        self.withSeals = withSeals
    }
}

/// Where a page of rows goes on.
public struct AuditPlace: Equatable, Sendable {
    public let at: Instant
    public let chain: String
    public let seq: Int64

    public init(at: Instant, chain: String, seq: Int64) {
        self.at = at
        self.chain = chain
        self.seq = seq
    }
}

extension PatrolStore {
    /// Rows by time, chain and number.
    public func audit(_ filter: AuditFilter, after place: AuditPlace?, limit: Int) async throws -> [AuditRow] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT \(auditColumns)
                WHERE a.at >= $1 AND a.at < $2 AND ($3 = '' OR d.person_id = $3)
                    AND ($4 = '' OR d.object = $4 OR (d.object >= $4 || ' ' AND d.object < $4 || '!'))
                    AND ($5 = 1 OR a.act <> '\(Seal.act)')
                    AND (a.at > $6 OR (a.at = $6 AND (c.name > $7 OR (c.name = $7 AND a.seq > $8))))
                ORDER BY a.at, c.name, a.seq LIMIT $9
                """,
                [
                    .integer(filter.from.milliseconds), .integer(filter.to.milliseconds), .text(filter.person ?? ""),
                    .text(filter.object ?? ""), SQLValue(filter.withSeals),
                    .integer(place?.at.milliseconds ?? Int64.min), .text(place?.chain ?? ""),
                    .integer(place?.seq ?? 0), SQLValue(limit),
                ]
            ).map { try AuditRow($0) }
        }
    }

    /// Who read what of a key person, when and for what (个人信息保护法 45): by their id, by records of visits to them and their
    /// photos, and of the lists and areas that hold or held them. Oldest first.
    public func readings(of keyPerson: String) async throws -> [AuditRow] {
        try await database.read { connection in
            try connection.rows(
                """
                WITH RECURSIVE around (id) AS (
                    SELECT grid_id FROM key_person_roster WHERE key_person_id = $1
                    UNION
                    SELECT p.parent_id FROM area_parent AS p JOIN around ON p.area_id = around.id
                    WHERE p.tree = 'managed'
                ), named (id) AS (
                    SELECT $1
                    UNION SELECT id || ' keyPersons' FROM around
                    UNION SELECT list_id || ' members' FROM key_person_member WHERE key_person_id = $1
                    UNION SELECT report_id FROM key_person_visit WHERE subject_id = $1
                    UNION SELECT rp.sha256 FROM report_photo AS rp
                        JOIN key_person_visit AS v ON v.report_id = rp.report_id WHERE v.subject_id = $1
                )
                SELECT \(auditColumns)
                WHERE d.purpose IS NOT NULL AND EXISTS (
                    SELECT 1 FROM named AS n WHERE d.object = n.id OR (d.object >= n.id || ' ' AND d.object < n.id || '!'))
                ORDER BY a.at, c.name, a.seq
                """, [.text(keyPerson)]
            ).map { try AuditRow($0) }
        }
    }

    /// Where each chain stood before a moment: from there an export can be verified by itself.
    public func auditStarts(before: Instant) async throws -> [AuditRetirement] {
        try await database.read { connection in
            let found = try connection.rows(
                """
                SELECT c.name, a.seq, a.hash FROM audit AS a JOIN audit_chain AS c ON c.id = a.chain
                WHERE a.seq = (SELECT MAX(seq) FROM audit WHERE chain = a.chain AND at < $1) ORDER BY c.name
                """, [.integer(before.milliseconds)]
            ).map { AuditRetirement(chain: try $0.text(0), seq: try $0.integer(1), hash: try $0.text(2)) }
            let later = try connection.retirements().filter { row in !found.contains { $0.chain == row.chain } }
            return found + later
        }
    }

    /// Removes rows that are older than they are kept: up to the last head that was signed before then, which stays, so
    /// that nobody can pass off as retired what was removed.
    /// - Returns: how many rows.
    public func retireAudit(before: Instant, at now: Instant) async throws -> Int {
        try await database.write { connection in
            var removed = 0
            for row in try connection.rows(
                """
                SELECT h.chain, MAX(h.seq) FROM audit_head AS h
                WHERE h.signed_at < $1 AND EXISTS (SELECT 1 FROM audit AS a WHERE a.chain = h.chain AND a.seq = h.seq)
                    AND h.seq < (SELECT MAX(seq) FROM audit WHERE chain = h.chain)
                GROUP BY h.chain
                """, [.integer(before.milliseconds)])
            {
                let (chain, seq) = (try row.integer(0), try row.integer(1))
                let last: [SQLValue] = [.integer(chain), .integer(seq)]
                try connection.run(
                    """
                    INSERT INTO audit_retired (chain, seq, hash, retired_at)
                    SELECT chain, seq, hash, $3 FROM audit WHERE chain = $1 AND seq = $2
                    """, last + [.integer(now.milliseconds)])
                try connection.run("DELETE FROM audit_detail WHERE chain = $1 AND seq <= $2", last)
                try connection.run("DELETE FROM audit_head WHERE chain = $1 AND seq < $2", last)
                removed += try connection.run("DELETE FROM audit WHERE chain = $1 AND seq <= $2", last)
            }
            return removed
        }
    }
}

private let auditColumns = """
    c.name, a.seq, a.at, a.act, a.result, a.request_id, a.detail_digest, a.hash,
        d.salt, d.person_id, d.device_id, d.address, d.object, d.purpose
    FROM audit AS a JOIN audit_chain AS c ON c.id = a.chain
        LEFT JOIN audit_detail AS d ON d.chain = a.chain AND d.seq = a.seq
    """

extension SQLConnection {
    /// Every row by chain and number.
    /// - Parameter unreadable: takes place of what no program of ours can have written.
    func streamAudit(
        _ take: (AuditRow) throws -> Void, unreadable: (_ chain: String, _ seq: Int64) throws -> Void
    ) throws {
        try stream("SELECT \(auditColumns) ORDER BY c.name, a.seq", []) { row in
            let found: AuditRow
            do {
                found = try AuditRow(row)
            } catch {
                return try unreadable((try? row.text(0)) ?? "", (try? row.integer(1)) ?? 0)
            }
            try take(found)
        }
    }

    func retirements() throws -> [AuditRetirement] {
        try rows(
            """
            SELECT c.name, r.seq, r.hash FROM audit_retired AS r JOIN audit_chain AS c ON c.id = r.chain
            WHERE r.seq = (SELECT MAX(seq) FROM audit_retired WHERE chain = r.chain) ORDER BY c.name
            """, []
        ).map { AuditRetirement(chain: try $0.text(0), seq: try $0.integer(1), hash: try $0.text(2)) }
    }
}

extension AuditRow {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            chain: try row.text(0), seq: try row.integer(1), at: Instant(milliseconds: try row.integer(2)),
            act: try row.text(3), result: try row.text(4), requestID: try row.optionalText(5),
            detailDigest: try row.text(6), hash: try row.text(7),
            detail: try row.optionalText(8).map { salt in
                Detail(
                    salt: salt, person: try row.optionalText(9), device: try row.optionalText(10),
                    address: try row.optionalText(11), object: try row.optionalText(12),
                    purpose: try row.optionalText(13))
            })
    }
}
