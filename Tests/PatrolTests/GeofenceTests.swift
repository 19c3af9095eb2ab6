import Foundation
import Patrol
import Testing

@Suite("Geofence")
struct GeofenceTests {
    private let centre = Coordinate(latitude: 30.27, longitude: 120.15)

    /// A place so many metres north of the centre.
    private func place(metresNorth metres: Double) -> Coordinate {
        Coordinate(latitude: centre.latitude + metres / 6_371_008.8 * 180 / .pi, longitude: centre.longitude)
    }

    private func probability(_ distance: Double, _ radius: Double, _ accuracy: Double?) -> Double {
        Geofence(centre: centre, radiusMetres: radius)
            .probabilityInside(place(metresNorth: distance), accuracyMetres: accuracy)
    }

    /// From the non-central chi-squared distribution of SciPy 1.17.
    @Test(
        "known probabilities",
        arguments: [
            (0.0, 100.0, 10.0, 1.0), (0, 50, 50, 0.683), (30, 50, 20, 0.9105396254), (50, 50, 20, 0.4468852237),
            (80, 50, 20, 0.0087059847), (100, 100, 1, 0.4986840630), (100.5, 100, 1, 0.2232688647),
            (150, 100, 100, 0.1486604406), (300, 100, 500, 0.0299815798), (1_000, 100, 5_000, 0.0004388053),
            (60, 50, 8, 0.0260103870), (0, 100, 5_000, 0.0004594358), (100, 150, 30, 0.9927731155),
            (5_000, 100, 3_000, 0.0000525633),
        ])
    func known(distance: Double, radius: Double, accuracy: Double, expected: Double) {
        #expect(abs(probability(distance, radius, accuracy) - expected) < 1e-6)
    }

    /// The same probability cut into chords across the circle, each with the normal distribution's error function.
    @Test func `agrees with integration over chords`() throws {
        var generator = SeededGenerator(seed: 7)
        let sigmasInAccuracy = (-2 * log(0.317)).squareRoot()
        for _ in 0..<1_000 {
            let accuracy = exp(Double.random(in: log(1)...log(5_000), using: &generator))
            let radius = exp(Double.random(in: log(10)...log(5_000), using: &generator))
            let distance = max(0, radius + accuracy * .random(in: -5...5, using: &generator))
            let sigma = accuracy / sigmasInAccuracy
            let (a, b) = (distance / sigma, radius / sigma)
            func below(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
            let reach = min(b, 8)
            let steps = 2_000
            var reference = 0.0
            for step in 0..<steps {
                let y = -reach + (Double(step) + 0.5) * 2 * reach / Double(steps)
                let half = (b * b - y * y).squareRoot()
                let density = exp(-y * y / 2) / (2 * .pi).squareRoot()
                reference += density * (below(half - a) - below(-half - a)) * 2 * reach / Double(steps)
            }
            try #require(abs(probability(distance, radius, accuracy) - reference) < 1e-4)
        }
    }

    @Test func `agrees with drawing lots`() {
        var generator = SeededGenerator(seed: 8)
        let (distance, radius, accuracy) = (70.0, 60.0, 40.0)
        let sigma = accuracy / (-2 * log(0.317)).squareRoot()
        let draws = 200_000
        let inside = (0..<draws).count { _ in
            let length = sigma * (-2 * log(1 - Double.random(in: 0..<1, using: &generator))).squareRoot()
            let angle = Double.random(in: 0..<2 * .pi, using: &generator)
            return hypot(distance + length * cos(angle), length * sin(angle)) <= radius
        }
        #expect(abs(probability(distance, radius, accuracy) - Double(inside) / Double(draws)) < 0.01)
    }

    @Test("falls with distance and grows with the radius", arguments: [1.0, 3, 10, 35, 100, 400, 1_500, 5_000])
    func monotone(accuracy: Double) throws {
        // What the approximation may be off by.
        let tolerance = 1e-6
        for radius in [10.0, 50, 200, 3_000] {
            var last = 1.0
            for step in 0...2_000 {
                let distance = Double(step) * (radius + 5 * accuracy) / 2_000
                let current = probability(distance, radius, accuracy)
                try #require((0...1).contains(current) && current <= last + tolerance)
                try #require(current <= probability(distance, radius * 1.01, accuracy) + tolerance)
                last = current
            }
        }
    }

    @Test("is a probability at any scale", arguments: [1.0, 100, 5_000])
    func bounded(accuracy: Double) throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<5_000 {
            let anywhere = Coordinate(
                latitude: .random(in: -90...90, using: &generator),
                longitude: .random(in: -180...180, using: &generator))
            let distance = centre.distance(to: anywhere)
            for radius in [1, 500, max(1, distance - 2 * accuracy), distance + accuracy / 2, distance + 6 * accuracy] {
                let probability = Geofence(centre: centre, radiusMetres: radius)
                    .probabilityInside(anywhere, accuracyMetres: accuracy)
                try #require((0...1).contains(probability))
                if radius > distance + 5 * accuracy { try #require(probability > 0.999_999) }
                if radius < distance - 5 * accuracy { try #require(probability < 0.000_001) }
                if radius == distance + accuracy / 2 { try #require((0.4...0.95).contains(probability)) }
            }
        }
    }

    @Test func `an accuracy that is none counts as 100 m`() {
        let expected = probability(120, 80, 100)
        for accuracy in [nil, 0, -1, .nan, .infinity] as [Double?] {
            #expect(probability(120, 80, accuracy) == expected)
        }
        #expect(probability(80.3, 80, 0.001) == probability(80.3, 80, 1))
    }

    @Test func `what is no place is never inside`() {
        let fence = Geofence(centre: centre, radiusMetres: 100)
        #expect(fence.probabilityInside(Coordinate(latitude: .nan, longitude: 120), accuracyMetres: 10) == 0)
        #expect(fence.probabilityInside(Coordinate(latitude: 30, longitude: 181), accuracyMetres: 10) == 0)
        for radius in [0, -5, Double.nan] {
            #expect(Geofence(centre: centre, radiusMetres: radius).probabilityInside(centre, accuracyMetres: 10) == 0)
        }
        #expect(Geofence(centre: centre, radiusMetres: .infinity).probabilityInside(centre, accuracyMetres: 10) == 1)
    }
}
