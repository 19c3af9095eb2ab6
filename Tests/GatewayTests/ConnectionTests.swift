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

    @Test("The head of a later request has no more time than the first one's")
    func slowSecondHead() async throws {
        let whole = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        try await heard(whole + "GET /healthz HTTP/1.1\r\nX-Slow: ", drip: "a", headerSeconds: 3) { heard, house in
            #expect(heard.statuses == ["200"] && heard.isClosed && heard.seconds < 15)
            #expect(house.gateway.metrics.text(with: []).contains("patrol_refusals_total{kind=\"slow-head\"}"))
        }
    }

    @Test("A slow body that nobody reads, since it was refused, ends the connection too")
    func slowRefusedBody() async throws {
        let said = "PUT /v1/photos/\(photoDigest(1)) HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
        try await heard(said, drip: "a", waiting: 40) { heard, _ in
            #expect(heard.statuses == ["401"] && heard.isClosed && (15..<35).contains(heard.seconds))
        }
    }

    @Test("Answers that are not read end the connection")
    func slowReader() async throws {
        try await withGateway(.live, settings: { $0.idleSeconds = 1 }) { house in
            let connection = try RawConnection(port: try #require(house.client.port))
            let question = "GET /openapi.yaml HTTP/1.1\r\nHost: a\r\n\r\n"
            connection.say(Array(String(repeating: question, count: 100).utf8))
            let isEnded = try await eventually {
                house.gateway.metrics.text(with: []).contains("patrol_refusals_total{kind=\"slow-reader\"} 1")
            }
            #expect(isEnded)
        }
    }

    @Test("An address that has its share of connections gets no further one until it closes one")
    func shareOfAddress() async throws {
        let patient: (inout GatewaySettings) -> Void = {
            $0.maxConnectionsPerAddress = 6
            $0.headerSeconds = 600
            $0.idleSeconds = 600
        }
        try await withGateway(.live, settings: patient) { house in
            let port = try #require(house.client.port)
            // The first of the six is the house's own.
            _ = try await house.get("/healthz")
            var held = try (0..<5).map { _ in try RawConnection(port: port) }
            let areOpen = try await eventually { house.gateway.connections.count == 6 }
            #expect(areOpen)
            let question = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let refused = try await exchange(question, port: port, waiting: 15)
            #expect(refused.bytes.isEmpty && refused.isClosed)
            held.removeLast(3)
            let areClosed = try await eventually { house.gateway.connections.count == 3 }
            #expect(areClosed)
            #expect(try await exchange(question, port: port, waiting: 15).statuses == ["200"])
        }
    }

    @Test("Whoever asks for it by HTTP/1.0, or to close, gets the whole answer and then the end")
    func closing() async throws {
        for said in [
            "GET /openapi.yaml HTTP/1.0\r\n\r\n", "GET /openapi.yaml HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n",
        ] {
            try await heard(said) { heard, _ in
                #expect(heard.statuses == ["200"] && heard.isClosed && heard.seconds < 15)
                let body = try #require(heard.text.range(of: "\r\n\r\n")).upperBound
                #expect(try String(heard.text[body...]) == Specification.text())
            }
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

    private static let oversized = [
        "two gigabytes announced": "PUT /v1/photos/\(photoDigest(1)) HTTP/1.1\r\nContent-Length: 2147483648\r\n",
        "a body for no route": "PUT /v1/nothing HTTP/1.1\r\nContent-Length: 2147483648\r\n",
        "a path of a megabyte": "GET /\(String(repeating: "a", count: 1_000_000)) HTTP/1.1\r\n",
        "a field of a megabyte": "GET /healthz HTTP/1.1\r\nX: \(String(repeating: "a", count: 1_000_000))\r\n",
        "a hundred thousand fields": "GET /healthz HTTP/1.1\r\n" + (0..<100_000).map { "X\($0): a\r\n" }.joined(),
    ]

    @Test(
        "item 33 · What is larger than anything honest is refused at once and closed, and the next caller is unharmed",
        arguments: oversized.keys.sorted())
    func oversize(name: String) async throws {
        try await heard((Self.oversized[name] ?? "") + head + "\r\n") { heard, house in
            #expect(heard.text.hasPrefix("HTTP/1.1 4") && heard.isClosed && heard.seconds < 20)
            let question = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let next = try await exchange(question, port: try #require(house.client.port), waiting: 30)
            #expect(next.statuses == ["200"])
        }
    }

    @Test("Bodies with a hundred thousand members or ten thousand levels are refused by the reader, not by a crash")
    func deepAndWide() async throws {
        try await withGateway { house in
            let deep = String(repeating: #"{"a":"#, count: 10_000)
            let wide = "{" + (0..<20_000).map { "\"a\($0)\":0" }.joined(separator: ",") + "}"
            for body in [deep, wide] {
                let answer = try await house.put(1, bytes: Array(body.utf8))
                #expect((400..<500).contains(answer.status))
            }
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
            #expect(heard.statuses == ["200", "401", "404", "405", "200"])
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
