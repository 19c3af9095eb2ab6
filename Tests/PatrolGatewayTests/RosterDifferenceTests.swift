import Foundation
import Patrol
import Store
import StoreSQLite
import TestSupport
import Testing

@testable import patrol_gateway

/// A spreadsheet that comes back changed.
@Suite struct RosterDifferenceTests {
    private static let areas =
        "code,level,name,parent\n330503,county,Nanxun,\nG1,grid,First,330503\nG2,grid,Second,330503\n"
    private static let header = "id,name,category,address,grid\n"

    private func withRoster(
        _ body:
            @Sendable (_ data: [String], _ write: @Sendable (String) throws -> String, _ store: PatrolStore)
            async throws
            -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let data = ["--data", folder.path]
            let write: @Sendable (String) throws -> String = { text in
                let path = folder.appending(path: "list.csv").path
                try Data(text.utf8).write(to: URL(filePath: path))
                return path
            }
            _ = await Run(["migrate"] + data)
            _ = await Run(["import", "areas", try write(Self.areas)] + data)
            let first = Self.header + "p1,面馆,小餐饮,1号,G1\np2,仓库,仓储,2号,G1\np3,药房,药店,3号,G2\n"
            #expect(await Run(["import", "places", try write(first)] + data).out.contains("3 added"))
            let database = try SQLiteDatabase(path: folder.appending(path: "patrol.db").path)
            try await body(data, write, PatrolStore(database, zone: .shanghai, group: GroupCommit(database)))
        }
    }

    private static let changed = header + "p1,老面馆,小餐饮,1号,G1\np2,仓库,仓储,2号,G2\np4,网咖,网吧,4号,G1\n"

    @Test func theSameListAgainChangesNothing() async throws {
        try await withRoster { data, write, store in
            let before = try await store.placeRoster(on: day("2026-03-31"))
            let first = Self.header + "p1,面馆,小餐饮,1号,G1\np2,仓库,仓储,2号,G1\np3,药房,药店,3号,G2\n"
            let again = await Run(["import", "places", try write(first)] + data)
            #expect(again.out.contains("0 added, 0 revised, 0 moved, 0 left"))
            #expect(try await store.placeRoster(on: day("2026-03-31")) == before)
        }
    }

    @Test func aDryRunShowsTheDifferenceAndWritesNothing() async throws {
        try await withRoster { data, write, store in
            let options = ["--dry-run", "--from", "2026-04-01", "--complete", "330503"] + data
            let shown = await Run(["import", "places", try write(Self.changed)] + options)
            for line in ["~  p1", ">  p2  A0000003  (2026-04-01)", "+  p4", "-  p3  (2026-04-01)"] {
                #expect(shown.out.contains(line), "\(shown.out)")
            }
            #expect(shown.out.contains("Nothing was written"))
            #expect(try await store.placeRoster(on: day("2026-04-30")).map(\.id) == ["p1", "p2", "p3"])
            let json = await Run(["import", "places", try write(Self.changed), "--json"] + options)
            #expect(json.out.contains(#""change":"leave","from":"2026-04-01","id":"p3""#))
            #expect(json.out.contains(#""written":false"#))
        }
    }

    @Test func whatChangedHoldsFromItsDayAndWhatWasBeforeStays() async throws {
        try await withRoster { data, write, store in
            let options = ["--from", "2026-04-01", "--complete", "330503"] + data
            #expect(await Run(["import", "places", try write(Self.changed)] + options).status == 0)
            let before = try await store.placeRoster(on: day("2026-03-31"))
            #expect(before.map(\.name) == ["面馆", "仓库", "药房"] && before.map(\.grid) == [2, 2, 3].map(areaID))
            let after = try await store.placeRoster(on: day("2026-04-01"))
            #expect(after.map(\.id) == ["p1", "p2", "p4"] && after.map(\.name) == ["老面馆", "仓库", "网咖"])
            #expect(after.map(\.grid) == [2, 3, 2].map(areaID))
            let earlier = Knowledge(at: instant("2026-01-01T00:00:00Z"))
            #expect(
                try await store.placeRoster(on: day("2026-04-01"), known: earlier).isEmpty, "nobody knew of it then")
        }
    }

    @Test func aListThatIsNotCompleteLetsNobodyLeave() async throws {
        try await withRoster { data, write, store in
            let one = Self.header + "p1,面馆,小餐饮,1号,G1\n"
            #expect(await Run(["import", "places", try write(one)] + data).out.contains("0 left"))
            let grid = await Run(["import", "places", try write(one), "--complete", "G1"] + data)
            #expect(grid.out.contains("1 left"), "p2 of the first grid; p3 belongs to the second")
            let all = try await store.placeRoster(on: Day.latest)
            #expect(all.map(\.id) == ["p1", "p3"])
        }
    }

    @Test func whoLeftReturns() async throws {
        try await withRoster { data, write, store in
            let one = Self.header + "p1,面馆,小餐饮,1号,G1\n"
            _ = await Run(["import", "places", try write(one), "--complete", "330503", "--from", "2026-04-01"] + data)
            let back = Self.header + "p2,新仓库,仓储,2号,G2\n"
            _ = await Run(["import", "places", try write(back), "--from", "2026-06-01"] + data)
            #expect(try await store.placeRoster(on: day("2026-05-01")).map(\.id) == ["p1"])
            let returned = try await store.placeRoster(on: day("2026-06-01"))
            #expect(returned.map(\.id) == ["p1", "p2"] && returned.map(\.name) == ["面馆", "新仓库"])
        }
    }
}
