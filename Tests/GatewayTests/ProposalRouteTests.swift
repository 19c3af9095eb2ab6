import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("What patrols find amiss with the roster is decided by who keeps it", .serialized)
struct ProposalRouteTests {
    private let path = "/v1/proposals/decisions"

    private func found(_ name: String = "新开奶茶店") -> PatrolReport {
        .sample {
            $0.grid = areaID(5).text
            $0.subject = PatrolReport.Subject(kind: "newPlace", name: name, address: "适园路 9 号")
        }
    }

    private func changed(_ outcome: String, _ place: String) -> PatrolReport {
        .sample(place: place) { $0.outcome = outcome }
    }

    private func entry(_ id: String, in grid: Int = 5) -> PlaceDetails {
        PlaceDetails(id: id, name: "阿芳奶茶", category: "小餐饮", address: "适园路 9 号", grid: areaID(grid).text)
    }

    private func waiting(_ house: GatewayUnderTest, _ more: String = "", as person: String = "R-executiveDeputy")
        async throws -> [ProposalRow]
    {
        try await house.items("/v1/proposals?area=\(areaID(3))\(more)", as: person, of: ProposalRow.self)
    }

    @Test("A place that was found enters the roster with the visit that found it")
    func add() async throws {
        try await withGateway { house in
            #expect(try await house.put(1, found()).status == 201)
            let proposals = try await waiting(house)
            let receivedAt = try #require(proposals.first?.proposedAt)
            #expect(
                proposals == [
                    ProposalRow(
                        kind: "place", report: reportID(1), change: "add", grid: "A0000005", from: "2026-03-05",
                        name: "新开奶茶店", address: "适园路 9 号", proposedBy: "W5", proposedAt: receivedAt)
                ])
            #expect(instant(receivedAt) == GatewayUnderTest.morning)
            var decision = ProposalDecision(kind: "place", report: reportID(1), accepted: true, reason: "已核实")
            #expect(try await house.post(path, decision, as: "R-executiveDeputy").verdict == "409 entry-missing")
            decision.details = entry("P5-1")
            #expect(try await house.post(path, decision, as: "R-executiveDeputy").verdict == "409 already-there")
            decision.details = entry("P5-9")
            #expect(try await house.post(path, decision, as: "R-executiveDeputy").verdict == "204")
            #expect(try await house.post(path, decision, as: "R-stationChief").verdict == "409 proposal-decided")
            #expect(try await waiting(house).isEmpty)
            let roster = try await house.get("/v1/roster/places?grid=\(areaID(5))", as: "W5")
                .decoded(Roster<RosterPlace>.self)
            #expect(roster.items.map { "\($0.id) \($0.state)" }.contains("P5-9 done"))
            #expect(try await house.coverage(of: 5).places.done == 1)
            let story = try await house.ask("/v1/story?subject=P5-9", as: "R-stationChief").decoded(StoryAnswer.self)
            #expect(story.events.map(\.what).contains("visit"))
            #expect(story.events.first { $0.what == "proposal" }?.word == "add accepted")
        }
    }

    @Test("A new tenant takes over the premises; what is gone leaves the roster; what is refused stays as it was")
    func replaceAndRemove() async throws {
        try await withGateway { house in
            _ = try await house.put(1, changed("changed", "P5-1"))
            _ = try await house.put(2, changed("gone", "P5-2"))
            _ = try await house.put(3, changed("gone", "P5-3"))
            let rows = try await waiting(house)
            #expect(rows.map(\.change) == ["replace", "remove", "remove"])
            #expect(rows.map(\.subject) == ["P5-1", "P5-2", "P5-3"] && rows[0].subjectName == "场所 P5-1")
            func decide(_ number: Int, _ accepted: Bool, _ details: PlaceDetails? = nil) async throws -> String {
                try await house.post(
                    path,
                    ProposalDecision(
                        kind: "place", report: reportID(number), accepted: accepted, reason: "现场核实", details: details),
                    as: "R-executiveDeputy"
                ).verdict
            }
            #expect(try await decide(1, true) == "409 entry-missing")
            #expect(try await decide(1, true, entry("P5-8")) == "204")
            #expect(try await decide(2, true) == "204")
            #expect(try await decide(2, true) == "409 proposal-decided")
            #expect(try await decide(3, false) == "204")
            #expect(try await waiting(house).isEmpty)
            let roster = try await house.get("/v1/roster/places?grid=\(areaID(5))", as: "W5")
                .decoded(Roster<RosterPlace>.self)
            #expect(roster.items.map(\.id) == ["P5-3", "P5-8"])
            #expect(roster.items.first?.state == "due", "a visit that said it was gone was no visit")
        }
    }

    @Test("Nobody decides on what they found themselves, nor on what is another station's")
    func refusals() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            try await house.hire(PersonEntry.sample("C4", role: .stationChief, in: [4]))
            #expect(try await house.put(1, found(), as: "R-executiveDeputy").status == 201)
            let decision = ProposalDecision(
                kind: "place", report: reportID(1), accepted: true, reason: "核实", details: entry("P5-9"))
            #expect(try await house.post(path, decision, as: "R-executiveDeputy").verdict == "409 own-record")
            for person in ["C4", "N-deputy", "N-county", "R-townDispatcher", "R-listOwner", "W5"] {
                #expect(try await house.post(path, decision, as: person).verdict == "404 not-found", "\(person)")
            }
            var other = decision
            other.details = entry("P7-9", in: 7)
            #expect(try await house.post(path, other, as: "R-stationChief").verdict == "404 not-found")
            other.report = reportID(77)
            #expect(try await house.post(path, other, as: "R-stationChief").verdict == "404 not-found")
            other.kind = "shop"
            other.reason = ""
            other.details?.grid = "7"
            #expect(
                try await house.post(path, other, as: "R-stationChief").defects == [
                    "/kind unknown-value", "/reason empty", "/details/grid bad-area",
                ])
            for (area, person) in [(3, "C4"), (4, "R-stationChief"), (3, "N-county"), (3, "R-listOwner"), (3, "W5")] {
                let answer = try await house.ask("/v1/proposals?area=\(areaID(area))", as: person)
                #expect(answer.verdict == "404 not-found", "\(area) \(person)")
            }
            #expect(try await waiting(house).count == 1)
            #expect(try await house.post(path, decision, as: "R-stationChief").verdict == "204")
        }
    }

    @Test("What was found in a station that went elsewhere waits with its new manager, not with the old one")
    func transferred() async throws {
        try await withGateway { house in
            _ = try await house.ask("/v1/clears?area=\(areaID(1))&month=2026-02", as: "R-county")
            _ = try await house.put(1, changed("gone", "P7-1"), as: "W7")
            let transfer = AreaChangeBody(
                change: "transfer", area: areaID(4).text, from: "2026-03-01", manager: areaID(1).text)
            #expect(try await house.post("/v1/areas/changes", transfer, as: "R-county").verdict == "200")
            for (area, person, count) in [(2, "R-townDispatcher", 0), (1, "R-county", 1)] {
                let rows = try await house.items(
                    "/v1/proposals?area=\(areaID(area))", as: person, of: ProposalRow.self)
                #expect(rows.count == count, "\(person)")
            }
        }
    }

    @Test("Whether a key person leaves the list is its owner's to say, and the town never hears of it")
    func keyPersons() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample(keyPerson: "K5-1") { $0.outcome = "offList" })
            #expect(try await waiting(house).isEmpty, "a key person is no place")
            let rows = try await waiting(house, "&kind=keyPerson", as: "R-listOwner")
            #expect(rows.map(\.subject) == ["K5-1"] && rows.map(\.change) == ["remove"])
            for person in ["R-townDispatcher", "R-county", "R-department"] {
                let answer = try await house.ask("/v1/proposals?area=\(areaID(2))&kind=keyPerson", as: person)
                #expect(answer.verdict == "404 not-found", "\(person)")
            }
            var decision = ProposalDecision(kind: "keyPerson", report: reportID(1), accepted: true, reason: "期满解除")
            for person in ["R-executiveDeputy", "R-stationChief", "R-county", "W5"] {
                #expect(try await house.post(path, decision, as: person).verdict == "404 not-found", "\(person)")
            }
            decision.kind = "place"
            #expect(try await house.post(path, decision, as: "R-listOwner").verdict == "404 not-found")
            decision.kind = "keyPerson"
            #expect(try await house.post(path, decision, as: "R-listOwner").verdict == "204")
            let roster = try await house.get("/v1/roster/key-persons?grid=\(areaID(5))", as: "W5")
                .decoded(Roster<RosterKeyPerson>.self)
            #expect(roster.items.map(\.id) == ["K5-2"])
        }
    }
}
