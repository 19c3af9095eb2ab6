import Boundaries
import Foundation
import HTTPTypes
import Patrol
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Outlines of areas", .serialized)
struct BoundaryRouteTests {
    /// Degrees; counter-clockwise and closed.
    private static func ring(_ east: ClosedRange<Double>, _ north: ClosedRange<Double>) -> [[Double]] {
        [
            [east.lowerBound, north.lowerBound], [east.upperBound, north.lowerBound],
            [east.upperBound, north.upperBound], [east.lowerBound, north.upperBound],
            [east.lowerBound, north.lowerBound],
        ]
    }

    private static func polygon(_ rings: [[Double]]...) -> String { #"{"type":"Polygon","coordinates":\#(rings)}"# }

    private static func rectangle(_ east: ClosedRange<Double>, _ north: ClosedRange<Double> = 30.86...30.88) -> String {
        polygon(ring(east, north))
    }

    private func put(
        _ house: GatewayUnderTest, _ area: Int, _ text: String, _ more: String = "&from=2026-03-01",
        as person: String = "R-county", type: String = "application/geo+json"
    ) async throws -> Answer {
        try await house.ask(
            .put, "/v1/areas/boundaries?area=\(areaID(area))\(more)", as: person, bytes: Array(text.utf8),
            headers: [.contentType: type])
    }

    private func survey(_ house: GatewayUnderTest, _ query: String = "") async throws -> SurveyAnswer {
        try await house.ask("/v1/areas/survey?area=\(areaID(3))\(query)", as: "R-stationChief")
            .decoded(SurveyAnswer.self)
    }

    private struct Collection: Decodable {
        struct Feature: Decodable {
            struct Geometry: Decodable {
                let type: String
                let coordinates: [[[Double]]]
            }
            struct Properties: Decodable {
                let name: String
                let squareMetres: Double
                let from: String
            }
            let type: String
            let id: String
            let geometry: Geometry
            let properties: Properties
        }
        let type: String
        let features: [Feature]
    }

    private func collection(_ house: GatewayUnderTest, _ area: Int, _ more: String = "", as person: String = "R-county")
        async throws -> Collection
    {
        let answer = try await house.ask("/v1/areas/boundaries?area=\(areaID(area))\(more)", as: person)
        #expect(answer.headers[.contentType] == "application/geo+json")
        return try JSONDecoder().decode(Collection.self, from: Data(answer.body))
    }

    @Test("An outline is kept with its area, and comes back as GeoJSON that a map opens")
    func kept() async throws {
        try await withGateway { house in
            let row = try await put(house, 5, Self.rectangle(120.40...120.41)).decoded(BoundaryRow.self)
            #expect(row.area == "A0000005" && row.from == "2026-03-01")
            // 0.01° by 0.02° at 30.87° north: 955.9 m by 2,217.4 m on the ellipsoid.
            #expect(abs(row.squareMetres / (955.9 * 2_217.4) - 1) < 0.001)
            let found = try await collection(house, 3, as: "R-stationChief")
            #expect(found.type == "FeatureCollection" && found.features.map(\.id) == ["A0000005"])
            let feature = try #require(found.features.first)
            #expect(feature.type == "Feature" && feature.geometry.type == "Polygon")
            #expect(feature.geometry.coordinates == [Self.ring(120.40...120.41, 30.86...30.88)])
            #expect(feature.properties.name == "第一网格" && feature.properties.from == "2026-03-01")
            #expect(feature.properties.squareMetres == row.squareMetres)
            #expect(try await collection(house, 3, "&day=2026-02-28").features.isEmpty)
            #expect(try await collection(house, 3, "&knownAt=2026-03-05T00:00:00%2B08:00").features.isEmpty)
            let areas = try await house.items("/v1/areas?area=\(areaID(5))", as: "W5", of: AreaRow.self)
            #expect(areas.map(\.squareMetres) == [row.squareMetres])
            // What came out goes in again, wrapped as maps wrap it.
            let again = try await house.ask("/v1/areas/boundaries?area=\(areaID(5))", as: "R-county")
            #expect(try await put(house, 5, again.text).decoded(BoundaryRow.self) == row)
        }
    }

    @Test("An outline from a map in GCJ-02 is kept in WGS-84")
    func systems() async throws {
        try await withGateway { house in
            let row = try await put(house, 5, Self.rectangle(120.40...120.41), "&from=2026-03-01&system=GCJ-02")
                .decoded(BoundaryRow.self)
            #expect(abs(row.squareMetres / (955.9 * 2_217.4) - 1) < 0.01)
            let ring = try #require(try await collection(house, 5).features.first?.geometry.coordinates.first)
            let corner = Position(latitude: 30.86, longitude: 120.40, system: .gcj02).wgs84
            #expect(abs(corner.longitude - 120.40) > 0.003)
            #expect(
                ring.contains { abs($0[0] - corner.longitude) < 1e-6 && abs($0[1] - corner.latitude) < 1e-6 }, "\(ring)"
            )
            let wrong = try await put(house, 5, Self.rectangle(120.40...120.41), "&system=Beijing54")
            #expect(wrong.defects == ["from missing", "system unknown-value"])
        }
    }

