import Foundation

/// What a password must be, by one of two bodies of rules that contradict each other.
public struct PasswordRules: Equatable, Sendable {
    public enum Profile: String, CaseIterable, Sendable {
        /// 等级保护: complexity and regular change (GB/T 22239-2019 8.1.4.1 a). The figures are ours, the clause has none.
        case mlps
        /// OWASP ASVS 5.0: long, of any composition (6.2.5), never changed without cause (6.2.10).
        case asvs
    }

    public let profile: Profile
    /// Days after which a password is to be changed; nil for never.
    public let rotationDays: Int?

    /// - Parameter rotationDays: of `mlps`; 0 for never. `asvs` has no rotation.
    public init(profile: Profile, rotationDays: Int) {
        self.profile = profile
        self.rotationDays = profile == .mlps && rotationDays > 0 ? rotationDays : nil
    }

    /// Unicode scalars, as prepared.
    public static let mostCharacters = 128
    /// Days in which a password that somebody else made must be replaced (ASVS 6.4.1); enough to hand out lists.
    public static let oneTimeDays = 14

    public var fewestCharacters: Int { profile == .mlps ? 10 : 15 }
    /// Of small letters, capitals, digits, letters without case such as Chinese, and signs.
    public var fewestClasses: Int { profile == .mlps ? 3 : 1 }
    /// Earlier passwords, besides the present one, that are not taken again.
    public var remembered: Int { profile == .mlps ? 5 : 0 }

    /// All that is wrong with a new password; empty for a good one.
    /// - Parameter words: what others know of the person and the place: login, name, areas.
    public func defects(of password: String, words: [String]) -> [PasswordDefect] {
        let scalars = Array(prepared(password).unicodeScalars)
        var defects: [PasswordDefect] = []
        if scalars.count < fewestCharacters { defects.append(.tooShort(fewest: fewestCharacters)) }
        if scalars.count > Self.mostCharacters { defects.append(.tooLong(most: Self.mostCharacters)) }
        if Set(scalars.map(characterClass)).count < fewestClasses {
            defects.append(.tooSimple(fewestClasses: fewestClasses))
        }
        if scalars.contains(where: \.isUntypable) { defects.append(.untypable) }
        // What is refused for its length is not looked at further: the sender chose how long that would take.
        guard scalars.count <= Self.mostCharacters else { return defects }
        if isCommon(scalars) { defects.append(.common) }
        if let word = contextWord(in: scalars, of: words) { defects.append(.contextWord(word)) }
        return defects
    }

    /// Why a password has to be changed before anything else; nil while it is good.
    public func due(_ state: PasswordState, at now: Instant) -> PasswordDue? {
        if state.mustChange { return .mustChange }
        guard let rotationDays, state.isOlder(than: rotationDays, at: now) else { return nil }
        return .expired
    }

    /// Whether a password made by somebody else was not replaced in time; it opens nothing any more.
    public static func isSpent(_ state: PasswordState, at now: Instant) -> Bool {
        state.mustChange && state.isOlder(than: oneTimeDays, at: now)
    }
}

/// What is on record of a password besides its hash.
public struct PasswordState: Equatable, Sendable {
    public let setAt: Instant
    /// Somebody else knows it: it was handed out or reset.
    public let mustChange: Bool

    public init(setAt: Instant, mustChange: Bool) {
        self.setAt = setAt
        self.mustChange = mustChange
    }

    fileprivate func isOlder(than days: Int, at now: Instant) -> Bool {
        now >= setAt.adding(milliseconds: Int64(days) * Instant.millisecondsPerDay)
    }
}

/// Why a login may do nothing but change its password.
public enum PasswordDue: String, CaseIterable, Sendable {
    case mustChange
    case expired
}

/// One thing wrong with a new password, with advice.
public enum PasswordDefect: Error, Equatable, Sendable {
    case tooShort(fewest: Int)
    case tooLong(most: Int)
    case tooSimple(fewestClasses: Int)
    /// Controls and characters that Unicode has not given a meaning: another keyboard could not type them.
    case untypable
    case common
    case contextWord(String)
    /// The present one or one of those before it.
    case usedBefore

    /// Stable, kebab-case.
    public var code: String {
        switch self {
        case .tooShort: "too-short"
        case .tooLong: "too-long"
        case .tooSimple: "too-simple"
        case .untypable: "control-character"
        case .common: "common-password"
        case .contextWord: "context-word"
        case .usedBefore: "used-before"
        }
    }

    public var zh: String {
        switch self {
        case .tooShort(let fewest): "太短，至少 \(fewest) 个字；可用几个不相干的词连成一句"
        case .tooLong(let most): "太长，最多 \(most) 个字"
        case .tooSimple(let classes): "太简单，小写字母、大写字母、数字、汉字、符号中至少用 \(classes) 类"
        case .untypable: "含有键盘打不出的字符，请删去"
        case .common: "太常见，别人会先试；请不要只在常用密码前后加几个字"
        case .contextWord(let word): "含有“\(word)”，别人猜得到；请换掉这个词"
        case .usedBefore: "近期用过，请换一个新的"
        }
    }

    public var en: String {
        switch self {
        case .tooShort(let fewest): "too short, at least \(fewest) characters; several unrelated words make a good one"
        case .tooLong(let most): "too long, at most \(most) characters"
        case .tooSimple(let classes):
            "too simple, use \(classes) of small letters, capitals, digits, Chinese characters and signs"
        case .untypable: "contains a character that no keyboard types; leave it out"
        case .common: "everybody tries it first; a common password with a few characters around it is no better"
        case .contextWord(let word): "contains “\(word)”, which others can guess; use another word"
        case .usedBefore: "was used before; choose a new one"
        }
    }
}

/// A password as it is hashed: RFC 8265's OpaqueString. Composed (NFC) and with one kind of space, since keyboards differ
/// in both; case, width and everything else stay as typed (ASVS 6.2.8). NFKC would take ａ for a and weaken it.
public func prepared(_ password: String) -> String {
    var text = String.UnicodeScalarView()
    for scalar in password.unicodeScalars {
        text.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
    }
    return String(text).precomposedStringWithCanonicalMapping
}

extension Unicode.Scalar {
    fileprivate var isUntypable: Bool {
        switch properties.generalCategory {
        case .control, .unassigned, .privateUse, .surrogate, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

private enum CharacterClass { case small, capital, digit, caseless, sign }

private func characterClass(_ scalar: Unicode.Scalar) -> CharacterClass {
    switch scalar.properties.generalCategory {
    case .lowercaseLetter: .small
    case .uppercaseLetter, .titlecaseLetter: .capital
    case .decimalNumber: .digit
    case .otherLetter, .modifierLetter: .caseless
    default: .sign
    }
}
