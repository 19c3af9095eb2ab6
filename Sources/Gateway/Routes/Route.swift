import HTTPTypes
import Hummingbird
import Patrol
import Store

/// One operation: there is no way to make one without saying who may use it.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// As OpenAPI writes it: `/v1/reports/{id}`.
    let path: String
    /// As the audit names it.
    let name: String
    let access: Access
    /// Whether what it writes leaves rows of the audit in its caller's name: what changes anything does, but for records
    /// and photos, which are sealed by the batch, and for what logs people in, which tells of itself.
    let isAct: Bool
    /// A method of the gateway: of one whose store acts in the caller's name, where the route is an act.
    let handle: Handler

    typealias Handler = @Sendable (Gateway) -> @Sendable (Request, PatrolContext) async throws -> Response

    enum Access: Equatable, Sendable {
        case anybody
        /// Anybody with a session; the handler looks only at what is theirs.
        case loggedIn
        /// As `loggedIn`, or an enrolled device by its key alone, with what was signed when it was made.
        case handover
        /// The permission must be held in some area; the handler checks the area it is asked about.
        case permission(Permission)
        /// A page for people: as `permission`, but strangers are led to the login page.
        case page(Permission)
        /// As `loggedIn`, also while the password is due to be changed, which closes everything else.
        case ownPassword
        /// A page of that kind.
        case ownPasswordPage
    }

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, isAct: Bool? = nil, handle: @escaping Handler
    ) {
        self.method = method
        self.path = path
        name = "\(method.rawValue) \(path)"
        self.access = access
        self.isAct = isAct ?? (method != .get && access != .handover)
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
            areaRoutes, accountRoutes, registryRoutes, placeRoutes, jointRoutes, readingRoutes, completenessRoutes,
            sessionRoutes, deviceRoutes, tokenRoutes, auditRoutes, healthRoutes, keyPersonListRoutes, quarantineRoutes,
            pageRoutes, devicePageRoutes,
        ]
        return groups.flatMap { $0 }
    }

    func router(_ routes: [Route]) -> Router<PatrolContext> {
        let router = Router(context: PatrolContext.self, options: .autoGenerateHeadEndpoints)
        router.add(
            middleware: CallerMiddleware(proxies: proxies, metrics: metrics))
        router.add(middleware: ProblemMiddleware(routes: routes, gateway: self))
        for route in routes {
            // Made once: a copy of the gateway for each request would be felt.
            let inNobodysName = route.handle(self)
            router.on(RouterPath(route.path), method: route.method) { request, context in
                try await self.run(route, inNobodysName, request, context)
            }
        }
        return router
    }

    private func run(
        _ route: Route, _ inNobodysName: @Sendable (Request, PatrolContext) async throws -> Response,
        _ request: Request, _ context: PatrolContext
    ) async throws -> Response {
        var context = context
        context.operation = route.name
        do {
            try await admit(request, &context, to: route.access)
            guard route.isAct else { return try await inNobodysName(request, context) }
            return try await route.handle(acting(in: request, context))(request, context)
        } catch {
            let refused = try await tracing(error, in: request, context)
            guard route.isPage, !(refused as? Refusal).leadsElsewhere else { throw refused }
            let problem = Outcome(of: refused, in: request, context)
            metrics.refused(problem.code)
            return try problemPage(problem, request, context)
        }
    }
}

extension Refusal? {
    /// To the page where one logs in or changes the password.
    fileprivate var leadsElsewhere: Bool {
        switch self {
        case .loginRequired, .passwordDue: true
        default: false
        }
    }
}

let sessionCookie = "patrol_session"
