public import Patrol

/// Why an account is left as it is.
public enum AccountRefusal: Error, Equatable, Sendable {
    /// There is none, or it reaches beyond the area of whoever asks.
    case noSuchAccount
    case noSuchArea(AreaID)
    case loginTaken
    case endsBeforeItBegins
    /// The role is held there in some of those days already.
    case roleHeld
    case roleNotHeld
    /// 三员分立: the role that the person has already.
    case notSeparate(Role)
    /// The audit is one for all areas; who reads it is no part's.
    case auditorOfPart
    /// Nobody would be left who manages accounts there.
    case lastSecurityAdministrator
    /// Nobody does this to themselves.
    case ownAccount
}

extension PatrolStore {
    /// A new account with its first role.
    /// - Parameters:
    ///   - manager: who adds it; nil for the operator of the machine. So in the other functions.
    /// - Throws: `AccountRefusal`.
    public func addAccount(_ entry: PersonEntry, by manager: Actor?, at now: Instant) async throws {
        let today = zone.day(of: now)
        try await database.write { connection in
            for role in entry.roles {
                try connection.requireArea(role.area, managedBy: manager, on: today)
                guard role.hasDays else { throw AccountRefusal.endsBeforeItBegins }
                try connection.requireWhole(role, on: today)
            }
            guard try connection.rows("SELECT 1 FROM person WHERE login = $1", [.text(entry.login)]).isEmpty else {
                throw AccountRefusal.loginTaken
            }
            try connection.insert(entry, at: now)
        }
    }

    /// Closes an account or opens it again. Closing ends its sessions.
    /// - Throws: `AccountRefusal`.
    public func setDisabled(_ isDisabled: Bool, login: String, by manager: Actor?, at now: Instant) async throws {
        let today = zone.day(of: now)
        try await database.write { connection in
            let person = try connection.account(login, managedBy: manager, on: today)
            guard isDisabled else {
                try connection.run("UPDATE person SET disabled_at = NULL WHERE id = $1", [.text(person)])
                return
            }
            for role in try connection.roles(of: person) where role.role == .securityAdministrator {
                try connection.requireAnother(than: person, over: role, from: today)
            }
            try connection.endLogins(of: person, at: now)
            try connection.run(
                "UPDATE integration_token SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL",
                [.text(person), .integer(now.milliseconds)])
            try connection.run(
                "UPDATE person SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL",
                [.text(person), .integer(now.milliseconds)])
        }
    }

    /// A password that somebody else made; it must be changed at the next login. Ends all sessions.
    /// - Parameter remembered: as in `changePassword`.
    /// - Throws: `AccountRefusal`.
    public func resetPassword(
        login: String, to hash: String, remembered: Int, by manager: Actor?, at now: Instant
    ) async throws {
        let today = zone.day(of: now)
        try await database.write { connection in
            let person = try connection.account(login, managedBy: manager, on: today)
            try connection.setPassword(of: person, to: hash, mustChange: true, remembered: remembered, at: now)
            try connection.endLogins(of: person, at: now)
        }
    }

    /// - Throws: `AccountRefusal`.
    public func giveRole(_ role: PersonEntry.RoleEntry, login: String, by manager: Actor?, at now: Instant) async throws
    {
        let today = zone.day(of: now)
        try await database.write { connection in
            guard role.hasDays else { throw AccountRefusal.endsBeforeItBegins }
            let person = try connection.account(login, managedBy: manager, on: today)
            try connection.requireArea(role.area, managedBy: manager, on: today)
            try connection.requireWhole(role, on: today)
            for held in try connection.roles(of: person) where held.overlaps(role) {
                if held.role == role.role, held.area == role.area { throw AccountRefusal.roleHeld }
                guard held.role == role.role || !Role.separated.isSuperset(of: [held.role, role.role]) else {
                    throw AccountRefusal.notSeparate(held.role)
                }
            }
            // A term of no days, left by a role that ended before it began, may have the same first day.
            try connection.run(
                """
                DELETE FROM role_assignment WHERE person_id = $1 AND role = $2 AND area_id = $3 AND valid_from = $4
                    AND valid_to <= valid_from
                """,
                [.text(person), .text(role.role.rawValue), .text(role.area.text), .text(role.from.description)])
            try connection.insert(role, of: person, at: now)
        }
    }

