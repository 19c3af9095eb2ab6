import Foundation
import Patrol
import Wire

/// One visit of a simulated day, decided before anything is sent.
struct PlannedVisit: Equatable, Sendable {
    let subject: PatrolReport.Subject
    let outcome: String
    let at: Instant
    let fix: PatrolReport.Fix?
    let finding: PatrolReport.Finding?
    let photos: Int
    /// Where a generated photo says that it was taken.
    let coordinate: Coordinate?
    /// Sent once more after it arrived, as handhelds do that missed the answer.
    let isSentAgain: Bool
}

/// The time in which simulated workers walk: that day's working hours, never later than now.
struct WorkingHours: Equatable, Sendable {
    let start: Instant
    let end: Instant

    /// - Returns: nil for a day that has not begun.
    init?(of day: Day, now: Instant, zone: DeploymentZone) {
        let midnight = zone.start(of: day)
        guard midnight < now else { return nil }
        let eight = midnight.adding(milliseconds: 8 * 3_600_000)
        end = min(midnight.adding(milliseconds: 18 * 3_600_000), now)
        // Before work has begun today, the small hours have to do.
        start = eight.adding(milliseconds: 1_800_000) < end ? eight : midnight
    }

    /// An instant in the `index`th of `count` equal parts.
    func instant(_ index: Int, of count: Int, using random: inout some RandomNumberGenerator) -> Instant {
        let length = Double(end.milliseconds(since: start))
        let share = (Double(index) + Double.random(in: 0.1..<0.9, using: &random)) / Double(max(1, count))
        return start.adding(milliseconds: Int64(length * share))
    }
}

/// A worker's day: which subjects in which order, and what is found there.
struct PlannedDay: Equatable, Sendable {
    let visits: [PlannedVisit]

    init(
        places: [RosterPlace], keyPersons: [RosterKeyPerson], hours: WorkingHours, limit: Int?,
        using random: inout some RandomNumberGenerator
    ) {
        let due = places.filter { $0.state == "due" }
        let route = walk(due, using: &random)
        var stops = route.map(Stop.place)
        for person in keyPersons where person.state == "due" {
            stops.insert(.keyPerson(person), at: Int.random(in: 0...stops.count, using: &random))
        }
        if let limit { stops = Array(stops.prefix(limit)) }
        var visits: [PlannedVisit] = []
        for (index, stop) in stops.enumerated() {
            let at = hours.instant(index, of: stops.count, using: &random)
            visits.append(stop.visit(at: at, using: &random))
        }
        self.visits = visits
    }

    private enum Stop {
        case place(RosterPlace)
        case keyPerson(RosterKeyPerson)

        func visit(at: Instant, using random: inout some RandomNumberGenerator) -> PlannedVisit {
            switch self {
            case .place(let place): Stop.visit(place, at, &random)
            case .keyPerson(let person): Stop.visit(person, at, &random)
            }
        }

        private static func visit(_ place: RosterPlace, _ at: Instant, _ random: inout some RandomNumberGenerator)
            -> PlannedVisit
        {
            let coordinate = place.coordinate
            let finding = random.chance(0.1) ? finding(&random) : nil
            let outcome: PlaceOutcome =
                finding != nil
                ? .checked : pick([(.checked, 0.9), (.closedNow, 0.06), (.refused, 0.04)], .checked, &random)
            return PlannedVisit(
                subject: .init(kind: "place", id: place.id), outcome: outcome.rawValue, at: at,
                fix: coordinate.flatMap { random.chance(0.03) ? nil : fix(near: $0, at, &random) }, finding: finding,
                photos: finding == nil ? 0 : Int.random(in: 1...2, using: &random), coordinate: coordinate,
                isSentAgain: random.chance(0.03))
        }

        /// No fix and no photo of a key person: neither is asked for.
        private static func visit(_ person: RosterKeyPerson, _ at: Instant, _ random: inout some RandomNumberGenerator)
            -> PlannedVisit
        {
            let outcome: PersonOutcome = pick([(.met, 0.85), (.noAnswer, 0.1), (.refused, 0.05)], .met, &random)
            return PlannedVisit(
                subject: .init(kind: "keyPerson", id: person.id), outcome: outcome.rawValue, at: at, fix: nil,
                finding: nil,
                photos: 0, coordinate: nil, isSentAgain: random.chance(0.03))
        }

        private static func pick<Value>(
            _ choices: [(Value, Double)], _ otherwise: Value, _ random: inout some RandomNumberGenerator
        ) -> Value {
            var rest = Double.random(in: 0..<1, using: &random)
            for (value, share) in choices {
                rest -= share
                if rest < 0 { return value }
            }
            return otherwise
        }

        private static func finding(_ random: inout some RandomNumberGenerator) -> PatrolReport.Finding {
            let seen: [(FindingKind, String)] = [
                (.safetyHazard, "安全出口堆放杂物"), (.safetyHazard, "灭火器压力不足"), (.safetyHazard, "电动车在室内充电"),
                (.dispute, "与邻铺因占道发生口角"), (.residentNeed, "门前路灯不亮，请求维修"), (.other, "招牌松动"),
            ]
            let (kind, text) = seen[Int.random(in: 0..<seen.count, using: &random)]
            return .init(kind: kind.rawValue, text: text, urgent: random.chance(0.05) ? true : nil)
        }

        /// Some tens of metres off, as in a street between houses; some devices state it as map services do.
        private static func fix(near place: Coordinate, _ at: Instant, _ random: inout some RandomNumberGenerator)
            -> PatrolReport.Fix
        {
            let accuracy = Double.random(in: 4...35, using: &random).rounded()
            let metresPerDegree = 111_195.0
            let north = Double.random(in: -accuracy...accuracy, using: &random) / metresPerDegree
            let east =
                Double.random(in: -accuracy...accuracy, using: &random)
                / (metresPerDegree * cos(place.latitude * .pi / 180))
            let system: CoordinateSystem = random.chance(0.1) ? .gcj02 : .wgs84
            let stated = Coordinate(latitude: place.latitude + north, longitude: place.longitude + east).position(
                in: system)
            var fix = PatrolReport.Fix(
                latitude: (stated.latitude * 1e7).rounded() / 1e7, longitude: (stated.longitude * 1e7).rounded() / 1e7,
                system: system.rawValue)
            fix.accuracyMetres = accuracy
            fix.provider = FixProvider.gps.rawValue
            fix.time = at.rfc3339
            return fix
        }
    }
}

/// From a random place always on to the nearest that is left, as people walk; places without a position at the end.
func walk(_ places: [RosterPlace], using random: inout some RandomNumberGenerator) -> [RosterPlace] {
    var left = places.filter { $0.coordinate != nil }
    guard var here = left.randomElement(using: &random)?.coordinate else { return places }
    var route: [RosterPlace] = []
    while !left.isEmpty {
        let distances = left.map { $0.coordinate.map { here.distance(to: $0) } ?? .infinity }
        guard let nearest = distances.indices.min(by: { distances[$0] < distances[$1] }) else { break }
        let place = left.remove(at: nearest)
        here = place.coordinate ?? here
        route.append(place)
    }
    return route + places.filter { $0.coordinate == nil }
}

extension RosterPlace {
    /// nil where the roster has no position, or none on Earth.
    var coordinate: Coordinate? {
        guard let latitude, let longitude else { return nil }
        let coordinate = Coordinate(latitude: latitude, longitude: longitude)
        return coordinate.isValid ? coordinate : nil
    }
}
