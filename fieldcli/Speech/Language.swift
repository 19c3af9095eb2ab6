import Foundation

/// The language in which this program speaks to people. Codes and JSON stay the same in both.
enum Language: String, Equatable, Sendable {
    case chinese = "zh-CN"
    case english = "en"

    /// The first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set decides, as everywhere in POSIX.
    init(environment: [String: String]) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        self = locale?.lowercased().hasPrefix("zh") == true ? .chinese : .english
    }

    /// The process's own, for help texts, which are made before any option is read.
    static let ofProcess = Language(environment: ProcessInfo.processInfo.environment)

    func callAsFunction(_ text: Text) -> String { self == .chinese ? text.zh : text.en }
    func callAsFunction(zh: String, en: String) -> String { self == .chinese ? zh : en }
}

/// A message in both languages, so that decisions can be made and tested without knowing who reads.
struct Text: Equatable, Sendable {
    let zh: String
    let en: String
}
