import Synchronization

/// What the gateway counts, in the words of Prometheus' text format (version 0.0.4).
final class Metrics: Sendable {
    private struct Request: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Histogram {
        /// Of the durations up to each bound; the last one is of all.
        var counts = [Int](repeating: 0, count: Metrics.bounds.count + 1)
        var seconds = 0.0

        mutating func add(_ time: Double) {
            for index in Metrics.bounds.indices where time <= Metrics.bounds[index] { counts[index] += 1 }
            counts[Metrics.bounds.count] += 1
            seconds += time
        }
    }

    private struct Counted {
        var requests: [Request: Int] = [:]
        var durations: [String: Histogram] = [:]
        var refusals: [String: Int] = [:]
    }

    /// A value of the moment.
    struct Gauge {
        let name: String
        let help: String
        /// Label and value, empty where there is one series only.
        let series: [(label: String, value: Int)]
    }

    private static let bounds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]  // seconds

    private let counted = Mutex(Counted())

    /// - Parameter route: as it is declared, so that there are as many as routes.
    func answered(_ method: String, _ route: String, status: Int, after time: Duration) {
        let seconds = time / .seconds(1)
        counted.withLock { counted in
            counted.requests[Request(method: method, route: route, status: status), default: 0] += 1
            // In place: a copy of the histogram would be one more allocation a request.
            counted.durations[route, default: Histogram()].add(seconds)
        }
    }

    /// - Parameter kind: the code of a problem, or what is wrong with a connection.
    func refused(_ kind: String) {
        counted.withLock { $0.refusals[kind, default: 0] += 1 }
    }

    func text(with gauges: [Gauge]) -> String {
        let counted = counted.withLock { $0 }
        var lines = header("patrol_requests_total", "counter", "Requests answered.")
        lines += counted.requests.map { request, count in
            let labels = "method=\"\(request.method)\",route=\"\(request.route)\",status=\"\(request.status)\""
            return "patrol_requests_total{\(labels)} \(count)"
        }.sorted()
        lines += header("patrol_request_seconds", "histogram", "Time from a request's head to its answer's.")
        for (route, histogram) in counted.durations.sorted(by: { $0.key < $1.key }) {
            for (bound, count) in zip(Self.bounds.map { String($0) } + ["+Inf"], histogram.counts) {
                lines.append("patrol_request_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(count)")
            }
            lines.append("patrol_request_seconds_sum{route=\"\(route)\"} \(histogram.seconds)")
            lines.append("patrol_request_seconds_count{route=\"\(route)\"} \(histogram.counts[Self.bounds.count])")
        }
        lines += header("patrol_refusals_total", "counter", "Refusals of requests and connections, by kind.")
        lines += counted.refusals.sorted { $0.key < $1.key }.map { "patrol_refusals_total{kind=\"\($0)\"} \($1)" }
        for gauge in gauges {
            lines += header(gauge.name, "gauge", gauge.help)
            lines += gauge.series.map {
                $0.label.isEmpty ? "\(gauge.name) \($0.value)" : "\(gauge.name){\($0.label)} \($0.value)"
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func header(_ name: String, _ type: String, _ help: String) -> [String] {
        ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
    }
}
