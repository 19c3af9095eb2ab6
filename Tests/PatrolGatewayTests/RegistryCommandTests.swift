import Foundation
import Patrol
import Store
import TestSupport
import Testing

@testable import patrol_gateway

@Suite("People, units and places by command")
struct RegistryCommandTests {
    @Test("a stand-in holds a grid for days, then it is as it was")
    func standIn() async throws {
        try await withCommandCounty { county in
            let assign = ["duty", "assign", "w6", "A0000005", "--from", "2026-03-10"]
            let backwards = await county.run(assign + ["--to", "2026-03-01"])
            #expect(backwards.status == 65 && backwards.err.contains("Let to be later than from"))
            #expect(await county.run(assign + ["--to", "2026-03-20", "--capacity", "boss"]).err.contains("/capacity"))
            #expect(await county.run(assign + ["--to", "2026-03-20", "--capacity", "兼职"]).status == 0)
            #expect(await county.run("duty", "end", "w5", "A0000005", "--from", "2026-04-01").status == 0)
            let march = ["duty", "list", "--area", "A0000005", "--month", "2026-03", "--format", "csv"]
            let list = await county.run(march)
            #expect(list.out.contains("A0000005,第一网格,W6,人员 W6,partTime,2026-03-10,2026-03-20"))
            #expect(list.out.contains("W5,人员 W5,fullTime,2026-01-01,2026-04-01"))
            let before = await county.run(march + ["--as-of", "2026-02-01"])
            #expect(!before.out.contains("W6") && before.out.contains("fullTime,2026-01-01,\n"))
        }
    }

    @Test("staffing shows vacant grids and workers without a certificate")
    func staffing() async throws {
        try await withCommandCounty([RecordDraft(1, place: "P5-1", by: 5)]) { county in
            let add = ["certificate", "add", "w5", "浙网格2026-0001"]
            #expect(await county.run(add + ["--from", "2026-03-11", "--to", "2026-03-11"]).status == 65)
            #expect(await county.run(["certificate", "add", "nobody", "1", "--from", "2026-03-11"]).status == 64)
            #expect(await county.run(add + ["--from", "2026-03-11"]).status == 0)
            let certificates = await county.run("certificate", "list", "--area", "A0000003", "--month", "2026-03")
            #expect(certificates.out.contains("w5") && certificates.out.contains("浙网格2026-0001"))
            _ = await county.run("duty", "end", "w6", "A0000006", "--from", "2026-03-01")
            let shown = await county.run(
                "staffing", "--area", "A0000003", "--month", "2026-03", "--format", "csv")
            #expect(shown.out.contains("A0000005,第一网格,31,0,10,1,0.0%,1,fullTime 1"))
            #expect(shown.out.contains("A0000006,第二网格,31,31,0,0,–,0,"))
            let text = await county.run("staffing", "--area", "A0000003", "--month", "2026-03")
            #expect(text.out.contains("2 grids, 1 vacant all month"))
        }
    }

    @Test("a unit is posted at a station, and nowhere else")
    func units() async throws {
        try await withCommandCounty { county in
            let post = ["--from", "2026-03-01", "--manner", "resident"]
            let grid = await county.run(["unit", "post", "派出所", "A0000005"] + post)
            #expect(grid.status == 65 && grid.err.contains("Not a station"))
            #expect(await county.run(["unit", "post", " ", "A0000003"] + post).err.contains("/unit must not be empty"))
            #expect(await county.run(["unit", "post", "派出所", "A0000003"] + post).status == 0)
            #expect(await county.run("unit", "leave", "派出所", "A0000003", "--from", "2026-05-01").status == 0)
            let list = ["unit", "list", "--area", "330503", "--format", "csv", "--month"]
            #expect(await county.run(list + ["2026-04"]).out.contains("派出所,resident,2026-03-01,2026-05-01"))
            #expect(!(await county.run(list + ["2026-05"]).out.contains("派出所")))
        }
    }

