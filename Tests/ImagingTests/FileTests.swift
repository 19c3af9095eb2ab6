import Foundation
import Testing

@testable import Imaging

@Suite("Photos are read from disk")
struct FileTests {
    @Test("A stored photo comes out as its bytes would")
    func sameAsBytes() throws {
        let jpeg = try insertExif(ExifTests.full, into: Pixels.landscape(width: 100, height: 60).jpeg())
        let file = FileManager.default.temporaryDirectory.appending(path: "photo-\(UUID().uuidString).bin")
        try Data(jpeg).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(try normalize(file: file.path) == normalized(jpeg))
        #expect(try inspect(file: file.path) == inspected(jpeg))
        var limits = PhotoLimits()
        limits.maxBytes = jpeg.count - 1
        #expect(throws: PhotoProblem.tooManyBytes(limit: jpeg.count - 1)) {
            try normalize(file: file.path, limits: limits)
        }
    }

    @Test(
        "What cannot be read is the server's trouble, not the photo's",
        arguments: ["/nonexistent/photo.jpg", "/", "/dev/null"])
    func unreadable(path: String) {
        let problem = #expect(throws: PhotoProblem.self) { try normalize(file: path) }
        #expect(problem?.code == "photo-io-failure")
    }
}

/// Real photos that may lie beside the package.
enum PhotoCollection {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/photos").standardizedFileURL
    static let isPresent = FileManager.default.fileExists(atPath: folder.appending(path: "upright").path)
}

/// Runs where the collection is present; elsewhere the tests above suffice.
@Suite("Real photos come out as they should", .enabled(if: PhotoCollection.isPresent))
struct RealPhotoTests {
    @Test("All eight orientations of one scene look alike", arguments: ["Landscape", "Portrait"])
    func upright(name: String) throws {
        let expected = name == "Landscape" ? (1800, 1200) : (1200, 1800)
        func photo(_ orientation: Int) throws -> NormalizedPhoto {
            try normalize(file: PhotoCollection.folder.appending(path: "upright/\(name)_\(orientation).jpg").path)
        }
        let reference = try Pixels(jpeg: photo(1).thumbnail.bytes)
        for orientation in 0...8 {
            let photo = try photo(orientation)
            #expect((photo.large.width, photo.large.height) == expected && !photo.damaged)
            let thumbnail = try Pixels(jpeg: photo.thumbnail.bytes)
            let distance = zip(thumbnail.samples, reference.samples).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            #expect(Double(distance) / Double(reference.samples.count) < 6, "orientation \(orientation)")
        }
    }

    @Test("A walk's photos know where and when they were taken")
    func walk() throws {
        let photo = try normalize(file: PhotoCollection.folder.appending(path: "walk/DSCN0010.jpg").path)
        #expect(abs((photo.facts.latitude ?? 0) - 43.467448) < 1e-5)
        #expect(abs((photo.facts.longitude ?? 0) - 11.885127) < 1e-5)
        #expect(photo.facts.capturedAt?.local == "2008-10-22T16:28:39")
        #expect(photo.facts.gpsTime == 1_224_772_027_240)
        #expect(photo.facts.make == "NIKON" && photo.facts.model == "COOLPIX P6000")
    }

    @Test("Every camera's photo is taken, sound, and stripped")
    func cameras() throws {
        let folder = PhotoCollection.folder.appending(path: "cameras")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let photo = try normalize(file: folder.appending(path: name).path)
            #expect(!photo.damaged, "\(name)")
            #expect(try inspected(photo.large.bytes).facts == CaptureFacts(), "\(name)")
        }
    }
}
