import Foundation
import Patrol
import Store
import StoreSQLite
import TestSupport
import Testing

@testable import patrol_gateway

@Suite("Areas by command")
struct AreaCommandTests {
    private let change = ["--from", "2026-03-01", "--by", "r7"]

    @Test("an area is added, renamed and measured, and the list tells what was known before")
    func changes() async throws {
        try await withCommandCounty { county in
            let added = await county.run(
                ["area", "add", "第五网格", "--level", "网格", "--manager", "A0000003", "--code", "G10"] + change)
            #expect(added.status == 0)
            #expect(await county.run(["area", "rename", "G10", "东五网格"] + change).status == 0)
            #expect(await county.run(["area", "recode", "G10", "G11"] + change).status == 0)
            #expect(await county.run(["area", "size", "A0000005", "--households", "600"] + change).status == 0)
            let list = await county.run("area", "list", "A0000003", "--format", "csv", "--day", "2026-03-31")
            #expect(list.out.hasPrefix("id,level,name,codes,managedBy,households,hectares,warning,history\n"))
            #expect(list.out.contains("A0000010,grid,东五网格,gb:G11,A0000003"))
            #expect(list.out.contains("A0000005,grid,第一网格,,A0000003,600,,tooLarge"))
            let moved = await county.run(["area", "transfer", "A0000008", "--to", "A0000003"] + change)
            #expect(moved.out.contains("Recorded: A0000008"), "the area that moved, not its manager")
            let before = await county.run(
                "area", "list", "A0000003", "--day", "2026-03-31", "--as-of", "2026-02-28")
            #expect(before.out.contains("第一网格") && !before.out.contains("G10") && !before.out.contains("tooLarge"))
            #expect(
                list.out.contains("rename") && list.out.contains("recode") && !before.out.contains("rename"),
                "the history, too")
            let all = await county.run("area", "list", "330503", "--deep", "--json")
            #expect(all.out.contains(#""name":"区医院专属网格""#) && all.out.contains(#""name":"第四网格""#))
        }
    }

    @Test("what does not fit is refused in the words of the web API, and nothing changes")
    func refusals() async throws {
        try await withCommandCounty { county in
            let before = try await county.store.areaStandings(on: day("2026-06-01"))
            for (words, told) in [
                (["area", "rename", "A0000005", " "], "/name must not be empty"),
                (["area", "size", "A0000005", "--households", "2000000"], "must lie between 0 and 1000000"),
                (["area", "close", "A0000005"], "It holds 5 subjects and 0 areas"),
                (["area", "merge", "A0000005"], "A merger takes in others"),
                (["area", "merge", "A0000005", "--others", "A0000003"], "Another level"),
                (["area", "manager", "A0000002", "--to", "A0000003"], "The new manager stands below the area"),
                (["area", "add", "x", "--level", "moon", "--manager", "330503"], "/level must be one of"),
            ] {
                let run = await county.run(words + change)
                #expect(run.status == 65 && run.err.contains(told), "\(words): \(run.err)")
            }
            let chinese = CapturedConsole()
            let words = ["area", "close", "A0000005"] + change + ["--data", county.folder.path]
            let status = await Program.run(words, environment: [:], console: chinese.console(.chinese))
            #expect(status == 65 && chinese.err.contains("区域内还有对象或下级：还有 5 个对象、0 个下级区域"))
            #expect(await county.run(["area", "rename", "A0000099", "x"] + change).status == 64)
            #expect(await county.run("area", "rename", "A0000005", "x", "--from", "March", "--by", "r7").status == 64)
            #expect(
                await county.run("area", "rename", "A0000005", "x", "--from", "2026-03-01", "--by", "?").status == 64)
            #expect(await county.run("area", "list", "330503", "--as-of", "2999-01-01").status == 64)
            #expect(try await county.store.areaStandings(on: day("2026-06-01")) == before)
        }
    }

    @Test("a merger and a division show first what would move")
    func dryRuns() async throws {
        try await withCommandCounty { county in
            _ = await county.run("coverage", "--month", "2026-03")
            let merge = ["area", "merge", "A0000005", "--others", "A0000006", "A0000007"] + change
            let shown = await county.run(merge + ["--dry-run"])
            #expect(shown.out.contains("P6-1") && shown.out.contains("K7-2") && shown.out.contains("W6"))
            #expect(shown.err.contains("12 would move; 0 subjects have nowhere to go yet"))
            #expect(try await county.store.placeRoster(on: day("2026-03-31")).count { $0.grid == areaID(5) } == 3)
            #expect(await county.run(merge).status == 0)
            #expect(try await county.store.placeRoster(on: day("2026-03-31")).count { $0.grid == areaID(5) } == 9)

            for name in ["甲", "乙"] {
                _ = await county.run(["area", "add", name, "--level", "grid", "--manager", "A0000004"] + change)
            }
            let placing = try county.file("placing.csv", "subject,grid\nP8-1,A0000010\n")
            let split = ["area", "split", "A0000008", "--parts", "A0000010", "A0000011"] + change
            #expect(await county.run(split + ["--placing", placing]).err.contains("no area has the code"))
            let unplaced = await county.run(split)
            #expect(unplaced.status == 65 && unplaced.err.contains("Some subjects go nowhere"))
            let trial = await county.run(split + ["--rest", "A0000011", "--dry-run", "--format", "csv"])
            #expect(trial.out.contains("place,P8-1,场所 P8-1,A0000008,A0000011"))
            #expect(await county.run(split + ["--rest", "A0000011"]).status == 0)
            let gone = await county.run("area", "list", "A0000004", "--day", "2026-03-31")
            #expect(!gone.out.contains("第四网格") && gone.out.contains("乙"))
            #expect(await county.run("verify").status == 0, "the month's duties went along")
        }
    }

    @Test("an outline needs its coordinate system, and a survey tells where outlines overlap")
    func boundaries() async throws {
        try await withCommandCounty { county in
            func square(_ west: Double, _ east: Double) -> String {
                let ring = [[west, 30.0], [east, 30.0], [east, 30.01], [west, 30.01], [west, 30.0]]
                let text = ring.map { "[\($0[0]),\($0[1])]" }.joined(separator: ",")
                return #"{"type":"Polygon","coordinates":[[\#(text)]]}"#
            }
            let first = try county.file("a.json", square(120.00, 120.02))
            let second = try county.file("b.json", square(120.01, 120.03))
            let guessed = await county.run("area", "boundary", "A0000005", first, "--from", "2026-03-01")
            #expect(guessed.status == 64 && guessed.err.contains("do not guess"))
            for (area, file) in [("A0000005", first), ("A0000006", second)] {
                let run = await county.run(
                    "area", "boundary", area, file, "--from", "2026-03-01", "--system", "WGS-84")
                #expect(run.status == 0 && run.out.contains("hectares"))
            }
            let survey = await county.run("area", "survey", "A0000003", "--format", "csv")
            #expect(survey.out.contains("overlap,A0000005 A0000006"))
            #expect(await county.run("area", "survey", "A0000004").out.contains("noBoundary"))
            let broken = try county.file("c.json", #"{"type":"Polygon","coordinates":[]}"#)
            let refused = await county.run(
                "area", "boundary", "A0000005", broken, "--from", "2026-03-01", "--system", "WGS-84")
            #expect(refused.status == 65)
            let printed = await county.run("area", "boundary", "A0000003")
            #expect(printed.out.contains(#""type":"FeatureCollection""#) && printed.out.contains(#""id":"A0000006""#))
        }
    }

    @Test("a list of areas that comes again shows its difference first, then only that is written")
    func importAgain() async throws {
        try await withTemporaryFolder { folder in
            _ = await Run(["migrate", "--data", folder.path])
            let database = try SQLiteDatabase(path: folder.appending(path: "patrol.db").path)
            let county = CommandCounty(
                folder: folder, store: PatrolStore(database, zone: .shanghai, group: GroupCommit(database)))
            let list = "code,level,name,parent\n330503,county,南浔区,\nT1,town,练市镇,330503\nT2,town,双林镇,330503\n"
            let grid = "G1,grid,一格,T1\n"
            #expect(await county.run("import", "areas", try county.file("a.csv", list + grid)).status == 0)
            let again = await county.run("import", "areas", try county.file("a.csv", list + grid))
            #expect(again.out.contains("0 added, 0 renamed, 0 transferred"))
            let changed = list.replacing("双林镇", with: "双林街道") + "G1,grid,一格,T2\nG2,grid,二格,T2\n"
            let file = try county.file("b.csv", changed)
            let trial = await county.run("import", "areas", file, "--dry-run", "--from", "2026-04-01")
            for line in [
                "~  A0000003  双林街道  (2026-04-01)", ">  A0000004  A0000003  (2026-04-01)", "+  A0000005  A0000003  二格",
            ] {
                #expect(trial.out.contains(line), "\(trial.out)")
            }
            #expect(trial.out.contains("Nothing was written"))
            #expect(!(await county.run("area", "list", "330503", "--deep").out.contains("二格")))
            #expect(await county.run("import", "areas", file, "--from", "2026-04-01").status == 0)
            let march = await county.run("area", "list", "T2", "--day", "2026-03-31")
            let april = await county.run("area", "list", "T2", "--day", "2026-04-01")
            #expect(march.out.contains("双林镇") && !march.out.contains("一格"))
            #expect(april.out.contains("双林街道") && april.out.contains("一格") && april.out.contains("二格"))
            let level = try county.file("c.csv", "code,level,name,parent\nG1,village,一村,T1\n")
            #expect(await county.run("import", "areas", level).err.contains("a level does not change"))
        }
    }
}
