import Patrol
import Store
import TestSupport
import Testing

/// What every statement of ours may rely on, whatever the engine.
@Suite("SQL connection")
struct ConnectionTests {
    @Test("placeholders stand for values by their number, in any order and any number of times", arguments: Engine.all)
    func numberedPlaceholders(engine: Engine) async throws {
        try await withStore(engine) { store in
            let rows = try await store.database.read { connection in
                try connection.rows(
                    "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT), CAST($3 AS BIGINT), CAST($2 AS TEXT)",
                    [.text("one"), .text("two"), .integer(3)])
            }
            #expect(rows == [SQLRow([.text("two"), .text("one"), .integer(3), .text("two")])])
        }
    }

    @Test("values come back as they went in", arguments: Engine.all)
    func roundTrip(engine: Engine) async throws {
        let texts = [
            "", " ", "网格巡查", "𠮷 👩🏽‍🌾 e\u{301}", "'; DROP TABLE area; --", "a\\b\"c\n\t",
            String(repeating: "长", count: 100_000),
        ]
        let integers: [Int64] = [0, 1, -1, .min, .max, 1 << 53 + 1]
        let doubles = [0.1, -1.5, 30.870123456789, 2.3e-308, 1.797e308, 1e15]
        try await withStore(engine) { store in
            try await store.database.write { connection in
                try connection.script(
                    "CREATE TABLE trial (id BIGINT NOT NULL PRIMARY KEY, t TEXT, i BIGINT, d DOUBLE PRECISION)")
            }
            let values: [[SQLValue]] =
                texts.map { [.text($0), .null, .null] } + integers.map { [.null, .integer($0), .null] }
                + doubles.map { [.null, .null, .double($0)] } + [[.null, .null, .null]]
            try await store.database.write { connection in
                for (id, value) in values.enumerated() {
                    try connection.rows(
                        "INSERT INTO trial (id, t, i, d) VALUES ($1, $2, $3, $4)", [SQLValue(id)] + value)
                }
            }
            let read = try await store.database.read { try $0.rows("SELECT t, i, d FROM trial ORDER BY id", []) }
            #expect(read.map(\.values) == values)
        }
    }

    @Test("several texts of one statement keep apart, whatever their lengths", arguments: Engine.all)
    func severalTexts(engine: Engine) async throws {
        let long = String(repeating: "长", count: 5_000)
        let lines = [["甲", "", "b"], [long, "c", long + "!"], ["", "", ""], ["d", String(long.reversed()), "戊"]]
        try await withStore(engine) { store in
            try await store.database.write { connection in
                try connection.script("CREATE TABLE trial (id BIGINT NOT NULL PRIMARY KEY, a TEXT, b TEXT, c TEXT)")
                for (id, line) in lines.enumerated() {
                    try connection.rows(
                        "INSERT INTO trial (c, b, a, id) VALUES ($4, $3, $2, $1)",
                        [SQLValue(id)] + line.map { .text($0) })
                }
                // In the transaction that wrote them, and beside one of the statement's own.
                for (id, line) in lines.enumerated() {
                    let row = try connection.rows(
                        "SELECT a, b, c, CAST($2 AS TEXT) FROM trial WHERE id = $1 AND a = $3",
                        [SQLValue(id), .text("own" + line[0]), .text(line[0])])
                    #expect(row.map(\.values) == [(line + ["own" + line[0]]).map { .text($0) }])
                }
            }
            let read = try await store.database.read { try $0.rows("SELECT a, b, c FROM trial ORDER BY id", []) }
            #expect(read.map(\.values) == lines.map { $0.map { .text($0) } })
        }
    }

