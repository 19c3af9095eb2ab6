public import Patrol

/// What only a list's owner knows of somebody on it.
public struct VaultEntry: Equatable, Sendable {
    public let list: String
    public let keyPerson: String
    public let category: String
    /// In full; whoever shows it masks it (`maskedIdentityNumber`) unless it was asked for.
    public let identityNumber: String?
    public let caseText: String?

    public init(list: String, keyPerson: String, category: String, identityNumber: String?, caseText: String?) {
        self.list = list
        self.keyPerson = keyPerson
        self.category = category
        self.identityNumber = identityNumber
        self.caseText = caseText
    }
}

extension PatrolStore {
    /// Puts an entry in place of the one before. What it said is gone.
    /// - Throws: `KeyPersonListRefusal.noSuchList`, `.noSuchPerson` for somebody who is not on the list that day.
    public func put(_ entry: VaultEntry, by person: String, on day: Day, at now: Instant) async throws {
        try await database.write { connection in
            _ = try connection.keyPersonList(entry.list)
            guard
                try !connection.rows(
                    """
                    SELECT 1 FROM key_person_member WHERE list_id = $1 AND key_person_id = $2 AND superseded_at IS NULL
                        AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3)
                    """, [.text(entry.list), .text(entry.keyPerson), .text(day.description)]
                ).isEmpty
            else { throw KeyPersonListRefusal.noSuchPerson(entry.keyPerson) }
            try connection.run(
                """
                INSERT INTO key_person_vault
                    (list_id, key_person_id, category, identity_number, case_text, recorded_at, recorded_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (list_id, key_person_id) DO UPDATE SET category = excluded.category,
                    identity_number = excluded.identity_number, case_text = excluded.case_text,
                    recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by
                """,
                [
                    .text(entry.list), .text(entry.keyPerson), .text(entry.category), SQLValue(entry.identityNumber),
                    SQLValue(entry.caseText), .integer(now.milliseconds), .text(person),
                ])
        }
    }

    /// - Returns: nil where the owner keeps nothing.
    public func vaultEntry(of keyPerson: String, on list: String) async throws -> VaultEntry? {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT category, identity_number, case_text FROM key_person_vault
                WHERE list_id = $1 AND key_person_id = $2
                """, [.text(list), .text(keyPerson)]
            ).first.map { row in
                VaultEntry(
                    list: list, keyPerson: keyPerson, category: try row.text(0),
                    identityNumber: try row.optionalText(1), caseText: try row.optionalText(2))
            }
        }
    }

    /// Whether somebody acts for a list on a day; asked before anything of its vault is told.
    public func keeps(_ person: String, list: String, on day: Day) async throws -> Bool {
        try await database.read { connection in
            try !connection.rows(
                """
                SELECT 1 FROM key_person_steward WHERE list_id = $1 AND person_id = $2 AND valid_from <= $3
                    AND (valid_to IS NULL OR valid_to > $3)
                """, [.text(list), .text(person), .text(day.description)]
            ).isEmpty
        }
    }

    /// How many of each category a list has in the grids below an area on a day. One list at a time: what two say
    /// together is a view that nobody has by right.
    public func categoryCounts(of list: String, below path: PathKey, on day: Day) async throws -> [String: Int] {
        try await database.read { connection in
            let grids = Set(try connection.grids(below: path, on: day).map(\.text))
            var counts: [String: Int] = [:]
            for row in try connection.rows(
                """
                SELECT v.category, r.grid_id FROM key_person_vault AS v
                JOIN key_person_member AS m ON m.list_id = v.list_id AND m.key_person_id = v.key_person_id
                    AND m.superseded_at IS NULL AND m.valid_from <= $2 AND (m.valid_to IS NULL OR m.valid_to > $2)
                JOIN key_person_roster AS r ON r.key_person_id = v.key_person_id AND r.superseded_at IS NULL
                    AND r.valid_from <= $2 AND (r.valid_to IS NULL OR r.valid_to > $2)
                WHERE v.list_id = $1
                """, [.text(list), .text(day.description)])
            where grids.contains(try row.text(1)) {
                counts[try row.text(0), default: 0] += 1
            }
            return counts
        }
    }

    /// A list, for who may know of it.
    public func keyPersonList(_ id: String) async throws -> KeyPersonList? {
        try await database.read { try $0.keyPersonLists("WHERE id = $1", [.text(id)]).first }
    }
}
