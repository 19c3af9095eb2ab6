import Patrol
import Store
import TestSupport
import Testing

@Suite("Areas and months")
struct AreaTests {
    private let now = instant("2026-03-05T09:00:00+08:00")
    private let february = month("2026-02")

    /// Visits in February and March, so that figures have something to lose.
    private func patrol(_ store: PatrolStore) async throws {
        for (number, grid) in County.allGrids.enumerated() {
            for month in [2, 3] {
                try await store.stored(
                    RecordDraft(number * 10 + month, place: "P\(grid)-1", by: grid).with {
                        $0.capturedAt = instant("2026-0\(month)-02T09:00:00+08:00")
                    })
            }
        }
    }

    @Test("a town recoded between two months leaves both months' figures unchanged", arguments: Engine.all)
    func recode(engine: Engine) async throws {
        try await withCounty(engine) { [self] store in
            try await patrol(store)
            let ledger = try await store.ledger()
            let (oldFebruary, oldMarch) = (try await store.coverage(1, february), try await store.coverage(1))
            try await store.recode(
                areaID(2), scheme: "division", to: "330503004", name: "练市街道", from: day("2026-03-01"), at: now)
            #expect(try await store.ledger() == ledger)
            #expect(try await store.coverage(1, february) == oldFebruary)
            let newMarch = try await store.coverage(1)
            #expect(newMarch.totals == oldMarch.totals)
            #expect(newMarch.children.map(\.counts) == oldMarch.children.map(\.counts))
            #expect(newMarch.children.map(\.area.name) == ["练市街道", "区医院专属网格"])
            for (date, code) in [("2026-02-28", "330503104"), ("2026-03-01", "330503004")] {
                let coded = try await store.codedAreas(on: day(date))
                #expect(coded.filter { $0.id == areaID(2) }.map(\.value) == [code])
            }
            #expect(try await store.differences() == [])
        }
    }

