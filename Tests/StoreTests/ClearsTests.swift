import Patrol
import Store
import TestSupport
import Testing

private let now = instant("2026-03-12T09:00:00+08:00")

extension PatrolStore {
    fileprivate func clears(_ area: Int = 1, kinds: Set<SubjectKind> = [.place, .keyPerson], known: Knowledge = .now)
        async throws -> FourClears
    {
        try await fourClears(below: try await marchPath(area), in: march, kinds: kinds, known: known)
    }

    fileprivate func explain(_ area: Int = 1, known: Knowledge = .now) async throws -> Explanation {
        try #require(try await explain(.place, try await marchPath(area), in: march, known: known))
    }
}

extension RecordDraft {
    fileprivate func finding(_ kind: FindingKind, _ text: String, urgent: Bool = false) -> RecordDraft {
        with { $0.findings.append(.init(kind: kind, text: text, isUrgent: urgent)) }
    }
}

@Suite("Four clears")
struct ClearsTests {
    @Test(
        "who came, who left and what changed in the month; moves within the area are none of it", arguments: Engine.all)
    func movement(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            func apply(_ change: PlaceChange, _ text: String) async throws {
                try await store.apply(change, from: day(text), by: "deputy", at: now)
            }
            try await apply(.open(.sample("new", in: 5)), "2026-03-01")
            try await apply(.open(.sample("april", in: 5)), "2026-04-01")
            try await apply(.close("P5-1"), "2026-03-31")
            try await apply(.close("P5-2"), "2026-04-01")
            try await apply(.move("P5-3", to: areaID(7)), "2026-03-10")
            try await apply(.move("P6-1", to: areaID(9)), "2026-03-10")
            try await apply(.correct(.sample("P8-1", in: 8)), "2026-03-05")
            try await apply(.correct(.sample("P8-2", in: 8)), "2026-04-05")
            try await store.move(.keyPerson, "K5-1", to: nil, from: day("2026-03-20"), at: now)
            func moved(_ area: Int) async throws -> [Int] {
                let places = try await store.clears(area).places
                return [places.entered, places.left, places.changed]
            }
            #expect(try await moved(1) == [1, 1, 1])
            #expect(try await moved(2) == [1, 2, 1], "one went to the hospital's grid, which is the county's")
            #expect(try await moved(3) == [1, 3, 0])
            #expect(try await moved(4) == [1, 0, 1])
            #expect(try await moved(9) == [1, 0, 0])
            #expect(try await store.clears(3).keyPersons.left == 1)
            #expect(try await store.clears(3, kinds: [.place]).keyPersons == .init(), "who may not know is not told")
        }
    }

    @Test("a merger of grids on the first moves nobody in or out of their station", arguments: Engine.all)
    func merger(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            try await store.merge([areaID(6)], into: areaID(5), from: march.first, by: "deputy", at: now)
            let places = try await store.clears(3).places
            #expect(places.entered == 0 && places.left == 0)
        }
    }

    @Test("what was found, what was found again, and where nothing was found at all", arguments: Engine.all)
    func findings(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for (number, text) in [(1, "2025-12-20"), (2, "2026-01-20"), (3, "2026-03-20")] {
                try await store.stored(visit(number, "P5-1", on: text, by: 5).finding(.safetyHazard, "通道堆物"))
            }
            for (number, text) in [(4, "2026-01-20"), (5, "2026-02-20")] {
                try await store.stored(visit(number, "P5-2", on: text, by: 5).finding(.safetyHazard, "私拉电线"))
            }
            try await store.stored(
                visit(6, "P5-3", on: "2026-03-21", by: 5).finding(.dispute, "噪声", urgent: true).finding(.dispute, "油烟"))
            try await store.stored(RecordDraft(7, keyPerson: "K5-1", .lostContact, by: 5))
            try await store.stored(RecordDraft(8, by: 6, visit: nil).finding(.residentNeed, "路灯不亮"))
            for (number, grid) in [(10, 6), (20, 7)] {
                for (index, place) in County.places(of: grid).enumerated() {
                    try await store.stored(visit(number + index, place, on: "2026-03-09", by: grid))
                }
            }
            let clears = try await store.clears()
            #expect(
                clears.findings.map { "\($0.kind) \($0.count) \($0.urgent)" } == [
                    "dispute 2 1", "lostContact 1 1", "residentNeed 1 0", "safetyHazard 1 0",
                ])
            #expect(clears.repeated.map { "\($0.place) \($0.kind) \($0.times)" } == ["P5-1 safetyHazard 2"])
            #expect(clears.withoutFindings == [areaID(7)], "grid 6 found one on the way, grid 5 is not done")
            #expect(try await store.places(1) == clears.counts.places)
            #expect(try await store.keyPersons(1) == clears.counts.keyPersons)
            #expect(
                try await store.clears(kinds: [.place]).findings.map(\.kind) == [
                    "dispute", "residentNeed", "safetyHazard",
                ])
            let then = try await store.clears(known: Knowledge(at: instant("2026-03-20T12:00:00+08:00")))
            #expect(then.findings.map(\.kind) == ["lostContact", "residentNeed", "safetyHazard"])
            #expect(then.withoutFindings == [areaID(7)])
        }
    }

    @Test("what waits is counted: proposals, and duties for a ruling", arguments: Engine.all)
    func waiting(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P5-1", on: "2026-03-05", .gone, by: 5))
            try await store.stored(visit(2, "P5-2", on: "2026-03-05", .suspended, by: 5))
            try await store.stored(RecordDraft(3, keyPerson: "K5-1", .offList, by: 5))
            let clears = try await store.clears()
            #expect(clears.proposalsWaiting == 2 && clears.awaiting == 3)
            #expect(try await store.clears(kinds: [.place]).proposalsWaiting == 1)
            try await store.decide(
                .place, proposalOf: reportID(1), accepted: true, entry: nil, reason: "已拆", id: "d", by: "deputy",
                at: now)
            let after = try await store.clears()
            #expect(after.proposalsWaiting == 1 && after.awaiting == 2)
            #expect(try await store.clears(known: Knowledge(at: now.adding(milliseconds: -1))) == clears)
        }
    }

    @Test("who was neither visited nor edited for a year is stale", arguments: Engine.all)
    func stale(engine: Engine) async throws {
        try await withStore(engine) { store in
            let long = instant("2024-12-01T09:00:00+08:00")
            try await store.add(
                [.sample(1, .county, "县", from: "2024-01-01"), .sample(5, .grid, "格", under: 1, from: "2024-01-01")],
                at: long)
            try await store.add([PersonEntry.sample("W5", grids: [5])], at: long)
            try await store.add(
                ["visited", "edited", "silent", "left"].map { PlaceEntry.sample($0, in: 5, from: "2024-12-01") },
                at: long)
            try await store.add([PlaceEntry.sample("fresh", in: 5, from: "2026-01-01")], at: County.entered)
            try await store.stored(visit(1, "visited", on: "2025-04-02", by: 5))
            try await store.apply(
                .correct(.sample("edited", in: 5)), from: day("2025-05-01"), by: "d", at: County.entered)
            try await store.apply(.close("left"), from: day("2026-03-01"), by: "d", at: now)
            try await store.open(march, at: now)
            #expect(try await store.clears().stalePlaces == 1)
            let before = Knowledge(at: instant("2025-04-02T08:00:00+08:00"))
            #expect(
                try await store.clears(known: before).stalePlaces == 4,
                "nobody had been there, nothing had been entered")
        }
    }
}

