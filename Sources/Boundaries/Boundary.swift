public import Patrol

/// The outline of a grid, a village or a town, in WGS-84.
///
/// Lines between neighbouring points are straight in longitude and latitude, as RFC 7946 has it. Points are kept to
/// 7 decimals of a degree, about a centimetre, and rings in one order, so that equal outlines are equal values and
/// ``geoJSON`` read again is the same boundary. Outlines across the 180th meridian are not expected in China: RFC 7946
/// asks for them to be cut there, and then they work.
public struct Boundary: Hashable, Sendable {
    /// 8 MB: about 300,000 points as usually written, so that ``maxPoints`` is met first.
    public static let maxBytes = 8 << 20
    /// Deepest nesting of brackets that is read; a FeatureCollection of a MultiPolygon needs 8.
    public static let maxDepth = 32
    /// A whole province at the scale of 1 : 50,000 has fewer points.
    public static let maxPoints = 100_000

    /// The parts, at least one, disjoint from each other except for single points.
    public let polygons: [Polygon]
    /// Smallest box around all points, for a first rough look.
    let box: BoundingBox

    /// One part: what the exterior ring surrounds, without the holes.
    public struct Polygon: Hashable, Sendable {
        /// Closed: the last coordinate is the first. Counter-clockwise.
        public let exterior: [Coordinate]
        /// Closed, clockwise.
        public let holes: [[Coordinate]]

        var rings: [[Coordinate]] { [exterior] + holes }

        /// Holes run the other way and so subtract themselves.
        fileprivate var squareMetres: Double {
            let plane = EqualAreaPlane(centre: BoundingBox(exterior).centre)
            return rings.reduce(0) { $0 + signedArea($1.map(plane.point(at:))) }
        }
    }

    /// Reads an outline: a GeoJSON (RFC 7946) Polygon or MultiPolygon, a Feature of one, or a FeatureCollection of one
    /// such Feature. Altitudes and properties are ignored.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8.
    ///   - system: What the numbers refer to. GeoJSON itself cannot say it, and Chinese map tools mostly export GCJ-02.
    /// - Throws: ``BoundaryDefects``, all that can be told at once, or ``GeometryFault``.
    public init(geoJSON bytes: [UInt8], system: CoordinateSystem) throws {
        let stated: [[[StatedPoint]]]
        do {
            stated = try statedPolygons(geoJSON: bytes)
        } catch let defect as BoundaryDefect {
            throw BoundaryDefects([defect])
        }
        guard !stated.isEmpty else { throw BoundaryDefects([.empty]) }
        let context = try GEOSContext()
        var polygons: [Polygon] = []
        var defects: [BoundaryDefect] = []
        for (index, rings) in stated.enumerated() {
            let kept = rings.map { keptRing($0, system: system) }
            var found = ringDefects(stated: rings, kept: kept, part: index + 1)
            if found.isEmpty {
                let polygon = Polygon(kept: kept)
                if let flaw = try context.defect(of: [polygon], system: system) {
                    found = [flaw]
                } else if polygon.squareMetres < 1 {
                    found = [.empty]
                }
                polygons.append(polygon)
            }
            defects += found
        }
        if defects.isEmpty, let clash = try context.defect(of: polygons, system: system) { defects.append(clash) }
        guard defects.isEmpty else { throw BoundaryDefects(defects) }
        self.polygons = polygons.sorted { precedes($0.exterior, $1.exterior) }
        box = BoundingBox(polygons.flatMap(\.exterior))
    }

    /// Area on the WGS-84 ellipsoid without the holes; at least 1.
    ///
    /// Measured in an equal-area plane (``EqualAreaPlane``), where the sides between the points are taken as straight.
    /// A side of 1 km is off by at most 3 cm in China, so that the error is a few millionths of a grid's area, and
    /// that of a county drawn with sides of 10 km still less than one in ten thousand.
    public var squareMetres: Double { polygons.reduce(0) { $0 + $1.squareMetres } }

