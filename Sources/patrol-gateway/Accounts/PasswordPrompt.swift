import Foundation
import Glibc

/// Asks for a password, without echo on a terminal; otherwise reads one line of standard input.
enum PasswordPrompt {
    static let fewestCharacters = 10
    static let mostCharacters = 128

    static func ask(_ console: Console) throws -> String {
        let password = try line(console, Message(zh: "口令：", en: "Password: "))
        guard (fewestCharacters...mostCharacters).contains(password.count) else {
            throw CommandFailure(
                .usage, zh: "口令应有 \(fewestCharacters)–\(mostCharacters) 个字符。请重新运行，或用 --generate 生成一个。",
                en:
                    "A password has \(fewestCharacters)–\(mostCharacters) characters. Run again, or let --generate make one."
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
