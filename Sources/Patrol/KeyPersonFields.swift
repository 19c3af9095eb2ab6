/// What is known of a key person, piece by piece.
public enum KeyPersonField: String, CaseIterable, Sendable {
    case name, address, contactRule, safetyHint
    /// Where exactly a visit was made.
    case position
    case photos
    case category, identityNumber, caseText
}

extension KeyPersonField {
    /// What each permission shows of a key person; whatever is not listed shows nothing. Category, identity number and
    /// case text are the owner's; position and photos are for whoever has to rule on a visit, and nobody else.
    public static func shown(by permission: Permission) -> Set<KeyPersonField> {
        switch permission {
        case .readKeyPersons: [.name, .address, .contactRule, .safetyHint]
        case .readKeyPersonVault: [.category, .identityNumber, .caseText]
        case .readKeyPersonEvidence: [.position, .photos]
        default: []
        }
    }

    /// What somebody sees of the key persons of an area.
    public static func shown(to assignments: [RoleAssignment], in area: PathKey, on day: Day) -> Set<KeyPersonField> {
        Permission.allCases.reduce(into: []) { fields, permission in
            let own = shown(by: permission)
            if !own.isEmpty, permits(assignments, permission, in: area, on: day) { fields.formUnion(own) }
        }
    }
}

/// For what somebody reads about a key person; told with each reading, and kept with it.
public enum ReadingPurpose: String, CaseIterable, Sendable {
    /// 走访
    case visit
    /// 名册管理
    case listKeeping
    /// 认定与申诉
    case ruling
    /// 案件办理
    case casework
    /// 本人查询（个人信息保护法 45）
    case personsRequest
    /// 监督检查
    case inspection
}

extension ReadingPurpose {
    /// Whether what a permission shows may be read for this: nobody needs a category to make a visit.
    public func fits(_ permission: Permission) -> Bool {
        switch permission {
        case .readKeyPersonVault: [.listKeeping, .casework, .personsRequest, .inspection].contains(self)
        case .changeKeyPersons: [.listKeeping, .personsRequest, .inspection].contains(self)
        default: self != .casework
        }
    }
}

/// An identity number as it is shown: the area and the last four, `330***********1234`. Of a short one nothing is left.
public func maskedIdentityNumber(_ number: String) -> String {
    guard number.count >= 12 else { return String(repeating: "*", count: number.count) }
    return number.prefix(3) + String(repeating: "*", count: number.count - 7) + number.suffix(4)
}

/// Whether a text is a resident's identity number: eighteen places with the check digit of GB 11643.
public func isIdentityNumber(_ text: String) -> Bool {
    let digits = text.uppercased().compactMap { $0 == "X" ? 10 : $0.wholeNumberValue }
    guard text.count == 18, digits.count == 18, digits.dropLast().allSatisfy({ $0 < 10 }) else { return false }
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    let sum = zip(digits, weights).reduce(0) { $0 + $1.0 * $1.1 }
    return (12 - sum % 11) % 11 == digits[17]
}
