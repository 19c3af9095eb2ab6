import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Joint work, checklists, load and grace days", .serialized)
struct JointRouteTests {
    /// A weekly inspection that lacks nothing where 练市派出所 is resident.
    private func inspection(_ station: Int = 3, id: String? = "lc-1", day: String = "2026-03-04") -> JointWorkBody {
        JointWorkBody(
            id: id, station: areaID(station).text, task: "inspection", scope: "weekly", day: day, ledBy: "练市派出所",
            minutes: "消防通道堵塞一处，已清", decisions: ["三日内复查"],
            participants: [
                JointParticipant(capacity: "stationedStaff", unit: "练市派出所", name: "老陈"),
                JointParticipant(capacity: "fullTime", name: "人员 W5", login: "w5"),
                JointParticipant(capacity: "villageCadre", name: "老沈"),
            ])
    }

    private func posted(_ house: GatewayUnderTest) async throws {
        let unit = PostingRow(station: areaID(3).text, unit: "练市派出所", manner: "resident", from: "2026-01-01")
        #expect(try await house.post("/v1/units", unit, as: "R-stationChief").verdict == "204")
    }

    private func station(_ house: GatewayUnderTest, _ more: String = "") async throws -> StationJointRow {
        let rows = try await house.items(
            "/v1/joint-work?area=\(areaID(3))\(more)", as: "R-stationChief", of: StationJointRow.self)
        return try #require(rows.first)
    }

