/// A row of another list: market registration (市场监管登记), fire, police, rented housing.
public struct ListedDoor: Hashable, Sendable {
    /// What identifies the row in its list and perhaps on the roster: 统一社会信用代码, a registration number.
    public let key: String?
    public let name: String
    public let address: String
    public let position: Position?
    /// The list's own word for what it is. Not compared.
    public let category: String?

    public init(
        key: String? = nil, name: String, address: String, position: Position? = nil, category: String? = nil
    ) {
        self.key = key
        self.name = name
        self.address = address
        self.position = position
        self.category = category
    }
}

/// A place of the roster (场所底册).
public struct RosterDoor: Hashable, Sendable {
    public let id: String
    public let name: String
    public let address: String
    /// The same kind of text as ``ListedDoor/key``.
    public let key: String?
    public let position: Position?
    public let grid: AreaID

    public init(
        id: String, name: String, address: String, key: String? = nil, position: Position? = nil, grid: AreaID
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.key = key
        self.position = position
        self.grid = grid
    }
}

/// The roster against another list: is it complete?
///
/// A difference is where somebody goes to look, not a fault. Registers hold shops that closed long ago and companies
/// that only have a desk; a roster holds schools and temples that no register of businesses has.
public struct Comparison: Equatable, Sendable {
    /// Pairs that need nobody's look, by the roster's id.
    public let same: [Match]
    /// Pairs that a person should look at, the highest score first.
    public let likely: [Match]
    /// Rows without a partner: candidates for places that the roster lacks.
    public let onlyListed: [ListedDoor]
    /// Places without a partner, by id.
    public let onlyRostered: [RosterDoor]

    /// A place and a row that are, or may be, one door.
    public struct Match: Hashable, Sendable {
        public let rostered: RosterDoor
        public let listed: ListedDoor
        /// All that was found, for and against.
        public let findings: Set<Finding>
        /// 1 for what is the same, below 1 for what is likely: (5 name + 3 address + 2 nearness) / 10, where nearness
        /// falls from 1 to 0 at ``Limits/nearMetres``, and what is not known counts half. A shared key halves what
        /// lacks to 1, being far halves the whole. Puts the work in order and is no probability.
        public let score: Double
        /// Dice's coefficient of the names' pairs of characters, 0…1.
        public let nameSimilarity: Double
        /// 0…1: Dice's coefficient of the streets by how far the numbers agree. Nil if either address names no street.
        public let addressSimilarity: Double?
        /// Between the stated positions. Nil unless both are known.
        public let metres: Double?
    }

    /// One thing that two entries have, or have not, in common.
    public enum Finding: String, CaseIterable, Sendable {
        /// Nobody else on either list has it.
        case sameKey
        /// Several have it: a head office's code, or one copied to the next row.
        case sharedKey
        case sameName
        case similarName
        /// Beside the same address: perhaps 易主 or 改业.
        case otherName
        case sameAddress
        /// The same street and no other door on it, as far as is said.
        case closeAddress
        /// Beside the same name: perhaps 搬迁, or registered elsewhere than run.
        case otherAddress
        /// Not farther than ``Limits/nearMetres``.
        case near
        /// Farther than ``Limits/farMetres``.
        case far
    }

    /// What the comparison goes by. None was measured on a county's lists yet: try them on a few hundred pairs that a
    /// person has judged.
    public enum Limits: Sendable {
        /// Characters (letters and digits) of a key. Shorter ones are row numbers, 无 and 0.
        public static let keyCharacters = 6
        /// Metres within which the same name is the same place: twice the 25 m that a phone errs between houses.
        public static let sameMetres = 50.0
        /// Metres within which a similar name is worth a look: roster positions that were geocoded from a house number
        /// are mostly off by less than 200 m.
        public static let nearMetres = 200.0
        /// Metres beyond which the same name and address, and the same name alone, are two: each town has its 人民路.
        public static let farMetres = 2_000.0
        /// Similarity of names that share half of their pairs: 阿芳理发 and 阿芳美发 have 0.6, two names that only have
        /// their trade in common (阿芳理发, 小明理发) 0.4.
        public static let similarName = 0.5
        /// A pair of characters that more than this share of a list's names have is a word for a trade (理发, 超市) and
        /// makes no two names similar,
        public static let ownPairShare = 0.01
        /// unless these few have it: in a short list one in a hundred is nobody.
        public static let ownPairEntries = 50
        /// With less than this another number on the same street is another shop: only a wrong character or two is
        /// looked over.
        public static let nearlySameName = 0.8
        /// Below one agreeing street with a missing number (0.7), above another room of the house (0.5).
        public static let closeAddress = 0.6
        /// A name that more entries of a list bear is a word (出租房) or a chain, and being near proves nothing.
        public static let nearbyNamesakes = 20
        /// A name that more entries of a list bear says nothing without an address or a position beside it.
        public static let distantNamesakes = 3
        /// The same street and number, where one address may go into more detail: 12号, 12号一楼.
        public static let sameDoor = 0.9
        /// With more entries still without a partner at one address it is a building, and another name no change of
        /// owner.
        public static let doorsAtAddress = 4
        /// Coordinates that more entries of a list share are a town's or a building's, not a door's.
        public static let doorsAtPosition = 30
        /// Entries that may share a clue before it is no clue any more: together with the next it bounds the work.
        public static let entriesPerClue = 32
        /// Rows that one place is compared with.
        public static let rowsPerPlace = 256
    }

