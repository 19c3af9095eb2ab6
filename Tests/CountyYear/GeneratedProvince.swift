import Patrol
import Store

/// A province whose grids all have counters, and a few of them the subjects and visits of a county.
struct GeneratedProvince: Sendable {
    let areas: GeneratedAreas
    let denseOneIn: Int
    let subjectsPerGrid: Int
    static let opening = calendarDay(2025, 12, 1)
    static let entered = DeploymentZone.shanghai.at(calendarDay(2025, 12, 20), hour: 9)

    /// Zhejiang's proportions: 11 cities, 90 counties, some 780 grids a county.
    init(grids: Int, denseOneIn: Int, subjectsPerGrid: Int) {
        self.denseOneIn = denseOneIn
        self.subjectsPerGrid = subjectsPerGrid
        let counties = max(1, grids / 780)
        areas = GeneratedAreas(
            [
                (.province, 1, "省"), (.city, max(1, counties / 8), "市"), (.county, counties, "县"),
                (.town, max(counties, grids / 50), "镇"), (.village, max(counties, grids / 10), "村"),
                (.grid, grids, "网格"),
            ], from: Self.opening)
    }

    var grids: [AreaID] { areas.levels[5] }
    var denseGrids: [Int] { Array(stride(from: 0, to: grids.count, by: denseOneIn)) }

    /// In the order of grids, so that their rows lie together as a county's import leaves them.
    var subjects: [GeneratedSubject] {
        let persons = subjectsPerGrid / 10
        return denseGrids.flatMap { grid in
            (0..<subjectsPerGrid).map { number in
                let kind = number < persons ? SubjectKind.keyPerson : .place
                return GeneratedSubject(
                    kind, "\(kind == .place ? "P" : "K")\(grid)-\(number)", number: number, grid: grid)
            }
        }
    }

    func enter(_ subjects: [GeneratedSubject], into store: PatrolStore) async throws {
        try await store.add(areas.entries, at: Self.entered)
        try await store.add(
            denseGrids.map { .generated(grids[$0].worker, .gridWorker, in: grids[$0], duty: true, from: Self.opening) },
            at: Self.entered)
        try await store.add(
            subjects.filter { $0.kind == .place }.map { $0.place(in: grids[$0.grid], from: Self.opening) },
            at: Self.entered)
        try await store.record(
            .generated(in: areas.levels[0][0]), by: "roster", today: Self.opening, at: Self.entered)
        try await store.add(
            subjects.filter { $0.kind == .keyPerson }.map { $0.keyPerson(in: grids[$0.grid], from: Self.opening) },
            at: Self.entered)
    }

    /// One visit a month to every subject. A worker goes to some fifteen doors on a day and sends them together in the
    /// evening, as handhelds do that were offline.
    func visits(to subjects: [GeneratedSubject], in month: Month, zone: DeploymentZone, seed: UInt64) -> [VisitDraft] {
        var dice = Dice(seed: seed)
        let length = month.first.distance(to: month.last)
        var day = month.first
        var sent = zone.start(of: day)
        let drafts = subjects.enumerated().map { index, subject in
            if index % 15 == 0 {
                day = month.first.adding(days: dice.roll(0...length))
                sent = zone.at(day, hour: dice.roll(18...21), minute: dice.roll(0...59))
            }
            let grid = grids[subject.grid]
            return VisitDraft(
                serial: Int(seed) * 10_000_000 + index, kind: subject.kind, subject: subject.id,
                outcome: subject.kind == .place ? "checked" : "met", worker: .init(person: grid.worker, grid: grid),
                capturedAt: zone.at(day, hour: 9 + index % 15 / 2, minute: dice.roll(0...59)), receivedAt: sent,
                position: subject.position)
        }
        return drafts.sorted { ($0.receivedAt, $0.serial) < ($1.receivedAt, $1.serial) }
    }
}
