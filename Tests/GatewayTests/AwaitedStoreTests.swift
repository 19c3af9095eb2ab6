import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Patrol
import ServiceLifecycle
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("A gateway that starts before its database")
struct AwaitedStoreTests {
    /// A second gateway over the first one's database, which it may not use before `open`.
    private func withAwaiting(
        _ body: @Sendable (GatewayUnderTest, AwaitedDatabase) async throws -> Void
    ) async throws {
        try await withGateway(settings: { $0.deviceLogins = false }) { house in
            let awaited = AwaitedDatabase(house.store.database)
            let group = GroupCommit(awaited)
            let store = PatrolStore(awaited, zone: .shanghai, group: group)
            let gateway = try Gateway(
                store: store, settings: house.gateway.settings, logger: house.gateway.logger, now: { house.clock.now })
            async let running: Void = group.run()
            try await gateway.application().test(.router) { client in
                try await body(
                    GatewayUnderTest(
                        gateway: gateway, store: store, clock: house.clock, folder: house.folder, client: client),
                    awaited)
            }
            group.close()
            await running
            try await gateway.stopPools()
        }
    }

    @Test("answers 503 with Retry-After until the database is there, and is alive all the while")
    func away() async throws {
        try await withAwaiting { house, awaited in
            #expect(try await house.get("/healthz").status == 200)
            for answer in [
                try await house.get("/readyz"), try await house.put(1, .sample()),
                try await house.get("/v1/coverage", as: "R-county"),
                try await house.put(photo: SamplePhoto.whole(1)),
                try await house.send(.post, "/v1/login", body: Array(#"{"name":"w5","password":"x"}"#.utf8)),
            ] {
                #expect(answer.status == 503)
                #expect(answer.headers[.retryAfter] == "2")
                #expect(try answer.problem().retryable)
            }
            let page = try await house.get("/coverage", as: "R-stationChief")
            #expect(page.status == 503 && page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[.retryAfter] == "2" && page.text.contains("系统繁忙"))
            let login = try await house.send(
                .post, "/login", body: Array("name=a&password=b".utf8),
                headers: [.contentType: "application/x-www-form-urlencoded"])
            #expect(login.status == 503 && login.text.contains("<form") && login.text.contains("系统繁忙"))
            try await awaited.open {}
            #expect(try await house.get("/readyz").status == 200)
            #expect(try await house.put(1, .sample()).status == 201)
        }
    }

    @Test("a preparation that fails leaves the database closed")
    func failedPreparation() async throws {
        try await withAwaiting { house, awaited in
            await #expect(throws: StoreError.busy) { try await awaited.open { throw StoreError.busy } }
            let answer = try await house.get("/readyz")
            #expect(answer.status == 503)
        }
    }

    @Test("preparation is tried until the database is there; what time does not mend ends the program")
    func preparation() async throws {
        let attempts = Mutex(0)
        let logger = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })
        try await StorePreparation(
            prepare: {
                let attempt = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                if attempt < 3 { throw StoreError.unavailable("not yet") }
            }, logger: logger
        ).run()
        let count = attempts.withLock { $0 }
        #expect(count == 3)
        await #expect(throws: StoreError.unsuitable(.collation("C (ICU)"))) {
            try await StorePreparation(prepare: { throw StoreError.unsuitable(.collation("C (ICU)")) }, logger: logger)
                .run()
        }
    }
}

@Suite("The month's ledger at its beginning")
struct MonthKeeperTests {
    private func keeper(_ house: GatewayUnderTest, _ holder: String) -> MonthKeeper {
        MonthKeeper(store: house.store, holder: holder, now: { house.clock.now }, logger: house.gateway.logger)
    }

    private func openMonths(_ house: GatewayUnderTest) async throws -> [String] {
        try await house.store.database.read { connection in
            try connection.rows("SELECT month FROM ledger_month ORDER BY month", []).map { try $0.text(0) }
        }
    }

    @Test("is made before anybody looks, and once")
    func opened() async throws {
        try await withGateway { house in
            #expect(try await openMonths(house) == [])
            try await keeper(house, "a").keep()
            try await keeper(house, "b").keep()
            #expect(try await openMonths(house) == ["2026-03"])
            house.clock.advance(hours: 24 * 27)
            try await keeper(house, "b").keep()
            #expect(try await openMonths(house) == ["2026-03", "2026-04"])
        }
    }

    @Test("is left to the gateway that is at it, for as long as that one may take")
    func leased() async throws {
        try await withGateway { house in
            #expect(try await house.store.holdLease("open-month", by: "other", at: house.clock.now, for: 300_000))
            try await keeper(house, "a").keep()
            #expect(try await openMonths(house) == [])
            house.clock.advance(hours: 1)
            try await keeper(house, "a").keep()
            #expect(try await openMonths(house) == ["2026-03"])
        }
    }
}
