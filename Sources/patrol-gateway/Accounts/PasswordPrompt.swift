import Foundation
import Glibc
import Patrol

/// Asks for a password, without echo on a terminal; otherwise reads one line of standard input.
enum PasswordPrompt {
    /// - Parameters:
    ///   - words: what others know of the person.
    static func ask(_ console: Console, rules: PasswordRules, words: [String]) throws -> String {
        let password = try line(console, Message(zh: "口令：", en: "Password: "))
        let defects = rules.defects(of: password, words: words)
        guard defects.isEmpty else {
            throw CommandFailure(
                .usage, zh: "口令不合要求：\(defects.map(\.zh).joined(separator: "；"))。请重新运行，或用 --generate 生成一个。",
                en:
                    "The password will not do: \(defects.map(\.en).joined(separator: "; ")). Run again, or let --generate make one."
            )
        }
        if isatty(STDIN_FILENO) == 1 {
            guard try line(console, Message(zh: "再次输入：", en: "Once more: ")) == password else {
                throw CommandFailure(
                    .usage, zh: "两次输入不同，没有建立账号。请重新运行。", en: "The two differ; no account was made. Run again.")
            }
        }
        return password
    }

    private static func line(_ console: Console, _ prompt: Message) throws -> String {
        var shown = termios()
        let isTerminal = isatty(STDIN_FILENO) == 1 && tcgetattr(STDIN_FILENO, &shown) == 0
        if isTerminal {
            FileHandle.standardError.write(Data(prompt.text(in: console.language).utf8))
            var hidden = shown
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        }
        defer {
            if isTerminal {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
                console.err("")
            }
        }
        guard let line = readLine() else {
            throw CommandFailure(
                .noInput, zh: "没有读到口令。请在终端运行，或用 --generate 生成一个。",
                en: "There was no password to read. Run in a terminal, or let --generate make one.")
        }
        return line
    }
}
