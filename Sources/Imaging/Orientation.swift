/// How stored pixels must be turned or mirrored to stand upright: EXIF's eight values.
enum Orientation: Int {
    case upright = 1, mirrored, upsideDown, flipped, transposed, turnRight, transversed, turnLeft

    /// Unknown values mean upright.
    init(exif value: Int) {
        self = Orientation(rawValue: value) ?? .upright
    }

    /// Whether rows leave in the order they come, so that nothing needs to be kept.
    var keepsRowOrder: Bool { self == .upright || self == .mirrored }

    /// The size after turning.
    func upright(_ stored: PixelSize) -> PixelSize {
        rawValue >= 5 ? PixelSize(width: stored.height, height: stored.width) : stored
    }

    /// Where upright row `y` lies among the stored pixels: the index of its first pixel, and the step
    /// from each pixel to the next.
    func path(ofRow y: Int, in stored: PixelSize) -> (start: Int, step: Int) {
        let width = stored.width
        let lastRow = (stored.height - 1) * width
        return switch self {
        case .upright: (y * width, 1)
        case .mirrored: (y * width + width - 1, -1)
        case .upsideDown: (lastRow - y * width + width - 1, -1)
        case .flipped: (lastRow - y * width, 1)
        case .transposed: (y, width)
        case .turnRight: (lastRow + y, -width)
        case .transversed: (lastRow + width - 1 - y, -width)
        case .turnLeft: (width - 1 - y, width)
        }
    }
}
