import Boundaries
import Patrol
import Testing

@Suite("Survey of outlines")
struct SurveyTests {
    private func id(_ number: Int) -> AreaID { AreaID(number: number)! }

    private func isNear(_ a: Double, _ b: Double) -> Bool { abs(a / b - 1) < 1e-3 }

    @Test func `grids that fit leave nothing to report`() throws {
        let cells = wavyCells(columns: 5, width: 300, pointsPerSide: 8, seed: 60)
        let children = try cells.enumerated().map { (id($0 + 1), try boundary(polygonText($1))) }
        let report = try survey(of: children, within: boundary(0...1_500, 0...1_500))
        #expect(report.isClean)
        // Not even with no tolerance, since neighbours share their points; a square centimetre is rounding.
        let exact = try survey(
            of: children, within: nil, tolerance: SurveyTolerance(squareMetres: 0.01, widthMetres: 0))
        #expect(exact.isClean)
    }

    @Test func `an overlap is reported with both ids, its size and a place in it`() throws {
        let report = try survey(
            of: [
                (id(2), try boundary(0...500, 0...400)), (id(1), try boundary(450...900, 100...300)),
                (id(3), try boundary(900...1_000, 0...400)),
            ], within: nil)
        #expect(report.gaps.isEmpty && report.outside.isEmpty && report.overlaps.count == 1)
        let overlap = try #require(report.overlaps.first)
        #expect(overlap.first == id(1) && overlap.second == id(2))
        #expect(isNear(overlap.patch.squareMetres, 50 * 200))
        #expect(try boundary(450...500, 100...300).contains(overlap.patch.inside))
    }

    /// A comb with two teeth of the given widths, which reach 200 m north of the office.
    private func comb(_ left: Double, _ right: Double) throws -> Boundary {
        try boundary(
            polygonText([
                place(0, 0), place(300, 0), place(300, 200), place(300 - right, 200), place(300 - right, 50),
                place(left, 50), place(left, 200), place(0, 200), place(0, 0),
            ]))
    }

    @Test func `two areas that overlap in two places are named once, at the larger, with both places' size`() throws {
        let strip = try boundary(0...400, 150...250)
        for (left, right) in [(100.0, 40.0), (40, 100)] {
            let report = try survey(of: [(id(1), comb(left, right)), (id(2), strip)], within: nil)
            #expect(report.overlaps.count == 1)
            let patch = try #require(report.overlaps.first).patch
            #expect(isNear(patch.squareMetres, 140 * 50))
            #expect(try boundary(left > right ? 0...100 : 200...300, 150...200).contains(patch.inside))
        }
        // Two patches of 13 m × 13 m are no more than two slips.
        let slips = try survey(of: [(id(1), comb(13, 13)), (id(2), boundary(0...400, 187...250))], within: nil)
        #expect(slips.isClean)
    }

    @Test func `an area given twice overlaps itself`() throws {
        let square = try boundary(0...100, 0...100)
        let report = try survey(of: [(id(1), square), (id(1), square)], within: nil)
        #expect(report.overlaps.map(\.first) == [id(1)] && report.overlaps.map(\.second) == [id(1)])
        #expect(isNear(try #require(report.overlaps.first).patch.squareMetres, 10_000))
    }

    @Test func `gaps are reported from west to east, an enclosed one too`() throws {
        let parent = try boundary(0...1_000, 0...500)
        let report = try survey(
            of: [
                (id(1), try boundary(polygonText(rectangle(0...600, 0...500), rectangle(100...200, 100...300)))),
                (id(2), try boundary(650...1_000, 0...500)),
            ], within: parent)
        #expect(report.overlaps.isEmpty && report.outside.isEmpty && report.gaps.count == 2)
        #expect(isNear(report.gaps[0].squareMetres, 100 * 200) && isNear(report.gaps[1].squareMetres, 50 * 500))
        #expect(try boundary(100...200, 100...300).contains(report.gaps[0].inside))
        #expect(try boundary(600...650, 0...500).contains(report.gaps[1].inside))
    }

    @Test func `what lies outside of the parent is reported for each child`() throws {
        let report = try survey(
            of: [
                (id(1), try boundary(0...500, 0...500)), (id(2), try boundary(500...1_030, 0...500)),
                (id(3), try boundary(5_000...5_100, 0...100)),
            ], within: boundary(0...1_000, 0...500))
        #expect(report.gaps.isEmpty && report.overlaps.isEmpty)
        #expect(report.outside.map(\.area) == [id(2), id(3)])
        #expect(isNear(report.outside[0].patch.squareMetres, 30 * 500))
        #expect(isNear(report.outside[1].patch.squareMetres, 100 * 100))
        #expect(try boundary(1_000...1_030, 0...500).contains(report.outside[0].patch.inside))
    }

    @Test func `slips of the hand are ignored, footpaths and plots are not`() throws {
        let parent = try boundary(0...1_000, 0...1_000)
        func report(gap: Double, _ tolerance: SurveyTolerance = .init()) throws -> BoundarySurvey {
            try survey(
                of: [(id(1), try boundary(0...500, 0...1_000)), (id(2), try boundary(500 + gap...1_000, 0...1_000))],
                within: parent, tolerance: tolerance)
        }
        // 1.8 m over a kilometre are 1,800 m², but only a thick line on the map.
        #expect(try report(gap: 1.8).isClean)
        #expect(try report(gap: -1.8).isClean)
        // Rounding to a centimetre shows in such thin strips.
        #expect(abs(try #require(report(gap: 2.5).gaps.first).squareMetres - 2_500) < 20)
        #expect(abs(try #require(report(gap: -2.5).overlaps.first).patch.squareMetres - 2_500) < 20)
        let sharp = SurveyTolerance(squareMetres: 0, widthMetres: 0)
        #expect(abs(try #require(report(gap: 1.8, sharp).gaps.first).squareMetres - 1_800) < 20)
        // 13 m × 13 m are too small, 15 m × 15 m are not.
        for (side, isReported) in [(13.0, false), (15.0, true)] {
            let children = [
                (id(1), try boundary(0...500, 0...1_000)), (id(2), try boundary(500 - side...500, 0...side)),
            ]
            #expect(try survey(of: children, within: nil).overlaps.isEmpty != isReported)
        }
    }

