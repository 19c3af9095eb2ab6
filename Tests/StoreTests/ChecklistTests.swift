import Patrol
import TestSupport
import Testing

@testable import Store

private func list(_ id: String, _ title: String, from text: String, classes: Set<String> = ["小餐饮"]) -> Checklist {
    Checklist(
        id: id, version: 0, title: title, basis: "县消防〔2026〕3号", classes: classes, from: day(text),
        items: [.init(code: "exit", text: "安全出口畅通"), .init(code: "gas", text: "\(title)：燃气软管")])
}

@Suite("Checklists")
struct ChecklistTests {
    private static let entered = instant("2026-02-10T09:00:00+08:00")

    @Test("versions follow each other, each from its day, and old ones stay as they were", arguments: Engine.all)
    func versions(engine: Engine) async throws {
        try await withStore(engine) { store in
            let later = Self.entered.adding(milliseconds: 60_000)
            let first = try await store.record(list("fire", "一", from: "2026-03-01"), by: "county", at: Self.entered)
            let other = try await store.record(
                list("hotel", "旅", from: "2026-03-01", classes: ["旅馆", "民宿"]), by: "county", at: Self.entered)
            let second = try await store.record(list("fire", "二", from: "2026-04-01"), by: "county", at: later)
            #expect([first, second, other].map(\.version) == [1, 2, 1])
            #expect(try await store.checklists() == [first, second, other])
            #expect(try await store.checklists(on: day("2026-02-28")) == [])
            #expect(try await store.checklists(on: day("2026-03-31")) == [first, other])
            #expect(try await store.checklists(on: day("2026-04-01")) == [second, other])
            #expect(
                try await store.checklists(on: day("2026-04-01"), known: Knowledge(at: Self.entered)) == [first, other])
        }
    }

    @Test(
        "an item that fails is a finding of its own, told in the place's story with the form's version",
        arguments: Engine.all)
    func failedItem(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let answers = ChecklistAnswers(
                checklist: "fire", version: 2,
                items: [
                    .init(item: "exit", result: .pass, note: nil), .init(item: "gas", result: .fail, note: "软管老化"),
                    .init(item: "sign", result: .rectified, note: nil),
                ])
            let claim = VisitClaim(
                subject: .place(id: "P5-1"), outcome: .place(.checked), until: nil, participants: [], checklist: answers
            )
            let draft = RecordDraft(1, by: 5, visit: claim).with {
                $0.findings = [.init(kind: .safetyHazard, text: "灭火器过期", isUrgent: true)]
            }
            try await store.stored(draft)
            let story = try #require(
                try await store.story(of: "P5-1", .place, reading: { _, _ in draft.record }))
            #expect(
                story.events.filter { $0.what == .finding }.map { "\($0.word): \($0.text)" } == [
                    "safetyHazard: 灭火器过期 (urgent)", "checklistItem: fire@2 gas：软管老化",
                ])
            #expect(
                story.events.filter { $0.what == .checklistItem }.map { "\($0.word) \($0.text)" } == [
                    "pass fire@2 exit", "fail fire@2 gas; 软管老化", "rectified fire@2 sign",
                ])
            #expect(try await store.places(5).done == 1, "the visit counts all the same")
            let clears = try await store.fourClears(
                below: try await store.marchPath(1), in: march, kinds: [.place])
            #expect(clears.findings.map(\.kind) == ["checklistItem", "safetyHazard"])
            #expect(clears.findings.map(\.urgent) == [0, 1])
        }
    }
}
