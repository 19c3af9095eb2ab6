import Hummingbird
import Intake
package import Patrol
package import Store
package import Wire

extension Gateway {
    var placeRoutes: [Route] {
        [
            Route(.post, "/v1/places/changes", .permission(.changePlaces), handle: Gateway.changePlace),
            Route(.get, "/v1/proposals", .permission(.readCoverage), handle: Gateway.proposals),
            Route(.post, "/v1/proposals/decisions", .permission(.readCoverage), handle: Gateway.decideProposal),
            Route(.get, "/v1/story", .permission(.readCoverage), handle: Gateway.story),
        ]
    }

    @Sendable private func changePlace(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(PlaceChangeBody.self, of: request, context, maxBytes: 1 << 20)
        let (change, from) = try placeChange(sent)
        for place in change.places { try await requirePlace(place, from: from, actor) }
        for grid in change.grids {
            try await requireArea(grid, .changePlaces, actor, from: from)
        }
        try await store.apply(change, from: from, by: actor.person, at: now())
        return Response(status: .noContent)
    }

    @Sendable private func proposals(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let kind = query.choice("kind", of: SubjectKind.self) ?? .place
        let cursor = query.recordCursor()
        let known = query.known(now())
        try query.finish()
        guard let area else { throw Refusal.notFound }
        let month = store.zone.month(of: now())
        let path = try await permittedPath(of: area, kind.obligationsPermission, actor, in: month)
        let rows = try await store.proposals(
            kind, below: path, on: month.last, waiting: true, after: cursor, known: known, limit: pageSize + 1)
        let shown = rows.prefix(pageSize)
        return try jsonResponse(
            Page(
                items: shown.map { ProposalRow($0) },
                next: rows.count > pageSize
                    ? shown.last.map { cursorText(["\($0.cursor.receivedAt)", $0.cursor.id]) } : nil))
    }

    @Sendable private func decideProposal(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(ProposalDecision.self, of: request, context)
        let (kind, entry) = try proposalDecision(from: sent, today: today())
        let month = store.zone.month(of: now())
        guard let proposal = try await store.proposal(kind, of: sent.report, on: month.last), let grid = proposal.grid
        else { throw Refusal.notFound }
        let permission: Permission = kind == .place ? .changePlaces : .changeKeyPersons
        _ = try await permittedPath(of: grid, permission, actor, in: month)
        if let entry { _ = try await permittedPath(of: entry.grid, permission, actor, in: month) }
        // It may have moved away since.
        if kind == .place, let subject = proposal.subject {
            try await requirePlace(subject, from: proposal.from, actor)
        }
        try await store.decide(
            kind, proposalOf: sent.report, accepted: sent.accepted, entry: entry, reason: sent.reason, id: newID(),
            by: actor.person, at: now())
        return Response(status: .noContent)
    }

    /// One subject, everything, for who may see its kind where it is, or last was.
    @Sendable private func story(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let kind = query.choice("kind", of: SubjectKind.self) ?? .place
        let subject = query.required("subject", limit: 120)
        let known = query.known(now())
        try query.finish()
        guard let subject, let grid = try await store.lastGrid(of: kind, subject) else { throw Refusal.notFound }
        let month = store.zone.month(of: now())
        for permission in [kind.obligationsPermission, kind == .place ? .readPlaces : .readKeyPersons] {
            _ = try await permittedPath(of: grid, permission, actor, in: month)
        }
        if kind == .keyPerson, try await !keyPersonsShown(to: actor, in: grid).contains(subject) {
            throw Refusal.notFound
        }
        if kind == .keyPerson { try await traceReading(request, context, purpose: .ruling, object: "\(subject) story") }
        guard
            let story = try await store.story(
                of: subject, kind, known: known, reading: { try patrolRecord(id: $0, fromBody: Array($1.utf8)).record })
        else { throw Refusal.notFound }
        let seesRecords = try await permitsReading(of: grid, actor)
        return try jsonResponse(StoryAnswer(seesRecords ? story : story.told(to: actor.person)))
    }

    /// Whether somebody may read others' records there.
    private func permitsReading(of grid: AreaID, _ actor: Actor) async throws -> Bool {
        guard let path = try await store.path(of: grid, on: today()) else { return false }
        return permits(actor.assignments, .readReports, in: path, on: today())
    }

    /// Whoever changes a place answers for every grid that holds it from that day on, since the change reaches back to it.
    /// - Throws: `Refusal.notFound` for a place of another area.
    private func requirePlace(_ place: String, from day: Day, _ actor: Actor) async throws {
        var grids = try await store.grids(holding: .place, place, during: min(day, today())...max(day, today()))
        if grids.isEmpty { grids = Set([try await store.lastGrid(of: .place, place)].compactMap { $0 }) }
        guard !grids.isEmpty else { throw Refusal.notFound }
        for grid in grids { try await requireArea(grid, .changePlaces, actor, from: day) }
    }
}

extension PlaceChange {
    /// Places that are there already.
    fileprivate var places: [String] {
        switch self {
        case .open: []
        case .close(let id), .move(let id, _), .owner(let id, _), .split(let id, _): [id]
        case .correct(let entry): [entry.id]
        case .merge(let others, let target): others + [target]
        }
    }

    fileprivate var grids: [AreaID] {
        switch self {
        case .open(let entry), .correct(let entry), .owner(_, let entry): [entry.grid]
        case .move(_, let grid): [grid]
        case .split(_, let parts): parts.map(\.grid)
        case .close, .merge: []
        }
    }
}

