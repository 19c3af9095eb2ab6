import Patrol
import Store
import TestSupport
import Testing

private let entered = County.entered
private let fire = "区消防救援大队"
private let police = "练市派出所"

/// A joint inspection or consultation of station 3 in March, well attended.
private func work(
    _ id: String, _ task: JointTask, _ scope: JointScope, on text: String, ledBy: String = fire,
    without absent: Set<JointCapacity> = [], units: [String] = [fire, police], minutes: String = "已整改两处"
) -> JointWork {
    let people = [
        JointCapacity.chief, .executiveDeputy, .fullTime, .villageHead, .villageCadre,
    ].filter { !absent.contains($0) }.map {
        JointWork.Participant(capacity: $0, unit: nil, name: "人员 \($0)", person: $0 == .fullTime ? "W5" : nil)
    }
    let staff = units.map { JointWork.Participant(capacity: .stationedStaff, unit: $0, name: "驻站人员", person: nil) }
    return JointWork(
        id: id, station: areaID(3), task: task, scope: scope, day: day(text), ledBy: ledBy, minutes: minutes,
        decisions: ["月底前复查", "通报消防大队"], participants: people + staff)
}

private func withStation(_ engine: Engine, _ body: @Sendable (PatrolStore) async throws -> Void) async throws {
    try await withCounty(engine) { store in
        try await store.post(fire, at: areaID(3), as: .resident, from: day("2026-01-01"), until: nil, at: entered)
        try await store.post(police, at: areaID(3), as: .rotating, from: day("2026-03-10"), until: nil, at: entered)
        try await body(store)
    }
}

extension PatrolStore {
    fileprivate func station(_ month: Month = march, known: Knowledge = .now) async throws -> StationJointWork {
        let path = try #require(try await path(of: areaID(3), on: month.last))
        return try #require(try await jointWork(below: path, in: month, known: known).first)
    }

    /// Joint work that is done, by task, scope and first day.
    fileprivate func done(_ task: JointTask, _ scope: JointScope) async throws -> [String] {
        try await station().duties.filter { $0.task == task && $0.scope == scope && $0.isDone }.map {
            $0.period.first.description
        }
    }
}

@Suite("Joint work")
struct JointWorkTests {
    @Test("a station owes what its departments make it owe: weeks of its Sundays, and the month", arguments: Engine.all)
    func owed(engine: Engine) async throws {
        try await withStation(engine) { store in
            let path = try await store.marchPath(1)
            let stations = try await store.jointWork(below: path, in: march)
            #expect(stations.map(\.station.id) == [areaID(3), areaID(4)])
            let weeks = ["2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23"]
            func periods(_ station: StationJointWork, _ task: JointTask, _ scope: JointScope) -> [String] {
                station.duties.filter { $0.task == task && $0.scope == scope }.map(\.period.first.description)
            }
            #expect(periods(stations[0], .inspection, .weekly) == weeks)
            #expect(periods(stations[0], .inspection, .monthly) == ["2026-03-01"])
            #expect(periods(stations[1], .inspection, .weekly).isEmpty, "no department is posted there")
            #expect(periods(stations[1], .inspection, .monthly).isEmpty)
            #expect(periods(stations[1], .consultation, .weekly) == weeks)
            #expect(stations[0].duties.allSatisfy { $0.work == nil && !$0.isDone })
        }
    }

