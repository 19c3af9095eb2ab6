import Hummingbird
import NIOCore

/// How much of a body is taken, and how slowly.
struct BodyLimits: Sendable {
    let maxBytes: Int
    /// Bytes a second, averaged from the tenth second on.
    let minimumRate: Int

    private static let patience = Duration.seconds(10)

    /// Hands over the body piece by piece.
    /// - Throws: `Refusal.bodyTooLarge` (at once, where the length is announced), `.bodyTooSlow`.
    func read(_ request: Request, _ take: (ByteBuffer) async throws -> Void) async throws {
        let announced = request.headers.single(.contentLength).flatMap { Int($0) }
        if let announced, announced > maxBytes { throw Refusal.bodyTooLarge(limit: maxBytes) }
        let start = ContinuousClock.now
        var count = 0
        var body = request.body.makeAsyncIterator()
        while let piece = try await next(&body) {
            count += piece.readableBytes
            guard count <= maxBytes else { throw Refusal.bodyTooLarge(limit: maxBytes) }
            let elapsed = ContinuousClock.now - start
            if elapsed > Self.patience, Double(count) < Double(minimumRate) * (elapsed / .seconds(1)) {
                throw Refusal.bodyTooSlow
            }
            try await take(piece)
        }
        if let announced, announced != count { throw Refusal.bodyIncomplete }
    }

    /// - Throws: `Refusal.bodyIncomplete` where the connection broke or the chunks are malformed.
    private func next(_ body: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await body.next()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw Refusal.bodyIncomplete
        }
    }

    /// The whole body in memory, for small ones.
    func collect(_ request: Request) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await read(request) { bytes.append(contentsOf: $0.readableBytesView) }
        return bytes
    }
}
