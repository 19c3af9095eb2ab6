import ArgumentParser
import Gateway
import Patrol
import Store
import Wire

struct StaffingCommand: GatewayCommand {
    static let configuration = CommandConfiguration(
        commandName: "staffing", abstract: "空岗、无证上岗、志愿者所占比例 · Vacant grids, uncertified workers, volunteers' share")

    @OptionGroup var options: MonthOptions
    @OptionGroup var asOf: AsOfOption

    func run(_ context: CommandContext) async throws {
        let known = try asOf.known(context)
        let asked = try await options.opened(context)
        let rows = try await asked.store.staffing(below: asked.path, in: asked.month, known: known)
            .map { StaffingRow($0) }
        try context.show(
            rows, options.output,
            [
                Column("grid", "编号") { $0.grid }, Column("name", "网格") { $0.name },
                Column("days", "天数") { "\($0.days)" },
                Column("vacantDays", "空岗天数") { "\($0.vacantDays)" },
                Column("uncertifiedDays", "无证天数") { "\($0.uncertifiedDays)" },
                Column("visits", "次数") { "\($0.total)" },
                Column("volunteers", "志愿者") { percentText(Int64($0.count(of: .volunteer)), of: Int64($0.total)) },
                Column("uncertifiedVisits", "无证次数") { "\($0.uncertifiedVisits)" },
                Column("capacities", "按身份") { row in
                    row.visits.map { "\($0.key) \($0.count)" }.joined(separator: ", ").nonEmpty
                },
            ])
        guard options.output.chosen == .text else { return }
        let vacant = rows.count { $0.vacantDays == $0.days }
        let (visits, volunteers) = (
            rows.reduce(0) { $0 + $1.total }, rows.reduce(0) { $0 + $1.count(of: .volunteer) }
        )
        let share = percentText(Int64(volunteers), of: Int64(visits))
        context.console.say(
            Message(
                zh: "\(rows.count) 个网格，\(vacant) 个整月空岗；志愿者占 \(share)。",
                en: "\(rows.count) grids, \(vacant) vacant all month; volunteers made \(share) of the visits."))
    }
}

extension StaffingRow {
    fileprivate var total: Int { visits.reduce(0) { $0 + $1.count } }
    fileprivate func count(of capacity: Capacity) -> Int {
        visits.first { $0.key == capacity.rawValue }?.count ?? 0
    }
}
