import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct PlaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "place", abstract: "场所：底册与逐个变更 · Places: the roster and single changes",
        subcommands: [
            PlaceListCommand.self, PlaceOpenCommand.self, PlaceCloseCommand.self, PlaceMoveCommand.self,
            PlaceOwnerCommand.self, PlaceMergeCommand.self, PlaceSplitCommand.self, PlaceCorrectCommand.self,
        ])
}

/// A roster below an area on a day.
struct RosterOptions: ParsableArguments {
    @OptionGroup var options: AreaDayOptions

    func entries<Entry: RosterEntry>(
        _ context: CommandContext, _ read: (PatrolStore, Day, Knowledge) async throws -> [Entry]
    ) async throws -> [Entry] {
        let asked = try await options.resolved(context)
        let grids = try await asked.store.grids(below: asked.area, on: asked.day, known: asked.known)
        return try await read(asked.store, asked.day, asked.known).filter { grids.contains($0.grid) }
    }
}

struct PlaceListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "某区域某日的场所底册 · The roster of places on a day")

    @OptionGroup var roster: RosterOptions

    func run(_ context: CommandContext) async throws {
        let places = try await roster.entries(context) { try await $0.placeRoster(on: $1, known: $2) }
        try context.show(
            places.map { PlaceLine($0) }, roster.options.output,
            [
                Column("id", "编号") { $0.details.id }, Column("name", "名称") { $0.details.name },
                Column("category", "类别") { $0.details.category }, Column("address", "地址") { $0.details.address },
                Column("grid", "网格") { $0.details.grid }, Column("from", "起") { $0.from },
            ])
    }
}

private struct PlaceLine: Encodable {
    let details: PlaceDetails
    let from: String

    init(_ place: PlaceEntry) {
        details = PlaceDetails(
            id: place.id, name: place.name, category: place.category, address: place.address, grid: place.grid.text,
            latitude: place.position?.latitude, longitude: place.position?.longitude,
            system: place.position?.system.rawValue, radiusMetres: place.radius)
        from = place.from.description
    }

    func encode(to encoder: any Encoder) throws {
        try details.encode(to: encoder)
        var members = encoder.container(keyedBy: Keys.self)
        try members.encode(from, forKey: .from)
    }

    private enum Keys: String, CodingKey { case from }
}

/// A place as the command line gives it.
struct PlaceDetailOptions: ParsableArguments {
    @Option(help: "编号 · Id") var id: String
    @Option(help: "名称 · Name") var name: String
    @Option(help: "类别 · Category") var category: String
    @Option(help: "地址 · Address") var address: String
    @Option(help: ArgumentHelp("网格 · Grid", valueName: "CODE")) var grid: String
    @Option(help: ArgumentHelp("纬度 · Latitude", valueName: "DEGREES")) var latitude: Double?
    @Option(help: ArgumentHelp("经度 · Longitude", valueName: "DEGREES")) var longitude: Double?
    @Option(help: ArgumentHelp("坐标系：\(CoordinateWords.allowed) · Its coordinate system", valueName: "SYSTEM"))
    var system: String?
    @Option(help: ArgumentHelp("半径（米），默认 50 · Radius in metres, 50 by default", valueName: "N")) var radius: Double?

    func validate() throws {
        if latitude != nil, system == nil {
            throw ValidationError("有经纬度就要写明 --system，不要猜 · a position needs --system; do not guess")
        }
    }

    func details(in store: PatrolStore, _ options: ChangeOptions) async throws -> PlaceDetails {
        PlaceDetails(
            id: id, name: name, category: category, address: address,
            grid: try await options.area(grid, in: store).text,
            latitude: latitude, longitude: longitude,
            system: system.map { CoordinateWords.system($0)?.rawValue ?? $0 }, radiusMetres: radius)
    }
}

/// Reads a change as the route does, carries it out and says so.
private func change(
    _ options: ChangeOptions, _ context: CommandContext, _ body: (PatrolStore) async throws -> PlaceChangeBody
) async throws {
    let store = try await OpenedStore.current(context).store
    let (change, from) = try placeChange(try await body(store))
    try await store.apply(change, from: from, by: try await options.by.person(in: store), at: context.now())
    context.console.say(Message(zh: "已登记，自 \(from) 起。", en: "Recorded, from \(from) on."))
}

struct PlaceOpenCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "open", abstract: "新增场所 · A place opens")

    @OptionGroup var details: PlaceDetailOptions
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            PlaceChangeBody(
                change: "open", from: options.from, details: try await details.details(in: store, options))
        }
    }
}

struct PlaceCorrectCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "correct", abstract: "更正名称、类别、地址或位置 · Put a place's details right")

    @OptionGroup var details: PlaceDetailOptions
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            PlaceChangeBody(
                change: "correct", from: options.from, details: try await details.details(in: store, options))
        }
    }
}

struct PlaceOwnerCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "owner", abstract: "易主、改业：房子还在，换了经营者 · The premises stay, the tenant is another")

    @Argument(help: "原场所编号 · Id of the place before") var place: String
    @OptionGroup var details: PlaceDetailOptions
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            PlaceChangeBody(
                change: "owner", from: options.from, place: place,
                details: try await details.details(in: store, options))
        }
    }
}