    /// A role does not hold from a day on.
    /// - Throws: `AccountRefusal`.
    public func endRole(
        _ role: Role, in area: AreaID, login: String, from day: Day, by manager: Actor?, at now: Instant
    ) async throws {
        let today = zone.day(of: now)
        try await database.write { connection in
            let person = try connection.account(login, managedBy: manager, on: today)
            try connection.requireArea(area, managedBy: manager, on: today)
            let held = try connection.roles(of: person).filter {
                $0.role == role && $0.area == area && $0.hasDays && $0.to.map { $0 > day } ?? true
            }
            guard !held.isEmpty else { throw AccountRefusal.roleNotHeld }
            if role == .securityAdministrator {
                for term in held { try connection.requireAnother(than: person, over: term, from: max(day, today)) }
            }
            try connection.run(
                """
                UPDATE role_assignment SET valid_to = CASE WHEN valid_from > $4 THEN valid_from ELSE $4 END
                WHERE person_id = $1 AND role = $2 AND area_id = $3 AND (valid_to IS NULL OR valid_to > $4)
                """, [.text(person), .text(role.rawValue), .text(area.text), .text(day.description)])
        }
    }
}

extension PersonEntry.RoleEntry {
    /// A role that was ended before it began has none.
    fileprivate var hasDays: Bool { to.map { $0 > from } ?? true }

    fileprivate func overlaps(_ other: Self) -> Bool {
        guard hasDays else { return false }
        return (other.to.map { from < $0 } ?? true) && (to.map { other.from < $0 } ?? true)
    }
}

extension SQLConnection {
    /// - Throws: `AccountRefusal.auditorOfPart`.
    fileprivate func requireWhole(_ role: PersonEntry.RoleEntry, on today: Day) throws {
        guard role.role == .auditor else { return }
        let isWhole = try wholeAreas(on: today).contains { whole in
            try path(of: whole.text, on: today)?.areas.contains(role.area) == true
        }
        guard isWhole else { throw AccountRefusal.auditorOfPart }
    }

    /// Every role that somebody had, has or is to have.
    func roles(of person: String) throws -> [PersonEntry.RoleEntry] {
        try rows(
            """
            SELECT role, area_id, valid_from, valid_to FROM role_assignment WHERE person_id = $1
            ORDER BY valid_from, role, area_id
            """, [.text(person)]
        ).compactMap { row in
            guard let role = Role(rawValue: try row.text(0)), let area = AreaID(try row.text(1)),
                let from = Day(try row.text(2))
            else { return nil }
            return .init(role: role, area: area, from: from, to: try row.optionalText(3).flatMap { Day($0) })
        }
    }

    /// The person of a login, all of whose roles and duties lie where the manager may manage accounts.
    fileprivate func account(_ login: String, managedBy manager: Actor?, on today: Day) throws -> String {
        guard !login.utf8.contains(0),
            let person = try rows("SELECT id FROM person WHERE login = $1", [.text(login)]).first?.text(0)
        else { throw AccountRefusal.noSuchAccount }
        guard let manager else { return person }
        guard person != manager.person else { throw AccountRefusal.ownAccount }
        let roles = try roles(of: person)
        let current = roles.filter { $0.to.map { $0 > today } ?? true }
        let grids = try rows(
            """
            SELECT grid_id FROM duty WHERE person_id = $1 AND superseded_at IS NULL
                AND (valid_to IS NULL OR valid_to > $2)
            """, [.text(person), .text(today.description)]
        ).map { try $0.text(0) }
        // Somebody who has nothing any more belongs where they had it.
        let areas = (current.isEmpty && grids.isEmpty ? roles : current).map(\.area.text) + grids
        let isBelow = try areas.allSatisfy { area in
            try path(of: area, on: today).map {
                permits(manager.assignments, .manageAccounts, in: $0, on: today)
            } ?? false
        }
        guard isBelow, !areas.isEmpty else { throw AccountRefusal.noSuchAccount }
        return person
    }

    fileprivate func requireArea(_ area: AreaID, managedBy manager: Actor?, on today: Day) throws {
        guard let path = try path(of: area.text, on: today),
            manager.map({ permits($0.assignments, .manageAccounts, in: path, on: today) }) ?? true
        else { throw AccountRefusal.noSuchArea(area) }
    }

    /// Somebody else must manage accounts over the area of a term, from a day on and without an end.
    /// - Throws: `AccountRefusal.lastSecurityAdministrator`.
    fileprivate func requireAnother(than person: String, over term: PersonEntry.RoleEntry, from day: Day) throws {
        guard term.to.map({ $0 > day }) ?? true, let asked = try path(of: term.area.text, on: day) else { return }
        let others = try rows(
            """
            SELECT r.area_id FROM role_assignment AS r JOIN person AS p ON p.id = r.person_id
            WHERE r.role = $1 AND r.person_id <> $2 AND p.disabled_at IS NULL AND r.valid_from <= $3
                AND r.valid_to IS NULL
            """, [.text(Role.securityAdministrator.rawValue), .text(person), .text(day.description)])
        let isManaged = try others.contains { try path(of: $0.text(0), on: day)?.contains(asked) ?? false }
        guard isManaged else { throw AccountRefusal.lastSecurityAdministrator }
    }
}
