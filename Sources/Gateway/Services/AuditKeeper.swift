import Foundation
import Logging
import Patrol
import ServiceLifecycle
public import Store
import Synchronization
import Wire

/// With what heads of the audit are signed, and where they go besides the store.
public struct AuditKeeping: Sendable {
    let key: AuditKey
    let headsFile: String

    public init(key: AuditKey, headsFile: String) {
        self.key = key
        self.headsFile = headsFile
    }
}

/// What the audit needs without anybody asking: a row that counts the refusals of strangers, signed heads that are taken
/// elsewhere, and an end to rows whose time is over.
struct AuditKeeper: Service {
    let gateway: Gateway
    let keeping: AuditKeeping
    let logger: Logger

    /// Heads that stand in the store and not yet in the file.
    private let unwritten = UnwrittenHeads()

    /// So much of the audit's end could be cut off unseen.
    private static let pause = Duration.seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await attempt()
                try? await Task.sleep(for: Self.pause)
            }
        }
        // What the last minute brought.
        await attempt()
    }

    private func attempt() async {
        do {
            try await keep()
        } catch {
            let isPassing = (error as? StoreError)?.mendsWithTime ?? (error is CancellationError)
            logger.log(
                level: isPassing ? .debug : .error, "the audit was not signed", metadata: ["error": "\(error)"])
        }
    }

    func keep() async throws {
        let now = gateway.now()
        try await traceStrangers(at: now)
        let heads = try await gateway.store.signHeads(with: keeping.key, at: now)
        let waiting = unwritten.add(heads)
        if !waiting.isEmpty {
            let lines = try waiting.map { try canonicalBytes(AuditHeadLine($0)) + [10] }.flatMap { $0 }
            let file = keeping.headsFile
            try await gateway.filePool.run { try append(lines, to: file) }
            unwritten.written(waiting.count)
        }
        try await retire(at: now)
    }

    /// A file that could not be written gets all of them when it can be.
    private final class UnwrittenHeads: Sendable {
        private let heads = Mutex<[AuditHead]>([])

        /// - Returns: all that wait.
        func add(_ more: [AuditHead]) -> [AuditHead] {
            heads.withLock { heads in
                heads += more
                return heads
            }
        }

        func written(_ count: Int) { heads.withLock { $0.removeFirst(count) } }
    }

    private func traceStrangers(at now: Instant) async throws {
        let counts = gateway.strangers.take()
        guard !counts.isEmpty else { return }
        let text = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        do {
            try await gateway.store.trace(
                Act("refusals of strangers", at: now, person: nil, object: text, salt: Secrets.salt()))
        } catch {
            gateway.strangers.putBack(counts)
            throw error
        }
    }

    private func retire(at now: Instant) async throws {
        let days = gateway.settings.auditKeepDays
        guard days > 0 else { return }
        let before = now.adding(milliseconds: -Int64(days) * 86_400_000)
        let act = Act("retire the audit", at: now, person: nil, object: "\(days) days", salt: Secrets.salt())
        let count = try await gateway.store.acting(act).retireAudit(before: before, at: now)
        if count > 0 { logger.notice("retired rows of the audit", metadata: ["rows": "\(count)"]) }
    }
}

/// Appends and waits for the disk.
private func append(_ bytes: [UInt8], to file: String) throws {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file]) }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try handle.write(contentsOf: Data(bytes))
    try handle.synchronize()
}
