import Patrol

/// One record's transaction, step by step.
struct RecordIntake: Sendable {
    let submission: Submission
    let month: Month
    /// As the tables have it.
    let monthText: String
    let zone: DeploymentZone
    var record: PatrolRecord { submission.record }
    var time: VisitTime { submission.time }

    init(submission: Submission, month: Month, zone: DeploymentZone) {
        self.submission = submission
        self.month = month
        monthText = month.description
        self.zone = zone
    }

    func run(_ connection: any SQLConnection, _ seal: Seal) throws -> SubmissionResult {
        let subject = try record.visit.map { try found($0.subject, connection) } ?? FoundSubject()
        let photos = try possession(connection)
        let isNew = try insertReport(
            connection, grid: try grid(of: subject, connection), missing: photos.lacking,
            sealedIn: try seal.row(connection))
        guard isNew else { return try earlier(connection) }
        seal.add(submission.sealLine, at: submission.receivedAt)
        let signs = submission.signs
        try connection.quarantine(record.id, signs, at: submission.receivedAt)
        try insertPhotosAndFindings(connection, withholding: Set(signs.map(\.pointer)))
        var judgement: Judgement?
        if let claim = record.visit {
            let capacity = submission.sender.capacity(in: subject.grid)
            let status = try confirmedStatus(claim, subject, sender: capacity, connection)
            let visit = VisitFacts(
                record, claim, sender: capacity, time: time, receivedAt: submission.receivedAt,
                photosMissing: photos.lacking > 0, ruled: status == nil ? nil : .excused, zone: zone)
            let judged = judge(claim, visit, subject)
            try insertVisit(claim, judged, visit, subject, sender: capacity, connection)
            try insertConsequences(of: claim, visit, subject, confirming: status, connection)
            try discharge(claim, visit, subject, connection)
            judgement = judged
        }
        return .stored(
            StoredReceipt(
                id: record.id, receivedAt: submission.receivedAt, sha256: submission.sha256, month: month,
                judgement: judgement, isOnRoster: !subject.duties.isEmpty, missingPhotos: photos.missing,
                unusablePhotos: photos.unusable, unknownMembers: submission.unknownMembers, suspected: signs))
    }

    /// What the roster and the ledger know of the record's subject.
    struct FoundSubject {
        var isKnown = false
        var fence: Geofence?
        /// The duties that a visit on that day may discharge, the patrol's own first.
        var duties: [Duty] = []

        struct Duty {
            let key: ObligationKey
            let policy: ObligationPolicy
            let row: ObligationRow
        }

        var grid: AreaID? { duties.first.flatMap { AreaID($0.row.grid) } }
    }

    // Written out once: every record asks.
    private static let placeWithDuties = subjectWithDuties(
        .place, "s.wgs84_latitude, s.wgs84_longitude, s.radius_metres")
    private static let keyPersonWithDuties = subjectWithDuties(.keyPerson, "NULL, NULL, NULL")

    private static func subjectWithDuties(_ kind: SubjectKind, _ facts: String) -> String {
        """
        SELECT \(facts), o.month, o.policy, o.first_day, o.ordinal, \(obligationColumns)
        FROM \(kind.subjectTable) AS s LEFT JOIN \(kind.obligationTable) AS o
            ON o.subject_id = s.id AND o.month >= $2 AND o.first_day <= $3 AND o.last_day >= $3
        WHERE s.id = $1
        """
    }

    private func found(_ subject: RecordSubject, _ connection: any SQLConnection) throws -> FoundSubject {
        guard let id = subject.id else { return FoundSubject() }
        let kind = subject.kind
        let rows = try connection.rows(
            kind == .place ? Self.placeWithDuties : Self.keyPersonWithDuties,
            [.text(id), .text(monthText), .text(zone.day(of: time.instant).description)])
        guard let first = rows.first else { return FoundSubject() }
        var found = FoundSubject(isKnown: true)
        if let latitude = try first.optionalDouble(0), let longitude = try first.optionalDouble(1),
            let radius = try first.optionalDouble(2)
        {
            found.fence = Geofence(centre: Coordinate(latitude: latitude, longitude: longitude), radiusMetres: radius)
        }
        for row in rows {
            guard let month = try row.optionalText(3) else { continue }
            let key = ObligationKey(
                kind: kind, subject: id, month: month, policy: try row.text(4), firstDay: try row.text(5),
                ordinal: try row.integer(6))
            let duty = try connection.obligationRow(row, from: 7)
            let version = Int(duty.policyVersion)
            guard let policy = try connection.policy(kind, id: key.policy, version: version) else {
                throw StoreError.failed("policy \(key.policy)@\(version) is missing")
            }
            found.duties.append(.init(key: key, policy: policy, row: duty))
        }
        if found.duties.count > 1 {
            found.duties.sort { a, b in
                (a.policy.task == .patrol ? 0 : 1, a.key.policy, a.key.firstDay, a.key.ordinal)
                    < (b.policy.task == .patrol ? 0 : 1, b.key.policy, b.key.firstDay, b.key.ordinal)
            }
        }
        return found
    }

