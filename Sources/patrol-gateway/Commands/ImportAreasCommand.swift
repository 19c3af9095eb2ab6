import ArgumentParser
import Gateway
import Patrol
import Store

struct ImportAreasCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "areas", abstract: "导入区域与网格；再次导入时只写入差别 · Import areas and grids, or what changed in them",
        discussion: """
            A list that was imported before is compared with what stands: new areas, other names and other parents are \
            written from a day on, and an area that the list lacks stays. See it first with --dry-run.


            """
                + columnsHelp(
                    AreaImport.columns,
                    defaults: "scheme: gb; managed_by: parent; grid_kind: general; from: 2020-01-01 (new areas)"))

    @OptionGroup var options: ImportOptions
    @Flag(help: "只显示差别，不写入 · Show the difference and write nothing") var dryRun = false
    @Option(
        help: ArgumentHelp(
            "已有区域的变化从哪天起生效，默认今天 · Day from which changes of areas hold that are there; today by default",
            valueName: "YYYY-MM-DD"))
    var from: String?

    func run(_ context: CommandContext) async throws {
        let bytes = try options.bytes()
        let day = try from.map { try dayOption($0, "--from") } ?? context.today
        let store = try await OpenedStore.current(context).store
        let known = try await store.codedAreas(on: day)
        let number = try await store.nextAreaNumber()
        let result = try options.checked(context) {
            try AreaImport.read(bytes, known: known, firstNumber: number)
        }
        let steps = AreaStep.difference(result.entries, standing: try await store.areaStandings(on: day), from: day)
        do {
            if !dryRun { try await store.apply(steps, by: "import", at: context.now()) }
        } catch AreaRefusal.noSuchArea(let area) {
            throw CommandFailure(
                .badData, zh: "上级 \(area) 在下级的起始日期还不存在，没有写入任何内容。请改正“起始日期”列或 --from。",
                en:
                    "\(area) is not there yet when a row below it begins; nothing was written. Correct its from, or --from."
            )
        }
        show(steps.map { AreaStepLine($0) }, result, context.console)
    }

    private func show(_ steps: [AreaStepLine], _ result: ImportResult<AreaEntry>, _ console: Console) {
        if options.json {
            let outcome = AreaOutcome(
                imported: dryRun ? 0 : result.entries.count, written: !dryRun, steps: steps, defects: [],
                warnings: result.warnings)
            return console.out(json(outcome))
        }
        ImportOptions.showWarnings(result.warnings, console)
        if dryRun { for step in steps { console.out(step.text) } }
        let counts = ["add", "rename", "transfer", "lawParent"].map { change in steps.count { $0.change == change } }
        let zh = "新增 \(counts[0])，改名 \(counts[1])，调整管理 \(counts[2])，调整隶属 \(counts[3])"
        let en = "\(counts[0]) added, \(counts[1]) renamed, \(counts[2]) transferred, \(counts[3]) put elsewhere by law"
        console.say(
            dryRun
                ? Message(zh: "将会：\(zh)。未写入。", en: "Would be: \(en). Nothing was written.")
                : Message(
                    zh: "已导入 \(result.entries.count) 行：\(zh)。", en: "Imported \(result.entries.count) rows: \(en)."))
    }
}

/// One step as it is shown; the names of the members are promised to scripts.
private struct AreaStepLine: Encodable {
    let change: String
    let id: String
    let from: String
    var name: String?
    /// The manager or lawful parent.
    var parent: String?

    init(_ step: AreaStep) {
        from = step.from.description
        switch step {
        case .add(let entry):
            change = "add"
            id = entry.id.text
            name = entry.name
            parent = entry.managedBy?.text
        case .rename(let area, let to, _):
            change = "rename"
            id = area.text
            name = to
        case .transfer(let area, let manager, _):
            change = "transfer"
            id = area.text
            parent = manager.text
        case .lawParent(let area, let above, _):
            change = "lawParent"
            id = area.text
            parent = above.text
        }
    }

    var text: String {
        let mark = ["add": "+", "rename": "~", "transfer": ">", "lawParent": "§"][change] ?? "?"
        return ([mark, id, parent, name].compactMap { $0 } + ["(\(from))"]).joined(separator: "  ")
    }
}

private struct AreaOutcome: Encodable {
    let imported: Int
    let written: Bool
    let steps: [AreaStepLine]
    let defects: [ImportFinding]
    let warnings: [ImportFinding]
}
