import Foundation

/// How sure an interval is to hold the truth.
public struct Confidence: Hashable, Sendable {
    /// Between 0 and 1, neither included.
    public let probability: Double

    public static let percent90 = Confidence(checked: 0.90)
    public static let percent95 = Confidence(checked: 0.95)
    public static let percent99 = Confidence(checked: 0.99)

    /// - Returns: nil unless the probability is greater than 0 and less than 1.
    public init?(_ probability: Double) {
        guard probability > 0, probability < 1 else { return nil }
        self.probability = probability
    }

    private init(checked probability: Double) {
        self.probability = probability
    }

    /// z such that a standard normal variable lies within ±z with this probability; by bisection of erfc.
    fileprivate var normalQuantile: Double {
        // Beyond 9 the two tails hold less than 1 − probability can express.
        var (low, high) = (0.0, 9.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if erfc(middle / 2.0.squareRoot()) > 1 - probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}

/// Why a sample cannot be planned or counted.
public enum SamplingError: Error, Equatable, Sendable {
    /// The margin must be greater than 0 and less than 1.
    case marginOutOfRange
    /// The expected proportion must be within 0…1.
    case proportionOutOfRange
    /// 0 ≤ wrong ≤ answered ≤ drawn ≤ population does not hold.
    case countsContradict
}

/// How many entries to draw so that a share is known closely enough.
public struct SampleSize: Hashable, Sendable {
    public let confidence: Confidence
    /// Half the width of the interval that is wanted, as a proportion: 0.05 for ±5 percentage points.
    public let margin: Double
    /// The share that is expected to be found, 0…1. Where nothing is known 0.5 asks for the largest sample.
    public let expectedProportion: Double

    public init(
        confidence: Confidence = .percent95, margin: Double = 0.05, expectedProportion: Double = 0.5
    ) throws(SamplingError) {
        guard margin > 0, margin < 1 else { throw .marginOutOfRange }
        guard (0...1).contains(expectedProportion) else { throw .proportionOutOfRange }
        self.confidence = confidence
        self.margin = margin
        self.expectedProportion = expectedProportion
    }

    /// Entries to draw without replacement from a population of so many: 0 from none, otherwise 1…population.
    ///
    /// n = n₀ / (1 + (n₀ − 1) / N) with n₀ = z² p (1 − p) / d², rounded up: the normal approximation with the finite
    /// population correction (W. G. Cochran, "Sampling Techniques", 3rd ed., Wiley 1977, section 4.4). For planning
    /// only: what was found is judged by ``ErrorEstimate``, which does not approximate.
    public func count(ofPopulation population: Int) -> Int {
        guard population > 1 else { return max(0, population) }
        let z = confidence.normalQuantile
        // Cochran's formula in terms of 1/n₀, which is 0 or infinite where n₀ would overflow or vanish.
        let inverse = margin * margin / (z * z * expectedProportion * (1 - expectedProportion))
        let size = Double(population)
        let count = 1 / (inverse * (1 - 1 / size) + 1 / size)
        return min(population, max(1, Int(count.rounded(.up))))
    }
}

/// A simple random sample without replacement: every set of that many ids is equally likely.
///
/// The draw depends only on the set of ids and the seed, so that whoever holds both can repeat it, in any language:
///
/// 1. Sort the ids by their UTF-8 bytes and drop repetitions. Call the list s[0] … s[N − 1].
/// 2. Random 64-bit numbers come from SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number
///    Generators", OOPSLA 2014), whose state starts as the seed. All arithmetic is modulo 2⁶⁴. For each number: add
///    0x9E3779B97F4A7C15 to the state; z = state; z = (z XOR z >> 30) × 0xBF58476D1CE4E5B9;
///    z = (z XOR z >> 27) × 0x94D049BB133111EB; the number is z XOR z >> 31.
/// 3. A number below m: take x from the generator until x ≥ 2⁶⁴ mod m; it is x mod m. What is passed over makes all
///    remainders equally likely.
/// 4. For i = 0, 1, … below the lesser of count and N: exchange s[i] and s[i + a number below N − i]
///    (R. Durstenfeld, "Algorithm 235: Random permutation", CACM 7(7), 1964). s[i] is the next one drawn.
///
/// - Parameters:
///   - count: How many are wanted. Less than nothing counts as nothing; more than there are, as all.
///   - seed: Best drawn in public after the register was closed: who knows it earlier knows who will be asked.
/// - Returns: The ids in the order of the draw. The first of them are themselves the smaller sample.
public func drawSample(of ids: [String], count: Int, seed: UInt64) -> [String] {
    var generator = SplitMix64(state: seed)
    return draw(count, of: distinctInByteOrder(ids), using: &generator)
}

/// A random sample of every stratum, such as every town, in proportion to the strata's sizes.
///
/// The algorithm is that of ``drawSample(of:count:seed:)-([String],_,_)``, with one generator for everything:
///
/// 1. Put the names of the strata in byte order, and draw all of them: the earlier a stratum is drawn, the sooner a
///    tie in step 3 is decided in its favour. Without this lot the same town would win every month.
/// 2. If the count is enough for one of each non-empty stratum, those whose proportional share of the count is below
///    one get one. They and their ones are set aside, and this is repeated with what is left until nobody is below.
/// 3. The others get the whole part of their proportional share of what is left, and those with the largest
///    remainders one more, until all is given (Hamilton's method).
/// 4. In the order of their names draw from each stratum as many.
///
/// - Parameters:
///   - strata: Ids by the name of their stratum. An id must not occur in two of them.
///   - count: As in the simple draw. Below the number of non-empty strata, small ones may get none.
/// - Returns: For every stratum given, its ids in the order of the draw.
public func drawSample(of strata: [String: [String]], count: Int, seed: UInt64) -> [String: [String]] {
    var generator = SplitMix64(state: seed)
    let names = distinctInByteOrder(Array(strata.keys))
    let ids = names.map { distinctInByteOrder(strata[$0] ?? []) }
    let precedence = draw(names.count, of: Array(names.indices), using: &generator)
    let shares = proportionalShares(of: count, sizes: ids.map(\.count), precedence: precedence)
    var drawn: [String: [String]] = [:]
    for index in names.indices {
        drawn[names[index]] = draw(shares[index], of: ids[index], using: &generator)
    }
    return drawn
}

/// By bytes, because Swift's own order of strings follows Unicode's tables, which other languages lack.
private func distinctInByteOrder(_ ids: [String]) -> [String] {
    var distinct: [String] = []
    for id in ids.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    where distinct.last.map({ !$0.utf8.elementsEqual(id.utf8) }) ?? true {
        distinct.append(id)
    }
    return distinct
}

private func draw<Element>(
    _ count: Int, of elements: [Element], using generator: inout SplitMix64
) -> [Element] {
    var elements = elements
    let count = min(max(0, count), elements.count)
    for position in 0..<count {
        let offset = generator.next(below: UInt64(elements.count - position))
        elements.swapAt(position, position + Int(offset))
    }
    return Array(elements[..<count])
}

/// - Parameter precedence: the strata's indices, in the order in which ties are decided.
private func proportionalShares(of count: Int, sizes: [Int], precedence: [Int]) -> [Int] {
    var shares = Array(repeating: 0, count: sizes.count)
    var open = precedence.filter { sizes[$0] > 0 }
    var total = sizes.reduce(0, +)
    var left = min(count, total)
    guard left > 0 else { return shares }
    if left >= open.count {
        while true {
            let (whole, rest) = (total, left)
            let small = open.filter { rest * sizes[$0] < whole }
            if small.isEmpty { break }
            for stratum in small {
                shares[stratum] = 1
                left -= 1
                total -= sizes[stratum]
            }
            open.removeAll { shares[$0] == 1 }
        }
    }
    let byRemainder = open.enumerated().sorted { a, b in
        let (ofA, ofB) = (left * sizes[a.element] % total, left * sizes[b.element] % total)
        return ofA != ofB ? ofA > ofB : a.offset < b.offset
    }
    for stratum in open { shares[stratum] = left * sizes[stratum] / total }
    let spare = left - open.reduce(0) { $0 + shares[$1] }
    for (_, stratum) in byRemainder.prefix(spare) { shares[stratum] += 1 }
    return shares
}

private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// - Parameter bound: at least 1.
    mutating func next(below bound: UInt64) -> UInt64 {
        // 2⁶⁴ mod bound, written so that it fits.
        let passedOver = (0 &- bound) % bound
        while true {
            let number = next()
            if number >= passedOver { return number % bound }
        }
    }
}

/// What a simple random sample of a register says about how many of its entries are wrong.
///
/// Those who answered are taken as a random part of those who were drawn. That holds only if being reachable has
/// nothing to do with being wrong, and an invented visit is seldom reachable: read ``cautiousWrongEntries(_:)`` as
/// well when many were not.
public struct ErrorEstimate: Hashable, Sendable {
    /// Entries in the register.
    public let population: Int
    /// Entries drawn from it.
    public let drawn: Int
    /// Entries of the sample that could be checked.
    public let answered: Int
    /// Entries found to be wrong.
    public let wrong: Int

