import ArgumentParser
import Foundation
import Gateway
import Patrol
import Store

/// What every command is given.
struct CommandContext: Sendable {
    let settings: Settings
    let console: Console
    let now: @Sendable () -> Instant
    /// The command, without what it concerns: `user add`.
    var words = ""

    /// What the command does, in the name of whoever runs it on this machine.
    var act: Act {
        var generator = SystemRandomNumberGenerator()
        let salt =
            String(UInt64.random(in: .min ... .max, using: &generator), radix: 36)
            + String(UInt64.random(in: .min ... .max, using: &generator), radix: 36)
        return Act(words, at: now(), person: "os:\(NSUserName())", salt: salt)
    }

    /// Leaves a row before something personal is read; without the row it is not read.
    /// - Parameter object: whom it concerns, an id first.
    func traceReading(_ object: String, _ purpose: ReadingPurpose, in store: PatrolStore) async throws {
        var act = act
        act.object = object
        act.purpose = purpose.rawValue
        try await store.trace(act)
    }

    var today: Day { settings.zone.day(of: now()) }
}

/// A subcommand: parsed by ArgumentParser, run with settings that are already read and checked.
protocol GatewayCommand: ParsableCommand {
    func run(_ context: CommandContext) async throws
}

struct PatrolGateway: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patrol-gateway",
        abstract: "巡格网关及管理命令 · Grid Patrol's gateway and its administration",
        discussion: settingsHelp(),
        subcommands: [
            ServeCommand.self, MigrateCommand.self, ImportCommand.self, AdminCommand.self, UserCommand.self,
            VerifyCommand.self,
            AreaCommand.self, DutyCommand.self, CertificateCommand.self, UnitCommand.self, PlaceCommand.self,
            KeyPersonCommand.self, ProposalCommand.self, StoryCommand.self, CoverageCommand.self,
            ObligationsCommand.self, ExplainCommand.self, StaffingCommand.self, ClearsCommand.self, LedgerCommand.self,
            RulingCommand.self, PolicyCommand.self, LoadCommand.self, JointCommand.self, ChecklistCommand.self,
            CompareCommand.self, StreetCommand.self, SampleCommand.self, PhotoCommand.self, StoreCommand.self,
            AuditCommand.self, DeviceCommand.self, TokenCommand.self, ListCommand.self, VaultCommand.self,
            QuarantineCommand.self, PrivacyCommand.self, DemoDataCommand.self, SettingsCommand.self,
        ])
}

@main
enum Program {
    static func main() async {
        // Names and addresses of people, pictures of their homes: what is made from here on is for its owner alone.
        umask(0o077)
        let environment = ProcessInfo.processInfo.environment
        let console = Console.standard(Language(environment: environment))
        let status = await run(Array(CommandLine.arguments.dropFirst()), environment: environment, console: console)
        exit(status)
    }

    /// Settings are taken out of the arguments first, so that every subcommand understands them; what is left belongs
    /// to ArgumentParser. Faults of either kind are shown together.
    static func run(_ arguments: [String], environment: [String: String], console: Console) async -> Int32 {
        let split = SplitArguments(arguments)
        let parsed = Result { try PatrolGateway.parseAsRoot(split.rest) }
        if case .success(let command) = parsed, !(command is any GatewayCommand) {
            return showHelp(command, console)
        }
        var faults: [SettingFault] = []
        let settings = Settings.read(flags: split.flags, environment: environment, readFile: readText, into: &faults)
        switch parsed {
        case .failure(let error):
            show(faults, console)
            console.err(PatrolGateway.fullMessage(for: error))
            return faults.isEmpty ? ExitStatus.usage.rawValue : ExitStatus.configuration.rawValue
        case .success(let command):
            if let wordless = command as? any TakesNoWords { faults += wordless.words.faults }
            show(faults, console)
            guard faults.isEmpty, let command = command as? any GatewayCommand else {
                return ExitStatus.configuration.rawValue
            }
            let context = CommandContext(
                settings: settings, console: console, now: wallClock, words: words(of: split.rest))
            return await run(command, context).rawValue
        }
    }

    /// The names of command and subcommand at the head of the arguments.
    private static func words(of arguments: [String]) -> String {
        var command: any ParsableCommand.Type = PatrolGateway.self
        var names: [String] = []
        for argument in arguments {
            guard
                let next = command.configuration.subcommands.first(where: { $0.configuration.commandName == argument })
            else { break }
            names.append(argument)
            command = next
        }
        return names.joined(separator: " ")
    }

