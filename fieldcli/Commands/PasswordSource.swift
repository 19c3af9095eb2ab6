import Foundation
import Glibc

/// Where a password may come from. Never an argument: those stand in process lists and shell histories.
struct PasswordSource: Sendable {
    let file: String?
    let environment: [String: String]

    func read(prompt: String) throws -> String {
        let password: String?
        if let file {
            password = firstLine(of: try contents(of: file))
        } else if let given = environment["FIELDCLI_PASSWORD"], !given.isEmpty {
            password = given
        } else if isatty(STDIN_FILENO) == 1 {
            password = ask(prompt)
        } else {
            password = readLine(strippingNewline: true)
        }
        guard let password, !password.isEmpty else {
            throw Failure(
                .noInput, "no-password", zh: "没有得到密码。请用 --password-file、FIELDCLI_PASSWORD 或在终端输入。",
                en: "No password was given. Use --password-file, FIELDCLI_PASSWORD or type it on a terminal.")
        }
        return password
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
