public import Patrol
public import Store
public import Wire

/// The audit of some time as lines of JSON: first where each chain stood, then the heads, then the rows. Frozen: exports are
/// kept for years elsewhere and must still verify.
/// - Parameter to: exclusive.
public func eachExportLine(
    of store: PatrolStore, from: Instant, to: Instant, _ take: (String) async throws -> Void
) async throws {
    for start in try await store.auditStarts(before: from) {
        try await take(text(AuditExportLine(start: .init(chain: start.chain, seq: start.seq, hash: start.hash))))
    }
    for head in try await store.auditHeads() where head.signedAt >= from {
        try await take(text(AuditExportLine(head: AuditHeadLine(head))))
    }
    var place: AuditPlace?
    while true {
        let rows = try await store.audit(
            AuditFilter(from: from, to: to, withSeals: true), after: place, limit: pageRows)
        for row in rows { try await take(text(AuditExportLine(row: .init(row)))) }
        guard rows.count == pageRows, let last = rows.last else { return }
        place = AuditPlace(at: last.at, chain: last.chain, seq: last.seq)
    }
}

private let pageRows = 1_000

private func text(_ line: AuditExportLine) throws -> String {
    String(decoding: try canonicalBytes(line), as: UTF8.self) + "\n"
}

extension AuditExportLine.Row {
    fileprivate init(_ row: AuditRow) {
        self.init(
            chain: row.chain, seq: row.seq, at: row.at.milliseconds, act: row.act, result: row.result,
            requestId: row.requestID, detailDigest: row.detailDigest, hash: row.hash,
            detail: row.detail.map {
                .init(
                    salt: $0.salt, person: $0.person, device: $0.device, address: $0.address, object: $0.object,
                    purpose: $0.purpose)
            })
    }
}

extension AuditRow {
    public init(_ row: AuditExportLine.Row) {
        self.init(
            chain: row.chain, seq: row.seq, at: Instant(milliseconds: row.at), act: row.act, result: row.result,
            requestID: row.requestId, detailDigest: row.detailDigest, hash: row.hash,
            detail: row.detail.map {
                Detail(
                    salt: $0.salt, person: $0.person, device: $0.device, address: $0.address, object: $0.object,
                    purpose: $0.purpose)
            })
    }
}

extension AuditHead {
    /// - Returns: nil for a head whose day or time is none.
    public init?(_ line: AuditHeadLine) {
        guard let day = Day(line.day), let signedAt = Instant(rfc3339: line.signedAt) else { return nil }
        self.init(
            chain: line.chain, seq: line.seq, day: day, hash: line.hash, signedAt: signedAt, keyID: line.keyId,
            signature: line.signature)
    }
}

extension AuditHeadLine {
    public init(_ head: AuditHead) {
        self.init(
            chain: head.chain, seq: head.seq, day: head.day.description, hash: head.hash,
            signedAt: head.signedAt.rfc3339, keyId: head.keyID, signature: head.signature)
    }
}
