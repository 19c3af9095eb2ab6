import Patrol

/// Words of the trade for the codes that travel, and the codes for words that workers type.
enum Wording {
    static func outcome(_ code: String, _ language: Language) -> String {
        outcomes[code].map { language(zh: $0.zh, en: $0.en) } ?? code
    }

    static func standing(_ code: String, _ language: Language) -> String {
        switch code {
        case "done": language(zh: "已完成本月巡访", en: "counts for this month")
        case "provisional": language(zh: "暂计，待照片到齐", en: "counts once all photos are in")
        case "awaiting": language(zh: "待认定", en: "awaits a ruling (待认定)")
        case "attempt": language(zh: "到访未遇，仍待巡访", en: "an attempt; still due")
        case "notDischarging": language(zh: "不计入本月巡访，仍待巡访", en: "does not count; still due")
        case "notOnRoster": language(zh: "底册中没有，已登记", en: "not on the roster; noted")
        default: code
        }
    }

    static func grade(_ code: String, _ language: Language) -> String {
        switch code {
        case "verified": language(zh: "已核实", en: "verified")
        case "plausible": language(zh: "可信", en: "plausible")
        case "weak": language(zh: "佐证不足", en: "weak")
        case "contradicted": language(zh: "存疑", en: "contradicted")
        default: code
        }
    }

    static func reason(_ code: String, _ language: Language) -> String {
        EvidenceReason(rawValue: code).map { language(zh: $0.zh, en: $0.en) } ?? code
    }

    /// The code of a finding's kind, from the code itself or the Chinese word; other text stays for the check to name.
    static func findingKind(_ typed: String) -> String { findingKinds[typed] ?? typed }

    /// The code of a capacity, likewise.
    static func capacity(_ typed: String) -> String { capacities[typed] ?? typed }

    /// The code of an outcome, likewise; `拒检` and `拒访` are the same code.
    static func outcomeCode(_ typed: String) -> String {
        outcomes.first { $0.value.zh == typed }?.key ?? (typed == "拒检" || typed == "拒访" ? "refused" : typed)
    }

    private static let findingKinds = [
        "安全隐患": "safetyHazard", "矛盾纠纷": "dispute", "群众需求": "residentNeed", "其他": "other",
    ]

    private static let capacities = [
        "专职网格员": "fullTime", "兼职网格员": "partTime", "网格长": "gridLead", "网格指导员": "guide", "网格警务员": "gridPolice",
        "驻站部门人员": "stationedStaff", "村干部": "villageCadre", "志愿者": "volunteer", "其他": "other",
    ]

    private static let outcomes: [String: Text] = [
        "checked": Text(zh: "正常巡查", en: "checked"), "closedNow": Text(zh: "闭店", en: "closed now"),
        "refused": Text(zh: "拒绝", en: "refused"), "suspended": Text(zh: "歇业", en: "suspended"),
        "gone": Text(zh: "注销搬迁", en: "gone"), "changed": Text(zh: "易主改业", en: "changed hands"),
        "unreachable": Text(zh: "无法到达", en: "unreachable"), "met": Text(zh: "见到本人", en: "met"),
        "familyMet": Text(zh: "见到家属", en: "family met"), "phone": Text(zh: "电话视频", en: "by phone"),
        "noAnswer": Text(zh: "到访未遇", en: "no answer"), "away": Text(zh: "外出", en: "away"),
        "hospital": Text(zh: "住院", en: "in hospital"), "offList": Text(zh: "出列", en: "off the list"),
        "lostContact": Text(zh: "失联", en: "lost contact"),
    ]
}
