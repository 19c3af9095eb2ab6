import ArgumentParser
import Wire

struct SyncCommand: FieldCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: Language.ofProcess(
            zh: "发送待发箱：紧急的先发，照片在记录之后", en: "Send the outbox: urgent first, photos after all records"))

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            Language.ofProcess(
                zh: "最多重试这么多秒（默认每项试 3 次）", en: "Keep trying for so many seconds (default: three tries each)"),
            valueName: "seconds"))
    var seconds: Int?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let seconds, !(1...86_400).contains(seconds) {
            throw ValidationError(Language.ofProcess(zh: "--for 应为 1–86400 秒", en: "--for is 1–86400 seconds"))
        }
    }

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let report = try await handheld.deliver(seconds.map { .during(.seconds($0)) } ?? .standard)
        let (entries, unreadable) = try handheld.openOutbox().contents()
        let others = entries.count - report.items.count { $0.phase != DeliveryState.Phase.done.rawValue }
        handheld.console.answer(
            SyncSummary(
                ending: report.ending, items: report.items, unreadable: unreadable, notMine: max(0, others),
                withoutLogin: report.isWithoutLogin),
            sentences: DeliveryWords(language: handheld.language).sentences(
                report, unreadable: unreadable, notMine: max(0, others)))
        return unreadable.isEmpty || report.status != .success ? report.status : .inputOutput
    }
}

struct SyncSummary: Codable, Equatable, Sendable {
    let ending: DeliveryEnding
    let items: [DeliveryReport.Item]
    let unreadable: [String]
    /// Left in the outbox because they are other people's, or were recorded while this ran.
    let notMine: Int
    /// Something was handed over by the device's signature, since nobody is logged in.
    let withoutLogin: Bool
}
