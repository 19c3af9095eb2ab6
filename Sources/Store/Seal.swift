import Crypto
import Patrol

/// Records and photos that are written in one transaction, on their way into one row of the audit. For one thread.
public final class Seal {
    private let chain: String?
    private var known: AuditTail?
    private var lines: [String] = []
    private var latest: Instant?

    /// - Parameters:
    ///   - chain: nil where nothing is traced.
    ///   - tail: the chain's end, if it is known.
    init(chain: String?, after tail: AuditTail?) {
        self.chain = chain
        known = tail
    }

    /// Chain and number of the row that is going to hold what is sealed here.
    struct Row {
        let chain: Int64
        let seq: Int64
    }

    /// - Returns: nil where nothing is traced.
    func row(_ connection: any SQLConnection) throws -> Row? {
        guard let chain else { return nil }
        let tail = try known ?? connection.tail(of: chain)
        known = tail
        return Row(chain: tail.chain, seq: tail.seq + 1)
    }

    func add(_ line: String, at time: Instant) {
        lines.append(line)
        latest = max(latest ?? time, time)
    }

    /// Lines so far; what comes after can be taken back.
    var count: Int { lines.count }
    func takeBack(to count: Int) { lines.removeSubrange(count...) }

    /// Writes the row, if there is anything in it.
    /// - Returns: the chain's end, for the next batch.
    func close(_ connection: any SQLConnection) throws -> AuditTail? {
        guard let latest, !lines.isEmpty, let tail = known else { return known }
        return try connection.append(
            at: latest, Seal.act, result: actDone, requestID: nil, detail: Seal.digest(of: lines), after: tail)
    }

    /// The act of such a row.
    static let act = "seal"

    /// Of all lines of a row, in any order.
    static func digest(of lines: [String]) -> String { sealed(lines.sorted()) }

    /// One record. `digest` is `saltedDigest`, so that the record itself can be shredded later.
    static func line(report id: String, person: String, receivedAt: Instant, digest: String) -> String {
        "report \(id) \(person) \(receivedAt.milliseconds) \(digest)"
    }

    static func line(photo sha256: String, person: String, receivedAt: Instant) -> String {
        "photo \(sha256) \(person) \(receivedAt.milliseconds)"
    }

    /// What the chain knows of a record's bytes: SHA-256 over salt and their SHA-256.
    static func saltedDigest(_ sha256: String, salt: String) -> String { sealed([salt, sha256]) }
}

@available(*, unavailable)
extension Seal: Sendable {}

/// A row that seals records, for looking it up.
struct SealPlace: Comparable, Hashable {
    let chain: String
    let seq: Int64

    static func < (a: SealPlace, b: SealPlace) -> Bool { (a.chain, a.seq) < (b.chain, b.seq) }
}

extension SQLConnection {
    /// Records that are not sealed, but those from before there were seals.
    func unsealedReports() throws -> [String] {
        try rows(
            """
            SELECT id FROM report WHERE seal_chain IS NULL
                AND received_at > (SELECT MIN(at) FROM audit WHERE act = '\(Seal.act)')
            ORDER BY id LIMIT 20
            """, []
        ).map { try $0.text(0) }
    }

    /// The digest over what each row seals, as the records and photos stand now.
    func eachSeal(_ take: (SealPlace, String) throws -> Void) throws {
        var place: SealPlace?
        var lines: [String] = []
        try stream(
            """
            SELECT c.name, x.seq, x.id, x.person_id, x.received_at, x.body, x.salt, x.sealed_digest, x.sha256
            FROM (
                SELECT seal_chain AS chain, seal_seq AS seq, id, person_id, received_at, body, salt,
                    CASE WHEN sha256 = '' THEN COALESCE(sealed_digest, '') END AS sealed_digest, sha256 FROM report
                UNION ALL
                SELECT seal_chain, seal_seq, sha256, person_id, received_at, NULL, NULL, NULL, NULL
                FROM photo_possession
            ) AS x JOIN audit_chain AS c ON c.id = x.chain
            WHERE NOT EXISTS (SELECT 1 FROM audit_retired AS r WHERE r.chain = x.chain AND r.seq >= x.seq)
            ORDER BY c.name, x.seq
            """, []
        ) { row in
            let next = SealPlace(chain: try row.text(0), seq: try row.integer(1))
            if let place, place != next {
                try take(place, Seal.digest(of: lines))
                lines = []
            }
            place = next
            lines.append(try Seal.line(row))
        }
        if let place { try take(place, Seal.digest(of: lines)) }
    }
}

extension Seal {
    fileprivate static func line(_ row: SQLRow) throws -> String {
        let (id, person) = (try row.text(2), try row.text(3))
        let receivedAt = Instant(milliseconds: try row.integer(4))
        guard let body = try row.optionalText(5) else {
            return line(photo: id, person: person, receivedAt: receivedAt)
        }
        // What is kept of the digest counts for records that were cut alone; of others the bytes are there.
        if let kept = try row.optionalText(7) {
            return line(report: id, person: person, receivedAt: receivedAt, digest: kept)
        }
        let sha256 = hexadecimal(SHA256.hash(data: Array(body.utf8)))
        let isWhole = try row.optionalText(8) == sha256
        let digest = isWhole ? saltedDigest(sha256, salt: try row.optionalText(6) ?? "") : ""
        return line(report: id, person: person, receivedAt: receivedAt, digest: digest)
    }
}
