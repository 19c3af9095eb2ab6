/// Counts by category as others than the owner see them: "1 of 1" names somebody, and so does the name of a category that
/// one person has.
public struct SuppressedCounts: Equatable, Sendable {
    /// In the order of the categories; none where one of them is withheld.
    public let counts: [Count]
    /// nil where it would give away what is withheld.
    public let total: Int?

    public struct Count: Equatable, Sendable {
        public let category: String
        public let count: Int
    }

    /// The least number that is shown.
    public static let least = 5

    /// One count below five withholds them all: how many there are together is known from the ledger, and whoever knows
    /// by which rule some are left out finds the small one again at the rule's edge.
    public init(_ exact: [String: Int]) {
        let sum = exact.values.reduce(0, +)
        let withholds = exact.values.contains { $0 < Self.least }
        counts = withholds ? [] : exact.sorted { $0.key < $1.key }.map { Count(category: $0.key, count: $0.value) }
        total = withholds && (exact.count < 2 || sum < Self.least) ? nil : sum
    }
}
