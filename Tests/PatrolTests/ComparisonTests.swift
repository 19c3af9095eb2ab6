import Patrol
import Testing

private let areas = KnownAreas(["浙江省", "湖州市", "南浔区", "练市镇", "双林镇", "南浔镇"])
private let grid = AreaID(number: 7)!

private func place(
    _ id: String, _ name: String, _ address: String = "", key: String? = nil, at position: Position? = nil
) -> RosterDoor {
    RosterDoor(id: id, name: name, address: address, key: key, position: position, grid: grid)
}

private func row(
    _ name: String, _ address: String = "", key: String? = nil, at position: Position? = nil
) -> ListedDoor {
    ListedDoor(key: key, name: name, address: address, position: position)
}

/// So many metres north of a shop in 练市.
private func spot(_ metres: Double) -> Position {
    Position(latitude: 30.7 + metres / 111_195, longitude: 120.4, system: .wgs84)
}

private struct Pair: Sendable {
    let place: RosterDoor
    let row: ListedDoor
    let findings: Set<Comparison.Finding>

    init(_ place: RosterDoor, _ row: ListedDoor, _ findings: Set<Comparison.Finding> = []) {
        (self.place, self.row, self.findings) = (place, row, findings)
    }
}

private struct Entry: Sendable {
    var name = ""
    var address = ""
    var key: String?
    var position: Position?
}

@Suite("Names and addresses as they are compared")
struct DoorTextTests {
    @Test(
        "names",
        arguments: [
            ("阿芳理发店", "阿芳理发", ""), ("阿芳 理发店", "阿芳理发", ""), ("阿芳理发店（个体工商户）", "阿芳理发", ""),
            ("湖州市南浔区练市镇阿芳理发店", "阿芳理发", ""), ("南浔练市阿芳理发店", "阿芳理发", ""),
            ("湖州鑫达木业有限公司", "鑫达木业", ""), ("湖州鑫达木业有限责任公司", "鑫达木业", ""),
            ("鑫达木业股份有限公司", "鑫达木业", ""), ("鑫达木业经营部", "鑫达木业", ""),
            ("蜜雪冰城（人民路店）", "蜜雪冰城", "人民路"), ("蜜雪冰城(人民路分店)", "蜜雪冰城", "人民路"),
            ("蜜雪冰城【人民路店】", "蜜雪冰城", "人民路"), ("鑫达（湖州）有限公司", "鑫达", "湖州"),
            ("（转让）阿芳理发店", "转让阿芳理发", ""), ("ＫＦＣ　１２", "kfc12", ""), ("K.F.C 12", "kfc12", ""),
            ("第二人民医院", "第2人民医院", ""), ("第②人民医院", "第2人民医院", ""), ("好又多超市便利店", "好又多超市便利", ""),
            // Something has to be left.
            ("小店", "小店", ""), ("湖州", "湖州", ""), ("店", "店", ""), ("（）", "", ""), ("", "", ""), ("!!!", "", ""),
        ])
    func name(text: String, core: String, branch: String) {
        let name = DoorName(text, areas: areas)
        #expect(name.core == core && name.branch == branch)
    }

    @Test(
        "spellings of one address",
        arguments: [
            [
                "浙江省湖州市南浔区练市镇人民路12号", "练市镇人民路12号", "人民路12号", "人民路１２号", "人民路 12 号", "人民路十二号",
                "人民路12", "人民路12#", "人民路012号", "练市人民路⑫号", "湖州南浔练市人民路第12号",
            ],
            ["人民路12-1号", "人民路12号-1", "人民路12号之一", "人民路12之1号", "人民路十二号之一", "人民路12—1", "人民路12－1号"],
            ["荃步村3幢201室", "荃步村3栋201", "荃步村3号楼201室", "荃步村三幢二〇一室", "荃步村3座201房"],
            ["人民路12号1楼", "人民路12号一层"], ["花林村一百零八号", "花林村108号"], ["人民路12A号", "人民路12a号", "人民路１２Ａ号"],
        ])
    func spellings(of addresses: [String]) {
        let local = Set(addresses.map { DoorAddress($0, areas: areas).local })
        #expect(local.count == 1, "\(local)")
    }

