import Patrol

extension SQLConnection {
    /// A record that was cut cannot be read again. Its judgement is a fact that was stored with its inputs: whether month
    /// and standing follow from those is still seen.
    func differences(ofCut row: SQLRow, kept kind: SubjectKind?, ruled: [Ruling], zone: DeploymentZone) throws
        -> [LedgerDifference]
    {
        let id = try row.text(0)
        var found: [LedgerDifference] = []
        func compare(_ what: String, _ stored: String, _ recomputed: String) {
            guard stored != recomputed else { return }
            found.append(LedgerDifference(what: "record \(id) \(what)", stored: stored, recomputed: recomputed))
        }
        compare("month", try row.text(4), zone.month(of: Instant(milliseconds: try row.integer(5))).description)
        let photos = try rows("SELECT sha256 FROM report_photo WHERE report_id = $1", [.text(id)]).map {
            try $0.text(0)
        }
        compare(
            "missing photos", "\(try row.integer(3))", "\(try photoStates(photos, sentBy: row.text(2)).lacking)")
        guard let kind else { return found }
        guard let kept = try rows(visitColumns(kind) + " WHERE v.report_id = $1", [.text(id)]).first else {
            compare("visit", "none", kind.rawValue)
            return found
        }
        compare("month", try row.text(7), zone.month(of: Instant(milliseconds: try row.integer(8))).description)
        let visit = try visitFacts(kept, kind, zone: zone, from: 0)
        return found + (try standingDifferences(of: row, kind, as: visit, ruled: ruled, zone: zone))
    }
}
