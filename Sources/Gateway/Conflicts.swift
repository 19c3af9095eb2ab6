import Boundaries
import HTTPTypes
import Patrol
import Store
import Wire

/// A refusal of the registry, of joint work, of proposals or of checks: what is asked does not fit what is there.
protocol Conflict: Error {
    /// nil for what is not there: it looks like everything that one may not see.
    var problem: ConflictProblem? { get }
}

struct ConflictProblem {
    let code: String
    let zh: (title: String, detail: String)
    let en: (title: String, detail: String)

    init(_ code: String, zh: (String, String), en: (String, String)) {
        self.code = code
        self.zh = zh
        self.en = en
    }
}

extension Outcome {
    init(_ conflict: any Conflict) {
        guard let problem = conflict.problem else {
            self.init(describing: Refusal.notFound)
            return
        }
        self.init(.conflict, problem.code, zh: problem.zh, en: problem.en)
    }
}

extension AreaRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchArea: nil
        case .otherLevel(let area):
            ConflictProblem(
                "other-level", zh: ("区域级别不符", "\(area) 的级别不符；合并须同级，拆分只限网格，上级须高于本级"),
                en: (
                    "Another level",
                    "The level of \(area) does not fit; merge areas of one level, divide only grids, let a manager stand above"
                ))
        case .sameArea:
            ConflictProblem(
                "same-area", zh: ("不能并入自身", "合并要有别的区域，拆分至少两部分"),
                en: ("The same area", "A merger takes in others; a division has at least two parts"))
        case .notEmpty(let subjects, let areas):
            ConflictProblem(
                "area-not-empty", zh: ("区域内还有对象或下级", "还有 \(subjects) 个对象、\(areas) 个下级区域，请先移出或合并"),
                en: (
                    "The area is not empty",
                    "It holds \(subjects) subjects and \(areas) areas; move or merge them first"
                ))
        case .unplaced(let subjects):
            ConflictProblem(
                "unplaced", zh: ("有对象未指定去向", "例如 \(subjects.joined(separator: "、"))；请在 placing 或 rest 中写明"),
                en: (
                    "Some subjects go nowhere",
                    "Such as \(subjects.joined(separator: ", ")); name them in placing, or rest"
                ))
        case .notHeld(let subjects):
            ConflictProblem(
                "not-on-roster",
                zh: ("不在底册", "要拆分的网格没有 \(subjects.joined(separator: "、"))，请核对 placing 中的编号"),
                en: (
                    "Not on the roster",
                    "The divided grid does not hold \(subjects.joined(separator: ", ")); check the ids in placing"
                ))
        case .otherPart(let area):
            ConflictProblem(
                "other-part", zh: ("不是拆分后的网格", "\(area) 不在 parts 中"),
                en: ("Not one of the parts", "\(area) is not among parts"))
        case .circle:
            ConflictProblem(
                "area-circle", zh: ("上级关系成环", "新的上级位于该区域之下，请另选上级"),
                en: ("A circle of managers", "The new manager stands below the area; choose another"))
        case .codeTaken(let code):
            ConflictProblem(
                "already-there", zh: ("编号已被使用", "编码 \(code) 已属于另一区域，请核对"),
                en: ("The code is taken", "Another area has the code \(code); check it"))
        }
    }
}

extension RegistryRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchPerson, .noSuchGrid: nil
        case .endsBeforeItBegins:
            ConflictProblem(
                "ends-before-begin", zh: ("截止日期不在起始日期之后", "请核对 from 与 to"),
                en: ("It ends before it begins", "Let to be later than from"))
        case .ownDuty:
            ConflictProblem(
                "own-record", zh: ("不能给自己派责任", "请由另一位有权限的人办理"),
                en: ("Nobody puts themselves in charge", "Let somebody else with the right assign it"))
        }
    }
}

