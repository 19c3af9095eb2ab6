import Foundation
import Hummingbird
package import Patrol
package import Store
package import Wire

extension Gateway {
    var rulingRoutes: [Route] {
        [
            Route(.get, "/v1/rulings/queue", .permission(.rule), handle: Gateway.rulingQueue),
            Route(.post, "/v1/rulings", .permission(.rule), handle: Gateway.postRuling),
            Route(.post, "/v1/rulings/excuses", .permission(.rule), handle: Gateway.postExcuse),
            Route(.post, "/v1/rulings/disputes", .permission(.dispute), handle: Gateway.postDispute),
            Route(.post, "/v1/rulings/batches", .permission(.rule), handle: Gateway.postBatch),
            Route(.post, "/v1/rulings/batches/{id}/application", .permission(.rule), handle: Gateway.applyBatch),
            Route(.post, "/v1/rulings/appeals", .permission(.submitReport), handle: Gateway.postAppeal),
            Route(.get, "/v1/rulings/appeals", .permission(.rule), handle: Gateway.listAppeals),
            Route(.post, "/v1/rulings/appeals/answers", .permission(.rule), handle: Gateway.answerAppeal),
            Route(.get, "/v1/rulings/mine", .permission(.submitReport), handle: Gateway.myRulings),
            Route(.get, "/v1/rulings/sample", .permission(.reviewRulings), handle: Gateway.rulingSample),
            Route(.post, "/v1/rulings/reviews", .permission(.reviewRulings), handle: Gateway.postReview),
            Route(.get, "/v1/rulings/rulers", .permission(.reviewRulings), handle: Gateway.rulers),
            Route(.get, "/v1/rulings/roster-review", .permission(.rule), handle: Gateway.rosterReview),
        ]
    }

    // MARK: One by one

    @Sendable private func rulingQueue(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let asked = query.kindAreaMonth(current: store.zone.month(of: now()))
        let matter = query.choice("matter", of: RulingMatter.self)
        let cursor = query.obligationCursor()
        let known = query.known(now())
        try query.finish()
        let path = try await kindPath(asked, .rule, try context.requireActor())
        try await openForReading(asked.month)
        let items = try await store.rulingQueue(
            asked.kind, below: path, in: asked.month, matter: matter, after: cursor, known: known, limit: pageSize + 1)
        let page = Array(items.prefix(pageSize))
        let shown = try await readable(
            page, asked.kind, in: path.areas[path.areas.count - 1], for: .ruling, request, context, subject: \.subject)
        return try jsonResponse(
            Page(
                items: shown.map { QueueLine($0) },
                next: items.count > pageSize ? page.last.map { cursorText($0.cursor) } : nil))
    }

    @Sendable private func postRuling(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(RulingBody.self, of: request, context)
        let (kind, decision) = try readDecision(from: sent)
        try await requireVisit(sent.report, kind, .rule, actor)
        let ruling = try await store.rule(
            kind, on: sent.report, decision, id: newID(), by: actor.person, at: now())
        return try jsonResponse(RulingLine(ruling), status: .created)
    }

    @Sendable private func postExcuse(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(ExcuseBody.self, of: request, context)
        let (kind, days) = try readExcuse(from: sent)
        // Whoever excuses days answers for every grid that owed something on them.
        let grids = try await store.grids(holding: kind, sent.subject, during: days)
        guard !grids.isEmpty else { throw Refusal.notFound }
        let month = Month(containing: days.upperBound)
        for grid in grids { _ = try await kindPath((kind, grid, month), .rule, actor) }
        try await openForReading(month)
        let ruling = try await store.excuse(
            kind, sent.subject, from: days.lowerBound, to: days.upperBound, reason: sent.reason, basis: sent.basis,
            id: newID(), by: actor.person, at: now())
        return try jsonResponse(RulingLine(ruling), status: .created)
    }

