import Foundation
import Patrol
import TestSupport
import Testing

@testable import Store

/// Cuts a draft's body line by line, as the gateway cuts JSON.
@Sendable func cutDraft(_ body: String, _ cut: RecordCut) throws -> String {
    let gone: [String] =
        switch cut {
        case .link: ["previous "]
        case .position: ["previous ", "fix "]
        case .content: ["previous ", "fix ", "text "]
        }
    return body.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { line in !gone.contains { line.hasPrefix($0) } }.joined(separator: "\n")
}

@Suite("What is kept long enough is deleted")
struct CuttingTests {
    private static let fix = Fix(position: County.door, accuracyMetres: 5)

    private static func visits(_ store: PatrolStore) async throws {
        try await store.stored(
            RecordDraft(1, keyPerson: "K5-1", by: 5).with {
                $0.fix = fix
                $0.text = "对象情绪稳定MARKEDWORDS"
            })
        try await store.stored(RecordDraft(2, place: "P5-1", by: 5).with { $0.fix = fix })
        try await store.database.write { connection in
            _ = try connection.run("UPDATE report SET salt = 'salt-' || id", [])
        }
    }

    private func after(days: Int64) -> Instant {
        instant("2026-03-05T09:01:00+08:00").adding(milliseconds: days * 86_400_000 + 1)
    }

    private func body(_ store: PatrolStore, _ number: Int) async throws -> String {
        try await store.record(reportID(number))?.body ?? ""
    }