extension BodyReading {
    /// nil only with a defect noted.
    mutating func place(_ sent: PlaceDetails, _ name: String, from: Day) -> PlaceEntry? {
        let grid = area(sent.grid, name + "/grid")
        let radius = sent.radiusMetres ?? 50
        if !(1...5_000).contains(radius) {
            note(
                name + "/radiusMetres", "out-of-range", zh: "应在 1 到 5000 米之间",
                en: "must lie between 1 and 5000 metres")
        }
        let position = position(sent.latitude, sent.longitude, sent.system, name)
        let id = text(sent.id, name + "/id", limit: 120)
        let called = text(sent.name, name + "/name")
        let category = text(sent.category, name + "/category")
        let address = text(sent.address, name + "/address")
        guard let grid else { return nil }
        return PlaceEntry(
            id: id, name: called, category: category, address: address, position: position, radius: radius, grid: grid,
            from: from)
    }

    /// nil where none is stated, or with a defect noted. In WGS-84 where no system is named.
    mutating func position(_ latitude: Double?, _ longitude: Double?, _ system: String?, _ name: String) -> Position? {
        let system = system.flatMap { choice($0, name + "/system", of: CoordinateSystem.self) } ?? .wgs84
        switch (latitude, longitude) {
        case (nil, nil): return nil
        case (let latitude?, let longitude?):
            if (-90...90).contains(latitude), (-180...180).contains(longitude) {
                return Position(latitude: latitude, longitude: longitude, system: system)
            }
            note(name + "/latitude", "out-of-range", zh: "经纬度超出范围", en: "is nowhere on Earth")
        default:
            note(name + "/latitude", "missing", zh: "经度与纬度须同时填写", en: "latitude and longitude go together")
        }
        return nil
    }
}

/// - Throws: `Defects`, all of them.
package func proposalDecision(from sent: ProposalDecision, today: Day) throws -> (SubjectKind, PlaceEntry?) {
    var reading = BodyReading()
    let kind = reading.choice(sent.kind, "/kind", of: SubjectKind.self)
    _ = reading.text(sent.reason, "/reason", limit: 2_000)
    let entry = sent.details.flatMap { reading.place($0, "/details", from: today) }
    try reading.finish()
    guard let kind else { throw Refusal.notFound }
    return (kind, entry)
}

/// - Throws: `Defects`, all of them.
package func placeChange(_ sent: PlaceChangeBody) throws -> (PlaceChange, from: Day) {
    var reading = BodyReading()
    let from = reading.day(sent.from, "/from")
    let day = from ?? .earliest
    func place() -> String {
        if sent.place == nil { reading.note("/place", "missing", zh: "请填写", en: "is required for this change") }
        return sent.place.map { reading.text($0, "/place", limit: 120) } ?? ""
    }
    func details() -> PlaceEntry? {
        if sent.details == nil { reading.note("/details", "missing", zh: "请填写", en: "is required for this change") }
        return sent.details.flatMap { reading.place($0, "/details", from: day) }
    }
    var change: PlaceChange?
    switch sent.change {
    case "open": change = details().map { .open($0) }
    case "close": change = .close(place())
    case "move":
        if sent.grid == nil { reading.note("/grid", "missing", zh: "请填写", en: "is required for this change") }
        let id = place()
        change = sent.grid.flatMap { reading.area($0, "/grid") }.map { .move(id, to: $0) }
    case "correct": change = details().map { .correct($0) }
    case "owner":
        let id = place()
        change = details().map { .owner(id, $0) }
    case "merge": change = .merge(reading.texts(sent.others ?? [], "/others").sorted(), into: place())
    case "split":
        let parts = (sent.parts ?? []).enumerated().compactMap { reading.place($1, "/parts/\($0)", from: day) }
        change = .split(place(), parts)
    default:
        let words = "open, close, move, correct, owner, merge, split"
        reading.note("/change", "unknown-value", zh: "取值应为：\(words)", en: "must be one of \(words)")
    }
    try reading.finish()
    guard let change, let from else { throw Refusal.notFound }
    return (change, from)
}

extension ProposalRow {
    package init(_ proposal: RosterProposal) {
        self.init(
            kind: proposal.kind.rawValue, report: proposal.report, change: proposal.change.rawValue,
            subject: proposal.subject, subjectName: proposal.subjectName, grid: proposal.grid?.text,
            from: proposal.from.description, name: proposal.name, address: proposal.address,
            accepted: proposal.accepted, decidedBy: proposal.decidedBy, decidedAt: proposal.decidedAt?.rfc3339,
            result: proposal.result, proposedBy: proposal.proposedBy, proposedAt: proposal.proposedAt.rfc3339)
    }
}

extension StoryAnswer {
    package init(_ story: SubjectStory) {
        self.init(
            kind: story.kind.rawValue, id: story.id, name: story.name,
            site: story.site.map {
                TenantRow(id: $0.id, name: $0.name, from: $0.from?.description, to: $0.to?.description)
            },
            events: story.events.map {
                StoryLine(
                    at: $0.at.rfc3339, recordedAt: $0.recordedAt.rfc3339, what: $0.what.rawValue, word: $0.word,
                    text: $0.text, source: $0.source, by: $0.by)
            })
    }
}
