import Crypto

/// One picture ready to be served: upright baseline JPEG without metadata.
public struct Rendition: Equatable, Sendable {
    /// Columns, upright.
    public let width: Int
    /// Rows, upright.
    public let height: Int
    /// The JPEG file.
    public let bytes: [UInt8]
    /// SHA-256 of ``bytes``, 64 lower-case hexadecimal digits.
    public let sha256: String
}

/// Takes rows in stored order, turns them upright and encodes them.
///
/// Rows pass straight through unless the orientation needs the last one first; only then is the output
/// picture — never the input — kept whole.
struct RenditionWriter: ~Copyable {
    private let stored: PixelSize
    private let orientation: Orientation
    private let components: Int
    private let encoder: JPEGEncoder
    private var kept: [UInt8] = []

    /// - Parameter stored: the output size before turning.
    init(
        stored: PixelSize, orientation: Orientation, components: Int, quality: Int
    ) throws(PhotoProblem) {
        let upright = orientation.upright(stored)
        self.stored = stored
        self.orientation = orientation
        self.components = components
        encoder = try JPEGEncoder(size: upright, components: components, options: EncodingOptions(quality: quality))
        if !orientation.keepsRowOrder { kept.reserveCapacity(stored.width * stored.height * components) }
    }

    /// Adds the next stored row, `stored.width * components` samples.
    mutating func add(_ row: Span<UInt8>) throws(PhotoProblem) {
        switch orientation {
        case .upright:
            try encoder.add(row)
        case .mirrored:
            let mirrored = pixels(of: row, count: stored.width, start: stored.width - 1, step: -1)
            try encoder.add(mirrored.span)
        default:
            row.withUnsafeBufferPointer { kept.append(contentsOf: $0) }
        }
    }

    /// The rendition, once every stored row is in.
    consuming func finish() throws(PhotoProblem) -> Rendition {
        let upright = orientation.upright(stored)
        if !orientation.keepsRowOrder {
            for y in 0..<upright.height {
                let path = orientation.path(ofRow: y, in: stored)
                let row = pixels(of: kept.span, count: upright.width, start: path.start, step: path.step)
                try encoder.add(row.span)
            }
        }
        let bytes = try encoder.finish()
        return Rendition(
            width: upright.width, height: upright.height, bytes: bytes, sha256: sha256Hex(bytes.span.bytes))
    }

    /// Collects `count` pixels from pixel `start` on, every `step`th.
    private func pixels(of source: Span<UInt8>, count: Int, start: Int, step: Int) -> [UInt8] {
        var row = [UInt8](repeating: 0, count: count * components)
        var place = start * components
        for target in stride(from: 0, to: row.count, by: components) {
            for component in 0..<components { row[target + component] = source[place + component] }
            place += step * components
        }
        return row
    }
}

/// SHA-256 as 64 lower-case hexadecimal digits.
func sha256Hex(_ bytes: RawSpan) -> String {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    let digits = Array("0123456789abcdef".utf8)
    let text = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
}
