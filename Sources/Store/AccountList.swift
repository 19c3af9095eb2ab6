public import Patrol

/// An account as those who manage it see it.
public struct AccountLine: Equatable, Sendable {
    public let person: String
    public let login: String
    public let name: String
    public let isDisabled: Bool
    public let password: PasswordState
    /// In force or to come.
    public let roles: [HeldRole]

    public struct HeldRole: Equatable, Sendable {
        public let role: Role
        public let area: AreaLine
        public let from: Day
        public let to: Day?
    }
}

extension PatrolStore {
    /// Accounts whose people have, had or are to have a role or a duty in an area or below it, by login.
    public func accounts(in area: AreaID, on day: Day, after login: String?, limit: Int) async throws -> [AccountLine] {
        try await database.read { connection in
            try connection.rows(
                """
                WITH RECURSIVE below (id) AS (
                    SELECT id FROM area WHERE id = $1
                    UNION
                    SELECT p.area_id FROM below
                    JOIN area_parent AS p ON p.parent_id = below.id AND p.tree = 'managed' AND p.valid_from <= $2
                        AND p.superseded_at IS NULL AND NOT EXISTS (SELECT 1 FROM area_parent AS q
                            WHERE q.area_id = p.area_id AND q.tree = 'managed' AND q.valid_from > p.valid_from
                                AND q.valid_from <= $2 AND q.superseded_at IS NULL)
                )
                SELECT p.id, p.login, p.name, p.disabled_at, COALESCE(p.password_set_at, p.recorded_at), p.must_change
                FROM person AS p WHERE p.login > $3 AND (
                    EXISTS (SELECT 1 FROM role_assignment AS r
                        WHERE r.person_id = p.id AND r.area_id IN (SELECT id FROM below))
                    OR EXISTS (SELECT 1 FROM duty AS d WHERE d.person_id = p.id AND d.superseded_at IS NULL
                        AND d.grid_id IN (SELECT id FROM below)))
                ORDER BY p.login LIMIT $4
                """, [.text(area.text), .text(day.description), .text(login ?? ""), SQLValue(limit)]
            ).map { try connection.accountLine($0, on: day) }
        }
    }

    /// Names of the areas that a person works in and of those above them, without their ends 省, 市, 县, 区, 镇: what
    /// others know of a person's place.
    public func areaWords(of person: String, on day: Day) async throws -> [String] {
        try await database.read { connection in
            let areas = try connection.rows(
                """
                SELECT area_id FROM role_assignment WHERE person_id = $1
                UNION SELECT grid_id FROM duty WHERE person_id = $1 AND superseded_at IS NULL
                """, [.text(person)]
            ).map { try $0.text(0) }
            return try connection.areaWords(areas, on: day)
        }
    }

    /// As `areaWords(of:on:)`, for a person who is to work in an area.
    public func areaWords(in area: AreaID, on day: Day) async throws -> [String] {
        try await database.read { try $0.areaWords([area.text], on: day) }
    }
}

extension SQLConnection {
    fileprivate func accountLine(_ row: SQLRow, on day: Day) throws -> AccountLine {
        let person = try row.text(0)
        let roles = try roles(of: person).filter { $0.to.map { $0 > day } ?? true }
        let lines = try areaLines(roles.map(\.area.text), on: day)
        return AccountLine(
            person: person, login: try row.text(1), name: try row.text(2),
            isDisabled: try row.optionalInteger(3) != nil,
            password: PasswordState(
                setAt: Instant(milliseconds: try row.integer(4)), mustChange: try row.integer(5) == 1),
            roles: roles.compactMap { role in
                lines[role.area].map { .init(role: role.role, area: $0, from: role.from, to: role.to) }
            })
    }

    fileprivate func areaWords(_ areas: [String], on day: Day) throws -> [String] {
        // The same few areas stand above all of a worker's grids.
        let all = Set(try areas.compactMap { try path(of: $0, on: day) }.flatMap(\.areas))
        return try areaLines(all.map(\.text).sorted(), on: day).values.map { line in
            let ends = ["省", "市", "县", "区", "镇", "乡", "街道"]
            let end = ends.first { line.name.hasSuffix($0) && line.name.count > $0.count + 1 } ?? ""
            return String(line.name.dropLast(end.count))
        }.sorted()
    }
}