extension AccountRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchAccount, .noSuchArea: nil
        case .loginTaken:
            ConflictProblem(
                "login-taken", zh: ("登录名已有人用", "请另取一个登录名"), en: ("The login is taken", "Choose another one"))
        case .endsBeforeItBegins: RegistryRefusal.endsBeforeItBegins.problem
        case .roleHeld:
            ConflictProblem(
                "role-held", zh: ("已有该角色", "该人员在这些日子已在该区域担任此角色，请核对日期"),
                en: ("The role is held already", "The person has it there in some of those days; check the days"))
        case .roleNotHeld:
            ConflictProblem(
                "role-not-held", zh: ("没有该角色", "该人员在该日已不担任此角色，请核对区域与日期"),
                en: ("The role is not held", "The person does not have it there by that day; check area and day"))
        case .notSeparate(let role):
            ConflictProblem(
                "not-separate",
                zh: ("三员须分立", "该人员已担任 \(role.rawValue)；系统管理员、安全管理员、审计管理员不得由同一人兼任，请另选他人"),
                en: (
                    "Administrators are kept apart",
                    "The person is \(role.rawValue) already; system, security and audit administrator are three people"
                ))
        case .auditorOfPart:
            ConflictProblem(
                "auditor-of-part", zh: ("审计管理员须设在最高一级区域", "审计记录不分区域；请设在最高一级区域"),
                en: (
                    "An auditor is everybody's", "The audit is one for all areas; give the role in the highest area"
                ))
        case .lastSecurityAdministrator:
            ConflictProblem(
                "last-security-administrator", zh: ("须保留一名安全管理员", "该区域没有别的安全管理员，请先再设一名"),
                en: ("The last security administrator", "Nobody else manages accounts there; appoint another one first")
            )
        case .ownAccount:
            ConflictProblem(
                "own-account", zh: ("不能办理自己的账号", "请由另一位安全管理员办理"),
                en: ("Nobody manages their own account", "Let another security administrator do it"))
        }
    }
}

extension FirstAdministratorRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .administratorExists:
            ConflictProblem(
                "administrator-exists", zh: ("已有安全管理员", "请由其建立账号；口令遗失时用 patrol-gateway user reset"),
                en: (
                    "There is a security administrator",
                    "Accounts are made by that one; `patrol-gateway user reset` helps who lost the password"
                ))
        case .noAreas:
            ConflictProblem(
                "no-areas", zh: ("还没有区域", "请先运行 patrol-gateway import areas"),
                en: ("There are no areas yet", "Run `patrol-gateway import areas` first"))
        }
    }
}

extension JointRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchWork: nil
        case .notAStation:
            ConflictProblem(
                "not-a-station", zh: ("不是工作站", "联查、会商以工作站为单位，请填站的编号"),
                en: ("Not a station", "Joint work is a station's; give the station's id"))
        case .alreadyWithdrawn:
            ConflictProblem(
                "already-withdrawn", zh: ("已经撤回", "无需再次撤回"), en: ("Withdrawn already", "Nothing is left to take back"))
        }
    }
}

extension PlaceRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchPlace, .noSuchGrid: nil
        case .notOnRoster(let place):
            ConflictProblem(
                "not-on-roster", zh: ("不在底册", "\(place) 在该日不在任何网格的底册中，请核对日期"),
                en: ("Not on the roster", "No grid's roster holds \(place) on that day; check the day"))
        case .alreadyThere(let place):
            ConflictProblem(
                "already-there", zh: ("编号已被使用", "\(place) 已有底册记录，请换一个编号"),
                en: ("The id is taken", "\(place) is known already; choose another id"))
        case .tooFew:
            ConflictProblem(
                "too-few", zh: ("数量不足", "合并要有别的场所，拆分至少两处"),
                en: ("Too few", "A merger takes in others; a division has at least two parts"))
        }
    }
}

