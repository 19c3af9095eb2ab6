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

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
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
        bytes.append(UInt8(ascii: "\""))
    }
}

extension Receipt {
    /// The same bytes that encoding gives, sorted, without the encoder's cost: a receipt answers every record, and
    /// `JSONEncoder` took as long as everything else about reading one.
    public var bytes: [UInt8] {
        func texts(_ texts: [String]) -> JSON { .array(texts.map(JSON.string)) }
        func object(_ members: KeyValuePairs<String, JSON?>) -> JSON {
            .object(members.compactMap { name, value in value.map { JSON.Member(name: name, value: $0) } })
        }
        return object([
            "grade": grade.map(JSON.string), "id": .string(id), "missingPhotos": texts(missingPhotos),
            "month": .string(month),
            "reasons": .array(
                reasons.map { object(["code": .string($0.code), "en": .string($0.en), "zh": .string($0.zh)]) }),
            "receivedAt": .string(receivedAt), "sha256": .string(sha256), "standing": standing.map(JSON.string),
            "state": .string(state),
            "unusablePhotos": .array(
                unusablePhotos.map {
                    object(["code": .string($0.code), "sha256": .string($0.sha256), "state": .string($0.state)])
                }),
            "warnings": .array(
                warnings.map { object(["code": .string($0.code), "pointer": .string($0.pointer)]) }),
        ]).bytes
    }
}
