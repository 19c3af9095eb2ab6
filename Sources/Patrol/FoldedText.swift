/// What a text is compared by, before it is known to be a name or an address: full-width forms become half-width,
/// capitals small, brackets round, dashes one dash, circled and Roman numerals digits. Spaces, marks of punctuation and
/// everything invisible go.
///
/// That part of Unicode's NFKC which Chinese lists contain; the whole needs tables that the standard library does not
/// offer. Traditional characters are not turned into simplified ones.
///
/// No more than 100 characters, of the first 1,000, are kept: names and addresses end before that, and nobody can make
/// a comparison slow with one that does not.
func folded(_ text: String) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    for scalar in text.unicodeScalars.prefix(1_000) {
        guard result.count < 100 else { break }
        let narrow =
            (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
        switch narrow {
        case "a"..."z", "0"..."9", "\u{4E00}"..."\u{9FFF}", "〇", "(", ")", "-", "#": result.append(narrow)
        case "[", "{", "【", "〔", "「", "『", "《", "〈", "﹙": result.append("(")
        case "]", "}", "】", "〕", "」", "』", "》", "〉", "﹚": result.append(")")
        case "\u{2010}"..."\u{2015}", "\u{2212}", "\u{FE63}", "~", "\u{301C}": result.append("-")
        case "\u{2460}"..."\u{2473}": result += String(narrow.value - 0x2460 + 1).unicodeScalars
        case "\u{2160}"..."\u{216B}": result += String(narrow.value - 0x2160 + 1).unicodeScalars
        default:
            if narrow.properties.numericType == .decimal, let value = narrow.properties.numericValue {
                result += String(Int(value)).unicodeScalars
            } else if narrow.properties.isAlphabetic {
                result += narrow.properties.lowercaseMapping.unicodeScalars
            }
        }
    }
    return result
}

/// Chinese numerals as digits: 十二 becomes 12, 二〇八 208, 一百零八 108. Runs that are no number stay: 百货, 千岛湖.
///
/// 五一路 becomes 51路 as well, which does no harm where both sides do the same.
func withDigits(_ text: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
    var result: [Unicode.Scalar] = []
    var position = text.startIndex
    while position < text.endIndex {
        let run = text[position...].prefix { numeralDigits[$0] != nil || numeralUnits[$0] != nil }
        if run.isEmpty {
            result.append(text[position])
            position += 1
        } else {
            result += digits(ofNumeral: run).map { Array($0.unicodeScalars) } ?? Array(run)
            position = run.endIndex
        }
    }
    return result
}

private let numeralDigits: [Unicode.Scalar: Int] = [
    "〇": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
]
private let numeralUnits: [Unicode.Scalar: Int] = ["十": 10, "百": 100, "千": 1_000]

/// - Returns: nil if the run is neither a row of digits nor a number below 10,000.
private func digits(ofNumeral run: ArraySlice<Unicode.Scalar>) -> String? {
    let row = run.compactMap { numeralDigits[$0] }
    if row.count == run.count { return row.map(String.init).joined() }
    var (total, lastUnit) = (0, 10_000)
    var pending: Int?
    for scalar in run {
        if let unit = numeralUnits[scalar] {
            // Only 十 may stand without a digit before it, and only first.
            guard unit < lastUnit, let count = pending ?? (unit == 10 && total == 0 ? 1 : nil) else { return nil }
            total += count * unit
            (lastUnit, pending) = (unit, nil)
        } else if let digit = numeralDigits[scalar] {
            guard (pending ?? 0) == 0 else { return nil }
            pending = digit
        }
    }
    return String(total + (pending ?? 0))
}

extension String {
    init(scalars: ArraySlice<Unicode.Scalar>) {
        self.init(String.UnicodeScalarView(scalars))
    }
}

extension ArraySlice<Unicode.Scalar> {
    func hasSuffix(_ end: [Unicode.Scalar]) -> Bool { suffix(end.count).elementsEqual(end) }
}

/// The pairs of neighbouring characters of a text, with its beginning and its end as characters, sorted.
///
/// Pairs, because Chinese has no spaces to cut words by and most of its words have two characters: single characters
/// would take 上海 for 海上, a dictionary would have to know every brand, and an edit distance counts a word that one side
/// leaves out as heavily as as many wrong characters. The two ends make single characters comparable, and stress the
/// beginning of a name, which is its distinctive part (字号).
struct Bigrams: Equatable, Sendable {
    let sorted: [UInt64]

    init(_ text: String) {
        guard !text.isEmpty else {
            sorted = []
            return
        }
        var pairs: [UInt64] = []
        var last: UInt64 = 0
        for scalar in text.unicodeScalars {
            pairs.append(last << 32 | UInt64(scalar.value))
            last = UInt64(scalar.value)
        }
        pairs.append(last << 32)
        sorted = pairs.sorted()
    }

    /// The lowest distinct pairs, 24 at most: what two long texts have in common is likely to be low in both.
    var telling: [UInt64] {
        var distinct: [UInt64] = []
        for pair in sorted where pair != distinct.last {
            distinct.append(pair)
            if distinct.count == 24 { break }
        }
        return distinct
    }

    /// 0…1: twice the pairs in common by the pairs of both (L. R. Dice, Ecology 26(3), 1945; for pairs of characters
    /// G. W. Adamson, J. Boreham, Information Storage and Retrieval 10(7–8), 1974). 0 if either text is empty.
    func similarity(to other: Bigrams) -> Double {
        guard !sorted.isEmpty, !other.sorted.isEmpty else { return 0 }
        var (mine, theirs, common) = (0, 0, 0)
        while mine < sorted.count, theirs < other.sorted.count {
            if sorted[mine] == other.sorted[theirs] {
                common += 1
                mine += 1
                theirs += 1
            } else if sorted[mine] < other.sorted[theirs] {
                mine += 1
            } else {
                theirs += 1
            }
        }
        return Double(2 * common) / Double(sorted.count + other.sorted.count)
    }
}
