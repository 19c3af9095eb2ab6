import Patrol
import Store
import TestSupport
import Testing

private let months = [month("2026-02"), march, month("2026-04")]

extension CoverageCount {
    fileprivate static func sum(of parts: [(key: String, count: CoverageCount)]) -> CoverageCount {
        parts.reduce(CoverageCount()) { $0 + $1.count }
    }
}

extension PatrolStore {
    fileprivate func breakdown(_ kind: SubjectKind = .place, _ area: Int = 1, by key: BreakdownKey) async throws
        -> [String: CoverageCount]
    {
        let parts = try await breakdown(kind, below: try await marchPath(area), in: march, by: key)
        return Dictionary(uniqueKeysWithValues: parts.map { ($0.key, $0.count) })
    }
}

@Suite("Figures taken apart")
struct BreakdownTests {
    @Test("whatever happened, the parts of every figure add up to it, now and as it was known", arguments: 0..<12)
    func sums(seed: Int) async throws {
        var generator = SplitMix64(seed: UInt64(4_000 + seed))
        let order = History(using: &generator).order(using: &generator)
        try await withCounty { store in
            try await History.play(order, in: store)
            var pieces = 0
            for month in months {
                for area in [1, 2, 3, 5, 9] {
                    let totals = try await store.coverage(area, month).totals
                    let path = try #require(try await store.path(of: areaID(area), in: month))
                    for (kind, whole) in [(SubjectKind.place, totals.places), (.keyPerson, totals.keyPersons)] {
                        for key in BreakdownKey.allCases {
                            let parts = try await store.breakdown(kind, below: path, in: month, by: key)
                            pieces += parts.count
                            try #require(CoverageCount.sum(of: parts) == whole, "\(kind) \(key) of \(area) in \(month)")
                            let known = try await store.breakdown(
                                kind, below: path, in: month, by: key,
                                known: Knowledge(at: instant("2030-01-01T00:00:00Z")))
                            try #require(known.map(\.key) == parts.map(\.key))
                            try #require(
                                known.map(\.count) == parts.map(\.count), "\(kind) \(key) of \(area) in \(month)")
                        }
                        let explained = try #require(try await store.explain(kind, path, in: month))
                        try #require(explained.agrees && explained.shown == whole)
                        try #require(explained.policies.reduce(CoverageCount()) { $0 + $1.count } == whole)
                        try #require(explained.lines.count == Int(whole.due))
                        try #require(explained.lines.count { $0.isInNumerator } == Int(whole.done))
                    }
                }
            }
            try #require(pieces > 60)
        }
    }

    @Test("every visit is spread over the days and hours on which it was made and came in", arguments: 0..<8)
    func spread(seed: Int) async throws {
        var generator = SplitMix64(seed: UInt64(5_000 + seed))
        let history = History(using: &generator).order(using: &generator)
        try await withCounty { store in
            try await History.play(history, in: store)
            var visits = 0
            for month in months {
                try await store.open(month, at: County.entered)
                let path = try #require(try await store.path(of: areaID(1), in: month))
                for kind in SubjectKind.allCases {
                    let spread = try await store.entrySpread(kind, below: path, in: month)
                    visits += spread.visits
                    #expect(spread.days.reduce(0) { $0 + $1.visited } == spread.visits)
                    #expect(spread.days.reduce(0) { $0 + $1.received } == spread.visits)
                    #expect(spread.visitedByHour.reduce(0, +) == spread.visits)
                    #expect(spread.receivedByHour.reduce(0, +) == spread.visits)
                    #expect(spread.lastTwoDays + spread.afterMonth <= spread.visits)
                    #expect(spread.withoutFix == spread.visits, "the history's handhelds had no fix")
                    #expect(spread.days.filter { month.contains($0.day) }.map(\.day) == Array(month.days))
                }
            }
            // A stranger's visit to a stranger belongs to no grid.
            let stored = try await store.database.read { connection in
                try connection.rows(
                    "SELECT COUNT(*) FROM report WHERE subject_kind IS NOT NULL AND grid_id IS NOT NULL", [])[0]
                    .integer(0)
            }
            #expect(visits == Int(stored))
        }
    }

    @Test("what was entered late, on the last days or without a fix is told", arguments: Engine.all)
    func entries(engine: Engine) async throws {
        try await withCounty(engine) { store in
            func made(_ number: Int, _ text: String, received: String, fixed: Bool = true) -> RecordDraft {
                RecordDraft(number, place: "P5-1", by: 5).with {
                    $0.capturedAt = instant(text + ":00+08:00")
                    $0.receivedAt = instant(received + ":00+08:00")
                    $0.fix = fixed ? Fix(position: County.door, accuracyMetres: 8) : nil
                }.timed
            }
            try await store.stored(made(1, "2026-03-05T09:10", received: "2026-03-05T23:59"))
            try await store.stored(made(2, "2026-03-28T10:00", received: "2026-03-30T00:00", fixed: false))
            try await store.stored(made(3, "2026-03-31T15:00", received: "2026-03-31T23:59"))
            try await store.stored(made(4, "2026-03-31T15:30", received: "2026-04-01T00:00"))
            try await store.stored(made(5, "2026-04-01T15:30", received: "2026-04-01T16:00"))
            let spread = try await store.entrySpread(.place, below: try await store.marchPath(3), in: march)
            #expect(spread.visits == 4 && spread.lastTwoDays == 2 && spread.afterMonth == 1)
            #expect(spread.dayLater == 1 && spread.withoutFix == 1)
            #expect(spread.visitedByHour[15] == 2 && spread.receivedByHour[23] == 2 && spread.receivedByHour[0] == 2)
            #expect(spread.days.count == 32 && spread.days.last?.received == 1)
            let elsewhere = try await store.entrySpread(.place, below: try await store.marchPath(4), in: march)
            #expect(elsewhere.visits == 0)
            let then = try await store.entrySpread(
                .place, below: try await store.marchPath(3), in: march,
                known: Knowledge(at: instant("2026-03-30T12:00:00+08:00")))
            #expect(then.visits == 2 && then.afterMonth == 0)
        }
    }

    @Test(
        "visits, staffing and clears are told as they were known, whatever is ruled and moved later",
        arguments: Engine.all)
    func knownThen(engine: Engine) async throws {
        try await withCounty(engine) { store in
            // Nothing but a wall clock, sent in the next month.
            try await store.stored(
                visit(1, "P5-1", on: "2026-03-30", by: 5).with { $0.receivedAt = instant("2026-04-02T10:00:00+08:00") })
            try await store.stored(
                visit(2, "P6-1", on: "2026-03-03", by: 6).with {
                    $0.findings = [.init(kind: .safetyHazard, text: "堵塞", isUrgent: false)]
                })
            let april = month("2026-04")
            try await store.open(april, at: County.entered)
            func read(_ month: Month, _ known: Knowledge = .now) async throws -> (
                spread: EntrySpread, staffing: [StaffingLine], clears: FourClears
            ) {
                let path = try await store.marchPath(3)
                return (
                    try await store.entrySpread(.place, below: path, in: month, known: known),
                    try await store.staffing(below: path, in: month, known: known),
                    try await store.fourClears(below: path, in: month, kinds: [.place], known: known)
                )
            }
            let before = (try await read(march), try await read(april))
            #expect(before.0.spread.visits == 2 && before.1.spread.visits == 0)
            #expect(before.0.staffing.map { $0.visits.map(\.count) } == [[1], [1]])
            #expect(before.0.clears.findings.map(\.count) == [1])
            try await store.rule(
                .place, on: reportID(1), Decision(.granted, intoMonth: april, reason: "四月", basis: "县发〔2026〕3号"),
                id: "r", by: "deputy", at: instant("2026-04-05T09:00:00+08:00"))
            try await store.transfer(
                areaID(6), toManager: areaID(4), from: march.first, at: instant("2026-04-06T09:00:00+08:00"))
            #expect(try await read(march).spread.visits == 0)
            #expect(try await read(april).spread.visits == 1)
            let known = Knowledge(at: instant("2026-04-03T09:00:00+08:00"))
            let then = (try await read(march, known), try await read(april, known))
            #expect(then.0.spread == before.0.spread && then.1.spread == before.1.spread)
            #expect(then.0.staffing == before.0.staffing && then.1.staffing == before.1.staffing)
            #expect(then.0.clears == before.0.clears && then.1.clears == before.1.clears)
        }
    }

    @Test("by category, capacity, policy and kind of grid", arguments: Engine.all)
    func keys(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let hotel = PlaceEntry(
                id: "hotel", name: "旅馆", category: "旅馆", address: "", position: nil, radius: 50, grid: areaID(9),
                from: day("2026-01-01"))
            try await store.add([hotel], at: County.entered)
            try await store.stored(visit(1, "P5-1", on: "2026-03-02", by: 5))
            try await store.stored(visit(2, "P6-1", on: "2026-03-02", by: 6).with { $0.capacity = .gridLead })
            try await store.stored(visit(3, "hotel", on: "2026-03-02", by: 9).with { $0.capacity = .volunteer })
            #expect(
                try await store.breakdown(by: .category) == ["小餐饮": count(due: 15, done: 2), "旅馆": count(due: 1)])
            let capacities = try await store.breakdown(by: .capacity)
            #expect(
                capacities["fullTime"] == count(due: 1, done: 1) && capacities["gridLead"] == count(due: 1, done: 1))
            #expect(capacities["volunteer"].map(\.done) ?? 0 == 0)
            #expect(try await store.breakdown(by: .policy) == ["monthly@2": count(due: 16, done: 2)])
            #expect(
                try await store.breakdown(by: .gridKind)
                    == ["general": count(due: 12, done: 2), "special": count(due: 4)])
            #expect(try await store.breakdown(.keyPerson, by: .category) == ["区司法局": count(due: 10)])
            #expect(try await store.breakdown(.place, 4, by: .gridKind) == ["general": count(due: 6)])
        }
    }

    @Test("the parts of a closed month stay what they were, whatever is put right in it later", arguments: Engine.all)
    func closed(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            let keys: [BreakdownKey] = [.town, .station, .category]
            func parts() async throws -> [[String: CoverageCount]] {
                var parts: [[String: CoverageCount]] = []
                for key in keys { parts.append(try await store.breakdown(by: key)) }
                return parts
            }
            try await store.close(march, of: areaID(1), by: "grace", at: instant("2026-04-04T00:00:00+08:00"))
            let closed = try await parts()
            #expect(closed[1] == ["A0000003": count(due: 6), "A0000004": count(due: 6), "none": count(due: 3)])
            let now = instant("2026-04-10T09:00:00+08:00")
            try await store.transfer(areaID(4), toManager: areaID(1), from: march.first, at: now)
            try await store.transfer(areaID(7), toManager: areaID(3), from: march.first, at: now)
            let hotel = PlaceEntry(
                id: "P5-1", name: "旅馆", category: "旅馆", address: "", position: nil, radius: 50, grid: areaID(5),
                from: march.first)
            try await store.apply(.correct(hotel), from: march.first, by: "deputy", at: now)
            #expect(try await parts() == closed)
        }
    }

    @Test("what a grid owed that ended within the month is its station's still", arguments: Engine.all)
    func ended(engine: Engine) async throws {
        try await withCounty(engine) { store in
            _ = try await store.record(
                ObligationPolicy(
                    id: "early", version: 0, kind: .place, task: .keyPeriod, title: "月初", basis: "县发〔2026〕2号",
                    frequency: Frequency(.span(first: day("2026-03-01"), last: day("2026-03-07"))), selection: .init(),
                    discharge: ObligationPolicy.standard(.place).discharge, joinedDays: 1, photoGraceDays: 10,
                    from: day("2026-01-01"), to: nil),
                by: "county", today: day("2025-12-20"), at: County.entered)
            try await store.open(march, at: County.entered)
            try await store.merge(
                [areaID(6)], into: areaID(5), from: day("2026-03-15"), by: "deputy",
                at: instant("2026-03-15T09:00:00+08:00"))
            #expect(try await store.places(6) == count(due: 3))
            #expect(
                try await store.breakdown(.place, 2, by: .station) == [
                    "A0000003": count(due: 12), "A0000004": count(due: 12),
                ])
        }
    }

    @Test("a key period's visit of months before is told by its capacity, too", arguments: Engine.all)
    func longPeriod(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let standard = ObligationPolicy.standard(.place)
            _ = try await store.record(
                ObligationPolicy(
                    id: "spring", version: 0, kind: .place, task: .keyPeriod, title: "春季", basis: "县发〔2026〕1号",
                    frequency: Frequency(.span(first: day("2026-01-05"), last: day("2026-03-31"))), selection: .init(),
                    discharge: standard.discharge, joinedDays: 1, photoGraceDays: 10, from: day("2026-01-01"), to: nil),
                by: "county", today: day("2025-12-20"), at: County.entered)
            try await store.open(march, at: County.entered)
            try await store.stored(visit(1, "P5-1", on: "2026-01-10", by: 5))
            let capacities = try await store.breakdown(.place, 5, by: .capacity)
            #expect(capacities == ["fullTime": count(due: 1, done: 1), "none": count(due: 5)])
        }
    }
}
