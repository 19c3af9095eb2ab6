import Testing

@testable import Imaging

/// A picture in memory: what tests draw, and what they see in the results.
struct Pixels {
    let width: Int
    let height: Int
    let components: Int
    var samples: [UInt8]

    typealias Colour = [UInt8]

    init(width: Int, height: Int, components: Int = 3, colour: (_ x: Int, _ y: Int) -> Colour) {
        self.width = width
        self.height = height
        self.components = components
        samples = []
        samples.reserveCapacity(width * height * components)
        for y in 0..<height {
            for x in 0..<width { samples += colour(x, y) }
        }
    }

    /// Decodes a JPEG in full.
    init(jpeg: [UInt8]) throws {
        let outline = try PhotoOutline(scanning: jpeg.span.bytes, limits: PhotoLimits())
        let (width, height) = (outline.frame.size.width, outline.frame.size.height)
        components = outline.frame.components
        self.width = width
        self.height = height
        samples = try jpeg.withUnsafeBytes { bytes in
            var decoder = try JPEGDecoder(bytes, frame: outline.frame, eighths: 8, limits: PhotoLimits())
            var row = [UInt8](repeating: 0, count: width * decoder.components)
            var samples: [UInt8] = []
            for _ in 0..<height {
                try decoder.read(into: &row)
                samples += row
            }
            return samples
        }
    }

    subscript(x: Int, y: Int) -> Colour {
        Array(samples[((y * width + x) * components)...].prefix(components))
    }

    /// Whether the pixel looks like `colour`, allowing for JPEG's losses.
    func shows(_ colour: Colour, x: Int, y: Int, within tolerance: Int = 40) -> Bool {
        zip(self[x, y], colour).allSatisfy { abs(Int($0) - Int($1)) <= tolerance }
    }

    /// The mean of all samples, 0…255.
    var brightness: Double { samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count) }

    func jpeg(quality: Int = 90, progressive: Bool = false, restartRows: Int = 0) throws -> [UInt8] {
        try encodeJPEG(
            samples, width: width, height: height, components: components,
            options: EncodingOptions(quality: quality, progressive: progressive, restartRows: restartRows))
    }
}

extension Pixels: CustomTestStringConvertible {
    var testDescription: String { "picture of \(width)×\(height)" }
}

extension Pixels {
    static let red: Colour = [220, 30, 30]
    static let green: Colour = [30, 200, 30]
    static let blue: Colour = [30, 30, 220]
    static let white: Colour = [240, 240, 240]

    /// Red, green; blue, white: what an upright viewer sees, whatever the turning.
    static func quadrantColour(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Colour {
        switch (2 * x < width, 2 * y < height) {
        case (true, true): red
        case (false, true): green
        case (true, false): blue
        case (false, false): white
        }
    }

    static func quadrants(width: Int, height: Int) -> Pixels {
        Pixels(width: width, height: height) { quadrantColour($0, $1, width, height) }
    }

    /// Smooth, with enough going on that losses show.
    static func landscape(width: Int, height: Int) -> Pixels {
        Pixels(width: width, height: height) { x, y in
            [UInt8(x * 255 / width), UInt8(y * 255 / height), UInt8((x / 8 + y / 8) % 2 * 120 + 60)]
        }
    }
}

/// Hand-made files, byte by byte.
enum Bytes {
    static let start: [UInt8] = [0xFF, 0xD8]
    static let end: [UInt8] = [0xFF, 0xD9]

    static func segment(_ code: UInt8, _ body: [UInt8]) -> [UInt8] {
        [0xFF, code] + big16(body.count + 2) + body
    }

    static func big16(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)] }

    static func frame(
        _ width: Int = 64, _ height: Int = 64, components: Int = 3, precision: UInt8 = 8, code: UInt8 = 0xC0,
        sampling: UInt8 = 0x11
    ) -> [UInt8] {
        segment(
            code,
            [precision] + big16(height) + big16(width) + [UInt8(components)]
                + (0..<components).flatMap { [UInt8($0 + 1), sampling, 0] })
    }

    static func scan(components: Int = 3, data: [UInt8] = [0]) -> [UInt8] {
        segment(0xDA, [UInt8(components)] + (0..<components).flatMap { [UInt8($0 + 1), 0] } + [0, 63, 0]) + data
    }

    /// The smallest thing that passes for a JPEG with the given header.
    static func photo(_ header: [UInt8], scans: Int = 1) -> [UInt8] {
        start + header + (0..<scans).flatMap { _ in scan() } + end
    }

    /// `jpeg` with `addition` right behind the start of image.
    static func inserting(_ addition: [UInt8], into jpeg: [UInt8]) -> [UInt8] {
        start + addition + jpeg.dropFirst(2)
    }

    /// The codes of all segments before the first scan.
    static func headerCodes(_ jpeg: [UInt8]) -> [UInt8] {
        var codes: [UInt8] = []
        var place = 2
        while place + 4 <= jpeg.count, jpeg[place + 1] != 0xDA {
            codes.append(jpeg[place + 1])
            place += 2 + Int(jpeg[place + 2]) << 8 + Int(jpeg[place + 3])
        }
        return codes
    }
}

/// Normalises bytes held in an array.
func normalized(_ jpeg: [UInt8], limits: PhotoLimits = PhotoLimits()) throws(PhotoProblem) -> NormalizedPhoto {
    try normalize(jpeg.span.bytes, limits: limits)
}

/// Inspects bytes held in an array.
func inspected(_ jpeg: [UInt8], limits: PhotoLimits = PhotoLimits()) throws(PhotoProblem) -> InspectedPhoto {
    try inspect(jpeg.span.bytes, limits: limits)
}

/// SplitMix64: the same seed gives the same test on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
