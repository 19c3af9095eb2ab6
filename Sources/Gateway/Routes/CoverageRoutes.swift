import Hummingbird
package import Patrol
package import Store
package import Wire

extension Gateway {
    var coverageRoutes: [Route] {
        [
            Route(.get, "/v1/coverage", .permission(.readCoverage), handle: Gateway.coverage),
            Route(.get, "/v1/obligations", .loggedIn, handle: Gateway.obligations),
        ]
    }

    @Sendable private func coverage(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.optionalArea("area")
        let month = query.month(current: store.zone.month(of: now()))
        let version = query.count("version")
        let known = query.known(now())
        if version != nil, known.at != nil {
            query.note("version", "one-of-two", zh: "version 与 knownAt 只能用一个", en: "pass either version or knownAt")
        }
        try query.finish()
        return try jsonResponse(
            Coverage(try await coverage(of: area, in: month, version: version, known: known, for: actor), month: month))
    }

    /// An area's month as this reader may see it; without an area, the highest one of theirs.
    func coverage(
        of area: AreaID?, in month: Month, version: Int? = nil, known: Knowledge = .now, for actor: Actor
    ) async throws -> AreaCoverage {
        guard let area = area ?? highestArea(of: actor) else { throw Refusal.notFound }
        let path = try await permittedPath(of: area, .readCoverage, actor, in: month)
        try await openForReading(month)
        let read =
            if let knownAt = known.at {
                try await store.coverage(of: area, in: month, knownAt: knownAt)
            } else {
                try await store.coverage(of: path, in: month, version: version)
            }
        guard let coverage = read else { throw Refusal.notFound }
        return AreaCoverage(
            area: coverage.area, above: try await visible(coverage.above, path, actor), totals: coverage.totals,
            children: coverage.children, versions: coverage.versions)
    }

    /// Of the areas above, those whose coverage the reader may open.
    private func visible(_ above: [AreaLine], _ path: PathKey, _ actor: Actor) async throws -> [AreaLine] {
        var reached: PathKey?
        return above.filter { line in
            let here = reached?.appending(line.id) ?? PathKey(root: line.id)
            reached = here
            return permits(actor.assignments, .readCoverage, in: here, on: today())
        }
    }

    private func highestArea(of actor: Actor) -> AreaID? {
        actor.assignments.filter { $0.role.permissions.contains(.readCoverage) }
            .min { ($0.area.text.utf8.count, $0.area) < ($1.area.text.utf8.count, $1.area) }?.area.areas.last
    }

    @Sendable private func obligations(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let area = query.area("area")
        let month = query.month(current: store.zone.month(of: now()))
        let state = query.choice("state", of: ObligationState.self)
        let kind = query.choice("kind", of: SubjectKind.self) ?? .place
        let cursor = query.obligationCursor()
        let known = query.known(now())
        try query.finish()
        guard let area else { throw Refusal.notFound }
        let entries = try await obligations(
            kind, in: area, month: month, state: state, after: cursor, known: known, request, context)
        return try jsonResponse(
            Page(
                items: entries.items.map { ObligationLine($0, month: month) }, next: entries.next.map { cursorText($0) }
            ))
    }

    /// One page of an area's obligations, as this reader may see them; key persons' leave a row.
    func obligations(
        _ kind: SubjectKind, in area: AreaID, month: Month, state: ObligationState?, after cursor: ObligationCursor?,
        known: Knowledge = .now, _ request: Request, _ context: PatrolContext
    ) async throws -> (items: [ObligationEntry], next: ObligationCursor?) {
        let actor = try context.requireActor()
        let path = try await permittedPath(of: area, kind.obligationsPermission, actor, in: month)
        try await openForReading(month)
        let rows =
            if let knownAt = known.at {
                try await store.obligations(
                    kind, below: path, in: month, state: state, after: cursor, limit: pageSize + 1, knownAt: knownAt)
            } else {
                try await store.obligations(
                    kind, below: path, in: month, state: state, after: cursor, limit: pageSize + 1)
            }
        let items = Array(rows.prefix(pageSize))
        let next = rows.count > pageSize ? items.last?.cursor : nil
        return (try await readable(items, kind, in: area, request, context, subject: \.subject), next)
    }
}

extension SubjectKind {
    /// The two kinds never share a right.
    var obligationsPermission: Permission { self == .place ? .readPlaceObligations : .readKeyPersonObligations }
}

extension CoverageFigures {
    package init(_ count: CoverageCount) {
        self.init(
            due: count.due, done: count.done, provisional: count.provisional, outsideOnly: count.outsideOnly,
            late: count.late, excused: count.excused, awaiting: count.awaiting, rate: count.rate,
            rateWithExcused: count.rateWithExcused)
    }
}

extension Coverage.AreaLine {
    init(_ line: Store.AreaLine) { self.init(id: line.id.text, level: line.level.rawValue, name: line.name) }
}

extension Coverage {
    init(_ coverage: AreaCoverage, month: Month) {
        self.init(
            month: month.description, area: .init(coverage.area), above: coverage.above.map { .init($0) },
            places: .init(coverage.totals.places), keyPersons: .init(coverage.totals.keyPersons),
            children: coverage.children.map {
                Child(area: .init($0.area), places: .init($0.counts.places), keyPersons: .init($0.counts.keyPersons))
            }, versions: coverage.versions.map { LedgerVersionLine($0) })
    }
}

extension ObligationLine {
    package init(_ entry: ObligationEntry, month: Month) {
        self.init(
            kind: entry.kind.rawValue, subject: entry.subject, name: entry.name, address: entry.address,
            grid: entry.grid.text, gridName: entry.gridName, month: month.description, state: entry.state.rawValue,
            provisional: entry.isProvisional, report: entry.report, latitude: entry.position?.latitude,
            longitude: entry.position?.longitude, policy: entry.policy, policyVersion: entry.policyVersion,
            firstDay: entry.period.first.description, lastDay: entry.period.last.description, ordinal: entry.ordinal,
            standing: entry.standing?.name, late: entry.isLate)
    }
}
