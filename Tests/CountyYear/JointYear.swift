import Patrol
import Store

/// What stations do together with their departments: most of the inspections and consultations that they owe.
struct JointYear: Sendable {
    let store: PatrolStore

    func make(on day: Day, in county: GeneratedCounty) async throws {
        guard day.year == county.year else { return }
        for (number, station) in county.stations.enumerated() {
            if calendarDay(county.year, 1, 1).distance(to: day) % 7 == 5, (number + day.day) % 4 != 0 {
                try await record(.inspection, .weekly, at: station, number, on: day)
            }
            if day.day == 20, number % 3 != 0 {
                try await record(.consultation, .monthly, at: station, number, on: day)
            }
            if day.day == 16, number % 5 != 0 { try await record(.inspection, .monthly, at: station, number, on: day) }
        }
    }

    /// In one of five the department that should lead is not there.
    private func record(
        _ task: JointTask, _ scope: JointScope, at station: AreaID, _ number: Int, on day: Day
    ) async throws {
        let fire = JointWork.Participant(capacity: .stationedStaff, unit: "区消防救援大队", name: "周斌", person: nil)
        let others: [JointWork.Participant] = [
            .init(capacity: .chief, unit: nil, name: "站长", person: nil),
            .init(capacity: .executiveDeputy, unit: nil, name: "常务副站长", person: nil),
            .init(capacity: .fullTime, unit: nil, name: "网格员", person: nil),
            .init(capacity: .villageCadre, unit: nil, name: "村干部", person: nil),
        ]
        let came = (number + day.day) % 5 == 0 ? others : [fire] + others
        try await store.record(
            JointWork(
                id: "\(task.rawValue)-\(scope.rawValue)-\(station)-\(day)", station: station, task: task, scope: scope,
                day: day,
                ledBy: "区消防救援大队", minutes: "检查沿街商铺 12 家", decisions: ["3 家限期整改"], participants: came),
            by: "C1", at: store.zone.at(day, hour: 17))
    }
}
