import Intake
import Patrol
import Wire

/// One record in the outbox.
struct OutboxEntry: Sendable {
    let id: String
    let folder: String
    let report: PatrolReport
    /// The bytes that travel, exactly as they were frozen.
    let frozen: [UInt8]
    var state: DeliveryState

    func photoPath(_ sha256: String) -> String { "\(folder)/photos/\(PhotoIntake.fileName(sha256))" }

    /// Whether this record, once it arrives, is likely to settle the month's duty for its subject; the gateway decides.
    var settlesSubject: String? {
        guard state.phase != .refused, let subject = report.subject?.id,
            let visit = try? patrolRecord(id: id, from: report).visit
        else { return nil }
        return visit.mayDischarge ? subject : nil
    }
}

/// A record of the outbox as `outbox` and `mine` show it.
struct OutboxLine: Codable, Equatable, Sendable {
    let id: String
    let phase: String
    let capturedAt: String
    let sequence: Int64
    let urgent: Bool
    let subjectKind: String?
    let subject: String?
    let outcome: String?
    let attempts: Int
    let photos: Int
    let photosToSend: Int
    let problem: Problem?
    /// What to do, in the reader's language.
    let advice: String

    init(_ entry: OutboxEntry, reader: String?, language: Language) {
        let state = entry.state
        id = entry.id
        phase = state.phase.rawValue
        capturedAt = state.capturedAt
        sequence = state.sequence
        urgent = state.isUrgent
        subjectKind = entry.report.subject?.kind
        subject = entry.report.subject?.id ?? entry.report.subject?.name
        outcome = entry.report.outcome
        attempts = state.attempts
        photos = state.photos.count
        photosToSend = state.photos.count { $0.state == .waiting }
        problem = state.problem
        advice = language(Self.advice(entry, reader: reader))
    }

    private static func advice(_ entry: OutboxEntry, reader: String?) -> Text {
        if let owner = entry.state.person, entry.state.isPending, let reader, owner != reader {
            return Text(
                zh: "属于另一位登录人（\(owner)），由其登录后再执行 fieldcli sync",
                en: "made by another person (\(owner)); it goes out after their login and sync")
        }
        switch entry.state.phase {
        case .waiting:
            return Text(zh: "待发送：有网络时执行 fieldcli sync", en: "waiting: run fieldcli sync when there is a network")
        case .sent: return Text(zh: "记录已送达，照片待发送：执行 fieldcli sync", en: "acknowledged, photos to go: run fieldcli sync")
        case .refused:
            return Text(
                zh: "网关不接受：按原因另填一条（可加 --supersedes \(entry.id)），再执行 fieldcli outbox drop \(entry.id) --yes",
                en: "refused: report it anew as the reason says, then run fieldcli outbox drop \(entry.id) --yes")
        case .unusable:
            return Text(
                zh: "记录已送达，但有照片不可用：重拍并用 --supersedes \(entry.id) 补报，再执行 fieldcli outbox drop \(entry.id) --yes",
                en: "acknowledged, but a photo is of no use: take it again, report with --supersedes \(entry.id), "
                    + "then run fieldcli outbox drop \(entry.id) --yes")
        case .done: return Text(zh: "全部送达", en: "delivered")
        }
    }
}
