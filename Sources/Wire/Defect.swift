/// One thing wrong with what was sent: where, a stable code, and what to do about it in two languages.
public struct Defect: Error, Codable, Equatable, Sendable {
    /// JSON Pointer (RFC 6901) into the body, or the name of a query parameter or header.
    public let pointer: String
    /// Stable, kebab-case; programs may switch on it.
    public let code: String
    public let zh: String
    public let en: String

    public init(_ pointer: String, _ code: String, zh: String, en: String) {
        self.pointer = pointer
        self.code = code
        self.zh = zh
        self.en = en
    }
}

/// Every defect of one input, never only the first.
public struct Defects: Error, Equatable, Sendable {
    public let all: [Defect]
    /// True when the bytes are not JSON at all, so that nothing further could be looked at.
    public let isSyntax: Bool

    public init(_ all: [Defect], isSyntax: Bool = false) {
        self.all = all
        self.isSyntax = isSyntax
    }
}
