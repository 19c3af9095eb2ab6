import Boundaries
import Foundation
import Patrol
import Testing

@Suite("Reading an outline")
struct BoundaryReadingTests {
    private let square = rectangle(0...400, 0...300)

    @Test func `whatever way the same outline is wrapped and drawn, it is one value and one text`() throws {
        let ring = ringText(square)
        let geometry = polygonText(square)
        let expected = try boundary(geometry)
        let rotated = Array(square[2...].dropLast() + square[...2])
        let variants = [
            #"{"type":"Feature","properties":{"name":"一网格 [{"},"geometry":\#(geometry)}"#,
            #"{"type":"FeatureCollection","features":[{"type":"Feature","properties":null,"geometry":\#(geometry)}]}"#,
            #"{"type":"MultiPolygon","coordinates":[[\#(ring)]]}"#,
            "\n " + geometry.replacing("],[", with: ",3.5],\n["),
            polygonText(square.reversed()),
            polygonText(rotated),
            polygonText(square.flatMap { [$0, $0] }),
        ]
        for variant in variants {
            let read = try boundary(variant)
            #expect(read == expected)
            #expect(read.geoJSON == expected.geoJSON)
        }
    }

    @Test func `the order of parts and holes does not matter`() throws {
        let (yard, pond) = (rectangle(10...20, 10...20), rectangle(50...90, 10...20))
        let (village, exclave) = (square, rectangle(1_000...1_100, 0...100))
        #expect(
            try boundary(multiPolygonText([village, yard, pond], [exclave]))
                == boundary(multiPolygonText([exclave], [village, pond, yard])))
    }

    @Test func `it is written as RFC 7946 asks, with 7 decimals at most`() throws {
        let text =
            #"{"type":"Polygon","coordinates":["#
            + "[[120.42,30.87],[120.42,30.88],[120.430000012,30.88],[120.43,30.8700000499],[120.42,30.87]],"
            + "[[120.422,30.872],[120.424,30.872],[120.424,30.874],[120.422,30.872]]]}"
        // The exterior turned counter-clockwise, the hole clockwise, both from their westernmost point.
        #expect(
            try boundary(text).geoJSON == #"{"type":"Polygon","coordinates":["#
                + "[[120.42,30.87],[120.43,30.87],[120.43,30.88],[120.42,30.88],[120.42,30.87]],"
                + "[[120.422,30.872],[120.424,30.874],[120.424,30.872],[120.422,30.872]]]}")
    }

    @Test func `what was written reads as the same boundary`() throws {
        var generator = SeededGenerator(seed: 50)
        for _ in 0..<300 {
            // A star around a random point: never crosses itself.
            func star(_ east: Double, _ north: Double) -> [Coordinate] {
                let count = Int.random(in: 5...40, using: &generator)
                let corners = (0..<count).map { corner in
                    let angle = Double(corner) / Double(count) * 2 * .pi
                    let radius = Double.random(in: 20...400, using: &generator)
                    return place(east + radius * cos(angle), north + radius * sin(angle))
                }
                return corners + corners.prefix(1)
            }
            let parts = (0..<Int.random(in: 1...3, using: &generator)).map { [star(Double($0) * 1_000, 0)] }
            let text = multiPolygonText(parts[0], parts.count > 1 ? parts[1] : [star(0, 2_000)])
            let system = try #require(CoordinateSystem.allCases.randomElement(using: &generator))
            let read = try boundary(text, system)
            #expect(try boundary(read.geoJSON) == read)
            #expect(try boundary(read.geoJSON).geoJSON == read.geoJSON)
        }
    }

    @Test("an outline traced on a Chinese map lands where it lies", arguments: [CoordinateSystem.gcj02, .bd09])
    func displaced(system: CoordinateSystem) throws {
        let traced = square.map { place in
            let stated = place.position(in: system)
            return Coordinate(latitude: stated.latitude, longitude: stated.longitude)
        }
        let text = polygonText(traced)
        let expected = try boundary(polygonText(square))
        let read = try boundary(text, system)
        let taken = try boundary(text, .wgs84)
        for (index, corner) in expected.polygons[0].exterior.enumerated() {
            #expect(corner.distance(to: read.polygons[0].exterior[index]) < 1)
            // Taken for GPS it would have been far off, so the system was looked at.
            #expect(corner.distance(to: taken.polygons[0].exterior[index]) > 100)
        }
        #expect(abs(read.squareMetres / expected.squareMetres - 1) < 1e-3)
    }

    @Test func `CGCS2000 is taken as it is`() throws {
        #expect(try boundary(polygonText(square), .cgcs2000) == boundary(polygonText(square)))
    }
}

