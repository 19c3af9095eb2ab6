import Synchronization

/// A bucket for each key, which fills at a steady rate up to its brim; whoever finds theirs empty waits.
struct TokenBuckets<Key: Hashable & Sendable>: Sendable {
    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    /// Tokens a second; 0 for as many as anybody likes.
    private let rate: Double
    private let brim: Double
    private let maxKeys: Int
    /// Those that are not full, or were not when last looked at.
    private var buckets: [Key: Bucket] = [:]

    init(rate: Int, brim: Int, maxKeys: Int) {
        self.rate = Double(rate)
        self.brim = Double(brim)
        self.maxKeys = maxKeys
    }

    var count: Int { buckets.count }

    /// Takes a token out.
    /// - Returns: nil if there was one; otherwise the time until there is.
    mutating func take(_ key: Key, at now: ContinuousClock.Instant) -> Duration? {
        guard rate > 0 else { return nil }
        let tokens = buckets[key].map { level($0, at: now) } ?? brim
        guard tokens >= 1 else { return .seconds((1 - tokens) / rate) }
        if buckets.count >= maxKeys, buckets[key] == nil { makeRoom(at: now) }
        buckets[key] = Bucket(tokens: tokens - 1, at: now)
        return nil
    }

    private func level(_ bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
        min(brim, bucket.tokens + rate * max(0, (now - bucket.at) / .seconds(1)))
    }

    /// Full buckets say nothing. Where that frees too little, all are forgotten: no honest caller fares the worse for it.
    private mutating func makeRoom(at now: ContinuousClock.Instant) {
        buckets = buckets.filter { level($0.value, at: now) < brim }
        if buckets.count > maxKeys * 3 / 4 { buckets.removeAll() }
    }
}

/// How many requests are taken from one account, one device and one address, kept in memory.
final class RateLimits: Sendable {
    private let accounts: Mutex<TokenBuckets<String>>
    private let devices: Mutex<TokenBuckets<String>>
    private let addresses: Mutex<TokenBuckets<IPAddress>>

    /// How long a caller may go at any pace: a handheld with a week's records hands them over without a wait.
    private static let burst = 12  // seconds' worth
    private static let maxKeys = 100_000

    init(_ settings: GatewaySettings) {
        accounts = Mutex(Self.buckets(rate: settings.accountRate))
        devices = Mutex(Self.buckets(rate: settings.deviceRate))
        addresses = Mutex(Self.buckets(rate: settings.addressRate))
    }

    private static func buckets<Key>(rate: Int) -> TokenBuckets<Key> {
        TokenBuckets(rate: rate, brim: rate * burst, maxKeys: maxKeys)
    }

    /// - Throws: `Refusal.tooManyRequests`.
    func admit(_ address: IPAddress?, at now: ContinuousClock.Instant) throws {
        guard let address else { return }
        try refuse(until: addresses.withLock { $0.take(address.subscriber, at: now) })
    }

    /// - Throws: `Refusal.tooManyRequests`.
    func admit(account: String?, device: String?, at now: ContinuousClock.Instant) throws {
        if let account { try refuse(until: accounts.withLock { $0.take(account, at: now) }) }
        if let device { try refuse(until: devices.withLock { $0.take(device, at: now) }) }
    }

    private func refuse(until wait: Duration?) throws {
        guard let wait else { return }
        throw Refusal.tooManyRequests(seconds: max(1, Int((wait / .seconds(1)).rounded(.up))))
    }
}
