/// Recursive descent over borrowed bytes; lives only inside `JSON.init(parsing:)`.
struct JSONReader {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Looked at once for the whole document; only where something is wrong is each text looked at, to find it.
    private let isUTF8: Bool
    private(set) var offset = 0

    init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        isUTF8 = (try? UTF8Span(validating: bytes.span)) != nil
    }

    mutating func document() throws(JSONFault) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw .trailing }
        return value
    }

    private mutating func value(depth: Int) throws(JSONFault) -> JSON {
        guard depth <= JSON.maxDepth else { throw .tooDeep }
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try text())
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw .unexpected
        }
    }

    private mutating func object(depth: Int) throws(JSONFault) -> JSON {
        offset += 1
        skipSpace()
        if try peek() == UInt8(ascii: "}") {
            offset += 1
            return .object([])
        }
        var members: [JSON.Member] = []
        members.reserveCapacity(8)
        while true {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw .unexpected }
            let name = try text()
            skipSpace()
            guard try next() == UInt8(ascii: ":") else { throw .unexpected }
            members.append(JSON.Member(name: name, value: try value(depth: depth + 1)))
            skipSpace()
            switch try next() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "}"):
                guard hasDistinctNames(members) else { throw .duplicateName }
                return .object(members)
            default: throw .unexpected
            }
        }
    }

    /// Few members are compared pairwise; many through a set, so that a hostile object costs linear time.
    private func hasDistinctNames(_ members: [JSON.Member]) -> Bool {
        if members.count > 16 { return Set(members.map(\.name)).count == members.count }
        for later in members.indices.dropFirst() {
            for earlier in 0..<later where members[earlier].name == members[later].name { return false }
        }
        return true
    }

    private mutating func array(depth: Int) throws(JSONFault) -> JSON {
        offset += 1
        var elements: [JSON] = []
        skipSpace()
        if try peek() == UInt8(ascii: "]") {
            offset += 1
            return .array(elements)
        }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            switch try next() {
            case UInt8(ascii: ","): continue
            case UInt8(ascii: "]"): return .array(elements)
            default: throw .unexpected
            }
        }
    }

    private mutating func text() throws(JSONFault) -> String {
        offset += 1
        let start = offset
        while true {
            let byte = try peek()
            if byte == UInt8(ascii: "\"") {
                let plain = UnsafeBufferPointer(rebasing: bytes[start..<offset])
                offset += 1
                guard isUTF8 || String(validating: plain, as: UTF8.self) != nil else { throw .badText }
                return String(decoding: plain, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") { return try escapedText(from: start) }
            guard byte >= 0x20 else { throw .badText }
            offset += 1
        }
    }

    private mutating func escapedText(from start: Int) throws(JSONFault) -> String {
        var decoded = [UInt8](bytes[start..<offset])
        while true {
            let byte = try next()
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: decoded, as: UTF8.self) else { throw .badText }
                return text
            case UInt8(ascii: "\\"):
                try appendEscape(to: &decoded)
            case 0..<0x20:
                throw .badText
            default:
                decoded.append(byte)
            }
        }
    }

    private mutating func appendEscape(to decoded: inout [UInt8]) throws(JSONFault) {
        switch try next() {
        case UInt8(ascii: "\""): decoded.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): decoded.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): decoded.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): decoded.append(0x08)
        case UInt8(ascii: "f"): decoded.append(0x0C)
        case UInt8(ascii: "n"): decoded.append(0x0A)
        case UInt8(ascii: "r"): decoded.append(0x0D)
        case UInt8(ascii: "t"): decoded.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hex4()
            if (0xD800..<0xDC00).contains(code) {
                guard try next() == UInt8(ascii: "\\"), try next() == UInt8(ascii: "u") else { throw .badText }
                let low = try hex4()
                guard (0xDC00..<0xE000).contains(low) else { throw .badText }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)
            }
            guard code != 0, let scalar = Unicode.Scalar(code) else { throw .badText }
            decoded.append(contentsOf: UTF8.encode(scalar)!)
        default: throw .badText
        }
    }

    private mutating func hex4() throws(JSONFault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            let byte = try next()
            guard let digit = hexDigit(byte) else { throw .badText }
            code = code << 4 | UInt32(digit)
        }
        return code
    }

    private func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private mutating func number() throws(JSONFault) -> JSON {
        let start = offset
        if try peek() == UInt8(ascii: "-") { offset += 1 }
        let leading = try peek()
        let whole = digits()
        guard whole > 0, whole == 1 || leading != UInt8(ascii: "0") else { throw .badNumber }
        var isWhole = true
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            isWhole = false
            guard digits() > 0 else { throw .badNumber }
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            offset += 1
            isWhole = false
            if offset < bytes.count, bytes[offset] == UInt8(ascii: "+") || bytes[offset] == UInt8(ascii: "-") {
                offset += 1
            }
            guard digits() > 0 else { throw .badNumber }
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<offset]), as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw .badNumber }
        return .number(number)
    }

    private mutating func digits() -> Int {
        let start = offset
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
        return offset - start
    }

    private mutating func word(_ expected: StaticString) throws(JSONFault) {
        for index in 0..<expected.utf8CodeUnitCount {
            guard try next() == expected.utf8Start[index] else { throw .unexpected }
        }
    }

    private mutating func skipSpace() {
        while offset < bytes.count,
            bytes[offset] == 0x20 || bytes[offset] == 0x0A || bytes[offset] == 0x0D || bytes[offset] == 0x09
        {
            offset += 1
        }
    }

    private func peek() throws(JSONFault) -> UInt8 {
        guard offset < bytes.count else { throw .truncated }
        return bytes[offset]
    }

    private mutating func next() throws(JSONFault) -> UInt8 {
        let byte = try peek()
        offset += 1
        return byte
    }
}