    @Test("a correction of a recoding replaces it", arguments: Engine.all)
    func recodeAgain(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            for (value, date) in [
                ("330503004", "2026-03-01"), ("330503005", "2026-03-01"), ("330503006", "2026-02-15"),
            ] {
                try await store.recode(
                    areaID(2), scheme: "division", to: value, name: "街道 \(value)", from: day(date), at: now)
            }
            let coded = try await store.codedAreas(on: day("2026-03-05")).filter { $0.id == areaID(2) }
            #expect(coded.map(\.value) == ["330503006"])
            let names = try await store.coverage(1).children.map(\.area.name)
            #expect(names == ["街道 330503006", "区医院专属网格"])
            let before = try await store.areaLines([areaID(2)], on: day("2026-02-14"))
            #expect(before[areaID(2)]?.name == "练市镇")
        }
    }

    @Test("a street split between two managers counts no grid twice", arguments: Engine.all)
    func splitStreet(engine: Engine) async throws {
        try await withStore(engine) { store in
            // A street of four grids, two of which a development zone (10) manages; by law all belong to the street (2).
            try await store.add(County.areas, at: County.entered)
            try await store.add([.sample(10, .town, "经济开发区", under: 1)], at: County.entered)
            try await store.transfer(areaID(4), toManager: areaID(10), from: day("2026-02-01"), at: County.entered)
            try await store.add(
                County.grids.flatMap { grid in
                    County.places(of: grid).map { PlaceEntry.sample($0, in: grid) }
                }, at: County.entered)
            let county = try await store.coverage(1)
            #expect(county.totals.places == count(due: 12))
            #expect(county.children.map(\.area.id) == [2, 9, 10].map(areaID))
            #expect(county.children.map(\.counts.places.due) == [6, 0, 6])
            #expect(try await store.coverage(2).children.map(\.area.id) == [areaID(3)])
            #expect(
                try await store.places(2, month("2026-01")) == count(due: 12), "before the split the street held all")
        }
    }

    @Test("an area that is renamed and moved on one day keeps both steps, as they became known", arguments: Engine.all)
    func twoStepsInADay(engine: Engine) async throws {
        try await withCounty(engine) { [self] store in
            try await patrol(store)
            try await store.apply(
                [
                    .rename(areaID(5), to: "东一网格", from: day("2026-03-01")),
                    .transfer(areaID(5), toManager: areaID(4), from: day("2026-03-01")),
                ], by: "import", at: now)
            #expect(Set(try await store.successions(of: areaID(5)).map(\.kind)) == [.rename, .transfer])
            let before = Knowledge(at: now.adding(milliseconds: -1))
            #expect(try await store.successions(of: areaID(5), known: before).isEmpty)
            func standing(_ known: Knowledge) async throws -> AreaStanding? {
                try await store.areaStandings(on: march.last, known: known).first { $0.line.id == areaID(5) }
            }
            let (now, then) = (try await standing(.now), try await standing(before))
            #expect(now?.line.name == "东一网格" && now?.managedBy == areaID(4))
            #expect(then?.line.name == "第一网格" && then?.lawParent == areaID(3))
            let county = PathKey(root: areaID(1))
            func stations(_ known: Knowledge) async throws -> [String: Int64] {
                Dictionary(
                    uniqueKeysWithValues: try await store.breakdown(
                        .place, below: county, in: march, by: .station, known: known
                    ).map { ($0.key, $0.count.due) })
            }
            #expect(try await stations(.now) == ["A0000003": 3, "A0000004": 9, "none": 3])
            #expect(try await stations(before) == ["A0000003": 6, "A0000004": 6, "none": 3])
            // Asked with where it stands now, about when it stood elsewhere.
            let path = try #require(try await store.path(of: areaID(5), on: march.last))
            #expect(path.areas == [1, 2, 4, 5].map(areaID))
            #expect(try await store.duties(below: path, during: march.days, known: before).map(\.person) == ["W5"])
        }
    }

    @Test("a unit is posted at a station and nowhere else", arguments: Engine.all)
    func posting(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            await #expect(throws: JointRefusal.notAStation) {
                try await store.post(
                    "派出所", at: areaID(5), as: .resident, from: day("2026-03-01"), until: nil, at: now)
            }
        }
    }

    @Test("a county without towns", arguments: Engine.all)
    func withoutTowns(engine: Engine) async throws {
        try await withStore(engine) { store in
            try await store.add(
                [
                    .sample(1, .county, "无镇县"), .sample(2, .village, "一村", under: 1), .sample(3, .grid, "一格", under: 2),
                    .sample(4, .grid, "二格", under: 1),
                ],
                at: County.entered)
            try await store.add(
                [PlaceEntry.sample("a", in: 3), .sample("b", in: 4), .sample("c", in: 4)], at: County.entered)
            try await store.add([PersonEntry.sample("W4", grids: [4])], at: County.entered)
            try await store.stored(RecordDraft(1, place: "b", by: 4))
            let county = try await store.coverage(1)
            #expect(county.totals.places == count(due: 3, done: 1))
            #expect(county.children.map(\.area.level) == [.village, .grid])
            #expect(county.children.map(\.counts.places) == [count(due: 1), count(due: 2, done: 1)])
        }
    }

    @Test("a hospital's grid directly under the county", arguments: Engine.all)
    func hospital(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, place: "P9-1", by: 9))
            let county = try await store.coverage(1)
            #expect(county.children.map(\.counts.places) == [count(due: 12), count(due: 3, done: 1)])
            let hospital = try await store.coverage(County.hospital)
            #expect(hospital.above.map(\.name) == ["南浔区"] && hospital.children.isEmpty)
            let path = try #require(try await store.path(of: areaID(9), on: march.last))
            let owed = try await store.obligations(.place, below: path, in: march, state: .due, after: nil, limit: 10)
            #expect(owed.map(\.subject) == ["P9-2", "P9-3"] && owed.allSatisfy { $0.gridName == "区医院专属网格" })
        }
    }

    @Test("a grid handed to another station shows there in the months that end later", arguments: Engine.all)
    func transfer(engine: Engine) async throws {
        try await withCounty(engine) { [self] store in
            try await patrol(store)
            try await store.transfer(areaID(5), toManager: areaID(4), from: day("2026-03-01"), at: now)
            #expect(try await store.places(3, february) == count(due: 6, done: 2))
            #expect(try await store.places(3) == count(due: 3, done: 1))
            #expect(try await store.places(4) == count(due: 9, done: 3))
            #expect(try await store.places(1) == count(due: 15, done: 5))
            #expect(try await store.places(3, month("2026-04")) == count(due: 3))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a transfer is put right by another of the same day or an earlier one", arguments: Engine.all)
    func transferAgain(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            for (manager, date) in [(4, "2026-03-10"), (2, "2026-03-10"), (1, "2026-02-10")] {
                try await store.transfer(areaID(5), toManager: areaID(manager), from: day(date), at: now)
            }
            #expect(try await store.path(of: areaID(5), on: day("2026-03-20"))?.areas == [1, 5].map(areaID))
            #expect(try await store.path(of: areaID(5), on: day("2026-02-20"))?.areas == [1, 5].map(areaID))
            #expect(try await store.path(of: areaID(5), on: day("2026-02-09"))?.areas == [1, 2, 3, 5].map(areaID))
            let county = try await store.coverage(1)
            #expect(county.children.map(\.area.id) == [2, 5, 9].map(areaID))
            #expect(county.totals.places == count(due: 15))
        }
    }

    @Test("nobody can be put below itself", arguments: [(2, 3), (3, 3), (1, 9)])
    func cycle(area: Int, manager: Int) async throws {
        try await withCounty { [now] store in
            await #expect(throws: AreaTreeError.self) {
                try await store.transfer(areaID(area), toManager: areaID(manager), from: day("2026-03-01"), at: now)
            }
            let path = try await store.path(of: areaID(5), on: march.last)
            #expect(path?.areas == [1, 2, 3, 5].map(areaID))
            #expect(try await store.places(1) == count(due: 15))
        }
    }

    @Test("a new grid is in every open month, with nothing to do", arguments: Engine.all)
    func newGrid(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            try await store.open(march, at: now)
            let number = try await store.nextAreaNumber()
            #expect(number == 10)
            try await store.add([.sample(number, .grid, "新网格", under: 3, from: "2026-03-01")], at: now)
            #expect(try await store.coverage(3).children.map(\.area.name) == ["第一网格", "第二网格", "新网格"])
            try await store.add([PlaceEntry.sample("fresh", in: number)], at: now)
            #expect(try await store.places(number) == count(due: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test("an area takes the next number, and its history is told as it was known", arguments: Engine.all)
    func numbered(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            var added: [AreaID] = []
            for name in ["新网格一", "新网格二"] {
                added.append(
                    try await store.add(at: now) { id in
                        AreaEntry(
                            id: id, level: .grid, gridKind: .general, name: name, codes: [], lawParent: areaID(3),
                            managedBy: areaID(3), from: day("2026-03-01"))
                    })
            }
            #expect(added == [areaID(10), areaID(11)])
            #expect(try await store.coverage(3).children.map(\.area.name).contains("新网格二"))
            try await store.rename(added[0], to: "改名", from: day("2026-03-02"), at: now)
            #expect(try await store.successions(of: added[0]).map(\.kind) == [.rename])
            let earlier = Knowledge(at: now.adding(milliseconds: -1))
            #expect(try await store.successions(of: added[0], known: earlier).isEmpty)
        }
    }

    @Test("a proposal waits with whoever manages its grid now", arguments: Engine.all)
    func proposals(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            try await store.open(month("2026-02"), at: now)
            try await store.stored(RecordDraft(1, place: "P7-1", .gone, by: 7))
            let town = try #require(try await store.path(of: areaID(2), on: march.last))
            func waiting(_ path: PathKey) async throws -> [String] {
                try await store.proposals(.place, below: path, on: march.last, waiting: true, limit: 10).map(\.report)
            }
            #expect(try await waiting(town) == [reportID(1)])
            try await store.transfer(areaID(4), toManager: areaID(1), from: march.first, at: now)
            #expect(try await waiting(town).isEmpty)
            #expect(try await waiting(PathKey(root: areaID(1))) == [reportID(1)])
        }
    }

    @Test("there is no path to an area that is not there", arguments: Engine.all)
    func unknownArea(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let path = try await store.path(of: areaID(999), on: march.last)
            #expect(path == nil)
            #expect(try await store.coverage(of: PathKey(root: areaID(999)), in: march) == nil)
        }
    }
}
