import Patrol
import TestSupport
import Testing

@testable import Store

@Suite("As it was known")
struct AsOfTests {
    private func places(_ store: PatrolStore, _ area: Int, at text: String) async throws -> CoverageCount? {
        try await store.coverage(of: areaID(area), in: march, knownAt: instant(text + ":00+08:00"))?.totals.places
    }

    @Test(
        "a month as it was known on a day: records, photos and rulings of later days are not there yet",
        arguments: Engine.all)
    func facts(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(
                RecordDraft(1, place: "P5-1", by: 5).with {
                    $0.capturedAt = instant("2026-03-05T09:00:00+08:00")
                    $0.photos = [photoDigest(1)]
                })
            try await store.add(photo: 1, by: 5)  // on 6 March
            try await store.stored(
                RecordDraft(
                    2, by: 5,
                    visit: VisitClaim(
                        subject: .place(id: "P5-2"), outcome: .place(.suspended), until: day("2026-05-31"),
                        participants: [])
                ).with { $0.capturedAt = instant("2026-03-08T09:00:00+08:00") })
            try await store.rule(
                .place, on: reportID(2), Decision(.granted, reason: "属实"), id: "r", by: "deputy",
                at: instant("2026-03-10T09:00:00+08:00"))
            for (text, expected) in [
                ("2026-03-04T09:00", count(due: 3)), ("2026-03-05T12:00", count(due: 3, done: 1, provisional: 1)),
                ("2026-03-07T09:00", count(due: 3, done: 1)), ("2026-03-09T09:00", count(due: 3, done: 1, awaiting: 1)),
                ("2026-03-11T09:00", count(due: 3, done: 1, excused: 1)),
            ] {
                #expect(try await places(store, 5, at: text) == expected, "\(text)")
            }
            #expect(try await places(store, 5, at: "2030-01-01T00:00") == store.places(5))
            #expect(try await places(store, 5, at: "2025-01-01T00:00") == nil, "nobody knew of the county")
        }
    }

    @Test("rosters and trees as they were known", arguments: Engine.all)
    func rosters(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            try await store.move(
                .place, "P5-1", to: areaID(7), from: day("2026-03-10"), at: instant("2026-03-20T09:00:00+08:00"))
            try await store.transfer(
                areaID(6), toManager: areaID(4), from: day("2026-03-01"), at: instant("2026-03-25T09:00:00+08:00"))
            try await store.rename(
                areaID(3), to: "练市东站", from: day("2026-03-01"), at: instant("2026-03-26T09:00:00+08:00"))
            #expect(try await places(store, 3, at: "2026-03-19T09:00") == count(due: 6))
            #expect(try await places(store, 3, at: "2026-03-21T09:00") == count(due: 5))
            #expect(try await places(store, 3, at: "2026-03-27T09:00") == count(due: 2))
            #expect(try await places(store, 3, at: "2026-03-27T09:00") == store.places(3))
            func name(_ text: String) async throws -> String? {
                try await store.coverage(of: areaID(3), in: march, knownAt: instant(text))?.area.name
            }
            #expect(try await name("2026-03-25T12:00:00+08:00") == "练市一站")
            #expect(try await name("2026-03-27T12:00:00+08:00") == "练市东站")
        }
    }

    @Test("a closed month is read at the version of that day", arguments: Engine.all)
    func versions(engine: Engine) async throws {
        try await withCounty(engine) { store in
            func visit(_ number: Int, _ place: String, _ arriving: String) -> RecordDraft {
                RecordDraft(number, place: place, by: 5).with {
                    $0.capturedAt = instant("2026-03-29T10:00:00+08:00")
                    $0.receivedAt = instant(arriving + ":00+08:00")
                }.timed
            }
            try await store.stored(visit(1, "P5-1", "2026-04-01T09:00"))
            try await store.close(march, of: areaID(1), by: "grace", at: instant("2026-04-04T00:00:00+08:00"))
            try await store.stored(visit(2, "P5-2", "2026-04-05T09:00"))
            try await store.cutVersions(at: instant("2026-04-06T00:10:00+08:00"))
            #expect(try await places(store, 5, at: "2026-03-31T09:00") == count(due: 3))
            #expect(try await places(store, 5, at: "2026-04-05T12:00") == count(due: 3, done: 1), "version 1 held")
            #expect(try await places(store, 5, at: "2026-04-06T12:00") == count(due: 3, done: 2, late: 1))
        }
    }

    @Test(
        "a station that is moved in a closed month keeps its figures there, whenever it is asked about",
        arguments: Engine.all)
    func movedAfterClosing(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P7-1", on: "2026-03-02", by: 7))
            try await store.close(march, of: areaID(1), by: "grace", at: instant("2026-04-04T00:00:00+08:00"))
            try await store.transfer(
                areaID(4), toManager: areaID(1), from: march.first, at: instant("2026-04-10T09:00:00+08:00"))
            let known = Knowledge(at: instant("2026-04-11T09:00:00+08:00"))
            for area in [1, 2, 3, 4, 7] {
                let now = try await store.coverage(area)
                let then = try #require(
                    try await store.coverage(
                        of: areaID(area), in: march, knownAt: instant("2026-04-11T09:00:00+08:00")))
                #expect(then.totals == now.totals && then.versions == now.versions, "\(area)")
                #expect(then.children.map(\.counts) == now.children.map(\.counts), "\(area)")
                let path = try await store.marchPath(area)
                let explained = try #require(try await store.explain(.place, path, in: march, known: known))
                #expect(explained.agrees && explained.shown == now.totals.places, "\(area)")
            }
            #expect(try await places(store, 4, at: "2026-04-11T09:00") == count(due: 6, done: 1))
            let lines = try await store.places(of: areaID(7), in: march, knownAt: instant("2026-04-11T09:00:00+08:00"))
            #expect(lines.flatMap(\.duties).map(\.state).sorted { $0.rawValue < $1.rawValue } == [.done, .due, .due])
        }
    }

    @Test(
        "photos that never came are waited for until their grace is over, as every moment knew it",
        arguments: Engine.all)
    func givenUp(engine: Engine) async throws {
        try await withCounty(engine) { store in
            func short(_ number: Int, on text: String) -> RecordDraft {
                visit(number, "P5-\(number)", on: text, by: 5).with { $0.photos = [photoDigest(number)] }
            }
            try await store.stored(short(1, on: "2026-03-02"))
            try await store.stored(short(2, on: "2026-03-28"))
            #expect(try await store.giveUpPhotos(at: instant("2026-03-12T10:00:00+08:00")) == 1)
            #expect(try await places(store, 5, at: "2026-03-11T09:00") == count(due: 3, done: 1, provisional: 1))
            #expect(try await places(store, 5, at: "2026-03-12T12:00") == count(due: 3))
            try await store.close(march, of: areaID(1), by: "grace", at: instant("2026-04-04T00:00:00+08:00"))
            #expect(try await store.explain(.place, try await store.marchPath(5), in: march)?.agrees == true)
            #expect(try await places(store, 5, at: "2026-04-05T09:00") == count(due: 3, done: 1, provisional: 1))
            // The job comes a day after the grace was over, and a version that is cut between knows nothing of it.
            try await store.stored(
                visit(3, "P5-3", on: "2026-03-29", by: 5).with { $0.receivedAt = instant("2026-04-06T09:00:00+08:00") }
                    .timed)
            try await store.cutVersions(at: instant("2026-04-07T12:00:00+08:00"))
            #expect(try await store.giveUpPhotos(at: instant("2026-04-08T12:00:00+08:00")) == 1)
            #expect(try await store.explain(.place, try await store.marchPath(5), in: march)?.agrees == true)
            #expect(
                try await places(store, 5, at: "2026-04-07T13:00") == count(due: 3, done: 2, provisional: 1, late: 1))
            try await store.cutVersions(at: instant("2026-04-09T00:10:00+08:00"))
            let explained = try #require(try await store.explain(.place, try await store.marchPath(5), in: march))
            #expect(explained.agrees && explained.shown == count(due: 3, done: 1, late: 1))
            // A photo that comes all the same changes nothing of what was known before.
            _ = try await store.add(
                PhotoEntry.sample(photoDigest(1)), sentBy: "W5", at: instant("2026-04-10T09:00:00+08:00"))
            try await store.cutVersions(at: instant("2026-04-11T00:10:00+08:00"))
            #expect(try await store.places(5) == count(due: 3, done: 2, late: 1))
            #expect(try await places(store, 5, at: "2026-03-11T09:00") == count(due: 3, done: 1, provisional: 1))
            #expect(try await places(store, 5, at: "2026-03-20T09:00") == count(due: 3))
            #expect(try await places(store, 5, at: "2026-03-29T09:00") == count(due: 3, done: 1, provisional: 1))
            #expect(try await store.explain(.place, try await store.marchPath(5), in: march)?.agrees == true)
        }
    }

    @Test("an open month as it is known now is the open month, given up or not yet", arguments: Engine.all)
    func givenUpNow(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(
                visit(1, "P5-1", on: "2026-03-02", by: 5).with { $0.photos = [photoDigest(1)] })
            for wanted in [count(due: 3, done: 1, provisional: 1), count(due: 3)] {
                #expect(try await store.places(5) == wanted)
                #expect(try await places(store, 5, at: "2026-03-20T09:00") == wanted)
                _ = try await store.giveUpPhotos(at: instant("2026-03-13T10:00:00+08:00"))
            }
        }
    }

    @Test("what every fact that ever was recorded says is what the ledger says", arguments: 0..<6)
    func random(seed: Int) async throws {
        var generator = SplitMix64(seed: UInt64(900 + seed))
        let order = History(using: &generator).order(using: &generator)
        try await withCounty { store in
            try await History.play(order, in: store)
            for month in [month("2026-02"), march, month("2026-04")] {
                for area in [1, 3, 4, 5, 6, 7] {
                    let now = try await store.coverage(area, month)
                    let known = try await store.coverage(
                        of: areaID(area), in: month, knownAt: instant("2030-01-01T00:00:00Z"))
                    #expect(known?.totals == now.totals, "\(area) \(month)")
                }
            }
        }
    }

    @Test("whatever becomes known later, what was known at each moment is read again exactly", arguments: 0..<6)
    func again(seed: Int) async throws {
        var generator = SplitMix64(seed: UInt64(8_000 + seed))
        // Everything arrives in the order of its moment: what was known then is what the ledger says then.
        let visits = (1...14).map { number -> RecordDraft in
            let grid = Int.random(in: 5...6, using: &generator)
            let outcome: PlaceOutcome = [.checked, .checked, .gone, .suspended, .closedNow][number % 5]
            return RecordDraft(number, place: "P\(grid)-\(Int.random(in: 1...3, using: &generator))", outcome, by: grid)
                .with {
                    $0.capturedAt = instant("2026-03-01T09:00:00+08:00").adding(
                        milliseconds: Int64(number) * 43_200_000)
                    $0.photos = generator.oneIn(3) ? [photoDigest(number)] : []
                }
        }
        let moves = (0..<6).map { _ in
            (
                place: "P\(Int.random(in: 5...6, using: &generator))-\(Int.random(in: 1...3, using: &generator))",
                to: Int.random(in: 5...8, using: &generator),
                from: day("2026-03-01").adding(days: .random(in: 0...30, using: &generator))
            )
        }
        try await withCounty { store in
            try await store.open(march, at: County.entered)
            var read: [(at: Instant, reading: Reading)] = []
            for (index, draft) in visits.enumerated() {
                try await store.stored(draft)
                let now = draft.capturedAt.adding(milliseconds: 3_600_000)
                if index % 2 == 1 {
                    let move = moves[index / 2 % moves.count]
                    try await store.move(.place, move.place, to: areaID(move.to), from: move.from, at: now)
                }
                switch index % 6 {
                case 1:
                    try await store.transfer(areaID(index % 2 + 5), toManager: areaID(4), from: march.first, at: now)
                case 2:
                    try await store.keep(draft, disputedAt: now)
                case 3:
                    try await store.assign(
                        "W7", to: areaID(5), as: .fullTime, from: day("2026-03-10"), until: day("2026-03-20"), at: now)
                case 4: try await store.rename(areaID(3), to: "名 \(index)", from: march.first, at: now)
                default: break
                }
                read.append((now, try await Reading(of: store, at: now)))
                #expect(try await store.coverage(1).totals == read[index].reading.coverage?.totals, "at \(index)")
            }
            for (index, earlier) in read.enumerated() {
                let again = try await Reading(of: store, at: earlier.at)
                try #require(again.coverage == earlier.reading.coverage, "\(index)")
                try #require(again.station == earlier.reading.station, "\(index)")
                try #require(again.obligations == earlier.reading.obligations, "\(index)")
                try #require(again.duties == earlier.reading.duties, "\(index)")
                try #require(again.places == earlier.reading.places && again.persons == earlier.reading.persons)
                try #require(again.areas == earlier.reading.areas, "\(index)")
                try #require(again.categories == earlier.reading.categories, "\(index)")
                try #require(again.explained == earlier.reading.explained, "\(index)")
                try #require(again.story == earlier.reading.story, "\(index)")
                try #require(again.clears == earlier.reading.clears, "\(index)")
            }
        }
    }
}

