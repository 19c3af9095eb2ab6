public import Patrol

/// A well-formed record on its way into the store, with who sent it and what the edge knows of it.
public struct Submission: Sendable {
    public let record: PatrolRecord
    /// The raw bytes as they came; conflicts are judged by them.
    public let body: String
    /// SHA-256 of `body`, lower-case hexadecimal.
    public let sha256: String
    public let sender: Sender
    public let receivedAt: Instant
    /// JSON Pointers of members that this version does not know.
    public let unknownMembers: [String]

    public init(
        record: PatrolRecord, body: String, sha256: String, sender: Sender, receivedAt: Instant,
        unknownMembers: [String]
    ) {
        self.record = record
        self.body = body
        self.sha256 = sha256
        self.sender = sender
        self.receivedAt = receivedAt
        // Kept one a line: a line break inside a name is shown as a mark.
        self.unknownMembers = unknownMembers.map {
            $0.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "␤")
        }
    }

    /// Who sent it, with the duties of the day of the visit.
    public struct Sender: Sendable {
        public let person: String
        public let capacities: [AreaID: Capacity]
        /// Held in no particular grid.
        public let anywhere: Capacity?

        /// - Parameter capacities: by grid, those of the day of the visit.
        public init(person: String, capacities: [AreaID: Capacity], anywhere: Capacity? = nil) {
            self.person = person
            self.capacities = capacities
            self.anywhere = anywhere
        }

        /// The sender's duties that hold on the day of the visit; in one grid, the one that began last.
        public init(_ actor: Actor, on day: Day) {
            person = actor.person
            anywhere = nil
            capacities = Dictionary(
                actor.duties.filter { $0.holds(on: day) }.sorted { $0.from < $1.from }.map { ($0.grid, $0.capacity) }
            ) { _, later in later }
        }

        /// In the grid that was visited; for help in another grid, the best one held anywhere.
        func capacity(in grid: AreaID?) -> Capacity? {
            if let grid, let own = capacities[grid] { return own }
            return Capacity.allCases.first { $0 == anywhere || capacities.values.contains($0) }
        }
    }
}

/// What became of a submission.
public enum SubmissionResult: Equatable, Sendable {
    case stored(StoredReceipt)
    /// The same bytes came before.
    case replayed(StoredReceipt)
    /// Other bytes came under this id before.
    case conflict(storedSHA256: String)
    /// The id belongs to somebody else's record.
    case notYours
}

/// The acknowledgement as it is kept.
public struct StoredReceipt: Equatable, Sendable {
    public let id: String
    public let receivedAt: Instant
    public let sha256: String
    public let month: Month
    public let judgement: Judgement?
    /// False for a record without subject, or of one that owes nothing this month.
    public let isOnRoster: Bool
    /// In the order in which the record names them.
    public let missingPhotos: [String]
    public let unusablePhotos: [UnusablePhoto]
    public let unknownMembers: [String]

    public struct UnusablePhoto: Equatable, Sendable {
        public let sha256: String
        public let state: PhotoState
        public let problem: String
    }
}

/// What the rules said of a visit, as stored with it.
public struct Judgement: Equatable, Sendable {
    public let standing: Standing
    public let evidence: Evidence

    public init(standing: Standing, evidence: Evidence) {
        self.standing = standing
        self.evidence = evidence
    }
}

extension PatrolStore {
    /// Takes one record: stored, judged and counted in one transaction, on disk when this returns.
    public func submit(_ submission: Submission) async throws -> SubmissionResult {
        let record = submission.record
        let visitedAt = visitTime(
            capturedAt: record.capturedAt, fixTime: record.fix?.time, receivedAt: submission.receivedAt)
        let month = zone.month(of: visitedAt)
        try await open(month, at: submission.receivedAt)
        let intake = RecordIntake(submission: submission, visitedAt: visitedAt, month: month)
        return try await group.write { try intake.run($0) }
    }
}

/// One record's transaction, step by step.
private struct RecordIntake: Sendable {
    let submission: Submission
    let visitedAt: Instant
    let month: Month
    var record: PatrolRecord { submission.record }

