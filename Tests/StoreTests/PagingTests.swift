import Patrol
import Store
import TestSupport
import Testing

@Suite("Lists in pages")
struct PagingTests {
    @Test("obligations come without gap or repeat, whatever the page", arguments: Engine.all)
    func obligations(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, place: "P5-2", by: 5))
            try await store.stored(RecordDraft(2, place: "P7-1", .gone, by: 7))
            for (area, state, expected) in [
                (1, nil, 15), (3, nil, 6), (9, nil, 3), (1, .due, 13), (1, .done, 1), (1, .awaiting, 1),
                (3, .awaiting, 0),
            ] as [(Int, ObligationState?, Int)] {
                for limit in [1, 2, 4, 15, 100] {
                    let all = try await self.all(of: store, area, state, limit: limit)
                    #expect(all.count == expected)
                    #expect(Set(all.map(\.subject)).count == expected)
                    #expect(all.map { $0.grid.text + $0.subject } == all.map { $0.grid.text + $0.subject }.sorted())
                    #expect(all.allSatisfy { state == nil || $0.state == state })
                }
            }
        }
    }

    private func all(
        of store: PatrolStore, _ area: Int, _ state: ObligationState?, limit: Int
    ) async throws -> [ObligationEntry] {
        let path = try #require(try await store.path(of: areaID(area), on: march.last))
        var all: [ObligationEntry] = []
        var cursor: ObligationCursor?
        while true {
            let page = try await store.obligations(
                .place, below: path, in: march, state: state, after: cursor, limit: limit)
            all += page
            guard page.count == limit, let last = page.last else { return all }
            cursor = last.cursor
        }
    }

    @Test("records come without gap or repeat, though many arrive in one millisecond", arguments: Engine.all)
    func records(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for number in 0..<20 {
                let grid = County.grids[number % 4]
                let draft =
                    number.isMultiple(of: 5)
                    ? RecordDraft(number, keyPerson: "K\(grid)-1", by: grid)
                    : RecordDraft(number, place: "P\(grid)-1", by: grid)
                try await store.stored(
                    draft.with {
                        $0.receivedAt = instant("2026-03-05T10:00:0\(number / 10).000+08:00")
                    })
            }
            try await store.stored(
                RecordDraft(50, place: "P5-1", by: 5).with { $0.capturedAt = instant("2026-02-05T10:00:00+08:00") })
            let county = try #require(try await store.path(of: areaID(1), on: march.last))
            let station = try #require(try await store.path(of: areaID(3), on: march.last))
            for (scope, expected) in [
                (.inArea(county, withKeyPersons: true), 20), (.inArea(county, withKeyPersons: false), 16),
                (.inArea(station, withKeyPersons: true), 10), (.sentBy(person: "W5"), 5), (.sentBy(person: "W9"), 0),
            ] as [(RecordScope, Int)] {
                for limit in [1, 3, 7, 100] {
                    let lines = try await all(of: store, scope, limit: limit)
                    #expect(lines.count == expected && Set(lines.map(\.id)).count == expected)
                    #expect(lines.map(\.receivedAt) == lines.map(\.receivedAt).sorted())
                }
            }
            let without = try await all(of: store, .inArea(county, withKeyPersons: false), limit: 100)
            #expect(without.allSatisfy { $0.kind == .place })
        }
    }

    private func all(of store: PatrolStore, _ scope: RecordScope, limit: Int) async throws -> [RecordLine] {
        var all: [RecordLine] = []
        while true {
            let cursor = all.last.map { RecordCursor(receivedAt: $0.receivedAt.milliseconds, id: $0.id) }
            let page = try await store.records(scope, month: march, after: cursor, limit: limit)
            all += page
            if page.count < limit { return all }
        }
    }

    @Test("a line of the list says what became of the record", arguments: Engine.all)
    func recordLine(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let draft = RecordDraft(1, place: "P5-1", by: 5).with {
                $0.photos = [photoDigest(1)]
                $0.fix = Fix(position: County.door, accuracyMetres: 10)
            }
            try await store.stored(draft)
            try await store.stored(RecordDraft(2, by: 5, visit: nil).with { $0.text = "巡查途中" })
            let lines = try await store.records(.sentBy(person: "W5"), month: march, after: nil, limit: 10)
            #expect(lines.count == 2)
            let visit = try #require(lines.first { $0.id == reportID(1) })
            #expect(visit.subject == "P5-1" && visit.subjectName == "场所 P5-1" && visit.outcome == "checked")
            #expect(visit.judgement?.standing == .provisional && visit.judgement?.evidence.grade == .verified)
            #expect(visit.isOnRoster && visit.missingPhotos == 1 && visit.capturedAt == draft.capturedAt)
            let note = try #require(lines.first { $0.id == reportID(2) })
            #expect(note.kind == nil && note.judgement == nil && !note.isOnRoster)
        }
    }
}
