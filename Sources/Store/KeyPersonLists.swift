public import Patrol

/// Why a list of key persons, or somebody on one, is not taken.
public enum KeyPersonListRefusal: Error, Equatable, Sendable {
    /// nil in the answer: who acts for no such list learns nothing of it.
    case noSuchList(String)
    case noSuchPerson(String)
    case incomplete([KeyPersonList.Lack])
    /// The roster names an owner and a basis of which no list stands there on that day.
    case noListOfOwner(String, basis: String)
    case idTaken(String)
    case alreadyEnded
    /// Somebody entered or visited a list outside its term.
    case outsideTerm
}

/// A list with what became of it.
public struct KeptKeyPersonList: Equatable, Sendable {
    public let list: KeyPersonList
    /// On the list on the day that is asked about.
    public let members: Int
    /// By whose word it ended before its term; nil otherwise.
    public let endedBecause: String?

    public init(list: KeyPersonList, members: Int, endedBecause: String?) {
        self.list = list
        self.members = members
        self.endedBecause = endedBecause
    }
}

/// Somebody's time on a list.
public struct KeyPersonMembership: Equatable, Sendable {
    public let person: String
    public let list: String
    /// On what paper they entered it.
    public let reason: String
    public let from: Day
    public let to: Day?
}

extension PatrolStore {
    /// Registers a list; whoever does so acts for its owner from then on.
    /// - Throws: `KeyPersonListRefusal.incomplete`, `.idTaken`.
    public func record(_ list: KeyPersonList, by person: String, today: Day, at now: Instant) async throws {
        guard list.lacks.isEmpty else { throw KeyPersonListRefusal.incomplete(list.lacks) }
        try await database.write { connection in
            guard try connection.keyPersonLists("WHERE id = $1", [.text(list.id)]).isEmpty else {
                throw KeyPersonListRefusal.idTaken(list.id)
            }
            try connection.run(
                """
                INSERT INTO key_person_list (id, owner, area_id, legal_basis, purpose, entrusted_to, minors, valid_from,
                    valid_to, recorded_at, recorded_by, ended_at, ended_by, ended_because)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, NULL, NULL, NULL)
                """,
                [
                    .text(list.id), .text(list.owner), .text(list.area.text), .text(list.legalBasis),
                    .text(list.purpose), SQLValue(list.entrustedTo), SQLValue(list.minors),
                    .text(list.from.description), SQLValue(list.to?.description), .integer(now.milliseconds),
                    .text(person),
                ])
            // A job or an import is nobody's account.
            guard try !connection.rows("SELECT 1 FROM person WHERE id = $1", [.text(person)]).isEmpty else { return }
            try connection.appoint(person, for: list.id, from: min(today, list.from), by: person, at: now)
        }
    }

    /// Somebody's account acts for a list's owner from a day on.
    /// - Parameter end: the first day on which it does so no more, also where it does already; nil for as long as the list
    ///   lasts.
    /// - Throws: `KeyPersonListRefusal.noSuchList`, `RegistryRefusal.noSuchPerson`.
    public func appoint(
        _ person: String, for list: String, from day: Day, to end: Day? = nil, by: String, at now: Instant
    ) async throws {
        try await database.write { connection in
            _ = try connection.keyPersonList(list)
            try connection.requirePerson(person)
            if let end {
                let ended = try connection.run(
                    """
                    UPDATE key_person_steward SET valid_to = $3 WHERE list_id = $1 AND person_id = $2
                        AND (valid_to IS NULL OR valid_to > $3)
                    """, [.text(list), .text(person), .text(end.description)])
                if ended > 0 { return }
            }
            try connection.appoint(person, for: list, from: day, to: end, by: by, at: now)
        }
    }

