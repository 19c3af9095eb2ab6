import Foundation
import HTTPTypes
import Patrol
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Gateway

// The suites that ask so run one test after the other: dozens of stores made at once would starve the tests beside them
// that look at the clock of a connection.
extension GatewayUnderTest {
    /// Asks as somebody, and holds the answer against what the specification promises of the operation.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, as person: String, bytes: [UInt8]? = nil,
        headers: HTTPFields = [:], at location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        let answer = try await send(method, path, as: person, body: bytes, headers: headers)
        let asked = path.prefix { $0 != "?" }
        let route = try #require(
            gateway.routes.first { $0.method == method && $0.matches(path: String(asked)) }, sourceLocation: location)
        let faults = try promises.withLock { try $0.get().faults(of: answer, to: "\(method.rawValue) \(route.path)") }
        #expect(faults == [], "\(method.rawValue) \(path)", sourceLocation: location)
        return answer
    }

    func ask(_ path: String, as person: String, at location: SourceLocation = #_sourceLocation) async throws -> Answer {
        try await ask(.get, path, as: person, at: location)
    }

    /// The items of a page that nothing follows.
    func items<Item: Codable & Equatable & Sendable>(
        _ path: String, as person: String, of type: Item.Type, at location: SourceLocation = #_sourceLocation
    ) async throws -> [Item] {
        let page = try await ask(path, as: person, at: location).decoded(Wire.Page<Item>.self)
        #expect(page.next == nil, sourceLocation: location)
        return page.items
    }

    func post(
        _ path: String, _ body: some Encodable, as person: String, at location: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await ask(.post, path, as: person, bytes: try canonicalBytes(body), at: location)
    }

    /// Somebody new, who is logged in.
    func hire(_ person: PersonEntry) async throws {
        try await store.add([person], at: County.entered)
        try await store.issueToken(
            hash: sha256Hex(Self.token(of: person.id).utf8), to: person.id, at: clock.now,
            until: clock.now.adding(milliseconds: 43_200_000))
    }

    /// A second county that nobody of the first may touch: A0000020 with a town 21, a station 22 and a grid 23.
    func enterNeighbours() async throws {
        try await store.add(
            [
                .sample(20, .county, "吴兴区"), .sample(21, .town, "织里镇", under: 20),
                .sample(22, .station, "织里一站", under: 21), .sample(23, .grid, "织里网格", under: 22),
            ], at: County.entered)
        try await store.add([PlaceEntry.sample("P23-1", in: 23)], at: County.entered)
        try await hire(PersonEntry.sample("N-county", role: .county, in: [20]))
        try await hire(PersonEntry.sample("N-deputy", role: .executiveDeputy, in: [22]))
    }
}

extension Answer {
    /// `status code` of a problem, `status` of anything else.
    var verdict: String { (try? problem()).map { "\(status) \($0.code)" } ?? "\(status)" }

    /// `pointer code` of each defect.
    var defects: [String] { ((try? problem())?.defects ?? []).map { "\($0.pointer) \($0.code)" } }
}

/// Read once; it is a long text.
private let promises = Mutex(Result { try Specification() })

extension Specification {
    /// What of an answer nobody promised; empty where all is as it should be.
    fileprivate func faults(of answer: Answer, to operation: String) -> [String] {
        guard let promised = content(of: operation, answering: answer.status) else {
            return ["\(operation) never answers \(answer.status): \(answer.text.prefix(300))"]
        }
        guard !answer.body.isEmpty || !promised.isEmpty else { return [] }
        let type = answer.headers[.contentType] ?? ""
        guard let content = promised[type] else { return ["\(answer.status) of type \(type)"] }
        guard type.hasSuffix("json"), let schema = content["schema"] as? Object else { return [] }
        guard let value = try? JSON(parsing: answer.body) else { return ["no JSON"] }
        return faults(of: value, by: schema, at: "")
    }

    private func faults(of value: JSON, by unresolved: Object, at place: String) -> [String] {
        let schema = resolved(unresolved)
        if let options = schema["anyOf"] as? [Object] {
            return options.contains { faults(of: value, by: $0, at: place).isEmpty } ? [] : ["\(place) fits nothing"]
        }
        var found = (schema["allOf"] as? [Object] ?? []).flatMap { faults(of: value, by: $0, at: place) }
        if let type = schema["type"] as? String, !value.isOf(type) { return ["\(place) is no \(type)"] }
        let words = schema["enum"] as? [String] ?? (schema["const"] as? String).map { [$0] }
        if let words, case .string(let text) = value, !words.contains(text) { found.append("\(place): \(text)") }
        if let pattern = schema["pattern"] as? String, case .string(let text) = value,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            found.append("\(place): \(text)")
        }
        switch value {
        case .array(let items):
            guard let item = schema["items"] as? Object else { break }
            for (index, value) in items.enumerated() { found += faults(of: value, by: item, at: "\(place)/\(index)") }
        case .object(let members):
            let properties = schema["properties"] as? [String: Object] ?? [:]
            for name in schema["required"] as? [String] ?? [] where !members.contains(where: { $0.name == name }) {
                found.append("\(place)/\(name) is missing")
            }
            for member in members {
                if let property = properties[member.name] {
                    found += faults(of: member.value, by: property, at: "\(place)/\(member.name)")
                } else if (schema["additionalProperties"] as? Bool) == false {
                    found.append("\(place)/\(member.name) is unknown")
                }
            }
        default: break
        }
        return found
    }
}

extension JSON {
    fileprivate func isOf(_ type: String) -> Bool {
        switch (self, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"),
            (.string, "string"), (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
