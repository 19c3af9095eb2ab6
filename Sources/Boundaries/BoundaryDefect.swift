public import Patrol

/// One thing wrong with an outline that was handed in.
public enum BoundaryDefect: Error, Hashable, Sendable {
    /// More bytes than ``Boundary/maxBytes``.
    case tooLarge
    /// Brackets within brackets, deeper than ``Boundary/maxDepth``.
    case tooDeep
    case notJSON
    /// JSON, but no GeoJSON Polygon or MultiPolygon, nor a Feature of one.
    case notAPolygon
    /// A FeatureCollection with no feature or with several.
    case notOneFeature(count: Int)
    /// The coordinates are not lists of rings of positions of at least two numbers.
    case malformedCoordinates
    /// More positions and rings than ``Boundary/maxPoints``.
    case tooManyPoints
    /// No part at all, or one without any ring, or one of less than a square metre.
    case empty
    /// A ring whose last position is not its first.
    case ringNotClosed(RingPlace)
    /// A ring of fewer than three different points, a centimetre apart.
    case tooFewPoints(RingPlace)
    /// Positions that are nowhere on Earth. `maybeSwapped` when latitude and longitude exchanged would be somewhere.
    case outOfRange(RingPlace, points: Int, maybeSwapped: Bool)
    /// The outline crosses or touches itself here, in the system in which it was stated.
    case selfIntersection(at: Position)
    /// A hole that is not inside its part, or a ring within the area of another.
    case misplacedRing(at: Position)

    /// Stable, kebab-case.
    public var code: String {
        switch self {
        case .tooLarge: "boundary-too-large"
        case .tooDeep: "boundary-too-deep"
        case .notJSON: "boundary-not-json"
        case .notAPolygon: "boundary-not-a-polygon"
        case .notOneFeature: "boundary-not-one-feature"
        case .malformedCoordinates: "boundary-malformed-coordinates"
        case .tooManyPoints: "boundary-too-many-points"
        case .empty: "boundary-empty"
        case .ringNotClosed: "boundary-ring-not-closed"
        case .tooFewPoints: "boundary-too-few-points"
        case .outOfRange: "boundary-out-of-range"
        case .selfIntersection: "boundary-self-intersection"
        case .misplacedRing: "boundary-misplaced-ring"
        }
    }

    public var zh: String {
        switch self {
        case .tooLarge: "文件过大，边界不得超过 \(Boundary.maxBytes / 1_048_576) MB，请简化后重新提交"
        case .tooDeep: "嵌套过深，这不是正常的 GeoJSON"
        case .notJSON: "不是有效的 JSON，请导出为 GeoJSON（UTF-8 编码）后重新提交"
        case .notAPolygon: "没有面：应为 GeoJSON 的 Polygon 或 MultiPolygon"
        case .notOneFeature(let count): "应当只有 1 个要素，现有 \(count) 个，请逐个提交"
        case .malformedCoordinates: "coordinates 格式不对：应为若干个环，每个点依次为经度、纬度"
        case .tooManyPoints: "点数超过 \(Boundary.maxPoints)，请简化边界后重新提交"
        case .empty: "边界是空的：没有点，或者围成的面积不足 1 平方米"
        case .ringNotClosed(let ring): "\(ring.zh)没有闭合：最后一个点应与第一个点相同"
        case .tooFewPoints(let ring): "\(ring.zh)的点太少：至少要有三个不同的点"
        case .outOfRange(let ring, let points, let maybeSwapped):
            "\(ring.zh)有 \(points) 个点超出经纬度范围"
                + (maybeSwapped ? "，可能把经度和纬度写反了：应为经度在前、纬度在后" : "：单位应为度，不是米，经度在前")
        case .selfIntersection(let place): "边界在\(place.zh)处自相交或自相接，请修正后重新提交"
        case .misplacedRing(let place): "\(place.zh)处的环位置不对：洞应在外环之内，各环不得重叠"
        }
    }

    public var en: String {
        switch self {
        case .tooLarge: "the file is larger than \(Boundary.maxBytes / 1_048_576) MB; simplify the boundary"
        case .tooDeep: "nested too deeply for GeoJSON"
        case .notJSON: "not valid JSON; export the boundary as GeoJSON in UTF-8"
        case .notAPolygon: "there is no polygon; a GeoJSON Polygon or MultiPolygon is expected"
        case .notOneFeature(let count): "exactly one feature is expected and there are \(count); send them one by one"
        case .malformedCoordinates: "the coordinates are malformed; rings of points are expected, longitude first"
        case .tooManyPoints: "there are more than \(Boundary.maxPoints) points; simplify the boundary"
        case .empty: "the boundary is empty: it has no points, or surrounds less than a square metre"
        case .ringNotClosed(let ring): "\(ring.en) is not closed; its last point must equal its first"
        case .tooFewPoints(let ring): "\(ring.en) has too few points; at least three different ones are needed"
        case .outOfRange(let ring, let points, let maybeSwapped):
            "\(ring.en) has \(points) points outside of all latitudes and longitudes; "
                + (maybeSwapped
                    ? "they may have been swapped: longitude comes first"
                    : "degrees are expected, not metres, longitude first")
        case .selfIntersection(let place): "the boundary crosses or touches itself at \(place.en)"
        case .misplacedRing(let place):
            "a ring is misplaced at \(place.en); holes lie inside their part and rings do not overlap"
        }
    }
}

/// Which ring of an outline: both numbers count from 1 in the order in which they were sent.
public struct RingPlace: Hashable, Sendable {
    /// The polygon of a MultiPolygon; 1 in a Polygon.
    public let part: Int
    /// 1 is the exterior ring, those after it are holes.
    public let ring: Int

    fileprivate var zh: String { "第 \(part) 部分的" + (ring == 1 ? "外环" : "第 \(ring - 1) 个内环") }
    fileprivate var en: String { (ring == 1 ? "the outer ring" : "hole \(ring - 1)") + " of part \(part)" }
}

extension Position {
    fileprivate var zh: String { "经度 \(longitude)、纬度 \(latitude)" }
    fileprivate var en: String { "longitude \(longitude), latitude \(latitude)" }
}

/// Why an outline was refused: every defect, or the first hundred.
public struct BoundaryDefects: Error, Hashable, Sendable {
    public let all: [BoundaryDefect]

    init(_ all: [BoundaryDefect]) {
        self.all = Array(all.prefix(100))
    }
}
