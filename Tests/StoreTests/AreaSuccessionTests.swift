import Patrol
import TestSupport
import Testing

@testable import Store

private let april = month("2026-04")
private let now = instant("2026-04-10T09:00:00+08:00")

@Suite("What areas may become, and what goes with them")
struct AreaSuccessionTests {
    @Test(
        "nothing is placed below an area that is not there yet, or is not above it; refused, it leaves nothing behind",
        arguments: Engine.all)
    func managers(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.add([.sample(11, .station, "新站", under: 2, from: "2026-03-10")], at: County.entered)
            let before = try await store.areaStandings(on: april.first)
            await #expect(throws: AreaRefusal.noSuchArea(areaID(11))) {
                try await store.add([.sample(12, .grid, "早格", under: 11, from: "2026-03-09")], at: now)
            }
            await #expect(throws: AreaRefusal.otherLevel(areaID(5))) {
                try await store.add([.sample(12, .grid, "格下格", under: 5)], at: now)
            }
            await #expect(throws: AreaRefusal.otherLevel(areaID(5))) {
                _ = try await store.add(at: now) { id in
                    AreaEntry(
                        id: id, level: .station, gridKind: nil, name: "格下站", codes: [], lawParent: nil,
                        managedBy: areaID(5), from: march.first)
                }
            }
            for manager in [4, 9] {
                await #expect(throws: AreaRefusal.otherLevel(areaID(manager))) {
                    try await store.transfer(areaID(3), toManager: areaID(manager), from: march.first, at: now)
                }
            }
            await #expect(throws: AreaRefusal.otherLevel(areaID(6))) {
                try await store.apply([.lawParent(areaID(5), areaID(6), from: march.first)], by: "import", at: now)
            }
            #expect(try await store.areaStandings(on: april.first) == before)
            try await store.add([.sample(12, .grid, "同日格", under: 11, from: "2026-03-10")], at: now)
            #expect(try await store.path(of: areaID(12), on: april.first)?.areas == [1, 2, 11, 12].map(areaID))
        }
    }

    @Test("an area that something stands below later is neither closed nor divided before", arguments: Engine.all)
    func laterChildren(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.add(
                [
                    .sample(11, .station, "空站", under: 2), .sample(12, .grid, "晚格", under: 11, from: "2026-05-01"),
                    .sample(13, .grid, "空格", under: 3), .sample(14, .microGrid, "晚微格", under: 13, from: "2026-05-01"),
                ], at: County.entered)
            let refusal = AreaRefusal.notEmpty(subjects: 0, areas: 1)
            for area in [11, 13] {
                await #expect(throws: refusal) {
                    try await store.close(areaID(area), from: april.first, by: "county", at: now)
                }
            }
            await #expect(throws: refusal) {
                try await store.split(
                    areaID(13), into: [areaID(5), areaID(6)], placing: [:], rest: areaID(5), from: april.first,
                    by: "county", at: now)
            }
            try await store.close(areaID(12), from: day("2026-06-01"), by: "county", at: now)
            await #expect(throws: refusal) {
                try await store.close(areaID(11), from: day("2026-05-31"), by: "county", at: now)
            }
            try await store.close(areaID(11), from: day("2026-06-01"), by: "county", at: now)
            #expect(try await store.areaStandings(on: day("2026-06-01")).allSatisfy { $0.line.id != areaID(11) })
        }
    }

    @Test("units posted at a station that is merged are at the one that goes on", arguments: Engine.all)
    func postings(engine: Engine) async throws {
        try await withCounty(engine) { store in
            func post(_ unit: String, _ station: Int, _ manner: PostingManner, _ from: String, _ to: String?)
                async throws
            {
                try await store.post(
                    unit, at: areaID(station), as: manner, from: day(from), until: to.map { day($0) },
                    at: County.entered)
            }
            try await post("派出所", 4, .resident, "2026-01-01", nil)
            try await post("司法所", 4, .rotating, "2026-05-01", "2026-06-01")
            try await post("市监所", 4, .linked, "2026-01-01", "2026-02-01")
            try await post("消防站", 4, .resident, "2026-01-01", nil)
            try await post("消防站", 3, .rotating, "2026-04-10", "2026-04-20")
            try await store.merge([areaID(4)], into: areaID(3), from: april.first, by: "deputy", at: now)
            let path = try #require(try await store.path(of: areaID(1), on: april.last))
            let found = try await store.postings(below: path, during: day("2026-01-01")...day("2026-12-31")).map {
                "\($0.station) \($0.unit) \($0.manner) \($0.from) \($0.to?.description ?? "")"
            }
            #expect(
                Set(found) == [
                    "A0000003 司法所 rotating 2026-05-01 2026-06-01", "A0000003 派出所 resident 2026-04-01 ",
                    "A0000003 消防站 resident 2026-04-01 2026-04-10", "A0000003 消防站 rotating 2026-04-10 2026-04-20",
                    "A0000003 消防站 resident 2026-04-20 ",
                ])
            let before = try await store.postings(below: try await store.marchPath(4), during: march.days)
            #expect(Set(before.map(\.unit)) == ["派出所", "消防站"], "until then they were at the other one")
        }
    }

    @Test("what waits follows its subject and its grid on the day asked, not before", arguments: Engine.all)
    func proposals(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P6-1", on: "2026-03-02", .gone, by: 6))
            try await store.stored(visit(2, "P6-2", on: "2026-03-02", .gone, by: 6))
            let found = VisitClaim(
                subject: .newPlace(name: "新开奶茶店", address: nil), outcome: .place(.checked), until: nil, participants: []
            )
            try await store.stored(RecordDraft(3, by: 6, visit: found))
            try await store.add([.sample(11, .grid, "东格", under: 3), .sample(12, .grid, "西格", under: 4)], at: now)
            try await store.split(
                areaID(6), into: [areaID(11), areaID(12)], placing: ["P6-1": areaID(11)], rest: areaID(12),
                from: day("2026-05-10"), by: "deputy", at: now)
            try await store.merge([areaID(12)], into: areaID(7), from: day("2026-07-01"), by: "deputy", at: now)
            func grids(_ date: String, known: Knowledge = .now) async throws -> [AreaID?] {
                try await store.proposals(
                    .place, below: try await store.marchPath(1), on: day(date), waiting: true, known: known, limit: 10
                ).sorted { $0.report < $1.report }.map(\.grid)
            }
            #expect(try await grids("2026-05-09") == [6, 6, 6].map(areaID))
            #expect(try await grids("2026-05-10") == [11, 12, 12].map(areaID))
            #expect(try await grids("2026-07-01") == [11, 7, 7].map(areaID))
            let before = Knowledge(at: now.adding(milliseconds: -1))
            #expect(try await grids("2026-07-01", known: before) == [6, 6, 6].map(areaID))
            let proposal = try #require(try await store.proposal(.place, of: reportID(3), on: day("2026-06-30")))
            #expect(proposal.grid == areaID(12))
            try await store.open(april, at: now)
            try await store.open(month("2026-08"), at: now)
            func waiting(_ area: Int, _ month: Month) async throws -> Int {
                try await store.fourClears(below: try await store.marchPath(area), in: month, kinds: [.place])
                    .proposalsWaiting
            }
            #expect(try await waiting(3, april) == 3)
            #expect(try await waiting(3, month("2026-08")) == 1)
            #expect(try await waiting(4, month("2026-08")) == 2)
        }
    }

    @Test("what is going to end takes nothing in, and is not brought back by a new name", arguments: Engine.all)
    func ending(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            try await store.merge([areaID(4)], into: areaID(3), from: day("2026-03-20"), by: "county", at: now)
            await #expect(throws: AreaRefusal.noSuchArea(areaID(4))) {
                try await store.transfer(areaID(5), toManager: areaID(4), from: day("2026-03-10"), at: now)
            }
            await #expect(throws: AreaRefusal.noSuchArea(areaID(4))) {
                try await store.merge([areaID(3)], into: areaID(4), from: day("2026-03-10"), by: "county", at: now)
            }
            try await store.rename(areaID(4), to: "二站（撤并中）", from: day("2026-03-12"), at: now)
            #expect(try await store.areaStandings(on: day("2026-03-12")).contains { $0.line.name == "二站（撤并中）" })
            #expect(try await !store.areaStandings(on: day("2026-03-20")).contains { $0.line.id == areaID(4) })
            #expect(try await store.places(1).due == 15)
            #expect(try await store.differences() == [])
        }
    }

    @Test("no code belongs to two areas", arguments: Engine.all)
    func codes(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.recode(areaID(5), scheme: "grid", to: "G-77", name: nil, from: march.first, at: now)
            await #expect(throws: AreaRefusal.codeTaken("G-77")) {
                try await store.recode(areaID(6), scheme: "grid", to: "G-77", name: nil, from: march.first, at: now)
            }
            try await store.recode(areaID(5), scheme: "grid", to: "G-78", name: nil, from: day("2026-03-10"), at: now)
            try await store.recode(areaID(6), scheme: "grid", to: "G-77", name: nil, from: day("2026-03-10"), at: now)
        }
    }

    @Test("a policy for a station holds for what stands below it, after each change of areas", arguments: Engine.all)
    func stationPolicy(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let standard = ObligationPolicy.standard(.place)
            _ = try await store.record(
                ObligationPolicy(
                    id: "weekly", version: 0, kind: .place, task: .patrol, title: "每周", basis: "县发〔2026〕1号",
                    frequency: Frequency(.week), selection: .init(areas: [areaID(3)]), discharge: standard.discharge,
                    joinedDays: 1, photoGraceDays: 10, from: march.first, to: nil), by: "county",
                today: day("2026-02-10"), at: County.entered)
            for month in [march, april] { try await store.open(month, at: County.entered) }
            // Weeks that began before the policy are not owed by it: four Sundays, in April four as well.
            #expect(try await store.places(5).due == 12)
            #expect(try await store.places(7).due == 3)
            try await store.transfer(areaID(7), toManager: areaID(3), from: march.first, at: County.entered)
            #expect(try await store.places(7).due == 12)
            #expect(try await store.differences() == [])
            // In the middle of the month: it is counted by one tree, that of its last day.
            try await store.transfer(areaID(6), toManager: areaID(4), from: day("2026-03-16"), at: County.entered)
            #expect(try await store.places(6).due == 3)
            #expect(try await store.differences() == [])
            try await store.close(march, of: areaID(1), by: "grace", at: instant("2026-04-04T00:00:00+08:00"))
            let fixed = try await store.fixed(march)
            try await store.transfer(areaID(5), toManager: areaID(4), from: day("2026-03-10"), at: now)
            #expect(try await store.fixed(march) == fixed)
            #expect(try await store.places(5).due == 12, "a closed month keeps its tree")
            #expect(try await store.places(5, april).due == 3)
            #expect(try await store.differences() == [])
            try await store.merge([areaID(4)], into: areaID(3), from: april.first, by: "deputy", at: now)
            #expect(try await store.places(5, april).due == 12)
            #expect(try await store.places(8, april).due == 12)
            #expect(try await store.differences() == [])
            try await store.transfer(areaID(8), toManager: areaID(2), from: day("2026-04-15"), at: now)
            #expect(try await store.places(8, april).due == 3, "the month is counted by the tree of its last day")
            #expect(try await store.places(5, april).due == 12)
            #expect(try await store.differences() == [])
        }
    }
}
