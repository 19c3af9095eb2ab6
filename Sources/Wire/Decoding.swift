/// What a body became, and the members of it that its type does not know.
public struct Decoded<Value> {
    public let value: Value
    /// JSON Pointers of unknown members; a warning for records, a defect elsewhere.
    public let unknown: [String]
}

extension Decoded: Sendable where Value: Sendable {}

/// Decodes a body into a wire type and names **every** missing, mistyped or unreadable member at once.
///
/// Wire types are made of `String`, `Int`, `Int64`, `Double`, `Bool`, their optionals, arrays and further wire types,
/// so that a fault can be noted, a blank put in its place, and reading go on.
/// - Throws: `Defects`, in the order of the type's declaration.
public func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8]
) throws(Defects) -> Decoded<Value> {
    let document = try JSON(parsing: bytes)
    let notes = DecodingNotes()
    var value: Value?
    do {
        value = try Value(from: BodyDecoder(node: document, pointer: "", notes: notes))
    } catch {
        notes.defects.append(.mistyped("", expected: "object"))
    }
    guard let value, notes.defects.isEmpty else { throw Defects(notes.defects) }
    return Decoded(value: value, unknown: notes.unknown)
}

/// As `decode`, for bodies whose every member must be known.
public func decodeExactly<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8]
) throws(Defects) -> Value {
    let decoded = try decode(type, from: bytes)
    guard decoded.unknown.isEmpty else {
        throw Defects(
            decoded.unknown.map {
                Defect($0, "unknown-member", zh: "不认识的字段，请删去", en: "no such member; leave it out")
            })
    }
    return decoded.value
}

extension Defect {
    static func missing(_ pointer: String) -> Defect {
        Defect(pointer, "missing", zh: "缺少必填字段", en: "this member is required")
    }

    static func mistyped(_ pointer: String, expected: String) -> Defect {
        let zh =
            [
                "string": "文字", "integer": "整数", "number": "数字", "boolean": "true 或 false", "array": "数组",
                "object": "对象",
            ][expected]
            ?? expected
        return Defect(pointer, "wrong-type", zh: "类型不对，应为\(zh)", en: "wrong type; \(expected) expected")
    }
}

/// What was found wrong or unknown while a document is read.
final class DecodingNotes {
    var defects: [Defect] = []
    var unknown: [String] = []
}

/// A node of the document, its place, and where faults are noted. `node` is nil below a fault already noted.
private struct BodyDecoder: Decoder {
    let node: JSON?
    let pointer: String
    let notes: DecodingNotes
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        var members: [JSON.Member]?
        switch node {
        case .object(let sent)?:
            members = sent
            for member in sent where Key(stringValue: member.name) == nil {
                notes.unknown.append(pointer + "/" + escaped(member.name))
            }
        case nil: break
        default: notes.defects.append(.mistyped(pointer, expected: "object"))
        }
        return KeyedDecodingContainer(Members(members: members, pointer: pointer, notes: notes))
    }

    func unkeyedContainer() -> any UnkeyedDecodingContainer {
        var elements: [JSON] = []
        switch node {
        case .array(let sent)?: elements = sent
        case nil: break
        default: notes.defects.append(.mistyped(pointer, expected: "array"))
        }
        return Elements(elements: elements, pointer: pointer, notes: notes)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { Leaf(decoder: self) }

    func mistyped<Blank>(_ expected: String, _ blank: Blank) -> Blank {
        if node != nil { notes.defects.append(.mistyped(pointer, expected: expected)) }
        return blank
    }

    var string: String { if case .string(let text)? = node { text } else { mistyped("string", "") } }
    var bool: Bool { if case .bool(let flag)? = node { flag } else { mistyped("boolean", false) } }
    var integer: Int64 { if case .integer(let number)? = node { number } else { mistyped("integer", 0) } }
    var double: Double {
        switch node {
        case .number(let number)?: number
        case .integer(let number)?: Double(number)
        default: mistyped("number", 0)
        }
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        if let leaf = leaf(type) { return leaf }
        return try T(from: self)
    }

    private func leaf<T>(_ type: T.Type) -> T? {
        if type == String.self { return string as? T }
        if type == Double.self { return double as? T }
        if type == Int64.self { return integer as? T }
        if type == Int.self { return Int(integer) as? T }
        if type == Bool.self { return bool as? T }
        return nil
    }
}

