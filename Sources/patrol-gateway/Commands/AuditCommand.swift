import ArgumentParser
import Crypto
import Foundation
import Gateway
import Patrol
import Store
import Wire

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "审计记录 · The audit",
        subcommands: [AuditVerifyCommand.self, AuditExportCommand.self, AuditListCommand.self, AuditKeyCommand.self])
}

/// First and last day of what is asked for.
struct AuditDays: ParsableArguments {
    @Option(help: ArgumentHelp("第一天 · First day, YYYY-MM-DD", valueName: "DAY")) var from: String?
    @Option(help: ArgumentHelp("最后一天 · Last day, YYYY-MM-DD", valueName: "DAY")) var to: String?

    func range(_ context: CommandContext, first: Day) throws -> Range<Instant> {
        func day(_ text: String?, _ other: Day) throws -> Day {
            guard let text else { return other }
            guard let day = Day(text) else {
                throw CommandFailure(
                    .usage, zh: "“\(text)”不是日期，应为 YYYY-MM-DD。", en: "“\(text)” is no day; write YYYY-MM-DD.")
            }
            return day
        }
        let first = try day(from, first)
        let last = max(first, try day(to, context.today))
        let zone = context.settings.zone
        return zone.start(of: first)..<zone.start(of: last.adding(days: 1))
    }
}

struct AuditVerifyCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "离线核对审计链，指出被改动、删除、调换的第一行和被截断的末尾 · Verify the chains of the audit",
        discussion: """
            Needs no running gateway. Reads the store with the records and photos that it seals, or an export. Heads \
            that were taken elsewhere (--heads) show a tail that was cut off together with the heads in the store. Ends \
            with 0 if all holds.
            """)

    @Option(help: ArgumentHelp("核对导出文件而非数据库 · An export instead of the store", valueName: "FILE")) var export: String?
    @Option(help: ArgumentHelp("另存的链头文件，可多次 · Heads kept elsewhere; repeatable", valueName: "FILE"))
    var heads: [String] = []
    @Option(help: ArgumentHelp("签名公钥文件，可多次 · Public keys; repeatable", valueName: "FILE")) var key: [String] = []

    func run(_ context: CommandContext) async throws {
        let ownHeads = context.settings.auditHeads
        let headFiles = heads.isEmpty && export == nil ? [ownHeads].filter(isThere) : heads
        let kept = try headFiles.flatMap { try readHeads($0, context.console) }
        let own = AuditKeyFile(folder: context.settings.data).path
        let keys = try (key.isEmpty ? [own].filter(isThere) : key).map(AuditKeyFile.publicKey)
        let verifier: AuditVerifier
        if let export {
            verifier = try verified(export: export, heads: kept, keys: keys)
        } else {
            verifier = try await OpenedStore.current(context).store.verifyAudit(
                heads: kept, keys: keys, at: context.now())
        }
        for fault in verifier.faults { context.console.out(fault.text(in: context.console.language)) }
        if export == nil, kept.isEmpty, verifier.isWrittenByGateway {
            throw CommandFailure(
                .noInput,
                zh: "没有另存的链头（\(ownHeads)）：末尾若连同库中链头一起被截断，看不出来。请用 --heads 给出另存的链头文件。",
                en:
                    "No heads were kept elsewhere (\(ownHeads)): a tail that was cut off together with the heads in the store could not be seen. Give the file with --heads."
            )
        }
        if keys.isEmpty {
            context.console.warn(
                Message(
                    zh: "没有公钥，链头的签名未核对；请用 --key。",
                    en: "No public key: signatures of heads were not checked; give --key."))
        }
        context.console.say(
            Message(
                zh:
                    "\(verifier.rows) 行，封存 \(verifier.sealed) 批，\(verifier.faults.count) 处不符。",
                en:
                    "\(verifier.rows) rows, \(verifier.sealed) sealed batches, \(verifier.faults.count) faults"
            ))
        guard verifier.faults.isEmpty else {
            throw CommandFailure(
                .badData, zh: "审计记录与写下时不同。请保全现场，把上面各行交给审计管理员。",
                en: "The audit is not as it was written. Secure the machine and give the lines above to the auditor.")
        }
    }

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

/// Lines of JSON, one after the other.
private func lines(_ path: String) throws -> [Substring.UTF8View] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw CommandFailure(.noInput, zh: "读不出文件 \(path)。", en: "Cannot read \(path).")
    }
    return text.split(separator: "\n").map(\.utf8)
}

/// A line that was cut short, by a power cut or by hand, does not keep the others from being used.
private func readHeads(_ path: String, _ console: Console) throws -> [AuditHead] {
    try lines(path).enumerated().compactMap { index, line in
        if let read = try? decodeExactly(AuditHeadLine.self, from: Array(line)), let head = AuditHead(read) {
            return head
        }
        console.warn(Message(zh: "\(path):\(index + 1)：不是链头，略过。", en: "\(path):\(index + 1): no head; passed over."))
        return nil
    }
}

