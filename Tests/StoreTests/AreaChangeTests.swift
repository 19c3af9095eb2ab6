import Patrol
import TestSupport
import Testing

@testable import Store

private let february = month("2026-02")
private let april = month("2026-04")
private let now = instant("2026-04-10T09:00:00+08:00")

/// February and March were patrolled and closed; April is under way.
private func closedCounty(_ engine: Engine, _ body: @Sendable (PatrolStore) async throws -> Void) async throws {
    try await withCounty(engine) { store in
        for grid in County.allGrids {
            for month in 2...4 {
                try await store.stored(visit(grid * 10 + month, "P\(grid)-1", on: "2026-0\(month)-02", by: grid))
            }
        }
        for (month, at) in [(february, "2026-03-04"), (march, "2026-04-04")] {
            try await store.close(month, of: areaID(1), by: "grace", at: instant(at + "T00:00:00+08:00"))
        }
        try await body(store)
    }
}

@Suite("Area changes")
struct AreaChangeTests {
    @Test(
        "whatever becomes of areas from April on, closed months read as they did and April is right",
        arguments: Engine.all)
    func afterClosing(engine: Engine) async throws {
        try await closedCounty(engine) { store in
            let fixed = [try await store.fixed(february), try await store.fixed(march)]
            func expect(_ places: [Int: Int64], _ what: Comment) async throws {
                #expect(try await store.fixed(february) == fixed[0], what)
                #expect(try await store.fixed(march) == fixed[1], what)
                #expect(try await store.places(1, april).due == 15, what)
                #expect(try await store.places(1, april).done == 5, what)
                for (area, due) in places { #expect(try await store.places(area, april).due == due, what) }
                #expect(try await store.differences() == [], what)
            }
            let first = april.first
            try await store.recode(areaID(2), scheme: "division", to: "330503004", name: "练市街道", from: first, at: now)
            try await expect([2: 12], "a town recoded")
            try await store.add([.sample(10, .town, "经济开发区", under: 1, from: "2026-04-01")], at: now)
            try await store.transfer(areaID(4), toManager: areaID(10), from: first, at: now)
            try await expect([2: 6, 10: 6, 4: 6], "a street divided between two managers")
            try await store.merge([areaID(6)], into: areaID(5), from: first, by: "W1", at: now)
            try await expect([3: 6, 5: 6, 6: 0], "two grids became one")
            try await store.add(
                [
                    .sample(11, .grid, "东格", under: 4, from: "2026-04-01"),
                    .sample(12, .grid, "西格", under: 10, from: "2026-04-01"),
                ], at: now)
            try await store.split(
                areaID(7), into: [areaID(11), areaID(12)], placing: ["P7-1": areaID(12)], rest: areaID(11), from: first,
                by: "W1", at: now)
            try await expect([11: 2, 12: 1, 7: 0, 4: 5, 10: 6], "a grid divided between two managers")
            for (number, change) in [
                PlaceChange.move("P9-1", to: areaID(8)), .owner("P5-1", .sample("new", in: 5)),
                .merge(["P8-2"], into: "P8-1"), .split("P8-3", [.sample("P8-3", in: 8), .sample("P8-4", in: 8)]),
            ].enumerated() {
                try await store.apply(change, from: first, by: "W1", at: now.adding(milliseconds: Int64(number)))
                #expect(try await store.fixed(february) == fixed[0], "\(change)")
                #expect(try await store.fixed(march) == fixed[1], "\(change)")
                #expect(try await store.differences() == [], "\(change)")
            }
            #expect(try await store.places(8, april).due == 4)
            #expect(try await store.places(9, april).due == 2)
        }
    }

    @Test(
        "an area change that is entered late for closed months goes to the journal; version 1 stays",
        arguments: Engine.all)
    func backdated(engine: Engine) async throws {
        try await closedCounty(engine) { store in
            let fixed = try await store.fixed(march)
            try await store.add([.sample(11, .grid, "东格", under: 3, from: "2026-03-01")], at: now)
            try await store.split(
                areaID(5), into: [areaID(5), areaID(11)], placing: ["P5-1": areaID(11)], rest: areaID(5),
                from: march.first, by: "deputy", at: now)
            try await store.merge([areaID(8)], into: areaID(7), from: march.first, by: "deputy", at: now)
            try await store.transfer(areaID(4), toManager: areaID(1), from: march.first, at: now)
            #expect(try await store.places(5).due == 3, "nothing changes silently")
            #expect(try await store.differences() == [])
            try await store.cutVersions(at: now.adding(milliseconds: 86_400_000))
            #expect(try await store.places(5) == count(due: 2))
            #expect(try await store.places(11) == count(due: 1, done: 1))
            #expect(try await store.places(7) == count(due: 6, done: 2))
            #expect(try await store.places(8) == count(due: 0))
            #expect(try await store.places(1) == count(due: 15, done: 5))
            let path = try await store.marchPath(4)
            #expect(path.areas == [1, 2, 4].map(areaID), "March keeps its tree")
            #expect(try await store.coverage(of: path, in: march)?.totals.places == count(due: 6, done: 2))
            #expect(try await store.path(of: areaID(4), in: april)?.areas == [1, 4].map(areaID))
            let journal = try await store.journal(
                .place, below: try await store.marchPath(1), in: march, limit: 100)
            #expect(journal.count == 8 && journal.allSatisfy { $0.cause == "roster" && $0.by == "deputy" })
            #expect(try await store.fixed(march) == fixed)
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "a merged grid hands on its subjects, its workers and what waits there, and is no more", arguments: Engine.all)
    func merge(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P6-1", on: "2026-03-02", by: 6))
            try await store.stored(visit(2, "P6-2", on: "2026-03-03", .gone, by: 6))
            try await store.assign(
                "W7", to: areaID(6), as: .partTime, from: day("2026-03-10"), until: day("2026-03-20"), at: now)
            try await store.merge([areaID(6)], into: areaID(5), from: day("2026-03-15"), by: "deputy", at: now)
            #expect(try await store.places(5) == count(due: 6, done: 1, awaiting: 1))
            #expect(try await store.keyPersons(5) == count(due: 4))
            #expect(try await store.places(3).due == 6)
            let duties = try await store.duties(below: try await store.marchPath(3), during: march.first...march.last)
            func terms(_ grid: Int) -> [String] {
                duties.filter { $0.grid == areaID(grid) }.map { "\($0.person) \($0.from) \($0.to?.description ?? "")" }
                    .sorted()
            }
            #expect(terms(6) == ["W6 2026-01-01 2026-03-15", "W7 2026-03-10 2026-03-15"])
            #expect(terms(5) == ["W5 2026-01-01 ", "W6 2026-03-15 ", "W7 2026-03-15 2026-03-20"])
            let waiting = try await store.proposals(
                .place, below: try await store.marchPath(3), on: march.last, waiting: true, limit: 10)
            #expect(waiting.map(\.grid) == [areaID(5)])
            #expect(
                try await store.successions(of: areaID(6)) == [
                    AreaSuccession(from: areaID(6), to: areaID(5), day: day("2026-03-15"), kind: .merge)
                ])
            for target in [5, 7] {
                await #expect(throws: AreaRefusal.noSuchArea(areaID(6))) {
                    try await store.merge([areaID(6)], into: areaID(target), from: april.first, by: "deputy", at: now)
                }
            }
            await #expect(throws: PlaceRefusal.noSuchGrid(areaID(6))) {
                try await store.apply(.move("P5-1", to: areaID(6)), from: april.first, by: "deputy", at: now)
            }
            await #expect(throws: RegistryRefusal.noSuchGrid(areaID(6))) {
                try await store.assign("W6", to: areaID(6), as: .fullTime, from: april.first, until: nil, at: now)
            }
            try await store.open(april, at: now)
            let due = try await store.dueClosings(at: instant("2026-06-10T00:00:00+08:00"))
            #expect(Set(due.map(\.unit)) == [areaID(1)], "what is no more has nothing to close")
            #expect(try await store.differences() == [])
        }
    }

    @Test("weeks that ended before a merger stay the merged grid's, and both readings say so", arguments: Engine.all)
    func mergeWithinWeeks(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let standard = ObligationPolicy.standard(.place)
            _ = try await store.record(
                ObligationPolicy(
                    id: "weekly", version: 0, kind: .place, task: .patrol, title: "每周", basis: "县发〔2026〕1号",
                    frequency: Frequency(.week), selection: .init(), discharge: standard.discharge, joinedDays: 1,
                    photoGraceDays: 10, from: march.first, to: nil), by: "county", today: day("2026-02-10"),
                at: County.entered)
            try await store.open(march, at: County.entered)
            try await store.merge([areaID(6)], into: areaID(5), from: day("2026-03-16"), by: "deputy", at: now)
            // The Sundays of March are the 1st (its week began in February), 8th, 15th, 22nd and 29th.
            #expect(try await store.places(6).due == 6)
            #expect(try await store.places(5).due == 12 + 6)
            #expect(try await store.places(3).due == 24)
            let later = instant("2027-01-01T00:00:00Z")
            let known = try #require(try await store.coverage(of: areaID(3), in: march, knownAt: later))
            #expect(known.totals.places.due == 24)
            let path = try await store.marchPath(3)
            let parts = try await store.breakdown(
                .place, below: path, in: march, by: .policy, known: Knowledge(at: later))
            #expect(parts.map(\.key) == ["weekly@1"] && parts.map(\.count.due) == [24])
            #expect(try await store.differences() == [])
        }
    }

    @Test("a division names a part for everything, or says what it lacks and changes nothing", arguments: Engine.all)
    func split(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.add(
                [.sample(11, .grid, "东格", under: 3), .sample(12, .microGrid, "微格", under: 6)], at: County.entered)
            try await store.open(march, at: now)
            let before = try await store.ledger()
            func split(_ parts: [Int], _ placing: [String: Int], rest: Int? = nil) async throws {
                try await store.split(
                    areaID(5), into: parts.map(areaID), placing: placing.mapValues(areaID), rest: rest.map(areaID),
                    from: day("2026-03-10"), by: "deputy", at: now)
            }
            await #expect(throws: AreaRefusal.unplaced(["P5-2", "P5-3"])) { try await split([5, 11], ["P5-1": 11]) }
            await #expect(throws: AreaRefusal.otherPart(areaID(6))) { try await split([5, 11], [:], rest: 6) }
            await #expect(throws: AreaRefusal.notHeld(["P5-l", "P6-1"])) {
                try await split([5, 11], ["P5-l": 11, "P6-1": 11, "P5-2": 11], rest: 5)
            }
            await #expect(throws: AreaRefusal.sameArea) { try await split([11], [:], rest: 11) }
            await #expect(throws: AreaRefusal.noSuchArea(areaID(99))) { try await split([11, 99], [:], rest: 11) }
            await #expect(throws: AreaRefusal.otherLevel(areaID(3))) { try await split([11, 3], [:], rest: 11) }
            await #expect(throws: AreaRefusal.notEmpty(subjects: 0, areas: 1)) {
                try await store.split(
                    areaID(6), into: [areaID(5), areaID(11)], placing: [:], rest: areaID(5), from: day("2026-03-10"),
                    by: "deputy", at: now)
            }
            #expect(try await store.ledger() == before)
            try await split([5, 11], ["P5-1": 11, "K5-1": 11], rest: 5)
            #expect(try await store.places(11).due == 1)
            #expect(try await store.keyPersons(11).due == 1)
            #expect(try await store.places(5).due == 2)
            #expect(try await store.path(of: areaID(5), on: march.last) != PathKey(root: areaID(5)), "it goes on")
            #expect(try await store.successions(of: areaID(5)).map(\.kind) == [.split])
            #expect(try await store.differences() == [])
        }
    }

    @Test("an area that holds something is not closed; an empty one is, and its duties end", arguments: Engine.all)
    func close(engine: Engine) async throws {
        try await withCounty(engine) { store in
            await #expect(throws: AreaRefusal.notEmpty(subjects: 5, areas: 0)) {
                try await store.close(areaID(5), from: march.first, by: "county", at: now)
            }
            await #expect(throws: AreaRefusal.notEmpty(subjects: 0, areas: 2)) {
                try await store.close(areaID(3), from: march.first, by: "county", at: now)
            }
            try await store.add([.sample(11, .grid, "空格", under: 3)], at: County.entered)
            try await store.open(march, at: now)
            try await store.assign("W5", to: areaID(11), as: .fullTime, from: march.first, until: nil, at: now)
            try await store.close(areaID(11), from: day("2026-03-20"), by: "county", at: now)
            let gone = try await store.areaDetails(of: areaID(3), on: day("2026-03-20"))
            #expect(gone.map(\.line.id) == [3, 5, 6].map(areaID))
            let before = try await store.areaDetails(of: areaID(3), on: day("2026-03-19"))
            #expect(before.map(\.line.id) == [3, 5, 6, 11].map(areaID))
            let actor = try #require(try await store.actor(person: "W5", on: day("2026-03-20")))
            #expect(actor.grids(on: day("2026-03-19")) == [areaID(5), areaID(11)])
            #expect(actor.grids(on: day("2026-03-20")) == [areaID(5)])
            await #expect(throws: AreaRefusal.noSuchArea(areaID(11))) {
                try await store.close(areaID(11), from: april.first, by: "county", at: now)
            }
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "areas of one level merge, never into themselves, and a refused merger leaves nothing behind",
        arguments: Engine.all)
    func refusedMergers(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: now)
            let before = try await store.ledger()
            func merge(_ areas: [Int], into target: Int) async throws {
                try await store.merge(
                    areas.map(areaID), into: areaID(target), from: day("2026-03-10"), by: "deputy", at: now)
            }
            await #expect(throws: AreaRefusal.otherLevel(areaID(4))) { try await merge([6, 4], into: 5) }
            await #expect(throws: AreaRefusal.sameArea) { try await merge([5], into: 5) }
            await #expect(throws: AreaRefusal.sameArea) { try await merge([6, 6], into: 5) }
            await #expect(throws: AreaRefusal.sameArea) { try await merge([], into: 5) }
            #expect(try await store.ledger() == before)
            #expect(try await store.successions(of: areaID(6)) == [])
            try await merge([4], into: 3)
            let stations = try await store.coverage(2)
            #expect(stations.children.map(\.area.id) == [areaID(3)])
            #expect(stations.totals.places.due == 12)
            #expect(try await store.coverage(3).children.map(\.area.id) == [5, 6, 7, 8].map(areaID))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a town that is renamed, recoded and handed over on one day keeps all three on record", arguments: Engine.all)
    func threeAtOnce(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.add([.sample(10, .town, "新镇", under: 1)], at: County.entered)
            let first = day("2026-03-01")
            try await store.rename(areaID(3), to: "练市东站", from: first, at: now)
            try await store.recode(areaID(3), scheme: "province", to: "X3", name: nil, from: first, at: now)
            try await store.transfer(areaID(3), toManager: areaID(10), from: first, at: now)
            try await store.rename(areaID(3), to: "练市东部站", from: first, at: now)
            let steps = try await store.successions(of: areaID(3))
            #expect(steps.map(\.kind).sorted { $0.rawValue < $1.rawValue } == [.recode, .rename, .transfer])
            let detail = try #require(try await store.areaDetails(of: areaID(3), on: first).first)
            #expect(detail.line.name == "练市东部站" && detail.managedBy == areaID(10))
            #expect(detail.codes.map(\.value) == ["X3"])
        }
    }

    @Test("closed months stand and verify agrees after each of many changes in any order", arguments: 0..<8)
    func random(seed: Int) async throws {
        var generator = SplitMix64(seed: UInt64(7_000 + seed))
        let changes = (0..<10).map { AnyAreaChange(number: $0, using: &generator) }
        try await closedCounty(.sqlite) { store in
            let fixed = [try await store.fixed(february), try await store.fixed(march)]
            var carriedOut = 0
            for change in changes {
                if try await change.carryOut(in: store) { carriedOut += 1 }
                try #require(try await store.fixed(february) == fixed[0], "\(change)")
                try #require(try await store.fixed(march) == fixed[1], "\(change)")
                try #require(try await store.differences() == [], "\(change)")
            }
            try #require(carriedOut > 2, "\(changes)")
        }
    }
}

