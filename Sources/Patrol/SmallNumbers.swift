/// Counts by category as others than the owner see them: "1 of 1 in this grid" names somebody.
public struct SuppressedCounts: Equatable, Sendable {
    /// In the order of the categories; nil where the number is withheld.
    public let counts: [(category: String, count: Int?)]
    /// nil where it would give away what is withheld.
    public let total: Int?

    /// The least number that is shown.
    public static let least = 5

    /// One count below five withholds them all: how many there are together is known from the ledger, and whoever knows
    /// by which rule some are left out finds the small one again at the rule's edge.
    public init(_ exact: [String: Int]) {
        let sum = exact.values.reduce(0, +)
        let withholds = exact.values.contains { $0 < Self.least }
        counts = exact.keys.sorted().map { ($0, withholds ? nil : exact[$0]) }
        total = withholds && (exact.count < 2 || sum < Self.least) ? nil : sum
    }

    public static func == (a: SuppressedCounts, b: SuppressedCounts) -> Bool {
        a.total == b.total && a.counts.map(\.category) == b.counts.map(\.category)
            && a.counts.map(\.count) == b.counts.map(\.count)
    }
}
