import Foundation
import Patrol
import Testing

@Suite("Sample size")
struct SampleSizeTests {
    /// Cochran's formula with the normal quantiles of Python's `statistics`.
    @Test(
        "known sizes",
        arguments: [
            (1_000, 0.95, 0.05, 0.5, 278), (60_000, 0.95, 0.05, 0.5, 382), (1_000_000_000, 0.95, 0.05, 0.5, 385),
            (1_000_000_000, 0.99, 0.03, 0.5, 1_844), (60_000, 0.90, 0.02, 0.05, 320), (100, 0.95, 0.05, 0.5, 80),
            (5, 0.95, 0.05, 0.5, 5),
        ])
    func known(population: Int, confidence: Double, margin: Double, proportion: Double, expected: Int) throws {
        let plan = try SampleSize(
            confidence: #require(Confidence(confidence)), margin: margin, expectedProportion: proportion)
        #expect(plan.count(ofPopulation: population) == expected)
    }

    @Test func `nothing is drawn from nothing, and otherwise from one to all`() throws {
        var generator = SeededGenerator(seed: 40)
        for _ in 0..<5_000 {
            let plan = try SampleSize(
                confidence: #require(Confidence(.random(in: 0.001...0.999_999, using: &generator))),
                margin: exp(.random(in: -200...(-0.001), using: &generator)),
                expectedProportion: [0, 1, .random(in: 0...1, using: &generator)].randomElement(using: &generator)!)
            #expect(plan.count(ofPopulation: 0) == 0)
            #expect(plan.count(ofPopulation: -3) == 0)
            #expect(plan.count(ofPopulation: 1) == 1)
            let population = Int.random(in: 2...200_000, using: &generator)
            #expect((1...population).contains(plan.count(ofPopulation: population)))
        }
    }

    @Test func `more certainty, a closer margin and a larger register ask for more`() throws {
        func count(_ confidence: Confidence, _ margin: Double, _ population: Int) throws -> Int {
            try SampleSize(confidence: confidence, margin: margin).count(ofPopulation: population)
        }
        for population in [500, 3_000, 60_000] {
            for (coarse, fine) in [(0.1, 0.05), (0.05, 0.02), (0.02, 0.01)] {
                #expect(try count(.percent95, coarse, population) < count(.percent95, fine, population))
                #expect(try count(.percent90, coarse, population) < count(.percent95, coarse, population))
                #expect(try count(.percent95, coarse, population) < count(.percent99, coarse, population))
                #expect(try count(.percent95, coarse, population) < count(.percent95, coarse, population * 10))
            }
        }
    }

    @Test func `impossible wishes are refused`() {
        #expect(Confidence(0) == nil && Confidence(1) == nil && Confidence(.nan) == nil)
        for margin in [0, 1, -0.1, Double.nan] {
            #expect(throws: SamplingError.marginOutOfRange) { try SampleSize(margin: margin) }
        }
        for proportion in [-0.1, 1.1, Double.nan] {
            #expect(throws: SamplingError.proportionOutOfRange) { try SampleSize(expectedProportion: proportion) }
        }
    }
}

@Suite("Drawing a sample")
struct DrawTests {
    private let places = (1...20).map { "P\($0)" }

    /// Written down from a program in Python made after the description in the documentation.
    @Test func `an inspector with another program draws the same`() {
        #expect(drawSample(of: places, count: 5, seed: 2026) == ["P2", "P17", "P19", "P20", "P3"])
        #expect(
            drawSample(of: ["b", "é", "a", "中", "Z", "z"], count: 6, seed: 7) == ["z", "中", "é", "Z", "b", "a"])
    }

    @Test func `the order of the register and repetitions do not matter`() {
        var generator = SeededGenerator(seed: 41)
        let expected = drawSample(of: places, count: 7, seed: 99)
        for _ in 0..<50 {
            let repeated = places.randomElement(using: &generator)!
            #expect(drawSample(of: (places + [repeated]).shuffled(using: &generator), count: 7, seed: 99) == expected)
        }
        // Texts that Swift takes as equal and other languages do not.
        let composed = drawSample(of: ["\u{E9}", "e\u{301}"], count: 2, seed: 1).map { Array($0.utf8) }
        #expect(composed.count == 2)
        #expect(composed == drawSample(of: ["e\u{301}", "\u{E9}"], count: 2, seed: 1).map { Array($0.utf8) })
    }

