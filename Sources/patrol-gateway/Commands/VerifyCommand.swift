import ArgumentParser
import Gateway
import Intake
import Store
import Wire

struct VerifyCommand: GatewayCommand, TakesNoWords {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "由原始记录重算台账并比对，有差异时以 1 退出 · Recompute the ledger from records; exits 1 on any difference")

    @OptionGroup var words: UnknownWords

    func run(_ context: CommandContext) async throws {
        let opened = try await OpenedStore.current(context)
        let result = try await opened.store.verify { id, body, sha256 in
            let bytes = Array(body.utf8)
            guard sha256Hex(bytes) == sha256 else { throw AlteredBody() }
            return try patrolRecord(id: id, fromBody: bytes).record
        }
        for difference in result.differences { context.console.out(difference.description) }
        context.console.say(
            Message(
                zh:
                    "核对：\(result.months) 个月、\(result.obligations) 项应巡应访、\(result.visits) 次巡查走访、\(result.otherRecords) 条其他记录，差异 \(result.differences.count) 处。",
                en:
                    "verified \(result.months) months, \(result.obligations) obligations, \(result.visits) visits, \(result.otherRecords) other records: "
                    + "\(result.differences.count) differences"))
        if result.unreplayable > 0 {
            context.console.say(
                Message(
                    zh: "其中 \(result.unreplayable) 条已按期切除部分内容，不能再重读，只核对了所存的结论。",
                    en:
                        "\(result.unreplayable) of them were cut and cannot be read again; what was stored of their judgement was checked."
                ))
        }
        guard result.differences.isEmpty else {
            throw CommandFailure(
                .failure, zh: "台账与记录不一致。请停止更正，保留数据库副本并交给管理员。",
                en:
                    "The ledger and its records disagree. Stop corrections, keep a copy of the database and tell your administrator."
            )
        }
    }
}

/// A record's bytes are not those that were acknowledged.
private struct AlteredBody: Error, CustomStringConvertible {
    var description: String { "its bytes do not have the digest that was acknowledged" }
}
