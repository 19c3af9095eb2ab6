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
    private static let levels: [(name: String, depth: Int, times: Int)] = [
        ("county", 2, 1_500), ("city", 1, 500), ("province", 0, 500),
    ]

    /// - Returns: a county's p50 after all months by that after the first.
    func run() async throws -> Double {
        let started = ContinuousClock.now
        let subjects = province.subjects
        let first = Month(containing: calendarDay(2026, 1, 1))
        try await file.withStore { store in
            try await province.enter(subjects, into: store)
            let areas = province.areas.entries.count
            say("entered \(areas) areas, \(subjects.count) subjects: \(decimal(secondsSince(started), 1)) s")
        }
        try await play(first, subjects, seed: 1)
        let early = try file.copy(as: "first-month.db")
        var last = first
        for number in stride(from: 2, through: months, by: 1) {
            last = last.next
            try await play(last, subjects, seed: UInt64(number))
        }
        let visits = subjects.count * months
        let bytes = try file.bytes()
        let ratio = try await compare(first, in: early, with: last)
        tell("bytes_a_visit", Double(bytes) / Double(max(1, visits)), "bytes", places: 0)
        tell("database", Double(bytes) / 1_000_000, "MB", places: 0)
        if closes { try await close(first) }
        tell("coverage_\(months)_months_vs_1", ratio, "ratio")
        say("\(visits) visits, \(decimal(secondsSince(started), 1)) s in all")
        return ratio
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
        try await file.withStore { store in
            for level in Self.levels {
                let reading = Reading(store: store, month: month)
                let times = try await latencies(level.depth, times: 100, of: [reading])
                tellLatencies(level.name, times[0], "closed")
            }
        }
    }

    // MARK: Measuring

    /// A month in one of the databases.
    private struct Reading {
        let store: PatrolStore
        let month: Month
    }

    /// Both databases are opened anew, so that no log of unwritten pages lies before them, and are read in turn, so that
    /// what else runs on the machine hits both alike.
    /// - Returns: a county's p50 in the second by that in the first.
    private func compare(_ first: Month, in early: DatabaseFile, with last: Month) async throws -> Double {
        try await early.withStore { before in
            try await file.withStore { after in
                var ratio = 1.0
                let readings = [Reading(store: before, month: first), Reading(store: after, month: last)]
                for level in Self.levels {
                    let times = try await latencies(level.depth, times: level.times, of: readings)
                    tellLatencies(level.name, times[0], "1")
                    tellLatencies(level.name, times[1], "\(months)")
                    if level.name == "county" { ratio = percentile(50, of: times[1]) / percentile(50, of: times[0]) }
                }
                return ratio
            }
        }
    }

    private func tellLatencies(_ level: String, _ times: [Double], _ name: String) {
        for share in [50, 99] {
            tell("coverage_\(level)_p\(share)_\(name)", percentile(share, of: times), "ms")
        }
    }

    /// Milliseconds that the figures of one area after the other take, once all of them have been read before.
    private func latencies(_ depth: Int, times: Int, of readings: [Reading]) async throws -> [[Double]] {
        let areas = province.areas.levels[depth]
        var paths: [PathKey] = []
        for area in areas {
            if let path = try await readings[0].store.path(of: area, on: readings[0].month.last) { paths.append(path) }
        }
        for path in paths { for reading in readings { _ = try await read(path, reading) } }
        var latencies = readings.map { _ in [Double]() }
        for number in 0..<times {
            for (index, reading) in readings.enumerated() {
                latencies[index].append(try await read(paths[number % paths.count], reading))
            }
        }
        return latencies
    }

    /// - Returns: milliseconds.
    private func read(_ path: PathKey, _ reading: Reading) async throws -> Double {
        let start = ContinuousClock.now
        guard let coverage = try await reading.store.coverage(of: path, in: reading.month),
            coverage.totals.places.done == coverage.totals.places.due
        else { throw Failure("a month in which all was visited does not say so") }
        return secondsSince(start) * 1_000
    }
}
