public import ArgumentParser
import Foundation
import Gateway
public import Patrol
import Store
import Wire

struct RulingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ruling", abstract: "认定：待认定、逐件、批量、规则、抽查 · Rulings",
        subcommands: [
            RulingQueueCommand.self, RulingDecideCommand.self, RulingExcuseCommand.self, RulingDisputeCommand.self,
            RulingDrawCommand.self, RulingApplyCommand.self, RulingRulersCommand.self, RulingSampleCommand.self,
            RulingAppealsCommand.self, RulingRosterReviewCommand.self, RulingRulesCommand.self,
            RulingAddRuleCommand.self,
        ])
}

struct RulingQueueCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "queue", abstract: "待认定事项 · What waits for a ruling")

    @OptionGroup var options: AreaMonthOptions
    @Option(help: ArgumentHelp("只看这一类 · Only this matter", valueName: "MATTER")) var matter: RulingMatter?

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let items = try await asked.store.rulingQueue(
            asked.kind, below: asked.path, in: asked.month, matter: matter, after: nil, limit: .max / 2)
        try context.print(items.map { QueueLine($0) }, json: options.json) { item in
            [
                item.matter, item.report, item.subject, item.name, item.gridName, item.outcome, item.until,
                item.visitedAt, item.excusedBefore > 0 ? "×\(item.excusedBefore)" : nil,
            ]
        }
    }
}

struct RulingDecideCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "decide", abstract: "认定一条记录 · Decide one record")

    @Argument(help: ArgumentHelp("记录编号 · Id of the record", valueName: "RECORD")) var report: String
    @Option(help: ArgumentHelp("granted 认可或 refused 不认可", valueName: "DECISION")) var decision: RulingDecision
    @Option(help: ArgumentHelp("理由 · Reason", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("依据 · Document it rests on", valueName: "TEXT")) var basis: String = ""
    @Option(help: ArgumentHelp("时间归入的月份 · Month that a time is ruled into", valueName: "YYYY-MM")) var into: String?
    @Option(help: ArgumentHelp("状态截止日期 · Last day of a status", valueName: "YYYY-MM-DD")) var until: String?
    @Option(help: ArgumentHelp("place 或 keyPerson", valueName: "KIND")) var kind: SubjectKind = .place
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let decision = Decision(
            decision, intoMonth: try into.map { try parsed($0, Month.init) },
            until: try until.map { try parsed($0, Day.init) }, reason: reason, basis: basis)
        let ruling = try await store.rule(
            kind, on: report, decision, id: newRulingID(), by: try await by.person(in: store), at: context.now())
        context.console.say(
            Message(zh: "已认定，编号 \(ruling.id)。", en: "Decided; the ruling's id is \(ruling.id)."))
    }
}

struct RulingExcuseCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "excuse", abstract: "无法前往时暂免一个对象 · Excuse a subject without a visit")

    @Argument(help: ArgumentHelp("对象编号 · Id of the subject", valueName: "SUBJECT")) var subject: String
    @Option(help: ArgumentHelp("起 · First day", valueName: "YYYY-MM-DD")) var first: String
    @Option(help: ArgumentHelp("止 · Last day", valueName: "YYYY-MM-DD")) var last: String
    @Option(help: ArgumentHelp("理由 · Reason", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("依据 · Document it rests on", valueName: "TEXT")) var basis: String
    @Option(help: ArgumentHelp("place 或 keyPerson", valueName: "KIND")) var kind: SubjectKind = .place
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let last = try parsed(last, Day.init)
        guard try await store.grid(holding: kind, subject, on: last) != nil else {
            throw CommandFailure(.noInput, zh: "底册中没有 \(subject)。", en: "No roster has \(subject) on that day.")
        }
        let ruling = try await store.excuse(
            kind, subject, from: try parsed(first, Day.init), to: last, reason: reason, basis: basis,
            id: newRulingID(), by: try await by.person(in: store), at: context.now())
        context.console.say(Message(zh: "已暂免，编号 \(ruling.id)。", en: "Excused; the ruling's id is \(ruling.id)."))
    }
}

struct RulingDisputeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispute", abstract: "对一条已计入的记录提出疑问 · Put a visit that counts in doubt")

    @Argument(help: ArgumentHelp("记录编号 · Id of the record", valueName: "RECORD")) var report: String
    @Option(help: ArgumentHelp("理由 · Reason", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("place 或 keyPerson", valueName: "KIND")) var kind: SubjectKind = .place
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        try await store.dispute(
            kind, visit: report, reason: reason, id: newRulingID(), by: try await by.person(in: store),
            at: context.now())
        context.console.say(Message(zh: "已列入待认定。", en: "It waits for a ruling now."))
    }
}

