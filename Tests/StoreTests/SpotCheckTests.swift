import Patrol
import Store
import TestSupport
import Testing

private let now = instant("2026-04-10T09:00:00+08:00")

/// Grids 5 to 8 were patrolled: every place was checked, one of them twice, one found shut.
private func withVisits(_ engine: Engine, _ body: @Sendable (PatrolStore) async throws -> Void) async throws {
    try await withCounty(engine) { store in
        for grid in County.grids {
            for index in 1...3 {
                let shut = grid == 8 && index == 3
                try await store.stored(
                    visit(
                        grid * 10 + index, "P\(grid)-\(index)", on: "2026-03-05", shut ? .closedNow : .checked, by: grid
                    ))
            }
        }
        try await store.stored(visit(100, "P5-1", on: "2026-03-09", by: 5))
        try await store.stored(visit(101, "P5-1", on: "2026-02-09", by: 5))
        try await body(store)
    }
}

extension PatrolStore {
    fileprivate func draw(_ id: String, _ count: Int, seed: UInt64, area: Int = 1, _ kind: SubjectKind = .place)
        async throws -> SpotCheck
    {
        try await drawSpotCheck(
            kind, below: try await marchPath(area), in: march, count: count, seed: seed, id: id, by: "deputy", at: now)
    }
}

@Suite("Spot checks")
struct SpotCheckTests {
    @Test(
        "a draw has its size, comes from what carries the month's done duties, and is repeated from its seed",
        arguments: Engine.all)
    func drawn(engine: Engine) async throws {
        try await withVisits(engine) { store in
            // Of the two visits to P5-1 in March the first one carries the duty.
            let frame = Set((5...8).flatMap { grid in (1...3).map { reportID(grid * 10 + $0) } }).subtracting([
                reportID(83)
            ])
            let drawn = try await store.draw("a", 4, seed: 7)
            #expect(drawn.population == 11 && drawn.items.count == 4 && drawn.seed == 7)
            #expect(frame.isSuperset(of: drawn.items.map(\.report)))
            #expect(drawn.items.map(\.report) == drawSample(of: Array(frame), count: 4, seed: 7).sorted(), "by anybody")
            #expect(try await store.draw("b", 4, seed: 7).items.map(\.report) == drawn.items.map(\.report))
            let other = try await store.draw("c", 4, seed: .max)
            #expect(other.seed == .max && other.items.map(\.report) != drawn.items.map(\.report))
            #expect(Set(try await store.draw("d", 50, seed: 1).items.map(\.report)) == frame)
            let station = try await store.draw("e", 2, seed: 1, area: 4)
            #expect(
                station.population == 5
                    && station.items.allSatisfy { $0.subject.hasPrefix("P7") || $0.subject.hasPrefix("P8") })
            #expect(try await store.spotCheck("a") == drawn)
            #expect(drawn.items.allSatisfy { $0.result == nil && !$0.name.isEmpty && $0.outcome == "checked" })
            await #expect(throws: SpotCheckRefusal.nothingToDraw) { try await store.draw("f", 2, seed: 1, area: 9) }
            await #expect(throws: SpotCheckRefusal.nothingToDraw) {
                try await store.draw("f", 2, seed: 1, area: 1, .keyPerson)
            }
            #expect(try await store.spotCheck("f") == nil)
            func listed(_ area: Int, _ kind: SubjectKind = .place) async throws -> [String] {
                try await store.spotChecks(kind, below: try await store.marchPath(area), in: march).map(\.id)
            }
            #expect(try await listed(1) == ["a", "b", "c", "d", "e"])
            #expect(try await listed(4) == ["e"])
            #expect(try await listed(1, .keyPerson).isEmpty)
        }
    }

    @Test("what was found says how much of the month is wrong, within an interval", arguments: Engine.all)
    func estimated(engine: Engine) async throws {
        try await withVisits(engine) { store in
            let drawn = try await store.draw("a", 5, seed: 3)
            #expect(drawn.estimate == nil)
            func note(_ index: Int, _ result: SpotCheckResult, by person: String = "deputy") async throws {
                try await store.note(
                    result, .telephone, note: "店主说没来过", of: drawn.items[index].report, in: "a", by: person, at: now)
            }
            try await note(0, .wrong)
            try await note(1, .confirmed)
            try await note(2, .unreachable)
            try await note(3, .wrong)
            try await note(3, .confirmed)
            let noted = try #require(try await store.spotCheck("a"))
            let expected = try ErrorEstimate(population: 11, drawn: 4, answered: 3, wrong: 1)
            #expect(noted.estimate == expected)
            let share = try #require(noted.estimate?.wrongShare())
            #expect(share.contains(1.0 / 3) && share.lowerBound > 0 && share.upperBound < 1)
            #expect(noted.items.map(\.result) == [.wrong, .confirmed, .unreachable, .confirmed, nil])
            #expect(noted.items[0].manner == .telephone && noted.items[0].checkedBy == "deputy")
            let sender = "W" + noted.items[4].subject.dropFirst().prefix(1)
            await #expect(throws: SpotCheckRefusal.ownRecord) { try await note(4, .confirmed, by: sender) }
            await #expect(throws: SpotCheckRefusal.notDrawn) {
                try await store.note(.wrong, .visit, note: "", of: reportID(100), in: "a", by: "deputy", at: now)
            }
            await #expect(throws: SpotCheckRefusal.noSuchCheck) {
                try await store.note(
                    .wrong, .visit, note: "", of: drawn.items[0].report, in: "x", by: "deputy", at: now)
            }
            let story = try #require(
                try await store.story(
                    of: noted.items[0].subject, .place, reading: { try replay(id: $0, body: $1, sha256: "") }))
            #expect(story.events.filter { $0.what == .spotCheck }.map(\.word) == ["wrong"])
            #expect(try await store.differences() == [], "a check changes no figure")
        }
    }
}
