import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

/// Reads a change as the route does, carries it out and says so.
private func change(
    _ options: ChangeOptions, _ context: CommandContext,
    _ body: (PatrolStore) async throws -> AreaChangeBody
) async throws {
    let store = try await OpenedStore.current(context).store
    let change = try areaChange(try await body(store))
    let changed = try await carryOut(change, in: store, by: try await options.by.person(in: store), at: context.now())
    context.console.say(
        Message(zh: "已登记，区域 \(changed)，自 \(change.from) 起。", en: "Recorded: \(changed), from \(change.from) on."))
}

struct AreaAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "新增区域或网格 · Add an area or a grid")

    @Argument(help: "名称 · Name") var name: String
    @Option(help: ArgumentHelp("级别：\(LevelWords.allowed) · Level", valueName: "LEVEL")) var level: String
    @Option(help: ArgumentHelp("上级的编码 · Code of its manager", valueName: "CODE")) var manager: String
    @Option(help: ArgumentHelp("网格类型：\(LevelWords.allowedKinds) · Kind of grid", valueName: "KIND")) var kind: String?
    @Option(help: ArgumentHelp("编码 · Code", valueName: "CODE")) var code: String?
    @Option(help: ArgumentHelp("编码体系，默认 gb · Scheme of the code", valueName: "SCHEME")) var scheme = AreaImport
        .defaultScheme
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            AreaChangeBody(
                change: "add", from: options.from, name: name, level: LevelWords.level(level)?.rawValue ?? level,
                gridKind: kind.map { LevelWords.gridKind($0)?.rawValue ?? $0 }, scheme: code == nil ? nil : scheme,
                code: code, manager: try await options.area(manager, in: store).text)
        }
    }
}

struct AreaRenameCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "rename", abstract: "改名 · Give another name")

    @Argument(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @Argument(help: "新名称 · New name") var name: String
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            AreaChangeBody(
                change: "rename", area: try await options.area(area, in: store).text, from: options.from, name: name)
        }
    }
}

struct AreaRecodeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "recode", abstract: "换编码 · Give another code")

    @Argument(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @Argument(help: ArgumentHelp("新编码 · New code", valueName: "CODE")) var code: String
    @Option(help: ArgumentHelp("编码体系，默认 gb · Scheme of the code", valueName: "SCHEME")) var scheme = AreaImport
        .defaultScheme
    @Option(help: "同时改名 · Another name as well") var name: String?
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            AreaChangeBody(
                change: "recode", area: try await options.area(area, in: store).text, from: options.from, name: name,
                scheme: scheme, code: code)
        }
    }
}

struct AreaTransferCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer", abstract: "改由另一区域管理 · Let another area manage it", aliases: ["manager"])

    @Argument(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @Option(help: ArgumentHelp("新的管理单位 · The new manager", valueName: "CODE")) var to: String
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            AreaChangeBody(
                change: "transfer", area: try await options.area(area, in: store).text, from: options.from,
                manager: try await options.area(to, in: store).text)
        }
    }
}

struct AreaCloseCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "撤销一个已无对象和下级的区域 · End an area that holds nothing any more")

    @Argument(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            AreaChangeBody(change: "close", area: try await options.area(area, in: store).text, from: options.from)
        }
    }
}

struct AreaSizeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "size", abstract: "登记户数与人数 · Record households and people")

    @Argument(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @Option(help: ArgumentHelp("户数 · Households", valueName: "N")) var households: Int
    @Option(help: ArgumentHelp("人数 · People", valueName: "N")) var people: Int?
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            AreaChangeBody(
                change: "size", area: try await options.area(area, in: store).text, from: options.from,
                households: households, people: people)
        }
    }
}

struct AreaMergeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "把其他区域并入一个区域 · Let an area take in others")

    @Argument(help: ArgumentHelp("留下的区域 · The area that stays", valueName: "CODE")) var area: String
    @Option(parsing: .upToNextOption, help: ArgumentHelp("并入的区域 · Areas that it takes in", valueName: "CODE"))
    var others: [String] = []
    @Flag(help: "只显示会移动什么，不写入 · Show what would move and write nothing") var dryRun = false
    @OptionGroup var options: ChangeOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let target = try await options.area(area, in: store)
        var ids: [AreaID] = []
        for other in others { ids.append(try await options.area(other, in: store)) }
        let body = AreaChangeBody(
            change: "merge", area: target.text, from: options.from, others: ids.map(\.text))
        guard dryRun else { return try await change(options, context) { _ in body } }
        var moves: [AreaMove] = []
        for id in ids where id != target {
            moves += try await AreaMove.out(of: id, in: store, from: try areaChange(body).from) { _ in target }
        }
        try AreaMove.show(moves, context, output)
    }
}

