import Testing

@testable import Imaging

/// Seeded, so that a failure can be repeated; small pictures and limits, so that thousands take seconds.
@Suite("No file, however broken, brings the server down", .timeLimit(.minutes(1)))
struct MutationTests {
    static let limits = {
        var limits = PhotoLimits()
        limits.maxMegapixels = 1
        limits.cpuSeconds = 0.1
        return limits
    }()

    static let facts = CaptureFacts(orientation: 7, latitude: 30, longitude: 120, make: "m")

    static func seeds() throws -> [[UInt8]] {
        [
            try insertExif(facts, into: Pixels.landscape(width: 32, height: 24).jpeg(quality: 60)),
            try Pixels.landscape(width: 32, height: 24).jpeg(quality: 60, progressive: true),
            try Pixels.landscape(width: 24, height: 48).jpeg(quality: 60, restartRows: 1),
            try Pixels(width: 24, height: 24, components: 1) { x, y in [UInt8(x * y % 256)] }.jpeg(),
        ]
    }

    /// Either a problem or a photo of sane size; nothing else may happen. Returns whether it was a photo.
    @discardableResult
    static func expectOrderly(_ bytes: [UInt8]) throws -> Bool {
        do throws(PhotoProblem) {
            let photo = try normalized(bytes, limits: limits)
            #expect((1...2048).contains(photo.large.width) && (1...2048).contains(photo.large.height))
            #expect((1...320).contains(photo.thumbnail.width) && (1...320).contains(photo.thumbnail.height))
            #expect(!photo.large.bytes.isEmpty && !photo.thumbnail.bytes.isEmpty)
            return true
        } catch {
            #expect(!error.code.isEmpty && error.code != "photo-io-failure")
            return false
        }
    }

    @Test("Random bytes behind a JPEG's first marker")
    func randomBytes() throws {
        var random = SeededGenerator(state: 1)
        for _ in 0..<10_000 {
            let count = Int.random(in: 0...300, using: &random)
            // Half of all bytes are 0xFF, so that markers abound.
            let noise = (0..<count).map { _ -> UInt8 in
                Bool.random(using: &random) ? 0xFF : .random(in: 0...255, using: &random)
            }
            try Self.expectOrderly(Bytes.start + noise)
        }
    }

    @Test("Altered, cut, doubled and swapped pieces of real JPEGs", arguments: try seeds().indices)
    func mutations(index: Int) throws {
        var random = SeededGenerator(state: UInt64(100 + index))
        let sound = try Self.seeds()[index]
        var accepted = 0
        for _ in 0..<4000 {
            var bytes = sound
            for _ in 0..<Int.random(in: 1...8, using: &random) { mutate(&bytes, using: &random) }
            if try Self.expectOrderly(bytes) { accepted += 1 }
        }
        // Both ways out must have been walked often, or the test tries nothing.
        #expect((400...3600).contains(accepted))
    }

    private func mutate(_ bytes: inout [UInt8], using random: inout SeededGenerator) {
        guard bytes.count > 8 else { return }
        let place = Int.random(in: 2..<bytes.count, using: &random)
        let length = min(Int.random(in: 1...40, using: &random), bytes.count - place)
        switch Int.random(in: 0..<8, using: &random) {
        case 0: bytes.removeSubrange(place..<(place + length))
        case 1: bytes.insert(contentsOf: Array(bytes[place..<(place + length)]), at: place)
        case 2: bytes.removeLast(length)
        case 3: bytes[place] = 0xFF
        case 4: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 5: bytes[place] = 0
        default: bytes[place] = .random(in: 0...255, using: &random)
        }
    }

    @Test(
        "Long runs of any byte are passed over quickly",
        arguments: [[0xFF], [0x00], [0xFF, 0x00], [0xFF, 0xD0], [0x12]] as [[UInt8]])
    func longRuns(pattern: [UInt8]) throws {
        let run = Array(repeatElement(pattern, count: 500_000 / pattern.count).joined())
        let jpeg = Bytes.start + Bytes.frame() + Bytes.scan(data: run + [0]) + Bytes.end
        #expect(try inspected(jpeg).bytesAfterEnd == 0)
        #expect(throws: PhotoProblem.self) { try inspected(Bytes.start + run) }
    }
}