struct PlaceCloseCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "close", abstract: "注销、搬迁、拆除 · A place leaves the roster")

    @Argument(help: "场所编号 · Id of the place") var place: String
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { _ in
            PlaceChangeBody(change: "close", from: options.from, place: place)
        }
    }
}

struct PlaceMoveCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "move", abstract: "划入另一网格 · Another grid holds it")

    @Argument(help: "场所编号 · Id of the place") var place: String
    @Option(help: ArgumentHelp("网格 · Grid", valueName: "CODE")) var to: String
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { store in
            PlaceChangeBody(
                change: "move", from: options.from, place: place, grid: try await options.area(to, in: store).text)
        }
    }
}

struct PlaceMergeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge", abstract: "几处合为一处 · Several places are one of them")

    @Argument(help: "留下的场所 · Id of the place that stays") var place: String
    @Option(parsing: .upToNextOption, help: ArgumentHelp("并入的场所 · Ids of the others", valueName: "ID"))
    var others: [String] = []
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(options, context) { _ in
            PlaceChangeBody(change: "merge", from: options.from, place: place, others: others)
        }
    }
}

struct PlaceSplitCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "split", abstract: "一处分为几处，各处写在 JSON 文件里 · One place is several, which a JSON file lists",
        discussion: "The file is an array of PlaceDetails as in the API: id, name, category, address, grid (id), …")

    @Argument(help: "原场所编号 · Id of the place") var place: String
    @Argument(help: ArgumentHelp("JSON 文件 · JSON file", valueName: "FILE")) var file: String
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        let parts = try decodeExactly([PlaceDetails].self, from: try context.contents(of: file))
        try await change(options, context) { _ in
            PlaceChangeBody(change: "split", from: options.from, place: place, parts: parts)
        }
    }
}

// MARK: Key persons

struct KeyPersonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key-person", abstract: "重点人员：名册、调整网格、出册 · Key persons: the roster, moving, leaving",
        subcommands: [KeyPersonListCommand.self, KeyPersonMoveCommand.self, KeyPersonLeaveCommand.self])
}

struct KeyPersonListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "某区域某日的名册 · The roster of key persons on a day")

    @OptionGroup var roster: RosterOptions

    func run(_ context: CommandContext) async throws {
        let persons = try await roster.entries(context) { try await $0.keyPersonRoster(on: $1, known: $2) }
        try context.show(
            persons.map { KeyPersonLine($0) }, roster.options.output,
            [
                Column("id", "编号") { $0.id }, Column("name", "姓名") { $0.name }, Column("address", "地址") { $0.address },
                Column("contactRule", "走访要求") { $0.contactRule }, Column("listOwner", "主管部门") { $0.listOwner },
                Column("legalBasis", "依据") { $0.legalBasis }, Column("grid", "网格") { $0.grid },
                Column("from", "起") { $0.from },
            ])
    }
}

private struct KeyPersonLine: Encodable {
    let id, name, address, contactRule, listOwner, legalBasis, grid, from: String

    init(_ person: KeyPersonEntry) {
        (id, name, address) = (person.id, person.name, person.address)
        (contactRule, listOwner, legalBasis) = (person.contactRule, person.listOwner, person.legalBasis)
        (grid, from) = (person.grid.text, person.from.description)
    }
}

/// Carries out one step of somebody who is on the roster that day.
private func change(
    _ person: String, _ options: ChangeOptions, _ context: CommandContext,
    _ step: (PatrolStore, Day) async throws -> RosterStep<KeyPersonEntry>
) async throws {
    let day = try dayOption(options.from, "--from")
    let store = try await OpenedStore.current(context).store
    guard try await store.grid(holding: .keyPerson, person, on: day) != nil else {
        throw PlaceRefusal.notOnRoster(person)
    }
    try await store.apply(
        [try await step(store, day)], by: try await options.by.person(in: store), at: context.now())
    context.console.say(Message(zh: "已登记，自 \(day) 起。", en: "Recorded, from \(day) on."))
}

struct KeyPersonMoveCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "move", abstract: "划入另一网格 · Another grid holds them")

    @Argument(help: "人员编号 · Id of the person") var person: String
    @Option(help: ArgumentHelp("网格 · Grid", valueName: "CODE")) var to: String
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(person, options, context) { store, day in
            let grid = try await options.area(to, in: store)
            guard try await store.areaLines([grid], on: day)[grid]?.level == .grid else {
                throw CommandFailure(.usage, zh: "\(to) 不是网格，请填网格的编号。", en: "\(to) is not a grid; give a grid's code.")
            }
            return .move(id: person, to: grid, from: day)
        }
    }
}

struct KeyPersonLeaveCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "leave", abstract: "出册 · They leave the roster")

    @Argument(help: "人员编号 · Id of the person") var person: String
    @OptionGroup var options: ChangeOptions

    func run(_ context: CommandContext) async throws {
        try await change(person, options, context) { _, day in .leave(id: person, from: day) }
    }
}