@Suite("Explanation")
struct ExplanationTests {
    @Test("says who is left out and why, and counts to the figure that is shown", arguments: Engine.all)
    func excluded(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P5-1", on: "2026-03-02", by: 5))
            func apply(_ change: PlaceChange, _ text: String) async throws {
                try await store.apply(change, from: day(text), by: "deputy", at: now)
            }
            try await apply(.close("P5-2"), "2026-03-31")
            try await apply(.close("P5-3"), "2026-03-01")
            try await apply(.open(.sample("late", in: 5)), "2026-03-23")
            try await apply(.move("P6-1", to: areaID(7)), "2026-03-20")
            try await apply(.close("P6-2"), "2026-03-05")
            try await apply(.move("P6-2", to: areaID(6)), "2026-03-25")
            let county = try await store.explain()
            #expect(county.agrees)
            #expect(try await store.places(1) == county.shown)
            #expect(
                county.excluded.map { "\($0.subject) \($0.why.rawValue)" } == [
                    "P5-2 leftBefore", "late joinedLate", "P6-2 joinedLate",
                ])
            let first = try await store.explain(3)
            #expect(first.excluded.map(\.subject) == ["P5-2", "late", "P6-1", "P6-2"], "one of them is owed elsewhere")
            #expect(first.policies.map(\.policy.id) == ["monthly"] && !first.policies[0].policy.basis.isEmpty)
            #expect(first.lines.map(\.isInNumerator).filter { $0 }.count == 1)
            #expect(first.lines.count == Int(first.shown.due))
        }
    }

    @Test("a record that arrives while a figure is explained does not make it look wrong", arguments: Engine.all)
    func arrival(engine: Engine) async throws {
        try await withTemporaryFolder { folder in
            let opened = try await TemporaryStore(in: folder, engine: engine)
            let interrupted = InterruptedDatabase(opened.database)
            try await opened.serving { store in
                try await County.enter(into: store)
                let reader = PatrolStore(interrupted, zone: .shanghai, group: opened.group)
                try await store.open(march, at: County.entered)
                let path = try await store.marchPath(5)
                interrupted.interrupt { try await store.stored(visit(1, "P5-1", on: "2026-03-02", by: 5)) }
                let explained = try #require(try await reader.explain(.place, path, in: march))
                #expect(explained.agrees)
                #expect(try await store.places(5).done == 1, "the record did arrive meanwhile")
            }
        }
    }

    @Test("a figure that was altered does not come out", arguments: Engine.all)
    func altered(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P5-1", on: "2026-03-02", by: 5))
            #expect(try await store.explain(5).agrees)
            _ = try await store.database.write {
                try $0.rows("UPDATE grid_month SET done = 2 WHERE grid_id = 'A0000005' AND kind = 'place'", [])
            }
            let explained = try await store.explain(5)
            #expect(!explained.agrees && explained.shown.done == 2 && explained.recounted.done == 1)
        }
    }

    @Test("of a closed month the last version is explained, and as it was known then", arguments: Engine.all)
    func closed(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P5-1", on: "2026-03-02", by: 5))
            try await store.close(march, of: areaID(1), by: "grace", at: instant("2026-04-04T00:00:00+08:00"))
            let closed = try await store.explain(3)
            #expect(closed.agrees && closed.versions.map(\.number) == [1] && closed.shown == count(due: 6, done: 1))
            let then = Knowledge(at: instant("2026-04-05T00:00:00+08:00"))
            try await store.transfer(
                areaID(6), toManager: areaID(4), from: march.first, at: instant("2026-04-06T09:00:00+08:00"))
            try await store.stored(
                visit(2, "P5-2", on: "2026-03-29", by: 5).with { $0.receivedAt = instant("2026-04-06T09:00:00+08:00") }
                    .timed)
            try await store.cutVersions(at: instant("2026-04-07T09:00:00+08:00"))
            let cut = try await store.explain(3)
            #expect(cut.agrees && cut.shown == count(due: 6, done: 2, late: 1) && cut.versions.map(\.number) == [2])
            let known = try await store.explain(3, known: then)
            #expect(known.agrees && known.shown == closed.shown && known.lines == closed.lines)
        }
    }
}