    /// Which of the record's photos its own sender has handed over.
    private func possession(_ connection: any SQLConnection) throws -> PhotoStates {
        try connection.photoStates(record.photos.map(\.sha256), sentBy: submission.sender.person)
    }

    /// The grid that owes the subject; else the one the handheld names, if we know it; else the first of the sender's:
    /// a record without grid would be seen by no chief.
    private func grid(of subject: FoundSubject, _ connection: any SQLConnection) throws -> String? {
        if let owing = subject.grid { return owing.text }
        if let named = record.grid?.text,
            try !connection.rows("SELECT 1 FROM area WHERE id = $1 AND level = 'grid'", [.text(named)]).isEmpty
        {
            return named
        }
        return submission.sender.capacities.keys.min()?.text
    }

    private func insertReport(_ connection: any SQLConnection, grid: String?, missing: Int, sealedIn row: Seal.Row?)
        throws
        -> Bool
    {
        try connection.run(
            """
            INSERT INTO report (id, person_id, device_id, device_sequence, sha256, body, captured_at, received_at,
                visited_at, month, grid_id, subject_kind, missing_photos, unknown_members, time_rule, sent_uptime,
                sent_clock, salt, seal_chain, seal_seq, sent_by, signature, signed_with)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                $23)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                .text(record.id), .text(submission.sender.person), .text(record.device.id),
                .integer(record.device.sequence), .text(submission.sha256), .text(submission.body),
                .integer(record.capturedAt.milliseconds), .integer(submission.receivedAt.milliseconds),
                .integer(time.instant.milliseconds), .text(monthText), SQLValue(grid),
                SQLValue(record.visit?.subject.kind.rawValue), SQLValue(missing),
                .text(submission.unknownMembers.joined(separator: "\n")), SQLValue(ClockReadings.ruleVersion),
                SQLValue(submission.sending?.uptime), SQLValue(submission.sending?.wallClock?.milliseconds),
                .text(submission.salt), SQLValue(row?.chain), SQLValue(row?.seq), SQLValue(submission.device),
                SQLValue(submission.signature?.base64), SQLValue(submission.signature?.thumbprint),
            ]) == 1
    }

    private func earlier(_ connection: any SQLConnection) throws -> SubmissionResult {
        guard
            let row = try connection.rows("SELECT person_id, sha256 FROM report WHERE id = $1", [.text(record.id)])
                .first
        else { throw StoreError.failed("report vanished") }
        guard try row.text(0) == submission.sender.person else { return .notYours }
        // Of a record that was cut nobody knows any more what it was: whoever sends it again has it, and may go on.
        let stored = try row.text(1)
        guard stored == submission.sha256 || stored.isEmpty else { return .conflict(storedSHA256: stored) }
        guard let receipt = try connection.receipt(of: record.id) else { throw StoreError.failed("report vanished") }
        return .replayed(stored.isEmpty ? receipt.with(sha256: submission.sha256) : receipt)
    }

    /// - Parameter withheld: pointers of words that look classified; the body keeps them for who decides on it.
    private func insertPhotosAndFindings(_ connection: any SQLConnection, withholding withheld: Set<String>) throws {
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
                    .text(record.id), SQLValue(position), .text(finding.kind.rawValue),
                    .text(withheld.contains("/findings/\(position)/text") ? withheldText : finding.text),
                    SQLValue(finding.isUrgent),
                ])
        }
    }

    private func judge(_ claim: VisitClaim, _ visit: VisitFacts, _ subject: FoundSubject) -> Judgement {
        let isOwn = subject.grid.map { submission.sender.capacities[$0] != nil } ?? false
        let facts = SubjectFacts(isKnown: subject.isKnown, fence: subject.fence, isInSendersGrid: isOwn)
        let duty = subject.duties.first
        return Judgement(
            standing: (duty?.policy ?? .standard(claim.subject.kind)).standing(of: visit, in: duty?.period),
            evidence: EvidenceRules().judge(
                record, claim: claim, subject: facts, isMonthCertain: isMonthCertain,
                receivedAt: submission.receivedAt))
    }

    private var isMonthCertain: Bool { zone.month(of: time.earliest) == zone.month(of: time.latest) }

    private static let newPlaceVisit = newVisit(.place)
    private static let newKeyPersonVisit = newVisit(.keyPerson)

    private static func newVisit(_ kind: SubjectKind) -> String {
        """
        INSERT INTO \(kind.visitTable) (report_id, subject_id, month, visited_at, outcome, standing, grade, reasons,
            rule_version, policy_version, capacity, downgraded_because, earliest_at, latest_at, others, brings, policy,
            ruled, until_day, ruled_matter)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, $12, $13, $14, $15, $16, $17, $18, $19)
        """
    }

    private func insertVisit(
        _ claim: VisitClaim, _ judged: Judgement, _ visit: VisitFacts, _ subject: FoundSubject,
        sender capacity: Capacity?, _ connection: any SQLConnection
    ) throws {
        let uncertain = time.uncertainDays(zone)
        let policy = subject.duties.first?.policy ?? .standard(claim.subject.kind)
        try connection.later(
            claim.subject.kind == .place ? Self.newPlaceVisit : Self.newKeyPersonVisit,
            [
                .text(record.id), .text(subjectID(claim)), .text(monthText),
                .integer(visit.visitedAt.milliseconds), .text(claim.outcome.name),
                SQLValue(judged.standing.rawValue), .text(judged.evidence.grade.rawValue),
                .text(judged.evidence.reasons.map(\.rawValue).joined(separator: " ")),
                SQLValue(judged.evidence.ruleVersion), SQLValue(policy.version), SQLValue(capacity?.rawValue),
                SQLValue(uncertain?.earliest.milliseconds), SQLValue(uncertain?.latest.milliseconds),
                .text(VisitCompany(claim.participants).text),
                .text(Proof.allCases.filter { visit.brings.contains($0) }.map(\.rawValue).joined(separator: " ")),
                .text(policy.id), SQLValue(visit.ruled.map { Int64($0.rawValue) }), SQLValue(claim.until?.description),
                SQLValue(visit.ruled == nil ? nil : RulingMatter.status.rawValue),
            ])
    }

    /// A dated status that was ruled on and is found again: asked for only by the few outcomes that may say so.
    private func confirmedStatus(
        _ claim: VisitClaim, _ subject: FoundSubject, sender capacity: Capacity?, _ connection: any SQLConnection
    ) throws -> Ruling? {
        guard claim.outcome.mayConfirm, let id = claim.subject.id else { return nil }
        let policy = subject.duties.first?.policy ?? .standard(claim.subject.kind)
        let present = Set(claim.participants.map(\.capacity) + [capacity].compactMap { $0 })
        let day = zone.day(of: time.instant)
        let days = time.uncertainDays(zone).map { zone.day(of: $0.earliest)...zone.day(of: $0.latest) } ?? day...day
        let statuses = try connection.statuses(claim.subject.kind, id, on: day, until: time.instant)
        return statuses.first { _, status in
            status.isConfirmed(
                by: claim.outcome, at: time.instant, days: days, until: claim.until, present: present,
                discharging: policy.discharge.capacities)
        }?.ruling
    }

    /// What follows from a visit at once: the confirmation of a status, a finding where nobody was let in or somebody is
    /// lost (失联: told the same day), a proposal where the roster seems wrong.
    private func insertConsequences(
        of claim: VisitClaim, _ visit: VisitFacts, _ subject: FoundSubject, confirming status: Ruling?,
        _ connection: any SQLConnection
    ) throws {
        if let status {
            try connection.insert(
                .confirmation(of: status, by: record.id, month: month, at: submission.receivedAt), standing: .excused,
                grid: try grid(of: subject, connection))
        }
        let withheld = Set(submission.signs.map(\.pointer))
        for (index, finding) in claim.derivedFindings(withholding: withheld).enumerated() {
            try connection.later(
                "INSERT INTO finding (report_id, position, kind, text, urgent) VALUES ($1, $2, $3, $4, $5)",
                [
                    .text(record.id), SQLValue(record.findings.count + index), .text(finding.kind), .text(finding.text),
                    SQLValue(finding.isUrgent),
                ])
        }
        if let change = RosterChange(claim) {
            try connection.insertProposal(
                change, claim, record: record, grid: try grid(of: subject, connection), from: visit.day)
        }
    }

    /// A place found in the field has no roster id yet; the record that found it names it.
    private func subjectID(_ claim: VisitClaim) -> String { claim.subject.id ?? "new:" + record.id }

    /// One visit discharges every duty due there (综合查一次, HZ 综合执法). Where others have been there before and more than
    /// the best of them matters, the whole is settled anew.
    private func discharge(
        _ claim: VisitClaim, _ visit: VisitFacts, _ subject: FoundSubject, _ connection: any SQLConnection
    ) throws {
        let ledger = LedgerWriter(
            connection, zone: zone,
            cause: Cause(.arrival, at: submission.receivedAt, by: submission.sender.person, source: record.id))
        for duty in subject.duties {
            let carrier = visit.carrier(duty.policy.standing(of: visit, in: duty.period))
            if duty.needsAllVisits(besides: carrier) {
                return try ledger.settle(claim.subject.kind, subjectID(claim), visitedOn: visit.day...visit.day)
            }
            guard carrier.isBetter(than: duty.row.best) else { continue }
            var moved = duty.row
            moved.best = carrier
            moved.isLate = try connection.isLate(submission.receivedAt, in: duty.key.month, zone: zone)
            try ledger.move(duty.key, from: duty.row, to: moved)
        }
    }
}

extension RecordIntake.FoundSubject.Duty {
    fileprivate var period: Period? {
        Day(key.firstDay).flatMap { first in Day(row.lastDay).map { Period(first: first, last: $0) } }
    }

    /// Two attempts make a pair, several times take several days; otherwise the better of two visits carries a duty.
    fileprivate func needsAllVisits(besides carrier: Carrier) -> Bool {
        if policy.frequency.times > 1 { return true }
        guard carrier.standing == .attempt, let best = row.best else { return false }
        return best.standing <= .outsideOnly
    }
}
