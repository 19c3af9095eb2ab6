import Foundation
import Hummingbird
import Intake
import Logging
import Patrol
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Gateway
@testable import fieldcli

/// The program as it was built against the gateway as it is, over sockets and a database on disk.
@Suite(.timeLimit(.minutes(3))) struct LiveGatewayTests {
    @Test func `what is recorded while the gateway is down arrives once when it is back`() async throws {
        try await LiveCounty.open(isUp: false) { county in
            let before = try await county.serve { try await county.coverage() }
            let ids = [try await county.report("P5-1"), try await county.report("P5-2")]
            #expect(try await county.sync(.unavailable).ending == .offline)
            let kept = try county.entries()
            #expect(kept.map(\.id) == ids && kept.map(\.state.phase) == [.waiting, .waiting])
            try await county.serve {
                #expect(try await county.sync().items.map(\.standing) == ["done", "done"])
                let after = try await county.coverage()
                #expect(after.done == before.done + 2 && after.provisional == 0)
                #expect(try await county.sync().items.isEmpty)
            }
            #expect(try Storage.names(in: county.home.outboxFolder).isEmpty)
            try await county.expectExactly(kept)
        }
    }

    @Test func `a record with a photo is complete, and the worker sees what it is worth`() async throws {
        try await LiveCounty.open { county in
            let id = try await county.report("P5-1", withPhoto: true)
            let entry = try #require(try county.entries().first)
            #expect(entry.id == id && entry.state.photos.count == 1)
            #expect(try await county.sync().items.map(\.phase) == ["done"])
            let stored = try await county.ask { try await $0.value(StoredReport.self, "/v1/reports/\(id)") }
            #expect(stored.report == entry.report && stored.receipt.state == "complete")
            #expect(stored.receipt.missingPhotos.isEmpty && stored.receipt.unusablePhotos.isEmpty)
            let mine: MineSummary = try county.read(try await county.run(["mine", "--json"]))
            let line = try #require(mine.reports.first)
            #expect(mine.reports.map(\.id) == [id] && mine.outbox.isEmpty && line.state == "complete")
            #expect(line.grade == "verified" && line.standing == "done" && line.reasons == ["inside-place"])
            let shown = try await county.run(["mine"]).joined()
            let words = [Wording.grade("verified", .ofProcess), Wording.standing("done", .ofProcess)]
            #expect(words.allSatisfy { shown.contains($0) })
            try await county.expectExactly([entry])
        }
    }

    @Test func `one stop at many doors is one command, and only exceptions are named`() async throws {
        try await LiveCounty.open { county in
            try await county.run(["roster"])
            let here = ["--at", "\(County.door.latitude),\(County.door.longitude)"]
            // A mistyped door or outcome leaves nothing behind.
            try await county.run(["batch", "P5-1", "P5-9"] + here, .usage)
            try await county.run(["batch", "P5-1", "--except", "P5-1:nonsense"] + here, .usage)
            try await county.run(["batch", "P5-1", "--except", "P5-2:closedNow"] + here, .usage)
            try await county.run(["batch", "P5-1", "--skip", "P5-11"] + here, .usage)
            let both = ["--except", "P5-1:refused", "--except", "P5-1:closedNow"]
            try await county.run(["batch", "P5-1"] + both + here, .usage)
            try await county.run(["batch", "--street", "长安街"] + here, .noInput)
            #expect(try county.entries().isEmpty)

            let made: [ReportSummary] = try county.read(
                try await county.run(
                    ["batch", "--street", "适园路", "--skip", "P5-3", "--except", "P5-2:closedNow", "--json"] + here))
            let kept = try county.entries()
            #expect(kept.map(\.id) == made.map(\.id))
            #expect(kept.map { $0.report.subject?.id } == ["P5-1", "P5-2"])
            #expect(kept.map(\.report.outcome) == ["checked", "closedNow"])
            #expect(try await county.sync().items.map(\.standing) == ["done", "attempt"])
            #expect(try await county.coverage().done == 1)
        }
    }

    @Test func `killed before each answer, it still delivers every record and photo once`() async throws {
        try await LiveCounty.open { county in
            for place in County.places(of: LiveCounty.grid) { try await county.report(place, withPhoto: true) }
            let entries = try county.entries()
            // Three records, then three photos: each is on the gateway's disk when its sender dies.
            var left: [Int] = []
            for _ in 0..<2 * entries.count {
                county.database.holdAnswers()
                let sync = try BuiltProgram(["sync"], in: county.home)
                try await poll { county.database.isHolding }
                sync.kill()
                try await sync.end()
                #expect(sync.wasKilled)
                county.database.release()
                left.append(try county.entries().count)
            }
            #expect(left == [3, 3, 3, 3, 2, 1])
            #expect(try await county.sync().items.map(\.phase) == ["done"])
            #expect(try county.entries().isEmpty)
            try await county.expectExactly(entries)
            #expect(try await county.coverage().done == Int64(entries.count))
        }
    }

    @Test func `a record that the gateway refuses stays to be seen until a person drops it`() async throws {
        try await LiveCounty.open { county in
            let bad = try await county.report("P5-1")
            let good = try await county.report("P5-2")
            var other = try #require(try county.entries().first).report
            other.text = "另一份内容"
            let first = frozenJSON(other)
            #expect(
                try await county.ask { try GatewayClient.answer(await $0.put(report: first, id: bad)) }.status == 201)
            let items = try await county.sync(.dataRefused).items
            #expect(items.map(\.id) == [bad, good] && items.map(\.phase) == ["refused", "done"])
            #expect(items.first?.problem?.code == "report-conflict")
            _ = try await county.sync(.dataRefused)
            let list: OutboxSummary = try county.read(try await county.run(["outbox", "list", "--json"]))
            let line = try #require(list.records.first)
            #expect(list.records.count == 1 && line.id == bad && line.phase == "refused")
            #expect(line.attempts == 1, "what is final is not sent again")
            #expect(line.problem?.status == 409 && line.advice.contains("drop \(bad) --yes"))
            #expect(try await county.store.record(bad)?.body == String(decoding: first, as: UTF8.self))
            try await county.run(["outbox", "drop", bad, "--yes"])
            #expect(try await county.sync().items.isEmpty)
        }
    }

    /// Ended from elsewhere within the hour, or expired thirteen hours later.
    @Test(arguments: [0, 13])
    func `a session that is over keeps everything until the next login`(hoursLater: Int64) async throws {
        try await LiveCounty.open(isUp: false) { county in
            try await county.report("P5-1", withPhoto: true)
            try await county.report("P5-2")
            let entries = try county.entries()
            try await county.serve(hoursLater: hoursLater) {
                if hoursLater == 0 { _ = try await county.ask { await $0.logout() } }
                #expect(try await county.sync(.notPermitted).ending == .loggedOut)
                let kept = try county.entries()
                #expect(kept.map(\.id) == entries.map(\.id) && kept.map(\.frozen) == entries.map(\.frozen))
                #expect(kept.map(\.state.phase) == [.waiting, .waiting])
                #expect(kept.map(\.state.problem?.code) == ["invalid-token", nil])
                try await county.expectExactly([])
                try await county.logIn()
                #expect(try await county.sync().items.map(\.phase) == ["done", "done"])
            }
            #expect(try county.entries().isEmpty)
            try await county.expectExactly(entries)
        }
    }

    @Test func `five simulated workers leave empty outboxes and a ledger without differences`() async throws {
        try await LiveCounty.open { county in
            let names = County.allGrids.map { "w\($0)" }
            let rows = ["name,password"] + names.map { "\($0),\(LiveCounty.password)" }
            let accounts = "\(county.home.folder)/accounts.csv"
            try Storage.create(accounts, Array(rows.joined(separator: "\n").utf8))
            // A seed with which the workers take photos and send some records twice.
            let options = ["--workers", "5", "--accounts", accounts, "--gateway", county.url, "--seed", "13"]
            let summary: SimulationSummary = try county.read(try await county.run(["simulate", "--json"] + options))
            let subjects = County.allGrids.count * (County.placesPerGrid + County.personsPerGrid)
            #expect(summary.workers == 5 && summary.workersFailed == 0 && summary.leftInOutbox == 0)
            #expect(summary.reports == subjects && summary.distinctSubjects == subjects)
            #expect(summary.photos > 0 && summary.replays > 0 && summary.refused == 0 && summary.failures.isEmpty)
            #expect(
                try names.allSatisfy { try Storage.names(in: "\(county.home.folder)/workers/\($0)/outbox").isEmpty })
            try await county.expectLedger(of: subjects)
        }
    }

    /// Its token ended, after an hour; its login as well, after thirteen.
    @Test(arguments: [Int64(1), 13])
    func `an enrolled handheld hands over by a renewed token, and by its own signature when the login is over`(
        hoursLater: Int64
    ) async throws {
        try await LiveCounty.open(isUp: false, onDevices: true) { county in
            try await county.report("P5-1", withPhoto: true)
            try await county.report("P5-2")
            let entries = try county.entries()
            #expect(entries.allSatisfy { $0.state.signature != nil })
            try await county.serve(hoursLater: hoursLater) {
                let summary = try await county.sync()
                #expect(summary.items.map(\.phase) == ["done", "done"] && summary.ending == .settled)
                #expect(summary.withoutLogin == (hoursLater == 13))
            }
            #expect(try county.entries().isEmpty)
            try await county.expectExactly(entries)
        }
    }

    @Test func `simulated workers enrol devices of their own where the gateway wants them`() async throws {
        try await LiveCounty.open(onDevices: true) { county in
            var rows = ["name,password,enrolment"]
            for grid in County.allGrids {
                let code = try await county.enrolment(for: County.worker(of: grid))
                rows.append("w\(grid),\(LiveCounty.password),\(code)")
            }
            let accounts = "\(county.home.folder)/accounts.csv"
            try Storage.create(accounts, Array(rows.joined(separator: "\n").utf8))
            let options = [
                "--workers", "5", "--accounts", accounts, "--gateway", county.url, "--visits-per-worker", "4",
            ]
            let summary: SimulationSummary = try county.read(try await county.run(["simulate", "--json"] + options))
            #expect(summary.workers == 5 && summary.workersFailed == 0 && summary.leftInOutbox == 0)
            #expect(summary.reports == 20 && summary.refused == 0 && summary.failures.isEmpty)
        }
    }
}

