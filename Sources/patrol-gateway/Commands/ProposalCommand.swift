import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct ProposalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proposal", abstract: "巡查走访中提出的底册变更 · What records say is wrong with the roster",
        subcommands: [ProposalListCommand.self, ProposalDecideCommand.self])
}

struct ProposalListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "等待处理的变更 · What waits for a decision")

    @Argument(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @Flag(help: "已处理的也列出 · Decided ones as well") var all = false
    @OptionGroup var kind: KindOption
    @OptionGroup var output: OutputOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let id = try await foundArea(area, in: store, on: context.today)
        guard let path = try await store.path(of: id, on: context.today) else { return }
        let rows = try await store.proposals(
            kind.kind, below: path, on: context.today, waiting: !all, known: try asOf.known(context), limit: .max / 2)
        try context.show(
            rows.map { ProposalRow($0) }, output,
            [
                Column("report", "记录") { $0.report }, Column("change", "变更") { $0.change },
                Column("subject", "对象") { $0.subject }, Column("name", "名称") { $0.name ?? $0.subjectName },
                Column("address", "地址") { $0.address }, Column("grid", "网格") { $0.grid },
                Column("from", "起") { $0.from }, Column("by", "提出人") { $0.proposedBy },
                Column("decision", "处理") { row in row.accepted.map { $0 ? "accepted" : "refused" } },
                Column("result", "新编号") { $0.result },
            ])
    }
}

struct ProposalDecideCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "采纳或不采纳 · Accept or refuse",
        discussion: """
            A place that was found, or a new tenant, needs its roster entry: --details names a JSON file with PlaceDetails \
            as in the API (id, name, category, address, grid, …).
            """)

    @Argument(help: ArgumentHelp("提出变更的记录 · The record that proposes it", valueName: "RECORD")) var report: String
    @Flag(inversion: .prefixedNo, help: "采纳 · Accept") var accept: Bool
    @Option(help: ArgumentHelp("理由 · Reason", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("JSON 文件 · JSON file", valueName: "FILE")) var details: String?
    @OptionGroup var kind: KindOption
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let entry = try details.map { try decodeExactly(PlaceDetails.self, from: try context.contents(of: $0)) }
        let (kind, place) = try proposalDecision(
            from: Wire.ProposalDecision(
                kind: kind.kind.rawValue, report: report, accepted: accept, reason: reason, details: entry),
            today: context.today)
        let store = try await OpenedStore.current(context).store
        try await store.decide(
            kind, proposalOf: report, accepted: accept, entry: place, reason: reason, id: newID(),
            by: try await by.person(in: store), at: context.now())
        context.console.say(
            accept ? Message(zh: "已采纳。", en: "Accepted.") : Message(zh: "已记为不采纳。", en: "Refused, on record."))
    }
}