    @Test(
        "parts of an address",
        arguments: [
            ("浙江省湖州市南浔区练市镇人民路12-1号3幢201室", "南浔", "练市", "人民路", ["12-1#", "3幢", "201室"]),
            ("德清县武康街道永安街5号", "德清", "武康", "永安街", ["5#"]),
            // The 市 of 练市 makes no city, the 区 of 南浔 no district of 南浔镇.
            ("练市镇镇东路5号", nil, "练市", "镇东路", ["5#"]), ("南浔镇五一路5号", nil, "南浔", "51路", ["5#"]),
            ("南浔路5号", nil, nil, "南浔路", ["5#"]), ("阳光小区3幢", nil, nil, "阳光小区", ["3幢"]),
            ("人民菜市场5号", nil, nil, "人民菜市场", ["5#"]), ("桃园新区3幢", nil, nil, "桃园新区", ["3幢"]),
            ("曹杨三村12号", nil, nil, "曹杨3村", ["12#"]), ("永康路12弄5号", nil, nil, "永康路", ["12弄", "5#"]),
            ("百货大楼", nil, nil, "百货大楼", []), ("12号", nil, nil, "", ["12#"]), ("", nil, nil, "", []),
        ] as [(String, String?, String?, String, [String])])
    func parts(text: String, county: String?, town: String?, street: String, numbers: [String]) {
        let address = DoorAddress(text, areas: areas)
        #expect(address.county == county && address.town == town)
        #expect(address.street == street && address.numbers == numbers, "\(address)")
    }

    @Test(
        "addresses that must not become one",
        arguments: [
            ("人民路12号", "人民路14号"), ("人民路12号", "人民路12-1号"), ("人民路1号2幢", "人民路12幢"), ("人民路12-1号", "人民路121号"),
            ("人民路12A号", "人民路12B号"), ("人民路12号1楼", "人民路12号2楼"), ("人民路12号", "新人民路12号"),
        ])
    func different(a: String, b: String) {
        #expect(DoorAddress(a).local != DoorAddress(b).local)
    }

    @Test func `no text is too strange or too long`() {
        var generator = SeededGenerator(seed: 60)
        let alphabet = Array("号-之()（）#第十百〇1２a店市区镇路 \u{301}\u{200B}👪").map(String.init)
        for _ in 0..<3_000 {
            let text = (0..<Int.random(in: 0...30, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator)!
            }.joined()
            let (name, address) = (DoorName(text, areas: areas), DoorAddress(text, areas: areas))
            #expect(name == DoorName(text + " ", areas: areas) && address == DoorAddress(" " + text, areas: areas))
        }
        let long = String(repeating: "很长的名字", count: 100_000)
        #expect(DoorName(long).core.count == 100 && DoorAddress(long).street.count == 100)
        #expect(DoorAddress(String(repeating: "9", count: 300)).numbers.count == 1)
    }
}

@Suite("The roster compared with another list")
struct ComparisonTests {
    private let key = "91330503MA2B000017"

    @Test(
        "what needs nobody's look",
        arguments: [
            // The same key, written differently, under another name.
            Pair(
                place("P1", "阿芳理发店", "人民路12号", key: "91330503ma2b 000017"),
                row("小明超市", "解放路3号", key: "91330503MA2B000017"), [.sameKey, .otherName, .otherAddress]
            ),
            Pair(
                place("P1", "阿芳理发店", "练市镇人民路12号"), row("南浔练市阿芳理发店（个体工商户）", "浙江省湖州市南浔区练市镇人民路十二号"),
                [.sameName, .sameAddress]
            ),
            // An unnamed branch at the same door; positions off by 200 m.
            Pair(
                place("P1", "蜜雪冰城", "人民路12号", at: spot(0)), row("蜜雪冰城（人民路店）", "人民路12号", at: spot(210)),
                [.sameName, .sameAddress]
            ),
            Pair(place("P1", "阿芳理发店", at: spot(0)), row("阿芳理发", at: spot(45)), [.sameName, .near]),
            Pair(
                place("P1", "阿芳理发店", "人民路12号", at: spot(0)), row("阿芳理发", "人民路", at: spot(45)),
                [.sameName, .closeAddress, .near]
            ),
        ])
    fileprivate func same(pair: Pair) throws {
        let comparison = Comparison.between([pair.place], and: [pair.row], areas: areas)
        let match = try #require(comparison.same.first)
        #expect(match.findings == pair.findings && match.score == 1)
        #expect(comparison.likely.isEmpty && comparison.onlyListed.isEmpty && comparison.onlyRostered.isEmpty)
    }

