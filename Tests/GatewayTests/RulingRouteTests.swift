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
            let listed = try await house.get("/v1/policies", as: "R-auditor").decoded(Wire.Page<PolicyBody>.self)
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
        }
    }
}
