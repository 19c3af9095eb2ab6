public import Patrol

/// A person with what they may do and owe, as of one day. One object, since every request carries it along.
public final class Actor: Equatable, Sendable {
    public let person: String
    public let name: String
    public let assignments: [RoleAssignment]
    public let duties: [Duty]

    public init(person: String, name: String, assignments: [RoleAssignment], duties: [Duty]) {
        self.person = person
        self.name = name
        self.assignments = assignments
        self.duties = duties
    }

    public static func == (a: Actor, b: Actor) -> Bool {
        a.person == b.person && a.name == b.name && a.assignments == b.assignments && a.duties == b.duties
    }

    public func grids(on day: Day) -> Set<AreaID> { Set(duties.filter { $0.holds(on: day) }.map(\.grid)) }
}

/// Which worker is responsible for a grid (包干责任), from a day to the day before `to`.
public struct Duty: Equatable, Sendable {
    public let grid: AreaID
    public let capacity: Capacity
    public let from: Day
    public let to: Day?

    public init(grid: AreaID, capacity: Capacity, from: Day, to: Day?) {
        self.grid = grid
        self.capacity = capacity
        self.from = from
        self.to = to
    }

    public func holds(on day: Day) -> Bool { from <= day && (to.map { day < $0 } ?? true) }
}

/// A person to be added, with role and duties. The password arrives hashed.
public struct PersonEntry: Equatable, Sendable {
    public let id: String
    public let login: String
    public let name: String
    public let passwordHash: String
    public let roles: [RoleEntry]
    public let duties: [Duty]

    public init(id: String, login: String, name: String, passwordHash: String, roles: [RoleEntry], duties: [Duty]) {
        self.id = id
        self.login = login
        self.name = name
        self.passwordHash = passwordHash
        self.roles = roles
        self.duties = duties
    }

    public struct RoleEntry: Equatable, Sendable {
        public let role: Role
        public let area: AreaID
        public let from: Day

        public init(role: Role, area: AreaID, from: Day) {
            self.role = role
            self.area = area
            self.from = from
        }
    }
}

/// What a login is checked against.
public struct Credentials: Equatable, Sendable {
    public let person: String
    public let passwordHash: String
}

extension PatrolStore {
    public func add(_ persons: [PersonEntry], at now: Instant) async throws {
        try await database.write { connection in
            for person in persons { try connection.insert(person, at: now) }
        }
    }

    public func logins() async throws -> Set<String> {
        try await database.read { connection in
            Set(try connection.rows("SELECT login FROM person", []).map { try $0.text(0) })
        }
    }

    /// What some people log in as.
    public func logins(of people: Set<String>) async throws -> [String: String] {
        try await database.read { connection in
            var logins: [String: String] = [:]
            for row in try connection.rows("SELECT id, login FROM person", []) where people.contains(try row.text(0)) {
                logins[try row.text(0)] = try row.text(1)
            }
            return logins
        }
    }

    /// - Returns: nil for an unknown or disabled name.
    public func credentials(login: String) async throws -> Credentials? {
        try await database.read { connection in
            try connection.rows(
                "SELECT id, password_hash FROM person WHERE login = $1 AND disabled_at IS NULL", [.text(login)]
            ).first.map { Credentials(person: try $0.text(0), passwordHash: try $0.text(1)) }
        }
    }

    /// Whose login it is, disabled ones included.
    public func person(login: String) async throws -> String? {
        try await database.read { connection in
            try connection.rows("SELECT id FROM person WHERE login = $1", [.text(login)]).first?.text(0)
        }
    }

    /// Begins a session and removes those that expired.
    public func beginSession(tokenHash: String, person: String, at now: Instant, until: Instant) async throws {
        _ = try await database.write { connection in
            try connection.rows(
                "DELETE FROM session WHERE person_id = $1 AND expires_at <= $2",
                [.text(person), .integer(now.milliseconds)])
            return try connection.rows(
                """
                INSERT INTO session (token_hash, person_id, created_at, expires_at, ended_at) VALUES ($1, $2, $3, $4, NULL)
                """, [.text(tokenHash), .text(person), .integer(now.milliseconds), .integer(until.milliseconds)])
        }
    }

    public func endSession(tokenHash: String, at now: Instant) async throws {
        _ = try await database.write { connection in
            try connection.rows(
                "UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL",
                [.text(tokenHash), .integer(now.milliseconds)])
        }
    }

