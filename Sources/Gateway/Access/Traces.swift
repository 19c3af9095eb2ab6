import Hummingbird
import Patrol
import Store
import Synchronization
import Wire

extension Gateway {
    /// The gateway whose store acts in the name of the caller.
    func acting(in request: Request, _ context: PatrolContext) -> Gateway {
        var gateway = self
        gateway.store = store.acting(act(request, context))
        return gateway
    }

    /// What a request does, for the audit. What it concerns: the ids of its path, its query and its body; none holds names.
    /// The tokens of other systems are their devices.
    func act(_ request: Request, _ context: PatrolContext) -> Act {
        Act(
            context.operation, at: now(), person: context.actor?.person,
            device: context.actor?.session?.shownAs ?? context.device?.id, address: context.address,
            object: request.object(of: context.operation), concern: context.concern, requestID: context.id,
            salt: Secrets.salt())
    }

    /// Leaves a row before something personal or an export is read; without the row it is not read.
    /// - Parameters:
    ///   - purpose: what the reader gave, or what the reading is for.
    ///   - object: whom it concerns, an id first; nil for what the address says.
    func traceReading(
        _ request: Request, _ context: PatrolContext, purpose: ReadingPurpose? = nil, object: String? = nil
    ) async throws {
        var act = act(request, context)
        act.purpose = purpose?.rawValue
        if let object {
            act.object = object
            act.concern = nil
        }
        try await store.trace(act)
    }

    /// Leaves a row of what is refused to somebody known, and counts what is refused to strangers.
    /// - Returns: what to answer: that the row could not be written, where that is so.
    func tracing(_ error: any Error, in request: Request, _ context: PatrolContext) async throws -> any Error {
        guard let code = Outcome(describing: error).refusalCode, !isTraced(error) else { return error }
        guard context.actor != nil || context.device != nil else {
            strangers.count(code)
            return error
        }
        do {
            try await store.trace(act(request, context), result: code)
            return error
        } catch {
            return error
        }
    }
}

extension Gateway {
    /// A device that is locked or lost and asks all the same leaves a row; ten minutes' worth of asking leaves one.
    func traceBarred(
        _ device: KnownDevice, _ refusal: Refusal, _ request: Request, _ context: PatrolContext
    ) async throws {
        guard barred.isDue(device.id, at: now()) else { return strangers.count(Outcome(describing: refusal).code) }
        var act = act(request, context)
        act.person = device.person
        act.device = device.id
        try await store.trace(act, result: Outcome(describing: refusal).code)
    }

    /// Rows of these stand already.
    private func isTraced(_ error: any Error) -> Bool {
        switch error as? Refusal {
        case .deviceLocked, .deviceLost: true
        default: false
        }
    }
}

/// When rows of barred devices were written last.
final class BarredDevices: Sendable {
    private static let pause: Int64 = 600_000

    private let seen = Mutex<[String: Instant]>([:])

    /// Whether the device's asking is worth a row again.
    func isDue(_ device: String, at now: Instant) -> Bool {
        seen.withLock { seen in
            if let last = seen[device], (0..<Self.pause).contains(now.milliseconds(since: last)) { return false }
            seen[device] = now
            return true
        }
    }
}

extension Actor.Session {
    /// What the audit calls the device.
    fileprivate var shownAs: String? { manner == .integration ? id : device }
}

extension Outcome {
    /// The code, where somebody is refused what they may not do or see.
    fileprivate var refusalCode: String? {
        let isRefused = [.unauthorized, .forbidden, .notFound, .conflict].contains(status) || code == "too-many-tries"
        return isRefused ? code : defects.first { $0.code == "wrong-password" }?.code
    }
}

extension Request {
    fileprivate func object(of operation: String) -> String? {
        let own = operation.split(separator: "/", omittingEmptySubsequences: false)
        let asked = uri.path.split(separator: "/", omittingEmptySubsequences: false)
        var parts = zip(own.dropFirst(), asked.dropFirst()).filter { $0.0.hasPrefix("{") }.map { String($0.1) }
        if let query = uri.query, !query.isEmpty { parts.append(String(query.prefix(200))) }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
}

/// Refusals of callers whom nobody knows: counted, since a row for each would be theirs to write.
final class StrangerCount: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func count(_ code: String) { counts.withLock { $0[code, default: 0] += 1 } }

    /// Counts that could not be written down count on.
    func putBack(_ taken: [String: Int]) {
        counts.withLock { counts in counts.merge(taken, uniquingKeysWith: +) }
    }

    /// What was counted since the last time, by code.
    func take() -> [String: Int] {
        counts.withLock { counts in
            defer { counts = [:] }
            return counts
        }
    }
}
