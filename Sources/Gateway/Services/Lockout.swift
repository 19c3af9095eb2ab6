import Glibc
import Logging
import Patrol
import Store

/// Holds off whoever tries passwords, and nobody else: failures count by account and device, and by device alone, where the
/// device is enrolled, otherwise by account and address, and by address alone. A stranger's tries never touch the owner's
/// own device.
struct Lockout: Sendable {
    private let store: PatrolStore
    private let perAccount: FailureLimit
    private let perAddress: FailureLimit
    private let logger: Logger

    init(store: PatrolStore, settings: GatewaySettings, logger: Logger) {
        self.store = store
        self.logger = logger
        perAccount = FailureLimit(failures: settings.loginFailures, lockMinutes: settings.loginLockMinutes)
        perAddress = FailureLimit(failures: settings.loginAddressFailures, lockMinutes: settings.loginLockMinutes)
    }

    /// One try that was let in. It counts as failed until it is said to be otherwise.
    struct Attempt: Sendable {
        fileprivate let store: PatrolStore
        fileprivate let counters: [FailureCounter]

        /// The password was right: its account begins anew from here; the address has one failure less.
        func succeeded() async throws {
            try await store.takeBack(counters, clearing: Set(counters.prefix(1).map(\.key)))
        }

        /// The password was not looked at.
        func withdrawn() async throws { try await store.takeBack(counters, clearing: []) }
    }

    /// Before a password is hashed.
    /// - Parameters:
    ///   - account: the login as it was sent, known or not: both count alike.
    ///   - device: our id of an enrolled device whose key was proved; nil for a stranger's.
    ///   - address: where the request comes from.
    /// - Throws: `Refusal.tooManyTries`, also for what would be the right password.
    func admit(account: String, device: String?, address: String, at now: Instant) async throws -> Attempt {
        let counters: [FailureCounter]
        if let device {
            counters = [
                counter("device", [account, device], perAccount), counter("anybody", [device], perAddress),
            ]
        } else {
            counters = [
                counter("account", [account, address], perAccount), counter("address", [address], perAddress),
            ]
        }
        if let wait = try await store.admitTry(counters, at: now) {
            logger.notice("login held off", metadata: ["device": "\(device == nil ? "unknown" : "enrolled")"])
            throw Refusal.tooManyTries(seconds: Int((wait + 999) / 1_000))
        }
        return Attempt(store: store, counters: counters)
    }

    /// Parts are told apart by their lengths; nothing can be read back from the digest but by guessing all of it.
    private func counter(_ kind: String, _ parts: [String], _ limit: FailureLimit) -> FailureCounter {
        let text = ([kind] + parts).map { "\($0.utf8.count):\($0)" }.joined()
        return FailureCounter(key: sha256Hex(text.utf8), limit: limit)
    }
}

/// An address as tries are counted by: whoever has one of IPv6 has the 2^64 others of its network too.
func countedAddress(_ text: String) -> String {
    var bytes = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, text, &bytes) == 1 else { return text }
    // ::ffff:a.b.c.d is an address of IPv4.
    let isMapped = bytes.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    return isMapped ? bytes.suffix(4).map(String.init).joined(separator: ".") : hexadecimal(bytes.prefix(8))
}
