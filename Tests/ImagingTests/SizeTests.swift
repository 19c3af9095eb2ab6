import Testing

@testable import Imaging

@Suite("Photos become small, never larger, and keep their shape")
struct SizeTests {
    @Test(
        "Longest sides are at most 2048 and 320",
        arguments: [
            (2500, 1875, 2048, 1536, 320, 240), (1201, 2999, 820, 2048, 128, 320),
            (2049, 2049, 2048, 2048, 320, 320), (321, 2, 321, 2, 320, 2), (5000, 3, 2048, 1, 320, 1),
        ])
    func scaled(width: Int, height: Int, lw: Int, lh: Int, tw: Int, th: Int) throws {
        let jpeg = try Pixels(width: width, height: height, components: 1) { x, _ in [UInt8(x % 251)] }.jpeg()
        let photo = try normalized(jpeg)
        #expect((photo.large.width, photo.large.height) == (lw, lh))
        #expect((photo.thumbnail.width, photo.thumbnail.height) == (tw, th))
        #expect(try inspected(photo.large.bytes).width == lw)
        #expect(try inspected(photo.thumbnail.bytes).height == th)
    }

    @Test("Small photos keep their size", arguments: [(1, 1), (7, 300), (320, 320), (319, 5)])
    func neverEnlarged(width: Int, height: Int) throws {
        let photo = try normalized(Pixels.landscape(width: width, height: height).jpeg())
        #expect((photo.large.width, photo.large.height) == (width, height))
        #expect((photo.thumbnail.width, photo.thumbnail.height) == (width, height))
    }

    @Test("The decoder works as coarsely as it may, and no coarser")
    func decoderScale() {
        #expect(PixelSize(width: 4032, height: 3024).decoderEighths(for: PixelSize(width: 2048, height: 1536)) == 5)
        #expect(PixelSize(width: 16_384, height: 7000).decoderEighths(for: PixelSize(width: 2048, height: 875)) == 1)
        #expect(PixelSize(width: 2048, height: 2048).decoderEighths(for: PixelSize(width: 2048, height: 2048)) == 8)
    }

    @Test("Every decoding has at least the pixels its rendition needs, for all sizes")
    func decodingSuffices() {
        var random = SeededGenerator(state: 11)
        for _ in 0..<5000 {
            let width = Int.random(in: 1...16_384, using: &random)
            let size = PixelSize(width: width, height: .random(in: 1...16_384, using: &random))
            let target = size.fitted(longestSide: 2048)
            let decoded = size.scaled(eighths: size.decoderEighths(for: target))
            #expect(decoded.width >= target.width && decoded.height >= target.height)
            #expect(max(decoded.width, decoded.height) <= 4096)
            #expect(max(target.width, target.height) <= 2048 && min(target.width, target.height) >= 1)
        }
    }

    @Test("Fine stripes blend to an even grey instead of a pattern")
    func noAliasing() throws {
        let stripes = Pixels(width: 640, height: 480, components: 1) { x, _ in [x % 2 == 0 ? 255 : 0] }
        let thumbnail = try Pixels(jpeg: normalized(stripes.jpeg(quality: 100)).thumbnail.bytes)
        #expect(thumbnail.samples.allSatisfy { (124...132).contains($0) })
    }

    @Test("Brightness stays what it was", arguments: [(2300, 700), (901, 333)])
    func brightnessKept(width: Int, height: Int) throws {
        let picture = Pixels.landscape(width: width, height: height)
        let photo = try normalized(picture.jpeg())
        #expect(abs(try Pixels(jpeg: photo.large.bytes).brightness - picture.brightness) < 1.5)
        #expect(abs(try Pixels(jpeg: photo.thumbnail.bytes).brightness - picture.brightness) < 1.5)
    }

    @Test("White stays white and black black at uneven scales", arguments: [0, 255] as [UInt8])
    func extremesKept(level: UInt8) throws {
        let flat = Pixels(width: 2477, height: 331, components: 1) { _, _ in [level] }
        let photo = try normalized(flat.jpeg())
        #expect(try Pixels(jpeg: photo.large.bytes).samples.allSatisfy { $0 == level })
        #expect(try Pixels(jpeg: photo.thumbnail.bytes).samples.allSatisfy { $0 == level })
    }

    @Test("Grey stays grey: one component in both renditions")
    func greyStaysGrey() throws {
        let photo = try normalized(Pixels(width: 400, height: 300, components: 1) { x, _ in [UInt8(x % 256)] }.jpeg())
        #expect(try inspected(photo.large.bytes).components == 1)
        #expect(try inspected(photo.thumbnail.bytes).components == 1)
    }
}
