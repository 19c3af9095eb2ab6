import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Logging in and out")
struct SessionTests {
    private static let password = "correct horse 电池"

    private func login(_ house: GatewayUnderTest, _ name: String, _ password: String) async throws -> Answer {
        try await house.send(
            .post, "/v1/login", body: try canonicalBytes(Login(name: name, password: password)),
            headers: [.contentType: "application/json"])
    }

    @Test("The right password opens a session that works until logout")
    func loginAndLogout() async throws {
        try await withGateway(password: Self.password) { house in
            let answer = try await login(house, "r-gridworker", Self.password)
            #expect(answer.status == 200 && answer.headers[.cacheControl] == "no-store")
            let session = try answer.decoded(Session.self)
            #expect(session.person.id == "R-gridWorker")
            #expect(session.person.roles == [.init(role: "gridWorker", area: "A0000005", areaName: "第一网格")])
            #expect(session.person.grids == [.init(id: "A0000005", name: "第一网格")])
            #expect(session.expiresAt == "2026-03-05T13:05:00.000Z")

            let bearer: HTTPFields = [.authorization: "Bearer " + session.token]
            #expect(try await house.get("/v1/reports", headers: bearer).status == 200)
            #expect(try await house.send(.post, "/v1/logout", headers: bearer).status == 204)
            #expect(try await house.get("/v1/reports", headers: bearer).status == 401)
            #expect(try await house.send(.post, "/v1/logout", headers: bearer).status == 401)
        }
    }

    @Test("An unknown name, a wrong password and an empty one get the same answer")
    func wrongCredentials() async throws {
        try await withGateway(password: Self.password) { house in
            var problems: [Problem] = []
            for (name, password) in [("r-gridworker", "wrong"), ("nobody", Self.password), ("r-gridworker", "")] {
                let answer = try await login(house, name, password)
                #expect(answer.status == 401)
                var problem = try answer.problem()
                problem.instance = nil
                problems.append(problem)
            }
            #expect(problems.allSatisfy { $0 == problems[0] } && problems[0].code == "wrong-credentials")
        }
    }

    @Test("A session ends by itself after its hours, even while it is used")
    func expiry() async throws {
        try await withGateway { house in
            house.clock.advance(hours: 11)
            let late = try await house.get("/v1/reports", as: "W5")
            house.clock.advance(hours: 1)
            let tooLate = try await house.get("/v1/reports", as: "W5")
            #expect(late.status == 200 && tooLate.status == 401)
        }
    }

    @Test(
        "Tokens that were never given out open nothing",
        arguments: ["", "Bearer", "Bearer ", "Bearer x", "Basic dzU6eA=="])
    func strangeTokens(value: String) async throws {
        try await withGateway { house in
            let answer = try await house.get("/v1/reports", headers: [.authorization: value])
            #expect(answer.status == 401)
        }
    }

    @Test("A login that is not as it should be names every defect")
    func badLogins() async throws {
        try await withGateway { house in
            func post(_ body: String, type: String = "application/json") async throws -> Answer {
                try await house.send(.post, "/v1/login", body: Array(body.utf8), headers: [.contentType: type])
            }
            let wrong = try await post(#"{"name": 5, "colour": "red"}"#)
            #expect(wrong.status == 422)
            let faults = try wrong.problem().defects ?? []
            #expect(faults.map { "\($0.pointer) \($0.code)" } == ["/name wrong-type", "/password missing"])
            let unknown = try await post(#"{"name": "a", "password": "b", "colour": "red", "size": 1}"#)
            #expect(unknown.status == 422)
            #expect(try unknown.problem().defects?.map(\.pointer) == ["/colour", "/size"])
            #expect(try await post("{").status == 400)
            #expect(try await post("").status == 400)
            #expect(try await post("{}", type: "text/plain").status == 415)
            #expect(try await post(#"{"name": "\#(String(repeating: "a", count: 20_000))"}"#).status == 413)
        }
    }
}
