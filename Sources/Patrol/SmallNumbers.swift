/// Counts by category as others than the owner see them: "1 of 1 in this grid" names somebody.
public struct SuppressedCounts: Equatable, Sendable {
    /// In the order of the categories; nil where the number is withheld.
    public let counts: [(category: String, count: Int?)]
    /// nil where it would give away what is withheld.
    public let total: Int?

    /// The least number that is shown.
    public static let least = 5

    /// Withholds every count below five. What is withheld must not follow from the total: where it is a single count, or
    /// fewer than five people together, the next smallest goes with it, and the total too where nothing else is left.
    public init(_ exact: [String: Int]) {
        let ordered = exact.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        var hidden = ordered.prefix { $0.value < Self.least }.count
        var people: Int { ordered.prefix(hidden).reduce(0) { $0 + $1.value } }
        let withholds = hidden > 0
        while withholds, hidden < ordered.count, hidden < 2 || people < Self.least { hidden += 1 }
        let names = Set(ordered.prefix(hidden).map(\.key))
        counts = exact.keys.sorted().map { ($0, names.contains($0) ? nil : exact[$0]) }
        total = withholds && (hidden < 2 || people < Self.least) ? nil : ordered.reduce(0) { $0 + $1.value }
    }

    public static func == (a: SuppressedCounts, b: SuppressedCounts) -> Bool {
        a.total == b.total && a.counts.map(\.category) == b.counts.map(\.category)
            && a.counts.map(\.count) == b.counts.map(\.count)
    }
}
