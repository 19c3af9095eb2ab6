import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Figures taken apart", .serialized)
struct ReadingRouteTests {
    private let before = "&knownAt=2026-03-05T00:00:00%2B08:00"

    /// A place done, another one by two attempts still owed, a key person met; a place of another station.
    private func patrolled(_ house: GatewayUnderTest) async throws {
        _ = try await house.put(
            1,
            .sample { $0.findings = [.init(kind: "safetyHazard", text: "线路老化"), .init(kind: "other", text: "路灯不亮")] })
        _ = try await house.put(2, .sample(place: "P5-2") { $0.outcome = "refused" })
        _ = try await house.put(3, .sample(keyPerson: "K5-1"))
        _ = try await house.put(4, .sample(place: "P7-1"), as: "W7")
    }

    private func parts(_ house: GatewayUnderTest, _ query: String, as person: String = "R-stationChief") async throws
        -> [String]
    {
        try await house.items("/v1/coverage/breakdown?\(query)", as: person, of: BreakdownRow.self).map {
            "\($0.key) \($0.figures.done)/\($0.figures.due)"
        }
    }

    @Test("A figure comes apart by category, capacity, policy and kind of grid, and the parts add up")
    func breakdown() async throws {
        try await withGateway { house in
            try await patrolled(house)
            let station = "area=\(areaID(3))"
            #expect(try await parts(house, "\(station)&by=category") == ["小餐饮 1/6"])
            // Who was refused at the door came nevertheless.
            let capacities = try await parts(house, "\(station)&by=capacity")
            #expect(capacities == ["fullTime 1/2", "none 0/4"])
            let policies = try await parts(house, "\(station)&by=policy")
            #expect(policies == ["monthly@\(ObligationPolicy.standard(.place).version) 1/6"])
            #expect(
                try await parts(house, "area=\(areaID(1))&by=gridKind", as: "R-county") == [
                    "general 2/12", "special 0/3",
                ])
            let persons = try await parts(house, "\(station)&by=policy&kind=keyPerson")
            #expect(persons == ["monthly@\(ObligationPolicy.standard(.keyPerson).version) 1/4"])
            #expect(try await parts(house, "\(station)&by=capacity\(before)") == ["none 0/6"])
            let row = try #require(
                try await house.items(
                    "/v1/coverage/breakdown?\(station)&by=category", as: "R-stationChief", of: BreakdownRow.self
                ).first)
            #expect(row.figures == (try await house.coverage(of: 3).places))
        }
    }

    @Test("On whose list key persons stand is for the list's owner to see, and for no one else")
    func listOwners() async throws {
        try await withGateway { house in
            let query = "/v1/coverage/breakdown?area=\(areaID(5))&by=category&kind=keyPerson"
            let own = try await parts(house, "area=\(areaID(5))&by=category&kind=keyPerson", as: "R-listOwner")
            #expect(own == ["区司法局 0/2"])
            for role in Role.allCases where role != .listOwner {
                #expect(try await house.ask(query, as: role.sample).verdict == "404 not-found", "\(role)")
            }
        }
    }

    @Test("When visits were made and when they were entered, by day and by hour")
    func entries() async throws {
        try await withGateway { house in
            try await patrolled(house)
            try await house.advance(days: 2)
            _ = try await house.put(5, .sample(place: "P6-1") { $0.fix = nil }, as: "W6")
            let path = "/v1/coverage/entries?area=\(areaID(3))"
            let spread = try await house.ask(path, as: "R-stationChief").decoded(EntryAnswer.self)
            #expect(spread.visits == 3 && spread.lastTwoDays == 0 && spread.afterMonth == 0)
            #expect(spread.withoutFix == 1 && spread.days.count == 31)
            #expect(spread.days[4] == EntryDay(day: "2026-03-05", visited: 3, received: 2))
            #expect(spread.days[6] == EntryDay(day: "2026-03-07", visited: 0, received: 1))
            #expect(spread.dayLater == 1)
            #expect(spread.visitedByHour[9] == 3 && spread.visitedByHour.count == 24)
            #expect(spread.receivedByHour[9] == 3 && spread.receivedByHour.reduce(0, +) == 3)
            let persons = try await house.ask(path + "&kind=keyPerson", as: "R-listOwner").decoded(EntryAnswer.self)
            #expect(persons.visits == 1)
            let moment = path + "&knownAt=2026-03-06T00:00:00%2B08:00"
            let then = try await house.ask(moment, as: "R-stationChief").decoded(EntryAnswer.self)
            #expect(then.visits == 2)
            let later = path + "&knownAt=2027-01-01T00:00:00Z"
            #expect(try await house.ask(later, as: "R-stationChief").defects == ["knownAt future-time"])
        }
    }

    @Test("A figure is laid open line by line, counted anew, with what it leaves out and why")
    func explanation() async throws {
        try await withGateway { house in
            try await patrolled(house)
            let late = PlaceChangeBody(
                change: "open", from: "2026-03-25",
                details: PlaceDetails(id: "P5-9", name: "新店", category: "小餐饮", address: "适园路", grid: areaID(5).text))
            #expect(try await house.post("/v1/places/changes", late, as: "R-stationChief").verdict == "204")
            let told = try await house.ask("/v1/coverage/explanation?area=\(areaID(5))", as: "W5")
                .decoded(ExplanationAnswer.self)
            #expect(told.area == "A0000005" && told.name == "第一网格" && told.month == "2026-03" && told.kind == "place")
            #expect(told.agrees && told.shown == told.recounted && told.shown.due == 3 && told.shown.done == 1)
            #expect(told.policies.map(\.policy.id) == ["monthly"] && told.policies[0].figures == told.shown)
            #expect(
                told.excluded == [ExclusionRow(subject: "P5-9", grid: "A0000005", why: "joinedLate")]
                    && told.excludedCount == 1)
            #expect(told.lines.map(\.state) == ["done", "due", "due"] && told.next == nil && told.versions.isEmpty)
            #expect(told.lines.map(\.numerator) == [true, false, false])
            #expect(told.lines.allSatisfy { $0.grid == "A0000005" } && told.lines[0].text.hasPrefix("P5-1\t"))
            let then = try await house.ask("/v1/coverage/explanation?area=\(areaID(5))\(before)", as: "W5")
                .decoded(ExplanationAnswer.self)
            #expect(then.agrees && then.shown.done == 0 && then.excluded.isEmpty)
        }
    }

    @Test("A long explanation comes in pages, none of its lines lost or twice")
    func pages() async throws {
        try await withGateway { house in
            let many = (1...pageSize).map { PlaceEntry.sample("Q\(1_000 + $0)", in: 5) }
            try await house.store.add(many, at: County.entered)
            let path = "/v1/coverage/explanation?area=\(areaID(5))"
            let first = try await house.ask(path, as: "W5").decoded(ExplanationAnswer.self)
            let next = try #require(first.next)
            let second = try await house.ask(path + "&cursor=\(next)", as: "W5").decoded(ExplanationAnswer.self)
            #expect(first.lines.count == pageSize && second.lines.count == 3 && second.next == nil)
            #expect(Set((first.lines + second.lines).map(\.text)).count == pageSize + 3)
            #expect(first.shown.due == Int64(pageSize + 3))
            #expect(try await house.ask(path + "&cursor=LTE", as: "W5").defects == ["cursor bad-cursor"])
        }
    }

    @Test("The four clears of a month show each reader the kinds that are theirs")
    func clears() async throws {
        try await withGateway { house in
            try await patrolled(house)
            let proposal = PatrolReport.sample(place: "P5-3") { $0.outcome = "gone" }
            _ = try await house.put(6, proposal)
            let path = "/v1/clears?area="
            let chief = try await house.ask(path + areaID(3).text, as: "R-stationChief").decoded(ClearsAnswer.self)
            #expect(chief.places?.due == 6 && chief.places?.done == 1 && chief.keyPersons?.done == 1)
            #expect(chief.placeMovement == MovementRow(entered: 0, left: 0, changed: 0))
            #expect(
                chief.findings == [
                    FindingCount(kind: "other", count: 1, urgent: 0),
                    FindingCount(kind: "refusal", count: 1, urgent: 0),
                    FindingCount(kind: "safetyHazard", count: 1, urgent: 0),
                ])
            #expect(chief.repeated.isEmpty && chief.withoutFindings.isEmpty && chief.proposalsWaiting == 1)
            #expect(chief.awaiting == 1)
            let town = try await house.ask(path + areaID(3).text, as: "R-townDispatcher")
            #expect(!town.text.contains("keyPersons") && !town.text.contains("keyPersonMovement"))
            let owner = try await house.ask(path + areaID(3).text, as: "R-listOwner").decoded(ClearsAnswer.self)
            #expect(owner.places == nil && owner.findings.isEmpty && owner.keyPersons?.done == 1)
            #expect(owner.proposalsWaiting == 0)
            let then = try await house.ask(path + areaID(3).text + before, as: "R-stationChief").decoded(
                ClearsAnswer.self)
            #expect(then.places?.done == 0 && then.findings.isEmpty)
        }
    }

    @Test("A hazard found again at the same place is told, and a grid where all is visited and nothing found")
    func repeated() async throws {
        try await withGateway { house in
            for number in 1...2 {
                _ = try await house.put(number, .sample { $0.findings = [.init(kind: "safetyHazard", text: "通道堵塞")] })
            }
            for number in 1...3 { _ = try await house.put(10 + number, .sample(place: "P6-\(number)"), as: "W6") }
            for number in 1...2 { _ = try await house.put(20 + number, .sample(keyPerson: "K6-\(number)"), as: "W6") }
            let told = try await house.ask("/v1/clears?area=\(areaID(3))", as: "R-stationChief").decoded(
                ClearsAnswer.self)
            #expect(told.repeated == [RepeatedHazard(place: "P5-1", name: "场所 P5-1", kind: "safetyHazard", times: 2)])
            #expect(told.withoutFindings == ["A0000006"])
        }
    }

    @Test("Nobody takes apart the figures of another area, and nonsense is named")
    func refusals() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            for path in ["coverage/breakdown?by=policy&", "coverage/entries?", "coverage/explanation?", "clears?"] {
                for (area, person) in [
                    (6, "W5"), (4, "R-stationChief"), (9, "R-townDispatcher"), (3, "N-county"), (99, "R-county"),
                ] {
                    let answer = try await house.ask("/v1/\(path)area=\(areaID(area))", as: person)
                    #expect(answer.verdict == "404 not-found", "\(path) \(area) \(person)")
                }
                let wrong = try await house.ask("/v1/\(path)area=5&month=2026-04&knownAt=soon", as: "W5")
                #expect(
                    Set(wrong.defects) == ["area bad-area", "month future-month", "knownAt bad-time"], "\(path)")
                guard path != "clears?" else { continue }
                for person in ["R-county", "R-townDispatcher", "R-department"] {
                    let answer = try await house.ask("/v1/\(path)area=\(areaID(2))&kind=keyPerson", as: person)
                    #expect(answer.verdict == "404 not-found", "\(path) \(person)")
                }
            }
            #expect(
                try await house.ask("/v1/coverage/breakdown?area=\(areaID(5))", as: "W5").defects == ["by missing"])
            #expect(
                try await house.ask("/v1/coverage/breakdown?area=\(areaID(5))&by=worker", as: "W5").defects == [
                    "by unknown-value"
                ])
        }
    }
}
