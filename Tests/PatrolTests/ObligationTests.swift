import Patrol
import Testing

extension VisitFacts {
    /// A visit of March 2026, its day certain.
    static func sample(
        _ outcome: Outcome = .place(.checked), _ report: String = "r", at text: String = "2026-03-05T09:00",
        capacities: Set<Capacity> = [.fullTime], units: Set<String> = [], brings: Set<Proof> = [],
        photosMissing: Bool = false, ruled: Standing? = nil, days: ClosedRange<Day>? = nil
    ) -> VisitFacts {
        let day = Day(String(text.prefix(10)))!
        let visitedAt = Instant(rfc3339: text + ":00+08:00")!
        return VisitFacts(
            report: report, visitedAt: visitedAt, receivedAt: visitedAt.adding(milliseconds: 60_000),
            days: days ?? day...day, day: day, hour: Int(text.dropFirst(11).prefix(2))!, outcome: outcome,
            capacities: capacities, units: units, brings: brings, photosMissing: photosMissing, ruled: ruled)
    }
}

extension ObligationPolicy {
    /// Monthly, with some of it changed.
    static func sample(
        _ id: String, _ kind: SubjectKind = .place, task: ObligationTask = .patrol,
        every: Frequency.Every = .month, times: Int = 1, classes: Set<String> = [], areas: Set<AreaID> = [],
        joined: Int = 10, from: String = "2026-01-01", to: String? = nil, version: Int = 1,
        discharge change: (Discharge) -> Discharge = { $0 }
    ) -> ObligationPolicy {
        ObligationPolicy(
            id: id, version: version, kind: kind, task: task, title: id, basis: "区办〔2026〕3号",
            frequency: Frequency(every, times: times), selection: Selection(classes: classes, areas: areas),
            discharge: change(standard(kind).discharge), joinedDays: joined, photoGraceDays: 10, from: Day(from)!,
            to: to.flatMap { Day($0) })
    }
}

@Suite("What is owed")
struct OwedVisitTests {
    private static let march = Month("2026-03")!
    private static let grid = AreaID(number: 7)!
    private static let town = AreaID(number: 2)!

    private func owed(
        _ policies: [ObligationPolicy], category: String = "小餐饮", from: String = "2026-01-01", to: String? = nil,
        month: Month = march
    ) -> [OwedVisit] {
        let span = Dated(Self.grid, from: Day(from)!, to: to.flatMap { Day($0) })
        let path = PathKey(root: Self.town).appending(Self.grid)
        return owedVisits(in: month, policies: policies) { day in
            span.holds(on: day) ? SubjectPlace(category: category, grid: Self.grid, path: path) : nil
        }
    }

    @Test func `every subject owes one visit a calendar month`() {
        let owed = owed([.standard(.place)])
        #expect(owed.map(\.period) == [Period(Self.march)])
        #expect(owed.map(\.grid) == [Self.grid])
    }

    @Test(
        "who joins in the last nine days or has left by the last one owes nothing",
        arguments: [
            ("2026-03-22", nil, 1), ("2026-03-23", nil, 0), ("2026-03-31", nil, 0), ("2026-01-01", "2026-03-31", 0),
            ("2026-01-01", "2026-04-01", 1), ("2026-04-01", nil, 0),
        ] as [(String, String?, Int)])
    func partialMonths(from: String, to: String?, count: Int) {
        #expect(owed([.standard(.place)], from: from, to: to).count == count)
    }

    @Test func `the first version of the rules knew no joining day`() {
        #expect(owed([.standard(.place, version: 1)], from: "2026-03-31").count == 1)
    }

    @Test func `the most precise policy holds: area and category, area, category, all`() {
        let all = ObligationPolicy.sample("all")
        let category = ObligationPolicy.sample("category", classes: ["小餐饮"])
        let area = ObligationPolicy.sample("area", areas: [Self.town])
        let both = ObligationPolicy.sample("both", classes: ["小餐饮"], areas: [Self.town])
        let ranked = [both, area, category, all]
        for count in 1...4 {
            let offered = Array(ranked.suffix(count))
            #expect(owed(offered.reversed()).map(\.policy) == [offered[0].id])
        }
        #expect(owed(ranked, category: "药店").map(\.policy) == ["area"])
        #expect(owed([.sample("later", from: "2026-03-01"), all]).map(\.policy) == ["later"])
    }

