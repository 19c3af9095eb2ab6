import Patrol
import Store

/// What a county's year does to its areas: a village goes to another town, a town gets another code, a street's villages
/// are split between two managers, grids are merged and split, and some of it becomes known when its months are closed.
struct AreaChanges: Sendable {
    let store: PatrolStore

    func make(on day: Day, in county: inout GeneratedCounty) async throws {
        let now = store.zone.at(day, hour: 7)
        let year = county.year
        if day.day == GeneratedCounty.standInDays.lowerBound - 1 {
            try await assignStandIns(from: day, county, at: now)
        }
        switch (day.month, day.day) {
        case (3, 15) where day.year == year:
            try await store.transfer(
                county.villages[0], toManager: station(from: 1, in: county), from: calendarDay(year, 3, 1), at: now)
        case (5, 10) where day.year == year:
            try await store.recode(
                county.towns[1], scheme: "division", to: "330503900", name: "新镇街道", from: calendarDay(year, 5, 1),
                at: now)
        case (7, 5) where day.year == year:
            let last = county.stations.count - 1
            let villages = county.villages.indices.filter { county.areas.parent(of: $0, in: 3) == last }
            for (number, village) in villages.enumerated() {
                try await store.transfer(
                    county.villages[village], toManager: county.stations[number % 2], from: calendarDay(year, 7, 1),
                    at: now)
            }
        case (9, 20) where day.year == year:
            try await store.transfer(
                county.villages[2], toManager: station(from: 1, in: county), from: calendarDay(year, 7, 15), at: now)
        case (4, 12) where day.year == year:
            try await merge(38, into: 37, from: day, &county, at: now)
        case (6, 8) where day.year == year:
            try await split(57, keeping: true, from: day, &county, at: now)
        // Told a month late: July has closed.
        case (8, 21) where day.year == year:
            try await merge(79, into: 78, from: calendarDay(year, 7, 20), &county, at: now)
        case (10, 6) where day.year == year:
            try await split(68, keeping: false, from: calendarDay(year, 10, 1), &county, at: now)
        case (11, 9) where day.year == year:
            try await store.merge(
                [county.villages[6]], into: county.villages[7], from: calendarDay(year, 11, 1), by: "C1", at: now)
        default: break
        }
    }

    private func merge(_ grid: Int, into other: Int, from day: Day, _ county: inout GeneratedCounty, at now: Instant)
        async throws
    {
        try await store.merge([county.grids[grid]], into: county.grids[other], from: day, by: "C1", at: now)
        county.move(from: grid, to: other, ending: true) { _ in true }
    }

    /// Every other subject goes to a new grid; the rest stays, or goes to a second new one.
    private func split(_ grid: Int, keeping: Bool, from day: Day, _ county: inout GeneratedCounty, at now: Instant)
        async throws
    {
        let village = county.villages[county.areas.parent(of: grid, in: 4)]
        let old = county.grids[grid]
        func isOdd(_ subject: GeneratedSubject) -> Bool { subject.id.utf8.reduce(0) { $0 + Int($1) } % 2 == 1 }
        let held =
            try await store.placeRoster(on: day).filter { $0.grid == old }.map(\.id)
            + store.keyPersonRoster(on: day).filter { $0.grid == old }.map(\.id)
        let odd = Set(county.subjects.filter { $0.grid == grid && isOdd($0) }.map(\.id))
        let placing = held.filter(odd.contains)
        let first = try await found(below: village, from: day, &county, at: now)
        let rest = keeping ? grid : try await found(below: village, from: day, &county, at: now)
        try await store.split(
            old, into: [county.grids[first], county.grids[rest]],
            placing: Dictionary(uniqueKeysWithValues: placing.map { ($0, county.grids[first]) }),
            rest: county.grids[rest], from: day, by: "C1", at: now)
        county.move(from: grid, to: first, ending: false, where: isOdd)
        if !keeping { county.move(from: grid, to: rest, ending: true) { _ in true } }
    }

    /// A new grid with a worker of its own.
    private func found(below village: AreaID, from day: Day, _ county: inout GeneratedCounty, at now: Instant)
        async throws -> Int
    {
        let id = areaID(try await store.nextAreaNumber())
        try await store.add(
            [
                AreaEntry(
                    id: id, level: .grid, gridKind: .general, name: "新网格\(id.text.suffix(4))",
                    codes: [(scheme: "grid", value: "37\(id.text.suffix(6))")], lawParent: village, managedBy: village,
                    from: day)
            ], at: now)
        try await store.add([.generated(id.worker, .gridWorker, in: id, duty: true, from: day)], at: now)
        return county.add(id)
    }

    /// Their days are known the day before.
    private func assignStandIns(from day: Day, _ county: GeneratedCounty, at now: Instant) async throws {
        let first = day.adding(days: 1)
        for grid in county.eventfulGrids {
            guard let standIn = county.standIn(in: grid, on: first) else { continue }
            try await store.assign(
                standIn.person, to: standIn.grid, as: standIn.capacity, from: first,
                until: first.adding(days: GeneratedCounty.standInDays.count), at: now)
        }
    }

    /// A station of another town.
    private func station(from town: Int, in county: GeneratedCounty) -> AreaID {
        let index = county.stations.indices.first { county.areas.parent(of: $0, in: 2) >= town } ?? 0
        return county.stations[index]
    }
}