    @Test(
        "item 40 · exact positions of visits to key persons go after 30 days, others' after 180", arguments: Engine.all)
    func positions(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await Self.visits(store)
            let terms = RetentionTerms()
            #expect(try await store.applyRetention(terms, at: after(days: 29), cutting: cutDraft).positions == 0)
            #expect(try await store.applyRetention(terms, at: after(days: 30), cutting: cutDraft).positions == 1)
            #expect(try await !body(store, 1).contains("fix"))
            #expect(try await body(store, 2).contains("fix"))
            #expect(try await body(store, 1).contains("MARKEDWORDS"), "words stay as long as the list")
            #expect(try await store.applyRetention(terms, at: after(days: 179), cutting: cutDraft).positions == 0)
            #expect(try await store.applyRetention(terms, at: after(days: 180), cutting: cutDraft).positions == 1)
            #expect(try await !body(store, 2).contains("fix"))
        }
    }

    @Test("however long the setting, the position of a visit to a key person goes after 90 days", arguments: Engine.all)
    func longest(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await Self.visits(store)
            var terms = RetentionTerms()
            terms.keyPersonPositionDays = 3_650
            #expect(try await store.applyRetention(terms, at: after(days: 90), cutting: cutDraft).positions == 1)
        }
    }

    @Test(
        "item 40 · a record that was cut is verified by what was stored of it, and counted as unreplayable",
        arguments: Engine.all)
    func verified(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await Self.visits(store)
            let raw = try #require(try await store.record(reportID(1))).receipt.sha256
            _ = try await store.applyRetention(.init(), at: after(days: 31), cutting: cutDraft)
            var result = try await store.verify(replay: replay)
            #expect(result.differences == [] && result.unreplayable == 1 && result.visits == 2)
            let row = try await store.database.read {
                try $0.rows("SELECT sha256, salt, sealed_digest FROM report WHERE id = $1", [.text(reportID(1))])[0]
            }
            let sealed = Seal.saltedDigest(raw, salt: "salt-" + reportID(1))
            #expect(row.values == [.text(""), .null, .text(sealed)])
            // Whoever raises the standing of such a visit is found out all the same.
            _ = try await store.database.write {
                try $0.run("UPDATE key_person_visit SET outcome = 'refused' WHERE report_id = $1", [.text(reportID(1))])
            }
            result = try await store.verify(replay: replay)
            #expect(result.differences.contains { $0.what == "record \(reportID(1)) standing" })
        }
    }

    @Test("a record that was cut is answered as a replay when it comes again", arguments: Engine.all)
    func replayed(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let draft = RecordDraft(1, keyPerson: "K5-1", by: 5).with { $0.fix = Self.fix }
            try await store.stored(draft)
            _ = try await store.applyRetention(.init(), at: after(days: 31), cutting: cutDraft)
            guard case .replayed(let receipt) = try await store.submit(draft.submission) else {
                Issue.record("not a replay")
                return
            }
            #expect(receipt.sha256 == draft.submission.sha256)
            #expect(try await !body(store, 1).contains("fix"), "what was deleted does not come back")
            var other = draft
            other.person = County.worker(of: 6)
            #expect(try await store.submit(other.submission) == .notYours)
        }
    }

    @Test("a closed month proves itself after the person on it was deleted", arguments: Engine.all)
    func closed(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await Self.visits(store)
            let april = instant("2026-04-05T09:00:00+08:00")
            let version = try await store.close(month("2026-03"), of: areaID(1), by: "grace", at: april)
            try await store.leave("K5-1", from: "2026-04-06", at: april)
            let gone = instant("2026-12-01T09:00:00+08:00")
            let outcome = try await store.applyRetention(.init(), at: gone, cutting: cutDraft)
            #expect(outcome.people == 1)
            let result = try await store.verify(replay: replay)
            #expect(result.differences == [] && result.versions == 1)
            let versions = try await store.versions(of: areaID(1), in: month("2026-03"))
            #expect(versions.map(\.sha256).contains(version.sha256))
        }
    }

    @Test("somebody on a list cannot be deleted; off it, name, address, vault and words go", arguments: Engine.all)
    func deleted(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await Self.visits(store)
            try await store.put(
                VaultEntry(
                    list: "corrections", keyPerson: "K5-1", category: "缓刑", identityNumber: "11010519491231002X",
                    caseText: "案情"), by: "W5", on: day("2026-03-05"), at: after(days: 0))
            await #expect(throws: DeletionRefusal.onAList(["corrections"])) {
                _ = try await store.deleteKeyPerson(
                    "K5-1", because: "本人申请", by: "W5", at: after(days: 1), cutting: cutDraft)
            }
            try await store.leave("K5-1", from: "2026-03-06", at: after(days: 1))
            let deletion = try await store.deleteKeyPerson(
                "K5-1", because: "本人申请", by: "W5", at: after(days: 2), cutting: cutDraft)
            #expect(deletion.kept == [.ledger, .judgements, .deletion])
            #expect(try await store.vaultEntry(of: "K5-1", on: "corrections") == nil)
            #expect(try await !body(store, 1).contains("MARKEDWORDS"))
            let copy = try await store.copy(of: "K5-1", .keyPerson)
            let values = copy.flatMap(\.rows).joined().map(\.value)
            #expect(!values.contains { $0.contains("对象 K5-1") || $0.contains("适园路") || $0.contains("先电话") })
            #expect(copy.contains { $0.table == "deletion" })
            await #expect(throws: DeletionRefusal.alreadyDeleted) {
                _ = try await store.deleteKeyPerson(
                    "K5-1", because: "x", by: "W5", at: after(days: 3), cutting: cutDraft)
            }
            #expect(try await store.differences() == [])
        }
    }

    @Test("an account that was disabled can be deleted: what it did stays under an id", arguments: Engine.all)
    func accounts(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await Self.visits(store)
            await #expect(throws: DeletionRefusal.accountInUse) {
                _ = try await store.deleteAccount("W5", because: "离职", by: "W6", at: after(days: 1))
            }
            _ = try await store.database.write {
                try $0.run("UPDATE person SET disabled_at = 1 WHERE id = 'W5'", [])
            }
            _ = try await store.deleteAccount("W5", because: "离职", by: "W6", at: after(days: 1))
            let values = try await store.copy(of: "W5", .account).flatMap(\.rows).joined().map(\.value)
            #expect(!values.contains { $0.contains("人员 W5") } && values.contains("deleted:W5"))
            #expect(try await store.record(reportID(1))?.person == "W5")
            #expect(try await store.differences() == [])
        }
    }

    @Test("cameras' metadata and old logins go when their time is over", arguments: Engine.all)
    func photosAndLogins(engine: Engine) async throws {
        try await withCounty(engine) { store in
            _ = try await store.add(.sample(photoDigest(1)), sentBy: "W5", at: after(days: 0))
            try await store.begin(.sample("old", of: "W5", until: after(days: 1)), at: after(days: 0))
            let early = try await store.applyRetention(.init(), at: after(days: 179), cutting: cutDraft)
            #expect(early.photos == 0 && early.logins == 0)
            let late = try await store.applyRetention(.init(), at: after(days: 182), cutting: cutDraft)
            #expect(late.photos == 1 && late.logins == 1)
            #expect(try await store.photo(photoDigest(1))?.rendition?.longitude == nil)
        }
    }

    @Test("item 39 · what was deleted is in no file of the database any more")
    func residual() async throws {
        let marks = ["MARKEDNAME", "MARKEDSTREET", "MARKEDCASE", "MARKEDWORDS", "110105194912310021X", "30.870123"]
        try await withTemporaryFolder { folder in
            @Sendable func remains() throws -> [String] {
                let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
                let bytes = try files.filter { $0.lastPathComponent.hasPrefix("patrol.sqlite") }.map {
                    try Data(contentsOf: $0)
                }
                return marks.filter { mark in bytes.contains { $0.range(of: Data(mark.utf8)) != nil } }
            }
            try await TemporaryStore(in: folder).serving { store in
                try await County.enter(into: store)
                try await store.add(
                    [
                        KeyPersonEntry(
                            id: "M1", name: "MARKEDNAME", address: "MARKEDSTREET", contactRule: "先电话", safetyHint: nil,
                            listOwner: "区司法局", legalBasis: "社区矫正法", grid: areaID(5), from: day("2026-01-01"))
                    ], at: County.entered)
                try await store.put(
                    VaultEntry(
                        list: "corrections", keyPerson: "M1", category: "缓刑", identityNumber: "110105194912310021X",
                        caseText: "MARKEDCASE"), by: "W5", on: day("2026-03-01"), at: County.entered)
                try await store.stored(
                    RecordDraft(1, keyPerson: "M1", by: 5).with {
                        $0.text = "MARKEDWORDS at 30.870123"
                        $0.fix = Self.fix
                    })
                // A second row's update leaves a copy of the first page in the log.
                try await store.stored(RecordDraft(2, keyPerson: "K5-1", by: 5))
                #expect(try remains() == marks, "the marks are looked for where they are")
                try await store.leave("M1", from: "2026-03-06", at: after(days: 1))
                _ = try await store.deleteKeyPerson(
                    "M1", because: "本人申请", by: "W5", at: after(days: 2), cutting: cutDraft)
                #expect(try remains() == [])
            }
        }
    }
}

