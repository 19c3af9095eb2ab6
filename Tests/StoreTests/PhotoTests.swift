import Patrol
import Store
import TestSupport
import Testing

@Suite("Photos and visits")
struct PhotoTests {
    private let draft = RecordDraft(1, place: "P5-1", by: 5).with { $0.photos = [photoDigest(1), photoDigest(2)] }

    @Test("the visit is provisional until the last photo is there", arguments: Engine.all)
    func lastPhoto(engine: Engine) async throws {
        try await withCounty(engine) { [draft] store in
            let receipt = try await store.stored(draft)
            #expect(receipt.judgement?.standing == .provisional)
            #expect(try await store.places(5) == count(due: 3, done: 1, provisional: 1))
            try await store.add(photo: 2, by: 5)
            #expect(try await store.record(reportID(1))?.receipt.missingPhotos == [photoDigest(1)])
            #expect(try await store.places(5) == count(due: 3, done: 1, provisional: 1))
            try await store.add(photo: 2, by: 5)
            #expect(try await store.places(5).provisional == 1, "one photo counted twice")
            try await store.add(photo: 1, by: 5)
            let complete = try #require(try await store.record(reportID(1))?.receipt)
            #expect(complete.missingPhotos == [] && complete.judgement?.standing == .done)
            #expect(try await store.places(5) == count(due: 3, done: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test("photos before, between or after the record: the same end", arguments: Engine.all)
    func anyOrder(engine: Engine) async throws {
        var ends: Set<[String]> = []
        for early in [[], [1], [2], [2, 1]] {
            let end = try await withCounty(engine) { [draft] store in
                for number in early { try await store.add(photo: number, by: 5) }
                try await store.stored(draft)
                for number in [1, 2] where !early.contains(number) { try await store.add(photo: number, by: 5) }
                #expect(try await store.differences() == [])
                return try await store.ledger()
            }
            ends.insert(end)
        }
        #expect(ends.count == 1)
    }

    @Test("bytes that another person sent do not count", arguments: Engine.all)
    func possession(engine: Engine) async throws {
        try await withCounty(engine) { [draft] store in
            try await store.add(photo: 1, by: 6)
            let receipt = try await store.stored(draft)
            #expect(receipt.missingPhotos == [photoDigest(1), photoDigest(2)])
            try await store.add(photo: 2, by: 6)
            #expect(try await store.record(reportID(1))?.receipt.missingPhotos.count == 2)
            #expect(try await store.possesses("W6", photo: photoDigest(1)))
            #expect(try await !store.possesses("W5", photo: photoDigest(1)))
            #expect(try await store.uses(ofPhoto: photoDigest(1)).isEmpty)
            try await store.add(photo: 1, by: 5)
            try await store.add(photo: 2, by: 5)
            #expect(try await store.places(5) == count(due: 3, done: 1))
            let uses = try await store.uses(ofPhoto: photoDigest(1))
            #expect(uses.map(\.grid) == [areaID(5)] && uses.map(\.kind) == [.place])
        }
    }

    @Test("a quarantined photo leaves the visit provisional, in either order", arguments: [true, false])
    func quarantined(photoFirst: Bool) async throws {
        try await withCounty { store in
            let draft = RecordDraft(1, place: "P5-1", by: 5).with { $0.photos = [photoDigest(1)] }
            if photoFirst { try await store.add(photo: 1, .quarantined, by: 5) }
            let first = try await store.stored(draft)
            #expect(first.missingPhotos == (photoFirst ? [] : [photoDigest(1)]))
            if !photoFirst { try await store.add(photo: 1, .quarantined, by: 5) }
            let receipt = try #require(try await store.record(reportID(1))?.receipt)
            #expect(receipt.missingPhotos == [])
            #expect(receipt.unusablePhotos.map(\.state) == [.quarantined])
            #expect(receipt.unusablePhotos.map(\.problem) == ["photo-quarantined"])
            #expect(receipt.judgement?.standing == .provisional)
            #expect(try await store.places(5) == count(due: 3, done: 1, provisional: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a damaged photo counts and is shown as such, in either order", arguments: [true, false])
    func damaged(photoFirst: Bool) async throws {
        try await withCounty { store in
            let draft = RecordDraft(1, place: "P5-1", by: 5).with { $0.photos = [photoDigest(1)] }
            if photoFirst { try await store.add(photo: 1, .damaged, by: 5) }
            try await store.stored(draft)
            if !photoFirst { try await store.add(photo: 1, .damaged, by: 5) }
            let receipt = try #require(try await store.record(reportID(1))?.receipt)
            #expect(receipt.unusablePhotos.map(\.state) == [.damaged])
            #expect(receipt.judgement?.standing == .done)
            #expect(try await store.places(5) == count(due: 3, done: 1))
            #expect(try await store.differences() == [])
        }
    }

    @Test("one photo completes every record of its sender that names it", arguments: Engine.all)
    func sharedByRecords(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for number in 1...3 {
                try await store.stored(
                    RecordDraft(number, place: "P5-\(number)", by: 5).with { $0.photos = [photoDigest(7)] })
            }
            try await store.stored(RecordDraft(4, place: "P6-1", by: 6).with { $0.photos = [photoDigest(7)] })
            try await store.add(photo: 7, by: 5)
            #expect(try await store.places(5) == count(due: 3, done: 3))
            #expect(try await store.places(6) == count(due: 3, done: 1, provisional: 1))
        }
    }

    @Test("what is kept of a photo is what came first", arguments: Engine.all)
    func firstEntryStands(engine: Engine) async throws {
        try await withCounty(engine) { store in
            #expect(try await store.photo(photoDigest(1)) == nil)
            let kept = try await store.add(photo: 1, by: 5)
            #expect(kept == PhotoEntry.sample(photoDigest(1)))
            #expect(try await store.add(photo: 1, .damaged, by: 6) == kept)
            #expect(try await store.photo(photoDigest(1)) == kept)
        }
    }

    @Test("a photo of nobody we know is refused", arguments: Engine.all)
    func unknownSender(engine: Engine) async throws {
        try await withCounty(engine) { store in
            await #expect(throws: StoreError.foreignKeyViolation) { try await store.add(photo: 1, by: 99) }
            let kept = try await store.photo(photoDigest(1))
            #expect(kept == nil)
        }
    }
}
