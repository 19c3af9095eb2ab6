import Hummingbird
package import Patrol
package import Store
package import Wire

extension Gateway {
    var completenessRoutes: [Route] {
        [
            Route(.get, "/v1/comparisons", .permission(.compareLists), handle: Gateway.comparisons),
            Route(.post, "/v1/comparisons", .permission(.compareLists), handle: Gateway.postComparison),
            Route(.get, "/v1/comparisons/{id}/lines", .permission(.compareLists), handle: Gateway.comparisonLines),
            Route(.post, "/v1/comparisons/{id}/decisions", .permission(.compareLists), handle: Gateway.decideLine),
            Route(.get, "/v1/street-walks", .permission(.compareLists), handle: Gateway.streetWalks),
            Route(.post, "/v1/street-walks", .permission(.compareLists), handle: Gateway.postStreetWalk),
            Route(.get, "/v1/spot-checks", .permission(.checkVisits), handle: Gateway.spotChecks),
            Route(.post, "/v1/spot-checks", .permission(.checkVisits), handle: Gateway.drawSpotCheck),
            Route(.post, "/v1/spot-checks/results", .permission(.checkVisits), handle: Gateway.postSpotCheckResult),
        ]
    }

    // MARK: Other lists

    @Sendable private func comparisons(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let known = query.known(now())
        try query.finish()
        guard let area else { throw Refusal.notFound }
        let path = try await permittedPath(of: area, .compareLists, actor, in: store.zone.month(of: now()))
        let rows = try await store.comparisons(below: path, on: today(), known: known)
        return try jsonResponse(Page(items: rows.map { ComparisonRow($0) }, next: nil))
    }

    @Sendable private func postComparison(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(ComparisonBody.self, of: request, context, maxBytes: 16 << 20)
        var reading = BodyReading()
        let area = reading.area(sent.area, "/area")
        let source = reading.text(sent.source, "/source")
        let list = reading.listedDoors(sent.rows, "/rows")
        try reading.finish()
        guard let area else { throw Refusal.notFound }
        let path = try await permittedPath(of: area, .compareLists, actor, in: store.zone.month(of: now()))
        let (doors, areas) = try await store.rosterDoors(below: path, on: today())
        let comparison = try await heavyPool.run { Comparison.between(doors, and: list, areas: areas) }
        let id = newID()
        try await store.keep(
            comparison, of: area, source: source, day: today(), id: id, by: actor.person, at: now())
        guard let kept = try await store.comparison(id) else { throw Refusal.notFound }
        return try jsonResponse(ComparisonRow(kept), status: .created)
    }

    @Sendable private func comparisonLines(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let comparison = try await permittedComparison(context)
        var query = Query(request)
        let position = query.position() ?? 0
        let known = query.known(now())
        try query.finish()
        let lines = try await store.lines(
            ofComparison: comparison.id, from: position, limit: pageSize + 1, known: known)
        return try jsonResponse(
            Page(
                items: lines.prefix(pageSize).map { ComparisonLineRow($0) },
                next: lines.count > pageSize ? cursorText(["\(position + pageSize)"]) : nil))
    }

    @Sendable private func decideLine(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let comparison = try await permittedComparison(context)
        let sent = try await body(ComparisonDecision.self, of: request, context)
        var reading = BodyReading()
        let decision = reading.choice(sent.decision, "/decision", of: LineDecision.self)
        let line = try await store.lines(ofComparison: comparison.id, from: sent.position, limit: 1).first
        if let decision, let line, line.position == sent.position, !decision.fits(line.verdict) {
            reading.note(
                "/decision", "other-verdict", zh: "与该行的比对结果不符", en: "does not fit what the comparison says of the line")
        }
        try reading.finish()
        guard let decision,
            try await store.decide(
                decision, line: sent.position, of: comparison.id, by: try context.requireActor().person, at: now())
        else { throw Refusal.notFound }
        return Response(status: .noContent)
    }

    private func permittedComparison(_ context: PatrolContext) async throws -> StoredComparison {
        let actor = try context.requireActor()
        guard let found = try await store.comparison(try context.parameters.require("id")) else {
            throw Refusal.notFound
        }
        _ = try await permittedPath(of: found.area, .compareLists, actor, in: store.zone.month(of: now()))
        return found
    }

    // MARK: Streets

    @Sendable private func streetWalks(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let month = query.month(current: store.zone.month(of: now()))
        let known = query.known(now())
        try query.finish()
        guard let area else { throw Refusal.notFound }
        let path = try await permittedPath(of: area, .compareLists, actor, in: month)
        let walks = try await store.streetWalks(below: path, in: month, known: known)
        return try jsonResponse(Page(items: walks.map { StreetWalkRow($0) }, next: nil))
    }

