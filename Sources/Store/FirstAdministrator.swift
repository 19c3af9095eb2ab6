public import Patrol

/// Why there is no code for the first administrator.
public enum FirstAdministratorRefusal: Error, Equatable, Sendable {
    /// There is one; further ones are made by that one.
    case administratorExists
    /// There is nothing yet to administer.
    case noAreas
}

extension PatrolStore {
    /// Milliseconds for which a code for the first administrator is good.
    public static let firstAdministratorCodeLifetime: Int64 = 86_400_000

    /// A code for the first security administrator, in place of one made before.
    /// - Returns: when it dies.
    /// - Throws: `FirstAdministratorRefusal`.
    public func makeFirstAdministratorCode(hash: String, at now: Instant) async throws -> Instant {
        let today = zone.day(of: now)
        let end = now.adding(milliseconds: Self.firstAdministratorCodeLifetime)
        return try await database.write { connection in
            guard try !connection.hasSecurityAdministrator(on: today) else {
                throw FirstAdministratorRefusal.administratorExists
            }
            guard try !connection.topAreas(on: today).isEmpty else { throw FirstAdministratorRefusal.noAreas }
            try connection.run("DELETE FROM first_administrator_code", [])
            try connection.run(
                "INSERT INTO first_administrator_code (code_hash, made_at, expires_at) VALUES ($1, $2, $3)",
                [.text(hash), .integer(now.milliseconds), .integer(end.milliseconds)])
            return end
        }
    }

    /// Whether a code would make the first administrator now; asked before a password is hashed for whoever shows it.
    public func isFirstAdministratorCode(hash: String, at now: Instant) async throws -> Bool {
        let today = zone.day(of: now)
        return try await database.read { connection in
            try connection.isGood(hash, at: now) && !connection.hasSecurityAdministrator(on: today)
        }
    }

    /// Makes the first security administrator together with the device that the code was shown on.
    /// - Parameter entry: its roles are passed over; the code brings one.
    /// - Returns: false for a code that is wrong, used or dead, and where there is an administrator by now.
    /// - Throws: `StoreError.uniqueViolation` if the login is taken; then the code is not used up.
    public func redeemFirstAdministrator(
        codeHash: String, entry: PersonEntry, device: String, shown: ShownDevice, at now: Instant
    ) async throws -> Bool {
        let today = zone.day(of: now)
        return try await database.write { connection in
            let isGood = try connection.isGood(codeHash, at: now)
            let areas = try connection.topAreas(on: today)
            guard isGood, !areas.isEmpty, try !connection.hasSecurityAdministrator(on: today) else { return false }
            try connection.run("DELETE FROM first_administrator_code", [])
            try connection.insert(
                PersonEntry(
                    id: entry.id, login: entry.login, name: entry.name, passwordHash: entry.passwordHash,
                    mustChange: entry.mustChange,
                    roles: areas.map { .init(role: .securityAdministrator, area: $0, from: today) },
                    duties: entry.duties), at: now)
            try connection.run(
                """
                INSERT INTO device (id, person_id, label, state, recorded_at) VALUES ($1, $2, $3, 'pending', $4)
                """, [.text(device), .text(entry.id), .text(entry.login), .integer(now.milliseconds)])
            try connection.enrol(shown, as: device, at: now)
            return true
        }
    }
}

extension SQLConnection {
    fileprivate func isGood(_ codeHash: String, at now: Instant) throws -> Bool {
        try !rows(
            "SELECT 1 FROM first_administrator_code WHERE code_hash = $1 AND made_at <= $2 AND expires_at > $2",
            [.text(codeHash), .integer(now.milliseconds)]
        ).isEmpty
    }

    fileprivate func hasSecurityAdministrator(on day: Day) throws -> Bool {
        try !rows(
            """
            SELECT 1 FROM role_assignment AS r JOIN person AS p ON p.id = r.person_id
            WHERE r.role = $1 AND p.disabled_at IS NULL AND (r.valid_to IS NULL OR r.valid_to > $2) LIMIT 1
            """, [.text(Role.securityAdministrator.rawValue), .text(day.description)]
        ).isEmpty
    }
}
