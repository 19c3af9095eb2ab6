/// Administrative and working levels, from the top down. Levels may be skipped: a county without towns, a hospital
/// grid directly under a county. Only the order is checked.
public enum AreaLevel: String, CaseIterable, Comparable, Sendable {
    case province, city, county, town, station, village, grid, microGrid

    /// 0 for the province.
    public var depth: Int { Self.allCases.firstIndex(of: self)! }

    /// Whether an area of this level may have one of the other level as its manager or by law.
    public func mayStand(below upper: AreaLevel) -> Bool { upper < self }

    public static func < (upper: AreaLevel, lower: AreaLevel) -> Bool { upper.depth < lower.depth }
}

/// General grid (一般网格) or special-purpose grid (专属网格, GB/T 34300-2017 5).
public enum GridKind: String, CaseIterable, Sendable {
    case general, special
}

/// Our own id of an area: eight characters, never reused. Official codes are dated attributes, not identities.
public struct AreaID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public static let length = 8
    public let text: String
    public var description: String { text }

    /// - Returns: nil unless the text is `A` and seven digits.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard bytes.count == Self.length, bytes.first == UInt8(ascii: "A"),
            bytes.dropFirst().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        self.text = text
    }

    /// - Parameter number: 1…9,999,999.
    public init?(number: Int) {
        guard (1...9_999_999).contains(number) else { return nil }
        let digits = String(number)
        text = "A" + String(repeating: "0", count: Self.length - 1 - digits.count) + digits
    }

    public static func < (a: AreaID, b: AreaID) -> Bool { a.text < b.text }
}

/// Where an area stands in the managed-by tree of one day: the ids from the root down to the area, joined.
///
/// All segments have the same length, so that an area and all below it are one range of keys in byte order, and a
/// row's ancestor at any depth is a prefix. Codes play no part: recoding a town moves nobody.
public struct PathKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let text: String
    public var description: String { text }

    /// - Returns: nil if the text is not made of whole area ids.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count % AreaID.length == 0 else { return nil }
        self.text = text
    }

    public init(root: AreaID) { text = root.text }

    private init(joined: String) { text = joined }

    public func appending(_ child: AreaID) -> PathKey { PathKey(joined: text + child.text) }

    /// First key after the subtree: `text ..< end` holds the area and everything below it.
    public var end: String { text + "~" }

    public func contains(_ other: PathKey) -> Bool { other.text.utf8.starts(with: text.utf8) }

    /// The path down to an area that stands on it; nil if it does not.
    public func through(_ area: AreaID) -> PathKey? {
        areas.firstIndex(of: area).flatMap { PathKey(areas[...$0].map(\.text).joined()) }
    }

    /// From the root down to the area itself.
    public var areas: [AreaID] {
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: AreaID.length).compactMap {
            AreaID(String(decoding: bytes[$0..<$0 + AreaID.length], as: UTF8.self))
        }
    }

    public static func < (a: PathKey, b: PathKey) -> Bool { a.text < b.text }
}

/// A value that holds from a day on, until the day before `to`; for ever when `to` is nil.
public struct Dated<Value> {
    public let value: Value
    public let from: Day
    public let to: Day?

    public init(_ value: Value, from: Day, to: Day? = nil) {
        self.value = value
        self.from = from
        self.to = to
    }

    public func holds(on day: Day) -> Bool { from <= day && (to.map { day < $0 } ?? true) }
}

extension Dated: Sendable where Value: Sendable {}
extension Dated: Equatable where Value: Equatable {}

extension Sequence {
    /// The value that holds on a day; where several do, the one that began last.
    public func value<Value>(on day: Day) -> Value? where Element == Dated<Value> {
        filter { $0.holds(on: day) }.max { $0.from < $1.from }?.value
    }
}

/// The managed-by tree of one day. Coverage and permissions follow the manager; official codes follow the law.
public struct AreaTree: Sendable {
    private let paths: [AreaID: PathKey]

    /// - Parameters:
    ///   - managers: each area's manager on that day; nil for a root.
    /// - Throws: `AreaTreeError.cycle` naming an area that manages itself by a detour, or `.unknownParent`.
    public init(managers: [AreaID: AreaID?]) throws(AreaTreeError) {
        var paths: [AreaID: PathKey] = [:]
        for area in managers.keys {
            var chain: [AreaID] = []
            var current: AreaID? = area
            while let next = current, paths[next] == nil {
                guard chain.count <= managers.count else { throw .cycle(area) }
                guard let parent = managers[next] else { throw .unknownParent(next) }
                chain.append(next)
                current = parent
            }
            var above = current.flatMap { paths[$0] }
            for next in chain.reversed() {
                let path = above?.appending(next) ?? PathKey(root: next)
                paths[next] = path
                above = path
            }
        }
        self.paths = paths
    }

    public func path(of area: AreaID) -> PathKey? { paths[area] }
}

public enum AreaTreeError: Error, Equatable, Sendable {
    case cycle(AreaID)
    case unknownParent(AreaID)
}
