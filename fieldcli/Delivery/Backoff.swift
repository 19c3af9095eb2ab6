/// How long to wait before the next try: full jitter, so that a thousand handhelds that lost the same gateway do not
/// come back in step (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
struct Backoff: Equatable, Sendable {
    var base: Duration = .seconds(1)
    var limit: Duration = .seconds(300)

    /// Anything from nothing to the ceiling of this try, and never less than the gateway asked for.
    /// - Parameter failures: tries that came to nothing, from 1.
    func delay(afterFailures failures: Int, retryAfter: Duration?, using random: inout some RandomNumberGenerator)
        -> Duration
    {
        let ceiling = ceiling(afterFailures: failures)
        let jitter = ceiling * Double.random(in: 0...1, using: &random)
        return (retryAfter ?? .zero) + jitter
    }

    func ceiling(afterFailures failures: Int) -> Duration {
        var ceiling = base
        var round = 1
        while round < failures, ceiling < limit {
            ceiling *= 2
            round += 1
        }
        return min(ceiling, limit)
    }
}
