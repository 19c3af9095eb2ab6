public import Patrol

/// What is too small or too thin to be more than a slip of whoever traced the lines.
public struct SurveyTolerance: Hashable, Sendable {
    /// Patches smaller than this are ignored.
    public let squareMetres: Double
    /// So are patches, and parts of patches, that are nowhere this wide.
    public let widthMetres: Double

    /// Negative numbers count as 0. The defaults are a house's plot and a footpath.
    public init(squareMetres: Double = 200, widthMetres: Double = 2) {
        self.squareMetres = max(0, squareMetres)
        self.widthMetres = max(0, widthMetres)
    }
}

/// What is amiss between the outlines of areas that should cover their parent without overlapping.
public struct BoundarySurvey: Hashable, Sendable {
    /// A surface, to be looked at on a map.
    public struct Patch: Hashable, Sendable {
        /// Without what is thinner than the tolerance. Corners sharper than 23° are cut a little.
        public let squareMetres: Double
        /// A place within the patch, in its largest piece.
        public let inside: Coordinate
    }

    /// Two areas that claim the same ground.
    public struct Overlap: Hashable, Sendable {
        public let first: AreaID
        /// After the first in the order of ids; the same only if an id was given twice.
        public let second: AreaID
        /// Everything that the two share.
        public let patch: Patch
    }

    /// Ground of a child that is not its parent's.
    public struct Outside: Hashable, Sendable {
        public let area: AreaID
        public let patch: Patch
    }

    /// By first id, then second.
    public let overlaps: [Overlap]
    /// Ground of the parent that is nobody's; each connected piece apart, from west to east.
    public let gaps: [Patch]
    /// By id.
    public let outside: [Outside]

    /// Whether there is nothing to report.
    public var isClean: Bool { overlaps.isEmpty && gaps.isEmpty && outside.isEmpty }
}

/// Compares the outlines of areas with each other and with their parent's.
///
/// The answer depends neither on the order of the children nor on the way in which their rings were drawn. Computed in
/// one equal-area plane around the middle of all outlines: areas are true, and widths within 1 % in a county.
///
/// - Parameters:
///   - children: Areas of one level.
///   - parent: What they should fill; without it only overlaps are looked for.
public func survey(
    of children: [(id: AreaID, boundary: Boundary)], within parent: Boundary?, tolerance: SurveyTolerance = .init()
) throws(GeometryFault) -> BoundarySurvey {
    let boxes = children.map(\.boundary.box) + (parent.map { [$0.box] } ?? [])
    guard !boxes.isEmpty else { return BoundarySurvey(overlaps: [], gaps: [], outside: []) }
    let corners = boxes.flatMap {
        [Coordinate(latitude: $0.south, longitude: $0.west), Coordinate(latitude: $0.north, longitude: $0.east)]
    }
    let surveyor = Surveyor(
        context: try GEOSContext(), plane: EqualAreaPlane(centre: BoundingBox(corners).centre), tolerance: tolerance)
    var areas: [SurveyedArea] = []
    for (id, boundary) in children.sorted(by: { ($0.id, $0.boundary.geoJSON) < ($1.id, $1.boundary.geoJSON) }) {
        areas.append(SurveyedArea(id: id, box: boundary.box, shape: try surveyor.shape(of: boundary)))
    }
    let whole = try parent.map { parent throws(GeometryFault) in try surveyor.shape(of: parent) }
    return BoundarySurvey(
        overlaps: try surveyor.overlaps(among: areas),
        gaps: try whole.map { whole throws(GeometryFault) in try surveyor.gaps(in: whole, between: areas) } ?? [],
        outside: try whole.map { whole throws(GeometryFault) in try surveyor.outside(of: whole, areas) } ?? [])
}

private struct SurveyedArea {
    let id: AreaID
    let box: BoundingBox
    let shape: Shape
}

private struct Surveyor {
    let context: GEOSContext
    let plane: EqualAreaPlane
    let tolerance: SurveyTolerance

    func shape(of boundary: Boundary) throws(GeometryFault) -> Shape {
        try Shape(boundary.polygons, in: context, project: plane.point(at:))
    }

    func overlaps(among areas: [SurveyedArea]) throws(GeometryFault) -> [BoundarySurvey.Overlap] {
        var overlaps: [BoundarySurvey.Overlap] = []
        // From west to east, so that each is compared only until the others begin farther east than it ends.
        let eastwards = areas.indices.sorted { (areas[$0].box.west, $0) < (areas[$1].box.west, $1) }
        for (position, index) in eastwards.enumerated() {
            for other in eastwards[(position + 1)...] {
                guard areas[other].box.west <= areas[index].box.east else { break }
                guard areas[other].box.meets(areas[index].box) else { continue }
                let (first, second) = (areas[min(index, other)], areas[max(index, other)])
                let shared = try first.shape.intersection(second.shape)
                if let patch = sum(of: try patches(of: shared)) {
                    overlaps.append(.init(first: first.id, second: second.id, patch: patch))
                }
            }
        }
        return overlaps.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
    }

    func gaps(in whole: Shape, between areas: [SurveyedArea]) throws(GeometryFault) -> [BoundarySurvey.Patch] {
        let covered = try Shape.union(areas.map(\.shape), in: context)
        return try patches(of: whole.difference(covered)).sorted {
            ($0.inside.longitude, $0.inside.latitude) < ($1.inside.longitude, $1.inside.latitude)
        }
    }

    func outside(of whole: Shape, _ areas: [SurveyedArea]) throws(GeometryFault) -> [BoundarySurvey.Outside] {
        let prepared = try PreparedShape(whole)
        var outside: [BoundarySurvey.Outside] = []
        for area in areas where try !prepared.covers(area.shape) {
            if let patch = sum(of: try patches(of: area.shape.difference(whole))) {
                outside.append(.init(area: area.id, patch: patch))
            }
        }
        return outside
    }

    /// The pieces that the tolerance leaves. Shrinking by half the width removes what is thin, and with it the threads
    /// by which slivers tie one real piece to the next.
    private func patches(of shape: Shape) throws(GeometryFault) -> [BoundarySurvey.Patch] {
        guard try shape.area > 0, try shape.area >= tolerance.squareMetres else { return [] }
        var patches: [BoundarySurvey.Patch] = []
        for core in try shape.grown(by: -tolerance.widthMetres / 2).parts {
            let area = try core.grown(by: tolerance.widthMetres / 2).area
            if area >= tolerance.squareMetres {
                patches.append(.init(squareMetres: area, inside: plane.place(at: try core.pointInside)))
            }
        }
        return patches
    }

    private func sum(of patches: [BoundarySurvey.Patch]) -> BoundarySurvey.Patch? {
        patches.max { $0.squareMetres < $1.squareMetres }.map { largest in
            .init(squareMetres: patches.reduce(0) { $0 + $1.squareMetres }, inside: largest.inside)
        }
    }
}