    @Test func `everybody is drawn at most once, and a smaller sample begins a larger one`() {
        for seed in 0..<200 as Range<UInt64> {
            let all = drawSample(of: places, count: 100, seed: seed)
            #expect(all.sorted() == places.sorted())
            for count in [0, 1, 5, 19] {
                #expect(drawSample(of: places, count: count, seed: seed) == Array(all.prefix(count)))
            }
        }
        #expect(drawSample(of: places, count: -1, seed: 1) == [])
        #expect(drawSample(of: [], count: 3, seed: 1) == [])
    }

    /// 12,000 seeds; each count deviates by more than five standard deviations less than once in a million.
    @Test func `every pair is as likely as every other`() {
        let ids = ["a", "b", "c", "d", "e"]
        var counts: [String: Int] = [:]
        let draws = 12_000
        for seed in 0..<UInt64(draws) {
            counts[drawSample(of: ids, count: 2, seed: seed &* 0x2545_F491_4F6C_DD1D).joined(), default: 0] += 1
        }
        let expected = Double(draws) / 20
        #expect(counts.count == 20)
        for count in counts.values { #expect(abs(Double(count) - expected) < 5 * expected.squareRoot()) }
    }
}

@Suite("Drawing from strata")
struct StratifiedDrawTests {
    private func ids(_ prefix: String, _ count: Int) -> [String] { (0..<count).map { "\(prefix)\($0)" } }

    /// Written down from the program in Python as well.
    @Test func `an inspector with another program draws the same`() {
        func padded(_ prefix: String, _ count: Int) -> [String] {
            (0..<count).map { prefix + ($0 < 10 ? "0" : "") + String($0) }
        }
        let strata = [
            "练市": padded("L", 40), "南浔": padded("N", 40), "双林": padded("S", 19), "hospital": ["H1"], "empty": [],
        ]
        #expect(
            drawSample(of: strata, count: 11, seed: 99) == [
                "empty": [], "hospital": ["H1"], "南浔": ["N35", "N38", "N18", "N06"], "双林": ["S17", "S09"],
                "练市": ["L01", "L24", "L26", "L22"],
            ])
    }