    @Test("Overlaps, gaps and ground outside of the station are told, with a place to look at")
    func surveyed() async throws {
        try await withGateway { house in
            #expect(try await survey(house).withoutBoundary == ["A0000005", "A0000006"])
            _ = try await put(house, 3, Self.rectangle(120.40...120.42))
            _ = try await put(house, 5, Self.rectangle(120.40...120.411))
            #expect(try await survey(house).withoutBoundary == ["A0000006"])
            _ = try await put(house, 6, Self.rectangle(120.41...120.418))
            let found = try await survey(house)
            #expect(found.area == "A0000003" && found.withoutBoundary.isEmpty && found.outside.isEmpty)
            #expect(found.overlaps.map(\.areas) == [["A0000005", "A0000006"]] && found.gaps.map(\.areas) == [[]])
            let (overlap, gap) = (try #require(found.overlaps.first), try #require(found.gaps.first))
            #expect(abs(overlap.squareMetres / (95.59 * 2_217.4) - 1) < 0.01)
            #expect(abs(gap.squareMetres / (2 * 95.59 * 2_217.4) - 1) < 0.01)
            #expect((120.41...120.411).contains(overlap.longitude) && (30.86...30.88).contains(overlap.latitude))
            #expect((120.418...120.42).contains(gap.longitude))
            _ = try await put(house, 6, Self.rectangle(120.411...120.421))
            let outside = try await survey(house)
            #expect(outside.overlaps.isEmpty && outside.gaps.isEmpty)
            #expect(outside.outside.map(\.areas) == [["A0000006"]])
            _ = try await put(house, 6, Self.rectangle(120.411...120.42))
            let clean = try await survey(house)
            #expect(clean.overlaps.isEmpty && clean.gaps.isEmpty && clean.outside.isEmpty)
            #expect(try await survey(house, "&knownAt=2026-03-05T00:00:00%2B08:00").withoutBoundary.count == 2)
        }
    }

    @Test("What is no outline is refused with every reason, and nothing is kept")
    func defects() async throws {
        try await withGateway { house in
            let bowTie = Self.polygon([
                [120.4, 30.86], [120.41, 30.87], [120.41, 30.86], [120.4, 30.87], [120.4, 30.86],
            ])
            let swapped = Self.polygon([[30.86, 120.4], [30.86, 120.41], [30.87, 120.41], [30.86, 120.4]])
            let twoFaults = #"""
                {"type":"MultiPolygon","coordinates":[[[[120.4,30.86],[120.41,30.86],[120.41,30.87]]],
                [[[120.5,30.86],[120.5,30.86],[120.5,30.86]]]]}
                """#
            let cases = [
                (bowTie, ["boundary-self-intersection"]), (swapped, ["boundary-out-of-range"]),
                (twoFaults, ["boundary-ring-not-closed", "boundary-too-few-points"]),
                (#"{"type":"Point","coordinates":[120.4,30.86]}"#, ["boundary-not-a-polygon"]),
                (#"{"type":"FeatureCollection","features":[]}"#, ["boundary-not-one-feature"]),
                (#"{"type":"Polygon","coordinates":[["a"]]}"#, ["boundary-malformed-coordinates"]),
                (#"{"type":"Polygon","coordinates":[]}"#, ["boundary-empty"]),
                ("Polygon", ["boundary-not-json"]), ("", ["boundary-not-json"]),
                (Self.rectangle(120.4...120.400_000_1, 30.86...30.860_000_1), ["boundary-empty"]),
                (
                    Self.polygon(Self.ring(120.4...120.41, 30.86...30.88), Self.ring(120.5...120.51, 30.86...30.88)),
                    ["boundary-misplaced-ring"]
                ),
            ]
            for (text, codes) in cases {
                let answer = try await put(house, 5, text)
                #expect(answer.verdict == "422 invalid" && answer.defects == codes.map { " " + $0 }, "\(text)")
            }
            let advice = try await put(house, 5, swapped).problem().defects?.first?.message
            #expect(advice?.contains("颠倒") == true || advice?.contains("经度") == true)
            #expect(try await collection(house, 5).features.isEmpty)
        }
    }

    @Test("A document made to exhaust the gateway is turned away")
    func hostile() async throws {
        try await withGateway { house in
            for text in [
                String(repeating: "[", count: 4_000_000),
                #"{"type":"Polygon","coordinates":"# + String(repeating: "[", count: 100_000) + "]}",
            ] {
                #expect(try await put(house, 5, text).defects == [" boundary-too-deep"])
            }
            let crowd = String(repeating: "[1,1],", count: Boundary.maxPoints + 1) + "[1,1]"
            let many = try await put(house, 5, #"{"type":"Polygon","coordinates":[["# + crowd + "]]}")
            #expect(many.defects == [" boundary-too-many-points"])
            let large = String(repeating: " ", count: Boundary.maxBytes + 1)
            #expect(try await put(house, 5, large).verdict == "413 body-too-large")
            #expect(try await put(house, 5, "x", type: "text/plain").verdict == "415 unsupported-type")
            #expect(try await put(house, 5, Self.rectangle(120.40...120.41)).verdict == "201", "and goes on working")
        }
    }

    @Test("Only the county and its system administrator draw outlines, and only their own")
    func strangers() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            let text = Self.rectangle(120.40...120.41)
            for role in Role.allCases where ![.county, .administrator].contains(role) {
                #expect(try await put(house, 5, text, as: role.sample).verdict == "403 not-permitted", "\(role)")
            }
            #expect(try await put(house, 5, text, as: "N-county").verdict == "404 not-found")
            #expect(try await put(house, 99, text).verdict == "404 not-found")
            #expect(try await put(house, 5, text).verdict == "201")
            for (path, person) in [("boundaries", "W6"), ("survey", "N-deputy"), ("boundaries", "N-county")] {
                let answer = try await house.ask("/v1/areas/\(path)?area=\(areaID(5))", as: person)
                #expect(answer.verdict == "404 not-found", "\(path) \(person)")
            }
            #expect(try await collection(house, 5, as: "W5").features.count == 1)
        }
    }
}
