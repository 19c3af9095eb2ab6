import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOSSL

/// One connection: TLS where there is a certificate, then the limits, then HTTP/1.1. As Hummingbird's own channel for
/// HTTP/1.1, which has no place for what stands next to the socket and next to the parser.
struct EdgeChannel: HTTPChannelHandler {
    typealias Value = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    let responder: HTTPChannelHandler.Responder
    let certificate: TLSCertificate?
    let limits: ConnectionLimits
    let connections: Connections
    let metrics: Metrics

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let address = IPAddress(channel.remoteAddress)
        let hasPlace = connections.opened(address)
        channel.closeFuture.whenComplete { _ in connections.closed(address) }
        let ready = channel.eventLoop.makeCompletedFuture { try configure(channel, logger) }
        guard !hasPlace else { return ready }
        metrics.refused("connections-of-address")
        return ready.always { _ in channel.close(promise: nil) }
    }

    private func configure(_ channel: any Channel, _ logger: Logger) throws -> Value {
        let pipeline = channel.pipeline.syncOperations
        let pace = PaceGuard(limits, metrics: metrics)
        try pipeline.addHandler(pace)
        if let certificate { try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context)) }
        var decoding = NIOHTTPDecoderLimitConfiguration()
        decoding.maxHeaderFieldSize = ConnectionLimits.maxHeaderField
        decoding.maxHeaderListSize = ConnectionLimits.maxHead
        decoding.maxHeaderFieldCount = ConnectionLimits.maxFields
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoding)
        try pipeline.addHandler(MessageGuard(pace, maxRequests: limits.maxRequests, metrics: metrics))
        try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: certificate != nil))
        try pipeline.addHandler(
            HTTPConnectionStateHandler(idleTimeout: Duration(limits.idleTime), logger: logger))
        return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }

    func handle(value: Value, logger: Logger) async { await handleHTTP(asyncChannel: value, logger: logger) }
}
