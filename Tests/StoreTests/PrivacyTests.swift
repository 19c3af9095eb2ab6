import Patrol
import Store
import TestSupport
import Testing

@Suite("What a sender may learn of others")
struct PrivacyTests {
    @Test("a list of one's own records names places, never key persons", arguments: Engine.all)
    func names(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, place: "P5-1", by: 5))
            try await store.stored(RecordDraft(2, keyPerson: "K5-1", by: 5))
            try await store.stored(RecordDraft(3, keyPerson: "K6-1", by: 5))
            let lines = try await store.records(
                .sentBy(person: County.worker(of: 5)), month: month("2026-03"), after: nil, limit: 10)
            #expect(lines.map(\.subjectName) == ["场所 P5-1", nil, nil])
        }
    }

    @Test("a receipt does not tell whether a key person is listed in another grid or nowhere", arguments: Engine.all)
    func listed(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let elsewhere = try await store.stored(RecordDraft(1, keyPerson: "K6-1", by: 5))
            let nowhere = try await store.stored(RecordDraft(2, keyPerson: "nobody", by: 5))
            #expect(elsewhere.judgement?.evidence == nowhere.judgement?.evidence)
        }
    }

    @Test("a key person's story leaves out on whose list and by which law", arguments: Engine.all)
    func story(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, keyPerson: "K5-1", by: 5))
            let told = try #require(
                try await store.story(of: "K5-1", .keyPerson) { try replay(id: $0, body: $1, sha256: "") })
            let texts = told.events.map(\.text).joined(separator: "\n")
            #expect(texts.contains("contact_rule=先电话联系") && told.events.contains { $0.what == .visit })
            #expect(!texts.contains("司法") && !texts.contains("矫正"))
        }
    }

    @Test("a visit counts in the capacity held in the grid visited", arguments: Engine.all)
    func capacity(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let draft = RecordDraft(1, place: "P5-1", by: 5)
            let volunteerHere = Submission.Sender(
                person: County.worker(of: 5), capacities: [areaID(5): .volunteer, areaID(6): .fullTime])
            let sent = draft.submission
            let result = try await store.submit(
                Submission(
                    record: sent.record, body: sent.body, sha256: sent.sha256, receivedAt: sent.receivedAt,
                    unknownMembers: [], salt: "salt"
                ) { _ in volunteerHere })
            guard case .stored(let receipt) = result else {
                Issue.record("not stored: \(result)")
                return
            }
            #expect(receipt.judgement?.standing == .notDischarging)
        }
    }
}

@Suite("What a database is bound to")
struct DeploymentTests {
    @Test("another time zone than the one its months were made in is refused", arguments: Engine.all)
    func timeZone(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.bindTimeZone()
            try await store.bindTimeZone()
            let utc = try #require(DeploymentZone(identifier: "UTC"))
            let other = PatrolStore(store.database, zone: utc, group: GroupCommit(store.database))
            await #expect(throws: StoreError.otherTimeZone(stored: "Asia/Shanghai")) { try await other.bindTimeZone() }
        }
    }

    @Test("stations do not stand below one another, so no circle can come of two changes", arguments: Engine.all)
    func laterCircle(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for (area, manager, date) in [(3, 4, "2026-12-01"), (4, 3, "2026-11-01")] {
                await #expect(throws: AreaRefusal.otherLevel(areaID(manager))) {
                    try await store.transfer(
                        areaID(area), toManager: areaID(manager), from: day(date), at: County.entered)
                }
            }
        }
    }
}
