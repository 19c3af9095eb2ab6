import HTTPTypes
import Hummingbird
import NIOCore
import Store

extension Gateway {
    /// What is asked of the gateway's own address for those who watch it, and nowhere else.
    var managementRoutes: [Route] {
        healthRoutes.filter { $0.path != "/openapi.yaml" } + [
            Route(.get, "/metrics", .anybody, handle: Gateway.answerMetrics)
        ]
    }

    @Sendable private func answerMetrics(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let bytes = ByteBuffer(string: metrics.text(with: gauges))
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/plain; version=0.0.4; charset=utf-8",
                .contentLength: String(bytes.readableBytes),
            ], body: ResponseBody(byteBuffer: bytes))
    }

    private var gauges: [Metrics.Gauge] {
        let pools = [
            ("photo", photoPool), ("file", filePool), ("password", passwordPool), ("heavy", heavyPool),
        ]
        var gauges = [
            Metrics.Gauge(
                name: "patrol_connections", help: "Open connections.", series: [("", connections.count)]),
            Metrics.Gauge(
                name: "patrol_pool_jobs", help: "Jobs of a pool, running and waiting.",
                series: pools.map { ("pool=\"\($0)\"", $1.jobs) }),
            Metrics.Gauge(
                name: "patrol_commit_waiting", help: "Writes that wait for the next commit.",
                series: [("", store.waitingWrites)]),
        ]
        if let certificate {
            gauges.append(
                Metrics.Gauge(
                    name: "patrol_certificate_not_after_seconds", help: "End of the certificate, seconds since 1970.",
                    series: [("", Int(certificate.notAfter))]))
        }
        return gauges
    }
}
