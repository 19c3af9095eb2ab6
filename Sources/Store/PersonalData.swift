/// About whom a column tells something.
public enum DataSubject: String, CaseIterable, Sendable {
    /// 居民、商户
    case resident
    /// 重点人员
    case keyPerson
    /// 网格员及其他工作人员
    case worker
    /// 账号
    case account
}

/// What something personal is kept for, how long, and what becomes of it then (个人信息保护法 6, 17, 19, 47).
public struct Handling: Equatable, Sendable {
    public let whose: DataSubject
    public let purpose: (zh: String, en: String)
    public let kept: (zh: String, en: String)
    public let end: (zh: String, en: String)

    public static func == (a: Handling, b: Handling) -> Bool {
        a.whose == b.whose && a.purpose == b.purpose && a.kept == b.kept && a.end == b.end
    }
}

/// A table's columns, each either personal, with how it is handled, or not.
public struct TablePrivacy: Sendable {
    public let table: String
    /// Not personal: facts about areas, months, rules and the rows themselves.
    public let plain: [String]
    public let personal: [(columns: [String], handling: Handling)]
    /// Columns that name the person whom a row is about, for the copy that they may ask for.
    public let names: [(column: String, whose: DataSubject)]

    /// - Parameters:
    ///   - plain: columns between spaces, and so are those of `personal`.
    ///   - names: the naming column of a row, by whose it is.
    public init(
        _ table: String, plain: String, _ personal: [(String, Handling)] = [], names: [(String, DataSubject)] = []
    ) {
        self.table = table
        self.plain = plain.split(separator: " ").map(String.init)
        self.personal = personal.map { ($0.0.split(separator: " ").map(String.init), $0.1) }
        self.names = names.map { ($0.0, $0.1) }
    }

    public var columns: [String] { plain + personal.flatMap(\.columns) }
}

extension Handling {
    /// Who did something: whoever it concerns may ask, and an inspector does.
    static let accountability = Handling(
        whose: .account, purpose: ("说明谁办理、可追责", "to tell who did it"),
        kept: ("与该行同存", "as long as the row"),
        end: ("账号注销后只剩编号，不指向任何人", "an id that names nobody once the account is deleted"))
    static let login = Handling(
        whose: .account, purpose: ("登录与识别", "to log in"), kept: ("账号存续期间", "while the account exists"),
        end: ("停用后按申请删除（privacy delete）", "deleted on request after it is disabled (privacy delete)"))
    static let session = Handling(
        whose: .account, purpose: ("保持登录", "to stay logged in"),
        kept: ("结束后 180 天（login-days）", "180 days after its end (login-days)"),
        end: ("定时删除该行", "the row is deleted by the retention job"))
    /// Who did what from where: what an inspector asks of an information system.
    static let traces = Handling(
        whose: .account, purpose: ("安全审计（网络安全法二十一条）", "the audit of a secured system"),
        kept: ("至少 183 天（audit-keep-days）", "183 days at least (audit-keep-days)"),
        end: (
            "整行随审计期满删除；人员部分可先行销毁，链仍可核对",
            "the row goes when its time is over; its personal part may go before, and the chain still holds"
        ))
    static let duty = Handling(
        whose: .worker, purpose: ("包干责任、持证上岗", "who answers for a grid, with what certificate"),
        kept: ("与台账同存", "as long as the ledger"),
        end: ("账号注销后只剩编号；证书删除", "an id that names nobody; certificates are deleted"))
    static let workersVisit = Handling(
        whose: .worker, purpose: ("巡查走访的佐证与认定", "to judge a visit"), kept: ("与台账同存", "as long as the ledger"),
        end: ("只剩编号与结论", "what was judged stays under an id"))
    /// A record's body: position, words, names of those who took part.
    static let record = Handling(
        whose: .worker, purpose: ("巡查走访记录、申诉与抽查", "the record itself, for appeals and checks"),
        kept: (
            "精确位置：重点人员 30 天、其他 180 天（key-person-position-days、worker-position-days）；文字随名册",
            "positions: 30 days for key persons, 180 otherwise (key-person-position-days, worker-position-days); words as the list"
        ), end: ("从正文中切除，原始摘要与盐一并删除，只留封存摘要", "cut from the body; raw digest and salt go, the sealed digest stays"))
    static let cameras = Handling(
        whose: .worker, purpose: ("核对照片与记录是否一致", "to hold a photo against its record"),
        kept: ("180 天（photo-metadata-days）", "180 days (photo-metadata-days)"),
        end: ("定时清空", "emptied by the retention job"))
    static let shop = Handling(
        whose: .resident, purpose: ("场所底册，每月巡查", "the roster of places"), kept: ("底册存续期间", "while the roster is kept"),
        end: ("注销后随台账保存，名称地址为经营信息", "kept with the ledger; a shop's name and door are public business facts"))
    static let residentsWords = Handling(
        whose: .resident, purpose: ("问题处置", "to deal with what was found"), kept: ("与记录同存", "as long as the record"),
        end: ("随记录切除，或隔离后移除", "cut with the record, or removed from quarantine"))
    static let visited = Handling(
        whose: .keyPerson, purpose: ("每月走访", "the monthly visit"),
        kept: ("离开全部名册后 6 个月（off-list-months）", "6 months after they left every list (off-list-months)"),
        end: ("定时清空；台账只留匿名计数", "emptied by the retention job; the ledger keeps an anonymous count"))
    static let listed = Handling(
        whose: .keyPerson, purpose: ("归属哪份名册、由谁负责", "on whose list, by which law"),
        kept: ("与台账同存", "as long as the ledger"),
        end: ("只剩编号与名册，不指向任何人", "an id and a list that lead to nobody"))
    static let ledger = Handling(
        whose: .keyPerson, purpose: ("月度台账", "the month's ledger"),
        kept: ("永久，第一版须可自证", "for ever: version 1 must prove itself"),
        end: ("只剩编号，不指向任何人", "an id that leads to nobody"))
    static let secret = Handling(
        whose: .keyPerson, purpose: ("名册主管部门办理业务", "the list owner's casework"),
        kept: ("在册期间及其后 6 个月（off-list-months）", "while on the list and 6 months after (off-list-months)"),
        end: ("删除该行", "the row is deleted"))
    static let wordsOnPerson = Handling(
        whose: .keyPerson, purpose: ("认定、申诉、抽查的理由", "reasons of rulings, appeals and checks"),
        kept: ("离开全部名册后 6 个月（off-list-months）", "6 months after they left every list (off-list-months)"),
        end: ("定时清空", "emptied by the retention job"))
    static let deletionNote = Handling(
        whose: .account, purpose: ("证明已删除及其理由", "to prove that it was deleted, and why"), kept: ("三年", "three years"),
        end: ("编号不指向任何人", "the id leads to nobody"))
}
