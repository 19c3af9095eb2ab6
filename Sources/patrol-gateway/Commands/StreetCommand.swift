import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct StreetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "street", abstract: "逐户走一条街，数底册没有的门 · Streets walked door by door",
        subcommands: [StreetRecordCommand.self, StreetListCommand.self])
}

struct StreetRecordCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "record", abstract: "登记一次 · Record a walk")

    @Argument(help: "街道或路段 · Street") var street: String
    @Option(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @Option(help: ArgumentHelp("哪一天，默认今天 · Day, today by default", valueName: "YYYY-MM-DD")) var day: String?
    @Option(help: ArgumentHelp("开着的门 · Open doors", valueName: "N")) var doors: Int
    @Option(help: ArgumentHelp("其中底册没有的 · Of these, not on the roster", valueName: "N")) var unlisted: Int
    @Option(help: "备注 · Note") var note: String?
    @OptionGroup var by: ByOption
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let walk = try streetWalk(
            from: StreetWalkBody(
                area: try await foundArea(area, in: store, on: context.today).text, street: street,
                day: day ?? context.today.description, doors: doors, unlisted: unlisted, note: note),
            today: context.today, id: newID(), by: try await by.person(in: store))
        try await store.record(walk, at: context.now())
        try context.show([StreetWalkRow(walk)], output, streetColumns)
    }
}

struct StreetListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "某月走过的街 · Streets walked in a month")

    @OptionGroup var options: MonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let walks = try await asked.store.streetWalks(
            below: asked.path, in: asked.month, known: try asOf.known(context)
        ).map { StreetWalkRow($0) }
        try context.show(walks, options.output, streetColumns)
    }
}

private var streetColumns: [Column<StreetWalkRow>] {
    [
        Column("day", "日期") { $0.day }, Column("street", "街道") { $0.street }, Column("area", "区域") { $0.area },
        Column("doors", "门") { "\($0.doors)" }, Column("unlisted", "底册没有") { "\($0.unlisted)" },
        Column("share", "比例") { percentText($0.share) },
        Column("interval", "95%区间") { "\(percentText($0.low))–\(percentText($0.high))" }, Column("by", "经手") { $0.by },
    ]
}
