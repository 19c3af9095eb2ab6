import Patrol

extension SQLConnection {
    /// Every version still has the digest it was cut with, and pages, journal and ledger tell one story: a page and the
    /// entries behind it give the next page, the last page and what follows it the duties as they stand.
    func verifyClosings(into result: inout LedgerVerification) throws {
        for row in try rows(
            "SELECT unit_id, month, version, cut_at, sha256 FROM ledger_version ORDER BY month, unit_id, version", [])
        {
            guard let version = try ledgerVersion(row) else { continue }
            let content = try content(of: version.unit, in: version.month, version: version.number)
            let name = "\(version.month) \(version.unit) version \(version.number)"
            for page in content.pages where page.isAltered {
                result.differences.append(
                    LedgerDifference(
                        what: "\(name) page \(page.head)", stored: sha256Text(page.body), recomputed: page.sha256))
            }
            if content.sha256 != version.sha256 {
                result.differences.append(
                    LedgerDifference(what: name, stored: version.sha256, recomputed: content.sha256))
            }
            result.versions += 1
        }
        for kind in SubjectKind.allCases { try verifyPages(kind, into: &result) }
    }

    private func verifyPages(_ kind: SubjectKind, into result: inout LedgerVerification) throws {
        for grid in try rows(
            "SELECT DISTINCT month, grid_id FROM \(kind.pageTable) ORDER BY month, grid_id", [])
        {
            let month = try grid.text(0)
            let id = try grid.text(1)
            let pages = try rows(
                "SELECT version, journal, body FROM \(kind.pageTable) WHERE month = $1 AND grid_id = $2 ORDER BY version",
                [.text(month), .text(id)])
            let entries = try rows(
                """
                SELECT number, line_before, line_after FROM \(kind.journalTable)
                WHERE month = $1 AND grid_id = $2 ORDER BY number
                """, [.text(month), .text(id)])
            guard let first = pages.first else { continue }
            var lines = Set(pageLines(try first.text(2)))
            var read = try first.integer(1)
            func tell(_ what: String, _ stored: Set<String>) {
                guard stored != lines else { return }
                result.differences.append(
                    LedgerDifference(
                        what: "\(month) \(kind.rawValue) \(id) \(what)",
                        stored: stored.subtracting(lines).sorted().joined(separator: " | "),
                        recomputed: lines.subtracting(stored).sorted().joined(separator: " | ")))
            }
            func replay(upTo number: Int64) throws {
                for entry in entries where try entry.integer(0) > read && entry.integer(0) <= number {
                    if let before = try entry.optionalText(1) { lines.remove(before) }
                    if let after = try entry.optionalText(2) { lines.insert(after) }
                }
                read = number
            }
            for page in pages.dropFirst() {
                try replay(upTo: page.integer(1))
                tell(
                    "page of version \(try page.integer(0))",
                    Set(pageLines(try page.text(2))))
            }
            try replay(upTo: .max)
            tell("journal", Set(try dutyLines(kind, grid: id, month: month)))
        }
    }
}