private func verified(export path: String, heads: [AuditHead], keys: [P256.Signing.PublicKey]) throws -> AuditVerifier {
    var rows: [AuditRow] = []
    var starts: [AuditRetirement] = []
    var all = heads
    for (index, line) in try lines(path).enumerated() {
        guard let read = try? decodeExactly(AuditExportLine.self, from: Array(line)) else {
            throw CommandFailure(
                .badData, zh: "\(path):\(index + 1)：不是审计导出的一行。", en: "\(path):\(index + 1): no line of an export.")
        }
        if let start = read.start { starts.append(.init(chain: start.chain, seq: start.seq, hash: start.hash)) }
        if let row = read.row { rows.append(AuditRow(row)) }
        if let head = read.head.flatMap({ AuditHead($0) }) { all.append(head) }
    }
    // An export ends somewhere; heads of later rows say nothing of it unless they were given on purpose.
    let last = Dictionary(rows.map { ($0.chain, $0.seq) }, uniquingKeysWith: max)
    let given = Set(heads.map { "\($0.chain) \($0.seq)" })
    all = all.filter { given.contains("\($0.chain) \($0.seq)") || $0.seq <= last[$0.chain] ?? 0 }
    var verifier = AuditVerifier(heads: all, keys: keys)
    for start in starts { verifier.take(start: start) }
    for row in rows { verifier.take(row) }
    verifier.finish()
    return verifier
}

struct AuditExportCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "把审计记录与链头逐行输出，供移出本机 · Stream rows and heads off the box")

    @OptionGroup var days: AuditDays

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let range = try days.range(context, first: context.today)
        var act = context.act
        act.object = "\(days.from ?? "") \(days.to ?? "")"
        try await store.trace(act)
        try await eachExportLine(of: store, from: range.lowerBound, to: range.upperBound) { line in
            context.console.out(String(line.dropLast()))
        }
    }
}

struct AuditListCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "查看审计记录：何时、何人、何事、对何对象、结果 · Rows of the audit")

    @OptionGroup var days: AuditDays
    @Option(help: ArgumentHelp("只看此人 · Of this person", valueName: "ID")) var person: String?
    @Option(help: ArgumentHelp("只看此对象 · On this object", valueName: "ID")) var object: String?

    func run(_ context: CommandContext) async throws {
        let store = try await OpenedStore.current(context).store
        let range = try days.range(context, first: context.today)
        var act = context.act
        act.object = [person, object].compactMap(\.self).joined(separator: " ")
        try await store.trace(act)
        let filter = AuditFilter(from: range.lowerBound, to: range.upperBound, person: person, object: object)
        var place: AuditPlace?
        while true {
            let rows = try await store.audit(filter, after: place, limit: 1_000)
            for row in rows { context.console.out(row.text) }
            guard rows.count == 1_000, let last = rows.last else { return }
            place = AuditPlace(at: last.at, chain: last.chain, seq: last.seq)
        }
    }
}

struct AuditKeyCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "显示签名公钥，请另存他处 · The public key that heads are signed with")

    func run(_ context: CommandContext) async throws {
        let key = try AuditKeyFile(folder: context.settings.data).key()
        context.console.out(key.publicKey.pemRepresentation)
    }
}

extension AuditRow {
    /// `time chain/number result act person device address object purpose request`, `-` for what is not there.
    fileprivate var text: String {
        let detail = [detail?.person, detail?.device, detail?.address, detail?.object, detail?.purpose, requestID]
        return "\(at.rfc3339) \(chain)#\(seq) \(result) \(act) | "
            + detail.map { $0.map(\.onOneLine) ?? "-" }.joined(separator: " | ")
    }
}

extension String {
    /// Control characters as marks: a line of the list is one row.
    fileprivate var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "·" : $0 }))
    }
}

extension AuditFault {
    func text(in language: Language) -> String {
        let message: Message
        switch self {
        case .altered(let chain, let seq):
            message = Message(zh: "\(chain)#\(seq)：此行或其前一行被改动", en: "\(chain)#\(seq): altered, or the row before it")
        case .detailAltered(let chain, let seq):
            message = Message(zh: "\(chain)#\(seq)：人员、对象等内容被改动", en: "\(chain)#\(seq): who or what was altered")
        case .detailRemoved(let chain, let seq):
            message = Message(
                zh: "\(chain)#\(seq)：人员、设备、地址、对象等内容已被删去",
                en: "\(chain)#\(seq): who, device, address and object were removed")
        case .removed(let chain, let from, let to):
            message = Message(zh: "\(chain)#\(from)–#\(to)：被删除", en: "\(chain)#\(from)–#\(to): removed")
        case .reordered(let chain, let seq):
            message = Message(zh: "\(chain)#\(seq)：次序被调换或重复", en: "\(chain)#\(seq): out of order, or twice")
        case .cutOff(let chain, let last, let head):
            message = Message(
                zh: "\(chain)：末行为 #\(last)，而已签名的链头为 #\(head)，末尾被截断",
                en: "\(chain): ends with #\(last), but a signed head is #\(head): the tail was cut off")
        case .otherHead(let chain, let seq):
            message = Message(zh: "\(chain)#\(seq)：与已签名的链头不符", en: "\(chain)#\(seq): not what the signed head says")
        case .retiredTooEarly(let chain, let seq):
            message = Message(
                zh: "\(chain)#\(seq)：称已到期删除，但没有 183 天前签名的链头为证",
                en: "\(chain)#\(seq): said to be retired, but no head signed 183 days ago proves it")
        case .forgedHead(let chain, let seq):
            message = Message(zh: "\(chain)#\(seq)：链头签名无效", en: "\(chain)#\(seq): the head's signature does not hold")
        case .unsealed(let report):
            message = Message(
                zh: "记录 \(report)：未封存，不是经网关收下的", en: "record \(report): not sealed; no gateway took it in")
        case .brokenSeal(let chain, let seq):
            message = Message(
                zh: "\(chain)#\(seq)：此行封存的记录或照片被改动、删除或添加",
                en: "\(chain)#\(seq): records or photos sealed here were altered, removed or added")
        }
        return message.text(in: language)
    }
}
