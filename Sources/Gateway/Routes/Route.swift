import HTTPTypes
import Hummingbird
import Patrol
import Store

/// One operation: there is no way to make one without saying who may use it.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// As OpenAPI writes it: `/v1/reports/{id}`.
    let path: String
    let access: Access
    let handle: @Sendable (Request, PatrolContext) async throws -> Response

    enum Access: Equatable, Sendable {
        case anybody
        /// Anybody with a session; the handler looks only at what is theirs.
        case loggedIn
        /// The permission must be held in some area; the handler checks the area it is asked about.
        case permission(Permission)
        /// A page for people: as `permission`, but strangers are led to the login page.
        case page(Permission)
    }

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access,
        handle: @escaping @Sendable (Request, PatrolContext) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.handle = handle
    }

    /// Whether a request's path has this route's shape.
    func matches(path requested: String) -> Bool {
        let own = path.split(separator: "/", omittingEmptySubsequences: false)
        let asked = requested.split(separator: "/", omittingEmptySubsequences: false)
        return own.count == asked.count && zip(own, asked).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

extension Gateway {
    /// Every operation of the gateway.
    var routes: [Route] {
        let groups = [
            reportRoutes, photoRoutes, rosterRoutes, coverageRoutes, ledgerRoutes, rulingRoutes, policyRoutes,
            areaRoutes,
            registryRoutes, placeRoutes, jointRoutes, readingRoutes, completenessRoutes, sessionRoutes, healthRoutes,
            pageRoutes,
        ]
        return groups.flatMap { $0 }
    }

    func router(_ routes: [Route]) -> Router<PatrolContext> {
        let router = Router(context: PatrolContext.self, options: .autoGenerateHeadEndpoints)
        router.add(
            middleware: CallerMiddleware(proxies: proxies, metrics: metrics))
        router.add(middleware: ProblemMiddleware(routes: routes, gateway: self))
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                var context = context
                do {
                    context = try await authorize(request, context, route.access)
                    return try await route.handle(request, context)
                } catch {
                    guard route.isPage, error as? Refusal != .loginRequired else { throw error }
                    let problem = Outcome(of: error, in: request, context)
                    metrics.refused(problem.code)
                    return try problemPage(problem, request, context)
                }
            }
        }
        return router
    }

    /// Looks up the token, if any, and checks the route's permission in some area.
    private func authorize(_ request: Request, _ context: PatrolContext, _ access: Route.Access) async throws
        -> PatrolContext
    {
        var context = context
        guard access != .anybody else { return context }
        if let token = request.bearerToken ?? request.cookies[sessionCookie]?.value {
            context.token = token
            context.actor = try await actor(token: token)
        }
        try rateLimits.admit(account: context.actor?.person, device: context.device, at: uptime())
        switch access {
        case .anybody, .loggedIn:
            _ = try context.requireActor()
        case .permission(let permission), .page(let permission):
            let actor = try context.requireActor()
            guard permits(actor.assignments, permission, on: today()) else { throw Refusal.notPermitted }
        }
        return context
    }
}

extension Gateway {
    private func actor(token: String) async throws -> Actor? {
        let now = now()
        if let known = actors.actor(token, at: now) { return known }
        let actor = try await store.actor(tokenHash: sha256Hex(token.utf8), at: now)
        if let actor { actors.insert(actor, token, at: now) }
        return actor
    }

    /// Ends the session that a request came with, in the store and here.
    func endSession(of context: PatrolContext) async throws {
        guard let token = context.token else { return }
        try await store.endSession(tokenHash: sha256Hex(token.utf8), at: now())
        actors.forget(token)
    }
}

let sessionCookie = "patrol_session"

extension Request {
    var bearerToken: String? {
        guard let value = headers.single(.authorization)?.utf8, value.count > 7,
            value.starts(with: "bearer ".utf8, by: { $0 == $1 || ($1 != UInt8(ascii: " ") && $0 | 0x20 == $1) })
        else { return nil }
        return String(value.dropFirst(7))
    }
}
