import Synchronization
import Wire

/// What all simulated workers did, counted while they do it.
final class SimulationTally: Sendable {
    private struct Numbers {
        var workers = 0
        var workersFailed = 0
        var reports = 0
        var photos = 0
        var subjects: Set<String> = []
        var discharged: Set<String> = []
        var replays = 0
        var refusals = 0
        var failures: [String: Int] = [:]
        var left = 0
        var reportMilliseconds: [Double] = []
        var photoMilliseconds: [Double] = []
    }

    private let numbers = Mutex(Numbers())

    /// Hears of every request that a courier made.
    func heard(_ parcel: Parcel, _ time: Duration, _ exchange: Exchange) {
        numbers.withLock { numbers in
            guard case .answer(let answer) = exchange else {
                numbers.failures["unreachable", default: 0] += 1
                return
            }
            let isTaken = answer.status == 200 || answer.status == 201
            switch parcel.content {
            case .report:
                numbers.reportMilliseconds.append(time / .milliseconds(1))
                if isTaken { numbers.reports += 1 }
            case .photo:
                numbers.photoMilliseconds.append(time / .milliseconds(1))
                if isTaken { numbers.photos += 1 }
            }
            if answer.isReplay { numbers.replays += 1 }
            if !isTaken { numbers.failures[answer.problem?.code ?? "http-\(answer.status)", default: 0] += 1 }
        }
    }

    /// A record was sent again after it had arrived. No answer and a busy gateway prove nothing.
    func sentAgain(_ exchange: Exchange, first: Receipt?) {
        guard case .answer(let answer) = exchange, answer.status < 500, answer.status != 429 else { return }
        let receipt = try? decode(Receipt.self, from: answer.body).value
        let isSame =
            answer.status == 200 && answer.isReplay && receipt?.id == first?.id
            && receipt?.receivedAt == first?.receivedAt && receipt?.sha256 == first?.sha256
        numbers.withLock { numbers in
            if isSame { numbers.replays += 1 } else { numbers.failures["replay-differs", default: 0] += 1 }
        }
    }

    /// A record about this subject arrived.
    /// - Parameter standing: what its receipt says of the month's duty.
    func arrived(subject: String, standing: String?) {
        numbers.withLock { numbers in
            numbers.subjects.insert(subject)
            if standing == "done" || standing == "provisional" { numbers.discharged.insert(subject) }
        }
    }

    func failed(_ code: String) { numbers.withLock { $0.failures[code, default: 0] += 1 } }

    /// A worker's day is over.
    /// - Parameter cutShort: why it ended early, by code; nil for a whole day.
    /// - Returns: how many workers have finished.
    func finished(left: Int, refused: Int, cutShort: String?) -> Int {
        numbers.withLock { numbers in
            numbers.workers += 1
            if let cutShort {
                numbers.workersFailed += 1
                numbers.failures[cutShort, default: 0] += 1
            }
            numbers.left += left
            numbers.refusals += refused
            return numbers.workers
        }
    }

    func summary(seconds: Double) -> SimulationSummary {
        numbers.withLock { numbers in
            SimulationSummary(
                workers: numbers.workers, workersFailed: numbers.workersFailed, reports: numbers.reports,
                photos: numbers.photos,
                distinctSubjects: numbers.subjects.count, discharged: numbers.discharged.count,
                replays: numbers.replays, refused: numbers.refusals,
                failures: numbers.failures, leftInOutbox: numbers.left, seconds: seconds,
                reportMilliseconds: Quantiles(numbers.reportMilliseconds),
                photoMilliseconds: Quantiles(numbers.photoMilliseconds))
        }
    }
}

extension Answer {
    /// The gateway had these bytes already.
    var isReplay: Bool { headers["idempotent-replayed"] == "?1" }
}

/// Nearest-rank quantiles; absent when nothing was measured.
struct Quantiles: Codable, Equatable, Sendable {
    let p50: Double
    let p99: Double

    init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        func rank(_ share: Double) -> Double {
            sorted[min(sorted.count - 1, max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1))]
        }
        p50 = rank(0.5)
        p99 = rank(0.99)
    }
}

struct SimulationSummary: Codable, Equatable, Sendable {
    let workers: Int
    /// Those whose day ended early: no login, no roster, no disk.
    let workersFailed: Int
    let reports: Int
    let photos: Int
    let distinctSubjects: Int
    /// Distinct subjects whose duty of the month a record of this day discharged.
    let discharged: Int
    let replays: Int
    let refused: Int
    /// By problem code, requests that came to nothing; most are tried again and arrive.
    let failures: [String: Int]
    let leftInOutbox: Int
    let seconds: Double
    let reportMilliseconds: Quantiles?
    let photoMilliseconds: Quantiles?

    func sentences(_ language: Language) -> [String] {
        func text(_ quantiles: Quantiles?) -> String {
            quantiles.map { "p50 \(($0.p50 * 10).rounded() / 10) ms, p99 \(($0.p99 * 10).rounded() / 10) ms" } ?? "–"
        }
        let failed = failures.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return [
            language(
                zh:
                    "网格员 \(workers) 名，记录 \(reports) 条，照片 \(photos) 张，对象 \(distinctSubjects) 个（其中完成 \(discharged) 个），重发 \(replays) 次，被拒 \(refused) 条，用时 \((seconds * 10).rounded() / 10) 秒",
                en:
                    "\(workers) workers, \(reports) records, \(photos) photos, \(distinctSubjects) subjects (\(discharged) discharged), \(replays) replays, "
                    + "\(refused) refused, \((seconds * 10).rounded() / 10) s"),
            language(
                zh: "记录 \(text(reportMilliseconds))；照片 \(text(photoMilliseconds))",
                en: "records \(text(reportMilliseconds)); photos \(text(photoMilliseconds))"),
            workersFailed == 0
                ? ""
                : language(zh: "\(workersFailed) 名没有走完。", en: "\(workersFailed) workers did not finish their day."),
            failed.isEmpty ? "" : language(zh: "未成功的请求：\(failed)", en: "requests that came to nothing: \(failed)"),
            leftInOutbox == 0
                ? language(zh: "待发箱全部清空。", en: "Every outbox is empty.")
                : language(
                    zh: "待发箱还有 \(leftInOutbox) 条：加大网关或再执行一次。",
                    en: "\(leftInOutbox) records remain in outboxes; look at the gateway and run again."),
        ].filter { !$0.isEmpty }
    }
}
