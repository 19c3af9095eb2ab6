import Crypto
import Foundation
import Patrol
import TestSupport
import Testing

@testable import Store

/// Every schema that landed left a small database as text. It must migrate to the newest one for ever.
///
/// To make the next one, run this suite once with `PATROL_WRITE_SCHEMA_FIXTURE=1`, then never change it.
@Suite("Landed schemas")
struct SchemaFixtureTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    private static let isWriting = ProcessInfo.processInfo.environment["PATROL_WRITE_SCHEMA_FIXTURE"] != nil

    private static func fixture(_ version: Int64) throws -> String {
        try String(contentsOf: folder.appending(path: "schema-v\(version).sql"), encoding: .utf8)
    }

    @Test(
        "a landed schema migrates, its ledger verifies and its figures stand", arguments: Engine.all,
        Migration.all.map(\.version))
    func landed(engine: Engine, version: Int64) async throws {
        let sql = try Self.fixture(version)
        try await withTemporaryFolder { folder in
            let database = try engine.open(folder)
            try await database.write { try $0.script(sql) }
            #expect(try await schemaVersion(database) == version)
            #expect(try await migrate(database) == Migration.all.map(\.version).filter { $0 > version })
            let group = GroupCommit(database)
            let store = PatrolStore(database, zone: .shanghai, group: group)
            let result = try await store.verify(replay: replay)
            // From the third schema on months close and people rule; a late record is in the journal of February.
            let closes = version >= 3
            #expect(result.differences == [] && result.visits == (closes ? 7 : 6) && result.months == 2)
            #expect(result.versions == (closes ? 1 : 0))
            #expect(
                try await store.places(1)
                    == count(due: 15, done: 3, provisional: 1, excused: closes ? 1 : 0, awaiting: closes ? 0 : 1))
            #expect(try await store.policies().count == (closes ? 3 : 2))
            #expect(try await store.keyPersons(1) == count(due: 10, done: 1))
            #expect(try await store.places(3, month("2026-02")) == count(due: 6))
            #expect(try await store.places(4, month("2026-02")) == count(due: 6, done: 1))
            #expect(try await store.places(8) == count(due: 4, done: 2))
            #expect(try await store.record(reportID(3))?.receipt.missingPhotos == [photoDigest(2)])
            // No fixture has triggers; the seventh step makes those of the audit where they are not.
            if version == 6 {
                await #expect(throws: StoreError.self) {
                    try await database.write { try $0.run("DELETE FROM audit", []) }
                }
            }
        }
    }

    @Test("a step that landed is never edited", arguments: Migration.all)
    func frozen(step: Migration) throws {
        #expect(try Self.fixture(step.version).contains(step.sql), "change the schema by a new step")
        let ownWords = step.ownWords.mapValues { hexadecimal(SHA256.hash(data: Array($0.utf8))) }
        #expect(ownWords == Self.ownWords[step.version] ?? [:], "change triggers by a new step")
    }

    /// SHA-256 of what each engine is told besides; no fixture has it.
    private static let ownWords: [Int64: [SQLDialect: String]] = [
        6: [
            .sqlite: "2bbb91d1fa35a32f9746908951f48eb6410ae78698b02cd98ca737d6ab9779b9",
            .postgres: "28f2de915d74d33bd79584bdcab2b03d4d7a3d3654aa0673e9ca22243e9efd33",
        ],
        7: [
            .sqlite: "fbe38662ac5fdbaee42e14bea2ad24e75305ebf688ac331a011673ef778ce462",
            .postgres: "b82b65b305c0f67f2fabeccc9f808773656c603f083d6e68dfbb88eda16281bd",
        ],
    ]

    @Test(.enabled(if: isWriting)) func `write the fixture of the newest schema`() async throws {
        let file = Self.folder.appending(path: "schema-v\(Migration.all.count).sql")
        try #require(!FileManager.default.fileExists(atPath: file.path), "a landed fixture stays as it is")
        let dump = try await withCounty { store in
            try await Self.patrol(store)
            return try await Self.dump(store)
        }
        try dump.write(to: file, atomically: true, encoding: .utf8)
    }

    private static func patrol(_ store: PatrolStore) async throws {
        try await store.stored(
            RecordDraft(1, place: "P7-1", by: 7).with { $0.capturedAt = instant("2026-02-10T09:00:00+08:00") })
        try await store.stored(
            RecordDraft(2, place: "P5-1", by: 5).with {
                $0.photos = [photoDigest(1)]
                $0.fix = Fix(position: County.door, accuracyMetres: 12.5)
            })
        try await store.stored(
            RecordDraft(3, place: "P9-1", by: 9).with { $0.photos = [photoDigest(1), photoDigest(2)] })
        try await store.stored(RecordDraft(4, place: "P6-1", .suspended, by: 6))
        try await store.stored(RecordDraft(5, keyPerson: "K5-1", by: 5).with { $0.unknownMembers = ["/weather"] })
        try await store.stored(
            RecordDraft(6, place: "P8-1", by: 8).with {
                $0.findings = [.init(kind: .dispute, text: "噪声扰民 'A' 栋", isUrgent: true)]
            })
        for worker in [5, 9] { try await store.add(photo: 1, by: worker) }
        let now = instant("2026-03-20T09:00:00+08:00")
        try await store.move(.place, "P5-1", to: areaID(8), from: day("2026-03-21"), at: now)
        try await store.transfer(areaID(7), toManager: areaID(3), from: day("2026-03-21"), at: now)
        try await store.recode(
            areaID(2), scheme: "division", to: "330503004", name: "练市街道", from: day("2026-03-01"), at: now)
        try await store.rule(
            .place, on: reportID(4), Decision(.granted, until: day("2026-05-31"), reason: "现场核实"), id: "ruling-4",
            by: "W8", at: now)
        let check = ObligationPolicy.standard(.place)
        _ = try await store.record(
            ObligationPolicy(
                id: "fire", version: 0, kind: .place, task: .professional, title: "消防专业检查", basis: "区消防〔2026〕8号",
                frequency: Frequency(.week), selection: .init(classes: ["小餐饮"], areas: [areaID(3)]),
                discharge: .init(
                    outcomes: check.discharge.outcomes, capacities: [.stationedStaff], units: ["消防"],
                    demands: [.checklist],
                    attemptsSuffice: false), joinedDays: 10, photoGraceDays: 10, from: day("2027-01-01"), to: nil),
            by: "W8", today: day("2026-03-20"), at: now)
        try await store.close(month("2026-02"), of: areaID(1), by: "grace", at: now)
        try await store.stored(
            RecordDraft(7, place: "P8-2", by: 8).with {
                $0.capturedAt = instant("2026-02-12T09:00:00+08:00")
                $0.receivedAt = instant("2026-03-21T09:00:00+08:00")
            }.timed)
    }

    /// The schema as its steps wrote it, and every row, tables in the order in which they refer to each other.
    private static func dump(_ store: PatrolStore) async throws -> String {
        let ddl = Migration.all.map(\.sql).joined(separator: "\n")
        let made = ddl.matches(of: /CREATE TABLE (\w+)/).map { String($0.1) }
        let renamed = Set(ddl.matches(of: /ALTER TABLE (\w+) RENAME TO/).map { String($0.1) })
        let dropped = Set(ddl.matches(of: /DROP TABLE (\w+);/).map { String($0.1) })
        // A table whose successor takes its name stays in the list by that name.
        let gone = dropped.subtracting(ddl.matches(of: /RENAME TO (\w+)/).map { String($0.1) })
        let tables = made.filter { !renamed.contains($0) && !gone.contains($0) }
        return try await store.database.read { connection in
            var text = "CREATE TABLE schema_version (version BIGINT NOT NULL PRIMARY KEY);\n\n\(ddl)\n"
            for table in ["schema_version"] + tables {
                for row in try connection.rows("SELECT * FROM \(table) ORDER BY 1", []) {
                    text += "INSERT INTO \(table) VALUES (\(row.values.map(Self.literal).joined(separator: ", ")));\n"
                }
            }
            return text
        }
    }

    private static func literal(_ value: SQLValue) -> String {
        switch value {
        case .null: "NULL"
        case .integer(let integer): "\(integer)"
        case .double(let double): "\(double)"
        case .text(let text): "'" + text.replacing("'", with: "''") + "'"
        }
    }
}
