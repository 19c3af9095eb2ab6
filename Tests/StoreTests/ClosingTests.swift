import Patrol
import TestSupport
import Testing

@testable import Store

private let april3 = instant("2026-04-03T12:00:00+08:00")
private let graceEnd = instant("2026-04-04T00:00:00+08:00")

extension PatrolStore {
    @discardableResult
    fileprivate func closeMarch(at now: Instant = graceEnd) async throws -> LedgerVersion {
        try await close(march, of: areaID(County.county), by: "grace", at: now)
    }

    fileprivate func versions() async throws -> [LedgerVersion] {
        try await versions(of: areaID(County.county), in: march)
    }

    fileprivate func texts(_ version: LedgerVersion) async throws -> [String] {
        var texts: [String] = []
        for kind in SubjectKind.allCases { texts.append(try await text(of: version, showing: kind)) }
        return texts
    }

    fileprivate func journal(_ kind: SubjectKind = .place) async throws -> [JournalEntry] {
        let path = try #require(try await path(of: areaID(County.county), on: march.last))
        return try await journal(kind, below: path, in: march, limit: 100)
    }
}

/// A visit of 29 March that reaches the gateway at some time.
private func visit(_ number: Int, to place: String, arriving: String, by worker: Int = 5) -> RecordDraft {
    RecordDraft(number, place: place, by: worker).with {
        $0.capturedAt = instant("2026-03-29T10:00:00+08:00")
        $0.receivedAt = instant(arriving)
    }.timed
}

