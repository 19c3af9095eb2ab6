import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Places change hands, and keep their story", .serialized)
struct PlaceRouteTests {
    private let path = "/v1/places/changes"
    private let today = "2026-03-05"

    private func details(_ id: String, in grid: Int = 5) -> PlaceDetails {
        PlaceDetails(
            id: id, name: "适园面馆", category: "小餐饮", address: "适园路 8 号", grid: areaID(grid).text, latitude: 30.8702,
            longitude: 120.4257)
    }

    private func places(_ house: GatewayUnderTest, _ grid: Int) async throws -> [String] {
        try await house.get("/v1/roster/places?grid=\(areaID(grid))", as: "R-executiveDeputy")
            .decoded(Roster<RosterPlace>.self).items.map(\.id)
    }

    private func story(_ house: GatewayUnderTest, _ subject: String, _ more: String = "", as person: String)
        async throws
        -> StoryAnswer
    {
        try await house.ask("/v1/story?subject=\(subject)\(more)", as: person).decoded(StoryAnswer.self)
    }

    @Test("The station opens, moves, corrects and closes its places, and the roster follows")
    func changes() async throws {
        try await withGateway { house in
            let changes: [PlaceChangeBody] = [
                .init(change: "open", from: today, details: details("P5-9")),
                .init(change: "move", from: "2026-03-01", place: "P5-2", grid: areaID(6).text),
                .init(change: "correct", from: today, details: details("P5-1")),
                .init(change: "close", from: "2026-03-02", place: "P5-3"),
            ]
            for change in changes {
                #expect(try await house.post(path, change, as: "R-executiveDeputy").verdict == "204", "\(change)")
            }
            let roster = try await house.get("/v1/roster/places?grid=\(areaID(5))", as: "W5")
                .decoded(Roster<RosterPlace>.self)
            #expect(roster.items.map(\.id) == ["P5-1", "P5-9"])
            let corrected = try #require(roster.items.first)
            #expect(corrected.name == "适园面馆" && corrected.address == "适园路 8 号" && corrected.radiusMetres == 50)
            #expect(corrected.latitude == 30.8702 && corrected.longitude == 120.4257)
            #expect(try await places(house, 6) == ["P5-2", "P6-1", "P6-2", "P6-3"])
            let (five, six) = (try await house.coverage(of: 5), try await house.coverage(of: 6))
            #expect(five.places.due == 2 && six.places.due == 4)
        }
    }

