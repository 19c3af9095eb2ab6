import Patrol
import Store
import TestSupport
import Testing

private let april = month("2026-04")

@Suite("Closing rules")
struct ClosingRuleTests {
    private static func rule(_ days: Int, from month: Month) -> DatedClosingRule {
        DatedClosingRule(ClosingRule(graceDays: days), basis: "县中心〔2026〕2号", from: month)
    }

    private static let today = day("2026-03-20")
    private static let now = instant("2026-03-20T09:00:00+08:00")

    @Test(
        "months that begin later wait as the county says; those that have begun keep their days", arguments: Engine.all)
    func graceDays(engine: Engine) async throws {
        try await withCounty(engine) { store in
            // April was looked at before the rule came.
            for month in [march, april] { try await store.open(month, at: Self.now) }
            try await store.record(Self.rule(5, from: april), by: "county", today: Self.today, at: Self.now)
            try await store.record(
                Self.rule(0, from: month("2026-06")), by: "county", today: Self.today, at: Self.now)
            for text in ["2026-05", "2026-06"] { try await store.open(month(text), at: Self.now) }
            for (number, received) in [(3, "2026-04-03"), (4, "2026-04-04")] {
                try await store.stored(
                    late(number, "P5-\(number - 2)", made: "2026-03-29", received + "T12:00:00+08:00"))
            }
            #expect(try await store.places(5) == count(due: 3, done: 2, late: 1))
            for (number, received) in [(5, "2026-05-05"), (6, "2026-05-06")] {
                try await store.stored(
                    late(number, "P5-\(number - 4)", made: "2026-04-29", received + "T12:00:00+08:00"))
            }
            #expect(try await store.places(5, april) == count(due: 3, done: 2, late: 1))
            func due(_ text: String) async throws -> [Month] {
                try await store.dueClosings(at: instant(text)).map(\.month)
            }
            #expect(try await due("2026-04-03T23:59:59+08:00") == [])
            #expect(try await due("2026-04-04T00:00:00+08:00") == [march])
            #expect(try await due("2026-05-05T23:59:59+08:00") == [march])
            #expect(try await due("2026-05-06T00:00:00+08:00") == [march, april])
            #expect(try await due("2026-07-01T00:00:00+08:00") == [march, april, month("2026-05"), month("2026-06")])
            #expect(try await store.differences() == [])
        }
    }

    @Test("a rule for a month that has begun is refused; of two for one month the later holds", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await withCounty(engine) { store in
            await #expect(throws: PolicyRefusal.beginsInThePast) {
                try await store.record(Self.rule(5, from: march), by: "county", today: Self.today, at: Self.now)
            }
            await #expect(throws: StoreError.self) {
                try await store.record(Self.rule(16, from: april), by: "county", today: Self.today, at: Self.now)
            }
            for (index, days) in [9, 1].enumerated() {
                try await store.record(
                    Self.rule(days, from: april), by: "county", today: Self.today,
                    at: Self.now.adding(milliseconds: Int64(index)))
            }
            #expect(try await store.closingRules().map(\.rule.graceDays) == [9, 1])
            try await store.open(april, at: Self.now)
            #expect(try await store.dueClosings(at: instant("2026-05-02T00:00:00+08:00")).map(\.month) == [april])
        }
    }

    @Test("with any grace a county only closes earlier, never before the month is over", arguments: [0, 15])
    func earlier(days: Int) async throws {
        try await withCounty { store in
            try await store.record(Self.rule(days, from: april), by: "county", today: Self.today, at: Self.now)
            try await store.open(april, at: Self.now)
            await #expect(throws: ClosingRefusal.notOver) {
                try await store.close(april, of: areaID(1), by: "W1", at: instant("2026-04-30T23:59:59+08:00"))
            }
            let closed = try await store.close(april, of: areaID(1), by: "W1", at: instant("2026-05-01T00:00:00+08:00"))
            #expect(closed.number == 1)
            try await store.stored(late(1, "P5-1", made: "2026-04-29", "2026-05-01T00:00:00+08:00"))
            try await store.cutVersions(at: instant("2026-05-02T09:00:00+08:00"))
            #expect(try await store.places(5, april) == count(due: 3, done: 1, late: 1), "what comes after it is late")
            #expect(try await store.differences() == [])
        }
    }

    private func late(_ number: Int, _ place: String, made text: String, _ received: String) -> RecordDraft {
        visit(number, place, on: text, by: 5).with { $0.receivedAt = instant(received) }.timed
    }
}