/// A county on disk whose gateway comes and goes at one address, and the handheld of a worker who has logged in.
private struct LiveCounty: Sendable {
    static let grid = 5
    static let password = "巡格-2026"
    let store: PatrolStore
    let database: HoldingDatabase
    let home: Home
    let settings: GatewaySettings
    var url: String { "http://\(settings.host):\(settings.port)" }

    /// The small county and one reader of its coverage, all with one password; the gateway is up or down meanwhile.
    /// - Parameter onDevices: people log in on enrolled devices only, and the worker's handheld is one.
    static func open(isUp: Bool = true, onDevices: Bool = false, _ body: @Sendable (LiveCounty) async throws -> Void)
        async throws
    {
        let hash = try Passwords.hash(password, salt: Array(repeating: 7, count: Passwords.saltBytes))
        try await withTemporaryFolder { folder in
            let temporary = try await TemporaryStore(in: folder) { HoldingDatabase($0) }
            let database = try #require(temporary.database as? HoldingDatabase)
            let home = try Home(folder: folder.appending(path: "handheld").path)
            var settings = GatewaySettings()
            // The accounts are older than a password may be.
            settings.passwordDays = 0
            settings.deviceLogins = onDevices
            settings.photoFolder = folder.appending(path: "photos").path
            // An address of its own, which nobody takes while the gateway is away.
            settings.host = "127.\(Int.random(in: 64...127)).0.\(Int.random(in: 1...254))"
            settings.port = Int.random(in: 20_000...30_000)
            let county = LiveCounty(store: temporary.store, database: database, home: home, settings: settings)
            try await temporary.serving { store in
                try await County.enter(into: store)
                try await store.add([.sample("Reader", role: .county, in: [County.county])], at: County.entered)
                _ = try await database.write { try $0.rows("UPDATE person SET password_hash = $1", [.text(hash)]) }
                try await county.serve {
                    if onDevices {
                        try await county.run(["enroll", county.enrolment(for: County.worker(of: grid))])
                    }
                    try await county.logIn()
                }
                try await isUp ? county.serve { try await body(county) } : body(county)
            }
        }
    }

