import ArgumentParser
import Foundation
import Gateway
import Patrol
import Store

struct ImportPlacesCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "places", abstract: "导入场所底册；再次导入时只写入差别 · Import the roster of places, or what changed in it",
        discussion: rosterHelp + columnsHelp(PlaceImport.columns, defaults: "radius: 50; from: --from"))

    @OptionGroup var options: RosterImportOptions

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        try await options.run(context, .place, store) { areas, from in
            try PlaceImport.read(try options.file.bytes(), areas: areas, defaultFrom: from)
        } current: { day in
            try await store.placeRoster(on: day)
        } apply: { steps in
            try await store.apply(steps, by: "import", at: context.now())
        }
    }
}

struct ImportKeyPersonsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "key-persons",
        abstract: "导入重点人员名册；再次导入时只写入差别 · Import the roster of key persons, or what changed in it",
        discussion: rosterHelp + columnsHelp(KeyPersonImport.columns, defaults: "from: --from"))

    @OptionGroup var options: RosterImportOptions

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        try await options.run(context, .keyPerson, store) { areas, from in
            try KeyPersonImport.read(try options.file.bytes(), areas: areas, defaultFrom: from)
        } current: { day in
            try await store.keyPersonRoster(on: day)
        } apply: { steps in
            try await store.apply(steps, by: "import", at: context.now())
        }
    }
}

private let rosterHelp = """
    A list that was imported before is compared with the roster, and only what differs is written, from a day on: nothing
    is deleted, and what was known before can be asked for. See it first with --dry-run.


    """

/// Options of a roster's import.
struct RosterImportOptions: ParsableArguments {
    @OptionGroup var file: ImportOptions
    @Flag(help: "只显示差别，不写入 · Show the difference and write nothing") var dryRun = false
    @Option(
        help: ArgumentHelp(
            "变化从哪天起生效；默认今天，首次导入默认 2020-01-01 · Day from which changes hold; today, at the first import 2020-01-01",
            valueName: "YYYY-MM-DD"))
    var from: String?
    @Option(
        help: ArgumentHelp(
            "此文件是该区域的完整名单，未列出的对象离开底册 · The file is the complete list of this area; who is not on it leaves",
            valueName: "CODE"))
    var complete: String?

    /// - Parameters:
    ///   - read: from the areas' codes and the day for rows that name none.
    ///   - current: the roster on a day.
    func run<Entry: RosterEntry>(
        _ context: CommandContext, _ kind: SubjectKind, _ store: PatrolStore,
        read: (AreaCodes, Day) throws -> ImportResult<ListedEntry<Entry>>,
        current: (Day) async throws -> [Entry], apply: ([RosterStep<Entry>]) async throws -> Void
    ) async throws {
        let areas = AreaCodes(try await store.codedAreas(on: context.today))
        let known = try await store.subjectIDs(kind)
        let day = try day(isFirst: known.isEmpty, today: context.today)
        let result = try file.checked(context) { try read(areas, day) }
        let steps = RosterStep.difference(
            try await current(day), known: known, listed: result.entries.map { ($0.entry, $0.namesDay) }, from: day,
            leaving: try await leaving(store, on: day))
        if !dryRun { try await apply(steps) }
        show(steps, of: try await current(day), result, context.console)
    }

    private func day(isFirst: Bool, today: Day) throws -> Day {
        guard let from else { return isFirst ? ImportTable.defaultFrom : today }
        guard let day = Day(from) else {
            throw CommandFailure(.usage, zh: "--from 应写成 YYYY-MM-DD。", en: "Write --from as YYYY-MM-DD.")
        }
        return day
    }

    /// Whether a subject that the list lacks leaves: only from an area of which the list is complete.
    private func leaving<Entry: RosterEntry>(_ store: PatrolStore, on day: Day) async throws -> (Entry) -> Bool {
        guard let complete else { return { _ in false } }
        let area = try await foundArea(complete, in: store, on: day)
        let grids = try await store.grids(below: area, on: day)
        return { grids.contains($0.grid) }
    }

    private func show<Entry: RosterEntry>(
        _ steps: [RosterStep<Entry>], of roster: [Entry], _ result: ImportResult<ListedEntry<Entry>>, _ console: Console
    ) {
        let lines = steps.map { RosterStepLine($0) }
        if file.json {
            let outcome = RosterOutcome(
                written: !dryRun, rows: result.entries.count, steps: lines, warnings: result.warnings)
            return console.out(json(outcome))
        }
        ImportOptions.showWarnings(result.warnings, console)
        if dryRun { for line in lines { console.out(line.text) } }
        let counts = ["add", "revise", "move", "leave"].map { change in lines.count { $0.change == change } }
        let zh = "新增 \(counts[0])，变更 \(counts[1])，调整网格 \(counts[2])，离开 \(counts[3])"
        let en = "\(counts[0]) added, \(counts[1]) revised, \(counts[2]) moved, \(counts[3]) left"
        console.say(
            dryRun
                ? Message(zh: "将会：\(zh)。未写入。", en: "Would be: \(en). Nothing was written.")
                : Message(
                    zh: "已导入 \(result.entries.count) 行：\(zh)。", en: "Imported \(result.entries.count) rows: \(en)."))
    }
}

/// One step as it is shown; the names of the members are promised to scripts.
struct RosterStepLine: Encodable {
    let change: String
    let id: String
    let from: String
    var grid: String?
    var name: String?

    init<Entry>(_ step: RosterStep<Entry>) {
        id = step.id
        from = step.from.description
        switch step {
        case .add(let entry):
            change = "add"
            grid = entry.grid.text
            name = entry.details.first?.value
        case .revise(let entry, _):
            change = "revise"
            name = entry.details.compactMap { detail in detail.value.map { "\(detail.name)=\($0)" } }
                .joined(separator: "; ")
        case .move(_, let target, _):
            change = "move"
            grid = target.text
        case .leave: change = "leave"
        }
    }

    var text: String {
        let mark = ["add": "+", "revise": "~", "move": ">", "leave": "-"][change] ?? "?"
        return ([mark, id, grid, name].compactMap { $0 } + ["(\(from))"]).joined(separator: "  ")
    }
}

private struct RosterOutcome: Encodable {
    let written: Bool
    let rows: Int
    let steps: [RosterStepLine]
    let warnings: [ImportFinding]
}