extension ProposalRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchProposal: nil
        case .alreadyDecided:
            ConflictProblem(
                "proposal-decided", zh: ("已经处理过", "请刷新后查看结果"),
                en: ("Decided already", "Read it again to see what became of it"))
        case .entryMissing:
            ConflictProblem(
                "entry-missing", zh: ("缺少底册内容", "新增或易主须填写 details"),
                en: ("The roster entry is missing", "A new place or tenant needs its details"))
        case .ownRecord: .ownRecord
        }
    }
}

extension SpotCheckRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchCheck: nil
        case .notDrawn:
            ConflictProblem(
                "not-drawn", zh: ("未被抽中", "该记录不在抽查名单中"), en: ("Not drawn", "The record is not in this sample"))
        case .nothingToDraw:
            ConflictProblem(
                "nothing-to-draw", zh: ("没有可抽的记录", "该区域该月还没有已完成的巡查走访"),
                en: ("Nothing to draw from", "Nothing was visited there in that month"))
        case .ownRecord: .ownRecord
        }
    }
}

extension KeyPersonListRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchList, .noSuchPerson: nil
        case .incomplete(let lacks):
            ConflictProblem(
                "list-incomplete",
                zh: ("名册缺少要件", "缺少 \(lacks.map(\.rawValue).joined(separator: "、"))；没有依据、目的、期限的名册不能建立"),
                en: (
                    "The list lacks something",
                    "It lacks \(lacks.map(\.rawValue).joined(separator: ", ")); no list without basis, purpose and term"
                ))
        case .noListOfOwner(let owner, let basis):
            ConflictProblem(
                "no-such-list",
                zh: ("没有相应的名册", "\(owner) 依据 \(basis) 在该区域、该日没有名册；请主管部门先登记（patrol-gateway list add）"),
                en: (
                    "No list of that owner and basis",
                    "\(owner) has none there on that day by \(basis); let it register one first (patrol-gateway list add)"
                ))
        case .idTaken(let id):
            ConflictProblem(
                "already-there", zh: ("编号已被使用", "名册 \(id) 已存在，请换一个编号"),
                en: ("The id is taken", "There is a list \(id); choose another id"))
        case .alreadyEnded:
            ConflictProblem(
                "list-ended", zh: ("名册已经终止", "请核对日期；需要继续的请登记新的名册"),
                en: ("The list has ended by then", "Check the day; register a new list to go on"))
        case .outsideTerm:
            ConflictProblem(
                "list-ended", zh: ("不在名册期限内", "请核对日期与名册的起止"), en: ("Outside the list's term", "Check the day"))
        }
    }
}

extension QuarantineRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchRecord: nil
        case .alreadyDecided:
            ConflictProblem(
                "quarantine-decided", zh: ("已经处理过", "请刷新后查看结果"),
                en: ("Decided already", "Read it again to see what became of it"))
        case .ownRecord: .ownRecord
        }
    }
}

extension DeletionRefusal: Conflict {
    var problem: ConflictProblem? {
        switch self {
        case .noSuchPerson: nil
        case .onAList(let lists):
            ConflictProblem(
                "on-a-list",
                zh: ("仍在名册上", "名册 \(lists.joined(separator: "、")) 期限内；请主管部门先将其移出"),
                en: ("Still on a list", "\(lists.joined(separator: ", ")) holds; let its owner take them off first"))
        case .accountInUse:
            ConflictProblem(
                "account-in-use", zh: ("账号仍在使用", "请先停用账号"), en: ("The account is in use", "Disable it first"))
        case .alreadyDeleted:
            ConflictProblem(
                "already-deleted", zh: ("已经删除", "无需再次删除"), en: ("Deleted already", "Nothing is left to delete"))
        }
    }
}

extension ConflictProblem {
    fileprivate static let ownRecord = ConflictProblem(
        "own-record", zh: ("不能处理自己的记录", "请由其他人处理"),
        en: ("Nobody decides on their own record", "Leave it to somebody else"))
}

extension Defects {
    /// What is wrong with an outline, each with its place.
    init(_ boundary: BoundaryDefects) {
        self.init(boundary.all.map { Defect("", $0.code, zh: $0.zh, en: $0.en) })
    }
}
