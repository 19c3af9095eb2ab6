import Crypto
public import Patrol

/// Writes a record's body without what is to go. The store knows nothing of what stands in a body.
public typealias BodyCut = @Sendable (_ body: String, _ cut: RecordCut) throws -> String

/// What a round of the retention job deleted.
public struct RetentionOutcome: Equatable, Sendable {
    public var positions = 0
    public var photos = 0
    public var people = 0
    public var logins = 0

    public init() {}
}

extension PatrolStore {
    /// Cuts away what was kept long enough: positions, what cameras wrote into photos, people off every list, old logins.
    /// Each page is a transaction; a round that is broken off goes on with the next.
    /// - Parameter cutting: see `BodyCut`.
    public func applyRetention(
        _ terms: RetentionTerms, at now: Instant, cutting: @escaping BodyCut
    ) async throws -> RetentionOutcome {
        var outcome = RetentionOutcome()
        let personDays = min(terms.keyPersonPositionDays, RetentionTerms.longestKeyPersonPositionDays)
        func days(ago days: Int) -> Instant { now.adding(milliseconds: -Int64(days) * millisecondsOfDay) }
        outcome.positions = try await cutPositions(
            keyPersonsBefore: days(ago: personDays), othersBefore: days(ago: terms.workerPositionDays), at: now,
            cutting: cutting)
        let (photosUntil, loginsUntil) = (days(ago: terms.photoMetadataDays), days(ago: terms.loginDays))
        outcome.photos = try await database.write { connection in
            try connection.run(
                """
                UPDATE photo SET captured_at = NULL, latitude = NULL, longitude = NULL, make = NULL, model = NULL
                WHERE received_at < $1 AND (captured_at IS NOT NULL OR latitude IS NOT NULL OR longitude IS NOT NULL
                    OR make IS NOT NULL OR model IS NOT NULL)
                """, [.integer(photosUntil.milliseconds)])
        }
        outcome.logins = try await database.write { connection in
            try connection.removeLogins("COALESCE(ended_at, ends_at) < $1", [.integer(loginsUntil.milliseconds)])
        }
        let gone = try await keyPersonsOffList(
            since: zone.day(of: now).adding(days: -31 * terms.offListMonths))
        for person in gone {
            do {
                try await shred(
                    person, because: "off every list for \(terms.offListMonths) months", by: "retention", at: now,
                    cutting: cutting)
                outcome.people += 1
            } catch is DeletionRefusal {
                // Meanwhile they came onto a list, or were deleted.
            }
        }
        if outcome != RetentionOutcome() { try await database.scrub() }
        return outcome
    }

    /// Walks over all records once a round: an index for it would be paid for with every record that comes in.
    private func cutPositions(
        keyPersonsBefore personsUntil: Instant, othersBefore until: Instant, at now: Instant, cutting: @escaping BodyCut
    ) async throws -> Int {
        var (count, last) = (0, "")
        while true {
            let after = last
            let ids = try await database.read { connection in
                try connection.rows(
                    """
                    SELECT id FROM report WHERE id > $1 AND cut IS NULL AND received_at <
                        CASE WHEN subject_kind = 'keyPerson' THEN CAST($2 AS BIGINT) ELSE CAST($3 AS BIGINT) END
                    ORDER BY id LIMIT 200
                    """,
                    [.text(after), .integer(personsUntil.milliseconds), .integer(until.milliseconds)]
                ).map { try $0.text(0) }
            }
            guard let end = ids.last else { return count }
            count += try await database.write { connection in
                try ids.count { try connection.cut($0, .position, at: now, cutting: cutting) }
            }
            last = end
        }
    }

    /// Key persons whom no list and no grid has had since a day, and whose details are still there.
    func keyPersonsOffList(since day: Day) async throws -> [String] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT k.id FROM key_person AS k WHERE k.shredded_at IS NULL
                    AND NOT EXISTS (SELECT 1 FROM key_person_roster AS r WHERE r.key_person_id = k.id
                        AND r.superseded_at IS NULL AND (r.valid_to IS NULL OR r.valid_to > $1))
                    AND NOT EXISTS (SELECT 1 FROM key_person_member AS m JOIN key_person_list AS l ON l.id = m.list_id
                        WHERE m.key_person_id = k.id AND m.superseded_at IS NULL
                            AND (m.valid_to IS NULL OR m.valid_to > $1) AND (l.valid_to IS NULL OR l.valid_to > $1))
                ORDER BY k.id
                """, [.text(day.description)]
            ).map { try $0.text(0) }
        }
    }
}

extension SQLConnection {
    /// Cuts a record's body. Its raw digest, salt and signature go with what they would give away; the digest over both stays, so
    /// that whatever was proved about the record still is.
    /// - Returns: whether there was anything to cut.
    @discardableResult
    func cut(_ id: String, _ cut: RecordCut, at now: Instant, cutting: BodyCut) throws -> Bool {
        guard
            let row = try rows(
                """
                SELECT body, sha256, cut, sealed_digest, person_id, month, device_id, device_sequence FROM report
                WHERE id = $1
                """, [.text(id)]
            ).first
        else { return false }
        // What went further before is not brought back.
        let done = try row.optionalText(2)
        if done == cut.rawValue || done == RecordCut.content.rawValue { return false }
        let (body, sha256) = (try row.text(0), try row.text(1))
        // A further cut than this one is still to come.
        let mark: [SQLValue] =
            cut == .link ? [SQLValue(done), .null] : [.text(cut.rawValue), .integer(now.milliseconds)]
        let left = try cutting(body, cut)
        if left == body {
            try run("UPDATE report SET cut = $2, cut_at = $3 WHERE id = $1", [.text(id)] + mark)
            return false
        }
        let sealed = try row.optionalText(3) ?? salt(of: id).map { Seal.saltedDigest(sha256, salt: $0) }
        try run(
            """
            UPDATE report SET cut = $2, cut_at = $3, body = $4, sha256 = '', salt = NULL, signature = NULL,
                sealed_digest = $5 WHERE id = $1
            """, [.text(id)] + mark + [.text(left), SQLValue(sealed)])
        if cut != .link { try cutLink(to: row, at: now, cutting: cutting) }
        return true
    }

    /// The handheld's next record names the raw digest, by which what was deleted could be tried out.
    private func cutLink(to row: SQLRow, at now: Instant, cutting: BodyCut) throws {
        guard let month = Month(try row.text(5)) else { return }
        for next in try rows(
            """
            SELECT id FROM report WHERE person_id = $1 AND month >= $2 AND month <= $3 AND device_id = $4
                AND device_sequence = $5
            """,
            [
                row.values[4], .text(month.previous.description), .text(month.next.description), row.values[6],
                .integer(try row.integer(7) + 1),
            ])
        {
            try cut(next.text(0), .link, at: now, cutting: cutting)
        }
    }

    /// The one place that reads a record's salt; nil for records from before there were salts, and for cut ones.
    func salt(of report: String) throws -> String? {
        try rows("SELECT salt FROM report WHERE id = $1", [.text(report)]).first?.optionalText(0)
    }
}

let millisecondsOfDay: Int64 = 86_400_000
