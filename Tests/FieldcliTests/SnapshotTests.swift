import Imaging
import Patrol
import Testing

@testable import fieldcli

struct SnapshotTests {
    @Test func `a generated photo says when and where, and no two are alike`() throws {
        let temporary = try TemporaryHome()
        let here = Coordinate(latitude: 30.87, longitude: 120.42)
        let snapshot = Snapshot(takenAt: Moment.specimen.wallClock, coordinate: here, accuracy: 8)
        var random = SeededRandom(seed: 1)
        let jpeg = try snapshot.jpeg(using: &random)
        #expect(try jpeg != snapshot.jpeg(using: &random))
        let path = temporary.home.folder + "/a.jpg"
        try Storage.create(path, jpeg)
        let facts = try inspect(file: path).facts
        #expect(facts.capturedAt?.local == "2026-03-05T16:40:00")
        #expect(facts.capturedAt?.utcMilliseconds == Moment.specimen.wallClock.milliseconds)
        #expect(abs((facts.latitude ?? 0) - 30.87) < 1e-6 && abs((facts.longitude ?? 0) - 120.42) < 1e-6)
        #expect(facts.accuracyMetres == 8)
        #expect(PhotoIntake.problem(of: path) == nil)
        let outbox = try temporary.openOutbox()
        #expect(try outbox.record(photos: [path]).state.photos.count == 1)
    }
}
