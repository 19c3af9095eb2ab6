public import ArgumentParser
import Foundation
import Gateway
import Patrol
public import Store
import Wire

struct CoverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage", abstract: "显示某区域某月的覆盖率 · Show an area's coverage of a month",
        discussion: """
            Done ÷ due and, behind it, (done + excused) ÷ due, for places and key persons. Without --area, the topmost \
            area that has several below it. With --by, one kind's figures are taken apart.
            """,
        subcommands: [CoverageShowCommand.self, CoverageEntriesCommand.self],
        defaultSubcommand: CoverageShowCommand.self)
}

struct CoverageShowCommand: GatewayCommand, TakesNoWords {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "覆盖率，可按类别、身份、政策、网格类型分列 · Coverage, taken apart if asked for")

    @Option(help: ArgumentHelp("区域编码 · Code of the area", valueName: "CODE")) var area: String?
    @Option(help: ArgumentHelp("月份，默认本月 · Month, this one by default", valueName: "YYYY-MM")) var month: String?
    @Option(
        help: ArgumentHelp(
            "分列，可重复：\(BreakdownKey.allCases.map(\.rawValue).joined(separator: "、")) · Take apart by a key; may be repeated",
            valueName: "KEY"))
    var by: [BreakdownKey] = []
    @OptionGroup var kind: KindOption
    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    @OptionGroup var words: UnknownWords

    func run(_ context: CommandContext) async throws {
        let month = try monthOption(month, context)
        let known = try asOf.known(context)
        let store = try await OpenedStore.current(context).store
        try await store.open(month, at: context.now())
        let coverage = try await coverage(in: store, month: month, known: known)
        if !by.isEmpty { return try await breakDown(coverage, month, known, store, context) }
        let shown = ShownCoverage(month, coverage)
        switch output.chosen {
        case .json: context.console.out(try shown.json())
        case .text: context.console.out(shown.text(in: context.console.language))
        case .csv: try context.show(shown.children + [shown.area], output, ShownCoverage.columns)
        }
    }

    private func coverage(in store: PatrolStore, month: Month, known: Knowledge) async throws -> AreaCoverage {
        let id: AreaID
        if let area {
            id = try await foundArea(area, in: store, on: month.last)
        } else if let top = try await store.areaStandings(on: month.last).min(by: { $0.line.level < $1.line.level }) {
            id = top.line.id
        } else {
            throw CommandFailure(
                .noInput, zh: "还没有区域。请先运行 patrol-gateway import areas。",
                en: "There are no areas yet. Run `patrol-gateway import areas` first.")
        }
        var current = id
        while let coverage = try await store.coverage(of: current, in: month, known: known) {
            guard area == nil, coverage.children.count == 1, let only = coverage.children.first else { return coverage }
            current = only.area.id
        }
        throw CommandFailure(
            .failure, zh: "该月没有这个区域，或当时还不知道。请核对 --month 与 --as-of。",
            en: "The area is not there in that month, or was not known then. Check --month and --as-of.")
    }

    private func breakDown(
        _ coverage: AreaCoverage, _ month: Month, _ known: Knowledge, _ store: PatrolStore, _ context: CommandContext
    ) async throws {
        guard let path = try await store.path(of: coverage.area.id, in: month) else { return }
        var rows: [BreakdownLine] = []
        for key in by {
            let parts = try await store.breakdown(kind.kind, below: path, in: month, by: key, known: known)
            let areas = try await store.areaLines(parts.compactMap { AreaID($0.key) }, on: month.last, known: known)
            rows += parts.map { part in
                BreakdownLine(
                    by: key.rawValue, name: AreaID(part.key).flatMap { areas[$0]?.name },
                    row: BreakdownRow(key: part.key, figures: CoverageFigures(part.count)))
            }
        }
        try context.show(
            rows, output,
            [
                Column("by", "分列") { $0.by }, Column("key", "值") { $0.row.key }, Column("name", "名称") { $0.name },
                Column("due", "应巡访") { "\($0.row.figures.due)" }, Column("done", "已巡访") { "\($0.row.figures.done)" },
                Column("excused", "暂免") { "\($0.row.figures.excused)" },
                Column("awaiting", "待认定") { "\($0.row.figures.awaiting)" },
                Column("late", "迟到") { "\($0.row.figures.late)" },
                Column("rate", "覆盖率") { percentText($0.row.figures.done, of: $0.row.figures.due) },
                Column("rateWithExcused", "含暂免") {
                    percentText($0.row.figures.done + $0.row.figures.excused, of: $0.row.figures.due)
                },
            ])
    }
}

private struct BreakdownLine: Encodable {
    let by: String
    /// Of an area.
    let name: String?
    let row: BreakdownRow
}

extension BreakdownKey: ExpressibleByArgument {}

extension PatrolStore {
    fileprivate func coverage(of area: AreaID, in month: Month, known: Knowledge) async throws -> AreaCoverage? {
        if let moment = known.at { return try await coverage(of: area, in: month, knownAt: moment) }
        guard let path = try await path(of: area, in: month) else { return nil }
        return try await coverage(of: path, in: month)
    }
}

struct CoverageEntriesCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "entries", abstract: "何日何时巡访、何日何时上报；月末集中与补录 · When visits were made and when they were entered")

    @OptionGroup var options: AreaMonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.opened(context)
        let spread = EntryAnswer(
            try await asked.store.entrySpread(asked.kind, below: asked.path, in: asked.month, known: known))
        if options.output.chosen == .json { return try context.show(spread, options.output) { [] } }
        try context.show(
            spread.days, options.output,
            [
                Column("day", "日期") { $0.day }, Column("visited", "当日巡访") { "\($0.visited)" },
                Column("received", "当日上报") { "\($0.received)" },
            ])
        guard options.output.chosen == .text else { return }
        let hours = (0..<24).map {
            HourLine(hour: $0, visited: spread.visitedByHour[$0], received: spread.receivedByHour[$0])
        }
        try context.show(
            hours.filter { $0.visited + $0.received > 0 }, options.output,
            [
                Column("hour", "时") { "\($0.hour)" }, Column("visited", "巡访") { "\($0.visited)" },
                Column("received", "上报") { "\($0.received)" },
            ])
        func part(_ count: Int) -> String { "\(count) (\(percentText(Int64(count), of: Int64(spread.visits))))" }
        context.console.say(
            Message(
                zh:
                    "共 \(spread.visits) 次；月末两天上报 \(part(spread.lastTwoDays))，月后上报 \(part(spread.afterMonth))，隔日以上补录 \(part(spread.dayLater))，无定位 \(part(spread.withoutFix))。",
                en:
                    "\(spread.visits) visits; on the last two days \(part(spread.lastTwoDays)), after the month \(part(spread.afterMonth)), more than a day later \(part(spread.dayLater)), without a fix \(part(spread.withoutFix))."
            ))
    }
}

private struct HourLine: Encodable {
    let hour: Int
    let visited: Int
    let received: Int
}
