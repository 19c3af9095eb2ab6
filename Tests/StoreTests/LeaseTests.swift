import Patrol
import Store
import TestSupport
import Testing

@Suite("Leases of background work")
struct LeaseTests {
    private let start = instant("2026-03-01T00:00:00+08:00")

    private func after(_ seconds: Int64) -> Instant { start.adding(milliseconds: seconds * 1_000) }

    @Test("one holds it until it is dropped or its time is over; the holder may keep it", arguments: Engine.all)
    func exclusive(engine: Engine) async throws {
        try await withStore(engine) { store in
            #expect(try await store.holdLease("work", by: "a", at: start, for: 60_000))
            #expect(try await !store.holdLease("work", by: "b", at: after(59), for: 60_000))
            #expect(try await store.holdLease("other", by: "b", at: after(1), for: 60_000))
            #expect(try await store.holdLease("work", by: "a", at: after(30), for: 60_000))
            #expect(try await !store.holdLease("work", by: "b", at: after(89), for: 60_000))
            #expect(try await store.holdLease("work", by: "b", at: after(90), for: 60_000))
            try await store.dropLease("work", by: "a")
            #expect(try await !store.holdLease("work", by: "a", at: after(100), for: 60_000))
            try await store.dropLease("work", by: "b")
            #expect(try await store.holdLease("work", by: "a", at: after(100), for: 60_000))
        }
    }

    @Test("of many that ask at once one gets it", arguments: Engine.all)
    func race(engine: Engine) async throws {
        try await withStore(engine) { store in
            for round in 0..<5 {
                let now = after(Int64(round) * 60)
                let winners = try await withThrowingTaskGroup(of: Bool.self) { tasks in
                    for holder in 0..<16 {
                        tasks.addTask { try await store.holdLease("work", by: "\(holder)", at: now, for: 60_000) }
                    }
                    return try await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(winners == 1)
            }
        }
    }
}
