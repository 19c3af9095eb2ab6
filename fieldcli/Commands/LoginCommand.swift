import ArgumentParser
import Wire

struct LoginCommand: FieldCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: Language.ofProcess(zh: "登录网关", en: "Log in to the gateway"),
        discussion: Language.ofProcess(
            zh: "密码来自 --password-file、环境变量 FIELDCLI_PASSWORD、终端输入（不回显）或标准输入的第一行，从不写在命令行上。",
            en:
                "The password comes from --password-file, $FIELDCLI_PASSWORD, the terminal without echo, or the first line of "
                + "standard input; never from the command line."))

    @Argument(help: hint("用户名", "Name of the account"))
    var name: String

    @Option(
        help: hint(
            "网关地址（默认 $FIELDCLI_GATEWAY 或上次登录的网关）", "Address of the gateway (default: $FIELDCLI_GATEWAY or the last one)"
        ))
    var gateway: String?

    @Option(help: hint("第一行是密码的文件", "File whose first line is the password"))
    var passwordFile: String?

    @OptionGroup var common: CommonOptions

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let address = try GatewayAddress.chosen(
            option: gateway, environment: handheld.environment, settings: Settings.load(from: handheld.home))
        address.warnIfUnprotected(handheld.console)
        let password = try PasswordSource(file: passwordFile, environment: handheld.environment).read(
            prompt: handheld.language(zh: "密码：", en: "Password: "))
        let session = try await handheld.speak(to: address, as: nil) { client in
            try GatewayClient.value(Session.self, in: await client.login(Login(name: name, password: password)))
        }
        // A device that changes hands must not show one worker's rosters to the next.
        if try SavedSession.load(from: handheld.home)?.session.person.id != session.person.id {
            try handheld.rosters.forgetAll(but: [])
        }
        try SavedSession(gateway: address, session: session).save(to: handheld.home)
        if session.tokenType == "DPoP", try DeviceEnrolment.load(from: handheld.home) == nil {
            // The answer to the enrolment was lost on its way.
            try DeviceEnrolment(
                gateway: address, device: nil, person: .init(id: session.person.id, name: session.person.name)
            ).save(to: handheld.home)
        }
        if session.passwordDue != nil {
            handheld.console.remark(
                zh: "密码须先更改，否则什么也做不了。请执行：fieldcli password",
                en: "The password must be changed before anything else. Run: fieldcli password")
        }
        let summary = LoginSummary(gateway: address.url, person: session.person, expiresAt: session.expiresAt)
        handheld.console.answer(summary, sentences: summary.sentences(handheld.language))
        return .success
    }
}

/// Who is logged in, without the token.
struct LoginSummary: Codable, Equatable, Sendable {
    let gateway: String
    let person: Session.Person
    let expiresAt: String

    func sentences(_ language: Language) -> [String] {
        let grids = person.grids.map { "\($0.name)（\($0.id)）" }.joined(separator: language(zh: "、", en: ", "))
        return [
            language(zh: "\(person.name)，已登录 \(gateway)。", en: "\(person.name), logged in to \(gateway)."),
            person.grids.isEmpty
                ? language(zh: "今天没有包干网格。", en: "No grid today.")
                : language(zh: "包干网格：\(grids)。下一步：fieldcli roster", en: "Grids: \(grids). Next: fieldcli roster"),
        ]
    }
}

struct LogoutCommand: FieldCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout",
        abstract: Language.ofProcess(zh: "退出登录；待发箱保留", en: "Log out; the outbox stays"))

    @OptionGroup var common: CommonOptions

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        guard let saved = try SavedSession.load(from: handheld.home) else { throw SavedSession.nobody }
        let exchange = try await handheld.speak(to: saved.gateway, as: saved) { await $0.logout() }
        try SavedSession.remove(from: handheld.home)
        // Names and addresses of key persons are not left to whoever picks the device up next.
        try handheld.rosters.forgetAll(but: [])
        let left = try handheld.openOutbox().contents().entries.count
        if case .unreachable = exchange {
            handheld.console.remark(
                zh: "网关没有应答：本机已退出，服务器上的登录将在 \(saved.session.expiresAt) 自行失效。",
                en:
                    "The gateway did not answer: this device is logged out, the session itself ends at \(saved.session.expiresAt)."
            )
        }
        handheld.console.answer(
            LogoutSummary(outbox: left),
            sentences: [
                left == 0
                    ? handheld.language(zh: "已退出登录。", en: "Logged out.")
                    : handheld.language(
                        zh: "已退出登录。待发箱还有 \(left) 条，登录后执行 fieldcli sync。",
                        en: "Logged out. \(left) records remain in the outbox; log in and run fieldcli sync.")
            ])
        return .success
    }
}

struct LogoutSummary: Codable, Equatable, Sendable {
    let outbox: Int
}