    /// - Throws: `SamplingError.countsContradict` unless 0 ≤ wrong ≤ answered ≤ drawn ≤ population.
    public init(population: Int, drawn: Int, answered: Int, wrong: Int) throws(SamplingError) {
        guard 0 <= wrong, wrong <= answered, answered <= drawn, drawn <= population else { throw .countsContradict }
        self.population = population
        self.drawn = drawn
        self.answered = answered
        self.wrong = wrong
    }

    /// wrong ÷ answered, 0…1: the best single guess at the share of wrong entries. Nil when nobody answered.
    public var rate: Double? { answered > 0 ? Double(wrong) / Double(answered) : nil }

    /// The share of the sample that could not be checked, 0…1. Nil when nothing was drawn.
    public var unreachedShare: Double? { drawn > 0 ? Double(drawn - answered) / Double(drawn) : nil }

    /// How many entries of the whole register are wrong, those in the sample included. Nil when nobody answered.
    ///
    /// The exact interval for the hypergeometric distribution with equal tails: all numbers that a test at
    /// (1 − confidence) / 2 on either side does not reject (H. S. Konijn, "Statistical Theory of Sample Survey Design
    /// and Analysis", 1973; J. P. Buonaccorsi, The American Statistician 41(3), 1987). It holds the truth at least as
    /// often as stated, mostly more often.
    public func wrongEntries(_ confidence: Confidence = .percent95) -> ClosedRange<Int>? {
        guard answered > 0 else { return nil }
        return markedItems(population: population, drawn: answered, found: wrong, confidence: confidence)
    }

