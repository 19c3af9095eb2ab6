import Patrol

/// What happens to one subject in one month: how often somebody goes there, what comes of it, and when the gateway hears.
struct PlannedMonth {
    let month: Month
    let county: GeneratedCounty
    let zone: DeploymentZone
    var dice: Dice
    private(set) var serial: Int
    private(set) var visits: [VisitDraft] = []
    /// Photos that arrive after their record, by the day on which they do.
    private(set) var photos: [(day: Day, sha256: String, person: String)] = []
    /// Of grids in which nothing special happens: what their ledger must say.
    private(set) var expected: [CountKey: ExpectedCount] = [:]

    init(_ month: Month, of county: GeneratedCounty, zone: DeploymentZone, dice: Dice, serial: Int) {
        self.month = month
        self.county = county
        self.zone = zone
        self.dice = dice
        self.serial = serial
    }

    struct CountKey: Hashable {
        let grid: Int
        let kind: SubjectKind
    }

    struct ExpectedCount: Equatable {
        var due: Int64 = 0
        var done: Int64 = 0
        var late: Int64 = 0
    }

    // MARK: Grids without anything special

    mutating func planPlain(_ subject: GeneratedSubject) {
        let key = CountKey(grid: subject.grid, kind: subject.kind)
        expected[key, default: ExpectedCount()].due += 1
        let fate = dice.roll(0..<1_000)
        guard fate >= 30 else { return }
        expected[key, default: ExpectedCount()].done += 1
        switch fate {
        case ..<60:
            add(subject, on: anyDay)
            add(subject, on: anyDay)
        case ..<75: add(subject, on: month.last.adding(days: -dice.roll(0...2)), receivedOn: graceDay)
        case ..<80:
            expected[key, default: ExpectedCount()].late += 1
            add(subject, on: month.last.adding(days: -dice.roll(0...9)), receivedOn: lateDay)
        default: add(subject, on: anyDay)
        }
    }

    // MARK: Making visits

    /// A fifth of the month's visits fall on its last two days.
    var anyDay: Day {
        mutating get {
            let length = month.first.distance(to: month.last)
            return dice.percent(20)
                ? month.last.adding(days: -dice.roll(0...1)) : month.first.adding(days: dice.roll(0...length))
        }
    }

    /// One of the three days on which a month that is over still takes records as in time.
    var graceDay: Day { mutating get { month.next.first.adding(days: dice.roll(0...2)) } }

    /// After the closing.
    var lateDay: Day { mutating get { month.next.first.adding(days: dice.roll(3...17)) } }

    /// - Parameters:
    ///   - hour: between eight and six unless said otherwise.
    ///   - received: mostly the same day, within hours; for one in ten, one or two days later.
    mutating func add(
        _ subject: GeneratedSubject, on day: Day, hour: Int? = nil, receivedOn received: Day? = nil,
        _ change: (inout VisitDraft) -> Void = { _ in }
    ) {
        let time = zone.at(day, hour: hour ?? dice.roll(8...17), minute: dice.roll(0...59))
            .adding(milliseconds: Int64(dice.roll(0..<60_000)))
        let arrival: Instant
        if let received = received ?? (dice.percent(10) ? day.adding(days: dice.roll(1...2)) : nil), received > day {
            arrival = zone.at(received, hour: dice.roll(8...19), minute: dice.roll(0...59))
        } else {
            arrival = min(
                time.adding(milliseconds: Int64(dice.roll(20_000...14_400_000))), zone.at(day, hour: 23, minute: 50))
        }
        let grid = county.grids[subject.grid]
        var visit = VisitDraft(
            serial: serial, kind: subject.kind, subject: subject.id,
            outcome: subject.kind == .place ? "checked" : "met",
            worker: county.standIn(in: subject.grid, on: day) ?? .init(person: grid.worker, grid: grid),
            capturedAt: time, receivedAt: max(time, arrival),
            position: subject.position)
        if subject.kind == .place, county.isEventful(subject.grid), serial % 11 == 0 { visit.checklist = serial % 3 }
        change(&visit)
        visits.append(visit)
        serial += 1
    }

    /// Somebody else's grid, for stand-ins.
    mutating func otherWorker() -> VisitDraft.Worker {
        let grid = county.grids[dice.roll(0..<county.grids.count)]
        return .init(person: grid.worker, grid: grid)
    }

    /// A record that names a photo, which comes some days later, too late, or never.
    mutating func addWithPhoto(_ subject: GeneratedSubject) {
        let (sha256, day) = (photoDigest(serial), anyDay)
        let person = county.grids[subject.grid].worker
        add(subject, on: day) { $0.photo = sha256 }
        let fate = dice.roll(0..<10)
        if fate < 7 { photos.append((day.adding(days: dice.roll(3...6)), sha256, person)) }
        if fate == 7 { photos.append((day.adding(days: dice.roll(14...20)), sha256, person)) }
    }
}
