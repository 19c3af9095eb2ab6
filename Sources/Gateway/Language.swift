import HTTPTypes

/// The reader's language.
enum Language: String, Sendable {
    case chinese = "zh"
    case english = "en"

    /// The first of ours in `Accept-Language`, in the order of weight.
    init(acceptLanguage: String?, otherwise: Language) {
        guard let acceptLanguage else {
            self = otherwise
            return
        }
        let wanted = acceptLanguage.split(separator: ",").enumerated().compactMap {
            index, range -> (language: Language, weight: Double, index: Int)? in
            let parts = range.split(separator: ";")
            guard let tag = parts.first?.trimmed.prefix(2).lowercased(), let language = Language(rawValue: tag) else {
                return nil
            }
            let weight = parts.dropFirst().first { $0.trimmed.hasPrefix("q=") }
                .flatMap { Double($0.trimmed.dropFirst(2)) }
            return (language, weight ?? 1, index)
        }
        let best = wanted.filter { $0.weight > 0 }.max { ($0.weight, -$0.index) < ($1.weight, -$1.index) }
        self = best?.language ?? otherwise
    }

    func pick(_ zh: String, _ en: String) -> String { self == .chinese ? zh : en }
}

extension Substring {
    fileprivate var trimmed: Substring {
        drop { $0 == " " || $0 == "\t" }
    }
}
