/// One object of a document, read by hand: what a gateway reads thousands of times a second.
///
/// Does what `decode` does through `Decodable`, in the same order and with the same words, at a quarter of its cost;
/// `RandomJSONTests` holds the two together.
struct ObjectReading<Key: CodingKey> {
    /// Nil below a fault already noted.
    private let members: [JSON.Member]?
    private let place: JSONPlace
    private let notes: DecodingNotes

    /// - Parameter node: nil where a fault was noted already.
    init(_ node: JSON?, at place: JSONPlace, _ notes: DecodingNotes) {
        self.place = place
        self.notes = notes
        switch node {
        case .object(let sent)?:
            members = sent
            for member in sent where Key(stringValue: member.name) == nil {
                notes.unknown.append(place.pointer + "/" + escaped(member.name))
            }
        case nil: members = nil
        default:
            members = nil
            notes.defects.append(.mistyped(place.pointer, expected: "object"))
        }
    }

    func string(_ key: Key) -> String { required(key).flatMap { string($0, key) } ?? "" }
    func integer(_ key: Key) -> Int64 { required(key).flatMap { integer($0, key) } ?? 0 }
    func number(_ key: Key) -> Double { required(key).flatMap { number($0, key) } ?? 0 }
    func string(ifPresent key: Key) -> String? { present(key).map { string($0, key) ?? "" } }
    func integer(ifPresent key: Key) -> Int64? { present(key).map { integer($0, key) ?? 0 } }
    func number(ifPresent key: Key) -> Double? { present(key).map { number($0, key) ?? 0 } }

    func flag(ifPresent key: Key) -> Bool? {
        present(key).map { node in
            if case .bool(let flag) = node { return flag }
            note(key, "boolean")
            return false
        }
    }

    func object<Inner>(_ key: Key) -> ObjectReading<Inner> {
        ObjectReading<Inner>(required(key), at: .member(of: place, key.stringValue), notes)
    }

    func object<Inner>(ifPresent key: Key) -> ObjectReading<Inner>? {
        present(key).map { ObjectReading<Inner>($0, at: .member(of: place, key.stringValue), notes) }
    }

    func list<Inner, Element>(_ key: Key, of make: (ObjectReading<Inner>) -> Element) -> [Element] {
        required(key).map { list($0, key, of: make) } ?? []
    }

    func list<Inner, Element>(ifPresent key: Key, of make: (ObjectReading<Inner>) -> Element) -> [Element]? {
        present(key).map { list($0, key, of: make) }
    }
}

extension ObjectReading {
    private func find(_ key: Key) -> JSON? {
        let name = key.stringValue
        return members?.first { $0.name == name }?.value
    }

    private func required(_ key: Key) -> JSON? {
        let node = find(key)
        if node == nil, members != nil { notes.defects.append(.missing(pointer(key))) }
        return node
    }

    private func present(_ key: Key) -> JSON? {
        guard let node = find(key), node != .null else { return nil }
        return node
    }

    private func string(_ node: JSON, _ key: Key) -> String? {
        if case .string(let text) = node { return text }
        note(key, "string")
        return nil
    }

    private func integer(_ node: JSON, _ key: Key) -> Int64? {
        if case .integer(let integer) = node { return integer }
        note(key, "integer")
        return nil
    }

    private func number(_ node: JSON, _ key: Key) -> Double? {
        switch node {
        case .number(let number): return number
        case .integer(let integer): return Double(integer)
        default:
            note(key, "number")
            return nil
        }
    }

    private func list<Inner, Element>(_ node: JSON, _ key: Key, of make: (ObjectReading<Inner>) -> Element) -> [Element]
    {
        guard case .array(let elements) = node else {
            note(key, "array")
            return []
        }
        let list = JSONPlace.member(of: place, key.stringValue)
        return elements.enumerated().map { index, element in
            make(ObjectReading<Inner>(element, at: .element(of: list, index), notes))
        }
    }

    private func note(_ key: Key, _ expected: String) {
        notes.defects.append(.mistyped(pointer(key), expected: expected))
    }

    private func pointer(_ key: Key) -> String { place.pointer + "/" + key.stringValue }
}

/// Where a node stands; written out only for what is wrong with it.
indirect enum JSONPlace {
    case root
    case member(of: JSONPlace, String)
    case element(of: JSONPlace, Int)

    var pointer: String {
        switch self {
        case .root: ""
        case .member(let object, let name): object.pointer + "/" + name
        case .element(let array, let index): "\(array.pointer)/\(index)"
        }
    }
}
