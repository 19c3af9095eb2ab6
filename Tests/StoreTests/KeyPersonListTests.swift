import Patrol
import Store
import TestSupport
import Testing

@Suite("Lists of key persons")
struct KeyPersonListTests {
    private static let now = instant("2026-03-10T09:00:00+08:00")
    private static let second = KeyPersonList(
        id: "drugs", owner: "区公安分局", area: areaID(1), legalBasis: "禁毒法", purpose: "社区戒毒人员走访",
        from: day("2026-01-01"), to: day("2027-01-01"))

    @Test("a list without basis, purpose or end is not taken, nor one whose id is taken", arguments: Engine.all)
    func incomplete(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let bare = KeyPersonList(
                id: "bare", owner: "区司法局", area: areaID(1), legalBasis: "", purpose: "走访", from: day("2026-01-01"),
                to: nil)
            await #expect(throws: KeyPersonListRefusal.incomplete([.legalBasis, .term])) {
                try await store.record(bare, by: "W5", today: day("2026-03-10"), at: Self.now)
            }
            await #expect(throws: KeyPersonListRefusal.idTaken("corrections")) {
                try await store.record(County.list, by: "W5", today: day("2026-03-10"), at: Self.now)
            }
            // The database holds to it by itself.
            await #expect(throws: StoreError.checkViolation) {
                _ = try await store.database.write {
                    try $0.run("UPDATE key_person_list SET legal_basis = '' WHERE id = 'corrections'", [])
                }
            }
        }
    }

    @Test("nobody enters the roster for an owner and basis without a list", arguments: Engine.all)
    func unlisted(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let stray = KeyPersonEntry(
                id: "stray", name: "某", address: "1号", contactRule: "先电话", safetyHint: nil, listOwner: "区司法局",
                legalBasis: "另一文件", grid: areaID(5), from: day("2026-03-01"))
            await #expect(throws: KeyPersonListRefusal.noListOfOwner("区司法局", basis: "另一文件")) {
                try await store.add([stray], at: Self.now)
            }
            let known = try await store.subjectIDs(.keyPerson)
            #expect(!known.contains("stray"))
        }
    }

    @Test("who is on the roster is on the list that it names, until they leave", arguments: Engine.all)
    func membership(engine: Engine) async throws {
        try await withCounty(engine) { store in
            #expect(try await store.members(of: "corrections", on: day("2026-03-10")).count == 10)
            try await store.leave("K5-1", from: "2026-03-11", at: Self.now)
            #expect(try await store.members(of: "corrections", on: day("2026-03-10")).count == 10)
            let left = try await store.members(of: "corrections", on: day("2026-03-11")).map(\.person)
            #expect(left.count == 9 && !left.contains("K5-1"))
        }
    }

    @Test("a list that ended owes nothing new and is shown as ended", arguments: Engine.all)
    func ended(engine: Engine) async throws {
        try await withCounty(engine) { store in
            #expect(try await store.keyPersons(5) == count(due: 2))
            try await store.stored(RecordDraft(1, keyPerson: "K5-1", by: 5))
            try await store.end(
                "corrections", from: day("2026-04-01"), because: "专项结束", by: "W5", at: Self.now)
            #expect(try await store.keyPersons(5) == count(due: 2, done: 1), "March is owed as it was")
            #expect(try await store.keyPersons(5, month("2026-04")) == count(due: 0))
            #expect(try await store.differences() == [])
            let shown = try #require(try await store.lists(on: day("2026-04-01")).first)
            #expect(shown.list.state(on: day("2026-04-01")) == .ended && shown.endedBecause == "专项结束")
            await #expect(throws: KeyPersonListRefusal.alreadyEnded) {
                try await store.end("corrections", from: day("2026-05-01"), because: "x", by: "W5", at: Self.now)
            }
            // Nor does a move bring it back.
            try await store.apply(
                [.move(id: "K5-1", to: areaID(6), from: day("2026-03-20"))] as [RosterStep<KeyPersonEntry>], by: "W5",
                at: Self.now)
            #expect(try await store.keyPersons(6, month("2026-04")) == count(due: 0))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a term that is known beforehand ends what is owed by itself", arguments: Engine.all)
    func termed(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let short = KeyPersonList(
                id: "short", owner: "区司法局", area: areaID(1), legalBasis: "专项文件", purpose: "走访",
                from: day("2026-02-01"), to: day("2026-04-01"))
            try await store.record(short, by: "W5", today: day("2026-02-01"), at: Self.now)
            let person = KeyPersonEntry(
                id: "S1", name: "某", address: "1号", contactRule: "先电话", safetyHint: nil, listOwner: "区司法局",
                legalBasis: "专项文件", grid: areaID(5), from: day("2026-01-01"))
            try await store.add([person], at: Self.now)
            let owed = try await ["2026-01", "2026-02", "2026-03", "2026-04"].asyncMap {
                try await store.keyPersons(5, month($0)).due
            }
            #expect(owed == [2, 3, 3, 2])
            #expect(try await store.differences() == [])
        }
    }

    @Test("somebody on two lists is owed until both have ended, and returns with a new one", arguments: Engine.all)
    func several(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.record(Self.second, by: "W5", today: day("2026-03-10"), at: Self.now)
            try await store.enter(
                "K5-1", in: "drugs", from: day("2026-03-01"), reason: "通知书1号", by: "W5", at: Self.now)
            try await store.end("corrections", from: day("2026-04-01"), because: "结束", by: "W5", at: Self.now)
            #expect(try await store.keyPersons(5, month("2026-04")) == count(due: 1))
            try await store.enter("K5-1", in: "drugs", from: day("2026-05-01"), reason: nil, by: "W5", at: Self.now)
            #expect(try await store.keyPersons(5, month("2026-05")) == count(due: 0))
            try await store.enter(
                "K5-1", in: "drugs", from: day("2026-06-01"), reason: "通知书2号", by: "W5", at: Self.now)
            let owed = try await ["2026-05", "2026-06"].asyncMap { try await store.keyPersons(5, month($0)).due }
            #expect(owed == [0, 1])
            #expect(try await store.differences() == [])
            await #expect(throws: KeyPersonListRefusal.outsideTerm) {
                try await store.enter(
                    "K5-2", in: "corrections", from: day("2026-06-01"), reason: "x", by: "W5", at: Self.now)
            }
        }
    }

    @Test("whoever registers a list acts for it, others only when named", arguments: Engine.all)
    func stewards(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.record(Self.second, by: "W5", today: day("2026-03-10"), at: Self.now)
            #expect(try await store.lists(keptBy: "W5", on: day("2026-03-10")).map(\.list.id) == ["drugs"])
            #expect(try await store.lists(keptBy: "W6", on: day("2026-03-10")).isEmpty)
            #expect(try await !store.keeps("W6", list: "drugs", on: day("2026-03-10")))
            try await store.appoint("W6", for: "drugs", from: day("2026-03-11"), by: "W5", at: Self.now)
            #expect(try await !store.keeps("W6", list: "drugs", on: day("2026-03-10")))
            #expect(try await store.keeps("W6", list: "drugs", on: day("2026-03-11")))
            try await store.enter(
                "K5-1", in: "drugs", from: day("2026-03-01"), reason: "通知书", by: "W5", at: Self.now)
            #expect(try await store.keyPersons(onListsKeptBy: "W6", on: day("2026-03-11")) == ["K5-1"])
        }
    }

    @Test("the vault keeps what was put last, of people on the list alone", arguments: Engine.all)
    func vault(engine: Engine) async throws {
        try await withCounty(engine) { store in
            func put(_ person: String, _ category: String) async throws {
                try await store.put(
                    VaultEntry(
                        list: "corrections", keyPerson: person, category: category, identityNumber: nil, caseText: nil),
                    by: "W5", on: day("2026-03-10"), at: Self.now)
            }
            try await put("K5-1", "缓刑")
            try await put("K5-1", "假释")
            #expect(try await store.vaultEntry(of: "K5-1", on: "corrections")?.category == "假释")
            await #expect(throws: KeyPersonListRefusal.noSuchPerson("nobody")) { try await put("nobody", "x") }
            try await put("K6-1", "缓刑")
            let path = try #require(try await store.path(of: areaID(3), on: day("2026-03-10")))
            #expect(
                try await store.categoryCounts(of: "corrections", below: path, on: day("2026-03-10"))
                    == ["假释": 1, "缓刑": 1])
        }
    }
}

extension Array {
    func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}

extension PatrolStore {
    /// A key person leaves the roster.
    func leave(_ person: String, from first: String, at now: Instant) async throws {
        let step: RosterStep<KeyPersonEntry> = .leave(id: person, from: day(first))
        try await apply([step], by: "W5", at: now)
    }
}
