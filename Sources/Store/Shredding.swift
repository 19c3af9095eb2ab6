public import Patrol

/// Why nothing is deleted.
public enum DeletionRefusal: Error, Equatable, Sendable {
    case noSuchPerson(String)
    /// Still on a list whose term holds: first the list's owner takes them off.
    case onAList([String])
    /// An account that works; disable it first.
    case accountInUse
    case alreadyDeleted
}

/// What was deleted and what had to stay.
public struct Deletion: Equatable, Sendable {
    public let subject: String
    public let reason: String
    /// Why each of these stays, in both languages.
    public let kept: [Kept]

    public enum Kept: String, CaseIterable, Sendable {
        /// The month's duties and their state, by an id that leads to nobody any more.
        case ledger
        /// Outcome, time and standing of each visit, as they were judged.
        case judgements
        /// That it was done, by whom and why.
        case deletion
        /// What they signed for as a worker.
        case signatures
    }
}

extension PatrolStore {
    /// Deletes what is known of a key person: name, address, rules, vault, words about them. The ledger keeps a count.
    /// - Throws: `DeletionRefusal`.
    public func deleteKeyPerson(
        _ id: String, because reason: String, by person: String, at now: Instant, cutting: @escaping BodyCut
    ) async throws -> Deletion {
        let deletion = try await shred(id, because: reason, by: person, at: now, cutting: cutting)
        try await database.scrub()
        return deletion
    }

    /// Deletes who an account was: what they did stays under an id that names nobody.
    /// - Throws: `DeletionRefusal`.
    public func deleteAccount(_ id: String, because reason: String, by person: String, at now: Instant) async throws
        -> Deletion
    {
        let kept: [Deletion.Kept] = [.judgements, .signatures, .deletion]
        try await database.write { connection in
            guard
                let row = try connection.rows("SELECT disabled_at, name FROM person WHERE id = $1", [.text(id)]).first
            else { throw DeletionRefusal.noSuchPerson(id) }
            guard try row.optionalInteger(0) != nil else { throw DeletionRefusal.accountInUse }
            guard try row.text(1) != "" else { throw DeletionRefusal.alreadyDeleted }
            try connection.run(
                "UPDATE person SET login = $2, name = '', password_hash = '' WHERE id = $1",
                [.text(id), .text("deleted:" + id)])
            try connection.removeLogins("person_id = $1", [.text(id)])
            try connection.run("DELETE FROM password_history WHERE person_id = $1", [.text(id)])
            try connection.run("DELETE FROM certificate WHERE person_id = $1", [.text(id)])
            // Labels are given by people, who like to write names; records say by the key which device it was.
            try connection.run(
                """
                UPDATE device SET label = '', handheld = NULL, model = NULL, app = NULL,
                    state = CASE WHEN enrolled_at IS NULL THEN state ELSE 'lost' END
                WHERE person_id = $1
                """, [.text(id)])
            try connection.run(
                "DELETE FROM enrolment WHERE device_id IN (SELECT id FROM device WHERE person_id = $1)", [.text(id)])
            try connection.run(
                """
                UPDATE device_key SET ended_at = $2
                WHERE ended_at IS NULL AND device_id IN (SELECT id FROM device WHERE person_id = $1)
                """, [.text(id), .integer(now.milliseconds)])
            try connection.run("UPDATE integration_token SET label = '' WHERE person_id = $1", [.text(id)])
            try connection.run("UPDATE joint_work_participant SET name = '' WHERE person_id = $1", [.text(id)])
            try connection.note(id, "account", reason, kept, by: person, at: now)
        }
        try await database.scrub()
        return Deletion(subject: id, reason: reason, kept: kept)
    }

    /// - Throws: `DeletionRefusal`; in the same transaction, so that nobody comes onto a list meanwhile.
    @discardableResult
    func shred(
        _ id: String, because reason: String, by person: String, at now: Instant, cutting: @escaping BodyCut
    ) async throws -> Deletion {
        let kept: [Deletion.Kept] = [.ledger, .judgements, .deletion]
        let today = zone.day(of: now)
        try await database.write { connection in
            try connection.requireDeletable(id, on: today)
            try connection.run(
                """
                UPDATE key_person SET name = '', address = '', contact_rule = '', safety_hint = NULL, shredded_at = $2
                WHERE id = $1
                """, [.text(id), .integer(now.milliseconds)])
            // Whose list it was stays with the row: months are counted by it.
            try connection.run(
                """
                UPDATE key_person_detail SET name = '', address = '', contact_rule = '', safety_hint = NULL
                WHERE key_person_id = $1
                """, [.text(id)])
            try connection.run("DELETE FROM key_person_vault WHERE key_person_id = $1", [.text(id)])
            try connection.run(
                "UPDATE key_person_member SET reason = '' WHERE key_person_id = $1", [.text(id)])
            try connection.run(
                "UPDATE key_person_proposal SET name = NULL, address = NULL WHERE subject_id = $1", [.text(id)])
            try connection.run("UPDATE key_person_ruling SET reason = '' WHERE subject_id = $1", [.text(id)])
            try connection.run(
                """
                UPDATE key_person_appeal SET text = '', answer = CASE WHEN answer IS NULL THEN NULL ELSE '' END
                WHERE ruling_id IN (SELECT id FROM key_person_ruling WHERE subject_id = $1)
                """, [.text(id)])
            try connection.run(
                """
                UPDATE ruling_review SET note = ''
                WHERE ruling_id IN (SELECT id FROM key_person_ruling WHERE subject_id = $1)
                """, [.text(id)])
            let reports = try connection.rows(
                "SELECT report_id FROM key_person_visit WHERE subject_id = $1 ORDER BY report_id", [.text(id)]
            ).map { try $0.text(0) }
            for report in reports {
                try connection.cut(report, .content, at: now, cutting: cutting)
                try connection.run("UPDATE finding SET text = '' WHERE report_id = $1", [.text(report)])
                try connection.run("UPDATE spot_check_look SET note = '' WHERE report_id = $1", [.text(report)])
            }
            try connection.note(id, "keyPerson", reason, kept, by: person, at: now)
        }
        return Deletion(subject: id, reason: reason, kept: kept)
    }
}

extension SQLConnection {
    fileprivate func requireDeletable(_ id: String, on day: Day) throws {
        guard let row = try rows("SELECT shredded_at FROM key_person WHERE id = $1", [.text(id)]).first else {
            throw DeletionRefusal.noSuchPerson(id)
        }
        guard try row.optionalInteger(0) == nil else { throw DeletionRefusal.alreadyDeleted }
        let lists = try rows(
            """
            SELECT DISTINCT m.list_id FROM key_person_member AS m JOIN key_person_list AS l ON l.id = m.list_id
            WHERE m.key_person_id = $1 AND m.superseded_at IS NULL AND (m.valid_to IS NULL OR m.valid_to > $2)
                AND (l.valid_to IS NULL OR l.valid_to > $2) ORDER BY m.list_id
            """, [.text(id), .text(day.description)]
        ).map { try $0.text(0) }
        guard lists.isEmpty else { throw DeletionRefusal.onAList(lists) }
    }

    fileprivate func note(
        _ subject: String, _ whose: String, _ reason: String, _ kept: [Deletion.Kept], by person: String,
        at now: Instant
    ) throws {
        try run(
            """
            INSERT INTO deletion (id, subject_id, whose, reason, kept, deleted_at, deleted_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .text("\(whose):\(subject):\(now.milliseconds)"), .text(subject), .text(whose), .text(reason),
                .text(kept.map(\.rawValue).joined(separator: " ")), .integer(now.milliseconds), .text(person),
            ])
    }
}