    @Test(
        "what a person should look at",
        arguments: [
            // 易主
            Pair(place("P1", "阿芳理发店", "人民路12号"), row("小明超市", "人民路12号"), [.otherName, .sameAddress]),
            Pair(place("P1", "阿芳理发店", "人民路12号"), row("阿芳美发店", "人民路12号一楼"), [.similarName, .closeAddress]),
            Pair(place("P1", "阿芳理发店", "荃步村人民路12号"), row("阿芳美发店", "人民路12号"), [.similarName, .closeAddress]),
            Pair(place("P1", "阿芳理发店", at: spot(0)), row("阿芳美发店", at: spot(120)), [.similarName, .near]),
            // 搬迁
            Pair(place("P1", "阿芳理发店", "人民路12号"), row("阿芳理发店", "解放路3号"), [.sameName, .otherAddress]),
            Pair(place("P1", "阿芳理发店", "人民路12号"), row("阿芳理发店"), [.sameName]),
            // Each town has its 人民路.
            Pair(
                place("P1", "中国移动", "人民路12号", at: spot(0)), row("中国移动", "人民路12号", at: spot(8_000)),
                [.sameName, .sameAddress, .far]
            ),
            Pair(
                place("P1", "中国移动", "练市镇人民路12号"), row("中国移动", "双林镇人民路12号"), [.sameName, .otherAddress]
            ),
            // The next house.
            Pair(
                place("P1", "阿芳理发店", "人民路12号", at: spot(0)), row("阿芳理发店", "人民路14号", at: spot(10)),
                [.sameName, .otherAddress, .near]
            ),
        ])
    fileprivate func likely(pair: Pair) throws {
        let comparison = Comparison.between([pair.place], and: [pair.row], areas: areas)
        let match = try #require(comparison.likely.first)
        #expect(match.findings == pair.findings)
        #expect(match.score > 0 && match.score < 1)
        #expect(comparison.same.isEmpty && comparison.onlyListed.isEmpty && comparison.onlyRostered.isEmpty)
    }

    @Test(
        "what has nothing to do with each other",
        arguments: [
            Pair(place("P1", "阿芳理发店", "人民路12号"), row("小明超市", "人民路14号")),
            Pair(place("P1", "阿芳理发店", "人民路12号", at: spot(0)), row("阿芳美发店", "人民路14号", at: spot(10))),
            Pair(place("P1", "阿芳理发店", at: spot(0)), row("小明超市", at: spot(0))),
            Pair(place("P1", "阿芳理发店", at: spot(0)), row("阿芳美发店", at: spot(300))),
            Pair(place("P1", "阿芳理发店", "练市镇人民路12号"), row("小明超市", "双林镇人民路12号")),
            // No keys, no positions, no names, no addresses.
            Pair(place("P1", "阿芳理发店", key: "无"), row("小明超市", key: "无")),
            Pair(place("P1", "阿芳理发店", key: "000000000"), row("小明超市", key: "000000000")),
            Pair(
                place("P1", "阿芳理发店", at: Position(latitude: 0, longitude: 0, system: .wgs84)),
                row("阿芳美发店", at: Position(latitude: 0, longitude: 0, system: .wgs84))
            ),
            Pair(
                place("P1", "阿芳理发店", at: Position(latitude: .nan, longitude: 0, system: .gcj02)),
                row("阿芳美发店", at: Position(latitude: 1e300, longitude: .infinity, system: .bd09))
            ),
            Pair(place("P1", "", "人民路"), row("", "人民路")), Pair(place("P1", "阿芳理发店", "12号"), row("小明超市", "12号")),
        ])
    fileprivate func different(pair: Pair) {
        let comparison = Comparison.between([pair.place], and: [pair.row], areas: areas)
        #expect(comparison.same.isEmpty && comparison.likely.isEmpty)
        #expect(comparison.onlyListed == [pair.row] && comparison.onlyRostered.map(\.id) == [pair.place.id])
    }

    @Test func `positions are compared in one system`() {
        let here = Coordinate(latitude: 30.7, longitude: 120.4)
        let comparison = Comparison.between(
            [place("P1", "阿芳理发店", at: here.position(in: .wgs84))], and: [row("阿芳理发店", at: here.position(in: .bd09))])
        #expect(comparison.same.count == 1)
        #expect(comparison.same.first?.metres.map { $0 < 0.1 } == true)
    }