@Suite("Refusing an outline")
struct BoundaryRefusalTests {
    private let good = rectangle(0...100, 0...100)

    @Test(
        "what is no outline is refused by name",
        arguments: [
            ("", .notJSON), ("{", .notJSON), (#"{"type":"Polygon","coordinates":[[[1,2]]}"#, .notJSON),
            ("经度,纬度", .notJSON), ("[1,2]", .notAPolygon), ("null", .notAPolygon), ("{}", .notAPolygon),
            (#"{"type":7}"#, .notAPolygon), (#"{"type":"Point","coordinates":[1,2]}"#, .notAPolygon),
            (#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#, .notAPolygon),
            (#"{"type":"Feature","geometry":null,"properties":{}}"#, .notAPolygon),
            (#"{"type":"FeatureCollection","features":[]}"#, .notOneFeature(count: 0)),
            (#"{"type":"FeatureCollection","features":[{},{}]}"#, .notOneFeature(count: 2)),
            (#"{"type":"Polygon"}"#, .malformedCoordinates),
            (#"{"type":"Polygon","coordinates":[[1,2],[3,4]]}"#, .malformedCoordinates),
            (#"{"type":"Polygon","coordinates":[[["1","2"]]]}"#, .malformedCoordinates),
            (#"{"type":"Polygon","coordinates":[[[1]]]}"#, .malformedCoordinates),
            (#"{"type":"MultiPolygon","coordinates":[[[1,2],[2,3],[1,2]]]}"#, .malformedCoordinates),
            (#"{"type":"Polygon","coordinates":[]}"#, .empty), (#"{"type":"Polygon","coordinates":[[]]}"#, .empty),
            (#"{"type":"MultiPolygon","coordinates":[]}"#, .empty),
            (#"{"type":"MultiPolygon","coordinates":[[]]}"#, .empty),
        ] as [(String, BoundaryDefect)])
    func notAnOutline(text: String, expected: BoundaryDefect) throws {
        #expect(try defects(text) == [expected])
    }

    @Test func `only UTF-8 is read`() throws {
        var bytes: [UInt8] = []
        for unit in polygonText(good).utf16 { bytes += [UInt8(truncatingIfNeeded: unit), UInt8(unit >> 8)] }
        let refusal = try #require(throws: BoundaryDefects.self) { try Boundary(geoJSON: bytes, system: .wgs84) }
        #expect(refusal.all == [.notJSON])
    }

    @Test func `all defects are named at once`() throws {
        let open = Array(good.dropLast())
        let bowTie = [place(0, 0), place(100, 100), place(100, 0), place(0, 100), place(0, 0)]
        let point = [place(0, 0), place(0, 0), place(0, 0), place(0, 0)]
        let swapped = good.map { Coordinate(latitude: $0.longitude, longitude: $0.latitude) }
        let found = try defects(
            multiPolygonText([open], [good, point], [bowTie], [swapped], [rectangle(0...9, 0...9)]))
        #expect(
            found.map(\.code) == [
                "boundary-ring-not-closed", "boundary-too-few-points", "boundary-self-intersection",
                "boundary-out-of-range",
            ])
        #expect(
            found.map(\.en).map { $0.contains("part 1") || $0.contains("hole 1 of part 2") } == [
                true, true, false, false,
            ])
    }

    @Test func `exchanged latitudes and longitudes are guessed`() throws {
        let swapped = good.map { Coordinate(latitude: $0.longitude, longitude: $0.latitude) }
        let found = try #require(try defects(polygonText(swapped)).first)
        guard case .outOfRange(_, points: 5, maybeSwapped: true) = found else {
            Issue.record("\(found)")
            return
        }
        #expect(found.zh.contains("写反") && found.en.contains("swapped"))
    }

    @Test func `metres of a projected map are not taken for exchanged degrees`() throws {
        let metres = [(540_000.0, 3_416_000.0), (540_100, 3_416_000), (540_000, 3_416_100), (540_000, 3_416_000)]
        let found = try defects(polygonText(metres.map { Coordinate(latitude: $0.1, longitude: $0.0) }))
        guard case .outOfRange(_, points: 4, maybeSwapped: false) = found.first, found.count == 1 else {
            Issue.record("\(found)")
            return
        }
        #expect(found[0].zh.contains("不是米"))
    }

    @Test(
        "a bow-tie is refused with its knot, in the system in which it was drawn", arguments: CoordinateSystem.allCases)
    func bowTie(system: CoordinateSystem) throws {
        let corners = [place(0, 0), place(100, 100), place(100, 0), place(0, 100), place(0, 0)]
        let stated = corners.map { corner in
            let position = corner.position(in: system)
            return Coordinate(latitude: position.latitude, longitude: position.longitude)
        }
        let found = try defects(polygonText(stated), system)
        guard case .selfIntersection(at: let knot) = found.first, found.count == 1 else {
            Issue.record("\(found)")
            return
        }
        #expect(knot.system == system)
        #expect(knot.wgs84.distance(to: place(50, 50)) < 1)
    }

    @Test func `rings that do not belong together are refused`() throws {
        let hole = Array(rectangle(200...250, 0...50).reversed())
        #expect(try defects(polygonText(good, hole)).map(\.code) == ["boundary-misplaced-ring"])
        let nested = try defects(multiPolygonText([good], [rectangle(20...40, 20...40)]))
        #expect(nested.map(\.code) == ["boundary-misplaced-ring"])
        let crossing = try defects(multiPolygonText([good], [rectangle(50...150, 50...150)]))
        #expect(crossing.map(\.code) == ["boundary-self-intersection"])
    }

    @Test func `a line there and back has no inside`() throws {
        let slanting = [place(0, 0), place(50, 50), place(100, 100), place(0, 0)]
        #expect(try defects(polygonText(slanting)) == [.empty])
        let straight = [place(0, 0), place(0, 50), place(0, 100), place(0, 0)]
        #expect(try defects(polygonText(straight)).count == 1)
        // A postage stamp is none either.
        #expect(try defects(polygonText(rectangle(0...0.9, 0...0.9))) == [.empty])
        #expect(try defects(polygonText(rectangle(0...1.1, 0...1.1))) == [])
    }

    @Test func `a hundred thousand points are read and one more is not`() throws {
        func circle(_ count: Int) -> String {
            let corners = (0..<count).map { corner in
                let angle = Double(corner) / Double(count) * 2 * .pi
                return place(50_000 * cos(angle), 50_000 * sin(angle))
            }
            return polygonText(corners + corners.prefix(1))
        }
        // The ring itself counts as well.
        #expect(try defects(circle(Boundary.maxPoints - 2)) == [])
        #expect(try defects(circle(Boundary.maxPoints - 1)) == [.tooManyPoints])
    }

    @Test func `a document made to exhaust the reader is refused quickly`() throws {
        let room = Boundary.maxBytes - 100
        func polygon(_ coordinates: String) -> String { #"{"type":"MultiPolygon","coordinates":\#(coordinates)}"# }
        let hostile: [(String, BoundaryDefect)] = [
            (String(repeating: "[", count: room), .tooDeep),
            (String(repeating: #"{"a":"#, count: 100_000), .tooDeep),
            (polygon("[" + String(repeating: "[],", count: room / 3) + "[]]"), .tooManyPoints),
            (polygon("[[" + String(repeating: "[],", count: room / 3) + "[]]]"), .tooManyPoints),
            (polygon("[[[" + String(repeating: "[1,1],", count: room / 6) + "[1,1]]]]"), .tooManyPoints),
            (String(repeating: " ", count: Boundary.maxBytes + 1), .tooLarge),
            (String(repeating: "{}\0", count: 10), .notJSON),
        ]
        for (text, expected) in hostile {
            var found: [BoundaryDefect] = []
            let took = try ContinuousClock().measure { found = try defects(text) }
            #expect(found == [expected])
            #expect(took < .seconds(10))
        }
        // Brackets inside of texts are only text.
        let name = String(repeating: #"[{\""#, count: 100)
        #expect(try defects(#"{"name":"\#(name)",\#(polygonText(good).dropFirst())"#) == [])
    }

    @Test func `damaged bytes are refused or read, whatever they are`() throws {
        var generator = SeededGenerator(seed: 51)
        let text = multiPolygonText(
            [rectangle(0...400, 0...300), rectangle(10...20, 10...20)], [rectangle(500...600, 0...9)])
        var refused = 0
        for _ in 0..<3_000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[index] = .random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes[index] = Array("0123456789-.,[]e".utf8).randomElement(using: &generator)!
                }
            }
            do {
                let read = try Boundary(geoJSON: bytes, system: .wgs84)
                try #require(read.squareMetres > 0)
            } catch let refusal as BoundaryDefects {
                try #require(!refusal.all.isEmpty)
                refused += 1
            }
        }
        #expect(refused > 1_000)
    }

    @Test func `at most a hundred defects are listed`() throws {
        let ring = ringText(Array(good.dropLast()))
        let parts = Array(repeating: "[\(ring)]", count: 1_000).joined(separator: ",")
        #expect(try defects(#"{"type":"MultiPolygon","coordinates":[\#(parts)]}"#).count == 100)
    }
}

@Suite("Area and inside of an outline")
struct BoundaryShapeTests {
    @Test func `the area between parallels and meridians is that of the ellipsoid`() throws {
        for (height, width) in [(0.001, 0.002), (0.01, 0.01), (0.3, 0.4), (2.5, 3.0)] {
            let (south, west) = (30.87, 120.42)
            let corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)].map { (x: Double, y: Double) in
                Coordinate(latitude: south + y * height, longitude: west + x * width)
            }
            let expected = squareMetres(south: south, north: south + height, west: west, east: west + width)
            #expect(abs(try boundary(polygonText(corners)).squareMetres / expected - 1) < 1e-8)
        }
    }

    /// The surface of WGS-84 is 510,065,621.7 km² (NIMA TR8350.2).
    @Test func `the whole Earth has its known surface`() throws {
        let corners = [(-180.0, -90.0), (180, -90), (180, 90), (-180, 90), (-180, -90)]
        let earth = try boundary(polygonText(corners.map { Coordinate(latitude: $0.1, longitude: $0.0) }))
        #expect(abs(earth.squareMetres / 510_065_621_724_000 - 1) < 1e-9)
    }

    @Test func `a slanting outline is measured as well as a straight one`() throws {
        // A square of 1 km on its corner.
        let half = 1_000 / 2.0.squareRoot()
        let corners = [place(half, 0), place(0, half), place(-half, 0), place(0, -half), place(half, 0)]
        #expect(abs(try boundary(polygonText(corners)).squareMetres / 1_000_000 - 1) < 1e-4)
    }

    @Test func `a hole is not part of the area`() throws {
        let yard = try boundary(polygonText(rectangle(0...400, 0...300), rectangle(100...200, 100...200)))
        #expect(abs(yard.squareMetres / (120_000 - 10_000) - 1) < 1e-3)
        #expect(yard.contains(place(50, 50)) && yard.contains(place(150, 250)))
        #expect(!yard.contains(place(150, 150)))
        #expect(!yard.contains(place(-10, 150)) && !yard.contains(place(150, 310)))
    }

    @Test func `parts are added up and each is inside`() throws {
        let two = try boundary(multiPolygonText([rectangle(500...600, 0...100)], [rectangle(0...100, 0...100)]))
        #expect(abs(two.squareMetres / 20_000 - 1) < 1e-3)
        #expect(two.contains(place(50, 50)) && two.contains(place(550, 50)) && !two.contains(place(300, 50)))
        #expect(two.geoJSON.contains("MultiPolygon"))
        #expect(!two.contains(Coordinate(latitude: .nan, longitude: 120.42)))
    }

    @Test func `every door belongs to just one of the neighbouring grids, on their borders too`() throws {
        let cells = wavyCells(columns: 6, width: 200, pointsPerSide: 5, seed: 52)
        let grids = try cells.map { try boundary(polygonText($0)) }
        var generator = SeededGenerator(seed: 53)
        var doors = (0..<2_000).map { _ in
            place(.random(in: 1...1_199, using: &generator), .random(in: 1...1_199, using: &generator))
        }
        // The points of the borders themselves and the middles between them, except on the outer border.
        for ring in grids.flatMap({ $0.polygons.map(\.exterior) }) {
            for (a, b) in zip(ring, ring.dropFirst()) {
                doors.append(a)
                doors.append(Coordinate(latitude: a.latitude - 0.000_3, longitude: a.longitude))
                doors.append(
                    Coordinate(latitude: (a.latitude + b.latitude) / 2, longitude: (a.longitude + b.longitude) / 2))
            }
        }
        let (low, high) = (place(1, 1), place(1_199, 1_199))
        for door in doors
        where (low.latitude...high.latitude).contains(door.latitude)
            && (low.longitude...high.longitude).contains(door.longitude)
        {
            try #require(grids.count { $0.contains(door) } == 1)
        }
    }
}
