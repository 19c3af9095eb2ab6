import ArgumentParser
import Patrol
import Store

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "账号 · Accounts", subcommands: [UserAddCommand.self])
}

struct UserAddCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "建立一个账号；口令从终端读入而不显示，或由程序生成 · Add an account")

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
        let password = generate ? nil : try PasswordPrompt.ask(context.console)
        var generator = SystemRandomNumberGenerator()
        let account = NewAccount(draft, password: password, using: &generator)
        let entries = try await hashed([account], workers: 1, hash: argon2id)
        try await store.add(entries, at: context.now())
        context.console.say(Message(zh: "已建立账号 \(login)（\(name)）。", en: "Added \(login) (\(name))."))
        if generate {
            context.console.say(
                Message(zh: "口令（只显示这一次）：\(account.password)", en: "Password, shown this once: \(account.password)"))
        }
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
        if known == nil {
            let list = Role.allCases.map(\.rawValue).joined(separator: ", ")
            problems.append(
                Message(zh: "没有角色“\(role)”，应为：\(list)。", en: "There is no role “\(role)”; give one of \(list)."))
        }
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
