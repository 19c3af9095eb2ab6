import Foundation
import Glibc
import Synchronization
import Testing
import Wire

@testable import fieldcli

/// Enrolment and its end, by the program as it was built.
@Suite(.timeLimit(.minutes(5))) struct SealTests {
    private static let password = "Patrol-Password-1"
    private static let passphrase = "Key-Passphrase-2"
    private static let code = String(repeating: "ABCDEFGH234567", count: 2)

    private func qr(_ address: GatewayAddress) -> String {
        let url = address.url.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return "gridpatrol:enrol?gateway=\(url)&code=\(Self.code)"
    }

    /// - Returns: everything that it printed.
    @discardableResult
    private func run(
        _ arguments: [String], _ home: Home, _ status: fieldcli.ExitStatus = .success, passphrase: String = ""
    ) async throws -> String {
        let program = try BuiltProgram(
            arguments, in: home,
            environment: [
                "FIELDCLI_PASSWORD": Self.password, "FIELDCLI_NEW_PASSWORD": Self.password + "-new",
                "FIELDCLI_PASSPHRASE": passphrase, "DBUS_SESSION_BUS_ADDRESS": "", "LANG": "en_US.UTF-8",
            ], hearsRemarks: true)
        try await program.end()
        let printed = try program.lines().joined(separator: "\n")
        #expect(program.process.terminationStatus == status.rawValue, "\(arguments): \(printed)")
        return printed
    }

    private func enrolled(_ address: GatewayAddress, _ home: Home) async throws {
        try await run(["enroll", qr(address)], home)
        try await run(["login", "w1"], home)
    }

    /// A place on the roster of this handheld.
    private func fillRoster(_ home: Home) throws {
        let place = RosterPlace(
            id: "P1", name: "店", category: "shop", address: "", latitude: nil, longitude: nil, radiusMetres: 1,
            state: "due")
        try RosterCache(home: home).save(
            CachedRoster(etag: nil, fetchedAt: "", roster: Roster(grid: "A0000001", month: "2026-03", items: [place])),
            of: "A0000001")
    }

    @Test func `a device is enrolled, logs in, hands over and changes its password, and no secret is ever printed`()
        async throws
    {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            let home = temporary.home
            var printed = try await run(["enroll", qr(address)], home, passphrase: Self.passphrase)
            #expect(printed.contains("张三"))
            printed += try await run(["login", "w1"], home, passphrase: Self.passphrase)
            printed += try await run(["report", "place-1", "--at", "30.8,120.4"], home, passphrase: Self.passphrase)
            printed += try await run(["sync"], home, .notPermitted, passphrase: "wrong")
            printed += try await run(["sync"], home, .noInput)
            printed += try await run(["sync"], home, passphrase: Self.passphrase)
            printed += try await run(["password"], home, passphrase: Self.passphrase)
            printed += try await run(["logout"], home, passphrase: Self.passphrase)
            let enrolment = try #require(gateway.asked.last { $0.path == "/v1/devices/enrol" })
            let body = try decodeExactly(Enrolment.self, from: enrolment.body)
            #expect(body.code == Self.code && body.password == nil && enrolment.headers["authorization"] == nil)
            #expect(try Outbox(home: home) { "unused" }.device() == body.handheld)
            let record = try #require(gateway.asked.last { $0.path.hasPrefix("/v1/reports") })
            #expect(record.headers["record-signature"]?.contains("person=\"W1\"") == true)
            let change = try #require(gateway.asked.last { $0.path == "/v1/password" })
            #expect(
                try decodeExactly(PasswordChange.self, from: change.body)
                    == PasswordChange(old: Self.password, new: Self.password + "-new"))
            for secret in [Self.password, Self.passphrase, "token-1", "refresh-1"] {
                #expect(!printed.contains(secret))
            }
            #expect(try Storage.readIfPresent(home.folder + "/session.json") == nil)
        }
    }

    @Test func `killed between key and enrolment, the next try offers the same key`() async throws {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        let running = Mutex<BuiltProgram?>(nil)
        let offered = Mutex<[String]>([])
        let home = temporary.home
        try await ScriptedGateway.serve({ asked in
            offered.withLock { $0.append(ReceivedProof(asked.headers["dpop"])?.header.jwk.thumbprint ?? "") }
            running.withLock { $0?.kill() }
            return desk.answer(asked)
        }) { gateway, address in
            let first = try BuiltProgram(
                ["enroll", qr(address)], in: home, environment: ["DBUS_SESSION_BUS_ADDRESS": ""])
            running.withLock { $0 = first }
            try await first.end()
            #expect(first.wasKilled && gateway.lines.count == 1)
            running.withLock { $0 = nil }
            #expect(try DeviceEnrolment.load(from: home) == nil)
            try await enrolled(address, home)
            #expect(try DeviceEnrolment.load(from: home)?.device == "D1")
            #expect(Set(offered.withLock { $0 }).count == 1)
        }
    }

    @Test func `item 15 · killed before the new tokens were written down, the next run gets the same pair`()
        async throws
    {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        let running = Mutex<BuiltProgram?>(nil)
        let home = temporary.home
        try await ScriptedGateway.serve({ asked in
            let answer = desk.answer(asked)
            if asked.path == "/v1/token", answer.status == 200 { running.withLock { $0?.kill() } }
            return answer
        }) { gateway, address in
            try await enrolled(address, home)
            try await run(["report", "place-1", "--at", "30.8,120.4"], home)
            desk.change { $0.token = "ended" }
            let first = try BuiltProgram(["sync"], in: home)
            running.withLock { $0 = first }
            try await first.end()
            #expect(first.wasKilled && desk.now.renewals == 1)
            running.withLock { $0 = nil }
            #expect(try SavedSession.load(from: home)?.session.refreshToken == "refresh-1")
            try await run(["sync"], home)
            #expect(desk.now.renewals == 1)
            #expect(try SavedSession.load(from: home)?.session.token == "token-2")
        }
    }

    @Test
    func
        `item 44 · a locked device seals its rosters and outbox, keeps every record, and opens when it may speak again`()
        async throws
    {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        let home = temporary.home
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            try await enrolled(address, home)
            try fillRoster(home)
            try await run(["report", "place-1", "--at", "30.8,120.4"], home)
            desk.change { $0.refusal = "device-locked" }
            #expect(try await run(["sync"], home, .notPermitted).contains("Call your station"))
            #expect(try RosterCache(home: home).grids().isEmpty)
            for shut in [["todo"], ["mine"], ["outbox"], ["roster"], ["batch", "place-1", "--at", "1,1"]] {
                #expect(try await run(shut, home, .notPermitted).contains("locked"))
            }
            // A lock may be a mistake, and a visit cannot be made again.
            try await run(["report", "place-2", "--at", "30.8,120.4"], home)
            let kept = try temporary.openOutbox().contents().entries
            #expect(kept.map(\.state.phase) == [.waiting, .waiting] && kept.allSatisfy { $0.state.signature != nil })
            try await run(["sync"], home, .notPermitted)
            desk.change { $0.refusal = nil }
            try await run(["sync"], home)
            #expect(try temporary.openOutbox().contents().entries.isEmpty)
            try await run(["outbox"], home)
        }
    }

    @Test func `item 44 · a locked device with nothing to send asks by itself whether it may speak again`() async throws
    {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        let home = temporary.home
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            try await enrolled(address, home)
            desk.change { $0.refusal = "device-locked" }
            try await run(["roster"], home, .notPermitted)
            try await run(["sync"], home)
            try await run(["outbox"], home, .notPermitted)
            desk.change { $0.refusal = nil }
            try await run(["sync"], home)
            try await run(["outbox"], home)
        }
    }

    @Test
    func `item 44 · a lost device with no room for its seal wipes key, tokens and rosters all the same`() async throws {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        let home = temporary.home
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            try await enrolled(address, home)
            try fillRoster(home)
            try await run(["report", "place-1", "--at", "30.8,120.4"], home)
            // A folder stands where the seal would be written.
            try Storage.makeFolder("\(home.folder)/.sealed.json.aside")
            desk.change { $0.refusal = "device-lost" }
            try await run(["sync"], home, .notPermitted)
            #expect(try Storage.readIfPresent("\(home.folder)/sealed.json") == nil)
            #expect(try Storage.readIfPresent("\(home.folder)/\(KeyFile.name)") == nil)
            #expect(try Storage.readIfPresent("\(home.folder)/session.json") == nil)
            #expect(try RosterCache(home: home).grids().isEmpty)
        }
    }

    @Test
    func `item 44 · a lost device wipes key, tokens and rosters and keeps unsent records, until it is enrolled anew`()
        async throws
    {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        let home = temporary.home
        let key = "\(home.folder)/\(KeyFile.name)"
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            try await enrolled(address, home)
            try fillRoster(home)
            try await run(["report", "place-1", "--at", "30.8,120.4"], home)
            #expect(link(key, key + ".found") == 0)
            #expect(link(home.folder + "/session.json", home.folder + "/session.found") == 0)
            desk.change { $0.refusal = "device-lost" }
            #expect(try await run(["sync"], home, .notPermitted).contains("wiped"))
            for found in [key + ".found", home.folder + "/session.found"] {
                #expect(try Storage.read(found).allSatisfy { $0 == 0 })
            }
            #expect(try Storage.readIfPresent(key) == nil && RosterCache(home: home).grids().isEmpty)
            #expect(try temporary.openOutbox().contents().entries.map(\.state.phase) == [.waiting])
            #expect(try await run(["sync"], home, .notPermitted).contains("fieldcli enroll"))
            try await run(["outbox"], home, .notPermitted)
            // Found again: a new key, and the record goes out after a login.
            desk.change { $0.refusal = nil }
            let nobody = try #require(GatewayAddress("http://127.0.0.1:1"))
            try await run(["enroll", qr(nobody)], home, .unavailable)
            let offered = try #require(try temporary.keys().load()).jwk.thumbprint
            try await run(["outbox"], home, .notPermitted)
            try await enrolled(address, home)
            try await run(["sync"], home)
            #expect(desk.now.keys.last == offered && desk.now.keys.count == 2)
            #expect(try temporary.openOutbox().contents().entries.isEmpty)
        }
    }

    @Test func `item 39 · while the program waits for an answer, its memory has no copy of the key's number`()
        async throws
    {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        let home = temporary.home
        let running = Mutex<(program: BuiltProgram, number: [UInt8])?>(nil)
        let found = Mutex<[Int]>([])
        try await ScriptedGateway.serve({ asked in
            if let running = running.withLock({ $0 }) {
                let memory = ProcessMemory(of: running.program.process.processIdentifier)
                // The address is in memory for certain, so that finding nothing means something.
                let counts = [running.number, Array(asked.path.utf8)].map(memory.count)
                found.withLock { $0 = counts }
            }
            return desk.answer(asked)
        }) { gateway, address in
            try await enrolled(address, home)
            try await run(["report", "place-1", "--at", "30.8,120.4"], home)
            let number = try #require(try temporary.keys().load()).withNumber { Array($0) }
            let program = try BuiltProgram(["sync"], in: home)
            running.withLock { $0 = (program, number) }
            try await program.end()
            let counts = found.withLock { $0 }
            #expect(counts.first == 0 && counts.last ?? 0 > 0, "\(counts)")
        }
    }

    @Test(arguments: ["client-too-old", "device-of-another", "password-must-change"])
    func `item 44 · a refusal of the device or program is none of the record, and says what to do`(code: String)
        async throws
    {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        let home = temporary.home
        try await ScriptedGateway.serve(desk.answer) { gateway, address in
            try await enrolled(address, home)
            try await run(["report", "place-1", "--at", "30.8,120.4"], home)
            desk.change { $0.refusal = code }
            let advice = try #require(Failure.advice(code)).en
            #expect(try await run(["sync"], home, .notPermitted).contains(advice))
            #expect(try await run(["roster"], home, .notPermitted).contains(advice))
            #expect(try temporary.openOutbox().contents().entries.map(\.state.phase) == [.waiting])
            desk.change { $0.refusal = nil }
            try await run(["sync"], home)
        }
    }

    @Test func `a simulated worker whose account has a code enrols a device of their own, and signs`() async throws {
        let temporary = try TemporaryHome()
        let desk = DeviceDesk()
        let places = (1...3).map { number in
            RosterPlace(
                id: "place-\(number)", name: "店", category: "shop", address: "", latitude: 30.8, longitude: 120.4,
                radiusMetres: 50, state: "due")
        }
        try await ScriptedGateway.serve({ asked in
            let answer = desk.answer(asked)
            guard asked.path.hasPrefix("/v1/roster"), answer.status == 201 else { return answer }
            if asked.path.contains("key-persons") { return .problem(404, "not-found") }
            return .json(200, Roster(grid: "A0000001", month: "2026-03", items: places))
        }) { gateway, address in
            let file = temporary.home.folder + "/accounts.csv"
            let lines = ["w1", "w2"].map { "\($0),\(Self.password),gridWorker,\(qr(address))" }
            try Storage.create(file, Array((["name,password,role,enrolment"] + lines).joined(separator: "\n").utf8))
            let simulate = [
                "simulate", "--workers", "2", "--accounts", file, "--gateway", address.url, "--day", "2026-03-05",
                "--offline-probability", "0",
            ]
            // The second day is walked with the devices of the first.
            for _ in 0..<2 { try await run(simulate, temporary.home) }
            #expect(desk.now.keys.count == 2 && Set(desk.now.keys).count == 2)
            let records = gateway.asked.filter { $0.method == "PUT" && $0.headers["authorization"] != nil }
            #expect(records.count >= 12 && records.allSatisfy { $0.headers["record-signature"] != nil })
        }
    }

    @Test(arguments: [
        "", "https://g.example", "gridpatrol:enrol?gateway=https%3A%2F%2Fg.example&code=SHORT",
        "gridpatrol:enrol?code=ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "gridpatrol:pay?gateway=https%3A%2F%2Fg&code=ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "gridpatrol:enrol?gateway=https%3A%2F%2Fg.example&code=ABCDEFGHIJKLMNOPQRSTUVWXY1",
    ])
    func `what is no enrolment code is not taken for one`(text: String) { #expect(EnrolmentCode(text) == nil) }

    @Test func `an enrolment code names gateway, code, key and whether it makes the first administrator`() throws {
        let code = try #require(
            EnrolmentCode(
                "gridpatrol:enrol?gateway=https%3A%2F%2Fg.example%3A8443&code=ABCDEFGHIJKLMNOPQRSTUVWXYZ&key=sha256%2Fab-_&first=1&later=x"
            ))
        #expect(code.gateway.url == "https://g.example:8443" && code.code == "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        #expect(code.gatewayKeys == ["sha256/ab-_"] && code.isFirstAdministrator)
    }
}
