import Foundation
import Patrol
import Synchronization
import Testing
import Wire

@testable import fieldcli

/// An enrolled handheld against a gateway that wants proofs.
struct AccessTests {
    /// A handheld with a key that is logged in.
    private func open(_ desk: DeviceDesk, _ address: GatewayAddress, _ temporary: TemporaryHome) throws -> Access {
        let keys = temporary.keys()
        let key = try keys.load() ?? keys.make().0
        let saved = SavedSession(gateway: address, session: DeviceDesk.session(desk.now))
        try saved.save(to: temporary.home)
        return Access(saved, key: key, home: temporary.home, keys: keys)
    }

    private func signer(_ access: Access) throws -> RecordSigner {
        RecordSigner(key: try #require(access.key), person: "W1")
    }

    private func deliver(_ outbox: Outbox, to address: GatewayAddress, _ access: Access) async throws -> DeliveryReport
    {
        try await GatewayClient.use(address, access: access, language: .chinese, clock: .specimen) { client in
            try await Courier(outbox: outbox, client: client, person: "W1").deliver(.standard)
        }
    }

    @Test
    func `item 16 · every request carries a proof of its own, and an old nonce costs one round trip, a photo's too`()
        async throws
    {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let desk = DeviceDesk()
        try outbox.record("P1")
        let digest = try #require(try outbox.record("P2", photos: [temporary.photo("a.jpg")]).state.photos.first).sha256
        try await ScriptedGateway.serve({ asked in
            if asked.path.hasPrefix("/v1/photos"), asked.headers["dpop"] != nil {
                desk.change { if $0.nonce == "nonce-1" { $0.nonce = "nonce-2" } }
            }
            return desk.answer(asked)
        }) { gateway, address in
            let status = try await deliver(outbox, to: address, open(desk, address, temporary)).status
            #expect(status == .success)
            // The first request learns the nonce; the photo goes again, whole, when the gateway has changed it.
            let photos = gateway.asked.filter { $0.path.hasPrefix("/v1/photos") }
            #expect(gateway.asked.count == 5 && photos.map { sha256Text($0.body) } == [digest, digest])
            let ids = gateway.asked.compactMap { ReceivedProof($0.headers["dpop"])?.payload.jti }
            #expect(Set(ids).count == 5)
        }
        // The newest nonce serves the next run, too.
        try outbox.record("P3")
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            let status = try await deliver(outbox, to: address, open(desk, address, temporary)).status
            #expect(status == .success)
            #expect(gateway.lines.count == 1)
        }
    }

