import Boundaries
import Foundation
import Patrol

/// A fictitious village office in the plain south of Lake Tai: the origin of all shapes made here.
let office = Coordinate(latitude: 30.87, longitude: 120.42)

/// So many metres from the office, by the radii of curvature of the WGS-84 ellipsoid: good to 0.1 % for some kilometres.
func place(_ east: Double, _ north: Double) -> Coordinate {
    let latitude = office.latitude * .pi / 180
    return Coordinate(
        latitude: office.latitude + north / meridianRadius(latitude) * 180 / .pi,
        longitude: office.longitude + east / (normalRadius(latitude) * cos(latitude)) * 180 / .pi)
}

/// Square metres between two parallels and two meridians: Simpson's rule over the ellipsoid's surface, which has nothing
/// in common with the projection under test.
func squareMetres(south: Double, north: Double, west: Double, east: Double) -> Double {
    func width(_ latitude: Double) -> Double { meridianRadius(latitude) * normalRadius(latitude) * cos(latitude) }
    let (low, high) = (south * .pi / 180, north * .pi / 180)
    let steps = 2_000
    let sum = (0...steps).reduce(0.0) { sum, step in
        let weight = step == 0 || step == steps ? 1.0 : step % 2 == 1 ? 4 : 2
        return sum + weight * width(low + (high - low) * Double(step) / Double(steps))
    }
    return sum * (high - low) / Double(steps) / 3 * (east - west) * .pi / 180
}

private func normalRadius(_ latitude: Double) -> Double {
    6_378_137 / (1 - 0.006_694_379_990_14 * sin(latitude) * sin(latitude)).squareRoot()
}

private func meridianRadius(_ latitude: Double) -> Double {
    let normal = normalRadius(latitude) / 6_378_137
    return 6_378_137 * (1 - 0.006_694_379_990_14) * normal * normal * normal
}

/// Counter-clockwise and closed; metres east and north of the office.
func rectangle(_ east: ClosedRange<Double>, _ north: ClosedRange<Double>) -> [Coordinate] {
    [
        place(east.lowerBound, north.lowerBound), place(east.upperBound, north.lowerBound),
        place(east.upperBound, north.upperBound), place(east.lowerBound, north.upperBound),
        place(east.lowerBound, north.lowerBound),
    ]
}

func ringText(_ ring: [Coordinate]) -> String {
    "[" + ring.map { "[\($0.longitude),\($0.latitude)]" }.joined(separator: ",") + "]"
}

func polygonText(_ rings: [Coordinate]...) -> String {
    #"{"type":"Polygon","coordinates":[\#(rings.map(ringText).joined(separator: ","))]}"#
}

func multiPolygonText(_ polygons: [[Coordinate]]...) -> String {
    let parts = polygons.map { "[" + $0.map(ringText).joined(separator: ",") + "]" }
    return #"{"type":"MultiPolygon","coordinates":[\#(parts.joined(separator: ","))]}"#
}

func boundary(_ text: String, _ system: CoordinateSystem = .wgs84) throws -> Boundary {
    try Boundary(geoJSON: Array(text.utf8), system: system)
}

func boundary(_ east: ClosedRange<Double>, _ north: ClosedRange<Double>) throws -> Boundary {
    try boundary(polygonText(rectangle(east, north)))
}

/// The defects for which a text is refused; none if it is accepted.
func defects(_ text: String, _ system: CoordinateSystem = .wgs84) throws -> [BoundaryDefect] {
    do {
        _ = try boundary(text, system)
        return []
    } catch let refusal as BoundaryDefects {
        return refusal.all
    }
}

/// Cells of a square with wavy borders: columns × columns of about the given width, neighbours sharing all points.
/// Only the outer border is straight.
func wavyCells(columns: Int, width: Double, pointsPerSide: Int, seed: UInt64) -> [[Coordinate]] {
    var generator = SeededGenerator(seed: seed)
    let fine = columns * pointsPerSide
    // One displacement for every point of the fine lattice, so that both neighbours of a border get the same.
    let lattice = (0...fine).map { row in
        (0...fine).map { column in
            let isOutside = row == 0 || column == 0 || row == fine || column == fine
            let reach = isOutside ? 0 : width / Double(pointsPerSide) / 3
            return place(
                width * Double(column) / Double(pointsPerSide) + .random(in: -reach...reach, using: &generator),
                width * Double(row) / Double(pointsPerSide) + .random(in: -reach...reach, using: &generator))
        }
    }
    return (0..<columns * columns).map { cell in
        let (row, column) = (cell / columns * pointsPerSide, cell % columns * pointsPerSide)
        let steps = 0..<pointsPerSide
        let south = steps.map { lattice[row][column + $0] }
        let east = steps.map { lattice[row + $0][column + pointsPerSide] }
        let north = steps.map { lattice[row + pointsPerSide][column + pointsPerSide - $0] }
        let west = steps.map { lattice[row + pointsPerSide - $0][column] }
        return south + east + north + west + [lattice[row][column]]
    }
}
