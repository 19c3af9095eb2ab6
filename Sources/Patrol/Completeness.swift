/// How many places there are, from two lists of them: two-list capture–recapture.
///
/// It holds as far as these do:
///
/// - *The lists are independent*: being on one makes a place neither likelier nor less likely to be on the other. A
///   roster that was drawn up from the register is not, and then there are **more** places than estimated. Places
///   that neither list would ever have (a workshop behind a closed gate) are missing in the same way.
/// - *The population is closed and the same*: both lists are of one day and one area, and of one kind of place. Take
///   schools and temples off the roster before comparing it with market registration.
/// - *Every entry is a place that exists, once.* Shut shops on a register make the estimate too **high**; sample it
///   first (``ErrorEstimate``).
/// - *Pairs are found without error.* See ``Comparison/cautiousPlaces(_:)``.
public struct CompletenessEstimate: Hashable, Sendable {
    /// Entries of the roster.
    public let rostered: Int
    /// Entries of the other list.
    public let listed: Int
    /// Entries that are on both.
    public let both: Int

    /// A number of places that an interval leaves open upwards if there is no last number.
    public struct Bounds: Hashable, Sendable {
        public let atLeast: Int
        /// Nil if no number is too large.
        public let atMost: Int?
    }

    /// - Throws: `SamplingError.countsContradict` unless 0 ≤ both ≤ rostered and listed, each at most a thousand
    ///   million.
    public init(rostered: Int, listed: Int, both: Int) throws(SamplingError) {
        guard 0 <= both, both <= min(rostered, listed), max(rostered, listed) <= 1_000_000_000 else {
            throw .countsContradict
        }
        self.rostered = rostered
        self.listed = listed
        self.both = both
    }

    /// (rostered + 1) (listed + 1) / (both + 1) − 1: the best single guess at the number of places (D. G. Chapman,
    /// "Some Properties of the Hypergeometric Distribution with Applications to Zoological Sample Censuses", 1951;
    /// G. A. F. Seber, "The Estimation of Animal Abundance", 2nd ed. 1982, section 3.1.1). Too low on average if the
    /// lists together are smaller than the number of places and have few in common; see the interval.
    public var places: Double {
        Double(rostered + 1) * Double(listed + 1) / Double(both + 1) - 1
    }

    /// The share of the other list that the roster has, 0…1: under the assumptions also the roster's share of all
    /// places. Nil if the other list is empty.
    public var coverage: Double? { listed > 0 ? Double(both) / Double(listed) : nil }

    /// The numbers of places that the overlap does not reject.
    ///
    /// With N places the overlap has the hypergeometric distribution. The interval holds every N that a test at
    /// (1 − confidence) / 2 on either side does not reject, as ``ErrorEstimate/wrongEntries(_:)`` does: no normal
    /// approximation, which fails where lists have few or nearly all entries in common.
    public func placesInterval(_ confidence: Confidence = .percent95) -> Bounds {
        // A probability of exactly α/2 is not rejected, whichever way it was rounded.
        let tail = (1 - confidence.probability) / 2 * (1 - 1e-9)
        func overlap(_ places: Int, in outcomes: ClosedRange<Int>) -> Double {
            MarkedCount(population: places, marked: rostered, drawn: listed).probability(of: outcomes)
        }
        let fewest = rostered + listed - both
        // Beyond, integers are no longer exact in a Double.
        let most = 1 << 52
        // The more places, the smaller the overlap: both tests change their mind just once.
        let rejected = lastIndex(from: fewest - 1, upTo: most) {
            $0 < fewest || overlap($0, in: 0...both) < tail
        }
        guard both > 0 else { return Bounds(atLeast: rejected + 1, atMost: nil) }
        let last = lastIndex(from: fewest, upTo: most) {
            $0 == fewest || overlap($0, in: both...min(rostered, listed)) >= tail
        }
        return Bounds(atLeast: rejected + 1, atMost: last < most ? last : nil)
    }

    /// The roster's share of all places, 0…1: rostered ÷ ``placesInterval(_:)``. Nil if there may be no place at all.
    public func coverageInterval(_ confidence: Confidence = .percent95) -> ClosedRange<Double>? {
        let bounds = placesInterval(confidence)
        guard bounds.atLeast > 0 else { return nil }
        let lowest = bounds.atMost.map { Double(rostered) / Double($0) } ?? 0
        return lowest...Double(rostered) / Double(bounds.atLeast)
    }
}

extension Comparison {
    /// The estimate, if so many of the likely pairs are found to be pairs.
    ///
    /// - Throws: `SamplingError.countsContradict` unless 0 ≤ confirmed ≤ `likely.count`.
    public func completeness(confirmed: Int) throws(SamplingError) -> CompletenessEstimate {
        guard (0...likely.count).contains(confirmed) else { throw .countsContradict }
        return try CompletenessEstimate(
            rostered: same.count + likely.count + onlyRostered.count,
            listed: same.count + likely.count + onlyListed.count,
            both: same.count + confirmed)
    }

    /// The number of places, whatever the likely pairs turn out to be: the lower end as if all were pairs, the upper
    /// as if none was.
    public func cautiousPlaces(
        _ confidence: Confidence = .percent95
    ) throws(SamplingError) -> CompletenessEstimate.Bounds {
        CompletenessEstimate.Bounds(
            atLeast: try completeness(confirmed: likely.count).placesInterval(confidence).atLeast,
            atMost: try completeness(confirmed: 0).placesInterval(confidence).atMost)
    }
}

/// What was counted on a street that somebody walked door by door with the roster in hand.
public struct StreetCount: Hashable, Sendable {
    /// Doors of places that are open to be visited, whether on the roster or not.
    public let doors: Int
    /// Of these, the doors that are not on the roster.
    public let unlisted: Int

    /// - Throws: `SamplingError.countsContradict` unless 0 ≤ unlisted ≤ doors ≤ 1,000,000.
    public init(doors: Int, unlisted: Int) throws(SamplingError) {
        guard 0 <= unlisted, unlisted <= doors, doors <= 1_000_000 else { throw .countsContradict }
        self.doors = doors
        self.unlisted = unlisted
    }

    /// unlisted ÷ doors, 0…1. Nil without doors.
    public var share: Double? { doors > 0 ? Double(unlisted) / Double(doors) : nil }

    /// The share of unlisted doors in the area the street was drawn from, 0…1. Nil without doors.
    ///
    /// The interval of ``ErrorEstimate/wrongShare(_:)`` for an area of a thousand million doors, since nobody knows how
    /// many there are: to six digits the exact binomial interval (C. J. Clopper, E. S. Pearson, Biometrika 26(4),
    /// 1934), and wider than need be in a small area. It takes doors as drawn one by one. Those of one street are
    /// alike, so one street says less than the interval claims: walk several short stretches drawn by lot
    /// (``drawSample(of:count:seed:)-([String],_,_)``) and add them up.
    public func shareInterval(_ confidence: Confidence = .percent95) -> ClosedRange<Double>? {
        try? ErrorEstimate(population: 1_000_000_000, drawn: doors, answered: doors, wrong: unlisted)
            .wrongShare(confidence)
    }

    /// The street as the second list: how many places there are, if the roster has so many.
    public func completeness(rostered: Int) throws(SamplingError) -> CompletenessEstimate {
        try CompletenessEstimate(rostered: rostered, listed: doors, both: doors - unlisted)
    }
}
