import HTTPTypes
import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import Synchronization
import Wire

@testable import fieldcli

/// A gateway on a port of its own that answers as the script says and notes what was asked.
final class ScriptedGateway: Sendable {
    struct Asked: Equatable, Sendable {
        let method: String
        let path: String
        let headers: [String: String]
        let body: [UInt8]
    }

    typealias Script = @Sendable (Asked) -> Answer

    private let log = Mutex<[Asked]>([])
    private let script: Script

    private init(_ script: @escaping Script) { self.script = script }

    var asked: [Asked] { log.withLock { $0 } }
    var lines: [String] { asked.map { "\($0.method) \($0.path)" } }

    /// Serves for the time of `body`.
    /// - Parameter tls: speaks https with this, as `localhost`.
    static func serve(
        tls: TLSConfiguration? = nil, _ script: @escaping Script,
        _ body: @escaping @Sendable (ScriptedGateway, GatewayAddress) async throws -> Void
    ) async throws {
        let gateway = ScriptedGateway(script)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: CallbackResponder<BasicRequestContext> { request, _ in try await gateway.respond(request) },
            server: try tls.map { try .tls(.http1(), tlsConfiguration: $0) } ?? .http1(),
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) },
            // It is stopped by cancelling it, which it would call an error.
            logger: Logger(label: "scripted-gateway") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            guard let number = await iterator.next(),
                let address = GatewayAddress((tls == nil ? "http://127.0.0.1" : "https://localhost") + ":\(number)")
            else {
                throw CancellationError()
            }
            defer { group.cancelAll() }
            try await body(gateway, address)
        }
    }

    /// Takes every report and asks for its photos, and takes every photo.
    static func friendly(_ asked: Asked) -> Answer {
        let id = String(asked.path.split(separator: "/").last ?? "")
        if asked.path.hasPrefix("/v1/photos/") {
            return .json(201, PhotoReceipt(sha256: id, bytes: Int64(asked.body.count), state: "stored", code: nil))
        }
        let missing = (try? decode(PatrolReport.self, from: asked.body).value.photos)?.map(\.sha256) ?? []
        return .json(201, specimenReceipt(id, sha256: sha256Text(asked.body), missing: missing))
    }

    private func respond(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 50_000_000)
        var headers = Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { first, _ in first }
        headers["host"] = request.head.authority
        let asked = Asked(
            method: request.method.rawValue, path: request.uri.string, headers: headers,
            body: Array(body.readableBytesView))
        log.withLock { $0.append(asked) }
        let answer = script(asked)
        if answer.headers[Answer.isLost] != nil {
            return Response(
                status: .init(code: answer.status),
                body: .init(contentLength: answer.body.count + 1) { _ in throw CancellationError() })
        }
        var fields = HTTPFields()
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return Response(
            status: .init(code: answer.status), headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }
}

extension Answer {
    static let isLost = "lost"

    /// The same, but the connection breaks before it arrives.
    var lost: Answer { Answer(status: status, headers: [Self.isLost: ""], body: body) }

    static func json(_ status: Int, _ value: some Encodable, _ headers: [String: String] = [:]) -> Answer {
        Answer(
            status: status, headers: headers.merging(["content-type": "application/json"]) { first, _ in first },
            body: frozenJSON(value))
    }

    static func problem(_ status: Int, _ code: String, _ headers: [String: String] = [:]) -> Answer {
        json(
            status, specimenProblem(status, code), ["content-type": "application/problem+json"].merging(headers) { $1 })
    }
}
