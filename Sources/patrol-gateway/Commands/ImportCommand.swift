import ArgumentParser
import Foundation
import Gateway
import Patrol
import Store

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "导入 CSV（UTF-8）；有一处错误即一行也不写入 · Import CSV; all or nothing",
        subcommands: [
            ImportAreasCommand.self, ImportPlacesCommand.self, ImportKeyPersonsCommand.self, ImportWorkersCommand.self,
        ])
}

struct ImportOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("CSV 文件 · CSV file", valueName: "FILE")) var file: String
    @Flag(help: "结果以 JSON 输出 · Print the outcome as JSON") var json = false

    func bytes() throws(CommandFailure) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(
                .noInput, zh: "文件 \(file) 读不出来。请检查路径与权限。",
                en: "The file \(file) cannot be read. Check its path and permissions.")
        }
        return Array(data)
    }

    /// Writes the entries if there is nothing to put right, and says what became of the file.
    func run<Entry>(
        _ context: CommandContext, read: () throws -> ImportResult<Entry>, write: ([Entry]) async throws -> Void
    ) async throws {
        let result = try checked(context, read: read)
        try await write(result.entries)
        let outcome = ImportOutcome(imported: result.entries.count, defects: [], warnings: result.warnings)
        guard !json else { return context.console.out(patrol_gateway.json(outcome)) }
        Self.showWarnings(result.warnings, context.console)
        context.console.say(
            Message(zh: "已导入 \(result.entries.count) 行。", en: "Imported \(result.entries.count) rows."))
    }

    /// What a file says.
    /// - Throws: `CommandFailure`, after every defect was shown.
    func checked<Entry>(_ context: CommandContext, read: () throws -> ImportResult<Entry>) throws -> ImportResult<Entry>
    {
        try Self.checked(context, json: json, read: read)
    }

    static func checked<Entry>(_ context: CommandContext, json: Bool, read: () throws -> ImportResult<Entry>) throws
        -> ImportResult<Entry>
    {
        do {
            return try read()
        } catch let refusal as ImportRefusal {
            if json {
                let outcome = ImportOutcome(imported: 0, defects: refusal.defects, warnings: refusal.warnings)
                context.console.out(patrol_gateway.json(outcome))
            } else {
                for finding in refusal.defects { context.console.err(finding.line(in: context.console.language)) }
                showWarnings(refusal.warnings, context.console)
            }
            throw CommandFailure(
                .badData, zh: "共 \(refusal.defects.count) 处错误，没有写入任何内容。请改正后重新导入。",
                en: "\(refusal.defects.count) defects; nothing was written. Correct them and import again.")
        }
    }

    static func showWarnings(_ warnings: [ImportFinding], _ console: Console) {
        for finding in warnings {
            let mark = console.language == .chinese ? "提醒：" : "warning: "
            console.err(mark + finding.line(in: console.language))
        }
    }
}

/// One line of JSON, members in the order of their names.
func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: (try? encoder.encode(value)) ?? Data(), as: UTF8.self)
}

/// What became of a file, for programs.
struct ImportOutcome: Encodable {
    let imported: Int
    let defects: [ImportFinding]
    let warnings: [ImportFinding]
}

extension ImportFinding: Encodable {
    private enum CodingKeys: String, CodingKey {
        case row, column, code, zh, en
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(row, forKey: .row)
        try container.encodeIfPresent(column, forKey: .column)
        try container.encode(code, forKey: .code)
        try container.encode(message.zh, forKey: .zh)
        try container.encode(message.en, forKey: .en)
    }
}

struct ImportWorkersCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "导入人员与包干网格，口令由程序生成 · Import people and their grids; passwords are generated",
        discussion: columnsHelp(
            WorkerImport.columns, defaults: "role: gridWorker; capacity: fullTime; from: 2020-01-01; grids: CODE;CODE"))

    @OptionGroup var options: ImportOptions
    @Option(help: ArgumentHelp("口令写入此新文件（0600），否则只显示一次 · New file for the passwords", valueName: "FILE"))
    var passwords: String?

    func validate() throws {
        if options.json, passwords == nil {
            throw ValidationError("--json 需同时给出 --passwords · with --json, name a file with --passwords")
        }
    }

    func run(_ context: CommandContext) async throws {
        let bytes = try options.bytes()
        let store = try await OpenedStore.current(context).store
        let areas = AreaCodes(try await store.codedAreas(on: context.today))
        let logins = try await store.logins()
        try await options.run(context) {
            try WorkerImport.read(bytes, areas: areas, logins: logins)
        } write: { drafts in
            var generator = SystemRandomNumberGenerator()
            let accounts = drafts.map { NewAccount($0, using: &generator) }
            let list = (["login,password"] + accounts.map { csvLine([$0.draft.login, $0.password]) })
                .joined(separator: "\n")
            let workers = context.settings.gateway.passwordWorkers
            let isKept = try await keepingPasswords(in: passwords, text: list + "\n") {
                let entries = try await hashed(accounts, workers: workers, mustChange: true, hash: argon2id)
                try await store.add(entries, at: context.now())
            }
            if !isKept { context.console.out(list) }
        }
    }
}

func columnsHelp(_ columns: [ImportColumn], defaults: String) -> String {
    columns.map { column in
        "  \(column.name)\(column.isRequired ? " *" : "")  \(column.chinese.joined(separator: "/"))"
    }.joined(separator: "\n") + "\n* 必填 · required\n默认 · defaults: \(defaults)"
}
