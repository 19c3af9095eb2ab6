import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "应巡应访政策：依据、频次、完成标准 · What is owed, on what basis",
        subcommands: [PolicyListCommand.self, PolicyAddCommand.self])
}

struct PolicyListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "全部政策与版本 · Every policy and version")

    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let policies = try await OpenedStore.current(context).store.policies(knownAt: known.at).map { PolicyBody($0) }
        try context.show(
            policies, output,
            [
                Column("policy", "政策") { "\($0.id)@\($0.version ?? 0)" }, Column("kind", "对象") { $0.kind },
                Column("task", "任务") { $0.task }, Column("frequency", "频次") { "\($0.times ?? 1)/\($0.every)" },
                Column("from", "起") { $0.from }, Column("to", "止") { $0.to }, Column("title", "名称") { $0.title },
                Column("basis", "依据") { $0.basis },
            ])
    }
}

struct PolicyAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "从 JSON 文件登记政策或新版本（格式见 openapi 的 PolicyBody） · Record a policy from a JSON file",
        discussion: """
            With --dry-run nothing is recorded: the load of every grid is shown as it would be in the month in which the \
            policy begins, with what the policy adds or takes.
            """)

    @Argument(help: ArgumentHelp("JSON 文件 · JSON file", valueName: "FILE")) var file: String
    @Option(help: ArgumentHelp("以谁的名义（登录名） · Login of the person who does it", valueName: "LOGIN")) var by: String?
    @Flag(help: "只显示会带来的工作量，不登记 · Show the load it would make and record nothing") var dryRun = false
    @Option(help: ArgumentHelp("试算的区域，默认全部 · Area of the trial, everything by default", valueName: "CODE"))
    var area: String?
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if !dryRun, by == nil { throw ValidationError("登记须给出 --by · recording needs --by") }
    }

    func run(_ context: CommandContext) async throws {
        let policy = try policy(fromFile: try context.contents(of: file))
        let store = try await OpenedStore.current(context).store
        if dryRun {
            let month = max(Month(containing: policy.from), Month(containing: context.today))
            let loads = try await GridLoads(in: store, below: area, month: month, adding: policy)
            try loads.show(context, output)
            return context.console.warn(
                Message(
                    zh: "以上为 \(month) 的试算，未登记。", en: "This is a trial of \(month); nothing was recorded."))
        }
        guard let by else { return }
        let recorded = try await store.record(
            policy, by: try await foundPerson(by, in: store), today: context.today, at: context.now())
        context.console.say(
            Message(
                zh: "已登记 \(recorded.id) 第 \(recorded.version) 版，自 \(recorded.from) 起。",
                en: "Recorded \(recorded.id), version \(recorded.version), from \(recorded.from)."))
    }
}
