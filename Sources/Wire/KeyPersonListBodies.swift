/// A list of key persons (重点人员名册) to be registered. No basis, no row.
public struct KeyPersonListBody: Codable, Equatable, Sendable {
    /// Given by the gateway where it is absent.
    public var id: String?
    public var owner: String
    public var area: String
    public var legalBasis: String
    public var purpose: String
    public var entrustedTo: String?
    public var minors: Bool?
    public var from: String
    /// The first day on which it holds no longer.
    public var to: String

    public init(
        id: String? = nil, owner: String, area: String, legalBasis: String, purpose: String,
        entrustedTo: String? = nil, minors: Bool? = nil, from: String, to: String
    ) {
        self.id = id
        self.owner = owner
        self.area = area
        self.legalBasis = legalBasis
        self.purpose = purpose
        self.entrustedTo = entrustedTo
        self.minors = minors
        self.from = from
        self.to = to
    }
}

/// A list as its owner sees it.
public struct KeyPersonListRow: Codable, Equatable, Sendable {
    public var id: String
    public var owner: String
    public var area: String
    public var legalBasis: String
    public var purpose: String
    public var entrustedTo: String?
    public var minors: Bool
    public var from: String
    /// Absent only for lists from before terms were asked for: end them, and register them anew.
    public var to: String?
    /// `coming`, `inForce` or `ended`.
    public var state: String
    public var members: Int
    public var endedBecause: String?

    public init(
        id: String, owner: String, area: String, legalBasis: String, purpose: String, entrustedTo: String?,
        minors: Bool, from: String, to: String?, state: String, members: Int, endedBecause: String?
    ) {
        self.id = id
        self.owner = owner
        self.area = area
        self.legalBasis = legalBasis
        self.purpose = purpose
        self.entrustedTo = entrustedTo
        self.minors = minors
        self.from = from
        self.to = to
        self.state = state
        self.members = members
        self.endedBecause = endedBecause
    }
}

/// A list ends before its term.
public struct ListEndBody: Codable, Equatable, Sendable {
    public var from: String
    public var reason: String

    public init(from: String, reason: String) {
        self.from = from
        self.reason = reason
    }
}

/// Somebody enters a list on some paper, or leaves it where none is named.
public struct ListMemberBody: Codable, Equatable, Sendable {
    public var person: String
    /// Needed for somebody who is on others' lists only: their id alone is no proof that one knows them.
    public var name: String?
    public var from: String
    public var reason: String?

    public init(person: String, name: String? = nil, from: String, reason: String? = nil) {
        self.person = person
        self.name = name
        self.from = from
        self.reason = reason
    }
}

/// Somebody's time on a list.
public struct ListMemberRow: Codable, Equatable, Sendable {
    public var person: String
    public var reason: String
    public var from: String
    public var to: String?

    public init(person: String, reason: String, from: String, to: String?) {
        self.person = person
        self.reason = reason
        self.from = from
        self.to = to
    }
}

/// Whose account acts for a list's owner.
public struct ListStewardBody: Codable, Equatable, Sendable {
    public var login: String
    public var from: String
    /// First day on which they do so no more, also where they do already.
    public var to: String?

    public init(login: String, from: String, to: String? = nil) {
        self.login = login
        self.from = from
        self.to = to
    }
}

/// How many of each category; absent where the number is withheld because it is small.
public struct CategoryCounts: Codable, Equatable, Sendable {
    public var list: String
    public var area: String
    public var items: [Row]
    public var total: Int?

    public init(list: String, area: String, items: [Row], total: Int?) {
        self.list = list
        self.area = area
        self.items = items
        self.total = total
    }

    public struct Row: Codable, Equatable, Sendable {
        public var category: String
        public var count: Int?

        public init(category: String, count: Int?) {
            self.category = category
            self.count = count
        }
    }
}

/// What only a list's owner keeps of somebody.
public struct VaultBody: Codable, Equatable, Sendable {
    public var list: String
    public var person: String
    public var category: String
    public var identityNumber: String?
    public var caseText: String?

    public init(
        list: String, person: String, category: String, identityNumber: String? = nil, caseText: String? = nil
    ) {
        self.list = list
        self.person = person
        self.category = category
        self.identityNumber = identityNumber
        self.caseText = caseText
    }
}

/// A reading of the vault; in a body, since an address is kept in more places than an answer.
public struct VaultReadingBody: Codable, Equatable, Sendable {
    public var list: String
    public var person: String
    /// `listKeeping`, `casework`, `personsRequest` or `inspection`.
    public var purpose: String
    /// The identity number in full; masked otherwise.
    public var full: Bool?

    public init(list: String, person: String, purpose: String, full: Bool? = nil) {
        self.list = list
        self.person = person
        self.purpose = purpose
        self.full = full
    }
}

/// A record whose words look classified (疑似涉密).
public struct QuarantineRow: Codable, Equatable, Sendable {
    public var report: String
    public var grid: String?
    public var person: String
    public var signs: [Sign]
    public var at: String
    /// `release` or `remove`; absent while it waits.
    public var decision: String?
    public var reason: String?
    public var decidedBy: String?

    public init(
        report: String, grid: String?, person: String, signs: [Sign], at: String, decision: String?, reason: String?,
        decidedBy: String?
    ) {
        self.report = report
        self.grid = grid
        self.person = person
        self.signs = signs
        self.at = at
        self.decision = decision
        self.reason = reason
        self.decidedBy = decidedBy
    }

    public struct Sign: Codable, Equatable, Sendable {
        /// JSON Pointer into the record.
        public var pointer: String
        public var mark: String

        public init(pointer: String, mark: String) {
            self.pointer = pointer
            self.mark = mark
        }
    }
}

/// What becomes of such words.
public struct QuarantineDecisionBody: Codable, Equatable, Sendable {
    public var report: String
    public var decision: String
    public var reason: String

    public init(report: String, decision: String, reason: String) {
        self.report = report
        self.decision = decision
        self.reason = reason
    }
}
