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

@Suite("A proof holds for one request, once, and by one key")
struct KeyProofTests {
    typealias Claims = TestDevice.Claims

    private struct Wrong: Sendable {
        let name: String
        let code: String
        let change: @Sendable (inout Claims, TestDevice) -> Void

        init(
            _ name: String, _ code: String = "invalid-proof",
            _ change: @escaping @Sendable (inout Claims, TestDevice) -> Void
        ) {
            self.name = name
            self.code = code
            self.change = change
        }
    }

    private static let wrongs: [Wrong] = [
        Wrong("another key", "invalid-token") { claims, _ in
            let other = TestDevice()
            claims.jwk = other.jwk
            claims.signature = { try other.key.signature(for: $0).rawRepresentation }
        },
        Wrong("another key's signature") { claims, _ in
            claims.signature = { try P256.Signing.PrivateKey().signature(for: $0).rawRepresentation }
        },
        Wrong("another method") { claims, _ in claims.htm = "PUT" },
        Wrong("another path") { claims, _ in claims.htu = "http://gateway.test/v1/coverage" },
        Wrong("another host") { claims, _ in claims.htu = "http://phishing.test/v1/reports" },
        Wrong("another token") { claims, _ in claims.ath = base64URL(SHA256.hash(data: Array("other".utf8))) },
        Wrong("no token") { claims, _ in claims.ath = nil },
        Wrong("no nonce", "use-nonce") { claims, _ in claims.nonce = nil },
        Wrong("a nonce of another gateway", "use-nonce") { claims, _ in
            claims.nonce = Nonces().nonce(at: GatewayUnderTest.morning)
        },
        Wrong("alg none") { claims, _ in
            claims.alg = "none"
            claims.signature = { _ in Data() }
        },
        Wrong("alg HS256 with the public key as secret") { claims, device in
            claims.alg = "HS256"
            let secret = SymmetricKey(data: device.key.publicKey.x963Representation)
            claims.signature = { Data(HMAC<SHA256>.authenticationCode(for: $0, using: secret)) }
        },
        Wrong("alg RS256") { claims, _ in claims.alg = "RS256" },
        Wrong("another type") { claims, _ in claims.typ = "JWT" },
        Wrong("an extension that must be understood") { claims, _ in claims.crit = "b64" },
        Wrong("a key of another curve") { claims, _ in claims.jwk["crv"] = "P-384" },
        Wrong("a point that is not on the curve") { claims, _ in claims.jwk["y"] = claims.jwk["x"] },
        Wrong("a private key") { claims, device in claims.jwk["d"] = base64URL(device.key.rawRepresentation) },
        Wrong("a jti that is too short") { claims, _ in claims.jti = "1" },
    ]

    private func withLogin(
        _ body: @Sendable @escaping (GatewayUnderTest, TestDevice, Session) async throws -> Void
    ) async throws {
        try await withGateway(password: password, settings: { $0.deviceLogins = true }) { house in
            let device = try await house.enrolled(for: "R-gridWorker")
            let session = try await house.logIn("r-gridworker", password, from: device).decoded(Session.self)
            try await body(house, device, session)
        }
    }

