import Hummingbird
import Store
import Wire

extension Gateway {
    var healthRoutes: [Route] {
        [
            Route(.get, "/healthz", .anybody) { _ in { _, _ in try jsonResponse(Health(status: "ok")) } },
            Route(.get, "/readyz", .anybody, handle: Gateway.readiness),
            Route(.get, "/openapi.yaml", .anybody, handle: Gateway.specification),
        ]
    }

    @Sendable private func specification(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let bytes = ByteBuffer(bytes: PackageResources.openapi_yaml)
        return Response(
            status: .ok,
            headers: [.contentType: "application/yaml", .contentLength: String(bytes.readableBytes)],
            body: ResponseBody(byteBuffer: bytes))
    }

    /// Ready when the store answers soon, with the schema this program knows.
    @Sendable private func readiness(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let version = try await withThrowingTaskGroup(of: Int64.self) { tasks in
            tasks.addTask { try await schemaVersion(store.database) }
            tasks.addTask {
                try await Task.sleep(for: readinessTime)
                throw StoreError.unavailable("no answer in \(readinessTime)")
            }
            defer { tasks.cancelAll() }
            return try await tasks.next() ?? 0
        }
        guard version == Migration.all.last?.version else {
            throw StoreError.unavailable("schema \(version)")
        }
        return try jsonResponse(Health(status: "ready"))
    }
}

/// Whoever asks, such as a load balancer, wants to know before its own time is up.
private let readinessTime = Duration.seconds(2)
