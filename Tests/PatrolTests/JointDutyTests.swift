import Patrol
import Testing

private let march = month("2026-03")

private func day(_ text: String) -> Day { Day(text)! }
private func month(_ text: String) -> Month { Month(text)! }
private let station = AreaID(number: 3)!

private func work(
    _ id: String, _ task: JointTask, _ scope: JointScope, on text: String, _ capacities: Set<JointCapacity> = [],
    units: Set<String> = [], ledBy: String = "消防", minutes: String = "纪要"
) -> JointWork {
    JointWork(
        id: id, station: station, task: task, scope: scope, day: day(text), ledBy: ledBy, minutes: minutes,
        decisions: [],
        participants: capacities.map { .init(capacity: $0, unit: nil, name: "甲", person: nil) }
            + units.map { .init(capacity: .stationedStaff, unit: $0, name: "乙", person: nil) })
}

private func posted(_ unit: String, _ manner: PostingManner, from text: String = "2026-01-01", to end: String? = nil)
    -> PostedUnit
{
    PostedUnit(unit: unit, manner: manner, from: day(text), to: end.map(day))
}

private func duties(
    _ task: JointTask, _ scope: JointScope, _ month: Month = march, posted: [PostedUnit] = [], works: [JointWork] = []
) -> [JointDuty] {
    jointDuties(of: month, posted: posted, works: works).filter { $0.task == task && $0.scope == scope }
}

@Suite("Joint duties")
struct JointDutyTests {
    @Test(
        "every week belongs to exactly one month, that of its Sunday",
        arguments: ["2025-12", "2026-01", "2026-02", "2026-03", "2026-08", "2028-02"])
    func weeks(text: String) throws {
        let month = month(text)
        let weeks = duties(.consultation, .weekly, month).map(\.period)
        let next = duties(.consultation, .weekly, month.next).map(\.period)
        #expect((4...5).contains(weeks.count))
        #expect(weeks.allSatisfy { month.contains($0.last) && $0.first.distance(to: $0.last) == 6 })
        for (week, following) in zip(weeks, weeks.dropFirst() + [try #require(next.first)]) {
            #expect(week.last.adding(days: 1) == following.first)
        }
    }

    @Test("inspections are owed while departments are posted, weekly ones while one is resident")
    func inspections() {
        #expect(duties(.inspection, .monthly).isEmpty && duties(.consultation, .monthly).count == 1)
        let rotating = [posted("公安", .rotating)]
        #expect(duties(.inspection, .weekly, posted: rotating).isEmpty)
        #expect(duties(.inspection, .monthly, posted: rotating).count == 1)
        // From Tuesday 10 to Monday 16 March, the last day not counted: the weeks of the 9th alone.
        let resident = [posted("消防", .resident, from: "2026-03-10", to: "2026-03-16")]
        #expect(duties(.inspection, .weekly, posted: resident).map(\.period.first) == [day("2026-03-09")])
        let gone = [posted("消防", .resident, to: "2026-03-01")]
        #expect(duties(.inspection, .monthly, posted: gone).isEmpty)
    }

    @Test("of several works the one that lacks least counts, then the earliest")
    func nearest() {
        let unit = [posted("消防", .resident)]
        let whole: Set<JointCapacity> = [.fullTime, .villageCadre]
        func weekOf9(_ works: [JointWork]) -> JointDuty? {
            duties(.inspection, .weekly, posted: unit, works: works).first { $0.period.contains(day("2026-03-11")) }
        }
        let poor = work("a", .inspection, .weekly, on: "2026-03-09")
        let better = work("b", .inspection, .weekly, on: "2026-03-10", [.fullTime])
        let done = work("d", .inspection, .weekly, on: "2026-03-15", whole)
        let earlier = work("c", .inspection, .weekly, on: "2026-03-14", whole)
        #expect(weekOf9([])?.work == nil && weekOf9([])?.isDone == false)
        #expect(weekOf9([poor, better])?.work == "b" && weekOf9([poor, better])?.lacks == [.villageCadre])
        #expect(weekOf9([poor, done, earlier])?.work == "c" && weekOf9([poor, done, earlier])?.isDone == true)
        #expect(weekOf9([work("x", .inspection, .adHoc, on: "2026-03-11", whole)])?.work == nil)
        #expect(weekOf9([work("x", .consultation, .weekly, on: "2026-03-11", whole)])?.work == nil)
        #expect(weekOf9([work("x", .inspection, .weekly, on: "2026-03-16", whole)])?.work == nil)
    }

    @Test("only departments that are posted on the day are missed")
    func unitsOfTheDay() {
        let units = [
            posted("消防", .resident), posted("公安", .rotating, to: "2026-03-10"),
            posted("市监", .linked, from: "2026-03-11"),
        ]
        for (text, missed) in [("2026-03-09", ["公安"]), ("2026-03-10", []), ("2026-03-11", ["市监"])] {
            let held = work("m", .inspection, .monthly, on: text, [.otherWorker], units: ["消防"])
            let duty = duties(.inspection, .monthly, posted: units, works: [held]).first
            #expect(duty?.lacks == missed.map { .unit($0) }, "\(text)")
        }
    }

    @Test("consultations need their people and minutes")
    func consultations() {
        let unit = [posted("消防", .resident), posted("公安", .rotating)]
        func lacks(_ work: JointWork) -> [String]? {
            duties(.consultation, work.scope, posted: unit, works: [work]).first { $0.work == work.id }?.lacks.map(
                \.name)
        }
        #expect(
            lacks(work("w", .consultation, .weekly, on: "2026-03-11", [.executiveDeputy, .fullTime], units: ["消防"]))
                == [])
        #expect(
            lacks(work("w", .consultation, .weekly, on: "2026-03-11", [.chief, .otherWorker], minutes: "\n ")) == [
                "executiveDeputy", "unit:消防", "worker", "minutes",
            ])
        #expect(
            lacks(
                work(
                    "w", .consultation, .monthly, on: "2026-03-11", [.chief, .villageHead, .otherWorker],
                    units: ["消防", "公安"]))
                == [])
        #expect(
            lacks(work("w", .consultation, .monthly, on: "2026-03-11", [.villageCadre])) == [
                "chief", "unit:公安", "unit:消防", "villageCadre", "worker",
            ])
    }
}
