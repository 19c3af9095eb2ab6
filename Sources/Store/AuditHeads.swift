public import Crypto
import Foundation
public import Patrol

/// The end of a chain at a moment, signed.
public struct AuditHead: Equatable, Sendable {
    public let chain: String
    public let seq: Int64
    public let day: Day
    public let hash: String
    public let signedAt: Instant
    /// `AuditKey.id(of:)` of the key.
    public let keyID: String
    /// ES256, base64 of r and s.
    public let signature: String

    public init(
        chain: String, seq: Int64, day: Day, hash: String, signedAt: Instant, keyID: String, signature: String
    ) {
        self.chain = chain
        self.seq = seq
        self.day = day
        self.hash = hash
        self.signedAt = signedAt
        self.keyID = keyID
        self.signature = signature
    }

    fileprivate static func text(chain: String, seq: Int64, day: Day, hash: String, signedAt: Instant) -> [UInt8] {
        Array("patrol-audit-head-v1\n\(chain)\n\(seq)\n\(day)\n\(hash)\n\(signedAt.milliseconds)".utf8)
    }

    /// Whether it was signed with the key to this public one.
    public func isSigned(by key: P256.Signing.PublicKey) -> Bool {
        guard let bytes = Data(base64Encoded: signature),
            let signature = try? P256.Signing.ECDSASignature(rawRepresentation: bytes)
        else { return false }
        let text = Self.text(chain: chain, seq: seq, day: day, hash: hash, signedAt: signedAt)
        return key.isValidSignature(signature, for: text)
    }
}

/// What heads are signed with. The algorithm's name stands in the key's id, so that another one can follow.
public struct AuditKey: Sendable {
    private let key: P256.Signing.PrivateKey

    public init(_ key: P256.Signing.PrivateKey) { self.key = key }

    public var publicKey: P256.Signing.PublicKey { key.publicKey }

    /// `es256-` and the first 16 digits of SHA-256 over the key (X9.63).
    public static func id(of key: P256.Signing.PublicKey) -> String {
        "es256-" + hexadecimal(SHA256.hash(data: key.x963Representation)).prefix(16)
    }

    func head(chain: String, seq: Int64, hash: String, day: Day, at now: Instant) throws -> AuditHead {
        let text = AuditHead.text(chain: chain, seq: seq, day: day, hash: hash, signedAt: now)
        return AuditHead(
            chain: chain, seq: seq, day: day, hash: hash, signedAt: now, keyID: Self.id(of: publicKey),
            signature: try key.signature(for: text).rawRepresentation.base64EncodedString())
    }
}

extension PatrolStore {
    /// Signs the end of every chain of this writer that grew since the last time.
    /// - Returns: the new heads, to be taken off the box.
    public func signHeads(with key: AuditKey, at now: Instant) async throws -> [AuditHead] {
        let zone = zone
        let writer = writer
        return try await plain.write { connection in
            let grown = try connection.rows(
                """
                SELECT c.id, c.name, a.seq, a.hash, a.at FROM audit_chain AS c JOIN audit AS a ON a.chain = c.id
                WHERE c.name > $1 || '/' AND c.name < $1 || '0'
                    AND a.seq = (SELECT MAX(seq) FROM audit WHERE chain = c.id)
                    AND NOT EXISTS (SELECT 1 FROM audit_head AS h WHERE h.chain = c.id AND h.seq = a.seq)
                ORDER BY c.name
                """, [.text(writer)])
            return try grown.map { row in
                let head = try key.head(
                    chain: try row.text(1), seq: try row.integer(2), hash: try row.text(3),
                    day: zone.day(of: Instant(milliseconds: try row.integer(4))), at: now)
                try connection.run(
                    """
                    INSERT INTO audit_head (chain, seq, day, hash, signed_at, key_id, signature)
                    VALUES ($1, $2, $3, $4, $5, $6, $7)
                    """,
                    [
                        .integer(try row.integer(0)), .integer(head.seq), .text(head.day.description),
                        .text(head.hash), .integer(now.milliseconds), .text(head.keyID), .text(head.signature),
                    ])
                return head
            }
        }
    }

    /// By chain and number.
    public func auditHeads() async throws -> [AuditHead] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT c.name, h.seq, h.day, h.hash, h.signed_at, h.key_id, h.signature
                FROM audit_head AS h JOIN audit_chain AS c ON c.id = h.chain ORDER BY c.name, h.seq
                """, []
            ).map { row in
                guard let day = Day(try row.text(2)) else { throw StoreError.unexpectedValue(column: 2) }
                return AuditHead(
                    chain: try row.text(0), seq: try row.integer(1), day: day, hash: try row.text(3),
                    signedAt: Instant(milliseconds: try row.integer(4)), keyID: try row.text(5),
                    signature: try row.text(6))
            }
        }
    }
}
