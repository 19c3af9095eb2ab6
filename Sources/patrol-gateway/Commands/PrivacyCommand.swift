import ArgumentParser
import Gateway
import Intake
import Patrol
import Store
import Wire

struct PrivacyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "privacy", abstract: "个人信息：台账、查阅复制、删除、到期清理 · Personal data: table, copy, deletion, retention",
        subcommands: [
            PrivacyColumnsCommand.self, PrivacyPersonCommand.self, PrivacyDeleteCommand.self, PrivacyApplyCommand.self,
        ])
}

/// What a record's body says, for the store, which does not know.
@Sendable func readRecord(_ id: String, _ body: String) throws -> PatrolRecord {
    try patrolRecord(id: id, fromBody: Array(body.utf8)).record
}

@Sendable func cutRecord(_ body: String, _ cut: RecordCut) throws -> String { try cutBody(body, cut) }

struct PrivacyColumnsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "columns", abstract: "每一个个人信息字段：谁的、目的、期限、到期怎样 · Every personal column")

    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let rows = tablePrivacy.flatMap { table in
            table.personal.flatMap { columns, handling in
                columns.map { PersonalColumnRow(table: table.table, column: $0, handling, context) }
            }
        }
        try context.show(
            rows, output,
            [
                Column("table", "表") { $0.table }, Column("column", "字段") { $0.column },
                Column("whose", "谁的") { $0.whose }, Column("purpose", "目的") { $0.purpose },
                Column("kept", "期限") { $0.kept }, Column("end", "到期") { $0.end },
            ])
    }
}

private struct PersonalColumnRow: Encodable {
    let table, column, whose, purpose, kept, end: String

    init(table: String, column: String, _ handling: Handling, _ context: CommandContext) {
        (self.table, self.column, whose) = (table, column, handling.whose.rawValue)
        purpose = context.pick(handling.purpose.zh, handling.purpose.en)
        kept = context.pick(handling.kept.zh, handling.kept.en)
        end = context.pick(handling.end.zh, handling.end.en)
    }
}

/// Whose data: a key person's by id, an account's by login.
struct PersonOptions: ParsableArguments {
    @Argument(help: "重点人员编号，或登录名 · Id of a key person, or a login") var person: String
    @Flag(help: "是账号 · It is an account") var account = false

    var whose: DataSubject { account ? .account : .keyPerson }

    func id(in store: PatrolStore) async throws -> String {
        guard account else { return person }
        guard let id = try await store.person(login: person) else {
            throw CommandFailure(.usage, zh: "没有登录名 \(person)。", en: "There is no login \(person).")
        }
        return id
    }
}

struct PrivacyPersonCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "person", abstract: "系统中关于一个人的全部信息（查阅、复制权） · All that is kept of somebody",
        discussion: "For the desk that answers requests by articles 44–50. Keep the copy as you keep the data itself.")

    @OptionGroup var options: PersonOptions
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let id = try await options.id(in: store)
        try await context.traceReading("\(id) copy", .personsRequest, in: store)
        var kept = try await store.copy(of: id, options.whose).flatMap { table in
            table.rows.enumerated().flatMap { index, row in
                row.map { KeptRow(table: table.table, row: index + 1, column: $0.column, value: $0.value) }
            }
        }
        if !options.account {
            kept += try await store.recordBodies(about: id).enumerated().map { index, record in
                KeptRow(table: "report", row: index + 1, column: "body", value: record.body)
            }
        }
        guard !kept.isEmpty else {
            throw CommandFailure(
                .noInput, zh: "没有关于 \(options.person) 的信息。请核对编号，账号请加 --account。",
                en: "Nothing is kept of \(options.person). Check the id; add --account for an account.")
        }
        if !options.account {
            kept += try await store.readings(of: id).enumerated().map { index, row in
                let reader = [row.at.rfc3339, row.detail?.person, row.detail?.purpose, row.act].compactMap(\.self)
                return KeptRow(table: "audit", row: index + 1, column: "reading", value: reader.joined(separator: " "))
            }
        }
        try context.show(
            kept, output,
            [
                Column("table", "表") { $0.table }, Column("row", "行") { "\($0.row)" },
                Column("column", "字段") { $0.column }, Column("value", "内容") { $0.value },
            ])
    }
}

private struct KeptRow: Encodable {
    let table: String
    let row: Int
    let column, value: String
}

struct PrivacyDeleteCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "删除一个人的信息，并说明什么必须保留 · Delete what is known of somebody")

    @OptionGroup var options: PersonOptions
    @Option(help: ArgumentHelp("理由 · Why", valueName: "TEXT")) var reason: String
    @OptionGroup var by: ByOption

    func run(_ context: CommandContext) async throws {
        let opened = try await OpenedStore.current(context).store
        let (id, by) = (try await options.id(in: opened), try await by.person(in: opened))
        let store = opened.describing("\(id) \(by)")
        let deletion =
            options.account
            ? try await store.deleteAccount(id, because: reason, by: by, at: context.now())
            : try await store.deleteKeyPerson(id, because: reason, by: by, at: context.now(), cutting: cutRecord)
        context.console.say(Message(zh: "已删除。保留：", en: "Deleted. What stays:"))
        for kept in deletion.kept { context.console.say(kept.explanation) }
    }
}

extension Deletion.Kept {
    fileprivate var explanation: Message {
        switch self {
        case .ledger:
            Message(
                zh: "- 月度台账中的匿名计数：结账版本须可自证", en: "- an anonymous count in the ledger: closed versions prove themselves")
        case .judgements:
            Message(zh: "- 每次走访的结论与时间：只剩编号", en: "- outcome and time of each visit, under an id that leads to nobody")
        case .deletion: Message(zh: "- 本次删除的理由与经办人", en: "- that it was deleted, why and by whom")
        case .signatures:
            Message(zh: "- 其经办的事项：只剩编号", en: "- what they did for others, under an id that leads to nobody")
        }
    }
}

struct PrivacyApplyCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "立即执行一次到期清理（运行中的网关会自动进行） · Delete now what is kept long enough")

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let outcome = try await store.applyRetention(
            context.settings.gateway.retention, at: context.now(), cutting: cutRecord)
        context.console.say(
            Message(
                zh:
                    "已清理：位置 \(outcome.positions)、照片信息 \(outcome.photos)、出册人员 \(outcome.people)、登录 \(outcome.logins)。",
                en:
                    "Deleted: \(outcome.positions) positions, \(outcome.photos) photos' metadata, \(outcome.people) people off the lists, \(outcome.logins) logins."
            ))
    }
}
