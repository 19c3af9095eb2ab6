import Dispatch
import Foundation
import Patrol
import Store
import StorePostgres
import Synchronization
import TestSupport
import Testing

/// Two gateways on one database: each a pool and a group commit of its own, as two processes have them.
@Suite("Two gateways on one PostgreSQL")
struct SharedDatabaseTests {
    private func withTwoGateways(
        _ body: @Sendable (_ a: PatrolStore, _ b: PatrolStore) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try await TemporaryStore(in: folder, engine: .postgres).serving { a in
                try await County.enter(into: a)
                try await TemporaryStore(in: folder, engine: .postgres).serving { b in try await body(a, b) }
            }
        }
    }

    /// Runs all at once and waits for every one.
    private func together<Value: Sendable>(
        _ jobs: [@Sendable () async throws -> Value]
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { tasks in
            for job in jobs { tasks.addTask { try await job() } }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    @Test func `fifty records raced against both two hundred times are fifty records`() async throws {
        try await withTwoGateways { a, b in
            let drafts = (1...50).map { RecordDraft($0, place: "P\(5 + $0 % 4)-\($0 % 3 + 1)", by: 5 + $0 % 4) }
            for draft in drafts {
                let results = try await together(
                    (0..<200).map { number in { try await (number % 2 == 0 ? a : b).submit(draft.submission) } })
                let receipts = results.compactMap { result -> StoredReceipt? in
                    switch result {
                    case .stored(let receipt), .replayed(let receipt): receipt
                    case .conflict, .notYours: nil
                    }
                }
                #expect(receipts.count == 200 && receipts.allSatisfy { $0 == receipts[0] })
                #expect(results.count { if case .stored = $0 { true } else { false } } == 1)
            }
            #expect(try await a.count("report") == 50)
            #expect(try await b.differences() == [])
        }
    }

    @Test func `visits to one place through both leave one duty done and one count`() async throws {
        try await withTwoGateways { a, b in
            _ = try await together(
                (1...40).map { number in
                    let outcome: PlaceOutcome = number % 3 == 0 ? .closedNow : .checked
                    return {
                        try await (number % 2 == 0 ? a : b).stored(RecordDraft(number, place: "P5-1", outcome, by: 5))
                    }
                })
            #expect(try await a.count("place_visit") == 40)
            #expect(try await a.places(5) == count(due: 3, done: 1))
            #expect(try await b.differences() == [])
        }
    }

    @Test func `counters of one grid under contention end where verify says`() async throws {
        try await withTwoGateways { a, b in
            // Every place of every grid, in opposite orders: the gateways meet on each counter.
            let places = County.allGrids.flatMap { grid in County.places(of: grid).map { (grid, $0) } }
            let drafts = places.enumerated().map { RecordDraft($0 + 1, place: $1.1, by: $1.0) }
            let others = places.reversed().enumerated().map { RecordDraft($0 + 100, place: $1.1, by: $1.0) }
            _ = try await together(
                drafts.map { draft in { try await a.stored(draft) } }
                    + others.map { draft in { try await b.stored(draft) } })
            #expect(try await a.places(1) == count(due: 15, done: 15))
            #expect(try await b.differences() == [])
        }
    }

    @Test func `a roster move against visits counts the subject once, in the grid that holds it`() async throws {
        try await withTwoGateways { a, b in
            try await a.open(march, at: County.entered)
            for round in 0..<10 {
                let grid = round % 2 == 0 ? 6 : 5
                async let visits = together(
                    (0..<8).map { number in
                        { try await a.stored(RecordDraft(round * 10 + number + 1, place: "P5-1", by: 5)) }
                    })
                try await b.move(
                    .place, "P5-1", to: areaID(grid), from: day("2026-03-15"), at: instant("2026-03-20T09:00:00+08:00"))
                _ = try await visits
                #expect(try await a.places(1) == count(due: 15, done: 1))
                #expect(try await a.places(grid).done == 1)
                #expect(try await b.differences() == [])
            }
        }
    }

    @Test func `a record that arrives while the month is closed is in version 1 or in the journal, never in neither`()
        async throws
    {
        for round in 0..<6 {
            try await withTwoGateways { a, b in
                try await a.open(march, at: County.entered)
                let closedAt = instant("2026-04-02T12:00:00+08:00")
                let drafts = (1...8).map { number in
                    RecordDraft(number, place: "P\(5 + number % 4)-\(1 + number % 3)", by: 5 + number % 4).with {
                        $0.capturedAt = instant("2026-03-29T10:00:00+08:00")
                        $0.receivedAt = closedAt.adding(milliseconds: Int64(number % 2))
                    }.timed
                }
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    for draft in drafts { tasks.addTask { try await b.stored(draft) } }
                    tasks.addTask {
                        try await Task.sleep(for: .milliseconds(round * 2))
                        try await a.close(march, of: areaID(County.county), by: "county", at: closedAt)
                    }
                    try await tasks.waitForAll()
                }
                let atClosing = try await a.places(1)
                try await a.cutVersions(at: instant("2026-04-03T12:00:00+08:00"))
                let later = try await a.places(1)
                let path = try #require(try await a.path(of: areaID(1), on: march.last))
                let entries = try await a.journal(.place, below: path, in: march, limit: 100)
                let subjects = Int64(Set(drafts.compactMap { $0.visit?.subject.id }).count)
                #expect(later.done == subjects)
                #expect(
                    Set(entries.filter { $0.before?.contains("\tdue\t") == true }.map(\.subject)).count
                        == Int(later.done - atClosing.done))
                #expect(try await b.differences() == [])
            }
        }
    }

    @Test func `a month that both open at once is opened once, and late records find it`() async throws {
        try await withTwoGateways { a, b in
            let january = month("2026-01")
            let late = RecordDraft(1, place: "P5-1", by: 5).with {
                $0.capturedAt = instant("2026-01-31T23:50:00+08:00")
                $0.receivedAt = instant("2026-03-02T09:00:00+08:00")
            }.timed
            async let opened: Void = a.open(january, at: County.entered)
            async let other: Void = b.open(january, at: County.entered)
            async let receipt = b.stored(late)
            _ = try await (opened, other)
            #expect(try await receipt.month == january)
            #expect(try await a.places(1, january) == count(due: 15, done: 1, late: 1))
            #expect(try await a.differences() == [])
        }
    }

    @Test func `two programs that migrate an empty database at once both find it made`() async throws {
        try await withTemporaryFolder { folder in
            let databases = try (0..<4).map { _ in try Engine.postgres.open(folder) }
            let applied = try await together(databases.map { database in { try await migrate(database) } })
            #expect(applied.flatMap { $0 }.sorted() == Migration.all.map(\.version))
        }
    }
}

