import Patrol
import Store
import TestSupport
import Testing

/// `verify` must see what was changed behind the ledger's back.
@Suite("Verify")
struct VerifyTests {
    private func patrolled(_ body: @Sendable (PatrolStore) async throws -> Void) async throws {
        try await withCounty { store in
            try await store.stored(RecordDraft(1, place: "P5-1", by: 5))
            try await store.stored(RecordDraft(2, place: "P5-2", by: 5).with { $0.photos = [photoDigest(1)] })
            try await store.stored(RecordDraft(3, place: "P6-1", .closedNow, by: 6))
            try await store.stored(RecordDraft(4, keyPerson: "K5-1", by: 5))
            try await store.stored(RecordDraft(5, by: 5, visit: nil).with { $0.text = "路灯不亮" })
            try await body(store)
        }
    }

    @Test func `an honest ledger has no differences, and all of it was looked at`() async throws {
        try await patrolled { store in
            let result = try await store.verify(replay: replay)
            #expect(result.differences == [])
            #expect(result.months == 1 && result.visits == 4 && result.otherRecords == 1)
            #expect(result.obligations == 25)
        }
    }

    @Test(
        "names what was altered",
        arguments: [
            (
                "UPDATE grid_month SET done = done + 1 WHERE grid_id = 'A0000006' AND kind = 'place'",
                "counters placeA0000006"
            ),
            (
                "UPDATE grid_month SET due = due - 1 WHERE grid_id = 'A0000009' AND kind = 'keyPerson'",
                "counters keyPersonA0000009"
            ),
            (
                "UPDATE grid_month SET provisional = 0 WHERE grid_id = 'A0000005' AND kind = 'place'",
                "counters placeA0000005"
            ),
            (
                "UPDATE grid_month SET excused = 1 WHERE grid_id = 'A0000005' AND kind = 'place'",
                "counters placeA0000005"
            ),
            ("DELETE FROM grid_month WHERE grid_id = 'A0000007' AND kind = 'place'", "counters placeA0000007"),
            ("UPDATE place_obligation SET state = 'done' WHERE subject_id = 'P6-1'", "place P6-1 state"),
            ("UPDATE place_obligation SET grid_id = 'A0000008' WHERE subject_id = 'P6-2'", "place P6-2"),
            (
                "UPDATE place_obligation SET best_report_id = NULL, best_standing = -1, state = 'due' WHERE subject_id = 'P5-1'",
                "place P5-1"
            ),
            ("DELETE FROM key_person_obligation WHERE subject_id = 'K5-1'", "keyPerson K5-1"),
            ("UPDATE place_visit SET standing = 6 WHERE report_id LIKE '%2'", "\(reportID(2)) standing"),
            ("UPDATE place_visit SET standing = 0 WHERE report_id LIKE '%1'", "\(reportID(1)) standing"),
            ("UPDATE key_person_visit SET capacity = 'volunteer' WHERE report_id LIKE '%4'", "\(reportID(4)) standing"),
            ("UPDATE report SET missing_photos = 0 WHERE id LIKE '%2'", "\(reportID(2)) missing photos"),
            ("DELETE FROM place_visit WHERE report_id LIKE '%1'", "place P5-1"),
            ("UPDATE place_visit SET subject_id = 'P6-2' WHERE report_id LIKE '%3'", "\(reportID(3)) subject"),
            ("UPDATE place_visit SET visited_at = 1 WHERE report_id LIKE '%3'", "\(reportID(3)) time"),
            ("DELETE FROM place_visit WHERE report_id LIKE '%3'", "\(reportID(3)) visit"),
            (
                """
                INSERT INTO key_person_visit SELECT report_id, 'K6-1', month, visited_at, 'met', standing, grade, reasons,
                    rule_version, policy_version, capacity, downgraded_because, earliest_at, latest_at, others, brings,
                    policy, ruled, until_day, NULL, NULL, NULL FROM place_visit WHERE report_id LIKE '%1'
                """, "\(reportID(1)) visit"
            ),
            ("UPDATE report SET missing_photos = 1 WHERE id LIKE '%5'", "\(reportID(5)) missing photos"),
            ("UPDATE report SET month = '2026-02' WHERE id LIKE '%5'", "\(reportID(5)) month"),
            ("UPDATE report SET subject_kind = NULL WHERE id LIKE '%1'", "\(reportID(1)) subject kind"),
            ("UPDATE place_visit SET month = '2026-02' WHERE report_id LIKE '%1'", "place P5-1"),
            ("UPDATE place_roster SET grid_id = 'A0000008' WHERE place_id = 'P7-1'", "place P7-1"),
            (
                "UPDATE grid_month SET path = 'A0000001A0000005' WHERE grid_id = 'A0000005' AND kind = 'place'",
                "path placeA0000005"
            ),
        ])
    func altered(sql: String, named: String) async throws {
        try await patrolled { store in
            _ = try await store.database.write { try $0.rows(sql, []) }
            let differences = try await store.differences()
            #expect(differences.contains { $0.what.contains(named) }, "\(differences)")
        }
    }