    func run(_ connection: any SQLConnection) throws -> SubmissionResult {
        let subject = try record.visit.map { try found($0.subject, connection) } ?? FoundSubject()
        let photos = try possession(connection)
        let isNew = try insertReport(connection, grid: try grid(of: subject, connection), missing: photos.lacking)
        guard isNew else { return try earlier(connection) }
        try insertPhotosAndFindings(connection)
        var judgement: Judgement?
        if let claim = record.visit {
            let judged = judge(claim, subject, photosMissing: photos.lacking > 0)
            try insertVisit(claim, judged, subject, connection)
            try discharge(claim, judged, subject, connection)
            judgement = judged
        }
        return .stored(
            StoredReceipt(
                id: record.id, receivedAt: submission.receivedAt, sha256: submission.sha256, month: month,
                judgement: judgement, isOnRoster: subject.obligation != nil, missingPhotos: photos.missing,
                unusablePhotos: photos.unusable, unknownMembers: submission.unknownMembers))
    }

    /// What the roster and the ledger know of the record's subject.
    private struct FoundSubject {
        var isKnown = false
        var fence: Geofence?
        var obligation: ObligationRow?
    }

    private func found(_ subject: RecordSubject, _ connection: any SQLConnection) throws -> FoundSubject {
        guard let id = subject.id else { return FoundSubject() }
        let values: [SQLValue] = [.text(id), .text(month.description)]
        switch subject.kind {
        case .place:
            guard
                let row = try connection.rows(
                    """
                    SELECT p.wgs84_latitude, p.wgs84_longitude, p.radius_metres,
                        o.grid_id, o.best_standing, o.best_visited_at, o.best_report_id
                    FROM place AS p LEFT JOIN place_obligation AS o ON o.subject_id = p.id AND o.month = $2
                    WHERE p.id = $1
                    """, values
                ).first
            else { return FoundSubject() }
            var fence: Geofence?
            if let latitude = try row.optionalDouble(0), let longitude = try row.optionalDouble(1),
                let radius = try row.optionalDouble(2)
            {
                fence = Geofence(centre: Coordinate(latitude: latitude, longitude: longitude), radiusMetres: radius)
            }
            return FoundSubject(isKnown: true, fence: fence, obligation: try obligation(row, from: 3, connection))
        case .keyPerson:
            guard
                let row = try connection.rows(
                    """
                    SELECT o.grid_id, o.best_standing, o.best_visited_at, o.best_report_id
                    FROM key_person AS k LEFT JOIN key_person_obligation AS o ON o.subject_id = k.id AND o.month = $2
                    WHERE k.id = $1
                    """, values
                ).first
            else { return FoundSubject() }
            return FoundSubject(isKnown: true, fence: nil, obligation: try obligation(row, from: 0, connection))
        }
    }

    private func obligation(_ row: SQLRow, from column: Int, _ connection: any SQLConnection) throws -> ObligationRow? {
        try row.optionalText(column) == nil ? nil : connection.obligationRow(row, from: column)
    }

    /// Which of the record's photos its own sender has handed over.
    private func possession(_ connection: any SQLConnection) throws -> PhotoStates {
        try connection.photoStates(record.photos.map(\.sha256), sentBy: submission.sender.person)
    }

    /// The grid that owes the subject; else the one the handheld names, if we know it; else the first of the sender's:
    /// a record without grid would be seen by no chief.
    private func grid(of subject: FoundSubject, _ connection: any SQLConnection) throws -> String? {
        if let owing = subject.obligation?.grid { return owing }
        if let named = record.grid?.text,
            try !connection.rows("SELECT 1 FROM area WHERE id = $1 AND level = 'grid'", [.text(named)]).isEmpty
        {
            return named
        }
        return submission.sender.capacities.keys.min()?.text
    }

