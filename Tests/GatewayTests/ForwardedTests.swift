import HTTPTypes
import HummingbirdTesting
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Whose word is taken on who asks")
struct ForwardedTests {
    private func caller(
        _ fields: HTTPFields, from peer: String = "10.0.0.1", trusting list: String = "10.0.0.0/8, 2001:db8:a::/48",
        _ header: TrustedProxies.Header = .xForwarded
    ) throws -> String {
        let proxies = try #require(TrustedProxies(list, header: header))
        let connection = Caller(address: IPAddress(peer), isEncrypted: false)
        let caller = proxies.caller(through: connection, fields)
        return "\(caller.address?.description ?? "–")\(caller.isEncrypted ? " encrypted" : "")"
    }

    @Test("item 35 · Forwarded headers from anybody but a trusted proxy are ignored")
    func spoofed() async throws {
        let spoofs: [HTTPFields] = [
            [.xForwardedFor: "203.0.113.9", .xForwardedProto: "https"],
            [.forwarded: "for=203.0.113.9;proto=https"],
        ]
        for (fields, header) in zip(spoofs, TrustedProxies.Header.allCases) {
            #expect(try caller(fields, from: "192.0.2.1", header) == "192.0.2.1")
            #expect(try caller(fields, trusting: "", header) == "10.0.0.1")
        }
        // The header that the proxies do not write comes from clients, through them.
        #expect(try caller(spoofs[1]) == "10.0.0.1")
        #expect(try caller(spoofs[0], .forwarded) == "10.0.0.1")
        for (list, isBelieved) in [("", false), ("192.0.2.0/24", false), ("127.0.0.1, ::1", true)] {
            let now = ContinuousClock.now
            try await withGateway(
                .live, uptime: { now },
                settings: {
                    $0.trustedProxies = list
                    $0.addressRate = 1
                }
            ) { house in
                var statuses: [Int] = []
                for number in 1...20 {
                    let fields: HTTPFields = [.xForwardedFor: "203.0.113.\(number)"]
                    statuses.append(try await house.get("/healthz", headers: fields).status)
                }
                #expect(statuses.contains(429) == !isBelieved, "\(list)")
            }
        }
    }

    @Test("Of the addresses in the header the last that is not one of our own machines is the caller's")
    func chains() throws {
        #expect(try caller([.xForwardedFor: "203.0.113.9"]) == "203.0.113.9")
        #expect(try caller([.xForwardedFor: "198.51.100.1, 203.0.113.9, 10.0.0.2"]) == "203.0.113.9")
        #expect(try caller([.xForwardedFor: "10.0.0.3, 10.0.0.2"]) == "10.0.0.3")
        #expect(try caller([.xForwardedFor: "203.0.113.9, unknown, 10.0.0.2"]) == "10.0.0.2")
        #expect(try caller([.xForwardedFor: ""]) == "10.0.0.1")
        #expect(try caller([:]) == "10.0.0.1")
        var twice: HTTPFields = [.xForwardedFor: "198.51.100.1"]
        twice.append(HTTPField(name: .xForwardedFor, value: "203.0.113.9:4711"))
        #expect(try caller(twice) == "203.0.113.9")
        #expect(try caller([.xForwardedFor: "[2001:DB8::9]:4711, 2001:db8:a::1"]) == "2001:db8::9")
        #expect(try caller([.xForwardedFor: "203.0.113.9"], from: "::ffff:10.0.0.1") == "203.0.113.9")
    }

    @Test("The scheme is that of the caller's own step")
    func schemes() throws {
        #expect(try caller([.xForwardedFor: "203.0.113.9", .xForwardedProto: "https"]) == "203.0.113.9 encrypted")
        #expect(
            try caller([.xForwardedFor: "203.0.113.9, 10.0.0.2", .xForwardedProto: "https, http"])
                == "203.0.113.9 encrypted")
        #expect(
            try caller([.xForwardedFor: "203.0.113.9, 10.0.0.2", .xForwardedProto: "http, https"]) == "203.0.113.9")
        #expect(
            try caller(
                [
                    .forwarded:
                        "for=198.51.100.1;proto=https, For=\"[2001:db8::9]:1\"; Proto=HTTPS, for=10.0.0.2;proto=http"
                ],
                .forwarded) == "2001:db8::9 encrypted")
        #expect(try caller([.forwarded: "for=203.0.113.9"], .forwarded) == "203.0.113.9")
        #expect(try caller([.forwarded: "by=10.0.0.1"], .forwarded) == "10.0.0.1")
    }

    @Test("Addresses and ranges are read as they are written, and anything else is none")
    func ranges() {
        for (range, inside, outside) in [
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"), ("192.0.2.77/24", "192.0.2.1", "192.0.1.255"),
            ("192.0.2.1", "192.0.2.1", "192.0.2.2"), ("0.0.0.0/0", "203.0.113.9", "2001:db8::1"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"), ("::1", "::1", "::2"),
            ("2001:db8::/127", "2001:db8::1", "2001:db8::2"),
        ] {
            let range = IPAddressRange(range)
            #expect(IPAddress(inside).map { range?.contains($0) } == true, "\(inside)")
            #expect(IPAddress(outside).map { range?.contains($0) } == false, "\(outside)")
        }
        for text in ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "example", "1.2.3.4, x"] {
            #expect(IPAddressRange(text) == nil, "\(text)")
        }
        #expect(TrustedProxies("10.0.0.1, example") == nil)
        #expect(IPAddress("2001:db8:0:1:2::3")?.subscriber == IPAddress("2001:db8:0:1::"))
        #expect(IPAddress("192.0.2.1")?.subscriber == IPAddress("::ffff:192.0.2.1"))
    }

    @Test("The session cookie is for encrypted connections alone where the caller's is one")
    func secureCookies() async throws {
        let form = Array("name=r-gridworker&password=correct+horse".utf8)
        for (list, isSecure) in [("", false), ("127.0.0.1, ::1", true)] {
            try await withGateway(.live, password: "correct horse", settings: { $0.trustedProxies = list }) { house in
                let answer = try await house.send(
                    .post, "/login", body: form,
                    headers: [.xForwardedFor: "203.0.113.9", .xForwardedProto: "https"])
                let cookie = try #require(answer.headers[.setCookie])
                #expect(answer.status == 303 && cookie.contains("Secure") == isSecure, "\(cookie)")
            }
        }
    }
}
