import NIOCore

/// What a connection is held to.
struct ConnectionLimits: Sendable {
    /// From a connection's opening, its handshake or a later head's first byte to the end of that head.
    var headTime = TimeAmount.seconds(10)
    /// Without a byte in either direction; also the time in which a reader must take its share.
    var idleTime = TimeAmount.seconds(60)
    /// Bytes a second, averaged, of bodies and of answers; 0 for none.
    var minimumRate = 1_024
    /// Requests on one connection; the last one's answer says `close`.
    var maxRequests = 10_000

    static let maxHeaderField = 8 * 1024
    static let maxHead = 16 * 1024
    static let maxFields = 64
}

/// Whether the other end of a connection keeps up. Only time in which the gateway waits for it counts, so that nobody
/// pays for a gateway that is busy. Times come from outside.
struct PeerPace {
    /// In what it is too slow; the text names it in the metrics.
    enum Slowness: String {
        case head = "slow-head"
        case body = "slow-body"
        case reading = "slow-reader"
    }

    /// Later than the reading of a body would refuse it, with an answer that says why.
    private static let bodyPatience = TimeAmount.seconds(15)

    private let limits: ConnectionLimits
    /// A head is on its way since then; nil between requests and in a body.
    private var headSince: NIODeadline?
    /// The gateway wants to read since then; nil where it has enough.
    private var waitingSince: NIODeadline?
    private var body: (bytes: Int, waited: TimeAmount)?
    private var written = 0
    /// Begin and bytes taken by then of the time in which an answer is being read.
    private var reading: (since: NIODeadline, taken: Int)?

    init(_ limits: ConnectionLimits, at now: NIODeadline) {
        self.limits = limits
        headSince = now
    }

    /// The gateway is ready for more.
    mutating func waits(at now: NIODeadline) { waitingSince = waitingSince ?? now }

    mutating func heard(_ bytes: Int, at now: NIODeadline) {
        if let body {
            let waited = waitingSince.map { now - $0 } ?? .zero
            self.body = (body.bytes + bytes, body.waited + waited)
        } else if headSince == nil {
            headSince = now
        }
        waitingSince = nil
    }

    /// The handshake is over; the head has its own time.
    mutating func becameSecure(at now: NIODeadline) { headSince = now }

    mutating func headEnded() {
        headSince = nil
        body = (0, .zero)
    }

    mutating func messageEnded() { body = nil }

    mutating func wrote(_ bytes: Int) { written += bytes }

    /// - Parameter unread: bytes written that the system has not taken yet.
    mutating func slowness(unread: Int, at now: NIODeadline) -> Slowness? {
        if readsTooSlowly(unread: unread, at: now) { return .reading }
        guard let waitingSince else { return nil }
        if let headSince, now - headSince > limits.headTime { return .head }
        if let body {
            let waited = body.waited + (now - waitingSince)
            if waited > Self.bodyPatience, isTooLittle(body.bytes, in: waited) { return .body }
        }
        return nil
    }

    private mutating func readsTooSlowly(unread: Int, at now: NIODeadline) -> Bool {
        guard unread > 0 else {
            reading = nil
            return false
        }
        let taken = written - unread
        guard let reading else {
            self.reading = (now, taken)
            return false
        }
        guard now - reading.since > limits.idleTime else { return false }
        self.reading = (now, taken)
        return isTooLittle(taken - reading.taken, in: now - reading.since)
    }

    private func isTooLittle(_ bytes: Int, in time: TimeAmount) -> Bool {
        Double(bytes) < Double(limits.minimumRate) * Double(time.nanoseconds) / 1e9
    }
}
