import Testing

@testable import Imaging

@Suite("What the camera says about the photo is understood, and nonsense is ignored")
struct ExifTests {
    static let full = CaptureFacts(
        orientation: 6,
        capturedAt: CaptureTime(local: "2026-05-01T10:11:12", offsetMinutes: 480, milliseconds: 42),
        latitude: -31.25, longitude: 121.5, accuracyMetres: 4.5, gpsTime: 1_777_601_472_250,
        make: "华为", model: "HT-380")

    static var jpeg: [UInt8] { get throws { try Pixels.landscape(width: 16, height: 16).jpeg() } }

    @Test("All facts come back in both byte orders", arguments: TIFFByteOrder.allCases)
    func roundTrip(byteOrder: TIFFByteOrder) throws {
        let facts = try inspected(insertExif(Self.full, into: Self.jpeg, byteOrder: byteOrder)).facts
        #expect(facts == Self.full)
        #expect(facts.capturedAt?.local == "2026-05-01T10:11:12")
        #expect(facts.capturedAt?.utcMilliseconds == 1_777_601_472_042)
    }

    @Test("Any facts come back", arguments: TIFFByteOrder.allCases)
    func anyRoundTrip(byteOrder: TIFFByteOrder) throws {
        var random = SeededGenerator(state: 5)
        for _ in 0..<300 {
            let facts = CaptureFacts.random(using: &random)
            let read = try inspected(insertExif(facts, into: Self.jpeg, byteOrder: byteOrder)).facts
            #expect(read.orientation == facts.orientation && read.capturedAt == facts.capturedAt)
            #expect(read.gpsTime == facts.gpsTime && read.make == facts.make && read.model == facts.model)
            for (got, sent) in [(read.latitude, facts.latitude), (read.longitude, facts.longitude)] {
                #expect((got == nil) == (sent == nil))
                #expect(abs((got ?? 0) - (sent ?? 0)) < 1e-8)
            }
            #expect(abs((read.accuracyMetres ?? -1) - (facts.accuracyMetres ?? -1)) < 0.001)
        }
    }

    @Test("A photo without EXIF says nothing, and so does one with broken EXIF")
    func brokenExifSaysNothing() throws {
        let broken: [[UInt8]] = [
            [], Array("II".utf8), Array("II*\0".utf8), Array("MM\0*\0\0\0\u{8}".utf8), Array("XX*\0\u{8}\0\0\0".utf8),
            Array("II*\0".utf8) + [0xFF, 0xFF, 0xFF, 0xFF], Array("II*\0".utf8) + [0, 0, 0, 0],
            Array("II*\0".utf8) + [8, 0, 0, 0, 0xFF, 0xFF],
        ]
        for tiff in broken {
            let jpeg = try Bytes.inserting(Bytes.segment(0xE1, Array("Exif\0\0".utf8) + tiff), into: Self.jpeg)
            let photo = try normalized(jpeg)
            #expect(photo.facts == CaptureFacts() && !photo.damaged)
        }
    }

    /// A little-endian TIFF with one directory of the given entries: tag, type, count, value or offset.
    static func tiff(_ entries: [(Int, Int, Int, Int)], next: Int = 0, values: [UInt8] = []) -> [UInt8] {
        func little(_ value: Int, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(value >> (8 * $0) & 0xFF) } }
        return Array("II*\0".utf8) + little(8, 4) + little(entries.count, 2)
            + entries.flatMap { little($0.0, 2) + little($0.1, 2) + little($0.2, 4) + little($0.3, 4) }
            + little(next, 4) + values
    }

    @Test("Directories that point at themselves or at each other end at once")
    func loops() {
        #expect(CaptureFacts(exif: Self.tiff([(0x0112, 3, 1, 6)], next: 8)).orientation == 6)
        let circle = Self.tiff([(0x0112, 3, 1, 3), (0x8769, 4, 1, 8), (0x8825, 4, 1, 8)])
        #expect(CaptureFacts(exif: circle) == CaptureFacts(orientation: 3))
    }

    @Test("Counts and offsets that overflow or leave the segment are ignored")
    func overflow() {
        let entries = [
            (0x010F, 2, 0xFFFF_FFFF, 8), (0x0110, 2, 40, 0xFFFF_FFF0), (0x0112, 5, 0xFFFF_FFFF, 0xFFFF_FFFF),
            (0x8769, 4, 1, 0xFFFF_FFFF), (0x8825, 4, 0, 8),
        ]
        #expect(CaptureFacts(exif: Self.tiff(entries)) == CaptureFacts())
    }

    @Test("Texts lose control and formatting characters, padding, and whatever exceeds 64 characters")
    func texts() {
        func make(_ text: String) -> String? {
            CaptureFacts(exif: Self.tiff([(0x010F, 2, text.utf8.count, 26)], values: Array(text.utf8))).make
        }
        #expect(make("  Acme Corp.  \0\0junk") == "Acme Corp.")
        #expect(make("A\u{7}c\u{1B}m\ne\u{202E}!") == "Acme!")
        #expect(make("      ") == nil)
        #expect(make(String(repeating: "长", count: 90)) == String(repeating: "长", count: 64))
        #expect(make("e" + String(repeating: "\u{301}", count: 200))?.unicodeScalars.count == 64)
    }

    @Test("Positions with a zero denominator, out of range or without a hemisphere are no positions")
    func positions() throws {
        var facts = Self.full
        facts.make = nil
        let sound = try insertExif(facts, into: Self.jpeg)
        func altered(_ change: (inout [UInt8]) -> Void) throws -> CaptureFacts {
            var jpeg = sound
            change(&jpeg)
            return try inspected(jpeg).facts
        }
        // 31° 15′ 0″ begins with the rational 31/1, 121° 30′ 0″ with 121/1.
        let latitude = try #require(sound.firstPlace(of: [31, 0, 0, 0, 1, 0, 0, 0]))
        let longitude = try #require(sound.firstPlace(of: [121, 0, 0, 0, 1, 0, 0, 0]))
        let south = try #require(sound.firstPlace(of: [1, 0, 2, 0, 2, 0, 0, 0, UInt8(ascii: "S")]))
        #expect(try altered { _ in } == facts)
        for change: (inout [UInt8]) -> Void in [
            { $0[latitude + 4] = 0 }, { $0[latitude] = 91 }, { $0[latitude + 8] = 61 }, { $0[longitude] = 181 },
            { $0[south + 8] = UInt8(ascii: "X") }, { $0[south + 8] = 0 },
        ] {
            let read = try altered(change)
            #expect(read.latitude == nil && read.longitude == nil)
            #expect(read.gpsTime == facts.gpsTime && read.capturedAt == facts.capturedAt)
        }
    }

    @Test("Randomly altered EXIF never crashes and never yields values out of range")
    func mutatedExif() {
        var random = SeededGenerator(state: 77)
        let segment = insertExif(Self.full, into: Bytes.start)
        let sound = Array(segment.dropFirst(12))
        for _ in 0..<3000 {
            var tiff = sound
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                tiff[Int.random(in: tiff.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                tiff.removeLast(.random(in: 0..<tiff.count, using: &random))
            }
            let facts = CaptureFacts(exif: tiff)
            #expect((1...8).contains(facts.orientation))
            #expect((-90...90).contains(facts.latitude ?? 0) && (-180...180).contains(facts.longitude ?? 0))
            #expect((facts.latitude == nil) == (facts.longitude == nil))
            #expect((facts.accuracyMetres ?? 0) >= 0)
            #expect((facts.make ?? "").unicodeScalars.count <= 64)
        }
    }
}

