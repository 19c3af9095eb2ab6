public import ArgumentParser
import Gateway
import Patrol
public import Store
import Wire

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "把底册与另一份名单对照：有没有漏 · Hold the roster against another list",
        subcommands: [
            CompareFileCommand.self, CompareListCommand.self, CompareLinesCommand.self, CompareDecideCommand.self,
        ])
}

struct CompareFileCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "file", abstract: "对照一份 CSV 名单，列出相同、存疑、只在一边的 · Compare a CSV list",
        discussion: """
            Every line is shown with its verdict: same, likely (somebody should look), onlyListed (perhaps missing from \
            the roster), onlyRostered. With --by the comparison is kept, so that lines can be decided one by one.


            """ + columnsHelp(DoorImport.columns, defaults: "system: none"))

    @Argument(help: ArgumentHelp("CSV 名单 · CSV list", valueName: "FILE")) var file: String
    @Option(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @Option(help: ArgumentHelp("谁的名单、截至何时 · Whose list, as of when", valueName: "TEXT")) var source: String
    @Option(help: ArgumentHelp("保存，以谁的名义（登录名） · Keep it, in whose name", valueName: "LOGIN")) var by: String?
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let bytes = try context.contents(of: file)
        let list = try ImportOptions.checked(context, json: output.chosen == .json) { try DoorImport.read(bytes) }
            .entries
        if source.allSatisfy(\.isWhitespace) {
            throw CommandFailure(.usage, zh: "--source 不能为空。", en: "--source must not be empty.")
        }
        let store = try await OpenedStore.current(context).store
        let id = try await foundArea(area, in: store, on: context.today)
        guard let path = try await store.path(of: id, on: context.today) else { return }
        let (doors, areas) = try await store.rosterDoors(below: path, on: context.today)
        let comparison = Comparison.between(doors, and: list, areas: areas)
        var lines = comparison.same.map { DoorLine("same", $0) } + comparison.likely.map { DoorLine("likely", $0) }
        lines += comparison.onlyListed.map { DoorLine("onlyListed", listed: $0) }
        lines += comparison.onlyRostered.map { DoorLine("onlyRostered", rostered: $0) }
        try context.show(
            output.chosen == .text ? lines.filter { $0.verdict != "same" } : lines, output, DoorLine.columns)
        if output.chosen == .text { try sum(comparison, context) }
        guard let by else { return }
        let kept = newID()
        try await store.keep(
            comparison, of: id, source: source, day: context.today, id: kept, by: try await foundPerson(by, in: store),
            at: context.now())
        context.console.warn(Message(zh: "已保存，编号 \(kept)。", en: "Kept as \(kept)."))
    }

    private func sum(_ comparison: Comparison, _ context: CommandContext) throws {
        let (same, likely) = (comparison.same.count, comparison.likely.count)
        let (listed, rostered) = (comparison.onlyListed.count, comparison.onlyRostered.count)
        context.console.say(
            Message(
                zh: "相同 \(same)，存疑 \(likely)，底册可能缺 \(listed)，名单没有 \(rostered)。",
                en: "\(same) the same, \(likely) doubtful, \(listed) perhaps missing, \(rostered) only on the roster."))
        guard same + likely + listed > 0 else { return }
        let bounds = try comparison.cautiousPlaces()
        context.console.say(
            Message(
                zh: "两份名单推算的场所总数：\(bounds.atLeast) 到 \(bounds.atMost.map { "\($0)" } ?? "不限")（95%）。",
                en:
                    "Places there are by both lists: \(bounds.atLeast) to \(bounds.atMost.map { "\($0)" } ?? "any number") (95 %)."
            ))
    }
}

/// A line of a comparison as it was made just now.
private struct DoorLine: Encodable {
    let verdict: String
    let listed: String?
    let listedName: String?
    let listedAddress: String?
    let place: String?
    let placeName: String?
    let placeAddress: String?
    let score: String?
    let reasons: String?

    init(_ verdict: String, _ match: Comparison.Match) {
        self.init(
            verdict, listed: match.listed, rostered: match.rostered, score: match.score,
            reasons: match.findings.map(\.rawValue).sorted())
    }

    init(
        _ verdict: String, listed: ListedDoor? = nil, rostered: RosterDoor? = nil, score: Double? = nil,
        reasons: [String] = []
    ) {
        self.verdict = verdict
        (self.listed, listedName, listedAddress) = (listed?.key, listed?.name, listed?.address)
        (place, placeName, placeAddress) = (rostered?.id, rostered?.name, rostered?.address)
        self.score = score.map { oneDecimal($0 * 100) }
        self.reasons = reasons.joined(separator: " ").nonEmpty
    }

