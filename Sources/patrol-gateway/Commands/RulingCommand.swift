public import ArgumentParser
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
    @OptionGroup var asOf: AsOfOption
    @Option(help: ArgumentHelp("只看这一类 · Only this matter", valueName: "MATTER")) var matter: RulingMatter?

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let items = try await asked.store.rulingQueue(
            asked.kind, below: asked.path, in: asked.month, matter: matter, after: nil, known: try asOf.known(context),
            limit: .max / 2)
        try context.show(
            items.map { QueueLine($0) }, options.output,
            [
                Column("matter", "事项") { $0.matter }, Column("report", "记录") { $0.report },
                Column("subject", "对象") { $0.subject }, Column("name", "名称") { $0.name },
                Column("grid", "网格") { $0.gridName }, Column("outcome", "结果") { $0.outcome },
                Column("until", "至") { $0.until }, Column("visitedAt", "巡访时间") { $0.visitedAt },
                Column("excusedBefore", "已暂免次数") { $0.excusedBefore > 0 ? "\($0.excusedBefore)" : nil },
            ])
    }
}

struct RulingDecideCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "decide", abstract: "认定一条记录 · Decide one record")

    @Argument(help: ArgumentHelp("记录编号 · Id of the record", valueName: "RECORD")) var report: String
    @Option(help: ArgumentHelp("granted 认可或 refused 不认可", valueName: "DECISION")) var decision: String
    @Option(help: ArgumentHelp("理由 · Reason", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("依据 · Document it rests on", valueName: "TEXT")) var basis: String?
    @Option(help: ArgumentHelp("时间归入的月份 · Month that a time is ruled into", valueName: "YYYY-MM")) var into: String?
    @Option(help: ArgumentHelp("状态截止日期 · Last day of a status", valueName: "YYYY-MM-DD")) var until: String?
    @OptionGroup var kind: KindOption
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        var sent = RulingBody(kind: kind.kind.rawValue, report: report, decision: decision, reason: reason)
        sent.basis = basis
        sent.intoMonth = into
        sent.until = until
        let (kind, decision) = try readDecision(from: sent)
        let store = try await OpenedStore.current(context).store
        let ruling = try await store.rule(
            kind, on: report, decision, id: newID(), by: try await by.person(in: store), at: context.now())
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
    @OptionGroup var kind: KindOption
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let (kind, days) = try readExcuse(
            from: ExcuseBody(
                kind: kind.kind.rawValue, subject: subject, firstDay: first, lastDay: last, reason: reason,
                basis: basis))
        let store = try await OpenedStore.current(context).store
        guard try await store.grid(holding: kind, subject, on: days.upperBound) != nil else {
            throw CommandFailure(.noInput, zh: "底册中没有 \(subject)。", en: "No roster has \(subject) on that day.")
        }
        let month = Month(containing: days.upperBound)
        if month <= Month(containing: context.today) { try await store.open(month, at: context.now()) }
        let ruling = try await store.excuse(
            kind, subject, from: days.lowerBound, to: days.upperBound, reason: reason, basis: basis, id: newID(),
            by: try await by.person(in: store), at: context.now())
        context.console.say(Message(zh: "已暂免，编号 \(ruling.id)。", en: "Excused; the ruling's id is \(ruling.id)."))
    }
}

struct RulingDisputeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "dispute", abstract: "对一条已计入的记录提出疑问 · Put a visit that counts in doubt")

    @Argument(help: ArgumentHelp("记录编号 · Id of the record", valueName: "RECORD")) var report: String
    @Option(help: ArgumentHelp("理由 · Reason", valueName: "TEXT")) var reason: String
    @OptionGroup var kind: KindOption
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let kind = try readDispute(from: DisputeBody(kind: kind.kind.rawValue, report: report, reason: reason))
        let store = try await OpenedStore.current(context).store
        try await store.dispute(
            kind, visit: report, reason: reason, id: newID(), by: try await by.person(in: store), at: context.now())
        context.console.say(Message(zh: "已列入待认定。", en: "It waits for a ruling now."))
    }
}

