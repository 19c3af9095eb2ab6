import Hummingbird
import Patrol
package import Store
package import Wire

extension Gateway {
    var ledgerRoutes: [Route] {
        [
            Route(.get, "/v1/ledger/versions", .permission(.readCoverage), handle: Gateway.versions),
            Route(.get, "/v1/ledger/text", .loggedIn, handle: Gateway.versionText),
            Route(.get, "/v1/ledger/journal", .loggedIn, handle: Gateway.journal),
            Route(.post, "/v1/ledger/closing", .permission(.closeMonth), handle: Gateway.closeMonth),
        ]
    }

    /// The versions of a county's closed month, oldest first.
    @Sendable private func versions(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let month = query.month(current: store.zone.month(of: now()))
        let known = query.known(now())
        try query.finish()
        guard let area else { throw Refusal.notFound }
        _ = try await permittedPath(of: area, .readCoverage, actor, in: month)
        let versions = try await store.versions(of: area, in: month, known: known)
        return try jsonResponse(Page(items: versions.map { LedgerVersionLine($0) }, next: nil))
    }

    /// A version as it was fixed, with the pages of one kind; those of the other appear by their digests.
    @Sendable private func versionText(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let month = query.month(current: store.zone.month(of: now()))
        let kind = query.choice("kind", of: SubjectKind.self) ?? .place
        let number = query.count("version") ?? 1
        try query.finish()
        guard let area else { throw Refusal.notFound }
        _ = try await permittedPath(of: area, kind.obligationsPermission, actor, in: month)
        guard let version = try await store.versions(of: area, in: month).first(where: { $0.number == number }) else {
            throw Refusal.notFound
        }
        let text = try await store.text(of: version, showing: kind)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// What changed in a month after its closing.
    @Sendable private func journal(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let month = query.month(current: store.zone.month(of: now()))
        let kind = query.choice("kind", of: SubjectKind.self) ?? .place
        let cursor = query.journalCursor()
        let known = query.known(now())
        try query.finish()
        guard let area else { throw Refusal.notFound }
        let path = try await permittedPath(of: area, kind.obligationsPermission, actor, in: month)
        let entries = try await store.journal(
            kind, below: path, in: month, after: cursor, known: known, limit: pageSize + 1)
        let shown = entries.prefix(pageSize)
        return try jsonResponse(
            Page(
                items: shown.map { JournalLine($0) },
                next: entries.count > pageSize ? shown.last.map { cursorText($0.cursor) } : nil))
    }

    /// The county centre closes earlier than the job would.
    @Sendable private func closeMonth(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let month = query.month(current: store.zone.month(of: now()))
        try query.finish()
        guard let area else { throw Refusal.notFound }
        _ = try await permittedPath(of: area, .closeMonth, actor, in: month)
        let version = try await store.close(month, of: area, by: actor.person, at: now())
        return try jsonResponse(LedgerVersionLine(version), status: .created)
    }
}

extension LedgerVersionLine {
    package init(_ version: LedgerVersion) {
        self.init(
            unit: version.unit.text, month: version.month.description, version: version.number,
            cutAt: version.cutAt.rfc3339, sha256: version.sha256)
    }
}

extension JournalLine {
    package init(_ entry: JournalEntry) {
        self.init(
            grid: entry.grid.text, number: entry.number, at: entry.at.rfc3339, cause: entry.cause, by: entry.by,
            source: entry.source, subject: entry.subject, before: entry.before, after: entry.after,
            version: entry.version)
    }
}
