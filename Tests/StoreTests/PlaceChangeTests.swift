import Patrol
import TestSupport
import Testing

@testable import Store

private let april = month("2026-04")
private let now = instant("2026-03-12T09:00:00+08:00")

extension PatrolStore {
    fileprivate func apply(_ change: PlaceChange, from text: String = "2026-03-10") async throws {
        try await apply(change, from: day(text), by: "deputy", at: now)
    }

    /// Places that owe a visit in a month, with their state, in the order of grid and id.
    fileprivate func owing(_ month: Month = march, grid: Int = 5) async throws -> [String] {
        try await places(of: areaID(grid), in: month).map { "\($0.entry.id) \($0.state.rawValue)" }
    }
}

@Suite("Place changes")
struct PlaceChangeTests {
    @Test("a place that opens owes from its day on, one that closes until it left", arguments: Engine.all)
    func openAndClose(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for month in [march, april] { try await store.open(month, at: County.entered) }
            try await store.apply(.open(.sample("new", in: 5)), from: "2026-03-22")
            try await store.apply(.open(.sample("late", in: 5)), from: "2026-03-23")
            try await store.apply(.close("P5-1"), from: "2026-04-01")
            try await store.apply(.close("P5-2"), from: "2026-03-31")
            #expect(
                try await store.owing() == ["P5-1 due", "P5-3 due", "new due"],
                "who joins in the last nine days owes not")
            #expect(try await store.owing(april) == ["P5-3 due", "late due", "new due"])
            #expect(try await store.differences() == [])
        }
    }

    @Test("a new tenant owes for itself; the premises keep both, with their days", arguments: Engine.all)
    func owner(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P5-1", on: "2026-03-02", by: 5))
            try await store.open(april, at: County.entered)
            try await store.apply(.owner("P5-1", .sample("second", in: 5)))
            try await store.apply(.owner("second", .sample("third", in: 5)), from: "2026-04-05")
            #expect(
                try await store.owing() == ["P5-2 due", "P5-3 due", "second due"], "the old tenant's visit is its own")
            #expect(try await store.owing(april) == ["P5-2 due", "P5-3 due", "third due"])
            for id in ["P5-1", "second", "third"] {
                let story = try #require(
                    try await store.story(of: id, .place, reading: { try replay(id: $0, body: $1, sha256: "") }))
                #expect(story.site.map(\.id) == ["P5-1", "second", "third"])
                #expect(story.site.map(\.from) == ["2026-01-01", "2026-03-10", "2026-04-05"].map(day))
                #expect(story.site.map(\.to) == [day("2026-03-10"), day("2026-04-05"), nil])
            }
            #expect(
                try await store.successions(of: "second") == [
                    PlaceSuccession(from: "P5-1", to: "second", day: day("2026-03-10"), kind: .owner),
                    PlaceSuccession(from: "second", to: "third", day: day("2026-04-05"), kind: .owner),
                ])
            #expect(try await store.differences() == [])
        }
    }

    @Test("places that are one from now on owe once; they are not of one site for it", arguments: Engine.all)
    func merge(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P5-2", on: "2026-03-02", by: 5))
            try await store.apply(.merge(["P5-2", "P5-3"], into: "P5-1"))
            #expect(try await store.owing() == ["P5-1 due"])
            #expect(try await store.places(5) == count(due: 1))
            #expect(try await store.successions(of: "P5-1").map(\.from) == ["P5-2", "P5-3"])
            let story = try #require(
                try await store.story(of: "P5-1", .place, reading: { try replay(id: $0, body: $1, sha256: "") }))
            #expect(story.site.map(\.id) == ["P5-1"])
            #expect(story.events.filter { $0.what == .succession }.map(\.word) == ["merge", "merge"])
            #expect(try await store.differences() == [])
        }
    }

    @Test("a place divided ends, or goes on as one of its parts where its id is among them", arguments: Engine.all)
    func split(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            try await store.apply(.split("P5-1", [.sample("a", in: 5), .sample("b", in: 6)]))
            try await store.apply(.split("P5-2", [.sample("P5-2", in: 6), .sample("c", in: 5)]))
            #expect(try await store.owing() == ["P5-3 due", "a due", "c due"])
            #expect(try await store.owing(grid: 6) == ["P5-2 due", "P6-1 due", "P6-2 due", "P6-3 due", "b due"])
            #expect(try await store.successions(of: "P5-1").map(\.to) == ["a", "b"])
            #expect(try await store.successions(of: "P5-2").map(\.to) == ["c"])
            #expect(try await store.differences() == [])
        }
    }

    @Test("a place moves to another grid with its visit, and may come back after it closed", arguments: Engine.all)
    func move(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P5-1", on: "2026-03-02", by: 5))
            try await store.apply(.move("P5-1", to: areaID(6)))
            #expect(try await store.places(6) == count(due: 4, done: 1))
            try await store.apply(.close("P5-1"), from: "2026-03-15")
            #expect(try await store.places(6) == count(due: 3))
            try await store.apply(.move("P5-1", to: areaID(7)), from: "2026-03-20")
            #expect(try await store.places(7) == count(due: 4, done: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a corrected category is what policies go by from its day on", arguments: Engine.all)
    func correct(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let standard = ObligationPolicy.standard(.place)
            _ = try await store.record(
                ObligationPolicy(
                    id: "hotel", version: 0, kind: .place, task: .professional, title: "旅馆检查", basis: "公安〔2026〕1号",
                    frequency: Frequency(.month), selection: .init(classes: ["旅馆"]), discharge: standard.discharge,
                    joinedDays: 1, photoGraceDays: 10, from: march.first, to: nil), by: "county",
                today: day("2026-02-10"), at: County.entered)
            for month in [march, april] { try await store.open(month, at: County.entered) }
            let hotel = PlaceEntry(
                id: "P5-1", name: "如家旅馆", category: "旅馆", address: "适园路 1 号", position: nil, radius: 80,
                grid: areaID(5), from: day("2026-01-01"))
            try await store.apply(.correct(hotel), from: "2026-04-10")
            #expect(try await store.places(5).due == 3)
            #expect(try await store.places(5, april).due == 4)
            #expect(try await store.placeRoster(on: march.last).first { $0.id == "P5-1" }?.name == "场所 P5-1")
            #expect(try await store.placeRoster(on: april.last).first { $0.id == "P5-1" }?.name == "如家旅馆")
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "what does not fit the roster is refused and changes nothing",
        arguments: [
            (PlaceChange.close("nowhere"), PlaceRefusal.noSuchPlace("nowhere")),
            (.move("nowhere", to: areaID(6)), .noSuchPlace("nowhere")),
            (.move("P5-1", to: areaID(3)), .noSuchGrid(areaID(3))),
            (.open(.sample("P5-1", in: 5)), .alreadyThere("P5-1")),
            (.open(.sample("x", in: 99)), .noSuchGrid(areaID(99))), (.close("closed"), .notOnRoster("closed")),
            (.owner("closed", .sample("x", in: 5)), .notOnRoster("closed")),
            (.owner("P5-1", .sample("P5-2", in: 5)), .alreadyThere("P5-2")), (.merge([], into: "P5-1"), .tooFew),
            (.merge(["P5-1"], into: "P5-1"), .tooFew), (.merge(["P5-2", "P5-2"], into: "P5-1"), .notOnRoster("P5-2")),
            (.split("P5-1", [.sample("x", in: 5)]), .tooFew),
            (.split("P5-1", [.sample("x", in: 5), .sample("P6-1", in: 5)]), .alreadyThere("P6-1")),
            (.correct(.sample("closed", in: 5)), .notOnRoster("closed")),
        ])
    func refused(change: PlaceChange, why: PlaceRefusal) async throws {
        try await withCounty { store in
            try await store.apply(.open(.sample("closed", in: 5)), from: "2026-01-01")
            try await store.apply(.close("closed"), from: "2026-03-01")
            try await store.open(march, at: now)
            let before = try await store.ledger()
            let roster = try await store.placeRoster(on: march.last)
            await #expect(throws: why) { try await store.apply(change) }
            #expect(try await store.ledger() == before)
            #expect(try await store.placeRoster(on: march.last) == roster)
            #expect(try await store.count("place_succession") == 0)
        }
    }
}
