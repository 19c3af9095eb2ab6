import Foundation
import Gateway
import Patrol
import Store
import TestSupport
import Testing

@testable import patrol_gateway

@Suite("Accounts by command")
struct AccountCommandTests {
    @Test("item 9 · a code for the first security administrator is printed as a QR text, until there is one")
    func firstCode() async throws {
        try await withCommandCounty { county in
            let code = ["admin", "code", "--gateway", "https://patrol.example.cn:8443/"]
            let printed = await county.run(code)
            #expect(printed.status == 0)
            let text = printed.out.trimmed
            #expect(text.hasPrefix("gridpatrol:enrol?gateway=https%3A%2F%2Fpatrol.example.cn%3A8443%2F&code="))
            #expect(text.hasSuffix("&first=1"))
            let letters = text.split(separator: "code=")[1].prefix { $0 != "&" }
            #expect(letters.count == 26 && letters.allSatisfy { "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".contains($0) })
            #expect(await county.run("admin", "code", "--gateway", "http://patrol.example.cn").status == 64)

            let kept = try await county.store.database.read {
                try $0.rows("SELECT code_hash FROM first_administrator_code", [])
            }
            #expect(try kept.map { try $0.text(0) } == [OneTimeCode.hash(of: letters.lowercased())], "only its digest")
            let entry = PersonEntry(id: "F", login: "first", name: "首任", passwordHash: "-", roles: [], duties: [])
            #expect(
                try await county.store.redeemFirstAdministrator(
                    codeHash: OneTimeCode.hash(of: String(letters)), entry: entry, device: "D1", shown: .sample("1"),
                    at: wallClock()))
            let again = await county.run(code)
            #expect(again.status == 65 && again.err.contains("There is a security administrator"))
        }
    }

    @Test("item 9 · an empty database is told to have areas first")
    func noAreas() async throws {
        try await withTemporaryFolder { folder in
            _ = await Run(["migrate", "--data", folder.path])
            let refused = await Run(["admin", "code", "--gateway", "https://a.example", "--data", folder.path])
            #expect(refused.status == 65 && refused.err.contains("import areas"))
        }
    }

    @Test("accounts are added, listed, disabled, enabled and reset; what is wrong is said with the way out")
    func accounts() async throws {
        try await withCommandCounty { county in
            let added = await county.run(
                "user", "add", "security", "安全员", "--role", "安全管理员", "--area", "330503", "--generate")
            #expect(added.status == 0 && added.out.contains("to be changed within 14 days: "))
            let password = String(added.out.trimmed.split(separator: " ").last ?? "")
            let credentials = try #require(try await county.store.credentials(login: "security"))
            #expect(Passwords.verify(password, against: credentials.passwordHash) && credentials.password.mustChange)

            let last = await county.run("user", "disable", "security")
            #expect(last.status == 65 && last.err.contains("appoint another one first"))
            #expect(await county.run("user", "disable", "nobody").status == 64)
            #expect(await county.run("user", "disable", "w5").status == 0)
            let list = await county.run("user", "list", "--area", "A0000005", "--format", "csv")
            #expect(list.out.contains("w5,人员 W5,disabled,"))
            #expect(await county.run("user", "enable", "w5").status == 0)
            let reset = await county.run("user", "reset", "w5")
            #expect(reset.status == 0 && reset.out.contains("Password, shown this once"))
            #expect(try await county.store.credentials(login: "w5")?.password.mustChange == true)
        }
    }

    @Test("item 24 · a role is given for days and ended; two of the three administrators are not one person")
    func roles() async throws {
        try await withCommandCounty { county in
            let give = ["user", "role", "give", "w5"]
            #expect(await county.run(give + ["审计管理员", "A0000001", "--from", "2026-03-05"]).status == 0)
            let both = await county.run(give + ["系统管理员", "A0000001", "--from", "2026-03-05"])
            #expect(both.status == 65 && both.err.contains("are three people"))
            #expect(await county.run(give + ["boss", "A0000001", "--from", "2026-03-05"]).status == 64)
            let end = ["user", "role", "end", "w5", "auditor", "A0000001", "--from", "2026-03-05"]
            #expect(await county.run(end).status == 0)
            #expect(await county.run(end).err.contains("The role is not held"))
            #expect(await county.run(give + ["administrator", "A0000001", "--from", "2026-03-05"]).status == 0)
        }
    }

    @Test("passwords that are made pass the rules of both profiles")
    func made() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let password = PasswordMaker.password(using: &generator)
            for profile in PasswordRules.Profile.allCases {
                let rules = PasswordRules(profile: profile, rotationDays: 90)
                #expect(rules.defects(of: password, words: []).isEmpty, "\(password)")
            }
        }
    }
}
