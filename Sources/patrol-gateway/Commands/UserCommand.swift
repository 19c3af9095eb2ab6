import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "账号 · Accounts",
        subcommands: [
            UserAddCommand.self, UserListCommand.self, UserDisableCommand.self, UserEnableCommand.self,
            UserResetCommand.self, UserRoleCommand.self,
        ])
}

struct UserAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "建立一个账号；口令从终端读入而不显示，或由程序生成，本人首次登录须修改 · Add an account")

    @Argument(help: "登录名 · Login name") var login: String
    @Argument(help: "姓名 · The person's name") var name: String
    @Option(
        help: ArgumentHelp(
            "角色 · Role: " + Role.allCases.map(\.rawValue).joined(separator: ", "), valueName: "ROLE"))
    var role: String
    @Option(help: ArgumentHelp("所辖区域的编码 · Code of the area of the role", valueName: "CODE")) var area: String
    @Flag(help: "生成口令并只显示一次 · Make a password and show it once") var generate = false

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let codes = AreaCodes(try await store.codedAreas(on: context.today))
        let draft = try draft(areas: codes, logins: try await store.logins(), today: context.today)
        var words = [login, name.trimmed]
        for role in draft.roles { words += try await store.areaWords(in: role.area, on: context.today) }
        let password =
            generate
            ? nil
            : try PasswordPrompt.ask(context.console, rules: context.settings.gateway.passwordRules, words: words)
        var generator = SystemRandomNumberGenerator()
        let account = NewAccount(draft, password: password, using: &generator)
        for entry in try await hashed([account], workers: 1, mustChange: true, hash: argon2id) {
            try await store.describing("\(entry.id) \(role)").addAccount(entry, by: nil, at: context.now())
        }
        context.console.say(Message(zh: "已建立账号 \(login)（\(name)）。", en: "Added \(login) (\(name))."))
        if generate { context.console.say(.issued(account.password)) }
    }

    /// All that is wrong with the command's words, at once.
    func draft(areas: AreaCodes, logins: Set<String>, today: Day) throws(CommandFailure) -> AccountDraft {
        var problems: [Message] = []
        if !isLogin(login) { problems.append(.badLogin(login)) }
        if logins.contains(login) {
            problems.append(Message(zh: "登录名 \(login) 已有人用，请另取一个。", en: "The login \(login) is taken; choose another."))
        }
        if name.trimmed.isEmpty { problems.append(Message(zh: "姓名不能为空。", en: "The name must not be empty.")) }
        let known = RoleWords.role(role)
        if known == nil { problems.append(.unknownRole(role)) }
        let found = areas.area(code: area, scheme: nil)
        if case .failure(let reason) = found { problems.append(reason.message(code: area)) }
        guard problems.isEmpty, let known, case .success(let place) = found else {
            throw CommandFailure(
                .usage, zh: problems.map(\.zh).joined(separator: "\n"), en: problems.map(\.en).joined(separator: "\n"))
        }
        let role = PersonEntry.RoleEntry(role: known, area: place.id, from: today)
        return AccountDraft(login: login, name: name.trimmed, roles: [role], duties: [], areaCode: area)
    }
}

struct UserListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "某区域及其下的账号 · Accounts of an area and below it")

    @Option(help: ArgumentHelp("区域编码，或 A 加七位数字的编号 · Code or id of the area", valueName: "CODE")) var area: String
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let area = try await foundArea(area, in: store, on: context.today)
        let lines = try await store.accounts(in: area, on: context.today, after: nil, limit: .max)
        let rules = context.settings.gateway.passwordRules
        try context.show(
            lines.map { AccountRow($0, rules, at: context.now()) }, output,
            [
                Column("login", "登录名") { $0.login }, Column("name", "姓名") { $0.name },
                Column("state", "状态") { $0.state }, Column("password", "口令") { $0.passwordDue },
                Column("roles", "角色") { row in
                    row.roles.map { "\($0.role) \($0.areaName) \($0.from)–\($0.to ?? "")" }.joined(separator: "; ")
                },
            ])
    }
}

struct UserDisableCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "停用账号，其登录立即失效 · Disable an account; its logins end")

    @Argument(help: ArgumentHelp("登录名 · Login", valueName: "LOGIN")) var login: String

    func run(_ context: CommandContext) async throws {
        try await changing(login, context) { try await $0.setDisabled(true, login: login, by: nil, at: context.now()) }
        context.console.say(Message(zh: "已停用 \(login)。", en: "Disabled \(login)."))
    }
}

struct UserEnableCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "重新启用账号 · Enable an account again")

    @Argument(help: ArgumentHelp("登录名 · Login", valueName: "LOGIN")) var login: String

    func run(_ context: CommandContext) async throws {
        try await changing(login, context) { try await $0.setDisabled(false, login: login, by: nil, at: context.now()) }
        context.console.say(Message(zh: "已启用 \(login)。", en: "Enabled \(login)."))
    }
}

