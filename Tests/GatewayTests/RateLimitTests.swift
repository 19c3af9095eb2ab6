import HTTPTypes
import HummingbirdTesting
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Nobody asks more than their share")
struct RateLimitTests {
    private final class Uptime: Sendable {
        private let time = Mutex(ContinuousClock.now)

        var now: ContinuousClock.Instant { time.withLock { $0 } }

        func advance(_ duration: Duration) { time.withLock { $0 += duration } }
    }

    @Test("item 36 · A burst of 1,000 from one account is cut at 600 with Retry-After, and others notice nothing")
    func burst() async throws {
        let uptime = Uptime()
        try await withGateway(uptime: { uptime.now }) { house in
            var statuses: [Int] = []
            for number in 1...1_000 {
                let answer = try await house.get("/v1/reports", as: "W5")
                statuses.append(answer.status)
                guard answer.status == 429 else { continue }
                let problem = try answer.problem()
                #expect(answer.headers[.retryAfter] == "1" && problem.code == "too-many-requests" && problem.retryable)
                if number % 50 == 0 { #expect(try await house.get("/v1/reports", as: "W6").status == 200) }
            }
            #expect(statuses.prefix(600).allSatisfy { $0 == 200 } && statuses.dropFirst(600).allSatisfy { $0 == 429 })
            uptime.advance(.seconds(1))
            statuses = []
            for _ in 1...60 { statuses.append(try await house.get("/v1/reports", as: "W5").status) }
            #expect(statuses.filter { $0 == 200 }.count == 50)
        }
    }

    @Test("A refusal does not wait for the body")
    func beforeTheBody() async throws {
        let now = ContinuousClock.now
        try await withGateway(.live, uptime: { now }, settings: { $0.accountRate = 1 }) { house in
            for _ in 1...12 { #expect(try await house.get("/v1/reports", as: "W5").status == 200) }
            let said =
                "PUT /v1/photos/\(photoDigest(1)) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer token-of-W5\r\n"
                + "Content-Length: 100000\r\nConnection: close\r\n\r\n"
            let heard = try await exchange(said, port: try #require(house.client.port), waiting: 14)
            #expect(heard.statuses == ["429"] && heard.isClosed)
        }
    }

    @Test("An address has its share whoever asks from it; a device has one besides its account's")
    func addressAndDevice() throws {
        let start = ContinuousClock.now
        var settings = GatewaySettings()
        settings.addressRate = 2
        settings.deviceRate = 1
        let limits = RateLimits(settings)
        let town = IPAddress("2001:db8:0:1::1")
        for _ in 1...24 { try limits.admit(town, at: start) }
        #expect(throws: Refusal.tooManyRequests(seconds: 1)) {
            try limits.admit(IPAddress("2001:db8:0:1:ff::1"), at: start)
        }
        try limits.admit(IPAddress("2001:db8:0:2::1"), at: start)
        try limits.admit(nil, at: start)
        for number in 1...12 { try limits.admit(account: "P\(number)", device: "D1", at: start) }
        #expect(throws: Refusal.tooManyRequests(seconds: 1)) {
            try limits.admit(account: "P13", device: "D1", at: start)
        }
        try limits.admit(account: "P13", device: "D2", at: start)
    }

    @Test("A bucket fills steadily up to its brim, whatever the clock does, and says when it has a token")
    func bucket() {
        let start = ContinuousClock.now
        var buckets = TokenBuckets<String>(rate: 2, brim: 3, maxKeys: 10)
        let waits = (0..<5).map { _ in buckets.take("a", at: start) }
        #expect(waits == [nil, nil, nil, .milliseconds(500), .milliseconds(500)])
        #expect(buckets.take("a", at: start - .seconds(60)) == .milliseconds(500))
        #expect(buckets.take("a", at: start + .milliseconds(500)) == nil)
        #expect(buckets.take("a", at: start + .milliseconds(750)) == .milliseconds(250))
        #expect((0..<4).map { _ in buckets.take("a", at: start + .seconds(3_600)) }.filter { $0 == nil }.count == 3)
        var unlimited = TokenBuckets<String>(rate: 0, brim: 0, maxKeys: 10)
        #expect((0..<1_000).allSatisfy { _ in unlimited.take("a", at: start) == nil } && unlimited.count == 0)
    }

    @Test("However many ask, memory is bounded, and whoever still waits goes on waiting while there is room")
    func bounded() {
        let start = ContinuousClock.now
        var buckets = TokenBuckets<Int>(rate: 1, brim: 1, maxKeys: 1_000)
        var most = 0
        for key in 0..<20_000 {
            _ = buckets.take(key, at: start + .milliseconds(key))
            most = max(most, buckets.count)
        }
        #expect(most == 1_000)
        var crowded = TokenBuckets<Int>(rate: 1, brim: 2, maxKeys: 4)
        for _ in 1...2 { _ = crowded.take(0, at: start) }
        for key in 1...3 { _ = crowded.take(key, at: start) }
        // A second later three of the four are full, and forgotten to make room.
        _ = crowded.take(0, at: start + .seconds(1))
        _ = crowded.take(9, at: start + .seconds(1))
        #expect(crowded.take(0, at: start + .seconds(1)) != nil)
    }
}
