import Testing

@testable import Imaging

@Suite("What is not a safe photo is refused with its own reason")
struct RefusalTests {
    static let heic = [0, 0, 0, 24] + Array("ftypheic".utf8) + Array(repeating: 0, count: 12)
    static let png: [UInt8] = [0x89] + Array("PNG\r\n".utf8) + [0x1A, 0x0A] + Array(repeating: 0, count: 64)
    static let webp = Array("RIFF".utf8) + [9, 0, 0, 0] + Array("WEBPVP8 ".utf8)

    static let hostile: [(name: String, bytes: [UInt8], code: String)] = [
        ("nothing", [], "photo-empty"),
        ("text", Array("hello".utf8), "photo-not-jpeg"),
        ("one byte", [0xFF], "photo-not-jpeg"),
        ("HEIC", heic, "photo-heic"),
        ("PNG", png, "photo-png"),
        ("WebP", webp, "photo-webp"),
        ("only a start", Bytes.start, "photo-malformed"),
        ("start and end", Bytes.start + Bytes.end, "photo-malformed"),
        ("two starts", Bytes.start + Bytes.photo(Bytes.frame()), "photo-malformed"),
        ("two frames", Bytes.photo(Bytes.frame() + Bytes.frame()), "photo-malformed"),
        ("scan before frame", Bytes.start + Bytes.scan() + Bytes.end, "photo-malformed"),
        ("no scan", Bytes.start + Bytes.frame() + Bytes.end, "photo-malformed"),
        ("empty scan", Bytes.start + Bytes.frame() + Bytes.scan(data: []) + Bytes.end, "photo-malformed"),
        ("short frame", Bytes.photo(Bytes.segment(0xC0, [8, 0, 8])), "photo-malformed"),
        ("long frame", Bytes.photo(Bytes.segment(0xC0, [8, 0, 8, 0, 8, 1, 1, 0x11, 0, 0])), "photo-malformed"),
        ("segment length 1", Bytes.start + [0xFF, 0xE1, 0, 1] + Bytes.frame(), "photo-malformed"),
        (
            "Exif past the end", Bytes.start + [0xFF, 0xE1, 0xFF, 0xF0] + Array("Exif\0\0II*\0".utf8),
            "photo-malformed"
        ),
        ("sampling 0", Bytes.photo(Bytes.frame(sampling: 0x01)), "photo-malformed"),
        ("sampling 5", Bytes.photo(Bytes.frame(sampling: 0x15)), "photo-malformed"),
        ("no columns", Bytes.photo(Bytes.frame(0, 64)), "photo-malformed"),
        ("no Huffman tables", Bytes.photo(Bytes.frame()), "photo-malformed"),
        ("no rows", Bytes.photo(Bytes.frame(64, 0)), "photo-zero-height"),
        ("dimension bomb", Bytes.photo(Bytes.frame(65_500, 65_500)), "photo-too-many-pixels"),
        ("121 megapixels", Bytes.photo(Bytes.frame(11_000, 11_000)), "photo-too-many-pixels"),
        ("long side", Bytes.photo(Bytes.frame(16_385, 10)), "photo-side-too-long"),
        ("CMYK", Bytes.photo(Bytes.frame(components: 4)), "photo-unsupported-colour"),
        ("two components", Bytes.photo(Bytes.frame(components: 2)), "photo-unsupported-colour"),
        ("12 bits", Bytes.photo(Bytes.frame(precision: 12)), "photo-unsupported-precision"),
        ("lossless", Bytes.photo(Bytes.frame(code: 0xC3)), "photo-lossless-coding"),
        ("arithmetic", Bytes.photo(Bytes.frame(code: 0xC9)), "photo-arithmetic-coding"),
        ("arithmetic progressive", Bytes.photo(Bytes.frame(code: 0xCA)), "photo-arithmetic-coding"),
        ("hierarchical", Bytes.photo(Bytes.frame(code: 0xC5)), "photo-hierarchical-coding"),
        ("101 scans", Bytes.photo(Bytes.frame(code: 0xC2), scans: 101), "photo-too-many-scans"),
        (
            "2 MB of comments",
            Bytes.photo(
                (0..<31).flatMap { _ in Bytes.segment(0xFE, Array(repeating: 1, count: 65_533)) } + Bytes.frame()),
            "photo-too-much-metadata"
        ),
    ]

    @Test("Hostile files", arguments: hostile.indices)
    func refused(index: Int) {
        let (name, bytes, code) = Self.hostile[index]
        let problem = #expect(throws: PhotoProblem.self, "\(name)") { try normalized(bytes) }
        #expect(problem?.code == code, "\(name)")
    }

