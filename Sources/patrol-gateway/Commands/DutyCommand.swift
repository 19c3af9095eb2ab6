public import ArgumentParser
import Gateway
public import Patrol
import Store
import Wire

struct DutyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duty", abstract: "包干责任：谁管哪个网格 · Who answers for which grid",
        subcommands: [DutyListCommand.self, DutyAssignCommand.self, DutyEndCommand.self])
}

struct DutyListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "某月各网格的责任人 · Who answered for the grids in a month")

    @OptionGroup var options: MonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.resolved(context, ahead: 12)
        let lines = try await asked.store.duties(
            below: asked.path, during: asked.month.first...asked.month.last, known: known)
        try context.show(
            lines.map { Wire.DutyRow($0) }, options.output,
            [
                Column("grid", "编号") { $0.grid }, Column("gridName", "网格") { $0.gridName },
                Column("person", "人员") { $0.person }, Column("name", "姓名") { $0.name },
                Column("capacity", "身份") { $0.capacity }, Column("from", "起") { $0.from },
                Column("to", "止（不含）") { $0.to },
            ])
    }
}

/// Who, where and since when.
struct DutyTermOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("登录名 · Login", valueName: "LOGIN")) var login: String
    @Argument(help: ArgumentHelp("网格 · Grid", valueName: "CODE")) var grid: String
    @Option(help: ArgumentHelp("从哪天起 · First day", valueName: "YYYY-MM-DD")) var from: String

    func record(_ context: CommandContext, as capacity: String?, to end: String?) async throws {
        let store = try await OpenedStore.current(context).store
        let grid = try await foundArea(grid, in: store, on: try dayOption(from, "--from"))
        let term = try dutyTerm(
            from: DutyBody(login: login, grid: grid.text, capacity: capacity, from: from, to: end))
        try await store.assign(
            try await foundPerson(login, in: store), to: term.grid, as: term.capacity, from: term.from, until: term.to,
            at: context.now())
        context.console.say(
            Message(
                zh: "已登记 \(login) 在 \(grid) 的责任\(term.capacity == nil ? "终止" : "")，自 \(term.from) 起。",
                en: "Recorded: \(login), \(grid), \(term.capacity?.rawValue ?? "ended"), from \(term.from) on."))
    }
}

struct DutyAssignCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "assign", abstract: "指定责任人；写明 --to 即代班，期满恢复原状 · Put somebody in charge; with --to as a stand-in")

    @OptionGroup var term: DutyTermOptions
    @Option(help: ArgumentHelp("身份：\(CapacityWords.allowed) · Capacity", valueName: "CAPACITY")) var capacity =
        "fullTime"
    @Option(help: ArgumentHelp("到哪天止（当天已不在） · First day on which it does not hold any more", valueName: "YYYY-MM-DD"))
    var to: String?

    func run(_ context: CommandContext) async throws {
        try await term.record(context, as: CapacityWords.capacity(capacity)?.rawValue ?? capacity, to: to)
    }
}

struct DutyEndCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "end", abstract: "责任终止 · End somebody's duty")

    @OptionGroup var term: DutyTermOptions

    func run(_ context: CommandContext) async throws { try await term.record(context, as: nil, to: nil) }
}

// MARK: Certificates

struct CertificateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate", abstract: "上岗证 · Workers' certificates",
        subcommands: [CertificateListCommand.self, CertificateAddCommand.self])
}

struct CertificateListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "某月在岗人员的上岗证 · Certificates of a month's workers")

    @OptionGroup var options: MonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.resolved(context)
        let people = try await asked.store.duties(
            below: asked.path, during: asked.month.first...asked.month.last, known: known
        ).map(\.person)
        let logins = try await asked.store.logins(of: Set(people))
        let rows = try await asked.store.certificates(known: known).compactMap { certificate in
            logins[certificate.person].map { CertificateRow(certificate, login: $0) }
        }
        try context.show(
            rows, options.output,
            [
                Column("login", "登录名") { $0.login }, Column("number", "证号") { $0.number },
                Column("title", "名称") { $0.title }, Column("from", "起") { $0.from },
                Column("to", "止（不含）") { $0.to },
            ])
    }
}

