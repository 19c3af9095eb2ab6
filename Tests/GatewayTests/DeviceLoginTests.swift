import Crypto
import Foundation
import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

private let password = "correct horse 电池"

@Suite("One device, one account, one password: none of them opens anything alone")
struct DeviceLoginTests {
    /// A gateway where people log in on enrolled devices only.
    private func withDevices(_ body: @Sendable @escaping (GatewayUnderTest) async throws -> Void) async throws {
        try await withGateway(password: password, settings: { $0.deviceLogins = true }, body)
    }

    @Test(
        "item 2 · Right password with a key that nobody enrolled, and the right key with a wrong password, are refused alike"
    )
    func twoFactors() async throws {
        try await withDevices { house in
            let device = try await house.enrolled(for: "R-gridWorker")
            let stranger = try await house.logIn("r-gridworker", password, from: TestDevice())
            let wrong = try await house.logIn("r-gridworker", "wrong password 1", from: device)
            let nobody = try await house.logIn("nobody", password, from: device)
            for answer in [stranger, wrong, nobody] {
                #expect(answer.status == 401)
                #expect(try answer.problem().code == "wrong-credentials")
            }
            let right = try await house.logIn("r-gridworker", password, from: device)
            #expect(right.status == 200)
            let session = try right.decoded(Session.self)
            #expect(session.tokenType == "DPoP" && session.refreshToken != nil)
            let path = "/v1/reports"
            #expect(try await house.send(.get, path, from: device, token: session.token).status == 200)
            // The token alone, and with another key.
            #expect(try await house.get(path, headers: [.authorization: "Bearer " + session.token]).status == 401)
            #expect(try await house.get(path, headers: [.authorization: "DPoP " + session.token]).status == 401)
            #expect(try await house.send(.get, path, from: TestDevice(), token: session.token).status == 401)
        }
    }

    @Test("A password without any device is told what to do")
    func passwordAlone() async throws {
        try await withDevices { house in
            let answer = try await house.send(
                .post, "/v1/login", body: try canonicalBytes(Login(name: "r-gridworker", password: password)))
            #expect(answer.status == 401)
            #expect(try answer.problem().code == "proof-required")
        }
    }

