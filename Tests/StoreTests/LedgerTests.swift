import Patrol
import Store
import TestSupport
import Testing

@Suite("Ledger")
struct LedgerTests {
    @Test("a visit moves one grid's figures by one and no other grid's", arguments: Engine.all)
    func movesByOne(engine: Engine) async throws {
        try await withCounty(engine) { store in
            var before: [Int: CoverageCount] = [:]
            for grid in County.allGrids { before[grid] = try await store.places(grid) }
            try await store.stored(RecordDraft(1, place: "P7-2", by: 7))
            for grid in County.allGrids {
                let moved = try await store.places(grid) - (before[grid] ?? CoverageCount())
                #expect(moved == count(due: 0, done: grid == 7 ? 1 : 0))
            }
            let obligation = try #require(try await store.obligation(of: "P7-2"))
            #expect(obligation.state == .done && obligation.report == reportID(1) && !obligation.isProvisional)
        }
    }

    @Test("two visits to one subject count once", arguments: Engine.all)
    func countsOnce(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for number in 1...3 {
                try await store.stored(
                    RecordDraft(number, place: "P5-1", by: number == 3 ? 6 : 5).with {
                        $0.capturedAt = $0.capturedAt.adding(milliseconds: Int64(number) * 3_600_000)
                    })
            }
            #expect(try await store.places(1) == count(due: 15, done: 1))
            #expect(try await store.obligation(of: "P5-1")?.report == reportID(1), "the earliest of equals carries it")
        }
    }

    @Test("a month does not see another month's visits", arguments: Engine.all)
    func monthsApart(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for number in 1...3 {
                try await store.stored(
                    RecordDraft(number, place: "P5-1", by: 5).with {
                        $0.capturedAt = instant("2026-0\(number)-15T09:00:00+08:00")
                    })
            }
            for text in ["2026-01", "2026-02", "2026-03"] {
                #expect(try await store.places(5, month(text)) == count(due: 3, done: 1))
            }
            #expect(try await store.places(5, month("2026-04")) == count(due: 3))
            #expect(try await store.places(5, month("2025-12")) == count(due: 0), "nobody was on the roster yet")
        }
    }

    @Test(
        "outcomes leave the obligation in their state",
        arguments: [
            (PlaceOutcome.checked, ObligationState.done), (.closedNow, .due), (.refused, .due), (.suspended, .awaiting),
            (.gone, .awaiting), (.changed, .awaiting), (.unreachable, .due),
        ])
    func outcomes(outcome: PlaceOutcome, state: ObligationState) async throws {
        try await withCounty { store in
            try await store.stored(RecordDraft(1, place: "P5-1", outcome, by: 5))
            #expect(try await store.obligation(of: "P5-1")?.state == state)
            let expected = count(due: 3, done: state == .done ? 1 : 0, awaiting: state == .awaiting ? 1 : 0)
            #expect(try await store.places(5) == expected)
            #expect(try await store.differences() == [])
        }
    }

    @Test("when the best visit is refused the next best takes over", arguments: Engine.all)
    func downgrade(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let claims: [(Int, PlaceOutcome)] = [(1, .closedNow), (2, .checked), (3, .suspended), (4, .checked)]
            for (number, outcome) in claims {
                try await store.stored(
                    RecordDraft(number, place: "P5-1", outcome, by: 5).with {
                        $0.capturedAt = instant("2026-03-0\(number)T09:00:00+08:00")
                    })
            }
            func best() async throws -> String? { try await store.obligation(of: "P5-1")?.report }
            #expect(try await best() == reportID(2))
            try await store.refuse(2)
            #expect(try await best() == reportID(4))
            #expect(try await store.places(5) == count(due: 3, done: 1))
            try await store.refuse(4)
            #expect(try await best() == reportID(3))
            #expect(try await store.places(5) == count(due: 3, awaiting: 1))
            try await store.refuse(3)
            #expect(try await best() == reportID(1))
            #expect(try await store.places(5) == count(due: 3))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a photo that comes after a refusal does not undo it", arguments: Engine.all)
    func downgradeStands(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, place: "P5-1", by: 5).with { $0.photos = [photoDigest(1)] })
            try await store.refuse(1)
            #expect(try await store.places(5) == count(due: 3))
            try await store.add(photo: 1, by: 5)
            #expect(try await store.places(5) == count(due: 3))
            #expect(try await store.differences() == [])
        }
    }

    @Test("of visits in any order the same one carries the month", arguments: 0..<12)
    func orderOfArrival(seed: Int) async throws {
        var generator = SplitMix64(seed: UInt64(seed))
        let outcomes = PlaceOutcome.allCases
        let drafts = (1...6).map { number in
            RecordDraft(number, place: "P5-1", outcomes.randomElement(using: &generator) ?? .checked, by: 5).with {
                $0.capturedAt = instant("2026-03-0\(Int.random(in: 1...3, using: &generator))T09:00:00+08:00")
            }
        }
        var ledgers: Set<[String]> = []
        for _ in 0..<3 {
            let order = drafts.shuffled(using: &generator)
            ledgers.insert(
                try await withCounty { store in
                    for draft in order { try await store.stored(draft) }
                    return try await store.ledger()
                })
        }
        #expect(ledgers.count == 1)
    }

    @Test("a month is made once, however many ask at the same time", arguments: Engine.all)
    func openedOnce(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for _ in 0..<8 { tasks.addTask { try await store.open(march, at: County.entered) } }
                try await tasks.waitForAll()
            }
            let before = try await store.ledger()
            // Another process that does not know yet that the month is there.
            let other = PatrolStore(store.database, zone: .shanghai, group: GroupCommit(store.database))
            try await other.open(march, at: instant("2026-03-20T09:00:00+08:00"))
            #expect(try await store.ledger() == before)
            #expect(try await store.places(1) == count(due: 15))
            #expect(try await store.keyPersons(1) == count(due: 10))
        }
    }

    @Test("children sum to their parent's totals, from the county down", arguments: Engine.all)
    func childrenSum(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for (number, grid) in [5, 5, 7, 9].enumerated() {
                try await store.stored(RecordDraft(number, place: "P\(grid)-\(number % 3 + 1)", by: grid))
                try await store.stored(RecordDraft(100 + number, keyPerson: "K\(grid)-1", .away, by: grid))
            }
            for (area, children) in [(1, [2, 9]), (2, [3, 4]), (3, [5, 6]), (4, [7, 8]), (5, [])] {
                let coverage = try await store.coverage(area)
                #expect(coverage.children.map(\.area.id) == children.map(areaID))
                guard !children.isEmpty else { continue }
                #expect(coverage.children.map(\.counts.places).reduce(CoverageCount(), +) == coverage.totals.places)
                #expect(
                    coverage.children.map(\.counts.keyPersons).reduce(CoverageCount(), +) == coverage.totals.keyPersons)
            }
            let grid = try await store.coverage(5)
            #expect(grid.totals.places == count(due: 3, done: 2))
            #expect(grid.above.map(\.name) == ["南浔区", "练市镇", "练市一站"] && grid.area.name == "第一网格")
        }
    }
}
