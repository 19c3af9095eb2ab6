extension JSON {
    /// The document's bytes: no white space, members in their order, as Foundation's encoder writes them with sorted
    /// keys when the members are sorted.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let flag): bytes.append(contentsOf: flag ? "true".utf8 : "false".utf8)
        case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
        case .number(let number): bytes.append(contentsOf: String(number).utf8)
        case .string(let text): Self.write(text, to: &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.write(member.name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    fileprivate static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        let isPlain = text.utf8.withContiguousStorageIfAvailable { utf8 in
            let isPlain = utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            if isPlain { bytes.append(contentsOf: utf8) }
            return isPlain
        }
        if isPlain != true { writeEscaped(text, to: &bytes) }
    }

    private static func writeEscaped(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case 0x08: bytes.append(contentsOf: "\\b".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0C: bytes.append(contentsOf: "\\f".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
    }
}

/// Writes one object member by member; absent values leave nothing.
private struct ObjectWriting {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    mutating func text(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        self.name(name)
        JSON.write(value, to: &bytes)
    }

    mutating func list<Element>(
        _ name: StaticString, _ elements: [Element], _ write: (Element, inout ObjectWriting) -> Void
    ) {
        self.name(name)
        bytes.append(UInt8(ascii: "["))
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(element, &self)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func plain(_ text: String) { JSON.write(text, to: &bytes) }

    mutating func object(_ members: (inout ObjectWriting) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        members(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func name(_ name: StaticString) {
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }
}

extension Receipt {
    /// The same bytes that encoding gives, sorted, without the encoder's cost: a receipt answers every record, and
    /// `JSONEncoder` took as long as everything else about reading one.
    public var bytes: [UInt8] {
        var writing = ObjectWriting(capacity: 1_024)
        writing.object { receipt in
            receipt.text("grade", grade)
            receipt.text("id", id)
            receipt.list("missingPhotos", missingPhotos) { $1.plain($0) }
            receipt.text("month", month)
            receipt.list("reasons", reasons) { reason, list in
                list.object {
                    $0.text("code", reason.code)
                    $0.text("en", reason.en)
                    $0.text("zh", reason.zh)
                }
            }
            receipt.text("receivedAt", receivedAt)
            receipt.text("sha256", sha256)
            receipt.text("standing", standing)
            receipt.text("state", state)
            receipt.list("unusablePhotos", unusablePhotos) { photo, list in
                list.object {
                    $0.text("code", photo.code)
                    $0.text("sha256", photo.sha256)
                    $0.text("state", photo.state)
                }
            }
            receipt.list("warnings", warnings) { warning, list in
                list.object {
                    $0.text("code", warning.code)
                    $0.text("pointer", warning.pointer)
                }
            }
        }
        return writing.bytes
    }
}
