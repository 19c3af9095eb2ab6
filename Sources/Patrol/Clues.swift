/// What two entries can have in common that makes comparing them worthwhile ("blocking"), as numbers.
///
/// Two clues that differ may have the same number. Then two entries are compared for nothing; what they have in common
/// is judged by their texts.
struct Clues {
    /// The most telling kind first; each is a place in ``numbers``.
    private(set) var numbers: [UInt64] = []

    private enum Kind: UInt64 {
        case key = 1, anchoredName, namedStreet, anchor, name, pair
        case nearbyName
    }

    /// - Parameter isSought: Whether to look around the position. Rows are stored in their own cell of a grid, and
    ///   sought in the nine around.
    init(_ door: Door, isSought: Bool) {
        let anchor = Self.number(door.address.anchor ?? door.address.local)
        let hasAddress = !door.address.local.isEmpty
        let name = Self.number(door.name.core)
        let namePairs = door.namePairs.telling
        let hasName = !door.name.core.isEmpty
        func add(_ kind: Kind, _ a: UInt64, _ b: UInt64 = 0) {
            numbers.append(Self.mixed(kind.rawValue, a, b))
        }
        if let key = door.key { add(.key, Self.number(key)) }
        if hasAddress { for pair in namePairs { add(.anchoredName, anchor, pair) } }
        if let place = door.place {
            for cell in Self.cells(around: place, reach: isSought ? 1 : 0) {
                for pair in namePairs { add(.nearbyName, cell, pair) }
            }
        }
        if hasName { for pair in door.streetPairs.telling { add(.namedStreet, name, pair) } }
        if hasAddress { add(.anchor, anchor) }
        if hasName { add(.name, name) }
        for pair in namePairs { add(.pair, pair) }
    }

    /// Cells as high as `nearMetres`, and as wide at 57° north, beyond all of China; elsewhere they are wider.
    private static func cells(around place: Coordinate, reach: Int) -> [UInt64] {
        let height = Comparison.Limits.nearMetres / 111_000
        let (row, column) = (
            Int((place.latitude / height).rounded(.down)), Int((place.longitude / (height / 0.54)).rounded(.down))
        )
        return (-reach...reach).flatMap { north in
            (-reach...reach).map { east in
                UInt64(truncatingIfNeeded: row + north) << 32 | UInt64(truncatingIfNeeded: column + east) & 0xFFFF_FFFF
            }
        }
    }

    /// FNV-1a (G. Fowler, L. C. Noll, K.-P. Vo): unlike Swift's own, the same in every run.
    private static func number(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 }
    }

    /// The last step of SplitMix64, twice, so that all bits take part in the high ones.
    private static func mixed(_ kind: UInt64, _ a: UInt64, _ b: UInt64) -> UInt64 {
        func scrambled(_ number: UInt64) -> UInt64 {
            var mixed = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
        return scrambled(scrambled(a &+ kind &* 0x9E37_79B9_7F4A_7C15) ^ b)
    }
}

/// The rows of a list by their clues.
struct ClueIndex {
    private typealias Entry = (clue: UInt64, row: Int32)

    private let shift: UInt64
    /// Where the entries whose clues have these first bits begin.
    private let starts: [Int]
    private let entries: [Entry]

    /// One counting sort by the first bits of the clues, with one or two entries for each slot. Clues that too many
    /// have are left out, so that no slot is long.
    init(_ doors: some Sequence<(offset: Int, element: Door)>) {
        var unsorted: [Entry] = []
        for (row, door) in doors {
            for clue in Clues(door, isSought: false).numbers { unsorted.append((clue, Int32(row))) }
        }
        let bits = max(1, Int.bitWidth - unsorted.count.leadingZeroBitCount - 1)
        shift = UInt64(64 - bits)
        var ends = [Int](repeating: 0, count: 1 << bits + 1)
        for entry in unsorted { ends[Int(entry.clue >> shift) + 1] += 1 }
        for slot in 1..<ends.count { ends[slot] += ends[slot - 1] }
        var sorted = unsorted
        for entry in unsorted {
            sorted[ends[Int(entry.clue >> shift)]] = entry
            ends[Int(entry.clue >> shift)] += 1
        }
        var (starts, kept) = ([0], [Entry]())
        kept.reserveCapacity(sorted.count)
        for slot in 0..<1 << bits {
            kept += Self.telling(sorted[(slot == 0 ? 0 : ends[slot - 1])..<ends[slot]])
            starts.append(kept.count)
        }
        (self.starts, entries) = (starts, kept)
    }

    private static func telling(_ slot: ArraySlice<Entry>) -> ArraySlice<Entry> {
        let limit = Comparison.Limits.entriesPerClue
        guard slot.count > limit else { return slot }
        var kept: ArraySlice<Entry> = []
        let ordered = slot.sorted { $0 < $1 }
        var start = 0
        while start < ordered.count {
            let run = ordered[start...].prefix { $0.clue == ordered[start].clue }
            if run.count <= limit { kept += run }
            start = run.endIndex
        }
        return kept
    }

    /// The rows that have the clue, in order; none if it is no clue because too many have it.
    func rows(with clue: UInt64) -> some Sequence<Int> {
        let slot = Int(clue >> shift)
        return entries[starts[slot]..<starts[slot + 1]].lazy.filter { $0.clue == clue }.map { Int($0.row) }
    }
}

/// Looks for what has a clue in common with one door after the other.
struct ClueSearch {
    private let index: ClueIndex
    /// For every row the number of the search that found it last.
    private var foundIn: [Int32]
    private var search: Int32 = 0

    init(_ index: ClueIndex, rows: Int) {
        self.index = index
        foundIn = Array(repeating: 0, count: rows)
    }

    /// Rows to compare with the door, each once, those with the most telling clues first.
    mutating func rows(for door: Door) -> [Int] {
        search += 1
        var rows: [Int] = []
        for clue in Clues(door, isSought: true).numbers {
            for row in index.rows(with: clue) where foundIn[row] != search {
                foundIn[row] = search
                rows.append(row)
                if rows.count == Comparison.Limits.rowsPerPlace { return rows }
            }
        }
        return rows
    }
}
