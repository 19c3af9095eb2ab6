import Hummingbird
import Patrol
import Store
import Synchronization

extension Gateway {
    /// The gateway whose store acts in the name of the caller.
    func acting(in request: Request, _ context: PatrolContext) -> Gateway {
        var gateway = self
        gateway.store = store.acting(act(request, context))
        return gateway
    }

    /// What a request does, for the audit. What it concerns: the ids of its path and its query, of which neither holds
    /// names.
    func act(_ request: Request, _ context: PatrolContext) -> Act {
        Act(
            context.operation, at: now(), person: context.actor?.person,
            device: context.actor?.session?.device ?? context.device?.id, address: context.address,
            object: request.object(of: context.operation), requestID: context.id,
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
        act.object = object ?? act.object
        try await store.trace(act)
    }

    /// Leaves a row of what is refused to somebody known, and counts what is refused to strangers.
    /// - Returns: what to answer: that the row could not be written, where that is so.
    func tracing(_ error: any Error, in request: Request, _ context: PatrolContext) async throws -> any Error {
        guard let code = Outcome(describing: error).refusalCode else { return error }
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

extension Outcome {
    /// The code, where somebody is refused what they may not do or see.
    fileprivate var refusalCode: String? {
        [.unauthorized, .forbidden, .notFound].contains(status) ? code : nil
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
