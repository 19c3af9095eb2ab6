import Hummingbird
package import Patrol
package import Store
package import Wire

extension Gateway {
    var jointRoutes: [Route] {
        [
            Route(.get, "/v1/joint-work", .permission(.readCoverage), handle: Gateway.jointWorkOfMonth),
            Route(.post, "/v1/joint-work", .permission(.recordJointWork), handle: Gateway.postJointWork),
            Route(.post, "/v1/joint-work/withdrawals", .permission(.recordJointWork), handle: Gateway.withdraw),
            Route(.get, "/v1/checklists", .loggedIn, handle: Gateway.checklists),
            Route(.post, "/v1/checklists", .permission(.recordPolicies), handle: Gateway.postChecklist),
            Route(.get, "/v1/load", .permission(.readCoverage), handle: Gateway.load),
            Route(.post, "/v1/load", .permission(.recordPolicies), handle: Gateway.tryLoad),
            Route(.get, "/v1/ledger/closing-rules", .permission(.readCoverage), handle: Gateway.closingRules),
            Route(.post, "/v1/ledger/closing-rules", .permission(.closeMonth), handle: Gateway.postClosingRule),
        ]
    }

    @Sendable private func jointWorkOfMonth(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let asked = try await areaMonth(request, context, .readCoverage)
        let stations = try await store.jointWork(below: asked.path, in: asked.month, known: asked.known)
        return try jsonResponse(Page(items: stations.map { StationJointRow($0) }, next: nil))
    }

    @Sendable private func postJointWork(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(JointWorkBody.self, of: request, context, maxBytes: 256 * 1024)
        let work = try readJointWork(from: sent, today: today(), id: newID())
        _ = try await permittedPath(of: work.station, .recordJointWork, actor, in: store.zone.month(of: now()))
        do {
            try await store.record(work, by: actor.person, at: now())
        } catch StoreError.uniqueViolation {
            throw PlaceRefusal.alreadyThere(work.id)
        }
        return try jsonResponse(JointWorkBody(work), status: .created)
    }

    @Sendable private func withdraw(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(WithdrawalBody.self, of: request, context)
        guard let station = try await store.station(ofJointWork: sent.id) else { throw Refusal.notFound }
        _ = try await permittedPath(of: station, .recordJointWork, actor, in: store.zone.month(of: now()))
        try await store.withdrawJointWork(sent.id, by: actor.person, at: now())
        return Response(status: .noContent)
    }

    @Sendable private func checklists(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let day = query.day("day", today: today())
        let known = query.known(now())
        try query.finish()
        let lists = try await store.checklists(on: day, known: known)
        return try jsonResponse(Page(items: lists.map { ChecklistBody($0) }, next: nil))
    }

    @Sendable private func postChecklist(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        // Whoever owns a list of key persons makes policies for them; forms are for places.
        guard permits(actor.assignments, .readPlaceObligations, on: today()) else { throw Refusal.notPermitted }
        try await requireEveryCounty(.recordPolicies, actor)
        let list = try checklist(from: try await body(ChecklistBody.self, of: request, context, maxBytes: 256 * 1024))
        return try jsonResponse(
            ChecklistBody(try await store.record(list, by: actor.person, at: now())), status: .created)
    }

    @Sendable private func load(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let known = query.known(now())
        return try await load(&query, context, known: known)
    }

    /// What a policy would add, before anybody is told to do it.
    @Sendable private func tryLoad(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var reading = BodyReading()
        let policy = reading.policy(try await body(PolicyBody.self, of: request, context))
        try reading.finish()
        var query = Query(request)
        return try await load(&query, context, adding: policy)
    }

    /// By policy where the reader may see the duties themselves; who tries a policy may see those that it is for.
    private func load(
        _ query: inout Query, _ context: PatrolContext, adding policy: ObligationPolicy? = nil, known: Knowledge = .now
    ) async throws -> Response {
        let actor = try context.requireActor()
        let area = query.area("area")
        let month = query.monthAhead(current: store.zone.month(of: now()))
        try query.finish()
        guard let area else { throw Refusal.notFound }
        let permission = policy?.kind.obligationsPermission ?? .readCoverage
        let path = try await permittedPath(of: area, permission, actor, in: month)
        guard let current = try await store.path(of: area, on: today()) else { throw Refusal.notFound }
        let kinds = SubjectKind.allCases.filter {
            permits(actor.assignments, $0.obligationsPermission, in: current, on: today())
        }
        let grids = try await store.load(below: path, in: month, laidOpen: Set(kinds), adding: policy, known: known)
        return try jsonResponse(Page(items: grids.map { LoadRow($0) }, next: nil))
    }

    @Sendable private func closingRules(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let known = query.known(now())
        try query.finish()
        return try jsonResponse(
            Page(items: try await store.closingRules(known: known).map { ClosingRuleBody($0) }, next: nil))
    }

    @Sendable private func postClosingRule(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let rule = try closingRule(from: try await body(ClosingRuleBody.self, of: request, context))
        try await requireEveryCounty(.closeMonth, actor)
        try await store.record(rule, by: actor.person, today: today(), at: now())
        return try jsonResponse(ClosingRuleBody(rule), status: .created)
    }
}

extension Gateway {
    /// What holds for the whole deployment is said by who may say it in each of its counties.
    private func requireEveryCounty(_ permission: Permission, _ actor: Actor) async throws {
        for county in try await store.areaStandings(on: today()) where county.line.level == .county {
            guard let path = try await store.path(of: county.line.id, on: today()),
                permits(actor.assignments, permission, in: path, on: today())
            else { throw Refusal.notPermitted }
        }
    }
}

