import Patrol
import Store
import TestSupport
import Testing

extension PatrolStore {
    fileprivate func story(_ subject: String, _ kind: SubjectKind = .place, at text: String? = nil) async throws
        -> SubjectStory?
    {
        try await story(
            of: subject, kind, known: Knowledge(at: text.map { instant($0 + ":00+08:00") }),
            reading: { try replay(id: $0, body: $1, sha256: "") })
    }

    fileprivate func apply(_ change: PlaceChange, from text: String, at moment: String) async throws {
        try await apply(change, from: day(text), by: "deputy", at: instant(moment + ":00+08:00"))
    }
}

extension SubjectStory {
    fileprivate func words(_ what: StoryEvent.What) -> [String] { events.filter { $0.what == what }.map(\.word) }
    fileprivate func texts(_ what: StoryEvent.What) -> [String] { events.filter { $0.what == what }.map(\.text) }
}

@Suite("Story")
struct StoryTests {
    @Test("tells one subject from first listing to last, once and in order", arguments: Engine.all)
    func told(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.open(march, at: County.entered)
            try await store.stored(
                visit(1, "P5-1", on: "2026-03-02", by: 5).with {
                    $0.photos = [photoDigest(1)]
                    $0.findings = [.init(kind: .safetyHazard, text: "通道堆物", isUrgent: false)]
                })
            try await store.apply(.move("P5-1", to: areaID(6)), from: "2026-03-10", at: "2026-03-12T09:00")
            try await store.apply(
                .correct(
                    PlaceEntry(
                        id: "P5-1", name: "新名", category: "小餐饮", address: "适园路 3 号", position: nil, radius: 50,
                        grid: areaID(6), from: day("2026-01-01"))), from: "2026-03-15", at: "2026-03-16T09:00")
            try await store.dispute(
                .place, visit: reportID(1), reason: "照片不清", id: "r1", by: "deputy",
                at: instant("2026-03-17T09:00:00+08:00"))
            try await store.rule(
                .place, on: reportID(1), Decision(.granted, reason: "核实"), id: "r2", by: "deputy",
                at: instant("2026-03-18T09:00:00+08:00"))
            try await store.stored(visit(2, "P5-1", on: "2026-03-20", .gone, by: 6))
            let story = try #require(try await store.story("P5-1"))
            #expect(story.name == "新名")
            #expect(story.words(.roster) == ["entered", "entered", "left"])
            #expect(story.texts(.roster).map { String($0.prefix(8)) } == ["A0000005", "A0000006", "A0000005"])
            #expect(story.texts(.detail).map { $0.split(separator: ";")[0] } == ["name=场所 P5-1", "name=新名"])
            #expect(story.words(.visit) == ["checked", "gone"])
            #expect(story.words(.finding) == ["safetyHazard"])
            #expect(story.words(.ruling) == ["dispute raised", "dispute granted"])
            #expect(story.words(.proposal) == ["remove waiting"])
            #expect(story.words(.duty) == ["done"])
            #expect(story.texts(.visit)[0].contains("photos 1 (1 missing)"))
            #expect(story.events.map(\.at) == story.events.map(\.at).sorted())
            #expect(try await store.story("nobody") == nil)
        }
    }

    @Test("what was told at an earlier time is told again, whatever became known since", arguments: Engine.all)
    func asKnown(engine: Engine) async throws {
        try await withCounty(engine) { store in
            var told: [(String, SubjectStory)] = []
            func tell(_ moment: String) async throws {
                told.append((moment, try #require(try await store.story("P5-1", at: moment))))
            }
            for month in [month("2026-02"), march, month("2026-04")] { try await store.open(month, at: County.entered) }
            try await tell("2026-02-01T00:00")
            try await store.stored(
                visit(1, "P5-1", on: "2026-02-10", by: 5).with { $0.photos = [photoDigest(1)] }.timed)
            _ = try await store.giveUpPhotos(at: instant("2026-02-20T10:00:00+08:00"))
            try await tell("2026-03-01T12:00")
            try await store.add(photo: 1, by: 5)  // on 6 March
            try await tell("2026-03-07T00:00")
            try await store.apply(.move("P5-1", to: areaID(6)), from: "2026-03-10", at: "2026-03-12T09:00")
            try await tell("2026-03-13T00:00")
            try await store.rename(
                areaID(6), to: "东网格", from: day("2026-01-01"), at: instant("2026-03-14T09:00:00+08:00"))
            try await tell("2026-03-15T00:00")
            // Between two months, by a clock that nobody could check: it waits until it is ruled into February.
            try await store.stored(
                RecordDraft(2, place: "P5-1", by: 6).with {
                    $0.capturedAt = instant("2026-03-31T23:30:00+08:00")
                    $0.receivedAt = instant("2026-04-03T09:00:00+08:00")
                })
            try await tell("2026-04-03T12:00")
            try await store.dispute(
                .place, visit: reportID(1), reason: "回访无人", id: "r1", by: "deputy",
                at: instant("2026-04-04T09:00:00+08:00"))
            try await tell("2026-04-04T12:00")
            try await store.rule(
                .place, on: reportID(1), Decision(.refused, reason: "不实"), id: "r2", by: "deputy",
                at: instant("2026-04-05T09:00:00+08:00"))
            try await tell("2026-04-05T12:00")
            try await store.apply(
                .owner("P5-1", .sample("tenant", in: 6)), from: "2026-03-20", at: "2026-04-06T09:00")
            try await tell("2026-04-06T12:00")
            try await store.apply(
                .correct(.sample("tenant", in: 6)), from: "2026-04-07", at: "2026-04-07T09:00")
            try await store.apply(.close("tenant"), from: "2026-04-08", at: "2026-04-08T09:00")
            for (moment, earlier) in told {
                let again = try #require(try await store.story("P5-1", at: moment))
                #expect(again.events == earlier.events, "\(moment)")
                #expect(again == earlier, "\(moment)")
            }
            #expect(Set(told.map { $0.1.events.count }).count > 5, "there was something to tell")
            #expect(
                told[3].1.texts(.roster).contains("A0000006 第二网格") && told[4].1.texts(.roster).contains("A0000006 东网格"))
            func februaryDuty(_ index: Int) -> String? { told[index].1.words(.duty).first }
            // Its photo was given up on the 20th and came after all.
            #expect([1, 5, 6, 7].map(februaryDuty) == ["due", "done", "awaiting", "due"])
            #expect(try await store.story("tenant", at: "2026-04-05T12:00") == nil)
        }
    }

    @Test("premises tell of tenants before and after, of a mistaken entry too", arguments: Engine.all)
    func site(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.apply(.owner("P5-1", .sample("second", in: 5)), from: "2026-03-10", at: "2026-03-10T09:00")
            try await store.apply(.close("second"), from: "2026-03-10", at: "2026-03-11T09:00")
            let story = try #require(try await store.story("P5-1"))
            #expect(story.site.map(\.id) == ["P5-1", "second"])
            #expect(story.site.map(\.from) == [day("2026-01-01"), nil])
            let before = try #require(try await store.story("P5-1", at: "2026-03-10T08:00"))
            #expect(before.site.map(\.id) == ["P5-1"] && before.site[0].to == nil)
        }
    }

    @Test("a key person's story has no premises and no successions", arguments: Engine.all)
    func keyPerson(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, keyPerson: "K5-1", .lostContact, by: 5))
            let story = try #require(try await store.story("K5-1", .keyPerson))
            #expect(story.site.isEmpty && story.words(.visit) == ["lostContact"])
            #expect(story.texts(.finding) == ["失联 (urgent)"])
            #expect(try await store.story("K5-1") == nil, "no place is called so")
        }
    }
}