    @Test(
        "item 1 · A device is one account's; where devices are shared each needs their own password, and the audit says so"
    )
    func sharedDevice() async throws {
        for isShared in [false, true] {
            try await withGateway(
                password: password,
                settings: {
                    $0.deviceLogins = true
                    $0.sharedDevices = isShared
                }
            ) { house in
                let device = try await house.enrolled(for: "R-gridWorker")
                let own = try await house.logIn("r-gridworker", password, from: device)
                #expect(own.status == 200)
                let other = try await house.logIn("r-executivedeputy", password, from: device)
                #expect(other.status == (isShared ? 200 : 403))
                #expect(try await house.logIn("r-executivedeputy", "wrong password 1", from: device).status == 401)
                let rows = try await house.audit()
                let logins = rows.filter { $0.act == "POST /v1/login" }
                #expect(
                    logins.map(\.result).sorted()
                        == (isShared
                            ? ["done", "done", "wrong-credentials"]
                            : ["device-of-another", "done", "wrong-credentials"]))
                #expect(logins.allSatisfy { $0.detail?.device?.hasPrefix("D-") == true && $0.detail?.person != nil })
                #expect(
                    logins.contains { $0.detail?.object == "handheld shared" && $0.result == "done" } == isShared)
            }
        }
        // The same key cannot be two devices.
        try await withDevices { house in
            let device = try await house.enrolled(for: "R-gridWorker")
            let secret = EnrolmentSecret(at: house.clock.now)
            try await house.store.register(
                device: "D2", label: "2", for: "R-county", code: secret.code(for: "D2"), at: house.clock.now)
            let code = secret.shown(for: "D2", origin: "", key: nil).code
            let again = try await house.store.enrol(
                device.shown, by: .code(hash: sha256Hex(code.utf8)), at: house.clock.now)
            #expect(again == .taken)
        }
    }

    @Test("An enrolled browser's or handheld's login ends the one it had: the old token opens nothing")
    func oldLoginEnds() async throws {
        try await withDevices { house in
            let device = try await house.enrolled(for: "R-gridWorker")
            let first = try await house.logIn("r-gridworker", password, from: device).decoded(Session.self)
            let second = try await house.logIn("r-gridworker", password, from: device).decoded(Session.self)
            house.clock.advance(seconds: 1)
            #expect(try await house.send(.get, "/v1/reports", from: device, token: first.token).status == 401)
            #expect(try await house.send(.get, "/v1/reports", from: device, token: second.token).status == 200)
        }
    }

    @Test("item 13 · A new token at login; the one before is over")
    func newToken() async throws {
        try await withGateway(password: password) { house in
            let body = try canonicalBytes(Login(name: "r-gridworker", password: password))
            let one = try await house.send(.post, "/v1/login", body: body).decoded(Session.self)
            let two = try await house.send(.post, "/v1/login", body: body).decoded(Session.self)
            #expect(one.token != two.token)
            #expect(
                try await house.send(.post, "/v1/logout", headers: [.authorization: "Bearer " + one.token]).status
                    == 204)
            #expect(try await house.get("/v1/reports", headers: [.authorization: "Bearer " + one.token]).status == 401)
        }
        try await oldLoginEnds()
    }

    @Test("item 14 · Logout, a disabled account, a locked and a lost device end everything within a second")
    func endings() async throws {
        try await withDevices { house in
            for ending in ["logout", "disable", "lock", "lost"] {
                let person = ending == "disable" ? "R-department" : "R-gridWorker"
                let device = try await house.enrolled(for: person)
                let session = try await house.logIn(person.lowercased(), password, from: device).decoded(Session.self)
                #expect(try await house.send(.get, "/v1/reports", from: device, token: session.token).status == 200)
                let id = "D-" + device.thumbprint
                switch ending {
                case "logout":
                    #expect(
                        try await house.send(.post, "/v1/logout", from: device, token: session.token).status == 204)
                case "disable":
                    _ = try await house.store.database.write { connection in
                        try connection.run(
                            "UPDATE person SET disabled_at = $2 WHERE id = $1",
                            [.text(person), .integer(house.clock.now.milliseconds)])
                    }
                default:
                    let path = "/v1/devices/\(id)/\(ending)"
                    #expect(try await house.send(.post, path, as: "R-securityAdministrator").status == 204)
                }
                house.clock.advance(seconds: 1)
                let answer = try await house.send(.get, "/v1/reports", from: device, token: session.token)
                let expected = ["logout": 401, "disable": 401, "lock": 403, "lost": 403][ending]
                #expect(answer.status == expected, "\(ending)")
                let refreshed = try await house.refresh(session.refreshToken ?? "", from: device)
                #expect(refreshed.status == expected, "\(ending)")
            }
        }
    }

    @Test(
        "item 44 · A locked device is told so whatever it asks, and works again when it is unlocked; a lost one needs a new code"
    )
    func deviceLife() async throws {
        try await withDevices { house in
            let device = try await house.enrolled(for: "R-gridWorker")
            let id = "D-" + device.thumbprint
            let session = try await house.logIn("r-gridworker", password, from: device).decoded(Session.self)
            let admin = "R-securityAdministrator"
            #expect(try await house.send(.post, "/v1/devices/\(id)/lock", as: "R-executiveDeputy").status == 204)
            house.clock.advance(seconds: 1)
            for answer in [
                try await house.send(.get, "/v1/reports", from: device, token: session.token),
                try await house.logIn("r-gridworker", password, from: device),
                try await house.refresh(session.refreshToken ?? "", from: device),
            ] {
                #expect(answer.status == 403)
                #expect(try answer.problem().code == "device-locked")
            }
            #expect(try await house.send(.post, "/v1/devices/\(id)/unlock", as: "R-executiveDeputy").status == 403)
            #expect(try await house.send(.post, "/v1/devices/\(id)/unlock", as: admin).status == 204)
            #expect(try await house.logIn("r-gridworker", password, from: device).status == 200)
            #expect(try await house.send(.post, "/v1/devices/\(id)/lost", as: admin).status == 204)
            let lost = try await house.logIn("r-gridworker", password, from: device)
            #expect(try lost.status == 403 && lost.problem().code == "device-lost")
            #expect(try await house.send(.post, "/v1/devices/\(id)/unlock", as: admin).status == 409)
            let code = try await house.send(.post, "/v1/devices/\(id)/code", as: admin).decoded(DeviceCode.self)
            let found = TestDevice(handheld: device.handheld)
            #expect(try await house.enrol(found, code: code.code).status == 201)
            #expect(try await house.logIn("r-gridworker", password, from: found).status == 200)
            // The key that was lost is nobody's now.
            #expect(try await house.logIn("r-gridworker", password, from: device).status == 401)
        }
    }
}