struct UserResetCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "生成新口令并只显示一次，本人须修改 · Make a new password, shown once and to be changed")

    @Argument(help: ArgumentHelp("登录名 · Login", valueName: "LOGIN")) var login: String

    func run(_ context: CommandContext) async throws {
        var generator = SystemRandomNumberGenerator()
        let password = PasswordMaker.password(using: &generator)
        let salt = (0..<Passwords.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let hash = try argon2id(password, salt: salt)
        try await changing(login, context) { store in
            try await store.resetPassword(
                login: login, to: hash, remembered: context.settings.gateway.passwordRules.remembered, by: nil,
                at: context.now())
        }
        context.console.say(.issued(password))
    }
}

struct UserRoleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "role", abstract: "角色 · Roles", subcommands: [UserRoleGiveCommand.self, UserRoleEndCommand.self])
}

/// Whose role, which and where.
struct RoleOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("登录名 · Login", valueName: "LOGIN")) var login: String
    @Argument(
        help: ArgumentHelp(
            "角色 · Role: " + Role.allCases.map(\.rawValue).joined(separator: ", "), valueName: "ROLE"))
    var role: String
    @Argument(help: ArgumentHelp("区域 · Area", valueName: "CODE")) var area: String
    @Option(help: ArgumentHelp("从哪天起 · First day", valueName: "YYYY-MM-DD")) var from: String

    func entry(in store: PatrolStore, to end: String? = nil) async throws -> PersonEntry.RoleEntry {
        guard let known = RoleWords.role(role) else {
            let problem = Message.unknownRole(role)
            throw CommandFailure(.usage, zh: problem.zh, en: problem.en)
        }
        let first = try dayOption(from, "--from")
        return PersonEntry.RoleEntry(
            role: known, area: try await foundArea(area, in: store, on: first), from: first,
            to: try end.map { try dayOption($0, "--to") })
    }
}

struct UserRoleGiveCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "give", abstract: "授予角色 · Give somebody a role in an area")

    @OptionGroup var role: RoleOptions
    @Option(help: ArgumentHelp("到哪天止（当天已不在） · First day on which it does not hold any more", valueName: "YYYY-MM-DD"))
    var to: String?

    func run(_ context: CommandContext) async throws {
        try await changing(role.login, context, "\(role.role) \(role.area) \(role.from)") { store in
            try await store.giveRole(
                try await role.entry(in: store, to: to), login: role.login, by: nil, at: context.now())
        }
        context.console.say(
            Message(
                zh: "\(role.login) 自 \(role.from) 起担任 \(role.role)（\(role.area)）。",
                en: "\(role.login) is \(role.role) of \(role.area) from \(role.from) on."))
    }
}

struct UserRoleEndCommand: GatewayCommand {
    static let configuration = CommandConfiguration(commandName: "end", abstract: "终止角色 · End somebody's role")

    @OptionGroup var role: RoleOptions

    func run(_ context: CommandContext) async throws {
        try await changing(role.login, context, "\(role.role) \(role.area) \(role.from)") { store in
            let entry = try await role.entry(in: store)
            try await store.endRole(
                entry.role, in: entry.area, login: role.login, from: entry.from, by: nil, at: context.now())
        }
        context.console.say(
            Message(
                zh: "\(role.login) 自 \(role.from) 起不再担任 \(role.role)（\(role.area)）。",
                en: "\(role.login) is \(role.role) of \(role.area) no more from \(role.from) on."))
    }
}

/// Changes an account, and says so where there is none.
/// - Parameter details: what the audit is told besides whose account it is.
private func changing(
    _ login: String, _ context: CommandContext, _ details: String = "", _ change: (PatrolStore) async throws -> Void
) async throws {
    do {
        let store = try await OpenedStore.current(context).store
        let person = try await store.person(login: login) ?? "-"
        try await change(store.describing(details.isEmpty ? person : "\(person) \(details)"))
    } catch AccountRefusal.noSuchAccount {
        throw CommandFailure(.usage, zh: "没有登录名 \(login)。", en: "There is no login \(login).")
    }
}

extension Message {
    fileprivate static func issued(_ password: String) -> Message {
        Message(
            zh: "口令（只显示这一次，\(PasswordRules.oneTimeDays) 天内须由本人修改）：\(password)",
            en: "Password, shown this once, to be changed within \(PasswordRules.oneTimeDays) days: \(password)")
    }

    fileprivate static func unknownRole(_ role: String) -> Message {
        let list = Role.allCases.map(\.rawValue).joined(separator: ", ")
        return Message(zh: "没有角色“\(role)”，应为：\(list)。", en: "There is no role “\(role)”; give one of \(list).")
    }
}
