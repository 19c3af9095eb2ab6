import ArgumentParser
import Patrol
import Wire

struct RosterCommand: FieldCommand {
    static let isShutBySeal = true
    static let configuration = CommandConfiguration(
        commandName: "roster",
        abstract: Language.ofProcess(
            zh: "取各包干网格的场所底册和重点人员名册，供离线使用", en: "Fetch the rosters (底册) of all my grids for use offline"))

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
        let lines = try await handheld.speak(to: saved.gateway, as: saved) { client in
            let fetch = RosterFetch(
                client: client, cache: handheld.rosters, fetchedAt: handheld.moment().wallClock,
                thisMonth: handheld.thisMonth)
            var lines: [RosterFetch.Line] = []
            for grid in saved.session.person.grids { lines.append(try await fetch.fetch(grid, month: month)) }
            return lines
        }
        try handheld.rosters.forgetAll(but: Set(lines.map(\.grid)))
        handheld.console.answer(lines, sentences: sentences(lines, handheld.language))
        return .success
    }

    private func sentences(_ lines: [RosterFetch.Line], _ language: Language) -> [String] {
        if lines.isEmpty { return [language(zh: "今天没有包干网格；请与站里联系。", en: "No grid today; ask your station.")] }
        return lines.map { line in
            let persons = line.keyPersons.map { count in
                language(
                    zh: "，重点人员 \(count) 人（待访 \(line.keyPersonsDue ?? 0)）",
                    en: ", \(count) key persons (\(line.keyPersonsDue ?? 0) due)")
            }
            return language(
                zh: "\(line.name) \(line.month)：场所 \(line.places) 处（待巡 \(line.placesDue)）",
                en: "\(line.name) \(line.month): \(line.places) places (\(line.placesDue) due)") + (persons ?? "")
        }
    }
}
