import Foundation
import Patrol
import TestSupport
import Testing

@testable import Store

@Suite("Copying a store")
struct CopyTests {
    private func patrolled(_ engine: Engine, _ body: @Sendable (PatrolStore) async throws -> Void) async throws {
        try await withCounty(engine) { store in
            try await store.bindTimeZone()
            try await store.stored(RecordDraft(1, place: "P5-1", by: 5).with { $0.photos = [photoDigest(1)] })
            try await store.stored(RecordDraft(2, keyPerson: "K5-1", by: 5).with { $0.text = "家属“陪同” 'A'\t二楼" })
            try await store.stored(RecordDraft(3, place: "P6-1", .suspended, by: 6))
            try await store.add(photo: 1, by: 5)
            try await store.move(
                .place, "P7-1", to: areaID(8), from: day("2026-03-10"), at: instant("2026-03-10T09:00:00+08:00"))
            try await registered(store)
            for number in 10..<1_300 { try await store.database.write { try $0.note("x\(number)") } }
            try await body(store)
        }
    }

    /// A row of everything that is kept besides rosters and records.
    private func registered(_ store: PatrolStore) async throws {
        let now = instant("2026-03-11T09:00:00+08:00")
        let first = day("2026-03-01")
        try await store.record(AreaSize(households: 420, people: nil), of: areaID(5), from: first, at: now)
        try await store.record(
            boundary: #"{"type":"Polygon","coordinates":[]}"#, squareMetres: 0.1 + 0.2, of: areaID(5), from: first,
            at: now)
        try await store.record(
            [Certificate(person: "W5", number: "001", title: "上岗证", from: first, to: nil)], at: now)
        try await store.post("消防大队", at: areaID(3), as: .resident, from: first, until: nil, at: now)
        try await store.rename(areaID(3), to: "东站", from: first, at: now)
        try await store.apply(.owner("P6-2", .sample("tenant", in: 6)), from: first, by: "deputy", at: now)
        try await store.record(
            DatedClosingRule(ClosingRule(graceDays: 5), basis: "县发", from: month("2026-05")), by: "county",
            today: day("2026-03-11"), at: now)
        try await store.record(
            JointWork(
                id: "joint", station: areaID(3), task: .consultation, scope: .weekly, day: first, ledBy: "站",
                minutes: "",
                decisions: ["复查"], participants: [.init(capacity: .chief, unit: nil, name: "甲", person: nil)]),
            by: "deputy", at: now)
        _ = try await store.record(
            Checklist(
                id: "fire", version: 0, title: "消防", basis: "县发", classes: [], from: first,
                items: [.init(code: "exit", text: "出口")]), by: "county", at: now)
        let path = try await store.marchPath(1)
        let (doors, areas) = try await store.rosterDoors(below: path, on: first)
        try await store.keep(
            Comparison.between(doors, and: [ListedDoor(name: "老王修鞋", address: "桥头 3 号")], areas: areas),
            of: areaID(1), source: "登记", day: first, id: "compared", by: "W1", at: now)
        try await store.record(
            StreetWalk(
                id: "walk", area: areaID(5), street: "适园路", day: first,
                count: try StreetCount(doors: 20, unlisted: 1), note: "", by: "W5"), at: now)
        try await store.stored(RecordDraft(4, place: "P8-1", by: 8))
        let check = try await store.drawSpotCheck(
            .place, below: path, in: march, count: 1, seed: 5, id: "check", by: "deputy", at: now)
        #expect(check.items.count == 1)
    }

    private static let ways = Engine.all.flatMap { from in Engine.all.map { (from, $0) } }

    @Test("the copy holds the same rows, hashes and figures, and a gateway may start on it", arguments: ways)
    func whole(from: Engine, to: Engine) async throws {
        try await patrolled(from) { source in
            try await withStore(to) { target in
                let tables = try await copyStore(
                    from: source.database, named: "source", to: target.database, progress: { _, _, _ in })
                #expect(tables.allSatisfy { $0.agrees })
                #expect(tables.first { $0.name == "report" }?.target.rows == 4)
                let empty = Set(tables.filter { $0.target.rows == 0 }.map(\.name))
                for table in [
                    "area_boundary", "area_size", "area_succession", "certificate", "unit_posting", "place_succession",
                    "closing_rule", "joint_work", "joint_work_participant", "checklist", "checklist_item", "comparison",
                    "comparison_line", "street_walk", "spot_check", "spot_check_item",
                ] { #expect(!empty.contains(table), "\(table)") }
                let path = try await target.marchPath(1)
                #expect(
                    try await target.jointWork(below: path, in: march) == source.jointWork(below: path, in: march))
                #expect(try await target.spotCheck("check") == source.spotCheck("check"))
                #expect(try await target.comparison("compared") == source.comparison("compared"))
                #expect(tables.first { $0.name == "ledger_month" }?.target.rows == 1_291)
                try await target.bindTimeZone()
                #expect(try await target.places(1) == source.places(1))
                #expect(try await target.record(reportID(2)) == source.record(reportID(2)))
                #expect(try await target.differences() == [])
            }
        }
    }

