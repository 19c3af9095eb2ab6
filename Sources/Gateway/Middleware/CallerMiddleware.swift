import HTTPTypes
import Hummingbird

/// Outermost: finds out who asks, and counts the answer.
struct CallerMiddleware: RouterMiddleware {
    let proxies: TrustedProxies
    let metrics: Metrics

    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .put, .post, .delete, .patch, .options]

    func handle(
        _ request: Request, context: PatrolContext, next: (Request, PatrolContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        let connection = Caller(
            address: IPAddress(context.channel.remoteAddress), isEncrypted: request.head.scheme == "https")
        context.caller = proxies.caller(through: connection, request.headers)
        let response = try await next(request, context)
        metrics.answered(
            Self.methods.contains(request.method) ? request.method.rawValue : "other",
            context.endpointPath ?? "none", status: response.status.code, after: .now - start)
        return response
    }
}