    @Test func `what a stranger's answer calls a nonce is not sent to the gateway, nor kept`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let desk = DeviceDesk()
        try outbox.record("P1")
        let strange = Mutex(String(repeating: "n", count: 9_000))
        try await ScriptedGateway.serve({ asked in
            let answer = desk.answer(asked)
            let nonce = strange.withLock { $0 }
            guard !nonce.isEmpty else { return answer }
            let headers = answer.headers.filter { $0.key.lowercased() != "dpop-nonce" }
            return Answer(
                status: answer.status, headers: headers.merging(["dpop-nonce": nonce]) { $1 }, body: answer.body)
        }) { gateway, address in
            _ = try await deliver(outbox, to: address, open(desk, address, temporary))
            #expect(gateway.asked.allSatisfy { ($0.headers["dpop"] ?? "").utf8.count < 2_000 })
            #expect(try Storage.readIfPresent("\(temporary.home.folder)/nonce.json") == nil)
            strange.withLock { $0 = "" }
            let status = try await deliver(outbox, to: address, open(desk, address, temporary)).status
            #expect(status == .success)
        }
    }

    @Test func `an ended token is renewed once, and the new pair is kept`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let desk = DeviceDesk()
        try (1...3).forEach { try outbox.record("P\($0)") }
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            let access = try open(desk, address, temporary)
            desk.change { $0.token = "ended" }
            let status = try await deliver(outbox, to: address, access).status
            #expect(status == .success)
            #expect(gateway.lines.filter { $0 == "POST /v1/token" }.count == 1)
            let saved = try #require(try SavedSession.load(from: temporary.home))
            #expect(saved.session.token == "token-2" && saved.session.refreshToken == "refresh-2")
            #expect(saved.session.person == DeviceDesk.person)
        }
    }

    @Test func `a token that has ended by the gateway's clock is renewed before a photo is sent in vain`() async throws
    {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            let keys = temporary.keys()
            var saved = SavedSession(gateway: address, session: DeviceDesk.session(desk.now))
            saved.session.expiresAt = "2026-03-05T08:00:00Z"
            try saved.save(to: temporary.home)
            // The wall clock is years off; what counts is the gateway's time as last heard, and the uptime since.
            try temporary.home.save(
                HeardTime(time: "2026-03-05T07:59:30Z", bootId: "boot-1", uptimeMilliseconds: 0), HeardTime.file)
            // Two requests each time: to learn the nonce with the first, and to renew.
            for uptime in [Int64(29_000), 31_000] {
                let access = Access(saved, key: try keys.load() ?? keys.make().0, home: temporary.home, keys: keys)
                let clock = DeviceClock(
                    moment: {
                        Moment(
                            wallClock: Moment.specimen.wallClock.adding(milliseconds: -157_000_000_000),
                            bootID: "boot-1", uptimeMilliseconds: uptime)
                    }, home: temporary.home)
                let before = gateway.lines.count
                try await GatewayClient.use(address, access: access, language: .english, clock: clock) { client in
                    _ = await client.get("/v1/reports")
                }
                #expect(Array(gateway.lines.dropFirst(before)).contains("POST /v1/token") == (uptime > 30_000))
                #expect(gateway.lines.count - before == 2)
                try temporary.home.save(
                    HeardTime(time: "2026-03-05T07:59:30Z", bootId: "boot-1", uptimeMilliseconds: 0), HeardTime.file)
            }
        }
    }

    @Test func `item 15 · a lost answer to a renewal is asked for again at once and brings the same pair`() async throws
    {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let desk = DeviceDesk()
        try outbox.record("P1")
        let lost = Mutex(0)
        try await ScriptedGateway.serve({ asked in
            let answer = desk.answer(asked)
            guard asked.path == "/v1/token", answer.status == 200 else { return answer }
            return lost.withLock { count in
                count += 1
                return count <= 2 ? answer.lost : answer
            }
        }) { gateway, address in
            let access = try open(desk, address, temporary)
            desk.change { $0.token = "ended" }
            let status = try await deliver(outbox, to: address, access).status
            #expect(status == .success)
            let sent = try gateway.asked.filter { $0.path == "/v1/token" }.map {
                try decodeExactly(TokenRefresh.self, from: $0.body).refreshToken
            }
            #expect(Set(sent) == ["refresh-1"])
            #expect(desk.now.renewals == 1)
            #expect(try SavedSession.load(from: temporary.home)?.session.refreshToken == "refresh-2")
        }
    }

    @Test func `two commands at once use a refresh token once`() async throws {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            let pair = [try open(desk, address, temporary), try open(desk, address, temporary)]
            desk.change { $0.token = "ended" }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for access in pair {
                    group.addTask {
                        try await GatewayClient.use(address, access: access, language: .english, clock: .specimen) {
                            _ = await $0.get("/v1/reports")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(desk.now.renewals == 1)
            #expect(pair.map { $0.session?.session.token } == ["token-2", "token-2"])
        }
    }

    @Test func `once the login is over, what the device signed is handed over without it, and it says so`() async throws
    {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let desk = DeviceDesk()
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            let access = try open(desk, address, temporary)
            let plain = try outbox.record("P1")
            let pictured = try outbox.record("P2", photos: [temporary.photo("a.jpg")], signer: signer(access))
            try outbox.record("P3", signer: signer(access))
            desk.change {
                $0.token = "ended"
                $0.isLoginAlive = false
            }
            let report = try await deliver(outbox, to: address, access)
            #expect(report.ending == .loggedOut && report.isWithoutLogin && report.status == .notPermitted)
            #expect(try outbox.contents().entries.map(\.id) == [plain.id], "what is not signed waits for a login")
            #expect(gateway.asked.last { $0.path.hasSuffix(pictured.id) }?.headers["authorization"] == nil)
            #expect(DeliveryWords(language: .english).sentences(report).contains { $0.contains("own signature") })
            #expect(try SavedSession.load(from: temporary.home)?.hasEnded == true)
            // Nobody is logged in any more: the next run does not ask in vain.
            let before = gateway.lines.count
            let later = try outbox.record("P4", signer: signer(access))
            let again = Access(
                try SavedSession.load(from: temporary.home), key: access.key, home: temporary.home,
                keys: temporary.keys())
            _ = try await deliver(outbox, to: address, again)
            #expect(gateway.lines.dropFirst(before).contains("PUT /v1/reports/\(later.id)"))
            #expect(!gateway.lines.dropFirst(before).contains("POST /v1/token"))
        }
    }

    @Test func `a signature by a key that the device has no more is not sent`() async throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let desk = DeviceDesk()
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            let access = try open(desk, address, temporary)
            try outbox.record("P1", signer: RecordSigner(key: DeviceKey(), person: "W1"))
            let status = try await deliver(outbox, to: address, access).status
            #expect(status == .success)
            #expect(gateway.asked.allSatisfy { $0.headers["record-signature"] == nil })
        }
    }
}
