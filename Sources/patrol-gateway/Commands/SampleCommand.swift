import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "回访抽查：抽样、电话脚本、结果与误差估计 · Visits drawn to be checked again",
        subcommands: [
            SampleDrawCommand.self, SampleListCommand.self, SampleResultCommand.self, SampleEstimateCommand.self,
        ])
}

struct SampleDrawCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "抽取已完成的巡查走访，附电话脚本 · Draw visits, with what to ask by telephone")

    @OptionGroup var options: AreaMonthOptions
    @Option(help: ArgumentHelp("件数，1–1000 · How many, 1–1000", valueName: "N")) var size = 10
    @Option(help: ArgumentHelp("随机种子，可重复抽取 · Seed, for a draw that can be repeated", valueName: "N")) var seed: String?
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let asked = try await options.opened(context)
        let draw = try spotCheckDraw(
            from: SpotCheckBody(
                kind: asked.kind.rawValue, area: asked.area.text, month: asked.month.description, size: size,
                seed: seed))
        let check = try await asked.store.drawSpotCheck(
            draw.kind, below: asked.path, in: draw.month, count: size, seed: draw.seed ?? .random(in: .min ... .max),
            id: newID(), by: try await by.person(in: asked.store), at: context.now())
        try show(check, context, options.output)
    }
}

struct SampleListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "某月的抽查 · The samples of a month")

    @OptionGroup var options: AreaMonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let checks = try await asked.store.spotChecks(
            asked.kind, below: asked.path, in: asked.month, known: try asOf.known(context))
        try context.show(
            checks.map { SpotCheckRow($0, $0.items, zone: asked.store.zone) }, options.output,
            [
                Column("id", "编号") { $0.id }, Column("area", "区域") { $0.area },
                Column("drawnAt", "抽取时间") { $0.drawnAt },
                Column("drawnBy", "抽取人") { $0.drawnBy }, Column("size", "件数") { "\($0.items.count)" },
                Column("population", "总数") { "\($0.population)" }, Column("seed", "种子") { $0.seed },
                Column("looked", "已查") { "\($0.estimate?.looked ?? 0)" },
                Column("wrong", "不符") { "\($0.estimate?.wrong ?? 0)" },
            ])
    }
}

struct SampleResultCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "result", abstract: "记下一件的回访结果 · Note what was found at one door")

    @Argument(help: "抽查编号 · Id of the sample") var sample: String
    @Argument(help: ArgumentHelp("记录编号 · Id of the record", valueName: "RECORD")) var report: String
    @Option(help: ArgumentHelp("confirmed 属实、wrong 不符或 unreachable 未联系上", valueName: "RESULT")) var result: String
    @Option(help: ArgumentHelp("telephone 电话（默认）或 visit 上门", valueName: "MANNER")) var manner = "telephone"
    @Option(help: "备注 · Note") var note: String?
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let (result, manner) = try spotCheckResult(
            from: SpotCheckResultBody(check: sample, report: report, result: result, manner: manner, note: note))
        let store = try await OpenedStore.current(context).store
        try await store.note(
            result, manner, note: note ?? "", of: report, in: sample, by: try await by.person(in: store),
            at: context.now())
        context.console.say(Message(zh: "已记下。", en: "Noted."))
    }
}

struct SampleEstimateCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimate", abstract: "由已查的推算全月的不符比例 · What the sample says of all visits")

    @Argument(help: "抽查编号 · Id of the sample") var sample: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        guard let check = try await store.spotCheck(sample, known: try asOf.known(context)) else {
            throw SpotCheckRefusal.noSuchCheck
        }
        try show(check, context, output)
    }
}

private func show(_ check: SpotCheck, _ context: CommandContext, _ output: OutputOptions) throws {
    let row = SpotCheckRow(check, check.items, zone: context.settings.zone)
    if output.chosen == .json { return try context.show(row, output) { [] } }
    try context.show(
        row.items, output,
        [
            Column("report", "记录") { $0.report }, Column("subject", "对象") { $0.subject },
            Column("name", "名称") { $0.name }, Column("address", "地址") { $0.address },
            Column("visitedAt", "巡访时间") { $0.visitedAt }, Column("outcome", "登记结果") { $0.outcome },
            Column("result", "回访") { $0.result }, Column("manner", "方式") { $0.manner },
            Column("note", "备注") { $0.note.nonEmpty }, Column("script", "问法") { $0.script },
        ])
    guard output.chosen == .text else { return }
    context.console.say(
        Message(
            zh: "抽查 \(row.id)：\(row.population) 件中抽 \(row.items.count) 件，种子 \(row.seed)。",
            en: "Sample \(row.id): \(row.items.count) of \(row.population), seed \(row.seed)."))
    guard let estimate = row.estimate else { return }
    let (low, high) = (percentText(estimate.low), percentText(estimate.high))
    let (cautiousLow, cautiousHigh) = (percentText(estimate.cautiousLow), percentText(estimate.cautiousHigh))
    context.console.say(
        Message(
            zh:
                "已查 \(estimate.looked)，联系上 \(estimate.answered)，不符 \(estimate.wrong)：全部的 \(low)–\(high) 不符（95%）；计入未联系上的为 \(cautiousLow)–\(cautiousHigh)。",
            en:
                "\(estimate.looked) looked at, \(estimate.answered) answered, \(estimate.wrong) wrong: \(low)–\(high) of all are wrong (95 %); whatever the silent ones say, \(cautiousLow)–\(cautiousHigh)."
        ))
}
