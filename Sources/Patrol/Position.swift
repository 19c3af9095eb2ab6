import Foundation

/// The coordinate systems in which handhelds and Chinese map services state positions.
public enum CoordinateSystem: String, Hashable, CaseIterable, Sendable {
    /// The system of GPS.
    case wgs84 = "WGS-84"
    /// China's national system, GB 22021-2008, the system of BeiDou.
    case cgcs2000 = "CGCS2000"
    /// WGS-84 displaced by up to about 700 m, as China requires of public maps (AMap, Tencent).
    case gcj02 = "GCJ-02"
    /// GCJ-02 displaced once more by Baidu.
    case bd09 = "BD-09"
}

/// A position as it was stated: latitude and longitude in degrees together with their system.
public struct Position: Hashable, Sendable {
    /// Degrees north of the equator, −90…90.
    public let latitude: Double
    /// Degrees east of Greenwich, −180…180.
    public let longitude: Double
    /// What the two numbers refer to.
    public let system: CoordinateSystem

    /// Keeps the numbers as they are, even outside of their ranges; see ``Coordinate/isValid``.
    public init(latitude: Double, longitude: Double, system: CoordinateSystem) {
        self.latitude = latitude
        self.longitude = longitude
        self.system = system
    }

    /// The same place in WGS-84.
    ///
    /// The inverse of ``Coordinate/position(in:)`` by fixed-point iteration until it moves less than 1e-9 degree
    /// (0.1 mm). That is exact against the published formulas; how well they match the state's own algorithm is known
    /// only by comparison, to about a metre.
    ///
    /// CGCS2000 is returned unchanged. Its ellipsoid differs from that of WGS-84 only in flattening, by at most 0.11 mm
    /// on the ground (Cheng Pengfei et al., Acta Geodaetica et Cartographica Sinica 38(3), 2009). Its frame is ITRF97
    /// at epoch 2000.0, from which the plates have moved China by about a metre since: less than a handheld's error.
    public var wgs84: Coordinate {
        let stated = Coordinate(latitude: latitude, longitude: longitude)
        return switch system {
        case .wgs84, .cgcs2000: stated
        case .gcj02: Displacement.wgs84(fromGCJ02: stated)
        case .bd09: Displacement.wgs84(fromGCJ02: Displacement.gcj02(fromBD09: stated))
        }
    }
}

/// A place in WGS-84.
public struct Coordinate: Hashable, Sendable {
    /// Degrees north of the equator, −90…90.
    public let latitude: Double
    /// Degrees east of Greenwich, −180…180.
    public let longitude: Double

    /// Keeps the numbers as they are; ``isValid`` tells whether they name a place. Note the order: GeoJSON has
    /// longitude first.
    public init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }

    /// Whether both numbers are finite and within −90…90 and −180…180 degrees.
    public var isValid: Bool {
        (-90...90).contains(latitude) && (-180...180).contains(longitude)
    }

    /// Metres along the great circle to the other place, 0…20,015,115.
    ///
    /// Haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky & Telescope 68(2), 1984) on a sphere with the
    /// mean radius of GRS 80. Against the ellipsoid it errs by at most 0.6 %, in China 0.5 %: half a metre in a
    /// hundred. Precise for the smallest distances and for antipodes. Not a number if either coordinate is not.
    public func distance(to other: Coordinate) -> Double {
        let latitudeSine = sin((other.latitude - latitude).radians / 2)
        let longitudeSine = sin((other.longitude - longitude).radians / 2)
        let haversine =
            latitudeSine * latitudeSine
            + cos(latitude.radians) * cos(other.latitude.radians) * longitudeSine * longitudeSine
        return 2 * Coordinate.meanEarthRadiusMetres * atan2(haversine.squareRoot(), max(0, 1 - haversine).squareRoot())
    }

    /// The same place as stated in another system: the inverse of ``Position/wgs84``.
    ///
    /// Outside of the rectangle that the published formula draws around China (72.004–137.8347° E, 0.8293–55.8271° N)
    /// GCJ-02 equals WGS-84. The jump at its edge has no inverse; the edge lies outside of China's land.
    public func position(in system: CoordinateSystem) -> Position {
        let stated =
            switch system {
            case .wgs84, .cgcs2000: self
            case .gcj02: Displacement.gcj02(fromWGS84: self)
            case .bd09: Displacement.bd09(fromGCJ02: Displacement.gcj02(fromWGS84: self))
            }
        return Position(latitude: stated.latitude, longitude: stated.longitude, system: system)
    }

    /// R1 = (2a + b) / 3 of the GRS 80 ellipsoid (H. Moritz, "Geodetic Reference System 1980").
    private static let meanEarthRadiusMetres = 6_371_008.8
}

