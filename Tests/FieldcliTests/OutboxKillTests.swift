import Foundation
import Testing
import Wire

@testable import fieldcli

/// Kills the real program while it records.
struct OutboxKillTests {
    private static let kills = 50

    @Test(.timeLimit(.minutes(3)))
    func `killed fifty times while recording: every identifier printed is there once, without gap or twin`() throws {
        let temporary = try TemporaryHome()
        let photo = try temporary.photo("a.jpg", String(repeating: "x", count: 200_000))
        let arguments = ["report", "P00001", "--at", "30.87,120.42", "--photo", photo]

        var printed: [String] = []
        let usual = try ContinuousClock().measure {
            printed += try BuiltProgram(arguments, in: temporary.home).lines()
        }
        var killed = 0
        for _ in 0..<Self.kills * 10 where killed < Self.kills {
            // Two at once, so that one is killed while the other waits for it.
            let team = [
                try BuiltProgram(arguments, in: temporary.home), try BuiltProgram(arguments, in: temporary.home),
            ]
            Thread.sleep(forTimeInterval: Double.random(in: 0...1.5) * (usual / .seconds(1)))
            team.randomElement()?.kill()
            for program in team {
                printed += try program.lines()
                if program.wasKilled { killed += 1 }
            }
        }
        #expect(killed == Self.kills)
        try check(temporary, printed)
    }

    @Test(.timeLimit(.minutes(3)))
    func `killed again and again while sending: everything arrives, always the same bytes, and the outbox ends empty`()
        async throws
    {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let entries = try (0..<25).map { index in
            try outbox.record("P\(index)", photos: [temporary.photo("\(index).jpg")])
        }
        let person = Session.Person(id: "W1", name: "w1", roles: [], grids: [])
        let home = temporary.home
        try await ScriptedGateway.serve(ScriptedGateway.friendly) { gateway, address in
            try SavedSession(gateway: address, session: Session(token: "t", expiresAt: "", person: person)).save(
                to: home)
            var killed = 0
            for _ in 0..<200 where try !outbox.contents().entries.isEmpty {
                let program = try BuiltProgram(["sync"], in: home)
                if killed < Self.kills {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 5...90)))
                    program.kill()
                }
                try await program.end()
                if program.wasKilled { killed += 1 }
            }
            #expect(killed > 5)
            let contents = try outbox.contents()
            #expect(contents.entries.isEmpty && contents.unreadable.isEmpty)
            for entry in entries {
                let sent = gateway.asked.filter { $0.path == "/v1/reports/\(entry.id)" }
                #expect(!sent.isEmpty)
                #expect(sent.allSatisfy { $0.body == entry.frozen }, "what is frozen never changes")
                let digest = try #require(entry.state.photos.first).sha256
                let photos = gateway.asked.filter { $0.path == "/v1/photos/\(digest)" }
                #expect(photos.contains { sha256Text($0.body) == digest })
            }
        }
    }

    private func check(_ temporary: TemporaryHome, _ printed: [String]) throws {
        let outbox = try temporary.openOutbox(device: "unused")
        let (entries, unreadable) = try outbox.contents()
        #expect(unreadable.isEmpty)
        #expect(try Storage.names(in: temporary.home.outboxFolder).allSatisfy { !$0.hasPrefix(".") })
        #expect(Set(printed).count == printed.count)
        #expect(Set(printed).isSubset(of: entries.map(\.id)), "an identifier that was printed is a record that is kept")
        #expect(entries.map(\.report.device.sequence) == Array(1...Int64(entries.count)))
        #expect(Set(entries.map(\.report.device.id)).count == 1)
        var previous: String?
        for entry in entries {
            #expect(entry.report.device.previousSha256 == previous)
            previous = sha256Text(entry.frozen)
            let photo = try #require(entry.state.photos.first)
            #expect(try PhotoIntake.digest(of: entry.photoPath(photo.sha256)) == photo.sha256)
        }
        let next = try outbox.record()
        #expect(next.report.device.sequence == Int64(entries.count) + 1)
        #expect(next.report.device.previousSha256 == previous)
    }
}
