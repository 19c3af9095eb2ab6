import Crypto
public import Patrol

/// What somebody does, as the audit tells it (GB/T 22239-2019 8.1.4.3 b: time, who, kind, object, result).
public struct Act: Sendable {
    /// What kind: an operation of the API by method and path (`POST /v1/rulings`), or the words of a command.
    public let kind: String
    public let at: Instant
    public var person: String?
    public var device: String?
    /// Network address of the caller.
    public let address: String?
    /// What it concerns as far as its address says: ids only, no names.
    public var object: String?
    /// What it concerns besides.
    public var concern: Concern?
    /// Why something personal is read.
    public var purpose: String?
    public let requestID: String?
    /// At least 128 random bits; between what is personal here and the chain's hash.
    public let salt: String

    public init(
        _ kind: String, at: Instant, person: String?, device: String? = nil, address: String? = nil,
        object: String? = nil, concern: Concern? = nil, purpose: String? = nil, requestID: String? = nil, salt: String
    ) {
        self.kind = kind
        self.at = at
        self.person = person
        self.device = device
        self.address = address
        self.object = object
        self.concern = concern
        self.purpose = purpose
        self.requestID = requestID
        self.salt = salt
    }

    /// All that it concerns by now.
    var objects: String? {
        let all = [object].compactMap { $0 } + (concern?.ids ?? [])
        return all.isEmpty ? nil : all.joined(separator: " ")
    }
}

extension Act {
    /// With what only its transaction knew.
    fileprivate func told(by outcome: any ActOutcome) -> Act {
        var act = self
        act.person = person ?? outcome.person
        act.device = device ?? outcome.device
        return act
    }
}

/// How an act ended: `done`, or the code of the problem it was refused with.
public let actDone = "done"

/// What a transaction came to, where it may write and refuse all the same: a try is counted.
public protocol ActOutcome {
    /// The code of the problem; nil for what was done.
    var refusal: String? { get }
    /// Whom it was done for, where the act is in nobody's name.
    var person: String? { get }
    var device: String? { get }
}

extension ActOutcome {
    public var person: String? { nil }
    public var device: String? { nil }
}

/// The end of a chain.
struct AuditTail: Sendable {
    /// The chain's number in the store.
    let chain: Int64
    let name: String
    let seq: Int64
    /// Of the last row; empty before the first.
    let hash: String
    /// Of the last row, milliseconds: time does not run back in a chain.
    let at: Int64
}

/// The hash of a row, over everything in it and the row before it.
func auditHash(
    after previous: String, chain: String, seq: Int64, at: Int64, act: String, result: String, requestID: String?,
    detail: String
) -> String {
    sealed([previous, chain, String(seq), String(at), act, result, requestID, detail])
}

/// SHA-256 over fields so that no two lists of fields give the same bytes; lower-case hexadecimal.
func sealed(_ fields: [String?]) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(fields.reduce(0) { $0 + ($1?.utf8.count ?? 0) + 8 })
    for field in fields {
        guard let field else {
            bytes += "-;".utf8
            continue
        }
        bytes += String(field.utf8.count).utf8
        bytes.append(UInt8(ascii: ":"))
        bytes += field.utf8
    }
    return hexadecimal(SHA256.hash(data: bytes))
}

/// Lower-case hexadecimal.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
    let bytes = Array(bytes)
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
        for (index, byte) in bytes.enumerated() {
            text[2 * index] = digit(byte >> 4)
            text[2 * index + 1] = digit(byte & 15)
        }
        return 2 * bytes.count
    }
}

extension PatrolStore {
    /// The same store in somebody's name: every transaction of it that writes leaves a row of the audit in the same
    /// transaction, or is undone.
    public func acting(_ act: Act) -> PatrolStore {
        var acting = self
        acting.database = ActingDatabase(database: plain, act: act, chain: actsChain)
        return acting
    }

    /// The same act, told more exactly: which ids it concerns. No names.
    public func describing(_ object: String) -> PatrolStore {
        guard let acting = database as? ActingDatabase else { return self }
        var act = acting.act
        act.object = object
        return self.acting(act)
    }

    /// The same store in nobody's name: for what is no act of its own.
    public var unnamed: PatrolStore {
        var unnamed = self
        unnamed.database = plain
        return unnamed
    }

    /// Leaves a row of the audit by itself: for what only reads, and for what was refused.
    public func trace(_ act: Act, result: String = actDone) async throws {
        let chain = actsChain
        try await plain.write { try $0.append(act, result: result, to: chain) }
    }
}

