import Foundation
import HTTPTypes
import Hummingbird
import Patrol
import Store
import Wire

extension Gateway {
    var pageRoutes: [Route] {
        [
            Route(.get, "/", .anybody) { _ in { _, _ in redirect(to: "/coverage") } },
            Route(.get, "/style.css", .anybody, handle: Gateway.styleSheet),
            Route(.get, "/login", .anybody, handle: Gateway.showLogin),
            Route(.post, "/login", .anybody, isAct: false, handle: Gateway.submitLogin),
            Route(.post, "/logout", .ownPassword, handle: Gateway.submitLogout),
            Route(.get, "/password", .ownPasswordPage, handle: Gateway.showPassword),
            Route(.post, "/password", .ownPasswordPage, handle: Gateway.submitPassword),
            Route(.get, "/coverage", .page(.readCoverage), handle: Gateway.coveragePage),
            Route(.get, "/due", .page(.readCoverage), handle: Gateway.duePage),
        ]
    }

    @Sendable private func styleSheet(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let bytes = ByteBuffer(bytes: PackageResources.style_css)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/css; charset=utf-8", .cacheControl: "public, max-age=300",
                .contentLength: String(bytes.readableBytes),
            ], body: ResponseBody(byteBuffer: bytes))
    }

    @Sendable private func showLogin(_ request: Request, _ context: PatrolContext) async throws -> Response {
        keepingLanguage(try loginPage(request, context, problem: nil), request)
    }

    private func loginPage(_ request: Request, _ context: PatrolContext, problem: Outcome?) throws -> Response {
        let language = pageLanguage(request, context)
        let pick = language.pick
        let title = pick("登录", "Log in")
        var model: [String: Any] = [
            "title": title, "nameLabel": pick("账号", "Account"), "passwordLabel": pick("密码", "Password"),
            "submitLabel": title, "enrolLabel": pick("登记本浏览器", "Enrol this browser"),
            "scriptLabel": scriptLabel(language),
        ]
        if settings.deviceLogins { model["proves"] = true }
        model["problem"] = problem.map { shown($0, language) }
        return try page(
            "login", model,
            in: PageFrame(title: title, language: language, person: nil, here: PageLink("/login")),
            status: problem?.status ?? .ok)
    }

    @Sendable private func submitLogin(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try refuseCrossSite(request)
        let form = String(decoding: try await collectSmall(request), as: UTF8.self)
        let fields =
            (try? URLEncodedFormDecoder().decode(LoginForm.self, from: form)) ?? LoginForm(name: "", password: "")
        do {
            let device = try await loginDevice(try pageProof(fields.proof, request), request, context)
            let begun = try await beginLogin(
                name: fields.name, password: fields.password, on: device, manner: device == nil ? .trial : .browser,
                request, context)
            var response = redirect(to: "/coverage")
            response.setCookie(
                Cookie(
                    name: sessionCookie, value: begun.tokens.token, maxAge: settings.sessionHours * 3_600, path: "/",
                    secure: context.caller.isEncrypted, httpOnly: true, sameSite: .strict))
            return response
        } catch {
            let problem = Outcome(of: error, in: request, context)
            var response = try loginPage(request, context, problem: problem)
            if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
            return response
        }
    }

    @Sendable private func showPassword(_ request: Request, _ context: PatrolContext) async throws -> Response {
        keepingLanguage(try passwordPage(request, context, problem: nil), request)
    }

    private func passwordPage(_ request: Request, _ context: PatrolContext, problem: Outcome?) throws -> Response {
        let actor = try context.requireActor()
        let language = pageLanguage(request, context)
        let pick = language.pick
        let title = pick("修改密码", "Change the password")
        var model: [String: Any] = [
            "title": title, "oldLabel": pick("原密码", "Present password"), "newLabel": pick("新密码", "New password"),
            "againLabel": pick("再次输入新密码", "New password once more"), "submitLabel": title,
        ]
        var problems = problem.map { outcome in
            let text = language == .chinese ? outcome.zh : outcome.en
            guard outcome.defects.isEmpty else { return outcome.defects.map { pick($0.zh, $0.en) } }
            return [pick("\(text.title)。\(text.detail)", "\(text.title). \(text.detail)")]
        }
        if problem == nil, let due = passwordDue(of: actor) {
            let text = Outcome(describing: Refusal.passwordDue(due))
            problems = [pick(text.zh.title, text.en.title)]
        }
        model["problems"] = problems
        return try page(
            "password", model,
            in: PageFrame(title: title, language: language, person: actor.name, here: PageLink("/password")),
            status: problem?.status ?? .ok)
    }

    @Sendable private func submitPassword(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try refuseCrossSite(request)
        let actor = try context.requireActor()
        let form = String(decoding: try await collectSmall(request), as: UTF8.self)
        let fields =
            (try? URLEncodedFormDecoder().decode(PasswordForm.self, from: form))
            ?? PasswordForm(old: "", new: "", again: "")
        do {
            guard fields.new == fields.again else {
                throw Defects([Defect("/again", "differs", zh: "两次输入的新密码不同", en: "the two new passwords differ")])
            }
            try await changePassword(
                of: actor, from: fields.old, to: fields.new, keeping: actor.session?.id, device: actor.session?.device,
                address: countedAddress(context.address))
            return redirect(to: "/coverage")
        } catch {
            let problem = Outcome(of: try await tracing(error, in: request, context), in: request, context)
            var response = try passwordPage(request, context, problem: problem)
            if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
            return response
        }
    }

    @Sendable private func submitLogout(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try refuseCrossSite(request)
        try await endLogin(of: context)
        var response = redirect(to: "/login")
        response.setCookie(
            Cookie(
                name: sessionCookie, value: "", maxAge: 0, path: "/", secure: context.caller.isEncrypted,
                httpOnly: true,
                sameSite: .strict))
        return response
    }

    /// Forms come from our own pages: browsers say so in `Sec-Fetch-Site`, older ones in `Origin`.
    func refuseCrossSite(_ request: Request) throws {
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { throw Refusal.crossSite }
        if let origin = request.headers[.origin], let authority = request.head.authority,
            URL(string: origin)?.authority != authority, Origin(origin).map(origins.contains) != true
        {
            throw Refusal.crossSite
        }
    }

    func redirect(to path: String) -> Response {
        Response(status: .seeOther, headers: [.location: path, .contentLength: "0"])
    }
}

private struct PasswordForm: Decodable {
    let old: String
    let new: String
    let again: String
}

private struct LoginForm: Decodable {
    let name: String
    let password: String
    var proof: String?
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
