import Testing

@testable import fieldcli

struct LanguageTests {
    @Test(arguments: [
        (["LANG": "zh_CN.UTF-8"], Language.chinese), (["LANG": "en_US.UTF-8"], .english), ([:], .english),
        (["LANG": "C.UTF-8"], .english), (["LANG": "en_US.UTF-8", "LC_ALL": "zh_CN"], .chinese),
        (["LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB"], .english),
        (["LANG": "zh_CN.UTF-8", "LC_ALL": "", "LC_MESSAGES": ""], .chinese),
        (["LANG": "zh_CN.UTF-8", "LC_ALL": "C", "LC_MESSAGES": "zh_CN"], .english),
    ])
    func `the first variable that is set decides`(environment: [String: String], expected: Language) {
        #expect(Language(environment: environment) == expected)
    }

    @Test func `words that workers type become the codes that travel`() {
        #expect(Wording.findingKind("安全隐患") == "safetyHazard")
        #expect(Wording.findingKind("dispute") == "dispute")
        #expect(Wording.capacity("网格警务员") == "gridPolice")
        #expect(Wording.outcomeCode("到访未遇") == "noAnswer")
        #expect(Wording.outcomeCode("拒检") == "refused")
        #expect(Wording.outcomeCode("nonsense") == "nonsense")
        #expect(ReportCommand.split("安全隐患：通道：堵塞") == ("安全隐患", "通道：堵塞"))
        #expect(ReportCommand.split("other") == ("other", nil))
    }
}
