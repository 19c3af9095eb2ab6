import Foundation
import Gateway
import Patrol
import Store
import StoreSQLite
import TestSupport
import Testing

@testable import patrol_gateway

/// Closing, policies and rulings as an operator runs them.
@Suite struct LedgerCommandTests {
    /// The small county in a folder of its own, with a visit of some earlier month that waits for a ruling.
    private func withLedger(_ body: @Sendable (_ options: [String], _ store: PatrolStore) async throws -> Void)
        async throws
    {
        try await withTemporaryFolder { folder in
            let data = ["--data", folder.path]
            _ = await Run(["migrate"] + data)
            let database = try SQLiteDatabase(path: folder.appending(path: "patrol.db").path)
            let group = GroupCommit(database)
            let store = PatrolStore(database, zone: .shanghai, group: group)
            try await County.enter(into: store)
            try await store.add([.sample("R7", role: .executiveDeputy, in: [3])], at: County.entered)
            async let running: Void = group.run()
            let draft = RecordDraft(
                1, by: 5,
                visit: VisitClaim(
                    subject: .place(id: "P5-1"), outcome: .place(.suspended), until: day("2026-05-31"), participants: []
                ))
            _ = try await store.submit(draft.submission)
            try await body(data, store)
            group.close()
            await running
        }
    }

    @Test func aMonthIsClosedAndItsTextHasItsDigest() async throws {
        try await withLedger { data, _ in
            let march = ["--area", "330503", "--month", "2026-03"]
            #expect(await Run(["ledger", "versions"] + march + data).out.isEmpty)
            let early = await Run(["ledger", "close", "--area", "练市", "--by", "r7"] + data)
            #expect(early.status == 64, "no such code")
            #expect(await Run(["ledger", "cut"] + data).out.contains("2026-03"))
            let closed = await Run(["ledger", "close"] + march + ["--by", "r7"] + data)
            #expect(closed.status == 65 && closed.err.contains("closed already"))
            let versions = await Run(["ledger", "versions", "--json"] + march + data)
            #expect(versions.out.contains(#""version":1"#))
            let text = await Run(["ledger", "text"] + march + data)
            #expect(text.out.contains("P5-1\t*\tawaiting"))
            #expect(await Run(["ledger", "text", "--version", "9"] + march + data).status == 66)
            #expect(await Run(["ledger", "journal"] + march + data).out.isEmpty)
            #expect(await Run(["verify"] + data).status == 1, "these bodies are not JSON")
        }
    }

    @Test func whatWaitsIsDecidedInTheNameOfAnAccount() async throws {
        try await withLedger { data, store in
            let march = ["--area", "A0000003", "--month", "2026-03"]
            let queue = await Run(["ruling", "queue"] + march + data)
            #expect(queue.out.contains("status  \(reportID(1))  P5-1"))
            #expect(await Run(["ruling", "queue", "--matter", "time"] + march + data).out.isEmpty)
            let decide = ["ruling", "decide", reportID(1), "--decision", "granted", "--reason", "现场核实"] + data
            #expect(await Run(decide + ["--by", "nobody"]).status == 64)
            #expect(await Run(decide + ["--by", "w5"]).err.contains("own record"))
            #expect(await Run(decide + ["--by", "r7"]).status == 0)
            #expect(await Run(decide + ["--by", "r7"]).status == 65)
            let rulers = await Run(["ruling", "rulers"] + march + data)
            #expect(rulers.out.contains("R7  status  single        1        0"))
            #expect(await Run(["ruling", "sample"] + march + data).out.contains("现场核实"))
            let excuse = [
                "ruling", "excuse", "P5-2", "--first", "2026-03-20", "--last", "2026-03-31", "--reason", "封路",
                "--basis",
                "防指2号", "--by", "r7",
            ]
            #expect(await Run(excuse + data).status == 0)
            let path = try #require(try await store.path(of: areaID(5), on: day("2026-03-31")))
            let coverage = try await store.coverage(of: path, in: month("2026-03"))
            #expect(coverage?.totals.places.excused == 2)
        }
    }

    @Test func policiesAndRulesComeFromFilesAndEveryDefectIsNamed() async throws {
        try await withLedger { data, _ in
            try await withTemporaryFolder { folder in
                func file(_ text: String) throws -> String {
                    let path = folder.appending(path: "p.json").path
                    try Data(text.utf8).write(to: URL(filePath: path))
                    return path
                }
                let bad = try file(
                    #"{"id":"x y","kind":"place","task":"patrol","title":"a","basis":"b","every":"day","from":"2026-01-01"}"#
                )
                let refused = await Run(["policy", "add", bad, "--by", "r7"] + data)
                #expect(refused.status == 65 && refused.err.contains("/id") && refused.err.contains("/every"))
                let backwards = try file(
                    #"{"id":"b","kind":"place","task":"patrol","title":"a","basis":"b","every":"month","from":"2099-02-01","to":"2099-01-01"}"#
                )
                #expect(
                    await Run(["policy", "add", backwards, "--by", "r7"] + data).err
                        .contains("/to must be later than from"))
                let past = try file(
                    #"{"id":"twice","kind":"place","task":"patrol","title":"a","basis":"b","every":"month","times":2,"from":"2026-01-01"}"#
                )
                #expect(await Run(["policy", "add", past, "--by", "r7"] + data).err.contains("begins with a month"))
                let good = try file(
                    #"{"id":"twice","kind":"place","task":"patrol","title":"每月两次","basis":"区办9号","every":"month","times":2,"from":"2099-01-01"}"#
                )
                #expect(await Run(["policy", "add", good, "--by", "r7"] + data).status == 0)
                #expect(
                    await Run(["policy", "list", "--format", "csv"] + data).out
                        .contains("twice@1,place,patrol,2/month,2099-01-01"))
                let rule = try file(
                    #"{"id":"shut","kind":"place","matter":"status","classes":[],"areas":[],"monthsInRow":2,"longestDays":90,"basis":"区办5号","from":"2026-01-01"}"#
                )
                #expect(await Run(["ruling", "add-rule", rule, "--by", "r7"] + data).status == 0)
                #expect(await Run(["ruling", "rules"] + data).out.contains("shut  place  status"))
            }
        }
    }
}
