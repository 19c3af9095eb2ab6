import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Accounts by the security administrator", .serialized)
struct AccountRouteTests {
    private static let manager = "R-securityAdministrator"

    @Test("a new account's password is shown once, good for a login and a change; then its owner works")
    func newcomer() async throws {
        try await withGateway { house in
            let sent = AccountBody(login: "wangfang", name: "王芳", role: "executiveDeputy", area: "A0000003")
            let answer = try await house.post("/v1/accounts", sent, as: Self.manager)
            #expect(answer.status == 201 && answer.headers[.cacheControl] == "no-store")
            let issued = try answer.decoded(IssuedPassword.self)
            #expect(issued.login == "wangfang" && issued.until == "2026-03-19T01:05:00.000Z")
            #expect(try await house.post("/v1/accounts", sent, as: Self.manager).verdict == "409 login-taken")

            let session = try await house.login("wangfang", issued.password).decoded(Session.self)
            #expect(session.passwordDue == "mustChange")
            let bearer: HTTPFields = [.authorization: "Bearer " + session.token, .contentType: "application/json"]
            let own = PasswordChange(old: issued.password, new: "kestrel-Moor-84")
            #expect(
                try await house.send(.put, "/v1/password", body: canonicalBytes(own), headers: bearer).status == 204)
            #expect(try await house.get("/v1/coverage?area=A0000003", headers: bearer).status == 200)

            let rows = try await house.items("/v1/accounts?area=A0000003", as: Self.manager, of: AccountRow.self)
            let row = try #require(rows.first { $0.login == "wangfang" })
            #expect(row.state == "active" && row.passwordDue == nil)
            #expect(
                row.roles == [.init(role: "executiveDeputy", area: "A0000003", areaName: "练市一站", from: "2026-03-05")])
        }
    }

    @Test("disabling, enabling and resetting take effect with the next request")
    func states() async throws {
        try await withGateway(password: "correct horse 电池 7") { house in
            let name = AccountName(login: "r-county")
            #expect(try await house.get("/v1/coverage", as: "R-county").status == 200)
            #expect(try await house.post("/v1/accounts/disabling", name, as: Self.manager).status == 204)
            #expect(try await house.get("/v1/coverage", as: "R-county").status == 401)
            #expect(try await house.login("r-county", "correct horse 电池 7").verdict == "401 wrong-credentials")
            #expect(try await house.post("/v1/accounts/enabling", name, as: Self.manager).status == 204)
            #expect(try await house.get("/v1/coverage", as: "R-county").status == 401, "its sessions are gone")
            #expect(try await house.login("r-county", "correct horse 电池 7").status == 200)
            let issued = try await house.post("/v1/accounts/passwords", name, as: Self.manager)
                .decoded(IssuedPassword.self)
            #expect(try await house.login("r-county", "correct horse 电池 7").status == 401)
            #expect(
                try await house.login("r-county", issued.password).decoded(Session.self).passwordDue == "mustChange")
        }
    }

    @Test("roles are given and ended by date, and hold at once")
    func roles() async throws {
        try await withGateway { house in
            let chief = RoleBody(
                login: "w5", role: "stationChief", area: "A0000003", from: "2026-03-05", to: "2026-03-10")
            let before = try await house.get("/v1/certificates?area=A0000003", as: "W5")
            #expect(before.status == 403)
            #expect(try await house.post("/v1/accounts/roles", chief, as: Self.manager).status == 204)
            #expect(try await house.get("/v1/certificates?area=A0000003", as: "W5").status == 200)
            #expect(try await house.post("/v1/accounts/roles", chief, as: Self.manager).verdict == "409 role-held")
            let end = RoleEnd(login: "w5", role: "stationChief", area: "A0000003", from: "2026-03-05")
            #expect(try await house.post("/v1/accounts/roles/endings", end, as: Self.manager).status == 204)
            #expect(try await house.get("/v1/certificates?area=A0000003", as: "W5").status == 403)
            #expect(
                try await house.post("/v1/accounts/roles/endings", end, as: Self.manager).verdict == "409 role-not-held"
            )
            var backwards = chief
            backwards.to = backwards.from
            #expect(
                try await house.post("/v1/accounts/roles", backwards, as: Self.manager).verdict
                    == "409 ends-before-begin")
        }
    }

    @Test(
        "item 24 · the auditor and the system administrator change no accounts, nobody their own, nor two offices for one"
    )
    func separation() async throws {
        try await withGateway { house in
            let name = AccountName(login: "w5")
            for other in ["R-auditor", "R-administrator", "R-county", "R-stationChief"] {
                let answer = try await house.post("/v1/accounts/disabling", name, as: other)
                #expect(answer.verdict == "403 not-permitted", "\(other)")
            }
            func give(_ role: String, to login: String) async throws -> String {
                let body = RoleBody(login: login, role: role, area: "A0000001", from: "2026-03-05")
                return try await house.post("/v1/accounts/roles", body, as: Self.manager).verdict
            }
            #expect(try await give("securityAdministrator", to: "r-auditor") == "409 not-separate")
            #expect(try await give("auditor", to: "r-administrator") == "409 not-separate")
            #expect(try await give("county", to: "r-securityadministrator") == "409 own-account")
            for path in ["disabling", "enabling", "passwords"] {
                let own = AccountName(login: "r-securityadministrator")
                #expect(
                    try await house.post("/v1/accounts/" + path, own, as: Self.manager).verdict == "409 own-account")
            }
            // A second one may not remove the last one either: there is another then.
            #expect(try await give("securityAdministrator", to: "r-county") == "204")
            #expect(
                try await house.post(
                    "/v1/accounts/disabling", AccountName(login: "r-securityadministrator"), as: "R-county"
                ).status == 204)
            #expect(
                try await house.post("/v1/accounts/disabling", AccountName(login: "r-county"), as: "R-county").verdict
                    == "409 own-account")
        }
    }

    @Test("what lies beyond one's own area is not there, and every defect is named")
    func strangers() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            #expect(try await house.ask("/v1/accounts?area=A0000020", as: Self.manager).verdict == "404 not-found")
            for login in ["n-deputy", "nobody"] {
                let body = AccountName(login: login)
                for path in ["disabling", "enabling", "passwords"] {
                    #expect(
                        try await house.post("/v1/accounts/" + path, body, as: Self.manager).verdict == "404 not-found")
                }
            }
            let elsewhere = AccountBody(login: "newcomer", name: "新人", role: "county", area: "A0000020")
            #expect(try await house.post("/v1/accounts", elsewhere, as: Self.manager).verdict == "404 not-found")
            let wrong = AccountBody(login: "Wang Fang", name: " ", role: "boss", area: "1", from: "today", to: "x")
            #expect(
                try await house.post("/v1/accounts", wrong, as: Self.manager).defects == [
                    "/login bad-login", "/name empty", "/role unknown-value", "/area bad-area", "/from bad-day",
                    "/to bad-day",
                ])
        }
    }

    @Test("a long list comes in pages, nobody twice and nobody missing")
    func pages() async throws {
        try await withGateway { house in
            try await house.store.add(
                (100..<310).map { .sample("Q\($0)", role: .department, in: [4]) }, at: County.entered)
            let first = try await house.ask("/v1/accounts?area=A0000004", as: Self.manager)
                .decoded(Wire.Page<AccountRow>.self)
            let next = try #require(first.next)
            let second = try await house.ask("/v1/accounts?area=A0000004&cursor=\(next)", as: Self.manager)
                .decoded(Wire.Page<AccountRow>.self)
            #expect(first.items.count == 200 && second.items.count == 12 && second.next == nil)
            #expect(Set((first.items + second.items).map(\.login)).count == 212)
        }
    }
}
