import ArgumentParser
import Wire

struct PasswordCommand: FieldCommand {
    static let configuration = CommandConfiguration(
        commandName: "password",
        abstract: Language.ofProcess(
            zh: "更改密码；其他终端上的登录随即失效", en: "Change the password; logins on other devices end"),
        discussion: Language.ofProcess(
            zh: "旧密码来自 --password-file、FIELDCLI_PASSWORD、终端或标准输入第一行；新密码来自 --new-password-file、"
                + "FIELDCLI_NEW_PASSWORD、终端（输入两次）或标准输入的下一行。密码过期时先登录，再更改。",
            en:
                "The old password comes from --password-file, $FIELDCLI_PASSWORD, the terminal or the first line of standard "
                + "input; the new one from --new-password-file, $FIELDCLI_NEW_PASSWORD, the terminal (twice) or the next line. "
                + "When it has expired, log in first, then change it."))

    @Option(help: hint("第一行是旧密码的文件", "File whose first line is the old password"))
    var passwordFile: String?

    @Option(help: hint("第一行是新密码的文件", "File whose first line is the new password"))
    var newPasswordFile: String?

    @OptionGroup var common: CommonOptions

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let saved = try SavedSession.require(from: handheld.home)
        saved.gateway.warnIfUnprotected(handheld.console)
        let language = handheld.language
        let old = try PasswordSource(file: passwordFile, environment: handheld.environment).read(
            prompt: language(zh: "旧密码：", en: "Old password: "))
        let new = try PasswordSource(secret: .newPassword, file: newPasswordFile, environment: handheld.environment)
            .choose(
                prompt: language(zh: "新密码：", en: "New password: "), again: language(zh: "再输入一次：", en: "Once more: "))
        let answer = try await handheld.speak(to: saved.gateway, as: saved) { client in
            try GatewayClient.answer(await client.put(password: PasswordChange(old: old, new: new)))
        }
        guard answer.status == 204 else { throw Failure(answer: answer) }
        handheld.console.answer(
            PasswordSummary(changed: true),
            sentences: [
                language(zh: "密码已更改，其他终端上的登录已失效。", en: "Changed; logins on other devices have ended.")
            ])
        return .success
    }
}

struct PasswordSummary: Codable, Equatable, Sendable {
    let changed: Bool
}
