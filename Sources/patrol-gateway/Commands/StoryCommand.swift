import ArgumentParser
import Gateway
import Intake
import Patrol
import Store
import Wire

struct StoryCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "story", abstract: "一个对象的全部经过，一页看完 · One subject, everything, on one page")

    @Argument(help: "对象编号 · Id of the subject") var subject: String
    @OptionGroup var kind: KindOption
    @OptionGroup var asOf: AsOfOption
    @OptionGroup var output: OutputOptions

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let store = try await OpenedStore.current(context).store
        if kind.kind == .keyPerson { try await context.traceReading("\(subject) story", .ruling, in: store) }
        let found = try await store.story(
            of: subject, kind.kind, known: known,
            reading: { try patrolRecord(id: $0, fromBody: Array($1.utf8)).record })
        guard let found else {
            throw CommandFailure(
                .noInput, zh: "没有对象 \(subject)。请核对编号、--kind 与 --as-of。",
                en: "There is no subject \(subject). Check the id, --kind and --as-of.")
        }
        let story = StoryAnswer(found)
        if output.chosen == .json { return try context.show(story, output) { [] } }
        if output.chosen == .text {
            context.console.out("\(story.id)  \(story.name)")
            for tenant in story.site where story.site.count > 1 {
                context.console.out("  \(tenant.id)  \(tenant.name)  \(tenant.from ?? "-")…\(tenant.to ?? "")")
            }
        }
        try context.show(
            Array(zip(found.events, story.events)).map { StoryRow(time: context.local($0), line: $1) }, output,
            [
                Column("at", "时间") { $0.time }, Column("what", "事项") { $0.line.what },
                Column("word", "结果") { $0.line.word }, Column("by", "经手") { $0.line.by },
                Column("source", "来源") { $0.line.source }, Column("text", "内容") { $0.line.text },
            ])
    }
}

private struct StoryRow: Encodable {
    /// By the deployment's clocks.
    let time: String
    let line: StoryLine
}

extension CommandContext {
    fileprivate func local(_ event: StoryEvent) -> String { local(event.at) }
}
