public import Patrol

/// What is looked at in a place, item by item (GB/T 34300-2017 6.3 c): data with a basis, in versions.
public struct Checklist: Equatable, Sendable {
    public let id: String
    /// From 1; 0 before it is recorded.
    public let version: Int
    public let title: String
    public let basis: String
    /// Categories of places; all when empty.
    public let classes: Set<String>
    public let from: Day
    public let items: [Item]

    public struct Item: Equatable, Sendable {
        /// The same in every version for the same question.
        public let code: String
        public let text: String

        public init(code: String, text: String) {
            self.code = code
            self.text = text
        }
    }

    public init(
        id: String, version: Int, title: String, basis: String, classes: Set<String>, from: Day, items: [Item]
    ) {
        self.id = id
        self.version = version
        self.title = title
        self.basis = basis
        self.classes = classes
        self.from = from
        self.items = items
    }
}

extension PatrolStore {
    /// Records a checklist or a further version of one; records that were made by an earlier one stay as they are.
    /// - Returns: with its number.
    public func record(_ checklist: Checklist, by person: String, at now: Instant) async throws -> Checklist {
        try await database.write { connection in
            let last = try connection.rows("SELECT MAX(version) FROM checklist WHERE id = $1", [.text(checklist.id)])
            let version = Int(try last[0].optionalInteger(0) ?? 0) + 1
            try connection.run(
                """
                INSERT INTO checklist (id, version, title, basis, classes, valid_from, recorded_at, recorded_by)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                [
                    .text(checklist.id), SQLValue(version), .text(checklist.title), .text(checklist.basis),
                    .text(checklist.classes.sorted().joined(separator: "\n")), .text(checklist.from.description),
                    .integer(now.milliseconds), .text(person),
                ])
            for (position, item) in checklist.items.enumerated() {
                try connection.run(
                    """
                    INSERT INTO checklist_item (checklist_id, version, position, code, text) VALUES ($1, $2, $3, $4, $5)
                    """,
                    [
                        .text(checklist.id), SQLValue(version), SQLValue(position), .text(item.code), .text(item.text),
                    ])
            }
            return Checklist(
                id: checklist.id, version: version, title: checklist.title, basis: checklist.basis,
                classes: checklist.classes, from: checklist.from, items: checklist.items)
        }
    }

    /// Every version of every checklist, by id and version.
    /// - Parameter day: only those that hold then, the last version of each.
    public func checklists(on day: Day? = nil, known: Knowledge = .now) async throws -> [Checklist] {
        try await database.read { connection in
            let all = try connection.rows(
                """
                SELECT id, version, title, basis, classes, valid_from FROM checklist WHERE recorded_at <= $1
                ORDER BY id, version
                """, [.integer((known.at ?? .latest).milliseconds)]
            ).compactMap { row -> Checklist? in
                guard let from = Day(try row.text(5)) else { return nil }
                let items = try connection.rows(
                    "SELECT code, text FROM checklist_item WHERE checklist_id = $1 AND version = $2 ORDER BY position",
                    [.text(try row.text(0)), .integer(try row.integer(1))]
                ).map { Checklist.Item(code: try $0.text(0), text: try $0.text(1)) }
                return Checklist(
                    id: try row.text(0), version: Int(try row.integer(1)), title: try row.text(2),
                    basis: try row.text(3),
                    classes: Set(try row.text(4).split(separator: "\n").map(String.init)), from: from, items: items)
            }
            guard let day else { return all }
            let last = Dictionary(all.filter { $0.from <= day }.map { ($0.id, $0) }) { _, later in later }
            return last.values.sorted { $0.id < $1.id }
        }
    }
}
