/// Words of the product and its trade that everybody can guess (ASVS 6.2.11).
private let productWords = [
    "gridpatrol", "xunge", "wangge", "wanggeyuan", "xuncha", "zoufang", "password", "admin", "巡格", "网格", "巡查", "走访",
    "密码",
    "口令", "管理员",
]

/// Lower case, as in the list.
private let commonPasswords: Set<String> = Set(
    String(decoding: PackageResources.common_passwords_txt, as: UTF8.self).split(separator: "\n")
        .filter { !$0.hasPrefix("# ") }.map(String.init))

/// On the list of common passwords, or what hardly differs: another case, digits and signs for letters, at most six
/// digits and signs around a listed word, the same few characters again and again.
func isCommon(_ password: [Unicode.Scalar]) -> Bool {
    let small = lowercased(password)
    let first = small.firstIndex(where: \.properties.isAlphabetic)
    let last = small.lastIndex(where: \.properties.isAlphabetic)
    var texts = [small[...]]
    if let first, let last, last - first >= 3, small.count - (last - first + 1) <= 6 {
        texts.append(small[first...last])
    }
    return texts.contains { text in isListed(text) || ones.contains { isListed(meant(text, one: $0)) } }
        || isRepetition(small)
}

/// The first word known to others that a password contains.
/// - Parameter words: of the person and the place; those of the product are added.
func contextWord(in password: [Unicode.Scalar], of words: [String]) -> String? {
    let small = lowercased(password).filter(isLetterOrDigit)
    return (words + productWords).first { word in
        let word = lowercased(Array(word.unicodeScalars)).filter(isLetterOrDigit)
        // Two Chinese characters are a name; shorter words of letters occur in others by chance.
        guard word.count >= (word.allSatisfy(\.isASCII) ? 4 : 2) else { return false }
        return contains(small, word) || ones.contains { contains(meant(small, one: $0), meant(word, one: $0)) }
    }
}

private func isListed(_ text: some Collection<Unicode.Scalar>) -> Bool {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text)
    return commonPasswords.contains(String(view))
}

/// A unit of at most six characters, or a listed one, over and over.
private func isRepetition(_ text: [Unicode.Scalar]) -> Bool {
    (1...max(1, text.count / 2)).contains { length in
        guard text.count >= 2 * length, text.indices.allSatisfy({ text[$0] == text[$0 % length] }) else { return false }
        return length <= 6 || isListed(text.prefix(length))
    }
}

private func lowercased(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
    text.flatMap { scalar in
        // Full-width letters and digits look like the others.
        let narrow =
            (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
        return Array(narrow.properties.lowercaseMapping.unicodeScalars)
    }
}

/// What 1 and its like stand for.
private let ones: [Unicode.Scalar] = ["i", "l"]

/// The letters that digits and signs stand for.
private func meant(_ text: some Sequence<Unicode.Scalar>, one: Unicode.Scalar) -> [Unicode.Scalar] {
    text.map { scalar in
        switch scalar {
        case "0": "o"
        case "1", "!", "|": one
        case "3": "e"
        case "4", "@": "a"
        case "5", "$": "s"
        case "7": "t"
        default: scalar
        }
    }
}

private func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "@$!|".unicodeScalars.contains(scalar)
}

private func contains(_ text: [Unicode.Scalar], _ word: [Unicode.Scalar]) -> Bool {
    guard text.count >= word.count else { return false }
    return (0...text.count - word.count).contains { text[$0...].starts(with: word) }
}