@Suite("Words that look classified are withheld")
struct QuarantineTests {
    private static let now = instant("2026-03-06T09:00:00+08:00")

    private static func suspicious(_ store: PatrolStore) async throws -> StoredReceipt {
        try await store.stored(
            RecordDraft(1, place: "P5-1", by: 5).with {
                $0.findings = [
                    .init(kind: .other, text: "机密★10年 演练方案", isUrgent: false),
                    .init(kind: .safetyHazard, text: "通道堵塞", isUrgent: false),
                ]
            })
    }

    private func texts(_ store: PatrolStore) async throws -> [String] {
        try await store.database.read { connection in
            try connection.rows("SELECT text FROM finding ORDER BY position", []).map { try $0.text(0) }
        }
    }

    /// A draft's body keeps no findings; the gateway's does.
    @Sendable private static func reading(_ id: String, _ body: String) throws -> PatrolRecord {
        let plain = try replay(id: id, body: body, sha256: "")
        return PatrolRecord(
            id: id, capturedAt: plain.capturedAt, device: plain.device, grid: nil, visit: plain.visit, fix: nil,
            text: nil,
            photos: [],
            findings: [
                .init(kind: .other, text: "机密★10年 演练方案", isUrgent: false),
                .init(kind: .safetyHazard, text: "通道堵塞", isUrgent: false),
            ], supersedes: nil)
    }

