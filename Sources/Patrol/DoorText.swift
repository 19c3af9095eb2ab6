/// The name of a business as it is compared: without what differs between a register and a shop sign.
public struct DoorName: Hashable, Sendable {
    /// The name proper: 阿芳理发 of 练市阿芳理发店（个体工商户）, where 练市 is a known area. Empty if there is no letter.
    public let core: String
    /// What stood in brackets at the end and is no legal form: 人民路 of 蜜雪冰城（人民路店）. Mostly empty.
    public let branch: String

    /// - Parameter areas: Taken off the front: registered names begin with them (企业名称登记管理规定, 行政区划名称), shop
    ///   signs do not.
    public init(_ text: String, areas: KnownAreas = KnownAreas()) {
        var rest = folded(text)[...]
        var branch: [Unicode.Scalar] = []
        while true {
            if rest.last == ")", let open = rest.lastIndex(of: "("), open > rest.startIndex {
                let content = rest[(open + 1)...].dropLast()
                if branch.isEmpty, !legalForms.contains(String(scalars: content)) {
                    branch = Array(withoutBusinessSuffix(content) ?? content)
                }
                rest = rest[..<open]
            } else if let shorter = withoutBusinessSuffix(rest) {
                rest = shorter
            } else {
                break
            }
        }
        core = lettersOnly(withDigits(areas.strippedFromName(rest)))
        self.branch = lettersOnly(withDigits(branch[...]))
    }

    /// Whether nothing in the two speaks against their being one name. A name without a branch may be any branch's.
    public func agrees(with other: DoorName) -> Bool {
        !core.isEmpty && core == other.core && (branch == other.branch || branch.isEmpty || other.branch.isEmpty)
    }
}

/// The address of a door as it is compared.
///
/// Understood are 12号, 12, 12#, 012号, 十二号; 12-1号, 12号-1, 12号之一; 3幢, 3栋, 3号楼, 3座; 201室, 201房, 201; 1楼, 1层.
public struct DoorAddress: Hashable, Sendable {
    /// 县, 区 or 旗, without that word. Nil if the address does not say.
    public let county: String?
    /// 镇, 乡 or 街道, without that word. Nil if the address does not say.
    public let town: String?
    /// The rest in one spelling: 人民路12-1#3幢201室.
    public let local: String
    /// The words of the rest without its numbers: 人民路.
    public let street: String
    /// The numbers of the rest, each with what it counts: 12-1#, 3幢, 201室.
    public let numbers: [String]
    /// The last characters before the first number and its whole part: 人民路12. Survives a village or an estate before
    /// the street and a room behind the door. Nil without a number.
    let anchor: String?

    /// - Parameter areas: Recognised even without their last word: 练市人民路12号.
    public init(_ text: String, areas: KnownAreas = KnownAreas()) {
        var rest = withDigits(folded(text)[...])[...]
        var named: [KnownAreas.Level: String] = [:]
        for level in KnownAreas.Level.allCases {
            guard let found = areas.leading(level, of: rest) else { continue }
            named[level] = found.name
            rest = rest[found.end...]
        }
        county = named[.county]
        town = named[.town]
        var scanner = NumberScanner(rest)
        scanner.scan()
        local = String(scalars: scanner.local[...])
        street = String(scalars: scanner.street[...])
        numbers = scanner.numbers.map(\.text)
        anchor = scanner.numbers.first.map { String(scalars: scanner.street[..<$0.at].suffix(3)) + $0.whole }
    }

    /// Whether the two name different counties or towns. 人民路12号 is in every town; what is not said is not held
    /// against anybody. Cities and provinces are not compared: 义乌市 stands now after 金华市, now alone.
    public func isElsewhere(than other: DoorAddress) -> Bool {
        func differ(_ a: String?, _ b: String?) -> Bool { a != nil && b != nil && a != b }
        return differ(county, other.county) || differ(town, other.town)
    }

    /// 0…1: how far the numbers speak for one door, whatever the street.
    ///
    /// Where there are two numbers of one kind, texts are of no use: 12号 and 14号 are alike and are two doors. So the
    /// steps are set by hand: the same 1; one only goes into more detail 0.9; one has none, or they differ only in the
    /// part behind the dash where one has no such part, 0.7; different rooms of one house 0.5; different doors 0.3.
    func numberAgreement(with other: DoorAddress) -> Double {
        if numbers == other.numbers { return 1 }
        guard let mine = numbers.first, let theirs = other.numbers.first else { return 0.7 }
        if mine == theirs {
            return zip(numbers, other.numbers).allSatisfy(==) ? 0.9 : 0.5
        }
        let (short, long) = mine.utf8.count < theirs.utf8.count ? (mine, theirs) : (theirs, mine)
        return long.hasPrefix(String(short.unicodeScalars.prefix { ("0"..."9").contains($0) }) + "-")
            && !short.unicodeScalars.contains("-") ? 0.7 : 0.3
    }
}

