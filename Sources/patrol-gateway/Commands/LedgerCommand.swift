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
            LedgerCutCommand.self, LedgerClosingRuleCommand.self, LedgerClosingRulesCommand.self,
        ])
}

struct LedgerCloseCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "提前结账（宽限期满即自动结账） · Close a county's month before the grace time ends")

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
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.resolved(context)
        let versions = try await asked.store.versions(of: asked.area, in: asked.month, known: known)
            .map { LedgerVersionLine($0) }
        try context.show(
            versions, options.output,
            [
                Column("version", "版本") { "\($0.version)" }, Column("cutAt", "出具时间") { $0.cutAt },
                Column("sha256", "摘要") { $0.sha256 },
            ])
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
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.resolved(context)
        let entries = try await asked.store.journal(
            asked.kind, below: asked.path, in: asked.month, known: known, limit: .max / 2)
        try context.show(
            entries.map { JournalLine($0) }, options.output,
            [
                Column("at", "时间") { $0.at }, Column("grid", "网格") { $0.grid },
                Column("number", "序号") { "\($0.number)" }, Column("version", "版本") { $0.version.map { "\($0)" } },
                Column("cause", "原因") { $0.cause }, Column("by", "经手") { $0.by },
                Column("source", "来源") { $0.source }, Column("subject", "对象") { $0.subject },
                Column("before", "之前") { $0.before }, Column("after", "之后") { $0.after },
            ])
    }
}

struct LedgerCutCommand: GatewayCommand, TakesNoWords {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "现在就做后台任务的事：到期结账、按规则认定、出新版本 · Do now what the gateway does by itself")

    @OptionGroup var words: UnknownWords

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let month = Month(containing: context.today)
        for ruled in [month.previous, month] {
            let granted = try await store.applyRules(in: ruled, at: context.now())
            guard granted > 0 else { continue }
            context.console.say(
                Message(zh: "\(ruled)：按规则认定 \(granted) 件。", en: "\(ruled): granted \(granted) by rule."))
        }
        for due in try await store.dueClosings(at: context.now()) {
            try await store.close(due.month, of: due.unit, by: "grace", at: context.now())
            context.console.say(Message(zh: "\(due.unit) \(due.month) 已结账。", en: "Closed \(due.month) of \(due.unit)."))
        }
        let downgraded = try await store.giveUpPhotos(at: context.now())
        if downgraded > 0 {
            context.console.say(
                Message(zh: "\(downgraded) 条巡访的照片逾期未到。", en: "The photos of \(downgraded) visits never came."))
        }
        for version in try await store.cutVersions(at: context.now()) {
            context.console.say(
                Message(
                    zh: "\(version.unit) \(version.month) 版本 \(version.number)。",
                    en: "Version \(version.number) of \(version.month), \(version.unit)."))
        }
    }
}

struct LedgerClosingRuleCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "closing-rule", abstract: "规定以后各月结账前等几天 · Say how many days later months wait before they close")

    @Option(help: ArgumentHelp("月末以后的天数，0–15 · Days after the month's end, 0–15", valueName: "N")) var graceDays: Int
    @Option(help: ArgumentHelp("依据 · Document it rests on", valueName: "TEXT")) var basis: String
    @Option(help: ArgumentHelp("从哪个月起，须未开始 · First month, one that has not begun", valueName: "YYYY-MM"))
    var from: String
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let rule = try closingRule(from: ClosingRuleBody(graceDays: graceDays, basis: basis, from: from))
        let store = try await OpenedStore.current(context).store
        try await store.record(rule, by: try await by.person(in: store), today: context.today, at: context.now())
        context.console.say(
            Message(
                zh: "自 \(rule.from) 起，月末后第 \(graceDays) 天 24 时结账。",
                en: "From \(rule.from) on months close when day \(graceDays) after their end is over."))
    }
}

struct LedgerClosingRulesCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "closing-rules", abstract: "全部结账规定 · Every closing rule")

    @OptionGroup var output: OutputOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let rules = try await OpenedStore.current(context).store.closingRules(known: try asOf.known(context)).map {
            ClosingRuleBody($0)
        }
        try context.show(
            rules, output,
            [
                Column("from", "起始月份") { $0.from }, Column("graceDays", "天数") { "\($0.graceDays)" },
                Column("basis", "依据") { $0.basis },
            ])
    }
}
