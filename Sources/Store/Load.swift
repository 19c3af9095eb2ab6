public import Patrol

/// What a grid's workers are to do in a month, shown before a duty is issued (上面千条线).
public struct GridLoad: Equatable, Sendable {
    public let grid: AreaLine
    /// Who holds the grid on the month's last day.
    public let workers: Int
    public let subjects: Int
    /// Visits by policy, in the order of ids.
    public let visits: [(policy: String, count: Int)]
    /// Doors that one walk round would meet: subjects that owe at least one visit. A visit that discharges several duties
    /// is one visit (综合查一次).
    public let doors: Int

    public var total: Int { visits.reduce(0) { $0 + $1.count } }
    /// Visits for each worker; nil where nobody holds the grid.
    public var perWorker: Double? { workers > 0 ? Double(total) / Double(workers) : nil }

    public static func == (a: GridLoad, b: GridLoad) -> Bool {
        a.grid == b.grid && a.workers == b.workers && a.subjects == b.subjects && a.doors == b.doors
            && a.visits.map(\.policy) == b.visits.map(\.policy) && a.visits.map(\.count) == b.visits.map(\.count)
    }
}

extension PatrolStore {
    /// What the grids below an area owe in a month by the roster as it stands.
    /// - Parameters:
    ///   - laidOpen: kinds whose visits are told by policy; of others only how many there are, under the kind's own name.
    ///   - adding: a policy that is being thought about, in place of its own earlier version.
    public func load(
        below path: PathKey, in month: Month, laidOpen: Set<SubjectKind> = Set(SubjectKind.allCases),
        adding policy: ObligationPolicy? = nil, known: Knowledge = .now
    ) async throws -> [GridLoad] {
        let duties = Dictionary(
            grouping: try await duties(below: path, during: month.last...month.last, known: known)
                .filter(\.capacity.holdsGrid), by: \.grid)
        return try await database.read { connection in
            var visits: [AreaID: [String: Int]] = [:]
            var doors: [AreaID: Set<String>] = [:]
            var subjects: [AreaID: Int] = [:]
            for kind in SubjectKind.allCases {
                var policies = try connection.policies(
                    kind, rules: try connection.ledgerMonth(month).rules, knownAt: known.at)
                if let policy, policy.kind == kind { policies = policies.adding(policy) }
                for (subject, owed, grid) in try connection.owed(kind, in: month, policies: policies, known: known) {
                    subjects[grid, default: 0] += 1
                    for duty in owed {
                        visits[duty.grid, default: [:]][
                            laidOpen.contains(kind) ? duty.policy : kind.rawValue, default: 0] += 1
                        doors[duty.grid, default: []].insert(kind.rawValue + subject)
                    }
                }
            }
            let grids = try connection.grids(below: path, on: month.last, known: known).sorted()
            let lines = try connection.areaLines(grids.map(\.text), on: month.last, known: known)
            return grids.compactMap { grid in
                guard let line = lines[grid] else { return nil }
                let counts = (visits[grid] ?? [:]).sorted { $0.key < $1.key }
                return GridLoad(
                    grid: line,
                    workers: Set((duties[grid] ?? []).map(\.person)).count,
                    subjects: subjects[grid] ?? 0, visits: counts.map { ($0.key, $0.value) },
                    doors: doors[grid]?.count ?? 0)
            }
        }
    }
}

extension [ObligationPolicy] {
    /// With a further version of one of them, which ends where that begins; or with another one.
    fileprivate func adding(_ policy: ObligationPolicy) -> [ObligationPolicy] {
        let earlier = filter { $0.id == policy.id }
        return filter { $0.id != policy.id }
            + earlier.map { old in
                old.numbered(old.version, to: old.to.map { Swift.min($0, policy.from) } ?? policy.from)
            }
            + [policy.numbered((earlier.map(\.version).max() ?? 0) + 1)]
    }
}
