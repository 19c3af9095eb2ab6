import Patrol
import TestSupport
import Testing

@testable import Store

private func policy(
    _ id: String, _ task: ObligationTask = .patrol, _ every: Frequency.Every = .month, times: Int = 1,
    from text: String = "2026-03-01", to end: String? = nil, in areas: Set<AreaID> = []
) -> ObligationPolicy {
    let standard = ObligationPolicy.standard(.place)
    return ObligationPolicy(
        id: id, version: 0, kind: .place, task: task, title: id, basis: "县发〔2026〕1号",
        frequency: Frequency(every, times: times), selection: .init(areas: areas), discharge: standard.discharge,
        joinedDays: 1, photoGraceDays: 10, from: day(text), to: end.map(day))
}

extension PatrolStore {
    /// `5: monthly=3 …`, of station 3's first grid.
    fileprivate func load(_ month: Month = march, adding policy: ObligationPolicy? = nil) async throws -> GridLoad {
        try #require(
            try await load(below: try await marchPath(3), in: month, adding: policy).first { $0.grid.id == areaID(5) })
    }

    fileprivate func record(_ policy: ObligationPolicy) async throws {
        _ = try await record(policy, by: "county", today: day("2026-02-10"), at: County.entered)
    }
}

extension GridLoad {
    fileprivate var byPolicy: [String: Int] { Dictionary(uniqueKeysWithValues: visits.map { ($0.policy, $0.count) }) }
}

@Suite("Load")
struct LoadTests {
    @Test("a grid's load is its duties, by worker; a volunteer carries none", arguments: Engine.all)
    func perWorker(engine: Engine) async throws {
        try await withCounty(engine) { store in
            #expect(try await store.load().byPolicy == ["monthly": 5])
            try await store.assign(
                "W6", to: areaID(5), as: .partTime, from: day("2026-03-31"), until: nil, at: County.entered)
            try await store.assign(
                "W7", to: areaID(5), as: .volunteer, from: day("2026-03-01"), until: nil, at: County.entered)
            try await store.assign(
                "W8", to: areaID(5), as: .fullTime, from: day("2026-03-01"), until: day("2026-03-31"),
                at: County.entered)
            let load = try await store.load()
            #expect(load.workers == 2 && load.subjects == 5 && load.doors == 5 && load.perWorker == 2.5)
            try await store.assign(
                "W5", to: areaID(5), as: nil, from: day("2026-03-01"), until: nil, at: County.entered)
            try await store.assign(
                "W6", to: areaID(5), as: nil, from: day("2026-03-01"), until: nil, at: County.entered)
            let vacant = try await store.load()
            #expect(vacant.workers == 0 && vacant.perWorker == nil && vacant.total == 5)
        }
    }

    @Test("a policy that is thought about shows what it adds, and one walk meets its doors once", arguments: Engine.all)
    func thoughtAbout(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let check = policy("fire", .professional, in: [areaID(3)])
            let load = try await store.load(adding: check)
            #expect(load.byPolicy == ["fire": 3, "monthly": 5] && load.doors == 5 && load.total == 8)
            #expect(
                try await store.load(adding: policy("fire", .professional, in: [areaID(4)])).byPolicy == ["monthly": 5])
            #expect(try await store.load().byPolicy == ["monthly": 5], "nothing was recorded")
            // March has four weeks that begin in it and end in it.
            #expect(
                try await store.load(adding: policy("weekly", .patrol, .week)).byPolicy == ["monthly": 2, "weekly": 12])
        }
    }

    @Test(
        "a new version stands in place of the one it follows, whenever that was to begin or end", arguments: Engine.all)
    func inPlace(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.record(policy("fire", .professional, times: 2))
            #expect(try await store.load().byPolicy["fire"] == 6)
            #expect(
                try await store.load(adding: policy("fire", .professional)).byPolicy["fire"] == 3, "of the same day")
            #expect(
                try await store.load(adding: policy("fire", .professional, from: "2026-04-01")).byPolicy["fire"] == 6,
                "March stays under the old one")
            let april = month("2026-04")
            #expect(
                try await store.load(april, adding: policy("fire", .professional, from: "2026-04-01")).byPolicy["fire"]
                    == 3)
            try await store.record(policy("once", .professional, to: "2026-03-15"))
            #expect(
                try await store.load(april, adding: policy("once", .professional, from: "2026-05-01")).byPolicy["once"]
                    == nil, "it had ended by then")
        }
    }

    @Test("the load is what the month then owes", arguments: Engine.all)
    func agrees(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let weekly = policy("weekly", .patrol, .week, in: [areaID(3)])
            let expected = try await store.load(below: try await store.marchPath(1), in: march, adding: weekly)
            try await store.record(weekly)
            for grid in expected {
                let number = try #require(Int(grid.grid.id.text.dropFirst()))
                let owed = try await store.places(number).due + store.keyPersons(number).due
                #expect(owed == Int64(grid.total), "\(grid.grid.name)")
            }
            #expect(try await store.load(below: try await store.marchPath(1), in: march) == expected)
        }
    }
}
