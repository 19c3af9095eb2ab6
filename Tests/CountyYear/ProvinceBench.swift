import Patrol
import Store

/// Whether a page of figures costs after a year what it costs after a month, in a province.
struct ProvinceBench: Sendable {
    let file: DatabaseFile
    let province: GeneratedProvince
    let months: Int
    /// Whether the first month is closed at the end and measured once more.
    let closes: Bool
    static let mostGrowth = 1.1
    private static let repetitions = 500
    private static let rounds = 3

    /// - Returns: a county's p50 after all months by that after the first.
    func run() async throws -> Double {
        let started = ContinuousClock.now
        let subjects = province.subjects
        var month = Month(containing: calendarDay(2026, 1, 1))
        try await file.withStore { store in
            try await province.enter(subjects, into: store)
            say(
                "entered \(province.areas.entries.count) areas, \(subjects.count) subjects: \(decimal(secondsSince(started), 1)) s"
            )
        }
        try await play(month, subjects, seed: 1)
        let january = month
        let first = try await measure(month, as: "1")
        for number in stride(from: 2, through: months, by: 1) {
            month = month.next
            try await play(month, subjects, seed: UInt64(number))
        }
        let last = months > 1 ? try await measure(month, as: "\(months)") : first
        let visits = subjects.count * months
        let bytes = try file.bytes()
        tell("bytes_a_visit", Double(bytes) / Double(max(1, visits)), "bytes", places: 0)
        tell("database", Double(bytes) / 1_000_000, "MB", places: 0)
        if closes { try await close(january) }
        tell("coverage_\(months)_months_vs_1", last / first, "ratio")
        say("\(visits) visits, \(decimal(secondsSince(started), 1)) s in all")
        return last / first
    }

    private func play(_ month: Month, _ subjects: [GeneratedSubject], seed: UInt64) async throws {
        try await file.withStore { store in
            var watch = Stopwatch()
            var start = ContinuousClock.now
            try await store.open(month, at: store.zone.at(month.first, hour: 0, minute: 5))
            watch.add("open", since: start)
            start = .now
            let visits = province.visits(to: subjects, in: month, zone: store.zone, seed: seed)
            watch.add("plan", since: start)
            start = .now
            let sent = try await Delivery(store: store).send(visits)
            watch.add("visits", since: start)
            say("\(month): \(sent) visits (\(Int(Double(sent) / watch["visits"]))/s), \(watch.description)")
        }
    }

    /// Closed months are read from the pages of their last versions instead of counters.
    private func close(_ month: Month) async throws {
        let counties = province.areas.levels[2]
        try await file.withStore { store in
            let start = ContinuousClock.now
            let now = store.zone.at(month.next.first.adding(days: 3), hour: 0, minute: 10)
            for due in try await store.dueClosings(at: now) {
                try await store.close(due.month, of: due.unit, by: "grace", at: now)
            }
            tell("close_county", secondsSince(start) / Double(counties.count), "s")
        }
        _ = try await measure(month, as: "closed")
    }

    /// Opened anew, so that no log of unwritten pages lies before the file: what is compared is the month's place in it.
    /// - Returns: a county's p50.
    private func measure(_ month: Month, as name: String) async throws -> Double {
        try await file.withStore { store in
            var ofCounty = 0.0
            for (area, level) in [("county", 2), ("city", 1), ("province", 0)] {
                let (p50, p99) = try await latency(of: province.areas.levels[level], in: month, store)
                tell("coverage_\(area)_p50_\(name)", p50, "ms")
                tell("coverage_\(area)_p99_\(name)", p99, "ms")
                if area == "county" { ofCounty = p50 }
            }
            return ofCounty
        }
    }

    /// The quietest of some rounds: what else runs on the machine only ever adds.
    private func latency(of areas: [AreaID], in month: Month, _ store: PatrolStore) async throws -> (
        p50: Double, p99: Double
    ) {
        var paths: [PathKey] = []
        for area in areas {
            if let path = try await store.path(of: area, on: month.last) { paths.append(path) }
        }
        for path in paths { _ = try await store.coverage(of: path, in: month) }
        let rounds = areas.count > 1 ? Self.rounds : 1
        var best: (p50: Double, p99: Double)?
        for _ in 0..<rounds {
            var times: [Double] = []
            for number in 0..<Self.repetitions {
                let start = ContinuousClock.now
                guard let coverage = try await store.coverage(of: paths[number % paths.count], in: month),
                    coverage.totals.places.done == coverage.totals.places.due
                else { throw Failure("a month in which all was visited does not say so") }
                times.append(secondsSince(start) * 1_000)
            }
            times.sort()
            let round = (times[times.count / 2], times[times.count * 99 / 100])
            if best.map({ round.0 < $0.p50 }) ?? true { best = round }
        }
        return best ?? (0, 0)
    }
}
