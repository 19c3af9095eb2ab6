import Patrol
import Store
import TestSupport
import Testing

@testable import patrol_gateway

@Suite("Figures by command")
struct ReadingCommandTests {
    /// Two visits in time and one that came after the month.
    private let visits = [
        RecordDraft(1, place: "P5-1", by: 5), RecordDraft(2, keyPerson: "K5-1", by: 5),
        RecordDraft(3, place: "P5-2", by: 5).with { $0.receivedAt = instant("2026-04-02T10:00:00+08:00") }.timed,
    ]
    private let march = ["--area", "A0000003", "--month", "2026-03"]

    @Test("coverage is taken apart, and told as it was known then")
    func coverage() async throws {
        try await withCommandCounty(visits) { county in
            let csv = await county.run(["coverage", "--format", "csv"] + march)
            #expect(csv.out.contains("第一网格,grid,3,2,0,0,2,1,0,0"))
            #expect(await county.run(["coverage", "--json"] + march).out.contains(#""doneTotal":3,"dueTotal":10"#))
            let then = await county.run(["coverage", "--json", "--as-of", "2026-03-31"] + march)
            #expect(then.out.contains(#""doneTotal":2,"dueTotal":10"#))
            let parts = await county.run(
                ["coverage", "--by", "capacity", "--by", "gridKind", "--format", "csv"] + march)
            #expect(parts.out.contains("capacity,fullTime,,2,2,0,0") && parts.out.contains("capacity,none,,4,0,0,0"))
            #expect(parts.out.contains("gridKind,general,,6,2"))
            let stations = await county.run(
                "coverage", "--by", "station", "--area", "330503", "--month", "2026-03", "--format", "csv")
            #expect(stations.out.contains("station,A0000003,练市一站,6,2") && stations.out.contains("station,none,,3,0"))
            #expect(await county.run(["coverage", "--by", "height"] + march).status == 64)
            #expect(await county.run("coverage", "--month", "2999-01").status == 64)
            #expect(await county.run(["coverage", "--as-of", "yesterday"] + march).status == 64)
        }
    }

    @Test("entries show what was made and what was entered, day by day")
    func entries() async throws {
        try await withCommandCounty(visits) { county in
            let text = await county.run(["coverage", "entries"] + march)
            #expect(text.out.contains("2 visits; on the last two days 0 (0.0%), after the month 1 (50.0%)"))
            let csv = await county.run(["coverage", "entries", "--format", "csv"] + march)
            #expect(csv.out.contains("2026-03-05,2,1") && csv.out.contains("2026-04-02,0,1"))
            #expect(await county.run("coverage", "entries", "--area", "nowhere").status == 64)
        }
    }

    @Test("a figure is explained: numerator, denominator, who is left out, which policy, and the same again")
    func explain() async throws {
        try await withCommandCounty(visits) { county in
            try await county.store.add(
                [PlaceEntry.sample("newcomer", in: 5, from: "2026-03-29")], at: instant("2026-03-29T09:00:00Z"))
            let text = await county.run(["explain", "--lines"] + march)
            #expect(text.status == 0, "\(text.err)")
            for part in [
                "numerator 2, denominator 6: 33.3%", "counted again: 2/6 agrees", "newcomer", "joinedLate", "@",
            ] {
                #expect(text.out.contains(part), "\(text.out)")
            }
            #expect(text.out.contains("P5-1") && text.out.contains(reportID(1)))
            #expect(await county.run(["explain", "--json"] + march).out.contains(#""agrees":true"#))
            try await county.store.database.write { connection in
                _ = try connection.run(
                    "UPDATE grid_month SET done = done + 1 WHERE kind = 'place' AND grid_id = 'A0000005'", [])
            }
            let wrong = await county.run(["explain"] + march)
            #expect(wrong.status == 1 && wrong.out.contains("DIFFERS"))
        }
    }

    @Test("the four clears stand on one page")
    func clears() async throws {
        let found = RecordDraft(9, place: "P6-1", by: 6).with {
            $0.findings = [.init(kind: .safetyHazard, text: "通道堵塞", isUrgent: true)]
        }
        try await withCommandCounty(visits + [found]) { county in
            let text = await county.run(["clears"] + march)
            #expect(text.out.contains("places  3/6 (50.0%), entered 0"))
            #expect(text.out.contains("key persons  1/4"))
            #expect(text.out.contains("hazards  safetyHazard 1 (!1)"))
            #expect(await county.run(["clears", "--format", "csv"] + march).status == 64)
            #expect(await county.run(["clears", "--as-of", "2026-03-04"] + march).out.contains("places  0/6"))
        }
    }

    @Test("duties are listed one by one, of one state, and as they were known then")
    func obligations() async throws {
        try await withCommandCounty(visits) { county in
            let done = ["obligations", "--state", "done", "--format", "csv"] + march
            #expect(await county.run(done).out.split(separator: "\n").count == 3)
            let then = await county.run(done + ["--as-of", "2026-03-31"])
            #expect(then.out.contains("P5-1") && !then.out.contains("P5-2"))
            #expect(await county.run(["obligations", "--state", "lost"] + march).status == 64)
            #expect(await county.run(["obligations", "--kind", "keyPerson"] + march).out.contains("K5-1"))
        }
    }

    @Test("an area that moved is asked about as it was known before it moved")
    func movedSince() async throws {
        try await withCommandCounty(visits) { county in
            let move = ["area", "manager", "A0000005", "--to", "A0000004", "--from", "2026-03-01", "--by", "r7"]
            #expect(await county.run(move).status == 0)
            let grid = ["--area", "A0000005", "--month", "2026-03", "--as-of", "2026-04-05"]
            let done = await county.run(["obligations", "--state", "done", "--format", "csv"] + grid)
            #expect(done.out.contains("P5-1") && done.out.contains("P5-2"))
            #expect(await county.run(["duty", "list"] + grid).out.contains("W5"))
        }
    }

    @Test("ledger versions and journal are told as they were known then")
    func ledgerAsOf() async throws {
        try await withCommandCounty(visits) { county in
            let unit = ["--area", "330503", "--month", "2026-03"]
            _ = await county.run("ledger", "cut")
            #expect(await county.run(["ledger", "versions"] + unit).out.contains("sha256"))
            #expect(await county.run(["ledger", "versions", "--as-of", "2026-03-31"] + unit).out.isEmpty)
            _ = await county.run(["place", "close", "P6-1", "--from", "2026-03-20", "--by", "r7"])
            #expect(await county.run(["ledger", "journal"] + unit).out.contains("P6-1"))
            #expect(await county.run(["ledger", "journal", "--as-of", "2026-03-31"] + unit).out.isEmpty)
        }
    }
}
