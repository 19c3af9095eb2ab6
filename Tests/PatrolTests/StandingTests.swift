import Patrol
import Testing

@Suite("What a visit counts for")
struct StandingTests {
    /// County policy written out a second time; whoever may discharge, and what each outcome reaches.
    private static let discharging: Set<Capacity> = [.fullTime, .partTime, .gridLead]
    private static let outcomes: [(Outcome, Standing)] = [
        (.place(.checked), .done), (.place(.closedNow), .attempt), (.place(.refused), .notDischarging),
        (.place(.suspended), .awaiting), (.place(.gone), .awaiting), (.place(.changed), .awaiting),
        (.place(.unreachable), .attempt),
        (.person(.met), .done), (.person(.familyMet), .awaiting), (.person(.phone), .notDischarging),
        (.person(.noAnswer), .attempt), (.person(.away), .awaiting), (.person(.hospital), .awaiting),
        (.person(.refused), .notDischarging), (.person(.offList), .awaiting), (.person(.lostContact), .notDischarging),
    ]

    private func standing(_ outcome: Outcome, sender: Capacity?, with others: [Capacity], photosMissing: Bool)
        -> Standing
    {
        let subject: RecordSubject =
            switch outcome {
            case .place: .place(id: "p")
            case .person: .keyPerson(id: "k")
            }
        let claim = VisitClaim(
            subject: subject, outcome: outcome, until: nil,
            participants: others.map { Participant(person: nil, name: "某", capacity: $0) })
        return DischargePolicy.standard.standing(of: claim, sender: sender, photosMissing: photosMissing)
    }

    @Test func `every outcome with every pair of capacities`() {
        let capacities: [Capacity?] = [nil] + Capacity.allCases
        for (outcome, reached) in Self.outcomes {
            for sender in capacities {
                for companion in capacities {
                    let present = [sender, companion].compactMap { $0 }
                    let counts = present.contains { Self.discharging.contains($0) }
                    let others = companion.map { [$0] } ?? []
                    #expect(
                        standing(outcome, sender: sender, with: others, photosMissing: false)
                            == (counts ? reached : .notDischarging))
                    let short: Standing = reached == .done ? .provisional : reached
                    #expect(
                        standing(outcome, sender: sender, with: others, photosMissing: true)
                            == (counts ? short : .notDischarging))
                }
            }
        }
    }

    @Test func `the table names every outcome`() {
        #expect(Self.outcomes.count == PlaceOutcome.allCases.count + PersonOutcome.allCases.count)
        #expect(Set(Self.outcomes.map { "\($0.0)" }).count == Self.outcomes.count)
    }

    @Test func `a county may let others discharge, for places and persons apart`() {
        let policy = DischargePolicy(version: 7, placeCapacities: [.villageCadre], personCapacities: [.gridPolice])
        let place = VisitClaim(subject: .place(id: "p"), outcome: .place(.checked), until: nil, participants: [])
        let person = VisitClaim(subject: .keyPerson(id: "k"), outcome: .person(.met), until: nil, participants: [])
        for capacity in Capacity.allCases {
            #expect(
                (policy.standing(of: place, sender: capacity, photosMissing: false) == .done)
                    == (capacity == .villageCadre))
            #expect(
                (policy.standing(of: person, sender: capacity, photosMissing: false) == .done)
                    == (capacity == .gridPolice))
        }
    }

    @Test func `standings are ordered and each leaves the obligation in its state`() {
        #expect(Standing.allCases.sorted() == [.notDischarging, .attempt, .awaiting, .provisional, .done])
        #expect(Standing.allCases.map(\.obligationState) == [.due, .due, .awaiting, .done, .done])
        #expect(Standing.allCases.map(\.rawValue) == [0, 1, 2, 3, 4], "stored with every visit")
        #expect(Standing.allCases.map(\.name) == ["notDischarging", "attempt", "awaiting", "provisional", "done"])
    }

    @Test func `an outcome must fit its subject`() {
        for outcome in PlaceOutcome.allCases {
            #expect(Outcome(kind: .place, name: outcome.rawValue)?.name == outcome.rawValue)
            #expect((Outcome(kind: .keyPerson, name: outcome.rawValue) != nil) == (outcome == .refused))
        }
        for outcome in PersonOutcome.allCases {
            #expect(Outcome(kind: .keyPerson, name: outcome.rawValue) == .person(outcome))
        }
        #expect(Outcome(kind: .place, name: "") == nil)
    }
}

@Suite("Coverage")
struct CoverageTests {
    private func count(using generator: inout SeededGenerator) -> CoverageCount {
        (0..<20).map { _ in
            CoverageCount(
                of: ObligationState.allCases.randomElement(using: &generator)!,
                isProvisional: .random(using: &generator))
        }.reduce(CoverageCount(), +)
    }

    @Test func `one obligation counts once, in its state`() {
        for state in ObligationState.allCases {
            for isProvisional in [true, false] {
                let count = CoverageCount(of: state, isProvisional: isProvisional)
                #expect(count.due == 1)
                #expect(count.done + count.excused + count.awaiting == (state == .due ? 0 : 1))
                #expect(count.provisional == (state == .done && isProvisional ? 1 : 0))
            }
        }
    }

    @Test func `counts add up in any order and take apart again`() {
        var generator = SeededGenerator(seed: 30)
        for _ in 0..<500 {
            let (a, b, c) = (count(using: &generator), count(using: &generator), count(using: &generator))
            #expect(a + b == b + a && (a + b) + c == a + (b + c))
            #expect(a + b - b == a && a - a == CoverageCount() && a + CoverageCount() == a)
            #expect(a.provisional <= a.done && a.done + a.excused + a.awaiting <= a.due)
        }
    }

    @Test func `two rates stand side by side, and none where nothing is due`() throws {
        #expect(CoverageCount().rate == nil && CoverageCount().rateWithExcused == nil)
        let count = CoverageCount(due: 8, done: 4, provisional: 1, excused: 2, awaiting: 1)
        #expect(count.rate == 0.5 && count.rateWithExcused == 0.75)
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<500 {
            let sum = self.count(using: &generator)
            let rate = try #require(sum.rate)
            let withExcused = try #require(sum.rateWithExcused)
            #expect(0 <= rate && rate <= withExcused && withExcused <= 1)
        }
    }
}
