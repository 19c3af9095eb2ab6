import Foundation
import Glibc
import Imaging
import Patrol
import Testing
import Wire

@testable import fieldcli

struct OutboxTests {
    @Test func `a record is whole, private and chained to the one before`() throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let photo = try temporary.photo("a.jpg")
        let first = try outbox.record("P00001", photos: [photo, photo])
        let second = try outbox.record("P00002")

        #expect(first.report.device.sequence == 1)
        #expect(first.report.device.previousSha256 == nil)
        #expect(second.report.device.sequence == 2)
        #expect(second.report.device.previousSha256 == sha256Text(first.frozen))
        #expect(first.report.device.bootId == "boot-1")
        #expect(first.report.capturedAt == "2026-03-05T16:40:00.000+08:00")
        #expect(first.report.photos?.count == 1, "the same photo named twice is one photo")

        let stored = try #require(try outbox.entry(first.id))
        #expect(stored.frozen == first.frozen)
        #expect(stored.state == first.state)
        let copy = try Storage.read(first.photoPath(try #require(first.state.photos.first).sha256))
        #expect(copy == (try Storage.read(photo)))
        for file in ["report.json", "state.json", "photos/\(try #require(first.state.photos.first).sha256).jpg"] {
            let mode = try FileManager.default.attributesOfItem(atPath: "\(first.folder)/\(file)")[.posixPermissions]
            #expect((mode as? NSNumber)?.intValue == 0o600)
        }
        let folderMode = try FileManager.default.attributesOfItem(atPath: temporary.home.folder)[.posixPermissions]
        #expect((folderMode as? NSNumber)?.intValue == 0o700)
    }

    @Test(arguments: ["link", ".tmp-link", ".done-link"])
    func `a link in the outbox is removed itself, never what it points to`(name: String) throws {
        let temporary = try TemporaryHome()
        let kept = temporary.home.folder + "/elsewhere"
        try FileManager.default.createDirectory(atPath: kept + "/below", withIntermediateDirectories: true)
        try Storage.create(kept + "/below/file", Array("kept".utf8))
        let link = try temporary.openOutbox().folder + "/" + name
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: kept)
        let outbox = try temporary.openOutbox()
        if try outbox.contents().unreadable.contains(name) { try outbox.removeUnreadable(name) }
        #expect(try Storage.read(kept + "/below/file") == Array("kept".utf8))
        #expect(try !Storage.names(in: outbox.folder).contains(name))
    }

