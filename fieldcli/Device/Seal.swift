/// The gateway said that this device is locked or lost: it shows nothing any more. What has not been handed over stays,
/// and new records are still taken, since a lock may be a mistake and a visit cannot be made again; they leave the
/// device only when the gateway lets them.
struct Seal: Codable, Equatable, Sendable {
    enum Reason: String, Codable, Equatable, Sendable {
        case locked, lost

        init?(problem code: String) {
            switch code {
            case "device-locked": self = .locked
            case "device-lost": self = .lost
            default: return nil
            }
        }
    }

    let reason: Reason
    /// What had to be removed is gone. A key made since then, to enrol anew, is none of it.
    private(set) var isCleared: Bool?

    private static let file = "sealed.json"

    init(reason: Reason) { self.reason = reason }

    static func load(from home: Home) throws(StorageFault) -> Seal? { try home.load(Seal.self, file) }

    /// Shuts the device. The seal is on the medium before anything is removed, so that a kill in between leaves nothing
    /// to be seen, and `close` again does the rest. Where there is no room for the seal, what it would hide goes all the
    /// same.
    /// - Throws: what could not be written or removed, after everything was tried.
    func close(_ home: Home, _ keys: KeyStore) throws {
        guard isCleared != true else { return }
        var steps: [() throws -> Void] = [
            { try home.save(self, Self.file) }, { try RosterCache(home: home).shredAll() },
        ]
        if reason == .lost {
            steps += [
                { try keys.destroy() }, { try SavedSession.remove(from: home) },
                { try DeviceEnrolment.remove(from: home) },
            ]
        }
        var failure: (any Error)?
        for step in steps {
            do { try step() } catch { failure = failure ?? error }
        }
        if let failure { throw failure }
        var cleared = self
        cleared.isCleared = true
        try home.save(cleared, Self.file)
    }

    /// The gateway speaks to this device again.
    static func open(_ home: Home) throws(StorageFault) { try home.remove(file) }

    var failure: Failure {
        switch reason {
        case .locked:
            Failure(
                .notPermitted, "device-locked",
                zh: "本机已被锁定：底册已移除，待发箱已封存，记录都在，仍可填报。请与站里联系；解锁后执行 fieldcli sync，再执行 fieldcli roster。",
                en: "This device is locked: rosters are removed, the outbox is sealed and complete, and you can still "
                    + "report. Call your station; once it is unlocked, run fieldcli sync, then fieldcli roster.")
        case .lost:
            Failure(
                .notPermitted, "device-lost",
                zh: "本机已按丢失处理：密钥和底册已清除，未送达的记录都在，仍可填报。找回后请向管理员要新的注册码，执行 fieldcli enroll。",
                en:
                    "This device was reported lost: its key and rosters are wiped; unsent records are kept, and you can "
                    + "still report. Once found, ask an administrator for a new code and run fieldcli enroll.")
        }
    }
}
