import Hummingbird
package import Patrol
package import Store
package import Wire

extension Gateway {
    var readingRoutes: [Route] {
        [
            Route(.get, "/v1/coverage/breakdown", .loggedIn, handle: Gateway.breakdown),
            Route(.get, "/v1/coverage/entries", .loggedIn, handle: Gateway.entries),
            Route(.get, "/v1/coverage/explanation", .loggedIn, handle: Gateway.explanation),
            Route(.get, "/v1/clears", .permission(.readCoverage), handle: Gateway.clears),
        ]
    }

    @Sendable private func breakdown(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        if query.text("by") == nil { query.note("by", "missing", zh: "缺少参数", en: "is required") }
        let key = query.choice("by", of: BreakdownKey.self) ?? .category
        let asked = try await kindMonth(&query, context)
        // On whose list somebody stands says why: that is the owner's alone to know (个人信息保护法 28).
        if asked.kind == .keyPerson, key == .category {
            guard let area = asked.path.areas.last else { throw Refusal.notFound }
            _ = try await permittedPath(of: area, .changeKeyPersons, try context.requireActor(), in: asked.month)
        }
        var parts = try await store.breakdown(
            asked.kind, below: asked.path, in: asked.month, by: key, known: asked.known)
        if asked.kind == .keyPerson, key == .category {
            // Others' lists are not theirs to count.
            let own = Set(
                try await store.lists(keptBy: try context.requireActor().person, on: today()).map(\.list.owner))
            parts = parts.filter { own.contains($0.key) }
        }
        return try jsonResponse(
            Page(items: parts.map { BreakdownRow(key: $0.key, figures: CoverageFigures($0.count)) }, next: nil))
    }

    @Sendable private func entries(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let asked = try await kindMonth(&query, context)
        return try jsonResponse(
            EntryAnswer(
                try await store.entrySpread(asked.kind, below: asked.path, in: asked.month, known: asked.known)))
    }

    @Sendable private func explanation(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let position = query.position() ?? 0
        let asked = try await kindMonth(&query, context)
        guard
            let explanation = try await store.explain(asked.kind, asked.path, in: asked.month, known: asked.known)
        else { throw Refusal.notFound }
        return try jsonResponse(ExplanationAnswer(explanation, from: position, count: pageSize))
    }

    @Sendable private func clears(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let asked = try await areaMonth(request, context, .readCoverage)
        try await openForReading(asked.month)
        guard let area = asked.path.areas.last, let current = try await store.path(of: area, on: today()) else {
            throw Refusal.notFound
        }
        let kinds = SubjectKind.allCases.filter {
            permits(actor.assignments, $0.obligationsPermission, in: current, on: today())
        }
        let clears = try await store.fourClears(
            below: asked.path, in: asked.month, kinds: Set(kinds), known: asked.known)
        return try jsonResponse(ClearsAnswer(clears, kinds: Set(kinds)))
    }

    /// Finishes the query: an area's month and kind, for who may read its duties.
    private func kindMonth(_ query: inout Query, _ context: PatrolContext) async throws -> (
        kind: SubjectKind, path: PathKey, month: Month, known: Knowledge
    ) {
        let actor = try context.requireActor()
        let asked = query.kindAreaMonth(current: store.zone.month(of: now()))
        let known = query.known(now())
        try query.finish()
        guard let area = asked.area else { throw Refusal.notFound }
        let path = try await permittedPath(of: area, asked.kind.obligationsPermission, actor, in: asked.month)
        try await openForReading(asked.month)
        return (asked.kind, path, asked.month, known)
    }
}

extension EntryAnswer {
    package init(_ spread: EntrySpread) {
        self.init(
            visits: spread.visits, lastTwoDays: spread.lastTwoDays, afterMonth: spread.afterMonth,
            dayLater: spread.dayLater, withoutFix: spread.withoutFix,
            days: spread.days.map {
                EntryDay(day: $0.day.description, visited: $0.visited, received: $0.received)
            }, visitedByHour: spread.visitedByHour, receivedByHour: spread.receivedByHour)
    }
}

extension ExplanationAnswer {
    /// - Parameters:
    ///   - from: of the first line.
    ///   - count: of lines.
    package init(_ explanation: Explanation, from: Int, count: Int) {
        let lines = explanation.lines.dropFirst(from)
        self.init(
            area: explanation.area.id.text, name: explanation.area.name, month: explanation.month.description,
            kind: explanation.kind.rawValue, shown: CoverageFigures(explanation.shown),
            recounted: CoverageFigures(explanation.recounted), agrees: explanation.agrees,
            versions: explanation.versions.map { LedgerVersionLine($0) },
            policies: explanation.policies.map {
                ExplanationPolicy(policy: PolicyBody($0.policy), figures: CoverageFigures($0.count))
            },
            excluded: explanation.excluded.prefix(1_000).map {
                ExclusionRow(subject: $0.subject, grid: $0.grid.text, why: $0.why.rawValue)
            }, excludedCount: explanation.excluded.count,
            lines: lines.prefix(count).map {
                ExplanationLine(
                    grid: $0.grid.text, state: $0.state.rawValue, numerator: $0.isInNumerator, text: $0.text)
            }, next: lines.count > count ? cursorText(["\(from + count)"]) : nil)
    }
}

extension ClearsAnswer {
    package init(_ clears: FourClears, kinds: Set<SubjectKind>) {
        let (hasPlaces, hasPersons) = (kinds.contains(.place), kinds.contains(.keyPerson))
        self.init(
            places: hasPlaces ? CoverageFigures(clears.counts.places) : nil,
            keyPersons: hasPersons ? CoverageFigures(clears.counts.keyPersons) : nil,
            placeMovement: hasPlaces ? MovementRow(clears.places) : nil,
            keyPersonMovement: hasPersons ? MovementRow(clears.keyPersons) : nil,
            findings: clears.findings.map { FindingCount(kind: $0.kind, count: $0.count, urgent: $0.urgent) },
            repeated: clears.repeated.map {
                RepeatedHazard(place: $0.place, name: $0.name, kind: $0.kind, times: $0.times)
            }, withoutFindings: clears.withoutFindings.map(\.text), proposalsWaiting: clears.proposalsWaiting,
            awaiting: Int(clears.awaiting), stalePlaces: clears.stalePlaces,
            staleKeyPersons: clears.staleKeyPersons)
    }
}

extension MovementRow {
    init(_ movement: FourClears.RosterMovement) {
        self.init(entered: movement.entered, left: movement.left, changed: movement.changed)
    }
}
