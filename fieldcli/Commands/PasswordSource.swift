import Foundation
import Glibc

/// Where a password or passphrase may come from. Never an argument: those stand in process lists and shell histories.
struct PasswordSource: Sendable {
    enum Secret: Sendable {
        case password, newPassword
        /// Unlocks the device's key. Asked for on a terminal only: standard input may hold a password.
        case passphrase

        var option: String {
            switch self {
            case .password: "--password-file"
            case .newPassword: "--new-password-file"
            case .passphrase: "--passphrase-file"
            }
        }

        var variable: String {
            switch self {
            case .password: "FIELDCLI_PASSWORD"
            case .newPassword: "FIELDCLI_NEW_PASSWORD"
            case .passphrase: "FIELDCLI_PASSPHRASE"
            }
        }
    }

    var secret = Secret.password
    let file: String?
    let environment: [String: String]
    /// Whether somebody sits there who can be asked.
    var mayAsk = true

    func read(prompt: String) throws -> String {
        if let given = try readIfGiven() { return given }
        let typed: String?
        if !mayAsk {
            typed = nil
        } else if isatty(STDIN_FILENO) == 1 {
            typed = ask(prompt)
        } else {
            typed = secret == .passphrase ? nil : readLine(strippingNewline: true)
        }
        guard let typed, !typed.isEmpty else { throw missing }
        return typed
    }

    /// For a secret that is chosen just now: what is typed on a terminal is typed twice.
    func choose(prompt: String, again: String) throws -> String {
        if let given = try readIfGiven() { return given }
        let first = try read(prompt: prompt)
        guard isatty(STDIN_FILENO) == 0 || ask(again) == first else {
            throw Failure(
                .usage, "typed-differently", zh: "两次输入不一致，请重新执行。", en: "The two differ. Run the command again.")
        }
        return first
    }

    /// What the file or the environment holds; nil where neither was named.
    func readIfGiven() throws -> String? {
        if let file {
            let line = firstLine(of: try contents(of: file))
            guard !line.isEmpty else { throw missing }
            return line
        }
        return environment[secret.variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    private var missing: Failure {
        switch secret {
        case .passphrase:
            Failure(
                .noInput, "no-passphrase",
                zh: "本机密钥有口令保护，没有得到口令。请用 --passphrase-file、FIELDCLI_PASSPHRASE 或在终端输入。",
                en: "This device's key is under a passphrase, and none was given. Use --passphrase-file, "
                    + "FIELDCLI_PASSPHRASE or type it on a terminal.")
        case .password, .newPassword:
            Failure(
                .noInput, "no-password", zh: "没有得到密码。请用 \(secret.option)、\(secret.variable) 或在终端输入。",
                en: "No password was given. Use \(secret.option), \(secret.variable) or type it on a terminal.")
        }
    }

    private func contents(of file: String) throws -> [UInt8] {
        do {
            return try Storage.read(file)
        } catch {
            throw Failure(
                .noInput, "password-file", zh: "读不到密码文件“\(file)”：\(error.reason)。请检查路径。",
                en: "Cannot read the password file \(file): \(error.reason). Check the path.")
        }
    }

    private func firstLine(of bytes: [UInt8]) -> String {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self)
    }

    /// Without echo, which is restored whatever happens.
    private func ask(_ prompt: String) -> String? {
        FileHandle.standardError.write(Data(prompt.utf8))
        var usual = termios()
        guard tcgetattr(STDIN_FILENO, &usual) == 0 else { return readLine(strippingNewline: true) }
        var silent = usual
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &usual)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        return readLine(strippingNewline: true)
    }
}
