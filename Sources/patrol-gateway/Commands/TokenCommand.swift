import ArgumentParser
import Gateway
import Patrol
import Store

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "其他系统的令牌：限定权限与期限 · Tokens of other systems",
        subcommands: [TokenIssueCommand.self, TokenListCommand.self, TokenEndCommand.self])
}

struct TokenIssueCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "以某账号的名义发放令牌，只显示一次 · Issue a token, shown once")

    @Argument(help: "登录名 · Login of the account it acts for") var login: String
    @Option(help: ArgumentHelp("用于何系统 · For which system", valueName: "LABEL")) var label: String
    @Option(
        help: ArgumentHelp("权限，逗号分隔 · Permissions, separated by commas", valueName: "PERMISSIONS"))
    var scopes: String
    @Option(help: ArgumentHelp("有效天数 · Days that it lasts, 1–366", valueName: "DAYS")) var days: Int
    @Option(help: ArgumentHelp("写入新文件而不显示 · Write it to a new file instead", valueName: "FILE")) var file: String?

    func run(_ context: CommandContext) async throws {
        let names = scopes.split(separator: ",").map(String.init)
        let permissions = Set(names.compactMap { Permission(rawValue: $0) }).intersection(Permission.ofIntegrations)
        guard !permissions.isEmpty, permissions.count == names.count, (1...366).contains(days) else {
            let known = Permission.ofIntegrations.map(\.rawValue).sorted().joined(separator: ", ")
            throw CommandFailure(
                .usage, zh: "--scopes 应为以下各项中的若干项：\(known)；--days 为 1–366。",
                en: "--scopes takes some of \(known); --days is 1–366.")
        }
        let store = try await OpenedStore.current(context).store
        let secret = Secrets.token()
        let now = context.now()
        let token = IntegrationToken(
            id: Secrets.id("T"), person: try await person(login, in: store), label: label, scopes: permissions,
            issuedAt: now, expiresAt: now.adding(milliseconds: Int64(days) * 86_400_000))
        let kept = try await keepingPasswords(in: file, text: secret + "\n") {
            try await store.describing("\(token.id) \(token.person) \(scopes)")
                .issue(token, tokenHash: sha256Hex(secret.utf8))
        }
        context.console.say(Message(zh: "令牌 \(token.id)。", en: "Token \(token.id)."))
        if !kept { context.console.out(secret) }
    }
}

struct TokenListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "发放过的令牌 · Tokens that were issued")

    func run(_ context: CommandContext) async throws {
        for token in try await OpenedStore.current(context).store.integrationTokens() {
            let end = token.endedAt.map { "ended \($0.rfc3339)" } ?? "until \(token.expiresAt.rfc3339)"
            let scopes = token.scopes.map(\.rawValue).sorted().joined(separator: ",")
            context.console.out("\(token.id) \(end) \(token.person) \(scopes) \(token.label)")
        }
    }
}

struct TokenEndCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "令牌即刻失效 · End a token at once")

    @Argument(help: "令牌编号 T… · The token") var token: String

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        guard try await store.describing(token).endIntegrationToken(token, at: context.now()) else {
            throw CommandFailure(
                .usage, zh: "没有有效的令牌 \(token)；patrol-gateway token list 列出全部。",
                en: "There is no token \(token) that holds; see `patrol-gateway token list`.")
        }
        context.console.say(Message(zh: "令牌 \(token) 已失效。", en: "Token \(token) is ended."))
    }
}
