import Patrol
import Testing

@Suite("Estimate of completeness")
struct CompletenessEstimateTests {
    /// Chapman's formula by hand; intervals from exact fractions in Python.
    @Test(
        "known estimates",
        arguments: [
            (200, 150, 100, 299.505, 279, 330), (50_000, 40_000, 36_000, 55_555.4, 55_461, 55_653),
            (10, 10, 10, 10, 10, 11), (3, 3, 1, 7, 5, 357),
        ])
    func known(rostered: Int, listed: Int, both: Int, places: Double, atLeast: Int, atMost: Int) throws {
        let estimate = try CompletenessEstimate(rostered: rostered, listed: listed, both: both)
        #expect(abs(estimate.places - places) < 1e-3 * places)
        #expect(estimate.placesInterval().atLeast == atLeast && estimate.placesInterval().atMost == atMost)
        #expect(estimate.coverage == Double(both) / Double(listed))
        #expect(
            estimate.coverageInterval()
                == Double(rostered) / Double(atMost)...Double(rostered) / Double(atLeast))
    }

    /// Every overlap that can happen, each weighed with its exact probability.
    @Test("the interval holds the truth at least as often as it says", arguments: [0.8, 0.95])
    func coverage(level: Double) throws {
        let confidence = try #require(Confidence(level))
        var worst = 1.0
        for places in [5, 12, 25, 40] {
            for rostered in stride(from: 1, through: places, by: 3) {
                for listed in stride(from: 1, through: places, by: 4) {
                    var held = 0.0
                    for both in max(0, rostered + listed - places)...min(rostered, listed) {
                        let bounds = try CompletenessEstimate(rostered: rostered, listed: listed, both: both)
                            .placesInterval(confidence)
                        guard bounds.atLeast <= places, bounds.atMost.map({ $0 >= places }) ?? true else { continue }
                        held +=
                            ways(rostered, both) * ways(places - rostered, listed - both) / ways(places, listed)
                    }
                    worst = min(worst, held)
                }
            }
        }
        #expect(worst >= level - 1e-9)
        // Not so wide that it would hold anything.
        #expect(worst < level + (1 - level) / 2)
    }

    /// Binomial coefficient, exact in a Double up to here.
    private func ways(_ items: Int, _ chosen: Int) -> Double {
        guard (0...items).contains(chosen) else { return 0 }
        return (0..<chosen).reduce(1.0) { $0 * Double(items - $1) / Double($1 + 1) }.rounded()
    }

    @Test func `the estimate lies in its interval, which never begins below what was seen`() throws {
        var generator = SeededGenerator(seed: 65)
        for _ in 0..<300 {
            let rostered = Int.random(in: 1...2_000, using: &generator)
            let listed = Int.random(in: 1...2_000, using: &generator)
            let both = Int.random(in: 0...min(rostered, listed), using: &generator)
            let estimate = try CompletenessEstimate(rostered: rostered, listed: listed, both: both)
            let bounds = estimate.placesInterval()
            try #require(bounds.atLeast >= rostered + listed - both)
            try #require(bounds.atMost.map { Double($0) >= estimate.places.rounded(.down) } ?? true)
            try #require((bounds.atMost == nil) == (both == 0))
        }
    }

    @Test func `nothing in common leaves the number open upwards`() throws {
        let bounds = try CompletenessEstimate(rostered: 100, listed: 100, both: 0).placesInterval()
        #expect(bounds.atMost == nil && bounds.atLeast > 200)
        let estimate = try CompletenessEstimate(rostered: 0, listed: 0, both: 0)
        #expect(estimate.places == 0 && estimate.coverage == nil && estimate.coverageInterval() == nil)
        // So little that the end is beyond counting exactly, and does not overflow.
        let most = try CompletenessEstimate(rostered: 1_000_000_000, listed: 1_000_000_000, both: 1).placesInterval()
        #expect(most.atMost == nil && most.atLeast > 2_000_000_000)
    }

    @Test func `impossible counts are refused`() {
        for (rostered, listed, both) in [(1, 1, 2), (1, 2, -1), (-1, 0, 0), (Int.max, 1, 1)] {
            #expect(throws: SamplingError.countsContradict) {
                try CompletenessEstimate(rostered: rostered, listed: listed, both: both)
            }
        }
    }

    @Test func `pairs that nobody has looked at widen the answer`() throws {
        let grid = AreaID(number: 7)!
        let places = (0..<40).map {
            RosterDoor(id: "P\($0)", name: "第\($0)理发店", address: "人民路\($0)号", grid: grid)
        }
        let rows = (10..<50).map { ListedDoor(name: $0 < 35 ? "第\($0)理发店" : "某\($0)", address: "人民路\($0)号") }
        let comparison = Comparison.between(places, and: rows)
        #expect(comparison.same.count == 25 && comparison.likely.count == 5)
        let (none, all) = (try comparison.completeness(confirmed: 0), try comparison.completeness(confirmed: 5))
        #expect(none.both == 25 && all.both == 30 && none.rostered == 40 && none.listed == 40)
        let cautious = try comparison.cautiousPlaces()
        #expect(cautious.atLeast == all.placesInterval().atLeast && cautious.atMost == none.placesInterval().atMost)
        #expect(throws: SamplingError.countsContradict) { try comparison.completeness(confirmed: 6) }
    }
}

@Suite("A street walked door by door")
struct StreetCountTests {
    /// Clopper–Pearson from SciPy's beta distribution.
    @Test(
        "known shares",
        arguments: [
            (10, 0, 0, 0.308_497), (20, 2, 0.012_349, 0.316_983), (120, 9, 0.034_867, 0.137_601), (4, 4, 0.397_635, 1),
        ] as [(Int, Int, Double, Double)])
    func known(doors: Int, unlisted: Int, low: Double, high: Double) throws {
        let count = try StreetCount(doors: doors, unlisted: unlisted)
        let interval = try #require(count.shareInterval())
        #expect(abs(interval.lowerBound - low) < 2e-6 && abs(interval.upperBound - high) < 2e-6)
        #expect(count.share == Double(unlisted) / Double(doors))
    }

    @Test func `a street is a second list`() throws {
        let estimate = try StreetCount(doors: 100, unlisted: 8).completeness(rostered: 5_000)
        #expect(estimate.coverage == 0.92)
        #expect(abs(estimate.places - 5_430) < 1)
    }

    @Test func `no doors, no share; impossible counts are refused`() throws {
        let none = try StreetCount(doors: 0, unlisted: 0)
        #expect(none.share == nil && none.shareInterval() == nil)
        for (doors, unlisted) in [(1, 2), (1, -1), (-1, -1), (2_000_000, 0)] {
            #expect(throws: SamplingError.countsContradict) { try StreetCount(doors: doors, unlisted: unlisted) }
        }
        #expect(throws: SamplingError.countsContradict) {
            try StreetCount(doors: 100, unlisted: 0).completeness(rostered: 50)
        }
    }
}