    /// Who a token speaks for; nil if it is unknown, expired or ended, or its person disabled.
    public func actor(tokenHash: String, at now: Instant) async throws -> Actor? {
        let today = zone.day(of: now)
        return try await database.read { connection in
            guard
                let row = try connection.rows(
                    """
                    SELECT p.id, p.name FROM session AS s JOIN person AS p ON p.id = s.person_id
                    WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND p.disabled_at IS NULL
                    """, [.text(tokenHash), .integer(now.milliseconds)]
                ).first
            else { return nil }
            return try connection.actor(row.text(0), name: row.text(1), on: today)
        }
    }

    /// A person as of a day, without a session; for jobs and tests.
    public func actor(person: String, on day: Day) async throws -> Actor? {
        try await database.read { connection in
            guard let row = try connection.rows("SELECT name FROM person WHERE id = $1", [.text(person)]).first else {
                return nil
            }
            return try connection.actor(person, name: row.text(0), on: day)
        }
    }
}

extension SQLConnection {
    fileprivate func actor(_ person: String, name: String, on day: Day) throws -> Actor {
        let assignments = try rows(
            "SELECT role, area_id, valid_from, valid_to FROM role_assignment WHERE person_id = $1 ORDER BY role, area_id",
            [.text(person)]
        ).compactMap { row -> RoleAssignment? in
            guard let role = Role(rawValue: try row.text(0)), let from = Day(try row.text(2)),
                let area = try path(of: row.text(1), on: day)
            else { return nil }
            return RoleAssignment(role: role, area: area, from: from, to: try row.optionalText(3).flatMap { Day($0) })
        }
        let duties = try rows(
            "SELECT grid_id, capacity, valid_from, valid_to FROM duty WHERE person_id = $1 AND superseded_at IS NULL ORDER BY valid_from, grid_id",
            [.text(person)]
        ).compactMap { row -> Duty? in
            guard let grid = AreaID(try row.text(0)), let capacity = Capacity(rawValue: try row.text(1)),
                let from = Day(try row.text(2))
            else { return nil }
            return Duty(grid: grid, capacity: capacity, from: from, to: try row.optionalText(3).flatMap { Day($0) })
        }
        return Actor(
            person: person, name: name,
            assignments: assignments + (try rights(by: duties, besides: assignments, on: day)),
            duties: duties)
    }

    /// Whoever answers for a grid works in it, for the days of the duty: a stand-in needs no role of their own.
    private func rights(by duties: [Duty], besides assignments: [RoleAssignment], on day: Day) throws
        -> [RoleAssignment]
    {
        try duties.filter(\.capacity.holdsGrid).compactMap { duty in
            let hasOwn = assignments.contains {
                $0.role == .gridWorker && $0.area.areas.last == duty.grid && $0.from <= duty.from && $0.to == nil
            }
            guard !hasOwn, let area = try path(of: duty.grid.text, on: day) else { return nil }
            return RoleAssignment(role: .gridWorker, area: area, from: duty.from, to: duty.to)
        }
    }

    fileprivate func insert(_ person: PersonEntry, at now: Instant) throws {
        try rows(
            """
            INSERT INTO person (id, login, name, password_hash, disabled_at, recorded_at) VALUES ($1, $2, $3, $4, NULL, $5)
            """,
            [
                .text(person.id), .text(person.login), .text(person.name), .text(person.passwordHash),
                .integer(now.milliseconds),
            ])
        for role in person.roles {
            try rows(
                """
                INSERT INTO role_assignment (person_id, role, area_id, valid_from, valid_to, recorded_at)
                VALUES ($1, $2, $3, $4, NULL, $5)
                """,
                [
                    .text(person.id), .text(role.role.rawValue), .text(role.area.text), .text(role.from.description),
                    .integer(now.milliseconds),
                ])
        }
        for duty in person.duties {
            try rows(
                """
                INSERT INTO duty (person_id, grid_id, capacity, valid_from, valid_to, recorded_at, superseded_at)
                VALUES ($1, $2, $3, $4, $5, $6, NULL)
                """,
                [
                    .text(person.id), .text(duty.grid.text), .text(duty.capacity.rawValue),
                    .text(duty.from.description), SQLValue(duty.to?.description), .integer(now.milliseconds),
                ])
        }
    }
}
