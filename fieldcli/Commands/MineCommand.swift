import ArgumentParser
import Patrol
import Wire

struct MineCommand: FieldCommand {
    static let isShutBySeal = true
    static let configuration = CommandConfiguration(
        commandName: "mine",
        abstract: Language.ofProcess(
            zh: "我的记录：状态、佐证、原因，以及还在待发箱里的", en: "What became of my records, and what still waits here"))

    @Option(help: hint("月份 YYYY-MM（默认本月）", "Month YYYY-MM (default: this month)"))
    var month: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let month, Month(month) == nil {
            throw ValidationError(Language.ofProcess(zh: "月份应为 YYYY-MM", en: "The month is written YYYY-MM"))
        }
    }

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let saved = try SavedSession.require(from: handheld.home)
        let waiting = try handheld.openOutbox().contents().entries.map {
            OutboxLine($0, reader: saved.session.person.id, language: handheld.language)
        }
        do {
            let lines = try await handheld.speak(to: saved.gateway, as: saved) { client in
                try await client.all(
                    ReportLine.self, "/v1/reports", [("month", month ?? handheld.thisMonth.description)])
            }
            handheld.console.answer(
                MineSummary(reports: lines, outbox: waiting),
                sentences: sentences(lines, waiting, handheld.language, handheld.zone))
            return .success
        } catch let failure as Failure where !common.json && failure.status == .unavailable {
            // Without a network the worker still sees what is on the device.
            handheld.console.answer(waiting, sentences: sentences([], waiting, handheld.language, handheld.zone))
            throw failure
        }
    }

    private func sentences(_ lines: [ReportLine], _ waiting: [OutboxLine], _ language: Language, _ zone: DeploymentZone)
        -> [String]
    {
        let sent = lines.map { line in
            let subject = line.subjectName ?? line.subject ?? language(zh: "途中发现", en: "on the way")
            let outcome = line.outcome.map { "  " + Wording.outcome($0, language) } ?? ""
            let standing = line.standing.map { "  " + Wording.standing($0, language) } ?? ""
            let grade = line.grade.map { "  " + Wording.grade($0, language) } ?? ""
            let reasons = line.reasons.map { Wording.reason($0, language) }.joined(
                separator: language(zh: "、", en: ", "))
            let missing =
                line.missingPhotos > 0
                ? language(zh: "  缺照片 \(line.missingPhotos) 张", en: "  \(line.missingPhotos) photos missing") : ""
            return "\(time(line.capturedAt, zone))  \(subject)\(outcome)\(standing)\(grade)\(missing)"
                + (reasons.isEmpty ? "" : "  [\(reasons)]") + "  \(line.id)"
        }
        let here = waiting.map {
            "\(time($0.capturedAt, zone))  \($0.subject ?? language(zh: "途中发现", en: "on the way"))  \($0.advice)  \($0.id)"
        }
        if sent.isEmpty, here.isEmpty { return [language(zh: "还没有记录。", en: "No records yet.")] }
        return sent + here
    }

    /// To the minute, as the clock on the wall showed it; a text that is no time is shown as it came.
    private func time(_ text: String, _ zone: DeploymentZone) -> String {
        guard let instant = Instant(rfc3339: text) else { return text }
        return String(instant.rfc3339(in: zone).prefix(16)).replacing("T", with: " ")
    }
}

struct MineSummary: Codable, Equatable, Sendable {
    let reports: [ReportLine]
    let outbox: [OutboxLine]
}
