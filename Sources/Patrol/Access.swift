/// Dated assignments. Grid lead, guide, full-time and part-time worker, volunteer and grid police officer are capacities of
/// a duty (`Capacity`), which brings its rights in the grid along.
public enum Role: String, CaseIterable, Sendable {
    /// 网格员
    case gridWorker
    /// 常务副站长: runs the station every day
    case executiveDeputy
    /// 站长
    case stationChief
    /// 镇（街道）调度员
    case townDispatcher
    /// 部门
    case department
    /// 县级中心
    case county
    /// 重点人员名册的主管部门
    case listOwner
    /// 系统管理员: areas and settings, neither accounts nor audit (GB/T 22239-2019 8.1.5.1)
    case administrator
    /// 安全管理员: accounts, roles, devices, tokens (GB/T 22239-2019 8.1.5.3)
    case securityAdministrator
    /// 审计管理员: reads and exports the audit, nothing else (GB/T 22239-2019 8.1.5.2)
    case auditor
    /// 驻站部门人员: joint inspections and their department's own checks (HZ 人员要求)
    case stationedStaff
    /// 联络员 of a participating unit (JS3335 4.3.1.2)
    case liaison
    /// 联勤队员: patrols in the town's area (JS3335 4.4, 6.1 c)
    case jointDutyTeam
    /// 指挥长 of a centre: knows what comes in and who is on duty, follows it (JS3335 7.1.1.2, 7.1.1.4)
    case commander
    /// 社会力量: voluntary patrols, may report (HZ 平安共建; GB/T 34300-2017 6.2.4)
    case socialParticipant

    /// 三员分立: no two of these in one hand at the same time (GB/T 22239-2019 8.1.4.2 d, 8.1.5).
    public static let separated: Set<Role> = [.administrator, .securityAdministrator, .auditor]
}

/// What somebody may do in an area. Each level its authority (一级一权限, GB/T 34300-2017 7.2).
public enum Permission: String, CaseIterable, Sendable {
    case submitReport
    case readReports
    case readPhotos
    case readOriginals
    case readPlaces
    case readKeyPersons
    case readCoverage
    case readPlaceObligations
    case readKeyPersonObligations
    /// 结账: earlier than the grace time ends.
    case closeMonth
    /// 认定
    case rule
    /// To put a visit that counts in doubt.
    case dispute
    /// To look at rulings again and see who made how many.
    case reviewRulings
    /// What is owed, and what is granted by rule.
    case recordPolicies
    /// Names, codes, managers and outlines of areas.
    case changeAreas
    /// Who answers for a grid, with what certificate; which unit is at a station.
    case assignDuties
    /// The roster of places, between two imports.
    case changePlaces
    /// Requests to the owner of a list of key persons.
    case changeKeyPersons
    /// Joint inspections and consultations of a station.
    case recordJointWork
    /// The roster against other lists and streets.
    case compareLists
    /// Visits that are drawn and checked again.
    case checkVisits
    /// Accounts, passwords and roles.
    case manageAccounts
    /// Enrolment and state of devices.
    case manageDevices
    /// To lock a device that is missing.
    case lockDevices
    /// Tokens of other systems.
    case issueTokens
    /// Settings and upkeep of the system.
    case manageSystem
    /// To read and export the audit.
    case readAudit
    /// Key persons of every list in the area, whoever owns it: without it somebody reads the lists they act for, one by one.
    case readEveryList
    /// Key persons below eighteen (未成年人).
    case readMinors
    /// Category, identity number and case text, of the lists that one acts for.
    case readKeyPersonVault
    /// How many of each category, small numbers withheld.
    case readKeyPersonCounts
    /// Exact positions and photos of visits to key persons.
    case readKeyPersonEvidence
    /// Words that look classified (D8): to read them, and to release or remove them.
    case handleQuarantine
}

extension Permission {
    /// What a token of another system may be good for. Not what names key persons, nor what gives rights: whoever issues a
    /// token sees its secret, and would act in its person's name.
    public static let ofIntegrations: Set<Permission> = [
        .submitReport, .readReports, .readPhotos, .readPlaces, .readCoverage, .readPlaceObligations, .recordJointWork,
        .compareLists, .changePlaces, .changeAreas,
    ]
}