    /// Whether the place lies inside, not in a hole.
    ///
    /// Every place on the line between two neighbours that share the points of that line belongs to just one of them,
    /// so that no door on a border is counted twice or left out.
    public func contains(_ place: Coordinate) -> Bool {
        guard box.contains(place) else { return false }
        let crossings = polygons.reduce(0) { sum, polygon in
            polygon.rings.reduce(sum) { $0 + crossingsNorth(of: place, by: $1) }
        }
        return crossings % 2 == 1
    }

    /// The outline as an RFC 7946 geometry in WGS-84: a Polygon, or a MultiPolygon if it has several parts. The same
    /// outline always gives the same text, wherever its rings were begun and whichever way they ran.
    public var geoJSON: String { geometryText(of: polygons) }
}

extension Boundary.Polygon {
    /// - Parameter kept: an exterior ring and its holes, without ring defects.
    fileprivate init(kept: [[Coordinate]]) {
        exterior = ordered(kept[0], counterClockwise: true)
        holes = kept.dropFirst().map { ordered($0, counterClockwise: false) }.sorted(by: precedes)
    }
}

/// The ring in WGS-84 and to 7 decimals of a degree, without the neighbours that have thereby become one point.
private func keptRing(_ ring: [StatedPoint], system: CoordinateSystem) -> [Coordinate] {
    var kept: [Coordinate] = []
    for point in ring {
        let place = Position(latitude: point.latitude, longitude: point.longitude, system: system).wgs84
        if rounded(place) != kept.last { kept.append(rounded(place)) }
    }
    return kept
}

/// What is wrong with single rings, so that geometry need not be asked.
private func ringDefects(stated: [[StatedPoint]], kept: [[Coordinate]], part: Int) -> [BoundaryDefect] {
    guard let exterior = stated.first, !exterior.isEmpty else { return [.empty] }
    var defects: [BoundaryDefect] = []
    for (index, ring) in stated.enumerated() {
        let place = RingPlace(part: part, ring: index + 1)
        let outside = ring.filter { !$0.isOnEarth }
        if !outside.isEmpty {
            defects.append(
                .outOfRange(place, points: outside.count, maybeSwapped: outside.allSatisfy(\.isOnEarthWhenSwapped)))
        }
        if ring.first != ring.last { defects.append(.ringNotClosed(place)) }
        if Set(kept[index]).count < 3 { defects.append(.tooFewPoints(place)) }
    }
    return defects
}

private func rounded(_ place: Coordinate) -> Coordinate {
    // Adding zero turns −0 into 0, which prints alike everywhere.
    func rounded(_ degrees: Double) -> Double { (degrees * 1e7).rounded() / 1e7 + 0 }
    return Coordinate(latitude: rounded(place.latitude), longitude: rounded(place.longitude))
}

/// The ring begun at its westernmost point, at the southern one of two, and run in one direction.
private func ordered(_ ring: [Coordinate], counterClockwise: Bool) -> [Coordinate] {
    var open = Array(ring.dropLast())
    let degrees = ring.map { PlanePoint(x: $0.longitude, y: $0.latitude) }
    if (signedArea(degrees) > 0) != counterClockwise { open.reverse() }
    let start = open.indices.min { precedes(open[$0], open[$1]) } ?? 0
    open = Array(open[start...] + open[..<start])
    return open + open.prefix(1)
}

private func precedes(_ a: Coordinate, _ b: Coordinate) -> Bool {
    (a.longitude, a.latitude) < (b.longitude, b.latitude)
}

private func precedes(_ a: [Coordinate], _ b: [Coordinate]) -> Bool {
    a.lexicographicallyPrecedes(b, by: precedes)
}

/// How often a line due north from the place meets the ring.
private func crossingsNorth(of place: Coordinate, by ring: [Coordinate]) -> Int {
    zip(ring, ring.dropFirst()).count { a, b in
        // West before east, so that two neighbours compute exactly the same of the line that they share.
        let (west, east) = a.longitude <= b.longitude ? (a, b) : (b, a)
        guard west.longitude <= place.longitude, place.longitude < east.longitude else { return false }
        let along = (place.longitude - west.longitude) / (east.longitude - west.longitude)
        return place.latitude < west.latitude + along * (east.latitude - west.latitude)
    }
}