    @Sendable private func postStreetWalk(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let walk = try streetWalk(
            from: try await body(StreetWalkBody.self, of: request, context), today: today(), id: newID(),
            by: actor.person)
        _ = try await permittedPath(of: walk.area, .compareLists, actor, in: store.zone.month(of: now()))
        try await store.record(walk, at: now())
        return try jsonResponse(StreetWalkRow(walk), status: .created)
    }

    // MARK: Visits checked again

    @Sendable private func spotChecks(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let asked = query.kindAreaMonth(current: store.zone.month(of: now()))
        let known = query.known(now())
        try query.finish()
        let path = try await kindPath(asked, .checkVisits, try context.requireActor())
        var rows: [SpotCheckRow] = []
        for check in try await store.spotChecks(asked.kind, below: path, in: asked.month, known: known) {
            rows.append(try await row(check, request, context))
        }
        return try jsonResponse(Page(items: rows, next: nil))
    }

    @Sendable private func drawSpotCheck(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(SpotCheckBody.self, of: request, context)
        let asked = try spotCheckDraw(from: sent)
        let path = try await kindPath((asked.kind, asked.area, asked.month), .checkVisits, actor)
        var random = SystemRandomNumberGenerator()
        let check = try await store.drawSpotCheck(
            asked.kind, below: path, in: asked.month, count: sent.size, seed: asked.seed ?? random.next(), id: newID(),
            by: actor.person, at: now())
        return try jsonResponse(try await row(check, request, context), status: .created)
    }

    @Sendable private func postSpotCheckResult(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(SpotCheckResultBody.self, of: request, context)
        let (result, manner) = try spotCheckResult(from: sent)
        guard let check = try await store.spotCheck(sent.check) else { throw Refusal.notFound }
        _ = try await kindPath((check.kind, check.area, check.month), .checkVisits, actor)
        try await store.note(
            result, manner, note: sent.note ?? "", of: sent.report, in: check.id, by: actor.person, at: now())
        guard let noted = try await store.spotCheck(check.id) else { throw Refusal.notFound }
        return try jsonResponse(try await row(noted, request, context))
    }

    /// Names those of its visits only whose subjects the reader may see; the estimate is of all.
    private func row(_ check: SpotCheck, _ request: Request, _ context: PatrolContext) async throws -> SpotCheckRow {
        let items = try await readable(
            check.items, check.kind, in: check.area, for: .listKeeping, request, context, subject: \.subject)
        return SpotCheckRow(check, items, zone: store.zone)
    }
}

extension BodyReading {
    mutating func listedDoors(_ rows: [ListedDoorRow], _ name: String) -> [ListedDoor] {
        if rows.isEmpty || rows.count > 20_000 {
            note(name, "out-of-range", zh: "应有 1 到 20000 行", en: "between 1 and 20,000 rows")
        }
        return rows.prefix(20_000).enumerated().map { index, row in
            let name = "\(name)/\(index)"
            return ListedDoor(
                key: text(row.key, name + "/key", limit: 120), name: text(row.name, name + "/name"),
                // Registers have rows without one.
                address: row.address.isEmpty ? "" : text(row.address, name + "/address"),
                position: position(row.latitude, row.longitude, row.system, name), category: row.category)
        }
    }
}

/// - Throws: `Defects`, all of them.
package func spotCheckDraw(from sent: SpotCheckBody) throws -> (
    kind: SubjectKind, area: AreaID, month: Month, seed: UInt64?
) {
    var reading = BodyReading()
    let kind = reading.choice(sent.kind, "/kind", of: SubjectKind.self)
    let area = reading.area(sent.area, "/area")
    let month = reading.month(sent.month, "/month")
    _ = reading.number(sent.size, "/size", in: 1...1_000)
    let seed = sent.seed.flatMap { UInt64($0) }
    if sent.seed != nil, seed == nil {
        reading.note("/seed", "bad-number", zh: "应为 0 到 18446744073709551615 的整数", en: "must be a whole number")
    }
    try reading.finish()
    guard let kind, let area, let month else { throw Refusal.notFound }
    return (kind, area, month, seed)
}

/// - Throws: `Defects`, all of them.
package func spotCheckResult(from sent: SpotCheckResultBody) throws -> (SpotCheckResult, SpotCheckManner) {
    var reading = BodyReading()
    let result = reading.choice(sent.result, "/result", of: SpotCheckResult.self)
    let manner = reading.choice(sent.manner, "/manner", of: SpotCheckManner.self)
    if let note = sent.note, !note.isEmpty { _ = reading.text(note, "/note", limit: 2_000) }
    try reading.finish()
    guard let result, let manner else { throw Refusal.notFound }
    return (result, manner)
}

