import Patrol

/// A duty as a page and the journal write it: every value that was counted, in a fixed order.
func pageLine(_ key: ObligationKey, _ row: ObligationRow) -> String {
    let best = row.best
    return [
        key.subject, "\(key.policy)@\(row.policyVersion)", "\(key.firstDay)..\(row.lastDay)", "\(key.ordinal)",
        row.state.rawValue, best?.standing.name ?? "-", best?.report ?? "-",
        best.map { "\($0.visitedAt.milliseconds)" } ?? "-", best.map { "\($0.receivedAt.milliseconds)" } ?? "-",
        row.isLate ? "late" : "-",
    ].joined(separator: "\t")
}

/// The duty that a page's line tells; nil where it tells none.
func duty(ofPageLine line: String, _ kind: SubjectKind, grid: String, in month: Month) -> DutyRow? {
    let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 10, let at = parts[1].lastIndex(of: "@"), let ordinal = Int64(parts[3]),
        let version = Int64(parts[1][parts[1].index(after: at)...]), let days = parts[2].firstRange(of: "..")
    else { return nil }
    var best: Carrier?
    if let standing = Standing.allCases.first(where: { $0.name == parts[5] }), let visitedAt = Int64(parts[7]),
        let receivedAt = Int64(parts[8])
    {
        best = Carrier(
            standing: standing, visitedAt: Instant(milliseconds: visitedAt),
            receivedAt: Instant(milliseconds: receivedAt), report: parts[6])
    }
    return DutyRow(
        key: ObligationKey(
            kind: kind, subject: parts[0], month: month.description, policy: String(parts[1][..<at]),
            firstDay: String(parts[2][..<days.lowerBound]), ordinal: ordinal),
        row: ObligationRow(
            grid: grid, lastDay: String(parts[2][days.upperBound...]), policyVersion: version, best: best,
            isLate: parts[9] == "late"))
}

/// A page of such lines. What most lines have in common, policy, period and ordinal, is said once at the top and stands
/// as `*` in them.
func pageBody(_ lines: [String]) -> String {
    let common = lines.map(commonPart)
    guard
        let usual = Dictionary(grouping: common, by: { $0 }).max(by: {
            ($0.value.count, $1.key) < ($1.value.count, $0.key)
        })?.key
    else { return "" }
    let short = zip(lines, common).map { line, part in
        part == usual ? line.replacing("\t\(part)\t", with: "\t*\t", maxReplacements: 1) : line
    }
    return (["*\t" + usual] + short).joined(separator: "\n")
}

/// The lines of a page, each whole.
func pageLines(_ body: String) -> [String] {
    let lines = body.split(separator: "\n").map(String.init)
    guard let usual = lines.first?.dropFirst(2) else { return [] }
    return lines.dropFirst().map { $0.replacing("\t*\t", with: "\t\(usual)\t", maxReplacements: 1) }
}

private func commonPart(_ line: String) -> String {
    line.split(separator: "\t", omittingEmptySubsequences: false).dropFirst().prefix(3).joined(separator: "\t")
}

/// A version, put together.
struct VersionContent {
    struct Page {
        let kind: SubjectKind
        /// Kind, grid and path.
        let head: String
        let body: String
        /// As it was stored when the page was cut.
        let sha256: String
        var isAltered: Bool { sha256Text(body) != sha256 }
    }

    let tree: String
    let pages: [Page]

    /// One digest a line, of the tree and of every page.
    var manifest: String {
        (["tree \(sha256Text(tree))"] + pages.map { "\($0.head) \(sha256Text($0.body))" }).joined(separator: "\n")
    }

    var sha256: String { sha256Text(manifest) }

    func pages(of kind: SubjectKind) -> [String] {
        pages.filter { $0.kind == kind }.flatMap { ["", $0.head, $0.body] }
    }
}
