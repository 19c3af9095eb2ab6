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

    private func standing(
        _ outcome: Outcome, sender: Capacity?, with others: [Capacity], photosMissing: Bool,
        under policy: ObligationPolicy? = nil
    ) -> Standing {
        let kind: SubjectKind = if case .place = outcome { .place } else { .keyPerson }
        let visit = VisitFacts.sample(
            outcome, capacities: Set(others + [sender].compactMap { $0 }), photosMissing: photosMissing)
        return (policy ?? .standard(kind)).standing(of: visit, in: Period(Month("2026-03")!))
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

    @Test func `a county may let others discharge`() {
        let policy = ObligationPolicy.sample("cadres") { discharge in
            ObligationPolicy.Discharge(
                outcomes: discharge.outcomes, capacities: [.villageCadre], attemptsSuffice: true)
        }
        for capacity in Capacity.allCases {
            let reached = standing(.place(.checked), sender: capacity, with: [], photosMissing: false, under: policy)
            #expect((reached == .done) == (capacity == .villageCadre))
        }
    }

    @Test func `standings are ordered and each leaves the obligation in its state`() {
        #expect(
            Standing.allCases.sorted()
                == [.notDischarging, .attempt, .awaiting, .excused, .outsideOnly, .provisional, .done])
        #expect(Standing.allCases.map(\.obligationState) == [.due, .due, .awaiting, .excused, .done, .done, .done])
        #expect(Standing.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6], "stored with every visit")
        #expect(
            Standing.allCases.map(\.name)
                == ["notDischarging", "attempt", "awaiting", "excused", "outsideOnly", "provisional", "done"])
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
                of: Standing.allCases.randomElement(using: &generator)!, isLate: .random(using: &generator))
        }.reduce(CoverageCount(), +)
    }

    @Test func `one obligation counts once, in its state`() {
        for standing in [nil] + Standing.allCases.map(Optional.some) {
            for isLate in [true, false] {
                let count = CoverageCount(of: standing, isLate: isLate)
                let state = standing?.obligationState ?? .due
                #expect(count.due == 1)
                #expect(count.done + count.excused + count.awaiting == (state == .due ? 0 : 1))
                #expect(count.provisional == (standing == .provisional ? 1 : 0))
                #expect(count.outsideOnly == (standing == .outsideOnly ? 1 : 0))
                #expect(count.late == (state == .done && isLate ? 1 : 0) && count.onTime + count.late == count.done)
            }
        }
    }

    @Test func `counts add up in any order and take apart again`() {
        var generator = SeededGenerator(seed: 30)
        for _ in 0..<500 {
            let (a, b, c) = (count(using: &generator), count(using: &generator), count(using: &generator))
            #expect(a + b == b + a && (a + b) + c == a + (b + c))
            #expect(a + b - b == a && a - a == CoverageCount() && a + CoverageCount() == a)
            #expect(
                a.provisional + a.outsideOnly <= a.done && a.late <= a.done && a.done + a.excused + a.awaiting <= a.due)
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