/// Something that becomes of an area or a place between March and May; it may be refused.
private struct AnyAreaChange: CustomStringConvertible, Sendable {
    enum Step { case merge(Int, Int), split(Int), transfer(Int, Int), place(PlaceChange) }

    let number: Int
    let step: Step
    let from: Day
    var description: String { "\(number): \(step) from \(from)" }

    init(number: Int, using generator: inout SplitMix64) {
        self.number = number
        from = day("2026-03-01").adding(days: .random(in: 0...60, using: &generator))
        let grid = Int.random(in: 5...8, using: &generator)
        let other = Int.random(in: 5...9, using: &generator)
        let place = "P\(grid)-\(Int.random(in: 1...3, using: &generator))"
        switch Int.random(in: 0..<7, using: &generator) {
        case 0: step = .merge(grid, other)
        case 1: step = .split(grid)
        case 2: step = .transfer(grid, Int.random(in: 1...4, using: &generator))
        case 3: step = .place(.move(place, to: areaID(other)))
        case 4: step = .place(.owner(place, .sample("tenant-\(number)", in: grid)))
        case 5: step = .place(.close(place))
        default:
            step = .place(.split(place, [.sample("half-\(number)", in: grid), .sample("rest-\(number)", in: other)]))
        }
    }

    /// - Returns: false where it was refused, which must leave everything as it was.
    func carryOut(in store: PatrolStore) async throws -> Bool {
        let before = try await store.ledger()
        let at = now.adding(milliseconds: Int64(number))
        do {
            switch step {
            case .merge(let grid, let other):
                try await store.merge([areaID(grid)], into: areaID(other), from: from, by: "deputy", at: at)
            case .split(let grid):
                let part = 20 + number
                try await store.add(
                    [.sample(part, .grid, "新\(part)", under: 3, from: from.description)], at: at)
                try await store.split(
                    areaID(grid), into: [areaID(grid), areaID(part)], placing: ["P\(grid)-1": areaID(part)],
                    rest: areaID(grid), from: from, by: "deputy", at: at)
            case .transfer(let grid, let manager):
                try await store.transfer(areaID(grid), toManager: areaID(manager), from: from, at: at)
            case .place(let change): try await store.apply(change, from: from, by: "deputy", at: at)
            }
            return true
        } catch is AreaRefusal {
            return false
        } catch is PlaceRefusal {
            if case .place = step { #expect(try await store.ledger() == before) }
            return false
        }
    }
}
