import Wire

/// A body that says whom and what it is about, for the audit: ids and codes, no words.
protocol Concerning {
    var concerned: [String?] { get }
    /// An account by its name; the audit is told its person's id.
    var concernedLogin: String? { get }
}

extension Concerning {
    var concerned: [String?] { [] }
    var concernedLogin: String? { nil }
}

// MARK: Accounts, devices, tokens

extension AccountName: Concerning {
    var concernedLogin: String? { login }
}

extension AccountBody: Concerning {
    var concerned: [String?] { [role, area] }
}

extension RoleBody: Concerning {
    var concerned: [String?] { [role, area, from, to] }
    var concernedLogin: String? { login }
}

extension RoleEnd: Concerning {
    var concerned: [String?] { [role, area, from] }
    var concernedLogin: String? { login }
}

extension PasswordChange: Concerning {}

extension NewDevice: Concerning {
    var concerned: [String?] { [person] }
}

extension NewToken: Concerning {
    var concerned: [String?] { [person] + scopes }
}

// MARK: Registry

extension AreaChangeBody: Concerning {
    var concerned: [String?] { [change, area, manager] + (others ?? []) }
}

extension DutyBody: Concerning {
    var concerned: [String?] { [grid, capacity, from, to] }
    var concernedLogin: String? { login }
}

extension CertificateRow: Concerning {
    var concernedLogin: String? { login }
}

extension PostingRow: Concerning {
    var concerned: [String?] { [station, unit] }
}

extension PlaceChangeBody: Concerning {
    var concerned: [String?] { [change, place, grid] + (others ?? []) }
}

extension ProposalDecision: Concerning {
    var concerned: [String?] { [report, accepted ? "accepted" : "declined"] }
}

// MARK: Policies and joint work

extension PolicyBody: Concerning {
    var concerned: [String?] { [id] }
}

extension ChecklistBody: Concerning {
    var concerned: [String?] { [id] }
}

extension ClosingRuleBody: Concerning {
    var concerned: [String?] { [from] }
}

extension RulingRuleBody: Concerning {
    var concerned: [String?] { [id] }
}

extension JointWorkBody: Concerning {
    var concerned: [String?] { [id, station, day] }
}

extension WithdrawalBody: Concerning {
    var concerned: [String?] { [id] }
}

// MARK: Rulings and checks

extension RulingBody: Concerning {
    var concerned: [String?] { [report, decision, intoMonth] }
}

extension ExcuseBody: Concerning {
    var concerned: [String?] { [kind, subject, firstDay, lastDay] }
}

extension DisputeBody: Concerning {
    var concerned: [String?] { [report] }
}

extension BatchBody: Concerning {
    var concerned: [String?] { [kind, area, month, matter, decision] }
}

extension AppealBody: Concerning {
    var concerned: [String?] { [ruling] }
}

extension AppealAnswer: Concerning {
    var concerned: [String?] { [ruling, decision] }
}

extension ReviewBody: Concerning {
    var concerned: [String?] { [ruling, agrees ? "agrees" : "disagrees"] }
}

extension ComparisonBody: Concerning {
    var concerned: [String?] { [area] }
}

extension ComparisonDecision: Concerning {
    var concerned: [String?] { [String(position), decision] }
}

extension StreetWalkBody: Concerning {
    var concerned: [String?] { [area, day] }
}

extension SpotCheckBody: Concerning {
    var concerned: [String?] { [kind, area, month] }
}

extension SpotCheckResultBody: Concerning {
    var concerned: [String?] { [check, report, result] }
}

// MARK: Key persons

extension KeyPersonListBody: Concerning {
    var concerned: [String?] { [id, area] }
}

extension ListEndBody: Concerning {
    var concerned: [String?] { [from] }
}

extension ListMemberBody: Concerning {
    var concerned: [String?] { [person, from] }
}

extension ListStewardBody: Concerning {
    var concerned: [String?] { [from, to] }
    var concernedLogin: String? { login }
}

extension VaultBody: Concerning {
    var concerned: [String?] { [person, list] }
}

extension VaultReadingBody: Concerning {
    var concerned: [String?] { [person, list] }
}

extension QuarantineDecisionBody: Concerning {
    var concerned: [String?] { [report, decision] }
}
