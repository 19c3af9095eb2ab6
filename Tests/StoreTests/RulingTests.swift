import Patrol
import TestSupport
import Testing

@testable import Store

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