    /// A list ends before its term. Nobody owes its people a visit from that day on unless another list has them.
    /// - Throws: `KeyPersonListRefusal.noSuchList`, `.alreadyEnded`.
    public func end(
        _ id: String, from day: Day, because reason: String, by person: String, at now: Instant
    ) async throws {
        let zone = zone
        try await database.write { connection in
            let list = try connection.keyPersonList(id)
            guard list.to.map({ day < $0 }) ?? true else { throw KeyPersonListRefusal.alreadyEnded }
            let day = max(day, list.from)
            try connection.run(
                """
                UPDATE key_person_list SET valid_to = $2, ended_at = $3, ended_by = $4, ended_because = $5 WHERE id = $1
                """,
                [.text(id), .text(day.description), .integer(now.milliseconds), .text(person), .text(reason)])
            let members = try connection.rows(
                """
                SELECT DISTINCT key_person_id FROM key_person_member
                WHERE list_id = $1 AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $2)
                ORDER BY key_person_id
                """, [.text(id), .text(day.description)]
            ).map { try $0.text(0) }
            for member in members { try connection.boundByLists(member, at: now) }
            try connection.settleMonths(
                .keyPerson, members, changedFrom: day, by: person, source: id, zone: zone, at: now)
        }
    }

    /// Somebody on the roster enters a further list, or leaves one.
    /// - Parameter reason: the paper it rests on; nil where they leave.
    /// - Throws: `KeyPersonListRefusal`.
    public func enter(
        _ keyPerson: String, in id: String, from day: Day, reason: String?, by person: String, at now: Instant
    ) async throws {
        let zone = zone
        try await database.write { connection in
            let list = try connection.keyPersonList(id)
            guard try !connection.rows("SELECT 1 FROM key_person WHERE id = $1", [.text(keyPerson)]).isEmpty else {
                throw KeyPersonListRefusal.noSuchPerson(keyPerson)
            }
            if reason != nil, list.state(on: day) != .inForce { throw KeyPersonListRefusal.outsideTerm }
            try connection.revise(
                .listMember, [.text(id), .text(keyPerson)], from: day, to: reason.map { [.text($0)] }, at: now)
            if reason != nil { try connection.returnToRoster(keyPerson, from: day, at: now) }
            try connection.boundByLists(keyPerson, at: now)
            try connection.settleMonths(
                .keyPerson, [keyPerson], changedFrom: day, by: person, source: id, zone: zone, at: now)
        }
    }

    /// The lists that somebody acts for on a day, by id.
    public func lists(keptBy person: String, on day: Day) async throws -> [KeptKeyPersonList] {
        try await database.read { connection in
            try connection.kept(
                """
                WHERE id IN (SELECT s.list_id FROM key_person_steward AS s WHERE s.person_id = $1 AND s.valid_from <= $2
                    AND (s.valid_to IS NULL OR s.valid_to > $2))
                """, [.text(person), .text(day.description)], on: day)
        }
    }

    /// Every list, for the commands of whoever runs the gateway.
    public func lists(on day: Day) async throws -> [KeptKeyPersonList] {
        try await database.read { try $0.kept("", [], on: day) }
    }

    /// Who is on a list on a day, by id.
    public func members(of list: String, on day: Day) async throws -> [KeyPersonMembership] {
        try await database.read { connection in
            try connection.memberships("m.list_id = $2", [.text(list)], on: day)
        }
    }

    /// Who is on some list that somebody acts for; nobody else is theirs to read.
    public func keyPersons(onListsKeptBy person: String, on day: Day) async throws -> Set<String> {
        try await database.read { connection in
            Set(
                try connection.memberships(
                    """
                    m.list_id IN (SELECT s.list_id FROM key_person_steward AS s WHERE s.person_id = $2
                        AND s.valid_from <= $1 AND (s.valid_to IS NULL OR s.valid_to > $1))
                    """, [.text(person)], on: day
                ).map(\.person))
        }
    }

    public func keyPersonName(_ id: String) async throws -> String? {
        try await database.read { connection in
            try connection.rows("SELECT name FROM key_person WHERE id = $1", [.text(id)]).first?.text(0)
        }
    }

    /// Whether somebody is on any list on a day.
    public func isListed(_ keyPerson: String, on day: Day) async throws -> Bool {
        try await database.read { connection in
            try !connection.memberships("m.key_person_id = $2", [.text(keyPerson)], on: day).isEmpty
        }
    }

