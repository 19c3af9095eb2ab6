import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("The roster against other lists and streets", .serialized)
struct CompletenessRouteTests {
    /// Market registration as of a day: P5-1 by its own number, a shop that the roster lacks, P5-2 under a similar name.
    private let rows = [
        ListedDoorRow(key: "91330503MA2B0001", name: "适园面馆", address: "适园路 8 号", category: "餐饮服务"),
        ListedDoorRow(
            key: "91330503MA2B0002", name: "阿芳理发店", address: "练溪大道 120 号", latitude: 30.8725, longitude: 120.431),
        ListedDoorRow(key: "91330503MA2B0003", name: "老街茶馆", address: ""),
    ]

    /// One place that is on the list by its number, and one by name and address.
    private func rostered(_ house: GatewayUnderTest) async throws {
        for (id, name, address) in [
            ("91330503MA2B0001", "适园面馆", "适园路8号"), ("P5-9", "阿芳理发店", "练溪大道120号"),
        ] {
            let open = PlaceChangeBody(
                change: "open", from: "2026-03-01",
                details: PlaceDetails(
                    id: id, name: name, category: "小餐饮", address: address, grid: areaID(5).text, latitude: 30.8725,
                    longitude: 120.431))
            #expect(try await house.post("/v1/places/changes", open, as: "R-stationChief").verdict == "204")
        }
    }

    private func compare(_ house: GatewayUnderTest, _ area: Int = 5, as person: String = "R-executiveDeputy")
        async throws
        -> Answer
    {
        let body = ComparisonBody(area: areaID(area).text, source: "市场监管登记 2026-03-01", rows: rows)
        return try await house.post("/v1/comparisons", body, as: person)
    }

    private func lines(_ house: GatewayUnderTest, _ id: String) async throws -> [ComparisonLineRow] {
        try await house.items("/v1/comparisons/\(id)/lines", as: "R-executiveDeputy", of: ComparisonLineRow.self)
    }

