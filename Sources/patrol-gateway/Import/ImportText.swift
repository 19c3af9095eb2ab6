/// Makes text of a file's bytes, or says in which encoding it was saved by mistake.
func importText(_ bytes: [UInt8]) throws(ImportRefusal) -> String {
    if let finding = encodingDefect(bytes) { throw ImportRefusal(defects: [finding], warnings: []) }
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return String(decoding: bytes.starts(with: byteOrderMark) ? bytes.dropFirst(3) : bytes[...], as: UTF8.self)
}

private func encodingDefect(_ bytes: [UInt8]) -> ImportFinding? {
    let advice = Message(
        zh: "请用表格软件另存为“CSV UTF-8（逗号分隔）”后再导入。",
        en: "Save it as “CSV UTF-8 (comma delimited)” in your spreadsheet and import that.")
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
        return ImportFinding(
            row: nil, column: nil, "encoding-utf16", zh: "文件是 UTF-16（“Unicode 文本”）。" + advice.zh,
            en: "The file is UTF-16 (“Unicode text”). " + advice.en)
    }
    guard let offset = firstInvalidUTF8(bytes) else { return nil }
    let before = bytes[..<offset]
    let row = before.count { $0 == UInt8(ascii: "\n") } + 1
    let line = before.suffix(from: before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
    let column = String(line.count { $0 == UInt8(ascii: ",") } + 1)
    if isGB18030(bytes) {
        return ImportFinding(
            row: row, column: column, "encoding-gbk", zh: "文件是 GBK/GB18030 编码，不是 UTF-8。" + advice.zh,
            en: "The file is GBK/GB18030, not UTF-8. " + advice.en)
    }
    return ImportFinding(
        row: row, column: column, "encoding-not-utf8", zh: "从这里起不是 UTF-8 文字。" + advice.zh,
        en: "From here on this is not UTF-8 text. " + advice.en)
}

private func firstInvalidUTF8(_ bytes: [UInt8]) -> Int? {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
        switch decoder.decode(&iterator) {
        case .scalarValue(let scalar): offset += UTF8.width(scalar)
        case .emptyInput: return nil
        case .error: return offset
        }
    }
}

/// Whether the bytes fit GB 18030-2022: two-byte characters (81–FE, 40–FE without 7F) and four-byte ones.
private func isGB18030(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while let lead = rest.popFirst() {
        guard lead >= 0x80 else { continue }
        guard (0x81...0xFE).contains(lead), let second = rest.popFirst() else { return false }
        if (0x30...0x39).contains(second) {
            guard let third = rest.popFirst(), (0x81...0xFE).contains(third),
                let fourth = rest.popFirst(), (0x30...0x39).contains(fourth)
            else { return false }
        } else if !(0x40...0xFE).contains(second) || second == 0x7F {
            return false
        }
    }
    return true
}

extension UTF8 {
    fileprivate static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case ..<0x80: 1
        case ..<0x800: 2
        case ..<0x10000: 3
        default: 4
        }
    }
}
