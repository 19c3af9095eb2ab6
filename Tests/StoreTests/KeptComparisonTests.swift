import Store
import TestSupport
import Testing

@testable import Patrol

private let now = instant("2026-03-20T09:00:00+08:00")

/// Grid 5's three places against a market register that has one of them, one like another, and two of its own.
private func compared(_ store: PatrolStore, _ id: String = "c", at moment: Instant = now) async throws -> Comparison {
    let doors = try await store.rosterDoors(below: try await store.marchPath(5), on: day("2026-03-20")).doors
    let listed = [
        ListedDoor(key: "R1", name: "张记面馆", address: "适园路 11 号"),
        ListedDoor(key: "R2", name: "阿芳美发", address: "人民路 8 号"),
        ListedDoor(key: "R3", name: "远方物流有限公司", address: "工业园 1 号"), ListedDoor(name: "老王修鞋", address: "桥头 3 号"),
    ]
    try #require(doors.map(\.id) == ["shop1", "shop2", "shop3"], "only those of the grid")
    func match(_ index: Int, _ score: Double, _ findings: Set<Comparison.Finding>) -> Comparison.Match {
        .init(
            rostered: doors[index], listed: listed[index], findings: findings, score: score, nameSimilarity: score,
            addressSimilarity: 1, metres: nil)
    }
    let comparison = Comparison(
        same: [match(0, 1, [.sameName, .sameAddress])], likely: [match(1, 0.85, [.similarName, .sameAddress])],
        onlyListed: Array(listed[2...]), onlyRostered: [doors[2]])
    try await store.keep(
        comparison, of: areaID(5), source: "市场监管登记 2026-03", day: day("2026-03-20"), id: id, by: "W1", at: moment)
    return comparison
}

private func withShops(_ engine: Engine, _ body: @Sendable (PatrolStore) async throws -> Void) async throws {
    try await withStore(engine) { store in
        try await store.add(County.areas, at: County.entered)
        let shops = [
            ("shop1", "张记面馆", "适园路 11 号", 5), ("shop2", "阿芳理发", "人民路 8 号", 5), ("shop3", "城隍庙", "庙前街 2 号", 5),
            ("shop4", "别处", "别路 1 号", 6),
        ]
        try await store.add(
            shops.map { id, name, address, grid in
                PlaceEntry(
                    id: id, name: name, category: "小餐饮", address: address, position: nil, radius: 50,
                    grid: areaID(grid), from: day("2026-01-01"))
            }, at: County.entered)
        try await body(store)
    }
}

@Suite("Kept comparisons")
struct KeptComparisonTests {
    @Test("a comparison keeps its figures and every line that is to be looked at", arguments: Engine.all)
    func kept(engine: Engine) async throws {
        try await withShops(engine) { store in
            let comparison = try await compared(store)
            let stored = try #require(try await store.comparison("c"))
            #expect(stored.listed == 4 && stored.rostered == 3 && stored.same == comparison.same.count)
            let lines = try await store.lines(ofComparison: "c", from: 0, limit: 100)
            let looked = comparison.likely.count + comparison.onlyListed.count + comparison.onlyRostered.count
            #expect(lines.count == looked && lines.map(\.position) == Array(0..<looked))
            #expect(stored.verdicts.values.reduce(0, +) == looked)
            #expect(lines.filter { $0.verdict == .likely }.map(\.place) == comparison.likely.map(\.rostered.id))
            #expect(lines.filter { $0.verdict == .likely }.compactMap(\.score) == comparison.likely.map(\.score))
            #expect(lines[0].reasons == ["sameAddress", "similarName"])
            #expect(lines.filter { $0.verdict == .onlyListed }.map(\.listedKey) == comparison.onlyListed.map(\.key))
            let temple = try #require(lines.first { $0.verdict == .onlyRostered })
            #expect(temple.place == "shop3" && temple.placeName == "城隍庙" && temple.listedName == nil)
            #expect(try await store.lines(ofComparison: "c", from: 1, limit: 2).map(\.position) == [1, 2])
            #expect(try await store.lines(ofComparison: "x", from: 0, limit: 2).isEmpty)
            await #expect(throws: StoreError.uniqueViolation) { try await compared(store) }
            #expect(try await store.lines(ofComparison: "c", from: 0, limit: 100) == lines, "all or nothing")
        }
    }

    @Test("decisions are kept line by line, replace each other, and sharpen the estimate", arguments: Engine.all)
    func decided(engine: Engine) async throws {
        try await withShops(engine) { store in
            let comparison = try await compared(store)
            // The hairdresser that may be the same, the company and the cobbler, in this order.
            func decide(_ decision: LineDecision, _ position: Int) async throws -> Bool {
                try await store.decide(decision, line: position, of: "c", by: "W5", at: now)
            }
            #expect(try await decide(.noPlace, 0))
            #expect(try await decide(.same, 0))
            #expect(try await decide(.noPlace, 1))
            #expect(try await decide(.missing, 2))
            #expect(try await !decide(.gone, 99))
            let stored = try #require(try await store.comparison("c"))
            #expect(stored.decisions == ["same": 1, "noPlace": 1, "missing": 1])
            #expect(
                stored.completeness
                    == (try CompletenessEstimate(rostered: 3, listed: 3, both: comparison.same.count + 1)))
            #expect(try await store.lines(ofComparison: "c", from: 0, limit: 100).compactMap(\.decision).count == 3)
        }
    }

    @Test(
        "comparisons and walked streets are found below their area, the newest comparison first", arguments: Engine.all)
    func listed(engine: Engine) async throws {
        try await withShops(engine) { store in
            _ = try await compared(store, "old")
            _ = try await compared(store, "new", at: now.adding(milliseconds: 1))
            func ids(_ area: Int) async throws -> [String] {
                try await store.comparisons(below: try await store.marchPath(area), on: march.last).map(\.id)
            }
            for area in [1, 3] { #expect(try await ids(area) == ["new", "old"]) }
            #expect(try await ids(4).isEmpty)
            let walks = try [("w1", 5, "2026-03-31"), ("w2", 7, "2026-03-01"), ("w3", 5, "2026-04-01")].map {
                id, area, text in
                StreetWalk(
                    id: id, area: areaID(area), street: "适园路", day: day(text),
                    count: try StreetCount(doors: 40, unlisted: 3), note: "南侧", by: "W5")
            }
            for walk in walks { try await store.record(walk, at: now) }
            #expect(
                try await store.streetWalks(below: try await store.marchPath(1), in: march) == [walks[1], walks[0]])
            #expect(try await store.streetWalks(below: try await store.marchPath(3), in: march) == [walks[0]])
        }
    }
}