    @Sendable private func postDispute(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(DisputeBody.self, of: request, context)
        let kind = try readDispute(from: sent)
        try await requireVisit(sent.report, kind, .dispute, actor)
        let ruling = try await store.dispute(
            kind, visit: sent.report, reason: sent.reason, id: newID(), by: actor.person, at: now())
        return try jsonResponse(RulingLine(ruling), status: .created)
    }

    // MARK: In bulk

    @Sendable private func postBatch(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(BatchBody.self, of: request, context)
        let asked = try readBatch(from: sent)
        let path = try await kindPath((asked.kind, asked.area, asked.month), .rule, actor)
        var random = SystemRandomNumberGenerator()
        let batch = try await store.drawBatch(
            asked.kind, below: path, in: asked.month, matter: asked.matter, decision: asked.decision,
            sampleSize: sent.sampleSize, seed: random.next(), id: newID(), by: actor.person, at: now())
        return try jsonResponse(
            BatchLine(id: batch.id, reports: batch.reports, sample: batch.sample, seed: String(batch.seed)),
            status: .created)
    }

    @Sendable private func applyBatch(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        guard let batch = try await store.batch(try context.parameters.require("id")), batch.drawnBy == actor.person
        else { throw Refusal.notFound }
        // They may have changed post since it was drawn.
        _ = try await kindPath((batch.kind, batch.area, batch.month), .rule, actor)
        let ruled = try await store.applyBatch(batch.id, by: actor.person, at: now())
        return try jsonResponse(BatchOutcome(ruled: ruled))
    }

    // MARK: Appeals

    @Sendable private func postAppeal(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(AppealBody.self, of: request, context)
        var reading = BodyReading()
        let kind = reading.choice(sent.kind, "/kind", of: SubjectKind.self)
        let text = reading.text(sent.text, "/text", limit: 2_000)
        try reading.finish()
        guard let kind else { throw Refusal.notFound }
        do {
            try await store.appeal(kind, sent.ruling, text: text, by: actor.person, at: now())
        } catch RulingRefusal.notTheirs {
            // Whose record it is, is told to nobody else.
            throw Refusal.notFound
        }
        return Response(status: .noContent)
    }

    /// What a worker may appeal against.
    @Sendable private func myRulings(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let month = query.month(current: store.zone.month(of: now()))
        let kind = query.choice("kind", of: SubjectKind.self) ?? .place
        let known = query.known(now())
        try query.finish()
        let rulings = try await store.rulings(kind, onRecordsOf: actor.person, in: month, known: known)
        return try jsonResponse(Page(items: rulings.map { RulingLine($0) }, next: nil))
    }

    @Sendable private func listAppeals(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let asked = query.kindAreaMonth(current: store.zone.month(of: now()))
        let known = query.known(now())
        try query.finish()
        let path = try await kindPath(asked, .rule, try context.requireActor())
        let appeals = try await store.appeals(asked.kind, below: path, in: asked.month, known: known)
        return try jsonResponse(Page(items: appeals.map { AppealLine($0) }, next: nil))
    }

    @Sendable private func answerAppeal(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(AppealAnswer.self, of: request, context)
        var reading = BodyReading()
        let kind = reading.choice(sent.kind, "/kind", of: SubjectKind.self)
        let decision = Decision(
            reading.decision(sent.decision), intoMonth: reading.month(sent.intoMonth, "/intoMonth"),
            until: reading.day(sent.until, "/until"), reason: reading.text(sent.reason, "/reason", limit: 1_000))
        try reading.finish()
        guard let kind, let report = try await store.ruling(kind, sent.ruling)?.report else { throw Refusal.notFound }
        try await requireVisit(report, kind, .rule, actor)
        let ruling = try await store.answerAppeal(
            kind, sent.ruling, decision, id: newID(), by: actor.person, at: now())
        return try jsonResponse(RulingLine(ruling), status: .created)
    }

    // MARK: Looking at rulings again