    @Test func `a sliver does not tie two real gaps into one`() throws {
        let hourglass = [rectangle(100...140, 100...140), rectangle(300...340, 100...140)]
        // A thread of 1 m between the two.
        let thread = [
            place(100, 100), place(140, 100), place(140, 120), place(300, 120), place(300, 100), place(340, 100),
            place(340, 140), place(300, 140), place(300, 121), place(140, 121), place(140, 140), place(100, 140),
            place(100, 100),
        ]
        let child = try boundary(polygonText(rectangle(0...500, 0...500), thread))
        let report = try survey(of: [(id(1), child)], within: boundary(0...500, 0...500))
        #expect(report.gaps.count == 2)
        for (gap, room) in zip(report.gaps, hourglass) {
            #expect(isNear(gap.squareMetres, 1_600))
            #expect(try boundary(polygonText(room)).contains(gap.inside))
        }
    }

    @Test func `without children everything is a gap, and without a parent nothing`() throws {
        let report = try survey(of: [], within: boundary(0...100, 0...100))
        #expect(report.gaps.count == 1 && isNear(report.gaps[0].squareMetres, 10_000))
        #expect(try survey(of: [], within: nil).isClean)
        #expect(try survey(of: [(id(1), try boundary(0...100, 0...100))], within: nil).isClean)
    }

    @Test func `the order in which areas are given does not matter`() throws {
        var generator = SeededGenerator(seed: 61)
        let children = try (1...30).map { number in
            let (east, north) = (
                Double.random(in: 0...900, using: &generator), Double.random(in: 0...900, using: &generator)
            )
            return (id(number), try boundary(east...east + 200, north...north + 150))
        }
        let parent = try boundary(100...1_000, 100...1_000)
        let expected = try survey(of: children, within: parent)
        #expect(!expected.overlaps.isEmpty && !expected.gaps.isEmpty && !expected.outside.isEmpty)
        for _ in 0..<10 {
            #expect(try survey(of: children.shuffled(using: &generator), within: parent) == expected)
        }
    }

    @Test func `rectangles overlap as arithmetic says`() throws {
        var generator = SeededGenerator(seed: 62)
        var (reported, silent) = (0, 0)
        for _ in 0..<60 {
            let sides = (0..<8).map { _ in
                let (east, north) = (
                    Double.random(in: 0...800, using: &generator), Double.random(in: 0...800, using: &generator)
                )
                return (
                    east: east...east + .random(in: 20...400, using: &generator),
                    north: north...north + .random(in: 20...400, using: &generator)
                )
            }
            let children = try sides.enumerated().map { (id($0 + 1), try boundary($1.east, $1.north)) }
            let found = try survey(of: children, within: nil).overlaps
            for first in 0..<8 {
                for second in first + 1..<8 {
                    let overlap = found.first { $0.first == id(first + 1) && $0.second == id(second + 1) }
                    let (a, b) = (sides[first], sides[second])
                    guard a.east.overlaps(b.east), a.north.overlaps(b.north) else {
                        try #require(overlap == nil)
                        continue
                    }
                    let (east, north) = (a.east.clamped(to: b.east), a.north.clamped(to: b.north))
                    let width = min(east.upperBound - east.lowerBound, north.upperBound - north.lowerBound)
                    let shared = try boundary(east, north)
                    let corners = shared.polygons[0].exterior
                    let expected = squareMetres(
                        south: corners.map(\.latitude).min()!, north: corners.map(\.latitude).max()!,
                        west: corners.map(\.longitude).min()!, east: corners.map(\.longitude).max()!)
                    if expected > 201, width > 2.1 {
                        let patch = try #require(overlap).patch
                        try #require(abs(patch.squareMetres / expected - 1) < 1e-3)
                        try #require(shared.contains(patch.inside))
                        reported += 1
                    } else if expected < 199 || width < 1.9 {
                        try #require(overlap == nil)
                        silent += 1
                    }
                }
            }
        }
        #expect(reported > 100 && silent > 5)
    }

    @Test func `a county of a thousand grids is surveyed while one waits`() throws {
        let cells = wavyCells(columns: 32, width: 400, pointsPerSide: 15, seed: 63)
        var children = try cells.enumerated().map { (id($0 + 1), try boundary(polygonText($1))) }
        children.remove(at: 500)
        children.append((id(2_000), try boundary(1_000...1_100, 1_000...1_100)))
        let parent = try boundary(0...12_800, 0...12_800)
        let took = try ContinuousClock().measure {
            let report = try survey(of: children, within: parent)
            #expect(report.gaps.count == 1 && !report.overlaps.isEmpty && report.outside.isEmpty)
        }
        #expect(took < .seconds(10))
    }

    @Test func `surveys on many threads at once agree`() async throws {
        let children = try (1...20).map { (id($0), try boundary(0...Double($0) * 50, 0...300)) }
        let parent = try boundary(0...800, 0...400)
        let expected = try survey(of: children, within: parent)
        try await withThrowingTaskGroup(of: BoundarySurvey.self) { group in
            for _ in 0..<32 { group.addTask { try survey(of: children, within: parent) } }
            for try await report in group { #expect(report == expected) }
        }
    }
}
