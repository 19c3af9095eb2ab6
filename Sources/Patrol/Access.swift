/// Dated assignments (HZ 人员组成; JS3335 4.4). Further roles come as data of the same shape.
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
    /// 系统管理员
    case administrator
    /// 审计员
    case auditor
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

/// A role over an area and everything managed below it, from a day to the day before `to`.
public struct RoleAssignment: Equatable, Sendable {
    public let role: Role
    public let area: PathKey
    public let from: Day
    public let to: Day?

    public init(role: Role, area: PathKey, from: Day, to: Day?) {
        self.role = role
        self.area = area
        self.from = from
        self.to = to
    }

    func holds(on day: Day) -> Bool { from <= day && (to.map { day < $0 } ?? true) }
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
        case .administrator, .auditor: Self.ofOffice
        }
    }

    // Made once: each request asks.
    private static let ofGrid: Set<Permission> = [
        .submitReport, .readPhotos, .readPlaces, .readKeyPersons, .readCoverage, .readPlaceObligations,
        .readKeyPersonObligations, .readEveryList,
    ]
    private static let ofStation = ofGrid.union([
        .readReports, .readOriginals, .rule, .dispute, .assignDuties, .changePlaces, .recordJointWork, .compareLists,
        .readKeyPersonEvidence,
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
    private static let ofOffice: Set<Permission> = [.readCoverage]
}

/// The one policy function: role × area × day.
public func permits(_ assignments: [RoleAssignment], _ permission: Permission, in area: PathKey, on day: Day) -> Bool {
    assignments.contains { $0.holds(on: day) && $0.area.contains(area) && $0.role.permissions.contains(permission) }
}

/// Whether the permission is held in any area at all, for routes whose rows are filtered afterwards.
public func permits(_ assignments: [RoleAssignment], _ permission: Permission, on day: Day) -> Bool {
    assignments.contains { $0.holds(on: day) && $0.role.permissions.contains(permission) }
}
