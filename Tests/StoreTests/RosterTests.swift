import Patrol
import Store
import TestSupport
import Testing

@Suite("Roster and ledger")
struct RosterTests {
    @Test("a move shifts what is owed together with its state", arguments: Engine.all)
    func move(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, place: "P5-1", by: 5))
            try await store.stored(RecordDraft(2, place: "P5-2", .suspended, by: 5))
            try await store.stored(RecordDraft(3, place: "P5-3", by: 5).with { $0.photos = [photoDigest(1)] })
            let now = instant("2026-03-10T09:00:00+08:00")
            for place in County.places(of: 5) {
                try await store.move(.place, place, to: areaID(8), from: day("2026-03-11"), at: now)
            }
            #expect(try await store.places(5) == count(due: 0))
            #expect(try await store.places(8) == count(due: 6, done: 2, provisional: 1, awaiting: 1))
            #expect(try await store.places(1) == count(due: 15, done: 2, provisional: 1, awaiting: 1))
            try await store.add(photo: 1, by: 5)
            #expect(try await store.places(8) == count(due: 6, done: 2, awaiting: 1))
            #expect(try await store.differences() == [])
        }
    }

    /// The day of the move, and who owes February and March; January always stays with the first grid.
    @Test(
        "the grid that holds the subject on the month's last day owes it",
        arguments: [
            ("2026-03-31", 5, 6), ("2026-04-01", 5, 5), ("2026-03-01", 5, 6), ("2026-02-28", 6, 6),
        ])
    func lastDay(moved: String, february: Int, march: Int) async throws {
        try await withCounty { store in
            let owing = ["2026-01": 5, "2026-02": february, "2026-03": march]
            for text in owing.keys { try await store.open(month(text), at: County.entered) }
            try await store.move(
                .keyPerson, "K5-1", to: areaID(6), from: day(moved), at: instant("2026-04-05T09:00:00+08:00"))
            for (text, grid) in owing {
                #expect(try await store.keyPersons(5, month(text)).due == (grid == 5 ? 2 : 1))
                #expect(try await store.keyPersons(6, month(text)).due == (grid == 6 ? 3 : 2))
            }
            #expect(try await store.differences() == [])
        }
    }

    @Test("a subject that leaves every grid is owed by none, and owed again when it returns", arguments: Engine.all)
    func leaves(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, place: "P5-1", by: 5))
            try await store.move(
                .place, "P5-1", to: nil, from: day("2026-03-20"), at: instant("2026-03-20T09:00:00+08:00"))
            #expect(try await store.places(1) == count(due: 14))
            #expect(try await store.record(reportID(1))?.receipt.isOnRoster == false)
            let receipt = try await store.stored(RecordDraft(2, place: "P5-1", by: 5))
            #expect(!receipt.isOnRoster)
            try await store.move(
                .place, "P5-1", to: areaID(6), from: day("2026-03-22"), at: instant("2026-03-25T09:00:00+08:00"))
            #expect(try await store.places(6) == count(due: 4, done: 1))
            #expect(try await store.obligation(of: "P5-1")?.report == reportID(1))
            #expect(try await store.differences() == [])
        }
    }

    @Test("what was known before a move stays on record", arguments: Engine.all)
    func twoTimes(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let now = instant("2026-04-05T09:00:00+08:00")
            try await store.move(.place, "P5-1", to: areaID(6), from: day("2026-03-15"), at: now)
            let rows = try await store.database.read { connection in
                try connection.rows(
                    """
                    SELECT grid_id, valid_from, valid_to, superseded_at FROM place_roster WHERE place_id = 'P5-1'
                    ORDER BY recorded_at, valid_from
                    """, []
                ).map(\.values)
            }
            #expect(
                rows == [
                    [.text("A0000005"), .text("2026-01-01"), .null, .integer(now.milliseconds)],
                    [.text("A0000005"), .text("2026-01-01"), .text("2026-03-15"), .null],
                    [.text("A0000006"), .text("2026-03-15"), .null, .null],
                ])
        }
    }

    @Test("two corrections at the same moment both hold", arguments: Engine.all)
    func sameMoment(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let now = instant("2026-03-10T09:00:00+08:00")
            try await store.open(march, at: now)
            for grid in [6, 7] {
                try await store.move(.place, "P5-1", to: areaID(grid), from: day("2026-03-11"), at: now)
            }
            #expect(try await store.places(7).due == 4)
            #expect(try await store.places(6).due == 3)
            #expect(try await store.differences() == [])
        }
    }

    @Test("a month opened late owes what the roster held on its last day", arguments: Engine.all)
    func openedLate(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.add(
                [PlaceEntry.sample("late", in: 5, from: "2026-03-20")], at: instant("2026-04-02T09:00:00+08:00"))
            try await store.move(
                .place, "late", to: areaID(6), from: day("2026-04-03"), at: instant("2026-04-03T09:00:00+08:00"))
            let months = try await store.notedMonths()
            #expect(months == [])
            #expect(try await store.places(5) == count(due: 4))
            #expect(try await store.places(6) == count(due: 3))
            #expect(try await store.places(6, month("2026-04")) == count(due: 4))
            #expect(try await store.places(5, month("2026-02")) == count(due: 3))
            #expect(try await store.differences() == [])
        }
    }

    @Test("what is enrolled after the month was opened is owed at once", arguments: Engine.all)
    func enrolledLate(engine: Engine) async throws {
        try await withCounty(engine) { store in
            #expect(try await store.places(5) == count(due: 3))
            let unknown = try await store.stored(RecordDraft(1, place: "new", by: 5))
            #expect(!unknown.isOnRoster)
            let now = instant("2026-03-12T09:00:00+08:00")
            try await store.add(
                [PlaceEntry.sample("new", in: 5, from: "2026-03-10"), .sample("april", in: 5, from: "2026-04-01")],
                at: now)
            try await store.add([KeyPersonEntry.sample("new", in: 5, from: "2026-03-10")], at: now)
            #expect(try await store.places(5) == count(due: 4, done: 1), "the earlier visit counts")
            #expect(try await store.keyPersons(5) == count(due: 3))
            #expect(try await store.record(reportID(1))?.receipt.isOnRoster == true)
            #expect(try await store.places(5, month("2026-04")) == count(due: 5))
            #expect(try await store.differences() == [])
        }
    }

    @Test("an import is all or nothing", arguments: Engine.all)
    func allOrNothing(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            let before = try await store.ledger()
            await #expect(throws: StoreError.uniqueViolation) {
                try await store.add([PlaceEntry.sample("fresh", in: 5), .sample("P5-1", in: 5)], at: County.entered)
            }
            await #expect(throws: StoreError.foreignKeyViolation) {
                try await store.add(
                    [KeyPersonEntry.sample("fresh", in: 5), .sample("lost", in: 99)], at: County.entered)
            }
            #expect(try await store.ledger() == before)
            #expect(try await !store.subjectIDs(.place).contains("fresh"))
            #expect(try await store.subjectIDs(.keyPerson).count == 10)
        }
    }

    @Test("a grid's roster carries what the handheld needs", arguments: Engine.all)
    func rosterLines(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let stated = County.door.wgs84.position(in: .bd09)
            try await store.add(
                [PlaceEntry.sample("baidu", in: 5, position: stated), .sample("bare", in: 5, position: nil)],
                at: County.entered)
            try await store.stored(RecordDraft(1, place: "P5-2", by: 5))
            let places = try await store.places(of: areaID(5), in: march)
            #expect(places.map(\.entry.id) == ["P5-1", "P5-2", "P5-3", "baidu", "bare"])
            #expect(places.map(\.state) == [.due, .done, .due, .due, .due])
            #expect(places[3].entry.position == stated && places[4].entry.position == nil)
            #expect(places[0].entry.radius == 50)
            let obligation = try #require(try await store.obligation(of: "baidu")?.position)
            #expect(obligation.distance(to: County.door.wgs84) < 0.01)
            let persons = try await store.keyPersons(of: areaID(5), in: march)
            #expect(persons.map(\.entry.legalBasis) == ["社区矫正法", "社区矫正法"])
        }
    }
}
