import Foundation
import Patrol

/// A position as it was sent: not yet known to be on Earth.
struct StatedPoint: Hashable {
    let longitude: Double
    let latitude: Double

    var isOnEarth: Bool { abs(longitude) <= 180 && abs(latitude) <= 90 }
    var isOnEarthWhenSwapped: Bool { abs(latitude) <= 180 && abs(longitude) <= 90 }
}

/// The rings of each polygon, as they were sent.
///
/// - Throws: `BoundaryDefect`
func statedPolygons(geoJSON bytes: [UInt8]) throws -> [[[StatedPoint]]] {
    guard bytes.count <= Boundary.maxBytes else { throw BoundaryDefect.tooLarge }
    // JSONDecoder would also read UTF-16, which the look at the nesting cannot; JSON in it always has zero bytes.
    guard !bytes.contains(0) else { throw BoundaryDefect.notJSON }
    guard nesting(of: bytes) <= Boundary.maxDepth else { throw BoundaryDefect.tooDeep }
    do {
        return try JSONDecoder().decode(Outline.self, from: Data(bytes)).polygons
    } catch let defect as BoundaryDefect {
        throw defect
    } catch DecodingError.dataCorrupted(let place) where place.codingPath.isEmpty {
        throw BoundaryDefect.notJSON
    } catch {
        throw BoundaryDefect.notAPolygon
    }
}

/// How deep brackets stand within brackets, so that a document made of nothing else costs neither stack nor memory.
private func nesting(of bytes: [UInt8]) -> Int {
    var (depth, deepest) = (0, 0)
    var (isText, isEscaped) = (false, false)
    for byte in bytes {
        if isEscaped {
            isEscaped = false
        } else if byte == UInt8(ascii: "\"") {
            isText.toggle()
        } else if isText {
            isEscaped = byte == UInt8(ascii: "\\")
        } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
            depth += 1
            deepest = max(deepest, depth)
        } else if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
            depth -= 1
        }
    }
    return deepest
}

/// A GeoJSON object reduced to its polygons. Read by hand rather than as nested arrays, so that reading stops at the
/// limit and does not first fill the memory.
private struct Outline: Decodable {
    let polygons: [[[StatedPoint]]]

    private enum Member: CodingKey {
        case type, geometry, features, coordinates
    }

    init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: Member.self)
        switch try object.decode(String.self, forKey: .type) {
        case "FeatureCollection":
            var features = try object.nestedUnkeyedContainer(forKey: .features)
            guard features.count == 1 else { throw BoundaryDefect.notOneFeature(count: features.count ?? 0) }
            self = try features.decode(Outline.self)
        case "Feature":
            self = try object.decode(Outline.self, forKey: .geometry)
        case "Polygon":
            var left = Boundary.maxPoints
            polygons = [
                try wellFormed { try rings(in: object.nestedUnkeyedContainer(forKey: .coordinates), left: &left) }
            ]
        case "MultiPolygon":
            polygons = try wellFormed {
                var left = Boundary.maxPoints
                return try elements(of: object.nestedUnkeyedContainer(forKey: .coordinates), left: &left) {
                    try rings(in: $0.nestedUnkeyedContainer(), left: &$1)
                }
            }
        default: throw BoundaryDefect.notAPolygon
        }
    }
}

/// Only `coordinates` are read inside, so whatever does not fit is their fault.
private func wellFormed<Value>(_ read: () throws -> Value) throws -> Value {
    do { return try read() } catch is DecodingError { throw BoundaryDefect.malformedCoordinates }
}

private func rings(in list: any UnkeyedDecodingContainer, left: inout Int) throws -> [[StatedPoint]] {
    try elements(of: list, left: &left) { rings, left in
        try elements(of: rings.nestedUnkeyedContainer(), left: &left) { ring, _ in
            var numbers = try ring.nestedUnkeyedContainer()
            return StatedPoint(longitude: try numbers.decode(Double.self), latitude: try numbers.decode(Double.self))
        }
    }
}

/// Empty lists count like points, because they cost like points.
private func elements<Element>(
    of list: any UnkeyedDecodingContainer, left: inout Int,
    read: (inout any UnkeyedDecodingContainer, inout Int) throws -> Element
) throws -> [Element] {
    var list = list
    var elements: [Element] = []
    while !list.isAtEnd {
        left -= 1
        guard left >= 0 else { throw BoundaryDefect.tooManyPoints }
        elements.append(try read(&list, &left))
    }
    return elements
}

func geometryText(of polygons: [Boundary.Polygon]) -> String {
    // Swift prints the shortest number that reads back the same, and these were rounded to 7 decimals.
    let texts = polygons.map { polygon in
        let rings = polygon.rings.map { ring in
            "[" + ring.map { "[\($0.longitude),\($0.latitude)]" }.joined(separator: ",") + "]"
        }
        return "[" + rings.joined(separator: ",") + "]"
    }
    return texts.count == 1
        ? #"{"type":"Polygon","coordinates":\#(texts[0])}"#
        : #"{"type":"MultiPolygon","coordinates":[\#(texts.joined(separator: ","))]}"#
}
