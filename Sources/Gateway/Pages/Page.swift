import Foundation
import HTTPTypes
import Hummingbird
import Mustache
import Store
import Wire

/// The templates, compiled in and parsed once; a template that does not parse stops the start.
struct Templates: Sendable {
    private let library: MustacheLibrary

    init() throws {
        library = MustacheLibrary(
            templates: try [
                "layout": PackageResources.layout_mustache, "login": PackageResources.login_mustache,
                "coverage": PackageResources.coverage_mustache, "due": PackageResources.due_mustache,
                "problem": PackageResources.problem_mustache, "password": PackageResources.password_mustache,
                "enrol": PackageResources.enrol_mustache,
            ].mapValues { try MustacheTemplate(string: String(decoding: $0, as: UTF8.self)) })
    }

    /// - Returns: nil for a name that is no template.
    func render(_ name: String, _ model: Any) -> String? { library.render(model, withTemplate: name) }
}

/// One page: what the layout around it needs.
struct PageFrame {
    let title: String
    let language: Language
    let person: String?
    /// This page's own address, for the language links.
    let here: PageLink
}

/// An address of a page with its parameters, as links write it.
struct PageLink {
    var path: String
    var parameters: [(name: String, value: String)]

    init(_ path: String, _ parameters: [(String, String?)] = []) {
        self.path = path
        self.parameters = parameters.compactMap { name, value in value.map { (name, $0) } }
    }

    func adding(_ name: String, _ value: String) -> PageLink {
        var link = self
        link.parameters.removeAll { $0.name == name }
        link.parameters.append((name, value))
        return link
    }

    var text: String {
        guard !parameters.isEmpty else { return path }
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._~")
        let pairs = parameters.map {
            "\($0.name)=\($0.value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
        }
        return path + "?" + pairs.joined(separator: "&")
    }
}

extension Gateway {
    func page(_ template: String, _ model: [String: Any], in frame: PageFrame, status: HTTPResponse.Status = .ok) throws
        -> Response
    {
        let pick = frame.language.pick
        var layout: [String: Any] = [
            "lang": frame.language == .chinese ? "zh-CN" : "en", "title": frame.title,
            "product": pick("巡格 · 网格巡查台账", "Grid Patrol"), "languageLabel": pick("语言", "Language"),
            "chineseLink": frame.here.adding("lang", "zh").text, "englishLink": frame.here.adding("lang", "en").text,
        ]
        if let person = frame.person {
            layout["person"] = ["name": person, "logoutLabel": pick("退出", "Log out")]
        }
        layout["content"] = templates.render(template, model)
        let html = templates.render("layout", layout) ?? ""
        let bytes = ByteBuffer(string: html)
        return Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentLength: String(bytes.readableBytes),
                .contentSecurityPolicy:
                    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                .contentLanguage: frame.language.rawValue,
            ], body: ResponseBody(byteBuffer: bytes))
    }

    /// What a person is shown instead of a page that cannot be: what is wrong and what to do, and the way back.
    func problemPage(_ problem: Outcome, _ request: Request, _ context: PatrolContext) throws -> Response {
        let language = pageLanguage(request, context)
        let text = language == .chinese ? problem.zh : problem.en
        var response = try page(
            "problem",
            [
                "title": text.title, "detail": text.detail, "requestLabel": language.pick("请求编号", "Request id"),
                "request": context.id, "backLabel": language.pick("返回覆盖情况", "Back to coverage"),
                "defects": problem.defects.map { ["text": "\($0.pointer): \(language.pick($0.zh, $0.en))"] },
            ],
            in: PageFrame(
                title: text.title, language: language, person: context.actor?.name, here: PageLink("/coverage")),
            status: problem.status)
        if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    /// A choice made on the page outweighs the browser's; it is kept in a cookie that holds nothing else.
    func pageLanguage(_ request: Request, _ context: PatrolContext) -> Language {
        let chosen = request.uri.queryParameters["lang"].map(String.init) ?? request.cookies["patrol_language"]?.value
        return chosen.flatMap { Language(rawValue: $0) } ?? context.language
    }

    func keepingLanguage(_ response: Response, _ request: Request) -> Response {
        guard let chosen = request.uri.queryParameters["lang"].flatMap({ Language(rawValue: String($0)) }) else {
            return response
        }
        var response = response
        response.setCookie(
            Cookie(
                name: "patrol_language", value: chosen.rawValue, maxAge: 31_536_000, path: "/", httpOnly: true,
                sameSite: .lax))
        return response
    }
}
