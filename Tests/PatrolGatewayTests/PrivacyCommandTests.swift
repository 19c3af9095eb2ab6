import Foundation
import Logging
import Patrol
import Store
import Synchronization
import TestSupport
import Testing

@testable import patrol_gateway

@Suite("Personal data by command")
struct PrivacyCommandTests {
    @Test("item 40 · privacy columns prints every personal column with its purpose")
    func columns() async throws {
        try await withCommandCounty { county in
            let printed = await county.run("privacy", "columns", "--format", "csv")
            let personal = tablePrivacy.flatMap(\.personal).flatMap(\.columns).count
            #expect(printed.status == 0 && printed.out.split(separator: "\n").count == personal + 1)
            #expect(printed.out.contains("key_person_vault,identity_number,keyPerson,"))
        }
    }

    @Test("lists are registered, given to an owner's account, shown, and ended")
    func lists() async throws {
        try await withCommandCounty { county in
            let add = [
                "list", "add", "--id", "drugs", "--owner", "区公安分局", "--area", "330503", "--basis", "禁毒法", "--purpose",
                "走访",
                "--from", "2026-01-01", "--to", "2099-01-01",
            ]
            #expect(await county.run(add + ["--by", "r7"]).status == 0)
            #expect(await county.run(add + ["--by", "r7"]).err.contains("The id is taken"))
            #expect(await county.run("list", "steward", "drugs", "--login", "w5").status == 0)
            #expect(
                await county.run(
                    "list", "enter", "drugs", "--person", "K5-1", "--reason", "通知书1号", "--from", "2026-02-01", "--by",
                    "w5"
                ).status == 0)
            let members = await county.run("list", "members", "drugs", "--day", "2026-03-01", "--format", "csv")
            #expect(members.out.contains("K5-1,2026-02-01,,通知书1号"))
            #expect(
                await county.run("list", "end", "drugs", "--from", "2026-06-01", "--reason", "结束", "--by", "w5").status
                    == 0)
            let shown = await county.run("list", "show", "--day", "2026-07-01", "--format", "csv")
            #expect(shown.out.contains("drugs,ended,") && shown.out.contains("corrections,inForce,"))
            let endless = await county.run(
                "list", "add", "--owner", "a", "--area", "330503", "--basis", "b", "--purpose", "c", "--from",
                "2026-01-01", "--to", "2025-01-01")
            #expect(endless.status == 65 && endless.err.contains("order"))
        }
    }

    @Test("the vault opens to who acts for the list alone, for a purpose, with the number masked")
    func vault() async throws {
        try await withCommandCounty { county in
            let file = try county.file(
                "v.json",
                #"{"list":"corrections","person":"K5-1","category":"缓刑","identityNumber":"11010519491231002X"}"#)
            let refused = await county.run("vault", "put", file, "--by", "r7")
            #expect(refused.status == 64 && refused.err.contains("does not act for"))
            _ = await county.run("list", "steward", "corrections", "--login", "r7")
            #expect(await county.run("vault", "put", file, "--by", "r7").status == 0)
            let read = ["vault", "read", "corrections", "K5-1", "--by", "r7", "--purpose"]
            #expect(await county.run(read + ["casework"]).out.contains("110***********002X"))
            #expect(await county.run(read + ["casework", "--full"]).out.contains("11010519491231002X"))
            #expect(await county.run(read + ["visit"]).status == 64)
        }
    }

    @Test("a person's copy holds what is kept; deletion says what stays, and then the copy holds no name")
    func person() async throws {
        try await withCommandCounty { county in
            #expect(await county.run("privacy", "person", "K5-1").out.contains("对象 K5-1"))
            #expect(await county.run("privacy", "person", "w5", "--account").out.contains("人员 W5"))
            #expect(await county.run("privacy", "person", "nobody").status == 66)
            let delete = ["privacy", "delete", "K5-1", "--reason", "本人申请", "--by", "r7"]
            #expect(await county.run(delete).err.contains("Still on a list"))
            #expect(
                await county.run("key-person", "leave", "K5-1", "--from", "2026-01-02", "--by", "r7").status == 0)
            #expect(await county.run(delete).out.contains("an anonymous count in the ledger"))
            #expect(!(await county.run("privacy", "person", "K5-1").out.contains("对象 K5-1")))
            #expect(await county.run("privacy", "apply").status == 0)
            #expect(await county.run("verify").status == 0)
        }
    }

    @Test("an identity number is no id: the ledger keeps ids for ever")
    func ids() async throws {
        try await withCommandCounty { county in
            let file = try county.file(
                "k.csv",
                "id,name,address,contact_rule,list_owner,legal_basis,grid\n11010519491231002X,某,1号,先电话,区司法局,社区矫正法,330503104\n"
            )
            let refused = await county.run("import", "key-persons", file)
            #expect(refused.status == 65 && refused.err.contains("identity number"))
        }
    }

    @Test("item 31 · a name with line breaks or escapes cannot forge a line of the log")
    func forged() {
        #expect(
            oneLine("王\r\n2026-03-05 notice admin logged in\u{1B}[2K")
                == #"王\u{D}\u{A}2026-03-05 notice admin logged in\u{1B}[2K"#)
        #expect(oneLine("a\u{2028}b\u{202E}c\u{85}d\u{7F}") == #"a\u{2028}b\u{202E}c\u{85}d\u{7F}"#)
        #expect(oneLine("联合村第1网格 ★ 50%") == "联合村第1网格 ★ 50%")
        let written = Written()
        var handler = LateLogHandler(StreamLogHandler(label: "t", stream: written))
        handler[metadataKey: "person"] = "王\n五"
        handler.log(
            event: LogEvent(
                level: .info, message: "hello\nworld", metadata: ["list": ["a\nb", ["k\ne": "v\r"]]], source: "t",
                file: "f", function: "f", line: 1))
        let text = written.text
        #expect(text.split(separator: "\n").count == 1 && text.contains(#"hello\u{A}world"#) && !text.contains("\r"))
    }
}

/// What a log writes, in memory.
private final class Written: TextOutputStream, Sendable {
    private let kept = Mutex("")
    var text: String { kept.withLock { $0 } }
    func write(_ string: String) { kept.withLock { $0 += string } }
}