    @Test("A list is compared, its lines looked at, and the estimate of all places follows")
    func compared() async throws {
        try await withGateway { house in
            try await rostered(house)
            let answer = try await compare(house)
            #expect(answer.status == 201)
            let row = try answer.decoded(ComparisonRow.self)
            #expect(row.area == "A0000005" && row.source == "市场监管登记 2026-03-01" && row.day == "2026-03-05")
            #expect(row.listed == 3 && row.rostered == 5 && row.same == 2 && row.likely == 0)
            #expect(row.onlyListed == 1 && row.onlyRostered == 3 && row.decided == 0 && row.missing == 0)
            // Chapman: 6 × 4 / 3 − 1.
            #expect(row.estimatedTotal == 7 && row.estimatedLow == 6)
            let lines = try await lines(house, row.id)
            #expect(lines.map(\.verdict) == ["onlyListed", "onlyRostered", "onlyRostered", "onlyRostered"])
            #expect(
                lines[0]
                    == ComparisonLineRow(
                        position: 0, verdict: "onlyListed", listedKey: "91330503MA2B0003", listedName: "老街茶馆",
                        listedAddress: "", reasons: []))
            #expect(lines[1].place == "P5-1" && lines[1].placeName == "场所 P5-1" && lines[1].placeAddress == "适园路 1 号")
            let path = "/v1/comparisons/\(row.id)/decisions"
            for (position, decision) in [(0, "missing"), (0, "noPlace"), (1, "gone")] {
                let body = ComparisonDecision(position: position, decision: decision)
                #expect(try await house.post(path, body, as: "R-executiveDeputy").verdict == "204")
            }
            let listed = try await house.items(
                "/v1/comparisons?area=\(areaID(3))", as: "R-townDispatcher", of: ComparisonRow.self)
            #expect(listed.map(\.id) == [row.id] && listed[0].decided == 2 && listed[0].missing == 0)
            // A row that is no place and a place that is gone: 4 on the roster, 2 listed, both found.
            #expect(listed[0].estimatedTotal == 4)
            #expect(try await self.lines(house, row.id).map(\.decision) == ["noPlace", "gone", nil, nil])
        }
    }

    @Test("A pair that may be the same door is put before a person, with what speaks for it")
    func likely() async throws {
        try await withGateway { house in
            try await rostered(house)
            let body = ComparisonBody(
                area: areaID(5).text, source: "消防名录",
                rows: [ListedDoorRow(key: "X-1", name: "阿芳美发店", address: "练溪大道 120 号")])
            let row = try await house.post("/v1/comparisons", body, as: "R-county").decoded(ComparisonRow.self)
            #expect(row.same == 0 && row.likely == 1 && row.onlyListed == 0)
            let line = try #require(try await lines(house, row.id).first)
            #expect(line.verdict == "likely" && line.place == "P5-9" && line.listedKey == "X-1")
            #expect(line.reasons.contains("sameAddress") && line.score.map { (0.5..<1).contains($0) } == true)
            let same = ComparisonDecision(position: 0, decision: "same")
            #expect(try await house.post("/v1/comparisons/\(row.id)/decisions", same, as: "R-county").verdict == "204")
            let after = try await house.items(
                "/v1/comparisons?area=\(areaID(5))", as: "R-county", of: ComparisonRow.self)
            #expect(after.first?.estimatedTotal == 5, "everything on the list is on the roster")
        }
    }

    @Test("A comparison is read and decided where it was made and above, and nowhere else")
    func strangers() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            try await house.hire(PersonEntry.sample("C4", role: .stationChief, in: [4]))
            let id = try await compare(house).decoded(ComparisonRow.self).id
            for role in [Role.gridWorker, .department, .listOwner, .auditor, .administrator] {
                #expect(try await compare(house, as: role.sample).verdict == "403 not-permitted", "\(role)")
            }
            let decision = ComparisonDecision(position: 0, decision: "missing")
            for person in ["C4", "N-county", "N-deputy"] {
                #expect(try await compare(house, as: person).verdict == "404 not-found")
                #expect(try await house.ask("/v1/comparisons/\(id)/lines", as: person).verdict == "404 not-found")
                #expect(
                    try await house.post("/v1/comparisons/\(id)/decisions", decision, as: person).verdict
                        == "404 not-found")
                #expect(try await house.ask("/v1/comparisons?area=\(areaID(3))", as: person).verdict == "404 not-found")
            }
            #expect(try await house.ask("/v1/comparisons/nothing/lines", as: "R-county").verdict == "404 not-found")
            let beyond = ComparisonDecision(position: 99, decision: "gone")
            let path = "/v1/comparisons/\(id)/decisions"
            #expect(try await house.post(path, beyond, as: "R-county").verdict == "404 not-found")
            let wrong = ComparisonDecision(position: 0, decision: "perhaps")
            #expect(try await house.post(path, wrong, as: "R-county").defects == ["/decision unknown-value"])
            // Line 0 has no place, line 3 no row.
            for (position, words) in [(0, ["same", "gone", "kept"]), (3, ["same", "missing", "noPlace"])] {
                for word in words {
                    let body = ComparisonDecision(position: position, decision: word)
                    let answer = try await house.post(path, body, as: "R-county")
                    #expect(answer.defects == ["/decision other-verdict"], "\(position) \(word)")
                }
            }
            #expect(try await lines(house, id).allSatisfy { $0.decision == nil })
        }
    }

    @Test("A list with faults is refused with each row named")
    func defects() async throws {
        try await withGateway { house in
            let body = ComparisonBody(
                area: "5", source: " ",
                rows: [
                    ListedDoorRow(key: "", name: "店", address: "路"),
                    ListedDoorRow(key: "1", name: "", address: String(repeating: "长", count: 201)),
                    ListedDoorRow(key: "2", name: "店", address: "路", latitude: 30.8),
                    ListedDoorRow(key: "3", name: "店", address: "路", latitude: 120.4, longitude: 30.8, system: "x"),
                ])
            let answer = try await house.post("/v1/comparisons", body, as: "R-county")
            #expect(
                answer.defects == [
                    "/area bad-area", "/source empty", "/rows/0/key empty", "/rows/1/name empty",
                    "/rows/1/address too-long", "/rows/2/latitude missing", "/rows/3/system unknown-value",
                    "/rows/3/latitude out-of-range",
                ])
            let empty = ComparisonBody(area: areaID(5).text, source: "名录", rows: [])
            #expect(try await house.post("/v1/comparisons", empty, as: "R-county").defects == ["/rows out-of-range"])
            let path = "/v1/comparisons?area=\(areaID(5))"
            #expect(try await house.items(path, as: "R-county", of: ComparisonRow.self).isEmpty)
        }
    }

    @Test("Lines come in pages")
    func pages() async throws {
        try await withGateway { house in
            let body = ComparisonBody(
                area: areaID(5).text, source: "名录",
                rows: (1...pageSize).map { ListedDoorRow(key: "K-\(10_000 + $0)", name: "店铺\($0)", address: "") })
            let id = try await house.post("/v1/comparisons", body, as: "R-county").decoded(ComparisonRow.self).id
            let path = "/v1/comparisons/\(id)/lines"
            let first = try await house.ask(path, as: "R-county").decoded(Wire.Page<ComparisonLineRow>.self)
            let next = try #require(first.next)
            let second = try await house.ask(path + "?cursor=\(next)", as: "R-county")
                .decoded(Wire.Page<ComparisonLineRow>.self)
            #expect(first.items.count == pageSize && second.items.count == 3 && second.next == nil)
            #expect((first.items + second.items).map(\.position) == Array(0..<pageSize + 3))
        }
    }

    @Test("A street walked door by door says how many doors no roster has")
    func streetWalks() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            let path = "/v1/street-walks"
            var walk = StreetWalkBody(
                area: areaID(5).text, street: "适园路", day: "2026-03-04", doors: 40, unlisted: 2, note: "两家夜宵摊")
            let answer = try await house.post(path, walk, as: "R-executiveDeputy")
            #expect(answer.status == 201)
            let row = try answer.decoded(StreetWalkRow.self)
            #expect(
                row.area == walk.area && row.street == "适园路" && row.day == walk.day && row.by == "R-executiveDeputy")
            #expect(row.doors == 40 && row.unlisted == 2 && row.note == "两家夜宵摊" && row.share == 0.05)
            // Clopper and Pearson's interval for 2 of 40.
            #expect(abs(row.low - 0.0061) < 0.0002 && abs(row.high - 0.1692) < 0.0002)
            #expect(
                try await house.items(path + "?area=\(areaID(2))", as: "R-townDispatcher", of: StreetWalkRow.self) == [
                    row
                ])
            #expect(
                try await house.items(path + "?area=\(areaID(2))&month=2026-02", as: "R-county", of: StreetWalkRow.self)
                    .isEmpty)
            #expect(try await house.post(path, walk, as: "N-county").verdict == "404 not-found")
            #expect(try await house.post(path, walk, as: "W5").verdict == "403 not-permitted")
            #expect(try await house.ask(path + "?area=\(areaID(4))", as: "R-stationChief").verdict == "404 not-found")
            walk = StreetWalkBody(area: "5", street: "", day: "2026-03-06", doors: 0, unlisted: 3)
            #expect(
                try await house.post(path, walk, as: "R-county").defects == [
                    "/area bad-area", "/street empty", "/day out-of-range", "/doors out-of-range",
                    "/unlisted out-of-range",
                ])
        }
    }
}
