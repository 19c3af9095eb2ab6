import Patrol
import Store

/// A county as it stands when its year begins.
struct GeneratedCounty: Sendable {
    let areas: GeneratedAreas
    /// In the order in which they came; what was split off comes last.
    private(set) var grids: [AreaID]
    /// Grids that were merged into another or split up.
    private(set) var ended: Set<Int> = []
    var subjects: [GeneratedSubject] = []
    let year: Int

    var county: AreaID { areas.levels[0][0] }
    var towns: [AreaID] { areas.levels[1] }
    var stations: [AreaID] { areas.levels[2] }
    var villages: [AreaID] { areas.levels[3] }
    var path: PathKey { PathKey(root: county) }
    /// When everything was entered.
    var entered: Instant { DeploymentZone.shanghai.at(calendarDay(year - 1, 12, 20), hour: 9) }
    var opening: Day { calendarDay(year - 1, 12, 1) }

    /// A county's shape at any size: ten grids a village, ten villages a town, two stations a town.
    init(year: Int, grids: Int, subjectsPerGrid: Int) {
        self.year = year
        let villages = max(8, grids / 10)
        let stations = max(4, villages / 5)
        areas = GeneratedAreas(
            [
                (.county, 1, "南浔区"), (.town, max(2, stations / 2), "镇"), (.station, stations, "全科网格管理站"),
                (.village, villages, "村"), (.grid, grids, "网格"),
            ], from: calendarDay(year - 1, 12, 1))
        self.grids = areas.levels[4]
        let persons = subjectsPerGrid / 10
        for grid in 0..<grids {
            for number in 0..<subjectsPerGrid {
                let kind = number < persons ? SubjectKind.keyPerson : .place
                subjects.append(
                    GeneratedSubject(kind, "\(kind == .place ? "P" : "K")\(grid)-\(number)", number: number, grid: grid)
                )
            }
        }
    }

    /// In these grids everything happens that may happen; of the others the generator can say by itself what their ledger
    /// must say.
    func isEventful(_ grid: Int) -> Bool { grid % 10 >= 7 || grid >= areas.levels[4].count }

    var eventfulGrids: [Int] { grids.indices.filter { isEventful($0) && !ended.contains($0) } }

    /// Those of them that a sheet of last month can name as well.
    var gridsFromTheStart: [Int] { eventfulGrids.filter { $0 < areas.levels[4].count } }

    /// Grids that the neighbour's worker keeps for a week of every month (代班), with that worker.
    func standIn(in grid: Int, on day: Day) -> VisitDraft.Worker? {
        guard grid % 10 == 7, grid + 1 < areas.levels[4].count, Self.standInDays.contains(day.day) else { return nil }
        return VisitDraft.Worker(person: grids[grid + 1].worker, grid: grids[grid], capacity: .partTime)
    }

    static let standInDays = 5..<12

    mutating func add(_ grid: AreaID) -> Int {
        grids.append(grid)
        return grids.count - 1
    }

    /// Subjects go from one grid to another; the first ends unless something stays in it.
    mutating func move(from grid: Int, to other: Int, ending: Bool, where goes: (GeneratedSubject) -> Bool) {
        for index in subjects.indices where subjects[index].grid == grid && goes(subjects[index]) {
            subjects[index].grid = other
        }
        if ending { ended.insert(grid) }
    }

    /// The deputy of the town that a grid began under.
    func town(ofGrid grid: Int) -> Int {
        let village = areas.parent(of: min(grid, areas.levels[4].count - 1), in: 4)
        return areas.parent(of: areas.parent(of: village, in: 3), in: 2)
    }

    var people: [PersonEntry] {
        let day = opening
        return [.generated("C1", .county, in: county, from: day)]
            + towns.indices.map { .generated("D\($0)", .executiveDeputy, in: towns[$0], from: day) }
            + grids.map { .generated($0.worker, .gridWorker, in: $0, duty: true, from: day) }
    }

    func enter(into store: PatrolStore) async throws {
        try await store.add(areas.entries, at: entered)
        try await store.add(people, at: entered)
        try await store.add(
            subjects.filter { $0.kind == .place }.map { $0.place(in: grids[$0.grid], from: opening) }, at: entered)
        try await store.record(.generated(in: county), by: "roster", today: opening, at: entered)
        try await store.add(
            subjects.filter { $0.kind == .keyPerson }.map { $0.keyPerson(in: grids[$0.grid], from: opening) },
            at: entered)
        // One worker in twenty has no certificate.
        try await store.record(
            grids.enumerated().filter { $0.offset % 20 != 19 }.map { index, grid in
                Certificate(
                    person: grid.worker, number: "WG-\(index)", title: "网格员上岗证", from: calendarDay(year - 2, 6, 1),
                    to: calendarDay(year + 1, 6, 1))
            }, at: entered)
        _ = try await store.record(
            Checklist(
                id: "restaurant", version: 0, title: "小餐饮检查", basis: "区安委〔2025〕3号", classes: ["小餐饮"], from: opening,
                items: [.init(code: "exit", text: "安全出口是否畅通"), .init(code: "gas", text: "燃气报警器是否正常")]),
            by: "C1", at: entered)
        for station in stations {
            try await store.post(
                "区消防救援大队", at: station, as: .resident, from: opening, until: nil, at: entered)
        }
        try await store.record(rule(.place, classes: ["小餐饮", "五金店"]), by: "C1", at: entered)
        try await store.record(rule(.keyPerson, classes: []), by: "C1", at: entered)
    }

    /// Short absences of some need no person; all others do.
    private func rule(_ kind: SubjectKind, classes: Set<String>) -> RulingRule {
        RulingRule(
            id: "short-\(kind.rawValue)", kind: kind, matter: .status, selection: .init(classes: classes),
            monthsInRow: 2, longestDays: 45, basis: "区综治办〔2025〕12号", from: opening, to: nil)
    }
}
