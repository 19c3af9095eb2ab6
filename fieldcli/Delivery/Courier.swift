import Foundation
import Patrol
import Wire

/// Carries out a `DeliveryRun`: reads the outbox, speaks to the gateway, writes down what came of it.
struct Courier: Sendable {
    let outbox: Outbox
    let client: GatewayClient
    /// In whose name. Records of other people stay where they are. nil while nobody is logged in: then the device hands
    /// over what it signed.
    let person: String?
    var progress = Progress(isShown: false)
    /// Hears how long each request took and what came of it, for `simulate`.
    var observe: @Sendable (Parcel, Duration, Exchange) -> Void = { _, _, _ in }

    func deliver(_ patience: Patience) async throws -> DeliveryReport {
        let entries = try ownEntries()
        var run = DeliveryRun(
            Dictionary(uniqueKeysWithValues: entries.filter(\.state.isPending).map { ($0.id, $0.state) }),
            patience: patience, random: SystemRandomNumberGenerator())
        var report = DeliveryReport(entries: entries)
        let frozen = Dictionary(uniqueKeysWithValues: entries.map { ($0.id, $0) })
        let start = ContinuousClock.now
        // What was finished before a kill could take it out.
        for entry in entries where entry.state.phase == .done { try finish(entry) }
        while true {
            switch run.next(at: ContinuousClock.now - start) {
            case .finish(let ending):
                progress.clear()
                report.end(ending, run.records)
                return report
            case .wait(let until):
                draw(run.records)
                try await Task.sleep(until: start + until, clock: .continuous)
            case .send(let parcel):
                guard let entry = frozen[parcel.record] else { continue }
                draw(run.records)
                let verdict = await send(parcel, of: entry)
                if verdict.isTaken, client.access.session == nil { report.isWithoutLogin = true }
                let changed = run.hear(verdict, about: parcel, at: ContinuousClock.now - start)
                try save(changed, run.records, frozen)
            }
        }
    }

    /// Everything that goes out in this person's name. What was recorded while nobody was logged in becomes theirs.
    private func ownEntries() throws -> [OutboxEntry] {
        var own: [OutboxEntry] = []
        let key = client.access.key?.jwk.thumbprint
        for var entry in try outbox.contents().entries {
            entry.state.forgetSignatures(exceptOf: key)
            guard let person else {
                if entry.state.signature != nil { own.append(entry) }
                continue
            }
            if entry.state.person == nil, client.access.session != nil {
                entry.state.person = person
                try outbox.save(entry.state, of: entry.id)
            }
            if entry.state.person == person { own.append(entry) }
        }
        return own
    }

    private func save(_ changed: [String], _ records: [String: DeliveryState], _ entries: [String: OutboxEntry]) throws
    {
        for id in changed {
            guard let state = records[id], var entry = entries[id] else { continue }
            entry.state = state
            try outbox.save(state, of: id)
            if state.phase == .done { try finish(entry) }
        }
    }

    private func finish(_ entry: OutboxEntry) throws {
        if let receipt = entry.state.receipt { try RosterCache(home: outbox.home).note(entry.report, receipt) }
        try outbox.remove(entry.id, sequence: entry.state.sequence, sha256: entry.state.sha256)
    }

    private func send(_ parcel: Parcel, of entry: OutboxEntry) async -> Verdict {
        let start = ContinuousClock.now
        let exchange: Exchange
        switch parcel.content {
        case .report:
            exchange = await client.put(report: entry.frozen, id: entry.id, signature: entry.state.signature)
        case .photo(let sha256):
            guard let photo = entry.state.photos.first(where: { $0.sha256 == sha256 }), isWhole(photo, of: entry) else {
                return .refused(.local("photo-lost", "the photo's file is missing or damaged on this device"))
            }
            let progress = progress
            exchange = await client.put(
                photo: entry.photoPath(sha256), sha256: sha256, bytes: photo.bytes, signature: photo.signature
            ) { sent in
                progress.draw(String(sha256.prefix(8)), done: sent, of: photo.bytes)
            }
        }
        observe(parcel, ContinuousClock.now - start, exchange)
        switch (exchange, parcel.content) {
        case (.unreachable(let reason), _): return .unreachable(.unreachable(reason))
        case (.answer(let answer), .report):
            return AnswerReader().verdict(on: answer, report: entry.id, sha256: entry.state.sha256)
        case (.answer(let answer), .photo(let sha256)): return AnswerReader().verdict(on: answer, photo: sha256)
        }
    }

    /// A failing card would otherwise look like a failing link, and be tried for ever.
    private func isWhole(_ photo: DeliveryState.Photo, of entry: OutboxEntry) -> Bool {
        (try? PhotoIntake.digest(of: entry.photoPath(photo.sha256))) == photo.sha256
    }

    private func draw(_ records: [String: DeliveryState]) {
        let total = records.values.reduce(0) { $0 + 1 + $1.photos.count }
        let open = records.values.reduce(0) { sum, state in
            sum + state.parcels.count + (state.phase == .waiting ? state.photos.count : 0)
        }
        progress.draw(client.language(zh: "发送中", en: "sending"), done: Int64(total - open), of: Int64(total))
    }
}

/// What a delivery came to, by record.
struct DeliveryReport: Equatable, Sendable {
    struct Item: Codable, Equatable, Sendable {
        let id: String
        var phase: String
        var standing: String?
        var grade: String?
        var problem: Problem?
        /// Photos that cannot be used, with the reason's code.
        var unusable: [String]
    }

    private(set) var items: [Item]
    private(set) var ending: DeliveryEnding = .settled
    /// What went out went by the device's signature, since nobody is logged in.
    var isWithoutLogin = false

    init(entries: [OutboxEntry]) { items = entries.map { Self.item($0.id, $0.state) } }

    mutating func end(_ ending: DeliveryEnding, _ records: [String: DeliveryState]) {
        self.ending = ending
        var latest = Dictionary(uniqueKeysWithValues: items.map { ($0.id, $0) })
        for (id, state) in records { latest[id] = Self.item(id, state) }
        items = latest.values.sorted { $0.id < $1.id }
    }

    private static func item(_ id: String, _ state: DeliveryState) -> Item {
        let isComplete = state.phase == .done
        // The receipt was written before the photos came; provisional meant waiting for exactly these.
        let standing = isComplete && state.receipt?.standing == "provisional" ? "done" : state.receipt?.standing
        let unusable = state.photos.filter { [.damaged, .quarantined, .refused].contains($0.state) }
        return Item(
            id: id, phase: state.phase.rawValue, standing: standing, grade: state.receipt?.grade,
            problem: state.problem,
            unusable: unusable.map { $0.code ?? $0.sha256 })
    }

    /// The gravest thing that a person has to act on.
    var status: ExitStatus {
        let phases = Set(items.map(\.phase))
        switch ending {
        case .loggedOut, .barred: return .notPermitted
        case .offline: return .unavailable
        case .settled, .outOfTime:
            if phases.contains("waiting") || phases.contains("sent") { return .temporaryFailure }
            return phases.contains("refused") || phases.contains("unusable") ? .dataRefused : .success
        }
    }
}
