import HTTPTypes
import NIOCore
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Wrong passwords")
struct LockoutTests {
    private static let password = "correct horse 电池 7"

    @Test(
        "item 3 · after five wrong passwords from an address the sixth try waits a quarter of an hour, right or wrong")
    func sixthTry() async throws {
        try await withGateway(password: Self.password) { house in
            for _ in 0..<5 {
                #expect(try await house.login("r-gridworker", "wrong").verdict == "401 wrong-credentials")
            }
            let held = try await house.login("r-gridworker", Self.password)
            #expect(held.verdict == "429 too-many-tries" && held.headers[.retryAfter] == "900")
            #expect(try await house.login("r-county", Self.password).status == 200, "others from there are let in")
            house.clock.advance(minutes: 14)
            #expect(try await house.login("r-gridworker", Self.password).headers[.retryAfter] == "60")
            house.clock.advance(minutes: 1)
            #expect(try await house.login("r-gridworker", Self.password).status == 200)
        }
    }

    @Test("item 3 · names that nobody has are held off like others, and a right password begins anew")
    func unknownNames() async throws {
        try await withGateway(password: Self.password) { house in
            for _ in 0..<5 { #expect(try await house.login("nobody", "x").verdict == "401 wrong-credentials") }
            #expect(try await house.login("nobody", "x").verdict == "429 too-many-tries")
            for _ in 0..<3 {
                for _ in 0..<4 { _ = try await house.login("r-county", "wrong") }
                #expect(try await house.login("r-county", Self.password).status == 200)
            }
        }
    }

    @Test("item 3 · an address that tries one password on many names is held off for all of them")
    func spraying() async throws {
        try await withGateway(settings: { $0.loginAddressFailures = 8 }) { house in
            for number in 0..<8 { #expect(try await house.login("name\(number)", "x").status == 401) }
            let ninth = try await house.login("name8", "x")
            #expect(ninth.verdict == "429 too-many-tries")
        }
    }

    @Test("item 4 · a thousand wrong tries from a foreign device leave the owner's own device alone")
    func owner() async throws {
        try await withGateway(password: Self.password) { house in
            let lockout = house.gateway.lockout
            var letIn = 0
            for number in 0..<1_000 {
                let device = number.isMultiple(of: 2) ? "D-foreign" : nil
                do {
                    _ = try await lockout.admit(
                        account: "r-gridworker", device: device, address: "192.0.2.9", at: house.clock.now)
                    letIn += 1
                } catch Refusal.tooManyTries {}
            }
            #expect(letIn == 10, "five from the device, five from its address")
            for _ in 0..<3 {
                let own = try await house.gateway.authenticate(
                    "r-gridworker", Self.password, device: "D-own", address: "192.0.2.9")
                #expect(own.person == "R-gridWorker")
            }
            await #expect(throws: Refusal.tooManyTries(seconds: 900)) {
                try await house.gateway.authenticate(
                    "r-gridworker", Self.password, device: "D-foreign", address: "198.51.100.1")
            }
            await #expect(throws: Refusal.tooManyTries(seconds: 900)) {
                try await house.gateway.authenticate("r-gridworker", Self.password, device: nil, address: "192.0.2.9")
            }
        }
    }

    @Test("item 4 · strangers fill their part of the queue and are answered at once; an enrolled device still gets in")
    func queue() async throws {
        let pool = BoundedPool(workers: 1, queue: 3, keptForKnown: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (released, release) = AsyncStream.makeStream(of: Void.self)
            let (taken, take) = AsyncStream.makeStream(of: Void.self)
            for _ in 0..<2 {
                group.addTask {
                    try await pool.reserving(forKnown: false) { _ in
                        take.yield()
                        for await _ in released {}
                    }
                }
            }
            var places = taken.makeAsyncIterator()
            for _ in 0..<2 { await places.next() }
            await #expect(throws: Refusal.busy(seconds: 2)) { try await pool.run(forKnown: false) { 1 } }
            #expect(try await pool.run(forKnown: true) { 2 } == 2)
            release.finish()
            try await group.waitForAll()
        }
        #expect(try await pool.run(forKnown: false) { 3 } == 3)
        try await pool.shutdown()
    }

    @Test("a try that found no place in the queue is none")
    func withdrawn() async throws {
        try await withGateway { house in
            for _ in 0..<20 {
                let attempt = try await house.gateway.lockout.admit(
                    account: "a", device: nil, address: "b", at: house.clock.now)
                try await attempt.withdrawn()
            }
            _ = try await house.gateway.lockout.admit(account: "a", device: nil, address: "b", at: house.clock.now)
        }
    }

    @Test("addresses of IPv6 count by their network, mapped ones as what they are")
    func addresses() {
        func counted(_ text: String) -> String { countedAddress(text) }
        #expect(counted("2001:db8:1:2::3") == counted("2001:db8:1:2:ffff::9"))
        #expect(counted("2001:db8:1:2::3") != counted("2001:db8:1:3::3"))
        #expect(counted("::ffff:192.0.2.1") != counted("::ffff:192.0.2.2"))
        #expect(counted("192.0.2.1") == counted("::ffff:192.0.2.1"))
    }

    @Test("nothing that was typed is kept of a try that failed")
    func digests() async throws {
        try await withGateway { house in
            _ = try await house.login("my-secret-typed-as-a-name", "x")
            let rows = try await house.store.database.read { try $0.rows("SELECT counter FROM login_failure", []) }
            #expect(rows.count == 2)
            let kept = try rows.map { try $0.text(0) }
            #expect(kept.allSatisfy { $0.count == 64 && $0.allSatisfy(\.isHexDigit) })
        }
    }
}

extension GatewayUnderTest {
    func login(_ name: String, _ password: String) async throws -> Answer {
        try await send(
            .post, "/v1/login", body: try canonicalBytes(Login(name: name, password: password)),
            headers: [.contentType: "application/json"])
    }
}
