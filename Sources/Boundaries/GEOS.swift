import CGEOS
import Patrol

/// The geometry library failed: out of memory, or a shape that it cannot work out. The operation and its own words.
public enum GeometryFault: Error, Hashable, Sendable {
    case failed(operation: String, reason: String)
}

/// What every call of GEOS needs. It may not be used by two threads at once, so each public function of this module
/// makes its own and nothing that holds one is Sendable.
final class GEOSContext {
    fileprivate let handle: GEOSContextHandle_t
    private var lastError = ""

    init() throws(GeometryFault) {
        guard let handle = GEOS_init_r() else { throw .failed(operation: "init", reason: "no memory") }
        self.handle = handle
        // Unretained: the handle, and with it the handler, is gone before this object is.
        _ = GEOSContext_setErrorMessageHandler_r(
            handle,
            { text, owner in
                guard let text, let owner else { return }
                Unmanaged<GEOSContext>.fromOpaque(owner).takeUnretainedValue().lastError = String(cString: text)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { GEOS_finish_r(handle) }

    fileprivate func fault(_ operation: String) -> GeometryFault {
        .failed(operation: operation, reason: lastError)
    }
}

/// A geometry of GEOS, freed with the last reference. A class, because sets of shapes are kept in arrays and each must
/// keep the context alive to be freed in. Pointers are read only from `self` and from arguments, which live for the
/// length of a call; a local variable might not.
final class Shape {
    fileprivate let context: GEOSContext
    fileprivate let pointer: OpaquePointer
    private var isOurs = true

    /// - Parameter pointer: what GEOS returned and now belongs to this object; nil if it failed.
    fileprivate init(_ pointer: OpaquePointer?, _ operation: String, in context: GEOSContext) throws(GeometryFault) {
        guard let pointer else { throw context.fault(operation) }
        self.context = context
        self.pointer = pointer
    }

    deinit {
        if isOurs { GEOSGeom_destroy_r(context.handle, pointer) }
    }

    /// A MultiPolygon.
    ///
    /// - Parameter project: where in the plane a coordinate is.
    convenience init(
        _ polygons: [Boundary.Polygon], in context: GEOSContext, project: (Coordinate) -> PlanePoint
    ) throws(GeometryFault) {
        var parts: [Shape] = []
        for polygon in polygons {
            var rings: [Shape] = []
            for ring in polygon.rings { rings.append(try Shape(ring: ring.map(project), in: context)) }
            // From here to the end of the call nothing throws, so that no ring is left without an owner.
            var holes = rings.dropFirst().map { $0.surrendered() }
            parts.append(
                try Shape(
                    GEOSGeom_createPolygon_r(context.handle, rings[0].surrendered(), &holes, UInt32(holes.count)),
                    "polygon", in: context))
        }
        try self.init(gathering: parts, in: context)
    }

    private convenience init(ring: [PlanePoint], in context: GEOSContext) throws(GeometryFault) {
        let numbers = ring.flatMap { [$0.x, $0.y] }
        guard
            let sequence = GEOSCoordSeq_copyFromBuffer_r(context.handle, numbers, UInt32(ring.count), 0, 0)
        else { throw context.fault("points") }
        // Whether or not a ring comes of it, the sequence now belongs to GEOS.
        try self.init(GEOSGeom_createLinearRing_r(context.handle, sequence), "ring", in: context)
    }

    /// - Parameter parts: polygons; they must not be used afterwards.
    private convenience init(gathering parts: [Shape], in context: GEOSContext) throws(GeometryFault) {
        var pointers = parts.map { $0.surrendered() }
        try self.init(
            GEOSGeom_createCollection_r(
                context.handle, Int32(GEOS_MULTIPOLYGON.rawValue), &pointers, UInt32(pointers.count)),
            "collection", in: context)
    }

    /// For functions of GEOS that take possession, and that free it even if they fail.
    private func surrendered() -> OpaquePointer? {
        isOurs = false
        return pointer
    }

    var area: Double {
        get throws(GeometryFault) {
            var area = 0.0
            guard GEOSArea_r(context.handle, pointer, &area) == 1 else { throw context.fault("area") }
            return area
        }
    }

    /// The polygons, lines and points of which the shape is made, those that are empty left out.
    var parts: [Shape] {
        get throws(GeometryFault) {
            var parts: [Shape] = []
            for index in 0..<GEOSGetNumGeometries_r(context.handle, pointer) {
                // Owned by the collection, hence the copy.
                let part = try Shape(
                    GEOSGetGeometryN_r(context.handle, pointer, index).flatMap { GEOSGeom_clone_r(context.handle, $0) },
                    "part", in: context)
                if !part.isEmpty { parts.append(part) }
            }
            return parts
        }
    }

    private var isEmpty: Bool { GEOSisEmpty_r(context.handle, pointer) == 1 }

    /// A point inside, far from the edge if the shape is simple.
    var pointInside: PlanePoint {
        get throws(GeometryFault) {
            try Shape(GEOSPointOnSurface_r(context.handle, pointer), "point inside", in: context).onlyPoint
        }
    }

    /// Where the shape is, if it is a point.
    private var onlyPoint: PlanePoint {
        get throws(GeometryFault) {
            var (x, y) = (0.0, 0.0)
            guard GEOSGeomGetX_r(context.handle, pointer, &x) == 1, GEOSGeomGetY_r(context.handle, pointer, &y) == 1
            else { throw context.fault("coordinates") }
            return PlanePoint(x: x, y: y)
        }
    }

    func intersection(_ other: Shape) throws(GeometryFault) -> Shape {
        try Shape(GEOSIntersection_r(context.handle, pointer, other.pointer), "intersection", in: context)
    }

    func difference(_ other: Shape) throws(GeometryFault) -> Shape {
        try Shape(GEOSDifference_r(context.handle, pointer, other.pointer), "difference", in: context)
    }

    /// Everything that lies in any of them.
    static func union(_ shapes: [Shape], in context: GEOSContext) throws(GeometryFault) -> Shape {
        var parts: [Shape] = []
        for shape in shapes { parts += try shape.parts }
        return try Shape(gathering: parts, in: context).merged()
    }

    private func merged() throws(GeometryFault) -> Shape {
        try Shape(GEOSUnaryUnion_r(context.handle, pointer), "union", in: context)
    }

    /// The shape grown by so many metres on all sides, or shrunk by a negative number. Corners stay corners, so that
    /// shrinking and growing again gives back all that is not narrow.
    func grown(by metres: Double) throws(GeometryFault) -> Shape {
        try Shape(
            GEOSBufferWithStyle_r(
                context.handle, pointer, metres, 8, Int32(GEOSBUF_CAP_FLAT.rawValue),
                Int32(GEOSBUF_JOIN_MITRE.rawValue), 5),
            "buffer", in: context)
    }

    /// Why the shape is none, in GEOS's words, and where; nil if it is one.
    fileprivate func flaw() throws(GeometryFault) -> (reason: String, place: PlanePoint)? {
        var reason: UnsafeMutablePointer<CChar>?
        var location: OpaquePointer?
        let answer = GEOSisValidDetail_r(context.handle, pointer, 0, &reason, &location)
        defer { GEOSFree_r(context.handle, reason) }
        let place = try location.map { found throws(GeometryFault) in try Shape(found, "place", in: context) }
        switch answer {
        case 1: return nil
        case 0: return (reason.map { String(cString: $0) } ?? "", try place?.onlyPoint ?? PlanePoint(x: 0, y: 0))
        default: throw context.fault("validity")
        }
    }
}

/// A shape made ready to be asked many times.
final class PreparedShape {
    /// Referred to by the prepared one, and so kept.
    private let shape: Shape
    private let pointer: OpaquePointer

    init(_ shape: Shape) throws(GeometryFault) {
        guard let pointer = GEOSPrepare_r(shape.context.handle, shape.pointer) else {
            throw shape.context.fault("prepare")
        }
        self.shape = shape
        self.pointer = pointer
    }

    deinit { GEOSPreparedGeom_destroy_r(shape.context.handle, pointer) }

    /// Whether no point of the other lies outside.
    func covers(_ other: Shape) throws(GeometryFault) -> Bool {
        switch GEOSPreparedCovers_r(shape.context.handle, pointer, other.pointer) {
        case 0: false
        case 1: true
        default: throw shape.context.fault("covers")
        }
    }
}

extension GEOSContext {
    /// What makes the polygons overlap themselves or each other.
    ///
    /// - Parameter system: the one in which to name the place.
    func defect(of polygons: [Boundary.Polygon], system: CoordinateSystem) throws(GeometryFault) -> BoundaryDefect? {
        let shape = try Shape(polygons, in: self) { PlanePoint(x: $0.longitude, y: $0.latitude) }
        guard let (reason, place) = try shape.flaw() else { return nil }
        let position = Coordinate(latitude: place.y, longitude: place.x).position(in: system)
        switch reason {
        case "Hole lies outside shell", "Holes are nested", "Nested shells", "Duplicate Rings":
            return .misplacedRing(at: position)
        default:
            return .selfIntersection(at: position)
        }
    }
}