    @Test("what took place is kept with who came of which unit, its minutes and decisions", arguments: Engine.all)
    func kept(engine: Engine) async throws {
        try await withStation(engine) { store in
            let held = work("w", .inspection, .weekly, on: "2026-03-04")
            try await store.record(held, by: "deputy", at: instant("2026-03-05T09:00:00+08:00"))
            #expect(try await store.station().works == [held])
            #expect(try await store.done(.inspection, .weekly) == ["2026-03-02"])
            #expect(try await store.station(ofJointWork: "w") == areaID(3))
            #expect(try await store.station(ofJointWork: "x") == nil)
            await #expect(throws: StoreError.uniqueViolation) {
                try await store.record(held, by: "deputy", at: instant("2026-03-05T10:00:00+08:00"))
            }
            let grids = JointWork(
                id: "g", station: areaID(5), task: .inspection, scope: .adHoc, day: held.day, ledBy: fire, minutes: "",
                decisions: [], participants: [])
            await #expect(throws: JointRefusal.notAStation) {
                try await store.record(grids, by: "deputy", at: instant("2026-03-05T10:00:00+08:00"))
            }
        }
    }

    @Test(
        "what was lacking is named",
        arguments: [
            (work("w", .inspection, .weekly, on: "2026-03-11", ledBy: police), JointScope.weekly, ["residentLead"]),
            (work("w", .inspection, .weekly, on: "2026-03-11", without: [.fullTime]), .weekly, ["worker"]),
            (
                work("w", .inspection, .weekly, on: "2026-03-11", without: [.villageHead, .villageCadre]), .weekly,
                ["villageCadre"]
            ),
            (work("w", .inspection, .monthly, on: "2026-03-11", units: [fire]), .monthly, ["unit:" + police]),
            (work("w", .inspection, .monthly, on: "2026-03-09", units: [fire]), .monthly, []),
            (
                work("w", .consultation, .weekly, on: "2026-03-11", without: [.executiveDeputy]), .weekly,
                ["executiveDeputy"]
            ),
            (work("w", .consultation, .weekly, on: "2026-03-11", units: [police]), .weekly, ["unit:" + fire]),
            (work("w", .consultation, .weekly, on: "2026-03-11", minutes: " \n"), .weekly, ["minutes"]),
            (work("w", .consultation, .monthly, on: "2026-03-11", without: [.chief]), .monthly, ["chief"]),
            (
                work("w", .consultation, .monthly, on: "2026-03-11", without: [.villageHead], units: []), .monthly,
                ["unit:" + fire, "unit:" + police, "villageCadre"]
            ),
        ])
    func lacking(work: JointWork, scope: JointScope, lacks: [String]) async throws {
        try await withStation(.sqlite) { store in
            try await store.record(work, by: "deputy", at: instant("2026-03-12T09:00:00+08:00"))
            let duty = try #require(
                try await store.station().duties.first {
                    $0.task == work.task && $0.scope == scope && $0.period.contains(work.day)
                })
            #expect(duty.work == "w" && duty.lacks.map(\.name) == lacks && duty.isDone == lacks.isEmpty)
        }
    }

    @Test("a monthly round is also its week's; what nobody owes does nobody's duty", arguments: Engine.all)
    func monthlyIsAlsoWeekly(engine: Engine) async throws {
        try await withStation(engine) { store in
            try await store.record(
                work("m", .inspection, .monthly, on: "2026-03-18"), by: "deputy",
                at: instant("2026-03-19T09:00:00+08:00"))
            try await store.record(
                work("a", .inspection, .adHoc, on: "2026-03-11"), by: "deputy", at: instant("2026-03-19T09:00:00+08:00")
            )
            #expect(try await store.done(.inspection, .weekly) == ["2026-03-16"])
            #expect(try await store.done(.inspection, .monthly) == ["2026-03-01"])
            #expect(try await store.station().works.map(\.id) == ["a", "m"])
        }
    }

    @Test("a week that two months share belongs to the month of its Sunday", arguments: Engine.all)
    func sharedWeek(engine: Engine) async throws {
        try await withStation(engine) { store in
            for (id, text) in [("feb20", "2026-02-20"), ("feb27", "2026-02-27"), ("mar31", "2026-03-31")] {
                try await store.record(
                    work(id, .inspection, .weekly, on: text), by: "deputy", at: instant("2026-04-01T09:00:00+08:00"))
            }
            #expect(try await store.station().works.map(\.id) == ["feb27", "mar31"])
            #expect(try await store.done(.inspection, .weekly) == ["2026-02-23"])
            #expect(try await store.station(month("2026-02")).works.map(\.id) == ["feb20", "feb27"])
            #expect(try await store.station(month("2026-04")).works.map(\.id) == ["mar31"])
        }
    }

    @Test("what was entered by mistake is taken back once and no longer counts, yet was known", arguments: Engine.all)
    func withdrawn(engine: Engine) async throws {
        try await withStation(engine) { store in
            let (recorded, withdrawn) = (instant("2026-03-05T09:00:00+08:00"), instant("2026-03-06T09:00:00+08:00"))
            try await store.record(work("w", .inspection, .weekly, on: "2026-03-04"), by: "deputy", at: recorded)
            let before = try await store.station()
            try await store.withdrawJointWork("w", by: "chief", at: withdrawn)
            #expect(try await store.station().works.isEmpty)
            #expect(try await store.done(.inspection, .weekly).isEmpty)
            #expect(try await store.station(known: Knowledge(at: withdrawn.adding(milliseconds: -1))) == before)
            #expect(try await store.station(known: Knowledge(at: withdrawn)).works.isEmpty)
            #expect(try await store.station(known: Knowledge(at: recorded.adding(milliseconds: -1))).works.isEmpty)
            await #expect(throws: JointRefusal.alreadyWithdrawn) {
                try await store.withdrawJointWork("w", by: "chief", at: withdrawn)
            }
            await #expect(throws: JointRefusal.noSuchWork) {
                try await store.withdrawJointWork("x", by: "chief", at: withdrawn)
            }
        }
    }
}