struct CertificateAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "登记一本上岗证，或更正其有效期 · Record a certificate or put its term right")

    @Argument(help: ArgumentHelp("登录名 · Login", valueName: "LOGIN")) var login: String
    @Argument(help: "证号 · Number") var number: String
    @Option(help: "名称 · What it is called") var title = "网格员上岗证"
    @Option(help: ArgumentHelp("发证日 · First day", valueName: "YYYY-MM-DD")) var from: String
    @Option(help: ArgumentHelp("到哪天失效 · First day on which it does not hold any more", valueName: "YYYY-MM-DD"))
    var to: String?

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let certificate = try readCertificate(
            from: CertificateRow(login: login, number: number, title: title, from: from, to: to),
            of: try await foundPerson(login, in: store))
        try await store.record([certificate], at: context.now())
        context.console.say(Message(zh: "已登记 \(login) 的 \(number)。", en: "Recorded \(number) of \(login)."))
    }
}

// MARK: Units

struct UnitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unit", abstract: "进驻工作站的部门 · Departments' units at stations",
        subcommands: [UnitListCommand.self, UnitPostCommand.self, UnitLeaveCommand.self])
}

struct UnitListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "某月各站进驻的部门 · Which units were at the stations in a month")

    @OptionGroup var options: MonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.resolved(context, ahead: 12)
        let postings = try await asked.store.postings(
            below: asked.path, during: asked.month.first...asked.month.last, known: known)
        try context.show(
            postings.map { PostingRow($0) }, options.output,
            [
                Column("station", "工作站") { $0.station }, Column("unit", "部门") { $0.unit },
                Column("manner", "方式") { $0.manner }, Column("from", "起") { $0.from },
                Column("to", "止（不含）") { $0.to },
            ])
    }
}

/// Which unit, where and since when.
struct PostingOptions: ParsableArguments {
    @Argument(help: "部门 · Unit") var unit: String
    @Argument(help: ArgumentHelp("工作站 · Station", valueName: "CODE")) var station: String
    @Option(help: ArgumentHelp("从哪天起 · First day", valueName: "YYYY-MM-DD")) var from: String

    func record(_ context: CommandContext, as manner: PostingManner?, to end: String?) async throws {
        let store = try await OpenedStore.current(context).store
        let station = try await foundArea(station, in: store, on: try dayOption(from, "--from"))
        let term = try postingTerm(
            from: PostingRow(station: station.text, unit: unit, manner: manner?.rawValue, from: from, to: end))
        try await store.post(
            term.unit, at: term.station, as: term.manner, from: term.from, until: term.to, at: context.now())
        context.console.say(
            Message(
                zh: "已登记 \(unit)（\(station)）\(manner == nil ? "撤出" : "进驻")，自 \(term.from) 起。",
                en: "Recorded: \(unit), \(station), \(manner?.rawValue ?? "left"), from \(term.from) on."))
    }
}

struct UnitPostCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "post", abstract: "部门进驻 · A unit comes to a station")

    @OptionGroup var posting: PostingOptions
    @Option(help: ArgumentHelp("resident 常驻、rotating 轮驻或 linked 联驻", valueName: "MANNER")) var manner: PostingManner
    @Option(help: ArgumentHelp("到哪天止（当天已不在） · First day on which it does not hold any more", valueName: "YYYY-MM-DD"))
    var to: String?

    func run(_ context: CommandContext) async throws { try await posting.record(context, as: manner, to: to) }
}

struct UnitLeaveCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "leave", abstract: "部门撤出 · A unit leaves a station")

    @OptionGroup var posting: PostingOptions

    func run(_ context: CommandContext) async throws { try await posting.record(context, as: nil, to: nil) }
}

extension PostingManner: ExpressibleByArgument {}
