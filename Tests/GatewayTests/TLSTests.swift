import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import TestSupport
import Testing

@testable import Gateway

@Suite("The gateway's own TLS")
struct TLSTests {
    /// A certificate of its own making, with its key.
    private struct Pair {
        let chain: String
        let key: String

        init(_ name: String, in folder: URL) async throws {
            chain = folder.appending(path: name + ".pem").path
            key = folder.appending(path: name + ".key").path
            _ = try await shell(
                "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=\(name)"
                    + " -keyout \(key) -out \(chain)")
        }

        /// The pin of RFC 7469, by other means than the gateway's.
        func pin() async throws -> String {
            let base64 = try await shell(
                "openssl pkey -in \(key) -pubout -outform DER | openssl dgst -sha256 -binary | base64")
            return "sha256/"
                + base64.trimmingCharacters(in: .newlines).replacing("+", with: "-").replacing("/", with: "_")
                .replacing("=", with: "")
        }
    }

    /// A gateway with a certificate; its files are `live.pem` and `live.key` in the folder.
    private func withTLS(_ body: @Sendable (GatewayUnderTest, URL, Int) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let pair = try await Pair("live", in: folder)
            let change: (inout GatewaySettings) -> Void = {
                $0.tlsCertificate = pair.chain
                $0.tlsKey = pair.key
                $0.publicURL = ""
            }
            try await withGateway(.live, settings: change) { house in
                try await body(house, folder, try #require(house.client.port))
            }
        }
    }

    private static let question = #"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"#

    /// What OpenSSL's client hears.
    private func ask(_ port: Int, _ options: String = "") async throws -> String {
        try await shell(
            "printf '\(Self.question)' | openssl s_client -connect 127.0.0.1:\(port) -quiet \(options) 2>&1 || true")
    }