    /// Runs the gateway for the time of `body`.
    func serve<Value: Sendable>(hoursLater: Int64 = 0, _ body: () async throws -> Value) async throws -> Value {
        var logger = Logger(label: "live-gateway")
        logger.logLevel = .critical
        let gateway = try Gateway(store: store, settings: settings, logger: logger) {
            wallClock().adding(milliseconds: hoursLater * 3_600_000)
        }
        let (ports, running) = AsyncStream.makeStream(of: Int.self)
        let server = Task {
            defer { running.finish() }
            try await gateway.application { running.yield($0) }.run()
        }
        let outcome: Result<Value, any Error>
        do {
            _ = try #require(await ports.first { _ in true }, "the gateway did not start")
            outcome = .success(try await body())
        } catch {
            outcome = .failure(error)
        }
        server.cancel()
        _ = await server.result
        try await gateway.stopPools()
        return try outcome.get()
    }

    /// The text of a QR code for a new device of somebody's.
    func enrolment(for person: String) async throws -> String {
        let device = EnrolmentSecret.deviceID()
        let secret = EnrolmentSecret(at: wallClock())
        try await store.register(
            device: device, label: "test", for: person, code: secret.code(for: device), at: wallClock())
        return secret.shown(for: device, origin: url, key: nil).text
    }

