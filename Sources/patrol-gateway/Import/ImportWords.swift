import Patrol

/// Levels and kinds of grids as files name them.
enum LevelWords {
    private static let chinese: [String: AreaLevel] = [
        "省": .province, "省级": .province, "市": .city, "市级": .city, "设区市": .city, "县": .county, "区": .county,
        "县级": .county, "区县": .county, "县（市、区）": .county, "镇": .town, "乡": .town, "街道": .town, "乡镇": .town,
        "乡镇街道": .town, "镇街": .town, "站": .station, "网格站": .station, "全科网格管理站": .station, "村": .village,
        "社区": .village, "村社": .village, "网格": .grid, "微网格": .microGrid,
    ]
    private static let kinds: [String: GridKind] = ["一般": .general, "一般网格": .general, "专属": .special, "专属网格": .special]

    static let allowed =
        AreaLevel.allCases.map(\.rawValue).joined(separator: ", ") + "（省、市、县、镇、站、村、网格、微网格）"
    static let allowedKinds = "general（一般）, special（专属）"

    static func level(_ word: String) -> AreaLevel? { AreaLevel(rawValue: word) ?? chinese[word] }
    static func gridKind(_ word: String) -> GridKind? { GridKind(rawValue: word) ?? kinds[word] }
}

/// Roles as files and the command line name them.
enum RoleWords {
    private static let chinese: [String: Role] = [
        "网格员": .gridWorker, "常务副站长": .executiveDeputy, "站长": .stationChief, "调度员": .townDispatcher,
        "镇调度员": .townDispatcher, "部门": .department, "县级中心": .county, "名册主管部门": .listOwner, "管理员": .administrator,
        "系统管理员": .administrator, "安全管理员": .securityAdministrator, "审计员": .auditor, "审计管理员": .auditor,
        "驻站部门人员": .stationedStaff, "联络员": .liaison, "联勤队员": .jointDutyTeam, "联勤队": .jointDutyTeam, "指挥长": .commander,
        "社会力量": .socialParticipant,
    ]
    static let allowed = Role.allCases.map(\.rawValue).joined(separator: ", ")

    static func role(_ word: String) -> Role? { Role(rawValue: word) ?? chinese[word] }
}

enum CapacityWords {
    private static let chinese: [String: Capacity] = [
        "专职": .fullTime, "专职网格员": .fullTime, "兼职": .partTime, "兼职网格员": .partTime, "网格长": .gridLead, "网格指导员": .guide,
        "网格警务员": .gridPolice, "村干部": .villageCadre, "志愿者": .volunteer, "网格信息员": .volunteer, "驻站部门人员": .stationedStaff,
    ]
    static let allowed = Capacity.allCases.map(\.rawValue).joined(separator: ", ")

    static func capacity(_ word: String) -> Capacity? { Capacity(rawValue: word) ?? chinese[word] }
}

enum CoordinateWords {
    static let allowed = CoordinateSystem.allCases.map(\.rawValue).joined(separator: ", ")

    /// Also without hyphen and in lower case; never guessed where it is not stated.
    static func system(_ word: String) -> CoordinateSystem? {
        let plain = word.replacing("-", with: "").uppercased()
        return CoordinateSystem.allCases.first { $0.rawValue.replacing("-", with: "") == plain }
    }
}

extension Message {
    static func badLogin(_ login: String) -> Message {
        Message(
            zh: "登录名“\(login)”应为 2–64 个小写字母、数字或 . _ -。",
            en: "the login “\(login)” must be 2–64 lower-case letters, digits or . _ -.")
    }
}