    @Test("A file longer than permitted is refused unread")
    func tooLong() {
        var limits = PhotoLimits()
        limits.maxBytes = 1000
        #expect(throws: PhotoProblem.tooManyBytes(limit: 1000)) {
            try inspected(Array(repeating: 0, count: 1001), limits: limits)
        }
    }

    @Test("Colour profiles must be complete and short")
    func colourProfiles() throws {
        let plain = try Pixels.landscape(width: 16, height: 16).jpeg()
        func chunk(_ number: UInt8, _ count: UInt8, length: Int = 10) -> [UInt8] {
            Bytes.segment(0xE2, Array("ICC_PROFILE\0".utf8) + [number, count] + Array(repeating: 0, count: length))
        }
        _ = try inspected(Bytes.inserting(chunk(1, 2) + chunk(2, 2), into: plain))
        for chain in [chunk(1, 2), chunk(0, 1), chunk(2, 1), chunk(1, 1) + chunk(1, 1), chunk(1, 2) + chunk(2, 3)] {
            let problem = #expect(throws: PhotoProblem.self) { try inspected(Bytes.inserting(chain, into: plain)) }
            #expect(problem?.code == "photo-malformed")
        }
        let long = (1...16).flatMap { chunk(UInt8($0), 16, length: 65_000) }
        #expect(throws: PhotoProblem.tooMuchMetadata) { try inspected(Bytes.inserting(long, into: plain)) }
    }

    @Test("The decoder stops at its processor time, memory, passes and corrupt places")
    func decoderLimits() throws {
        let progressive = try Pixels.landscape(width: 400, height: 400).jpeg(progressive: true)
        var limits = PhotoLimits()
        limits.cpuSeconds = 0
        #expect(throws: PhotoProblem.deadline) { try normalized(progressive, limits: limits) }
        limits = PhotoLimits()
        limits.maxDecoderMemory = 100_000
        #expect(throws: PhotoProblem.tooMuchMemory) { try normalized(progressive, limits: limits) }
        limits = PhotoLimits()
        limits.maxScans = 3
        #expect(throws: PhotoProblem.tooManyScans) { try normalized(progressive, limits: limits) }
        let outline = try PhotoOutline(scanning: progressive.span.bytes, limits: PhotoLimits())
        #expect(throws: PhotoProblem.tooManyScans) {
            // Past the marker walk: the decoder counts for itself.
            try progressive.withUnsafeBytes {
                _ = try JPEGDecoder($0, frame: outline.frame, eighths: 8, limits: limits)
            }
        }
        limits = PhotoLimits()
        limits.maxWarnings = 2
        #expect(throws: PhotoProblem.tooManyWarnings) { try normalized(Self.scrambled(), limits: limits) }
    }

    /// A photo whose restart markers all come in the wrong order.
    static func scrambled() throws -> [UInt8] {
        var jpeg = try Pixels.landscape(width: 160, height: 480).jpeg(restartRows: 1)
        for place in jpeg.indices.dropLast() where jpeg[place] == 0xFF && (0xD0...0xD7).contains(jpeg[place + 1]) {
            jpeg[place + 1] = 0xD0 + (jpeg[place + 1] - 0xD0 + 4) % 8
        }
        return jpeg
    }

    @Test("A decoder that sees another picture than the marker walk is not trusted")
    func decoderDisagrees() throws {
        let jpeg = try Pixels.landscape(width: 32, height: 32).jpeg()
        let other = Frame(size: PixelSize(width: 32, height: 16), components: 3, progressive: false)
        let problem = #expect(throws: PhotoProblem.self) {
            try jpeg.withUnsafeBytes { _ = try JPEGDecoder($0, frame: other, eighths: 8, limits: PhotoLimits()) }
        }
        #expect(problem?.code == "photo-malformed")
    }

    @Test("Every problem has its own code and says in both languages what to do")
    func problemsSpeak() {
        let problems: [PhotoProblem] = [
            .empty, .tooManyBytes(limit: 40_000_000), .notJPEG, .heic, .png, .webp,
            .tooManyPixels(width: 1, height: 2, limitMegapixels: 3), .sideTooLong(width: 1, height: 2, limit: 3),
            .zeroHeight, .unsupportedColour, .unsupportedPrecision, .arithmetic, .lossless, .hierarchical,
            .tooManyScans, .tooMuchMetadata, .malformed("x"), .tooManyWarnings, .deadline, .tooMuchMemory,
            .ioFailure("x"),
        ]
        #expect(Set(problems.map(\.code)).count == problems.count)
        for problem in problems {
            #expect(problem.code.hasPrefix("photo-"))
            #expect(problem.message(chinese: true).contains("请"), "\(problem.code)")
            #expect(problem.message(chinese: true).unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) })
            let english = problem.message(chinese: false)
            #expect(english.hasSuffix(".") && english.unicodeScalars.allSatisfy { $0.value < 0x3000 })
        }
        #expect(PhotoProblem.heic.message(chinese: false).contains("JPEG"))
    }
}