    /// ``wrongEntries(_:)`` as shares of the register, 0…1.
    public func wrongShare(_ confidence: Confidence = .percent95) -> ClosedRange<Double>? {
        wrongEntries(confidence).map(shares(of:))
    }

    /// Between which rates the sample's own lies, whatever the unreached would have said: from all of them right to
    /// all of them wrong. Nil when nothing was drawn.
    public var cautiousRate: ClosedRange<Double>? {
        guard drawn > 0 else { return nil }
        return Double(wrong) / Double(drawn)...Double(wrong + drawn - answered) / Double(drawn)
    }

    /// ``wrongEntries(_:)`` without any belief about the unreached: its lower end takes all of them as right, its upper
    /// end takes all as wrong. Nil when nothing was drawn.
    public func cautiousWrongEntries(_ confidence: Confidence = .percent95) -> ClosedRange<Int>? {
        guard drawn > 0 else { return nil }
        func interval(_ wrong: Int) -> ClosedRange<Int> {
            markedItems(population: population, drawn: drawn, found: wrong, confidence: confidence)
        }
        return interval(wrong).lowerBound...interval(wrong + drawn - answered).upperBound
    }

    /// ``cautiousWrongEntries(_:)`` as shares of the register, 0…1.
    public func cautiousWrongShare(_ confidence: Confidence = .percent95) -> ClosedRange<Double>? {
        cautiousWrongEntries(confidence).map(shares(of:))
    }

