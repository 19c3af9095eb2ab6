import Testing

@testable import Imaging

@Suite("However the handheld was held, the photo stands upright")
struct OrientationTests {
    /// Where EXIF says the stored row 0 and column 0 belong, by value (Exif 2.32, table 6).
    enum Edge { case top, bottom, left, right }
    static let edges: [(row0: Edge, column0: Edge)] = [
        (.top, .left), (.top, .right), (.bottom, .right), (.bottom, .left),
        (.left, .top), (.right, .top), (.right, .bottom), (.left, .bottom),
    ]

    /// The photo a camera stores under `orientation` when the upright view is quadrants of width × height.
    static func stored(_ orientation: Int, width: Int, height: Int) throws -> [UInt8] {
        let (row0, column0) = edges[orientation - 1]
        let swapped = orientation >= 5
        let pixels = Pixels(width: swapped ? height : width, height: swapped ? width : height) { column, row in
            var (x, y) = (0, 0)
            for (edge, distance) in [(row0, row), (column0, column)] {
                switch edge {
                case .top: y = distance
                case .bottom: y = height - 1 - distance
                case .left: x = distance
                case .right: x = width - 1 - distance
                }
            }
            return Pixels.quadrantColour(x, y, width, height)
        }
        return try insertExif(CaptureFacts(orientation: orientation), into: pixels.jpeg())
    }

    static func expectUpright(_ rendition: Rendition) throws {
        let picture = try Pixels(jpeg: rendition.bytes)
        #expect(picture.width == rendition.width && picture.height == rendition.height)
        let (right, bottom) = (picture.width - 1, picture.height - 1)
        // In the middle of each quadrant, and in each corner, where being off by one shows.
        for (x, y) in [(right / 4, bottom / 4), (0, 0)] {
            #expect(picture.shows(Pixels.red, x: x, y: y))
            #expect(picture.shows(Pixels.green, x: right - x, y: y))
            #expect(picture.shows(Pixels.blue, x: x, y: bottom - y))
            #expect(picture.shows(Pixels.white, x: right - x, y: bottom - y))
        }
    }

    @Test("in both renditions, small odd sizes included", arguments: 1...8, [(96, 64), (97, 61), (33, 350), (49, 35)])
    func uprightAtOriginalSize(orientation: Int, size: (Int, Int)) throws {
        let photo = try normalized(Self.stored(orientation, width: size.0, height: size.1))
        #expect(photo.large.width == size.0 && photo.large.height == size.1)
        #expect(photo.facts.orientation == orientation)
        try Self.expectUpright(photo.large)
        try Self.expectUpright(photo.thumbnail)
    }

    @Test("also when it is scaled down", arguments: 1...8)
    func uprightWhenScaled(orientation: Int) throws {
        let photo = try normalized(Self.stored(orientation, width: 2301, height: 455))
        #expect(photo.large.width == 2048 && photo.large.height == 405)
        try Self.expectUpright(photo.large)
        try Self.expectUpright(photo.thumbnail)
    }

    @Test("and an unknown orientation is taken as upright", arguments: [0, 9, 255, 65_535])
    func unknownOrientation(value: Int) throws {
        let jpeg = try Pixels.quadrants(width: 64, height: 48).jpeg()
        let photo = try normalized(insertExif(CaptureFacts(orientation: value), into: jpeg))
        #expect(photo.facts.orientation == 1)
        try Self.expectUpright(photo.large)
    }
}
