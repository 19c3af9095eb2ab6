public import ArgumentParser
import Gateway
public import Patrol
import Store
import Wire

struct ObligationsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "obligations", abstract: "应巡应访明细 · What is owed, one by one")

    @OptionGroup var options: AreaMonthOptions
    @OptionGroup var asOf: AsOfOption
    @Option(help: ArgumentHelp("只看 due、done、awaiting 或 excused · Only this state", valueName: "STATE"))
    var state: ObligationState?

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.opened(context)
        let entries: [ObligationEntry]
        if let moment = known.at {
            entries = try await asked.store.obligations(
                asked.kind, below: asked.path, in: asked.month, state: state, after: nil, limit: .max / 2,
                knownAt: moment)
        } else {
            entries = try await asked.store.obligations(
                asked.kind, below: asked.path, in: asked.month, state: state, after: nil, limit: .max / 2)
        }
        try context.show(
            entries.map { ObligationLine($0, month: asked.month) }, options.output,
            [
                Column("grid", "网格") { $0.gridName }, Column("subject", "对象") { $0.subject },
                Column("name", "名称") { $0.name }, Column("address", "地址") { $0.address },
                Column("policy", "政策") { "\($0.policy)@\($0.policyVersion)" },
                Column("lastDay", "截止") { $0.lastDay }, Column("state", "状态") { $0.state },
                Column("late", "迟到") { $0.late ? "late" : nil }, Column("report", "记录") { $0.report },
            ])
    }
}

extension ObligationState: ExpressibleByArgument {}
