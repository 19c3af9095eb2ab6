public import Patrol

/// By what a coverage figure is taken apart.
public enum BreakdownKey: String, CaseIterable, Sendable {
    /// A place's category; a key person's list owner.
    case category
    /// In what capacity the visit was made that carries the duty; `none` where nobody came.
    case capacity
    case policy
    /// The grid's kind: general or special.
    case gridKind
    /// The area of that level that a grid stands in, by id; `none` where there is none.
    case town, station, grid
}

/// When the visits of a month were made and when they were entered.
public struct EntrySpread: Equatable, Sendable {
    public struct DayCount: Equatable, Sendable {
        public let day: Day
        /// Visits that happened on the day.
        public var visited = 0
        /// Visits that arrived on it.
        public var received = 0
    }

    /// Every day of the month, and later ones on which something arrived.
    public var days: [DayCount] = []
    /// Visits by the hour of the visit, 0…23.
    public var visitedByHour = [Int](repeating: 0, count: 24)
    /// Arrivals by their hour.
    public var receivedByHour = [Int](repeating: 0, count: 24)
    public var visits = 0
    /// Received on the month's last two days.
    public var lastTwoDays = 0
    /// Received after the month.
    public var afterMonth = 0
    /// Received more than a day after the visit (补录).
    public var dayLater = 0
    /// Without a fix.
    public var withoutFix = 0
}

/// A grid's people in a month.
public struct StaffingLine: Equatable, Sendable {
    public let grid: AreaLine
    public let staffing: GridStaffing
    /// Visits that were made, by the sender's capacity; `none` where nobody had one.
    public let visits: [(capacity: String, count: Int)]
    /// Visits by somebody without a certificate that held on the day.
    public let uncertifiedVisits: Int

    public static func == (a: StaffingLine, b: StaffingLine) -> Bool {
        a.grid == b.grid && a.staffing == b.staffing && a.uncertifiedVisits == b.uncertifiedVisits
            && a.visits.map(\.capacity) == b.visits.map(\.capacity) && a.visits.map(\.count) == b.visits.map(\.count)
    }
}