    private func insertReport(_ connection: any SQLConnection, grid: String?, missing: Int) throws -> Bool {
        try connection.run(
            """
            INSERT INTO report (id, person_id, device_id, device_sequence, sha256, body, captured_at, received_at,
                visited_at, month, grid_id, subject_kind, missing_photos, unknown_members)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                .text(record.id), .text(submission.sender.person), .text(record.device.id),
                .integer(record.device.sequence), .text(submission.sha256), .text(submission.body),
                .integer(record.capturedAt.milliseconds), .integer(submission.receivedAt.milliseconds),
                .integer(visitedAt.milliseconds), .text(month.description), SQLValue(grid),
                SQLValue(record.visit?.subject.kind.rawValue), SQLValue(missing),
                .text(submission.unknownMembers.joined(separator: "\n")),
            ]) == 1
    }

    private func earlier(_ connection: any SQLConnection) throws -> SubmissionResult {
        guard
            let row = try connection.rows("SELECT person_id, sha256 FROM report WHERE id = $1", [.text(record.id)])
                .first
        else { throw StoreError.failed("report vanished") }
        guard try row.text(0) == submission.sender.person else { return .notYours }
        let stored = try row.text(1)
        guard stored == submission.sha256 else { return .conflict(storedSHA256: stored) }
        guard let receipt = try connection.receipt(of: record.id) else { throw StoreError.failed("report vanished") }
        return .replayed(receipt)
    }

    private func insertPhotosAndFindings(_ connection: any SQLConnection) throws {
        for (position, photo) in record.photos.enumerated() {
            try connection.later(
                "INSERT INTO report_photo (report_id, position, sha256, bytes, role) VALUES ($1, $2, $3, $4, $5)",
                [
                    .text(record.id), SQLValue(position), .text(photo.sha256), .integer(photo.bytes),
                    SQLValue(photo.role?.rawValue),
                ])
        }
        for (position, finding) in record.findings.enumerated() {
            try connection.later(
                "INSERT INTO finding (report_id, position, kind, text, urgent) VALUES ($1, $2, $3, $4, $5)",
                [
                    .text(record.id), SQLValue(position), .text(finding.kind.rawValue), .text(finding.text),
                    SQLValue(finding.isUrgent),
                ])
        }
    }

    private func judge(_ claim: VisitClaim, _ subject: FoundSubject, photosMissing: Bool) -> Judgement {
        let isOwn =
            subject.obligation.flatMap { AreaID($0.grid) }.map { submission.sender.capacities[$0] != nil } ?? false
        let facts = SubjectFacts(isKnown: subject.isKnown, fence: subject.fence, isInSendersGrid: isOwn)
        return Judgement(
            standing: DischargePolicy.standard.standing(
                of: claim, sender: capacity(subject), photosMissing: photosMissing),
            evidence: EvidenceRules().judge(record, claim: claim, subject: facts, receivedAt: submission.receivedAt))
    }

    private func capacity(_ subject: FoundSubject) -> Capacity? {
        submission.sender.capacity(in: subject.obligation.flatMap { AreaID($0.grid) })
    }

    private func insertVisit(
        _ claim: VisitClaim, _ judged: Judgement, _ subject: FoundSubject, _ connection: any SQLConnection
    ) throws {
        guard let id = claim.subject.id ?? newPlaceID else { return }
        try connection.later(
            """
            INSERT INTO \(claim.subject.kind.visitTable) (report_id, subject_id, month, visited_at, outcome, standing,
                grade, reasons, rule_version, policy_version, capacity, downgraded_because)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL)
            """,
            [
                .text(record.id), .text(id), .text(month.description), .integer(visitedAt.milliseconds),
                .text(claim.outcome.name), SQLValue(judged.standing.rawValue),
                .text(judged.evidence.grade.rawValue),
                .text(judged.evidence.reasons.map(\.rawValue).joined(separator: " ")),
                SQLValue(judged.evidence.ruleVersion), SQLValue(DischargePolicy.standard.version),
                SQLValue(capacity(subject)?.rawValue),
            ])
    }

    /// A place found in the field has no roster id yet; the record that found it names it.
    private var newPlaceID: String? { record.visit?.subject.id == nil ? "new:" + record.id : nil }

    private func discharge(
        _ claim: VisitClaim, _ judged: Judgement, _ subject: FoundSubject, _ connection: any SQLConnection
    ) throws {
        guard let id = claim.subject.id, let old = subject.obligation else { return }
        let visit = BestVisit(standing: judged.standing, visitedAt: visitedAt.milliseconds, report: record.id)
        guard visit.isBetter(than: old.best) else { return }
        let key = ObligationKey(kind: claim.subject.kind, subject: id, month: month.description)
        try connection.move(key, from: old, to: ObligationRow(grid: old.grid, best: visit))
    }
}
