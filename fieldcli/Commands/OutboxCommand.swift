import ArgumentParser
import Wire

struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: Language.ofProcess(zh: "查看和处理待发箱", en: "Look at the outbox (待发箱) and act on it"),
        subcommands: [OutboxList.self, OutboxShow.self, OutboxRetry.self, OutboxDrop.self],
        defaultSubcommand: OutboxList.self)
}

struct OutboxList: FieldCommand {
    static let isShutBySeal = true
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: Language.ofProcess(zh: "列出待发箱", en: "List the outbox"))

    @OptionGroup var common: CommonOptions

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let reader = try SavedSession.load(from: handheld.home)?.session.person.id
        let (entries, unreadable) = try handheld.openOutbox().contents()
        let lines = entries.map { OutboxLine($0, reader: reader, language: handheld.language) }
        let language = handheld.language
        var sentences = lines.map { line in
            let urgent = line.urgent ? language(zh: "【紧急】", en: "[urgent] ") : ""
            let photos =
                line.photos > 0
                ? language(
                    zh: "，照片待发 \(line.photosToSend)/\(line.photos)",
                    en: ", photos to go \(line.photosToSend)/\(line.photos)") : ""
            let problem = line.problem.map { " (\($0.code): \($0.title))" } ?? ""
            return
                "\(line.id)  \(urgent)\(line.subject ?? language(zh: "途中发现", en: "on the way"))  \(line.advice)\(photos)\(problem)"
        }
        sentences += unreadable.map { language(zh: "\($0)  文件已损坏", en: "\($0)  damaged") }
        if sentences.isEmpty { sentences = [language(zh: "待发箱是空的。", en: "The outbox is empty.")] }
        handheld.console.answer(OutboxSummary(records: lines, unreadable: unreadable), sentences: sentences)
        return .success
    }
}

struct OutboxSummary: Codable, Equatable, Sendable {
    let records: [OutboxLine]
    let unreadable: [String]
}

struct OutboxShow: FieldCommand {
    static let isShutBySeal = true
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: Language.ofProcess(zh: "显示一条记录及其状态", en: "Show one record and its state"))

    @Argument(help: hint("记录编号", "Id of the record"))
    var id: String

    @OptionGroup var common: CommonOptions

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let entry = try handheld.openOutbox().require(id)
        let reader = try SavedSession.load(from: handheld.home)?.session.person.id
        let line = OutboxLine(entry, reader: reader, language: handheld.language)
        var sentences = [String(decoding: entry.frozen, as: UTF8.self), line.advice]
        if let problem = entry.state.problem {
            sentences.append([problem.code, problem.title, problem.detail].compactMap { $0 }.joined(separator: "  "))
            sentences += (problem.defects ?? []).map { "  \($0.pointer): \($0.message)" }
        }
        sentences += entry.state.photos.map { photo in
            "\(photo.sha256)  \(photo.state.rawValue)" + (photo.code.map { "  \($0)" } ?? "")
        }
        handheld.console.answer(
            EntrySummary(id: entry.id, report: entry.report, state: entry.state, line: line), sentences: sentences)
        return .success
    }
}

struct EntrySummary: Codable, Equatable, Sendable {
    let id: String
    let report: PatrolReport
    let state: DeliveryState
    let line: OutboxLine
}

struct OutboxRetry: FieldCommand {
    static let isShutBySeal = true
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: Language.ofProcess(
            zh: "让被拒的记录或照片在下次发送时再试", en: "Try a refused record or photo again at the next sync"))

    @Argument(help: hint("记录编号", "Id of the record"))
    var id: String

    @OptionGroup var common: CommonOptions

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let lock = try handheld.takeDeliveryLock()
        let outbox = try handheld.openOutbox()
        var entry = try outbox.require(id)
        entry.state.retry()
        try outbox.save(entry.state, of: id)
        _ = consume lock
        let reader = try SavedSession.load(from: handheld.home)?.session.person.id
        handheld.console.answer(
            OutboxLine(entry, reader: reader, language: handheld.language),
            sentences: [
                handheld.language(zh: "下次 fieldcli sync 时再发。", en: "It goes out again at the next fieldcli sync.")
            ])
        return .success
    }
}

struct OutboxDrop: FieldCommand {
    static let isShutBySeal = true
    static let configuration = CommandConfiguration(
        commandName: "drop",
        abstract: Language.ofProcess(zh: "从待发箱删去一条，不再发送；无法恢复", en: "Take a record out unsent, for ever"))

    @Argument(help: hint("记录编号", "Id of the record"))
    var id: String

    @Flag(help: hint("确认删去", "Confirm"))
    var yes = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !yes {
            throw ValidationError(
                Language.ofProcess(zh: "删去后无法恢复；确认请加 --yes", en: "This cannot be undone; confirm with --yes"))
        }
    }

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let lock = try handheld.takeDeliveryLock()
        let outbox = try handheld.openOutbox()
        if try outbox.contents().unreadable.contains(id) {
            try outbox.removeUnreadable(id)
        } else {
            let entry = try outbox.require(id)
            try requireOwn(entry, handheld)
            try outbox.remove(id, sequence: entry.state.sequence, sha256: entry.state.sha256)
        }
        _ = consume lock
        handheld.console.answer(
            DropSummary(dropped: id), sentences: [handheld.language(zh: "已删去。", en: "Dropped.")])
        return .success
    }
}

extension OutboxDrop {
    /// What a colleague made on this device and has not sent yet is theirs to give up.
    private func requireOwn(_ entry: OutboxEntry, _ handheld: Handheld) throws {
        guard let owner = entry.state.person,
            let reader = try SavedSession.load(from: handheld.home)?.session.person.id,
            owner != reader
        else { return }
        throw Failure(
            .notPermitted, "not-yours", zh: "这条记录是 \(owner) 所做，须由其本人登录后删去。",
            en: "\(owner) made this record; only they can drop it, after their login.")
    }
}

struct DropSummary: Codable, Equatable, Sendable {
    let dropped: String
}

extension Outbox {
    func require(_ id: String) throws -> OutboxEntry {
        if let entry = try entry(id) { return entry }
        throw Failure(
            .noInput, "no-such-record", zh: "待发箱里没有可读的“\(id)”。请用 fieldcli outbox list 查看。",
            en: "The outbox has no readable record \(id). See fieldcli outbox list.")
    }
}
