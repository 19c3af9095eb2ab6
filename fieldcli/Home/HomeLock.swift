import Glibc

/// Keeps two processes in one home apart. Released at the end of its scope, and by the system when a process is killed.
///
/// There are three, so that a worker can record while a long delivery runs, and both speak to the gateway.
struct HomeLock: ~Copyable {
    enum Kind: String {
        /// Held while a record is made or removed: the device's counting and the outbox's names.
        case records = "records.lock"
        /// Held while records are delivered, retried or dropped: the states of what lies in the outbox.
        case delivery = "delivery.lock"
        /// Held while the device enrols or tokens are renewed: a refresh token is used once.
        case login = "login.lock"
    }

    private let file: OpenFile

    private init(_ file: consuming OpenFile) { self.file = file }

    private static func open(_ kind: Kind, in home: Home) throws(StorageFault) -> OpenFile {
        try OpenFile("\(home.folder)/\(kind.rawValue)", O_RDWR | O_CREAT | O_CLOEXEC, .create)
    }

    /// Waits for the lock.
    static func take(_ kind: Kind, in home: Home) throws(StorageFault) -> HomeLock {
        let file = try open(kind, in: home)
        while flock(file.descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw StorageFault(.lock, file.path) }
        }
        return HomeLock(file)
    }

    /// Waits for the lock without holding up what else runs on this thread.
    static func takeWhenFree(_ kind: Kind, in home: Home) async throws -> HomeLock {
        while true {
            if let lock = try takeIfFree(kind, in: home) { return lock }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The lock, or nil while another process has it.
    static func takeIfFree(_ kind: Kind, in home: Home) throws(StorageFault) -> HomeLock? {
        let file = try open(kind, in: home)
        while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return nil }
            guard errno == EINTR else { throw StorageFault(.lock, file.path) }
        }
        return HomeLock(file)
    }
}
