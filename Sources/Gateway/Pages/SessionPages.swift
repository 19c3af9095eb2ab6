import Foundation
import HTTPTypes
import Hummingbird
import Patrol
import Store

extension Gateway {
    var pageRoutes: [Route] {
        [
            Route(.get, "/", .anybody) { _, _ in redirect(to: "/coverage") },
            Route(.get, "/style.css", .anybody) { _, _ in
                let bytes = ByteBuffer(bytes: PackageResources.style_css)
                return Response(
                    status: .ok,
                    headers: [
                        .contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=300",
                        .contentLength: String(bytes.readableBytes),
                    ], body: ResponseBody(byteBuffer: bytes))
            },
            Route(.get, "/login", .anybody) { request, context in
                keepingLanguage(try loginPage(request, context, problem: nil), request)
            },
            Route(.post, "/login", .anybody, handle: submitLogin),
            Route(.post, "/logout", .loggedIn, handle: submitLogout),
            Route(.get, "/coverage", .page(.readCoverage), handle: coveragePage),
            Route(.get, "/due", .page(.readCoverage), handle: duePage),
        ]
    }

    private func loginPage(_ request: Request, _ context: PatrolContext, problem: Outcome?) throws -> Response {
        let language = pageLanguage(request, context)
        let pick = language.pick
        let title = pick("登录", "Log in")
        var model: [String: Any] = [
            "title": title, "nameLabel": pick("账号", "Account"), "passwordLabel": pick("密码", "Password"),
            "submitLabel": title,
        ]
        if let problem {
            let text = language == .chinese ? problem.zh : problem.en
            model["problem"] = pick("\(text.title)。\(text.detail)", "\(text.title). \(text.detail)")
        }
        return try page(
            "login", model,
            in: PageFrame(title: title, language: language, person: nil, here: PageLink("/login")),
            status: problem?.status ?? .ok)
    }

    @Sendable private func submitLogin(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try refuseCrossSite(request)
        let limits = BodyLimits(maxBytes: 16 * 1024, minimumRate: settings.minimumBodyRate)
        let form = String(decoding: try await limits.collect(request), as: UTF8.self)
        let fields =
            (try? URLEncodedFormDecoder().decode(LoginForm.self, from: form)) ?? LoginForm(name: "", password: "")
        do {
            let begun = try await beginSession(name: fields.name, password: fields.password)
            var response = redirect(to: "/coverage")
            response.setCookie(
                Cookie(
                    name: sessionCookie, value: begun.token, maxAge: settings.sessionHours * 3_600, path: "/",
                    secure: context.caller.isEncrypted, httpOnly: true, sameSite: .strict))
            return response
        } catch {
            let problem = Outcome(of: error, in: request, context)
            var response = try loginPage(request, context, problem: problem)
            if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
            return response
        }
    }

    @Sendable private func submitLogout(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try refuseCrossSite(request)
        try await endSession(of: context)
        var response = redirect(to: "/login")
        response.setCookie(
            Cookie(
                name: sessionCookie, value: "", maxAge: 0, path: "/", secure: context.caller.isEncrypted,
                httpOnly: true,
                sameSite: .strict))
        return response
    }

    /// Forms come from our own pages: browsers say so in `Sec-Fetch-Site`, older ones in `Origin`.
    private func refuseCrossSite(_ request: Request) throws {
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { throw Refusal.crossSite }
        if let origin = request.headers[.origin], let authority = request.head.authority,
            URL(string: origin)?.authority != authority, Origin(origin).map(origins.contains) != true
        {
            throw Refusal.crossSite
        }
    }

    private func redirect(to path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .contentLength: "0"])
    }
}

private struct LoginForm: Decodable {
    let name: String
    let password: String
}

extension URL {
    fileprivate var authority: String? {
        guard let host = host() else { return nil }
        return port.map { "\(host):\($0)" } ?? host
    }
}

extension HTTPField.Name {
    fileprivate static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
