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

    @Flag(help: "以 JSON 输出 · Print JSON") var json = false

    func run(_ context: CommandContext) async throws {
        let policies = try await OpenedStore.current(context).store.policies().map { PolicyBody($0) }
        try context.print(policies, json: json) { policy in
            [
                "\(policy.id)@\(policy.version ?? 0)", policy.kind, policy.task, "\(policy.times ?? 1)/\(policy.every)",
                policy.from, policy.title, policy.basis,
            ]
        }
    }
}

struct PolicyAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "从 JSON 文件登记政策或新版本（格式见 openapi 的 PolicyBody） · Record a policy from a JSON file")

    @Argument(help: ArgumentHelp("JSON 文件 · JSON file", valueName: "FILE")) var file: String
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let policy = try policy(fromFile: try context.contents(of: file))
        let store = try await OpenedStore.current(context).store
        let recorded = try await store.record(
            policy, by: try await by.person(in: store), today: context.today, at: context.now())
        context.console.say(
            Message(
                zh: "已登记 \(recorded.id) 第 \(recorded.version) 版，自 \(recorded.from) 起。",
                en: "Recorded \(recorded.id), version \(recorded.version), from \(recorded.from)."))
    }
}
