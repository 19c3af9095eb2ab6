import Foundation
import HTTPTypes
import Hummingbird
import Store
import Wire

extension Gateway {
    /// A desk's browser is a device like any other: it keeps a key and shows it with each login.
    var devicePageRoutes: [Route] {
        [
            Route(.get, "/device.js", .anybody, handle: Gateway.deviceScript),
            Route(.get, "/enrol", .anybody, handle: Gateway.showEnrol),
            Route(.post, "/enrol", .anybody, isAct: false, handle: Gateway.submitEnrol),
        ]
    }

    @Sendable private func deviceScript(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let bytes = ByteBuffer(bytes: PackageResources.device_js)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/javascript; charset=utf-8", .cacheControl: "public, max-age=300",
                .contentLength: String(bytes.readableBytes),
            ], body: ResponseBody(byteBuffer: bytes))
    }

    @Sendable private func showEnrol(_ request: Request, _ context: PatrolContext) async throws -> Response {
        keepingLanguage(try enrolPage(request, context, problem: nil), request)
    }

    private func enrolPage(_ request: Request, _ context: PatrolContext, problem: Outcome?) throws -> Response {
        let language = pageLanguage(request, context)
        let pick = language.pick
        let title = pick("登记本浏览器", "Enrol this browser")
        var model: [String: Any] = [
            "title": title, "submitLabel": title,
            "explanation": pick(
                "本浏览器会生成一把不能导出的密钥，以后登录须同时有它和密码。登记码由管理员发给您。",
                "This browser makes a key that cannot be taken out; from then on a login needs it and your password. The administrator gives you the code."
            ),
            "codeLabel": pick("登记码", "Code"), "orLabel": pick("或者：", "Or:"), "loginLabel": pick("账号", "Account"),
            "digitsLabel": pick("八位数字", "Eight digits"), "scriptLabel": scriptLabel(language),
        ]
        model["problem"] = problem.map { shown($0, language) }
        return try page(
            "enrol", model,
            in: PageFrame(title: title, language: language, person: nil, here: PageLink("/enrol")),
            status: problem?.status ?? .ok)
    }

    @Sendable private func submitEnrol(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try refuseCrossSite(request)
        let form = String(decoding: try await collectSmall(request), as: UTF8.self)
        let fields = (try? URLEncodedFormDecoder().decode(EnrolForm.self, from: form)) ?? EnrolForm()
        do {
            guard let proof = try pageProof(fields.proof, request) else { throw Refusal.proofRequired }
            let browser = String((request.headers[.userAgent] ?? "browser").filter { !$0.isNewline }.prefix(128))
            let sent = Enrolment(
                code: fields.code.flatMap { codeIn($0) }, login: fields.login.flatMap { $0.isEmpty ? nil : $0 },
                digits: fields.digits.flatMap { $0.isEmpty ? nil : $0 }, handheld: Secrets.id("B"), model: browser,
                app: "web")
            _ = try await enrolled(sent, proof, request, context)
            return redirect(to: "/login")
        } catch {
            let problem = Outcome(of: error, in: request, context)
            return try enrolPage(request, context, problem: problem)
        }
    }

    /// The code itself, or the text of the QR code around it.
    private func codeIn(_ text: String) -> String? {
        let trimmed = text.trimmingCharacters(in: .whitespaces)
        guard !trimmed.isEmpty else { return nil }
        let parts = trimmed.split { $0 == "?" || $0 == "&" }
        return parts.first { $0.hasPrefix("code=") }.map { String($0.dropFirst(5)) } ?? trimmed
    }

    /// The proof that a form carries; nil if it carries none.
    /// - Throws: `Refusal.invalidProof`, `.nonceNeeded` for a page that stood open for too long.
    func pageProof(_ text: String?, _ request: Request) throws -> KeyProof? {
        guard let text, !text.isEmpty else { return nil }
        return try proof(text, request, token: nil)
    }

    func scriptLabel(_ language: Language) -> String {
        language.pick("请打开浏览器的 JavaScript：密钥由它保管。", "Turn JavaScript on: it keeps this browser's key.")
    }

    func shown(_ problem: Outcome, _ language: Language) -> String {
        let text = language == .chinese ? problem.zh : problem.en
        let details = problem.defects.map { language.pick($0.zh, $0.en) }
        return language.pick("\(text.title)。", "\(text.title). ")
            + (details.isEmpty ? [text.detail] : details).joined(separator: language.pick("；", "; "))
    }
}

private struct EnrolForm: Decodable {
    var code: String?
    var login: String?
    var digits: String?
    var proof: String?
}
