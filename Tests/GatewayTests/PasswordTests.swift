import Foundation
import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Passwords")
struct PasswordTests {
    private static let password = "correct horse 电池 7"
    private static let better = "kestrel-Moor-84"

    private func bearer(_ session: Session) -> HTTPFields { [.authorization: "Bearer " + session.token] }

    private func session(_ house: GatewayUnderTest, _ name: String, _ password: String = password) async throws
        -> Session
    { try await house.login(name, password).decoded(Session.self) }

    private func change(
        _ house: GatewayUnderTest, _ session: Session, from old: String, to new: String
    ) async throws -> Answer {
        try await house.send(
            .put, "/v1/password", body: try canonicalBytes(PasswordChange(old: old, new: new)),
            headers: [.authorization: "Bearer " + session.token, .contentType: "application/json"])
    }

    @Test("item 10 · changing the password needs the old one, and ends the other sessions at once")
    func changing() async throws {
        try await withGateway(password: Self.password) { house in
            let here = try await session(house, "r-gridworker")
            let elsewhere = try await session(house, "r-gridworker")
            for session in [here, elsewhere] {
                #expect(try await house.get("/v1/reports", headers: bearer(session)).status == 200)
            }
            let refused = try await change(house, here, from: "guess", to: "short")
            #expect(refused.verdict == "422 invalid")
            #expect(refused.defects == ["/old wrong-password", "/new too-short", "/new too-simple"])
            #expect(try await change(house, here, from: Self.password, to: Self.better).status == 204)
            #expect(try await house.get("/v1/reports", headers: bearer(here)).status == 200)
            #expect(try await house.get("/v1/reports", headers: bearer(elsewhere)).status == 401)
            #expect(try await house.login("r-gridworker", Self.password).status == 401)
            #expect(try await house.login("r-gridworker", Self.better).status == 200)
        }
    }