    @Test func `several times a month are several duties, a week's belong to the month of its Sunday`() {
        #expect(owed([.sample("twice", times: 2)]).map(\.ordinal) == [1, 2])
        let weeks = owed([.sample("weekly", every: .week)])
        #expect(
            weeks.map { "\($0.period.first)–\($0.period.last)" } == [
                "2026-02-23–2026-03-01", "2026-03-02–2026-03-08", "2026-03-09–2026-03-15", "2026-03-16–2026-03-22",
                "2026-03-23–2026-03-29",
            ])
    }

    @Test func `every day of a year lies in exactly one week`() {
        let policy = ObligationPolicy.sample("weekly", every: .week)
        var month = Month("2026-01")!
        var periods: [Period] = []
        while month < Month("2028-01")! {
            periods += policy.periods(of: month)
            month = month.next
        }
        for (earlier, later) in zip(periods, periods.dropFirst()) {
            #expect(earlier.last.adding(days: 1) == later.first && later.first.distance(to: later.last) == 6)
        }
        #expect(periods.first?.first == Day("2026-01-05"), "the week before began before the policy")
    }

    @Test func `checks and key periods come besides the patrol`() {
        let check = ObligationPolicy.sample("fire", task: .professional, classes: ["小餐饮"])
        let festival = ObligationPolicy.sample(
            "festival", task: .keyPeriod, every: .span(first: Day("2026-02-10")!, last: Day("2026-03-10")!))
        #expect(owed([.standard(.place), check, festival]).map(\.policy).sorted() == ["festival", "fire", "monthly"])
        #expect(owed([festival], month: Month("2026-02")!).isEmpty, "it belongs to the month of its last day")
    }

    @Test func `a policy begins with its first whole period and ends before the first that begins after it`() {
        #expect(owed([.sample("p", from: "2026-03-02")]).isEmpty)
        #expect(owed([.sample("p", from: "2026-03-01")]).count == 1)
        #expect(owed([.sample("p", to: "2026-03-01")]).isEmpty)
        #expect(owed([.sample("weekly", every: .week, to: "2026-03-16")]).count == 3)
    }
}

@Suite("What carries a duty")
struct CarrierTests {
    private static let march = Period(Month("2026-03")!)
    private static let place = ObligationPolicy.standard(.place)

    private func best(_ visits: [VisitFacts], under policy: ObligationPolicy = place) -> Carrier? {
        policy.carriers(in: Self.march, visits: visits, excuse: nil)[0]
    }

    private func attempt(_ report: String, _ at: String, _ outcome: Outcome = .place(.closedNow)) -> VisitFacts {
        .sample(outcome, report, at: at)
    }