/// - Parameter id: where the sender names none.
/// - Throws: `Defects`, all of them.
package func readJointWork(from sent: JointWorkBody, today: Day, id: String) throws -> JointWork {
    var reading = BodyReading()
    let id = sent.id.map { reading.id($0, "/id") } ?? id
    let station = reading.area(sent.station, "/station")
    let task = reading.choice(sent.task, "/task", of: JointTask.self)
    let scope = reading.choice(sent.scope, "/scope", of: JointScope.self)
    let day = reading.day(sent.day, "/day")
    if let day, day > today { reading.note("/day", "out-of-range", zh: "尚未到这一天", en: "lies ahead") }
    let ledBy = reading.text(sent.ledBy, "/ledBy")
    if sent.minutes.unicodeScalars.count > 20_000 || sent.minutes.utf8.contains(0) {
        reading.note("/minutes", "too-long", zh: "不得超过 20000 个字", en: "at most 20000 characters")
    }
    if sent.participants.count > 500 || sent.decisions.count > 100 {
        reading.note("/participants", "too-many", zh: "人数或事项过多", en: "too many participants or decisions")
    }
    let decisions = sent.decisions.prefix(100).enumerated().map {
        reading.text($1, "/decisions/\($0)").replacing("\n", with: " ")
    }
    let participants = sent.participants.prefix(500).enumerated().compactMap { index, person in
        let capacity = reading.choice(person.capacity, "/participants/\(index)/capacity", of: JointCapacity.self)
        let name = reading.text(person.name, "/participants/\(index)/name")
        let unit = person.unit.map { reading.text($0, "/participants/\(index)/unit") }
        return capacity.map { JointWork.Participant(capacity: $0, unit: unit, name: name, person: person.login) }
    }
    try reading.finish()
    guard let station, let task, let scope, let day else { throw Refusal.notFound }
    return JointWork(
        id: id, station: station, task: task, scope: scope, day: day, ledBy: ledBy, minutes: sent.minutes,
        decisions: decisions, participants: participants)
}

/// - Throws: `Defects`, all of them.
package func checklist(from sent: ChecklistBody) throws -> Checklist {
    var reading = BodyReading()
    let id = reading.id(sent.id, "/id")
    let (title, basis) = (reading.text(sent.title, "/title"), reading.text(sent.basis, "/basis"))
    let classes = reading.texts(sent.classes, "/classes")
    let from = reading.day(sent.from, "/from")
    if sent.version != nil {
        reading.note("/version", "unknown-member", zh: "版本号由网关给出，请删去", en: "given by the gateway; leave it out")
    }
    if sent.items.isEmpty || sent.items.count > 200 {
        reading.note("/items", "out-of-range", zh: "应有 1 到 200 项", en: "between 1 and 200 items")
    }
    let items = sent.items.prefix(200).enumerated().map { index, item in
        Checklist.Item(
            code: reading.text(item.code, "/items/\(index)/code", limit: 64),
            text: reading.text(item.text, "/items/\(index)/text"))
    }
    if Set(items.map(\.code)).count < items.count {
        reading.note("/items", "repeated", zh: "项目编号重复", en: "codes must differ")
    }
    try reading.finish()
    guard let from else { throw Refusal.notFound }
    return Checklist(
        id: id, version: 0, title: title, basis: basis, classes: classes, from: from, items: items)
}

/// - Throws: `Defects`, all of them.
package func closingRule(from sent: ClosingRuleBody) throws -> DatedClosingRule {
    var reading = BodyReading()
    let days = reading.number(sent.graceDays, "/graceDays", in: 0...15)
    let basis = reading.text(sent.basis, "/basis")
    let month = reading.month(sent.from, "/from")
    try reading.finish()
    guard let month else { throw Refusal.notFound }
    return DatedClosingRule(ClosingRule(graceDays: days), basis: basis, from: month)
}

extension JointWorkBody {
    package init(_ work: JointWork) {
        self.init(
            id: work.id, station: work.station.text, task: work.task.rawValue, scope: work.scope.rawValue,
            day: work.day.description, ledBy: work.ledBy, minutes: work.minutes, decisions: work.decisions,
            participants: work.participants.map {
                JointParticipant(capacity: $0.capacity.rawValue, unit: $0.unit, name: $0.name, login: $0.person)
            })
    }
}

extension StationJointRow {
    package init(_ station: StationJointWork) {
        self.init(
            station: station.station.id.text, name: station.station.name,
            duties: station.duties.map {
                JointDutyRow(
                    task: $0.task.rawValue, scope: $0.scope.rawValue, firstDay: $0.period.first.description,
                    lastDay: $0.period.last.description, work: $0.work, done: $0.isDone, lacks: $0.lacks.map(\.name))
            }, works: station.works.map { JointWorkBody($0) })
    }
}

extension ChecklistBody {
    package init(_ list: Checklist) {
        self.init(
            id: list.id, version: list.version, title: list.title, basis: list.basis, classes: list.classes.sorted(),
            from: list.from.description, items: list.items.map { ChecklistQuestion(code: $0.code, text: $0.text) })
    }
}

extension LoadRow {
    package init(_ load: GridLoad) {
        self.init(
            grid: load.grid.id.text, name: load.grid.name, workers: load.workers, subjects: load.subjects,
            doors: load.doors, visits: load.visits.map { CountRow(key: $0.policy, count: $0.count) },
            total: load.total, perWorker: load.perWorker)
    }
}

extension ClosingRuleBody {
    package init(_ rule: DatedClosingRule) {
        self.init(graceDays: rule.rule.graceDays, basis: rule.basis, from: rule.from.description)
    }
}
