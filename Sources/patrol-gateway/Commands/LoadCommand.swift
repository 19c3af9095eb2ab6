import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct LoadCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "各网格、每名网格员一个月的工作量，下达任务前先看 · Load of each grid and worker, before a duty is issued")

    @OptionGroup var options: MonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.resolved(context, ahead: 12)
        let loads = GridLoads(
            now: try await asked.store.load(below: asked.path, in: asked.month, known: known), then: nil)
        try loads.show(context, options.output)
    }
}

/// What the grids' workers are to do, and what they would have to with a further policy.
struct GridLoads {
    let now: [GridLoad]
    let then: [GridLoad]?

    init(now: [GridLoad], then: [GridLoad]?) {
        self.now = now
        self.then = then
    }

    /// - Parameter area: by its code; below every root without it.
    init(in store: PatrolStore, below area: String?, month: Month, adding policy: ObligationPolicy) async throws {
        var paths: [PathKey] = []
        if let area {
            let id = try await foundArea(area, in: store, on: month.last)
            paths = try await store.path(of: id, on: month.last).map { [$0] } ?? []
        } else {
            paths = try await store.areaStandings(on: month.last).filter { $0.managedBy == nil }
                .map { PathKey(root: $0.line.id) }
        }
        var now: [GridLoad] = []
        var then: [GridLoad] = []
        for path in paths {
            now += try await store.load(below: path, in: month)
            then += try await store.load(below: path, in: month, adding: policy)
        }
        self.init(now: now, then: then)
    }

    func show(_ context: CommandContext, _ output: OutputOptions) throws {
        let before = Dictionary(now.map { ($0.grid.id.text, $0.total) }) { first, _ in first }
        var columns: [Column<LoadRow>] = [
            Column("grid", "编号") { $0.grid }, Column("name", "网格") { $0.name },
            Column("workers", "网格员") { "\($0.workers)" }, Column("subjects", "对象") { "\($0.subjects)" },
            Column("doors", "要走的门") { "\($0.doors)" }, Column("visits", "次数") { "\($0.total)" },
            Column("perWorker", "人均") { $0.perWorker.map { oneDecimal($0) } },
            Column("policies", "按政策") { row in row.visits.map { "\($0.key) \($0.count)" }.joined(separator: ", ") },
        ]
        if then != nil {
            columns.insert(
                Column("change", "增减") { row in
                    let change = row.total - (before[row.grid] ?? 0)
                    return change > 0 ? "+\(change)" : "\(change)"
                }, at: 6)
        }
        try context.show((then ?? now).map { LoadRow($0) }, output, columns)
        guard output.chosen == .text else { return }
        let shown = then ?? now
        let workers = shown.reduce(0) { $0 + $1.workers }
        let vacant = shown.filter { $0.workers == 0 && $0.total > 0 }.count
        context.console.say(
            Message(
                zh: "共 \(shown.count) 个网格、\(workers) 人、\(shown.reduce(0) { $0 + $1.total }) 次；\(vacant) 个网格有任务而无人。",
                en:
                    "\(shown.count) grids, \(workers) workers, \(shown.reduce(0) { $0 + $1.total }) visits; \(vacant) grids owe visits and have nobody."
            ))
    }
}

func oneDecimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(abs(tenths) % 10)"
}
