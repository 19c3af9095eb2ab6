import Patrol
import Store
import TestSupport
import Testing

@testable import patrol_gateway

@Suite("Joint work, checklists, load and checks by command")
struct StationCommandTests {
    @Test("joint work is recorded from a file, shown against what was owed, and taken back once")
    func joint() async throws {
        try await withCommandCounty { county in
            func body(_ station: String, _ day: String) -> String {
                #"{"id":"hs-1","station":"\#(station)","task":"consultation","scope":"monthly","day":"\#(day)","ledBy":"练市一站","minutes":"","decisions":["路灯报修"],"participants":[{"capacity":"chief","name":"赵"}]}"#
            }
            let ahead = await county.run(
                "joint", "record", try county.file("a.json", body("A0000003", "2999-01-01")), "--by", "r7")
            #expect(ahead.status == 65 && ahead.err.contains("/day lies ahead"))
            let grid = await county.run(
                "joint", "record", try county.file("a.json", body("A0000005", "2026-03-10")), "--by", "r7")
            #expect(grid.err.contains("Not a station"))
            let file = try county.file("a.json", body("A0000003", "2026-03-10"))
            #expect(await county.run("joint", "record", file, "--by", "r7").status == 0)
            #expect(await county.run("joint", "record", file, "--by", "r7").err.contains("hs-1 is known already"))
            let list = ["joint", "list", "--area", "A0000003", "--month", "2026-03"]
            let shown = await county.run(list + ["--format", "csv"])
            #expect(shown.out.contains("consultation,monthly,2026-03-01,2026-03-31,incomplete,hs-1"))
            #expect(shown.out.contains("minutes"))
            #expect(await county.run("joint", "withdraw", "hs-1", "--by", "r7").status == 0)
            #expect(await county.run("joint", "withdraw", "hs-1", "--by", "r7").err.contains("Withdrawn already"))
            #expect(!(await county.run(list).out.contains("hs-1")))
        }
    }