    @Test("a place changes hands, and its story tells both tenants, visits and duties on one page")
    func places() async throws {
        try await withCommandCounty([RecordDraft(1, place: "P5-1", by: 5)]) { county in
            let change = ["--from", "2026-04-01", "--by", "r7"]
            let details = [
                "--id", "new", "--name", "面馆", "--category", "小餐饮", "--address", "适园路 1 号", "--grid", "A0000005",
            ]
            let guessed = await county.run(
                ["place", "open"] + details + ["--latitude", "30.8", "--longitude", "120.4"] + change)
            #expect(guessed.status == 64 && guessed.err.contains("do not guess"))
            #expect(await county.run(["place", "owner", "P5-1"] + details + change).status == 0)
            let taken = await county.run(["place", "open"] + details + change)
            #expect(taken.status == 65 && taken.err.contains("new is known already"))
            #expect(await county.run(["place", "move", "P5-2", "--to", "A0000006"] + change).status == 0)
            #expect(await county.run(["place", "close", "P5-3"] + change).status == 0)
            #expect(await county.run(["place", "close", "P5-3"] + change).err.contains("Not on the roster"))
            let list = ["place", "list", "A0000005", "--day", "2026-04-30", "--format", "csv"]
            #expect(await county.run(list).out.split(separator: "\n").count == 2, "a header and the new tenant")
            let known = await county.run(list + ["--as-of", "2026-03-31"])
            #expect(known.out.contains("P5-1") && known.out.contains("P5-3") && !known.out.contains("面馆"))
            let story = await county.run("story", "P5-1")
            #expect(story.out.components(separatedBy: "entered").count == 2, "it came to the roster once")
            for part in ["面馆", "owner", "checked", "roster", "done"] {
                #expect(story.out.contains(part), "\(story.out)")
            }
            #expect(
                await county.run("story", "P5-1", "--as-of", "2026-03-04", "--json").out.contains("checked") == false)
            #expect(await county.run("story", "P0-0").status == 66)
        }
    }

    @Test("places merge, are divided and put right")
    func mergedPlaces() async throws {
        try await withCommandCounty { county in
            let change = ["--from", "2026-04-01", "--by", "r7"]
            _ = await county.run("coverage", "--month", "2026-04")
            #expect(await county.run(["place", "merge", "P5-1"] + change).err.contains("Too few"))
            #expect(await county.run(["place", "merge", "P5-1", "--others", "P5-2"] + change).status == 0)
            func part(_ id: String) -> String {
                #"{"id":"\#(id)","name":"\#(id)","category":"仓储","address":"2号","grid":"A0000005"}"#
            }
            let one = try county.file("one.json", "[\(part("a"))]")
            #expect(await county.run(["place", "split", "P5-3", one] + change).err.contains("Too few"))
            let two = try county.file("two.json", "[\(part("a")),\(part("b"))]")
            #expect(await county.run(["place", "split", "P5-3", two] + change).status == 0)
            let corrected = [
                "place", "correct", "--id", "a", "--name", "大仓库", "--category", "仓储", "--address", "2号", "--grid",
                "A0000005",
            ]
            #expect(await county.run(corrected + ["--from", "2026-04-02", "--by", "r7"]).status == 0)
            let list = await county.run("place", "list", "A0000005", "--day", "2026-04-30")
            #expect(list.out.contains("大仓库") && list.out.contains("P5-1") && !list.out.contains("P5-2"))
            #expect(await county.run("verify").status == 0, "the month's duties went along")
        }
    }

    @Test("a key person moves and leaves; the roster of a day tells where they were")
    func keyPersons() async throws {
        try await withCommandCounty { county in
            let change = ["--from", "2026-04-01", "--by", "r7"]
            let station = await county.run(["key-person", "move", "K5-1", "--to", "A0000003"] + change)
            #expect(station.status == 64 && station.err.contains("is not a grid"))
            #expect(await county.run(["key-person", "move", "K5-1", "--to", "A0000006"] + change).status == 0)
            #expect(await county.run(["key-person", "leave", "K5-2"] + change).status == 0)
            #expect(await county.run(["key-person", "leave", "K5-2"] + change).status == 65)
            let list = ["key-person", "list", "A0000005", "--format", "csv", "--day"]
            #expect(await county.run(list + ["2026-03-31"]).out.split(separator: "\n").count == 3)
            #expect(await county.run(list + ["2026-04-01"]).out.split(separator: "\n").count == 1)
        }
    }

    @Test("a removal that a worker proposed is decided by another, once")
    func proposals() async throws {
        try await withCommandCounty([RecordDraft(1, place: "P5-1", .gone, by: 5)]) { county in
            let list = await county.run("proposal", "list", "A0000003")
            #expect(list.out.contains(reportID(1)) && list.out.contains("remove"))
            let decide = ["proposal", "decide", reportID(1), "--accept", "--reason"]
            #expect(await county.run(decide + [" ", "--by", "r7"]).err.contains("/reason must not be empty"))
            #expect(await county.run(decide + ["关了", "--by", "w5"]).err.contains("own record"))
            #expect(await county.run(decide + ["关了", "--by", "r7"]).status == 0)
            #expect(await county.run(decide + ["关了", "--by", "r7"]).err.contains("Decided already"))
            #expect(await county.run("proposal", "list", "A0000003").out.isEmpty)
            #expect(await county.run("proposal", "list", "A0000003", "--all").out.contains("accepted"))
        }
    }
}
