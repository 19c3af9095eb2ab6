import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// Refuses heads that two machines could understand differently, and ends a connection after the answer that says
/// `close`, also while a body is still on its way.
final class MessageGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let pace: PaceGuard
    private let maxRequests: Int
    private let metrics: Metrics
    private var requests = 0
    private var answers = 0
    /// The request that is the connection's last; those after it are not looked at.
    private var last: Int?
    /// Nothing more is handed on.
    private var isDeaf = false
    /// Long enough for a client to read the refusal.
    private static let linger = TimeAmount.seconds(1)

    init(_ pace: PaceGuard, maxRequests: Int, metrics: Metrics) {
        self.pace = pace
        self.maxRequests = maxRequests
        self.metrics = metrics
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { pace.becameSecure() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            pace.headEnded()
            isDeaf = isDeaf || last != nil
            guard !isDeaf else { return }
            guard !isAmbiguous(head) else {
                isDeaf = true
                return errorCaught(context: context, error: HTTPParserError.invalidHeaderToken)
            }
            requests += 1
            if requests == maxRequests || !head.isKeepAlive || head.headers.contains(name: "upgrade") {
                last = requests
            }
        case .end: pace.messageEnded()
        case .body: break
        }
        if !isDeaf { context.fireChannelRead(data) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError { metrics.refused("malformed") }
        if error is NIOSSLError || error is BoringSSLError { metrics.refused("tls") }
        context.fireErrorCaught(error)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            answers += 1
            if head.headers.contains(name: "connection"), head.headers[canonicalForm: "connection"].contains("close") {
                last = answers
            }
            if last == answers { head.headers.replaceOrAdd(name: "connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end where last == answers:
            let written = promise ?? context.eventLoop.makePromise()
            let channel = context.channel
            written.futureResult.whenComplete { _ in
                channel.eventLoop.scheduleTask(in: Self.linger) { channel.close(promise: nil) }
            }
            context.write(data, promise: written)
        default: context.write(data, promise: promise)
        }
    }
}

/// Whether a head leaves open where its request ends or whom it is for (RFC 9112, 3.2 and 11). Most such shapes the
/// parser refuses by itself: lengths that differ or go with chunks, folded lines, bare line feeds, space before a colon.
func isAmbiguous(_ head: HTTPRequestHead) -> Bool {
    let hosts = head.headers["host"]
    guard hosts.count == 1 || (hosts.isEmpty && head.version == .http1_0), hosts.allSatisfy(isAuthority) else {
        return true
    }
    let encodings = head.headers["transfer-encoding"]
    if !encodings.isEmpty {
        // ASCII alone: beyond it other letters become these in lower case.
        guard head.version == .http1_1, encodings.count == 1, encodings[0].utf8.allSatisfy({ $0 < 0x80 }),
            encodings[0].lowercased() == "chunked"
        else { return true }
    }
    return !isOwnTarget(head.uri, host: hosts.first)
}

/// A name or address with or without a port: no user, path, list or space.
private func isAuthority(_ text: String) -> Bool {
    !text.isEmpty
        && text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._~:[]%".utf8.contains(byte)
        }
}

/// A path; or, as a proxy would be asked, an address whose host is the one that the head names.
private func isOwnTarget(_ target: String, host: String?) -> Bool {
    guard !target.utf8.contains(UInt8(ascii: "#")) else { return false }
    if target.utf8.first == UInt8(ascii: "/") { return true }
    guard let scheme = ["http://", "https://"].first(where: { target.lowercased().hasPrefix($0) }), let host else {
        return false
    }
    return target.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }.lowercased() == host.lowercased()
}
