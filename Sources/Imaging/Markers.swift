/// What the markers of a JPEG say, read in one pass over the raw bytes before any C sees them.
///
/// The walk takes time linear in the file's length. Where the standard leaves room (fill bytes, stray
/// bytes between segments) it does what libjpeg does, so that both see the same file.
struct PhotoOutline {
    private(set) var frame: Frame
    /// The TIFF structure inside the first Exif segment.
    private(set) var exif: Range<Int>?
    /// The decoder gets the bytes before this offset and no others.
    private(set) var pictureEnd: Int
    /// Bytes behind the end marker: motion photos, gain maps, padding.
    private(set) var bytesAfterEnd: Int
    /// The file stops before its end marker.
    private(set) var endMissing: Bool

    /// Walks all markers and checks every limit that needs no decoding.
    init(scanning bytes: RawSpan, limits: PhotoLimits) throws(PhotoProblem) {
        if bytes.byteCount > limits.maxBytes { throw .tooManyBytes(limit: limits.maxBytes) }
        try requireJPEG(bytes)
        var walk = MarkerWalk(limits: limits)
        let end = try walk.run(bytes)
        guard let frame = walk.frame else { throw .malformed("no frame header") }
        guard walk.pictureBytes > 0 else { throw .malformed("no picture data") }
        try walk.profile.finish()
        self.frame = frame
        exif = walk.exif
        pictureEnd = end.offset
        bytesAfterEnd = end.isMarked ? bytes.byteCount - end.offset : 0
        endMissing = !end.isMarked
    }
}

/// The start-of-frame header.
struct Frame: Equatable {
    /// Pixels, as stored.
    let size: PixelSize
    /// 1 grey, 3 colour.
    let components: Int
    let progressive: Bool
}

/// One marker: 0xFF and a code that is neither filling nor a restart.
private struct Marker {
    let code: UInt8
    /// Offset of the 0xFF.
    let start: Int
    /// Offset behind the code.
    let end: Int

    /// Finds the next marker at or after `offset`, both between segments and inside coded data.
    init?(in bytes: RawSpan, from offset: Int) {
        var offset = offset
        while let start = bytes.firstFF(from: offset) {
            var place = start + 1
            while place < bytes.byteCount, bytes.byte(at: place) == 0xFF { place += 1 }
            guard place < bytes.byteCount else { return nil }
            switch bytes.byte(at: place) {
            case 0x00, 0x01, 0xD0...0xD7: offset = place + 1  // a stuffed 0xFF, TEM, RST0–7
            case let code:
                self.code = code
                self.start = place - 1
                end = place + 1
                return
            }
        }
        return nil
    }

    /// The segment's content, without its length field; nil when it does not fit into the file.
    func body(in bytes: RawSpan) -> Range<Int>? {
        guard bytes.byteCount - end >= 2 else { return nil }
        let length = bytes.bigEndian16(at: end)
        guard length >= 2, length <= bytes.byteCount - end else { return nil }
        return (end + 2)..<(end + length)
    }
}

private struct MarkerWalk {
    let limits: PhotoLimits
    var frame: Frame?
    var exif: Range<Int>?
    var profile: ColourProfile
    var scans = 0
    var metadataBytes = 0
    /// Bytes of entropy-coded data seen so far.
    var pictureBytes = 0

    init(limits: PhotoLimits) {
        self.limits = limits
        profile = ColourProfile(maxBytes: limits.maxColourProfileBytes)
    }

    /// Returns where the picture ends, and whether an end marker says so.
    mutating func run(_ bytes: RawSpan) throws(PhotoProblem) -> (offset: Int, isMarked: Bool) {
        var position = 2
        var insideScan = false
        while let marker = Marker(in: bytes, from: position) {
            if insideScan { pictureBytes += marker.start - position }
            insideScan = marker.code == 0xDA
            if marker.code == 0xD9 { return (marker.end, true) }
            if marker.code == 0xD8 { throw .malformed("a second start of image") }
            guard let body = marker.body(in: bytes) else {
                // A file cut off between two progressive passes still shows the earlier ones.
                if pictureBytes > 0, marker.runsPastEnd(of: bytes) { return (marker.start, false) }
                throw .malformed("segment \(marker.name) has a wrong length")
            }
            try visit(marker.code, body, bytes)
            position = body.upperBound
        }
        if insideScan { pictureBytes += bytes.byteCount - position }
        return (bytes.byteCount, false)
    }

    private mutating func visit(_ code: UInt8, _ body: Range<Int>, _ bytes: RawSpan) throws(PhotoProblem) {
        switch code {
        case 0xC0, 0xC1, 0xC2:
            if frame != nil { throw .malformed("a second frame header") }
            frame = try Frame(bytes.extracting(body), progressive: code == 0xC2, limits: limits)
        case 0xC3: throw .lossless
        case 0xC5, 0xC6, 0xC7, 0xDE, 0xDF: throw .hierarchical
        case 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF: throw .arithmetic
        case 0xDA:
            if frame == nil { throw .malformed("a scan before the frame header") }
            scans += 1
            if scans > limits.maxScans { throw .tooManyScans }
        case 0xE0...0xEF, 0xFE:
            metadataBytes += body.count
            if metadataBytes > limits.maxMetadataBytes { throw .tooMuchMetadata }
            if code == 0xE1, exif == nil, bytes.holdsExif(in: body) { exif = body.dropFirst(6) }
            if code == 0xE2 { try profile.add(bytes.extracting(body)) }
        default: break
        }
    }
}

extension Frame {
    /// Reads and judges the content of a start-of-frame segment.
    init(_ body: RawSpan, progressive: Bool, limits: PhotoLimits) throws(PhotoProblem) {
        guard body.byteCount >= 6 else { throw .malformed("frame header too short") }
        if body.byte(at: 0) != 8 { throw .unsupportedPrecision }
        let height = body.bigEndian16(at: 1)
        let width = body.bigEndian16(at: 3)
        let components = Int(body.byte(at: 5))
        guard components == 1 || components == 3 else { throw .unsupportedColour }
        guard body.byteCount == 6 + 3 * components else { throw .malformed("frame header of a wrong length") }
        if height == 0 { throw .zeroHeight }
        if width == 0 { throw .malformed("no columns") }
        if (width * height + 999_999) / 1_000_000 > limits.maxMegapixels {
            throw .tooManyPixels(width: width, height: height, limitMegapixels: limits.maxMegapixels)
        }
        let maxSide = min(limits.maxSide, 65_500)
        if max(width, height) > maxSide { throw .sideTooLong(width: width, height: height, limit: maxSide) }
        for component in 0..<components {
            let sampling = body.byte(at: 7 + 3 * component)
            guard (1...4).contains(sampling >> 4), (1...4).contains(sampling & 15) else {
                throw .malformed("sampling factors out of range")
            }
        }
        self.init(size: PixelSize(width: width, height: height), components: components, progressive: progressive)
    }
}

extension Marker {
    fileprivate var name: String { "FF" + String(code, radix: 16, uppercase: true) }

    /// The content is missing or cut short, as opposed to having an impossible length.
    fileprivate func runsPastEnd(of bytes: RawSpan) -> Bool {
        bytes.byteCount - end < 2 || bytes.bigEndian16(at: end) >= 2
    }
}

extension RawSpan {
    fileprivate func holdsExif(in body: Range<Int>) -> Bool {
        body.count > 6 && holds("Exif\0", at: body.lowerBound)
    }
}