    @Test func `a shared key proves nothing by itself`() {
        let comparison = Comparison.between(
            [place("P1", "鑫达超市", "人民路1号", key: key), place("P2", "鑫达酒楼", "解放路9号", key: key)],
            and: [row("鑫达酒楼", "解放路9号", key: key), row("鑫达超市", "建设路7号", key: key)])
        #expect(comparison.same.map(\.rostered.id) == ["P2"])
        #expect(comparison.likely.map(\.rostered.id) == ["P1"])
        #expect(comparison.likely.first?.findings.contains(.sharedKey) == true)
    }

    @Test func `a market hall is no change of owner`() {
        let hall = (1...8).map { place("P\($0)", "甲乙丙丁戊己庚辛".map(String.init)[$0 - 1] + "记", "人民路88号") }
        let rows = (0..<8).map { row("天地玄黄宇宙洪荒".map(String.init)[$0] + "字号", "人民路88号") }
        #expect(Comparison.between(hall, and: rows).likely.isEmpty)
        // Those who are on both lists do not count: here one tenant changed.
        let comparison = Comparison.between(
            hall, and: hall.dropFirst().map { row($0.name, $0.address) } + [row("天字号", "人民路88号")])
        #expect(comparison.same.count == 7)
        #expect(comparison.likely.map(\.rostered.id) == ["P1"])
    }

    @Test func `of several namesakes the nearest is taken`() {
        let comparison = Comparison.between(
            [place("P2", "便民点", at: spot(0)), place("P1", "便民点", at: spot(30))],
            and: [row("便民点", at: spot(33)), row("便民点", at: spot(-5))])
        #expect(comparison.same.map { $0.metres?.rounded() } == [3, 5])
    }

    @Test func `a similar name nearby is found however many bear it, across all borders`() {
        let places = (0..<40).map { place("P\($0)", "阿芳理发店", at: spot(Double($0) * 1_030)) }
        let rows = (0..<40).map { row("阿芳美发店", at: spot(Double($0) * 1_030 + 150)) }
        #expect(Comparison.between(places, and: rows).likely.count == 40)
    }

    @Test func `the same trade next door is not a similar name`() {
        let marks = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒日月盈昃列张".map(String.init)
        func name(_ index: Int, _ offset: Int) -> String {
            marks[index % 18 + offset] + marks[index / 18 + offset] + "童装加工厂"
        }
        let places = (0..<60).map { place("P\($0)", name($0, 0), at: spot(Double($0) * 100)) }
        let rows = (0..<60).map { row(name($0, 18), at: spot(Double($0) * 100 + 20)) }
        #expect(Comparison.between(places, and: rows).likely.isEmpty)
    }

    @Test func `a word that half the village is called by proves nothing nearby`() {
        let places = (0..<30).map { place("P\($0)", "出租房", "甲村", at: spot(Double($0) * 100)) }
        let rows = (0..<30).map { row("出租房", "乙弄", at: spot(Double($0) * 100 + 10)) }
        #expect(Comparison.between(places, and: rows).same.isEmpty)
    }

    /// A village in which names, keys, addresses and positions repeat, are missing and contradict.
    private func village(_ size: Int, _ generator: inout SeededGenerator) -> ([RosterDoor], [ListedDoor]) {
        let names = ["阿芳理发店", "阿芳美发店", "南浔阿芳理发", "小明超市", "出租房", "蜜雪冰城（东店）", "蜜雪冰城", "店", "１２"]
        let streets = ["人民路", "练市镇人民路", "双林镇人民路", "荃步村", "解放路"]
        func text(_ generator: inout SeededGenerator) -> (String?, String, String, Position?) {
            let key =
                Int.random(in: 0...2, using: &generator) == 0
                ? "913305\(Int.random(in: 0..<size, using: &generator))MA" : nil
            let position =
                Bool.random(using: &generator) ? spot(Double(Int.random(in: 0..<60, using: &generator)) * 20) : nil
            return (
                key, names.randomElement(using: &generator)!,
                streets.randomElement(using: &generator)! + "\(Int.random(in: 1...9, using: &generator))号", position
            )
        }
        let places = (0..<size).map { index in
            let (key, name, address, position) = text(&generator)
            return place("P\(index)", name, address, key: key, at: position)
        }
        let rows = (0..<size).map { _ in
            let (key, name, address, position) = text(&generator)
            return row(name, address, key: key, at: position)
        }
        return (places, rows)
    }

