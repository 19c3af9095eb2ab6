import Patrol
import TestSupport
import Testing

@testable import Store

/// A county in which the fire brigade checks every shop of the first grid besides the monthly patrol, by checklist.
private func withFireChecks(_ engine: Engine, _ body: @Sendable (PatrolStore) async throws -> Void) async throws {
    try await withCounty(engine) { store in
        let standard = ObligationPolicy.standard(.place)
        _ = try await store.record(
            ObligationPolicy(
                id: "fire", version: 0, kind: .place, task: .professional, title: "消防专业检查", basis: "区消防〔2026〕8号",
                frequency: Frequency(.month), selection: .init(classes: ["小餐饮"], areas: [areaID(5)]),
                discharge: .init(
                    outcomes: standard.discharge.outcomes, capacities: [.stationedStaff], units: ["消防"],
                    demands: [.checklist], attemptsSuffice: false), joinedDays: 10, photoGraceDays: 10,
                from: day("2026-03-01"), to: nil), by: "county", today: day("2026-02-20"), at: County.entered)
        try await body(store)
    }
}

private func joint(_ number: Int, checklist: Bool = true, _ outcome: PlaceOutcome = .checked) -> RecordDraft {
    RecordDraft(
        number, by: 5,
        visit: VisitClaim(
            subject: .place(id: "P5-1"), outcome: .place(outcome),
            until: outcome == .suspended ? day("2026-05-31") : nil,
            participants: [Participant(person: nil, name: "周", capacity: .stationedStaff, unit: "消防")],
            checklist: checklist ? ChecklistAnswers(checklist: "fire", version: 1, items: []) : nil)
    ).timed
}

@Suite("Several duties at one door")
struct SeveralDutiesTests {
    @Test("one joint visit discharges every duty due there, a worker alone only the patrol", arguments: Engine.all)
    func joinedUp(engine: Engine) async throws {
        try await withFireChecks(engine) { store in
            #expect(try await store.places(5) == count(due: 6))
            try await store.stored(RecordDraft(1, place: "P5-2", by: 5))
            #expect(try await store.places(5) == count(due: 6, done: 1))
            try await store.stored(joint(2))
            #expect(try await store.places(5) == count(due: 6, done: 3))
            #expect(try await store.differences() == [])
        }
    }

    @Test("what waits under one duty is shown and ruled on though the other is done", arguments: Engine.all)
    func evidence(engine: Engine) async throws {
        try await withFireChecks(engine) { store in
            try await store.stored(joint(1, checklist: false))
            #expect(try await store.places(5) == count(due: 6, done: 1, awaiting: 1))
            let path = try #require(try await store.path(of: areaID(1), on: march.last))
            let queue = try await store.rulingQueue(.place, below: path, in: march, matter: nil, after: nil, limit: 9)
            #expect(queue.map(\.matter) == [.evidence] && queue.map(\.policy) == ["fire"])
            try await store.rule(
                .place, on: reportID(1), Decision(.refused, reason: "无检查表"), id: "r1", by: "deputy", at: noon)
            #expect(try await store.places(5) == count(due: 6, done: 1), "the patrol stands")
            #expect(try await store.differences() == [])
        }
    }