@Suite("Clients that are too old")
struct ClientVersionTests {
    @Test(
        "item 44 · A client older than the gateway wants is told so whatever it asks, and others are not asked",
        arguments: [
            ("fieldcli/1.4.9", true), ("fieldcli/1", true), ("FieldCLI/1.4", true), ("webview/3 fieldcli/0.9", true),
            ("fieldcli/1.5", false), ("fieldcli/1.5.0.0", false), ("fieldcli/1.10.0", false), ("fieldcli/2", false),
            ("fieldcli/1.x", false), ("fieldcli", false), ("other/1.0", false), ("pad/2.9.9", true), ("", false),
        ])
    func gate(agent: String, isRefused: Bool) async throws {
        let settings: @Sendable (inout GatewaySettings) -> Void = {
            $0.deviceLogins = true
            $0.leastClients = "fieldcli/1.5.0, pad/3"
        }
        try await withGateway(password: password, settings: settings) { house in
            let device = try await house.enrolled(for: "R-gridWorker")
            let session = try await house.logIn("r-gridworker", password, from: device).decoded(Session.self)
            let headers: HTTPFields = [.userAgent: agent]
            for answer in [
                try await house.send(.get, "/v1/reports", from: device, token: session.token, headers: headers),
                try await house.logIn("r-gridworker", password, from: device, headers: headers),
            ] {
                #expect(answer.status == (isRefused ? 403 : 200))
                if isRefused {
                    let problem = try answer.problem()
                    #expect(problem.code == "client-too-old" && !problem.retryable)
                }
            }
            // Pages and probes are nobody's client.
            #expect(try await house.get("/login", headers: headers).status == 200)
        }
    }
}

@Suite("Enrolment by a one-time code")
struct EnrolmentTests {
    @Test("A code works once, for its own key again when the answer was lost, and not after a day")
    func longCode() async throws {
        try await withGateway { house in
            let admin = "R-securityAdministrator"
            let body = try canonicalBytes(NewDevice(person: "R-gridWorker", label: "平板 7"))
            let answer = try await house.send(.post, "/v1/devices", as: admin, body: body)
            #expect(answer.status == 201)
            let code = try answer.decoded(DeviceCode.self)
            #expect(code.text.hasPrefix("gridpatrol:enrol?gateway=http%3A%2F%2Fgateway.test&code="))
            #expect(code.code.utf8.count == 26 && code.digits.utf8.count == 8)
            let device = TestDevice()
            #expect(try await house.enrol(TestDevice(), code: "WRONG").status == 403)
            let enrolled = try await house.enrol(device, code: code.code)
            #expect(enrolled.status == 201)
            #expect(try enrolled.decoded(Enrolled.self).person.id == "R-gridWorker")
            #expect(try await house.enrol(device, code: code.code).status == 201)
            #expect(try await house.enrol(TestDevice(), code: code.code).status == 403)
            let listed = try await house.get("/v1/devices?area=\(areaID(3))", as: "R-stationChief")
                .decoded(Page<DeviceLine>.self)
            #expect(listed.items.map(\.state) == ["active"] && listed.items[0].thumbprint == device.thumbprint)
            let late = try await house.send(.post, "/v1/devices", as: admin, body: body).decoded(DeviceCode.self)
            house.clock.advance(hours: 24)
            try await house.advance(days: 0)
            #expect(try await house.enrol(TestDevice(), code: late.code).status == 403)
        }
    }

    @Test("Digits need their account, die after five wrong tries, and after ten minutes")
    func digits() async throws {
        try await withGateway { house in
            let body = try canonicalBytes(NewDevice(person: "R-gridWorker", label: "平板 8"))
            func fresh() async throws -> DeviceCode {
                try await house.send(.post, "/v1/devices", as: "R-securityAdministrator", body: body)
                    .decoded(DeviceCode.self)
            }
            let first = try await fresh()
            #expect(try await house.enrol(TestDevice(), login: "r-county", digits: first.digits).status == 403)
            #expect(try await house.enrol(TestDevice(), login: "r-gridworker", digits: first.digits).status == 201)
            let second = try await fresh()
            let wrong = second.digits == "12345678" ? "87654321" : "12345678"
            for _ in 0..<5 {
                #expect(try await house.enrol(TestDevice(), login: "r-gridworker", digits: wrong).status == 403)
            }
            #expect(try await house.enrol(TestDevice(), login: "r-gridworker", digits: second.digits).status == 403)
            let third = try await fresh()
            house.clock.advance(seconds: 600)
            #expect(try await house.enrol(TestDevice(), login: "r-gridworker", digits: third.digits).status == 403)
        }
    }
}

extension GatewayUnderTest {
    func refresh(_ token: String, from device: TestDevice) async throws -> Answer {
        try await send(.post, "/v1/token", from: device, body: try canonicalBytes(TokenRefresh(refreshToken: token)))
    }

    func enrol(_ device: TestDevice, code: String) async throws -> Answer {
        try await send(
            .post, "/v1/devices/enrol", from: device,
            body: try canonicalBytes(Enrolment(code: code, handheld: device.handheld)))
    }

    func enrol(_ device: TestDevice, login: String, digits: String) async throws -> Answer {
        try await send(
            .post, "/v1/devices/enrol", from: device,
            body: try canonicalBytes(Enrolment(login: login, digits: digits, handheld: device.handheld)))
    }

    /// Every row of the audit but seals.
    func audit() async throws -> [AuditRow] {
        try await store.audit(
            AuditFilter(from: Instant(milliseconds: 0), to: Instant(milliseconds: Int64.max / 2)), after: nil,
            limit: 10_000)
    }
}
