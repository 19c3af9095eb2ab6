import Patrol
import Store

/// What a county's year does to its areas: a village goes to another town, a town gets another code, a street's villages
/// are split between two managers, and one change becomes known when its months are closed.
struct AreaChanges: Sendable {
    let store: PatrolStore
    let county: GeneratedCounty

    func make(on day: Day) async throws {
        let now = store.zone.at(day, hour: 7)
        let year = county.year
        switch (day.month, day.day) {
        case (3, 15) where day.year == year:
            try await store.transfer(
                county.villages[0], toManager: station(from: 1), from: calendarDay(year, 3, 1), at: now)
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
                county.villages[2], toManager: station(from: 1), from: calendarDay(year, 7, 15), at: now)
        default: break
        }
    }

    /// A station of another town.
    private func station(from town: Int) -> AreaID {
        let index = county.stations.indices.first { county.areas.parent(of: $0, in: 2) >= town } ?? 0
        return county.stations[index]
    }
}
