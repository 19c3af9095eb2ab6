import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

/// What the audit says of acts and refusals.
@Suite("Who did what to whom")
struct AuditRouteTests {
    private static let password = "Mulberry silk 7"
    private static let admin = "R-securityAdministrator"

    private func rows(_ house: GatewayUnderTest) async throws -> [AuditRow] {
        let now = house.clock.now
        return try await house.store.audit(
            AuditFilter(from: now.adding(milliseconds: -60_000), to: now.adding(milliseconds: 60_000)), after: nil,
            limit: 1_000)
    }

    @Test("item 27 · an act names whom and what it concerns, though only its body says so")
    func objects() async throws {
        try await withGateway { house in
            let worker = #"{"login":"r-gridworker""#
            let role = #""role":"department","area":"A0000003","from":"2026-03-06"}"#
            for (path, body, concerned) in [
                ("/v1/accounts/disabling", worker + "}", ["R-gridWorker"]),
                ("/v1/accounts/enabling", worker + "}", ["R-gridWorker"]),
                ("/v1/accounts/passwords", worker + "}", ["R-gridWorker"]),
                ("/v1/accounts/roles", worker + "," + role, ["R-gridWorker", "department", "A0000003", "2026-03-06"]),
                (
                    "/v1/accounts/roles/endings", worker + "," + role,
                    ["R-gridWorker", "department", "A0000003", "2026-03-06"]
                ),
                ("/v1/devices", #"{"person":"R-gridWorker","label":"平板"}"#, ["R-gridWorker"]),
                (
                    "/v1/tokens",
                    #"{"person":"R-county","label":"平台","scopes":["readCoverage"],"until":"2026-04-01"}"#,
                    ["R-county", "readCoverage"]
                ),
            ] {
                let answer = try await house.send(.post, path, as: Self.admin, body: Array(body.utf8))
                #expect((200..<300).contains(answer.status), "\(path) \(answer.text)")
                let row = try #require(try await rows(house).last { $0.act == "POST " + path })
                let object = row.detail?.object ?? ""
                #expect(row.result == "done" && row.detail?.person == Self.admin)
                for id in concerned {
                    #expect(object.split(separator: " ").map(String.init).contains(id), "\(path): \(object)")
                }
            }
            let made = try await house.send(
                .post, "/v1/accounts", as: Self.admin,
                body: Array(#"{"login":"new","name":"新人","role":"department","area":"A0000003"}"#.utf8))
            #expect(made.status == 201)
            let person = try #require(try await house.store.person(login: "new"))
            let row = try #require(try await rows(house).last { $0.act == "POST /v1/accounts" })
            #expect(row.detail?.object?.contains(person) == true && row.detail?.object?.contains("新人") == false)
        }
    }

    @Test("item 27 · a device that takes a key is named with its person, and so is one that asks although it is barred")
    func devices() async throws {
        try await withGateway(password: Self.password, settings: { $0.deviceLogins = true }) { house in
            let device = try await house.enrolled(for: "R-gridWorker")
            let id = "D-" + device.thumbprint
            let session = try await house.logIn("r-gridworker", Self.password, from: device).decoded(Session.self)
            let invited = try await house.send(
                .post, "/v1/devices", as: Self.admin, body: Array(#"{"person":"R-county","label":"台式机"}"#.utf8)
            ).decoded(DeviceCode.self)
            #expect(try await house.enrol(TestDevice(), code: invited.code).status == 201)
            let enrolment = try #require(try await rows(house).last { $0.act == "POST /v1/devices/enrol" })
            #expect(enrolment.detail?.person == "R-county" && enrolment.detail?.device == invited.device)
            #expect(try await house.send(.post, "/v1/devices/\(id)/lock", as: Self.admin).status == 204)
            house.clock.advance(seconds: 1)
            for _ in 0..<3 {
                #expect(try await house.logIn("r-gridworker", Self.password, from: device).status == 403)
            }
            let asked = try await rows(house).filter { $0.result == "device-locked" }
            #expect(asked.count == 1 && asked.first?.detail?.device == id, "one row for ten minutes of asking")
            house.clock.advance(seconds: 600)
            let refreshed = try await house.refresh(session.refreshToken ?? "", from: device)
            #expect(refreshed.status == 403)
            let last = try #require(try await rows(house).last { $0.result == "device-locked" })
            #expect(last.act == "POST /v1/token" && last.detail?.device == id)
        }
    }

    @Test("item 27 · a password change that was refused is not told as done, and a conflict is told")
    func refusals() async throws {
        try await withGateway(password: Self.password) { house in
            func change(_ old: String) async throws -> Int {
                let body = try canonicalBytes(PasswordChange(old: old, new: "Willow-Basket-19"))
                return try await house.send(.put, "/v1/password", as: "R-county", body: body).status
            }
            #expect(try await change("wrong") == 422)
            #expect(try await change(Self.password) == 204)
            let told = try await rows(house).filter { $0.act == "PUT /v1/password" }.map(\.result)
            #expect(told == ["wrong-password", "done"])
            let own = try await house.send(
                .post, "/v1/accounts/disabling", as: Self.admin,
                body: Array(#"{"login":"r-securityadministrator"}"#.utf8))
            #expect(own.status == 409)
            let conflict = try #require(try await rows(house).last)
            #expect(conflict.result == "own-account" && conflict.detail?.object == Self.admin)
        }
    }

    @Test(
        "item 24 · a token of another system is good for nothing that names key persons or gives rights, and is named")
    func tokens() async throws {
        try await withGateway { house in
            func issue(_ scopes: String) async throws -> Answer {
                let body = #"{"person":"R-county","label":"平台","scopes":[\#(scopes)],"until":"2026-04-01"}"#
                return try await house.send(.post, "/v1/tokens", as: Self.admin, body: Array(body.utf8))
            }
            for permission in Permission.allCases where !Permission.ofIntegrations.contains(permission) {
                #expect(try await issue("\"\(permission.rawValue)\"").status == 422, "\(permission)")
            }
            let token = try await issue(#""changeAreas""#).decoded(TokenLine.self)
            var headers: HTTPFields = [:]
            headers[.authorization] = "Bearer " + (token.token ?? "")
            let body = #"{"change":"rename","area":"A0000003","from":"2026-03-06","name":"新名"}"#
            let answer = try await house.send(.post, "/v1/areas/changes", body: Array(body.utf8), headers: headers)
            #expect((200..<300).contains(answer.status), "\(answer.text)")
            let row = try #require(try await rows(house).last { $0.act == "POST /v1/areas/changes" })
            #expect(row.detail?.device == token.id && row.detail?.object?.contains("A0000003") == true)
        }
    }

    @Test("the audit is one for all areas: an auditor of a part reads none of it")
    func wholeAudit() async throws {
        try await withGateway { house in
            #expect(try await house.get("/v1/audit", as: "R-auditor").status == 200)
            try await house.store.add([.sample("A2", role: .auditor, in: [2])], at: County.entered)
            try await house.store.issueToken(
                hash: sha256Hex(GatewayUnderTest.token(of: "A2").utf8), to: "A2", at: house.clock.now,
                until: house.clock.now.adding(milliseconds: 3_600_000))
            for path in ["/v1/audit", "/v1/audit/heads", "/v1/audit/export"] {
                #expect(try await house.get(path, as: "A2").status == 403, "\(path)")
            }
        }
    }
}
