import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "重点人员名册：依据、目的、委托、期限 · Lists of key persons: basis, purpose, term",
        subcommands: [
            ListShowCommand.self, ListAddCommand.self, ListEndCommand.self, ListStewardCommand.self,
            ListEnterCommand.self, ListLeaveCommand.self, ListMembersCommand.self,
        ])
}

struct ListShowCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "全部名册及其状态 · Every list and whether it holds")

    @Option(help: ArgumentHelp("哪天的状态，默认今天 · As of which day, today by default", valueName: "YYYY-MM-DD"))
    var day: String?
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let day = try day.map { try dayOption($0, "--day") } ?? context.today
        let lists = try await OpenedStore.current(context).store.lists(on: day).map { KeyPersonListRow($0, on: day) }
        try context.show(
            lists, output,
            [
                Column("list", "名册") { $0.id }, Column("state", "状态") { $0.state },
                Column("members", "人数") { "\($0.members)" }, Column("owner", "主管部门") { $0.owner },
                Column("area", "区域") { $0.area }, Column("basis", "依据") { $0.legalBasis },
                Column("purpose", "目的") { $0.purpose }, Column("entrusted", "委托") { $0.entrustedTo },
                Column("minors", "未成年人") { $0.minors ? "yes" : "no" }, Column("from", "起") { $0.from },
                Column("to", "止") { $0.to },
            ])
    }
}

struct ListAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "登记名册；没有依据、目的、期限不能登记 · Register a list; no basis, no list")

    @Option(help: ArgumentHelp("编号，默认自动生成 · Id; made where absent", valueName: "ID")) var id: String?
    @Option(help: ArgumentHelp("主管部门 · The department that owns it", valueName: "NAME")) var owner: String
    @Option(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @Option(help: ArgumentHelp("依据：文件名称与文号 · Legal basis: name and number", valueName: "TEXT")) var basis: String
    @Option(help: ArgumentHelp("处理目的 · Purpose", valueName: "TEXT")) var purpose: String
    @Option(help: ArgumentHelp("受托方与协议 · Who is entrusted, by which contract", valueName: "TEXT")) var entrustedTo:
        String?
    @Flag(help: "未成年人名册 · Of people below eighteen") var minors = false
    @Option(help: ArgumentHelp("起 · First day", valueName: "YYYY-MM-DD")) var from: String
    @Option(help: ArgumentHelp("止（不含） · First day on which it holds no longer", valueName: "YYYY-MM-DD")) var to: String
    @Option(help: ArgumentHelp("由谁代表主管部门（登录名） · Login of who acts for the owner", valueName: "LOGIN"))
    var by: String?

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let place = try await foundArea(area, in: store, on: context.today)
        let list = try keyPersonList(
            from: KeyPersonListBody(
                id: id, owner: owner, area: place.text, legalBasis: basis, purpose: purpose,
                entrustedTo: entrustedTo, minors: minors, from: from, to: to), id: newID())
        let person: String
        if let by { person = try await foundPerson(by, in: store) } else { person = "console" }
        try await store.record(list, by: person, today: context.today, at: context.now())
        context.console.say(Message(zh: "已登记名册 \(list.id)。", en: "Registered the list \(list.id)."))
        guard by == nil else { return }
        context.console.warn(
            Message(
                zh: "尚无人代表主管部门；请运行 patrol-gateway list steward \(list.id) --login …",
                en: "Nobody acts for its owner yet; run `patrol-gateway list steward \(list.id) --login …`"))
    }
}

/// A list, a day, and in whose name.
struct ListChangeOptions: ParsableArguments {
    @Argument(help: "名册编号 · Id of the list") var list: String
    @OptionGroup var change: ChangeOptions

    func resolved(_ context: CommandContext) async throws -> (store: PatrolStore, day: Day, person: String) {
        let day = try dayOption(change.from, "--from")
        let store = try await OpenedStore.current(context).store
        guard try await store.keyPersonList(list) != nil else {
            throw CommandFailure(
                .noInput, zh: "没有名册 \(list)。请用 list show 核对。", en: "There is no list \(list); see `list show`.")
        }
        return (store, day, try await change.by.person(in: store))
    }
}

