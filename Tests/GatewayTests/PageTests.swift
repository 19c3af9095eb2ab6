import Foundation
import HTTPTypes
import HummingbirdTesting
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("The pages that the executive deputy opens")
struct PageTests {
    private func form(_ house: GatewayUnderTest, _ text: String, headers: HTTPFields = [:]) async throws -> Answer {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await house.send(.post, "/login", body: Array(text.utf8), headers: headers)
    }

    @Test("Logging in on the page sets a cookie that scripts and other sites can't use, and opens the coverage")
    func login() async throws {
        try await withGateway(password: "松 & 竹=2") { house in
            let answer = try await form(house, "name=r-stationchief&password=%E6%9D%BE+%26+%E7%AB%B9%3D2")
            #expect(answer.status == 303 && answer.headers[.location] == "/coverage")
            let cookie = try #require(answer.headers[.setCookie])
            #expect(
                cookie.hasPrefix("patrol_session=") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict")
            )
            let session = String(cookie.prefix { $0 != ";" })
            #expect(try await house.get("/coverage", headers: [.cookie: session]).status == 200)

            let away = try await house.send(
                .post, "/logout", headers: [.cookie: session, .origin: "http://evil.example"])
            #expect(away.status == 403)
            #expect(try await house.get("/coverage", headers: [.cookie: session]).status == 200)
            #expect(try await house.send(.post, "/logout", headers: [.cookie: session]).status == 303)
            #expect(try await house.get("/coverage", headers: [.cookie: session]).headers[.location] == "/login")
        }
    }

    @Test("A wrong password shows the form again with the reason, without what was typed")
    func wrongPassword() async throws {
        try await withGateway(password: "right") { house in
            let answer = try await form(house, "name=%3Cscript%3E&password=secret-guess")
            #expect(answer.status == 401 && answer.text.contains("账号或密码不对") && answer.text.contains("<form"))
            #expect(!answer.text.contains("secret-guess") && !answer.text.contains("<script"))
            #expect(answer.headers[.setCookie] == nil)
            #expect(try await form(house, "nonsense").status == 401)
            #expect(try await form(house, "name=a%00&password=b").status == 401)
        }
    }

    @Test("Forms sent from another site are refused")
    func crossSite() async throws {
        try await withGateway(.live, password: "right") { house in
            let text = "name=r-stationchief&password=right"
            let fetch = try #require(HTTPField.Name("Sec-Fetch-Site"))
            let refused = try await form(house, text, headers: [fetch: "cross-site"])
            #expect(refused.status == 403)
            #expect(try refused.problem().code == "cross-site")
            #expect(try await form(house, text, headers: [.origin: "http://evil.example"]).status == 403)
            #expect(
                try await form(house, text, headers: [fetch: "same-origin", .origin: "http://localhost"]).status == 303)
        }
    }

    @Test("A stranger is led to the login page, which is readable without a session")
    func strangers() async throws {
        try await withGateway { house in
            for path in ["/coverage", "/due?area=A0000005", "/coverage?area=x"] {
                #expect(try await house.get(path).headers[.location] == "/login")
            }
            #expect(try await house.get("/").headers[.location] == "/coverage")
            let page = try await house.get("/login")
            #expect(page.status == 200 && page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(try await house.get("/style.css").headers[.contentType] == "text/css; charset=utf-8")
        }
    }

    @Test("The coverage page shows both rates of both kinds in the reader's language", arguments: ["zh", "en"])
    func coverage(language: String) async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample())
            let page = try await house.get("/coverage", as: "R-executiveDeputy", headers: [.acceptLanguage: language])
            #expect(page.status == 200 && page.headers[.contentLanguage] == language)
            let words =
                language == "zh"
                ? ["已巡 ÷ 应巡", "(已巡+暂免) ÷ 应巡", "已访 ÷ 应访", "本月暂免", "待认定", "下级区域"]
                : ["done ÷ due", "(done + excused) ÷ due", "Excused", "Awaiting ruling", "Areas below"]
            for word in words { #expect(page.text.contains(word), "\(word)") }
            #expect(page.text.contains("练市一站") && page.text.contains("<strong>2026-03</strong>"))
            // One of six places; one of three in the first grid.
            #expect(page.text.contains("<dd>16.6%</dd>") && page.text.contains(">33.3%</td>"))
            #expect(page.text.contains("lang=\"\(language == "zh" ? "zh-CN" : "en")\""))
            #expect(!page.text.contains("<script"))
        }
    }

    @Test("Links lead down to the list of what is due, and up only as far as one may read")
    func drillDown() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample())
            func links(_ page: Answer) -> [String] {
                page.text.matches(of: /href="([^"]*)"/).map {
                    String($0.1).replacing("&amp;", with: "&").replacing("&#38;", with: "&")
                }
            }
            var path = "/coverage"
            for area in [2, 3, 5] {
                let page = try await house.get(path, as: "R-county")
                path = try #require(links(page).first { $0.hasPrefix("/coverage?area=\(areaID(area))") })
            }
            let grid = try await house.get(path, as: "R-county")
            #expect(
                links(grid).contains { $0.contains(areaID(1).text) }
                    && links(grid).contains { $0.contains(areaID(3).text) })
            let due = try #require(links(grid).first { $0.hasPrefix("/due") && $0.contains("kind=place") })
            let list = try await house.get(due, as: "R-county")
            #expect(
                list.status == 200 && list.text.contains("P5-2") && list.text.contains("P5-3")
                    && !list.text.contains("P5-1"))
            #expect(links(list).contains { $0.hasPrefix("/coverage?area=\(areaID(5))") })
            // The county's people may count key persons and not name them: no link, and no list for who guesses it.
            #expect(!links(grid).contains { $0.hasPrefix("/due") && $0.contains("keyPerson") })
            let guessed = due.replacing("kind=place", with: "kind=keyPerson")
            #expect(try await house.get(guessed, as: "R-county").status == 404)
            let deputy = try await house.get(path, as: "R-executiveDeputy")
            let persons = try #require(links(deputy).first { $0.hasPrefix("/due") && $0.contains("keyPerson") })
            #expect(try await house.get(persons, as: "R-executiveDeputy").text.contains("K5-1"))
            let chief = try await house.get("/coverage", as: "R-stationChief")
            #expect(!links(chief).contains { $0.contains(areaID(1).text) || $0.contains(areaID(2).text) })
        }
    }

    @Test("What cannot be shown is said on a page, in the reader's language, with the way back")
    func problems() async throws {
        try await withGateway { house in
            for (path, status, zh, en) in [
                ("/coverage?area=\(areaID(999))", 404, "没有这项内容", "Nothing here"),
                ("/coverage?month=2026-13", 422, "month: 月份应为 YYYY-MM", "month: must be a month YYYY-MM"),
                ("/due", 404, "没有这项内容", "Nothing here"),
            ] {
                let page = try await house.get(path, as: "R-stationChief")
                #expect(page.status == status && page.headers[.contentType] == "text/html; charset=utf-8")
                #expect(page.text.contains(zh) && page.text.contains("href=\"/coverage\""), "\(path)")
                // Still logged in, and shown as such.
                #expect(page.text.contains("action=\"/logout\""), "\(path)")
                let english = try await house.get(path, as: "R-stationChief", headers: [.acceptLanguage: "en"])
                #expect(english.text.contains(en), "\(path)")
            }
            try await house.store.add([PersonEntry.sample("X1")], at: County.entered)
            try await house.store.issueToken(
                hash: sha256Hex(GatewayUnderTest.token(of: "X1").utf8), to: "X1", at: GatewayUnderTest.morning,
                until: GatewayUnderTest.morning.adding(milliseconds: 3_600_000))
            let stranger = try await house.get("/coverage", as: "X1")
            #expect(stranger.status == 403 && stranger.text.contains("没有权限") && stranger.text.contains("<h1>"))
        }
    }

    @Test("Names are shown as text, whatever they hold")
    func escaping() async throws {
        try await withGateway { house in
            let hostile = "<script>alert('1')</script>&\""
            try await house.store.add([.sample(20, .grid, hostile, under: 3)], at: County.entered)
            try await house.store.add([PlaceEntry.sample("<b>P</b>", in: 20)], at: County.entered)
            let coverage = try await house.get("/coverage?area=\(areaID(3))", as: "R-stationChief")
            let own = try await house.get("/coverage?area=\(areaID(20))", as: "R-stationChief")
            let due = try await house.get("/due?area=\(areaID(20))", as: "R-stationChief")
            for page in [coverage, own, due] {
                #expect(page.status == 200 && page.text.contains("&lt;script&gt;"))
                #expect(!page.text.contains("<script") && !page.text.contains("<b>"))
            }
        }
    }

    @Test("The language that was chosen on a page is kept")
    func languageChoice() async throws {
        try await withGateway { house in
            let page = try await house.get("/login?lang=en", headers: [.acceptLanguage: "zh"])
            #expect(page.headers[.contentLanguage] == "en" && page.text.contains("Password"))
            let cookie = try #require(page.headers[.setCookie])
            #expect(cookie.hasPrefix("patrol_language=en"))
            let next = try await house.get("/login", headers: [.acceptLanguage: "zh", .cookie: "patrol_language=en"])
            #expect(next.text.contains("Password"))
            #expect(try await house.get("/login?lang=xx").headers[.setCookie] == nil)
        }
    }

    @Test("Rates are cut, not rounded: only a full count is 100 %")
    func percentages() {
        #expect(percent(nil) == "—" && percent(1) == "100.0%" && percent(0) == "0.0%")
        #expect(percent(0.9999) == "99.9%" && percent(2.0 / 3) == "66.6%" && percent(0.29) == "29.0%")
    }
}
