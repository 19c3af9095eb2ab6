import Foundation
import Hummingbird
import NIOCore
import Patrol
import Store
import Wire

extension Gateway {
    var auditRoutes: [Route] {
        [
            Route(.get, "/v1/audit", .permission(.readAudit), handle: Gateway.audit),
            Route(.get, "/v1/audit/heads", .permission(.readAudit), handle: Gateway.auditHeads),
            Route(.get, "/v1/audit/export", .permission(.readAudit), handle: Gateway.exportAudit),
        ]
    }

    /// The audit is one for all areas, and so is who reads it.
    private func requireWholeAudit(_ context: PatrolContext) async throws {
        let actor = try context.requireActor()
        for area in try await store.wholeAreas(on: today()) {
            guard let path = try await store.path(of: area, on: today()),
                permits(actor.assignments, .readAudit, in: path, on: today())
            else { throw Refusal.notPermitted }
        }
    }

    /// Rows of a day, or of some days; reading them is a row too.
    @Sendable private func audit(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let first = query.day("from", today: today()) ?? today()
        let last = query.day("to", today: today()) ?? today()
        let person = query.text("person")
        let object = query.text("object")
        let cursor = query.auditCursor()
        try query.finish()
        let filter = AuditFilter(
            from: store.zone.start(of: first), to: store.zone.start(of: last.adding(days: 1)), person: person,
            object: object)
        try await requireWholeAudit(context)
        try await traceReading(request, context)
        let rows = try await store.audit(filter, after: cursor, limit: pageSize + 1)
        let next = rows.count > pageSize ? rows[pageSize - 1] : nil
        return try jsonResponse(
            Page(
                items: rows.prefix(pageSize).map { AuditLine($0) },
                next: next.map { cursorText([String($0.at.milliseconds), $0.chain, String($0.seq)]) }))
    }

    /// Signed heads of every chain, to be kept elsewhere.
    @Sendable private func auditHeads(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try Query(request).finish()
        try await requireWholeAudit(context)
        try await traceReading(request, context)
        let heads = try await store.auditHeads()
        return try jsonResponse(Page(items: heads.map { AuditHeadLine($0) }, next: nil))
    }

    /// Rows and heads of some days as lines of JSON, for `patrol-gateway audit verify` on another machine.
    @Sendable private func exportAudit(_ request: Request, _ context: PatrolContext) async throws -> Response {
        var query = Query(request)
        let first = query.day("from", today: today()) ?? today()
        let last = query.day("to", today: today()) ?? today()
        try query.finish()
        try await requireWholeAudit(context)
        try await traceReading(request, context)
        let (begin, end) = (store.zone.start(of: first), store.zone.start(of: last.adding(days: 1)))
        let store = store
        return Response(
            status: .ok, headers: [.contentType: "application/x-ndjson"],
            body: ResponseBody { writer in
                try await eachExportLine(of: store, from: begin, to: end) { line in
                    try await writer.write(ByteBuffer(string: line))
                }
                try await writer.finish(nil)
            })
    }
}

extension AuditLine {
    init(_ row: AuditRow) {
        self.init(
            chain: row.chain, seq: row.seq, at: row.at.rfc3339, act: row.act, result: row.result,
            person: row.detail?.person, device: row.detail?.device, address: row.detail?.address,
            object: row.detail?.object, purpose: row.detail?.purpose, requestId: row.requestID, hash: row.hash)
    }
}