    @Test func `the best visit carries, the earliest of equals, whatever came first`() {
        let visits = [
            VisitFacts.sample(.place(.closedNow), "a", at: "2026-03-02T09:00"),
            .sample(.place(.checked), "b", at: "2026-03-09T09:00"),
            .sample(.place(.checked), "c", at: "2026-03-05T09:00"),
        ]
        for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
            #expect(best(order.map { visits[$0] })?.report == "c")
        }
    }

    @Test(
        "two attempts on different days and parts of the day discharge from outside",
        arguments: [
            ("2026-03-02T09:00", "2026-03-05T15:00", Standing.outsideOnly),
            ("2026-03-02T09:00", "2026-03-05T11:59", .attempt), ("2026-03-02T09:00", "2026-03-02T15:00", .attempt),
            ("2026-03-02T12:00", "2026-03-05T18:00", .outsideOnly), ("2026-03-02T18:00", "2026-03-05T23:00", .attempt),
        ] as [(String, String, Standing)])
    func attempts(first: String, second: String, standing: Standing) {
        let visits = [attempt("a", first), attempt("b", second)]
        #expect(best(visits)?.standing == standing)
        #expect(best(visits.reversed()) == best(visits))
        if standing == .outsideOnly { #expect(best(visits)?.report == "b") }
    }

    @Test func `somebody who looks inside after two attempts has checked`() {
        let visits = [
            attempt("a", "2026-03-02T09:00"), attempt("b", "2026-03-05T15:00"), .sample(at: "2026-03-20T10:00"),
        ]
        #expect(best(visits)?.standing == .done)
    }

    @Test func `nobody met twice is for the deputy to excuse`() {
        let visits = [
            attempt("a", "2026-03-02T09:00", .person(.noAnswer)), attempt("b", "2026-03-05T19:00", .person(.noAnswer)),
        ]
        #expect(best(visits, under: .standard(.keyPerson))?.standing == .awaiting)
    }

    @Test func `a policy may refuse attempts`() {
        let strict = ObligationPolicy.sample("strict") { discharge in
            .init(outcomes: discharge.outcomes, capacities: discharge.capacities, attemptsSuffice: false)
        }
        #expect(
            best([attempt("a", "2026-03-02T09:00"), attempt("b", "2026-03-05T15:00")], under: strict)?.standing
                == .awaiting)
    }

    @Test func `twice a month takes two days, and the better visits first`() {
        let twice = ObligationPolicy.sample("twice", times: 2)
        func standings(_ visits: [VisitFacts]) -> [Standing?] {
            twice.carriers(in: Self.march, visits: visits, excuse: nil).map { $0?.standing }
        }
        let morning = VisitFacts.sample(.place(.checked), "a", at: "2026-03-05T09:00")
        let afternoon = VisitFacts.sample(.place(.checked), "b", at: "2026-03-05T15:00")
        let later = VisitFacts.sample(.place(.closedNow), "c", at: "2026-03-06T15:00")
        #expect(standings([]) == [nil, nil])
        #expect(standings([morning, afternoon]) == [.done, nil])
        #expect(standings([later, morning]) == [.done, .attempt])
    }

    @Test func `an excuse stands for what nobody did better`() {
        let excuse = Carrier(
            standing: .excused, visitedAt: Instant(milliseconds: 0), receivedAt: Instant(milliseconds: 0), report: "e")
        let carriers = { (visits: [VisitFacts]) in
            Self.place.carriers(in: Self.march, visits: visits, excuse: excuse)[0]?.standing
        }
        #expect(carriers([]) == .excused)
        #expect(carriers([attempt("a", "2026-03-02T09:00")]) == .excused)
        #expect(carriers([.sample()]) == .done)
    }

    @Test func `a day that may lie outside the period waits for a ruling`() {
        let uncertain = VisitFacts.sample(at: "2026-03-31T22:00", days: Day("2026-03-31")!...Day("2026-04-01")!)
        #expect(best([uncertain])?.standing == .awaiting)
        let inside = VisitFacts.sample(at: "2026-03-20T22:00", days: Day("2026-03-18")!...Day("2026-03-22")!)
        #expect(best([inside])?.standing == .done)
        let failed = VisitFacts.sample(
            .place(.refused), at: "2026-03-31T22:00", days: Day("2026-03-31")!...Day("2026-04-01")!)
        #expect(best([failed])?.standing == .notDischarging)
    }

    @Test func `a professional check takes somebody of the unit, and the checklist it demands`() {
        let check = ObligationPolicy.sample("fire", task: .professional) { discharge in
            .init(
                outcomes: discharge.outcomes, capacities: [.stationedStaff], units: ["消防"], demands: [.checklist],
                attemptsSuffice: false)
        }
        func standing(_ capacities: Set<Capacity>, _ units: Set<String>, _ brings: Set<Proof>) -> Standing? {
            best([.sample(capacities: capacities, units: units, brings: brings)], under: check)?.standing
        }
        #expect(standing([.fullTime], [], []) == .notDischarging)
        #expect(standing([.fullTime, .stationedStaff], ["消防"], [.checklist]) == .done)
        #expect(standing([.stationedStaff], ["市场监管"], [.checklist]) == .notDischarging)
        #expect(standing([.stationedStaff], ["消防", "市场监管"], []) == .awaiting)
    }

    @Test func `who must come along comes along`() {
        let team = ObligationPolicy.sample("team", .keyPerson) { discharge in
            .init(
                outcomes: discharge.outcomes, capacities: discharge.capacities, together: [.gridPolice],
                attemptsSuffice: true)
        }
        let alone = VisitFacts.sample(.person(.met))
        let both = VisitFacts.sample(.person(.met), capacities: [.fullTime, .gridPolice])
        #expect(best([alone], under: team)?.standing == .notDischarging)
        #expect(best([both], under: team)?.standing == .done)
    }

    @Test func `the order in which visits arrive changes nothing`() {
        var generator = SeededGenerator(seed: 77)
        let outcomes = PlaceOutcome.allCases.map(Outcome.place)
        for _ in 0..<2_000 {
            let visits = (0..<Int.random(in: 1...6, using: &generator)).map { index in
                let day = Int.random(in: 1...31, using: &generator)
                let hour = Int.random(in: 0...23, using: &generator)
                return VisitFacts.sample(
                    outcomes.randomElement(using: &generator)!, "r\(index)",
                    at: "2026-03-\(day < 10 ? "0" : "")\(day)T\(hour < 10 ? "0" : "")\(hour):00",
                    photosMissing: Bool.random(using: &generator))
            }
            let policy = ObligationPolicy.sample("p", times: Int.random(in: 1...3, using: &generator))
            let expected = policy.carriers(in: Self.march, visits: visits, excuse: nil)
            let shuffled = policy.carriers(
                in: Self.march, visits: visits.shuffled(using: &generator), excuse: nil)
            #expect(shuffled == expected)
            let standings = expected.compactMap { $0?.standing }
            #expect(standings == standings.sorted(by: >))
        }
    }
}