    /// A county with a place that was found, a new tenant and a merged grid; March is closed.
    private func changed(_ body: @Sendable (PatrolStore) async throws -> Void) async throws {
        let now = instant("2026-03-12T09:00:00+08:00")
        try await withCounty { store in
            let found = VisitClaim(
                subject: .newPlace(name: "奶茶店", address: nil), outcome: .place(.checked), until: nil, participants: [])
            try await store.stored(RecordDraft(1, by: 5, visit: found))
            try await store.decide(
                .place, proposalOf: reportID(1), accepted: true, entry: .sample("tea", in: 5), reason: "", id: "d",
                by: "deputy", at: now)
            try await store.apply(.owner("P7-1", .sample("tenant", in: 7)), from: day("2026-03-10"), by: "d", at: now)
            try await store.merge([areaID(6)], into: areaID(5), from: day("2026-03-10"), by: "d", at: now)
            try await store.stored(
                RecordDraft(2, place: "P5-1", by: 5).with { $0.receivedAt = instant("2026-04-03T09:00:00+08:00") }.timed
            )
            try await store.close(march, of: areaID(1), by: "grace", at: instant("2026-04-04T00:00:00+08:00"))
            #expect(try await store.differences() == [])
            try await body(store)
        }
    }

    @Test(
        "names what was altered of places that changed, areas that merged and days of grace",
        arguments: [
            ("UPDATE place_proposal SET result_id = 'P5-2'", "\(reportID(1)) subject"),
            ("UPDATE place_proposal SET result_id = NULL", "\(reportID(1)) subject"),
            ("UPDATE place_visit SET subject_id = 'new:' || report_id WHERE report_id LIKE '%1'", "place tea"),
            ("UPDATE ledger_month SET grace_days = 1 WHERE month = '2026-03'", "place P5-1"),
            ("UPDATE place_roster SET valid_to = NULL WHERE place_id = 'P7-1'", "place P7-1"),
            ("DELETE FROM place_roster WHERE place_id = 'tenant'", "place tenant"),
            (
                "UPDATE place_roster SET superseded_at = 1 WHERE place_id = 'P6-1' AND grid_id = 'A0000005'",
                "place P6-1"
            ),
            ("UPDATE place_obligation SET grid_id = 'A0000006' WHERE subject_id = 'P6-1'", "place P6-1"),
            ("UPDATE grid_month SET path = 'A0000001' WHERE grid_id = 'A0000006'", "path placeA0000006"),
            ("UPDATE place_page SET body = body || ' ' WHERE grid_id = 'A0000006'", "A0000006"),
        ])
    func alteredChanges(sql: String, named: String) async throws {
        try await changed { store in
            _ = try await store.database.write { try $0.rows(sql, []) }
            let differences = try await store.differences()
            #expect(differences.contains { $0.what.contains(named) }, "\(differences)")
        }
    }

    @Test func `a body that cannot be read is named, and the others are still looked at`() async throws {
        try await patrolled { store in
            let spoilt = reportID(1)
            let result = try await store.verify { id, body, sha256 in
                if id == spoilt { throw Refused() }
                return try replay(id: id, body: body, sha256: sha256)
            }
            #expect(result.differences.map(\.what) == ["record \(spoilt) body"])
        }
    }

    @Test func `runs beside a gateway that writes`() async throws {
        try await withCounty { store in
            try await withThrowingTaskGroup(of: [LedgerDifference].self) { tasks in
                for number in 0..<40 {
                    let grid = County.allGrids[number % 5]
                    tasks.addTask {
                        try await store.stored(RecordDraft(number, place: "P\(grid)-\(number % 3 + 1)", by: grid))
                        return []
                    }
                    if number.isMultiple(of: 8) { tasks.addTask { try await store.differences() } }
                }
                for try await differences in tasks { #expect(differences == []) }
            }
        }
    }
}
