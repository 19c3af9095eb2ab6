import Foundation
import Gateway
import Patrol
import Store
import StoreSQLite
import TestSupport
import Testing

@testable import patrol_gateway

/// The commands as an operator runs them, on a folder of their own.
@Suite struct CommandTests {
    private let areas = "code,level,name,parent\n330503,county,Nanxun,\nG1,grid,First,330503\n"

    private func file(_ name: String, _ text: String, in folder: URL) throws -> String {
        let path = folder.appending(path: name).path
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    @Test func importIsAllOrNothing() async throws {
        try await withTemporaryFolder { folder in
            let data = ["--data", folder.path]
            #expect(await Run(["migrate"] + data).status == 0)
            let good = try file("areas.csv", areas, in: folder)
            #expect(await Run(["import", "areas", good] + data).status == 0)
            let bad = try file(
                "places.csv", "id,name,category,address,grid\np1,a,b,c,G1\np2,a,b,c,G2\n", in: folder)
            let refused = await Run(["import", "places", bad] + data)
            #expect(refused.status == 65)
            #expect(refused.err.contains("row 3, column “grid”"))
            let json = await Run(["import", "places", bad, "--json"] + data)
            #expect(json.out.contains(#""code":"unknown-area","column":"grid""#))
            #expect(json.out.contains(#""imported":0"#))
            let database = try SQLiteDatabase(path: folder.appending(path: "patrol.db").path)
            let store = PatrolStore(database, zone: .shanghai, group: GroupCommit(database))
            #expect(try await store.subjectIDs(.place).isEmpty)
            #expect(await Run(["verify"] + data).status == 0)
        }
    }

    @Test func coverageShowsTheTopmostAreaWithSeveralBelow() async throws {
        try await withTemporaryFolder { folder in
            let data = ["--data", folder.path]
            _ = await Run(["migrate"] + data)
            #expect(await Run(["coverage"] + data).status == 66)
            let text = areas + "G2,grid,Second,330503\n"
            _ = await Run(["import", "areas", try file("areas.csv", text, in: folder)] + data)
            let places = try file("places.csv", "id,name,category,address,grid\np1,a,b,c,G1\n", in: folder)
            _ = await Run(["import", "places", places] + data)
            let shown = await Run(["coverage", "--month", "2026-03", "--json"] + data)
            #expect(shown.status == 0)
            #expect(shown.out.contains(#""doneTotal":0,"dueTotal":1"#))
            #expect(shown.out.contains(#""level":"county""#))
            let grid = await Run(["coverage", "--area", "G1", "--month", "2026-03"] + data)
            #expect(grid.out.contains("0/1"))
            #expect(await Run(["coverage", "--area", "G9"] + data).status == 64)
            #expect(await Run(["coverage", "--month", "March"] + data).status == 64)
        }
    }

    @Test func commandsNeedADatabaseOfThisSchema() async throws {
        try await withTemporaryFolder { folder in
            let file = try file("areas.csv", areas, in: folder)
            #expect(await Run(["import", "areas", file, "--data", folder.path]).status == 66)
            let empty = try self.file("empty.db", "", in: folder)
            #expect(await Run(["import", "areas", file, "--store", "sqlite:\(empty)"]).status == 78)
            #expect(await Run(["import", "areas", folder.path + "/none", "--data", folder.path]).status == 66)
        }
    }

    @Test func workersGetPasswordsThatOpenTheirAccounts() async throws {
        try await withTemporaryFolder { folder in
            let data = ["--data", folder.path]
            _ = await Run(["migrate"] + data)
            _ = await Run(["import", "areas", try file("areas.csv", areas, in: folder)] + data)
            let workers = try file("workers.csv", "login,name,grids\nw1,甲,G1\n", in: folder)
            let passwords = folder.appending(path: "passwords.csv").path
            #expect(await Run(["import", "workers", workers, "--passwords", passwords] + data).status == 0)
            let mode = try FileManager.default.attributesOfItem(atPath: passwords)[.posixPermissions] as? NSNumber
            #expect(mode?.intValue == 0o600)
            let line = try String(contentsOfFile: passwords, encoding: .utf8).split(separator: "\n")[1]
            let parts = line.split(separator: ",")
            let database = try SQLiteDatabase(path: folder.appending(path: "patrol.db").path)
            let store = PatrolStore(database, zone: .shanghai, group: GroupCommit(database))
            let credentials = try #require(try await store.credentials(login: String(parts[0])))
            #expect(Passwords.verify(String(parts[1]), against: credentials.passwordHash))
            #expect(await Run(["import", "workers", workers, "--passwords", passwords] + data).status == 65)
        }
    }

    @Test func userAddNamesEverythingThatIsWrong() async throws {
        try await withTemporaryFolder { folder in
            let data = ["--data", folder.path]
            _ = await Run(["migrate"] + data)
            _ = await Run(["import", "areas", try file("areas.csv", areas, in: folder)] + data)
            let bad = await Run(["user", "add", "Wang", " ", "--role", "boss", "--area", "9", "--generate"] + data)
            #expect(bad.status == 64)
            for word in ["“Wang”", "name", "“boss”", "“9”"] { #expect(bad.err.contains(word)) }
            let good = await Run(
                ["user", "add", "wang", "王芳", "--role", "县级中心", "--area", "330503", "--generate"] + data)
            #expect(good.status == 0)
            #expect(good.out.contains("Password, shown this once, "))
        }
    }

    @Test func aCopyEndsInHashesThatAgree() async throws {
        try await withTemporaryFolder { folder in
            let data = ["--data", folder.path]
            _ = await Run(["migrate"] + data)
            _ = await Run(["import", "areas", try file("areas.csv", areas, in: folder)] + data)
            let source = "sqlite:\(folder.path)/patrol.db"
            let target = try testDatabase(named: folder.lastPathComponent)
            let over = await Run(["store", "copy", "--from", source, "--to", target])
            #expect(over.status == 0)
            #expect(over.out.contains("area 2 ") && over.out.contains("every hash agrees"))
            let back = await Run(["store", "copy", "--from", target, "--to", "sqlite:\(folder.path)/new/back.db"])
            #expect(back.status == 0)
            // The same rows and hashes, line by line.
            #expect(back.out == over.out)
            #expect(await Run(["verify", "--store", target]).status == 0)

            let again = await Run(["store", "copy", "--from", source, "--to", target])
            #expect(again.status == 64 && again.err.contains("is not empty (table deployment)"))
            #expect(await Run(["store", "copy", "--from", source, "--to", source]).status == 64)
            #expect(await Run(["store", "copy", "--from", "mysql:x", "--to", target]).status == 64)
            #expect(
                await Run(["store", "copy", "--from", "sqlite:\(folder.path)/none.db", "--to", target]).status == 66)
        }
    }

    @Test func aDatabaseServerThatIsAwayIsSaidSoWithoutItsPassword() async throws {
        let away = await Run(["verify", "--store", "postgres://patrol:geheim@127.0.0.1:1/patrol?connect_timeout=2"])
        #expect(away.status == 69 && away.err.contains("cannot be reached"))
        #expect(!away.err.contains("geheim"))
        #expect(StoreAddress("postgres://patrol:a%40b@db/x?password=y")?.shown == "postgres://patrol@db/x")
        #expect(StoreAddress("postgres://db/x")?.shown == "postgres://db/x")
        for mistyped in [
            "postgre://u:geheim@h/d", "postgres://u:100%geheim@h/d", "postgres://u:my/geheim@h/d",
            "postgres://u:my@geheim@h/d", "sqlite://u:geheim@h/d",
        ] {
            let copied = await Run(["store", "copy", "--from", mistyped, "--to", "sqlite:none.db"])
            #expect(copied.status == 64 && !copied.err.contains("geheim"))
            let refused = await Run(["verify", "--store", mistyped])
            #expect(refused.status == 78 && !refused.err.contains("geheim"))
        }
    }

    @Test func refusedPhotosAreLinesToo() async throws {
        try await withTemporaryFolder { folder in
            let text = try file("a \"b\".jpg", "no photo", in: folder)
            let out = folder.appending(path: "out/deep").path
            let run = await Run(["photo", "normalize", text, folder.path + "/none.jpg", "--out", out])
            #expect(run.status == 1)
            let lines = run.out.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(
                lines[0].hasSuffix(
                    #"a \"b\".jpg","ok":false,"width":null,"height":null,"bytes":null,"sha256":null,"#
                        + #""orientation":null,"capturedAt":null,"latitude":null,"longitude":null,"#
                        + #""problem":"photo-not-jpeg"}"#))
            #expect(lines[1].contains(#""problem":"photo-io-failure""#))
            #expect(FileManager.default.fileExists(atPath: out))
        }
    }

    @Test func photosAreNeverWrittenOver() async throws {
        try await withTemporaryFolder { folder in
            let photo = try file("a.jpg", "original", in: folder)
            let run = await Run(["photo", "normalize", photo, "--out", folder.path])
            #expect(run.out.contains(#""problem":"name-taken""#))
            #expect(try String(contentsOfFile: photo, encoding: .utf8) == "original")
        }
    }

    @Test func languageFollowsTheEnvironment() {
        #expect(Language(environment: [:]) == .chinese)
        #expect(Language(environment: ["LANG": "en_US.UTF-8"]) == .english)
        #expect(Language(environment: ["LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"]) == .chinese)
    }
}
