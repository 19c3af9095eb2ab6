import Hummingbird
import Patrol
import Store
import Wire

extension Gateway {
    var tokenRoutes: [Route] {
        [
            Route(.get, "/v1/tokens", .permission(.issueTokens), handle: Gateway.tokens),
            Route(.post, "/v1/tokens", .permission(.issueTokens), handle: Gateway.postToken),
            Route(.post, "/v1/tokens/{id}/end", .permission(.issueTokens), handle: Gateway.endToken),
        ]
    }

    /// Tokens of those in the caller's charge, over or not.
    @Sendable private func tokens(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try Query(request).finish()
        var lines: [TokenLine] = []
        for token in try await store.integrationTokens() {
            guard (try? await requireCharge(of: token.person, .issueTokens, context)) != nil else { continue }
            lines.append(TokenLine(token))
        }
        return try jsonResponse(Page(items: lines, next: nil))
    }

    @Sendable private func postToken(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let sent = try await body(NewToken.self, of: request, context)
        let (scopes, until) = try readToken(from: sent)
        try await requireCharge(of: sent.person, .issueTokens, context)
        // Whoever hands out rights does not hand them to themselves.
        guard try context.requireActor().person != sent.person else { throw Refusal.notPermitted }
        let secret = Secrets.token()
        let token = IntegrationToken(
            id: Secrets.id("T"), person: sent.person, label: sent.label, scopes: scopes, issuedAt: now(),
            expiresAt: store.zone.start(of: until.adding(days: 1)))
        context.concern.add([token.id])
        try await store.issue(token, tokenHash: sha256Hex(secret.utf8))
        return try jsonResponse(TokenLine(token, secret: secret), status: .created)
    }

    private func readToken(from sent: NewToken) throws -> (Set<Permission>, Day) {
        var defects = sent.label.defects(at: "/label", upTo: 80)
        let scopes = sent.scopes.compactMap { Permission(rawValue: $0) }.filter(Permission.ofIntegrations.contains)
        if scopes.isEmpty || scopes.count != sent.scopes.count || Set(scopes).count != scopes.count {
            let known = Permission.ofIntegrations.map(\.rawValue).sorted().joined(separator: ", ")
            defects.append(
                Defect("/scopes", "bad-scope", zh: "应为以下各项中的若干项，不重复：\(known)", en: "give some of \(known), each once"))
        }
        let until = Day(sent.until)
        if until.map({ $0 < today() || $0 > today().adding(days: 366) }) ?? true {
            defects.append(
                Defect("/until", "bad-day", zh: "应为今天起一年内的日期 YYYY-MM-DD", en: "must be a day YYYY-MM-DD within a year"))
        }
        guard defects.isEmpty, let until else { throw Defects(defects) }
        return (Set(scopes), until)
    }

    @Sendable private func endToken(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let id = try context.parameters.require("id")
        guard let token = try await store.integrationTokens().first(where: { $0.id == id }) else {
            throw Refusal.notFound
        }
        try await requireCharge(of: token.person, .issueTokens, context)
        guard try await store.endIntegrationToken(id, at: now()) else { throw Refusal.notFound }
        actors.forget(person: token.person)
        return Response(status: .noContent)
    }
}

extension TokenLine {
    init(_ token: IntegrationToken, secret: String? = nil) {
        self.init(
            id: token.id, person: token.person, label: token.label, scopes: token.scopes.map(\.rawValue).sorted(),
            issuedAt: token.issuedAt.rfc3339, expiresAt: token.expiresAt.rfc3339, endedAt: token.endedAt?.rfc3339,
            token: secret)
    }
}
