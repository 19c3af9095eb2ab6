import HummingbirdTesting
import NIOHTTP1
import Testing

@testable import Gateway

@Suite("What two machines could read differently is refused, and nothing behind it is read")
struct SmugglingTests {
    private static let start = "POST /v1/login HTTP/1.1\r\nHost: a\r\n"
    private static let chunked = start + "Transfer-Encoding: chunked\r\n\r\n"
    private static let next = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

    private static let requests: [(shape: String, said: String)] = [
        ("length and chunks", start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("two lengths", start + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        ("the same length twice", start + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        ("a list of lengths", start + "Content-Length: 2, 2\r\n\r\n{}"),
        ("a length with a sign", start + "Content-Length: +2\r\n\r\n{}"),
        ("a length beyond 64 bits", start + "Content-Length: 18446744073709551618\r\n\r\n{}"),
        ("a folded line", start + "X: a\r\n b\r\n\r\n"),
        ("a folded transfer coding", start + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
        ("a bare LF after the first line", "GET /healthz HTTP/1.1\nHost: a\r\n\r\n"),
        ("a bare LF after a field", "GET /healthz HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        ("a bare LF at the end", "GET /healthz HTTP/1.1\r\nHost: a\r\n\n"),
        ("a bare CR in a value", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n"),
        ("space before the colon", start + "Content-Length : 2\r\n\r\n{}"),
        ("a tab before the colon", start + "Content-Length\t: 2\r\n\r\n{}"),
        ("a chunk size that is none", chunked + "zz\r\n{}\r\n0\r\n\r\n"),
        ("a chunk size with 0x", chunked + "0x2\r\n{}\r\n0\r\n\r\n"),
        ("a chunk size beyond 64 bits", chunked + "10000000000000002\r\n{}\r\n0\r\n\r\n"),
        ("chunks with bare LFs", chunked + "2\n{}\n0\n\n"),
        ("a chunk longer than it says", chunked + "2\r\n{}XX\r\n0\r\n\r\n"),
        ("a chunk extension with CR", chunked + "2;a\rb\r\n{}\r\n0\r\n\r\n"),
        ("a chunk extension with LF", chunked + "2;a\n{}\r\n0\r\n\r\n"),
        ("a length after the chunks", chunked + "2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n"),
        ("chunked with a Kelvin sign", start + "Transfer-Encoding: chun\u{212A}ed\r\n\r\n0\r\n\r\n"),
        ("xchunked", start + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        ("identity", start + "Transfer-Encoding: identity\r\n\r\n"),
        ("gzip, chunked", start + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        ("chunked, identity", start + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        ("chunked twice", start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("quoted chunked", start + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
        ("chunks in HTTP/1.0", "POST /v1/login HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("NUL in a value", "GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
        ("NUL in a name", "GET /healthz HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"),
        ("HTTP/0.9", "GET /healthz\r\n\r\n"),
        ("another host in the address", "GET http://b/healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a user in the address", "GET http://u@a/healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("another scheme", "GET ftp://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("a fragment", "GET /healthz#a HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n"),
        ("two hosts", "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("no host", "GET /healthz HTTP/1.1\r\n\r\n"), ("an empty host", "GET /healthz HTTP/1.1\r\nHost: \r\n\r\n"),
        ("a host with a path", "GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        ("a host with a user", "GET /healthz HTTP/1.1\r\nHost: u@a\r\n\r\n"),
        ("a list of hosts", "GET /healthz HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    ]

    @Test("item 34 · Every shape of request smuggling is answered 400, once, and the connection is closed")
    func shapes() async throws {
        try await withGateway(.live) { house in
            let port = try #require(house.client.port)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for (shape, said) in Self.requests {
                    tasks.addTask {
                        let heard = try await exchange(said + Self.next, port: port, waiting: 15)
                        #expect(heard.statuses == ["400"] && heard.isClosed, "\(shape): \(heard.text)")
                    }
                }
                try await tasks.waitForAll()
            }
        }
    }

    @Test("An honest request before such a one is answered first")
    func honestFirst() async throws {
        try await withGateway(.live) { house in
            let said = Self.next + "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + Self.next
            let heard = try await exchange(said, port: try #require(house.client.port), waiting: 15)
            #expect(heard.statuses == ["200", "400"] && heard.isClosed)
        }
    }

    @Test("What RFC 9112 asks every server to take is taken: addresses of one's own, ports, upper case, HTTP/1.0")
    func taken() {
        func head(_ target: String, _ fields: HTTPHeaders, _ version: HTTPVersion = .http1_1) -> HTTPRequestHead {
            HTTPRequestHead(version: version, method: .GET, uri: target, headers: fields)
        }
        for honest in [
            head("/healthz?a=b", ["Host": "patrol.example:8443"]), head("/", ["Host": "[2001:db8::1]:8080"]),
            head("http://Patrol.example/healthz", ["Host": "patrol.EXAMPLE"]), head("/", [:], .http1_0),
            head("/", ["Host": "a", "Transfer-Encoding": "Chunked"]), head("https://a?b=c", ["Host": "a"]),
        ] {
            #expect(!isAmbiguous(honest), "\(honest)")
        }
    }

    @Test("What follows an upgrade that nobody offered, or the last request of a connection, is not answered")
    func upgrade() async throws {
        try await withGateway(.live) { house in
            let port = try #require(house.client.port)
            for field in ["Connection: Upgrade\r\nUpgrade: h2c", "Connection: close"] {
                let heard = try await exchange(
                    "GET /healthz HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n" + Self.next, port: port, waiting: 15)
                #expect(heard.statuses == ["200"] && heard.isClosed, "\(field)")
                #expect(heard.text.lowercased().contains("connection: close"), "\(field)")
            }
        }
    }
}
