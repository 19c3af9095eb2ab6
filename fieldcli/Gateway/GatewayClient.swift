import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL
import Patrol
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
    let access: Access
    let language: Language
    let clock: DeviceClock

    private static let answerLimit = 32 * 1024 * 1024
    private static let shortTime: TimeAmount = .seconds(90)
    /// A 40 MB photo over a village's 3G.
    private static let longTime: TimeAmount = .minutes(30)
    /// Three tries fit into the minute for which the gateway remembers the last pair of tokens.
    private static let renewalTime: TimeAmount = .seconds(15)

    /// Makes a client for the time of `body` and closes it afterwards.
    /// - Parameter keys: of the gateway, pinned; empty where certificates are judged as usual.
    static func use<Result: Sendable>(
        _ gateway: GatewayAddress, access: Access, keys: [String] = [], language: Language, clock: DeviceClock,
        _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: .makeClientConfiguration(), timeout: .init(connect: .seconds(10), read: .seconds(60)))
        configuration.tlsConfiguration?.minimumTLSVersion = .tlsv12
        configuration.httpVersion = .http1Only
        // A redirect would carry the token to another host, and the gateway sends none.
        configuration.redirectConfiguration = .disallow
        // When and how often to try again is decided by the run, not twice.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let pins = GatewayPins(gateway, keys) { pins.apply(to: &configuration) }
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        defer { access.keepNonce() }
        do {
            let result = try await body(
                GatewayClient(http: http, gateway: gateway, access: access, language: language, clock: clock))
            try await http.shutdown()
            return result
        } catch {
            try? await http.shutdown()
            throw error
        }
    }

    func speaking(for access: Access) -> GatewayClient {
        GatewayClient(http: http, gateway: gateway, access: access, language: language, clock: clock)
    }

    /// The same with other clocks, for a worker who is only simulated.
    func ticking(by clock: DeviceClock) -> GatewayClient {
        GatewayClient(http: http, gateway: gateway, access: access, language: language, clock: clock)
    }

    func enrol(_ enrolment: Enrolment) async -> Exchange { await deviceOnly(.POST, "/v1/devices/enrol", enrolment) }

    func login(_ login: Login) async -> Exchange { await deviceOnly(.POST, "/v1/login", login) }

    func logout() async -> Exchange { await send(Request(.POST, "/v1/logout")) }

    func put(password change: PasswordChange) async -> Exchange {
        let request = Request(.PUT, "/v1/password", Self.json, .bytes(ByteBuffer(bytes: frozenJSON(change))))
        return await send(request)
    }

    func get(_ path: String, _ query: [(name: String, value: String?)] = [], etag: String? = nil) async -> Exchange {
        await send(Request(.GET, path + Self.query(query), etag.map { ["If-None-Match": $0] } ?? [:]))
    }

    /// - Parameter signature: lets the device hand the record over by itself once the session is over.
    func put(report frozen: [UInt8], id: String, signature: RecordSignature? = nil) async -> Exchange {
        var request = Request(.PUT, "/v1/reports/\(id)", Self.json, .bytes(ByteBuffer(bytes: frozen)))
        request.headers["Content-Digest"] = contentDigest(frozen)
        return await send(request, signed: signature)
    }

    /// - Parameter progress: hears how many bytes have been handed to the connection.
    func put(
        photo path: String, sha256: String, bytes: Int64, signature: RecordSignature? = nil,
        progress: @escaping @Sendable (Int64) -> Void
    ) async -> Exchange {
        var request = Request(
            .PUT, "/v1/photos/\(sha256)", ["Content-Type": "image/jpeg"],
            .stream(FileStream(path: path, progress: progress), length: .known(bytes)))
        request.time = Self.longTime
        return await send(request, signed: signature)
    }

    /// The next pair of tokens.
    func renew(_ refused: String) async -> Access.Renewal {
        await access.renew(refused) { refresh in
            await deviceOnly(.POST, "/v1/token", refresh, time: Self.renewalTime)
        }
    }

    // MARK: Sending

    private static let json = ["Content-Type": "application/json"]

    private struct Request {
        let method: HTTPMethod
        let path: String
        var headers: [String: String]
        /// Can be sent again: a stream begins anew for each attempt.
        let body: HTTPClientRequest.Body?
        var time = GatewayClient.shortTime

        init(
            _ method: HTTPMethod, _ path: String, _ headers: [String: String] = [:],
            _ body: HTTPClientRequest.Body? = nil
        ) {
            self.method = method
            self.path = path
            self.headers = headers
            self.body = body
        }
    }

    private func deviceOnly(
        _ method: HTTPMethod, _ path: String, _ body: some Encodable, time: TimeAmount = shortTime
    ) async -> Exchange {
        var request = Request(method, path, Self.json, .bytes(ByteBuffer(bytes: frozenJSON(body))))
        request.time = time
        return await attempt(request, withToken: false)
    }

    /// Sends in the name of whoever is logged in; once that is over, by the device's signature where there is one.
    private func send(_ request: Request, signed signature: RecordSignature? = nil) async -> Exchange {
        var request = request
        request.headers["Record-Signature"] = signature?.field
        if let session = access.session?.session, session.isOver(at: clock.gatewayTime),
            case .failed(let exchange) = await renew(session.token)
        {
            return exchange
        }
        let token = access.session?.session.token
        let exchange = await attempt(request, withToken: true)
        guard let token, case .answer(let answer) = exchange, answer.refusesToken else { return exchange }
        switch await renew(token) {
        case .renewed: return await attempt(request, withToken: true)
        case .over: return signature == nil ? exchange : await attempt(request, withToken: false)
        case .failed(let exchange): return exchange
        }
    }

    /// One request, and once more at once if the gateway wants its newest nonce.
    private func attempt(_ request: Request, withToken: Bool) async -> Exchange {
        let exchange = await attemptOnce(request, withToken: withToken)
        guard access.key != nil, case .answer(let answer) = exchange, answer.status == 401,
            answer.problem?.code == "use-nonce", answer.headers["dpop-nonce"] != nil
        else { return exchange }
        return await attemptOnce(request, withToken: withToken)
    }

    private func attemptOnce(_ request: Request, withToken: Bool) async -> Exchange {
        var outgoing = HTTPClientRequest(url: gateway.url + request.path)
        outgoing.method = request.method
        outgoing.body = request.body
        outgoing.headers.add(name: "Accept", value: "application/json, application/problem+json")
        outgoing.headers.add(name: "Accept-Language", value: language.rawValue)
        outgoing.headers.add(name: "User-Agent", value: "fieldcli/\(programVersion)")
        for (name, value) in request.headers { outgoing.headers.add(name: name, value: value) }
        outgoing.headers.add(name: DeviceClock.header, value: clock.field)
        do {
            let seconds = clock.moment().wallClock.milliseconds / 1_000
            let fields = try access.fields(
                request.method.rawValue, outgoing.url, seconds: seconds, withToken: withToken)
            for (name, value) in fields { outgoing.headers.add(name: name, value: value) }
            let response = try await http.execute(outgoing, timeout: request.time)
            clock.hear(date: response.headers.first(name: "date"))
            let body = try await response.body.collect(upTo: Self.answerLimit)
            let headers = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
            let answer = Answer(
                status: Int(response.status.code), headers: headers, body: Array(body.readableBytesView))
            access.hear(answer)
            return .answer(answer)
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
