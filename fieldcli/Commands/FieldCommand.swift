import ArgumentParser
import Foundation

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(
        help: hint(
            "本机文件夹（默认 $FIELDCLI_HOME、$XDG_DATA_HOME/fieldcli 或 ~/.local/share/fieldcli）",
            "Folder of this handheld (default: $FIELDCLI_HOME, $XDG_DATA_HOME/fieldcli or ~/.local/share/fieldcli)"))
    var home: String?

    @Flag(help: hint("输出一个 JSON，供程序使用", "Print one JSON value, for programs"))
    var json = false
}

/// A help text in the language of the process.
func hint(_ zh: String, _ en: String) -> ArgumentHelp { ArgumentHelp(Language.ofProcess(zh: zh, en: en)) }

/// A command: options above, work in `perform`, and one place that turns failures into words and exit codes.
protocol FieldCommand: AsyncParsableCommand {
    var common: CommonOptions { get }
    func perform(on handheld: Handheld) async throws -> ExitStatus
}

extension FieldCommand {
    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let console = Console(language: Language(environment: environment), speaksJSON: common.json)
        var status: ExitStatus
        do {
            let folder = Home.folder(
                option: common.home, environment: environment,
                currentFolder: FileManager.default.currentDirectoryPath)
            let handheld = Handheld(home: try Home(folder: folder), console: console, environment: environment)
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
