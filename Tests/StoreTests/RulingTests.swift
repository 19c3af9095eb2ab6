import Patrol
import TestSupport
import Testing

@testable import Store

private let noon = instant("2026-03-31T12:00:00+08:00")

/// Rulings by a deputy who recorded nothing; ids count up.
extension PatrolStore {
    @discardableResult
    fileprivate func rule(
        _ number: Int, _ decision: RulingDecision, _ kind: SubjectKind = .place, into month: Month? = nil,
        until: Day? = nil, by person: String = "deputy", at now: Instant = noon
    ) async throws -> Ruling {
        try await rule(
            kind, on: reportID(number),
            Decision(decision, intoMonth: month, until: until, reason: "现场核实", basis: "区办〔2026〕1号"),
            id: "ruling-\(number)-\(now.milliseconds)", by: person, at: now)
    }

    fileprivate func queue(_ kind: SubjectKind = .place, _ month: Month = march) async throws -> [QueueItem] {
        let path = try #require(try await path(of: areaID(County.county), on: month.last))
        return try await rulingQueue(kind, below: path, in: month, matter: nil, after: nil, limit: 100)
    }

    fileprivate func matters(_ kind: SubjectKind = .place) async throws -> [RulingMatter] {
        try await queue(kind).map(\.matter)
    }
}

private func draft(_ number: Int, _ outcome: PlaceOutcome, at: String, until: String? = nil, place: String = "P5-1")
    -> RecordDraft
{
    RecordDraft(
        number, by: 5,
        visit: VisitClaim(
            subject: .place(id: place), outcome: .place(outcome), until: until.map { day($0) }, participants: [])
    ).with { $0.capturedAt = instant(at + ":00+08:00") }.timed
}

private func draft(_ number: Int, _ outcome: PersonOutcome, at: String, until: String? = nil) -> RecordDraft {
    RecordDraft(
        number, by: 5,
        visit: VisitClaim(
            subject: .keyPerson(id: "K5-1"), outcome: .person(outcome), until: until.map { day($0) }, participants: [])
    ).with { $0.capturedAt = instant(at + ":00+08:00") }.timed
}