    @Test func `every town gets its share, at least one, and nobody is drawn twice`() throws {
        var generator = SeededGenerator(seed: 42)
        for seed in 0..<1_000 as Range<UInt64> {
            var strata: [String: [String]] = [:]
            for town in 0..<Int.random(in: 1...12, using: &generator) {
                let size = [0, 1, 3, 50, 400].randomElement(using: &generator)!
                strata["T\(town)"] = ids("T\(town)-", size)
            }
            let total = strata.values.reduce(0) { $0 + $1.count }
            let wanted = Int.random(in: 0...total + 5, using: &generator)
            let drawn = drawSample(of: strata, count: wanted, seed: seed)
            try #require(Set(drawn.keys) == Set(strata.keys))
            try #require(drawn.values.reduce(0) { $0 + $1.count } == min(wanted, total))
            let towns = strata.values.count { !$0.isEmpty }
            for (town, sample) in drawn {
                let members = try #require(strata[town])
                try #require(Set(sample).count == sample.count && Set(sample).isSubset(of: members))
                if wanted >= towns, !members.isEmpty { try #require(!sample.isEmpty) }
                // Up to one more than the share, and less only as far as ones were given to the small.
                let share = Double(min(wanted, total) * members.count) / Double(max(1, total))
                try #require(Double(sample.count) < max(1, share) + 1)
                try #require(Double(sample.count) > share - 1 - Double(towns))
            }
        }
    }

    @Test func `shares are exact where they come out even`() {
        let strata = ["north": ids("n", 900), "south": ids("s", 100)]
        let drawn = drawSample(of: strata, count: 50, seed: 5)
        #expect(drawn["north"]?.count == 45 && drawn["south"]?.count == 5)
    }

    @Test func `a tie goes now to one town, now to another`() {
        let strata = ["a": ids("a", 10), "b": ids("b", 10), "c": ids("c", 10)]
        var wins: [String: Int] = [:]
        for seed in 0..<300 as Range<UInt64> {
            for (town, sample) in drawSample(of: strata, count: 1, seed: seed) where !sample.isEmpty {
                wins[town, default: 0] += 1
            }
        }
        for town in strata.keys { #expect((60...140).contains(wins[town] ?? 0)) }
    }
}

@Suite("Estimate of wrong entries")
struct ErrorEstimateTests {
    /// From exact fractions in Python, the large ones from SciPy's hypergeometric distribution.
    @Test(
        "known intervals",
        arguments: [
            (100, 20, 0, 0.95, 0...15), (100, 20, 4, 0.95, 7...41), (1_000, 100, 5, 0.95, 18...109),
            (1_000, 100, 5, 0.9, 21...99), (1_000, 100, 100, 0.99, 951...1_000), (50, 50, 7, 0.95, 7...7),
            // The tail is exactly 1/40 = 0.025 here, which does not reject.
            (40, 1, 1, 0.95, 1...40), (60_000, 380, 3, 0.95, 99...1_370), (60_000, 380, 3, 0.99, 55...1_711),
            (200_000, 2_000, 37, 0.95, 2_617...5_075), (200_000, 2_000, 0, 0.95, 0...366),
            (200_000, 2_000, 1_000, 0.99, 94_225...105_775),
        ])
    func known(population: Int, answered: Int, wrong: Int, confidence: Double, expected: ClosedRange<Int>) throws {
        let estimate = try ErrorEstimate(population: population, drawn: answered, answered: answered, wrong: wrong)
        let confidence = try #require(Confidence(confidence))
        #expect(estimate.wrongEntries(confidence) == expected)
        let share = try #require(estimate.wrongShare(confidence))
        #expect(share.lowerBound == Double(expected.lowerBound) / Double(population))
        #expect(share.upperBound == Double(expected.upperBound) / Double(population))
    }

    /// Every register and every sample that can happen, each weighed with its exact probability.
    @Test("the interval holds the truth at least as often as it says", arguments: [0.8, 0.9, 0.95, 0.99])
    func coverage(level: Double) throws {
        let confidence = try #require(Confidence(level))
        var worst = 1.0
        for population in [1, 2, 3, 7, 12, 20, 27] {
            for answered in 1...population {
                let intervals = try (0...answered).map {
                    try #require(
                        ErrorEstimate(population: population, drawn: answered, answered: answered, wrong: $0)
                            .wrongEntries(confidence))
                }
                for truth in 0...population {
                    let found = (0...answered).filter { intervals[$0].contains(truth) }.reduce(0.0) {
                        $0 + ways(truth, $1) * ways(population - truth, answered - $1)
                    }
                    worst = min(worst, found / ways(population, answered))
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

    @Test func `more wrong ones found move both ends up, more certainty moves them apart`() throws {
        let levels = [0.5, 0.8, 0.9, 0.95, 0.99, 0.999].compactMap(Confidence.init)
        for (population, answered) in [(30, 11), (500, 60), (60_000, 90)] {
            for level in levels {
                var last = 0...0
                for wrong in 0...answered {
                    let interval = try #require(
                        ErrorEstimate(population: population, drawn: answered, answered: answered, wrong: wrong)
                            .wrongEntries(level))
                    #expect(last.lowerBound <= interval.lowerBound && last.upperBound <= interval.upperBound)
                    last = interval
                }
            }
            let estimate = try ErrorEstimate(population: population, drawn: answered, answered: answered, wrong: 3)
            let intervals = levels.compactMap { estimate.wrongEntries($0) }
            #expect(intervals.count == levels.count)
            for (narrow, wide) in zip(intervals, intervals.dropFirst()) { #expect(narrow.clamped(to: wide) == narrow) }
        }
    }

    @Test func `right and wrong are treated alike`() throws {
        var generator = SeededGenerator(seed: 43)
        for _ in 0..<300 {
            let population = Int.random(in: 1...3_000, using: &generator)
            let answered = Int.random(in: 1...population, using: &generator)
            let wrong = Int.random(in: 0...answered, using: &generator)
            func interval(_ wrong: Int) throws -> ClosedRange<Int> {
                try #require(
                    ErrorEstimate(population: population, drawn: answered, answered: answered, wrong: wrong)
                        .wrongEntries())
            }
            let (found, mirrored) = (try interval(wrong), try interval(answered - wrong))
            try #require(found.lowerBound == population - mirrored.upperBound)
            // Never less than what was seen, never more than what was not seen to be right.
            try #require(found.lowerBound >= wrong && found.upperBound <= population - (answered - wrong))
        }
    }

    @Test func `finding nothing wrong does not prove that nothing is, and finding everything not that all is`() throws {
        let none = try ErrorEstimate(population: 5_000, drawn: 100, answered: 100, wrong: 0)
        #expect(none.rate == 0)
        #expect(try #require(none.wrongEntries()).lowerBound == 0)
        #expect(try #require(none.wrongEntries()).upperBound > 100)
        let all = try ErrorEstimate(population: 5_000, drawn: 100, answered: 100, wrong: 100)
        #expect(all.rate == 1)
        #expect(try #require(all.wrongEntries()).upperBound == 5_000)
        #expect(try #require(all.wrongEntries()).lowerBound < 4_900)
    }

    @Test func `whoever checked everything knows the number`() throws {
        for wrong in 0...40 {
            let estimate = try ErrorEstimate(population: 40, drawn: 40, answered: 40, wrong: wrong)
            #expect(estimate.wrongEntries(.percent99) == wrong...wrong)
            #expect(estimate.cautiousWrongEntries(.percent99) == wrong...wrong)
        }
    }

    @Test func `who was not reached widens the answer`() throws {
        let estimate = try ErrorEstimate(population: 10_000, drawn: 200, answered: 150, wrong: 6)
        #expect(estimate.rate == 0.04)
        #expect(estimate.unreachedShare == 0.25)
        #expect(estimate.cautiousRate == 0.03...0.28)
        let allRight = try ErrorEstimate(population: 10_000, drawn: 200, answered: 200, wrong: 6)
        let allWrong = try ErrorEstimate(population: 10_000, drawn: 200, answered: 200, wrong: 56)
        let cautious = try #require(estimate.cautiousWrongEntries())
        #expect(cautious.lowerBound == allRight.wrongEntries()?.lowerBound)
        #expect(cautious.upperBound == allWrong.wrongEntries()?.upperBound)
        #expect(try #require(estimate.wrongEntries()).clamped(to: cautious) == estimate.wrongEntries())
        #expect(estimate.cautiousWrongShare()?.upperBound == Double(cautious.upperBound) / 10_000)
    }

    @Test func `without answers there is no estimate, and without a draw no bounds`() throws {
        let unanswered = try ErrorEstimate(population: 500, drawn: 20, answered: 0, wrong: 0)
        #expect(unanswered.rate == nil && unanswered.wrongEntries() == nil && unanswered.wrongShare() == nil)
        #expect(unanswered.unreachedShare == 1 && unanswered.cautiousRate == 0...1)
        #expect(unanswered.cautiousWrongEntries() == 0...500)
        let empty = try ErrorEstimate(population: 0, drawn: 0, answered: 0, wrong: 0)
        #expect(empty.rate == nil && empty.unreachedShare == nil && empty.cautiousRate == nil)
        #expect(empty.wrongEntries() == nil && empty.cautiousWrongEntries() == nil && empty.cautiousWrongShare() == nil)
    }

    @Test(
        "counts that contradict each other are refused",
        arguments: [(10, 5, 3, 4), (10, 5, 6, 1), (10, 11, 3, 1), (10, 5, 3, -1)])
    func contradictions(population: Int, drawn: Int, answered: Int, wrong: Int) {
        #expect(throws: SamplingError.countsContradict) {
            try ErrorEstimate(population: population, drawn: drawn, answered: answered, wrong: wrong)
        }
    }

    @Test func `a county's month is judged at once`() throws {
        let estimate = try ErrorEstimate(population: 200_000, drawn: 2_000, answered: 2_000, wrong: 700)
        let took = try ContinuousClock().measure { _ = try #require(estimate.wrongEntries()) }
        #expect(took < .seconds(1))
    }
}
