public import Patrol

/// A bulk ruling on its way: what it holds for, and which of it is to be looked at first.
public struct RulingBatch: Equatable, Sendable {
    public let id: String
    public let kind: SubjectKind
    /// Below which and in which month it was drawn.
    public let area: AreaID
    public let month: Month
    public let matter: RulingMatter
    public let decision: RulingDecision
    public let reason: String
    public let basis: String
    /// From which the sample was drawn; with the records' ids in order anybody can draw it again.
    public let seed: UInt64
    public let drawnBy: String
    /// Every record, in order.
    public let reports: [String]
    /// Those to be ruled on singly first.
    public let sample: [String]
    public let appliedAt: Instant?
}

extension PatrolStore {
    /// Gathers all that waits for one matter below an area and draws a sample of it. Nothing is decided yet.
    /// - Parameters:
    ///   - sampleSize: at most all of them.
    ///   - id: of the batch; a new one.
    /// - Throws: `RulingRefusal.notTogether`, `.notAwaiting` where nothing waits.
    public func drawBatch(
        _ kind: SubjectKind, below path: PathKey, in month: Month, matter: RulingMatter, decision: Decision,
        sampleSize: Int, seed: UInt64, id: String, by person: String, at now: Instant
    ) async throws -> RulingBatch {
        guard matter.mayBeRuledTogether, decision.decision != .raised else { throw RulingRefusal.notTogether }
        let zone = zone
        let waiting = try await database.read { connection in
            try connection.queue(
                kind, below: path, in: month, matter: matter, after: nil, limit: .max / 2, zone: zone)
        }
        // A status without its last day has to be asked after, one's own record is somebody else's to decide.
        let together = waiting.filter { item in
            item.sender != person && (matter != .status || decision.decision == .refused || item.until != nil)
        }
        let reports = Set(together.map(\.report)).sorted()
        guard !reports.isEmpty, let area = path.areas.last else { throw RulingRefusal.notAwaiting }
        let sample = Set(drawSample(of: reports, count: sampleSize, seed: seed))
        return try await database.write { connection in
            try connection.run(
                """
                INSERT INTO ruling_batch (id, kind, area_id, month, matter, decision, reason, basis, seed, drawn_by,
                    drawn_at, applied_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL)
                """,
                [
                    .text(id), .text(kind.rawValue), .text(area.text), .text(month.description),
                    .text(matter.rawValue), .text(decision.decision.rawValue), .text(decision.reason),
                    .text(decision.basis), .integer(Int64(bitPattern: seed)), .text(person),
                    .integer(now.milliseconds),
                ])
            for report in reports {
                try connection.later(
                    "INSERT INTO ruling_batch_item (batch_id, report_id, sampled) VALUES ($1, $2, $3)",
                    [.text(id), .text(report), SQLValue(sample.contains(report))])
            }
            guard let batch = try connection.batch(id) else { throw RulingRefusal.noSuchRuling }
            return batch
        }
    }

    /// Rules on the rest of a batch as on its sample, once every drawn record was decided that way by itself. Some at a
    /// time, so that reports do not wait for all of them; where it breaks off, it goes on when it is called again.
    /// - Returns: how many were ruled on; what was decided meanwhile is left alone.
    /// - Throws: `RulingRefusal.sampleDiffers`, `.alreadyDecided`, `.notTheirs` for somebody else than who drew it.
    public func applyBatch(_ id: String, by person: String, at now: Instant) async throws -> Int {
        let zone = zone
        let batch = try await database.read { connection in
            guard let batch = try connection.batch(id) else { throw RulingRefusal.noSuchRuling }
            guard batch.drawnBy == person else { throw RulingRefusal.notTheirs }
            guard batch.appliedAt == nil else { throw RulingRefusal.alreadyDecided }
            let differing = try batch.sample.count { report in
                let last = try connection.rulings(
                    batch.kind, "WHERE report_id = $1 ORDER BY ruled_at, id", [.text(report)]
                ).last
                return last?.decision != batch.decision || last?.matter != batch.matter || last?.manner != .single
            }
            guard differing == 0 else { throw RulingRefusal.sampleDiffers(differing) }
            return batch
        }
        let decision = Decision(batch.decision, reason: batch.reason, basis: batch.basis)
        var ruled = 0
        for reports in Set(batch.reports).subtracting(batch.sample).sorted().chunks(of: rulingsAtOnce) {
            ruled += try await database.write { connection in
                let ruler = Ruler(connection, zone: zone, kind: batch.kind, by: person, at: now)
                return try reports.count { report in
                    guard try ruler.found(report).matter == batch.matter else { return false }
                    try ruler.rule(on: report, decision, id: "\(id)-\(report)", manner: .bulk, batch: id)
                    return true
                }
            }
        }
        try await database.write { connection in
            let applied = try connection.run(
                "UPDATE ruling_batch SET applied_at = $2 WHERE id = $1 AND applied_at IS NULL",
                [.text(id), .integer(now.milliseconds)])
            guard applied == 1 else { throw RulingRefusal.alreadyDecided }
        }
        return ruled
    }

    /// nil if there is no such batch.
    public func batch(_ id: String) async throws -> RulingBatch? {
        try await database.read { try $0.batch(id) }
    }
}

/// Rulings of one transaction: a tenth of a second of a county's engine.
let rulingsAtOnce = 100

extension Array {
    func chunks(of size: Int) -> [ArraySlice<Element>] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)] }
    }
}

extension SQLConnection {
    fileprivate func batch(_ id: String) throws -> RulingBatch? {
        guard
            let row = try rows(
                """
                SELECT kind, matter, decision, reason, basis, seed, drawn_by, applied_at, area_id, month
                FROM ruling_batch WHERE id = $1
                """, [.text(id)]
            ).first, let kind = SubjectKind(rawValue: try row.text(0)),
            let matter = RulingMatter(rawValue: try row.text(1)),
            let decision = RulingDecision(rawValue: try row.text(2)), let area = AreaID(try row.text(8)),
            let month = Month(try row.text(9))
        else { return nil }
        let items = try rows(
            "SELECT report_id, sampled FROM ruling_batch_item WHERE batch_id = $1 ORDER BY report_id", [.text(id)])
        return RulingBatch(
            id: id, kind: kind, area: area, month: month, matter: matter, decision: decision, reason: try row.text(3),
            basis: try row.text(4),
            seed: UInt64(bitPattern: try row.integer(5)), drawnBy: try row.text(6),
            reports: try items.map { try $0.text(0) },
            sample: try items.filter { try $0.integer(1) == 1 }.map { try $0.text(0) },
            appliedAt: try row.optionalInteger(7).map { Instant(milliseconds: $0) })
    }
}
