import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct ClearsCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "clears", abstract: "四清：人口清、场所清、隐患清、动态清 · The four clears of an area's month")

    @OptionGroup var options: MonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.opened(context)
        let kinds = Set(SubjectKind.allCases)
        let clears = ClearsAnswer(
            try await asked.store.fourClears(below: asked.path, in: asked.month, kinds: kinds, known: known),
            kinds: kinds)
        try context.show(clears, options.output) { lines(clears, context) }
    }

    private func lines(_ clears: ClearsAnswer, _ context: CommandContext) -> [String] {
        func subjects(_ figures: CoverageFigures?, _ movement: MovementRow?, _ stale: Int) -> String {
            guard let figures, let movement else { return "–" }
            let rate = percentText(figures.done, of: figures.due)
            return context.pick(
                "\(figures.done)/\(figures.due) (\(rate))，新增 \(movement.entered)、离开 \(movement.left)、变更 \(movement.changed)，一年未动 \(stale)",
                "\(figures.done)/\(figures.due) (\(rate)), entered \(movement.entered), left \(movement.left), changed \(movement.changed), untouched for a year \(stale)"
            )
        }
        var lines = [
            context.pick("人口清  ", "key persons  ")
                + subjects(clears.keyPersons, clears.keyPersonMovement, clears.staleKeyPersons),
            context.pick("场所清  ", "places  ") + subjects(clears.places, clears.placeMovement, clears.stalePlaces),
            context.pick("隐患清  ", "hazards  ")
                + (clears.findings.map { "\($0.kind) \($0.count)" + ($0.urgent > 0 ? " (!\($0.urgent))" : "") }
                    .joined(separator: ", ").nonEmpty ?? "0"),
        ]
        lines += clears.repeated.map { hazard in
            context.pick("  重复  ", "  again  ") + "\(hazard.place)  \(hazard.name)  \(hazard.kind) ×\(hazard.times)"
        }
        if !clears.withoutFindings.isEmpty {
            lines.append(
                context.pick("  全巡而无一发现  ", "  all visited, nothing found  ")
                    + clears.withoutFindings.joined(separator: " "))
        }
        lines.append(
            context.pick(
                "动态清  底册变更待处理 \(clears.proposalsWaiting)，待认定 \(clears.awaiting)",
                "changes  roster proposals waiting \(clears.proposalsWaiting), awaiting a ruling \(clears.awaiting)"))
        return lines
    }
}
