import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct ExplainCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "把一个数字说清楚：分子、分母、未计入者、政策版本，并重新计算 · Lay a figure open and count it again",
        discussion: """
            Exits 1 if the figure that is shown and the one that was just counted again differ. --lines lists every duty \
            of the denominator; CSV always does.
            """)

    @OptionGroup var options: AreaMonthOptions
    @OptionGroup var asOf: AsOfOption
    @Flag(help: "列出分母的每一项 · List every duty of the denominator") var lines = false

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.opened(context)
        guard let found = try await asked.store.explain(asked.kind, asked.path, in: asked.month, known: known) else {
            throw CommandFailure(
                .noInput, zh: "当时没有这个区域的数字。请核对 --month 与 --as-of。",
                en: "There was no figure of this area then. Check --month and --as-of.")
        }
        let answer = ExplanationAnswer(found, from: 0, count: .max / 2)
        if options.output.chosen == .csv {
            try show(answer.lines, context)
        } else {
            try context.show(answer, options.output) { text(found, context) }
            if lines, options.output.chosen == .text { try show(answer.lines, context) }
        }
        guard found.agrees else {
            throw CommandFailure(
                .failure, zh: "数字与重新计算的结果不一致。请运行 verify 并告诉管理员。",
                en: "The figure and what was counted again differ. Run verify and tell your administrator.")
        }
    }

    private func show(_ lines: [ExplanationLine], _ context: CommandContext) throws {
        try context.show(
            lines, options.output,
            [
                Column("grid", "网格") { $0.grid }, Column("state", "状态") { $0.state },
                Column("numerator", "分子") { $0.numerator ? "1" : "0" },
                Column("line", "台账行") { $0.text.replacing("\t", with: " ") },
            ])
    }

    private func text(_ found: Explanation, _ context: CommandContext) -> [String] {
        let count = found.shown
        var lines = [
            "\(found.area.name)  \(found.month)  \(found.kind.rawValue)",
            context.pick("分子 \(count.done)，分母 \(count.due)：", "numerator \(count.done), denominator \(count.due): ")
                + percentText(count.done, of: count.due)
                + context.pick("；含暂免 ", "; with \(count.excused) excused ")
                + percentText(count.done + count.excused, of: count.due),
            context.pick(
                "其中照片未到 \(count.provisional)，仅门外 \(count.outsideOnly)，迟到 \(count.late)；待认定 \(count.awaiting)",
                "photos missing \(count.provisional), outside only \(count.outsideOnly), late \(count.late); awaiting \(count.awaiting)"
            ),
            context.pick("重新计算：", "counted again: ") + "\(found.recounted.done)/\(found.recounted.due) "
                + (found.agrees ? context.pick("一致", "agrees") : context.pick("不一致！", "DIFFERS")),
        ]
        lines += found.versions.map { version in
            context.pick("版本 ", "version ") + "\(version.number)  \(version.cutAt.rfc3339)  \(version.sha256)"
        }
        lines += found.policies.map { part in
            context.pick("政策 ", "policy ") + "\(part.policy.id)@\(part.policy.version)  "
                + "\(part.count.done)/\(part.count.due)  \(part.policy.title)  \(part.policy.basis)"
        }
        lines.append(context.pick("未计入 ", "not counted ") + "\(found.excluded.count)")
        return lines + found.excluded.map { "  \($0.subject)  \($0.grid)  \($0.why.rawValue)" }
    }
}