/// Names of the areas of a deployment, such as 湖州市, 南浔区, 练市镇, which addresses and names begin with.
public struct KnownAreas: Hashable, Sendable {
    enum Level: CaseIterable, Sendable {
        case province, city, county, town

        var suffixes: [[Unicode.Scalar]] {
            switch self {
            case .province: [Array("自治区".unicodeScalars), ["省"]]
            case .city: [Array("自治州".unicodeScalars), ["市"], ["盟"]]
            case .county: [["区"], ["县"], ["旗"], ["市"]]
            case .town: [Array("街道".unicodeScalars), ["镇"], ["乡"]]
            }
        }
    }

    /// Without their last words, by their first characters; the longest first, so that 南浔 does not hide 南浔东.
    private var names: [Level: [Unicode.Scalar: [[Unicode.Scalar]]]] = [:]

    /// - Parameter names: With their last word, which tells the level. Those without a level are left out.
    public init(_ names: [String] = []) {
        for name in names {
            let scalars = folded(name)[...]
            for level in Level.allCases {
                guard let suffix = level.suffixes.first(where: { scalars.hasSuffix($0) }) else { continue }
                let bare = Array(scalars.dropLast(suffix.count))
                if bare.count >= 2 { self.names[level, default: [:]][bare[0], default: []].append(bare) }
                break
            }
        }
        for level in self.names.keys {
            self.names[level] = self.names[level]?.mapValues { $0.sorted { $0.count > $1.count } }
        }
    }

    /// An area of that level which the text begins with, if something that can be an address is left behind it.
    func leading(_ level: Level, of text: ArraySlice<Unicode.Scalar>) -> (name: String, end: Int)? {
        if let known = known(level, of: text) {
            let behind = text[known.end...]
            if canBeAddress(behind), known.hasSuffix || !streetWords.contains(behind.first!) {
                return (known.name, known.end)
            }
        }
        return level.suffixes.lazy.compactMap { unknown(suffix: $0, of: text) }.min { $0.end < $1.end }
    }

    /// 南浔镇 is not the district 南浔 and a 镇.
    private func known(
        _ level: Level, of text: ArraySlice<Unicode.Scalar>
    ) -> (name: String, end: Int, hasSuffix: Bool)? {
        guard let first = text.first, let names = names[level]?[first] else { return nil }
        for name in names where text.starts(with: name) {
            let behind = text.dropFirst(name.count)
            if let suffix = level.suffixes.first(where: { behind.starts(with: $0) }) {
                return (String(scalars: name[...]), behind.startIndex + suffix.count, true)
            }
            let isOther = Level.allCases.contains { $0.suffixes.contains { behind.starts(with: $0) } }
            if !isOther { return (String(scalars: name[...]), behind.startIndex, false) }
        }
        return nil
    }

    /// A segment that only its last word tells to be an area. Two to eight characters (most areas have two or three;
    /// autonomous ones are long), none of a street's, and not a 菜市场, 小区 or 园区 that merely ends alike.
    private func unknown(suffix: [Unicode.Scalar], of text: ArraySlice<Unicode.Scalar>) -> (name: String, end: Int)? {
        let segment = text.prefix(8 + suffix.count)
        var length = 2
        while length + suffix.count <= segment.count {
            let start = segment.startIndex + length
            let last = text[start - 1]
            if streetWords.contains(last) || ("0"..."9").contains(last) || !last.properties.isAlphabetic { return nil }
            let behind = text[min(start + suffix.count, text.endIndex)...]
            if text[start...].starts(with: suffix), !endsOfNoArea.contains(last), canBeAddress(behind),
                !beginningsAfterNoArea.contains(behind.first!)
            {
                return (String(scalars: segment[..<start]), behind.startIndex)
            }
            length += 1
        }
        return nil
    }

    private func canBeAddress(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        let named = text.drop { ("0"..."9").contains($0) }
        guard text.count >= 2, let first = named.first else { return false }
        return named.count == text.count ? first.properties.isAlphabetic : numberedStreets.contains(first)
    }

    /// Only known areas: 好又多超市便利店 would otherwise lie in a city.
    func strippedFromName(_ name: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar> {
        var rest = name
        for level in Level.allCases {
            if let known = known(level, of: rest), rest.endIndex - known.end >= 2 { rest = rest[known.end...] }
        }
        return rest
    }
}

/// Finds the numbers of an address and writes them in one way.
private struct NumberScanner {
    struct Number {
        var text: String
        /// The digits before any dash.
        var whole: String
        /// How much of the street stood before it.
        var at: Int
    }

