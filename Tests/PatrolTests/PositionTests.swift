import Foundation
import Patrol
import Testing

@Suite("Position")
struct PositionTests {
    /// WGS-84 and GCJ-02 from the tests of the EvilTransform project and, last, from those of coordtransform.
    @Test(
        "published pairs",
        arguments: [
            (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),  // Shanghai
            (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),  // Shenzhen
            (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),  // Beijing
            (39.915, 116.404, 39.91640428150164, 116.41024449916938),
        ])
    func published(latitude: Double, longitude: Double, gcjLatitude: Double, gcjLongitude: Double) {
        let place = Coordinate(latitude: latitude, longitude: longitude)
        let displaced = place.position(in: .gcj02)
        #expect(abs(displaced.latitude - gcjLatitude) < 1e-12)
        #expect(abs(displaced.longitude - gcjLongitude) < 1e-12)
        let restored = Position(latitude: gcjLatitude, longitude: gcjLongitude, system: .gcj02).wgs84
        #expect(restored.distance(to: place) < 0.001)
    }

    /// From GCJ-02 to BD-09, from the tests of coordtransform.
    @Test func `Baidu's displacement`() {
        let gcj = Position(latitude: 39.915, longitude: 116.404, system: .gcj02)
        let baidu = gcj.wgs84.position(in: .bd09)
        #expect(abs(baidu.latitude - 39.92133699351021) < 1e-10)
        #expect(abs(baidu.longitude - 116.41036949371029) < 1e-10)
        #expect(baidu.wgs84.distance(to: gcj.wgs84) < 0.001)
    }

    @Test("every place in China survives the way there and back", arguments: CoordinateSystem.allCases)
    func roundTrip(system: CoordinateSystem) throws {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<20_000 {
            let place = Coordinate(
                latitude: .random(in: 3.4...53.6, using: &generator),
                longitude: .random(in: 73.4...135.1, using: &generator))
            let stated = place.position(in: system)
            try #require(stated.system == system)
            try #require(stated.wgs84.distance(to: place) < 0.001)
            let shift = place.distance(to: Coordinate(latitude: stated.latitude, longitude: stated.longitude))
            try #require(shift < 2_500)
        }
    }

    @Test func `the way there and back is the same from the other end`() throws {
        var generator = SeededGenerator(seed: 5)
        for system in [CoordinateSystem.gcj02, .bd09] {
            for _ in 0..<5_000 {
                let latitude = Double.random(in: 18...53, using: &generator)
                let longitude = Double.random(in: 74...135, using: &generator)
                let restored = Position(latitude: latitude, longitude: longitude, system: system).wgs84
                    .position(in: system)
                try #require(abs(restored.latitude - latitude) < 1e-8)
                try #require(abs(restored.longitude - longitude) < 1e-8)
            }
        }
    }

    @Test func `outside of China GCJ-02 is WGS-84`() {
        for (latitude, longitude) in [(40.7128, -74.006), (-33.87, 151.21), (0.0, 0.0), (51.5, -0.12), (90, 180)] {
            let place = Coordinate(latitude: latitude, longitude: longitude)
            let stated = place.position(in: .gcj02)
            #expect((stated.latitude, stated.longitude) == (latitude, longitude))
            #expect(stated.wgs84 == place)
        }
    }

    @Test func `CGCS2000 is WGS-84`() {
        let stated = Position(latitude: 30.27, longitude: 120.15, system: .cgcs2000)
        #expect(stated.wgs84 == Coordinate(latitude: 30.27, longitude: 120.15))
    }

    @Test func `numbers that are no place stay none`() {
        for number in [Double.nan, .infinity, -.infinity, 1e300, 91] {
            for system in CoordinateSystem.allCases {
                #expect(!Position(latitude: number, longitude: 120, system: system).wgs84.isValid)
            }
        }
        #expect(!Coordinate(latitude: 0, longitude: 180.000_1).isValid)
        #expect(Coordinate(latitude: -90, longitude: -180).isValid)
    }

    @Test func `raw values name the systems`() {
        #expect(CoordinateSystem.allCases.map(\.rawValue) == ["WGS-84", "CGCS2000", "GCJ-02", "BD-09"])
    }

    @Test func `a fix need not know more than its place`() {
        let position = Position(latitude: 30.27, longitude: 120.15, system: .wgs84)
        let fix = Fix(position: position)
        #expect(fix.position == position && fix.provider == .unknown)
        #expect(fix.accuracyMetres == nil && fix.time == nil && fix.isMock == nil)
        #expect(FixProvider(rawValue: "fused") == .fused)
    }
}

@Suite("Distance")
struct DistanceTests {
    /// Geodesics on the WGS-84 ellipsoid.
    @Test(
        "within 0.6 % of the ellipsoid",
        arguments: [
            (0.0, 0.0, 1.0, 0.0, 110_574.4), (0, 0, 0, 1, 111_319.5),
            (89, 0, 90, 0, 111_693.9), (30, 120, 30, 120.001, 96.486), (30, 120, 30.001, 120, 110.852),
        ])
    func ellipsoid(fromLatitude: Double, fromLongitude: Double, latitude: Double, longitude: Double, metres: Double) {
        let distance = Coordinate(latitude: fromLatitude, longitude: fromLongitude)
            .distance(to: Coordinate(latitude: latitude, longitude: longitude))
        #expect(abs(distance - metres) < 0.006 * metres)
    }

    @Test func `is a metric`() throws {
        var generator = SeededGenerator(seed: 6)
        func anywhere() -> Coordinate {
            Coordinate(
                latitude: .random(in: -90...90, using: &generator),
                longitude: .random(in: -180...180, using: &generator))
        }
        for _ in 0..<2_000 {
            let (a, b, c) = (anywhere(), anywhere(), anywhere())
            try #require(a.distance(to: a) == 0)
            try #require(abs(a.distance(to: b) - b.distance(to: a)) < 1e-6)
            try #require(a.distance(to: c) <= a.distance(to: b) + b.distance(to: c) + 1e-6)
            let antipode = Coordinate(latitude: -a.latitude, longitude: a.longitude - 180)
            try #require(abs(a.distance(to: antipode) - 20_015_114) < 1)
        }
    }

    @Test func `crosses the date line`() {
        let distance = Coordinate(latitude: 0, longitude: 179.999_5)
            .distance(to: Coordinate(latitude: 0, longitude: -179.999_5))
        #expect(abs(distance - 111.2) < 0.1)
    }
}
