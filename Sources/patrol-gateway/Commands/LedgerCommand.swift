import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "月度台账：结账、版本、日志 · Closed months: versions and journal",
        subcommands: [
            LedgerCloseCommand.self, LedgerVersionsCommand.self, LedgerTextCommand.self, LedgerJournalCommand.self,
            LedgerCutCommand.self,
        ])
}

struct LedgerCloseCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "提前结账（过了 3 日 24 时自动结账） · Close a county's month before the grace time ends")

    @OptionGroup var options: AreaMonthOptions
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let person = try await by.person(in: asked.store)
        let version = try await asked.store.close(asked.month, of: asked.area, by: person, at: context.now())
        context.console.say(
            Message(
                zh: "\(asked.month) 已结账，版本 1，摘要 \(version.sha256)。",
                en: "\(asked.month) is closed, version 1, digest \(version.sha256)."))
    }
}

struct LedgerVersionsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "versions", abstract: "某县某月的各版本 · The versions of a county's month")

    @OptionGroup var options: AreaMonthOptions

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let versions = try await asked.store.versions(of: asked.area, in: asked.month).map { LedgerVersionLine($0) }
        try context.print(versions, json: options.json) { ["\($0.version)", $0.cutAt, $0.sha256] }
    }
}

struct LedgerTextCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "某版本的原文，可重新计算摘要 · A version as it was fixed")

    @OptionGroup var options: AreaMonthOptions
    @Option(help: ArgumentHelp("版本，默认 1 · Version, 1 by default", valueName: "N")) var version = 1

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let versions = try await asked.store.versions(of: asked.area, in: asked.month)
        guard let found = versions.first(where: { $0.number == version }) else {
            throw CommandFailure(
                .noInput, zh: "没有这个版本；该月可能尚未结账。", en: "There is no such version; the month may be open still.")
        }
        context.console.out(try await asked.store.text(of: found, showing: asked.kind))
    }
}

struct LedgerJournalCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "结账以后的变化：谁、何时、为何 · What changed after the closing")

    @OptionGroup var options: AreaMonthOptions

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let entries = try await asked.store.journal(asked.kind, below: asked.path, in: asked.month, limit: .max / 2)
        try context.print(entries.map { JournalLine($0) }, json: options.json) { entry in
            [
                entry.at, entry.grid, "#\(entry.number)", entry.version.map { "v\($0)" }, entry.cause, entry.by,
                entry.source, entry.before, "→", entry.after,
            ]
        }
    }
}

struct LedgerCutCommand: GatewayCommand, TakesNoWords {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "现在就做后台任务的事：到期结账、按规则认定、出新版本 · Do now what the gateway does by itself")

    @OptionGroup var words: UnknownWords

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        for due in try await store.dueClosings(at: context.now()) {
            try await store.close(due.month, of: due.unit, by: "grace", at: context.now())
            context.console.say(Message(zh: "\(due.unit) \(due.month) 已结账。", en: "Closed \(due.month) of \(due.unit)."))
        }
        for version in try await store.cutVersions(at: context.now()) {
            context.console.say(
                Message(
                    zh: "\(version.unit) \(version.month) 版本 \(version.number)。",
                    en: "Version \(version.number) of \(version.month), \(version.unit)."))
        }
    }
}
