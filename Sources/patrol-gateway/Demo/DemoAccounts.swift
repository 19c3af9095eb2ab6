import Patrol
import Store

extension DemoCounty {
    /// Eighty grid workers and everybody above them. Sixty are full-time, one a grid; twelve lead a station's grids;
    /// eight are part-time and help in the first grids of their station.
    func accounts(seed: UInt64, from: Day) -> [AccountDraft] {
        var writer = AccountWriter(from: from, generator: SeededGenerator(seed: seed &+ 1))
        for grid in grids { writer.addWorker(in: [grid], .fullTime) }
        for station in stations { writer.addWorker(in: grids.filter { $0.station == station.id }, .gridLead) }
        for station in stations.prefix(DemoCounty.workerCount - writer.drafts.count) {
            writer.addWorker(in: Array(grids.filter { $0.station == station.id }.prefix(2)), .partTime)
        }
        for (index, station) in stations.enumerated() {
            writer.add("deputy" + (index + 1).padded(to: 2), .executiveDeputy, station)
            writer.add("chief" + (index + 1).padded(to: 2), .stationChief, station)
        }
        for (index, town) in towns.enumerated() {
            writer.add("dispatcher" + (index + 1).padded(to: 2), .townDispatcher, town)
        }
        writer.add("county", .county, county)
        writer.add("listowner", .listOwner, county)
        writer.add("admin", .administrator, county)
        writer.add("security", .securityAdministrator, county)
        writer.add("auditor", .auditor, county)
        return writer.drafts
    }
}

private struct AccountWriter {
    let from: Day
    private var generator: SeededGenerator
    private(set) var drafts: [AccountDraft] = []

    init(from: Day, generator: SeededGenerator) {
        self.from = from
        self.generator = generator
    }

    mutating func addWorker(in grids: [DemoCounty.Grid], _ capacity: Capacity) {
        drafts.append(
            AccountDraft(
                login: "worker" + (drafts.count + 1).padded(to: 2), name: DemoNames.person(using: &generator),
                roles: grids.map { PersonEntry.RoleEntry(role: .gridWorker, area: $0.id, from: from) },
                duties: grids.map { Duty(grid: $0.id, capacity: capacity, from: from, to: nil) },
                areaCode: grids.first?.code ?? ""))
    }

    mutating func add(_ login: String, _ role: Role, _ office: DemoCounty.Office) {
        drafts.append(
            AccountDraft(
                login: login, name: DemoNames.person(using: &generator),
                roles: [PersonEntry.RoleEntry(role: role, area: office.id, from: from)], duties: [],
                areaCode: office.code))
    }
}
