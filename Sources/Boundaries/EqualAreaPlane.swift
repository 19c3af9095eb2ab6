import Foundation
import Patrol

/// Metres east and north in a plane.
struct PlanePoint: Hashable {
    let x: Double
    let y: Double
}

/// Lambert's cylindrical equal-area projection of the WGS-84 ellipsoid (J. P. Snyder, "Map Projections: A Working
/// Manual", USGS Professional Paper 1395, 1987, equations 3-12, 10-13 to 10-15).
///
/// Areas are true everywhere. Distances and angles are true at the latitude of the centre and within 1 % for 90 km
/// north and south of it at 35° N, more than a county needs.
struct EqualAreaPlane {
    private let centre: Coordinate
    /// k₀ of Snyder, by which the plane is narrower than the equator.
    private let scale: Double
    private let centreQ: Double

    /// - Parameter centre: away from the poles.
    init(centre: Coordinate) {
        self.centre = centre
        let sine = sin(centre.latitude * .pi / 180)
        scale = cos(centre.latitude * .pi / 180) / (1 - eccentricitySquared * sine * sine).squareRoot()
        centreQ = q(sine: sine)
    }

    func point(at place: Coordinate) -> PlanePoint {
        let sine = sin(place.latitude * .pi / 180)
        return PlanePoint(
            x: semiMajorAxis * scale * (place.longitude - centre.longitude) * .pi / 180,
            y: semiMajorAxis * (q(sine: sine) - centreQ) / (2 * scale))
    }

    func place(at point: PlanePoint) -> Coordinate {
        let target = centreQ + 2 * scale * point.y / semiMajorAxis
        // Newton's method from the centre (Snyder 3-16); in a county three rounds reach the last digit.
        var latitude = centre.latitude * .pi / 180
        for _ in 0..<10 {
            let sine = sin(latitude)
            let curvature = 1 - eccentricitySquared * sine * sine
            let step =
                (target - q(sine: sine)) * curvature * curvature
                / (2 * (1 - eccentricitySquared) * cos(latitude))
            latitude += step
            if abs(step) < 1e-14 { break }
        }
        return Coordinate(
            latitude: latitude * 180 / .pi,
            longitude: centre.longitude + point.x / (semiMajorAxis * scale) * 180 / .pi)
    }
}

private let semiMajorAxis = 6_378_137.0
private let eccentricitySquared = 0.006_694_379_990_14

/// Proportional to the area between the equator and the latitude with that sine.
private func q(sine: Double) -> Double {
    let e = eccentricitySquared.squareRoot()
    return (1 - eccentricitySquared) * (sine / (1 - eccentricitySquared * sine * sine) + atanh(e * sine) / e)
}

/// Of a closed ring, in the square of its points' unit; positive counter-clockwise.
func signedArea(_ ring: [PlanePoint]) -> Double {
    guard let origin = ring.first else { return 0 }
    // From its own first point, so that far from the origin no digits are lost.
    return zip(ring, ring.dropFirst()).reduce(0) { sum, side in
        let (a, b) = side
        return sum + (a.x - origin.x) * (b.y - origin.y) - (b.x - origin.x) * (a.y - origin.y)
    } / 2
}