    @Test("a copy that broke off bars the target, and goes on where it stopped", arguments: Engine.all)
    func resumed(to: Engine) async throws {
        try await patrolled(.sqlite) { source in
            try await withTemporaryFolder { folder in
                let engine = try to.open(folder)
                try await migrate(engine)
                let target = GatedDatabase(engine)
                // The third page of the longest table finds no room.
                target.failCommit(21)
                await #expect(throws: StoreError.diskFull) {
                    try await copyStore(from: source.database, named: "source", to: target, progress: { _, _, _ in })
                }
                let half = PatrolStore(target, zone: .shanghai, group: GroupCommit(target))
                await #expect(throws: StoreError.unfinishedCopy(from: "source")) { try await half.bindTimeZone() }
                await #expect(throws: CopyRefusal.otherSource("source")) {
                    try await copyStore(from: source.database, named: "another", to: target, progress: { _, _, _ in })
                }
                let before = target.commits
                let tables = try await copyStore(
                    from: source.database, named: "source", to: target, progress: { _, _, _ in })
                #expect(tables.allSatisfy { $0.agrees })
                #expect(target.commits - before < 30, "what was there was copied again")
                try await half.bindTimeZone()
            }
        }
    }

    @Test("a source that is written meanwhile is told as such", arguments: Engine.all)
    func disturbed(to: Engine) async throws {
        try await patrolled(.sqlite) { source in
            try await withTemporaryFolder { folder in
                let engine = try to.open(folder)
                try await migrate(engine)
                let target = GatedDatabase(engine)
                // The mark, the time zone, five pages of areas and the people came over; their roles did not.
                target.failCommit(9)
                await #expect(throws: StoreError.diskFull) {
                    try await copyStore(from: source.database, named: "source", to: target, progress: { _, _, _ in })
                }
                try await source.add([PersonEntry.sample("A1", grids: [5])], at: County.entered)
                await #expect(throws: CopyRefusal.disturbed(table: "role_assignment")) {
                    try await copyStore(from: source.database, named: "source", to: target, progress: { _, _, _ in })
                }
            }
        }
    }

    @Test("a target that holds something is refused and left alone", arguments: Engine.all)
    func notEmpty(to: Engine) async throws {
        try await patrolled(.sqlite) { source in
            try await withStore(to) { target in
                try await target.add([.sample(1, .county, "别的县")], at: County.entered)
                await #expect(throws: CopyRefusal.targetNotEmpty(table: "area")) {
                    try await copyStore(
                        from: source.database, named: "source", to: target.database, progress: { _, _, _ in })
                }
                #expect(try await target.count("area") == 1)
                #expect(try await target.count("deployment") == 0)
            }
        }
    }

    @Test func `what changed on one side is seen, whatever it is`() async throws {
        try await patrolled(.sqlite) { source in
            try await withStore(.sqlite) { target in
                _ = try await copyStore(
                    from: source.database, named: "source", to: target.database, progress: { _, _, _ in })
                _ = try await target.database.write {
                    try $0.run("UPDATE report SET body = body || ' ' WHERE id = $1", [.text(reportID(2))])
                    try $0.run("INSERT INTO deployment (name, value) VALUES ('copying_from', 'source')", [])
                }
                let tables = try await copyStore(
                    from: source.database, named: "source", to: target.database, progress: { _, _, _ in })
                #expect(tables.filter { !$0.agrees }.map(\.name) == ["report"])
                await #expect(throws: StoreError.unfinishedCopy(from: "source")) { try await target.bindTimeZone() }
            }
        }
    }

    @Test func `no table is left out, and each is ordered by its key`() async throws {
        try await withStore { store in
            var keys: [String: [String]] = [:]
            for table in try await store.tables() where !["schema_version", "lease"].contains(table) {
                keys[table] = try await store.pragma("table_info(\(table))", [1, 5]).filter { $0[1] != "0" }
                    .sorted { $0[1] < $1[1] }.map { $0[0] }
            }
            #expect(Dictionary(uniqueKeysWithValues: StoredTable.all.map { ($0.name, $0.key) }) == keys)
        }
    }
}
