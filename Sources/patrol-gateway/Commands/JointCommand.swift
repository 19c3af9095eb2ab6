import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct JointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "joint", abstract: "巡查联查与联勤会商 · Joint inspections and consultations",
        subcommands: [JointListCommand.self, JointRecordCommand.self, JointWithdrawCommand.self])
}

struct JointListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "各站某月应做的与已做的 · What stations owed in a month and what took place")

    @OptionGroup var options: MonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.resolved(context)
        let stations = try await asked.store.jointWork(below: asked.path, in: asked.month, known: known)
            .map { StationJointRow($0) }
        if options.output.chosen == .json { return try context.show(stations, options.output, []) }
        let duties = stations.flatMap { station in station.duties.map { JointLine(station: station, duty: $0) } }
        try context.show(
            duties, options.output,
            [
                Column("station", "工作站") { $0.station.name }, Column("task", "任务") { $0.duty.task },
                Column("scope", "频次") { $0.duty.scope }, Column("firstDay", "起") { $0.duty.firstDay },
                Column("lastDay", "止") { $0.duty.lastDay },
                Column("state", "状态") { $0.duty.done ? "done" : $0.duty.work == nil ? "missed" : "incomplete" },
                Column("work", "记录") { $0.duty.work },
                Column("lacks", "缺少") { $0.duty.lacks.joined(separator: ", ").nonEmpty },
            ])
        let owed = Set(duties.compactMap(\.duty.work))
        let works = stations.flatMap(\.works).filter { !owed.contains($0.id ?? "") }
        guard options.output.chosen == .text, !works.isEmpty else { return }
        context.console.say(Message(zh: "此外还有：", en: "Besides:"))
        for work in works { context.console.out("\(work.id ?? "-")  \(work.day)  \(work.task)  \(work.scope)") }
    }
}

private struct JointLine: Encodable {
    let station: StationJointRow
    let duty: JointDutyRow
}

struct JointRecordCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "从 JSON 文件登记一次（格式见 openapi 的 JointWorkBody） · Record one from a JSON file")

    @Argument(help: ArgumentHelp("JSON 文件 · JSON file", valueName: "FILE")) var file: String
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let sent = try decodeExactly(JointWorkBody.self, from: try context.contents(of: file))
        let work = try readJointWork(from: sent, today: context.today, id: newID())
        let store = try await OpenedStore.current(context).store
        do {
            try await store.record(work, by: try await by.person(in: store), at: context.now())
        } catch StoreError.uniqueViolation {
            throw PlaceRefusal.alreadyThere(work.id)
        }
        context.console.say(Message(zh: "已登记，编号 \(work.id)。", en: "Recorded; its id is \(work.id)."))
    }
}

struct JointWithdrawCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "撤回误登记的一次 · Take back one that was entered by mistake")

    @Argument(help: "编号 · Id") var id: String
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        try await store.withdrawJointWork(id, by: try await by.person(in: store), at: context.now())
        context.console.say(Message(zh: "已撤回。", en: "Withdrawn."))
    }
}

// MARK: Checklists

struct ChecklistCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checklist", abstract: "检查项目清单 · What is looked at in places, item by item",
        subcommands: [ChecklistListCommand.self, ChecklistAddCommand.self])
}

struct ChecklistListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "全部清单与版本，或某日有效的 · Every checklist, or those of a day")

    @Option(help: ArgumentHelp("只看该日有效的 · Only those that hold then", valueName: "YYYY-MM-DD")) var day: String?
    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let day = try day.map { try dayOption($0, "--day") }
        let store = try await OpenedStore.current(context).store
        let lists = try await store.checklists(on: day, known: known).map { ChecklistBody($0) }
        try context.show(
            lists, output,
            [
                Column("checklist", "清单") { "\($0.id)@\($0.version ?? 0)" }, Column("from", "起") { $0.from },
                Column("items", "项目") { "\($0.items.count)" },
                Column("classes", "类别") { $0.classes.joined(separator: ", ").nonEmpty },
                Column("title", "名称") { $0.title }, Column("basis", "依据") { $0.basis },
            ])
    }
}

struct ChecklistAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "从 JSON 文件登记清单或新版本（格式见 openapi 的 ChecklistBody） · Record one from a JSON file")

    @Argument(help: ArgumentHelp("JSON 文件 · JSON file", valueName: "FILE")) var file: String
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let list = try checklist(
            from: try decodeExactly(ChecklistBody.self, from: try context.contents(of: file)))
        let store = try await OpenedStore.current(context).store
        let recorded = try await store.record(list, by: try await by.person(in: store), at: context.now())
        context.console.say(
            Message(
                zh: "已登记 \(recorded.id) 第 \(recorded.version) 版，\(recorded.items.count) 项。",
                en: "Recorded \(recorded.id), version \(recorded.version), \(recorded.items.count) items."))
    }
}