struct ListEndCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "提前终止名册；此后不再产生应访 · End a list early; nothing is owed from then on")

    @OptionGroup var options: ListChangeOptions
    @Option(help: ArgumentHelp("理由 · Why", valueName: "TEXT")) var reason: String

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        try await asked.store.end(
            options.list, from: asked.day, because: reason, by: asked.person, at: context.now())
        context.console.say(Message(zh: "名册自 \(asked.day) 起终止。", en: "The list ends on \(asked.day)."))
    }
}

struct ListStewardCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "steward", abstract: "指定代表主管部门的账号 · Name an account that acts for the list's owner")

    @Argument(help: "名册编号 · Id of the list") var list: String
    @Option(help: ArgumentHelp("登录名 · Login", valueName: "LOGIN")) var login: String
    @Option(help: ArgumentHelp("从哪天起，默认今天 · From which day, today by default", valueName: "YYYY-MM-DD"))
    var from: String?
    @Option(help: ArgumentHelp("到哪天不再代表（不含该日）· Until which day, that day not included", valueName: "YYYY-MM-DD"))
    var to: String?

    func run(_ context: CommandContext) async throws {
        let day = try from.map { try dayOption($0, "--from") } ?? context.today
        let end = try to.map { try dayOption($0, "--to") }
        let store = try await OpenedStore.current(context).store
        let person = try await foundPerson(login, in: store)
        guard try await store.keyPersonList(list) != nil else {
            throw CommandFailure(
                .noInput, zh: "没有名册 \(list)。请用 list show 核对。", en: "There is no list \(list); see `list show`.")
        }
        try await store.describing("\(list) \(person)")
            .appoint(person, for: list, from: day, to: end, by: "console", at: context.now())
        if let end {
            return context.console.say(
                Message(zh: "\(login) 自 \(end) 起不再代表主管部门。", en: "\(login) acts for its owner no more from \(end) on."))
        }
        context.console.say(
            Message(zh: "\(login) 自 \(day) 起代表主管部门。", en: "\(login) acts for its owner from \(day) on."))
    }
}

struct ListEnterCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "enter", abstract: "列入名册 · Somebody enters a list")

    @OptionGroup var options: ListChangeOptions
    @Option(help: ArgumentHelp("人员编号 · Id of the person", valueName: "ID")) var person: String
    @Option(help: ArgumentHelp("凭据：文书名称与文号 · On what paper", valueName: "TEXT")) var reason: String

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        try await asked.store.enter(
            person, in: options.list, from: asked.day, reason: reason, by: asked.person, at: context.now())
        context.console.say(Message(zh: "已登记，自 \(asked.day) 起。", en: "Recorded, from \(asked.day) on."))
    }
}

struct ListLeaveCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "leave", abstract: "移出名册 · Somebody leaves a list")

    @OptionGroup var options: ListChangeOptions
    @Option(help: ArgumentHelp("人员编号 · Id of the person", valueName: "ID")) var person: String

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        try await asked.store.enter(
            person, in: options.list, from: asked.day, reason: nil, by: asked.person, at: context.now())
        context.console.say(Message(zh: "已登记，自 \(asked.day) 起。", en: "Recorded, from \(asked.day) on."))
    }
}

struct ListMembersCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "members", abstract: "名册上的人（编号） · Who is on a list, by id")

    @Argument(help: "名册编号 · Id of the list") var list: String
    @Option(help: ArgumentHelp("哪天，默认今天 · On which day, today by default", valueName: "YYYY-MM-DD"))
    var day: String?
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let day = try day.map { try dayOption($0, "--day") } ?? context.today
        let store = try await OpenedStore.current(context).store
        try await context.traceReading("\(list) members", .listKeeping, in: store)
        let rows = try await store.members(of: list, on: day).map { ListMemberRow($0) }
        try context.show(
            rows, output,
            [
                Column("person", "人员") { $0.person }, Column("from", "起") { $0.from }, Column("to", "止") { $0.to },
                Column("reason", "凭据") { $0.reason },
            ])
    }
}