    /// Who is on a list of minors on a day.
    public func minors(on day: Day) async throws -> Set<String> {
        try await database.read { connection in
            Set(
                try connection.memberships(
                    "m.list_id IN (SELECT l.id FROM key_person_list AS l WHERE l.minors = $2)", [.integer(1)], on: day
                ).map(\.person))
        }
    }
}

extension SQLConnection {
    /// - Throws: `KeyPersonListRefusal.noSuchList`.
    func keyPersonList(_ id: String) throws -> KeyPersonList {
        guard let list = try keyPersonLists("WHERE id = $1", [.text(id)]).first else {
            throw KeyPersonListRefusal.noSuchList(id)
        }
        return list
    }

    func keyPersonLists(_ condition: String, _ values: [SQLValue]) throws -> [KeyPersonList] {
        try rows(
            """
            SELECT id, owner, area_id, legal_basis, purpose, entrusted_to, minors, valid_from, valid_to
            FROM key_person_list \(condition) ORDER BY id
            """, values
        ).compactMap { row in
            guard let area = AreaID(try row.text(2)), let from = Day(try row.text(7)) else { return nil }
            return KeyPersonList(
                id: try row.text(0), owner: try row.text(1), area: area, legalBasis: try row.text(3),
                purpose: try row.text(4), entrustedTo: try row.optionalText(5), minors: try row.integer(6) == 1,
                from: from, to: try row.optionalText(8).flatMap { Day($0) })
        }
    }

    fileprivate func kept(_ condition: String, _ values: [SQLValue], on day: Day) throws -> [KeptKeyPersonList] {
        try keyPersonLists(condition, values).map { list in
            KeptKeyPersonList(
                list: list, members: try memberships("m.list_id = $2", [.text(list.id)], on: day).count,
                endedBecause: try rows("SELECT ended_because FROM key_person_list WHERE id = $1", [.text(list.id)])
                    .first?.optionalText(0))
        }
    }

    /// - Parameter condition: on `m`; its first value is `$2`.
    fileprivate func memberships(_ condition: String, _ values: [SQLValue], on day: Day) throws -> [KeyPersonMembership]
    {
        try rows(
            """
            SELECT m.key_person_id, m.list_id, m.reason, m.valid_from, m.valid_to FROM key_person_member AS m
            WHERE m.superseded_at IS NULL AND m.valid_from <= $1 AND (m.valid_to IS NULL OR m.valid_to > $1)
                AND \(condition) ORDER BY m.key_person_id, m.list_id
            """, [.text(day.description)] + values
        ).compactMap { row in
            guard let from = Day(try row.text(3)) else { return nil }
            return KeyPersonMembership(
                person: try row.text(0), list: try row.text(1), reason: try row.text(2), from: from,
                to: try row.optionalText(4).flatMap { Day($0) })
        }
    }

    fileprivate func appoint(
        _ person: String, for list: String, from day: Day, to end: Day? = nil, by: String, at now: Instant
    ) throws {
        try run(
            """
            INSERT INTO key_person_steward (list_id, person_id, valid_from, valid_to, recorded_at, recorded_by)
            VALUES ($1, $2, $3, $6, $4, $5)
            ON CONFLICT (list_id, person_id, valid_from) DO UPDATE SET valid_to = excluded.valid_to
            """,
            [
                .text(list), .text(person), .text(day.description), .integer(now.milliseconds), .text(by),
                SQLValue(end?.description),
            ])
    }

    // MARK: Lists and the roster

