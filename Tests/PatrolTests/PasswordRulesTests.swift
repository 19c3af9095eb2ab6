import Testing

@testable import Patrol

@Suite("Rules on passwords")
struct PasswordRulesTests {
    private static let mlps = PasswordRules(profile: .mlps, rotationDays: 90)
    private static let asvs = PasswordRules(profile: .asvs, rotationDays: 90)
    private static let words = ["wangfang", "王芳", "练市", "li"]

    private func codes(_ password: String, _ rules: PasswordRules = mlps) -> [String] {
        rules.defects(of: password, words: Self.words).map(\.code)
    }

    @Test(
        "item 6 · sixty-four Chinese characters make a password, and a hundred and twenty-eight characters of any kind")
    func long() {
        let poem = "春江潮水连海平海上明月共潮生滟滟随波千万里何处春江无月明江流宛转绕芳甸月照花林皆似霰空里流霜不觉飞汀上白沙看不见江天一色无纤"
        #expect(poem.unicodeScalars.count >= 60)
        #expect(codes(poem, Self.asvs).isEmpty)
        #expect(codes(poem) == ["too-simple"], "one class of characters is not complex")
        #expect(codes(poem + "-1729").isEmpty)
        let longest = String(repeating: "春秋冬夏Ab1-", count: 16)
        #expect(longest.unicodeScalars.count == 128 && codes(longest).isEmpty)
        #expect(codes(longest + "x") == ["too-long"])
    }

    @Test("item 6 · ten characters of three classes under mlps, fifteen of any under asvs, every defect at once")
    func profiles() {
        #expect(codes("kestrel-84").isEmpty)
        #expect(codes("kestrel84") == ["too-short", "too-simple"])
        #expect(codes("kestrelmoorland") == ["too-simple"])
        #expect(codes("kestrelmoorland", Self.asvs).isEmpty)
        #expect(codes("kestrelmoor-84", Self.asvs) == ["too-short"])
        #expect(codes("\u{7}王芳") == ["too-short", "too-simple", "control-character", "context-word"])
        #expect(codes("") == ["too-short", "too-simple"])
        for profile in PasswordRules.Profile.allCases {
            let rules = PasswordRules(profile: profile, rotationDays: 0)
            for defect in rules.defects(of: "123\u{7}", words: ["123"]) {
                #expect(
                    defect.en.allSatisfy { $0.isASCII || "“”".contains($0) } && defect.zh.contains { $0 > "\u{3000}" })
            }
        }
    }

    @Test("item 7 · the whole list of common passwords is refused by both profiles, also with a little around it")
    func common() throws {
        let list = String(decoding: PackageResources.common_passwords_txt, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("# ") }.map(String.init)
        #expect(list.count >= 3_000)
        #expect(list.filter { $0.unicodeScalars.count >= Self.mlps.fewestCharacters }.count >= 2_000)
        for rules in [Self.mlps, Self.asvs] {
            for password in list {
                for written in [password, password.uppercased()] {
                    #expect(codes(written, rules).contains("common-password"), "\(written)")
                }
            }
        }
        for written in [
            "P@ssw0rd2026", "Qwerty-1234!", "Liverpool#99", "iloveyou.2026", "Abcd-Abcd-Abcd-", "aaaaaaaaaaaaaaa",
            "１２３４５６７８９０", "Dragon123Dragon123",
        ] { #expect(codes(written).contains("common-password"), "\(written)") }
        #expect(codes("dragon-moorland-84").isEmpty, "a common word in a sentence is none")
    }

    @Test("item 7 · words that others know of the person, the place and the product are refused, however disguised")
    func context() {
        for written in [
            "GridPatrol-84x", "Gr1dP@tr0l-84x", "巡格2026-kestrel", "WangFang-1984", "w.a.n.g.f.a.n.g-84K",
            "王芳-kestrel-84",
            "练市kestrel-84", "网格员Kestrel84",
        ] { #expect(codes(written) == ["context-word"], "\(written)") }
        #expect(codes("delight-Kestrel-84").isEmpty, "two letters of a name occur everywhere")
    }

    @Test("item 6 · a password is the same on every keyboard, and nothing else about it is changed")
    func preparation() {
        #expect(prepared("cafe\u{301}\u{3000}密码").unicodeScalars.elementsEqual("caf\u{E9} 密码".unicodeScalars))
        for kept in ["ＡＢＣ", "ﬁ", " Aa ", "①", "İ"] {
            #expect(prepared(kept).unicodeScalars.elementsEqual(kept.unicodeScalars), "\(kept)")
        }
    }

    @Test("item 6 · mlps wants another password after its days, asvs never; one that was handed out at once")
    func rotation() {
        func state(daysAgo days: Int64, mustChange: Bool = false) -> PasswordState {
            PasswordState(setAt: Instant(milliseconds: -days * 86_400_000), mustChange: mustChange)
        }
        let now = Instant(milliseconds: 0)
        #expect(Self.mlps.due(state(daysAgo: 89), at: now) == nil)
        #expect(Self.mlps.due(state(daysAgo: 90), at: now) == .expired)
        #expect(PasswordRules(profile: .mlps, rotationDays: 0).due(state(daysAgo: 9_000), at: now) == nil)
        #expect(Self.asvs.due(state(daysAgo: 9_000), at: now) == nil)
        #expect(Self.asvs.due(state(daysAgo: 0, mustChange: true), at: now) == .mustChange)
        #expect(!PasswordRules.isSpent(state(daysAgo: 13, mustChange: true), at: now))
        #expect(PasswordRules.isSpent(state(daysAgo: 14, mustChange: true), at: now))
        #expect(!PasswordRules.isSpent(state(daysAgo: 14), at: now))
    }
}

@Suite("Failed tries")
struct FailureWindowTests {
    private let limit = FailureLimit(failures: 5, lockMinutes: 15)

    private func at(_ minutes: Double) -> Instant { Instant(milliseconds: Int64(minutes * 60_000)) }

    private func failed(_ minutes: Double...) -> FailureWindow? {
        minutes.reduce(nil as FailureWindow?) {
            $0?.failing(at: at($1), limit) ?? FailureWindow(failures: 1, lastAt: at($1))
        }
    }

    @Test("item 3 · five failures lock for fifteen minutes, not four")
    func locks() throws {
        #expect(try #require(failed(0, 1, 2, 3)).wait(at: at(3), limit) == nil)
        let locked = try #require(failed(0, 1, 2, 3, 4))
        #expect(locked.wait(at: at(4), limit) == 900_000)
        #expect(locked.wait(at: at(18.5), limit) == 30_000)
        #expect(locked.wait(at: at(19), limit) == nil)
        #expect(locked.failing(at: at(19), limit).failures == 1, "afterwards it begins anew")
    }

    @Test("a quarter of an hour without a failure forgets those before it")
    func forgets() throws {
        let window = try #require(failed(0, 1, 2, 3))
        #expect(window.failing(at: at(18), limit).failures == 1)
        #expect(window.failing(at: at(17.9), limit).failures == 5)
    }

    @Test("a clock that was years ahead locks nobody for years, one that differs a little still counts")
    func clocks() throws {
        let ahead = try #require(failed(1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_000))
        #expect(ahead.wait(at: at(0), limit) == nil)
        let near = try #require(failed(1, 1, 1, 1, 1))
        #expect(near.wait(at: at(0), limit) == 900_000, "never longer than the lock")
    }
}
