import Synchronization

/// The connections that are open, those of each subscriber counted.
final class Connections: Sendable {
    private struct Open {
        var count = 0
        var ofSubscriber: [IPAddress: Int] = [:]
    }

    private let maxPerAddress: Int
    private let proxies: TrustedProxies
    private let open = Mutex(Open())

    init(maxPerAddress: Int, proxies: TrustedProxies) {
        self.maxPerAddress = maxPerAddress
        self.proxies = proxies
    }

    var count: Int { open.withLock { $0.count } }

    /// - Returns: false where the subscriber has too many; it is counted all the same until it is closed. Trusted
    ///   proxies come with as many as they like.
    func opened(_ address: IPAddress?) -> Bool {
        open.withLock { open in
            open.count += 1
            guard let subscriber = counted(address) else { return true }
            open.ofSubscriber[subscriber, default: 0] += 1
            return open.ofSubscriber[subscriber, default: 0] <= maxPerAddress
        }
    }

    func closed(_ address: IPAddress?) {
        open.withLock { open in
            open.count -= 1
            guard let subscriber = counted(address), let count = open.ofSubscriber[subscriber] else { return }
            open.ofSubscriber[subscriber] = count > 1 ? count - 1 : nil
        }
    }

    private func counted(_ address: IPAddress?) -> IPAddress? { proxies.trusts(address) ? nil : address?.subscriber }
}
