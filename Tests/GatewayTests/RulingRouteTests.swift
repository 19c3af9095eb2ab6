import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Rulings over HTTP")
struct RulingRouteTests {
    private func shut(_ number: Int, _ place: String, until: String? = "2026-05-31") -> PatrolReport {
        .sample(place: place) {
            $0.outcome = "suspended"
            $0.until = until
        }
    }

    private func post(
        _ house: GatewayUnderTest, _ path: String, _ body: some Encodable, as person: String = "R-executiveDeputy"
    )
        async throws -> Answer
    {
        try await house.send(.post, path, as: person, body: try canonicalBytes(body))
    }

    @Test("A deputy reads the queue, decides, and the figure follows")
    func oneByOne() async throws {
        try await withGateway { house in
            _ = try await house.put(1, shut(1, "P5-1"))
            let queue = try await house.get("/v1/rulings/queue?area=\(areaID(3))", as: "R-executiveDeputy")
                .decoded(Wire.Page<QueueLine>.self)
            #expect(queue.items.map(\.matter) == ["status"] && queue.items[0].until == "2026-05-31")
            #expect(try await house.coverage(of: 5).places.awaiting == 1)
            var body = RulingBody(kind: "place", report: reportID(1), decision: "granted", reason: "现场核实")
            let ruling = try await post(house, "/v1/rulings", body)
            #expect(ruling.status == 201)
            #expect(try ruling.decoded(RulingLine.self).by == "R-executiveDeputy")
            #expect(try await house.coverage(of: 5).places.excused == 1)
            let again = try await post(house, "/v1/rulings", body)
            #expect(again.status == 409)
            #expect(try again.problem().code == "not-awaiting")
            body.decision = "raised"
            body.reason = " "
            #expect(
                try await post(house, "/v1/rulings", body).problem().defects?.map(\.pointer) == [
                    "/decision", "/reason",
                ])
        }
    }

    @Test("Whose area it is not, and who has no right to key persons, sees nothing of it")
    func strangers() async throws {
        try await withGateway { house in
            _ = try await house.put(1, shut(1, "P7-1"), as: "W7")
            _ = try await house.put(
                2,
                .sample(keyPerson: "K5-1") {
                    $0.outcome = "away"
                    $0.until = "2026-05-31"
                })
            let other = RulingBody(kind: "place", report: reportID(1), decision: "granted", reason: "x")
            #expect(try await post(house, "/v1/rulings", other).status == 404, "another station's grid")
            let kind = RulingBody(kind: "place", report: reportID(2), decision: "granted", reason: "x")
            #expect(try await post(house, "/v1/rulings", kind).status == 404, "a key person is no place")
            #expect(try await post(house, "/v1/rulings", other, as: "W5").status == 403)
            let dispute = DisputeBody(kind: "keyPerson", report: reportID(2), reason: "x")
            #expect(try await post(house, "/v1/rulings/disputes", dispute, as: "R-townDispatcher").status == 404)
            #expect(
                try await house.get("/v1/rulings/rulers?area=\(areaID(2))&kind=keyPerson", as: "R-townDispatcher")
                    .status
                    == 404)
            #expect(try await house.get("/v1/rulings/rulers?area=\(areaID(2))", as: "R-townDispatcher").status == 200)
        }
    }

    @Test("A bulk ruling is drawn, its sample decided, and then let hold")
    func bulk() async throws {
        try await withGateway { house in
            for (number, place) in ["P5-1", "P5-2", "P5-3", "P6-1"].enumerated() {
                _ = try await house.put(number, shut(number, place))
            }
            let asked = BatchBody(
                kind: "place", area: areaID(3).text, month: "2026-03", matter: "status", decision: "granted",
                reason: "市场升级改造", sampleSize: 2)
            let batch = try await post(house, "/v1/rulings/batches", asked).decoded(BatchLine.self)
            #expect(batch.reports.count == 4 && batch.sample.count == 2)
            let apply = "/v1/rulings/batches/\(batch.id)/application"
            #expect(try await house.send(.post, apply, as: "R-executiveDeputy").problem().code == "sample-differs")
            for report in batch.sample {
                let body = RulingBody(kind: "place", report: report, decision: "granted", reason: "已看")
                #expect(try await post(house, "/v1/rulings", body).status == 201)
            }
            #expect(try await house.send(.post, apply, as: "R-stationChief").status == 404)
            let outcome = try await house.send(.post, apply, as: "R-executiveDeputy").decoded(BatchOutcome.self)
            #expect(outcome.ruled == 2)
            #expect(try await house.coverage(of: 3).places.excused == 4)
        }
    }

    @Test("A ruling is made where the duty is owed, wherever the record was filed")
    func whereOwed() async throws {
        try await withGateway { house in
            // Seen by the neighbouring station's worker on the way; the duty is grid 5's.
            _ = try await house.put(1, shut(1, "P5-1"), as: "W7")
            let ruling = RulingBody(kind: "place", report: reportID(1), decision: "granted", reason: "现场核实")
            #expect(try await post(house, "/v1/rulings", ruling).status == 201)
            #expect(try await house.coverage(of: 5).places.excused == 1)
            let excuse = ExcuseBody(
                kind: "place", subject: "P7-1", firstDay: "2026-03-01", lastDay: "2026-03-31", reason: "道路封闭",
                basis: "防指〔2026〕2号")
            #expect(try await post(house, "/v1/rulings/excuses", excuse).status == 404)
            // From the 20th it is the deputy's; the days before are not.
            try await house.store.move(
                .place, "P7-1", to: areaID(5), from: day("2026-03-20"), at: house.clock.now)
            #expect(try await post(house, "/v1/rulings/excuses", excuse).status == 404)
            let own = ExcuseBody(
                kind: "place", subject: "P7-1", firstDay: "2026-03-20", lastDay: "2026-03-31", reason: "道路封闭",
                basis: "防指〔2026〕2号")
            #expect(try await post(house, "/v1/rulings/excuses", own).status == 201)
        }
    }

    @Test("A worker sees the rulings on their own records, and nobody else's")
    func mine() async throws {
        try await withGateway { house in
            _ = try await house.put(1, shut(1, "P5-1"))
            _ = try await house.put(2, shut(2, "P6-1"), as: "W6")
            for number in 1...2 {
                let body = RulingBody(kind: "place", report: reportID(number), decision: "refused", reason: "未歇业")
                #expect(try await post(house, "/v1/rulings", body).status == 201)
            }
            func mine(_ query: String, as person: String) async throws -> [String?] {
                try await house.get("/v1/rulings/mine" + query, as: person).decoded(Wire.Page<RulingLine>.self)
                    .items.map(\.report)
            }
            #expect(try await mine("", as: "W5") == [reportID(1)])
            #expect(try await mine("", as: "W6") == [reportID(2)])
            #expect(try await mine("?kind=keyPerson", as: "W5").isEmpty)
            #expect(try await mine("?month=2026-02", as: "W5").isEmpty)
            #expect(try await house.get("/v1/rulings/mine", as: "R-county").status == 403)
        }
    }

    @Test("Queue, appeals, rulers and rules are read as they were known at a moment")
    func asOf() async throws {
        try await withGateway { house in
            _ = try await house.put(1, shut(1, "P5-1"))
            let before = house.clock.now.rfc3339
            house.clock.advance(hours: 1)
            let refused = RulingBody(kind: "place", report: reportID(1), decision: "refused", reason: "未歇业")
            let ruling = try await post(house, "/v1/rulings", refused).decoded(RulingLine.self)
            let ruled = house.clock.now.rfc3339
            house.clock.advance(hours: 1)
            let appeal = AppealBody(kind: "place", ruling: ruling.id, text: "门上贴有告示")
            #expect(try await post(house, "/v1/rulings/appeals", appeal, as: "W5").status == 204)
            func items<Line: Codable & Equatable & Sendable>(
                _ type: Line.Type, _ path: String, _ moment: String?, as person: String
            )
                async throws -> Int
            {
                let known = moment.map { "&knownAt=\($0)" } ?? ""
                return try await house.get("/v1/rulings/\(path)?area=\(areaID(3))\(known)", as: person)
                    .decoded(Wire.Page<Line>.self).items.count
            }
            let (deputy, town) = ("R-executiveDeputy", "R-townDispatcher")
            #expect(try await items(QueueLine.self, "queue", before, as: deputy) == 1)
            #expect(try await items(QueueLine.self, "queue", ruled, as: deputy) == 0)
            #expect(try await items(QueueLine.self, "queue", nil, as: deputy) == 0)
            #expect(try await items(RulerLine.self, "rulers", before, as: town) == 0)
            #expect(try await items(RulerLine.self, "rulers", ruled, as: town) == 1)
            #expect(try await items(AppealLine.self, "appeals", ruled, as: deputy) == 0)
            #expect(try await items(AppealLine.self, "appeals", nil, as: deputy) == 1)
            let coverage = "/v1/coverage?area=\(areaID(5))&knownAt="
            #expect(
                try await house.get(coverage + before, as: deputy).decoded(Coverage.self).places.awaiting == 1)
            #expect(try await house.get(coverage + ruled, as: deputy).decoded(Coverage.self).places.awaiting == 0)
            let both = try await house.get(coverage + before + "&version=1", as: deputy)
            #expect(try both.problem().defects?.map(\.code) == ["one-of-two"])
        }
    }

    @Test("A worker appeals against a ruling on their record, and the chief answers")
    func appeal() async throws {
        try await withGateway { house in
            _ = try await house.put(1, shut(1, "P5-1"))
            let refused = RulingBody(kind: "place", report: reportID(1), decision: "refused", reason: "未歇业")
            let ruling = try await post(house, "/v1/rulings", refused).decoded(RulingLine.self)
            let appeal = AppealBody(kind: "place", ruling: ruling.id, text: "门上贴有告示，见照片")
            #expect(try await post(house, "/v1/rulings/appeals", appeal, as: "W6").status == 404)
            #expect(try await post(house, "/v1/rulings/appeals", appeal, as: "W5").status == 204)
            #expect(try await post(house, "/v1/rulings/appeals", appeal, as: "W5").status == 409)
            let listed = try await house.get("/v1/rulings/appeals?area=\(areaID(3))", as: "R-stationChief")
                .decoded(Wire.Page<AppealLine>.self)
            #expect(listed.items.map(\.person) == ["W5"] && listed.items[0].answer == nil)
            let answer = AppealAnswer(kind: "place", ruling: ruling.id, decision: "granted", reason: "属实")
            #expect(try await post(house, "/v1/rulings/appeals/answers", answer).problem().code == "other-person")
            #expect(
                try await post(house, "/v1/rulings/appeals/answers", answer, as: "R-stationChief").status == 201)
            #expect(try await house.coverage(of: 5).places.excused == 1)
        }
    }

    @Test("The county records a policy and a rule with their basis; a month keeps what it began under")
    func policies() async throws {
        try await withGateway { house in
            var policy = PolicyBody(
                id: "food-twice", kind: "place", task: "patrol", title: "小餐饮每月两次", basis: "区办〔2026〕9号", every: "month",
                from: "2026-03-01")
            policy.times = 2
            policy.classes = ["小餐饮"]
            let early = try await post(house, "/v1/policies", policy, as: "R-county")
            #expect(try early.problem().code == "begins-with-month")
            policy.from = "2026-04-01"
            #expect(try await post(house, "/v1/policies", policy).status == 403)
            let recorded = try await post(house, "/v1/policies", policy, as: "R-county").decoded(PolicyBody.self)
            #expect(recorded.version == 1 && recorded.outcomes == ["checked"])
            #expect(recorded.areas == [areaID(1).text], "its own county and no other")
            let persons = PolicyBody(
                id: "persons", kind: "keyPerson", task: "patrol", title: "x", basis: "x", every: "week",
                from: "2026-04-01")
            #expect(try await post(house, "/v1/policies", persons, as: "R-county").status == 404)
            #expect(try await post(house, "/v1/policies", persons, as: "R-listOwner").status == 201)
            #expect(try await post(house, "/v1/policies", policy, as: "R-listOwner").status == 404)
            _ = try await house.put(1, .sample())
            #expect(try await house.coverage(of: 5).places.due == 3)
            try await house.advance(days: 30)
            #expect(try await house.coverage(of: 5).places.due == 6)
            let roster = try await house.get("/v1/roster/places?grid=\(areaID(5))", as: "R-executiveDeputy")
                .decoded(Roster<RosterPlace>.self)
            #expect(roster.items[0].duties?.map(\.title) == ["小餐饮每月两次", "小餐饮每月两次"])
            let listed = try await house.get("/v1/policies", as: "R-administrator").decoded(Wire.Page<PolicyBody>.self)
            #expect(listed.items.map(\.id) == ["monthly", "food-twice", "monthly", "persons"])
            let wrong = PolicyBody(
                id: "bad id", kind: "place", task: "chore", title: "", basis: "x", every: "day", from: "soon")
            let defects = try await post(house, "/v1/policies", wrong, as: "R-county").problem().defects ?? []
            #expect(Set(defects.map(\.pointer)) == ["/id", "/task", "/title", "/every", "/from"])
        }
    }

    @Test("A month is closed by the county, read at its version, and its journal tells what came later")
    func closing() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample())
            let path = "/v1/ledger/closing?area=\(areaID(1))&month=2026-03"
            #expect(try await house.send(.post, path, as: "R-county").problem().code == "month-not-over")
            try await house.advance(days: 28)
            let version = try await house.send(.post, path, as: "R-county").decoded(LedgerVersionLine.self)
            #expect(version.version == 1 && version.unit == areaID(1).text)
            #expect(try await house.send(.post, path, as: "R-county").problem().code == "month-closed")
            let coverage = try await house.get("/v1/coverage?area=\(areaID(1))&month=2026-03", as: "R-county")
                .decoded(Coverage.self)
            #expect(coverage.versions == [version])
            let text = try await house.get("/v1/ledger/text?area=\(areaID(1))&month=2026-03", as: "R-county")
            #expect(text.text.contains("P5-1\t*\tdone") && !text.text.contains("K5-1\t"))
            let manifest = text.text.split(separator: "\n\n", maxSplits: 1)[0]
            #expect(sha256Hex(manifest.utf8) == version.sha256)
            house.clock.advance(hours: 1)
            // A minute's visit of 5 March, whose handheld ran on until April.
            let late = PatrolReport.sample(place: "P5-2") {
                $0.device.bootId = "b"
                $0.device.uptimeMilliseconds = 0
            }
            let sent = try await house.put(
                2, late, headers: [.patrolDeviceClock: "boot=\"b\", uptime=\(28 * 24 * 3_600_000)"])
            #expect(try sent.decoded(Receipt.self).month == "2026-03")
            let journal = try await house.get(
                "/v1/ledger/journal?area=\(areaID(1))&month=2026-03", as: "R-county"
            ).decoded(Wire.Page<JournalLine>.self)
            #expect(journal.items.map(\.source) == [reportID(2)] && journal.items[0].version == nil)
            // The list says what the figure says: of the version, not of what waits in the journal.
            let done = try await house.get(
                "/v1/obligations?area=\(areaID(1))&month=2026-03&state=done", as: "R-county"
            ).decoded(Wire.Page<ObligationLine>.self)
            #expect(done.items.map(\.subject) == ["P5-1"] && coverage.places.done == 1)
            let before = version.cutAt
            let journalThen = try await house.get(
                "/v1/ledger/journal?area=\(areaID(1))&month=2026-03&knownAt=\(before)", as: "R-county"
            ).decoded(Wire.Page<JournalLine>.self)
            #expect(journalThen.items.isEmpty)
            let versions = "/v1/ledger/versions?area=\(areaID(1))&month=2026-03&knownAt="
            #expect(
                try await house.get(versions + before, as: "R-county").decoded(Wire.Page<LedgerVersionLine>.self)
                    .items == [version])
            #expect(
                try await house.get(versions + "2026-03-31T00:00:00Z", as: "R-county").decoded(
                    Wire.Page<LedgerVersionLine>.self
                ).items.isEmpty)
        }
    }
}
