import Patrol
import Store
import TestSupport
import Testing

@Suite("Passwords and tries at them, as kept")
struct PasswordTests {
    private let now = instant("2026-03-05T09:00:00+08:00")
    private let limit = FailureLimit(failures: 5, lockMinutes: 15)

    private func at(minutes: Int64) -> Instant { now.adding(milliseconds: minutes * 60_000) }

    @Test(
        "item 10 · a new password ends every other session and is refused when the old one has changed meanwhile",
        arguments: Engine.all)
    func change(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for token in ["here", "elsewhere"] {
                try await store.begin(.sample(token, of: "W5", until: at(minutes: 60)), at: now)
            }
            try await store.begin(.sample("other", of: "W6", until: at(minutes: 60)), at: now)
            try await store.changePassword(
                of: "W5", from: "unusable", to: "first", keeping: "L-here", remembered: 2, at: at(minutes: 1))
            #expect(try await store.actor(tokenHash: "here", at: at(minutes: 2))?.person == "W5")
            #expect(try await store.actor(tokenHash: "elsewhere", at: at(minutes: 2)) == nil)
            #expect(try await store.actor(tokenHash: "other", at: at(minutes: 2))?.person == "W6")
            await #expect(throws: StoreError.busy) {
                try await store.changePassword(
                    of: "W5", from: "unusable", to: "second", keeping: nil, remembered: 2, at: at(minutes: 3))
            }
            for (old, new) in [("first", "second"), ("second", "third"), ("third", "fourth")] {
                try await store.changePassword(
                    of: "W5", from: old, to: new, keeping: nil, remembered: 2, at: at(minutes: 4))
            }
            #expect(try await store.earlierPasswords(of: "W5", most: 9) == ["third", "second"])
            #expect(try await store.actor(tokenHash: "here", at: at(minutes: 5)) == nil)
            #expect(
                try await store.credentials(login: "w5")?.password
                    == PasswordState(setAt: at(minutes: 4), mustChange: false))
        }
    }

    @Test(
        "item 8 · a password hashed anew is put in place of the one it was made from, and of no other",
        arguments: Engine.all)
    func rehash(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.rehash("W5", from: "other", to: "strong")
            #expect(try await store.credentials(person: "W5")?.passwordHash == "unusable")
            let before = try await store.credentials(person: "W5")?.password
            try await store.rehash("W5", from: "unusable", to: "strong")
            #expect(try await store.credentials(person: "W5")?.passwordHash == "strong")
            #expect(try await store.credentials(person: "W5")?.password == before, "it is as old as it was")
        }
    }

    @Test("item 3 · five tries are let in however many come at once, and any gateway knows", arguments: Engine.all)
    func tries(engine: Engine) async throws {
        try await withStore(engine) { store in
            let counters = [
                FailureCounter(key: "a", limit: limit),
                FailureCounter(key: "b", limit: .init(failures: 50, lockMinutes: 15)),
            ]
            let answers = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<20 { group.addTask { try await store.admitTry(counters, at: now) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0 == nil }.count == 5)
            let other = PatrolStore(store.database, zone: .shanghai, group: GroupCommit(store.database))
            #expect(try await other.admitTry(counters, at: at(minutes: 14)) == 60_000)
            #expect(try await other.admitTry([FailureCounter(key: "c", limit: limit)], at: now) == nil)
            #expect(try await other.admitTry(counters, at: at(minutes: 15)) == nil)
        }
    }

    @Test("what succeeded counts no more; counters whose time is over are forgotten", arguments: Engine.all)
    func takingBack(engine: Engine) async throws {
        try await withStore(engine) { store in
            let own = FailureCounter(key: "own", limit: limit)
            let shared = FailureCounter(key: "shared", limit: limit)
            for _ in 0..<4 { #expect(try await store.admitTry([own, shared], at: now) == nil) }
            try await store.takeBack([own, shared], clearing: ["own"])
            // The shared one stands at three.
            for _ in 0..<2 { #expect(try await store.admitTry([own, shared], at: now) == nil) }
            #expect(try await store.admitTry([own, shared], at: now) != nil)
            #expect(try await store.admitTry([own], at: now) == nil)
            _ = try await store.admitTry([FailureCounter(key: "later", limit: limit)], at: at(minutes: 20))
            let kept = try await store.database.read { try $0.rows("SELECT counter FROM login_failure", []) }
            #expect(kept == [SQLRow([.text("later")])])
        }
    }
}

@Suite("The first security administrator")
struct FirstAdministratorTests {
    private let now = instant("2026-03-05T09:00:00+08:00")
    private let entry = PersonEntry(
        id: "F", login: "first", name: "首任", passwordHash: "-", roles: [], duties: [])

    private func at(hours: Int64) -> Instant { now.adding(milliseconds: hours * 3_600_000) }

    @Test(
        "item 9 · a fresh database has nobody, and a code makes one security administrator over all of it once",
        arguments: Engine.all)
    func once(engine: Engine) async throws {
        try await withStore(engine) { store in
            #expect(try await store.logins().isEmpty)
            await #expect(throws: FirstAdministratorRefusal.noAreas) {
                try await store.makeFirstAdministratorCode(hash: "code", at: now)
            }
            try await store.add(County.areas, at: County.entered)
            #expect(try await store.makeFirstAdministratorCode(hash: "earlier", at: now) == at(hours: 24))
            _ = try await store.makeFirstAdministratorCode(hash: "code", at: now)
            for wrong in ["earlier", "CODE", ""] {
                #expect(
                    try await !store.redeemFirstAdministrator(
                        codeHash: wrong, entry: entry, device: "D1", shown: .sample("1"), at: now))
            }
            #expect(try await store.logins().isEmpty)
            #expect(
                try await store.redeemFirstAdministrator(
                    codeHash: "code", entry: entry, device: "D1", shown: .sample("1"), at: at(hours: 23)))
            let actor = try #require(try await store.actor(person: "F", on: day("2026-03-06")))
            #expect(actor.assignments.map(\.role) == [.securityAdministrator])
            #expect(actor.assignments.map(\.area.areas) == [[areaID(1)]])

            let second = PersonEntry(id: "G", login: "second", name: "-", passwordHash: "-", roles: [], duties: [])
            #expect(
                try await !store.redeemFirstAdministrator(
                    codeHash: "code", entry: second, device: "D1", shown: .sample("1"), at: at(hours: 23)))
            await #expect(throws: FirstAdministratorRefusal.administratorExists) {
                try await store.makeFirstAdministratorCode(hash: "another", at: at(hours: 23))
            }
            #expect(try await store.logins() == ["first"])
        }
    }

    @Test("item 9 · the code dies after a day, and where somebody was appointed by other means", arguments: Engine.all)
    func dies(engine: Engine) async throws {
        try await withCounty(engine) { store in
            _ = try await store.makeFirstAdministratorCode(hash: "code", at: now)
            #expect(
                try await !store.redeemFirstAdministrator(
                    codeHash: "code", entry: entry, device: "D1", shown: .sample("1"), at: at(hours: 24)))
            let taken = PersonEntry(id: "X", login: "w5", name: "-", passwordHash: "-", roles: [], duties: [])
            await #expect(throws: StoreError.uniqueViolation) {
                try await store.redeemFirstAdministrator(
                    codeHash: "code", entry: taken, device: "D1", shown: .sample("1"), at: now)
            }
            try await store.addAccount(.sample("S", role: .securityAdministrator, in: [1]), by: nil, at: now)
            #expect(
                try await !store.redeemFirstAdministrator(
                    codeHash: "code", entry: entry, device: "D1", shown: .sample("1"), at: now))
        }
    }
}
