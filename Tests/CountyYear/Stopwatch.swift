import Foundation

/// Where the time of a month went, by what was done.
struct Stopwatch {
    private(set) var parts: [(name: String, seconds: Double)] = []

    /// Adds to a part; the parts keep the order in which they were first timed.
    mutating func add(_ name: String, since start: ContinuousClock.Instant) {
        let seconds = secondsSince(start)
        if let index = parts.firstIndex(where: { $0.name == name }) {
            parts[index].seconds += seconds
        } else {
            parts.append((name, seconds))
        }
    }

    subscript(name: String) -> Double { parts.first { $0.name == name }?.seconds ?? 0 }

    var description: String { parts.map { "\($0.name) \(decimal($0.seconds, 1)) s" }.joined(separator: ", ") }
}

func secondsSince(_ start: ContinuousClock.Instant) -> Double { (ContinuousClock.now - start) / .seconds(1) }

func decimal(_ number: Double, _ places: Int) -> String { String(format: "%.\(places)f", number) }

/// Written at once, so that a long run can be watched.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

/// A measurement as `make bench` prints them.
func tell(_ name: String, _ value: Double, _ unit: String, places: Int = 2) {
    say("\(name) \(decimal(value, places)) \(unit)")
}

func percentile(_ share: Int, of values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted[min(sorted.count * share / 100, sorted.count - 1)]
}
