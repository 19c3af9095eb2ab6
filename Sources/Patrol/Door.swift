/// What is compared of an entry of either list.
struct Door {
    /// In one spelling; nil if there is none that could identify anything.
    let key: String?
    let name: DoorName
    let address: DoorAddress
    let namePairs: Bigrams
    let streetPairs: Bigrams
    private let branchPairs: Bigrams
    /// Nil if the position is unknown, impossible or shared by too many.
    var place: Coordinate?
    /// Pairs of the name that are no trade's, sorted.
    var ownPairs: [UInt64] = []
    /// The most entries of one of the lists that bear this name.
    var namesakes = 0

    init(_ door: RosterDoor, areas: KnownAreas) {
        self.init(key: door.key, name: door.name, address: door.address, position: door.position, areas: areas)
    }

    init(_ door: ListedDoor, areas: KnownAreas) {
        self.init(key: door.key, name: door.name, address: door.address, position: door.position, areas: areas)
    }

    private init(key: String?, name: String, address: String, position: Position?, areas: KnownAreas) {
        self.key = key.flatMap(Self.identifying)
        self.name = DoorName(name, areas: areas)
        self.address = DoorAddress(address, areas: areas)
        namePairs = Bigrams(self.name.core)
        branchPairs = Bigrams(self.name.branch)
        streetPairs = Bigrams(self.address.street)
        // 0, 0 is what devices and tables say that know no position.
        place = position.map(\.wgs84).flatMap {
            $0.isValid && ($0.latitude != 0 || $0.longitude != 0) ? $0 : nil
        }
    }

    /// Letters and digits only. Not 无, 0, 000000 or 12.
    private static func identifying(_ key: String) -> String? {
        let scalars = folded(key).filter { $0.properties.isAlphabetic || ("0"..."9").contains($0) }
        guard scalars.count >= Comparison.Limits.keyCharacters, scalars.contains(where: { $0 != scalars[0] }) else {
            return nil
        }
        return String(scalars: scalars[...])
    }

    /// Dice's coefficient of the names. Two branches that are named differently are half as alike as their chain.
    func nameSimilarity(to other: Door) -> Double {
        let core = namePairs.similarity(to: other.namePairs)
        guard !name.branch.isEmpty, !other.name.branch.isEmpty, name.branch != other.name.branch else { return core }
        return core * (1 + branchPairs.similarity(to: other.branchPairs)) / 2
    }

    /// Nil if either address names no street: a number alone is no address.
    func addressSimilarity(to other: Door) -> Double? {
        guard !address.street.isEmpty, !other.address.street.isEmpty else { return nil }
        guard !address.isElsewhere(than: other.address) else { return 0 }
        if address.local == other.address.local { return 1 }
        let streets =
            address.street.adds(to: other.address.street) || other.address.street.adds(to: address.street)
            ? 0.9 : streetPairs.similarity(to: other.streetPairs)
        return streets * address.numberAgreement(with: other.address)
    }

    /// Whether the names have more in common than their trade: 阿芳童装加工厂 and 小明童装加工厂 share most of their pairs.
    func sharesOwnPair(with other: Door) -> Bool {
        ownPairs.contains { other.ownPairs.contains($0) }
    }

    func hasOtherNumber(than other: Door) -> Bool {
        address.numberAgreement(with: other.address) < 0.6
    }
}

/// What two entries have in common.
struct DoorJudgement {
    enum Verdict {
        case same, likely
        /// Likely only if few others are at the same address.
        case likelyUnlessCrowded
        case other
    }

    let verdict: Verdict
    let findings: Set<Comparison.Finding>
    let score: Double
    /// The score before it is known to be the same: of several that are, the likest are paired.
    let likeness: Double
    let name: Double
    let address: Double?
    let metres: Double?

    /// - Parameter keyIsUnique: whether either's key is nobody else's.
    init(_ rostered: Door, _ listed: Door, keyIsUnique: Bool) {
        typealias Limits = Comparison.Limits
        let (name, address) = (rostered.nameSimilarity(to: listed), rostered.addressSimilarity(to: listed))
        let metres = rostered.place.flatMap { place in listed.place.map { place.distance(to: $0) } }
        let sameKey = rostered.key != nil && rostered.key == listed.key
        let sameName = rostered.name.agrees(with: listed.name)
        let isNear = metres.map { $0 <= Limits.nearMetres } ?? false
        let isFar = metres.map { $0 > Limits.farMetres } ?? false
        let otherNumber = rostered.hasOtherNumber(than: listed)
        let namesakes = max(rostered.namesakes, listed.namesakes)

        var likeness = Self.likeness(name: name, address: address, metres: metres)
        if sameKey { likeness = (1 + likeness) / 2 }
        if isFar { likeness /= 2 }
        let isClose = address.map { $0 >= Limits.closeAddress } ?? false
        let similarAndAround =
            name >= Limits.similarName && (isClose || isNear) && !isFar
            && (!otherNumber || address == nil || name >= Limits.nearlySameName)
            && rostered.sharesOwnPair(with: listed)
        let within = metres.map { $0 <= Limits.sameMetres } ?? false
        let isElsewhere = rostered.address.isElsewhere(than: listed.address)

        if sameKey && keyIsUnique
            || sameName && address == 1 && !isFar
            || sameName && within && !isElsewhere && !(address != nil && otherNumber)
                && namesakes <= Limits.nearbyNamesakes
        {
            verdict = .same
        } else if sameKey || sameName && address == 1 || similarAndAround {
            verdict = .likely
        } else if sameName, namesakes <= Limits.distantNamesakes {
            verdict = .likely
        } else if let address, address >= Limits.sameDoor, !isFar, !otherNumber, !rostered.address.numbers.isEmpty,
            !listed.address.numbers.isEmpty
        {
            verdict = .likelyUnlessCrowded
        } else {
            verdict = .other
        }
        var findings: Set<Comparison.Finding> = []
        if sameKey { findings.insert(keyIsUnique ? .sameKey : .sharedKey) }
        findings.insert(sameName ? .sameName : name >= Limits.similarName ? .similarName : .otherName)
        if let address { findings.insert(address == 1 ? .sameAddress : isClose ? .closeAddress : .otherAddress) }
        if isNear { findings.insert(.near) }
        if isFar { findings.insert(.far) }
        (self.findings, self.name, self.address, self.metres) = (findings, name, address, metres)
        self.likeness = likeness
        score = verdict == .same ? 1 : min(likeness, 0.99)
    }

    /// The mean, in which what is not known counts half: the name five parts, the address three, being near (1 at the
    /// spot, 0 from `nearMetres` on) two. The name weighs most, since what is sought is the business, and positions
    /// least, since a roster's are mostly geocoded from the address and so say it once more.
    private static func likeness(name: Double, address: Double?, metres: Double?) -> Double {
        let nearness = metres.map { max(0, 1 - $0 / Comparison.Limits.nearMetres) }
        return 0.5 * name + 0.3 * (address ?? 0.5) + 0.2 * (nearness ?? 0.5)
    }
}

extension String {
    /// Whether this is the other street after an estate or a village: 荃步村人民路 and 人民路. Two characters more, since 新人民路
    /// is another street, and three in common, since each place has its 东路.
    fileprivate func adds(to street: String) -> Bool {
        let (more, less) = (unicodeScalars.count, street.unicodeScalars.count)
        return less >= 3 && more >= less + 2 && utf8.reversed().starts(with: street.utf8.reversed())
    }
}