struct RulingDrawCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "批量认定第一步：抽样 · Begin a bulk ruling by drawing a sample")

    @OptionGroup var options: AreaMonthOptions
    @Option(help: ArgumentHelp("事项 · Matter", valueName: "MATTER")) var matter: RulingMatter
    @Option(help: ArgumentHelp("granted 认可或 refused 不认可", valueName: "DECISION")) var decision: RulingDecision
    @Option(help: ArgumentHelp("理由 · Reason", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("依据 · Document it rests on", valueName: "TEXT")) var basis: String = ""
    @Option(help: ArgumentHelp("抽样件数 · Size of the sample", valueName: "N")) var size = 10
    @Option(help: ArgumentHelp("随机种子 · Seed", valueName: "N")) var seed: UInt64 = .random(in: .min ... .max)
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let batch = try await asked.store.drawBatch(
            asked.kind, below: asked.path, in: asked.month, matter: matter,
            decision: Decision(decision, reason: reason, basis: basis), sampleSize: max(1, size), seed: seed,
            id: newRulingID(), by: try await by.person(in: asked.store), at: context.now())
        if options.json {
            let line = BatchLine(id: batch.id, reports: batch.reports, sample: batch.sample, seed: String(batch.seed))
            return context.console.out(String(decoding: try canonicalBytes(line), as: UTF8.self))
        }
        context.console.say(
            Message(
                zh: "批次 \(batch.id)：共 \(batch.reports.count) 件，请先逐件认定以下 \(batch.sample.count) 件，再运行 ruling apply。",
                en:
                    "Batch \(batch.id): \(batch.reports.count) records. Decide these \(batch.sample.count) one by one, then run `ruling apply`."
            ))
        for report in batch.sample { context.console.out(report) }
    }
}

struct RulingApplyCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "批量认定第二步：抽样一致后执行 · Let a bulk ruling hold")

    @Argument(help: ArgumentHelp("批次 · Batch", valueName: "BATCH")) var batch: String
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let ruled = try await store.applyBatch(batch, by: try await by.person(in: store), at: context.now())
        context.console.say(Message(zh: "已认定 \(ruled) 件。", en: "Decided \(ruled) records."))
    }
}

struct RulingRulersCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "rulers", abstract: "谁认定了多少，抽查结果如何 · Who ruled how often, and what reviews found")

    @OptionGroup var options: AreaMonthOptions

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let counts = try await asked.store.rulerCounts(asked.kind, below: asked.path, in: asked.month)
        try context.print(counts.map { RulerLine($0) }, json: options.json) { line in
            [
                line.by, line.matter, line.manner, "granted \(line.granted)", "refused \(line.refused)",
                "reviewed \(line.reviewed)", "disagreed \(line.disagreed)",
            ]
        }
    }
}

struct RulingSampleCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "抽取认定供镇级复查 · Draw rulings to be looked at again")

    @OptionGroup var options: AreaMonthOptions
    @Option(help: ArgumentHelp("件数 · How many", valueName: "N")) var count = 20
    @Option(help: ArgumentHelp("随机种子 · Seed", valueName: "N")) var seed: UInt64 = 1

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let drawn = try await asked.store.rulingSample(
            asked.kind, below: asked.path, in: asked.month, count: count, seed: seed)
        try context.print(drawn.map { RulingLine($0) }, json: options.json) { ruling in
            [ruling.id, ruling.by, ruling.matter, ruling.decision, ruling.subject, ruling.report, ruling.reason]
        }
    }
}

struct RulingAppealsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "appeals", abstract: "申诉 · Appeals")

    @OptionGroup var options: AreaMonthOptions

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let appeals = try await asked.store.appeals(asked.kind, below: asked.path, in: asked.month)
        try context.print(appeals.map { AppealLine($0) }, json: options.json) { appeal in
            [appeal.ruling.id, appeal.person, appeal.text, appeal.answer, appeal.answeredBy]
        }
    }
}

struct RulingRosterReviewCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "roster-review", abstract: "连续三个月暂免的对象 · Subjects excused three months in a row")

    @OptionGroup var options: AreaMonthOptions

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let subjects = try await asked.store.rosterReview(asked.kind, below: asked.path, in: asked.month)
        try context.print(subjects, json: options.json) { [$0] }
    }
}

struct RulingRulesCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "rules", abstract: "认定规则 · What is granted by rule")

    @Flag(help: "以 JSON 输出 · Print JSON") var json = false

    func run(_ context: CommandContext) async throws {
        let rules = try await OpenedStore.current(context).store.rulingRules().map { RulingRuleBody($0) }
        try context.print(rules, json: json) { [$0.id, $0.kind, $0.matter, $0.from, $0.to, $0.basis] }
    }
}

struct RulingAddRuleCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-rule",
        abstract: "从 JSON 文件登记规则（格式见 openapi 的 RulingRuleBody） · Record a rule from a JSON file")

    @Argument(help: ArgumentHelp("JSON 文件 · JSON file", valueName: "FILE")) var file: String
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let rule = try rulingRule(fromFile: try context.contents(of: file))
        let store = try await OpenedStore.current(context).store
        try await store.record(rule, by: try await by.person(in: store), at: context.now())
        context.console.say(Message(zh: "已登记规则 \(rule.id)。", en: "Recorded the rule \(rule.id)."))
    }
}

extension RulingMatter: ExpressibleByArgument {}
extension RulingDecision: ExpressibleByArgument {}

private func newRulingID() -> String { UUID().uuidString.lowercased() }

private func parsed<Value>(_ text: String, _ make: (String) -> Value?) throws -> Value {
    guard let value = make(text) else {
        throw CommandFailure(
            .usage, zh: "“\(text)”应写成 YYYY-MM 或 YYYY-MM-DD。", en: "Write “\(text)” as YYYY-MM or YYYY-MM-DD.")
    }
    return value
}
