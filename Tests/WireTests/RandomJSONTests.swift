import Foundation
import Intake
import TestSupport
import Testing

@testable import Wire

@Suite("Random JSON")
struct RandomJSONTests {
    @Test func `a document written in any style reads as it was meant`() throws {
        var generator = SplitMix64(seed: 1)
        for _ in 0..<2_000 {
            let document = JSON.random(depth: 0, using: &generator)
            let text = document.written(using: &generator)
            try #require(try JSON(parsing: Array(text.utf8)) == document, "\(text)")
        }
    }

    @Test func `a document that Foundation wrote reads the same`() throws {
        var generator = SplitMix64(seed: 2)
        for _ in 0..<500 {
            let document = JSON.array([.random(depth: 0, using: &generator)])
            let data = try JSONSerialization.data(withJSONObject: document.foundation)
            try #require(
                try JSON(parsing: Array(data)).sorted == document.sorted, "\(String(decoding: data, as: UTF8.self))")
        }
    }

    /// The report's own reading and the general one are two ways to one meaning: value, unknown members, every fault
    /// and their order.
    @Test func `a report is read by hand as Decodable reads it`() throws {
        var generator = SplitMix64(seed: 4)
        let whole = try JSON(
            parsing: Array(Data(contentsOf: reportFixtures.appending(path: "report-v1-complete.json"))))
        var (faulty, sound) = (0, 0)
        for _ in 0..<1_500 {
            var document = whole
            for _ in 0..<Int.random(in: 0...3, using: &generator) { document = document.altered(using: &generator) }
            let bytes = document.bytes
            let byHand = try readReport(from: bytes)
            switch Result(catching: { () throws(Defects) in try decode(PatrolReport.self, from: bytes) }) {
            case .success(let decoded):
                try #require(byHand.defects.isEmpty)
                try #require(byHand.report == decoded.value && byHand.unknown == decoded.unknown)
                sound += 1
            case .failure(let refusal):
                try #require(byHand.defects == refusal.all, "\(String(decoding: bytes, as: UTF8.self))")
                faulty += 1
            }
        }
        #expect(faulty > 150 && sound > 150)
    }

    /// What is broken is refused; what is still JSON is JSON for Foundation too. Nothing ever crashes, in the reader or
    /// in what makes a record of it.
    @Test func `a damaged report is read or refused`() throws {
        var generator = SplitMix64(seed: 3)
        let report = try Array(Data(contentsOf: reportFixtures.appending(path: "report-v1-complete.json")))
        let spice = Array("{}[]\",:\\u0eE+-.9\u{0}\n tfn".utf8) + [0x80, 0xC3, 0xED, 0xFF]
        var (read, records) = (0, 0)
        for _ in 0..<5_000 {
            var bytes = report
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<5, using: &generator) {
                case 0: bytes[at] = spice.randomElement(using: &generator) ?? 0
                case 1: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 2: bytes.insert(spice.randomElement(using: &generator) ?? 0, at: at)
                case 3: bytes.remove(at: at)
                default: bytes.removeLast(generator.oneIn(20) ? at : 0)
                }
                if bytes.isEmpty { bytes = [0x30] }
            }
            guard fault(bytes) == nil else { continue }
            read += 1
            try #require(
                (try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)) != nil, "\(bytes)")
            if let report = try? decode(PatrolReport.self, from: bytes).value,
                (try? patrolRecord(id: reportID(1), from: report)) != nil
            {
                records += 1
            }
        }
        #expect(read > 200 && records > 50 && read < 5_000)
    }
}

extension JSON {
    /// The document with one node somewhere in it replaced, removed, renamed or added.
    func altered(using generator: inout SplitMix64) -> JSON {
        switch self {
        case .object(var members) where !members.isEmpty && !generator.oneIn(12):
            let at = Int.random(in: 0..<members.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: members.remove(at: at)
            case 1:
                members.append(
                    Member(
                        name: "~new/\(UInt32.random(in: 0...(.max), using: &generator))",
                        value: .random(depth: 4, using: &generator)))
            case 2: members[at] = Member(name: members[at].name + "x", value: members[at].value)
            default:
                members[at] = Member(name: members[at].name, value: members[at].value.altered(using: &generator))
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty && !generator.oneIn(6):
            let at = Int.random(in: 0..<elements.count, using: &generator)
            elements[at] = elements[at].altered(using: &generator)
            return .array(elements)
        default: return .random(depth: 4, using: &generator)
        }
    }

    static func random(depth: Int, using generator: inout SplitMix64) -> JSON {
        switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2: .integer(.random(in: .min ... .max, using: &generator))
        case 3: .integer(.random(in: -20...20, using: &generator))
        case 4: .number(Double.random(in: -1e6...1e6, using: &generator) + 0.123_456_789)
        case 5: .string(text(using: &generator))
        case 6:
            .array(
                (0..<Int.random(in: 0...5, using: &generator)).map { _ in .random(depth: depth + 1, using: &generator) }
            )
        default:
            .object(
                (0..<Int.random(in: 0...20, using: &generator)).map { index in
                    Member(
                        name: "\(index)" + text(using: &generator), value: .random(depth: depth + 1, using: &generator))
                })
        }
    }

    private static func text(using generator: inout SplitMix64) -> String {
        let pieces = ["a", "网", "𠮷", "\"", "\\", "/", "\n", "\u{1}", "é", " ", "\u{2028}", "\u{FFFD}", "😀", "u0000"]
        return (0..<Int.random(in: 0...8, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
            .joined()
    }

    /// The document as text, with random white space and random use of escapes.
    func written(using generator: inout SplitMix64) -> String {
        func space() -> String {
            (0..<Int.random(in: 0...2, using: &generator)).map { _ in
                [" ", "\n", "\t", "\r"].randomElement(using: &generator) ?? ""
            }
            .joined()
        }
        let value =
            switch self {
            case .null: "null"
            case .bool(let flag): flag ? "true" : "false"
            case .integer(let integer): "\(integer)"
            case .number(let number): "\(number)"
            case .string(let text): Self.quoted(text, using: &generator)
            case .array(let elements):
                "[" + elements.map { $0.written(using: &generator) }.joined(separator: ",") + space() + "]"
            case .object(let members):
                "{"
                    + members.map { member in
                        space() + Self.quoted(member.name, using: &generator) + space() + ":"
                            + member.value.written(using: &generator)
                    }.joined(separator: ",") + space() + "}"
            }
        return space() + value + space()
    }

    private static func quoted(_ text: String, using generator: inout SplitMix64) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar == "\"" || scalar == "\\" || scalar.value < 0x20
            if mustEscape || generator.oneIn(4) {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: .random(using: &generator))
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    var foundation: Any {
        switch self {
        case .null: NSNull()
        case .bool(let flag): flag
        case .integer(let integer): integer
        case .number(let number): number
        case .string(let text): text
        case .array(let elements): elements.map(\.foundation)
        case .object(let members): Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value.foundation) })
        }
    }

    /// Members by name, since Foundation keeps no order.
    var sorted: JSON {
        switch self {
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let members):
            .object(members.map { Member(name: $0.name, value: $0.value.sorted) }.sorted { $0.name < $1.name })
        default: self
        }
    }
}
