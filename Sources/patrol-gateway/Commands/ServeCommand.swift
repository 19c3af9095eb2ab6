import ArgumentParser
import Foundation
import Gateway
import Logging

struct ServeCommand: GatewayCommand, TakesNoWords {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "运行网关，直到 SIGTERM 或 Ctrl-C · Run the gateway until SIGTERM or Ctrl-C",
        discussion: settingsHelp())

    @Flag(inversion: .prefixedNo, help: "先更新数据库结构 · Bring the database schema up to date first")
    var migrate = true

    @OptionGroup var words: UnknownWords

    func run(_ context: CommandContext) async throws {
        let faults = context.settings.servingFaults
        guard faults.isEmpty else {
            throw CommandFailure(
                .configuration, zh: faults.map(\.message.zh).joined(separator: "\n"),
                en: faults.map(\.message.en).joined(separator: "\n"))
        }
        raiseFileLimit()
        let opened = try await OpenedStore.serving(context, migrating: migrate)
        var logger = Logger(label: "patrol-gateway", factory: { LateLogHandler(.standardError(label: $0)) })
        logger.logLevel = Logger.Level(rawValue: context.settings.logLevel) ?? .info
        let audit = AuditKeeping(
            key: try AuditKeyFile(folder: context.settings.data).key(), headsFile: context.settings.auditHeads)
        try await runGateway(
            store: opened.store, group: opened.group, preparation: opened.preparation, audit: audit,
            settings: context.settings.gateway, logger: logger)
    }
}

/// Each connection is an open file, and systems give a program fewer than it may have until it asks.
private func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
