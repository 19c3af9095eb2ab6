public import Patrol

/// A person with what they may do and owe, as of one day. One object, since every request carries it along.
public final class Actor: Equatable, Sendable {
    public let person: String
    public let name: String
    public let assignments: [RoleAssignment]
    public let duties: [Duty]
    /// Rules on passwords say from it whether this person may do anything but change theirs.
    public let password: PasswordState
    /// How this person is known to be the one; nil where nobody asked.
    public let session: Session?

    public init(
        person: String, name: String, assignments: [RoleAssignment], duties: [Duty], password: PasswordState,
        session: Session? = nil
    ) {
        self.person = person
        self.name = name
        self.assignments = assignments
        self.duties = duties
        self.password = password
        self.session = session
    }

    public static func == (a: Actor, b: Actor) -> Bool {
        a.person == b.person && a.name == b.name && a.assignments == b.assignments && a.duties == b.duties
            && a.password == b.password && a.session == b.session
    }

    /// One login, or one token of another system.
    public struct Session: Equatable, Sendable {
        /// Of the login or the token.
        public let id: String
        public let manner: LoginManner
        public let device: String?
        /// Of the device's key (RFC 7638); each request proves that it has the key.
        public let thumbprint: String?
        /// That key, X9.63, hexadecimal.
        public let publicKey: String?
        public let beganAt: Instant
        public let usedAt: Instant
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
    /// The password is handed out, so that its owner must change it first of all.
    public let mustChange: Bool
    public let roles: [RoleEntry]
    public let duties: [Duty]

    public init(
        id: String, login: String, name: String, passwordHash: String, mustChange: Bool = false, roles: [RoleEntry],
        duties: [Duty]
    ) {
        self.id = id
        self.login = login
        self.name = name
        self.passwordHash = passwordHash
        self.mustChange = mustChange
        self.roles = roles
        self.duties = duties
    }

    public struct RoleEntry: Equatable, Sendable {
        public let role: Role
        public let area: AreaID
        public let from: Day
        /// The first day on which it does not hold any more.
        public let to: Day?

        public init(role: Role, area: AreaID, from: Day, to: Day? = nil) {
            self.role = role
            self.area = area
            self.from = from
            self.to = to
        }
    }
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

    /// A person as of a day, disabled or not; nil for nobody.
    public func account(_ person: String, on day: Day) async throws -> (actor: Actor, disabledAt: Instant?)? {
        try await database.read { connection in
            guard
                let row = try connection.rows(
                    "SELECT disabled_at, \(actorColumns) FROM person AS p WHERE p.id = $1", [.text(person)]
                ).first
            else { return nil }
            return (
                try connection.actor(row, from: 1, on: day),
                try row.optionalInteger(0).map { Instant(milliseconds: $0) }
            )
        }
    }

    /// A person as of a day, without a session; for jobs and tests.
    public func actor(person: String, on day: Day) async throws -> Actor? {
        try await database.read { connection in
            try connection.rows("SELECT \(actorColumns) FROM person AS p WHERE p.id = $1", [.text(person)])
                .first.map { try connection.actor($0, from: 0, on: day) }
        }
    }
}

/// What `SQLConnection.actor` reads, of `person AS p`.
let actorColumns = "p.id, p.name, p.must_change, COALESCE(p.password_set_at, p.recorded_at)"

extension SQLConnection {
    /// - Parameters:
    ///   - column: the first of `actorColumns` in the row.
    ///   - scopes: what a token is cut down to.
    func actor(
        _ row: SQLRow, from column: Int, on day: Day, session: Actor.Session? = nil, scopes: Set<Permission>? = nil
    ) throws -> Actor {
        let person = try row.text(column)
        let assignments = try rows(
            "SELECT role, area_id, valid_from, valid_to FROM role_assignment WHERE person_id = $1 ORDER BY role, area_id",
            [.text(person)]
        ).compactMap { row -> RoleAssignment? in
            guard let role = Role(rawValue: try row.text(0)), let from = Day(try row.text(2)),
                let area = try path(of: row.text(1), on: day)
            else { return nil }
            return RoleAssignment(
                role: role, area: area, from: from, to: try row.optionalText(3).flatMap { Day($0) }, scopes: scopes)
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
            person: person, name: try row.text(column + 1),
            assignments: assignments + (try rights(by: duties, besides: assignments, on: day, scopes: scopes)),
            duties: duties,
            password: PasswordState(
                setAt: Instant(milliseconds: try row.integer(column + 3)),
                mustChange: try row.integer(column + 2) == 1), session: session)
    }

    /// Whoever answers for a grid works in it, for the days of the duty: a stand-in needs no role of their own.
    private func rights(
        by duties: [Duty], besides assignments: [RoleAssignment], on day: Day, scopes: Set<Permission>?
    ) throws -> [RoleAssignment] {
        try duties.filter(\.capacity.holdsGrid).compactMap { duty in
            let hasOwn = assignments.contains {
                $0.role == .gridWorker && $0.area.areas.last == duty.grid && $0.from <= duty.from && $0.to == nil
            }
            guard !hasOwn, let area = try path(of: duty.grid.text, on: day) else { return nil }
            return RoleAssignment(role: .gridWorker, area: area, from: duty.from, to: duty.to, scopes: scopes)
        }
    }

    func insert(_ person: PersonEntry, at now: Instant) throws {
        try rows(
            """
            INSERT INTO person (id, login, name, password_hash, disabled_at, recorded_at, password_set_at, must_change)
            VALUES ($1, $2, $3, $4, NULL, $5, $5, $6)
            """,
            [
                .text(person.id), .text(person.login), .text(person.name), .text(person.passwordHash),
                .integer(now.milliseconds), SQLValue(person.mustChange),
            ])
        for role in person.roles { try insert(role, of: person.id, at: now) }
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

    func insert(_ role: PersonEntry.RoleEntry, of person: String, at now: Instant) throws {
        try rows(
            """
            INSERT INTO role_assignment (person_id, role, area_id, valid_from, valid_to, recorded_at)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .text(person), .text(role.role.rawValue), .text(role.area.text), .text(role.from.description),
                SQLValue(role.to?.description), .integer(now.milliseconds),
            ])
    }
}
