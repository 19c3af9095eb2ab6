import Patrol
import Store

/// Plays a county's year day by day, as the gateway would have seen it: what the month keeper does at night, what changes
/// in areas and rosters in the morning, records and photos as they arrive, rulings in the evening.
struct YearOfVisits {
    let store: PatrolStore
    var county: GeneratedCounty
    let months: Int
    var deputies: Deputies
    var changes: RosterChanges
    private let delivery: Delivery
    private var dice: Dice
    private var arrivals: [Day: [VisitDraft]] = [:]
    private var photos: [Day: [(sha256: String, person: String)]] = [:]
    private var serial = 1
    private var watch = Stopwatch()
    private(set) var visits = 0
    /// Version 1 of every month, as it was when its month closed.
    private(set) var closings: [Month: LedgerVersion] = [:]
    private(set) var versions = 0
    private(set) var expected: [Month: [PlannedMonth.CountKey: PlannedMonth.ExpectedCount]] = [:]

    private var zone: DeploymentZone { store.zone }

    init(of county: GeneratedCounty, in store: PatrolStore, months: Int, seed: UInt64) {
        self.store = store
        self.county = county
        self.months = months
        delivery = Delivery(store: store)
        dice = Dice(seed: seed)
        deputies = Deputies(store: store, county: county, dice: Dice(seed: seed &+ 1))
        changes = RosterChanges(store: store, dice: Dice(seed: seed &+ 2))
    }

    /// Every day from the first to three weeks after the last month, when its late records are in and its versions cut.
    mutating func play() async throws {
        let first = calendarDay(county.year, 1, 1)
        var month = Month(containing: first)
        var started = ContinuousClock.now
        let end = (0..<months).reduce(month) { month, _ in month.next }
        for day in first...end.first.adding(days: 21) {
            if Month(containing: day) != month {
                report(month, since: started)
                (month, started) = (Month(containing: day), .now)
            }
            if day == month.first, month < end { try await begin(month) }
            try await keep(day)
            try await timed("roster") { year in
                try await year.changes.make(on: day, in: &year.county, end: end)
                try await AreaChanges(store: year.store).make(on: day, in: &year.county)
                try await JointYear(store: year.store).make(on: day, in: year.county)
            }
            try await deliver(day)
            try await timed("rulings") { year in
                year.deputies.county = year.county
                for gone in try await year.deputies.work(on: day) { year.county.subjects[gone].hasLeft = true }
            }
        }
        report(month, since: started)
        say("rulings: \(deputies.tally); rosters: \(changes.tally)")
    }

    private mutating func timed(_ name: String, _ work: (inout YearOfVisits) async throws -> Void) async throws {
        let start = ContinuousClock.now
        try await work(&self)
        watch.add(name, since: start)
    }

    private mutating func report(_ month: Month, since start: ContinuousClock.Instant) {
        let received = serial - 1 - arrivals.values.reduce(0) { $0 + $1.count } - visits
        visits += received
        let rate = Double(received) / max(watch["visits"], 0.001)
        say(
            "\(month): \(received) visits (\(Int(rate))/s), \(versions) versions so far, \(decimal(secondsSince(start), 1)) s: "
                + watch.description)
        watch = Stopwatch()
    }

    // MARK: A day

    /// The month's ledger is made by the keeper; what will happen in it is thrown.
    private mutating func begin(_ month: Month) async throws {
        try await timed("open") { year in
            try await year.store.open(month, at: year.zone.at(month.first, hour: 0, minute: 5))
        }
        try await timed("plan") { year in
            var plan = PlannedMonth(month, of: year.county, zone: year.zone, dice: year.dice, serial: year.serial)
            for index in year.county.subjects.indices where !year.county.subjects[index].hasLeft {
                let subject = year.county.subjects[index]
                if year.county.isEventful(subject.grid) {
                    year.county.subjects[index] = plan.planEventful(subject)
                } else {
                    plan.planPlain(subject)
                }
            }
            (year.dice, year.serial) = (plan.dice, plan.serial)
            year.expected[month] = plan.expected
            for visit in plan.visits {
                year.arrivals[year.zone.day(of: visit.receivedAt), default: []].append(visit)
            }
            for photo in plan.photos { year.photos[photo.day, default: []].append((photo.sha256, photo.person)) }
        }
    }

    /// What the month keeper does, in its order.
    private mutating func keep(_ day: Day) async throws {
        let now = zone.at(day, hour: 0, minute: 10)
        let month = Month(containing: day)
        if [4, 11, 18, 25].contains(day.day) {
            try await timed("rules") { year in
                for ruled in [month.previous, month] {
                    year.deputies.byRule += try await year.store.applyRules(in: ruled, at: now)
                }
            }
        }
        try await timed("close") { year in
            for due in try await year.store.dueClosings(at: now) {
                year.closings[due.month] = try await year.store.close(due.month, of: due.unit, by: "grace", at: now)
            }
        }
        try await timed("photos") { year in _ = try await year.store.giveUpPhotos(at: now) }
        try await timed("versions") { year in year.versions += try await year.store.cutVersions(at: now).count }
    }

    private mutating func deliver(_ day: Day) async throws {
        try await timed("visits") { year in
            let arrived = (year.arrivals.removeValue(forKey: day) ?? []).sorted { $0.receivedAt < $1.receivedAt }
            _ = try await year.delivery.send(arrived)
            year.deputies.saw(arrived.filter { $0.outcome == "checked" && $0.clock == .running && $0.serial % 97 == 0 })
        }
        try await timed("photos") { year in
            for (sha256, person) in year.photos.removeValue(forKey: day) ?? [] {
                let photo = PhotoEntry(
                    sha256: sha256, bytes: 2_400_000, state: .stored, problem: nil,
                    rendition: .init(
                        width: 1_600, height: 1_200, largeSHA256: sha256, thumbnailSHA256: sha256, pipelineVersion: 1,
                        capturedAt: nil, latitude: nil, longitude: nil, make: "Tester", model: nil))
                _ = try await year.store.add(photo, sentBy: person, at: year.zone.at(day, hour: 19))
            }
        }
    }
}