@Suite("PostgreSQL as it may be found")
struct PostgresTests {
    @Test func `a server that is not there is unavailable at once`() async throws {
        let database = PostgresDatabase(url: "postgres://nobody@127.0.0.1:1/nothing")
        for _ in 0..<20 {
            let error = await #expect(throws: StoreError.self) {
                try await database.read { try $0.rows("SELECT 1", []) }
            }
            guard case .unavailable? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test func `a database that orders texts as a language does is refused`() async throws {
        let url = try #require(
            ProcessInfo.processInfo.environment["PATROL_TEST_POSTGRES_ICU"],
            "run `make test`, which starts a cluster with ICU zh-CN")
        let database = PostgresDatabase(url: url)
        await #expect(throws: StoreError.unsuitable(.collation("C (ICU)"))) { try await migrate(database) }
        await #expect(throws: StoreError.unsuitable(.collation("C (ICU)"))) {
            try await database.read { try $0.rows("SELECT 1", []) }
        }
    }

    @Test func `a statement that takes too long is ended, and the connection goes on`() async throws {
        try await withTemporaryFolder { folder in
            let database = PostgresDatabase(
                url: try testDatabase(named: folder.lastPathComponent), statementTime: .milliseconds(200))
            await #expect(throws: StoreError.busy) {
                try await database.read { try $0.rows("SELECT 1 FROM pg_sleep(5)", []) }
            }
            #expect(try await database.read { try $0.rows("SELECT 1", []) } == [SQLRow([.integer(1)])])
        }
    }

    @Test func `connections that the server ends are replaced within the same access`() async throws {
        try await withTemporaryFolder { folder in
            let url = try testDatabase(named: folder.lastPathComponent)
            let database = PostgresDatabase(url: url, readers: 1, writers: 1)
            let other = PostgresDatabase(url: url, readers: 1, writers: 1)
            for _ in 0..<3 {
                #expect(try await database.read { try $0.rows("SELECT 1", []) }.count == 1)
                _ = try await other.write { connection in
                    try connection.rows(
                        """
                        SELECT 1 FROM pg_stat_activity
                        WHERE datname = current_database() AND pid <> pg_backend_pid() AND pg_terminate_backend(pid)
                        """, [])
                }
                #expect(try await database.read { try $0.rows("SELECT 1", []) }.count == 1)
                #expect(try await database.write { try $0.rows("SELECT 1", []) }.count == 1)
            }
        }
    }

    @Test func `a transaction whose connection breaks before its commit runs again`() async throws {
        try await withTemporaryFolder { folder in
            let database = try Engine.postgres.open(folder)
            let attempts = Mutex(0)
            let answer = try await database.write { connection in
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                try connection.rows("SELECT 1", [])
                if attempt == 1 { try connection.rows("SELECT 1 WHERE pg_terminate_backend(pg_backend_pid())", []) }
                return attempt
            }
            #expect(answer == 2)
        }
    }

    /// A sequence counts attempts, since no rollback takes it back; the trigger runs within COMMIT.
    @Test func `one whose connection breaks while it commits does not run again`() async throws {
        try await withTemporaryFolder { folder in
            let database = try Engine.postgres.open(folder)
            try await database.write { connection in
                try connection.script(
                    """
                    CREATE TABLE trial (id BIGINT NOT NULL PRIMARY KEY);
                    CREATE SEQUENCE attempts;
                    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;
                    CREATE CONSTRAINT TRIGGER die AFTER INSERT ON trial DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION die();
                    """)
            }
            let error = await #expect(throws: StoreError.self) {
                try await database.write { connection in
                    try connection.rows("SELECT nextval('attempts')", [])
                    try connection.run("INSERT INTO trial (id) VALUES (1)", [])
                }
            }
            guard case .unavailable? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(
                try await database.read { try $0.rows("SELECT last_value FROM attempts", []) } == [
                    SQLRow([.integer(1)])
                ])
        }
    }

    @Test func `a long transaction that lost wins alone, whatever its patience`() async throws {
        try await withTemporaryFolder { folder in
            let url = try testDatabase(named: folder.lastPathComponent)
            let patient = PostgresDatabase(url: url)
            try await patient.write {
                try $0.script("CREATE TABLE trial (n BIGINT NOT NULL); INSERT INTO trial VALUES (0)")
            }
            let hasty = PostgresDatabase(url: url, patience: .milliseconds(1))
            let attempts = Mutex(0)
            try await hasty.write { connection in
                let n = try connection.rows("SELECT n FROM trial", [])[0].integer(0)
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                if attempt == 1 {
                    // Another one is quicker.
                    let other = DispatchSemaphore(value: 0)
                    Task {
                        _ = try? await patient.write { try $0.run("UPDATE trial SET n = n + 10", []) }
                        other.signal()
                    }
                    other.wait()
                }
                try connection.run("UPDATE trial SET n = $1", [.integer(n + 1)])
            }
            #expect(try await patient.read { try $0.rows("SELECT n FROM trial", []) } == [SQLRow([.integer(11)])])
        }
    }

    @Test func `more than the queue takes is answered at once`() async throws {
        try await withTemporaryFolder { folder in
            let database = PostgresDatabase(url: try testDatabase(named: folder.lastPathComponent), readers: 1)
            let refused = await withTaskGroup(of: Bool.self) { tasks in
                for _ in 0..<1_200 {
                    tasks.addTask {
                        do {
                            _ = try await database.read { try $0.rows("SELECT 1 FROM pg_sleep(0.002)", []) }
                            return false
                        } catch {
                            return error as? StoreError == .queueFull
                        }
                    }
                }
                return await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(refused > 0 && refused < 1_200)
        }
    }

    /// PostgreSQL's catalog against SQLite's: the same tables, columns in the same order, keys and indexes.
    @Test func `both engines have the same schema`() async throws {
        let postgres = try await withStore(.postgres) { store in
            try await store.database.read { connection in
                try connection.rows(
                    """
                    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                        CASE WHEN a.attnotnull THEN 'NOT NULL' ELSE '' END
                    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
                    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
                    ORDER BY c.relname, a.attnum
                    """, []
                ).map { try (0..<4).map($0.text).joined(separator: " ").uppercased() }
                    + connection.rows(
                        "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_key' AND indexname NOT LIKE '%_pkey' ORDER BY indexname",
                        []
                    ).map { try $0.text(0).uppercased() }
            }
        }
        let sqlite = try await withStore(.sqlite) { store in
            var lines: [String] = []
            for table in try await store.tables() {
                for column in try await store.pragma("table_info(\(table))", [1, 2, 3]) {
                    lines.append(
                        "\(table) \(column[0]) \(column[1]) \(column[2] == "1" ? "NOT NULL" : "")".uppercased())
                }
            }
            return try await lines
                + store.database.read { connection in
                    try connection.rows(
                        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name", []
                    )
                    .map { try $0.text(0).uppercased() }
                }
        }
        #expect(sqlite.count > 100)
        #expect(postgres == sqlite)
    }
}
