import ArgumentParser
import Foundation
import Patrol
import Wire

struct SimulateCommand: FieldCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: Language.ofProcess(
            zh: "模拟 N 名网格员走一天：离线、重发、照片都有", en: "N workers walk their grids for a day, with outages, repeats and photos")
    )

    @Option(help: hint("网格员人数", "Number of workers"))
    var workers: Int

    @Option(
        help: hint(
            "帐号文件：CSV，列 name,password；网关要求登记终端时另有 enrolment 列（二维码文字）",
            "Accounts: a CSV with the columns name,password, and enrolment (a QR code's text) where devices must enrol")
    )
    var accounts: String

    @Option(help: hint("网关地址（默认 $FIELDCLI_GATEWAY）", "Address of the gateway (default: $FIELDCLI_GATEWAY)"))
    var gateway: String?

    @Option(help: hint("JPEG 照片文件夹（默认自动生成）", "Folder of JPEG photos (default: generated)"))
    var photos: String?

    @Option(help: hint("日期 YYYY-MM-DD（默认今天）", "The day, YYYY-MM-DD (default: today)"))
    var day: String?

    @Option(help: hint("随机数种子", "Seed of everything that is left to chance"))
    var seed: UInt64 = 1

    @Option(help: hint("每人每网格最多走访多少处（默认全部待巡待访）", "Most visits of a worker in a grid (default: all that is due)"))
    var visitsPerWorker: Int?

    @Option(help: hint("每段路没有网络的概率 0–1", "Probability of no network on a stretch, 0–1"))
    var offlineProbability = 0.4

    @Option(help: hint("同时走的人数", "Workers at the same time"))
    var parallel = 8

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard workers >= 1, (1...256).contains(parallel), visitsPerWorker.map({ $0 >= 1 }) ?? true else {
            throw ValidationError(
                Language.ofProcess(
                    zh: "人数和次数应至少为 1，--parallel 不超过 256", en: "Counts start at 1; --parallel ends at 256"))
        }
        guard (0...1).contains(offlineProbability) else {
            throw ValidationError(Language.ofProcess(zh: "概率应在 0 到 1 之间", en: "A probability lies between 0 and 1"))
        }
        if let day, Day(day) == nil {
            throw ValidationError(Language.ofProcess(zh: "日期应为 YYYY-MM-DD", en: "The day is written YYYY-MM-DD"))
        }
    }

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let now = handheld.moment().wallClock
        let day = day.flatMap { Day($0) } ?? handheld.zone.day(of: now)
        guard let hours = WorkingHours(of: day, now: now, zone: handheld.zone) else {
            throw Failure(
                .usage, "day-in-future", zh: "\(day) 还没到；请给出今天或以前的日期。",
                en: "\(day) has not begun; give today or an earlier day.")
        }
        let file = try AccountsFile(path: accounts)
        guard file.accounts.count >= workers else {
            throw Failure(
                .dataRefused, "too-few-accounts", zh: "帐号文件只有 \(file.accounts.count) 个帐号，少于 \(workers) 人。",
                en: "The accounts file has \(file.accounts.count) accounts, fewer than \(workers) workers.")
        }
        let address = try GatewayAddress.chosen(option: gateway, environment: handheld.environment, settings: nil)
        let source = try photos.map { try PhotoSource(folder: $0) } ?? .generated
        let tally = SimulationTally()
        let start = ContinuousClock.now
        let pinned = file.accounts.lazy.compactMap { $0.enrolment.flatMap(EnrolmentCode.init) }.first?.gatewayKeys
        try await GatewayClient.use(
            address, access: Access(), keys: pinned ?? [], language: handheld.language, clock: handheld.clock
        ) { client in
            let team = file.accounts.prefix(workers).map { account in
                (account, "\(handheld.home.folder)/workers/\(Self.folderName(account.name))")
            }
            await Self.run(team.count, atOnce: parallel) { index in
                let (account, folder) = team[index]
                var cutShort: String?
                do {
                    let worker = SimulatedWorker(
                        account: account, home: try Home(folder: folder), client: client, hours: hours,
                        zone: handheld.zone,
                        visitLimit: visitsPerWorker, offlineProbability: offlineProbability, photos: source,
                        tally: tally,
                        seed: seed)
                    try await worker.work()
                } catch {
                    let failure = Self.failure(error)
                    cutShort = failure.code
                    handheld.console.remark(
                        zh: "\(account.name): \(failure.message.zh)", en: "\(account.name): \(failure.message.en)")
                }
                let done = Self.close(folder, cutShort, tally)
                Progress(isShown: handheld.console.showsProgress).draw(
                    handheld.language(zh: "网格员", en: "workers"), done: Int64(done), of: Int64(team.count))
            }
        }
        Progress(isShown: handheld.console.showsProgress).clear()
        let summary = tally.summary(seconds: (ContinuousClock.now - start) / .seconds(1))
        handheld.console.answer(summary, sentences: summary.sentences(handheld.language))
        return summary.status
    }

    /// Runs `body` for 0, 1, … `count - 1`, so many at once.
    private static func run(_ count: Int, atOnce limit: Int, _ body: @escaping @Sendable (Int) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<count {
                if index >= limit { await group.next() }
                group.addTask { await body(index) }
            }
        }
    }

    /// Looks into a worker's outbox at the end of the day.
    private static func close(_ folder: String, _ cutShort: String?, _ tally: SimulationTally) -> Int {
        let outbox = try? Outbox(home: Home(folder: folder)) {
            var random = SystemRandomNumberGenerator()
            return makeDeviceID(using: &random)
        }
        guard let left = try? outbox?.contents() else {
            return tally.finished(left: 1, refused: 0, cutShort: cutShort ?? "storage")
        }
        return tally.finished(
            left: left.entries.count + left.unreadable.count,
            refused: left.entries.count { $0.state.phase == .refused },
            cutShort: cutShort)
    }

    private static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let fault as StorageFault: Failure(fault)
        default: Failure(.temporaryFailure, "cancelled", zh: "中断：\(error)", en: "interrupted: \(error)")
        }
    }

    private static func folderName(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "worker"
    }
}

extension SimulationSummary {
    /// Success only if every record and photo arrived, and every repeat was answered as the first time.
    var status: ExitStatus {
        if leftInOutbox > 0 { return refused > 0 ? .dataRefused : .temporaryFailure }
        let hasForgotten = failures["replay-differs"] != nil || failures["not-read-back"] != nil
        if hasForgotten { return .dataRefused }
        return workersFailed > 0 ? .unavailable : .success
    }
}