    @Test func `a stray file or a spoilt record does not hold back the others`() throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let good = try outbox.record("P00001")
        let spoilt = try outbox.record("P00002")
        try Storage.create(outbox.folder + "/notes.txt", Array("x".utf8))
        try FileManager.default.removeItem(atPath: spoilt.folder + "/state.json")
        try FileManager.default.createDirectory(
            atPath: spoilt.folder + "/state.json", withIntermediateDirectories: false)
        let contents = try outbox.contents()
        #expect(contents.entries.map(\.id) == [good.id])
        #expect(Set(contents.unreadable) == ["notes.txt", spoilt.id])
    }

    @Test func `a draft with defects names them all, leaves nothing behind and takes no number`() throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        var draft = RecordDraft()
        draft.subject = PatrolReport.Subject(kind: "place", id: "P00001")
        draft.outcome = "nonsense"
        draft.fix = PatrolReport.Fix(latitude: 95, longitude: 200, system: "WGS-84")
        let failure = try #require(throws: Failure.self) {
            try outbox.record(
                draft, id: "01890000-0000-7000-8000-000000000000", photos: [try temporary.photo("a.jpg")],
                moment: .specimen,
                zone: .shanghai, person: nil, language: .english)
        }
        #expect(Set(failure.defects.map(\.pointer)) == ["/outcome", "/fix/latitude", "/fix/longitude"])
        #expect(failure.status == .dataRefused)
        #expect(try Storage.names(in: temporary.home.outboxFolder).isEmpty)
        #expect(try outbox.record().report.device.sequence == 1)
    }

    @Test func `a record too long for the gateway is refused before it is frozen`() throws {
        let temporary = try TemporaryHome()
        var draft = RecordDraft()
        let long = String(repeating: "隐患", count: 2_000)
        draft.findings = (0..<20).map { _ in PatrolReport.Finding(kind: "other", text: long) }
        draft.text = long
        draft.participants = (0..<20).map { _ in
            PatrolReport.Participant(name: String(repeating: "名", count: 200), capacity: "other")
        }
        let failure = try #require(throws: Failure.self) {
            try temporary.openOutbox().record(
                draft, id: "01890000-0000-7000-8000-000000000000", photos: [], moment: .specimen, zone: .shanghai,
                person: nil, language: .english)
        }
        #expect(failure.code == "report-too-large")
    }

    @Test func `a file that is no JPEG, too large or absent is refused with its name`() throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let text = temporary.home.folder + "/text.jpg"
        try Data("hello".utf8).write(to: URL(fileURLWithPath: text))
        let huge = try temporary.photo("huge.jpg")
        try #require(truncate(huge, off_t(PhotoIntake.limits.maxBytes + 1)) == 0)
        for (path, code) in [
            (text, "photo-not-jpeg"), (huge, "photo-too-many-bytes"), ("/no/such.jpg", "photo-unreadable"),
        ] {
            let failure = try #require(throws: Failure.self) { try outbox.record(photos: [path]) }
            #expect(failure.code == code)
            #expect(failure.message.en.contains(path) && failure.message.zh.contains(path))
        }
        #expect(try Storage.names(in: temporary.home.outboxFolder).isEmpty)
    }

    @Test func `what a kill leaves is swept, and the count follows the records`() throws {
        let temporary = try TemporaryHome()
        let home = temporary.home
        let before = try temporary.openOutbox()
        try before.record()
        let staleCount = try Storage.read("\(home.folder)/device.json")
        let second = try before.record()
        // Killed after the record's rename and before the count was written; another while making one, a third while removing.
        try Storage.replace("device.json", in: home.folder, with: staleCount)
        try Storage.makeFolder("\(home.outboxFolder)/.tmp-x/photos")
        try Storage.makeFolder("\(home.outboxFolder)/.done-y/photos")
        try Storage.create("\(home.outboxFolder)/.done-y/photos/p.jpg", [1])
        try Storage.create("\(home.folder)/.device.json.aside", Array("{".utf8))

        let outbox = try temporary.openOutbox(device: "another-name")
        #expect(try Storage.names(in: home.outboxFolder).count == 2)
        let third = try outbox.record()
        #expect(third.report.device.sequence == 3)
        #expect(third.report.device.previousSha256 == sha256Text(second.frozen))
        #expect(third.report.device.id == "test-device", "a device keeps its name")
    }

    @Test func `a lost count is read from the records`() throws {
        let temporary = try TemporaryHome()
        let last = try {
            try $0.record(); return try $0.record()
        }(try temporary.openOutbox())
        try Storage.removeIfPresent("\(temporary.home.folder)/device.json")
        let next = try temporary.openOutbox(device: "another-name").record()
        #expect(next.report.device.id == "test-device")
        #expect(next.report.device.sequence == 3)
        #expect(next.report.device.previousSha256 == sha256Text(last.frozen))
    }

    @Test func `a record leaves only after the count covers it`() throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let staleCount = try Storage.read("\(temporary.home.folder)/device.json")
        let entry = try outbox.record()
        try Storage.replace("device.json", in: temporary.home.folder, with: staleCount)
        try outbox.remove(entry.id, sequence: entry.state.sequence, sha256: entry.state.sha256)
        #expect(try outbox.contents().entries.isEmpty)
        let next = try temporary.openOutbox().record()
        #expect(next.report.device.sequence == 2)
        #expect(next.report.device.previousSha256 == entry.state.sha256)
    }

    @Test func `bytes that changed on the disk are shown, not sent`() throws {
        let temporary = try TemporaryHome()
        let outbox = try temporary.openOutbox()
        let entry = try outbox.record()
        try Storage.replace("report.json", in: entry.folder, with: entry.frozen + [0x20])
        let contents = try outbox.contents()
        #expect(contents.entries.isEmpty)
        #expect(contents.unreadable == [entry.id])
    }

    @Test(arguments: ["", "..", ".tmp-x", "../outbox", "a/b"])
    func `a name from the command line cannot leave the outbox`(name: String) throws {
        let temporary = try TemporaryHome()
        #expect(try temporary.openOutbox().entry(name) == nil)
    }

    @Test func `two handles at once give every number once`() async throws {
        let temporary = try TemporaryHome()
        let home = temporary.home
        let sequences = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let outbox = try Outbox(home: home) { "test-device" }
                    return try (0..<10).map { _ in try outbox.record().state.sequence }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(sequences.sorted() == Array(1...40))
    }

    @Test func `identifiers are UUIDv7 in the order of time`() {
        var random = SeededRandom(seed: 3)
        let ids = (0..<200).map { makeRecordID(at: Moment.specimen.wallClock.adding(milliseconds: $0), using: &random) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 200)
        #expect(
            ids.allSatisfy {
                $0.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil
            })
    }
}
