import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct VaultCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault", abstract: "只由名册主管部门掌握的内容 · What only a list's owner knows",
        subcommands: [VaultPutCommand.self, VaultReadCommand.self])
}

extension ByOption {
    /// Who acts for a list: the vault opens to nobody else, not even here.
    fileprivate func steward(of list: String, in store: PatrolStore, _ context: CommandContext) async throws -> String {
        let person = try await person(in: store)
        guard try await store.keeps(person, list: list, on: context.today) else {
            throw CommandFailure(
                .usage, zh: "\(by) 不代表名册 \(list) 的主管部门。请用 list steward 指定。",
                en: "\(by) does not act for the owner of \(list); name an account with `list steward`.")
        }
        return person
    }
}

struct VaultPutCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "从 JSON 文件登记（格式见 openapi 的 VaultBody） · Enter from a JSON file",
        discussion: "A file, so that no identity number stands in a shell's history.")

    @Argument(help: ArgumentHelp("JSON 文件 · JSON file", valueName: "FILE")) var file: String
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let entry = try vaultEntry(from: try decodeExactly(VaultBody.self, from: try context.contents(of: file)))
        let store = try await OpenedStore.current(context).store
        let person = try await by.steward(of: entry.list, in: store, context)
        try await store.put(entry, by: person, on: context.today, at: context.now())
        context.console.say(Message(zh: "已登记。", en: "Entered."))
    }
}

struct VaultReadCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "read", abstract: "查阅，须写明用途；身份证号默认遮盖 · Read, for a purpose; numbers are masked")

    @Argument(help: "名册编号 · Id of the list") var list: String
    @Argument(help: "人员编号 · Id of the person") var person: String
    @Option(
        help: ArgumentHelp(
            "用途 · Purpose: "
                + ReadingPurpose.allCases.filter { $0.fits(.readKeyPersonVault) }.map(\.rawValue).joined(
                    separator: ", "),
            valueName: "PURPOSE"))
    var purpose: String
    @Flag(help: "显示完整身份证号 · Show the identity number in full") var full = false
    @OptionGroup var by: ByOption
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        guard let purpose = ReadingPurpose(rawValue: purpose), purpose.fits(.readKeyPersonVault) else {
            throw CommandFailure(
                .usage, zh: "--purpose 不能是 \(purpose)；见 --help。", en: "--purpose cannot be \(purpose); see --help.")
        }
        let store = try await OpenedStore.current(context).store
        _ = try await by.steward(of: list, in: store, context)
        try await context.traceReading("\(person) \(list)\(full ? " full" : "")", purpose, in: store)
        guard let entry = try await store.vaultEntry(of: person, on: list) else {
            throw CommandFailure(.noInput, zh: "没有登记内容。", en: "Nothing is kept of them there.")
        }
        let shown = VaultBody(entry, full: full)
        try context.show(shown, output) {
            [shown.person, shown.category, shown.identityNumber, shown.caseText].compactMap { $0 }
        }
    }
}

// MARK: Quarantine

struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "疑似涉密的文字 · Words that look classified",
        subcommands: [QuarantineListCommand.self, QuarantineReleaseCommand.self, QuarantineRemoveCommand.self])
}

struct QuarantineListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "待处理的，或全部 · What waits, or everything",
        discussion: "The words themselves are not shown: read the record as somebody who may decide on it.")

    @OptionGroup var options: MonthOptions
    @Flag(help: "包括已处理的 · Also what was decided") var all = false

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let rows = try await asked.store.quarantined(below: asked.path, on: context.today, waiting: !all)
            .map { QuarantineRow($0) }
        try context.show(
            rows, options.output,
            [
                Column("report", "记录") { $0.report }, Column("at", "时间") { $0.at },
                Column("where", "位置") { $0.signs.map(\.pointer).joined(separator: ", ") },
                Column("marks", "特征") { $0.signs.map(\.mark).joined(separator: ", ") },
                Column("decision", "处理") { $0.decision }, Column("reason", "理由") { $0.reason },
            ])
    }
}

/// What becomes of a record's words, and why.
struct QuarantineOptions: ParsableArguments {
    @Argument(help: "记录编号 · Id of the record") var report: String
    @Option(help: ArgumentHelp("理由 · Why", valueName: "TEXT")) var reason: String
    @OptionGroup var by: ByOption

    func decide(_ decision: QuarantineDecision, _ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        try await store.decide(
            decision, on: report, because: reason, by: try await by.person(in: store), at: context.now(),
            reading: readRecord, cutting: cutRecord)
        context.console.say(
            decision == .release
                ? Message(zh: "已解除隔离。", en: "Released.")
                : Message(
                    zh: "文字已从本系统删除。请按保密规定处理终端与来源，并报告保密部门。",
                    en:
                        "The words are deleted here. Deal with the handheld and the source by the rules for state secrets."
                ))
    }
}

struct QuarantineReleaseCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "不涉密，恢复显示 · Not classified: show it again")

    @OptionGroup var options: QuarantineOptions

    func run(_ context: CommandContext) async throws { try await options.decide(.release, context) }
}

struct QuarantineRemoveCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "涉密，删除文字，保留记录 · Classified: delete the words, keep the record")

    @OptionGroup var options: QuarantineOptions

    func run(_ context: CommandContext) async throws { try await options.decide(.remove, context) }
}
