import Patrol
import Store

/// The executive deputies and the county: they dispute, rule in bulk after a sample and singly, excuse and answer appeals.
struct Deputies {
    let store: PatrolStore
    /// As the generator knows it today.
    var county: GeneratedCounty
    var dice: Dice
    var byRule = 0
    private var serial = 0
    private var tallies: [String: Int] = [:]
    /// Records that somebody may come to doubt.
    private var doubtful: [VisitDraft] = []

    private var zone: DeploymentZone { store.zone }

    init(store: PatrolStore, county: GeneratedCounty, dice: Dice) {
        self.store = store
        self.county = county
        self.dice = dice
    }

    var tally: String {
        (tallies.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" } + ["by rule \(byRule)"]).joined(
            separator: ", ")
    }

    mutating func saw(_ visits: [VisitDraft]) {
        doubtful += visits.filter(isEventful)
    }

    private func isEventful(_ visit: VisitDraft) -> Bool {
        // Only grids of which the generator claims nothing may be disputed; ids name the grid that they began in.
        visit.subject.dropFirst().prefix { $0 != "-" }.last.map { "789".contains($0) } ?? false
    }

    /// - Returns: indices of the subjects that a ruling took off the roster.
    mutating func work(on day: Day) async throws -> [Int] {
        let month = Month(containing: day)
        switch day.day {
        case 2, 16: try await dispute(on: day)
        case 3, 13, 24:
            var gone: [String] = []
            for (kind, month) in SubjectKind.allCases.flatMap({ [($0, month.previous), ($0, month)] }) {
                try await ruleInBulk(kind, in: month, on: day)
                gone += try await ruleSingly(kind, in: month, on: day)
            }
            let left = Set(gone)
            return left.isEmpty ? [] : county.subjects.indices.filter { left.contains(county.subjects[$0].id) }
        case 20: try await excuseStreet(in: month, on: day)
        default: break
        }
        return []
    }

    // MARK: Disputes and excuses

    private mutating func dispute(on day: Day) async throws {
        for visit in doubtful.shuffled(using: &dice).prefix(25) {
            serial += 1
            try await count("disputed") { deputies in
                try await deputies.store.dispute(
                    visit.kind, visit: visit.id, reason: "店主称当日无人上门", id: "U\(deputies.serial)",
                    by: "C1", at: deputies.zone.at(day, hour: 10))
            }
        }
        doubtful = []
    }

    /// A street is sealed off until the month's end.
    private mutating func excuseStreet(in month: Month, on day: Day) async throws {
        let grids = county.eventfulGrids
        let grid = grids[dice.roll(0..<grids.count)]
        for subject in county.subjects.filter({ $0.grid == grid && !$0.hasLeft }).prefix(6) {
            serial += 1
            try await count("excused") { deputies in
                try await deputies.store.excuse(
                    subject.kind, subject.id, from: day, to: month.last, reason: "道路封闭施工", basis: "镇政府通告〔2026〕3号",
                    id: "U\(deputies.serial)", by: "D\(deputies.county.town(ofGrid: grid))",
                    at: deputies.zone.at(day, hour: 20))
            }
        }
    }

    // MARK: Rulings

    /// A third of the towns rule on what waits together, after they looked at a sample.
    private mutating func ruleInBulk(_ kind: SubjectKind, in month: Month, on day: Day) async throws {
        for town in county.towns.indices where (town + day.day) % 3 == 0 {
            guard let path = try await store.path(of: county.towns[town], on: month.last) else { continue }
            for matter in [RulingMatter.status, .family, .attempts, .time] {
                serial += 1
                let (id, seed) = ("B\(serial)", dice.next())
                let decision = Decision(dice.percent(85) ? .granted : .refused, reason: "集中认定", basis: "区综治办〔2025〕12号")
                try await count("in bulk") { deputies in
                    try await deputies.applyBatch(
                        kind, below: path, in: month, matter, decision, seed: seed, id: id, by: "D\(town)",
                        at: deputies.zone.at(day, hour: 20))
                }
            }
        }
    }