    private func shares(of counts: ClosedRange<Int>) -> ClosedRange<Double> {
        Double(counts.lowerBound) / Double(population)...Double(counts.upperBound) / Double(population)
    }
}

/// The numbers of marked items in the population that a draw with so many found does not reject.
private func markedItems(
    population: Int, drawn: Int, found: Int, confidence: Confidence
) -> ClosedRange<Int> {
    // A probability of exactly α/2 is not rejected, whichever way it was rounded.
    let tail = (1 - confidence.probability) / 2 * (1 - 1e-9)
    func count(_ marked: Int) -> MarkedCount {
        MarkedCount(population: population, marked: marked, drawn: drawn)
    }
    // More marked items make more found ones likelier, so both tests change their mind just once. Neither rejects its
    // own end of what is possible at all.
    let possible = found...population - (drawn - found)
    let lower = lastIndex(from: possible.upperBound, downTo: possible.lowerBound) {
        count($0).probability(of: found...drawn) >= tail
    }
    let upper = lastIndex(from: possible.lowerBound, upTo: possible.upperBound) {
        count($0).probability(of: 0...found) >= tail
    }
    return lower...upper
}

/// The last number, counting up, for which the condition holds; it holds for the first and never comes back.
func lastIndex(from first: Int, upTo end: Int, where holds: (Int) -> Bool) -> Int {
    var (low, high) = (first, end)
    while low < high {
        let middle = low + (high - low + 1) / 2
        if holds(middle) { low = middle } else { high = middle - 1 }
    }
    return low
}

/// The same, counting down.
private func lastIndex(from first: Int, downTo end: Int, where holds: (Int) -> Bool) -> Int {
    -lastIndex(from: -first, upTo: -end) { holds(-$0) }
}

/// The number of marked items in a draw without replacement: the hypergeometric distribution.
struct MarkedCount {
    let population: Int
    let marked: Int
    let drawn: Int

    /// Sums of the ratio of neighbouring terms, outwards from the likeliest, so that nothing overflows and no factorial
    /// is needed. Terms fall ever faster, so what follows the last one that counts does not.
    func probability(of outcomes: ClosedRange<Int>) -> Double {
        let possible = max(0, drawn + marked - population)...min(drawn, marked)
        let mode = Int(Double(drawn + 1) * Double(marked + 1) / Double(population + 2))
        let middle = min(max(mode, possible.lowerBound), possible.upperBound)
        let negligible = 1e-30
        var (wanted, all) = (0.0, 0.0)
        func add(_ weight: Double, at outcome: Int) {
            all += weight
            if outcomes.contains(outcome) { wanted += weight }
        }
        var weight = 1.0
        add(weight, at: middle)
        for outcome in middle..<possible.upperBound {
            guard weight > negligible else { break }
            weight *= ratioOfNext(to: outcome)
            add(weight, at: outcome + 1)
        }
        weight = 1
        for outcome in (possible.lowerBound..<middle).reversed() {
            guard weight > negligible else { break }
            weight /= ratioOfNext(to: outcome)
            add(weight, at: outcome)
        }
        return wanted / all
    }

    /// P(outcome + 1) / P(outcome).
    private func ratioOfNext(to outcome: Int) -> Double {
        Double(marked - outcome) * Double(drawn - outcome)
            / (Double(outcome + 1) * Double(population - marked - drawn + outcome + 1))
    }
}
