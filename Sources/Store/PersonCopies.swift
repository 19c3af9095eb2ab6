/// All that is kept of somebody in one table.
public struct KeptOfPerson: Equatable, Sendable {
    public let table: String
    /// Column and value, in the order of the table; what is empty is left out.
    public let rows: [[(column: String, value: String)]]

    public static func == (a: KeptOfPerson, b: KeptOfPerson) -> Bool {
        a.table == b.table && a.rows.map { $0.map(\.column) } == b.rows.map { $0.map(\.column) }
            && a.rows.map { $0.map(\.value) } == b.rows.map { $0.map(\.value) }
    }
}

extension PatrolStore {
    /// A copy of all that is kept of a person (个人信息保护法 45), as the table of personal columns finds it.
    /// - Parameter whose: a key person's id or an account's.
    /// - Returns: empty where there is nobody of that id.
    public func copy(of person: String, _ whose: DataSubject) async throws -> [KeptOfPerson] {
        try await database.read { connection in
            try tablePrivacy.compactMap { table in
                let named = table.names.filter { $0.whose == whose }
                guard !named.isEmpty else { return nil }
                // A password's digest tells its owner nothing and a thief much.
                let columns = table.columns.filter { !["password_hash", "token_hash", "salt"].contains($0) }
                let rows = try connection.rows(
                    """
                    SELECT \(columns.joined(separator: ", ")) FROM \(table.table)
                    WHERE \(named.map { "\($0.column) = $1" }.joined(separator: " OR "))
                    """, [.text(person)]
                ).map { row in
                    zip(columns, row.values).compactMap { column, value -> (column: String, value: String)? in
                        switch value {
                        case .null: nil
                        case .text(let text): (column, text)
                        case .integer(let number): (column, String(number))
                        case .double(let number): (column, String(number))
                        }
                    }
                }
                return rows.isEmpty ? nil : KeptOfPerson(table: table.table, rows: rows)
            }
        }
    }

    /// Bodies of the records about a key person: words and names that stand in no column of their own.
    public func recordBodies(about keyPerson: String) async throws -> [(report: String, body: String)] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT r.id, r.body FROM key_person_visit AS v JOIN report AS r ON r.id = v.report_id
                WHERE v.subject_id = $1 ORDER BY r.received_at, r.id
                """, [.text(keyPerson)]
            ).map { (try $0.text(0), try $0.text(1)) }
        }
    }
}
