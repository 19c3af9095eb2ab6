import Patrol
import TestSupport
import Testing

@testable import Store

@Suite("Many rulings at once")
struct ManyRulingsTests {
    /// Nine shops of three grids say that they are shut until May.
    private func shut(_ store: PatrolStore) async throws {
        for (index, grid) in [5, 6, 7].enumerated() {
            for (position, place) in County.places(of: grid).enumerated() {
                let number = index * 3 + position + 1
                try await store.stored(
                    RecordDraft(
                        number, by: grid,
                        visit: VisitClaim(
                            subject: .place(id: place), outcome: .place(.suspended), until: day("2026-05-31"),
                            participants: [])))
            }
        }
    }

    private func draw(_ store: PatrolStore, sample: Int = 2) async throws -> RulingBatch {
        let path = try #require(try await store.path(of: areaID(1), on: march.last))
        return try await store.drawBatch(
            .place, below: path, in: march, matter: .status,
            decision: Decision(.granted, reason: "市场升级改造", basis: "区办〔2026〕5号"), sampleSize: sample, seed: 7,
            id: "batch",
            by: "deputy", at: noon)
    }

    private func number(of report: String) -> Int { (1...9).first { reportID($0) == report } ?? 0 }

    @Test("a bulk ruling holds once its drawn sample was decided that way, one by one", arguments: Engine.all)
    func bulk(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await shut(store)
            let batch = try await draw(store)
            #expect(batch.reports.count == 9 && batch.sample.count == 2)
            #expect(Set(batch.sample) == Set(drawSample(of: batch.reports, count: 2, seed: 7)))
            await #expect(throws: RulingRefusal.sampleDiffers(2)) {
                try await store.applyBatch("batch", by: "deputy", at: noon)
            }
            for report in batch.sample { try await store.rule(number(of: report), .granted) }
            await #expect(throws: RulingRefusal.notTheirs) {
                try await store.applyBatch("batch", by: "other", at: noon)
            }
            #expect(try await store.applyBatch("batch", by: "deputy", at: noon) == 7)
            #expect(try await store.places(1) == count(due: 15, excused: 9))
            await #expect(throws: RulingRefusal.alreadyDecided) {
                try await store.applyBatch("batch", by: "deputy", at: noon)
            }
            #expect(try await store.differences() == [])
        }
    }

    @Test("one drawn record that is decided otherwise stops the rest", arguments: Engine.all)
    func sampleDiffers(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await shut(store)
            let batch = try await draw(store)
            try await store.rule(number(of: batch.sample[0]), .granted)
            try await store.rule(number(of: batch.sample[1]), .refused)
            await #expect(throws: RulingRefusal.sampleDiffers(1)) {
                try await store.applyBatch("batch", by: "deputy", at: noon)
            }
            #expect(try await store.places(1) == count(due: 15, excused: 1, awaiting: 7))
        }
    }

    @Test("a rule grants what it covers, and leaves the third month in a row to a person", arguments: Engine.all)
    func rules(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.record(
                RulingRule(
                    id: "shut", kind: .place, matter: .status, selection: .init(classes: ["小餐饮"], areas: [areaID(3)]),
                    monthsInRow: 2, longestDays: 90, basis: "区办〔2026〕5号", from: day("2026-01-01"), to: nil),
                by: "county", at: County.entered)
            try await shut(store)
            #expect(try await store.applyRules(in: march, at: noon) == 6, "the third grid belongs to another station")
            #expect(try await store.places(3) == count(due: 6, excused: 6))
            #expect(try await store.places(7) == count(due: 3, awaiting: 3))
            #expect(try await store.applyRules(in: march, at: noon) == 0)
            #expect(try await store.differences() == [])
        }
    }

    @Test func `the third month in a row goes to a person and to the roster review`() async throws {
        try await withCounty { store in
            try await store.record(
                RulingRule(
                    id: "shut", kind: .place, matter: .status, selection: .init(), monthsInRow: 2, longestDays: 40,
                    basis: "区办〔2026〕5号", from: day("2026-01-01"), to: nil), by: "county", at: County.entered)
            for (index, text) in ["2026-01", "2026-02", "2026-03"].enumerated() {
                try await store.stored(
                    draft(index + 1, .suspended, at: text + "-10T10:00", until: "2026-0\(index + 1)-28"))
                let granted = try await store.applyRules(in: month(text), at: noon)
                #expect(granted == (index < 2 ? 1 : 0))
            }
            #expect(try await store.queue().map(\.excusedBefore) == [2])
            try await store.rule(3, .granted)
            let path = try #require(try await store.path(of: areaID(1), on: march.last))
            #expect(try await store.rosterReview(.place, below: path, in: march) == ["P5-1"])
            #expect(try await store.rosterReview(.place, below: path, in: month("2026-02")) == [])
        }
    }

    @Test(
        "a worker appeals once, somebody else than the first ruler answers, and the visit stands again",
        arguments: Engine.all)
    func appeal(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(draft(1, .checked, at: "2026-03-05T10:00"))
            try await store.refuse(1)
            #expect(try await store.places(5) == count(due: 3))
            func appeal(by person: String) async throws {
                try await store.appeal(.place, "refused-1", text: "当天在店内检查，有照片", by: person, at: noon)
            }
            await #expect(throws: RulingRefusal.notTheirs) { try await appeal(by: "W6") }
            try await appeal(by: "W5")
            await #expect(throws: RulingRefusal.alreadyDecided) { try await appeal(by: "W5") }
            let answer = Decision(.granted, reason: "照片属实")
            let later = instant("2026-04-25T09:00:00+08:00")
            await #expect(throws: RulingRefusal.notTheirs) {
                try await store.answerAppeal(.place, "refused-1", answer, id: "a", by: "deputy", at: later)
            }
            try await store.answerAppeal(.place, "refused-1", answer, id: "a", by: "chief", at: later)
            #expect(try await store.places(5) == count(due: 3, done: 1))
            let path = try #require(try await store.path(of: areaID(1), on: march.last))
            #expect(try await store.appeals(.place, below: path, in: march).map(\.answer) == ["照片属实"])
            #expect(try await store.differences() == [])
        }
    }

    @Test("rulings are counted by ruler, and a town's review of a drawn sample shows beside", arguments: Engine.all)
    func counts(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await shut(store)
            for number in 1...4 { try await store.rule(number, number == 4 ? .refused : .granted) }
            try await store.rule(5, .granted, by: "chief")
            let path = try #require(try await store.path(of: areaID(1), on: march.last))
            let sample = try await store.rulingSample(.place, below: path, in: march, count: 3, seed: 1)
            #expect(sample.count == 3)
            #expect(try await store.rulingSample(.place, below: path, in: march, count: 3, seed: 1) == sample)
            for ruling in sample {
                try await store.review(ruling.id, agrees: ruling.by != "chief", note: "", by: "town", at: noon)
            }
            let counts = try await store.rulerCounts(.place, below: path, in: march)
            #expect(counts.map(\.by) == ["chief", "deputy"] && counts.map(\.granted) == [1, 3])
            #expect(counts.map(\.refused) == [0, 1] && counts.map(\.reviewed).reduce(0, +) == 3)
            await #expect(throws: RulingRefusal.noSuchRuling) {
                try await store.review("none", agrees: true, note: "", by: "town", at: noon)
            }
        }
    }
}