@Suite("Closing rules")
struct ClosingRuleTests {
    private static let march = Month("2026-03")!
    private func at(_ text: String) -> Instant { Instant(rfc3339: text + "+08:00")! }

    @Test func `the grace time ends with the third day of the next month`() {
        #expect(
            ClosingRule.standard.graceEnd(of: Self.march, zone: .shanghai) == at("2026-04-04T00:00:00"))
    }

    @Test(
        "what arrives after grace time or closing, whichever came first, is late",
        arguments: [
            ("2026-04-03T23:59:59", nil, false), ("2026-04-04T00:00:00", nil, true),
            ("2026-04-02T10:00:00", "2026-04-02T09:00:00", true), ("2026-04-02T08:59:59", "2026-04-02T09:00:00", false),
            ("2026-04-05T10:00:00", "2026-04-06T09:00:00", true),
        ] as [(String, String?, Bool)])
    func late(received: String, closed: String?, isLate: Bool) {
        #expect(
            ClosingRule.standard.isLate(
                at(received), month: Self.march, closedAt: closed.map(at), zone: .shanghai) == isLate)
    }

    @Test func `a grid closes with its county, or with the lowest area above the towns, or with the root`() {
        let areas = (1...4).map { AreaID(number: $0)! }
        let path = areas.dropFirst().reduce(PathKey(root: areas[0])) { $0.appending($1) }
        func unit(_ levels: [AreaLevel]) -> AreaID? {
            path.closingUnit { area in areas.firstIndex(of: area).map { levels[$0] } }
        }
        #expect(unit([.city, .county, .town, .grid]) == areas[1])
        #expect(unit([.city, .town, .village, .grid]) == areas[0])
        #expect(unit([.province, .city, .county, .grid]) == areas[2])
        #expect(unit([.town, .station, .village, .grid]) == areas[0])
    }
}
