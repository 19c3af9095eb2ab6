public import Patrol

/// A record whose words look classified.
public struct QuarantinedRecord: Equatable, Sendable {
    public let report: String
    public let grid: AreaID?
    public let person: String
    public let signs: [ClassifiedSign]
    public let at: Instant
    /// nil while it waits.
    public let decision: QuarantineDecision?
    public let reason: String?
    public let decidedBy: String?
}

public enum QuarantineDecision: String, CaseIterable, Sendable {
    /// It is not classified: everybody reads it as if nothing had been.
    case release
    /// It is: the words are deleted here and dealt with by the rules for state secrets.
    case remove
}

public enum QuarantineRefusal: Error, Equatable, Sendable {
    case noSuchRecord
    case alreadyDecided
    /// Nobody decides on what they sent themselves.
    case ownRecord
}

extension PatrolStore {
    /// What waits below an area, or everything there with what became of it; oldest first.
    public func quarantined(below path: PathKey, on day: Day, waiting: Bool) async throws -> [QuarantinedRecord] {
        try await database.read { connection in
            let grids = try connection.grids(below: path, on: day)
            return try connection.quarantined(
                waiting ? "WHERE q.decision IS NULL" : "", []
            ).filter { record in record.grid.map { grids.contains($0) } ?? false }
        }
    }

    /// - Returns: nil where the record was never quarantined.
    public func quarantine(of report: String) async throws -> QuarantinedRecord? {
        try await database.read { try $0.quarantined("WHERE q.report_id = $1", [.text(report)]).first }
    }

    /// Releases the words or removes them for good.
    /// - Parameters:
    ///   - reading: a record's findings as its body has them, to give their words back.
    ///   - cutting: see `BodyCut`.
    /// - Throws: `QuarantineRefusal`.
    public func decide(
        _ decision: QuarantineDecision, on report: String, because reason: String, by person: String, at now: Instant,
        reading: @escaping @Sendable (_ id: String, _ body: String) throws -> PatrolRecord, cutting: @escaping BodyCut
    ) async throws {
        try await database.write { connection in
            guard let record = try connection.quarantined("WHERE q.report_id = $1", [.text(report)]).first else {
                throw QuarantineRefusal.noSuchRecord
            }
            guard record.decision == nil else { throw QuarantineRefusal.alreadyDecided }
            guard record.person != person else { throw QuarantineRefusal.ownRecord }
            try connection.run(
                """
                UPDATE quarantine SET decision = $2, reason = $3, decided_by = $4, decided_at = $5 WHERE report_id = $1
                """,
                [
                    .text(report), .text(decision.rawValue), .text(reason), .text(person), .integer(now.milliseconds),
                ])
            switch decision {
            case .remove:
                try connection.cut(report, .content, at: now, cutting: cutting)
                try connection.run(
                    "UPDATE finding SET text = $2 WHERE report_id = $1", [.text(report), .text(removedText)])
            case .release:
                guard
                    let body = try connection.rows("SELECT body FROM report WHERE id = $1", [.text(report)]).first?
                        .text(0)
                else { return }
                let record = try reading(report, body)
                let texts = record.findings.map(\.text) + (record.visit?.derivedFindings().map(\.text) ?? [])
                for (position, text) in texts.enumerated() {
                    try connection.run(
                        "UPDATE finding SET text = $3 WHERE report_id = $1 AND position = $2",
                        [.text(report), SQLValue(position), .text(text)])
                }
            }
        }
        if decision == .remove { try await database.scrub() }
    }
}

/// What stands in a finding's place once its record's words were removed.
private let removedText = "〔疑似涉密，已删除 · looked classified; removed〕"

/// What stands in a finding's place while its words are withheld.
let withheldText = "〔疑似涉密，已隔离，由县级中心处理 · looks classified; withheld until the county has decided〕"

extension SQLConnection {
    func quarantined(_ condition: String, _ values: [SQLValue]) throws -> [QuarantinedRecord] {
        try rows(
            """
            SELECT q.report_id, r.grid_id, r.person_id, q.signs, q.quarantined_at, q.decision, q.reason, q.decided_by
            FROM quarantine AS q JOIN report AS r ON r.id = q.report_id \(condition)
            ORDER BY q.quarantined_at, q.report_id
            """, values
        ).map { row in
            QuarantinedRecord(
                report: try row.text(0), grid: try row.optionalText(1).flatMap { AreaID($0) },
                person: try row.text(2), signs: try classifiedSigns(row.text(3)),
                at: Instant(milliseconds: try row.integer(4)),
                decision: try row.optionalText(5).flatMap { QuarantineDecision(rawValue: $0) },
                reason: try row.optionalText(6), decidedBy: try row.optionalText(7))
        }
    }

    func quarantine(_ report: String, _ signs: [ClassifiedSign], at now: Instant) throws {
        guard !signs.isEmpty else { return }
        try later(
            """
            INSERT INTO quarantine (report_id, signs, quarantined_at, decision, reason, decided_by, decided_at)
            VALUES ($1, $2, $3, NULL, NULL, NULL, NULL)
            """,
            [
                .text(report), .text(signs.map { "\($0.pointer) \($0.mark.rawValue)" }.joined(separator: "\n")),
                .integer(now.milliseconds),
            ])
    }
}

/// Signs as they are kept, one a line.
func classifiedSigns(_ text: String) -> [ClassifiedSign] {
    text.split(separator: "\n").compactMap { line in
        let parts = line.split(separator: " ").map(String.init)
        guard parts.count == 2, let mark = ClassifiedMark(rawValue: parts[1]) else { return nil }
        return ClassifiedSign(pointer: parts[0], mark: mark)
    }
}
