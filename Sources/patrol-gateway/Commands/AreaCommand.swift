import ArgumentParser
import Boundaries
import Gateway
import Patrol
import Store
import Wire

struct AreaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "area", abstract: "区域与网格：名称、编码、隶属、合并拆分、规模、边界 · Areas and grids",
        subcommands: [
            AreaListCommand.self, AreaAddCommand.self, AreaRenameCommand.self, AreaRecodeCommand.self,
            AreaTransferCommand.self, AreaMergeCommand.self, AreaSplitCommand.self, AreaCloseCommand.self,
            AreaSizeCommand.self, AreaBoundaryCommand.self, AreaSurveyCommand.self,
        ])
}

/// An area on a day.
struct AreaDayOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("区域编码或编号 · Code or id of the area", valueName: "CODE")) var area: String
    @Option(help: ArgumentHelp("哪一天，默认今天 · On which day, today by default", valueName: "YYYY-MM-DD")) var day: String?
    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func resolved(_ context: CommandContext) async throws -> (
        store: PatrolStore, area: AreaID, day: Day, known: Knowledge
    ) {
        let known = try asOf.known(context)
        let day = try day.map { try dayOption($0, "--day") } ?? context.today
        let store = try await OpenedStore.current(context).store
        return (store, try await foundArea(area, in: store, on: day), day, known)
    }
}

struct AreaListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "一个区域及其直接下级 · An area and those directly below it")

    @OptionGroup var options: AreaDayOptions
    @Flag(help: "列出全部下级 · Everything below, at every level") var deep = false

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        var rows: [AreaRow] = []
        var waiting = [asked.area]
        while let area = waiting.popLast() {
            let details = try await asked.store.areaDetails(of: area, on: asked.day, known: asked.known)
            for detail in details where rows.isEmpty || detail.line.id != area {
                rows.append(
                    AreaRow(
                        detail, successions: try await asked.store.successions(of: detail.line.id, known: asked.known)))
            }
            if deep { waiting += details.dropFirst().reversed().map(\.line.id) }
        }
        try context.show(
            rows, options.output,
            [
                Column("id", "编号") { $0.id }, Column("level", "级别") { $0.level }, Column("name", "名称") { $0.name },
                Column("codes", "编码") { row in
                    row.codes.map { "\($0.scheme):\($0.value)" }.joined(separator: " ").nonEmpty
                },
                Column("managedBy", "管理单位") { $0.managedBy },
                Column("households", "户数") { $0.households.map { "\($0)" } },
                Column("hectares", "公顷") { $0.squareMetres.map { oneDecimal($0 / 10_000) } },
                Column("warning", "规模提醒") { $0.sizeWarning },
                Column("history", "沿革") { row in
                    row.successions.map { "\($0.day) \($0.kind) \($0.from)→\($0.to)" }.joined(separator: "; ").nonEmpty
                },
            ])
    }
}

struct AreaBoundaryCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "boundary", abstract: "登记一个区域的边界，或导出 GeoJSON · Record an outline, or print outlines as GeoJSON",
        discussion: """
            With FILE the outline is recorded from --from on; its coordinate system must be named, since GeoJSON cannot \
            say it. Without FILE the outlines of the area and of those directly below it are printed in WGS-84.
            """)

    @Argument(help: ArgumentHelp("区域编码或编号 · Code or id of the area", valueName: "CODE")) var area: String
    @Argument(help: ArgumentHelp("GeoJSON 文件 · GeoJSON file", valueName: "FILE")) var file: String?
    @Option(help: ArgumentHelp("从哪天起 · Day from which it holds", valueName: "YYYY-MM-DD")) var from: String?
    @Option(help: ArgumentHelp("坐标系 · Coordinate system: \(CoordinateWords.allowed)", valueName: "SYSTEM"))
    var system: String?
    @Option(help: ArgumentHelp("导出哪一天的，默认今天 · Print those of a day", valueName: "YYYY-MM-DD")) var day: String?
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        guard let file else {
            let day = try day.map { try dayOption($0, "--day") } ?? context.today
            let store = try await OpenedStore.current(context).store
            let id = try await foundArea(area, in: store, on: day)
            return context.console.out(try await featureCollection(of: id, in: store, on: day, known: known))
        }
        guard let system = system.flatMap({ CoordinateWords.system($0) }), let from else {
            throw CommandFailure(
                .usage, zh: "登记边界须写明 --from 与 --system（\(CoordinateWords.allowed)）。请向数据来源核实坐标系，不要猜。",
                en:
                    "An outline needs --from and --system (\(CoordinateWords.allowed)). Ask where it comes from; do not guess."
            )
        }
        let first = try dayOption(from, "--from")
        let boundary = try Boundary(geoJSON: try context.contents(of: file), system: system)
        let store = try await OpenedStore.current(context).store
        let id = try await foundArea(area, in: store, on: first)
        try await store.record(
            boundary: boundary.geoJSON, squareMetres: boundary.squareMetres, of: id, from: first, at: context.now())
        let hectares = oneDecimal(boundary.squareMetres / 10_000)
        context.console.say(
            Message(zh: "已登记 \(id) 的边界，\(hectares) 公顷。", en: "Recorded the outline of \(id), \(hectares) hectares."))
    }
}

struct AreaSurveyCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "survey", abstract: "下级边界的重叠、缝隙、越界与规模 · Overlaps, gaps and unusual sizes below an area")

    @OptionGroup var options: AreaDayOptions

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let answer = try await surveyedAreas(of: asked.area, in: asked.store, on: asked.day, known: asked.known)
            .answer()
        func patches(_ word: String, _ patches: [SurveyPatch]) -> [SurveyLine] {
            patches.map { patch in
                SurveyLine(
                    what: word, areas: patch.areas.joined(separator: " "), amount: oneDecimal(patch.squareMetres),
                    latitude: patch.latitude, longitude: patch.longitude)
            }
        }
        let lines =
            patches("overlap", answer.overlaps) + patches("gap", answer.gaps) + patches("outside", answer.outside)
            + answer.sizes.map { SurveyLine(what: $0.warning, areas: $0.area, amount: "\($0.households)") }
            + answer.withoutBoundary.map { SurveyLine(what: "noBoundary", areas: $0) }
        if options.output.chosen == .json { return try context.show(answer, options.output) { [] } }
        try context.show(
            lines, options.output,
            [
                Column("what", "情况") { $0.what }, Column("areas", "区域") { $0.areas.nonEmpty },
                Column("amount", "平方米或户") { $0.amount }, Column("latitude", "纬度") { $0.latitude.map { "\($0)" } },
                Column("longitude", "经度") { $0.longitude.map { "\($0)" } },
            ])
        if lines.isEmpty, options.output.chosen == .text {
            context.console.say(Message(zh: "没有发现重叠、缝隙或异常规模。", en: "No overlap, gap or unusual size was found."))
        }
    }
}

private struct SurveyLine: Encodable {
    let what: String
    let areas: String
    /// Square metres of a patch, households of a grid.
    var amount: String?
    var latitude: Double?
    var longitude: Double?
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
