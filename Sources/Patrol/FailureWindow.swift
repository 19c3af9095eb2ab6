/// How many tries may fail, and for how long there are none afterwards (GB/T 22239-2019 8.1.4.1 b).
public struct FailureLimit: Equatable, Sendable {
    public let failures: Int
    public let lockMilliseconds: Int64

    public init(failures: Int, lockMinutes: Int) {
        self.failures = failures
        lockMilliseconds = Int64(lockMinutes) * Instant.millisecondsPerMinute
    }
}

/// The failures of one counter. As many as the limit lock it for the limit's time; after as long a time without one, and
/// after a success, it begins anew.
public struct FailureWindow: Equatable, Sendable {
    public let failures: Int
    public let lastAt: Instant

    public init(failures: Int, lastAt: Instant) {
        self.failures = failures
        self.lastAt = lastAt
    }

    /// Milliseconds until the next try is let in; nil if it is now.
    public func wait(at now: Instant, _ limit: FailureLimit) -> Int64? {
        guard isCurrent(at: now, limit), failures >= limit.failures else { return nil }
        return min(lastAt.milliseconds + limit.lockMilliseconds - now.milliseconds, limit.lockMilliseconds)
    }

    /// With one more.
    public func failing(at now: Instant, _ limit: FailureLimit) -> FailureWindow {
        FailureWindow(failures: isCurrent(at: now, limit) ? failures + 1 : 1, lastAt: now)
    }

    /// Clocks of several gateways differ a little; one that was years ahead must not lock anybody for years.
    private func isCurrent(at now: Instant, _ limit: FailureLimit) -> Bool {
        abs(now.milliseconds - lastAt.milliseconds) < limit.lockMilliseconds
    }
}
