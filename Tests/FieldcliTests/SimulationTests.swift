import Patrol
import Testing
import Wire

@testable import fieldcli

struct SimulationTests {
    private let zone = DeploymentZone.shanghai
    private let places = (0..<20).map { index -> RosterPlace in
        let latitude: Double? = index == 19 ? nil : 30.87 + Double(index % 5) * 0.01
        let longitude: Double? = index == 19 ? nil : 120.42 + Double(index / 5) * 0.01
        return RosterPlace(
            id: "P\(index)", name: "", category: "", address: "", latitude: latitude, longitude: longitude,
            radiusMetres: 50,
            state: index == 18 ? "done" : "due")
    }
    private let persons = (0..<4).map { index in
        RosterKeyPerson(id: "K\(index)", name: "", address: "", contactRule: "", safetyHint: nil, state: "due")
    }

    private func day(seed: UInt64, limit: Int? = nil) throws -> PlannedDay {
        var random = SeededRandom(seed: seed)
        let day = try #require(Day("2026-03-05"))
        let hours = try #require(WorkingHours(of: day, now: zone.start(of: day.adding(days: 3)), zone: zone))
        return PlannedDay(places: places, keyPersons: persons, hours: hours, limit: limit, using: &random)
    }

    @Test func `every due subject once, in the order of time, the same for the same seed`() throws {
        let visits = try day(seed: 5).visits
        #expect(Set(visits.compactMap(\.subject.id)) == Set((0..<18).map { "P\($0)" } + ["P19"] + persons.map(\.id)))
        #expect(visits.count == 23)
        #expect(visits.map(\.at) == visits.map(\.at).sorted())
        #expect(try day(seed: 5) == day(seed: 5))
        #expect(try day(seed: 5) != day(seed: 6))
        #expect(try day(seed: 5, limit: 7).visits.count == 7)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `key persons get neither fix nor photo, and outcomes fit their kind`(seed: UInt64) throws {
        for visit in try day(seed: seed).visits {
            let kind = try #require(SubjectKind(rawValue: visit.subject.kind))
            #expect(Outcome(kind: kind, name: visit.outcome) != nil)
            if kind == .keyPerson { #expect(visit.fix == nil && visit.photos == 0 && visit.finding == nil) }
            #expect((visit.finding == nil) == (visit.photos == 0))
        }
    }

    @Test func `the walk always goes on to the nearest place`() {
        var random = SeededRandom(seed: 9)
        let route = walk(places, using: &random)
        #expect(Set(route.map(\.id)) == Set(places.map(\.id)))
        #expect(route.last?.id == "P19")
        for (index, place) in route.dropLast(2).enumerated() {
            guard let here = place.coordinate, let next = route[index + 1].coordinate else { continue }
            let nearest = route[(index + 1)...].compactMap(\.coordinate).map { here.distance(to: $0) }.min() ?? 0
            #expect(here.distance(to: next) == nearest)
        }
    }

    @Test(arguments: [-1.0, 0, 0.5, 3, 8, 8.2, 9, 12, 18, 23.9, 30])
    func `working hours never reach into the future`(hour: Double) throws {
        let day = try #require(Day("2026-03-05"))
        let now = zone.start(of: day).adding(milliseconds: Int64(hour * 3_600_000))
        let hours = WorkingHours(of: day, now: now, zone: zone)
        #expect((hours == nil) == (hour <= 0))
        guard let hours else { return }
        var random = SeededRandom(seed: 1)
        for index in 0..<30 {
            let instant = hours.instant(index, of: 30, using: &random)
            #expect(instant <= now && zone.day(of: instant) == day)
        }
    }

    @Test func `accounts are read by column names`() {
        let text = "\u{FEFF}role,password,name\r\ngridWorker,\"a,\"\"b\",w1\r\ngridWorker,p2,w2\r\nauditor,p3,w3\r\n"
        #expect(AccountsFile.parse(text)?.map(\.name) == ["w1", "w2"])
        #expect(AccountsFile.parse(text)?.map(\.password) == ["a,\"b", "p2"])
        #expect(AccountsFile.parse("user,password\na,b\n") == nil)
        #expect(AccountsFile.parse("name,password\nonly\n") == nil)
        #expect(AccountsFile.parse("") == nil)
    }

    @Test func `quantiles are measured values`() throws {
        let quantiles = try #require(Quantiles((1...100).map(Double.init)))
        #expect(quantiles.p50 == 50 && quantiles.p99 == 99)
        #expect(Quantiles([]) == nil)
        #expect(Quantiles([3])?.p99 == 3)
    }

    @Test func `an empty outbox alone is no success when a worker never set out`() {
        let tally = SimulationTally()
        _ = tally.finished(left: 0, refused: 0, cutShort: nil)
        #expect(tally.summary(seconds: 1).status == .success)
        _ = tally.finished(left: 0, refused: 0, cutShort: "wrong-credentials")
        #expect(tally.summary(seconds: 1).status == .unavailable)
        _ = tally.finished(left: 1, refused: 0, cutShort: nil)
        #expect(tally.summary(seconds: 1).status == .temporaryFailure)
    }
}
