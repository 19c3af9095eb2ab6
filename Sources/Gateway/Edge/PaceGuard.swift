import NIOCore

/// Stands next to the socket, counts the bytes, and closes a connection whose other end does not keep up.
final class PaceGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = IOData

    private(set) var pace: PeerPace
    private let metrics: Metrics
    private var look: Scheduled<Void>?

    private static let pause = TimeAmount.seconds(1)

    init(_ limits: ConnectionLimits, metrics: Metrics) {
        pace = PeerPace(limits, at: .now())
        self.metrics = metrics
    }

    func handlerAdded(context: ChannelHandlerContext) { lookLater(context) }

    func handlerRemoved(context: ChannelHandlerContext) { look?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        look?.cancel()
        context.fireChannelInactive()
    }

    func read(context: ChannelHandlerContext) {
        pace.waits(at: .now())
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pace.heard(unwrapInboundIn(data).readableBytes, at: .now())
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        pace.wrote(unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }

    // What the messages in the bytes are, `MessageGuard` tells.
    func becameSecure() { pace.becameSecure(at: .now()) }
    func headEnded() { pace.headEnded() }
    func messageEnded() { pace.messageEnded() }

    private func lookLater(_ context: ChannelHandlerContext) {
        look = context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            let unread = try context.channel.syncOptions?.getOption(.bufferedWritableBytes) ?? 0
            if let slowness = self.pace.slowness(unread: unread, at: .now()) {
                self.metrics.refused(slowness.rawValue)
                context.close(promise: nil)
            } else {
                self.lookLater(context)
            }
        }
    }
}