    @Test("a checklist comes from a file and gets its version")
    func checklists() async throws {
        try await withCommandCounty { county in
            func body(_ items: String) -> String {
                #"{"id":"fire","title":"九小场所","basis":"消委会1号","classes":["小餐饮"],"from":"2026-03-01","items":[\#(items)]}"#
            }
            let empty = await county.run("checklist", "add", try county.file("a.json", body("")), "--by", "r7")
            #expect(empty.status == 65 && empty.err.contains("between 1 and 200 items"))
            let file = try county.file("a.json", body(#"{"code":"f1","text":"通道是否畅通"}"#))
            for version in 1...2 {
                let added = await county.run("checklist", "add", file, "--by", "r7")
                #expect(added.out.contains("version \(version), 1 items"))
            }
            #expect(await county.run("checklist", "list").out.contains("fire@1"))
            #expect(!(await county.run("checklist", "list", "--day", "2026-03-31").out.contains("fire@1")))
        }
    }

    @Test("the load is shown for each worker, and a policy's trial shows what it would add and records nothing")
    func load() async throws {
        try await withCommandCounty { county in
            let load = await county.run("load", "--area", "A0000003", "--month", "2026-03", "--format", "csv")
            #expect(load.out.contains("A0000005,第一网格,1,5,5,5,5.0,monthly 5"))
            let tooFar = await county.run("load", "--area", "A0000003", "--month", "2999-01")
            #expect(tooFar.status == 64 && tooFar.err.contains("At most 12 months ahead"))
            let policy = try county.file(
                "p.json",
                #"{"id":"twice","kind":"place","task":"patrol","title":"每月两次","basis":"区办9号","every":"month","times":2,"from":"2099-01-01"}"#
            )
            let trial = await county.run("policy", "add", policy, "--dry-run", "--format", "csv")
            #expect(trial.out.contains("A0000005,第一网格,1,5,5,8,+3,8.0,"))
            #expect(trial.err.contains("nothing was recorded"))
            #expect(!(await county.run("policy", "list").out.contains("twice")))
            #expect(await county.run("policy", "add", policy).status == 64)
        }
    }

    @Test("closing rules hold for months to come and lie within their range")
    func closingRules() async throws {
        try await withCommandCounty { county in
            let rule = ["ledger", "closing-rule", "--basis", "区办7号", "--by", "r7", "--grace-days"]
            #expect(await county.run(rule + ["16", "--from", "2099-01"]).err.contains("must lie between 0 and 15"))
            #expect(await county.run(rule + ["5", "--from", "2026-03"]).status == 65)
            #expect(await county.run(rule + ["5", "--from", "2099-01"]).status == 0)
            #expect(await county.run("ledger", "closing-rules", "--format", "csv").out.contains("2099-01,5,区办7号"))
        }
    }

    @Test("another list is held against the roster: the same, the doubtful, the missing")
    func compare() async throws {
        try await withCommandCounty { county in
            let list = try county.file(
                "list.csv", "编号,名称,地址\n91330503MA001,场所 P5-1,适园路 1 号\n91330503MA002,新开理发店,运河街 88 号\n")
            let file = ["compare", "file", list, "--area", "A0000005", "--source", "市监 2026-03"]
            let csv = await county.run(file + ["--format", "csv"])
            #expect(csv.out.contains("onlyListed,91330503MA002,新开理发店,运河街 88 号,,,"))
            #expect(csv.out.contains(",P5-1,场所 P5-1,适园路 1 号,"))
            let kept = await county.run(file + ["--by", "r7"])
            #expect(kept.out.contains("1 perhaps missing"))
            let id = String(try #require(kept.err.split(separator: " ").last).dropLast(2))
            #expect(await county.run("compare", "list", "A0000003").out.contains(id))
            let lines = await county.run("compare", "lines", id, "--format", "csv")
            let line = try #require(lines.out.split(separator: "\n").first { $0.contains("新开理发店") })
            let position = String(try #require(line.split(separator: ",").first))
            let decide = ["compare", "decide", id, position, "--by", "r7", "--decision"]
            #expect(await county.run(decide + ["perhaps"]).status == 64)
            #expect(await county.run(decide + ["missing"]).status == 0)
            #expect(await county.run("compare", "lines", id).out.contains("missing"))
            #expect(await county.run("compare", "decide", id, "999", "--by", "r7", "--decision", "same").status == 66)
            let bad = try county.file("bad.csv", "编号,名称\n1,甲\n")
            let refused = await county.run("compare", "file", bad, "--area", "A0000005", "--source", "x")
            #expect(refused.status == 65 && refused.err.contains("the column is missing"))
        }
    }

    @Test("a street that was walked says which share of doors the roster lacks")
    func street() async throws {
        try await withCommandCounty { county in
            let walk = [
                "street", "record", "运河街", "--area", "A0000005", "--by", "r7", "--day", "2026-03-10", "--doors", "20",
            ]
            #expect(await county.run(walk + ["--unlisted", "21"]).err.contains("must lie between 0 and 20"))
            #expect(await county.run(walk + ["--unlisted", "2"]).out.contains("10.0%"))
            let list = await county.run("street", "list", "--area", "A0000003", "--month", "2026-03", "--format", "csv")
            #expect(list.out.contains("2026-03-10,运河街,A0000005,20,2,10.0%,"))
            let then = ["street", "list", "--area", "A0000003", "--month", "2026-03", "--as-of", "2026-03-01"]
            #expect(await !county.run(then).out.contains("运河街"), "nobody knew of it yet")
        }
    }

    @Test("visits are drawn to be checked by telephone, and the answers say how many are wrong")
    func sample() async throws {
        let visits = [RecordDraft(1, place: "P5-1", by: 5), RecordDraft(2, place: "P5-2", by: 5)]
        try await withCommandCounty(visits) { county in
            let draw = ["sample", "draw", "--area", "A0000003", "--month", "2026-03", "--by", "r7", "--seed", "7"]
            #expect(await county.run(draw + ["--size", "0"]).err.contains("must lie between 1 and 1000"))
            let empty = ["sample", "draw", "--area", "A0000004", "--month", "2026-03", "--by", "r7"]
            #expect(await county.run(empty).err.contains("Nothing to draw from"))
            let drawn = await county.run(draw)
            #expect(drawn.out.contains("网格员来过店里吗") && drawn.out.contains("2 of 2, seed 7"))
            let words = drawn.out.split { " :\n".contains($0) }
            let id = String(words[try #require(words.firstIndex(of: "Sample")) + 1])
            let note = ["sample", "result", id, reportID(1), "--result"]
            #expect(await county.run(note + ["perhaps", "--by", "r7"]).err.contains("/result must be one of"))
            #expect(await county.run(note + ["wrong", "--by", "w5"]).err.contains("own record"))
            #expect(await county.run(note + ["wrong", "--by", "r7"]).status == 0)
            let estimate = await county.run("sample", "estimate", id)
            #expect(estimate.out.contains("1 looked at, 1 answered, 1 wrong: 50.0%–100.0%"))
            #expect(await county.run("sample", "list", "--area", "330503", "--month", "2026-03").out.contains(id))
            let earlier = ["--as-of", "2026-03-01"]
            #expect(await !county.run(["sample", "estimate", id] + earlier).out.contains("1 wrong"))
            let list = ["sample", "list", "--area", "330503", "--month", "2026-03"] + earlier
            #expect(await !county.run(list).out.contains(id))
            #expect(await county.run("sample", "estimate", "none").status == 65)
        }
    }

    @Test("a ruling that is no decision, a blank reason or days that run backwards are refused")
    func rulings() async throws {
        let shut = RecordDraft(
            1, by: 5,
            visit: VisitClaim(
                subject: .place(id: "P5-1"), outcome: .place(.suspended), until: day("2026-05-31"), participants: []))
        try await withCommandCounty([shut]) { county in
            let decide = ["ruling", "decide", reportID(1), "--by", "r7", "--decision"]
            #expect(
                await county.run(decide + ["raised", "--reason", "x"]).err.contains("/decision must be one of granted"))
            #expect(await county.run(decide + ["granted", "--reason", "  "]).err.contains("/reason must not be empty"))
            #expect(await county.run(decide + ["granted", "--reason", "x", "--until", "May"]).err.contains("/until"))
            let excuse = ["ruling", "excuse", "P5-2", "--reason", "封路", "--basis", "1号", "--by", "r7", "--first"]
            #expect(
                await county.run(excuse + ["2026-03-20", "--last", "2026-03-01"]).err.contains("/lastDay must follow"))
            #expect(await county.run(excuse + ["2026-01-01", "--last", "2026-12-31"]).status == 65)
            let march = ["--area", "A0000003", "--month", "2026-03"]
            let draw = ["ruling", "draw", "--matter", "status", "--decision", "granted", "--reason", "x", "--by", "r7"]
            #expect(await county.run(draw + march + ["--size", "0"]).err.contains("must lie between 1 and 1000"))
            #expect(await county.run(["ruling", "sample", "--count", "0"] + march).status == 64)
            #expect(await county.run(["ruling", "queue"] + march).out.contains(reportID(1)), "nothing was decided")
        }
    }
}
