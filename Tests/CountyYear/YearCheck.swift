import Patrol
import Store

/// Holds a year's ledger against what the generator knows by itself, without the store's own verification.
struct YearCheck: Sendable {
    let store: PatrolStore
    let county: GeneratedCounty
    /// Version 1 of every month, as it was when its month closed.
    let closings: [Month: LedgerVersion]
    let expected: [Month: [PlannedMonth.CountKey: PlannedMonth.ExpectedCount]]

    /// - Returns: what differs, and how many counts were compared.
    func differences() async throws -> (differences: [String], compared: Int) {
        var differences: [String] = []
        var compared = 0
        for (month, counts) in expected.sorted(by: { $0.key < $1.key }) {
            if try await store.versions(of: county.county, in: month).first != closings[month] || closings[month] == nil
            {
                differences.append("\(month) was not closed, or its version 1 is another one now")
            }
            let ledger = try await ledger(of: month)
            for (key, wanted) in counts.sorted(by: {
                ($0.key.grid, $0.key.kind.rawValue) < ($1.key.grid, $1.key.kind.rawValue)
            }) {
                compared += 1
                let counted = ledger[county.grids[key.grid]]
                let count = key.kind == .place ? counted?.places : counted?.keyPersons
                let found = count.map { PlannedMonth.ExpectedCount(due: $0.due, done: $0.done, late: $0.late) }
                if found != wanted {
                    differences.append(
                        "\(month) \(county.grids[key.grid]) \(key.kind): \(String(describing: found)), not \(wanted)")
                }
            }
        }
        return (differences, compared)
    }

    /// Every grid's figures, read village by village as a chief reads them, where the tree had them when the month closed:
    /// what became known later moves no closed month.
    private func ledger(of month: Month) async throws -> [AreaID: KindCounts] {
        var counts: [AreaID: KindCounts] = [:]
        for village in county.villages {
            guard
                let path = try await store.path(
                    of: village, on: month.last, known: Knowledge(at: closings[month]?.cutAt)),
                let coverage = try await store.coverage(of: path, in: month)
            else { throw Failure("\(village) has no ledger of \(month)") }
            for (grid, count) in coverage.children { counts[grid.id] = count }
        }
        guard let whole = try await store.coverage(of: county.path, in: month) else {
            throw Failure("the county has no ledger of \(month)")
        }
        let sum = counts.values.reduce(CoverageCount()) { $0 + $1.places + $1.keyPersons }
        let total = whole.totals.places + whole.totals.keyPersons
        guard sum == total else { throw Failure("\(month): villages give \(sum), the county \(total)") }
        return counts
    }
}
