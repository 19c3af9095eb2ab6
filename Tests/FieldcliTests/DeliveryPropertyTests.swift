import Testing
import Wire

@testable import fieldcli

/// A gateway that keeps what it acknowledged, loses answers, is busy, fails and refuses, at random.
private struct RandomGateway {
    var random: SeededRandom
    var health: Double
    private(set) var reports: Set<String> = []
    private(set) var photos: Set<String> = []
    private(set) var refused: Set<String> = []

    init(seed: UInt64, health: Double) {
        random = SeededRandom(seed: seed)
        self.health = health
    }

    mutating func take(_ parcel: Parcel, of state: DeliveryState) -> Verdict {
        if !random.chance(health) {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return .unreachable(.unreachable("down"))
            case 1: return .busy(specimenProblem(503, "busy"), retryAfter: random.chance(0.5) ? .seconds(2) : nil)
            case 2: return .deferred(specimenProblem(500, "internal"))
            default:
                // Stored, but the answer is lost on the way.
                _ = store(parcel, of: state)
                return .unreachable(.unreachable("reset"))
            }
        }
        return store(parcel, of: state)
    }

    private mutating func store(_ parcel: Parcel, of state: DeliveryState) -> Verdict {
        switch parcel.content {
        case .report:
            if refused.contains(parcel.record) || (!reports.contains(parcel.record) && random.chance(0.1)) {
                refused.insert(parcel.record)
                return .refused(specimenProblem(422, "no"))
            }
            reports.insert(parcel.record)
            let missing = state.photos.map(\.sha256).filter { !photos.contains($0) }
            return .accepted(specimenReceipt(parcel.record, sha256: "d", missing: missing))
        case .photo(let sha256):
            photos.insert(sha256)
            return .photoStored
        }
    }
}

struct DeliveryPropertyTests {
    /// Any course of events: nothing counts as delivered that the gateway does not hold, nothing settled is sent again,
    /// photos follow their report, no parcel is tried too often, waits are kept, and the run ends.
    @Test(arguments: 0..<300 as Range<UInt64>)
    func `whatever happens on the way, nothing is lost and nothing settled is repeated`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var gateway = RandomGateway(seed: seed &+ 1_000, health: Double.random(in: 0.2...1, using: &random))
        var records = Self.records(&random)
        records = deliver(records, to: &gateway, seed: seed)
        for (id, state) in records where state.phase == .done {
            #expect(gateway.reports.contains(id))
            #expect(state.photos.allSatisfy { gateway.photos.contains($0.sha256) })
        }
        // A kill between two runs keeps exactly the saved states; a healthy gateway then takes the rest.
        gateway.health = 1
        records = deliver(records.filter { $0.value.phase != .done }, to: &gateway, seed: seed &+ 7)
        #expect(records.values.allSatisfy { $0.phase == .done || $0.phase == .refused })
        #expect(Set(records.filter { $0.value.phase == .refused }.keys).isSubset(of: gateway.refused))
    }

    private static func records(_ random: inout SeededRandom) -> [String: DeliveryState] {
        var records: [String: DeliveryState] = [:]
        for sequence in 1...Int64.random(in: 1...6, using: &random) {
            let photos = (0..<Int.random(in: 0...3, using: &random)).map { "p\(sequence)-\($0)" }
            records["r\(sequence)"] = specimenState(sequence, urgent: random.chance(0.3), photos: photos)
        }
        return records
    }

    private func deliver(_ records: [String: DeliveryState], to gateway: inout RandomGateway, seed: UInt64)
        -> [String: DeliveryState]
    {
        var run = DeliveryRun(records, patience: .standard, random: SeededRandom(seed: seed))
        var now = Duration.zero
        var quietUntil = Duration.zero
        var tries: [Parcel: Int] = [:]
        for _ in 0..<10_000 {
            switch run.next(at: now) {
            case .finish: return run.records
            case .wait(let until):
                #expect(until > now, "a wait must lead on")
                now = until
            case .send(let parcel):
                guard let state = run.records[parcel.record] else {
                    Issue.record("sent a record that is not there")
                    return run.records
                }
                #expect(now >= quietUntil, "the gateway asked to wait")
                #expect(state.parcels.contains(parcel.content))
                #expect(parcel.content == .report || state.receipt != nil)
                tries[parcel, default: 0] += 1
                #expect(tries[parcel, default: 0] <= 3)
                let verdict = gateway.take(parcel, of: state)
                if case .busy(_, let retryAfter?) = verdict { quietUntil = now + retryAfter }
                let before = run.records
                let changed = Set(run.hear(verdict, about: parcel, at: now))
                for (id, state) in run.records where state != before[id] { #expect(changed.contains(id)) }
            }
        }
        Issue.record("the run does not end")
        return run.records
    }
}
