import ArgumentParser
import Foundation
import Wire

struct EnrollCommand: FieldCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: Language.ofProcess(zh: "把本机登记到您的账号名下：一机一账号", en: "Enrol this device for your account"),
        discussion: Language.ofProcess(
            zh: """
                fieldcli enroll 'gridpatrol:enrol?gateway=…&code=…'（管理员给的二维码文字）
                fieldcli enroll --login 用户名 --digits 12345678 --gateway https://…（管理员报的八位数字）
                密钥在本机生成，不离开本机；用口令（--passphrase-file、FIELDCLI_PASSPHRASE 或终端输入）或系统密钥环加密保存。
                """,
            en: """
                fieldcli enroll 'gridpatrol:enrol?gateway=…&code=…' (the text of the administrator's QR code)
                fieldcli enroll --login NAME --digits 12345678 --gateway https://… (the digits they read out)
                The key is made here and never leaves; it is kept encrypted under a passphrase (--passphrase-file,
                $FIELDCLI_PASSPHRASE or the terminal) or in the system's keyring.
                """))

    @Argument(help: hint("二维码文字", "Text of the QR code"))
    var code: String?

    @Option(
        help: hint(
            "用户名（与 --digits 同用；首个管理员自定）", "Name of the account (with --digits, or the first administrator's choice)"))
    var login: String?

    @Option(help: hint("八位数字，十分钟内有效", "Eight digits, valid for ten minutes"))
    var digits: String?

    @Option(help: hint("网关地址（与 --digits 同用）", "Address of the gateway (with --digits)"))
    var gateway: String?

    @Option(help: hint("首个管理员的姓名", "The first administrator's own name"))
    var name: String?

    @Option(help: hint("第一行是首个管理员密码的文件", "File whose first line is the first administrator's password"))
    var passwordFile: String?

    @Flag(help: hint("丢弃本机原有密钥，另造一个", "Throw this device's key away and make a new one"))
    var newKey = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard (code == nil) != (digits == nil) else {
            throw ValidationError(
                Language.ofProcess(
                    zh: "请给出二维码文字，或 --login 与 --digits", en: "Give a QR code's text, or --login and --digits"))
        }
        if code == nil, login == nil {
            throw ValidationError(Language.ofProcess(zh: "--digits 要与 --login 同用", en: "--digits goes with --login"))
        }
        if let digits, digits.utf8.count != 8 || !digits.utf8.allSatisfy({ (48...57).contains($0) }) {
            throw ValidationError(Language.ofProcess(zh: "--digits 应为八位数字", en: "--digits are eight digits"))
        }
    }

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let scanned = try code.map { text in
            guard let read = EnrolmentCode(text) else {
                throw Failure(
                    .usage, "bad-code", zh: "这不是注册码，应如 gridpatrol:enrol?gateway=…&code=…。请整段复制，并加引号。",
                    en: "That is no enrolment code; it looks like gridpatrol:enrol?gateway=…&code=…. "
                        + "Copy all of it, in quotes.")
            }
            return read
        }
        let address =
            try scanned?.gateway
            ?? GatewayAddress.chosen(
                option: gateway, environment: handheld.environment, settings: Settings.load(from: handheld.home))
        address.warnIfUnprotected(handheld.console)
        let enrolment = try enrolment(scanned, handheld)
        let lock = try await HomeLock.takeWhenFree(.login, in: handheld.home)
        let key = try key(on: handheld)
        let enrolled = try await handheld.speak(to: address, as: nil, key: key, pinned: scanned?.gatewayKeys) {
            client in
            let answer = try GatewayClient.answer(await client.enrol(enrolment))
            guard answer.status == 201, let enrolled = try? decode(Enrolled.self, from: answer.body).value else {
                throw Failure(answer: answer)
            }
            return enrolled
        }
        try keep(enrolled, of: address, handheld)
        _ = consume lock
        return .success
    }

    private func enrolment(_ scanned: EnrolmentCode?, _ handheld: Handheld) throws -> Enrolment {
        var enrolment = Enrolment(
            code: scanned?.code, handheld: try handheld.openOutbox().device(), model: Self.model,
            app: "fieldcli/\(programVersion)")
        guard let scanned else {
            enrolment.login = login
            enrolment.digits = digits
            return enrolment
        }
        if scanned.isFirstAdministrator {
            let language = handheld.language
            enrolment.login = try login ?? ask(language(zh: "用户名：", en: "Name of the account: "))
            enrolment.name = try name ?? ask(language(zh: "姓名：", en: "Your name: "))
            enrolment.password = try PasswordSource(file: passwordFile, environment: handheld.environment).choose(
                prompt: language(zh: "密码：", en: "Password: "), again: language(zh: "再输入一次：", en: "Once more: "))
        }
        return enrolment
    }

    /// The one that is there, so that a broken-off enrolment goes on with the same key; else a new one.
    private func key(on handheld: Handheld) throws -> DeviceKey {
        if !newKey, let key = try handheld.keys.load() { return key }
        let (key, protection) = try handheld.keys.make()
        if protection == .none {
            handheld.console.remark(
                zh: "注意：本机密钥未加密，只受文件权限保护。设口令请加 --passphrase-file 或 FIELDCLI_PASSPHRASE，并用 --new-key 重新注册。",
                en: "Mind: this device's key is not encrypted, only its file's mode protects it. For a passphrase use "
                    + "--passphrase-file or FIELDCLI_PASSPHRASE, and enrol anew with --new-key.")
        }
        return key
    }

    private func keep(_ enrolled: Enrolled, of address: GatewayAddress, _ handheld: Handheld) throws {
        if try DeviceEnrolment.load(from: handheld.home)?.person.id != enrolled.person.id {
            try handheld.rosters.forgetAll(but: [])
        }
        try Settings.keep(address, keys: enrolled.gatewayKeys, in: handheld.home)
        try DeviceEnrolment(gateway: address, device: enrolled.device, person: enrolled.person).save(to: handheld.home)
        handheld.console.answer(
            enrolled,
            sentences: [
                handheld.language(
                    zh: "本机（\(enrolled.device)）已登记到\(enrolled.person.name)名下。下一步：fieldcli login 用户名",
                    en:
                        "This device (\(enrolled.device)) is enrolled for \(enrolled.person.name). Next: fieldcli login NAME"
                )
            ])
    }

    private func ask(_ prompt: String) throws -> String {
        FileHandle.standardError.write(Data(prompt.utf8))
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw Failure(
                .noInput, "no-name", zh: "没有得到用户名或姓名。请用 --login 和 --name。",
                en: "No name was given. Use --login and --name.")
        }
        return line
    }

    /// Make and model as the board names itself.
    private static var model: String? {
        let name = (try? Storage.read("/sys/class/dmi/id/product_name")).map { String(decoding: $0, as: UTF8.self) }
        return name?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