/// A role over an area and everything managed below it, from a day to the day before `to`.
public struct RoleAssignment: Equatable, Sendable {
    public let role: Role
    public let area: PathKey
    public let from: Day
    public let to: Day?
    /// What a token is cut down to; nil for all that the role permits.
    public let scopes: Set<Permission>?

    public init(role: Role, area: PathKey, from: Day, to: Day?, scopes: Set<Permission>? = nil) {
        self.role = role
        self.area = area
        self.from = from
        self.to = to
        self.scopes = scopes
    }

    public func holds(on day: Day) -> Bool { from <= day && (to.map { day < $0 } ?? true) }

    func permits(_ permission: Permission) -> Bool {
        role.permissions.contains(permission) && scopes?.contains(permission) ?? true
    }
}

extension Role {
    /// Default deny: what is not listed here is not permitted.
    public var permissions: Set<Permission> {
        switch self {
        case .gridWorker: Self.ofGrid
        case .executiveDeputy: Self.ofDeputy
        case .stationChief: Self.ofStation
        case .townDispatcher: Self.ofTown
        case .county: Self.ofCounty
        case .department: Self.ofDepartment
        case .listOwner: Self.ofListOwner
        case .administrator: Self.ofSystem
        case .securityAdministrator: Self.ofSecurity
        case .auditor: Self.ofAudit
        case .stationedStaff: Self.ofStationedStaff
        case .liaison: Self.ofDepartment
        case .jointDutyTeam: Self.ofJointDutyTeam
        case .commander: Self.ofCommander
        case .socialParticipant: Self.ofSocialParticipant
        }
    }

    // Made once: each request asks.
    private static let ofGrid: Set<Permission> = [
        .submitReport, .readPhotos, .readPlaces, .readKeyPersons, .readCoverage, .readPlaceObligations,
        .readKeyPersonObligations, .readEveryList,
    ]
    private static let ofStation = ofGrid.union([
        .readReports, .readOriginals, .rule, .dispute, .assignDuties, .changePlaces, .recordJointWork, .compareLists,
        .lockDevices, .readKeyPersonEvidence,
    ])
    // Visits to minors are the executive deputy's to give out, one by one.
    private static let ofDeputy = ofStation.union([.readMinors])
    private static let ofTown: Set<Permission> = [
        .readReports, .readPhotos, .readPlaces, .readCoverage, .readPlaceObligations, .dispute, .reviewRulings,
        .compareLists, .checkVisits,
    ]
    private static let ofCounty = ofTown.union([
        .closeMonth, .recordPolicies, .changeAreas, .assignDuties, .changePlaces, .readKeyPersonCounts,
        .handleQuarantine,
    ])
    private static let ofDepartment: Set<Permission> = [.readPlaces, .readCoverage, .readPlaceObligations]
    private static let ofListOwner: Set<Permission> = [
        .readKeyPersons, .readCoverage, .readKeyPersonObligations, .recordPolicies, .reviewRulings, .changeKeyPersons,
        .checkVisits, .readMinors, .readKeyPersonVault, .readKeyPersonCounts,
    ]
    // Figures, which name nobody, and with them the list of areas, which both need.
    private static let ofSystem: Set<Permission> = [.readCoverage, .changeAreas, .manageSystem]
    private static let ofSecurity: Set<Permission> = [
        .readCoverage, .manageAccounts, .manageDevices, .lockDevices, .issueTokens,
    ]
    private static let ofAudit: Set<Permission> = [.readAudit]
    // None of these sees key persons: their visits are the grid's and the list owner's.
    private static let ofStationedStaff = ofDepartment.union([.submitReport])
    private static let ofJointDutyTeam: Set<Permission> = [.submitReport, .readPlaces, .readCoverage]
    private static let ofCommander = ofDepartment.union([.readReports, .readPhotos])
    private static let ofSocialParticipant: Set<Permission> = [.submitReport]
}

/// The one policy function: role × area × day.
public func permits(_ assignments: [RoleAssignment], _ permission: Permission, in area: PathKey, on day: Day) -> Bool {
    assignments.contains { $0.holds(on: day) && $0.area.contains(area) && $0.permits(permission) }
}

/// Whether the permission is held in any area at all, for routes whose rows are filtered afterwards.
public func permits(_ assignments: [RoleAssignment], _ permission: Permission, on day: Day) -> Bool {
    assignments.contains { $0.holds(on: day) && $0.permits(permission) }
}
