import ArgumentParser

/// Prints what the README contains, so that the table there is never written by hand.
struct SettingsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "以 Markdown 表列出全部设置 · Print every setting as a Markdown table")

    @OptionGroup var words: UnknownWords

    func run(_ context: CommandContext) async throws { context.console.out(settingsMarkdown()) }
}

extension SettingsCommand: TakesNoWords {}
