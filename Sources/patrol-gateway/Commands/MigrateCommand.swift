import ArgumentParser
import Store

struct MigrateCommand: GatewayCommand, TakesNoWords {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "建立或更新数据库结构 · Make the database or bring its schema up to date")

    @OptionGroup var words: UnknownWords

    func run(_ context: CommandContext) async throws {
        let opened = try await OpenedStore.migrated(context)
        let version = try await schemaVersion(opened.store.database)
        context.console.say(
            Message(zh: "数据库结构版本为 \(version)，已是最新。", en: "The schema is at version \(version), the newest."))
    }
}
