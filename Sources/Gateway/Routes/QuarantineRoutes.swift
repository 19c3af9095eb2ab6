import Hummingbird
import Intake
import Patrol
package import Store
package import Wire

extension Gateway {
    var quarantineRoutes: [Route] {
        [
            Route(.get, "/v1/quarantine", .permission(.handleQuarantine), handle: Gateway.quarantine),
            Route(.post, "/v1/quarantine/decisions", .permission(.handleQuarantine), handle: Gateway.decideQuarantine),
        ]
    }

    /// What waits; with `all=true` also what was decided. The words themselves are in the record, for who may decide.
    @Sendable private func quarantine(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let scope = query.choice("scope", of: QuarantineScope.self) ?? .waiting
        try query.finish()
        guard let area else { throw Refusal.notFound }
        let path = try await permittedPath(of: area, .handleQuarantine, actor, in: store.zone.month(of: now()))
        let rows = try await store.quarantined(below: path, on: today(), waiting: scope == .waiting)
        return try jsonResponse(Page(items: rows.map { QuarantineRow($0) }, next: nil))
    }

    @Sendable private func decideQuarantine(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(QuarantineDecisionBody.self, of: request, context)
        let decision = try quarantineDecision(from: sent)
        guard let report = canonicalUUID(sent.report), let record = try await store.quarantine(of: report),
            let grid = record.grid
        else { throw Refusal.notFound }
        try await requireArea(grid, .handleQuarantine, actor, from: today())
        try await store.decide(
            decision, on: report, because: sent.reason, by: actor.person, at: now(),
            reading: { try patrolRecord(id: $0, fromBody: Array($1.utf8)).record }, cutting: { try cutBody($0, $1) })
        return Response(status: .noContent)
    }

    /// Whether words of a record are withheld from somebody: nobody but who decides on them reads them meanwhile.
    func isWithheld(_ stored: StoredRecord, from actor: Actor) async throws -> Bool {
        guard !stored.receipt.suspected.isEmpty, try await store.quarantine(of: stored.receipt.id)?.decision != .release
        else { return false }
        guard let grid = stored.grid, let path = try await store.path(of: grid, on: today()) else { return true }
        return !permits(actor.assignments, .handleQuarantine, in: path, on: today())
    }
}

private enum QuarantineScope: String, CaseIterable {
    case waiting, all
}

/// - Throws: `Defects`, all of them.
package func quarantineDecision(from sent: QuarantineDecisionBody) throws -> QuarantineDecision {
    var reading = BodyReading()
    let decision = reading.choice(sent.decision, "/decision", of: QuarantineDecision.self)
    _ = reading.text(sent.report, "/report", limit: 64)
    _ = reading.text(sent.reason, "/reason")
    try reading.finish()
    guard let decision else { throw Refusal.notFound }
    return decision
}

extension QuarantineRow {
    package init(_ record: QuarantinedRecord) {
        self.init(
            report: record.report, grid: record.grid?.text, person: record.person,
            signs: record.signs.map { Sign(pointer: $0.pointer, mark: $0.mark.rawValue) }, at: record.at.rfc3339,
            decision: record.decision?.rawValue, reason: record.reason, decidedBy: record.decidedBy)
    }
}
