import Patrol

/// Visits as the ledger reads them back: facts, without a record's body.
extension SQLConnection {
    /// A subject's visits whose likeliest day lies between two days.
    func visits(
        _ kind: SubjectKind, _ subject: String, from first: Day, to last: Day, zone: DeploymentZone
    ) throws -> [VisitFacts] {
        try rows(
            visitColumns(kind) + """
                 WHERE v.subject_id = $1 AND v.month >= $2 AND v.month <= $3 AND v.visited_at >= $4 AND v.visited_at < $5
                """,
            [
                .text(subject), .text(Month(containing: first).description), .text(Month(containing: last).description),
                .integer(zone.start(of: first).milliseconds),
                .integer(zone.start(of: last.adding(days: 1)).milliseconds),
            ]
        ).map { try visitFacts($0, kind, zone: zone, from: 0) }
    }
}

func visitColumns(_ kind: SubjectKind) -> String {
    """
    SELECT v.report_id, v.visited_at, v.earliest_at, v.latest_at, v.outcome, v.capacity, v.others, v.brings, v.ruled,
        r.missing_photos, r.received_at, v.subject_id, v.ruled_matter, v.into_first, v.into_last, r.time_rule, v.standing,
        r.visited_at
    FROM \(kind.visitTable) AS v JOIN report AS r ON r.id = v.report_id
    """
}

/// - Parameter unruled: as it was before anybody ruled when it happened; only for rows of `visitColumns`.
func visitFacts(
    _ row: SQLRow, _ kind: SubjectKind, zone: DeploymentZone, from column: Int, unruled: Bool = false
) throws -> VisitFacts {
    guard let outcome = Outcome(kind: kind, name: try row.text(column + 4)) else {
        throw StoreError.unexpectedValue(column: column + 4)
    }
    let visitedAt = Instant(milliseconds: try row.integer(unruled ? column + 17 : column + 1))
    let earliest = try row.optionalInteger(column + 2).map { Instant(milliseconds: $0) }
    let latest = try row.optionalInteger(column + 3).map { Instant(milliseconds: $0) }
    let into = unruled ? nil : try row.optionalText(column + 13).flatMap { Day($0) }
    let sender = try row.optionalText(column + 5).flatMap { Capacity(rawValue: $0) }
    var others = VisitCompany(text: try row.text(column + 6))
    // Of the first version's records the company was not kept beside the visit. What counted then, somebody came to do.
    if try row.integer(column + 15) == 1, try row.integer(column + 16) > Int64(Standing.notDischarging.rawValue) {
        others = VisitCompany([Participant(person: nil, name: nil, capacity: .fullTime)])
    }
    return VisitFacts(
        report: try row.text(column), visitedAt: visitedAt,
        receivedAt: Instant(milliseconds: try row.integer(column + 10)), earliest: into == nil ? earliest : nil,
        latest: into == nil ? latest : nil, outcome: outcome, sender: sender, others: others,
        brings: Set(try row.text(column + 7).split(separator: " ").compactMap { Proof(rawValue: String($0)) }),
        photosMissing: try row.integer(column + 9) > 0,
        ruled: try row.optionalInteger(column + 8).flatMap { Standing(rawValue: Int($0)) },
        ruledMatter: try row.optionalText(column + 12).flatMap { RulingMatter(rawValue: $0) }, zone: zone)
}

/// Who came besides the sender, as it is kept with a visit: capacities, and units behind a mark, one a line.
struct VisitCompany: Equatable {
    let capacities: Set<Capacity>
    let units: Set<String>

    init(_ participants: [Participant]) {
        guard !participants.isEmpty else {
            (capacities, units) = ([], [])
            return
        }
        capacities = Set(participants.map(\.capacity))
        units = Set(participants.compactMap(\.unit))
    }

    init(text: String) {
        var capacities: Set<Capacity> = []
        var units: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("@") {
                units.insert(String(line.dropFirst()))
            } else if let capacity = Capacity(rawValue: String(line)) {
                capacities.insert(capacity)
            }
        }
        (self.capacities, self.units) = (capacities, units)
    }

    var text: String {
        if capacities.isEmpty, units.isEmpty { return "" }
        let units = units.map { unit in
            "@" + String(String.UnicodeScalarView(unit.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        }
        return (capacities.map(\.rawValue) + units).sorted().joined(separator: "\n")
    }
}

extension VisitFacts {
    /// - Parameters:
    ///   - earliest: of the time's interval; nil where the day is certain.
    ///   - sender: in what capacity the sender came; nil if in none.
    init(
        report: String, visitedAt: Instant, receivedAt: Instant, earliest: Instant?, latest: Instant?,
        outcome: Outcome, sender: Capacity?, others: VisitCompany, brings: Set<Proof>, photosMissing: Bool,
        ruled: Standing?, ruledMatter: RulingMatter? = nil, zone: DeploymentZone
    ) {
        let day = zone.day(of: visitedAt)
        self.init(
            report: report, visitedAt: visitedAt, receivedAt: receivedAt,
            days: (earliest.map(zone.day(of:)) ?? day)...(latest.map(zone.day(of:)) ?? day), day: day,
            hour: zone.hour(of: visitedAt), outcome: outcome,
            capacities: sender.map { others.capacities.union([$0]) } ?? others.capacities, units: others.units,
            brings: brings, photosMissing: photosMissing, ruled: ruled, ruledMatter: ruledMatter)
    }

    /// What a record says, before it is stored.
    init(
        _ record: PatrolRecord, _ claim: VisitClaim, sender: Capacity?, time: VisitTime, receivedAt: Instant,
        photosMissing: Bool, ruled: Standing?, zone: DeploymentZone
    ) {
        let interval = time.uncertainDays(zone)
        self.init(
            report: record.id, visitedAt: time.instant, receivedAt: receivedAt, earliest: interval?.earliest,
            latest: interval?.latest, outcome: claim.outcome, sender: sender, others: VisitCompany(claim.participants),
            brings: record.brings, photosMissing: photosMissing, ruled: ruled, zone: zone)
    }
}

extension VisitTime {
    /// Once somebody has ruled on it, it is no interval any more.
    var fixed: VisitTime { VisitTime(instant: instant, earliest: instant, latest: instant, basis: basis) }

    /// The interval where it touches more than one day; nil where the day is certain.
    func uncertainDays(_ zone: DeploymentZone) -> (earliest: Instant, latest: Instant)? {
        zone.day(of: earliest) == zone.day(of: latest) ? nil : (earliest, latest)
    }
}

extension PatrolRecord {
    /// What the record brings besides its words.
    var brings: Set<Proof> {
        var brings: Set<Proof> = []
        if fix != nil { brings.insert(.fix) }
        if !photos.isEmpty { brings.insert(.photo) }
        if visit?.checklist != nil { brings.insert(.checklist) }
        return brings
    }
}
