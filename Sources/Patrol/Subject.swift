/// What must be visited each month (HZ 全科网格管理站 b). The two kinds never share a table, a route or a right.
public enum SubjectKind: String, CaseIterable, Sendable {
    /// 场所
    case place
    /// 重点人员
    case keyPerson
}

/// Whom or what a record concerns.
public enum RecordSubject: Equatable, Sendable {
    case place(id: String)
    case keyPerson(id: String)
    /// A place that the worker found and the roster does not know yet.
    case newPlace(name: String, address: String?)

    public var kind: SubjectKind {
        switch self {
        case .place, .newPlace: .place
        case .keyPerson: .keyPerson
        }
    }

    /// nil for a new place.
    public var id: String? {
        switch self {
        case .place(let id), .keyPerson(let id): id
        case .newPlace: nil
        }
    }
}

/// What came of a visit to a place (`field-notes` 4).
public enum PlaceOutcome: String, CaseIterable, Sendable {
    /// 正常巡查
    case checked
    /// 闭店（门外查看）: an attempt
    case closedNow
    /// 拒检
    case refused
    /// 歇业至…
    case suspended
    /// 注销/拆除/搬迁
    case gone
    /// 易主/改业
    case changed
    case unreachable
}

/// What came of a visit to a key person.
public enum PersonOutcome: String, CaseIterable, Sendable {
    case met
    case familyMet
    /// By telephone or video.
    case phone
    /// 到访未遇: an attempt
    case noAnswer
    case away
    case hospital
    case refused
    /// Moved, died, released: a request to the list's owner.
    case offList
    /// 失联: told to the list's owner the same day.
    case lostContact
}

/// An outcome that fits its subject's kind.
public enum Outcome: Equatable, Sendable {
    case place(PlaceOutcome)
    case person(PersonOutcome)

    public init?(kind: SubjectKind, name: String) {
        switch kind {
        case .place:
            guard let outcome = PlaceOutcome(rawValue: name) else { return nil }
            self = .place(outcome)
        case .keyPerson:
            guard let outcome = PersonOutcome(rawValue: name) else { return nil }
            self = .person(outcome)
        }
    }

    public var name: String {
        switch self {
        case .place(let outcome): outcome.rawValue
        case .person(let outcome): outcome.rawValue
        }
    }
}

/// In what capacity somebody took part in a visit (HZ 人员组成; GB/T 34300-2017 6.2.3).
public enum Capacity: String, CaseIterable, Sendable {
    /// 专职网格员
    case fullTime
    /// 兼职网格员
    case partTime
    /// 网格长
    case gridLead
    /// 网格指导员
    case guide
    /// 网格警务员
    case gridPolice
    /// 驻站部门人员
    case stationedStaff
    /// 村干部
    case villageCadre
    /// 网格信息员（志愿者）
    case volunteer
    /// Other people of the team: doctor, relative, interpreter.
    case other
}

public struct Participant: Equatable, Sendable {
    /// Our id, where the person is known to us.
    public let person: String?
    public let name: String?
    public let capacity: Capacity
    /// The unit somebody came for (参勤单位): 区消防救援大队.
    public let unit: String?

    public init(person: String?, name: String?, capacity: Capacity, unit: String? = nil) {
        self.person = person
        self.name = name
        self.capacity = capacity
        self.unit = unit
    }
}