    @Sendable private func rulingSample(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let asked = query.kindAreaMonth(current: store.zone.month(of: now()))
        let count = query.count("count") ?? 20
        let seed = query.count("seed") ?? 1
        try query.finish()
        let path = try await kindPath(asked, .reviewRulings, try context.requireActor())
        let drawn = try await store.rulingSample(
            asked.kind, below: path, in: asked.month, count: min(count, pageSize), seed: UInt64(seed))
        return try jsonResponse(Page(items: drawn.map { RulingLine($0) }, next: nil))
    }

    @Sendable private func postReview(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(ReviewBody.self, of: request, context)
        var reading = BodyReading()
        let kind = reading.choice(sent.kind, "/kind", of: SubjectKind.self)
        let note = sent.note.map { reading.text($0, "/note", limit: 1_000) } ?? ""
        try reading.finish()
        guard let kind, let ruling = try await store.ruling(kind, sent.ruling),
            let grid = try await store.grid(ofRuling: ruling.id, kind)
        else { throw Refusal.notFound }
        _ = try await kindPath((kind, grid, ruling.month), .reviewRulings, actor)
        try await store.review(ruling.id, agrees: sent.agrees, note: note, by: actor.person, at: now())
        return Response(status: .noContent)
    }

    @Sendable private func rulers(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let asked = query.kindAreaMonth(current: store.zone.month(of: now()))
        let known = query.known(now())
        try query.finish()
        let path = try await kindPath(asked, .reviewRulings, try context.requireActor())
        let counts = try await store.rulerCounts(asked.kind, below: path, in: asked.month, known: known)
        return try jsonResponse(Page(items: counts.map { RulerLine($0) }, next: nil))
    }

    @Sendable private func rosterReview(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let asked = query.kindAreaMonth(current: store.zone.month(of: now()))
        let known = query.known(now())
        try query.finish()
        let path = try await kindPath(asked, .rule, try context.requireActor())
        let subjects = try await store.rosterReview(asked.kind, below: path, in: asked.month, known: known)
        return try jsonResponse(
            Page(items: subjects.map { RosterReviewLine(kind: asked.kind.rawValue, subject: $0) }, next: nil))
    }

    // MARK: Who may

    /// What concerns key persons takes the right to their duties besides.
    func kindPath(
        _ asked: (kind: SubjectKind, area: AreaID?, month: Month), _ permission: Permission, _ actor: Actor
    ) async throws -> PathKey {
        guard let area = asked.area else { throw Refusal.notFound }
        let path = try await permittedPath(of: area, permission, actor, in: asked.month)
        _ = try await permittedPath(of: area, asked.kind.obligationsPermission, actor, in: asked.month)
        return path
    }

    /// - Throws: `Refusal.notFound` for a record that is not there, of the other kind, or of another area.
    private func requireVisit(
        _ report: String, _ kind: SubjectKind, _ permission: Permission, _ actor: Actor
    ) async throws {
        guard let grid = try await store.grid(ofVisit: report, kind) else { throw Refusal.notFound }
        _ = try await kindPath((kind, grid, store.zone.month(of: now())), permission, actor)
    }

    func newID() -> String { UUID().uuidString.lowercased() }
}

/// - Throws: `Defects`, all of them.
package func readDecision(from sent: RulingBody) throws -> (SubjectKind, Decision) {
    var reading = BodyReading()
    let kind = reading.choice(sent.kind, "/kind", of: SubjectKind.self)
    let decision = Decision(
        reading.decision(sent.decision), intoMonth: reading.month(sent.intoMonth, "/intoMonth"),
        until: reading.day(sent.until, "/until"), reason: reading.text(sent.reason, "/reason", limit: 1_000),
        basis: sent.basis.map { reading.text($0, "/basis") } ?? "")
    try reading.finish()
    guard let kind else { throw Refusal.notFound }
    return (kind, decision)
}

