import Crypto
import Foundation
import Patrol
import TestSupport
import Testing

@testable import Store

private let now = instant("2026-03-05T09:00:00+08:00")

private func act(_ kind: String, _ object: String? = nil, by person: String = "W5", at time: Instant = now) -> Act {
    Act(
        kind, at: time, person: person, device: "D1", address: "10.0.0.7", object: object, purpose: "visit",
        requestID: "r1", salt: "salt of \(kind) \(object ?? "")")
}

@Suite("The audit tells who did what, and cannot be altered unseen")
struct AuditTests {
    private let key = AuditKey(P256.Signing.PrivateKey())

    private func verified(
        _ store: PatrolStore, heads: [AuditHead] = [], at moment: Instant = now
    ) async throws -> [AuditFault] {
        try await store.verifyAudit(heads: heads, keys: [key.publicKey], at: moment).faults
    }

    /// Rows are not changed by any statement that keeps the triggers; whoever alters them takes those away first.
    private func tamper(_ store: PatrolStore, _ sql: String) async throws {
        try await store.database.write { connection in
            let drops =
                connection.dialect == .sqlite
                ? [
                    "audit_is_not_changed", "audit_is_not_removed", "audit_detail_is_not_changed",
                    "audit_detail_is_not_removed", "audit_head_is_not_removed",
                ]
                .map { "DROP TRIGGER IF EXISTS \($0);" }
                : ["audit", "audit_detail", "audit_head"].map { "ALTER TABLE \($0) DISABLE TRIGGER USER;" }
            try connection.script(drops.joined(separator: "\n") + "\n" + sql)
        }
    }