    @Test("An inspection counts for its week, and shows what it lacks")
    func inspections() async throws {
        try await withGateway { house in
            try await posted(house)
            #expect(try await station(house).works.isEmpty)
            let recorded = try await house.post("/v1/joint-work", inspection(), as: "R-executiveDeputy")
            #expect(recorded.status == 201)
            #expect(try recorded.decoded(JointWorkBody.self) == inspection())
            let row = try await station(house)
            #expect(row.station == "A0000003" && row.name == "练市一站" && row.works == [inspection()])
            // Five Sundays in March 2026, and the month itself, for inspections and consultations each.
            #expect(
                row.duties.map(\.task) == Array(repeating: "inspection", count: 6)
                    + Array(repeating: "consultation", count: 6))
            #expect(
                row.duties[1]
                    == JointDutyRow(
                        task: "inspection", scope: "weekly", firstDay: "2026-03-02", lastDay: "2026-03-08",
                        work: "lc-1",
                        done: true, lacks: []))
            #expect(row.duties.filter(\.done).count == 1)
            var poor = inspection(id: nil, day: "2026-03-05")
            poor.scope = "monthly"
            poor.participants = [JointParticipant(capacity: "chief", name: "站长")]
            let id = try await house.post("/v1/joint-work", poor, as: "R-stationChief").decoded(JointWorkBody.self).id
            let month = try #require(try await station(house).duties.first { $0.scope == "monthly" })
            #expect(month.work == id && !month.done && month.lacks == ["unit:练市派出所", "worker"])
        }
    }

    @Test("What was entered by mistake is withdrawn once, and stays readable as it was known")
    func withdrawn() async throws {
        try await withGateway { house in
            try await posted(house)
            try await house.hire(PersonEntry.sample("C4", role: .stationChief, in: [4]))
            _ = try await house.post("/v1/joint-work", inspection(), as: "R-stationChief")
            #expect(
                try await house.post("/v1/joint-work", inspection(), as: "R-stationChief").verdict
                    == "409 already-there")
            let (path, body) = ("/v1/joint-work/withdrawals", WithdrawalBody(id: "lc-1"))
            #expect(try await house.post(path, body, as: "C4").verdict == "404 not-found")
            #expect(try await house.post(path, WithdrawalBody(id: "lc-2"), as: "C4").verdict == "404 not-found")
            #expect(try await house.post(path, body, as: "W5").verdict == "403 not-permitted")
            house.clock.advance(hours: 1)
            #expect(try await house.post(path, body, as: "R-executiveDeputy").verdict == "204")
            #expect(try await house.post(path, body, as: "R-executiveDeputy").verdict == "409 already-withdrawn")
            #expect(try await station(house).works.isEmpty)
            #expect(try await station(house, "&knownAt=2026-03-05T09:30:00%2B08:00").works == [inspection()])
        }
    }

    @Test("Joint work is the station's own to record")
    func refusals() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            let path = "/v1/joint-work"
            for role in Role.allCases where ![.executiveDeputy, .stationChief].contains(role) {
                #expect(
                    try await house.post(path, inspection(), as: role.sample).verdict == "403 not-permitted", "\(role)")
            }
            for (station, verdict) in [(4, "404 not-found"), (22, "404 not-found"), (5, "409 not-a-station")] {
                #expect(try await house.post(path, inspection(station), as: "R-stationChief").verdict == verdict)
            }
            var wrong = inspection(id: "no spaces", day: "2026-03-06")
            wrong.station = "3"
            wrong.task = "chat"
            wrong.scope = "yearly"
            wrong.ledBy = ""
            wrong.decisions = [" "]
            wrong.participants = [JointParticipant(capacity: "king", name: "")]
            wrong.minutes = String(repeating: "长", count: 20_001)
            #expect(
                Set(try await house.post(path, wrong, as: "R-stationChief").defects) == [
                    "/id bad-id", "/station bad-area", "/task unknown-value", "/scope unknown-value",
                    "/day out-of-range", "/ledBy empty", "/decisions/0 empty", "/participants/0/capacity unknown-value",
                    "/participants/0/name empty", "/minutes too-long",
                ])
            #expect(try await house.ask(path + "?area=\(areaID(3))", as: "N-deputy").verdict == "404 not-found")
            #expect(try await station(house).works.isEmpty)
        }
    }

    @Test("A checklist is the county's, in versions; every worker reads the one that holds")
    func checklists() async throws {
        try await withGateway { house in
            var list = ChecklistBody(
                id: "restaurant", title: "小餐饮检查", basis: "区安委〔2026〕3号", classes: ["小餐饮"], from: "2026-03-01",
                items: [ChecklistQuestion(code: "exit", text: "安全出口是否畅通")])
            let first = try await house.post("/v1/checklists", list, as: "R-county")
            list.version = 1
            #expect(first.status == 201)
            #expect(try first.decoded(ChecklistBody.self) == list)
            list.version = nil
            list.from = "2026-04-01"
            list.items.append(ChecklistQuestion(code: "gas", text: "燃气报警器是否正常"))
            #expect(
                try await house.post("/v1/checklists", list, as: "R-county").decoded(ChecklistBody.self).version == 2)
            func held(_ query: String) async throws -> [Int?] {
                try await house.items("/v1/checklists" + query, as: "W5", of: ChecklistBody.self).map(\.version)
            }
            #expect(try await held("") == [1])
            #expect(try await held("?day=2026-04-01") == [2])
            #expect(try await held("?day=2026-02-28") == [])
            for person in ["R-stationChief", "R-listOwner", "R-townDispatcher"] {
                #expect(try await house.post("/v1/checklists", list, as: person).verdict == "403 not-permitted")
            }
            var wrong = list
            wrong.version = 3
            wrong.id = "一"
            wrong.items = [ChecklistQuestion(code: "a", text: "x"), ChecklistQuestion(code: "a", text: "y")]
            #expect(
                try await house.post("/v1/checklists", wrong, as: "R-county").defects == [
                    "/id bad-id", "/version unknown-member", "/items repeated",
                ])
            wrong = list
            wrong.items = []
            #expect(try await house.post("/v1/checklists", wrong, as: "R-county").defects == ["/items out-of-range"])
        }
    }

    @Test("Before a duty is issued, the county sees what it would add to each worker's month")
    func load() async throws {
        try await withGateway { house in
            let path = "/v1/load?area=\(areaID(3))"
            let now = [
                LoadRow(
                    grid: "A0000005", name: "第一网格", workers: 2, subjects: 5, doors: 5,
                    visits: [CountRow(key: "monthly", count: 5)], total: 5, perWorker: 2.5),
                LoadRow(
                    grid: "A0000006", name: "第二网格", workers: 1, subjects: 5, doors: 5,
                    visits: [CountRow(key: "monthly", count: 5)], total: 5, perWorker: 5),
            ]
            #expect(try await house.items(path, as: "R-stationChief", of: LoadRow.self) == now)
            var policy = PolicyBody(
                id: "food-twice", kind: "place", task: "patrol", title: "小餐饮每月两次", basis: "区办〔2026〕9号", every: "month",
                from: "2026-04-01")
            policy.times = 2
            policy.classes = ["小餐饮"]
            let tried = try await house.post(path, policy, as: "R-county").decoded(Wire.Page<LoadRow>.self).items
            #expect(
                tried[0].visits == [CountRow(key: "food-twice", count: 6), CountRow(key: "keyPerson", count: 2)],
                "what is said of a category takes the place of what is said of all")
            #expect(tried[0].total == 8 && tried[0].perWorker == 4 && tried[0].doors == 5)
            #expect(try await house.items(path, as: "R-stationChief", of: LoadRow.self) == now, "it was only tried")
            #expect(try await house.items(path + "&month=2026-03", as: "R-county", of: LoadRow.self).count == 2)
            #expect(try await house.ask(path + "&month=2027-04", as: "R-county").defects == ["month bad-month"])
            #expect(try await house.ask("/v1/load?area=\(areaID(6))", as: "W5").verdict == "404 not-found")
            #expect(try await house.post(path, policy, as: "R-stationChief").verdict == "403 not-permitted")
            // On whose list somebody stands would show in the counts.
            var persons = policy
            persons.kind = "keyPerson"
            persons.classes = ["区司法局"]
            #expect(try await house.post(path, persons, as: "R-county").verdict == "404 not-found")
            #expect(try await house.post(path, persons, as: "R-listOwner").verdict == "200")
            policy.every = "fortnight"
            #expect(try await house.post(path, policy, as: "R-county").defects == ["/every unknown-value"])
        }
    }

    @Test("The county says how many days its months wait, for months to come")
    func closingRules() async throws {
        try await withGateway { house in
            let path = "/v1/ledger/closing-rules"
            var rule = ClosingRuleBody(graceDays: 5, basis: "区办〔2026〕12号", from: "2026-04")
            let recorded = try await house.post(path, rule, as: "R-county")
            #expect(recorded.status == 201)
            #expect(try recorded.decoded(ClosingRuleBody.self) == rule)
            #expect(try await house.items(path, as: "R-administrator", of: ClosingRuleBody.self) == [rule])
            for person in ["R-stationChief", "R-townDispatcher", "R-listOwner"] {
                #expect(try await house.post(path, rule, as: person).verdict == "403 not-permitted", "\(person)")
            }
            rule.from = "2026-03"
            #expect(try await house.post(path, rule, as: "R-county").verdict == "409 begins-in-past")
            let wrong = ClosingRuleBody(graceDays: 16, basis: "", from: "2026")
            #expect(
                try await house.post(path, wrong, as: "R-county").defects == [
                    "/graceDays out-of-range", "/basis empty", "/from bad-month",
                ])
            #expect(try await house.ask(path + "?x=1", as: "R-county").defects == ["x unknown-parameter"])
        }
    }
}
