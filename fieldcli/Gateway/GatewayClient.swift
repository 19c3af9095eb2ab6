import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import Wire

/// What came of one request: an answer, or none.
enum Exchange: Sendable {
    case answer(Answer)
    case unreachable(String)
}

/// The gateway as the handheld sees it: one method for each request, no decisions.
struct GatewayClient: Sendable {
    let http: HTTPClient
    let gateway: GatewayAddress
    let token: String?
    let language: Language
    let clock: DeviceClock

    private static let answerLimit = 32 * 1024 * 1024
    private static let shortTime: TimeAmount = .seconds(90)
    /// A 40 MB photo over a village's 3G.
    private static let longTime: TimeAmount = .minutes(30)

    /// Makes a client for the time of `body` and closes it afterwards.
    static func use<Result: Sendable>(
        _ gateway: GatewayAddress, token: String?, language: Language, clock: DeviceClock,
        _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(
            timeout: .init(connect: .seconds(10), read: .seconds(60)))
        // A redirect would carry the token to another host, and the gateway sends none.
        configuration.redirectConfiguration = .disallow
        // When and how often to try again is decided by the run, not twice.
        configuration.connectionPool.retryConnectionEstablishment = false
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            let result = try await body(
                GatewayClient(http: http, gateway: gateway, token: token, language: language, clock: clock))
            try await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    func speaking(with token: String) -> GatewayClient {
        GatewayClient(http: http, gateway: gateway, token: token, language: language, clock: clock)
    }

    /// The same with other clocks, for a worker who is only simulated.
    func ticking(by clock: DeviceClock) -> GatewayClient {
        GatewayClient(http: http, gateway: gateway, token: token, language: language, clock: clock)
    }

    func login(_ login: Login) async -> Exchange {
        await send(
            .POST, "/v1/login", ["Content-Type": "application/json"], .bytes(ByteBuffer(bytes: frozenJSON(login))))
    }

    func logout() async -> Exchange { await send(.POST, "/v1/logout") }

    func get(_ path: String, _ query: [(name: String, value: String?)] = [], etag: String? = nil) async -> Exchange {
        await send(.GET, path + Self.query(query), etag.map { ["If-None-Match": $0] } ?? [:])
    }

    func put(report frozen: [UInt8], id: String) async -> Exchange {
        await send(
            .PUT, "/v1/reports/\(id)",
            ["Content-Type": "application/json", "Content-Digest": contentDigest(frozen)],
            .bytes(ByteBuffer(bytes: frozen)))
    }

    /// - Parameter progress: hears how many bytes have been handed to the connection.
    func put(photo path: String, sha256: String, bytes: Int64, progress: @escaping @Sendable (Int64) -> Void) async
        -> Exchange
    {
        await send(
            .PUT, "/v1/photos/\(sha256)", ["Content-Type": "image/jpeg"],
            .stream(FileStream(path: path, progress: progress), length: .known(bytes)), time: Self.longTime)
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ headers: [String: String] = [:], _ body: HTTPClientRequest.Body? = nil,
        time: TimeAmount = shortTime
    ) async -> Exchange {
        var request = HTTPClientRequest(url: gateway.url + path)
        request.method = method
        request.body = body
        request.headers.add(name: "Accept", value: "application/json, application/problem+json")
        request.headers.add(name: "Accept-Language", value: language.rawValue)
        request.headers.add(name: "User-Agent", value: "fieldcli/\(programVersion)")
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        request.headers.add(name: DeviceClock.header, value: clock.field)
        do {
            let response = try await http.execute(request, timeout: time)
            clock.hear(date: response.headers.first(name: "date"))
            let body = try await response.body.collect(upTo: Self.answerLimit)
            let headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
            return .answer(
                Answer(status: Int(response.status.code), headers: headers, body: Array(body.readableBytesView)))
        } catch {
            return .unreachable(Self.words(for: error))
        }
    }

    /// The system's own words where it has any: they are shorter than the library's.
    private static func words(for error: any Error) -> String {
        switch error {
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as HTTPClientError: error.shortDescription
        default: String(describing: error)
        }
    }

    static func query(_ parameters: [(name: String, value: String?)]) -> String {
        let present = parameters.compactMap { name, value in
            value.map { "\(name)=\($0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")" }
        }
        return present.isEmpty ? "" : "?" + present.joined(separator: "&")
    }
}

/// A file read piece by piece as the connection takes it.
struct FileStream: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let path: String
    let progress: @Sendable (Int64) -> Void

    func makeAsyncIterator() -> Iterator { Iterator(path: path, progress: progress) }

    struct Iterator: AsyncIteratorProtocol {
        private static let pieceBytes = 128 * 1024
        let path: String
        let progress: @Sendable (Int64) -> Void
        private var reading: FileHandle?
        private var sent: Int64 = 0

        init(path: String, progress: @escaping @Sendable (Int64) -> Void) {
            self.path = path
            self.progress = progress
        }

        mutating func next() async throws -> ByteBuffer? {
            let handle = try reading ?? FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            reading = handle
            progress(sent)
            guard let piece = try handle.read(upToCount: Self.pieceBytes), !piece.isEmpty else { return nil }
            sent += Int64(piece.count)
            return ByteBuffer(bytes: piece)
        }
    }
}
