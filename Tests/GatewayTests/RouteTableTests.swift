import HTTPTypes
import Hummingbird
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Every path, method and error follows the same rules")
struct RouteTableTests {
    @Test("The router knows the routes of the table and nothing else")
    func nothingOutsideTheTable() async throws {
        try await withGateway { house in
            let table = house.gateway.routes.map { "\($0.method.rawValue) \(RouterPath($0.path))" }
            let registered = house.gateway.router(house.gateway.routes).routes.map {
                "\($0.method.rawValue) \($0.path)"
            }
            #expect(Set(registered) == Set(table))
            #expect(Set(table).count == table.count, "a route is in the table twice")
        }
    }

    @Test("item 20 · Every route says who may use it; a stranger is let in only where the table says anybody")
    func strangers() async throws {
        let open: Set = [
            "POST /v1/login", "POST /v1/token", "POST /v1/devices/enrol", "GET /healthz", "GET /readyz",
            "GET /openapi.yaml", "GET /", "GET /style.css",
            "GET /login",
            "POST /login", "GET /device.js", "GET /enrol", "POST /enrol",
        ]
        try await withGateway { house in
            for route in house.gateway.routes {
                let name = "\(route.method.rawValue) \(route.path)"
                let answer = try await house.send(route.method, route.sampleURI, body: route.method == .get ? nil : [])
                #expect((route.access == .anybody) == open.contains(name), "\(name)")
                if route.isPage {
                    #expect(answer.status == 303 && answer.headers[.location] == "/login", "\(name)")
                } else if route.access != .anybody {
                    #expect(answer.status == 401, "\(name)")
                    #expect(try answer.problem().code == "login-required")
                    #expect(answer.headers[.wwwAuthenticate]?.contains("Bearer") == true)
                }
            }
        }
    }

    @Test("One resource has one address", arguments: ["//healthz", "/healthz/", "/v1//coverage", "/v1/coverage/"])
    func oneAddress(path: String) async throws {
        try await withGateway { house in
            let answer = try await house.get(path, as: "R-executiveDeputy")
            #expect(answer.status == 404)
            #expect(try answer.problem().code == "not-found")
            #expect(try await house.send(.post, path, as: "R-executiveDeputy", body: []).status == 404)
        }
    }

    @Test("HEAD answers as GET does, without the body")
    func head() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample())
            for route in house.gateway.routes where route.method == .get {
                let get = try await house.get(route.sampleURI, as: "R-executiveDeputy")
                let head = try await house.send(.head, route.sampleURI, as: "R-executiveDeputy")
                #expect(head.status == get.status && head.body.isEmpty, "\(route.path)")
                #expect(head.headers[.contentType] == get.headers[.contentType], "\(route.path)")
                #expect(head.headers[.contentLength] == get.headers[.contentLength], "\(route.path)")
            }
        }
    }

    @Test(
        "A method that a path does not have is answered 405 and told which it has",
        arguments: ["TRACE", "DELETE", "PATCH", "OPTIONS", "FOO", "POST", "PUT", "GET", "HEAD"])
    func otherMethods(name: String) async throws {
        let method = try #require(HTTPRequest.Method(name))
        try await withGateway { house in
            for (path, routes) in Dictionary(grouping: house.gateway.routes, by: \.path) {
                let allowed = Set(routes.flatMap { $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue] })
                guard !allowed.contains(name) else { continue }
                let answer = try await house.send(method, routes[0].sampleURI, as: "W5")
                #expect(answer.status == 405, "\(name) \(path)")
                let told = answer.headers[.allow]?.split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init)
                #expect(Set(told ?? []) == allowed, "\(name) \(path)")
                if method != .head { #expect(try answer.problem().code == "method-not-allowed") }
            }
        }
    }

    @Test(
        "An unknown path is a problem too",
        arguments: ["/nothing", "/v1", "/v1/reports/a/b", "/v1/report", "/%00", "/v1/photos"])
    func unknownPath(path: String) async throws {
        try await withGateway { house in
            for person in [nil, "W5"] {
                let answer = try await house.get(path, as: person)
                #expect(answer.status == 404)
                #expect(try answer.problem().code == "not-found")
            }
        }
    }

    @Test(
        "Errors speak the reader's language",
        arguments: [
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,en", "en"), ("en;q=0.2, zh;q=0.7", "zh"), ("fr", "zh"),
            ("en;q=0, zh", "zh"),
        ])
    func languages(accept: String, expected: String) async throws {
        try await withGateway { house in
            let answer = try await house.get("/v1/coverage", headers: [.acceptLanguage: accept])
            let problem = try answer.problem()
            #expect(answer.headers[.contentLanguage] == expected)
            #expect(problem.title == (expected == "zh" ? "请先登录" : "Log in first"))
            #expect(problem.detail?.isEmpty == false && problem.status == 401)
            #expect(problem.type.hasSuffix("/problems/login-required"))
            #expect(problem.instance == answer.headers[.requestID] && problem.instance?.isEmpty == false)
        }
    }

    @Test("Every refusal has a title and advice in Chinese and English, and says nothing of what is inside")
    func wording() throws {
        let inside = Outcome(describing: UnexpectedAnswer(status: 1, text: "SELECT secret"))
        #expect(inside.status == .internalServerError && inside.code == "internal")
        #expect(
            ![inside.zh.title, inside.zh.detail, inside.en.title, inside.en.detail].contains { $0.contains("secret") })
        for refusal in [Refusal.notFound, .loginRequired, .notPermitted, .busy(seconds: 3), .bodyTooLarge(limit: 9)] {
            let outcome = Outcome(describing: refusal)
            #expect(outcome.zh.title.contains { $0 > "\u{3000}" } && outcome.zh.detail.contains { $0 > "\u{3000}" })
            #expect(outcome.en.title.allSatisfy(\.isASCII) && !outcome.en.detail.isEmpty)
        }
    }
}

extension Route {
    /// An address of this route's shape, with what the small county has to offer.
    var sampleURI: String {
        let path = path.replacing("{id}", with: reportID(1)).replacing("{sha256}", with: photoDigest(1))
        return switch path {
        case "/v1/roster/places", "/v1/roster/key-persons": path + "?grid=\(areaID(5))"
        case "/v1/obligations", "/due": path + "?area=\(areaID(3))"
        default: path
        }
    }
}
