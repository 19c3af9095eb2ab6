import Synchronization
import Testing
import Wire

@testable import fieldcli

/// The outbox against a gateway on a socket.
struct CourierTests {
    private func deliver(
        _ outbox: Outbox, to address: GatewayAddress, as person: String = "W1", patience: Patience = .standard
    ) async throws -> DeliveryReport {
        try await GatewayClient.use(
            address, access: specimenAccess(address, person: person), language: .chinese, clock: .specimen
        ) { client in
            try await Courier(outbox: outbox, client: client, person: person).deliver(patience)
        }
    }

    @Test func `what arrives leaves the outbox, byte for byte and in order`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let plain = try outbox.record("P1")
        let pictured = try outbox.record("P2", photos: [temporary.photo("a.jpg")])
        let urgent = try outbox.record("P3", urgent: true)
        let digest = try #require(pictured.state.photos.first).sha256
        try await ScriptedGateway.serve(ScriptedGateway.friendly) { gateway, address in
            let report = try await deliver(outbox, to: address)
            #expect(report.status == .success)
            #expect(report.items.map(\.phase) == ["done", "done", "done"])
            #expect(
                gateway.lines == [
                    "PUT /v1/reports/\(urgent.id)", "PUT /v1/reports/\(plain.id)", "PUT /v1/reports/\(pictured.id)",
                    "PUT /v1/photos/\(digest)",
                ])
            #expect(gateway.asked[1].body == plain.frozen)
            #expect(gateway.asked[1].headers["content-digest"] == contentDigest(plain.frozen))
            #expect(gateway.asked[1].headers["authorization"] == "Bearer token")
            #expect(gateway.asked[1].headers["accept-language"] == "zh-CN")
            #expect(sha256Text(gateway.asked[3].body) == digest)
            #expect(gateway.asked[3].headers["content-type"] == "image/jpeg")
        }
        #expect(try Storage.names(in: temporary.home.outboxFolder).isEmpty)
        #expect(try outbox.record().report.device.previousSha256 == urgent.state.sha256)
    }

    @Test func `a refusal stays visible, is not sent again, and does not stop the others`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let bad = try outbox.record("P1")
        let good = try outbox.record("P2")
        try await ScriptedGateway.serve({
            $0.path.hasSuffix(bad.id) ? .problem(409, "report-conflict") : ScriptedGateway.friendly($0)
        }) {
            gateway, address in
            let status = try await deliver(outbox, to: address).status
            #expect(status == .dataRefused)
            let again = try await deliver(outbox, to: address).status
            #expect(again == .dataRefused)
            #expect(gateway.lines == ["PUT /v1/reports/\(bad.id)", "PUT /v1/reports/\(good.id)"])
        }
        let left = try outbox.contents().entries
        #expect(left.map(\.id) == [bad.id])
        #expect(left.first?.state.problem?.code == "report-conflict")
        #expect(
            OutboxLine(try #require(left.first), reader: "W1", language: .english).advice.contains("drop \(bad.id)"))
    }

    @Test func `a quarantined photo keeps its record, with its reason`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let entry = try outbox.record("P1", photos: [temporary.photo("a.jpg")])
        let digest = try #require(entry.state.photos.first).sha256
        let useless = Answer.json(
            201, PhotoReceipt(sha256: digest, bytes: 9, state: "quarantined", code: "photo-malformed"))
        try await ScriptedGateway.serve({ $0.path.contains("/photos/") ? useless : ScriptedGateway.friendly($0) }) {
            _, address in
            let report = try await deliver(outbox, to: address)
            #expect(report.status == .dataRefused)
            #expect(report.items.first?.unusable == ["photo-malformed"])
        }
        #expect(try outbox.entry(entry.id)?.state.phase == .unusable)
    }

    @Test func `an ended session stops the run and loses nothing`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        try outbox.record("P1")
        try outbox.record("P2")
        try await ScriptedGateway.serve({ _ in .problem(401, "login-required") }) { gateway, address in
            let status = try await deliver(outbox, to: address).status
            #expect(status == .notPermitted)
            #expect(gateway.lines.count == 1)
        }
        #expect(try outbox.contents().entries.map(\.state.phase) == [.waiting, .waiting])
    }

    @Test func `a network's login page empties no outbox`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        try outbox.record("P1", photos: [temporary.photo("a.jpg")])
        let page = Answer(status: 200, headers: ["content-type": "text/html"], body: Array("<html>".utf8))
        try await ScriptedGateway.serve({ _ in page }) { gateway, address in
            let status = try await deliver(outbox, to: address).status
            #expect(status == .temporaryFailure)
            #expect(gateway.lines.count == 3)
        }
        #expect(try outbox.contents().entries.count == 1)
    }

    @Test func `after an outage everything arrives once`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let first = try outbox.record("P1")
        let second = try outbox.record("P2")
        let nobody = try #require(GatewayAddress("http://127.0.0.1:1"))
        #expect(try await deliver(outbox, to: nobody).status == .unavailable)
        try await ScriptedGateway.serve(ScriptedGateway.friendly) { gateway, address in
            let status = try await deliver(outbox, to: address).status
            #expect(status == .success)
            let items = try await deliver(outbox, to: address).items
            #expect(items.isEmpty)
            #expect(gateway.lines == ["PUT /v1/reports/\(first.id)", "PUT /v1/reports/\(second.id)"])
        }
    }

    @Test func `nobody's record goes out in another's name`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let hers = try outbox.record("P1", person: "W1")
        let nobodys = try outbox.record("P2", person: nil)
        try await ScriptedGateway.serve({ _ in .problem(422, "no") }) { gateway, address in
            _ = try await deliver(outbox, to: address, as: "W2")
            #expect(gateway.lines == ["PUT /v1/reports/\(nobodys.id)"])
            #expect(try outbox.entry(nobodys.id)?.state.person == "W2")
            #expect(try outbox.entry(hers.id)?.state.attempts == 0)
        }
    }

    @Test func `a photo damaged on the device is not sent under its old name`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let entry = try outbox.record("P1", photos: [temporary.photo("a.jpg")])
        let digest = try #require(entry.state.photos.first).sha256
        try Storage.removeIfPresent(entry.photoPath(digest))
        try Storage.create(entry.photoPath(digest), [0xFF, 0xD8, 0xFF])
        try await ScriptedGateway.serve(ScriptedGateway.friendly) { gateway, address in
            let items = try await deliver(outbox, to: address).items
            #expect(items.first?.unusable == ["photo-lost"])
            #expect(gateway.lines == ["PUT /v1/reports/\(entry.id)"])
        }
    }

    @Test func `a roster unchanged is kept, and a right withdrawn takes its data along`() async throws {
        let temporary = try TemporaryHome()
        let cache = RosterCache(home: temporary.home)
        let grid = Session.GridLine(id: "A0000001", name: "一网格")
        let places = Roster(
            grid: grid.id, month: "2026-03",
            items: [
                RosterPlace(
                    id: "P1", name: "店", category: "shop", address: "", latitude: nil, longitude: nil, radiusMetres: 1,
                    state: "due")
            ])
        let persons = Roster(
            grid: grid.id, month: "2026-03",
            items: [RosterKeyPerson(id: "K1", name: "甲", address: "", contactRule: "", safetyHint: nil, state: "due")])
        let lines = Mutex<[RosterFetch.Line]>([])
        func fetch(_ script: @escaping ScriptedGateway.Script) async throws -> RosterFetch.Line? {
            try await ScriptedGateway.serve(script) { _, address in
                try await GatewayClient.use(
                    address, access: specimenAccess(address), language: .english, clock: .specimen
                ) { client in
                    let line = try await RosterFetch(
                        client: client, cache: cache, fetchedAt: Moment.specimen.wallClock, thisMonth: specimenMonth
                    ).fetch(grid, month: nil)
                    lines.withLock { $0.append(line) }
                }
            }
            return lines.withLock { $0.last }
        }
        let first = try await fetch {
            $0.path.contains("key-persons") ? .json(200, persons) : .json(200, places, ["etag": "\"1\""])
        }
        #expect(first?.changed == true && first?.placesDue == 1 && first?.keyPersonsDue == 1)
        let second = try await fetch { asked in
            if asked.path.contains("key-persons") { return .problem(404, "not-found") }
            return asked.headers["if-none-match"] == "\"1\""
                ? Answer(status: 304, headers: [:], body: []) : .problem(500, "no-etag-sent")
        }
        #expect(second?.places == 1)
        #expect(second?.keyPersons == nil)
        #expect(try cache.keyPersons(of: grid.id) == nil)
        #expect(try cache.places(of: grid.id)?.roster == places)
    }
}