    @Test("a statement that could not be given its values leaves nothing to the next one", arguments: Engine.all)
    func textsAfterFailure(engine: Engine) async throws {
        let long = String(repeating: "长", count: 5_000)
        try await withStore(engine) { store in
            let read = try await store.database.write { connection in
                try connection.script("CREATE TABLE trial (a TEXT, b TEXT)")
                let insert = "INSERT INTO trial (a, b) VALUES ($1, $2)"
                #expect(throws: StoreError.self) {
                    try connection.savepoint { try connection.run(insert, [.text(long), .text("b\0")]) }
                }
                try connection.run(insert, [.text("甲"), .null])
                var streamed: [SQLRow] = []
                try connection.stream(
                    "SELECT a, b, CAST($2 AS TEXT) FROM trial WHERE a = $1", [.text("甲"), .text(long)]
                ) { streamed.append($0) }
                return streamed
            }
            #expect(read == [SQLRow([.text("甲"), .null, .text(long)])])
        }
    }

    @Test("an empty text is not NULL", arguments: Engine.all)
    func emptyText(engine: Engine) async throws {
        try await withStore(engine) { store in
            let row = try #require(
                try await store.database.read {
                    try $0.rows("SELECT CAST($1 AS TEXT), CAST($2 AS TEXT)", [.text(""), .null])
                }.first)
            #expect(try row.text(0) == "")
            #expect(try row.optionalText(1) == nil)
            #expect(throws: StoreError.unexpectedValue(column: 1)) { try row.text(1) }
            #expect(throws: StoreError.unexpectedValue(column: 0)) { try row.integer(0) }
            #expect(throws: StoreError.unexpectedValue(column: 0)) { try row.optionalDouble(0) }
        }
    }

    @Test("texts are ordered by their bytes", arguments: Engine.all)
    func byteOrder(engine: Engine) async throws {
        let sorted = [
            "", "A", "A0000001", "A0000001A0000002", "A0000001~", "B", "Z", "a", "z", "~", "é", "一", "巡", "𠮷",
        ]
        try await withStore(engine) { store in
            try await store.database.write { connection in
                try connection.script("CREATE TABLE trial (t TEXT NOT NULL PRIMARY KEY)")
                for text in sorted.reversed() {
                    try connection.rows("INSERT INTO trial (t) VALUES ($1)", [.text(text)])
                }
            }
            let read = try await store.database.read { connection in
                try connection.rows("SELECT t FROM trial ORDER BY t", []).map { try $0.text(0) }
            }
            #expect(read == sorted)
        }
    }

    @Test("a broken rule is a typed error", arguments: Engine.all)
    func typedErrors(engine: Engine) async throws {
        try await withStore(engine) { store in
            @Sendable func error(_ sql: String) async -> StoreError? {
                await #expect(throws: StoreError.self) { try await store.database.write { try $0.rows(sql, []) } }
            }
            try await store.database.write {
                try $0.script("INSERT INTO ledger_month (month, opened_at) VALUES ('2026-03', 0)")
            }
            #expect(
                await error("INSERT INTO ledger_month (month, opened_at) VALUES ('2026-03', 1)") == .uniqueViolation)
            #expect(
                await error("INSERT INTO area_name VALUES ('A0000001', '无', '2026-01-01', NULL, 0, NULL)")
                    == .foreignKeyViolation)
            #expect(
                await error("INSERT INTO area (id, level, recorded_at) VALUES ('A0000001', 'moon', 0)")
                    == .checkViolation)
            #expect(
                await error("INSERT INTO area (id, level, recorded_at) VALUES ('A0000001', NULL, 0)") == .checkViolation
            )
            guard case .failed? = await error("INSERT INTO nowhere VALUES (1)") else {
                Issue.record("a statement that cannot be prepared did not fail as such")
                return
            }
        }
    }

    @Test("a statement short of a value fails instead of taking NULL", arguments: Engine.all)
    func missingValue(engine: Engine) async throws {
        try await withStore(engine) { store in
            await #expect(throws: StoreError.self) {
                try await store.database.read {
                    try $0.rows("SELECT CAST($1 AS TEXT), CAST($2 AS TEXT)", [.text("one")])
                }
            }
        }
    }

    @Test("a transaction that throws leaves nothing behind", arguments: Engine.all)
    func rollback(engine: Engine) async throws {
        try await withStore(engine) { store in
            await #expect(throws: Refused()) {
                try await store.database.write { connection in
                    try connection.note("2026-01")
                    throw Refused()
                }
            }
            let months = try await store.notedMonths()
            #expect(months == [])
        }
    }

    @Test("a savepoint undoes what its body did and nothing else", arguments: Engine.all)
    func savepoint(engine: Engine) async throws {
        try await withStore(engine) { store in
            let kept = try await store.database.write { connection in
                try connection.note("2026-01")
                #expect(throws: Refused()) {
                    try connection.savepoint {
                        try connection.note("2026-02")
                        try connection.savepoint { try connection.note("2026-03") }
                        throw Refused()
                    }
                }
                #expect(throws: StoreError.uniqueViolation) {
                    try connection.savepoint { try connection.note("2026-01") }
                }
                return try connection.savepoint {
                    try connection.note("2026-04")
                    #expect(throws: Refused()) {
                        try connection.savepoint {
                            try connection.note("2026-05")
                            throw Refused()
                        }
                    }
                    return "kept"
                }
            }
            #expect(kept == "kept")
            #expect(try await store.notedMonths() == ["2026-01", "2026-04"])
        }
    }

    @Test("a body that makes light of an error is not committed all the same", arguments: Engine.all)
    func errorsCount(engine: Engine) async throws {
        try await withStore(engine) { store in
            await #expect(throws: StoreError.uniqueViolation) {
                try await store.database.write { connection in
                    try connection.note("2026-01")
                    #expect(throws: StoreError.uniqueViolation) { try connection.note("2026-01") }
                    #expect(throws: StoreError.uniqueViolation) { try connection.note("2026-02") }
                }
            }
            let months = try await store.notedMonths()
            #expect(months == [])
        }
    }

    @Test("what is left to be told later is told before the commit, and its error is one", arguments: Engine.all)
    func later(engine: Engine) async throws {
        let sql = "INSERT INTO ledger_month (month, opened_at) VALUES ($1, 0)"
        try await withStore(engine) { store in
            try await store.database.write { connection in
                for number in 0..<200 { try connection.later(sql, [.text("m\(number)")]) }
                let seen = try connection.rows("SELECT COUNT(*) FROM ledger_month", [])[0].integer(0)
                #expect(seen == 200)
                try connection.later(sql, [.text("last")])
            }
            let some = try await store.notedMonths()
            #expect(some.count == 201)
            await #expect(throws: StoreError.uniqueViolation) {
                try await store.database.write { try $0.later(sql, [.text("last")]) }
            }
            let kept = try await store.database.write { connection in
                #expect(throws: StoreError.uniqueViolation) {
                    try connection.savepoint { try connection.later(sql, [.text("last")]) }
                }
                return try connection.savepoint {
                    try connection.later(sql, [.text("kept")])
                    return "kept"
                }
            }
            #expect(kept == "kept")
            let all = try await store.notedMonths()
            #expect(all.count == 202)
        }
    }

    @Test("text with NUL is refused, and nothing of it stays on the connection", arguments: Engine.all)
    func nul(engine: Engine) async throws {
        try await withStore(engine) { store in
            for _ in 0..<8 {
                await #expect(throws: StoreError.self) {
                    try await store.database.read { try $0.rows("SELECT CAST($1 AS TEXT)", [.text("a\0")]) }
                }
                await #expect(throws: StoreError.self) { try await store.database.write { try $0.note("a\0") } }
                let row = try await store.database.read { try $0.rows("SELECT CAST($1 AS TEXT)", [.text("b")]) }
                #expect(row == [SQLRow([.text("b")])])
            }
            let months = try await store.notedMonths()
            #expect(months == [])
        }
    }

    @Test("rows are handed over one by one, and who has seen enough ends them", arguments: Engine.all)
    func stream(engine: Engine) async throws {
        let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT i FROM n"
        try await withStore(engine) { store in
            let sum = try await store.database.read { connection in
                var sum: Int64 = 0
                try connection.stream(numbers, [.integer(10_000)]) { sum += try $0.integer(0) }
                return sum
            }
            #expect(sum == 50_005_000)
            await #expect(throws: Refused()) {
                try await store.database.read { connection in
                    try connection.stream(numbers, [.integer(100_000)]) { _ in throw Refused() }
                }
            }
            await #expect(throws: StoreError.self) {
                try await store.database.read { connection in
                    try connection.stream(numbers, [.integer(3)]) { _ in
                        try connection.rows("SELECT 1 FROM deployment", [])
                    }
                }
            }
            let one = try await store.database.read { try $0.rows("SELECT 1 AS one", []) }
            #expect(one == [SQLRow([.integer(1)])])
        }
    }

    @Test("a reader sees one state from beginning to end, and not what is not committed", arguments: Engine.all)
    func snapshot(engine: Engine) async throws {
        try await withStore(engine) { store in
            for round in 0..<20 {
                async let counts = store.database.read { connection in
                    try (0..<20).map { _ in try connection.rows("SELECT COUNT(*) FROM ledger_month", [])[0].integer(0) }
                }
                _ = try await store.database.write { connection in
                    for month in 1...5 { try connection.note("20\(10 + round)-0\(month)") }
                }
                let seen = Set(try await counts)
                #expect(seen.count == 1 && seen.allSatisfy { $0 % 5 == 0 }, "a reader saw \(seen)")
            }
        }
    }
}

struct Refused: Error, Equatable {}

extension SQLConnection {
    /// Writes one row that nothing else depends on.
    func note(_ month: String) throws {
        try rows("INSERT INTO ledger_month (month, opened_at) VALUES ($1, 0)", [.text(month)])
    }
}

extension PatrolStore {
    func notedMonths() async throws -> [String] {
        try await database.read { connection in
            try connection.rows("SELECT month FROM ledger_month ORDER BY month", []).map { try $0.text(0) }
        }
    }
}