    static var columns: [Column<DoorLine>] {
        [
            Column("verdict", "结论") { $0.verdict }, Column("listed", "名单编号") { $0.listed },
            Column("listedName", "名单名称") { $0.listedName }, Column("listedAddress", "名单地址") { $0.listedAddress },
            Column("place", "底册编号") { $0.place }, Column("placeName", "底册名称") { $0.placeName },
            Column("placeAddress", "底册地址") { $0.placeAddress }, Column("score", "相似") { $0.score },
            Column("reasons", "理由") { $0.reasons },
        ]
    }
}

/// Another list of places: pure, from bytes to rows.
enum DoorImport {
    static let columns = [
        ImportColumn("key", "编号", "统一社会信用代码", "注册号", isRequired: true),
        ImportColumn("name", "名称", "企业名称", "字号", isRequired: true),
        ImportColumn("address", "地址", "经营场所", "住所", isRequired: true),
        ImportColumn("category", "类别", "行业"),
        ImportColumn("latitude", "纬度"), ImportColumn("longitude", "经度"), ImportColumn("system", "坐标系"),
    ]

    static func read(_ bytes: [UInt8]) throws(ImportRefusal) -> ImportResult<ListedDoor> {
        var table = try ImportTable(bytes, columns: columns)
        var doors: [ListedDoor] = []
        for row in table.rows {
            let position = PlaceImport.position(row, &table)
            doors.append(
                ListedDoor(
                    key: table.code(row, "key", limit: 120), name: table.text(row, "name"),
                    address: table.text(row, "address"), position: position,
                    category: row.cells["category"]))
        }
        return try table.result(doors)
    }
}

struct CompareListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "保存过的对照 · Comparisons that were kept")

    @Argument(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let id = try await foundArea(area, in: store, on: context.today)
        guard let path = try await store.path(of: id, on: context.today) else { return }
        try context.show(
            try await store.comparisons(below: path, on: context.today, known: try asOf.known(context)).map {
                ComparisonRow($0)
            }, output,
            [
                Column("id", "编号") { $0.id }, Column("day", "日期") { $0.day }, Column("source", "名单") { $0.source },
                Column("listed", "名单数") { "\($0.listed)" }, Column("rostered", "底册数") { "\($0.rostered)" },
                Column("same", "相同") { "\($0.same)" }, Column("likely", "存疑") { "\($0.likely)" },
                Column("onlyListed", "只在名单") { "\($0.onlyListed)" },
                Column("onlyRostered", "只在底册") { "\($0.onlyRostered)" },
                Column("decided", "已看") { "\($0.decided)" }, Column("missing", "确缺") { "\($0.missing)" },
                Column("total", "推算总数") { $0.estimatedTotal.map { oneDecimal($0) } },
            ])
    }
}

struct CompareLinesCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "lines", abstract: "一次对照中要去看的 · Lines of a comparison that are to be looked at")

    @Argument(help: "对照编号 · Id of the comparison") var id: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        guard try await store.comparison(id) != nil else { throw noComparison(id) }
        let lines = try await store.lines(ofComparison: id, from: 0, limit: .max / 2, known: try asOf.known(context))
            .map { ComparisonLineRow($0) }
        try context.show(
            lines, output,
            [
                Column("position", "行") { "\($0.position)" }, Column("verdict", "结论") { $0.verdict },
                Column("listed", "名单编号") { $0.listedKey }, Column("listedName", "名单名称") { $0.listedName },
                Column("listedAddress", "名单地址") { $0.listedAddress }, Column("place", "底册编号") { $0.place },
                Column("placeName", "底册名称") { $0.placeName }, Column("placeAddress", "底册地址") { $0.placeAddress },
                Column("decision", "核实") { $0.decision },
            ])
    }
}

struct CompareDecideCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "记下去看的结果 · Note what a look at a line found")

    @Argument(help: "对照编号 · Id of the comparison") var id: String
    @Argument(help: ArgumentHelp("行 · Line", valueName: "POSITION")) var position: Int
    @Option(
        help: ArgumentHelp(
            "missing 确缺、same 同一处、noPlace 不是场所、gone 已不在、kept 仍在", valueName: "DECISION")) var decision: LineDecision
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        guard
            try await store.decide(
                decision, line: position, of: id, by: try await by.person(in: store), at: context.now())
        else { throw noComparison("\(id) \(position)") }
        context.console.say(Message(zh: "已记下。", en: "Noted."))
    }
}

private func noComparison(_ name: String) -> CommandFailure {
    CommandFailure(
        .noInput, zh: "没有 \(name)。请用 compare list 与 compare lines 查看编号。",
        en: "There is no \(name). See `compare list` and `compare lines`.")
}

extension LineDecision: ExpressibleByArgument {}
