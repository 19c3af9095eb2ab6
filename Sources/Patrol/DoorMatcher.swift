/// Finds the pairs of two lists of doors.
struct DoorMatcher {
    struct Pair {
        let rostered: Int
        let listed: Int
        let judgement: DoorJudgement
    }

    private struct Candidate {
        let rostered: Int32
        let listed: Int32
        let score: Double
        let verdict: DoorJudgement.Verdict
    }

    private let rostered: [Door]
    private let listed: [Door]
    private var uniqueKeys: Set<String> = []
    private(set) var same: [Pair] = []
    /// The highest score first.
    private(set) var likely: [Pair] = []
    private(set) var freeRostered: [Bool]
    private(set) var freeListed: [Bool]

    /// Both in an order that depends only on what they contain.
    init(rostered: [Door], listed: [Door]) {
        let commonPlaces = Self.frequencies(rostered.compactMap(\.place), listed.compactMap(\.place))
            .filter { $0.value > Comparison.Limits.doorsAtPosition }
        let namesakes = Self.frequencies(rostered.map(\.name.core), listed.map(\.name.core))
        let pairs = Self.frequencies(
            rostered.flatMap(\.namePairs.telling), listed.flatMap(\.namePairs.telling))
        let most = max(
            Comparison.Limits.ownPairEntries,
            Int(Comparison.Limits.ownPairShare * Double(max(rostered.count, listed.count))))
        func known(_ door: Door) -> Door {
            var door = door
            door.ownPairs = door.namePairs.telling.filter { pairs[$0, default: 0] <= most }
            if let place = door.place, commonPlaces[place] != nil { door.place = nil }
            door.namesakes = namesakes[door.name.core] ?? 0
            return door
        }
        self.rostered = rostered.map(known)
        self.listed = listed.map(known)
        freeRostered = Array(repeating: true, count: rostered.count)
        freeListed = Array(repeating: true, count: listed.count)
    }

    /// How often each value occurs on the list where it occurs more often.
    private static func frequencies<Value: Hashable>(_ a: [Value], _ b: [Value]) -> [Value: Int] {
        func counted(_ values: [Value]) -> [Value: Int] { values.reduce(into: [:]) { $0[$1, default: 0] += 1 } }
        return counted(a).merging(counted(b), uniquingKeysWith: max)
    }

    mutating func run() {
        pairUniqueKeys()
        pairEqualTexts()
        var candidates = self.candidates()
        // A stable order for what has the same score: that of the lists.
        candidates.sort {
            $0.score != $1.score
                ? $0.score > $1.score : ($0.rostered, $0.listed) < ($1.rostered, $1.listed)
        }
        for candidate in candidates where candidate.verdict == .same { pair(candidate) }
        let crowd = crowds()
        for candidate in candidates where candidate.verdict != .same {
            let site = Self.site(rostered[Int(candidate.rostered)])
            guard candidate.verdict == .likely || crowd[site, default: 0] <= Comparison.Limits.doorsAtAddress
            else { continue }
            pair(candidate)
        }
    }

    /// Entries without a partner by house, on the list where there are more.
    private func crowds() -> [[String]: Int] {
        Self.frequencies(
            rostered.indices.filter { freeRostered[$0] }.map { Self.site(rostered[$0]) },
            listed.indices.filter { freeListed[$0] }.map { Self.site(listed[$0]) })
    }

    /// A house, whatever the room.
    private static func site(_ door: Door) -> [String] {
        [door.address.town ?? "", door.address.anchor ?? door.address.local]
    }

    private mutating func pair(_ candidate: Candidate) {
        pair(Int(candidate.rostered), Int(candidate.listed))
    }

    private mutating func pair(_ place: Int, _ row: Int) {
        guard freeRostered[place], freeListed[row] else { return }
        let found = Pair(rostered: place, listed: row, judgement: judgement(place, row))
        if found.judgement.verdict == .same { same.append(found) } else { likely.append(found) }
        freeRostered[place] = false
        freeListed[row] = false
    }

    private func judgement(_ place: Int, _ row: Int) -> DoorJudgement {
        DoorJudgement(
            rostered[place], listed[row],
            keyIsUnique: rostered[place].key.map(uniqueKeys.contains) ?? false)
    }

    private mutating func pairUniqueKeys() {
        let counts = Self.frequencies(rostered.compactMap(\.key), listed.compactMap(\.key))
        uniqueKeys = Set(counts.lazy.filter { $0.value == 1 }.map(\.key))
        var rows: [String: Int] = [:]
        for (row, door) in listed.enumerated() {
            if let key = door.key, uniqueKeys.contains(key) { rows[key] = row }
        }
        for (place, door) in rostered.enumerated() {
            if let key = door.key, let row = rows[key] { pair(place, row) }
        }
    }

    private struct Text: Hashable {
        let name: DoorName
        let county: String?
        let town: String?
        let local: String

        /// Nil without a name or an address.
        init?(_ door: Door) {
            guard !door.name.core.isEmpty, !door.address.local.isEmpty else { return nil }
            (name, county, town) = (door.name, door.address.county, door.address.town)
            local = door.address.local
        }
    }

    /// Pairs those whose texts are equal in everything, however many they are: the first with the first and so on, in
    /// the order of their keys and positions.
    private mutating func pairEqualTexts() {
        var rows: [Text: [Int]] = [:]
        for (row, door) in listed.enumerated() where freeListed[row] {
            if let text = Text(door) { rows[text, default: []].append(row) }
        }
        var places: [Text: [Int]] = [:]
        for (place, door) in rostered.enumerated() where freeRostered[place] {
            if let text = Text(door), rows[text] != nil { places[text, default: []].append(place) }
        }
        for (text, group) in places {
            let ordered = (sorted(group, of: rostered), sorted(rows[text] ?? [], of: listed))
            for (place, row) in zip(ordered.0, ordered.1) where judgement(place, row).verdict == .same {
                pair(place, row)
            }
        }
    }

    private func sorted(_ group: [Int], of doors: [Door]) -> [Int] {
        guard group.count > 1 else { return group }
        func rank(_ index: Int) -> (String, Double, Double, Int) {
            let door = doors[index]
            return (door.key ?? "", door.place?.latitude ?? 0, door.place?.longitude ?? 0, index)
        }
        return group.map { (rank: rank($0), index: $0) }.sorted { $0.rank < $1.rank }.map(\.index)
    }

    /// Pairs worth pairing, for each place no more than the best few, so that hostile lists cannot fill the memory.
    private func candidates() -> [Candidate] {
        let index = ClueIndex(listed.enumerated().lazy.filter { freeListed[$0.offset] })
        var search = ClueSearch(index, rows: listed.count)
        var candidates: [Candidate] = []
        for (place, door) in rostered.enumerated() where freeRostered[place] {
            var found: [Candidate] = []
            for row in search.rows(for: door) {
                let judgement = judgement(place, row)
                guard judgement.verdict != .other else { continue }
                found.append(
                    Candidate(
                        rostered: Int32(place), listed: Int32(row), score: judgement.likeness,
                        verdict: judgement.verdict))
            }
            found.sort { $0.score != $1.score ? $0.score > $1.score : $0.listed < $1.listed }
            candidates += found.prefix(Comparison.Limits.entriesPerClue)
        }
        return candidates
    }
}
