import Foundation
import HTTPTypes
import HummingbirdTesting
import TestSupport
import Testing

@testable import Gateway

@Suite("Connections that are slow, endless or malformed hold no place")
struct ConnectionTests {
    private let head = "Host: a\r\nAuthorization: Bearer token-of-W5\r\n"

    private func heard(
        _ said: String, drip: String = "", waiting: Double = 30, headerSeconds: Int = 10, idleSeconds: Int = 60,
        _ check: @escaping @Sendable (Heard, GatewayUnderTest) async throws -> Void
    ) async throws {
        let change: (inout GatewaySettings) -> Void = {
            $0.headerSeconds = headerSeconds
            $0.idleSeconds = idleSeconds
        }
        try await withGateway(.live, settings: change) { house in
            let port = try #require(house.client.port)
            try await check(exchange(said, port: port, waiting: waiting, drip: drip), house)
        }
    }

    @Test("A head that is not complete in time ends the connection, however busily it drips")
    func slowHead() async throws {
        try await heard("GET /healthz HTTP/1.1\r\nX-Slow: ", drip: "a", headerSeconds: 1) { heard, _ in
            #expect(heard.isClosed && heard.seconds < 15)
        }
    }

    @Test("A connection that says nothing is closed")
    func silence() async throws {
        try await heard("", headerSeconds: 1) { heard, _ in
            #expect(heard.isClosed && heard.seconds < 15)
        }
    }

    @Test("A body slower than the least rate is answered 408, and the connection is closed")
    func slowBody() async throws {
        let said = "PUT /v1/photos/\(photoDigest(1)) HTTP/1.1\r\n\(head)Content-Length: 100000\r\n\r\n"
        try await heard(said, drip: "a", waiting: 40) { heard, house in
            #expect(heard.text.hasPrefix("HTTP/1.1 408") && heard.text.contains("body-too-slow"))
            #expect(heard.isClosed && (10..<35).contains(heard.seconds))
            let leftovers = try house.leftovers()
            #expect(leftovers.isEmpty)
        }
    }

    @Test("A body that stops coming ends the connection, and nothing is left behind")
    func stalledBody() async throws {
        let said = "PUT /v1/photos/\(photoDigest(1)) HTTP/1.1\r\n\(head)Content-Length: 100000\r\n\r\nabc"
        try await heard(said, idleSeconds: 1) { heard, house in
            #expect(heard.isClosed && heard.seconds < 15)
            let isClean = try await eventually { try house.leftovers().isEmpty }
            #expect(isClean)
        }
    }

    @Test(
        "Two gigabytes that are announced are refused at once, to whomever and whatever for",
        arguments: ["/v1/reports/", "/v1/photos/", "/nothing/"])
    func announced(path: String) async throws {
        for head in [head, "Host: a\r\n"] {
            let said = "PUT \(path)\(photoDigest(1)) HTTP/1.1\r\n\(head)Content-Length: 2147483648\r\n\r\nabc"
            try await heard(said, drip: "a") { heard, house in
                #expect(heard.text.hasPrefix("HTTP/1.1 4") && heard.text.contains("application/problem+json"))
                #expect(heard.text.lowercased().contains("connection: close"))
                #expect(heard.isClosed && heard.seconds < 15)
                let leftovers = try house.leftovers()
                #expect(leftovers.isEmpty)
            }
        }
    }

    @Test("Chunks without end to somebody who may not send them end with the refusal")
    func endlessChunks() async throws {
        let said = "PUT /v1/photos/\(photoDigest(1)) HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        try await heard(said, drip: "1\r\na\r\n") { heard, _ in
            #expect(heard.text.hasPrefix("HTTP/1.1 401") && heard.isClosed && heard.seconds < 15)
        }
    }

    @Test("Chunks that are none are the sender's fault")
    func malformedChunks() async throws {
        let said = "PUT /v1/photos/\(photoDigest(1)) HTTP/1.1\r\n\(head)Transfer-Encoding: chunked\r\n\r\nzz\r\n"
        try await heard(said) { heard, house in
            #expect(heard.text.hasPrefix("HTTP/1.1 400") && heard.isClosed)
            let isClean = try await eventually { try house.leftovers().isEmpty }
            #expect(isClean)
        }
    }

    @Test(
        "A head that is too long, has too many fields or makes no sense is answered 400, without a body, and closed",
        arguments: [
            "GET /healthz HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 9_000))\r\n\r\n",
            "GET /healthz HTTP/1.1\r\nHost: a\r\n"
                + (0..<3).map { "X\($0): \(String(repeating: "a", count: 7_000))\r\n" }.joined() + "\r\n",
            "GET /healthz HTTP/1.1\r\nHost: a\r\n" + (0..<100).map { "X\($0): a\r\n" }.joined() + "\r\n",
            "GET /healthz HTTP/9.9\r\n\r\n", "FOO-BAR\r\n\r\n", "FOO /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        ])
    func badHead(said: String) async throws {
        try await heard(said) { heard, _ in
            #expect(heard.text.hasPrefix("HTTP/1.1 400") && heard.text.hasSuffix("\r\n\r\n"))
            #expect(heard.isClosed && heard.seconds < 15)
        }
    }

    @Test("After HEAD comes no body, whatever the answer, so that the next answer on the connection is whole")
    func headKeepsTheConnection() async throws {
        let paths = ["/healthz", "/v1/reports", "/nothing", "/v1/login"]
        let said =
            paths.map { "HEAD \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined() + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        try await heard(said, waiting: 5) { heard, _ in
            let statuses = heard.text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
            #expect(statuses == ["200", "401", "404", "405", "200"])
            #expect(heard.text.components(separatedBy: "{").count == 2)
        }
    }

    @Test("Honest requests are answered while others dawdle")
    func honest() async throws {
        try await withGateway(.live) { house in
            let port = try #require(house.client.port)
            async let dawdling = exchange("GET /healthz HTTP/1.1\r\nX: ", port: port, waiting: 1.5, drip: "a")
            for _ in 0..<20 { #expect(try await house.get("/healthz").status == 200) }
            #expect(try await !dawdling.isClosed)
        }
    }
}

/// True as soon as the condition holds; false if it does not within five seconds.
private func eventually(_ condition: () throws -> Bool) async throws -> Bool {
    for _ in 0..<100 {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(50))
    }
    return false
}
