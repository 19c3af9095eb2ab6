import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose first request head is not complete in time, and one whose answer said `close` while a
/// body is still on its way, so that neither a slow nor an endless sender holds a place.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let headerTime: TimeAmount
    private var deadline: Scheduled<Void>?
    private var isClosing = false
    /// Long enough for a client to read the refusal.
    private static let linger = TimeAmount.seconds(1)

    init(headerTime: TimeAmount) { self.headerTime = headerTime }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = scheduleClose(context, after: headerTime)
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head = unwrapInboundIn(data), !isClosing {
            deadline?.cancel()
            deadline = nil
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head): isClosing = isClosing || head.headerFields[.connection] == "close"
        case .end where isClosing: deadline = scheduleClose(context, after: Self.linger)
        default: break
        }
        context.write(data, promise: promise)
    }

    private func scheduleClose(_ context: ChannelHandlerContext, after time: TimeAmount) -> Scheduled<Void> {
        let channel = context.channel
        return context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