    private let text: ArraySlice<Unicode.Scalar>
    private var position: Int
    private(set) var local: [Unicode.Scalar] = []
    private(set) var street: [Unicode.Scalar] = []
    private(set) var numbers: [Number] = []

    init(_ text: ArraySlice<Unicode.Scalar>) {
        self.text = text
        position = text.startIndex
    }

    private static let units: [(spellings: [String], written: String)] = [
        (["号楼", "幢", "栋", "座"], "幢"), (["号", "號", "#"], "#"), (["室", "房"], "室"), (["楼", "层"], "层"), (["弄"], "弄"),
    ]

    mutating func scan() {
        while position < text.endIndex {
            let scalar = text[position]
            if isDigit(position) {
                if !scanStreetNumber() { scanNumber() }
            } else {
                position += 1
                let ordinal = scalar == "第" && isDigit(position)
                if scalar.properties.isAlphabetic, !ordinal {
                    local.append(scalar)
                    street.append(scalar)
                }
            }
        }
    }

    /// 51路, which was 五一路, and 3村 are names.
    private mutating func scanStreetNumber() -> Bool {
        let digits = text[position...].prefix { ("0"..."9").contains($0) }
        guard digits.endIndex < text.endIndex, numberedStreets.contains(text[digits.endIndex]) else { return false }
        local += digits
        street += digits
        position = digits.endIndex
        return true
    }

    private mutating func scanNumber() {
        let whole = digits()
        var number = whole
        while let start = startOfPart() {
            position = start
            number += "-" + digits()
        }
        // 12A号: a letter of its own belongs to the number.
        if position < text.endIndex, isLatin(position), !isLatin(position + 1) {
            number.unicodeScalars.append(text[position])
            position += 1
        }
        let unit = unit()
        position += unit?.length ?? 0
        // Without a unit the first number is the door's, a later one the room's.
        number += unit?.written ?? (numbers.isEmpty ? "#" : "室")
        local += number.unicodeScalars
        numbers.append(Number(text: number, whole: whole, at: street.count))
    }

    private func unit() -> (length: Int, written: String)? {
        for unit in Self.units {
            for spelling in unit.spellings where text[position...].starts(with: spelling.unicodeScalars) {
                return (spelling.unicodeScalars.count, unit.written)
            }
        }
        return nil
    }

    /// Leading zeros say nothing.
    private mutating func digits() -> String {
        let start = position
        while isDigit(position) { position += 1 }
        let digits = text[start..<position].drop { $0 == "0" }
        return digits.isEmpty ? "0" : String(scalars: digits)
    }

    /// Where the digits of 号-1, -1, 号之1 or 之1 begin.
    private func startOfPart() -> Int? {
        var next = position
        if next < text.endIndex, ["号", "#"].contains(text[next]) { next += 1 }
        guard next < text.endIndex, ["-", "之"].contains(text[next]), isDigit(next + 1) else { return nil }
        return next + 1
    }

    private func isDigit(_ index: Int) -> Bool { index < text.endIndex && ("0"..."9").contains(text[index]) }
    private func isLatin(_ index: Int) -> Bool { index < text.endIndex && ("a"..."z").contains(text[index]) }
}

private let legalForms: Set<String> = ["个体工商户", "个体", "个人独资", "普通合伙", "有限合伙", "特殊普通合伙"]
/// The longer before those they end with.
private let businessSuffixes: [[Unicode.Scalar]] = [
    "股份有限公司", "有限责任公司", "个体工商户", "有限公司", "分公司", "经营部", "门市部", "服务部", "经营店", "公司", "商行", "分店", "店",
].map { Array($0.unicodeScalars) }
private let streetWords: Set<Unicode.Scalar> = ["路", "街", "巷", "弄", "村", "号", "桥", "里", "大"]
private let numberedStreets: Set<Unicode.Scalar> = ["路", "街", "巷", "村", "桥", "里", "环", "道"]
private let endsOfNoArea: Set<Unicode.Scalar> = [
    "小", "社", "园", "厂", "校", "景", "库", "院", "宅", "住", "片", "活", "业", "发", "商", "老", "超", "菜", "夜", "闹", "股", "城",
]
private let beginningsAfterNoArea: Set<Unicode.Scalar> = ["场", "口", "民", "部", "政", "府", "价", "集"]

/// - Returns: nil if there is none, or if fewer than two characters would be left.
private func withoutBusinessSuffix(_ name: ArraySlice<Unicode.Scalar>) -> ArraySlice<Unicode.Scalar>? {
    businessSuffixes.first { name.hasSuffix($0) && name.count >= $0.count + 2 }.map { name.dropLast($0.count) }
}

private func lettersOnly(_ scalars: [Unicode.Scalar]) -> String {
    String(scalars: scalars.filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) }[...])
}