    @Test func `the order of the lists does not matter`() {
        var generator = SeededGenerator(seed: 61)
        for size in [1, 2, 5, 20, 80, 200] {
            for _ in 0..<5 {
                let (places, rows) = village(size, &generator)
                let expected = Comparison.between(places, and: rows, areas: areas)
                for _ in 0..<3 {
                    let other = Comparison.between(
                        places.shuffled(using: &generator), and: rows.shuffled(using: &generator), areas: areas)
                    #expect(other == expected)
                }
            }
        }
    }

    @Test func `every entry is in exactly one result`() throws {
        var generator = SeededGenerator(seed: 62)
        for size in [0, 1, 3, 30, 150] {
            for _ in 0..<10 {
                let (places, rows) = village(size, &generator)
                let comparison = Comparison.between(places, and: rows, areas: areas)
                let matches = comparison.same + comparison.likely
                let (placesFound, rowsFound) = (
                    matches.map(\.rostered) + comparison.onlyRostered, matches.map(\.listed) + comparison.onlyListed
                )
                func counts<Entry: Hashable>(_ entries: [Entry]) -> [Entry: Int] {
                    entries.reduce(into: [:]) { $0[$1, default: 0] += 1 }
                }
                try #require(counts(placesFound) == counts(places))
                try #require(counts(rowsFound) == counts(rows))
                let scores = comparison.likely.map(\.score)
                try #require(scores == scores.sorted(by: >) && scores.allSatisfy { (0..<1).contains($0) })
                try #require(comparison.same.allSatisfy { $0.score == 1 })
            }
        }
    }

    @Test func `the roster compared with itself is the same`() {
        var generator = SeededGenerator(seed: 63)
        for size in [1, 10, 100, 400] {
            let (places, _) = village(size, &generator)
            let rows = places.map { row($0.name, $0.address, key: $0.key, at: $0.position) }
            let comparison = Comparison.between(places, and: rows.shuffled(using: &generator), areas: areas)
            #expect(comparison.same.count == size)
        }
    }

    @Test func `what was left out of a list is what is found missing`() {
        var generator = SeededGenerator(seed: 64)
        let marks = Array("福源兴旺大利百顺金玉鑫华宏达东方佳美丽人和平安康乐永恒祥瑞新亚海天明珠红日星光").map(String.init)
        let places = (0..<600).map { index in
            let mark = (0..<3).map { _ in marks.randomElement(using: &generator)! }.joined()
            return place("P\(1_000 + index)", mark + "超市", "练市镇人民路\(index + 1)号")
        }
        let rows = places.dropFirst(100).map { row("南浔练市\($0.name)（个体工商户）", "湖州市南浔区" + $0.address) }
        let comparison = Comparison.between(Array(places.dropLast(50)), and: rows, areas: areas)
        #expect(comparison.same.count == 450 && comparison.likely.isEmpty)
        #expect(comparison.onlyRostered.map(\.id) == places.prefix(100).map(\.id))
        #expect(comparison.onlyListed.count == 50)
    }

    /// Each of these was quadratic or worse without a bound.
    @Test(
        "lists made to be slow are compared all the same",
        arguments: [
            { _ in Entry(name: "出租房", address: "荃步村1号", key: "91330503MA00000001", position: spot(0)) },
            { Entry(name: "出租房", address: "荃步村\($0)号") }, { _ in Entry(name: "出租房") },
            { Entry(name: "阿\($0)芳", address: "人民路1号") }, { Entry(name: "阿\($0)芳", position: spot(0)) },
            {
                Entry(
                    name: "\($0)" + String(repeating: "长", count: 5_000),
                    address: "\($0)" + String(repeating: "路", count: 5_000))
            },
        ] as [@Sendable (Int) -> Entry])
    fileprivate func hostile(make: @Sendable (Int) -> Entry) {
        let count = 2_000
        let places = (0..<count).map {
            let entry = make($0)
            return place("P\($0)", entry.name, entry.address, key: entry.key, at: entry.position)
        }
        let rows = (0..<count).map {
            let entry = make($0 + count / 2)
            return row(entry.name, entry.address, key: entry.key, at: entry.position)
        }
        let comparison = Comparison.between(places, and: rows)
        #expect(comparison.same.count + comparison.likely.count + comparison.onlyListed.count == count)
        #expect(comparison.same.count + comparison.likely.count + comparison.onlyRostered.count == count)
    }
}
