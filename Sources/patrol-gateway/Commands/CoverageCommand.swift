import ArgumentParser
import Foundation
import Patrol
import Store

struct CoverageCommand: GatewayCommand, TakesNoWords {
    static let configuration = CommandConfiguration(
        commandName: "coverage", abstract: "显示某区域某月的覆盖率 · Show an area's coverage of a month",
        discussion: """
            Done ÷ due and, behind it, (done + excused) ÷ due, for places and key persons. Without --area, the topmost \
            area that has several below it.
            """)

    @Option(help: ArgumentHelp("区域编码 · Code of the area", valueName: "CODE")) var area: String?
    @Option(help: ArgumentHelp("月份，默认本月 · Month, this one by default", valueName: "YYYY-MM")) var month: String?
    @Flag(help: "以 JSON 输出 · Print JSON") var json = false

    @OptionGroup var words: UnknownWords

    func run(_ context: CommandContext) async throws {
        guard let month = month.map({ Month($0) }) ?? Month(containing: context.today) else {
            throw CommandFailure(
                .usage, zh: "月份应写成 YYYY-MM，如 2026-03。", en: "Write the month as YYYY-MM, such as 2026-03.")
        }
        let store = try await OpenedStore.current(context).store
        guard month <= Month(containing: context.today) else {
            throw CommandFailure(.usage, zh: "该月尚未开始。", en: "This month has not begun.")
        }
        try await store.open(month, at: context.now())
        let shown = try await coverage(in: store, month: month)
        context.console.out(try json ? shown.json() : shown.text(in: context.console.language))
    }

    private func coverage(in store: PatrolStore, month: Month) async throws -> ShownCoverage {
        let areas = try await store.codedAreas(on: month.last)
        let id: AreaID
        if let area {
            switch AreaCodes(areas).area(code: area, scheme: nil) {
            case .success(let found): id = found.id
            case .failure(let reason):
                let message = reason.message(code: area)
                throw CommandFailure(.usage, zh: message.zh, en: message.en)
            }
        } else if let top = areas.min(by: { $0.level < $1.level }) {
            id = top.id
        } else {
            throw CommandFailure(
                .noInput, zh: "还没有区域。请先运行 patrol-gateway import areas。",
                en: "There are no areas yet. Run `patrol-gateway import areas` first.")
        }
        var path = try await store.path(of: id, in: month)
        while let current = path, let coverage = try await store.coverage(of: current, in: month) {
            guard area == nil, coverage.children.count == 1, let only = coverage.children.first else {
                return ShownCoverage(month, coverage)
            }
            path = current.appending(only.area.id)
        }
        throw CommandFailure(
            .failure, zh: "该月没有这个区域。请核对 --month。", en: "The area is not there in that month. Check --month.")
    }
}

/// Coverage as it is printed; the names of the members are promised to scripts.
struct ShownCoverage: Encodable {
    struct Line: Encodable {
        let name: String
        let level: String
        let places: Count
        let keyPersons: Count
    }

    struct Count: Encodable {
        let due: Int64
        let done: Int64
        let provisional: Int64
        let excused: Int64
        let awaiting: Int64
    }

    let month: String
    let area: Line
    /// Both kinds together.
    let dueTotal: Int64
    let doneTotal: Int64
    let children: [Line]

    init(_ month: Month, _ coverage: AreaCoverage) {
        self.month = month.description
        area = Line(coverage.area, coverage.totals)
        dueTotal = coverage.totals.places.due + coverage.totals.keyPersons.due
        doneTotal = coverage.totals.places.done + coverage.totals.keyPersons.done
        children = coverage.children.map { Line($0.area, $0.counts) }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// One line an area, figures before the name: Chinese characters are wide, so columns behind them would not align.
    func text(in language: Language) -> String {
        let title =
            language == .chinese
            ? "\(month)  场所 已巡/应巡（含暂免）  重点人员 已访/应访（含暂免）"
            : "\(month)  places done/due (with excused)  key persons done/due (with excused)"
        let total = language == .chinese ? "合计 " : "total "
        let rows = children.map { $0.figures + "  " + $0.name } + [area.figures + "  " + total + area.name]
        return ([title] + rows).joined(separator: "\n")
    }
}

extension ShownCoverage.Line {
    fileprivate init(_ area: AreaLine, _ counts: KindCounts) {
        name = area.name
        level = area.level.rawValue
        places = ShownCoverage.Count(counts.places)
        keyPersons = ShownCoverage.Count(counts.keyPersons)
    }

    fileprivate var figures: String { places.figures + "  " + keyPersons.figures }
}

extension ShownCoverage.Count {
    fileprivate init(_ count: CoverageCount) {
        due = count.due
        done = count.done
        provisional = count.provisional
        excused = count.excused
        awaiting = count.awaiting
    }

    fileprivate var figures: String {
        "\(done)/\(due)".aligned(to: 13) + percent(done).aligned(to: 8)
            + " (\(percent(done + excused)))".aligned(to: 10)
    }

    /// Cut off, not rounded, so that 100 % is said only of everything.
    private func percent(_ part: Int64) -> String {
        guard due > 0 else { return "–" }
        let tenths = part * 1_000 / due
        return "\(tenths / 10).\(tenths % 10)%"
    }
}

extension String {
    fileprivate func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