    @Test("evidence that is waived makes nobody come who did not", arguments: Engine.all)
    func waived(engine: Engine) async throws {
        try await withFireChecks(engine) { store in
            try await store.stored(joint(1, checklist: false))
            try await store.rule(
                .place, on: reportID(1), Decision(.granted, reason: "纸质检查表已核"), id: "r1", by: "deputy", at: noon)
            #expect(try await store.places(5) == count(due: 6, done: 2))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a status excuses every duty of the door", arguments: Engine.all)
    func status(engine: Engine) async throws {
        try await withFireChecks(engine) { store in
            try await store.stored(joint(1, .suspended))
            #expect(try await store.places(5) == count(due: 6, awaiting: 2))
            try await store.rule(
                .place, on: reportID(1), Decision(.granted, reason: "属实"), id: "r1", by: "deputy", at: noon)
            #expect(try await store.places(5) == count(due: 6, excused: 2))
            #expect(try await store.differences() == [])
        }
    }

    @Test("weeks, several times a month and key periods are counted as the rules say", arguments: Engine.all)
    func frequencies(engine: Engine) async throws {
        try await withCounty(engine) { store in
            func policy(_ id: String, _ task: ObligationTask, _ every: Frequency.Every, times: Int, in grid: Int)
                async throws
            {
                let standard = ObligationPolicy.standard(.place)
                _ = try await store.record(
                    ObligationPolicy(
                        id: id, version: 0, kind: .place, task: task, title: id, basis: "x",
                        frequency: Frequency(every, times: times), selection: .init(areas: [areaID(grid)]),
                        discharge: standard.discharge, joinedDays: 10, photoGraceDays: 10, from: day("2026-03-01"),
                        to: nil), by: "county", today: day("2026-02-20"), at: County.entered)
            }
            try await policy("weekly", .patrol, .week, times: 1, in: 5)
            try await policy("twice", .patrol, .month, times: 2, in: 6)
            try await policy(
                "festival", .keyPeriod, .span(first: day("2026-03-10"), last: day("2026-03-20")), times: 1, in: 7)
            #expect(try await store.places(5) == count(due: 12), "four Sundays of whole weeks for three places")
            #expect(try await store.places(6) == count(due: 6))
            #expect(try await store.places(7) == count(due: 6))
            for (number, (place, text)) in [
                ("P5-1", "2026-03-03"), ("P5-1", "2026-03-04"), ("P5-1", "2026-03-30"), ("P6-1", "2026-03-03"),
                ("P6-1", "2026-03-03"), ("P6-1", "2026-03-09"), ("P7-1", "2026-03-15"),
            ].enumerated() {
                try await store.stored(
                    RecordDraft(number, place: place, by: 5).with { $0.capturedAt = instant(text + "T10:00:00+08:00") }
                        .timed)
            }
            #expect(try await store.places(5) == count(due: 12, done: 1))
            #expect(try await store.places(6) == count(due: 6, done: 2))
            #expect(try await store.places(7) == count(due: 6, done: 2))
            #expect(
                try await store.places(5, month("2026-04")) == count(due: 12, done: 1),
                "30 March is in April's first week")
            #expect(try await store.differences() == [])
        }
    }

    @Test("a time that was ruled on wrongly is ruled on again", arguments: Engine.all)
    func twice(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(month("2026-04"), at: County.entered)
            try await store.stored(
                RecordDraft(1, place: "P5-1", by: 5).with {
                    $0.capturedAt = instant("2026-03-30T10:00:00+08:00")
                    $0.receivedAt = instant("2026-04-02T10:00:00+08:00")
                })
            func rule(_ id: String, _ text: String) async throws {
                try await store.rule(
                    .place, on: reportID(1), Decision(.granted, intoMonth: month(text), reason: "x"), id: id,
                    by: "deputy",
                    at: noon)
            }
            try await rule("r1", "2026-03")
            try await store.appeal(.place, "r1", text: "是四月一日", by: "W5", at: noon)
            try await store.answerAppeal(
                .place, "r1", Decision(.granted, intoMonth: month("2026-04"), reason: "属实"), id: "r2", by: "chief",
                at: noon)
            #expect(try await store.places(5) == count(due: 3))
            #expect(try await store.places(5, month("2026-04")) == count(due: 3, done: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "a status that was overturned excuses no later month, nor does one that a bystander confirms",
        arguments: Engine.all)
    func overturned(engine: Engine) async throws {
        try await withCounty(engine) { store in
            func shut(_ number: Int, _ text: String, _ outcome: PlaceOutcome, capacity: Capacity = .fullTime)
                -> RecordDraft
            {
                RecordDraft(
                    number, by: 5,
                    visit: VisitClaim(
                        subject: .place(id: "P5-1"), outcome: .place(outcome),
                        until: outcome == .suspended ? day("2026-06-30") : nil, participants: [])
                ).with {
                    $0.capturedAt = instant(text + "T10:00:00+08:00")
                    $0.capacity = capacity
                }.timed
            }
            try await store.stored(shut(1, "2026-03-05", .suspended))
            try await store.rule(
                .place, on: reportID(1), Decision(.granted, reason: "x"), id: "r1", by: "deputy", at: noon)
            try await store.stored(shut(2, "2026-04-05", .closedNow, capacity: .volunteer))
            #expect(try await store.places(5, month("2026-04")) == count(due: 3))
            try await store.refuse(1)
            try await store.stored(shut(3, "2026-05-05", .closedNow))
            #expect(try await store.places(5, month("2026-05")) == count(due: 3))
            #expect(try await store.differences() == [])
        }
    }

    @Test("an excuse for a month to come holds once it has opened", arguments: Engine.all)
    func beforehand(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.excuse(
                .place, "P5-1", from: day("2026-04-01"), to: day("2026-04-30"), reason: "道路改造", basis: "x", id: "e",
                by: "deputy", at: noon)
            #expect(try await store.places(5, month("2026-04")) == count(due: 3, excused: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test func `no county takes the standard's id for a policy of its own`() async throws {
        try await withCounty { store in
            await #expect(throws: PolicyRefusal.otherKind) {
                try await store.record(
                    ObligationPolicy.standard(.place), by: "county", today: day("2026-02-20"), at: County.entered)
            }
        }
    }
}
