/// When a visit happened, as far as one record tells: the handheld's clock, put right where it cannot be true.
///
/// A record cannot have been made after it arrived, and a clock more than a year off says nothing: then the
/// positioning system's time stands in, and failing that the time of receipt. The record keeps what it claimed.
/// - Parameters:
///   - capturedAt: the handheld's wall clock.
///   - fixTime: the positioning system's clock, if the record has a fix.
///   - receivedAt: the gateway's clock.
public func visitTime(capturedAt: Instant, fixTime: Instant?, receivedAt: Instant) -> Instant {
    if isBelievable(capturedAt, receivedAt: receivedAt) { return min(capturedAt, receivedAt) }
    if let fixTime, isBelievable(fixTime, receivedAt: receivedAt) { return min(fixTime, receivedAt) }
    return receivedAt
}

private func isBelievable(_ time: Instant, receivedAt: Instant) -> Bool {
    abs(time.milliseconds(since: receivedAt)) <= EvidenceRules.farOffMilliseconds
}
