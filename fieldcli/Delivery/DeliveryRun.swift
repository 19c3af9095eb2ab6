/// How long one run of `sync` tries.
struct Patience: Equatable, Sendable {
    /// Tries for one parcel, and for a gateway that does not answer; nil for as many as fit into the time.
    let tries: Int?
    /// From the start of the run.
    let time: Duration?
    /// A single wait longer than this ends the run instead.
    let longestWait: Duration

    /// Enough to bridge a tunnel, short enough to stand and wait for.
    static let standard = Patience(tries: 3, time: nil, longestWait: .seconds(30))

    static func during(_ time: Duration) -> Patience { Patience(tries: nil, time: time, longestWait: time) }
}

/// Why a run over the outbox stopped.
enum DeliveryEnding: String, Codable, Equatable, Sendable {
    /// Nothing more to try now; something may still wait.
    case settled
    /// The gateway did not answer.
    case offline
    /// The gateway asked to wait for longer than this run does, or its time is over.
    case outOfTime
    /// The session is over; everything that the device signed was tried without it.
    case loggedOut
    /// The gateway speaks to this device no more.
    case barred
}

/// One run over the outbox: what to send next, when to wait, when to stop. Pure; times are durations since its start.
///
/// Reports go before photos, since a report is a few kilobytes and is the proof; among each, urgent ones first, then
/// in the order in which they were made. While a report waits for its next try, later parcels use the link.
struct DeliveryRun<Randomness: RandomNumberGenerator & Sendable>: Sendable {
    enum Step: Equatable, Sendable {
        case send(Parcel)
        case wait(until: Duration)
        case finish(DeliveryEnding)
    }

    private struct Tries {
        var failures = 0
        var notBefore: Duration = .zero
    }

    private(set) var records: [String: DeliveryState]
    private let order: [String]
    private let patience: Patience
    private let backoff: Backoff
    private var random: Randomness
    private var tries: [Parcel: Tries] = [:]
    /// The whole gateway is left alone until then.
    private var pausedUntil: Duration = .zero
    private var unanswered = 0
    /// Records whose sender the gateway does not accept.
    private var loggedOut: Set<String> = []
    private var isBarred = false

    init(_ records: [String: DeliveryState], patience: Patience, backoff: Backoff = Backoff(), random: Randomness) {
        self.records = records
        self.patience = patience
        self.backoff = backoff
        self.random = random
        order = records.sorted { a, b in
            (a.value.isUrgent ? 0 : 1, a.value.sequence, a.key) < (b.value.isUrgent ? 0 : 1, b.value.sequence, b.key)
        }.map(\.key)
    }

    func next(at now: Duration) -> Step {
        if isBarred { return .finish(.barred) }
        if let limit = patience.tries, unanswered >= limit { return .finish(.offline) }
        let open = openParcels
        guard !open.isEmpty else { return .finish(loggedOut.isEmpty ? .settled : .loggedOut) }
        if let time = patience.time, now >= time { return .finish(unanswered > 0 ? .offline : .outOfTime) }
        if pausedUntil <= now, let ready = open.first(where: { notBefore($0) <= now }) { return .send(ready) }
        let earliest = max(pausedUntil, open.map(notBefore).min() ?? .zero)
        let isTooLong = earliest - now > patience.longestWait || patience.time.map { earliest >= $0 } == true
        if isTooLong { return .finish(unanswered > 0 ? .offline : .outOfTime) }
        return .wait(until: earliest)
    }

    /// Takes the verdict on a parcel.
    /// - Returns: the records whose state changed and is to be saved.
    mutating func hear(_ verdict: Verdict, about parcel: Parcel, at now: Duration) -> [String] {
        records[parcel.record]?.hear(verdict, about: parcel.content)
        var changed = [parcel.record]
        switch verdict {
        case .accepted, .photoUnusable, .refused: unanswered = 0
        case .photoStored:
            unanswered = 0
            changed += confirmElsewhere(parcel)
        case .deferred:
            unanswered = 0
            tries[parcel, default: Tries()].notBefore = now + failed(parcel, retryAfter: nil)
        case .busy(_, let retryAfter):
            unanswered = 0
            pausedUntil = now + failed(parcel, retryAfter: retryAfter)
        case .unreachable:
            unanswered += 1
            pausedUntil = now + backoff.delay(afterFailures: unanswered, retryAfter: nil, using: &random)
            let ownDelay = failed(parcel, retryAfter: nil)
            // A photo that breaks every connection must not block those behind it. A report is too small for that, and
            // keeps its place.
            if parcel.content != .report { tries[parcel, default: Tries()].notBefore = pausedUntil + ownDelay }
        case .loggedOut: loggedOut.insert(parcel.record)
        case .barred: isBarred = true
        }
        return changed
    }

    /// Parcels that may still be tried in this run, best first.
    private var openParcels: [Parcel] {
        let all = order.filter(mayGo).flatMap { id in
            (records[id]?.parcels ?? []).map { Parcel(record: id, content: $0) }
        }.filter { parcel in patience.tries.map { (tries[parcel]?.failures ?? 0) < $0 } ?? true }
        return all.filter { $0.content == .report } + all.filter { $0.content != .report }
    }

    /// Once a session is over, only what the device signed still goes.
    private func mayGo(_ id: String) -> Bool {
        loggedOut.isEmpty || records[id]?.signature != nil && !loggedOut.contains(id)
    }

    private func notBefore(_ parcel: Parcel) -> Duration { tries[parcel]?.notBefore ?? .zero }

    private mutating func failed(_ parcel: Parcel, retryAfter: Duration?) -> Duration {
        tries[parcel, default: Tries()].failures += 1
        return backoff.delay(
            afterFailures: tries[parcel]?.failures ?? 1, retryAfter: retryAfter, using: &random)
    }

    /// The same bytes in another record of the same outbox have arrived with these.
    private mutating func confirmElsewhere(_ parcel: Parcel) -> [String] {
        guard case .photo = parcel.content else { return [] }
        return order.filter { id in
            guard id != parcel.record, let state = records[id], state.parcels.contains(parcel.content) else {
                return false
            }
            records[id]?.hear(.photoStored, about: parcel.content)
            return true
        }
    }
}
