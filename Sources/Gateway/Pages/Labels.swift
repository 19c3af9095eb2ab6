import Patrol

extension AreaLevel {
    func label(_ language: Language) -> String {
        switch self {
        case .province: language.pick("省", "province")
        case .city: language.pick("市", "city")
        case .county: language.pick("县（区）", "county")
        case .town: language.pick("镇（街道）", "town")
        case .station: language.pick("网格管理站", "station")
        case .village: language.pick("村（社区）", "village")
        case .grid: language.pick("网格", "grid")
        case .microGrid: language.pick("微网格", "micro-grid")
        }
    }
}

extension SubjectKind {
    func label(_ language: Language) -> String {
        self == .place ? language.pick("场所", "Places") : language.pick("重点人员", "Key persons")
    }

    func dueLabel(_ language: Language) -> String {
        self == .place ? language.pick("应巡", "due") : language.pick("应访", "due")
    }

    func doneLabel(_ language: Language) -> String {
        self == .place ? language.pick("已巡", "done") : language.pick("已访", "done")
    }

    func openLabel(_ language: Language) -> String {
        self == .place ? language.pick("未巡", "still due") : language.pick("未访", "still due")
    }

    func missedLabel(_ language: Language) -> String {
        self == .place ? language.pick("漏巡", "missed") : language.pick("漏访", "missed")
    }
}
