import Patrol
import Store
import TestSupport
import Testing

let march = month("2026-03")

extension PatrolStore {
    /// An area's month, made if it was not there.
    func coverage(_ area: Int, _ month: Month = march) async throws -> AreaCoverage {
        try await open(month, at: County.entered)
        let path = try #require(try await path(of: areaID(area), in: month))
        return try #require(try await coverage(of: path, in: month))
    }

    func places(_ area: Int, _ month: Month = march) async throws -> CoverageCount {
        try await coverage(area, month).totals.places
    }

    func keyPersons(_ area: Int, _ month: Month = march) async throws -> CoverageCount {
        try await coverage(area, month).totals.keyPersons
    }

    /// Sends a record that must be new.
    @discardableResult
    func stored(_ draft: RecordDraft) async throws -> StoredReceipt {
        let result = try await submit(draft.submission)
        guard case .stored(let receipt) = result else {
            throw StoreError.failed("record \(draft.number) was not new: \(result)")
        }
        return receipt
    }

    @discardableResult
    func add(photo number: Int, _ state: PhotoState = .stored, by worker: Int) async throws -> PhotoEntry {
        try await add(
            PhotoEntry.sample(photoDigest(number), state), sentBy: County.worker(of: worker),
            at: instant("2026-03-06T08:00:00+08:00"))
    }

    func differences() async throws -> [LedgerDifference] { try await verify(replay: replay).differences }

    /// Everything that the ledger says, in words, so that two ledgers can be compared.
    func ledger() async throws -> [String] {
        try await database.read { connection in
            var lines: [String] = []
            for table in ["place_obligation", "key_person_obligation"] {
                lines += try connection.rows(
                    """
                    SELECT subject_id, month, policy, first_day, ordinal, grid_id, state, best_standing, best_visited_at,
                        best_report_id, late
                    FROM \(table) ORDER BY month, subject_id, policy, first_day, ordinal
                    """, []
                ).map { "\(table) \($0.values)" }
            }
            lines += try connection.rows(
                """
                SELECT month, grid_id, kind, path, due, done, provisional, outside_only, late, excused, awaiting
                FROM grid_month
                ORDER BY month, grid_id, kind
                """, []
            ).map { "grid_month \($0.values)" }
            return lines
        }
    }

    func count(_ table: String) async throws -> Int64 {
        try await database.read { try $0.rows("SELECT COUNT(*) FROM \(table)", [])[0].integer(0) }
    }

    func obligation(of place: String, _ month: Month = march) async throws -> ObligationEntry? {
        let path = try #require(try await path(of: areaID(County.county), on: month.last))
        return try await obligations(.place, below: path, in: month, state: nil, after: nil, limit: 1_000)
            .first { $0.subject == place }
    }
}

/// A count of places or persons, the rest of whose figures are zero.
func count(
    due: Int64, done: Int64 = 0, provisional: Int64 = 0, outsideOnly: Int64 = 0, late: Int64 = 0, excused: Int64 = 0,
    awaiting: Int64 = 0
) -> CoverageCount {
    CoverageCount(
        due: due, done: done, provisional: provisional, outsideOnly: outsideOnly, late: late, excused: excused,
        awaiting: awaiting)
}

extension PatrolStore {
    /// Finds a visit not to have happened, after disputing it where nothing of it waits; by somebody who sent nothing.
    func refuse(_ number: Int, _ kind: SubjectKind = .place) async throws {
        let now = instant("2026-04-20T09:00:00+08:00")
        let report = reportID(number)
        do {
            try await dispute(kind, visit: report, reason: "抽查", id: "raised-\(number)", by: "deputy", at: now)
        } catch RulingRefusal.alreadyDecided {
            // It waits for something else.
        }
        try await rule(
            kind, on: report, Decision(.refused, reason: "抽查不实"), id: "refused-\(number)", by: "deputy",
            at: now.adding(milliseconds: 1))
    }
}

/// Version 1 of a county's closed month: all that must never read otherwise.
struct FixedMonth: Equatable, Sendable {
    let version: LedgerVersion
    let texts: [String]
    let totals: [KindCounts]
}

extension PatrolStore {
    /// - Parameter areas: whose figures are read, besides the text itself.
    func fixed(_ month: Month, areas: [Int] = [1, 2, 3, 4, 5, 6, 7, 8, 9]) async throws -> FixedMonth {
        let version = try #require(try await versions(of: areaID(County.county), in: month).first)
        var texts: [String] = []
        for kind in SubjectKind.allCases { texts.append(try await text(of: version, showing: kind)) }
        var totals: [KindCounts] = []
        for area in areas {
            let path = try #require(try await path(of: areaID(area), in: month))
            totals.append(try #require(try await coverage(of: path, in: month, version: 1)).totals)
        }
        return FixedMonth(version: version, texts: texts, totals: totals)
    }

    /// Where an area stands in March; it must be there.
    func marchPath(_ area: Int) async throws -> PathKey {
        try #require(try await path(of: areaID(area), in: march))
    }
}

/// A visit of some day at nine, received a minute later.
func visit(_ number: Int, _ place: String, on text: String, _ outcome: PlaceOutcome = .checked, by worker: Int)
    -> RecordDraft
{
    RecordDraft(number, place: place, outcome, by: worker).with { $0.capturedAt = instant(text + "T09:00:00+08:00") }
}