/// - Throws: `Defects`, all of them.
package func streetWalk(from sent: StreetWalkBody, today: Day, id: String, by person: String) throws -> StreetWalk {
    var reading = BodyReading()
    let area = reading.area(sent.area, "/area")
    let street = reading.text(sent.street, "/street")
    let day = reading.day(sent.day, "/day")
    if let day, day > today { reading.note("/day", "out-of-range", zh: "尚未到这一天", en: "lies ahead") }
    let doors = reading.number(sent.doors, "/doors", in: 1...100_000)
    let unlisted = reading.number(sent.unlisted, "/unlisted", in: 0...max(0, min(doors, 100_000)))
    let note = sent.note.map { $0.isEmpty ? "" : reading.text($0, "/note", limit: 2_000) } ?? ""
    try reading.finish()
    guard let area, let day, let count = try? StreetCount(doors: doors, unlisted: unlisted) else {
        throw Refusal.notFound
    }
    return StreetWalk(id: id, area: area, street: street, day: day, count: count, note: note, by: person)
}

extension ComparisonRow {
    package init(_ comparison: StoredComparison) {
        let estimate = comparison.completeness
        let bounds = estimate?.placesInterval()
        self.init(
            id: comparison.id, area: comparison.area.text, source: comparison.source,
            day: comparison.day.description, listed: comparison.listed, rostered: comparison.rostered,
            same: comparison.same, likely: comparison.verdicts["likely"] ?? 0,
            onlyListed: comparison.verdicts["onlyListed"] ?? 0,
            onlyRostered: comparison.verdicts["onlyRostered"] ?? 0,
            decided: comparison.decisions.values.reduce(0, +), missing: comparison.decisions["missing"] ?? 0,
            estimatedTotal: estimate?.places, estimatedLow: bounds.map { Double($0.atLeast) },
            estimatedHigh: bounds?.atMost.map(Double.init))
    }
}

extension ComparisonLineRow {
    package init(_ line: ComparisonLine) {
        self.init(
            position: line.position, verdict: line.verdict.rawValue, listedKey: line.listedKey,
            listedName: line.listedName, listedAddress: line.listedAddress, place: line.place,
            placeName: line.placeName, placeAddress: line.placeAddress, score: line.score, reasons: line.reasons,
            decision: line.decision?.rawValue)
    }
}

extension StreetWalkRow {
    package init(_ walk: StreetWalk) {
        let share = walk.count.shareInterval()
        self.init(
            id: walk.id, area: walk.area.text, street: walk.street, day: walk.day.description,
            doors: walk.count.doors, unlisted: walk.count.unlisted, note: walk.note, share: walk.count.share ?? 0,
            low: share?.lowerBound ?? 0, high: share?.upperBound ?? 1, by: walk.by)
    }
}

extension SpotCheckRow {
    /// - Parameter items: those that the reader may see.
    package init(_ check: SpotCheck, _ items: [SpotCheck.Item], zone: DeploymentZone) {
        self.init(
            id: check.id, kind: check.kind.rawValue, area: check.area.text, month: check.month.description,
            population: check.population, seed: String(check.seed), drawnBy: check.drawnBy,
            drawnAt: check.drawnAt.rfc3339,
            items: items.map { item in
                SpotCheckItemRow(
                    report: item.report, subject: item.subject, name: item.name, address: item.address,
                    visitedAt: item.visitedAt.rfc3339, outcome: item.outcome,
                    script: telephoneScript(check.kind, item, zone), result: item.result?.rawValue,
                    manner: item.manner?.rawValue, note: item.note)
            },
            estimate: check.estimate.map { estimate in
                let (share, cautious) = (estimate.wrongShare(), estimate.cautiousWrongShare())
                return SpotCheckEstimate(
                    looked: estimate.drawn, answered: estimate.answered, wrong: estimate.wrong, rate: estimate.rate,
                    low: share?.lowerBound, high: share?.upperBound, cautiousLow: cautious?.lowerBound,
                    cautiousHigh: cautious?.upperBound)
            })
    }
}

/// What to ask: neither the answer nor the reason for a visit to a key person is given away (field notes 8).
private func telephoneScript(_ kind: SubjectKind, _ item: SpotCheck.Item, _ zone: DeploymentZone) -> String {
    let day = zone.day(of: item.visitedAt)
    switch kind {
    case .place:
        return "您好，这里是基层治理中心。请问 \(day.month) 月网格员来过店里吗？大约哪一天？看了哪些地方？（登记：\(day)，不先告知对方）"
    case .keyPerson:
        return "您好，这里是社区回访。请问 \(day.month) 月社区工作人员来看望过您吗？大约哪一天？（登记：\(day)，不先告知对方；不提事由）"
    }
}