    func entries() throws -> [OutboxEntry] { try Outbox(home: home) { "unused" }.contents().entries }

    /// One command in a process of its own.
    @discardableResult
    func run(_ arguments: [String], _ status: fieldcli.ExitStatus = .success) async throws -> [String] {
        let program = try BuiltProgram(arguments, in: home)
        try await program.end()
        #expect(program.process.terminationStatus == status.rawValue, "\(arguments)")
        return try program.lines()
    }

    func sync(_ status: fieldcli.ExitStatus = .success) async throws -> SyncSummary {
        try read(try await run(["sync", "--json"], status))
    }

    func read<Value: Decodable>(_ printed: [String]) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(printed.joined().utf8))
    }

    func logIn() async throws {
        try Storage.replace("password", in: home.folder, with: Array(Self.password.utf8))
        try await run(["login", "w\(Self.grid)", "--gateway", url, "--password-file", home.folder + "/password"])
    }

    /// At the door of a place.
    @discardableResult func report(_ place: String, withPhoto: Bool = false) async throws -> String {
        let here = ["--at", "\(County.door.latitude),\(County.door.longitude)", "--accuracy", "8"]
        let photo = "\(home.folder)/\(place).jpg"
        if withPhoto { try await run(["camera", photo] + here) }
        return try #require(try await run(["report", place] + here + (withPhoto ? ["--photo", photo] : [])).first)
    }

    /// Speaks to the gateway as the handheld does.
    func ask<Value: Sendable>(_ body: (GatewayClient) async throws -> Value) async throws -> Value {
        let saved = try SavedSession.require(from: home)
        return try await GatewayClient.use(
            saved.gateway, access: Access(saved), language: .chinese, clock: .specimen, body)
    }

    /// The county's places, as the gateway tells its reader.
    func coverage() async throws -> CoverageFigures {
        try await ask { client in
            let login = await client.login(Login(name: "reader", password: Self.password))
            let session = try GatewayClient.value(Session.self, in: login)
            let reader = client.speaking(for: Access(SavedSession(gateway: client.gateway, session: session)))
            return try await reader.value(Coverage.self, "/v1/coverage", [("area", areaID(County.county).text)]).places
        }
    }

    /// The ledger is what so many visits make of it.
    func expectLedger(of visits: Int) async throws {
        let verified = try await store.verify { id, body, _ in
            try patrolRecord(id: id, fromBody: Array(body.utf8)).record
        }
        #expect(verified.differences == [] && verified.visits == visits)
    }

    /// The gateway holds these records as they were frozen, whole and once each, and no others.
    func expectExactly(_ entries: [OutboxEntry]) async throws {
        let scope = RecordScope.sentBy(person: County.worker(of: Self.grid))
        let lines = try await store.records(scope, month: store.zone.month(of: wallClock()), after: nil, limit: 99)
        #expect(lines.map(\.id).sorted() == entries.map(\.id).sorted())
        #expect(lines.allSatisfy { $0.missingPhotos == 0 && $0.judgement?.standing == .done })
        for entry in entries {
            #expect(try await store.record(entry.id)?.body == String(decoding: entry.frozen, as: UTF8.self))
        }
        try await expectLedger(of: entries.count)
    }
}

/// An engine that can keep to itself that a record or photo has reached the disk: its sender waits for an answer.
private final class HoldingDatabase: Database {
    typealias Work<Value> = @Sendable (any SQLConnection) throws -> Value
    private static let count = "SELECT (SELECT COUNT(*) FROM report) + (SELECT COUNT(*) FROM photo)"
    private let base: any Database
    private let state = Mutex((kept: Int64?.none, told: Int64?.none))

    init(_ base: any Database) { self.base = base }

    var isHolding: Bool { state.withLock { $0.told != nil && $0.kept != $0.told } }
    func holdAnswers() { state.withLock { $0.told = $0.kept } }
    func release() { state.withLock { $0.told = nil } }
    func read<Value: Sendable>(_ body: @escaping Work<Value>) async throws -> Value { try await base.read(body) }

    func write<Value: Sendable>(_ body: @escaping Work<Value>) async throws -> Value {
        let value = try await base.write(body)
        let kept = try await base.read { try $0.rows(Self.count, []).first?.integer(0) }
        state.withLock { $0.kept = kept }
        try await poll { !isHolding }
        return value
    }
}

/// Asks again and again, for a minute at most.
private func poll(_ condition: () -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while !condition() {
        try #require(ContinuousClock.now < end)
        try await Task.sleep(for: .milliseconds(2))
    }
}