    @Test("the record is taken and counts, its words wait for the county", arguments: Engine.all)
    func taken(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let receipt = try await Self.suspicious(store)
            #expect(receipt.judgement?.standing == .done)
            #expect(receipt.suspected == [ClassifiedSign(pointer: "/findings/0/text", mark: .stateSecret)])
            #expect(try await texts(store) == [withheldText, "通道堵塞"])
            let path = try #require(try await store.path(of: areaID(3), on: day("2026-03-06")))
            let other = try #require(try await store.path(of: areaID(4), on: day("2026-03-06")))
            #expect(
                try await store.quarantined(below: path, on: day("2026-03-06"), waiting: true).map(\.report) == [
                    reportID(1)
                ])
            #expect(try await store.quarantined(below: other, on: day("2026-03-06"), waiting: true).isEmpty)
        }
    }

    @Test("released words are shown as if nothing had been, once", arguments: Engine.all)
    func released(engine: Engine) async throws {
        try await withCounty(engine) { store in
            _ = try await Self.suspicious(store)
            func decide(_ decision: QuarantineDecision, _ person: String) async throws {
                try await store.decide(
                    decision, on: reportID(1), because: "核实", by: person, at: Self.now, reading: Self.reading,
                    cutting: cutDraft)
            }
            await #expect(throws: QuarantineRefusal.ownRecord) { try await decide(.release, "W5") }
            try await decide(.release, "W6")
            #expect(try await texts(store) == ["机密★10年 演练方案", "通道堵塞"])
            await #expect(throws: QuarantineRefusal.alreadyDecided) { try await decide(.remove, "W6") }
        }
    }

    @Test("removed words are gone, the visit stays and verifies", arguments: Engine.all)
    func removed(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(
                RecordDraft(1, place: "P5-1", by: 5).with { $0.text = "密级：秘密 SECRETWORDS" })
            try await store.decide(
                .remove, on: reportID(1), because: "确属涉密", by: "W6", at: Self.now, reading: Self.reading,
                cutting: cutDraft)
            #expect(try await store.record(reportID(1))?.body.contains("SECRETWORDS") == false)
            let result = try await store.verify(replay: replay)
            #expect(result.differences == [] && result.unreplayable == 1)
            #expect(try await store.places(5) == count(due: 3, done: 1))
        }
    }
}

@Suite("The table of personal columns")
struct PersonalColumnTests {
    @Test("item 40 · every column of the real schema is entered, and none that is not there", arguments: Engine.all)
    func complete(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let sql =
                engine.name == "SQLite"
                ? """
                SELECT m.name, p.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS p
                WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
                """
                : "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            let real = try await store.database.read { connection in
                Set(try connection.rows(sql, []).map { "\(try $0.text(0)).\(try $0.text(1))" })
            }
            let entered = tablePrivacy.flatMap { table in table.columns.map { "\(table.table).\($0)" } }
            #expect(real.subtracting(entered).sorted() == [], "say whose data these are, or that they are nobody's")
            #expect(Set(entered).subtracting(real).sorted() == [])
            #expect(entered.count == Set(entered).count, "a column is entered once")
            #expect(real.count > 400)
        }
    }

    @Test("item 40 · each handling says its purpose, how long, and what becomes of it, in both languages")
    func spokenFor() {
        let handlings = tablePrivacy.flatMap(\.personal).map(\.handling)
        #expect(handlings.count > 60)
        for handling in handlings {
            for text in [handling.purpose, handling.kept, handling.end] {
                #expect(!text.zh.isEmpty && !text.en.isEmpty)
            }
        }
        for table in tablePrivacy {
            for name in table.names { #expect(table.columns.contains(name.column), "\(table.table).\(name.column)") }
        }
    }

    @Test("a copy holds everything that is kept of somebody, and nothing of others", arguments: Engine.all)
    func copies(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, keyPerson: "K5-1", by: 5))
            try await store.stored(RecordDraft(2, keyPerson: "K6-1", by: 6))
            let copy = try await store.copy(of: "K5-1", .keyPerson)
            #expect(Set(copy.map(\.table)).isSuperset(of: ["key_person", "key_person_detail", "key_person_visit"]))
            let values = copy.flatMap(\.rows).joined().map(\.value)
            #expect(values.contains("对象 K5-1") && !values.contains { $0.contains("K6-1") })
            let account = try await store.copy(of: "W5", .account)
            #expect(account.contains { $0.table == "duty" } && account.contains { $0.table == "report" })
            #expect(!account.flatMap(\.rows).joined().map(\.column).contains("password_hash"))
            #expect(try await store.copy(of: "nobody", .keyPerson).isEmpty)
        }
    }
}