    @Test(
        "item 26 · each act leaves one row in its own transaction; what changes nothing leaves none",
        arguments: Engine.all)
    func acts(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let acting = store.acting(act("POST /v1/areas", "A0000020"))
            try await acting.add([.sample(20, .grid, "新网格", under: 3)], at: now)
            _ = try await acting.logins()
            try await acting.endLogin("nobody", at: now)
            await #expect(throws: StoreError.uniqueViolation) {
                try await acting.add([.sample(20, .grid, "新网格", under: 3)], at: now)
            }
            try await store.trace(act("GET /v1/roster/key-persons", "A0000005"))
            try await store.trace(act("POST /v1/duties"), result: "not-permitted")
            let rows = try await store.audit(
                AuditFilter(from: now, to: now.adding(milliseconds: 1)), after: nil, limit: 10)
            #expect(rows.map(\.act) == ["POST /v1/areas", "GET /v1/roster/key-persons", "POST /v1/duties"])
            #expect(rows.map(\.result) == ["done", "done", "not-permitted"])
            #expect(try await verified(store) == [])
        }
    }

    @Test(
        "item 27 · a row tells time, person, device, address, act, object, purpose, result and request",
        arguments: Engine.all)
    func fields(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.trace(act("POST /v1/vault/readings", "K5-1 corrections"), result: "not-found")
            let filter = AuditFilter(from: now, to: now.adding(milliseconds: 1), person: "W5", object: "K5-1")
            let row = try #require(try await store.audit(filter, after: nil, limit: 2).first)
            #expect(row.at == now && row.act == "POST /v1/vault/readings" && row.result == "not-found")
            #expect(row.requestID == "r1" && row.chain == "gateway/acts")
            #expect(
                row.detail
                    == .init(
                        salt: "salt of POST /v1/vault/readings K5-1 corrections", person: "W5", device: "D1",
                        address: "10.0.0.7", object: "K5-1 corrections", purpose: "visit"))
            #expect(
                try await store.audit(
                    AuditFilter(from: now, to: now.adding(milliseconds: 1), object: "K5"), after: nil, limit: 2
                ).isEmpty)
        }
    }

    @Test(
        "item 28 · one byte changed, a row removed, rows swapped or a tail cut off: the row is named",
        arguments: Engine.all)
    func tampering(engine: Engine) async throws {
        let columns = [
            "at = at + 1", "act = act || 'x'", "result = 'x'", "request_id = 'x'", "detail_digest = 'x'", "hash = 'x'",
        ]
        for change in columns {
            try await withCounty(engine) { store in
                for number in 1...5 { try await store.trace(act("act \(number)")) }
                _ = try await store.signHeads(with: key, at: now)
                try await tamper(store, "UPDATE audit SET \(change) WHERE seq = 3;")
                #expect(try await verified(store).first == .altered(chain: "gateway/acts", seq: 3), "\(change)")
            }
        }
        for column in ["person_id", "device_id", "address", "object", "purpose", "salt"] {
            try await withCounty(engine) { store in
                for number in 1...5 { try await store.trace(act("act \(number)", "o")) }
                try await tamper(store, "UPDATE audit_detail SET \(column) = 'x' WHERE seq = 4;")
                #expect(try await verified(store) == [.detailAltered(chain: "gateway/acts", seq: 4)], "\(column)")
            }
        }
        try await withCounty(engine) { store in
            for number in 1...5 { try await store.trace(act("act \(number)")) }
            let heads = try await store.signHeads(with: key, at: now)
            #expect(heads.map(\.seq) == [5])
            try await tamper(store, "DELETE FROM audit WHERE seq = 2;")
            #expect(try await verified(store) == [.removed(chain: "gateway/acts", from: 2, to: 2)])
            try await tamper(store, "DELETE FROM audit WHERE seq >= 2;")
            #expect(try await verified(store) == [.cutOff(chain: "gateway/acts", last: 1, head: 5)])
            // With the heads in the store gone as well, those that were taken elsewhere tell.
            try await tamper(store, "DELETE FROM audit_head;")
            #expect(try await verified(store) == [])
            #expect(try await verified(store, heads: heads) == [.cutOff(chain: "gateway/acts", last: 1, head: 5)])
            try await tamper(store, "DELETE FROM audit_detail; DELETE FROM audit; DELETE FROM audit_chain;")
            #expect(try await verified(store, heads: heads) == [.cutOff(chain: "gateway/acts", last: 0, head: 5)])
        }
        try await withCounty(engine) { store in
            for number in 1...5 { try await store.trace(act("act \(number)")) }
            try await tamper(
                store,
                """
                UPDATE audit SET seq = 100 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;
                UPDATE audit SET seq = 3 WHERE seq = 100;
                """)
            #expect(try await verified(store).first == .altered(chain: "gateway/acts", seq: 2))
        }
    }

    @Test("a chain that was made anew from some row on differs from the head that was signed", arguments: Engine.all)
    func rewritten(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for number in 1...3 { try await store.trace(act("act \(number)")) }
            let heads = try await store.signHeads(with: key, at: now)
            try await tamper(store, "DELETE FROM audit_detail; DELETE FROM audit; DELETE FROM audit_head;")
            for number in 1...3 { try await store.trace(act("other act \(number)")) }
            #expect(try await verified(store) == [])
            #expect(try await verified(store, heads: heads) == [.otherHead(chain: "gateway/acts", seq: 3)])
            // Signed again with another key.
            let forged = try await store.signHeads(with: AuditKey(P256.Signing.PrivateKey()), at: now)
            #expect(try await verified(store) == [.forgedHead(chain: "gateway/acts", seq: forged[0].seq)])
        }
    }

    @Test("rows are neither changed nor removed by anybody who leaves the database as it is", arguments: Engine.all)
    func appendOnly(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.trace(act("act"))
            _ = try await store.signHeads(with: key, at: now)
            for statement in [
                "UPDATE audit SET result = 'x'", "DELETE FROM audit", "UPDATE audit_detail SET object = 'x'",
                "DELETE FROM audit_detail", "DELETE FROM audit_head", "UPDATE audit_head SET seq = 9",
            ] {
                await #expect(throws: StoreError.self, "\(statement)") {
                    _ = try await store.database.write { try $0.run(statement, []) }
                }
            }
            #expect(try await verified(store) == [])
        }
    }

    @Test("item 29 · rows are kept for the days that were set, and what is left still verifies", arguments: Engine.all)
    func retention(engine: Engine) async throws {
        let day: Int64 = 86_400_000
        try await withCounty(engine) { store in
            for number in 0..<200 {
                let time = now.adding(milliseconds: Int64(number) * day)
                try await store.trace(act("act \(number)", at: time))
                _ = try await store.signHeads(with: key, at: time)
            }
            let end = now.adding(milliseconds: 199 * day)
            let removed = try await store.retireAudit(before: end.adding(milliseconds: -183 * day), at: end)
            #expect(removed == 16)
            let left = try await store.audit(
                AuditFilter(from: now, to: end.adding(milliseconds: 1)), after: nil, limit: 1_000)
            #expect(left.count == 184 && left.first?.act == "act 16")
            #expect(try await verified(store, at: end) == [])
            #expect(try await store.retireAudit(before: end.adding(milliseconds: -183 * day), at: end) == 0)
        }
    }

    @Test("rows that were removed are not passed off as retired", arguments: Engine.all)
    func falseRetirement(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for number in 1...5 {
                try await store.trace(act("act \(number)"))
                _ = try await store.signHeads(with: key, at: now)
            }
            // As the job would do it, but months too early.
            let tomorrow = now.adding(milliseconds: 86_400_000)
            #expect(try await store.retireAudit(before: tomorrow, at: tomorrow) == 4)
            #expect(
                try await verified(store, at: tomorrow) == [.retiredTooEarly(chain: "gateway/acts", seq: 4)])
            // And with the head gone that would tell when.
            try await tamper(store, "DELETE FROM audit_head;")
            let muchLater = now.adding(milliseconds: 400 * 86_400_000)
            #expect(
                try await verified(store, at: muchLater) == [.retiredTooEarly(chain: "gateway/acts", seq: 4)])
        }
    }

    @Test("whose act it was cannot be taken away unseen", arguments: Engine.all)
    func details(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for number in 1...3 { try await store.trace(act("act \(number)")) }
            try await tamper(store, "DELETE FROM audit_detail WHERE seq = 2;")
            #expect(try await verified(store) == [.detailRemoved(chain: "gateway/acts", seq: 2)])
        }
    }

    @Test(
        "records and photos are sealed by the batch: one that was altered, removed or slipped in is found",
        arguments: Engine.all)
    func seals(engine: Engine) async throws {
        for change in [
            "UPDATE report SET sha256 = 'x' WHERE id = '\(reportID(2))';",
            "UPDATE report SET person_id = 'W5' WHERE id = '\(reportID(2))';",
            "UPDATE report SET received_at = received_at - 1 WHERE id = '\(reportID(2))';",
            "UPDATE report SET seal_seq = NULL, seal_chain = NULL WHERE id = '\(reportID(2))';",
            "UPDATE report SET seal_seq = 1 WHERE id = '\(reportID(2))';",
            "UPDATE report SET body = body || ' ' WHERE id = '\(reportID(2))';",
            // Only a record that was cut is known by what is kept of its digest.
            """
            UPDATE report SET sealed_digest = '\(Seal.saltedDigest("x", salt: ""))', body = 'x', sha256 = 'x'
            WHERE id = '\(reportID(2))';
            """,
            "DELETE FROM photo_possession;",
        ] {
            try await withCounty(engine) { store in
                try await store.stored(RecordDraft(1, place: "P5-1", by: 5))
                try await store.stored(RecordDraft(2, place: "P6-1", by: 6))
                _ = try await store.add(.sample(photoDigest(1)), sentBy: "W5", at: now)
                let verifier = try await store.verifyAudit(heads: [], keys: [], at: now)
                #expect(verifier.faults == [] && verifier.sealed == 3)
                try await tamper(store, change)
                let faults = try await verified(store)
                #expect(
                    faults.contains {
                        if case .brokenSeal("gateway/records", _) = $0 { true } else { false }
                    }, "\(change)")
            }
        }
    }

    @Test("a record that no gateway took in is named", arguments: Engine.all)
    func unsealed(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for number in 1...2 { try await store.stored(RecordDraft(number, place: "P5-1", by: 5)) }
            try await tamper(
                store,
                """
                UPDATE report SET seal_seq = NULL, seal_chain = NULL, received_at = received_at + 1
                WHERE id = '\(reportID(2))';
                """)
            #expect(try await verified(store).contains(.unsealed(report: reportID(2))))
        }
    }

    @Test("what no program of ours can have written is named, and the rest is looked at", arguments: [Engine.sqlite])
    func strange(engine: Engine) async throws {
        for change in [
            "at = 'abc'", "hash = x'00'", "detail_digest = x'0011'", "at = 1e300", "request_id = x'00'", "act = 7",
        ] {
            try await withCounty(engine) { store in
                for number in 1...5 { try await store.trace(act("act \(number)")) }
                try await tamper(
                    store, "UPDATE audit SET \(change) WHERE seq = 3; UPDATE audit SET act = 'x' WHERE seq = 5;")
                let faults = try await verified(store)
                #expect(faults.first == .altered(chain: "gateway/acts", seq: 3), "\(change)")
                #expect(faults.contains(.altered(chain: "gateway/acts", seq: 5)), "\(change)")
            }
        }
        try await withCounty(engine) { store in
            try await store.trace(act("act"))
            try await tamper(store, "UPDATE audit_detail SET salt = x'00';")
            #expect(try await verified(store) == [.detailAltered(chain: "gateway/acts", seq: 1)])
        }
        try await withCounty(engine) { store in
            try await store.trace(act("act"))
            for table in ["audit", "audit_detail"] {
                await #expect(throws: StoreError.self) {
                    _ = try await store.database.write {
                        try $0.run("INSERT OR REPLACE INTO \(table) SELECT * FROM \(table)", [])
                    }
                }
            }
        }
    }

    @Test("item 30 · an act whose row cannot be written is not done", arguments: Engine.all)
    func refusedWithoutRow(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.trace(act("act"))
            try await store.database.write { try $0.script("ALTER TABLE audit RENAME TO audit_gone;") }
            await #expect(throws: StoreError.self) {
                try await store.acting(act("POST /v1/areas")).add([.sample(20, .grid, "新网格", under: 3)], at: now)
            }
            await #expect(throws: StoreError.self) { try await store.stored(RecordDraft(1, place: "P5-1", by: 5)) }
            #expect(try await store.record(reportID(1)) == nil)
            try await store.database.write { try $0.script("ALTER TABLE audit_gone RENAME TO audit;") }
            #expect(try await !store.areaLines([areaID(20)], on: day("2026-03-05")).keys.contains(areaID(20)))
            // What failed meanwhile left nothing behind, in memory neither.
            try await store.stored(RecordDraft(1, place: "P5-1", by: 5))
            #expect(try await verified(store) == [])
        }
    }

    @Test("acts at the same time stand in one chain, one behind the other", arguments: Engine.all)
    func concurrency(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<40 {
                    tasks.addTask {
                        if number % 2 == 0 {
                            try await store.trace(act("act \(number)"))
                        } else {
                            try await store.stored(RecordDraft(number, place: "P5-1", by: 5))
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            let verifier = try await store.verifyAudit(heads: [], keys: [], at: now)
            #expect(verifier.faults == [] && verifier.rows - verifier.sealed == 20)
        }
    }
}

@Suite("Whoever reads of a key person can be named to them")
struct ReadingsTests {
    @Test(
        "item 40 · the access log of a person: readings of theirs and of the rosters they stand on, and no others",
        arguments: Engine.all)
    func readings(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for object in [
                "K5-1 story", "K5-1", "K5-10 story", "A0000005 keyPersons", "A0000006 keyPersons", "K5-2 vault",
            ] {
                try await store.trace(act("reading \(object)", object))
            }
            try await store.trace(
                Act("POST /v1/duties", at: now, person: "W5", object: "K5-1", salt: "s"))
            let acts = try await store.readings(of: "K5-1").map(\.act)
            #expect(acts == ["reading K5-1 story", "reading K5-1", "reading A0000005 keyPersons"])
        }
    }
}
