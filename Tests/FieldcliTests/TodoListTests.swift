import Patrol
import Testing
import Wire

@testable import fieldcli

struct TodoListTests {
    private func place(_ id: String, _ latitude: Double?, _ longitude: Double?, state: String = "due") -> RosterPlace {
        RosterPlace(
            id: id, name: id, category: "shop", address: "", latitude: latitude, longitude: longitude, radiusMetres: 50,
            state: state)
    }

    private let march = Month(containing: DeploymentZone.shanghai.day(of: Moment.specimen.wallClock))

    private func list(_ roster: Roster<RosterPlace>, outbox: [OutboxEntry] = []) -> TodoList {
        var list = TodoList(month: march, outbox: outbox, zone: .shanghai)
        list.add(roster)
        return list
    }

    @Test func `nearest first, what has no position last in the roster's order`() {
        let roster = Roster(
            grid: "A0000001", month: "2026-03",
            items: [
                place("none-1", nil, nil), place("far", 30.90, 120.42), place("near", 30.8701, 120.42),
                place("none-2", 95, 1),
                place("middle", 30.88, 120.42),
            ])
        let items = nearestFirst(list(roster).items, from: Coordinate(latitude: 30.87, longitude: 120.42))
        #expect(items.map(\.id) == ["near", "middle", "far", "none-1", "none-2"])
        #expect((items[0].metres ?? 0).rounded() == 11)
        #expect(items[3].metres == nil)
        #expect(nearestFirst(list(roster).items, from: nil).map(\.id) == roster.items.map(\.id))
    }

    @Test func `a position in another system is converted before measuring`() {
        let here = Coordinate(latitude: 30.87, longitude: 120.42)
        let stated = here.position(in: .gcj02)
        #expect(abs(stated.longitude - here.longitude) > 0.001, "the systems differ by hundreds of metres here")
        let roster = Roster(grid: "A0000001", month: "2026-03", items: [place("here", 30.87, 120.42)])
        let metres = nearestFirst(list(roster).items, from: stated.wgs84)[0].metres ?? .infinity
        #expect(metres < 1)
    }

    @Test func `done in the roster or settled in the outbox is not due; an attempt still is`() throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let entries = [try outbox.record("settled"), try outbox.record("attempted", outcome: "closedNow")]
        let roster = Roster(
            grid: "A0000001", month: "2026-03",
            items: [
                place("done", nil, nil, state: "done"), place("excused", nil, nil, state: "excused"),
                place("settled", nil, nil),
                place("attempted", nil, nil), place("due", nil, nil),
            ])
        let items = list(roster, outbox: entries).items
        #expect(items.map(\.id) == ["attempted", "due"])
        #expect(items.map(\.attempted) == [true, false])
    }

    @Test func `a refused record settles nothing`() throws {
        let temporary = try TemporaryHome()
        var entry = try temporary.openOutbox().record("P1")
        entry.state.hear(.refused(specimenProblem(422, "no")), about: .report)
        let roster = Roster(grid: "A0000001", month: "2026-03", items: [place("P1", nil, nil)])
        #expect(list(roster, outbox: [entry]).items.map(\.id) == ["P1"])
    }

    @Test func `a roster of last month says nothing of this month, nor does a record of last month`() throws {
        let temporary = try TemporaryHome()
        let february = Moment(
            wallClock: Moment.specimen.wallClock.adding(milliseconds: -20 * 86_400_000), bootID: nil,
            uptimeMilliseconds: nil)
        let entry = try temporary.openOutbox().record("P2", at: february)
        let roster = Roster(
            grid: "A0000001", month: "2026-02", items: [place("P1", nil, nil, state: "done"), place("P2", nil, nil)])
        #expect(list(roster, outbox: [entry]).items.map(\.id) == ["P1", "P2"])
    }

    @Test func `an arrived record is noted in the roster of its month`() throws {
        let temporary = try TemporaryHome()
        let cache = RosterCache(home: temporary.home)
        let roster = Roster(grid: "网格/1", month: "2026-03", items: [place("P1", nil, nil), place("P2", nil, nil)])
        try cache.save(CachedRoster(etag: "\"1\"", fetchedAt: "", roster: roster), of: roster.grid)
        let entry = try temporary.openOutbox().record("P1")
        try cache.note(entry.report, specimenReceipt(entry.id, sha256: "d", standing: "attempt"))
        #expect(try cache.places(of: roster.grid)?.roster.items.map(\.state) == ["due", "due"])
        try cache.note(entry.report, specimenReceipt(entry.id, sha256: "d", standing: "provisional"))
        #expect(try cache.places(of: roster.grid)?.roster.items.map(\.state) == ["done", "due"])
        #expect(try cache.grids() == ["网格/1"])
        #expect(try Storage.names(in: temporary.home.rosterFolder).allSatisfy { !$0.contains("/") })
        try cache.forgetAll(but: [])
        #expect(try cache.grids().isEmpty)
    }
}
