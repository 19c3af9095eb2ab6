import ArgumentParser
import Foundation
import Gateway
import Patrol
import Store

struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "首位安全管理员 · The first security administrator",
        subcommands: [AdminCodeCommand.self])
}

struct AdminCodeCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "code",
        abstract: "生成一次性代码，24 小时内用它登记首位安全管理员；已有安全管理员时拒绝 · Make the one-time code of the first security administrator")

    @Option(
        help: ArgumentHelp("网关的 https 地址，供终端使用 · Address of the gateway, for the device", valueName: "URL"))
    var gateway: String

    func run(_ context: CommandContext) async throws {
        guard let url = URL(string: gateway), url.host() != nil,
            url.scheme == "https" || (url.scheme == "http" && ["127.0.0.1", "localhost"].contains(url.host()))
        else {
            throw CommandFailure(
                .usage, zh: "--gateway 应为 https 地址，如 https://patrol.example.cn。",
                en: "Give --gateway an https address, such as https://patrol.example.cn.")
        }
        var generator = SystemRandomNumberGenerator()
        let code = OneTimeCode(using: &generator)
        let end = try await OpenedStore.current(context).store.makeFirstAdministratorCode(
            hash: OneTimeCode.hash(of: code.text), at: context.now())
        context.console.out(code.enrolmentText(gateway: gateway, isFirst: true))
        context.console.warn(
            Message(
                zh: "代码只显示这一次，\(end.rfc3339) 前有效，只能用一次；再次生成则前一个作废。",
                en: "Shown this once, good until \(end.rfc3339) and for one use; another one made takes its place."))
    }
}
