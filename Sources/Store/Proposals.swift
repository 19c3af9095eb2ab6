import Patrol

extension SQLConnection {
    /// Notes what a record says is wrong with the roster, until somebody has decided.
    func insertProposal(_ change: RosterChange, _ claim: VisitClaim, record: PatrolRecord, grid: String?, from day: Day)
        throws
    {
        var name: String?
        var address: String?
        if case .newPlace(let called, let place) = claim.subject { (name, address) = (called, place) }
        try later(
            """
            INSERT INTO \(claim.subject.kind.proposalTable)
                (report_id, subject_id, change, grid_id, from_day, name, address)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text(record.id), SQLValue(claim.subject.id), .text(change.rawValue), SQLValue(grid),
                .text(day.description), SQLValue(name), SQLValue(address),
            ])
    }
}