    private func applyBatch(
        _ kind: SubjectKind, below path: PathKey, in month: Month, _ matter: RulingMatter, _ decision: Decision,
        seed: UInt64, id: String, by person: String, at now: Instant
    ) async throws {
        let batch = try await store.drawBatch(
            kind, below: path, in: month, matter: matter, decision: decision, sampleSize: 3, seed: seed, id: id,
            by: person, at: now)
        let waiting = try await store.rulingQueue(
            kind, below: path, in: month, matter: matter, after: nil, limit: 10_000)
        for (number, report) in batch.sample.enumerated() {
            guard let item = waiting.first(where: { $0.report == report }) else { continue }
            let into = matter == .time && decision.decision == .granted ? zone.month(of: item.visitedAt) : nil
            try await store.rule(
                kind, on: report,
                Decision(decision.decision, intoMonth: into, reason: decision.reason, basis: decision.basis),
                id: "\(id)s\(number)", by: person, at: now)
        }
        _ = try await store.applyBatch(id, by: person, at: now)
    }

    /// Two thirds of what is left is decided one by one.
    /// - Returns: subjects that left the roster by it.
    private mutating func ruleSingly(_ kind: SubjectKind, in month: Month, on day: Day) async throws -> [String] {
        let waiting = try await store.rulingQueue(
            kind, below: county.path, in: month, matter: nil, after: nil, limit: 10_000)
        var left: [String] = []
        for item in waiting where dice.percent(66) {
            serial += 1
            let (id, granted) = ("U\(serial)", dice.percent(75))
            let decision = decision(on: item, granted: granted)
            let isDone = try await count("singly") { deputies in
                try await deputies.store.rule(
                    kind, on: item.report, decision, id: id, by: "D0", at: deputies.zone.at(day, hour: 21))
            }
            if isDone, granted, item.matter == .roster, item.outcome != "changed" { left.append(item.subject) }
            if isDone, !granted, dice.percent(30) { try await appeal(kind, id, item, on: day) }
        }
        return left
    }

    private mutating func decision(on item: QueueItem, granted: Bool) -> Decision {
        guard granted else { return Decision(.refused, reason: "佐证不足") }
        switch item.matter {
        case .time:
            var months = [zone.month(of: item.earliest)]
            while let last = months.last, last < zone.month(of: item.latest) { months.append(last.next) }
            // Of an interval of a year the last two months alone are plausible.
            return Decision(.granted, intoMonth: months.suffix(2).randomElement(using: &dice), reason: "查看照片时间")
        case .status:
            let until = item.until ?? zone.day(of: item.visitedAt).adding(days: dice.roll(5...40))
            return Decision(.granted, until: until, reason: "电话核实")
        default: return Decision(.granted, reason: "已核实")
        }
    }

    /// The county answers what a deputy refused.
    private mutating func appeal(_ kind: SubjectKind, _ ruling: String, _ item: QueueItem, on day: Day) async throws {
        let month = zone.month(of: item.visitedAt)
        let decision =
            item.matter == .time
            ? Decision(.granted, intoMonth: month, reason: "申诉成立")
            : Decision(.granted, until: item.until ?? month.last, reason: "申诉成立")
        try await count("on appeal") { deputies in
            let now = deputies.zone.at(day, hour: 22)
            try await deputies.store.appeal(kind, ruling, text: "当时已拍照", by: item.sender, at: now)
            try await deputies.store.answerAppeal(kind, ruling, decision, id: ruling + "a", by: "C1", at: now)
        }
    }

    /// A refusal is an answer, too: between two looks others may have decided.
    @discardableResult
    private mutating func count(_ name: String, _ work: (Deputies) async throws -> Void) async throws
        -> Bool
    {
        do {
            try await work(self)
            tallies[name, default: 0] += 1
            return true
        } catch let refusal as RulingRefusal {
            let told = "\(refusal)".prefix { $0 != "(" }
            tallies["\(name): \(told)", default: 0] += 1
        }
        return false
    }
}