    @Test("item 19 · TLS 1.2 and 1.3 with forward secrecy are served; older versions and plain HTTP get no answer")
    func versions() async throws {
        try await withTLS { house, _, port in
            for options in ["-tls1_3", "-tls1_2", "-tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305"] {
                #expect(try await ask(port, options).contains("HTTP/1.1 200 OK"), "\(options)")
            }
            for cipher in ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256", "NULL"] {
                let answer = try await ask(port, "-tls1_2 -cipher \(cipher):@SECLEVEL=0")
                #expect(!answer.contains("HTTP/"), "\(cipher)")
            }
            let older = try await ask(port, "-tls1_1 -cipher ALL:@SECLEVEL=0")
            #expect(!older.contains("HTTP/"))
            for minor: UInt8 in [1, 2] {
                let heard = try await exchange(clientHello(version: minor), port: port, waiting: 10)
                // A fatal alert, protocol_version (RFC 8446, 6.2).
                #expect(
                    heard.isClosed && heard.bytes.first == 21 && heard.bytes.suffix(2) == [2, 70], "\(heard.bytes)")
            }
            let plain = try await exchange("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", port: port, waiting: 15)
            #expect(plain.isClosed && !plain.text.contains("HTTP/"))
            #expect(house.gateway.origins.map(\.description) == ["https://127.0.0.1:\(port)"])
        }
    }

    /// As a client sends it that knows TLS 1.`version - 1` and nothing newer.
    private func clientHello(version: UInt8) -> [UInt8] {
        let suites: [UInt8] = [0xC0, 0x09, 0xC0, 0x0A, 0xC0, 0x13, 0xC0, 0x14, 0x00, 0x2F, 0x00, 0x35]
        let groups: [UInt8] = [0, 10, 0, 4, 0, 2, 0, 23, 0, 11, 0, 2, 1, 0]
        let hello: [UInt8] =
            [3, version] + Array(repeating: 7, count: 32) + [0, 0, UInt8(suites.count)] + suites
            + [1, 0, 0, UInt8(groups.count)] + groups
        let handshake: [UInt8] = [1, 0, 0, UInt8(hello.count)] + hello
        return [22, 3, 1, 0, UInt8(handshake.count)] + handshake
    }

    @Test("Clients are told the pin of the key that they meet, and a gateway without TLS names none")
    func pins() async throws {
        try await withTLS { house, folder, port in
            let met = try await shell(
                "openssl s_client -connect 127.0.0.1:\(port) </dev/null 2>/dev/null | openssl x509 -pubkey -noout"
                    + " | openssl pkey -pubin -pubout -outform DER | openssl dgst -sha256 -binary | base64")
            let pin = met.trimmingCharacters(in: .newlines).replacing("+", with: "-").replacing("/", with: "_")
            #expect(house.gateway.gatewayKeys == ["sha256/" + pin.replacing("=", with: "")])
        }
        try await withGateway { house in #expect(house.gateway.gatewayKeys.isEmpty) }
    }

    @Test("Clients hear of a key before it comes, and the list is the same when it has come")
    func nextKey() async throws {
        try await withTemporaryFolder { folder in
            let pairs = try await [Pair("present", in: folder), Pair("next", in: folder)]
            let pins = try await [pairs[0].pin(), pairs[1].pin()]
            for (present, expected) in [(pairs[0], pins), (pairs[1], pins.reversed())] {
                try await withGateway(settings: {
                    $0.tlsCertificate = present.chain
                    $0.tlsKey = present.key
                    $0.tlsNextKeys = pins.joined(separator: ", ")
                }) { house in
                    #expect(house.gateway.gatewayKeys == expected)
                }
            }
        }
        for wrong in ["sha256/", "sha1/" + String(repeating: "A", count: 43), "sha256/AAAA", "no pin"] {
            #expect(TLSCertificate.pins(wrong) == nil)
        }
    }

    @Test("A new certificate is taken while connections go on; a pair that does not fit leaves the old one in place")
    func reloading() async throws {
        try await withTLS { house, folder, port in
            let certificate = try #require(house.gateway.certificate)
            let logger = Logger(label: "tls-tests", factory: { _ in SwiftLogNoOpLogHandler() })
            let watch = CertificateWatch(certificate: certificate, logger: logger, pause: .milliseconds(20))
            let watching = Task { try await watch.run() }
            defer { watching.cancel() }
            let open = try SlowTalk(port: port, in: folder)
            defer { open.end() }
            let question = #"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"#.replacing(#"\r\n"#, with: "\r\n")
            open.say(question)
            #expect(try await eventually { try open.answers() == 1 })

            let next = try await Pair("next", in: folder)
            let other = try await Pair("other", in: folder)
            try replace(folder.path + "/live.key", with: next.key)
            try replace(folder.path + "/live.pem", with: next.chain)
            let pin = try await next.pin()
            #expect(try await eventually { house.gateway.gatewayKeys == [pin] })
            #expect(try await ask(port, "-showcerts").contains("HTTP/1.1 200 OK"))
            open.say(question)
            #expect(try await eventually { try open.answers() == 2 })

            watching.cancel()
            try await watching.value
            try replace(folder.path + "/live.key", with: other.key)
            #expect(throws: CertificateFailure.notAPair) { try certificate.reload() }
            #expect(try certificate.reload() == false)
            try Data("no certificate".utf8).write(to: folder.appending(path: "live.pem"))
            #expect(throws: CertificateFailure.noCertificate(path: folder.path + "/live.pem")) {
                try certificate.reload()
            }
            try FileManager.default.removeItem(atPath: folder.path + "/live.pem")
            #expect(throws: CertificateFailure.unreadable(path: folder.path + "/live.pem")) { try certificate.reload() }
            #expect(house.gateway.gatewayKeys == [pin])
            #expect(try await ask(port).contains("HTTP/1.1 200 OK"))
        }
    }

    private func replace(_ path: String, with other: String) throws {
        try Data(contentsOf: URL(filePath: other)).write(to: URL(filePath: path))
    }

    @Test("A head that drips through TLS ends the connection as well")
    func slowHead() async throws {
        try await withTemporaryFolder { folder in
            let pair = try await Pair("live", in: folder)
            let change: (inout GatewaySettings) -> Void = {
                $0.tlsCertificate = pair.chain
                $0.tlsKey = pair.key
                $0.headerSeconds = 1
            }
            try await withGateway(.live, settings: change) { house in
                let talk = try SlowTalk(port: try #require(house.client.port), in: folder)
                defer { talk.end() }
                talk.say("GET /healthz HTTP/1.1\r\n")
                let isEnded = try await eventually {
                    talk.say("X: a\r\n")
                    return house.gateway.metrics.text(with: []).contains(#"kind="slow-head""#)
                }
                #expect(isEnded)
            }
        }
    }
}

/// A connection through OpenSSL's client that stays open.
private final class SlowTalk {
    private let process = Process()
    private let input = Pipe()
    private let output: URL

    init(port: Int, in folder: URL) throws {
        output = folder.appending(path: "heard")
        try Data().write(to: output)
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = ["s_client", "-connect", "127.0.0.1:\(port)", "-quiet"]
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// A client that has ended meanwhile hears nothing of it.
    func say(_ text: String) { try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    func answers() throws -> Int {
        try String(contentsOf: output, encoding: .utf8).components(separatedBy: "HTTP/1.1 200").count - 1
    }

    func end() { process.terminate() }
}

/// - Returns: what the command prints.
private func shell(_ command: String) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(
                with: Result {
                    let process = Process()
                    let output = Pipe()
                    process.executableURL = URL(filePath: "/bin/sh")
                    process.arguments = ["-c", command]
                    process.standardOutput = output
                    process.standardError = FileHandle.nullDevice
                    try process.run()
                    let data = try output.fileHandleForReading.readToEnd() ?? Data()
                    process.waitUntilExit()
                    return String(decoding: data, as: UTF8.self)
                })
        }
    }
}
