import HTTPTypes
import Hummingbird
import Logging

/// Finds the reader's language, turns every error into a problem, and sets the headers all answers carry.
struct ProblemMiddleware: RouterMiddleware {
    let routes: [Route]
    let gateway: Gateway

    func handle(
        _ request: Request, context: PatrolContext, next: (Request, PatrolContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.language = Language(
            acceptLanguage: request.headers.single(.acceptLanguage), otherwise: gateway.language)
        var response: Response
        do {
            // One resource has one address: `//` and a trailing slash would be a second one, past proxies' rules.
            guard hasPlainSlashes(request.uri.path) else { throw Refusal.notFound }
            try gateway.rateLimits.admit(context.caller.address, at: gateway.uptime())
            response = try await next(request, context)
        } catch {
            response = try answer(error, request, context)
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.requestID] = context.id
        if request.headers.contains(.dpop) { response.headers[.dpopNonce] = gateway.nonces.nonce(at: gateway.now()) }
        if response.headers.single(.cacheControl) == nil { response.headers[.cacheControl] = "no-store" }
        if leavesEndlessBody(request, response) { response.headers[.connection] = "close" }
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The server reads on until a body ends; one that was refused and may never end is not worth that.
    private func leavesEndlessBody(_ request: Request, _ response: Response) -> Bool {
        if let announced = request.headers.single(.contentLength).flatMap({ Int($0) }) {
            return announced > gateway.settings.maxPhotoBytes
        }
        return response.status.kind == .clientError && request.headers.single(.transferEncoding) != nil
    }

    private func answer(_ error: any Error, _ request: Request, _ context: PatrolContext) throws -> Response {
        let path = request.uri.path
        let here = routes.filter { $0.matches(path: path) }
        if case .loginRequired? = error as? Refusal, here.contains(where: \.isPage) {
            return Response(status: .seeOther, headers: [.location: "/login", .contentLength: "0"])
        }
        if case .passwordDue? = error as? Refusal, here.contains(where: \.isPage) {
            return Response(status: .seeOther, headers: [.location: "/password", .contentLength: "0"])
        }
        var outcome = Outcome(of: error, in: request, context)
        if outcome.status == .notFound, !here.isEmpty, !here.contains(where: { $0.answers(request.method) }) {
            let methods = here.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] }
            outcome = Outcome(describing: Refusal.methodNotAllowed(allowed: methods.sorted()))
        }
        gateway.metrics.refused(outcome.code)
        return try outcome.response(language: context.language, requestID: context.id)
    }
}

/// No slash after another, and none at the end but for the root's.
private func hasPlainSlashes(_ path: String) -> Bool {
    var last: UInt8 = 0
    for byte in path.utf8 {
        if byte == UInt8(ascii: "/"), last == byte { return false }
        last = byte
    }
    return last != UInt8(ascii: "/") || path.utf8.count == 1
}

extension Outcome {
    /// As `init(describing:)`; what nobody expected is logged, since the client is told nothing of it.
    init(of error: any Error, in request: Request, _ context: PatrolContext) {
        self.init(describing: error)
        if code == Outcome.unexpected.code {
            context.logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
        }
    }
}

extension Route {
    var isPage: Bool {
        switch access {
        case .page, .ownPasswordPage: true
        default: false
        }
    }

    fileprivate func answers(_ method: HTTPRequest.Method) -> Bool {
        method == self.method || (method == .head && self.method == .get)
    }
}

extension HTTPFields {
    /// The value of a field that is sent once; the subscript joins several and costs four times as much.
    func single(_ name: HTTPField.Name) -> String? { first { $0.name == name }?.value }
}

extension HTTPField.Name {
    static let requestID = HTTPField.Name("Request-Id")!
    static let contentDigest = HTTPField.Name("Content-Digest")!
    static let reprDigest = HTTPField.Name("Repr-Digest")!
    static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed")!
}
