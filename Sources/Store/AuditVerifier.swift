public import Crypto
public import Patrol

/// What is wrong with an audit, by the first row that shows it.
public enum AuditFault: Equatable, Sendable {
    /// The row, or the one before it, is not as it was written.
    case altered(chain: String, seq: Int64)
    /// What stands beside the row is not what was written; the row itself holds.
    case detailAltered(chain: String, seq: Int64)
    /// Nothing stands beside the row: who, from where and about what is gone.
    case detailRemoved(chain: String, seq: Int64)
    /// Rows are missing, from this one on.
    case removed(chain: String, from: Int64, to: Int64)
    /// Rows stand in another order than they were written.
    case reordered(chain: String, seq: Int64)
    /// A signed head names a later row than the last one there is.
    case cutOff(chain: String, last: Int64, head: Int64)
    /// The row that a head signed has another hash now.
    case otherHead(chain: String, seq: Int64)
    /// Rows up to this one are said to be retired, but no head proves that their time was over.
    case retiredTooEarly(chain: String, seq: Int64)
    /// A head whose signature does not hold, or that another key made.
    case forgedHead(chain: String, seq: Int64)
    /// A record that no row seals, though it came after the first that was sealed.
    case unsealed(report: String)
    /// Records or photos that a row seals are not those that were written.
    case brokenSeal(chain: String, seq: Int64)
}

/// Reads an audit row by row and holds it against its heads. Pure: works on a store as on an export, without a gateway.
public struct AuditVerifier: Sendable {
    private struct End: Sendable {
        var seq: Int64
        var hash: String?
        var isBroken = false
    }

    private var heads: [String: [Int64: AuditHead]] = [:]
    private var ends: [String: End] = [:]
    public private(set) var faults: [AuditFault] = []
    public private(set) var rows = 0
    public private(set) var sealed = 0

    /// - Parameters:
    ///   - keys: what heads must be signed with; with none they are taken unseen, which proves nothing to a stranger.
    ///   - heads: from the store and from wherever they were taken to.
    public init(heads: [AuditHead], keys: [P256.Signing.PublicKey]) {
        let known = Dictionary(keys.map { (AuditKey.id(of: $0), $0) }) { first, _ in first }
        for head in heads {
            if let other = self.heads[head.chain]?[head.seq], other.hash != head.hash {
                faults.append(.forgedHead(chain: head.chain, seq: head.seq))
            }
            self.heads[head.chain, default: [:]][head.seq] = head
            if !keys.isEmpty, !(known[head.keyID].map { head.isSigned(by: $0) } ?? false) {
                faults.append(.forgedHead(chain: head.chain, seq: head.seq))
            }
        }
    }

    /// Shortest time that rows are kept (网络安全法 21).
    public static let leastDaysKept: Int64 = 183

    /// Whether a running gateway wrote any of it: its heads are signed every minute.
    public var isWrittenByGateway: Bool {
        ends.keys.contains { !$0.hasSuffix("/commands/acts") && $0.hasSuffix("/acts") }
    }

    /// Where an export begins: what came before is not its matter.
    public mutating func take(start: AuditRetirement) {
        ends[start.chain] = End(seq: start.seq, hash: start.hash)
    }

    /// Rows that were removed when their time was over: a head over the last of them was signed that long ago.
    public mutating func take(_ retirement: AuditRetirement, at now: Instant) {
        take(start: retirement)
        let head = heads[retirement.chain]?[retirement.seq]
        let age = head.map { now.milliseconds(since: $0.signedAt) } ?? 0
        if head?.hash != retirement.hash || age < Self.leastDaysKept * 86_400_000 {
            faults.append(.retiredTooEarly(chain: retirement.chain, seq: retirement.seq))
        }
    }

    /// The next row of its chain.
    public mutating func take(_ row: AuditRow) {
        rows += 1
        var end = ends[row.chain] ?? End(seq: 0, hash: "")
        defer { ends[row.chain] = end }
        if !end.isBroken, let fault = fault(of: row, after: end) {
            faults.append(fault)
            // What follows is held against itself, so that one wrong row is one fault.
            if case .reordered = fault { end.isBroken = true }
        }
        if let detail = row.detail {
            if detail.digest != row.detailDigest { faults.append(.detailAltered(chain: row.chain, seq: row.seq)) }
        } else if row.act == Seal.act {
            sealed += 1
        } else {
            faults.append(.detailRemoved(chain: row.chain, seq: row.seq))
        }
        if let head = heads[row.chain]?[row.seq], head.hash != row.hash {
            faults.append(.otherHead(chain: row.chain, seq: row.seq))
        }
        end.seq = max(end.seq, row.seq)
        end.hash = row.hash
    }

    private func fault(of row: AuditRow, after end: End) -> AuditFault? {
        if row.seq <= end.seq { return .reordered(chain: row.chain, seq: row.seq) }
        if row.seq > end.seq + 1 { return .removed(chain: row.chain, from: end.seq + 1, to: row.seq - 1) }
        return row.hash(after: end.hash ?? "") == row.hash ? nil : .altered(chain: row.chain, seq: row.seq)
    }

    /// After the last row: heads that name rows which are no longer there.
    public mutating func finish() {
        for (chain, heads) in heads.sorted(by: { $0.key < $1.key }) {
            guard let latest = heads.keys.max() else { continue }
            let last = ends[chain]?.seq ?? 0
            if latest > last { faults.append(.cutOff(chain: chain, last: last, head: latest)) }
        }
    }

    mutating func note(_ fault: AuditFault) { faults.append(fault) }
}

extension PatrolStore {
    /// Verifies the audit of this store, with the records and photos that it seals.
    public func verifyAudit(
        heads: [AuditHead], keys: [P256.Signing.PublicKey], at now: Instant
    ) async throws -> AuditVerifier {
        let own = try await auditHeads()
        return try await database.read { connection in
            var verifier = AuditVerifier(heads: own + heads, keys: keys)
            for retirement in try connection.retirements() { verifier.take(retirement, at: now) }
            var seals: [SealPlace: String] = [:]
            try connection.streamAudit { row in
                verifier.take(row)
                if row.act == Seal.act { seals[SealPlace(chain: row.chain, seq: row.seq)] = row.detailDigest }
            } unreadable: { chain, seq in
                verifier.note(.altered(chain: chain, seq: seq))
            }
            verifier.finish()
            try connection.eachSeal { place, digest in
                if seals.removeValue(forKey: place) != digest {
                    verifier.note(.brokenSeal(chain: place.chain, seq: place.seq))
                }
            }
            for report in try connection.unsealedReports() { verifier.note(.unsealed(report: report)) }
            for place in seals.keys.sorted() { verifier.note(.brokenSeal(chain: place.chain, seq: place.seq)) }
            return verifier
        }
    }
}
