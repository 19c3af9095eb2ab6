import Foundation

/// A sentence for people, in both languages of the house.
struct Message: Equatable, Sendable {
    let zh: String
    let en: String

    func text(in language: Language) -> String { language == .chinese ? zh : en }

    /// Chinese above English, for what is read before anybody's language is known.
    var inBoth: String { zh + "\n" + en }
}

/// The language of the person at the terminal.
enum Language: Sendable {
    case chinese, english

    /// By `LC_ALL`, `LC_MESSAGES` and `LANG`, the first that is set; Chinese where none is.
    init(environment: [String: String]) {
        let names = ["LC_ALL", "LC_MESSAGES", "LANG"]
        let locale = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        self = locale.map { $0.hasPrefix("zh") } ?? true ? .chinese : .english
    }
}

/// Where a command writes: results to standard output, everything else to standard error.
struct Console: Sendable {
    let language: Language
    let out: @Sendable (String) -> Void
    let err: @Sendable (String) -> Void

    static func standard(_ language: Language) -> Console {
        Console(
            language: language,
            out: { FileHandle.standardOutput.write(Data(($0 + "\n").utf8)) },
            err: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) })
    }

    func say(_ message: Message) { out(message.text(in: language)) }
    func warn(_ message: Message) { err(message.text(in: language)) }
}

/// How the program ends, by the numbers of BSD's `sysexits.h`.
enum ExitStatus: Int32, Sendable {
    case success = 0
    /// Some inputs were refused, or the ledger differs.
    case failure = 1
    case usage = 64
    case badData = 65
    case noInput = 66
    case unavailable = 69
    case cannotCreate = 73
    case configuration = 78
}

/// Ends a command with a sentence that says what to do next.
struct CommandFailure: Error, Equatable {
    let status: ExitStatus
    let message: Message

    init(_ status: ExitStatus, zh: String, en: String) {
        self.status = status
        message = Message(zh: zh, en: en)
    }
}
