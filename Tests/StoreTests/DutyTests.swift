import Patrol
import Store
import TestSupport
import Testing

private let entered = County.entered
private let known = instant("2026-03-12T09:00:00+08:00")

extension PatrolStore {
    /// `W5 2026-03-10…2026-03-20`, by person; a grid's duties that touch some days.
    fileprivate func terms(_ grid: Int, _ first: String, _ last: String, known: Knowledge = .now) async throws
        -> [String]
    {
        let path = try #require(try await path(of: areaID(grid), on: day(last)))
        return try await duties(below: path, during: day(first)...day(last), known: known)
            .map { "\($0.person) \($0.capacity.rawValue) \($0.from)…\($0.to?.description ?? "")" }
    }

    fileprivate func staffing(_ grid: Int, known: Knowledge = .now) async throws -> StaffingLine {
        let lines = try await staffing(below: try await marchPath(grid), in: march, known: known)
        return try #require(lines.first)
    }
}

@Suite("Duties and certificates")
struct DutyTests {
    @Test("a stand-in answers for a grid for some days, then it is as it was", arguments: Engine.all)
    func standIn(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.assign(
                "W5", to: areaID(5), as: nil, from: day("2026-03-10"), until: day("2026-03-20"), at: known)
            try await store.assign(
                "W6", to: areaID(5), as: .partTime, from: day("2026-03-10"), until: day("2026-03-20"), at: known)
            #expect(try await store.terms(5, "2026-03-09", "2026-03-09") == ["W5 fullTime 2026-01-01…2026-03-10"])
            #expect(try await store.terms(5, "2026-03-10", "2026-03-10") == ["W6 partTime 2026-03-10…2026-03-20"])
            #expect(try await store.terms(5, "2026-03-19", "2026-03-19") == ["W6 partTime 2026-03-10…2026-03-20"])
            #expect(try await store.terms(5, "2026-03-20", "2026-03-20") == ["W5 fullTime 2026-03-20…"])
            #expect(try await store.terms(5, "2026-03-01", "2026-03-31").count == 3)
            #expect(try await store.terms(6, "2026-03-15", "2026-03-15") == ["W6 fullTime 2026-01-01…"])
        }
    }

    @Test("rights that a duty brings begin and end with it, to the day", arguments: Engine.all)
    func rights(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.assign(
                "W6", to: areaID(5), as: .fullTime, from: day("2026-03-10"), until: day("2026-03-20"), at: known)
            try await store.assign(
                "W6", to: areaID(7), as: .volunteer, from: day("2026-03-10"), until: nil, at: known)
            for (text, isThere) in [
                ("2026-03-09", false), ("2026-03-10", true), ("2026-03-19", true), ("2026-03-20", false),
            ] {
                let actor = try #require(try await store.actor(person: "W6", on: day(text)))
                func may(_ grid: Int) async throws -> Bool {
                    let path = try #require(try await store.path(of: areaID(grid), on: day(text)))
                    return permits(actor.assignments, .submitReport, in: path, on: day(text))
                }
                #expect(try await may(5) == isThere, "\(text)")
                #expect(try await may(6), "their own grid")
                #expect(try await !may(7), "volunteers hold no grid")
                #expect(try await !may(8))
            }
        }
    }

    @Test("a duty names a person and a grid that are there, and ends after it begins", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await withCounty(engine) { store in
            func assign(_ person: String, _ area: Int, until end: Day? = nil) async throws {
                try await store.assign(
                    person, to: areaID(area), as: .fullTime, from: day("2026-03-10"), until: end, at: known)
            }
            await #expect(throws: RegistryRefusal.noSuchPerson("X")) { try await assign("X", 5) }
            await #expect(throws: RegistryRefusal.noSuchGrid(areaID(3))) { try await assign("W5", 3) }
            await #expect(throws: RegistryRefusal.noSuchGrid(areaID(99))) { try await assign("W5", 99) }
            await #expect(throws: RegistryRefusal.endsBeforeItBegins) {
                try await assign("W5", 6, until: day("2026-03-10"))
            }
            let terms = try await store.terms(6, "2026-03-01", "2026-03-31")
            #expect(terms.count == 1)
        }
    }

    @Test("vacant days and days without a certificate are counted by date", arguments: Engine.all)
    func staffing(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: entered)
            func certify(_ from: String, _ to: String?) async throws {
                try await store.record(
                    [Certificate(person: "W5", number: "网证001", title: "网格员上岗证", from: day(from), to: to.map(day))],
                    at: known)
            }
            let bare = try await store.staffing(5).staffing
            #expect(bare.vacantDays == 0 && bare.uncertifiedDays == 31)
            try await certify("2026-03-01", "2026-03-11")
            #expect(try await store.staffing(5).staffing.uncertifiedDays == 21)
            // The same number again puts its term right.
            try await certify("2025-01-01", "2026-03-21")
            #expect(try await store.certificates(of: "W5").map(\.from) == [day("2025-01-01")])
            #expect(try await store.staffing(5).staffing.uncertifiedDays == 11)
            try await store.assign(
                "W5", to: areaID(5), as: nil, from: day("2026-03-05"), until: day("2026-03-08"), at: known)
            var staffing = try await store.staffing(5).staffing
            #expect(staffing.vacantDays == 3 && staffing.uncertifiedDays == 11 && staffing.days == 31)
            try await store.assign(
                "W6", to: areaID(5), as: .guide, from: day("2026-03-05"), until: day("2026-03-08"), at: known)
            #expect(try await store.staffing(5).staffing.vacantDays == 3, "a guide holds no grid")
            try await store.assign(
                "W6", to: areaID(5), as: .partTime, from: day("2026-03-05"), until: day("2026-03-07"), at: known)
            staffing = try await store.staffing(5).staffing
            #expect(staffing.vacantDays == 1 && staffing.uncertifiedDays == 13)
            await #expect(throws: RegistryRefusal.noSuchPerson("X")) {
                try await store.record(
                    [
                        Certificate(person: "W6", number: "2", title: "证", from: day("2026-01-01"), to: nil),
                        Certificate(person: "X", number: "3", title: "证", from: day("2026-01-01"), to: nil),
                    ], at: known)
            }
            #expect(try await store.certificates().map(\.person) == ["W5"], "all or none")
        }
    }

    @Test("a grid that begins in the middle of a month has no vacant days before it", arguments: Engine.all)
    func newGrid(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.add([.sample(11, .grid, "新格", under: 3, from: "2026-03-22")], at: known)
            try await store.open(march, at: known)
            let staffing = try await store.staffing(11).staffing
            #expect(staffing.vacantDays == 10 && staffing.days == 10)
        }
    }

    @Test(
        "visits are told apart by the capacity they were made in and by certificates of the day", arguments: Engine.all)
    func visitsByCapacity(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.record(
                [Certificate(person: "W5", number: "1", title: "证", from: day("2026-03-03"), to: day("2026-03-05"))],
                at: known)
            for (number, text) in [(1, "2026-03-02"), (2, "2026-03-03"), (3, "2026-03-04"), (4, "2026-03-05")] {
                try await store.stored(visit(number, "P5-1", on: text, by: 5))
            }
            try await store.stored(visit(5, "P5-2", on: "2026-03-04", by: 5).with { $0.capacity = .volunteer })
            try await store.stored(visit(6, "P5-3", on: "2026-03-04", by: 5).with { $0.capacity = nil })
            try await store.stored(RecordDraft(7, keyPerson: "K5-1", by: 5))
            try await store.stored(visit(8, "P5-1", on: "2026-04-01", by: 5))
            let line = try await store.staffing(5)
            #expect(line.visits.map(\.capacity) == ["fullTime", "none", "volunteer"])
            #expect(line.visits.map(\.count) == [5, 1, 1])
            #expect(line.uncertifiedVisits == 3, "of 2 and 5 March, and the key person's of the 5th")
            #expect(try await store.staffing(6).visits.isEmpty)
        }
    }

    @Test("duties, certificates and postings are read as they were known", arguments: Engine.all)
    func asKnown(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let before = Knowledge(at: known.adding(milliseconds: -1))
            try await store.record(
                [Certificate(person: "W5", number: "1", title: "证", from: day("2026-01-01"), to: nil)], at: entered)
            try await store.post(
                "区消防救援大队", at: areaID(3), as: .resident, from: day("2026-03-01"), until: nil, at: entered)
            let path = try await store.marchPath(1)
            let days = march.first...march.last
            try await store.open(march, at: entered)
            let duties = try await store.duties(below: path, during: days)
            let certificates = try await store.certificates()
            let postings = try await store.postings(below: path, during: days)
            let staffing = try await store.staffing(below: path, in: march)
            try await store.assign("W5", to: areaID(5), as: nil, from: day("2026-03-05"), until: nil, at: known)
            try await store.assign(
                "W6", to: areaID(5), as: .fullTime, from: day("2026-03-05"), until: day("2026-03-06"), at: known)
            try await store.record(
                [Certificate(person: "W5", number: "1", title: "证", from: day("2026-01-01"), to: day("2026-02-01"))],
                at: known)
            try await store.post(
                "区消防救援大队", at: areaID(3), as: .linked, from: day("2026-03-15"), until: day("2026-03-20"), at: known)
            #expect(try await store.duties(below: path, during: days, known: before) == duties)
            #expect(try await store.certificates(known: before) == certificates)
            #expect(try await store.postings(below: path, during: days, known: before) == postings)
            #expect(try await store.staffing(below: path, in: march, known: before) == staffing)
            #expect(try await store.duties(below: path, during: days) != duties)
            #expect(try await store.certificates() != certificates)
            #expect(try await store.staffing(below: path, in: march) != staffing)
            #expect(
                try await store.postings(below: path, during: days).map(\.manner) == [.resident, .linked, .resident])
        }
    }

    @Test("sizes and outlines hold from a day on, and a grid's size is judged by its kind", arguments: Engine.all)
    func sizesAndOutlines(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let square = #"{"type":"Polygon","coordinates":[[[120,30],[120.1,30],[120.1,30.1],[120,30]]]}"#
            for (area, households) in [(5, 600), (9, 600), (6, 400)] {
                try await store.record(
                    AreaSize(households: households, people: nil), of: areaID(area), from: day("2026-03-01"),
                    at: entered)
            }
            try await store.record(
                boundary: square, squareMetres: 5.5e7, of: areaID(5), from: day("2026-03-01"), at: entered)
            try await store.record(
                AreaSize(households: 450, people: 1_200), of: areaID(5), from: day("2026-04-01"), at: known)
            func warnings(_ date: String, known: Knowledge = .now) async throws -> [AreaID: SizeWarning] {
                var warnings: [AreaID: SizeWarning] = [:]
                for area in [1, 3] {
                    for detail in try await store.areaDetails(of: areaID(area), on: day(date), known: known) {
                        warnings[detail.line.id] = detail.warning
                    }
                }
                return warnings
            }
            #expect(try await warnings("2026-02-28") == [:])
            #expect(try await warnings("2026-03-01") == [areaID(5): .tooLarge], "the hospital's own grid is as it is")
            #expect(try await warnings("2026-04-01") == [:])
            #expect(try await warnings("2026-04-01", known: Knowledge(at: entered)) == [areaID(5): .tooLarge])
            let outlines = try await store.boundaries(of: areaID(3), on: day("2026-03-31"))
            #expect(outlines.map(\.area) == [areaID(5)] && outlines[0].geoJSON == square)
            #expect(outlines[0].squareMetres == 5.5e7)
            #expect(try await store.boundaries(of: areaID(3), on: day("2026-02-28")).isEmpty)
            let detail = try await store.areaDetails(of: areaID(5), on: day("2026-03-31")).first
            #expect(detail?.squareMetres == 5.5e7 && detail?.size?.households == 600)
            #expect(detail?.managedBy == areaID(3) && detail?.gridKind == .general)
        }
    }
}