extension PatrolStore {
    /// Puts a visit in doubt where it may be.
    fileprivate func keep(_ draft: RecordDraft, disputedAt now: Instant) async throws {
        do {
            try await dispute(
                .place, visit: reportID(draft.number), reason: "抽查", id: "d\(draft.number)", by: "deputy", at: now)
        } catch RulingRefusal.alreadyDecided {
            try await rule(
                .place, on: reportID(draft.number), Decision(.granted, until: day("2026-05-01"), reason: "属实"),
                id: "d\(draft.number)", by: "deputy", at: now)
        }
    }
}

/// All that can be asked of March as it was known at some moment.
private struct Reading: Sendable {
    let coverage: AreaCoverage?
    let station: AreaCoverage?
    let obligations: [ObligationEntry]
    let duties: [DutyLine]
    let places: [RosterLine<PlaceEntry>]
    let persons: [RosterLine<KeyPersonEntry>]
    let areas: [AreaDetail]
    let categories: [CoverageCount]
    let explained: Explanation?
    let story: SubjectStory?
    let clears: FourClears

    init(of store: PatrolStore, at moment: Instant) async throws {
        let known = Knowledge(at: moment)
        let path = try await store.marchPath(1)
        coverage = try await store.coverage(of: areaID(1), in: march, knownAt: moment)
        station = try await store.coverage(of: areaID(3), in: march, knownAt: moment)
        obligations = try await store.obligations(
            .place, below: try await store.marchPath(3), in: march, state: nil, after: nil, limit: 100, knownAt: moment)
        duties = try await store.duties(below: path, during: march.first...march.last, known: known)
        places = try await store.places(of: areaID(5), in: march, knownAt: moment)
        persons = try await store.keyPersons(of: areaID(5), in: march, knownAt: moment)
        areas = try await store.areaDetails(of: areaID(3), on: march.last, known: known)
        categories = try await store.breakdown(
            .place, below: try await store.marchPath(3), in: march, by: .capacity, known: known
        ).map(\.count)
        explained = try await store.explain(.place, try await store.marchPath(3), in: march, known: known)
        story = try await store.story(
            of: "P5-1", .place, known: known, reading: { try replay(id: $0, body: $1, sha256: "") })
        clears = try await store.fourClears(below: path, in: march, kinds: [.place, .keyPerson], known: known)
    }
}