/// - Throws: `Defects`, all of them.
package func readExcuse(from sent: ExcuseBody) throws -> (SubjectKind, ClosedRange<Day>) {
    var reading = BodyReading()
    let kind = reading.choice(sent.kind, "/kind", of: SubjectKind.self)
    let first = reading.day(sent.firstDay, "/firstDay")
    let last = reading.day(sent.lastDay, "/lastDay")
    _ = reading.text(sent.reason, "/reason", limit: 1_000)
    _ = reading.text(sent.basis, "/basis")
    if let first, let last, !(0...62).contains(first.distance(to: last)) {
        reading.note("/lastDay", "out-of-range", zh: "应在起始日之后，最多两个月", en: "must follow firstDay by two months at most")
    }
    try reading.finish()
    guard let kind, let first, let last else { throw Refusal.notFound }
    return (kind, first...last)
}

/// - Throws: `Defects`, all of them.
package func readDispute(from sent: DisputeBody) throws -> SubjectKind {
    var reading = BodyReading()
    let kind = reading.choice(sent.kind, "/kind", of: SubjectKind.self)
    _ = reading.text(sent.reason, "/reason", limit: 1_000)
    try reading.finish()
    guard let kind else { throw Refusal.notFound }
    return kind
}

/// - Throws: `Defects`, all of them.
package func readBatch(from sent: BatchBody) throws -> (
    kind: SubjectKind, area: AreaID, month: Month, matter: RulingMatter, decision: Decision
) {
    var reading = BodyReading()
    let kind = reading.choice(sent.kind, "/kind", of: SubjectKind.self)
    let area = reading.area(sent.area, "/area")
    let month = reading.month(sent.month, "/month")
    let matter = reading.choice(sent.matter, "/matter", of: RulingMatter.self)
    let decision = Decision(
        reading.decision(sent.decision), reason: reading.text(sent.reason, "/reason", limit: 1_000),
        basis: sent.basis.map { reading.text($0, "/basis") } ?? "")
    _ = reading.number(sent.sampleSize, "/sampleSize", in: 1...1_000)
    try reading.finish()
    guard let kind, let area, let month, let matter else { throw Refusal.notFound }
    return (kind, area, month, matter, decision)
}

extension Query {
    /// What most questions about duties begin with.
    mutating func kindAreaMonth(current: Month) -> (kind: SubjectKind, area: AreaID?, month: Month) {
        (choice("kind", of: SubjectKind.self) ?? .place, area("area"), month(current: current))
    }
}

extension QueueLine {
    package init(_ item: QueueItem) {
        self.init(
            kind: item.kind.rawValue, matter: item.matter.rawValue, report: item.report, sender: item.sender,
            subject: item.subject, name: item.name, grid: item.grid.text, gridName: item.gridName,
            month: item.month.description, policy: item.policy, outcome: item.outcome,
            until: item.until?.description, visitedAt: item.visitedAt.rfc3339, earliest: item.earliest.rfc3339,
            latest: item.latest.rfc3339, receivedAt: item.receivedAt.rfc3339, grade: item.grade,
            excusedBefore: item.excusedBefore)
    }
}

extension RulingLine {
    package init(_ ruling: Ruling) {
        self.init(
            id: ruling.id, kind: ruling.kind.rawValue, subject: ruling.subject, month: ruling.month.description,
            report: ruling.report, matter: ruling.matter.rawValue, decision: ruling.decision.rawValue,
            intoMonth: ruling.intoMonth?.description, firstDay: ruling.from?.description,
            until: ruling.until?.description, reason: ruling.reason, basis: ruling.basis,
            manner: ruling.manner.rawValue, batch: ruling.batch, answers: ruling.answers, by: ruling.by,
            at: ruling.at.rfc3339)
    }
}

extension AppealLine {
    package init(_ appeal: Appeal) {
        self.init(
            ruling: RulingLine(appeal.ruling), person: appeal.person, text: appeal.text,
            appealedAt: appeal.appealedAt.rfc3339, answer: appeal.answer, answeredBy: appeal.answeredBy)
    }
}

extension RulerLine {
    package init(_ count: RulerCount) {
        self.init(
            by: count.by, matter: count.matter.rawValue, manner: count.manner.rawValue, granted: count.granted,
            refused: count.refused, reviewed: count.reviewed, disagreed: count.disagreed)
    }
}
