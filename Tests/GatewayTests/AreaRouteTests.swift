import HTTPTypes
import HummingbirdTesting
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Areas change", .serialized)
struct AreaRouteTests {
    private let path = "/v1/areas/changes"

    private func area(_ house: GatewayUnderTest, _ number: Int, _ more: String = "", as person: String = "R-county")
        async throws -> AreaRow
    {
        let rows = try await house.items("/v1/areas?area=\(areaID(number))\(more)", as: person, of: AreaRow.self)
        return try #require(rows.first)
    }

    @Test("An area is shown with those directly below it")
    func shown() async throws {
        try await withGateway(.live) { house in
            let rows = try await house.items("/v1/areas?area=\(areaID(1))", as: "R-county", of: AreaRow.self)
            #expect(
                rows == [
                    AreaRow(
                        id: "A0000001", level: "county", name: "南浔区",
                        codes: [AreaCode(scheme: "division", value: "330503")], successions: []),
                    AreaRow(
                        id: "A0000002", level: "town", name: "练市镇",
                        codes: [AreaCode(scheme: "division", value: "330503104")], managedBy: "A0000001",
                        successions: []),
                    AreaRow(
                        id: "A0000009", level: "grid", name: "区医院专属网格", gridKind: "special", codes: [],
                        managedBy: "A0000001", successions: []),
                ])
            #expect(try await area(house, 5, as: "W5").name == "第一网格")
            for (number, person) in [(6, "W5"), (4, "R-stationChief"), (9, "R-townDispatcher"), (77, "R-county")] {
                #expect(
                    try await house.ask("/v1/areas?area=\(areaID(number))", as: person).verdict == "404 not-found")
            }
        }
    }

    @Test(
        "An area takes another name and code from a day on; before that day, and to who asks as of earlier, it has none"
    )
    func renamed() async throws {
        try await withGateway { house in
            let rename = AreaChangeBody(change: "rename", area: areaID(3).text, from: "2026-03-01", name: "练市中心站")
            let changed = try await house.post(path, rename, as: "R-county").decoded(AreaChanged.self)
            #expect(changed == AreaChanged(area: "A0000003"))
            let recode = AreaChangeBody(
                change: "recode", area: areaID(2).text, from: "2026-03-02", name: "练市街道", scheme: "division",
                code: "330503004")
            #expect(try await house.post(path, recode, as: "R-county").verdict == "200")
            let station = try await area(house, 3, as: "R-stationChief")
            #expect(station.name == "练市中心站")
            #expect(
                station.successions == [
                    AreaSuccessionRow(from: "A0000003", to: "A0000003", day: "2026-03-01", kind: "rename")
                ])
            let town = try await area(house, 2)
            #expect(town.name == "练市街道" && town.codes == [AreaCode(scheme: "division", value: "330503004")])
            #expect(try await area(house, 3, "&day=2026-02-28").name == "练市一站")
            let earlier = try await area(house, 3, "&knownAt=2026-03-01T00:00:00%2B08:00")
            #expect(earlier.name == "练市一站" && earlier.successions.isEmpty)
            let bad = try await house.ask("/v1/areas?area=5&day=x&knownAt=y&z=1", as: "R-county")
            #expect(bad.defects == ["area bad-area", "day bad-day", "knownAt bad-time", "z unknown-parameter"])
        }
    }

    @Test("A grid is added for next month, divided into, and owes what it was given")
    func divided() async throws {
        try await withGateway { house in
            let next = "2026-04-01"
            let add = AreaChangeBody(
                change: "add", from: next, name: "第五网格", level: "grid", scheme: "grid", code: "G-05",
                manager: areaID(3).text)
            let added = try await house.post(path, add, as: "R-county").decoded(AreaChanged.self).area
            #expect(added == "A0000010")
            let split = AreaChangeBody(
                change: "split", area: areaID(5).text, from: next, parts: [areaID(5).text, added],
                placing: [Placing(subject: "P5-1", grid: added)], rest: areaID(5).text)
            #expect(
                try await house.post(path, split, as: "R-county").decoded(AreaChanged.self).area == areaID(5).text)
            let duty = DutyBody(login: "w6", grid: added, capacity: "fullTime", from: next)
            #expect(try await house.post("/v1/duties", duty, as: "R-executiveDeputy").verdict == "204")
            #expect(try await house.coverage(of: 5).places.due == 3)
            try await house.advance(days: 27)
            #expect(try await house.coverage(of: 5).places.due == 2)
            #expect(try await house.coverage(of: 10).places.due == 1)
            #expect(try await house.coverage(of: 3).places.due == 6)
            let row = try await area(house, 10, as: "W6")
            #expect(row.gridKind == "general" && row.codes == [AreaCode(scheme: "grid", value: "G-05")])
            #expect(
                row.successions == [AreaSuccessionRow(from: "A0000005", to: "A0000010", day: next, kind: "split")])
        }
    }

    @Test("Grids become one and its worker's; a station moves to the county; an empty area ends")
    func merged() async throws {
        try await withGateway { house in
            let first = "2026-03-01"
            let merge = AreaChangeBody(change: "merge", area: areaID(7).text, from: first, others: [areaID(8).text])
            #expect(
                try await house.post(path, merge, as: "R-county").decoded(AreaChanged.self).area == areaID(7).text)
            #expect(try await house.coverage(of: 7).places.due == 6)
            #expect(try await house.items("/v1/areas?area=\(areaID(4))", as: "R-county", of: AreaRow.self).count == 2)
            let transfer = AreaChangeBody(
                change: "transfer", area: areaID(4).text, from: first, manager: areaID(1).text)
            #expect(
                try await house.post(path, transfer, as: "R-county").decoded(AreaChanged.self).area == areaID(4).text)
            #expect(try await area(house, 4).managedBy == areaID(1).text)
            #expect(try await house.coverage(of: 2).places.due == 6, "the town has one station left")
            #expect(try await house.coverage(of: 1).places.due == 15)
            #expect(
                try await house.ask("/v1/areas?area=\(areaID(4))", as: "R-townDispatcher").verdict == "404 not-found",
                "it is not the town's any more")
            let add = AreaChangeBody(change: "add", from: first, name: "空站", level: "station", manager: areaID(2).text)
            let empty = try await house.post(path, add, as: "R-county").decoded(AreaChanged.self).area
            let close = AreaChangeBody(change: "close", area: empty, from: "2026-03-04")
            #expect(try await house.post(path, close, as: "R-county").verdict == "200")
            #expect(
                try await house.items("/v1/areas?area=\(areaID(2))", as: "R-county", of: AreaRow.self).map(\.id)
                    == ["A0000002", "A0000003"])
        }
    }

    @Test("Areas that are added at the same moment get different ids")
    func concurrent() async throws {
        try await withGateway { house in
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 1...8 {
                    let add = AreaChangeBody(
                        change: "add", from: "2026-03-01", name: "新网格\(number)", level: "grid", manager: areaID(3).text)
                    group.addTask { try await house.post(path, add, as: "R-county").decoded(AreaChanged.self).area }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(ids == Set((10...17).map { areaID($0).text }))
        }
    }

    @Test("What does not fit the areas that are there is refused, and changes nothing")
    func refusals() async throws {
        try await withGateway { house in
            let (a, day) = ({ (number: Int) in areaID(number).text }, "2026-03-01")
            let refused: [(AreaChangeBody, String)] = [
                (.init(change: "merge", area: a(3), from: day, others: [a(5)]), "other-level"),
                (.init(change: "split", area: a(3), from: day, parts: [a(5), a(6)]), "other-level"),
                (.init(change: "merge", area: a(6), from: day), "same-area"),
                (.init(change: "merge", area: a(6), from: day, others: [a(6)]), "same-area"),
                (.init(change: "split", area: a(5), from: day, parts: [a(5)]), "same-area"),
                (.init(change: "close", area: a(5), from: day), "area-not-empty"),
                (.init(change: "close", area: a(3), from: day), "area-not-empty"),
                (.init(change: "split", area: a(5), from: day, parts: [a(5), a(6)]), "unplaced"),
                (.init(change: "split", area: a(5), from: day, parts: [a(5), a(6)], rest: a(7)), "other-part"),
                (
                    .init(
                        change: "split", area: a(5), from: day, parts: [a(5), a(6)],
                        placing: [Placing(subject: "P5-1", grid: a(8))], rest: a(5)), "other-part"
                ),
                (
                    .init(
                        change: "split", area: a(5), from: day, parts: [a(5), a(6)],
                        placing: [Placing(subject: "P5-l", grid: a(6))], rest: a(5)), "not-on-roster"
                ),
                (.init(change: "transfer", area: a(2), from: day, manager: a(3)), "area-circle"),
                (.init(change: "transfer", area: a(3), from: day, manager: a(7)), "other-level"),
                (.init(change: "add", from: day, name: "格下格", level: "grid", manager: a(5)), "other-level"),
            ]
            for (body, code) in refused {
                #expect(try await house.post(path, body, as: "R-county").verdict == "409 \(code)", "\(body)")
            }
            let close = AreaChangeBody(change: "close", area: a(5), from: day)
            let advice = try await house.post(path, close, as: "R-county").problem().detail
            #expect(advice?.contains("5 个对象、0 个下级区域") == true)
            for number in 1...9 { #expect(try await area(house, number).successions.isEmpty) }
            #expect(try await house.coverage(of: 5).places.due == 3)
        }
    }

    @Test("A change that lacks something names all that it lacks")
    func defects() async throws {
        try await withGateway { house in
            let bodies: [(AreaChangeBody, [String])] = [
                (.init(change: "explode", from: "soon"), ["/from bad-day", "/change unknown-value"]),
                (.init(change: "add", from: "2026-03-01"), ["/level missing", "/name missing"]),
                (
                    .init(change: "add", from: "2026-03-01", name: " ", level: "planet", manager: "3"),
                    ["/level unknown-value", "/name empty"]
                ),
                (.init(change: "rename", from: "2026-03-01"), ["/area missing"]),
                (
                    .init(change: "recode", area: "A0000003", from: "2026-03-01"), ["/scheme missing", "/code missing"]
                ),
                (.init(change: "transfer", area: "A0000003", from: "2026-03-01"), ["/manager missing"]),
                (
                    .init(
                        change: "split", area: "5", from: "2026-03-01", parts: ["x"],
                        placing: [Placing(subject: "P5-1", grid: "y")], rest: "z"),
                    ["/parts/0 bad-area", "/rest bad-area", "/placing/0/grid bad-area", "/area bad-area"]
                ),
                (
                    .init(
                        change: "split", area: "A0000005", from: "2026-03-01", parts: ["A0000005", "A0000006"],
                        placing: [
                            Placing(subject: "P5-1", grid: "A0000005"), Placing(subject: "P5-1", grid: "A0000006"),
                        ]), ["/placing/1/subject repeated"]
                ),
                (
                    .init(change: "size", area: "A0000005", from: "2026-03-01", people: -1),
                    ["/households missing", "/people out-of-range"]
                ),
            ]
            for (body, defects) in bodies {
                let answer = try await house.post(path, body, as: "R-county")
                #expect(answer.verdict == "422 invalid" && answer.defects == defects, "\(body)")
            }
            let unknown = try await house.ask(
                .post, path, as: "R-county", bytes: Array(#"{"change":"close","from":"2026-03-01","sure":true}"#.utf8))
            #expect(unknown.defects == ["/sure unknown-member"])
            #expect(try await house.ask(.post, path, as: "R-county", bytes: Array("{".utf8)).verdict == "400 bad-json")
        }
    }

    @Test("Only the county and its system administrator change areas, and only their own")
    func strangers() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            let rename = AreaChangeBody(change: "rename", area: areaID(3).text, from: "2026-03-01", name: "我的站")
            for role in Role.allCases where ![.county, .administrator].contains(role) {
                #expect(try await house.post(path, rename, as: role.sample).verdict == "403 not-permitted", "\(role)")
            }
            let (a, day) = ({ (number: Int) in areaID(number).text }, "2026-03-01")
            let foreign: [AreaChangeBody] = [
                rename, .init(change: "recode", area: a(5), from: day, scheme: "grid", code: "1"),
                .init(change: "transfer", area: a(3), from: day, manager: a(21)),
                .init(change: "transfer", area: a(22), from: day, manager: a(2)),
                .init(change: "merge", area: a(23), from: day, others: [a(5)]),
                .init(change: "merge", area: a(5), from: day, others: [a(23)]),
                .init(change: "split", area: a(23), from: day, parts: [a(23), a(5)], rest: a(23)),
                .init(change: "close", area: a(9), from: day),
                .init(change: "size", area: a(5), from: day, households: 10),
                .init(change: "add", from: day, name: "插花地", level: "grid", manager: a(3)),
                .init(change: "rename", area: a(99), from: day, name: "无"),
            ]
            for body in foreign {
                #expect(try await house.post(path, body, as: "N-county").verdict == "404 not-found", "\(body)")
            }
            #expect(try await area(house, 3).name == "练市一站")
            #expect(try await area(house, 22, as: "N-deputy").managedBy == a(21))
        }
    }

    @Test("A grid's size is on record and, for a general grid out of the ordinary, remarked upon")
    func sizes() async throws {
        try await withGateway { house in
            func size(_ number: Int, _ households: Int, _ people: Int?) async throws -> AreaRow {
                let body = AreaChangeBody(
                    change: "size", area: areaID(number).text, from: "2026-03-01", households: households,
                    people: people)
                #expect(try await house.post(path, body, as: "R-county").verdict == "200")
                return try await area(house, number)
            }
            let large = try await size(5, 800, 2_400)
            #expect(large.households == 800 && large.people == 2_400 && large.sizeWarning == "tooLarge")
            #expect(try await size(6, 120, nil).sizeWarning == "tooSmall")
            #expect(try await size(7, 400, 1_000).sizeWarning == nil)
            #expect(try await size(9, 3, nil).sizeWarning == nil, "a special-purpose grid is as it is")
            #expect(try await area(house, 5, "&day=2026-02-28").households == nil)
            let survey = try await house.ask("/v1/areas/survey?area=\(areaID(3))", as: "R-stationChief")
                .decoded(SurveyAnswer.self)
            #expect(
                survey.sizes == [
                    SizeRow(area: "A0000005", name: "第一网格", households: 800, people: 2_400, warning: "tooLarge"),
                    SizeRow(area: "A0000006", name: "第二网格", households: 120, people: nil, warning: "tooSmall"),
                ])
        }
    }
}
