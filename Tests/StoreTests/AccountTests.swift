import Patrol
import Store
import TestSupport
import Testing

@Suite("Accounts")
struct AccountTests {
    private let now = instant("2026-03-05T09:00:00+08:00")

    @Test("a session speaks for its person until it ends or expires", arguments: Engine.all)
    func session(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            let hour: Int64 = 3_600_000
            for token in ["first", "second"] {
                try await store.begin(.sample(token, of: "W5", until: now.adding(milliseconds: hour)), at: now)
            }
            #expect(try await store.actor(tokenHash: "first", at: now)?.name == "人员 W5")
            #expect(try await store.actor(tokenHash: "first", at: now.adding(milliseconds: hour - 1)) != nil)
            #expect(try await store.actor(tokenHash: "first", at: now.adding(milliseconds: hour)) == nil)
            try await store.endLogin("L-first", at: now)
            #expect(try await store.actor(tokenHash: "first", at: now) == nil)
            #expect(try await store.actor(tokenHash: "second", at: now)?.person == "W5")
            #expect(try await store.actor(tokenHash: "third", at: now) == nil)
        }
    }

    @Test("a disabled person has neither password nor session", arguments: Engine.all)
    func disabled(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            try await store.begin(.sample("t", of: "W5", until: now.adding(milliseconds: 60_000)), at: now)
            #expect(try await store.credentials(login: "w5")?.person == "W5")
            _ = try await store.database.write { try $0.rows("UPDATE person SET disabled_at = 1 WHERE id = 'W5'", []) }
            #expect(try await store.credentials(login: "w5") == nil)
            #expect(try await store.actor(tokenHash: "t", at: now) == nil)
            #expect(try await store.credentials(login: "W6") == nil, "login names are exact")
        }
    }

    @Test("roles stand where the area stands on the day", arguments: Engine.all)
    func rolePath(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            try await store.add([PersonEntry.sample("D3", role: .executiveDeputy, in: [3])], at: now)
            try await store.transfer(areaID(3), toManager: areaID(1), from: day("2026-03-10"), at: now)
            let before = try #require(try await store.actor(person: "D3", on: day("2026-03-09")))
            let after = try #require(try await store.actor(person: "D3", on: day("2026-03-10")))
            #expect(before.assignments.map(\.area.areas) == [[1, 2, 3].map(areaID)])
            #expect(after.assignments.map(\.area.areas) == [[1, 3].map(areaID)])
            let grid = try #require(try await store.path(of: areaID(5), on: day("2026-03-10")))
            #expect(permits(after.assignments, .readReports, in: grid, on: day("2026-03-10")))
            #expect(try await store.actor(person: "nobody", on: day("2026-03-10")) == nil)
        }
    }

    @Test("the capacity is that of the duty in the grid visited", arguments: Engine.all)
    func capacity(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            let duties = [
                Duty(grid: areaID(5), capacity: .volunteer, from: day("2026-01-01"), to: nil),
                Duty(grid: areaID(6), capacity: .partTime, from: day("2026-03-01"), to: day("2026-03-15")),
            ]
            try await store.add(
                [PersonEntry(id: "X", login: "x", name: "代班", passwordHash: "-", roles: [], duties: duties)], at: now)
            let actor = try #require(try await store.actor(person: "X", on: day("2026-03-05")))
            #expect(
                Submission.Sender(actor, on: day("2026-03-05")).capacities == [
                    areaID(5): .volunteer, areaID(6): .partTime,
                ])
            #expect(actor.grids(on: day("2026-03-05")) == [areaID(5), areaID(6)])
            #expect(Submission.Sender(actor, on: day("2026-03-15")).capacities == [areaID(5): .volunteer])
            #expect(Submission.Sender(actor, on: day("2025-12-31")).capacities.isEmpty)
        }
    }

    @Test(
        "a stand-in may work in the grid for the days of the duty, a volunteer's duty gives no right",
        arguments: Engine.all)
    func rightsByDuty(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            let duties = [
                Duty(grid: areaID(5), capacity: .volunteer, from: day("2026-01-01"), to: nil),
                Duty(grid: areaID(6), capacity: .partTime, from: day("2026-03-01"), to: day("2026-03-15")),
            ]
            try await store.add(
                [PersonEntry(id: "X", login: "x", name: "代班", passwordHash: "-", roles: [], duties: duties)], at: now)
            let actor = try #require(try await store.actor(person: "X", on: day("2026-03-05")))
            let grid = try #require(try await store.path(of: areaID(6), on: day("2026-03-05")))
            #expect(
                actor.assignments == [
                    RoleAssignment(role: .gridWorker, area: grid, from: day("2026-03-01"), to: day("2026-03-15"))
                ])
            for (date, holds) in [
                ("2026-02-28", false), ("2026-03-01", true), ("2026-03-14", true), ("2026-03-15", false),
            ] {
                #expect(permits(actor.assignments, .submitReport, in: grid, on: day(date)) == holds, "\(date)")
            }
            try await store.assign("X", to: areaID(6), as: nil, from: day("2026-03-01"), until: nil, at: now)
            let relieved = try #require(try await store.actor(person: "X", on: day("2026-03-05")))
            #expect(relieved.assignments.isEmpty, "an ended duty leaves no right behind")
            let worker = try #require(try await store.actor(person: "W5", on: day("2026-03-05")))
            #expect(worker.assignments.count == 1, "whoever has the role gets it once")
        }
    }

    @Test("a login is taken once", arguments: Engine.all)
    func uniqueLogin(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            let logins = try await store.logins()
            #expect(logins == Set(County.allGrids.map { "w\($0)" }))
            let twin = PersonEntry(id: "other", login: "w5", name: "同名", passwordHash: "-", roles: [], duties: [])
            await #expect(throws: StoreError.uniqueViolation) {
                try await store.add([PersonEntry.sample("Y"), twin], at: now)
            }
            #expect(try await store.logins() == logins, "half an import was kept")
        }
    }

    @Test("a login whose password or device changed while it was checked does not begin", arguments: Engine.all)
    func overtaken(engine: Engine) async throws {
        try await withCounty(engine) { [now] store in
            let later = now.adding(milliseconds: 3_600_000)
            func login(_ token: String, device: String? = nil, key: String? = nil, setAt: Instant?) -> NewLogin {
                NewLogin(
                    id: "L-" + token, person: "W5", passwordSetAt: setAt, device: device, thumbprint: key,
                    manner: .browser, tokenHash: token, tokenUntil: later, refreshHash: nil, endsAt: later)
            }
            let credentials = try #require(try await store.credentials(person: "W5"))
            let setAt = credentials.password.setAt
            #expect(try await store.begin(login("one", setAt: setAt), at: now))
            try await store.changePassword(
                of: "W5", from: credentials.passwordHash, to: "new", keeping: nil, remembered: 0,
                at: setAt.adding(milliseconds: 1))
            #expect(try await !store.begin(login("two", setAt: setAt), at: now))
            let present = setAt.adding(milliseconds: 1)
            let code = EnrolmentCode(
                codeHash: "c", codeUntil: later, digitsHash: "d", digitsUntil: later)
            try await store.register(device: "D", label: "x", for: "W5", code: code, at: now)
            _ = try await store.enrol(.sample("a"), by: .code(hash: "c"), at: now)
            let key = ShownDevice.sample("a").key.thumbprint
            #expect(try await store.begin(login("three", device: "D", key: key, setAt: present), at: now))
            #expect(try await !store.begin(login("four", device: "D", key: "other", setAt: present), at: now))
            #expect(try await store.set(.locked, device: "D", at: now))
            #expect(try await !store.begin(login("five", device: "D", key: key, setAt: present), at: now))
            try await store.database.write { try $0.script("UPDATE person SET disabled_at = 1 WHERE id = 'W5';") }
            #expect(try await !store.begin(login("six", setAt: present), at: now))
        }
    }
}
