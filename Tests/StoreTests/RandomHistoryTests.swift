import Patrol
import Store
import TestSupport
import Testing

@Suite("Random histories")
struct RandomHistoryTests {
    private static let historiesPerRound = 20

    /// The same history reaches two gateways in two orders.
    @Test(
        "the ledger is what verify recomputes, whatever the order in which visits, photos and moves came",
        arguments: 0..<10)
    func anyOrder(round: Int) async throws {
        for number in 0..<Self.historiesPerRound {
            var generator = SplitMix64(seed: UInt64(round * 1_000 + number))
            let history = History(using: &generator)
            var ledgers: [[String]] = []
            for order in [history.order(using: &generator), history.order(using: &generator)] {
                let (ledger, differences) = try await withCounty { store in
                    try await History.play(order, in: store)
                    return (try await store.ledger(), try await store.differences())
                }
                try #require(differences == [], "history \(round)/\(number): \(order)")
                ledgers.append(ledger)
            }
            try #require(Set(ledgers[0]).symmetricDifference(ledgers[1]) == [], "history \(round)/\(number)")
        }
    }

    @Test func `histories are worth playing`() async throws {
        var states: [String: Int] = [:]
        for seed in 0..<20 {
            var generator = SplitMix64(seed: UInt64(seed))
            let order = History(using: &generator).order(using: &generator)
            let ledger = try await withCounty { store in
                try await History.play(order, in: store)
                return try await store.ledger()
            }
            for state in ["done", "awaiting", "due"] {
                states[state, default: 0] += ledger.count { $0.contains("obligation") && $0.contains("\"\(state)\"") }
            }
        }
        #expect(
            states["done", default: 0] > 20 && states["awaiting", default: 0] > 10 && states["due", default: 0] > 100)
    }
}