@Suite("Times are read as the camera wrote them")
struct CaptureTimeTests {
    @Test(
        "Dates that do not exist are no times",
        arguments: [
            "0000:00:00 00:00:00", "2026:02:29 10:00:00", "2026:13:01 10:00:00", "2026:01:01 24:00:00",
            "2026:01:01 10:60:00", "2026:1:1 10:00:00", "    :  :     :  :  ", "", "2026:01:01 10:00:00Z",
            "2026:01:01 +1:00:00",
        ])
    func nonsense(text: String) {
        #expect(CaptureTime(local: text) == nil)
    }

    @Test("Without an offset there is no UTC time; with one there is")
    func offsets() {
        #expect(CaptureTime(local: "2024:02:29 23:59:59")?.utcMilliseconds == nil)
        #expect(CaptureTime(local: "2024:02:29 23:59:59", offsetMinutes: 0)?.utcMilliseconds == 1_709_251_199_000)
        #expect(CaptureTime(local: "2024:02:29 23:59:59", offsetMinutes: -210)?.utcMilliseconds == 1_709_263_799_000)
        #expect(CaptureTime(local: "2024:02:29 23:59:59", offsetMinutes: 1440) == nil)
        #expect(CaptureTime(local: "2024:02:29 23:59:59", milliseconds: 1000) == nil)
    }

    @Test("Calendar arithmetic returns to where it started for any moment of years 1 to 9999")
    func calendarRoundTrip() throws {
        var random = SeededGenerator(state: 3)
        for _ in 0..<5000 {
            let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &random)
            let civil = try #require(CivilTime(utcMilliseconds: seconds * 1000))
            #expect(civil.utcMilliseconds == seconds * 1000)
        }
        #expect(CivilTime(utcMilliseconds: 253_402_300_800_000) == nil)
        #expect(CivilTime(utcMilliseconds: -62_135_596_800_001) == nil)
    }
}

extension CaptureFacts {
    /// Any facts a camera could state, each present or absent.
    fileprivate static func random(using random: inout SeededGenerator) -> CaptureFacts {
        func maybe<Value>(_ value: Value, _ random: inout SeededGenerator) -> Value? {
            Bool.random(using: &random) ? value : nil
        }
        var facts = CaptureFacts(orientation: .random(in: 1...8, using: &random))
        let moment = CivilTime(utcMilliseconds: .random(in: 0...4_000_000_000_000, using: &random))!
        facts.capturedAt = maybe(
            CaptureTime(
                local: moment.dateText(separator: "-") + "T" + moment.timeText,
                offsetMinutes: maybe(.random(in: -1439...1439, using: &random), &random),
                milliseconds: maybe(.random(in: 0...999, using: &random), &random))!, &random)
        if Bool.random(using: &random) {
            facts.latitude = .random(in: -90...90, using: &random)
            facts.longitude = .random(in: -180...180, using: &random)
        }
        facts.accuracyMetres = maybe(.random(in: 0...5000, using: &random), &random)
        facts.gpsTime = maybe(.random(in: 0...4_000_000_000_000, using: &random), &random)
        facts.make = maybe(["A", "HUAWEI", "Zebra Technologies"].randomElement(using: &random)!, &random)
        facts.model = maybe(["TC57", "巡检仪 3", "x"].randomElement(using: &random)!, &random)
        return facts
    }
}

extension [UInt8] {
    fileprivate func firstPlace(of pattern: [UInt8]) -> Int? {
        indices.first { self[$0...].starts(with: pattern) }
    }
}