/// A name as a JSON Pointer writes it.
func escaped(_ name: String) -> String {
    guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
    return name.reduce(into: "") { $0 += $1 == "~" ? "~0" : $1 == "/" ? "~1" : String($1) }
}

private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    /// nil below a fault already noted.
    let members: [JSON.Member]?
    let pointer: String
    let notes: DecodingNotes
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { (members ?? []).compactMap { Key(stringValue: $0.name) } }

    private func find(_ key: Key) -> JSON? {
        let name = key.stringValue
        return members?.first { $0.name == name }?.value
    }

    private func required(_ key: Key) -> BodyDecoder {
        let node = find(key)
        if node == nil, members != nil { notes.defects.append(.missing(pointer + "/" + key.stringValue)) }
        return BodyDecoder(node: node, pointer: pointer + "/" + key.stringValue, notes: notes)
    }

    private func present(_ key: Key) -> BodyDecoder? {
        guard let node = find(key), node != .null else { return nil }
        return BodyDecoder(node: node, pointer: pointer + "/" + key.stringValue, notes: notes)
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }
    func decodeNil(forKey key: Key) -> Bool { find(key) ?? .null == .null }
    func decode(_ type: String.Type, forKey key: Key) -> String { required(key).string }
    func decode(_ type: Double.Type, forKey key: Key) -> Double { required(key).double }
    func decode(_ type: Bool.Type, forKey key: Key) -> Bool { required(key).bool }
    func decode(_ type: Int64.Type, forKey key: Key) -> Int64 { required(key).integer }
    func decode(_ type: Int.Type, forKey key: Key) -> Int { Int(required(key).integer) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T { try required(key).decode(type) }
    func decodeIfPresent(_ type: String.Type, forKey key: Key) -> String? { present(key)?.string }
    func decodeIfPresent(_ type: Double.Type, forKey key: Key) -> Double? { present(key)?.double }
    func decodeIfPresent(_ type: Bool.Type, forKey key: Key) -> Bool? { present(key)?.bool }
    func decodeIfPresent(_ type: Int64.Type, forKey key: Key) -> Int64? { present(key)?.integer }
    func decodeIfPresent(_ type: Int.Type, forKey key: Key) -> Int? { present(key).map { Int($0.integer) } }
    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? { try present(key)?.decode(type) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedDecodingContainer<Nested> {
        required(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer { required(key).unkeyedContainer() }
    func superDecoder() -> any Decoder { BodyDecoder(node: .null, pointer: pointer, notes: notes) }
    func superDecoder(forKey key: Key) -> any Decoder { required(key) }
}

private struct Elements: UnkeyedDecodingContainer {
    let elements: [JSON]
    let pointer: String
    let notes: DecodingNotes
    var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private mutating func next() -> BodyDecoder {
        defer { currentIndex += 1 }
        let node = isAtEnd ? nil : elements[currentIndex]
        return BodyDecoder(node: node, pointer: "\(pointer)/\(currentIndex)", notes: notes)
    }

    mutating func decodeNil() -> Bool {
        guard !isAtEnd, elements[currentIndex] == .null else { return false }
        currentIndex += 1
        return true
    }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next().decode(type) }
    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedDecodingContainer<Nested> {
        next().container(keyedBy: type)
    }
    mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { next().unkeyedContainer() }
    mutating func superDecoder() -> any Decoder { next() }
}

private struct Leaf: SingleValueDecodingContainer {
    let decoder: BodyDecoder
    var codingPath: [any CodingKey] { [] }

    func decodeNil() -> Bool { decoder.node ?? .null == .null }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try decoder.decode(type) }
}