    @Test("item 10 · a stolen session guesses the password no longer than anybody else")
    func guessing() async throws {
        try await withGateway(password: Self.password) { house in
            let stolen = try await session(house, "r-gridworker")
            for _ in 0..<5 {
                #expect(
                    try await change(house, stolen, from: "guess", to: Self.better).defects == ["/old wrong-password"])
            }
            #expect(
                try await change(house, stolen, from: Self.password, to: Self.better).verdict == "429 too-many-tries")
        }
    }

    @Test("item 6 · no character of a long password is without effect, and both spellings of é are one")
    func everyCharacterCounts() async throws {
        let long = String(repeating: "春江潮水连海平海上明月共潮生-7", count: 4)
        #expect(long.unicodeScalars.count == 64)
        try await withGateway(password: long + "e\u{301}") { house in
            let right = try await house.login("r-county", long + "\u{E9}")
            #expect(right.status == 200)
            for wrong in [long, long + "e", String(long.dropLast()) + "8é", long + "é "] {
                #expect(try await house.login("r-county", wrong).status == 401, "\(wrong)")
            }
        }
    }

    @Test("item 6 · under mlps none of the last six passwords is taken again; under asvs only not the present one")
    func history() async throws {
        let passwords = (1...7).map { "kestrel-Moor-\($0)\($0)" }
        for (profile, returns) in [("mlps", 6), ("asvs", 2)] {
            try await withGateway(password: passwords[0], settings: { $0.passwordProfile = profile }) { house in
                let session = try await session(house, "r-county", passwords[0])
                var present = passwords[0]
                #expect(try await change(house, session, from: present, to: present).defects == ["/new used-before"])
                var changes = 0
                while try await change(house, session, from: present, to: passwords[0]).status != 204 {
                    changes += 1
                    try #require(changes < passwords.count)
                    #expect(try await change(house, session, from: present, to: passwords[changes]).status == 204)
                    present = passwords[changes]
                }
                #expect(changes == returns - 1 + (profile == "mlps" ? 1 : 0))
            }
        }
    }

    @Test("item 6 · an expired password, or one that was handed out, opens a session for nothing but changing it")
    func due() async throws {
        try await withGateway(password: Self.password) { house in
            // Entered on 20 December; ninety days later it is March 20th.
            house.clock.advance(hours: 24 * 15)
            let expired = try await session(house, "r-executivedeputy")
            #expect(expired.passwordDue == "expired")
            for path in ["/v1/reports", "/v1/coverage", "/v1/accounts?area=A0000001"] {
                #expect(try await house.get(path, headers: bearer(expired)).verdict == "403 password-expired")
            }
            let page = try await house.get("/coverage", headers: bearer(expired))
            #expect(page.status == 303 && page.headers[.location] == "/password")
            #expect(try await house.get("/password", headers: bearer(expired)).text.contains("密码已到期"))
            #expect(try await change(house, expired, from: Self.password, to: Self.better).status == 204)
            #expect(try await house.get("/v1/reports", headers: bearer(expired)).status == 200)
            #expect(try await session(house, "r-executivedeputy", Self.better).passwordDue == nil)

            let hash = try Passwords.hash(Self.password)
            for login in ["r-county", "r-listowner"] {
                try await house.store.resetPassword(login: login, to: hash, remembered: 5, by: nil, at: house.clock.now)
            }
            let handedOut = try await session(house, "r-county")
            #expect(handedOut.passwordDue == "mustChange")
            #expect(
                try await house.get("/v1/coverage", headers: bearer(handedOut)).verdict == "403 password-must-change")
            #expect(try await house.send(.post, "/v1/logout", headers: bearer(handedOut)).status == 204)
            house.clock.advance(hours: 24 * 14)
            #expect(try await house.login("r-listowner", Self.password).verdict == "401 wrong-credentials", "too late")
        }
    }

    @Test("item 6 · a password that expires during a session lets the day's work go on")
    func expiringMeanwhile() async throws {
        try await withGateway(password: Self.password) { house in
            house.clock.advance(hours: 24 * 15 - 1)
            let morning = try await session(house, "r-gridworker")
            house.clock.advance(hours: 2)
            #expect(morning.passwordDue == nil)
            #expect(try await house.get("/v1/reports", headers: bearer(morning)).status == 200)
            #expect(try await session(house, "r-gridworker").passwordDue == "expired")
        }
    }

    @Test("item 6 · asvs never asks for another password")
    func noRotation() async throws {
        try await withGateway(password: Self.password, settings: { $0.passwordProfile = "asvs" }) { house in
            house.clock.advance(hours: 24 * 1_000)
            let session = try await session(house, "r-county")
            #expect(session.passwordDue == nil)
        }
    }

    @Test("At a desk the page changes the password, says all that is wrong with it, and leads on")
    func page() async throws {
        try await withGateway(password: Self.password) { house in
            let session = try await session(house, "r-county")
            func submit(_ old: String, _ new: String, _ again: String) async throws -> Answer {
                var allowed = CharacterSet.alphanumerics
                allowed.insert("-")
                let fields = [("old", old), ("new", new), ("again", again)].map {
                    "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
                }
                return try await house.send(
                    .post, "/password", body: Array(fields.joined(separator: "&").utf8), headers: bearer(session))
            }
            #expect(try await house.get("/password").headers[.location] == "/login")
            let differing = try await submit(Self.password, Self.better, Self.better + "x")
            #expect(differing.status == 422 && differing.text.contains("两次输入的新密码不同"))
            let weak = try await submit("guess", "short", "short")
            #expect(weak.status == 422 && weak.text.contains("原密码不对") && weak.text.contains("太短"))
            #expect(!weak.text.contains("guess"))
            let done = try await submit(Self.password, Self.better, Self.better)
            #expect(done.status == 303 && done.headers[.location] == "/coverage")
            #expect(try await house.login("r-county", Self.better).status == 200)
        }
    }

    @Test("item 7 · the login, the name and the place in a new password are refused with advice")
    func context() async throws {
        try await withGateway(password: Self.password) { house in
            let session = try await session(house, "r-executivedeputy")
            for guessable in ["r-ExecutiveDeputy-84", "南浔Kestrel-84", "练市Kestrel-84", "Password2026!"] {
                let answer = try await change(house, session, from: Self.password, to: guessable)
                #expect(answer.verdict == "422 invalid", "\(guessable)")
                let defects = try answer.problem().defects ?? []
                #expect(defects.allSatisfy { $0.pointer == "/new" && !$0.message.isEmpty })
            }
        }
    }

    @Test("item 8 · hashes are Argon2id, carry their parameters, take 15–300 ms, and a weak one is replaced at login")
    func hashing() async throws {
        let weak = Passwords.Parameters(memoryKiB: 19 * 1024, passes: 1)
        let salt = Array(repeating: UInt8(9), count: Passwords.saltBytes)
        let hash = try Passwords.hash(Self.password, salt: salt, parameters: weak)
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=1,p=1$"))
        #expect(Passwords.isWeak(hash) && Passwords.isWeak("unusable"))
        try await withGateway { house in
            func stored() async throws -> String {
                try #require(try await house.store.credentials(login: "r-county")).passwordHash
            }
            try await house.store.rehash("R-county", from: "unusable", to: hash)
            #expect(try await house.login("r-county", "wrong").status == 401)
            #expect(try await stored() == hash, "a wrong password changes nothing")
            #expect(try await house.login("r-county", Self.password).status == 200)
            let strong = try await stored()
            #expect(strong.hasPrefix("$argon2id$v=19$m=47104,t=1,p=1$") && !Passwords.isWeak(strong))
            #expect(try await house.login("r-county", Self.password).status == 200)
            #expect(try await stored() == strong, "once")
        }
        let clock = ContinuousClock()
        let times = try (0..<5).map { _ in try clock.measure { _ = try Passwords.hash(Self.password) } }.sorted()
        let quickest = times[0]
        #expect(quickest >= .milliseconds(15) && quickest <= .milliseconds(300), "\(times)")
    }

    @Test("item 11 · unknown, disabled and impossible names cost the same hash as known ones")
    func decoy() async throws {
        #expect(Passwords.Parameters(of: Passwords.decoy) == .current)
        try await withGateway(password: Self.password) { house in
            try await house.store.setDisabled(true, login: "r-county", by: nil, at: house.clock.now)
            let clock = ContinuousClock()
            for name in ["r-county", "nobody", "nul\0", "r-gridworker", String(repeating: "长", count: 4_000)] {
                let spent = await clock.measure {
                    await #expect(throws: Refusal.wrongCredentials) {
                        try await house.gateway.authenticate(name, "wrong", device: nil, address: "192.0.2.1")
                    }
                }
                #expect(spent >= .milliseconds(12), "\(name.prefix(20)) was answered without hashing")
            }
        }
    }
}
