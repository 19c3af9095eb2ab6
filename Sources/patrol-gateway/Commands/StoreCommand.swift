import ArgumentParser
import Foundation
import Store

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "数据库的迁移 · Moving a database", subcommands: [StoreCopyCommand.self])
}

struct StoreCopyCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "copy",
        abstract: "把整个数据库复制到另一个空数据库，可续传，最后逐表核对 · Copy a whole database into an empty one",
        discussion: """
            Stop the gateways of the source first. A copy that was broken off goes on when it is run again. It ends with \
            the rows and the SHA-256 of every table on both sides and with 0 only if all agree; until then no gateway \
            starts on the target. Photos stay where they are: copy --photo-folder as files, or keep using it.
            """)

    @Option(help: ArgumentHelp("来源数据库 · The database to copy", valueName: "STORE")) var from: String
    @Option(help: ArgumentHelp("目标数据库，须为空 · The empty database to fill", valueName: "STORE")) var to: String

    func run(_ context: CommandContext) async throws {
        let source = try address(from, "--from")
        let target = try address(to, "--to")
        guard source != target else {
            throw CommandFailure(
                .usage, zh: "来源与目标是同一个数据库。", en: "Source and target are the same database.")
        }
        let opened = try await OpenedStore.current(context, at: source)
        let empty = try await OpenedStore.migratedOnly(context, at: target)
        let bar = ProgressBar(isShown: isatty(STDERR_FILENO) == 1)
        let tables: [CopiedTable]
        do {
            tables = try await copyStore(
                from: opened.database, named: source.shown, to: empty.database,
                progress: { bar.show($0, done: $1, total: $2) })
        } catch let refusal as CopyRefusal {
            bar.clear()
            throw CommandFailure(refusal, target: target.shown)
        }
        bar.clear()
        for table in tables { context.console.out(table.line) }
        guard tables.allSatisfy(\.agrees) else {
            throw CommandFailure(
                .failure, zh: "两边不一致。来源在复制期间被写入了吗？请停止其网关，另建空目标重新复制。",
                en:
                    "The two sides differ. Was the source written meanwhile? Stop its gateways and copy into a new empty target."
            )
        }
        let rows = tables.map(\.source.rows).reduce(0, +)
        context.console.say(
            Message(
                zh: "复制完成：\(tables.count) 张表、\(rows) 行，逐表核对一致。",
                en: "copied: \(tables.count) tables, \(rows) rows, every hash agrees"))
    }

    private func address(_ text: String, _ option: String) throws -> StoreAddress {
        if let address = StoreAddress(text) { return address }
        throw CommandFailure(
            .usage, zh: "\(option)：应为 sqlite:PATH 或 postgres://USER@HOST/DATABASE。",
            en: "\(option): give sqlite:PATH or postgres://USER@HOST/DATABASE.")
    }
}

extension CommandFailure {
    fileprivate init(_ refusal: CopyRefusal, target: String) {
        switch refusal {
        case .targetNotEmpty(let table):
            self.init(
                .usage, zh: "目标 \(target) 不是空的（\(table) 表已有内容），没有写入。若此前已复制完成，用 verify 核对即可；否则请另建空数据库。",
                en:
                    "The target \(target) is not empty (table \(table)); nothing was written. If a copy ended there, `verify` it; else name an empty database."
            )
        case .otherSource(let begun):
            self.init(
                .usage, zh: "目标 \(target) 已开始从 \(begun) 复制。请用同一来源续传，或另建空数据库。",
                en:
                    "The target \(target) is being filled from \(begun). Go on with that one, or name an empty database."
            )
        case .disturbed(let table):
            self.init(
                .failure, zh: "复制被打断（\(table) 表）：来源正被写入，或另有复制在进行。请停止来源的网关和另一复制，另建空目标重新复制。",
                en:
                    "The copy was disturbed (table \(table)): the source is being written, or another copy runs. Stop its gateways and the other copy, and copy into a new empty target."
            )
        }
    }
}

extension CopiedTable {
    /// `table rows sha256`, and what the target has instead where it differs.
    fileprivate var line: String {
        let own = "\(name) \(source.rows) \(source.sha256)"
        return agrees ? own : own + " ≠ \(target.rows) \(target.sha256)"
    }
}

/// One line on a terminal that is written over; nothing elsewhere.
private struct ProgressBar {
    let isShown: Bool

    func show(_ table: String, done: Int64, total: Int64) {
        guard isShown else { return }
        let width = 30
        let filled = total > 0 ? Int(min(done, total)) * width / Int(total) : 0
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        write("\r\u{1B}[K\(bar) \(table) " + (total > 0 ? "\(done)/\(total)" : "…"))
    }

    func clear() { if isShown { write("\r\u{1B}[K") } }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