struct RulingDrawCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw", abstract: "批量认定第一步：抽样 · Begin a bulk ruling by drawing a sample")

    @OptionGroup var options: AreaMonthOptions
    @Option(help: ArgumentHelp("事项 · Matter", valueName: "MATTER")) var matter: RulingMatter
    @Option(help: ArgumentHelp("granted 认可或 refused 不认可", valueName: "DECISION")) var decision: String
    @Option(help: ArgumentHelp("理由 · Reason", valueName: "TEXT")) var reason: String
    @Option(help: ArgumentHelp("依据 · Document it rests on", valueName: "TEXT")) var basis: String?
    @Option(help: ArgumentHelp("抽样件数 · Size of the sample", valueName: "N")) var size = 10
    @Option(help: ArgumentHelp("随机种子 · Seed", valueName: "N")) var seed: UInt64 = .random(in: .min ... .max)
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        var sent = BatchBody(
            kind: asked.kind.rawValue, area: asked.area.text, month: asked.month.description, matter: matter.rawValue,
            decision: decision, reason: reason, sampleSize: size)
        sent.basis = basis
        let batch = try await asked.store.drawBatch(
            asked.kind, below: asked.path, in: asked.month, matter: matter,
            decision: try readBatch(from: sent).decision,
            sampleSize: size, seed: seed, id: newID(), by: try await by.person(in: asked.store), at: context.now())
        let line = BatchLine(id: batch.id, reports: batch.reports, sample: batch.sample, seed: String(batch.seed))
        try context.show(line, options.output) {
            let head = Message(
                zh: "批次 \(batch.id)：共 \(batch.reports.count) 件，请先逐件认定以下 \(batch.sample.count) 件，再运行 ruling apply。",
                en:
                    "Batch \(batch.id): \(batch.reports.count) records. Decide these \(batch.sample.count) one by one, then run `ruling apply`."
            )
            return [head.text(in: context.console.language)] + batch.sample
        }
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
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let counts = try await asked.store.rulerCounts(
            asked.kind, below: asked.path, in: asked.month, known: try asOf.known(context))
        try context.show(
            counts.map { RulerLine($0) }, options.output,
            [
                Column("by", "认定人") { $0.by }, Column("matter", "事项") { $0.matter },
                Column("manner", "方式") { $0.manner }, Column("granted", "认可") { "\($0.granted)" },
                Column("refused", "不认可") { "\($0.refused)" }, Column("reviewed", "复查") { "\($0.reviewed)" },
                Column("disagreed", "复查不同意") { "\($0.disagreed)" },
            ])
    }
}

struct RulingSampleCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "抽取认定供镇级复查 · Draw rulings to be looked at again")

    @OptionGroup var options: AreaMonthOptions
    @Option(help: ArgumentHelp("件数，1–1000 · How many, 1–1000", valueName: "N")) var count = 20
    @Option(help: ArgumentHelp("随机种子 · Seed", valueName: "N")) var seed: UInt64 = 1

    func validate() throws {
        if !(1...1_000).contains(count) { throw ValidationError("--count 应在 1 到 1000 之间 · --count is 1–1000") }
    }

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let drawn = try await asked.store.rulingSample(
            asked.kind, below: asked.path, in: asked.month, count: count, seed: seed)
        try context.show(
            drawn.map { RulingLine($0) }, options.output,
            [
                Column("id", "编号") { $0.id }, Column("by", "认定人") { $0.by }, Column("matter", "事项") { $0.matter },
                Column("decision", "结论") { $0.decision }, Column("subject", "对象") { $0.subject },
                Column("report", "记录") { $0.report }, Column("reason", "理由") { $0.reason },
            ])
    }
}

struct RulingAppealsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "appeals", abstract: "申诉 · Appeals")

    @OptionGroup var options: AreaMonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let appeals = try await asked.store.appeals(
            asked.kind, below: asked.path, in: asked.month, known: try asOf.known(context))
        try context.show(
            appeals.map { AppealLine($0) }, options.output,
            [
                Column("ruling", "认定") { $0.ruling.id }, Column("person", "申诉人") { $0.person },
                Column("text", "申诉") { $0.text }, Column("answer", "答复") { $0.answer },
                Column("answeredBy", "答复人") { $0.answeredBy },
            ])
    }
}

struct RulingRosterReviewCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "roster-review", abstract: "连续三个月暂免的对象 · Subjects excused three months in a row")

    @OptionGroup var options: AreaMonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let asked = try await options.resolved(context)
        let subjects = try await asked.store.rosterReview(
            asked.kind, below: asked.path, in: asked.month, known: try asOf.known(context))
        try context.show(subjects, options.output, [Column("subject", "对象") { $0 }])
    }
}

struct RulingRulesCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "rules", abstract: "认定规则 · What is granted by rule")

    @OptionGroup var output: OutputOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let rules = try await OpenedStore.current(context).store.rulingRules(known: try asOf.known(context)).map {
            RulingRuleBody($0)
        }
        try context.show(
            rules, output,
            [
                Column("id", "编号") { $0.id }, Column("kind", "对象") { $0.kind }, Column("matter", "事项") { $0.matter },
                Column("from", "起") { $0.from }, Column("to", "止") { $0.to }, Column("basis", "依据") { $0.basis },
            ])
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