/// The displacements that make GCJ-02 of WGS-84 and BD-09 of GCJ-02.
///
/// Neither is officially published. The formulas are those that became public with the open-source EvilTransform and
/// coordtransform projects. Here `Coordinate` carries a pair of numbers in whichever system the function's name says.
private enum Displacement {
    static func gcj02(fromWGS84 place: Coordinate) -> Coordinate {
        rectangleContains(place) ? displacedToGCJ02(place) : place
    }

    static func wgs84(fromGCJ02 place: Coordinate) -> Coordinate {
        rectangleContains(place) ? inverse(of: displacedToGCJ02, at: place) : place
    }

    static func bd09(fromGCJ02 place: Coordinate) -> Coordinate {
        let radius = hypot(place.longitude, place.latitude) + 0.000_02 * sin(place.latitude * baiduFrequency)
        let angle = atan2(place.latitude, place.longitude) + 0.000_003 * cos(place.longitude * baiduFrequency)
        return Coordinate(latitude: radius * sin(angle) + 0.006, longitude: radius * cos(angle) + 0.006_5)
    }

    static func gcj02(fromBD09 place: Coordinate) -> Coordinate {
        inverse(of: bd09(fromGCJ02:), at: place)
    }

    /// Where a displacement comes from. The displacements change by less than 3 % of a step, so every round gains at
    /// least one and a half digits, and ten are more than enough; numbers that are no place end there as well.
    private static func inverse(of displace: (Coordinate) -> Coordinate, at target: Coordinate) -> Coordinate {
        var source = target
        for _ in 0..<10 {
            let displaced = displace(source)
            let latitudeError = displaced.latitude - target.latitude
            let longitudeError = displaced.longitude - target.longitude
            source = Coordinate(
                latitude: source.latitude - latitudeError,
                longitude: source.longitude - longitudeError)
            if max(abs(latitudeError), abs(longitudeError)) < 1e-9 { break }
        }
        return source
    }

    private static func rectangleContains(_ place: Coordinate) -> Bool {
        (0.829_3...55.827_1).contains(place.latitude) && (72.004...137.834_7).contains(place.longitude)
    }

    /// The offset in metres north and east, turned into degrees on the Krasovsky 1940 ellipsoid.
    private static func displacedToGCJ02(_ place: Coordinate) -> Coordinate {
        let x = place.longitude - 105
        let y = place.latitude - 35
        let latitude = place.latitude.radians
        let curvature = 1 - krasovskyEccentricitySquared * sin(latitude) * sin(latitude)
        let primeVertical = krasovskySemiMajorAxis / curvature.squareRoot()
        let meridian = primeVertical * (1 - krasovskyEccentricitySquared) / curvature
        return Coordinate(
            latitude: place.latitude + (metresNorth(x, y) / meridian).degrees,
            longitude: place.longitude + (metresEast(x, y) / (primeVertical * cos(latitude))).degrees)
    }

    private static func metresNorth(_ x: Double, _ y: Double) -> Double {
        let polynomial = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * abs(x).squareRoot()
        let waves =
            20 * sin(6 * x * .pi) + 20 * sin(2 * x * .pi)
            + 20 * sin(y * .pi) + 40 * sin(y / 3 * .pi)
            + 160 * sin(y / 12 * .pi) + 320 * sin(y / 30 * .pi)
        return polynomial + waves * 2 / 3
    }

    private static func metresEast(_ x: Double, _ y: Double) -> Double {
        let polynomial = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * abs(x).squareRoot()
        let waves =
            20 * sin(6 * x * .pi) + 20 * sin(2 * x * .pi)
            + 20 * sin(x * .pi) + 40 * sin(x / 3 * .pi)
            + 150 * sin(x / 12 * .pi) + 300 * sin(x / 30 * .pi)
        return polynomial + waves * 2 / 3
    }

    private static let baiduFrequency = Double.pi * 3_000 / 180
    private static let krasovskySemiMajorAxis = 6_378_245.0
    private static let krasovskyEccentricitySquared = 0.006_693_421_622_965_943
}

extension Double {
    fileprivate var radians: Double { self * .pi / 180 }
    fileprivate var degrees: Double { self * 180 / .pi }
}