    private static func show(_ faults: [SettingFault], _ console: Console) {
        for fault in faults { console.err(fault.message.inBoth) }
    }

    /// `--help`, `help`, and commands that only have subcommands: ArgumentParser answers by throwing.
    private static func showHelp(_ command: any ParsableCommand, _ console: Console) -> Int32 {
        var command = command
        do {
            try command.run()
        } catch {
            console.out(PatrolGateway.fullMessage(for: error))
            return PatrolGateway.exitCode(for: error).rawValue
        }
        return ExitStatus.success.rawValue
    }

    private static func run(_ command: any GatewayCommand, _ context: CommandContext) async -> ExitStatus {
        do {
            try await command.run(context)
            return .success
        } catch let failure as CommandFailure {
            context.console.warn(failure.message)
            return failure.status
        } catch let error as StoreError {
            context.console.warn(error.advice)
            return .unavailable
        } catch {
            if let advice = advice(on: error) {
                context.console.warn(Message(zh: advice.zh, en: advice.en))
                return .badData
            }
            context.console.warn(
                Message(
                    zh: "没有完成：\(error)。请把这一行交给管理员。", en: "Not done: \(error). Give this line to your administrator."))
            return .failure
        }
    }
}

private func readText(_ path: String) throws -> String {
    try String(contentsOfFile: path, encoding: .utf8)
}

extension StoreError {
    fileprivate var advice: Message {
        switch self {
        case .busy:
            Message(
                zh: "数据库正被其他程序占用。请稍后再试。", en: "Another program holds the database. Try again in a moment.")
        case .diskFull:
            Message(
                zh: "磁盘已满，没有写入。请腾出空间后重试。",
                en: "The disk is full and nothing was written. Free some space and try again.")
        case .uniqueViolation:
            Message(
                zh: "写入时发现重复编号，没有写入；可能有人同时在导入。请重新运行。",
                en:
                    "A number was taken meanwhile, perhaps by another import; nothing was written. Run the command again."
            )
        case .otherTimeZone(let stored):
            Message(
                zh: "此数据库的月份按时区 \(stored) 计算。请用 --time-zone \(stored) 启动。",
                en: "The months of this database are those of \(stored). Start with --time-zone \(stored).")
        case .unfinishedCopy(let source):
            Message(
                zh: "此数据库正在从 \(source) 复制，尚未完成。请重新运行 patrol-gateway store copy 续传。",
                en: "This database is only half copied from \(source). Run `patrol-gateway store copy` again to go on.")
        case .unavailable(let reason):
            Message(
                zh: "数据库连不上：\(reason)。请检查 --store 与数据库服务器。",
                en: "The database cannot be reached: \(reason). Check --store and the database server.")
        case .unsuitable(let lack): lack.advice
        case .unknownSchema(let version):
            Message(
                zh: "数据库结构版本 \(version) 不是本程序所知。请使用建立它的那个版本或更新的程序。",
                en:
                    "The database has schema \(version), which this program does not know. Use the program that made it, or a newer one."
            )
        default:
            Message(
                zh: "数据库不可用：\(self)。请检查 --store 与 --data 所指的文件夹及其权限。",
                en:
                    "The database cannot be used: \(self). Check the folders of --store and --data and their permissions."
            )
        }
    }
}

extension Unsuitability {
    fileprivate var advice: Message {
        switch self {
        case .collation(let found):
            Message(
                zh:
                    "数据库的排序规则是 \(found)，须为 C。请用 CREATE DATABASE … TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C' 另建。",
                en:
                    "The database has collation \(found); it must be C. Make one with CREATE DATABASE … TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'."
            )
        case .encoding(let found):
            Message(
                zh: "数据库的编码是 \(found)，须为 UTF8。请另建数据库。",
                en: "The database has encoding \(found); it must be UTF8. Make another one.")
        case .version(let found):
            Message(
                zh: "PostgreSQL 版本为 \(found)，须为 15 或更新。",
                en: "This is PostgreSQL \(found); 15 or newer is needed.")
        case .fsyncOff:
            Message(
                zh: "数据库服务器关闭了 fsync，断电会丢失已确认的记录。请在 postgresql.conf 中打开。",
                en:
                    "The server runs with fsync off and would lose acknowledged records with the power. Turn it on in postgresql.conf."
            )
        }
    }
}
