import Testing

@testable import fieldcli

struct BackoffTests {
    @Test func `the ceiling doubles from one second to five minutes`() {
        let ceilings = (1...12).map { Backoff().ceiling(afterFailures: $0) }
        #expect(ceilings.prefix(4) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)])
        #expect(ceilings.suffix(3) == [.seconds(300), .seconds(300), .seconds(300)])
        #expect(Backoff().ceiling(afterFailures: 1_000_000) == .seconds(300))
    }

    @Test func `a delay is anything up to the ceiling, and spread over it`() {
        var random = SeededRandom(seed: 7)
        for failures in 1...10 {
            let ceiling = Backoff().ceiling(afterFailures: failures)
            let delays = (0..<400).map { _ in Backoff().delay(afterFailures: failures, retryAfter: nil, using: &random)
            }
            #expect(delays.allSatisfy { $0 >= .zero && $0 <= ceiling })
            #expect(delays.contains { $0 < ceiling / 4 })
            #expect(delays.contains { $0 > ceiling * 3 / 4 })
        }
    }

    @Test func `never earlier than the gateway asked for, and still spread`() {
        var random = SeededRandom(seed: 8)
        let delays = (0..<100).map { _ in Backoff().delay(afterFailures: 1, retryAfter: .seconds(20), using: &random) }
        #expect(delays.allSatisfy { $0 >= .seconds(20) && $0 <= .seconds(21) })
        #expect(Set(delays).count > 50)
    }
}
