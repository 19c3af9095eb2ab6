import Patrol
import Store
import TestSupport
import Testing

@Suite("Accounts and roles")
struct AccountChangeTests {
    private let now = instant("2026-03-05T09:00:00+08:00")
    private let today = day("2026-03-05")

    private func role(_ role: Role, in area: Int, from: String = "2026-03-05", to: String? = nil)
        -> PersonEntry.RoleEntry
    { .init(role: role, area: areaID(area), from: day(from), to: to.map { day($0) }) }

    /// The county with a security administrator of all of it, and one of the town.
    private func withManagers(
        _ engine: Engine, _ body: @Sendable (PatrolStore, _ county: Actor, _ town: Actor) async throws -> Void
    ) async throws {
        try await withCounty(engine) { [today] store in
            try await store.add(
                [
                    .sample("S1", role: .securityAdministrator, in: [1]),
                    .sample("S2", role: .securityAdministrator, in: [2]),
                    .sample("D3", role: .executiveDeputy, in: [3]), .sample("C1", role: .county, in: [1]),
                ], at: County.entered)
            let county = try #require(try await store.actor(person: "S1", on: today))
            let town = try #require(try await store.actor(person: "S2", on: today))
            try await body(store, county, town)
        }
    }

    @Test("item 24 · nobody is two of system, security and audit administrator at once", arguments: Engine.all)
    func separation(engine: Engine) async throws {
        try await withManagers(engine) { store, county, _ in
            try await store.giveRole(role(.auditor, in: 1, to: "2026-04-01"), login: "c1", by: county, at: now)
            for other in [Role.administrator, .securityAdministrator] {
                for area in [1, 9] {
                    await #expect(throws: AccountRefusal.notSeparate(.auditor)) {
                        try await store.giveRole(role(other, in: area), login: "c1", by: county, at: now)
                    }
                }
            }
            await #expect(throws: AccountRefusal.notSeparate(.securityAdministrator)) {
                try await store.giveRole(role(.auditor, in: 1), login: "s2", by: nil, at: now)
            }
            // One after the other is another matter, and so is a second area of the same role.
            try await store.giveRole(role(.administrator, in: 1, from: "2026-04-01"), login: "c1", by: county, at: now)
            try await store.giveRole(
                role(.administrator, in: 2, from: "2026-04-10", to: "2026-04-20"), login: "c1", by: county, at: now)
        }
    }

    @Test("the audit is one for all areas, and nobody reads it for a part", arguments: Engine.all)
    func auditorOfAll(engine: Engine) async throws {
        try await withManagers(engine) { store, county, town in
            let top = try await store.wholeAreas(on: today)
            #expect(top == [areaID(1)])
            for manager in [county, nil] {
                await #expect(throws: AccountRefusal.auditorOfPart) {
                    try await store.giveRole(role(.auditor, in: 2), login: "d3", by: manager, at: now)
                }
                await #expect(throws: AccountRefusal.auditorOfPart) {
                    try await store.addAccount(.sample("N", role: .auditor, in: [2]), by: manager, at: now)
                }
            }
        }
    }

    @Test("nobody gives a role above their own area, nor to those above, nor to themselves", arguments: Engine.all)
    func scope(engine: Engine) async throws {
        try await withManagers(engine) { store, county, town in
            await #expect(throws: AccountRefusal.noSuchArea(areaID(1))) {
                try await store.giveRole(role(.county, in: 1), login: "d3", by: town, at: now)
            }
            await #expect(throws: AccountRefusal.noSuchArea(areaID(9))) {
                try await store.addAccount(
                    .sample("N", role: .gridWorker, in: [9]), by: town, at: now)
            }
            for change: @Sendable (String) async throws -> Void in [
                { try await store.giveRole(role(.department, in: 2), login: $0, by: town, at: now) },
                { try await store.setDisabled(true, login: $0, by: town, at: now) },
                { try await store.setDisabled(false, login: $0, by: town, at: now) },
                { try await store.resetPassword(login: $0, to: "x", remembered: 5, by: town, at: now) },
                { try await store.endRole(.county, in: areaID(1), login: $0, from: today, by: town, at: now) },
            ] {
                for stranger in ["c1", "w9", "nobody", "\0"] {
                    await #expect(throws: AccountRefusal.noSuchAccount) { try await change(stranger) }
                }
                await #expect(throws: AccountRefusal.ownAccount) { try await change("s2") }
            }
            await #expect(throws: AccountRefusal.ownAccount) {
                try await store.giveRole(role(.county, in: 1), login: "s1", by: county, at: now)
            }
            try await store.giveRole(role(.stationChief, in: 4), login: "d3", by: town, at: now)
            let deputy = try #require(try await store.actor(person: "D3", on: today))
            #expect(Set(deputy.assignments.map(\.role)) == [.executiveDeputy, .stationChief])
        }
    }

    @Test("a role holds for its days, is given once and ended once", arguments: Engine.all)
    func terms(engine: Engine) async throws {
        try await withManagers(engine) { store, county, _ in
            let term = role(.stationChief, in: 4, from: "2026-03-10", to: "2026-03-20")
            try await store.giveRole(term, login: "d3", by: county, at: now)
            for from in ["2026-03-10", "2026-03-19", "2026-03-01"] {
                await #expect(throws: AccountRefusal.roleHeld) {
                    try await store.giveRole(role(.stationChief, in: 4, from: from), login: "d3", by: county, at: now)
                }
            }
            await #expect(throws: AccountRefusal.endsBeforeItBegins) {
                try await store.giveRole(
                    role(.stationChief, in: 4, from: "2026-05-01", to: "2026-05-01"), login: "d3", by: county, at: now)
            }
            // Ended before it began, it leaves the place free for the same day.
            try await store.endRole(
                .stationChief, in: areaID(4), login: "d3", from: day("2026-03-06"), by: county, at: now)
            await #expect(throws: AccountRefusal.roleNotHeld) {
                try await store.endRole(
                    .stationChief, in: areaID(4), login: "d3", from: day("2026-03-06"), by: county, at: now)
            }
            try await store.giveRole(term, login: "d3", by: county, at: now)
            let path = try #require(try await store.path(of: areaID(7), on: today))
            let deputy = try #require(try await store.actor(person: "D3", on: today))
            for (date, holds) in [("2026-03-09", false), ("2026-03-10", true), ("2026-03-20", false)] {
                #expect(permits(deputy.assignments, .rule, in: path, on: day(date)) == holds, "\(date)")
            }
        }
    }

    @Test("item 9 · the last security administrator of an area stays", arguments: Engine.all)
    func last(engine: Engine) async throws {
        try await withManagers(engine) { store, county, _ in
            await #expect(throws: AccountRefusal.lastSecurityAdministrator) {
                try await store.setDisabled(true, login: "s1", by: nil, at: now)
            }
            await #expect(throws: AccountRefusal.lastSecurityAdministrator) {
                try await store.endRole(
                    .securityAdministrator, in: areaID(1), login: "s1", from: day("2026-06-01"), by: nil, at: now)
            }
            // The town's is one below the county's.
            try await store.setDisabled(true, login: "s2", by: county, at: now)
            await #expect(throws: AccountRefusal.lastSecurityAdministrator) {
                try await store.setDisabled(true, login: "s1", by: nil, at: now)
            }
            // Somebody for some months is no successor.
            try await store.addAccount(.sample("S3"), by: nil, at: now)
            try await store.giveRole(
                role(.securityAdministrator, in: 1, to: "2026-09-01"), login: "s3", by: nil, at: now)
            await #expect(throws: AccountRefusal.lastSecurityAdministrator) {
                try await store.setDisabled(true, login: "s1", by: nil, at: now)
            }
            try await store.giveRole(
                role(.securityAdministrator, in: 1, from: "2026-09-01"), login: "s3", by: nil, at: now)
            try await store.endRole(
                .securityAdministrator, in: areaID(1), login: "s1", from: day("2026-09-01"), by: nil, at: now)
        }
    }

    @Test("disabling and resetting end every session at once; enabling brings none back", arguments: Engine.all)
    func disabling(engine: Engine) async throws {
        try await withManagers(engine) { store, _, town in
            func begin(_ token: String) async throws {
                try await store.begin(.sample(token, of: "D3", until: now.adding(milliseconds: 60_000)), at: now)
            }
            try await begin("one")
            try await store.setDisabled(true, login: "d3", by: town, at: now)
            #expect(try await store.credentials(login: "d3") == nil)
            let later = now.adding(milliseconds: 1_000)
            try await store.setDisabled(true, login: "d3", by: town, at: later)
            let lines = try await store.accounts(in: areaID(3), on: today, after: nil, limit: 10)
            #expect(lines.map(\.login) == ["d3", "w5", "w6"] && lines.map(\.isDisabled) == [true, false, false])
            try await store.setDisabled(false, login: "d3", by: town, at: later)
            #expect(try await store.credentials(login: "d3")?.person == "D3")
            #expect(try await store.actor(tokenHash: "one", at: later) == nil)

            try await begin("two")
            try await store.resetPassword(login: "d3", to: "new", remembered: 5, by: town, at: later)
            #expect(try await store.actor(tokenHash: "two", at: later) == nil)
            let credentials = try #require(try await store.credentials(login: "d3"))
            #expect(credentials.passwordHash == "new")
            #expect(credentials.password == PasswordState(setAt: later, mustChange: true))
            #expect(try await store.earlierPasswords(of: "D3", most: 5) == ["unusable"])
        }
    }

    @Test("accounts are listed by area, page by page, with the roles in force or to come", arguments: Engine.all)
    func list(engine: Engine) async throws {
        try await withManagers(engine) { store, county, _ in
            try await store.endRole(.executiveDeputy, in: areaID(3), login: "d3", from: today, by: county, at: now)
            let all = try await store.accounts(in: areaID(1), on: today, after: nil, limit: 100)
            #expect(all.map(\.login) == ["c1", "d3", "s1", "s2", "w5", "w6", "w7", "w8", "w9"])
            #expect(all.first { $0.login == "d3" }?.roles == [], "who had a role there is still found there")
            let page = try await store.accounts(in: areaID(1), on: today, after: "d3", limit: 2)
            #expect(page.map(\.login) == ["s1", "s2"])
            #expect(page[0].roles.map(\.area.name) == ["南浔区"] && page[0].roles.map(\.role) == [.securityAdministrator])
            #expect(try await store.accounts(in: areaID(8), on: today, after: nil, limit: 9).map(\.login) == ["w8"])
            await #expect(throws: AccountRefusal.loginTaken) {
                try await store.addAccount(.sample("W8"), by: nil, at: now)
            }
            #expect(try await store.areaWords(of: "W5", on: today) == ["南浔", "第一网格", "练市", "练市一站"].sorted())
        }
    }
}