    @Test(
        "item 16 · Each wrong proof is answered 401: key, method, address, token, nonce, algorithm, and the same one again"
    )
    func wrongProofs() async throws {
        try await withLogin { house, device, session in
            func send(_ proof: String) async throws -> Answer {
                try await house.get(
                    "/v1/reports", headers: [.authorization: "DPoP " + session.token, .dpop: proof])
            }
            for wrong in Self.wrongs {
                var claims = device.claims(.get, "/v1/reports", nonce: house.nonce, token: session.token)
                wrong.change(&claims, device)
                let answer = try await send(try device.proof(claims))
                #expect(answer.status == 401, "\(wrong.name)")
                #expect(try answer.problem().code == wrong.code, "\(wrong.name)")
                #expect(answer.headers[.dpopNonce] == house.nonce, "\(wrong.name)")
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("DPoP error=") == true, "\(wrong.name)")
            }
            let right = try device.proof(device.claims(.get, "/v1/reports", nonce: house.nonce, token: session.token))
            #expect(try await send(right).status == 200)
            #expect(try await send(right).status == 401, "once")
            for garbage in [
                "", ".", "..", "a.b.c", right + ".x", String(right.dropLast(4)), String(repeating: "a", count: 5_000),
            ] {
                #expect(try await send(garbage).status == 401, "\(garbage.prefix(20))")
            }
            let two = try device.proof(device.claims(.get, "/v1/reports", nonce: house.nonce, token: session.token))
            var fields: HTTPFields = [.authorization: "DPoP " + session.token]
            fields.append(HTTPField(name: .dpop, value: two))
            fields.append(HTTPField(name: .dpop, value: two))
            #expect(try await house.get("/v1/reports", headers: fields).status == 401)
        }
    }

    @Test("A header that makes other readers fall over is a wrong proof like others")
    func hostileHeader() async throws {
        try await withLogin { house, _, session in
            for header in [#"{"typ":"dpop+jwt","alg":"ES256","jwk":{},"x":1e300}"#, #"{"typ":1e999}"#, "[[[[[[", "{}"] {
                let proof = base64URL(Array(header.utf8)) + ".e30.AAAA"
                let answer = try await house.get(
                    "/v1/reports", headers: [.authorization: "DPoP " + session.token, .dpop: proof])
                #expect(answer.status == 401)
            }
        }
    }

    @Test("item 17 · The nonce alone says when a proof was made: handhelds with any clock log in, old nonces do not")
    func clocks() async throws {
        try await withLogin { house, device, session in
            for iat in [0, -5 * 31_556_952, 4_102_444_800] {
                var claims = device.claims(.get, "/v1/reports", nonce: house.nonce, token: session.token)
                claims.iat = iat
                let answer = try await house.get(
                    "/v1/reports", headers: [.authorization: "DPoP " + session.token, .dpop: try device.proof(claims)])
                #expect(answer.status == 200, "\(iat)")
            }
            let old = house.nonce
            house.clock.advance(seconds: 301)
            let claims = device.claims(.get, "/v1/reports", nonce: old, token: session.token)
            let answer = try await house.get(
                "/v1/reports", headers: [.authorization: "DPoP " + session.token, .dpop: try device.proof(claims)])
            #expect(try answer.problem().code == "use-nonce")
            #expect(try await house.send(.get, "/v1/reports", from: device, token: session.token).status == 200)
        }
    }

    @Test(
        "item 15 · A refresh token works once; its answer may be lost for a minute; used later or elsewhere it ends the login"
    )
    func refreshing() async throws {
        try await withLogin { house, device, _ in
            for _ in 0..<100 {
                let session = try await house.logIn("r-gridworker", password, from: device).decoded(Session.self)
                let first = try #require(session.refreshToken)
                let pair = try await house.refresh(first, from: device).decoded(Tokens.self)
                house.clock.advance(seconds: 59)
                let again = try await house.refresh(first, from: device).decoded(Tokens.self)
                #expect(again.token == pair.token && again.refreshToken == pair.refreshToken)
                #expect(try await house.send(.get, "/v1/reports", from: device, token: pair.token).status == 200)
                #expect(try await house.send(.get, "/v1/reports", from: device, token: session.token).status == 401)
                house.clock.advance(seconds: 2)
                #expect(try await house.refresh(first, from: device).status == 401)
                #expect(try await house.refresh(pair.refreshToken, from: device).status == 401, "the login is over")
                house.clock.advance(seconds: 1)
                #expect(try await house.send(.get, "/v1/reports", from: device, token: pair.token).status == 401)
            }
            let next = try await house.logIn("r-gridworker", password, from: device).decoded(Session.self)
            let stolen = try #require(next.refreshToken)
            #expect(try await house.refresh(stolen, from: TestDevice()).status == 401)
            #expect(try await house.refresh(stolen, from: device).status == 401, "stolen: the login is over")
            #expect(try await house.audit().filter { $0.result == "token-misused" }.count == 101)
        }
    }

    @Test("item 5 · A handheld's login lasts twelve hours however it is refreshed, an access token ten minutes")
    func handheldHours() async throws {
        try await withLogin { house, device, session in
            house.clock.advance(seconds: 601)
            #expect(try await house.send(.get, "/v1/reports", from: device, token: session.token).status == 401)
            var refresh = try #require(session.refreshToken)
            for _ in 0..<12 {
                let tokens = try await house.refresh(refresh, from: device).decoded(Tokens.self)
                #expect(tokens.refreshUntil == session.refreshUntil)
                refresh = tokens.refreshToken
                house.clock.advance(seconds: 3_540)
            }
            house.clock.advance(seconds: 600)
            #expect(try await house.refresh(refresh, from: device).status == 401)
        }
    }

    @Test("item 12 · Of every token, code and password that was given out, nothing stands in the database")
    func nothingInTheClear() async throws {
        try await withGateway(password: password, settings: { $0.deviceLogins = true }) { house in
            let admin = "R-securityAdministrator"
            let code = try await house.send(
                .post, "/v1/devices", as: admin,
                body: try canonicalBytes(NewDevice(person: "R-gridWorker", label: "平板"))
            ).decoded(DeviceCode.self)
            let device = TestDevice()
            #expect(try await house.enrol(device, code: code.code).status == 201)
            let session = try await house.logIn("r-gridworker", password, from: device).decoded(Session.self)
            let refreshed = try await house.refresh(session.refreshToken ?? "", from: device).decoded(Tokens.self)
            let issued = try await house.send(
                .post, "/v1/tokens", as: admin,
                body: try canonicalBytes(
                    NewToken(person: "R-county", label: "平台", scopes: ["readCoverage"], until: "2026-04-01"))
            ).decoded(TokenLine.self)
            let secrets = [
                password, code.code, code.digits, session.token, session.refreshToken ?? "", refreshed.token,
                refreshed.refreshToken, issued.token ?? "",
            ]
            #expect(secrets.allSatisfy { $0.utf8.count >= 8 })
            #expect(Set(secrets).count == secrets.count)
            var files = 0
            for name in try FileManager.default.contentsOfDirectory(atPath: house.folder.path) {
                guard name.hasPrefix("patrol") || name.contains("sqlite"),
                    let bytes = FileManager.default.contents(atPath: house.folder.appending(path: name).path)
                else { continue }
                files += 1
                for secret in secrets { #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)") }
            }
            #expect(files > 0)
        }
    }
}