    @Test("A new tenant, a merger and a division leave one site and its tenants behind")
    func successions() async throws {
        try await withGateway { house in
            let changes: [PlaceChangeBody] = [
                .init(change: "owner", from: "2026-03-02", place: "P5-1", details: details("P5-8")),
                .init(change: "merge", from: "2026-03-02", place: "P5-2", others: ["P5-3"]),
                .init(
                    change: "split", from: "2026-03-03", place: "P6-1",
                    parts: [details("P6-1", in: 6), details("P6-9", in: 6)]),
            ]
            for change in changes {
                #expect(try await house.post(path, change, as: "R-county").verdict == "204", "\(change)")
            }
            #expect(try await places(house, 5) == ["P5-2", "P5-8"])
            #expect(try await places(house, 6) == ["P6-1", "P6-2", "P6-3", "P6-9"])
            let tenant = try await story(house, "P5-8", as: "R-executiveDeputy")
            #expect(
                tenant.site == [
                    TenantRow(id: "P5-1", name: "场所 P5-1", from: "2026-01-01", to: "2026-03-02"),
                    TenantRow(id: "P5-8", name: "适园面馆", from: "2026-03-02"),
                ])
            let succession = try #require(tenant.events.first { $0.what == "succession" })
            #expect(succession.word == "owner" && succession.text == "P5-1 → P5-8" && succession.by == "R-county")
            let merged = try await story(house, "P5-2", as: "R-executiveDeputy")
            #expect(merged.site.map(\.id) == ["P5-2"], "a merger is not the same premises")
        }
    }

    @Test("A change that does not fit the roster is refused")
    func refusals() async throws {
        try await withGateway { house in
            let refused: [(PlaceChangeBody, String)] = [
                (.init(change: "open", from: today, details: details("P5-1")), "already-there"),
                (.init(change: "owner", from: today, place: "P5-1", details: details("P7-1")), "already-there"),
                (.init(change: "close", from: "2025-12-31", place: "P5-1"), "not-on-roster"),
                (.init(change: "correct", from: "2025-12-31", details: details("P5-1")), "not-on-roster"),
                (.init(change: "merge", from: today, place: "P5-1"), "too-few"),
                (.init(change: "merge", from: today, place: "P5-1", others: ["P5-1"]), "too-few"),
                (.init(change: "split", from: today, place: "P5-1", parts: [details("P5-1")]), "too-few"),
            ]
            for (change, code) in refused {
                #expect(try await house.post(path, change, as: "R-stationChief").verdict == "409 \(code)", "\(change)")
            }
            var nowhere = details("P5-9")
            nowhere.longitude = nil
            nowhere.radiusMetres = 0
            nowhere.grid = "5"
            nowhere.system = "moon"
            var offEarth = details("")
            offEarth.latitude = 120
            let defects: [(PlaceChangeBody, Set<String>)] = [
                (.init(change: "burn", from: "x"), ["/from bad-day", "/change unknown-value"]),
                (.init(change: "close", from: today), ["/place missing"]),
                (.init(change: "move", from: today), ["/grid missing", "/place missing"]),
                (.init(change: "open", from: today), ["/details missing"]),
                (
                    .init(change: "open", from: today, details: nowhere),
                    [
                        "/details/latitude missing", "/details/radiusMetres out-of-range", "/details/grid bad-area",
                        "/details/system unknown-value",
                    ]
                ),
                (
                    .init(change: "split", from: today, place: "P5-1", parts: [offEarth]),
                    ["/parts/0/latitude out-of-range", "/parts/0/id empty"]
                ),
            ]
            for (change, named) in defects {
                let answer = try await house.post(path, change, as: "R-stationChief")
                #expect(answer.verdict == "422 invalid" && Set(answer.defects) == named, "\(change)")
            }
            #expect(try await places(house, 5) == ["P5-1", "P5-2", "P5-3"])
        }
    }

    @Test("Nobody changes the places of another station, or has them moved over")
    func strangers() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            for role in Role.allCases where ![.executiveDeputy, .stationChief, .county].contains(role) {
                let open = PlaceChangeBody(change: "open", from: today, details: details("P5-9"))
                #expect(try await house.post(path, open, as: role.sample).verdict == "403 not-permitted", "\(role)")
            }
            let foreign: [PlaceChangeBody] = [
                .init(change: "open", from: today, details: details("P7-9", in: 7)),
                .init(change: "close", from: today, place: "P7-1"),
                .init(change: "move", from: today, place: "P7-1", grid: areaID(5).text),
                .init(change: "move", from: today, place: "P5-1", grid: areaID(7).text),
                .init(change: "correct", from: today, details: details("P7-1", in: 5)),
                .init(change: "owner", from: today, place: "P7-1", details: details("P5-9")),
                .init(change: "merge", from: today, place: "P5-1", others: ["P7-1"]),
                .init(change: "merge", from: today, place: "P7-1", others: ["P5-1"]),
                .init(change: "split", from: today, place: "P5-1", parts: [details("P5-1"), details("P7-9", in: 7)]),
                .init(change: "close", from: today, place: "nothing"),
                .init(change: "move", from: today, place: "P5-1", grid: areaID(23).text),
            ]
            for change in foreign {
                #expect(
                    try await house.post(path, change, as: "R-executiveDeputy").verdict == "404 not-found", "\(change)")
            }
            // A place that came lately: the months before it came are not the station's to change.
            try await house.store.move(.place, "P7-2", to: areaID(5), from: day("2026-03-04"), at: house.clock.now)
            let early = PlaceChangeBody(change: "close", from: "2026-03-01", place: "P7-2")
            #expect(try await house.post(path, early, as: "R-executiveDeputy").verdict == "404 not-found")
            let own = PlaceChangeBody(change: "close", from: "2026-03-05", place: "P7-2")
            #expect(try await house.post(path, own, as: "R-executiveDeputy").verdict == "204")
            let torn = PlaceChangeBody(change: "open", from: today, details: details("P5\t9"))
            #expect(try await house.post(path, torn, as: "R-county").defects == ["/details/id control-character"])
            let close = PlaceChangeBody(change: "close", from: today, place: "P23-1")
            #expect(try await house.post(path, close, as: "R-county").verdict == "404 not-found")
            #expect(try await places(house, 5) == ["P5-1", "P5-2", "P5-3"])
            #expect(try await house.coverage(of: 7).places.due == 2)
        }
    }

    @Test("A place's story tells its listing, visits, findings, rulings and checks, to who may see it")
    func stories() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            _ = try await house.put(
                1,
                .sample {
                    $0.findings = [.init(kind: "safetyHazard", text: "灭火器过期", urgent: true)]
                    $0.checklist = PatrolReport.Checklist(
                        id: "restaurant", version: 1, items: [.init(item: "exit", result: "pass")])
                })
            let told = try await story(house, "P5-1", as: "W5")
            #expect(told.kind == "place" && told.id == "P5-1" && told.name == "场所 P5-1")
            #expect(told.site == [TenantRow(id: "P5-1", name: "场所 P5-1", from: "2026-01-01")])
            #expect(Set(told.events.map(\.what)) == ["detail", "roster", "visit", "finding", "checklistItem", "duty"])
            #expect(told.events.last?.what == "duty" && told.events.last?.word == "done")
            let visit = try #require(told.events.first { $0.what == "visit" })
            #expect(visit.word == "checked" && visit.source == reportID(1) && visit.by == "W5")
            #expect(visit.at.hasPrefix("2026-03-05T") && visit.text.hasPrefix("done; "))
            let finding = try #require(told.events.first { $0.what == "finding" })
            #expect(finding.word == "safetyHazard" && finding.text == "灭火器过期 (urgent)")
            #expect(told.events.first { $0.what == "checklistItem" }?.text == "restaurant@1 exit")
            // Whoever may not read others' records is told the roster's side alone.
            let department = try await story(house, "P5-1", as: "R-department")
            #expect(Set(department.events.map(\.what)) == ["detail", "roster", "duty"])
            let earlier = try await story(house, "P5-1", "&knownAt=2026-03-05T00:00:00%2B08:00", as: "W5")
            #expect(Set(earlier.events.map(\.what)) == ["detail", "roster"])
            for (query, person) in [
                ("P5-1", "W6"), ("P7-1", "R-stationChief"), ("P5-1", "R-listOwner"), ("P5-1", "R-administrator"),
                ("P5-1", "N-county"), ("K5-1", "R-stationChief"), ("P5-1&kind=keyPerson", "R-stationChief"),
                ("K5-1&kind=keyPerson", "R-townDispatcher"), ("K5-1&kind=keyPerson", "R-county"),
                ("K7-1&kind=keyPerson", "W5"), ("nothing", "R-county"),
            ] {
                let answer = try await house.ask("/v1/story?subject=\(query)", as: person)
                #expect(answer.verdict == "404 not-found", "\(query) \(person)")
            }
            #expect(
                try await house.ask("/v1/story?kind=shop&knownAt=x", as: "W5").defects == [
                    "kind unknown-value", "subject missing", "knownAt bad-time",
                ])
        }
    }

    @Test("A key person's story never tells on which list, or by which law", arguments: ["W5", "R-stationChief"])
    func keyPersonStory(person: String) async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample(keyPerson: "K5-1"))
            let answer = try await house.ask("/v1/story?kind=keyPerson&subject=K5-1", as: person)
            let told = try answer.decoded(StoryAnswer.self)
            #expect(told.kind == "keyPerson" && told.site.isEmpty)
            #expect(told.events.map(\.what).contains("visit") && answer.text.contains("先电话联系"))
            #expect(!answer.text.contains("司法") && !answer.text.contains("矫正"))
        }
    }
}