@Suite("Closing")
struct ClosingTests {
    @Test("a visit that arrives in the grace time is on time, one after it is late", arguments: Engine.all)
    func grace(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, to: "P5-1", arriving: "2026-04-03T23:59:00+08:00"))
            try await store.stored(visit(2, to: "P5-2", arriving: "2026-04-04T00:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 3, done: 2, late: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "a late record makes version 2 by one and is told in the journal; version 1 stays as it was",
        arguments: Engine.all)
    func lateArrival(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, to: "P5-1", arriving: "2026-04-01T09:00:00+08:00"))
            let first = try await store.closeMarch()
            let fixed = try await store.texts(first)
            try await store.stored(visit(2, to: "P5-2", arriving: "2026-04-05T09:00:00+08:00"))
            #expect(try await store.places(1) == count(due: 15, done: 1), "nothing changes silently")
            let cut = try await store.cutVersions(at: instant("2026-04-05T10:00:00+08:00"))
            #expect(cut.map(\.number) == [2])
            #expect(try await store.places(1) == count(due: 15, done: 2, late: 1))
            let path = try #require(try await store.path(of: areaID(County.county), on: march.last))
            #expect(try await store.coverage(of: path, in: march, version: 1)?.totals.places == count(due: 15, done: 1))
            #expect(try await store.texts(first) == fixed)
            #expect(try await store.versions().map(\.sha256).count == 2 && cut[0].sha256 != first.sha256)
            let entry = try #require(try await store.journal().first)
            #expect(entry.cause == "arrival" && entry.by == "W5" && entry.source == reportID(2) && entry.version == 2)
            #expect(entry.before?.contains("\tdue\t") == true && entry.after?.hasSuffix("\tlate") == true)
            #expect(try await store.differences() == [])
        }
    }

    @Test("a closed month is cut at most once a day", arguments: Engine.all)
    func dailyVersions(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, to: "P5-1", arriving: "2026-04-01T09:00:00+08:00"))
            try await store.closeMarch()
            try await store.stored(visit(2, to: "P5-2", arriving: "2026-04-04T09:00:00+08:00"))
            #expect(try await store.cutVersions(at: instant("2026-04-04T23:00:00+08:00")).isEmpty, "closed that day")
            #expect(try await store.cutVersions(at: instant("2026-04-05T00:30:00+08:00")).map(\.number) == [2])
            try await store.stored(visit(3, to: "P5-3", arriving: "2026-04-05T09:00:00+08:00"))
            #expect(try await store.cutVersions(at: instant("2026-04-05T23:00:00+08:00")).isEmpty)
            #expect(try await store.cutVersions(at: instant("2026-04-06T00:10:00+08:00")).map(\.number) == [3])
            #expect(try await store.cutVersions(at: instant("2026-04-09T00:10:00+08:00")).isEmpty, "nothing new")
            #expect(try await store.places(5) == count(due: 3, done: 3, late: 2))
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "rosters, names, codes and managers may change after closing; version 1 is byte-identical",
        arguments: Engine.all)
    func changesAfterClosing(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, to: "P5-1", arriving: "2026-04-01T09:00:00+08:00"))
            let version = try await store.closeMarch()
            let fixed = try await store.texts(version)
            let coverage = try await store.coverage(County.county)
            let now = instant("2026-04-10T09:00:00+08:00")
            try await store.move(.place, "P6-1", to: areaID(7), from: day("2026-04-10"), at: now)
            try await store.recode(
                areaID(2), scheme: "division", to: "330503004", name: "练市街道", from: day("2026-04-01"), at: now)
            try await store.transfer(areaID(6), toManager: areaID(4), from: day("2026-03-01"), at: now)
            #expect(try await store.texts(version) == fixed)
            #expect(try await store.coverage(County.county) == coverage)
            #expect(try await store.places(3) == count(due: 6, done: 1), "the grid stays where March had it")
            #expect(try await store.journal().isEmpty)
            #expect(try await store.differences() == [])
        }
    }

    @Test("a roster change that is entered late for a closed month shows in the next version", arguments: Engine.all)
    func backdatedRoster(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            let version = try await store.closeMarch()
            let fixed = try await store.texts(version)
            try await store.add([PlaceEntry.sample("P5-9", in: 5)], at: instant("2026-04-10T09:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 3))
            try await store.cutVersions(at: instant("2026-04-11T09:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 4))
            #expect(try await store.journal().map(\.cause) == ["roster"])
            #expect(try await store.texts(version) == fixed)
            #expect(try await store.differences() == [])
        }
    }

    @Test("the county centre may close earlier, never before the month is over and never twice", arguments: Engine.all)
    func earlier(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            await #expect(throws: ClosingRefusal.notOver) {
                try await store.closeMarch(at: instant("2026-03-31T23:59:59+08:00"))
            }
            await #expect(throws: ClosingRefusal.notAUnit) {
                try await store.close(march, of: areaID(2), by: "x", at: april3)
            }
            await #expect(throws: ClosingRefusal.noLedger) {
                try await store.close(month("2025-11"), of: areaID(1), by: "x", at: april3)
            }
            try await store.closeMarch(at: april3)
            await #expect(throws: ClosingRefusal.alreadyClosed(at: april3)) { try await store.closeMarch() }
            try await store.stored(visit(1, to: "P5-1", arriving: "2026-04-03T13:00:00+08:00"))
            try await store.cutVersions(at: instant("2026-04-04T09:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 3, done: 1, late: 1), "after closing is late")
            #expect(try await store.differences() == [])
        }
    }

    @Test("what is due to close is told by the grace time, by county", arguments: Engine.all)
    func dueClosings(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(month("2026-02"), at: County.entered)
            try await store.open(march, at: County.entered)
            #expect(
                try await store.dueClosings(at: graceEnd.adding(milliseconds: -1)).map(\.month) == [month("2026-02")])
            let due = try await store.dueClosings(at: graceEnd)
            #expect(due.map(\.month) == [month("2026-02"), march] && due.allSatisfy { $0.unit == areaID(1) })
            for next in due { try await store.close(next.month, of: next.unit, by: "grace", at: graceEnd) }
            #expect(try await store.dueClosings(at: graceEnd).isEmpty)
        }
    }

    @Test(
        "awaiting and provisional stand apart in version 1, and what becomes of them comes later", arguments: Engine.all
    )
    func apart(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(
                visit(1, to: "P5-1", arriving: "2026-04-01T09:00:00+08:00").with { $0.photos = [photoDigest(1)] })
            try await store.stored(
                RecordDraft(2, place: "P5-2", .suspended, by: 5).with {
                    $0.capturedAt = instant("2026-03-29T10:00:00+08:00")
                })
            try await store.closeMarch()
            #expect(try await store.places(5) == count(due: 3, done: 1, provisional: 1, awaiting: 1))
            _ = try await store.add(
                PhotoEntry.sample(photoDigest(1)), sentBy: "W5", at: instant("2026-04-06T08:00:00+08:00"))
            try await store.cutVersions(at: instant("2026-04-07T08:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 3, done: 1, awaiting: 1))
            #expect(try await store.journal().map(\.cause) == ["photo"])
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "verify names a page, a version and a journal that somebody changed",
        arguments: [
            (
                "UPDATE place_page SET body = 'P5-1' WHERE grid_id = 'A0000005' AND version = 1",
                "version 1 page place A0000005"
            ),
            ("UPDATE place_page SET body = body || ' ' WHERE grid_id = 'A0000005' AND version = 2", "version 2"),
            ("UPDATE ledger_version SET tree = tree || 'x'", "version 1"),
            ("DELETE FROM place_page WHERE grid_id = 'A0000006'", "version 1"),
            ("DELETE FROM place_journal", "A0000005 page of version 2"),
            ("UPDATE place_journal SET line_after = NULL", "A0000005 page of version 2"),
            ("UPDATE ledger_version SET sha256 = 'x' WHERE version = 2", "version 2"),
            (
                "UPDATE place_obligation SET late = 0, state = 'due', best_standing = -1, best_report_id = NULL WHERE late = 1",
                "A0000005 journal"
            ),
        ])
    func altered(sql: String, named: String) async throws {
        try await withCounty { store in
            try await store.open(march, at: County.entered)
            try await store.closeMarch()
            try await store.stored(visit(2, to: "P5-2", arriving: "2026-04-05T09:00:00+08:00"))
            try await store.cutVersions(at: instant("2026-04-06T10:00:00+08:00"))
            let sound = try await store.differences()
            #expect(sound == [])
            _ = try await store.database.write { try $0.rows(sql, []) }
            let differences = try await store.differences()
            #expect(differences.contains { $0.what.contains(named) }, "\(differences)")
        }
    }

    @Test("counties close apart, and what lies above them shows each at its version", arguments: Engine.all)
    func units(engine: Engine) async throws {
        try await withStore(engine) { store in
            try await store.add(
                [
                    .sample(1, .city, "湖州市"), .sample(2, .county, "南浔区", under: 1),
                    .sample(3, .county, "吴兴区", under: 1),
                    .sample(4, .grid, "甲", under: 2), .sample(5, .grid, "乙", under: 3),
                    .sample(6, .grid, "市直网格", under: 1),
                ], at: County.entered)
            try await store.add([4, 5, 6].map { PlaceEntry.sample("P\($0)-1", in: $0) }, at: County.entered)
            try await store.open(march, at: County.entered)
            #expect(
                Set(try await store.dueClosings(at: graceEnd).map(\.unit)) == [areaID(1), areaID(2), areaID(3)])
            try await store.close(march, of: areaID(2), by: "grace", at: graceEnd)
            #expect(try await store.coverage(1).versions.map(\.unit) == [areaID(2)])
            #expect(try await store.places(1) == count(due: 3))
            #expect(try await store.places(2) == count(due: 1))
            #expect(try await store.coverage(3).versions.isEmpty)
            try await store.close(march, of: areaID(1), by: "grace", at: graceEnd)
            #expect(try await store.places(1) == count(due: 3))
            #expect(try await store.differences() == [])
        }
    }
}