@Suite("Rulings")
struct RulingTests {
    @Test("a time between two months is ruled into one of them and counts there as what it was", arguments: Engine.all)
    func time(engine: Engine) async throws {
        try await withCounty(engine) { store in
            // Nothing but a wall clock, sent in the next month.
            try await store.stored(
                RecordDraft(1, place: "P5-1", by: 5).with {
                    $0.capturedAt = instant("2026-03-30T10:00:00+08:00")
                    $0.receivedAt = instant("2026-04-02T10:00:00+08:00")
                })
            #expect(try await store.places(5) == count(due: 3, awaiting: 1))
            #expect(try await store.matters() == [.time])
            await #expect(throws: RulingRefusal.monthNotPossible([march, month("2026-04")])) {
                try await store.rule(1, .granted, into: month("2026-02"))
            }
            try await store.rule(1, .granted, into: march)
            #expect(try await store.places(5) == count(due: 3, done: 1))
            #expect(try await store.matters() == [])
            try await store.rule(
                .place, on: reportID(1), Decision(.granted, intoMonth: march, reason: "再次"), id: "again", by: "deputy",
                at: noon.adding(milliseconds: 5), expecting: .notAwaiting)
            #expect(try await store.differences() == [])
        }
    }

    @Test("ruled into the other month it counts there and is gone here", arguments: Engine.all)
    func otherMonth(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(month("2026-04"), at: County.entered)
            try await store.stored(
                RecordDraft(1, place: "P5-1", by: 5).with {
                    $0.capturedAt = instant("2026-03-30T10:00:00+08:00")
                    $0.receivedAt = instant("2026-04-02T10:00:00+08:00")
                })
            try await store.rule(1, .granted, into: month("2026-04"), at: instant("2026-04-05T10:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 3))
            #expect(try await store.places(5, month("2026-04")) == count(due: 3, done: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "a status is ruled on once, then confirmed each month until it ends or somebody is met", arguments: Engine.all)
    func status(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(draft(1, .away, at: "2026-03-05T10:00"))
            #expect(try await store.matters(.keyPerson) == [.status])
            await #expect(throws: RulingRefusal.untilMissing) { try await store.rule(1, .granted, .keyPerson) }
            try await store.rule(1, .granted, .keyPerson, until: day("2026-06-10"))
            #expect(try await store.keyPersons(5) == count(due: 2, excused: 1))
            // April: a telephone call confirms it without a ruling.
            try await store.stored(draft(2, .phone, at: "2026-04-08T10:00"))
            #expect(try await store.keyPersons(5, month("2026-04")) == count(due: 2, excused: 1))
            #expect(try await store.rulings(.keyPerson, on: "K5-1").map(\.manner) == [.single, .confirmation])
            // May: nobody asked, so that the visit is owed.
            try await store.open(month("2026-05"), at: County.entered)
            #expect(try await store.keyPersons(5, month("2026-05")) == count(due: 2))
            // June: back home and met; a later call proves nothing.
            try await store.stored(draft(3, .met, at: "2026-06-01T10:00"))
            try await store.stored(draft(4, .phone, at: "2026-06-05T10:00"))
            #expect(try await store.keyPersons(5, month("2026-06")) == count(due: 2, done: 1))
            #expect(try await store.rulings(.keyPerson, on: "K5-1").count == 2)
            #expect(try await store.differences() == [])
        }
    }

    @Test("a visit that confirms a status before it is granted waits no longer either", arguments: Engine.all)
    func confirmedBefore(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(draft(1, .suspended, at: "2026-03-05T10:00", until: "2026-05-31"))
            try await store.stored(draft(2, .closedNow, at: "2026-04-08T10:00"))
            #expect(try await store.places(5, month("2026-04")) == count(due: 3))
            try await store.rule(1, .granted, at: instant("2026-04-09T10:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 3, excused: 1))
            #expect(try await store.places(5, month("2026-04")) == count(due: 3, excused: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test("what is refused is owed; a disputed visit stands again when it is upheld", arguments: Engine.all)
    func dispute(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(draft(1, .suspended, at: "2026-03-05T10:00", until: "2026-05-31"))
            try await store.rule(1, .refused)
            #expect(try await store.places(5) == count(due: 3))
            try await store.stored(draft(2, .checked, at: "2026-03-08T10:00", place: "P5-2"))
            try await store.dispute(.place, visit: reportID(2), reason: "店主称无人到访", id: "d", by: "town", at: noon)
            #expect(try await store.places(5) == count(due: 3, awaiting: 1))
            #expect(try await store.matters() == [.dispute])
            await #expect(throws: RulingRefusal.alreadyDecided) {
                try await store.dispute(.place, visit: reportID(2), reason: "", id: "e", by: "town", at: noon)
            }
            try await store.rule(2, .granted, at: noon.adding(milliseconds: 1))
            #expect(try await store.places(5) == count(due: 3, done: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test("nobody was met twice: excused when granted, and not asked again when refused", arguments: [true, false])
    func attempts(granted: Bool) async throws {
        try await withCounty { store in
            try await store.stored(draft(1, .noAnswer, at: "2026-03-05T10:00"))
            try await store.stored(draft(2, .noAnswer, at: "2026-03-08T19:00"))
            #expect(try await store.matters(.keyPerson) == [.attempts])
            try await store.rule(2, granted ? .granted : .refused, .keyPerson)
            #expect(try await store.keyPersons(5) == (granted ? count(due: 2, excused: 1) : count(due: 2)))
            #expect(try await store.matters(.keyPerson) == [])
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "family met counts by ruling, and so does a record without the evidence that is demanded", arguments: Engine.all
    )
    func familyAndEvidence(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(draft(1, .familyMet, at: "2026-03-05T10:00"))
            #expect(try await store.matters(.keyPerson) == [.family])
            try await store.rule(1, .granted, .keyPerson)
            #expect(try await store.keyPersons(5) == count(due: 2, done: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a place that is gone leaves the roster when that is granted", arguments: Engine.all)
    func gone(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(draft(1, .gone, at: "2026-03-05T10:00"))
            #expect(try await store.matters() == [.roster])
            try await store.rule(1, .granted)
            #expect(try await store.places(5) == count(due: 2))
            let proposals = try await store.database.read {
                try $0.rows("SELECT change, decision, decided_by FROM place_proposal", []).map(\.values)
            }
            #expect(proposals == [[.text("remove"), .text("accepted"), .text("deputy")]])
            #expect(try await store.differences() == [])
        }
    }

    @Test("an excuse without a visit holds for duties whose last day it covers", arguments: Engine.all)
    func excuse(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            func excuse(_ place: String, _ from: String, _ to: String) async throws {
                try await store.excuse(
                    .place, place, from: day(from), to: day(to), reason: "道路封闭", basis: "防指〔2026〕2号", id: "e-" + place,
                    by: "deputy", at: noon)
            }
            try await excuse("P5-1", "2026-03-20", "2026-03-31")
            try await excuse("P5-2", "2026-03-10", "2026-03-20")
            #expect(try await store.places(5) == count(due: 3, excused: 1))
            try await store.stored(draft(1, .checked, at: "2026-03-31T20:00"))
            #expect(try await store.places(5) == count(due: 3, done: 1), "somebody went all the same")
            #expect(try await store.differences() == [])
        }
    }

    @Test("nobody rules on their own record, on nothing, or on what does not wait", arguments: Engine.all)
    func refusals(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(draft(1, .suspended, at: "2026-03-05T10:00", until: "2026-05-31"))
            await #expect(throws: RulingRefusal.ownRecord) { try await store.rule(1, .granted, by: "W5") }
            await #expect(throws: RulingRefusal.noSuchVisit) { try await store.rule(9, .granted) }
            await #expect(throws: RulingRefusal.noSuchVisit) { try await store.rule(1, .granted, .keyPerson) }
            try await store.stored(draft(2, .checked, at: "2026-03-05T10:00", place: "P5-2"))
            await #expect(throws: RulingRefusal.notAwaiting) { try await store.rule(2, .granted) }
            #expect(try await store.places(5) == count(due: 3, done: 1, awaiting: 1))
        }
    }

    @Test("a ruling after the closing is told in the journal", arguments: Engine.all)
    func afterClosing(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(draft(1, .suspended, at: "2026-03-05T10:00", until: "2026-05-31"))
            try await store.close(march, of: areaID(1), by: "grace", at: instant("2026-04-04T00:00:00+08:00"))
            try await store.rule(1, .granted, at: instant("2026-04-06T10:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 3, awaiting: 1))
            try await store.cutVersions(at: instant("2026-04-07T10:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 3, excused: 1))
            let path = try #require(try await store.path(of: areaID(1), on: march.last))
            let journal = try await store.journal(.place, below: path, in: march, limit: 9)
            #expect(journal.map(\.cause) == ["ruling"] && journal[0].by == "deputy")
            #expect(try await store.differences() == [])
        }
    }

    @Test("refusals and lost persons are findings at once, urgent where somebody is lost", arguments: Engine.all)
    func findings(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(draft(1, .refused, at: "2026-03-05T10:00"))
            try await store.stored(draft(2, .lostContact, at: "2026-03-05T11:00"))
            let findings = try await store.database.read {
                try $0.rows("SELECT kind, urgent FROM finding ORDER BY report_id", []).map(\.values)
            }
            #expect(findings == [[.text("refusal"), .integer(0)], [.text("lostContact"), .integer(1)]])
        }
    }

    @Test(
        "verify names a ruling that was changed",
        arguments: [
            "UPDATE place_ruling SET decision = 'refused'", "DELETE FROM place_ruling",
            "UPDATE place_visit SET ruled = NULL",
            "UPDATE place_visit SET ruled = 6, standing = 6",
        ])
    func altered(sql: String) async throws {
        try await withCounty { store in
            try await store.stored(draft(1, .suspended, at: "2026-03-05T10:00", until: "2026-05-31"))
            try await store.rule(1, .granted)
            _ = try await store.database.write { try $0.rows(sql, []) }
            #expect(try await store.differences().contains { $0.what.contains("ruling") || $0.what.contains("P5-1") })
        }
    }
}

extension PatrolStore {
    fileprivate func rule(
        _ kind: SubjectKind, on report: String, _ decision: Decision, id: String, by person: String, at now: Instant,
        expecting refusal: RulingRefusal
    ) async throws {
        await #expect(throws: refusal) {
            try await rule(kind, on: report, decision, id: id, by: person, at: now)
        }
    }
}

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