extension PatrolStore {
    /// A month's figures below an area, taken apart. Counted from the duties themselves: those of a closed month as its
    /// last version holds them, so that the parts make up the figure.
    public func breakdown(
        _ kind: SubjectKind, below path: PathKey, in month: Month, by key: BreakdownKey, known: Knowledge = .now
    ) async throws -> [(key: String, count: CoverageCount)] {
        let zone = zone
        return try await database.read { connection in
            var counts: [String: CoverageCount] = [:]
            let shown = try connection.dutyRows(kind, below: path, in: month, known: known, zone: zone)
            let keys = try connection.keys(of: shown, kind, by: key, in: month, known: known)
            for (index, duty) in shown.enumerated() {
                counts[keys[index], default: CoverageCount()] =
                    counts[keys[index], default: CoverageCount()] + duty.row.count
            }
            return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    /// On which days and at which hours visits below an area were made and entered.
    public func entrySpread(_ kind: SubjectKind, below path: PathKey, in month: Month, known: Knowledge = .now)
        async throws -> EntrySpread
    {
        let zone = zone
        return try await database.read { connection in
            var spread = EntrySpread()
            var days: [Day: EntrySpread.DayCount] = [:]
            for day in month.days { days[day] = .init(day: day) }
            for (_, visit) in try connection.visitsMade(kind, below: path, in: month, known: known, zone: zone) {
                let (visitedAt, receivedAt) = (visit.visitedAt, visit.receivedAt)
                let (visited, received) = (zone.day(of: visitedAt), zone.day(of: receivedAt))
                spread.visits += 1
                days[visited, default: .init(day: visited)].visited += 1
                days[received, default: .init(day: received)].received += 1
                spread.visitedByHour[zone.hour(of: visitedAt)] += 1
                spread.receivedByHour[zone.hour(of: receivedAt)] += 1
                if received > month.last {
                    spread.afterMonth += 1
                } else if received >= month.last.adding(days: -1) {
                    spread.lastTwoDays += 1
                }
                if receivedAt.milliseconds - visitedAt.milliseconds > 86_400_000 { spread.dayLater += 1 }
                if !visit.brings.contains(.fix) { spread.withoutFix += 1 }
            }
            spread.days = days.values.sorted { $0.day < $1.day }
            return spread
        }
    }

    /// Vacant grids, uncertified workers and who made the visits, grid by grid.
    public func staffing(below path: PathKey, in month: Month, known: Knowledge = .now) async throws -> [StaffingLine] {
        let duties = Dictionary(
            grouping: try await duties(below: path, during: month.first...month.last, known: known)
                .filter(\.capacity.holdsGrid), by: \.grid)
        let certificates = Dictionary(grouping: try await certificates(known: known), by: \.person)
            .mapValues { $0.map { Dated($0.number, from: $0.from, to: $0.to) } }
        let zone = zone
        return try await database.read { connection in
            let grids = try connection.grids(below: path, on: month.last, known: known).sorted()
            let lines = try connection.areaLines(grids.map(\.text), on: month.last, known: known)
            let made = Dictionary(
                grouping: try SubjectKind.allCases.flatMap {
                    try connection.visitsMade($0, below: path, in: month, known: known, zone: zone)
                }, by: \.sender.grid)
            let begun = try connection.firstDays(known: known)
            return grids.compactMap { grid in
                let first = max(month.first, begun[grid] ?? month.first)
                // One that begins later has no people to ask for.
                guard let line = lines[grid], first <= month.last else { return nil }
                let visits = made[grid.text] ?? []
                let byCapacity = Dictionary(grouping: visits, by: \.sender.capacity).mapValues(\.count)
                return StaffingLine(
                    grid: line,
                    staffing: GridStaffing(
                        days: first...month.last,
                        duties: (duties[grid] ?? []).map { Dated($0.person, from: $0.from, to: $0.to) },
                        certificates: certificates),
                    visits: byCapacity.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
                    uncertifiedVisits: visits.count { visit in
                        !(certificates[visit.sender.person]?.contains { $0.holds(on: visit.facts.day) } ?? false)
                    })
            }
        }
    }
}

extension SQLConnection {
    /// The grids of a month at or below an area as they were known.
    /// - Parameter path: of the area, as it is known now.
    func gridsKnown(below path: PathKey, in month: Month, known: Knowledge) throws -> Set<String> {
        guard let area = path.areas.last else { return [] }
        return Set(
            try gridPaths(in: month, known: known).filter { $0.value.areas.contains(area) }.map(\.key.text))
    }

    fileprivate func keys(
        of duties: [DutyRow], _ kind: SubjectKind, by key: BreakdownKey, in month: Month, known: Knowledge
    ) throws -> [String] {
        switch key {
        case .policy: return duties.map { "\($0.key.policy)@\($0.row.policyVersion)" }
        case .category:
            return try classes(of: duties, kind, in: month, known: known)
        case .capacity:
            var capacities: [String: String] = [:]
            // A week or key period may have begun in a month before; a visit may have been ruled into the next one since.
            let first = duties.compactMap { Day($0.key.firstDay) }.min() ?? month.first
            for row in try rows(
                """
                SELECT report_id, COALESCE(capacity, 'none') FROM \(kind.visitTable) WHERE month >= $1 AND month <= $2
                """, [.text(Month(containing: first).previous.description), .text(month.next.description)])
            {
                capacities[try row.text(0)] = try row.text(1)
            }
            return duties.map { $0.row.best.flatMap { capacities[$0.report] } ?? "none" }
        case .gridKind:
            var kinds: [String: String] = [:]
            for row in try rows("SELECT id, COALESCE(grid_kind, 'general') FROM area WHERE level = 'grid'", []) {
                kinds[try row.text(0)] = try row.text(1)
            }
            return duties.map { kinds[$0.row.grid] ?? "general" }
        case .grid: return duties.map(\.row.grid)
        case .town, .station:
            let paths = try gridPaths(in: month, known: known)
            let levels = try areaLevels()
            var above: [String: String] = [:]
            for grid in Set(duties.map(\.row.grid)) {
                let areas = AreaID(grid).flatMap { paths[$0]?.areas } ?? []
                above[grid] = areas.last { levels[$0]?.rawValue == key.rawValue }?.text
            }
            return duties.map { above[$0.row.grid] ?? "none" }
        }
    }

    /// The class of each duty's subject on the month's last day: on a page, as it was known when that was cut.
    private func classes(of duties: [DutyRow], _ kind: SubjectKind, in month: Month, known: Knowledge) throws
        -> [String]
    {
        var cuts: [String: Instant] = [:]
        for row in try rows(
            "SELECT grid_id, MAX(cut_at) FROM \(kind.pageTable) WHERE month = $1 AND cut_at <= $2 GROUP BY grid_id",
            [.text(month.description), .integer((known.at ?? .latest).milliseconds)])
        {
            cuts[try row.text(0)] = Instant(milliseconds: try row.integer(1))
        }
        let detail = DatedTable.detail(kind)
        var classes: [Instant?: [String: String]] = [:]
        for moment in Set(duties.map { cuts[$0.row.grid] ?? known.at }) {
            for row in try rows(
                """
                SELECT d.\(detail.identity[0]), d.\(kind.classColumn) FROM \(detail.name) AS d
                WHERE \(Knowledge(at: moment).holds("d")) AND d.valid_from <= $1
                    AND (d.valid_to IS NULL OR d.valid_to > $1)
                """, [.text(month.last.description)])
            {
                classes[moment, default: [:]][try row.text(0)] = try row.text(1)
            }
        }
        return duties.map { classes[cuts[$0.row.grid] ?? known.at]?[$0.key.subject] ?? "–" }
    }

    /// On which day each area began.
    fileprivate func firstDays(known: Knowledge) throws -> [AreaID: Day] {
        var days: [AreaID: Day] = [:]
        for row in try rows(
            "SELECT n.area_id, MIN(n.valid_from) FROM area_name AS n WHERE \(known.holds("n")) GROUP BY n.area_id", [])
        {
            if let area = AreaID(try row.text(0)) { days[area] = Day(try row.text(1)) }
        }
        return days
    }

    /// The visits of a month below an area, as they were known: where and when they were held to have been made.
    fileprivate func visitsMade(
        _ kind: SubjectKind, below path: PathKey, in month: Month, known: Knowledge, zone: DeploymentZone
    ) throws -> [(sender: (grid: String, person: String, capacity: String), facts: VisitFacts)] {
        var grids = try known.at.map { _ in try gridsKnown(below: path, in: month, known: known) } ?? []
        if known.at == nil {
            for row in try rows(
                "SELECT DISTINCT grid_id FROM grid_month WHERE month = $1 AND path >= $2 AND path < $3",
                [.text(month.description), .text(path.text), .text(path.end)])
            {
                grids.insert(try row.text(0))
            }
        }
        var senders: [String: (grid: String, person: String, capacity: String)] = [:]
        for row in try rows(
            """
            SELECT v.report_id, r.grid_id, r.person_id, COALESCE(v.capacity, 'none')
            FROM \(kind.visitTable) AS v JOIN report AS r ON r.id = v.report_id
            WHERE (v.month = $1 OR r.month = $1) AND r.grid_id IS NOT NULL
            """, [.text(month.description)])
        where grids.contains(try row.text(1)) {
            senders[try row.text(0)] = (try row.text(1), try row.text(2), try row.text(3))
        }
        return try visitsBySubject(kind, from: month.first, to: month.last, zone: zone, known: known, only: nil)
            .values.joined().compactMap { facts in
                guard month.contains(facts.day) else { return nil }
                return senders[facts.report].map { ($0, facts) }
            }
    }
}