    /// Compares the roster with another list. Every entry is in exactly one of the results, and in one pair at most.
    ///
    /// 1. The same key, if only one entry of each list has it: a pair, even under another name.
    /// 2. The same name and address (``DoorName``, ``DoorAddress``): a pair, unless more than ``Limits/farMetres``
    ///    apart.
    /// 3. The same name within ``Limits/sameMetres`` and no other door number: a pair, unless the name is common.
    /// 4. What is left is paired as likely, best score first: a shared key; the same name and address far apart; the
    ///    same address under another name; a similar name at a close address or near; a rare name anywhere.
    ///
    /// The result depends only on what is on the two lists, not on its order. Rows are compared only if they have a
    /// clue in common (key, address, name, part of a name together with an address or position); a clue shared by too
    /// many is passed over, so that the time is proportional to the lists' length whatever they contain.
    ///
    /// - Parameter areas: Names of the deployment's areas, such as 南浔区 and 练市镇: see ``KnownAreas``.
    public static func between(
        _ roster: [RosterDoor], and list: [ListedDoor], areas: KnownAreas = KnownAreas()
    ) -> Comparison {
        let roster = roster.sorted { ordered($0, $1, by: [\.id, \.name, \.address, \.keyText, \.grid.text]) }
        let list = list.sorted { ordered($0, $1, by: [\.keyText, \.name, \.address, \.categoryText]) }
        var matcher = DoorMatcher(
            rostered: roster.map { Door($0, areas: areas) }, listed: list.map { Door($0, areas: areas) })
        matcher.run()
        func matches(_ pairs: [DoorMatcher.Pair]) -> [Match] {
            pairs.map { pair in
                Match(
                    rostered: roster[pair.rostered], listed: list[pair.listed], findings: pair.judgement.findings,
                    score: pair.judgement.score, nameSimilarity: pair.judgement.name,
                    addressSimilarity: pair.judgement.address, metres: pair.judgement.metres)
            }
        }
        return Comparison(
            same: matches(matcher.same.sorted { $0.rostered < $1.rostered }),
            likely: matches(matcher.likely),
            onlyListed: list.indices.filter { matcher.freeListed[$0] }.map { list[$0] },
            onlyRostered: roster.indices.filter { matcher.freeRostered[$0] }.map { roster[$0] })
    }

    /// By bytes, as in ``drawSample(of:count:seed:)-([String],_,_)``; what is still equal by the bits of its position.
    private static func ordered<Entry: PositionedEntry>(
        _ a: Entry, _ b: Entry, by fields: [(Entry) -> String]
    ) -> Bool {
        for field in fields {
            let (ofA, ofB) = (field(a), field(b))
            if !ofA.utf8.elementsEqual(ofB.utf8) { return ofA.utf8.lexicographicallyPrecedes(ofB.utf8) }
        }
        return a.positionBits.lexicographicallyPrecedes(b.positionBits)
    }
}

private protocol PositionedEntry {
    var position: Position? { get }
}

extension PositionedEntry {
    fileprivate var positionBits: [UInt64] {
        guard let position else { return [] }
        let system = CoordinateSystem.allCases.firstIndex(of: position.system) ?? 0
        return [position.latitude.bitPattern, position.longitude.bitPattern, UInt64(system)]
    }
}

extension RosterDoor: PositionedEntry {
    // Absent and empty differ, or the order of the two would decide.
    fileprivate var keyText: String { key.map { "+" + $0 } ?? "" }
}

extension ListedDoor: PositionedEntry {
    fileprivate var keyText: String { key.map { "+" + $0 } ?? "" }
    fileprivate var categoryText: String { category.map { "+" + $0 } ?? "" }
}
