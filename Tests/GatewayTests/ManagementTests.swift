import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import Gateway

@Suite("What those who watch the gateway are told, and where")
struct ManagementTests {
    @Test("item 43 · Metrics stand on the management address alone, and nothing but health stands there besides")
    func separated() async throws {
        try await withGateway(.live) { house in
            #expect(try await house.get("/metrics", as: "R-administrator").status == 404)
            #expect(try await house.get("/healthz").status == 200)
            try await house.gateway.managementApplication().test(.live) { client in
                for (path, status) in [
                    ("/metrics", 200), ("/healthz", 200), ("/readyz", 200), ("/v1/reports", 404), ("/coverage", 404),
                    ("/login", 404), ("/openapi.yaml", 404),
                ] {
                    let answer = try await client.executeRequest(uri: path, method: .get, headers: [:], body: nil)
                    #expect(answer.status.code == status, "\(path)")
                }
            }
        }
    }

    @Test("Requests are counted by route and status, refusals by kind, and what waits is shown")
    func counted() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample())
            _ = try await house.put(1, .sample())
            _ = try await house.put(2, bytes: Array("{".utf8))
            _ = try await house.get("/nothing")
            _ = try await house.put(3, .sample(), as: "R-county")
            _ = try await house.send(try #require(HTTPRequest.Method("FOO")), "/healthz")
            try await house.gateway.managementApplication().test(.router) { client in
                let answer = try await client.executeRequest(uri: "/metrics", method: .get, headers: [:], body: nil)
                #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
                let lines = String(buffer: answer.body).split(separator: "\n").map(String.init)
                for line in [
                    #"patrol_requests_total{method="PUT",route="/v1/reports/{id}",status="201"} 1"#,
                    #"patrol_requests_total{method="PUT",route="/v1/reports/{id}",status="200"} 1"#,
                    #"patrol_requests_total{method="PUT",route="/v1/reports/{id}",status="400"} 1"#,
                    #"patrol_requests_total{method="GET",route="NotFound",status="404"} 1"#,
                    #"patrol_requests_total{method="other",route="NotFound",status="405"} 1"#,
                    #"patrol_request_seconds_count{route="/v1/reports/{id}"} 4"#,
                    #"patrol_request_seconds_bucket{route="/v1/reports/{id}",le="+Inf"} 4"#,
                    #"patrol_refusals_total{kind="bad-json"} 1"#, #"patrol_refusals_total{kind="not-permitted"} 1"#,
                    #"patrol_refusals_total{kind="not-found"} 1"#, "patrol_connections 0",
                    #"patrol_pool_jobs{pool="photo"} 0"#, "patrol_commit_waiting 0",
                ] {
                    #expect(lines.contains(line), "\(line) is not in \(lines.joined(separator: "\n"))")
                }
            }
        }
    }

    @Test("Durations fall into their buckets, each of which holds those before it")
    func histogram() {
        let metrics = Metrics()
        for milliseconds in [0.5, 3, 3, 70, 20_000] {
            metrics.answered("GET", "/a", status: 200, after: .milliseconds(milliseconds))
        }
        let text = metrics.text(with: [])
        let buckets = [
            ("0.001", 1), ("0.005", 3), ("0.01", 3), ("0.05", 3), ("0.1", 4), ("0.5", 4), ("1.0", 4), ("5.0", 4),
            ("10.0", 4), ("+Inf", 5),
        ]
        for (bound, count) in buckets {
            #expect(text.contains(#"patrol_request_seconds_bucket{route="/a",le="\#(bound)"} \#(count)"# + "\n"))
        }
        #expect(text.contains(#"patrol_request_seconds_count{route="/a"} 5"#))
    }
}
