import Patrol
import Testing

private func id(_ number: Int) -> AreaID { AreaID(number: number)! }

@Suite("Area ids and path keys")
struct PathKeyTests {
    @Test(
        "an id is A and seven digits",
        arguments: ["", "A", "A000001", "A00000001", "B0000001", "a0000001", "A000000x", "A００００００１", "330503104"])
    func refusesIDs(text: String) {
        #expect(AreaID(text) == nil)
    }

    @Test func `ids count from one and keep the order of numbers`() throws {
        #expect(AreaID(number: 1)?.text == "A0000001" && AreaID(number: 9_999_999)?.text == "A9999999")
        #expect(AreaID(number: 0) == nil && AreaID(number: 10_000_000) == nil)
        var generator = SeededGenerator(seed: 20)
        for _ in 0..<500 {
            let (a, b) = (
                Int.random(in: 1...9_999_999, using: &generator), Int.random(in: 1...9_999_999, using: &generator)
            )
            #expect((id(a) < id(b)) == (a < b))
            #expect(AreaID(id(a).text) == id(a))
        }
    }

    @Test func `a path lists its areas from the root down`() {
        let path = PathKey(root: id(1)).appending(id(20)).appending(id(3))
        #expect(path.text == "A0000001A0000020A0000003")
        #expect(path.areas == [id(1), id(20), id(3)])
        #expect(PathKey(path.text) == path)
        #expect(PathKey("") == nil && PathKey("A00000") == nil && PathKey("A0000001A") == nil)
    }

    @Test func `an area and all below it are one range of keys`() {
        var generator = SeededGenerator(seed: 21)
        func path() -> PathKey {
            (0..<Int.random(in: 0...4, using: &generator)).reduce(
                PathKey(root: id(.random(in: 1...3, using: &generator)))
            ) {
                path, _ in path.appending(id(.random(in: 1...3, using: &generator)))
            }
        }
        for _ in 0..<5_000 {
            let (upper, lower) = (path(), path())
            let isBelow = lower.areas.starts(with: upper.areas)
            #expect(upper.contains(lower) == isBelow)
            #expect((upper.text <= lower.text && lower.text < upper.end) == isBelow)
        }
    }
}

@Suite("Managed-by tree")
struct AreaTreeTests {
    @Test func `levels may be skipped`() throws {
        // A county (1) with a town (2), a village (3) without town or station, and a hospital's grid (4).
        let tree = try AreaTree(managers: [
            id(1): nil, id(2): id(1), id(3): id(1), id(4): id(1), id(5): id(3), id(6): id(2),
        ])
        #expect(tree.path(of: id(1))?.areas == [id(1)])
        #expect(tree.path(of: id(4))?.areas == [id(1), id(4)])
        #expect(tree.path(of: id(5))?.areas == [id(1), id(3), id(5)])
        #expect(tree.path(of: id(6))?.areas == [id(1), id(2), id(6)])
        #expect(tree.path(of: id(7)) == nil)
    }

    @Test func `a tree may have several roots or none`() throws {
        let tree = try AreaTree(managers: [id(1): nil, id(2): nil, id(3): id(2)])
        #expect(tree.path(of: id(3))?.areas == [id(2), id(3)])
        #expect(try AreaTree(managers: [:]).path(of: id(1)) == nil)
    }

    @Test func `an area that manages itself by a detour is refused`() {
        for managers: [AreaID: AreaID?] in [
            [id(1): id(1)], [id(1): id(2), id(2): id(1)],
            [id(9): nil, id(1): id(3), id(2): id(1), id(3): id(2), id(4): id(1)],
        ] {
            let error = #expect(throws: AreaTreeError.self) { try AreaTree(managers: managers) }
            guard case .cycle? = error else {
                Issue.record("\(String(describing: error)) for \(managers)")
                continue
            }
        }
    }

    @Test func `a manager that is not there is named`() {
        #expect(throws: AreaTreeError.unknownParent(id(7))) { try AreaTree(managers: [id(1): nil, id(2): id(7)]) }
    }

    @Test func `every path climbs one manager at a time`() throws {
        var generator = SeededGenerator(seed: 22)
        for _ in 0..<50 {
            var managers: [AreaID: AreaID?] = [id(1): nil]
            for number in 2...60 {
                managers.updateValue(id(.random(in: 1..<number, using: &generator)), forKey: id(number))
            }
            let tree = try AreaTree(managers: managers)
            for (area, manager) in managers {
                let path = try #require(tree.path(of: area))
                #expect(path.areas.last == area && path.areas.first == id(1))
                #expect(path.areas.dropLast().last == manager)
                #expect(manager.flatMap { tree.path(of: $0)?.appending(area) } ?? path == path)
            }
        }
    }

    @Test func `levels are ordered from the province down`() {
        #expect(AreaLevel.allCases.map(\.depth) == Array(0..<8))
        #expect(AreaLevel.province < .county && AreaLevel.station < .grid && AreaLevel.grid < .microGrid)
    }
}

@Suite("Dated values")
struct DatedTests {
    private func day(_ number: Int) -> Day { Day(daysSinceEpoch: 20_000 + number) }

    @Test func `a value holds from its first day to the day before its end`() {
        let dated = Dated("a", from: day(10), to: day(20))
        #expect(
            !dated.holds(on: day(9)) && dated.holds(on: day(10)) && dated.holds(on: day(19))
                && !dated.holds(on: day(20)))
        #expect(Dated("b", from: day(10)).holds(on: .latest))
        #expect(!Dated("c", from: day(10), to: day(10)).holds(on: day(10)))
    }

    @Test func `of several values the one that began last`() {
        let names = [
            Dated("old", from: day(0)), Dated("new", from: day(10)), Dated("brief", from: day(12), to: day(14)),
        ]
        let expected =
            [(-1, nil), (0, "old"), (9, "old"), (10, "new"), (12, "brief"), (13, "brief"), (14, "new")]
            as [(Int, String?)]
        for (number, name) in expected {
            #expect(names.value(on: day(number)) == name)
            #expect(names.reversed().value(on: day(number)) == name)
        }
        #expect([Dated<String>]().value(on: day(0)) == nil)
    }
}
