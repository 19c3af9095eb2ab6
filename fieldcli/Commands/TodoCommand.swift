import ArgumentParser
import Patrol
import Wire

struct TodoCommand: FieldCommand {
    static let isShutBySeal = true
    static let configuration = CommandConfiguration(
        commandName: "todo",
        abstract: Language.ofProcess(
            zh: "本月待巡、待访，近者在前；离线可用", en: "What is still due this month (待巡/待访), nearest first; works offline"))

    @OptionGroup var position: PositionOptions

    @Option(help: hint("只看 place（场所）或 keyPerson（重点人员）", "Only place (场所) or keyPerson (重点人员)"))
    var kind: String?

    @Option(help: hint("最多列出多少项", "At most so many"))
    var limit: Int?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let limit, limit < 1 {
            throw ValidationError(Language.ofProcess(zh: "--limit 至少为 1", en: "--limit starts at 1"))
        }
        if let kind, SubjectKind(rawValue: kind) == nil {
            throw ValidationError(
                Language.ofProcess(zh: "--kind 应为 place 或 keyPerson", en: "--kind is place or keyPerson"))
        }
        if let here = position.here, !here.isValid {
            throw ValidationError(
                Language.ofProcess(
                    zh: "位置应为 纬度,经度：纬度 −90…90，经度 −180…180",
                    en: "The position is latitude,longitude: −90…90 and −180…180 degrees"))
        }
    }

    func perform(on handheld: Handheld) async throws -> ExitStatus {
        let month = handheld.thisMonth
        var list = TodoList(month: month, outbox: try handheld.openOutbox().contents().entries, zone: handheld.zone)
        var seen = 0
        var isOld = false
        for grid in try handheld.rosters.grids() {
            if let cached = try handheld.rosters.places(of: grid) {
                seen += 1
                isOld = isOld || cached.roster.month != month.description
                if kind != SubjectKind.keyPerson.rawValue { list.add(cached.roster) }
            }
            if let cached = try handheld.rosters.keyPersons(of: grid), kind != SubjectKind.place.rawValue {
                list.add(cached.roster)
            }
        }
        guard seen > 0 else {
            throw Failure(
                .noInput, "no-roster", zh: "本机还没有底册。有网络时先执行：fieldcli roster",
                en: "There is no roster on this handheld. With a network, run first: fieldcli roster")
        }
        if isOld {
            handheld.console.remark(
                zh: "底册不是 \(month) 的，全部按待巡待访列出。有网络时请执行 fieldcli roster。",
                en:
                    "The roster is not of \(month), so everything counts as due. Run fieldcli roster when there is a network."
            )
        }
        let due = nearestFirst(list.items, from: position.here)
        let items = limit.map { Array(due.prefix($0)) } ?? due
        handheld.console.answer(items, sentences: sentences(items, of: due.count, handheld.language))
        return .success
    }

    private func sentences(_ items: [TodoItem], of count: Int, _ language: Language) -> [String] {
        if items.isEmpty { return [language(zh: "本月已全部巡查、走访。", en: "Nothing is due any more this month.")] }
        let lines = items.map { item in
            let distance = item.metres.map { "\(distanceText($0))  " } ?? ""
            let kind = item.kind == "keyPerson" ? language(zh: "走访", en: "visit") : language(zh: "巡查", en: "check")
            let notes = [
                item.contactRule, item.safetyHint,
                item.attempted ? language(zh: "到访未遇，待再访", en: "tried in vain, go again") : nil,
            ].compactMap { $0 }.filter { !$0.isEmpty }
            return "\(distance)\(item.id)  \(kind)  \(item.name)  \(item.address)"
                + (notes.isEmpty ? "" : "  [\(notes.joined(separator: " "))]")
        }
        if items.count == count { return lines }
        return lines + [
            language(zh: "…… 还有 \(count - items.count) 项", en: "… and \(count - items.count) more")
        ]
    }

    private func distanceText(_ metres: Double) -> String {
        metres < 1_000 ? "\(Int(metres.rounded())) m" : "\((metres / 100).rounded() / 10) km"
    }
}