struct AreaSplitCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "split", abstract: "把一个网格拆成几个已登记的网格 · Divide a grid among grids that are there",
        discussion: columnsHelp(PlacingImport.columns, defaults: "--rest"))

    @Argument(help: ArgumentHelp("要拆分的网格 · The grid to divide", valueName: "CODE")) var area: String
    @Option(parsing: .upToNextOption, help: ArgumentHelp("拆成的网格 · The parts", valueName: "CODE"))
    var parts: [String] = []
    @Option(help: ArgumentHelp("CSV：每个对象去哪个网格 · CSV: which subject goes to which part", valueName: "FILE"))
    var placing: String?
    @Option(help: ArgumentHelp("其余对象去的网格 · Where all others go", valueName: "CODE")) var rest: String?
    @Flag(help: "只显示会移动什么，不写入 · Show what would move and write nothing") var dryRun = false
    @OptionGroup var options: ChangeOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let grid = try await options.area(area, in: store)
        var ids: [AreaID] = []
        for part in parts { ids.append(try await options.area(part, in: store)) }
        var others: AreaID?
        if let rest { others = try await options.area(rest, in: store) }
        let day = try dayOption(options.from, "--from")
        var placed: [(subject: String, grid: AreaID)] = []
        if let placing {
            let bytes = try context.contents(of: placing)
            let areas = AreaCodes(try await store.codedAreas(on: day))
            placed = try ImportOptions.checked(context, json: output.chosen == .json) {
                try PlacingImport.read(bytes, areas: areas)
            }.entries
        }
        let body = AreaChangeBody(
            change: "split", area: grid.text, from: options.from, parts: ids.map(\.text),
            placing: placed.map { Placing(subject: $0.subject, grid: $0.grid.text) }, rest: others?.text)
        guard dryRun else { return try await change(options, context) { _ in body } }
        let targets = Dictionary(placed.map { ($0.subject, $0.grid) }) { _, last in last }
        let moves = try await AreaMove.out(of: grid, in: store, from: day) { targets[$0] ?? others }
        try AreaMove.show(moves.filter { $0.to != grid.text }, context, output)
    }
}

/// Something that a merger or a division moves.
private struct AreaMove: Encodable {
    let what: String
    let id: String
    let name: String
    let from: String
    /// Absent where it is not said.
    let to: String?

    /// Subjects, workers and areas of an area on a day.
    static func out(of area: AreaID, in store: PatrolStore, from day: Day, to target: (String) -> AreaID?) async throws
        -> [AreaMove]
    {
        func move(_ what: String, _ id: String, _ name: String) -> AreaMove {
            AreaMove(what: what, id: id, name: name, from: area.text, to: target(id)?.text)
        }
        var moves = try await store.placeRoster(on: day).filter { $0.grid == area }.map {
            move("place", $0.id, $0.name)
        }
        moves += try await store.keyPersonRoster(on: day).filter { $0.grid == area }
            .map { move("keyPerson", $0.id, $0.name) }
        if let path = try await store.path(of: area, on: day) {
            moves += try await store.duties(below: path, during: day...day).filter { $0.grid == area }
                .map { move("duty", $0.person, $0.name) }
        }
        return moves
            + (try await store.areaDetails(of: area, on: day).dropFirst().map {
                move("area", $0.line.id.text, $0.line.name)
            })
    }

    static func show(_ moves: [AreaMove], _ context: CommandContext, _ output: OutputOptions) throws {
        try context.show(
            moves, output,
            [
                Column("what", "类别") { $0.what }, Column("id", "编号") { $0.id }, Column("name", "名称") { $0.name },
                Column("from", "从") { $0.from }, Column("to", "到") { $0.to },
            ])
        let unplaced = moves.count { $0.to == nil && ["place", "keyPerson"].contains($0.what) }
        context.console.warn(
            Message(
                zh: "会移动 \(moves.count) 项，\(unplaced) 个对象还没有去向。未写入。",
                en: "\(moves.count) would move; \(unplaced) subjects have nowhere to go yet. Nothing was written."))
    }
}

/// A file that says which subject goes to which grid.
enum PlacingImport {
    static let columns = [
        ImportColumn("subject", "对象", "编号", "对象编号", isRequired: true),
        ImportColumn("grid", "网格", "网格编号", isRequired: true),
    ]

    static func read(_ bytes: [UInt8], areas: AreaCodes) throws(ImportRefusal) -> ImportResult<
        (subject: String, grid: AreaID)
    > {
        var table = try ImportTable(bytes, columns: columns)
        var seen: [String: Int] = [:]
        var placed: [(subject: String, grid: AreaID)] = []
        for row in table.rows {
            let subject = table.code(row, "subject")
            table.claim(row, "subject", subject, seen: &seen, known: [])
            guard row.cells["grid"] != nil else { continue }
            if let grid = table.grid(row, "grid", code: table.code(row, "grid"), areas: areas) {
                placed.append((subject, grid))
            }
        }
        return try table.result(placed)
    }
}