    /// Puts somebody on the list of the owner and basis that a roster names, from a day on, and off any other list that
    /// the roster put them on before.
    /// - Returns: the day from which the list has them.
    /// - Throws: `KeyPersonListRefusal.noListOfOwner`.
    @discardableResult
    func enlist(_ entry: KeyPersonEntry, from day: Day, at now: Instant) throws -> Day {
        let candidates = try keyPersonLists(
            "WHERE owner = $1 AND legal_basis = $2", [.text(entry.listOwner), .text(entry.legalBasis)])
        let path = try path(of: entry.grid.text, on: day)
        let lists = candidates.filter { list in
            // A grid that is not there is refused where the roster takes it; before its first day it stands nowhere.
            list.state(on: day) != .ended
                && (path.map { $0.areas.count == 1 || $0.areas.contains(list.area) } ?? true)
        }
        guard let list = lists.first(where: { $0.state(on: day) == .inForce }) ?? lists.first else {
            throw KeyPersonListRefusal.noListOfOwner(entry.listOwner, basis: entry.legalBasis)
        }
        for row in try rows(
            """
            SELECT DISTINCT list_id FROM key_person_member WHERE key_person_id = $1 AND reason = $2
                AND superseded_at IS NULL AND (valid_to IS NULL OR valid_to > $3) ORDER BY list_id
            """, [.text(entry.id), .text(byRoster), .text(day.description)])
        where try row.text(0) != list.id {
            try revise(.listMember, [.text(try row.text(0)), .text(entry.id)], from: day, to: nil, at: now)
        }
        let isThere = try rows(
            """
            SELECT 1 FROM key_person_member WHERE list_id = $1 AND key_person_id = $2 AND superseded_at IS NULL
                AND valid_from <= $3 AND valid_to IS NULL
            """, [.text(list.id), .text(entry.id), .text(day.description)])
        if isThere.isEmpty {
            try revise(
                .listMember, [.text(list.id), .text(entry.id)], from: max(day, list.from), to: [.text(byRoster)],
                at: now)
        }
        return max(day, list.from)
    }

    /// Somebody who leaves the roster is on no list any more.
    func delist(_ keyPerson: String, from day: Day, at now: Instant) throws {
        for row in try rows(
            """
            SELECT DISTINCT list_id FROM key_person_member WHERE key_person_id = $1 AND superseded_at IS NULL
                AND (valid_to IS NULL OR valid_to > $2) ORDER BY list_id
            """, [.text(keyPerson), .text(day.description)])
        {
            try revise(.listMember, [.text(try row.text(0)), .text(keyPerson)], from: day, to: nil, at: now)
        }
    }

    /// Nobody is on the roster beyond the last list that has them: what ended owes nothing new.
    func boundByLists(_ keyPerson: String, at now: Instant) throws {
        var last: Day? = .earliest
        for row in try rows(
            """
            SELECT m.valid_to, l.valid_to FROM key_person_member AS m JOIN key_person_list AS l ON l.id = m.list_id
            WHERE m.key_person_id = $1 AND m.superseded_at IS NULL
            """, [.text(keyPerson)])
        {
            let ends = [try row.optionalText(0), try row.optionalText(1)].compactMap { $0.flatMap { Day($0) } }
            last = ends.min().flatMap { end in last.map { max($0, end) } }
        }
        guard let last else { return }
        let beyond = try rows(
            """
            SELECT 1 FROM key_person_roster WHERE key_person_id = $1 AND superseded_at IS NULL
                AND (valid_to IS NULL OR valid_to > $2)
            """, [.text(keyPerson), .text(last.description)])
        guard !beyond.isEmpty else { return }
        try revise(.roster(.keyPerson), [.text(keyPerson)], from: last, to: nil, at: now)
    }

    /// Whoever enters a list anew is visited again where they were last.
    fileprivate func returnToRoster(_ keyPerson: String, from day: Day, at now: Instant) throws {
        guard
            let row = try rows(
                """
                SELECT grid_id, valid_to FROM key_person_roster WHERE key_person_id = $1 AND superseded_at IS NULL
                ORDER BY valid_from DESC LIMIT 1
                """, [.text(keyPerson)]
            ).first, let left = try row.optionalText(1).flatMap({ Day($0) })
        else { return }
        try revise(
            .roster(.keyPerson), [.text(keyPerson)], from: max(day, left), to: [.text(try row.text(0))], at: now)
    }
}

/// The reason of a membership that a roster brought.
private let byRoster = "roster"