/// Writes the row of an act into each transaction that changes anything.
private struct ActingDatabase: Database {
    let database: any Database
    let act: Act
    let chain: String

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await database.read(body)
    }

    func scrub() async throws { try await database.scrub() }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
        try await database.write { [act, chain] connection in
            let watched = WatchedConnection(connection)
            let result = try body(watched)
            if watched.hasWritten {
                let outcome = result as? any ActOutcome
                try connection.append(
                    outcome.map(act.told(by:)) ?? act, result: outcome?.refusal ?? actDone, to: chain)
            }
            return result
        }
    }
}

/// Knows whether anything was changed through it.
private final class WatchedConnection: SQLConnection {
    private let connection: any SQLConnection
    private(set) var hasWritten = false

    init(_ connection: any SQLConnection) { self.connection = connection }

    var dialect: SQLDialect { connection.dialect }

    func rows(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> [SQLRow] {
        let rows = try connection.rows(sql, values)
        // With RETURNING the rows are those that changed.
        if sql.changesRows { hasWritten = hasWritten || !sql.contains("RETURNING") || !rows.isEmpty }
        return rows
    }

    func run(_ sql: String, _ values: [SQLValue]) throws(StoreError) -> Int {
        let count = try connection.run(sql, values)
        if count > 0 { hasWritten = true }
        return count
    }

    func later(_ sql: String, _ values: [SQLValue]) throws(StoreError) {
        try connection.later(sql, values)
        hasWritten = true
    }

    func stream(_ sql: String, _ values: [SQLValue], _ take: (SQLRow) throws -> Void) throws {
        try connection.stream(sql, values, take)
    }

    func settle() throws(StoreError) { try connection.settle() }

    func script(_ sql: String) throws(StoreError) {
        try connection.script(sql)
        hasWritten = true
    }

    func savepoint<Result>(_ body: () throws -> Result) throws -> Result { try connection.savepoint(body) }
}

extension String {
    fileprivate var changesRows: Bool {
        let first = drop { $0.isWhitespace }.prefix(6)
        return first != "SELECT" && !(first.hasPrefix("WITH") && !contains("INSERT") && !contains("UPDATE"))
    }
}

extension SQLConnection {
    /// The end of a chain, which is begun if it is not there.
    func tail(of chain: String) throws -> AuditTail {
        let end = """
            SELECT c.id, a.seq, a.hash, a.at FROM audit_chain AS c LEFT JOIN audit AS a
                ON a.chain = c.id AND a.seq = (SELECT MAX(seq) FROM audit WHERE chain = c.id)
            WHERE c.name = $1
            """
        var row = try rows(end, [.text(chain)]).first
        if row == nil {
            try run(
                "INSERT INTO audit_chain (id, name) SELECT COALESCE(MAX(id), 0) + 1, $1 FROM audit_chain",
                [.text(chain)])
            row = try rows(end, [.text(chain)]).first
        }
        guard let row else { throw StoreError.failed("no chain \(chain)") }
        return AuditTail(
            chain: try row.integer(0), name: chain, seq: try row.optionalInteger(1) ?? 0,
            hash: try row.optionalText(2) ?? "", at: try row.optionalInteger(3) ?? Int64.min)
    }

    /// Appends the row of an act.
    func append(_ act: Act, result: String, to chain: String) throws {
        let objects = act.objects
        let detail = sealed([act.salt, act.person, act.device, act.address, objects, act.purpose])
        let tail = try append(
            at: act.at, act.kind, result: result, requestID: act.requestID, detail: detail,
            after: try tail(of: chain))
        try run(
            """
            INSERT INTO audit_detail (chain, seq, salt, person_id, device_id, address, object, purpose)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .integer(tail.chain), .integer(tail.seq), .text(act.salt), SQLValue(act.person), SQLValue(act.device),
                SQLValue(act.address), SQLValue(objects), SQLValue(act.purpose),
            ])
    }

    /// - Returns: the chain's new end.
    func append(
        at: Instant, _ act: String, result: String, requestID: String?, detail: String, after tail: AuditTail
    ) throws -> AuditTail {
        let seq = tail.seq + 1
        let at = max(at.milliseconds, tail.at)
        let hash = auditHash(
            after: tail.hash, chain: tail.name, seq: seq, at: at, act: act, result: result,
            requestID: requestID, detail: detail)
        try run(
            """
            INSERT INTO audit (chain, seq, at, act, result, request_id, detail_digest, hash)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .integer(tail.chain), .integer(seq), .integer(at), .text(act), .text(result),
                SQLValue(requestID), .text(detail), .text(hash),
            ])
        return AuditTail(chain: tail.chain, name: tail.name, seq: seq, hash: hash, at: at)
    }
}
