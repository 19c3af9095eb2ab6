import Testing

@testable import Imaging

@Suite("Whatever cameras really write is accepted")
struct AcceptanceTests {
    let plain = Pixels.quadrants(width: 120, height: 90)

    func expectSound(_ jpeg: [UInt8]) throws {
        let photo = try normalized(jpeg)
        #expect(!photo.damaged)
        try OrientationTests.expectUpright(photo.large)
    }

    @Test("Progressive photos")
    func progressive() throws {
        let jpeg = try plain.jpeg(progressive: true)
        #expect(try inspected(jpeg).progressive)
        try expectSound(jpeg)
    }

    @Test("Photos with restart markers")
    func restartMarkers() throws {
        let jpeg = try plain.jpeg(restartRows: 1)
        #expect(zip(jpeg, jpeg.dropFirst()).contains { $0 == 0xFF && (0xD0...0xD7).contains($1) })
        try expectSound(jpeg)
    }

    @Test("Fill bytes before markers")
    func fillBytes() throws {
        try expectSound(Bytes.inserting([0xFF, 0xFF, 0xFF], into: plain.jpeg()))
    }

    @Test("A thumbnail inside the EXIF is not mistaken for the photo")
    func embeddedThumbnail() throws {
        let thumbnail = try Pixels.landscape(width: 16, height: 16).jpeg()
        let jpeg = try Bytes.inserting(Bytes.segment(0xE1, Array("Exif\0\0".utf8) + thumbnail), into: plain.jpeg())
        #expect(try inspected(jpeg).width == 120)
        try expectSound(jpeg)
    }

    @Test("Bytes after the end are measured and otherwise ignored: motion photos, gain maps")
    func bytesAfterEnd() throws {
        let tail = try Pixels.landscape(width: 16, height: 16).jpeg() + Array("motion".utf8)
        let inspection = try inspected(plain.jpeg() + tail)
        #expect(inspection.bytesAfterEnd == tail.count && !inspection.endMissing)
        try expectSound(plain.jpeg() + tail)
    }

    @Test("What inspection says is what the file holds")
    func inspection() throws {
        let grey = Pixels(width: 31, height: 57, components: 1) { _, y in [UInt8(y)] }
        let inspection = try inspected(grey.jpeg())
        #expect((inspection.width, inspection.height, inspection.components) == (31, 57, 1))
        #expect(!inspection.progressive && inspection.bytesAfterEnd == 0 && inspection.facts == CaptureFacts())
    }

    @Test("Public encoders make photos that are accepted")
    func publicEncoders() throws {
        let colour = try encodeJPEG(rgb: plain.samples, width: 120, height: 90, quality: 90)
        try expectSound(colour)
        let grey = try encodeJPEG(grey: Array(repeating: 99, count: 6), width: 3, height: 2, quality: 90)
        #expect(try inspected(grey).components == 1)
    }
}

@Suite("A photo that lost something in transfer is kept and flagged")
struct DamageTests {
    @Test("Cut in the middle, what arrived is shown", arguments: [0, 1])
    func truncated(restartRows: Int) throws {
        let jpeg = try Pixels.quadrants(width: 640, height: 960).jpeg(restartRows: restartRows)
        let photo = try normalized(Array(jpeg.prefix(jpeg.count * 3 / 4)))
        #expect(photo.damaged)
        #expect(photo.large.width == 640 && photo.large.height == 960)
        let picture = try Pixels(jpeg: photo.large.bytes)
        #expect(picture.shows(Pixels.red, x: 160, y: 100) && picture.shows(Pixels.green, x: 480, y: 100))
    }

    @Test("A long photo with many restart markers is kept however early it was cut")
    func truncatedEarlyWithRestarts() throws {
        let jpeg = try Pixels.landscape(width: 32, height: 4000).jpeg(restartRows: 1)
        #expect(try normalized(Array(jpeg.prefix(jpeg.count / 4))).damaged)
    }

    @Test("A progressive photo cut between passes shows the coarse picture")
    func truncatedProgressive() throws {
        let jpeg = try Pixels.quadrants(width: 320, height: 240).jpeg(progressive: true)
        for cut in [jpeg.count / 2, jpeg.count * 3 / 4, jpeg.count - 2] {
            let photo = try normalized(Array(jpeg.prefix(cut)))
            #expect(photo.damaged)
            #expect(try Pixels(jpeg: photo.large.bytes).shows(Pixels.red, x: 80, y: 60, within: 60))
        }
    }

    @Test("Only the end marker is missing: everything is there, but the flag is up")
    func endMissing() throws {
        let jpeg = try Array(Pixels.quadrants(width: 64, height: 64).jpeg().dropLast(2))
        #expect(try inspected(jpeg).endMissing)
        let photo = try normalized(jpeg)
        #expect(photo.damaged)
        try OrientationTests.expectUpright(photo.large)
    }

    @Test("Scrambled restart markers are survived")
    func scrambled() throws {
        #expect(try normalized(RefusalTests.scrambled()).damaged)
    }

    @Test("At every possible cut the photo is either kept as damaged or refused as broken")
    func everyCut() throws {
        let jpeg = try Pixels.landscape(width: 40, height: 24).jpeg()
        for count in 2..<jpeg.count {
            do throws(PhotoProblem) {
                #expect(try normalized(Array(jpeg.prefix(count))).damaged)
            } catch {
                #expect(error.code == "photo-malformed")
            }
        }
    }
}
