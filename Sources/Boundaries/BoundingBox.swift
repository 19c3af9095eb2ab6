import Patrol

/// A range of longitudes and latitudes, edges included.
struct BoundingBox: Hashable, Sendable {
    let west: Double
    let south: Double
    let east: Double
    let north: Double

    /// - Parameter places: at least one; of none, a box that contains nothing.
    init(_ places: [Coordinate]) {
        var (west, south, east, north) = (Double.infinity, Double.infinity, -Double.infinity, -Double.infinity)
        for place in places {
            west = min(west, place.longitude)
            south = min(south, place.latitude)
            east = max(east, place.longitude)
            north = max(north, place.latitude)
        }
        self.west = west
        self.south = south
        self.east = east
        self.north = north
    }

    var centre: Coordinate { Coordinate(latitude: (south + north) / 2, longitude: (west + east) / 2) }

    func contains(_ place: Coordinate) -> Bool {
        west <= place.longitude && place.longitude <= east && south <= place.latitude && place.latitude <= north
    }

    func meets(_ other: BoundingBox) -> Bool {
        west <= other.east && other.west <= east && south <= other.north && other.south <= north
    }
}
