import Crypto
public import Patrol
public import Store

/// A well-formed record on its way into the store, as the tests of the store write them.
///
/// Its body is a text of a few lines that says no more than `replay` needs; real bodies are JSON, of which the store
/// knows nothing.
public struct RecordDraft: Sendable {
    public var number: Int
    public var visit: VisitClaim?
    public var capturedAt = instant("2026-03-05T09:00:00+08:00")
    /// Nil: a minute after it was made.
    public var receivedAt: Instant?
    public var fix: Fix?
    public var grid: AreaID?
    public var text: String?
    public var photos: [String] = []
    public var findings: [PatrolRecord.Finding] = []
    public var person: String
    public var capacity: Capacity? = .fullTime
    public var grids: Set<AreaID>
    public var unknownMembers: [String] = []
    public var sending: ClockReadings.Sending?
    public var uptime: Int64?

    /// - Parameters:
    ///   - number: names the record (`reportID`).
    ///   - worker: the number of the grid whose worker `W…` sends it.
    public init(_ number: Int, by worker: Int, visit: VisitClaim?) {
        self.number = number
        self.visit = visit
        person = County.worker(of: worker)
        grids = [areaID(worker)]
    }

    /// A visit to a place with an outcome that needs nothing further.
    public init(_ number: Int, place: String, _ outcome: PlaceOutcome = .checked, by worker: Int) {
        self.init(
            number, by: worker,
            visit: VisitClaim(subject: .place(id: place), outcome: .place(outcome), until: nil, participants: []))
    }

    public init(_ number: Int, keyPerson: String, _ outcome: PersonOutcome = .met, by worker: Int) {
        self.init(
            number, by: worker,
            visit: VisitClaim(
                subject: .keyPerson(id: keyPerson), outcome: .person(outcome), until: nil, participants: []))
    }

    /// The draft from a handheld that ran on until it sent, so that its time is certain.
    public var timed: RecordDraft {
        with {
            let received = $0.receivedAt ?? $0.capturedAt.adding(milliseconds: 60_000)
            $0.uptime = 1_000_000
            $0.sending = .init(
                wallClock: nil, uptime: 1_000_000 + max(0, received.milliseconds(since: $0.capturedAt)))
        }
    }

    /// The draft with some of it changed.
    public func with(_ change: (inout RecordDraft) -> Void) -> RecordDraft {
        var changed = self
        change(&changed)
        return changed
    }

    public var record: PatrolRecord {
        PatrolRecord(
            id: reportID(number), capturedAt: capturedAt,
            device: .init(
                id: "tablet-\(person)", sequence: Int64(number) + 1, previousSHA256: nil, bootID: nil, uptime: uptime),
            grid: grid, visit: visit, fix: fix, text: text,
            photos: photos.map { .init(sha256: $0, bytes: 1_000, role: nil) }, findings: findings, supersedes: nil)
    }

    public var submission: Submission {
        let body = self.body
        return Submission(
            record: record, body: body,
            sha256: SHA256.hash(data: Array(body.utf8)).map { String(256 + Int($0), radix: 16).dropFirst() }.joined(),
            receivedAt: receivedAt ?? capturedAt.adding(milliseconds: 60_000), sending: sending,
            unknownMembers: unknownMembers, salt: "salt-" + record.id
        ) { _ in
            .init(
                person: person,
                capacities: Dictionary(uniqueKeysWithValues: grids.compactMap { grid in capacity.map { (grid, $0) } }),
                anywhere: capacity)
        }
    }

    private var body: String {
        var lines = ["captured \(capturedAt.milliseconds)"]
        if let uptime { lines.append("uptime \(uptime)") }
        if let fix { lines.append("fix \(fix.time?.milliseconds ?? -1) \(fix.provider.rawValue)") }
        if let text { lines.append("text \(text)") }
        if let visit {
            switch visit.subject {
            case .place(let id): lines.append("place \(id)")
            case .keyPerson(let id): lines.append("keyPerson \(id)")
            case .newPlace(let name, _): lines.append("newPlace \(name)")
            }
            lines.append("outcome \(visit.outcome.name)")
            if let until = visit.until { lines.append("until \(until)") }
            if let checklist = visit.checklist { lines.append("checklist \(checklist.checklist)") }
            lines += visit.participants.map { "with \($0.capacity.rawValue) \($0.unit ?? "-")" }
        }
        return (lines + photos.map { "photo \($0)" }).joined(separator: "\n")
    }
}

/// Reads a draft's body as the gateway reads JSON, for `PatrolStore.verify`.
@Sendable public func replay(id: String, body: String, sha256: String) throws -> PatrolRecord {
    var subject: RecordSubject?
    var outcome: String?
    var participants: [Participant] = []
    var photos: [PatrolRecord.Photo] = []
    var capturedAt: Instant?
    var uptime: Int64?
    var until: Day?
    var checklist: ChecklistAnswers?
    var fix: Fix?
    for line in body.split(separator: "\n") {
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw StoreError.failed("\(id): no line of a draft: \(line)") }
        switch parts[0] {
        case "captured": capturedAt = Int64(parts[1]).map { Instant(milliseconds: $0) }
        case "uptime": uptime = Int64(parts[1])
        case "fix":
            let members = parts[1].split(separator: " ").map(String.init)
            // Of a fix only time and provider matter to what is replayed.
            let time = Int64(members[0]).flatMap { $0 < 0 ? nil : Instant(milliseconds: $0) }
            fix = Fix(
                position: Position(latitude: 0, longitude: 0, system: .wgs84),
                provider: FixProvider(rawValue: members[1]) ?? .unknown, time: time)
        case "until": until = Day(parts[1])
        case "checklist": checklist = ChecklistAnswers(checklist: parts[1], version: 1, items: [])
        case "place": subject = .place(id: parts[1])
        case "keyPerson": subject = .keyPerson(id: parts[1])
        case "newPlace": subject = .newPlace(name: parts[1], address: nil)
        case "outcome": outcome = parts[1]
        case "with":
            let members = parts[1].split(separator: " ", maxSplits: 1).map(String.init)
            let unit = members.count < 2 || members[1] == "-" ? nil : members[1]
            participants +=
                Capacity(rawValue: members[0]).map {
                    [.init(person: nil, name: nil, capacity: $0, unit: unit)]
                } ?? []
        case "photo": photos.append(.init(sha256: parts[1], bytes: 1_000, role: nil))
        default: continue
        }
    }
    guard let capturedAt else { throw StoreError.failed("\(id): no time of capture") }
    let visit = subject.flatMap { subject in
        outcome.flatMap { Outcome(kind: subject.kind, name: $0) }.map {
            VisitClaim(
                subject: subject, outcome: $0, until: until, participants: participants, checklist: checklist)
        }
    }
    return PatrolRecord(
        id: id, capturedAt: capturedAt,
        device: .init(id: "replay", sequence: 1, previousSHA256: nil, bootID: nil, uptime: uptime), grid: nil,
        visit: visit,
        fix: fix, text: nil, photos: photos, findings: [], supersedes: nil)
}

extension PhotoEntry {
    public static func sample(_ sha256: String, _ state: PhotoState = .stored) -> PhotoEntry {
        PhotoEntry(
            sha256: sha256, bytes: 1_000, state: state, problem: state == .stored ? nil : "photo-\(state.rawValue)",
            rendition: state == .quarantined
                ? nil
                : Rendition(
                    width: 1_200, height: 900, largeSHA256: sha256, thumbnailSHA256: sha256, pipelineVersion: 1,
                    capturedAt: "2026-03-05T09:00:00", latitude: nil, longitude: 120.4, make: "Tester", model: nil))
    }
}
