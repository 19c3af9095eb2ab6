/// A list of key persons (重点人员名册): whose it is, on what paper, for what and for how long (个人信息保护法 6, 19, 21, 34).
public struct KeyPersonList: Equatable, Sendable {
    public let id: String
    /// The department that answers for it.
    public let owner: String
    public let area: AreaID
    /// Name and number of the document.
    public let legalBasis: String
    public let purpose: String
    /// Who visits on the owner's behalf (委托), and by which contract; nil where the owner's own people do.
    public let entrustedTo: String?
    /// Of people below eighteen: a permission of its own.
    public let minors: Bool
    public let from: Day
    /// The first day on which it holds no longer; nil only for lists from before terms were asked for.
    public let to: Day?

    public init(
        id: String, owner: String, area: AreaID, legalBasis: String, purpose: String, entrustedTo: String? = nil,
        minors: Bool = false, from: Day, to: Day?
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

    /// What a list may not lack. No basis, no row.
    public enum Lack: String, CaseIterable, Sendable {
        case owner, legalBasis, purpose
        /// A list without an end is kept for ever, which no purpose needs.
        case term
        /// The term ends before it begins.
        case order
    }

    public var lacks: [Lack] {
        var lacks: [Lack] = []
        if owner.allSatisfy(\.isWhitespace) { lacks.append(.owner) }
        if legalBasis.allSatisfy(\.isWhitespace) { lacks.append(.legalBasis) }
        if purpose.allSatisfy(\.isWhitespace) { lacks.append(.purpose) }
        guard let to else { return lacks + [.term] }
        return to > from ? lacks : lacks + [.order]
    }

    public enum State: String, CaseIterable, Sendable {
        case coming, inForce, ended
    }

    public func state(on day: Day) -> State {
        if day < from { return .coming }
        return to.map { day < $0 } ?? true ? .inForce : .ended
    }
}
