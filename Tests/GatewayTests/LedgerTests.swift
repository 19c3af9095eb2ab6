import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Reading rosters, coverage and obligations")
struct LedgerTests {
    @Test("A roster carries a tag, and is not sent again until something in it changes")
    func rosterTags() async throws {
        try await withGateway { house in
            for (path, person) in [("places", "W5"), ("key-persons", "R-listOwner")] {
                let uri = "/v1/roster/\(path)?grid=\(areaID(5))"
                let answer = try await house.get(uri, as: person)
                let tag = try #require(answer.headers[.eTag])
                let unchanged = try await house.get(uri, as: person, headers: [.ifNoneMatch: tag])
                #expect(unchanged.status == 304 && unchanged.body.isEmpty && unchanged.headers[.eTag] == tag)
                _ =
                    path == "places"
                    ? try await house.put(1, .sample()) : try await house.put(2, .sample(keyPerson: "K5-1"))
                let changed = try await house.get(uri, as: person, headers: [.ifNoneMatch: tag])
                #expect(changed.status == 200 && changed.headers[.eTag] != tag)
            }
        }
    }

    @Test("The handheld gets its grid's places with their duty's state, and key persons without category")
    func rosters() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample(place: "P5-2"))
            let places = try await house.get("/v1/roster/places?grid=\(areaID(5))", as: "W5").decoded(
                Roster<RosterPlace>.self)
            #expect(places.grid == "A0000005" && places.month == "2026-03")
            #expect(places.items.map { "\($0.id) \($0.state)" } == ["P5-1 due", "P5-2 done", "P5-3 due"])
            #expect(places.items[0].latitude == County.door.latitude)
            let answer = try await house.get("/v1/roster/key-persons?grid=\(areaID(5))", as: "W5")
            #expect(try answer.decoded(Roster<RosterKeyPerson>.self).items.map(\.id) == ["K5-1", "K5-2"])
            #expect(!answer.text.contains("司法") && !answer.text.contains("矫正"))
        }
    }

    @Test("Coverage rises by exactly one for each subject, however often it is visited")
    func coverageRises() async throws {
        try await withGateway { house in
            let before = try await house.coverage(of: 1)
            #expect(before.places.due == 15 && before.places.done == 0 && before.keyPersons.due == 10)
            let visits = ["P5-1", "P5-1", "P5-2", "P5-1", "P5-2", "P5-3"]
            let expected: [Int64] = [1, 1, 2, 2, 2, 3]
            for (index, place) in visits.enumerated() {
                #expect(try await house.put(index + 1, .sample(place: place)).status == 201)
                for area in [1, 2, 3, 5] { #expect(try await house.coverage(of: area).places.done == expected[index]) }
            }
            _ = try await house.put(20, .sample(place: "P5-1") { $0.outcome = "refused" })
            _ = try await house.put(21, .sample(keyPerson: "K5-1"))
            let after = try await house.coverage(of: 1)
            #expect(after.places.done == 3 && after.keyPersons.done == 1)
            #expect(after.places.rate == 0.2 && after.places.rateWithExcused == 0.2)
        }
    }

    @Test("An area's children add up to it, and the way up ends where the reader's right does")
    func children() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample(place: "P7-1"), as: "W7")
            let county = try await house.coverage(of: 1)
            #expect(county.children.map(\.area.name) == ["练市镇", "区医院专属网格"])
            #expect(county.children.map(\.places.due).reduce(0, +) == county.places.due)
            #expect(county.children.map(\.places.done) == [1, 0] && county.above.isEmpty)
            let station = try await house.coverage(of: 4)
            #expect(station.above.map(\.name) == ["南浔区", "练市镇"])
            #expect(
                station.children.map { "\($0.area.id) \($0.places.done)/\($0.places.due)" } == [
                    "A0000007 1/3", "A0000008 0/3",
                ])
            let own = try await house.get("/v1/coverage", as: "R-stationChief").decoded(Coverage.self)
            #expect(own.area.id == "A0000003" && own.above.isEmpty)
        }
    }

    @Test("Obligations come by state, kind and page, and none is lost between pages")
    func obligations() async throws {
        try await withGateway { house in
            let many = (1...pageSize).map { PlaceEntry.sample("Q\(1_000 + $0)", in: 6) }
            try await house.store.add(many, at: County.entered)
            _ = try await house.put(1, .sample())
            func page(_ query: String) async throws -> Wire.Page<ObligationLine> {
                try await house.get("/v1/obligations?area=\(areaID(3))&\(query)", as: "R-executiveDeputy")
                    .decoded(Wire.Page<ObligationLine>.self)
            }
            let first = try await page("kind=place")
            let next = try #require(first.next)
            let second = try await page("kind=place&cursor=\(next)")
            #expect(first.items.count == pageSize && second.next == nil)
            #expect(Set((first.items + second.items).map(\.subject)).count == pageSize + 6)
            let done = try await page("state=done")
            #expect(done.items.map(\.subject) == ["P5-1"] && done.items.map(\.report) == [reportID(1)])
            #expect(
                try await page("kind=keyPerson&state=due").items.map(\.subject) == ["K5-1", "K5-2", "K6-1", "K6-2"])
            #expect(try await page("state=awaiting").items.isEmpty)
        }
    }

    @Test(
        "Parameters that make no sense are all named, and nothing is guessed",
        arguments: [
            ("/v1/reports?cursor=garbage", "cursor bad-cursor"), ("/v1/reports?cursor=YQpi", "cursor bad-cursor"),
            ("/v1/reports?cursor=", "cursor bad-cursor"),
            ("/v1/obligations?area=A0000005&cursor=%25", "cursor bad-cursor"),
            ("/v1/coverage?month=2026-04", "month future-month"), ("/v1/coverage?month=2026-13", "month bad-month"),
            ("/v1/coverage?month=2026-03&month=2026-02", "month repeated"), ("/v1/coverage?area=5", "area bad-area"),
            ("/v1/obligations", "area missing"), ("/v1/roster/places", "grid missing"),
            ("/v1/obligations?area=A0000005&state=late", "state unknown-value"),
            ("/v1/roster/places?grid=A0000005&Month=2026-03", "Month unknown-parameter"),
            (
                "/v1/reports?area=x&month=y&cursor=!&z=1",
                "month bad-month,area bad-area,cursor bad-cursor,z unknown-parameter"
            ),
        ])
    func parameters(uri: String, expected: String) async throws {
        try await withGateway { house in
            let answer = try await house.get(uri, as: "W5")
            #expect(answer.status == 422)
            let faults = try answer.problem().defects ?? []
            #expect(faults.map { "\($0.pointer) \($0.code)" }.joined(separator: ",") == expected)
        }
    }

    @Test("A month long past has no ledger and no error", arguments: ["0001-01", "1999-12", "2024-01"])
    func longPast(month: String) async throws {
        try await withGateway { house in
            for path in [
                "/v1/coverage?area=\(areaID(5))&", "/v1/obligations?area=\(areaID(5))&",
                "/v1/roster/places?grid=\(areaID(5))&", "/v1/reports?",
            ] {
                let answer = try await house.get(path + "month=" + month, as: "W5")
                #expect([200, 404].contains(answer.status), "\(path)")
            }
        }
    }

    @Test("Ready as long as the store answers with the schema of this program")
    func health() async throws {
        try await withGateway { house in
            #expect(try await house.get("/healthz").decoded(Health.self) == Health(status: "ok"))
            #expect(try await house.get("/readyz").decoded(Health.self) == Health(status: "ready"))
            _ = try await house.store.database.write { try $0.rows("DELETE FROM schema_version", []) }
            let answer = try await house.get("/readyz")
            #expect(answer.status >= 500)
            #expect(try answer.problem().retryable == (answer.status == 503))
            #expect(try await house.get("/healthz").status == 200)
        }
    }
}
