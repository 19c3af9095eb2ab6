public import Patrol

/// What a password is checked against.
public struct Credentials: Equatable, Sendable {
    public let person: String
    public let login: String
    public let passwordHash: String
    public let password: PasswordState
}

extension PatrolStore {
    /// - Returns: nil for an unknown or disabled name.
    public func credentials(login: String) async throws -> Credentials? {
        try await database.read { try $0.credentials("login", login) }
    }

    /// - Returns: nil for somebody unknown or disabled.
    public func credentials(person: String) async throws -> Credentials? {
        try await database.read { try $0.credentials("id", person) }
    }

    /// The id of whoever has a login, disabled or not.
    public func person(login: String) async throws -> String? {
        try await database.read { connection in
            try connection.rows("SELECT id FROM person WHERE login = $1", [.text(login)]).first?.text(0)
        }
    }

    /// Hashes of passwords that somebody gave up, the latest first.
    public func earlierPasswords(of person: String, most: Int) async throws -> [String] {
        try await database.read { connection in
            try connection.rows(
                "SELECT password_hash FROM password_history WHERE person_id = $1 ORDER BY number DESC LIMIT $2",
                [.text(person), SQLValue(most)]
            ).map { try $0.text(0) }
        }
    }

    /// The same password hashed anew, if it is still the one.
    public func rehash(_ person: String, from old: String, to new: String) async throws {
        _ = try await database.write { connection in
            try connection.run(
                "UPDATE person SET password_hash = $3 WHERE id = $1 AND password_hash = $2",
                [.text(person), .text(old), .text(new)])
        }
    }

    /// Somebody's own new password. Ends all their logins but the one it was changed in.
    /// - Parameters:
    ///   - old: the hash that the old password was checked against.
    ///   - remembered: earlier passwords that stay on record.
    /// - Throws: `StoreError.busy` if the password was changed meanwhile.
    public func changePassword(
        of person: String, from old: String, to new: String, keeping login: String?, remembered: Int,
        at now: Instant
    ) async throws {
        try await database.write { connection in
            guard try connection.credentials("id", person)?.passwordHash == old else { throw StoreError.busy }
            try connection.setPassword(of: person, to: new, mustChange: false, remembered: remembered, at: now)
            try connection.endLogins(of: person, except: login, at: now)
        }
    }
}

extension SQLConnection {
    /// - Parameter column: a name of our own, never from outside.
    fileprivate func credentials(_ column: String, _ value: String) throws -> Credentials? {
        try rows(
            """
            SELECT id, login, password_hash, COALESCE(password_set_at, recorded_at), must_change FROM person
            WHERE \(column) = $1 AND disabled_at IS NULL
            """, [.text(value)]
        ).first.map { row in
            Credentials(
                person: try row.text(0), login: try row.text(1), passwordHash: try row.text(2),
                password: PasswordState(
                    setAt: Instant(milliseconds: try row.integer(3)), mustChange: try row.integer(4) == 1))
        }
    }

    func setPassword(of person: String, to hash: String, mustChange: Bool, remembered: Int, at now: Instant) throws {
        try run(
            """
            INSERT INTO password_history (person_id, number, password_hash)
            SELECT p.id, COALESCE((SELECT MAX(h.number) FROM password_history AS h WHERE h.person_id = p.id), 0) + 1,
                p.password_hash FROM person AS p WHERE p.id = $1
            """, [.text(person)])
        try run(
            """
            DELETE FROM password_history WHERE person_id = $1 AND number <=
                (SELECT MAX(h.number) FROM password_history AS h WHERE h.person_id = $1) - $2
            """, [.text(person), SQLValue(remembered)])
        try run(
            "UPDATE person SET password_hash = $2, password_set_at = $3, must_change = $4 WHERE id = $1",
            [.text(person), .text(hash), .integer(now.milliseconds), SQLValue(mustChange)])
    }

    /// - Parameter login: the one that goes on; nil ends all.
    func endLogins(of person: String, except login: String? = nil, at now: Instant) throws {
        try run(
            "UPDATE login SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL AND id <> $3",
            [.text(person), .integer(now.milliseconds), .text(login ?? "")])
    }
}
