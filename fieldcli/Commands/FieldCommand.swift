import ArgumentParser
import Foundation

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(
        help: hint(
            "本机文件夹（默认 $FIELDCLI_HOME、$XDG_DATA_HOME/fieldcli 或 ~/.local/share/fieldcli）",
            "Folder of this handheld (default: $FIELDCLI_HOME, $XDG_DATA_HOME/fieldcli or ~/.local/share/fieldcli)"))
    var home: String?

    @Option(
        help: hint(
            "第一行是本机密钥口令的文件（默认 $FIELDCLI_PASSPHRASE 或在终端输入）",
            "File whose first line is the passphrase of this device's key (default: $FIELDCLI_PASSPHRASE or the terminal)"
        ))
    var passphraseFile: String?

    @Flag(help: hint("输出一个 JSON，供程序使用", "Print one JSON value, for programs"))
    var json = false
}

/// A help text in the language of the process.
func hint(_ zh: String, _ en: String) -> ArgumentHelp { ArgumentHelp(Language.ofProcess(zh: zh, en: en)) }

/// A command: options above, work in `perform`, and one place that turns failures into words and exit codes.
protocol FieldCommand: AsyncParsableCommand {
    var common: CommonOptions { get }
    /// Whether it shows or changes what a locked or lost device keeps to itself.
    static var isShutBySeal: Bool { get }
    func perform(on handheld: Handheld) async throws -> ExitStatus
}

extension FieldCommand {
    static var isShutBySeal: Bool { false }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let console = Console(language: Language(environment: environment), speaksJSON: common.json)
        var status: ExitStatus
        do {
            let folder = Home.folder(
                option: common.home, environment: environment,
                currentFolder: FileManager.default.currentDirectoryPath)
            let handheld = Handheld(
                home: try Home(folder: folder), console: console, environment: environment,
                passphraseFile: common.passphraseFile)
            if let seal = try Seal.load(from: handheld.home) {
                // What a kill left when the seal was set.
                try seal.close(handheld.home, handheld.keys)
                if Self.isShutBySeal { throw seal.failure }
            }
            status = try await perform(on: handheld)
        } catch let failure as Failure {
            console.tell(failure)
            status = failure.status
        } catch let fault as StorageFault {
            console.tell(Failure(fault))
            status = Failure(fault).status
        }
        if status != .success { throw ExitCode(status.rawValue) }
    }
}
