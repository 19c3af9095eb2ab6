import Foundation
import Testing
import Yams

/// `api-spec/openapi.yaml`, as far as tests look into it.
struct Specification {
    typealias Object = [String: Any]

    private let root: Object

    struct Operation {
        /// `GET /v1/reports/{id}`
        let name: String
        let responses: [Int]
    }

    /// One media type of a request or a response.
    struct Body {
        let place: String
        let mediaType: String
        /// The component that its schema names, alone or first of several.
        let schema: String?
        let examples: [(name: String, value: Any)]
        let content: Object
    }

    static func text() throws -> String {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: package.appending(path: "api-spec/openapi.yaml"), encoding: .utf8)
    }

    init() throws { root = try #require(try Yams.load(yaml: Self.text()) as? Object) }

    var schemas: [String: Object] { component("schemas") }

    var operations: [Operation] {
        operationObjects.map { name, operation in
            Operation(name: name, responses: (operation["responses"] as? Object ?? [:]).keys.compactMap { Int($0) })
        }
    }

    private func component(_ kind: String) -> [String: Object] {
        (root["components"] as? Object)?[kind] as? [String: Object] ?? [:]
    }

    private var operationObjects: [(name: String, operation: Object)] {
        (root["paths"] as? [String: Object] ?? [:]).flatMap { path, item in
            ["get", "put", "post", "delete", "patch"].compactMap { method in
                (item[method] as? Object).map { ("\(method.uppercased()) \(path)", $0) }
            }
        }
    }

    /// What an operation answers with a status, by media type; nil where nobody promised that status.
    func content(of operation: String, answering status: Int) -> [String: Object]? {
        let responses = operationObjects.first { $0.name == operation }?.operation["responses"] as? [String: Object]
        return responses?[String(status)].map { resolved($0)["content"] as? [String: Object] ?? [:] }
    }

    /// The component that an object refers to, or the object itself.
    func resolved(_ object: Object) -> Object {
        guard let reference = object["$ref"] as? String else { return object }
        let found = reference.split(separator: "/").dropFirst().reduce(root as Any?) { ($0 as? Object)?[String($1)] }
        return found as? Object ?? [:]
    }

    var bodies: [Body] {
        let requests = operationObjects.flatMap { name, operation in
            bodies(of: operation["requestBody"] as? Object ?? [:], at: name)
        }
        let inline = operationObjects.flatMap { name, operation in
            (operation["responses"] as? [String: Object] ?? [:]).flatMap { status, response in
                bodies(of: response, at: "\(name) \(status)")
            }
        }
        return requests + inline + component("responses").flatMap { bodies(of: $1, at: $0) }
    }

    private func bodies(of object: Object, at place: String) -> [Body] {
        (object["content"] as? [String: Object] ?? [:]).map { mediaType, content in
            let schema = content["schema"] as? Object ?? [:]
            let first = (schema["allOf"] as? [Object])?.first ?? schema
            return Body(
                place: "\(place) \(mediaType)", mediaType: mediaType,
                schema: (first["$ref"] as? String)?.split(separator: "/").last.map(String.init),
                examples: (content["examples"] as? [String: Object] ?? [:]).compactMap { name, example in
                    example["value"].map { (name, $0) }
                }, content: content)
        }
    }

    /// Names of all parameters in paths and queries.
    var parameterNames: Set<String> {
        let shared = component("parameters").values.map { $0 }
        let own = operationObjects.flatMap { $0.operation["parameters"] as? [Object] ?? [] }
        return Set(
            (shared + own).filter { ["path", "query"].contains($0["in"] as? String) }.compactMap {
                $0["name"] as? String
            })
    }

    private func queryParameters(of operation: String) -> [Object] {
        let parameters =
            operationObjects.first { $0.name == operation }?.operation["parameters"] as? [Object] ?? []
        return parameters.map(resolved).filter { $0["in"] as? String == "query" }
    }

    /// Names of an operation's query parameters that take an area.
    func areaParameters(of operation: String) -> [String] {
        queryParameters(of: operation).compactMap { $0["name"] as? String }.filter { ["area", "grid"].contains($0) }
    }

    /// What an operation takes, by its own examples, with one area in place of every other.
    /// - Returns: nil for an operation that names no area, neither in its query nor in its body.
    func request(to operation: String, in area: String) throws -> (query: String, mediaType: String, body: [UInt8])? {
        let object = operationObjects.first { $0.name == operation }?.operation["requestBody"] as? Object ?? [:]
        let taken = bodies(of: object, at: operation).first { $0.mediaType.hasSuffix("json") }
        let example = taken?.examples.min { $0.name < $1.name }?.value
        let text = try example.map { String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self) }
        let body = text?.replacing(/"A[0-9]{7}"/, with: "\"\(area)\"") ?? "{}"
        let query = queryParameters(of: operation).filter { $0["required"] as? Bool == true }.map { parameter in
            let name = "\(parameter["name"] ?? "")"
            return "\(name)=" + (["area", "grid"].contains(name) ? area : "\(parameter["example"] ?? "")")
        }
        let namesArea = body.contains("\"\(area)\"") || query.contains { $0.hasSuffix("=" + area) }
        guard namesArea else { return nil }
        return (
            query.isEmpty ? "" : "?" + query.joined(separator: "&"), taken?.mediaType ?? "application/json",
            Array(body.utf8)
        )
    }

    var codesOfProblemSchema: Set<String> {
        let properties = schemas["Problem"]?["properties"] as? [String: Object]
        return Set(properties?["code"]?["enum"] as? [String] ?? [])
    }

    /// Status and code of every problem that some response promises.
    var promisedProblems: [(status: Int, code: String)] {
        bodies.filter { $0.mediaType == "application/problem+json" }.flatMap { body -> [(status: Int, code: String)] in
            let parts = (body.content["schema"] as? Object)?["allOf"] as? [Object] ?? []
            let properties = parts.compactMap { $0["properties"] as? [String: Object] }.first ?? [:]
            guard let status = properties["status"]?["const"] as? Int else { return [] }
            return (properties["code"]?["enum"] as? [String] ?? []).map { (status, $0) }
        }
    }

    func promises(_ status: Int, _ code: String) -> Bool {
        promisedProblems.contains { $0.status == status && $0.code == code }
    }
}
