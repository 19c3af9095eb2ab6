public import Patrol
import Wire

/// A record's body without what is to be deleted. What is left still reads as a record, but for its photos' sake it names
/// them. Members that this version does not know may hold anything, and go with the first cut.
/// - Throws: `Defects` where the body is no JSON.
public func cutBody(_ body: String, _ cut: RecordCut) throws -> String {
    guard case .object(let members) = try JSON(parsing: Array(body.utf8)) else { return body }
    let left = members.compactMap { member -> JSON.Member? in
        switch (member.name, cut) {
        case ("device", _): JSON.Member(name: "device", value: member.value.without("previousSha256"))
        case (_, .link): member
        // Where it was made, and everything that nobody knows.
        case ("fix", _): nil
        case (let name, _) where !knownMembers.contains(name): nil
        case ("text", .content): nil
        case ("subject", .content): JSON.Member(name: "subject", value: member.value.replacing(["name", "address"]))
        case ("findings", .content): JSON.Member(name: "findings", value: member.value.eachReplacing(["text"]))
        case ("participants", .content):
            JSON.Member(name: "participants", value: member.value.eachReplacing(["name"]))
        case ("checklist", .content): JSON.Member(name: "checklist", value: member.value.withoutNotes)
        default: member
        }
    }
    return left == members ? body : String(decoding: JSON.object(left).bytes, as: UTF8.self)
}

/// A record's body as somebody reads it who may not see some of its words, or where it was made.
/// - Parameters:
///   - withheld: JSON Pointers of the words, as `PatrolRecord.classifiedSigns` names them.
///   - showsPosition: whether the fix is told.
public func shownBody(_ body: String, withholding withheld: Set<String>, showsPosition: Bool) throws -> String {
    guard case .object(let members) = try JSON(parsing: Array(body.utf8)) else { return body }
    let left = members.compactMap { member -> JSON.Member? in
        if member.name == "fix" || !knownMembers.contains(member.name), !showsPosition { return nil }
        return JSON.Member(name: member.name, value: member.value.withholding(withheld, at: "/" + member.name))
    }
    return left == members ? body : String(decoding: JSON.object(left).bytes, as: UTF8.self)
}

/// What stands where words were deleted.
public let deletedWords = "〔已删除 · deleted〕"
/// What stands where words are withheld that look classified.
public let withheldWords = "〔疑似涉密，已隔离 · looks classified, withheld〕"

private let knownMembers: Set = [
    "version", "capturedAt", "device", "grid", "subject", "outcome", "until", "participants", "fix", "text", "photos",
    "findings", "supersedes", "stop", "checklist",
]

extension JSON {
    fileprivate func mapMembers(_ change: (Member) -> Member?) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members.compactMap(change))
    }

    fileprivate func without(_ name: String) -> JSON { mapMembers { $0.name == name ? nil : $0 } }

    fileprivate func replacing(_ names: Set<String>) -> JSON {
        mapMembers {
            names.contains($0.name) && $0.value != .null ? Member(name: $0.name, value: .string(deletedWords)) : $0
        }
    }

    fileprivate func eachReplacing(_ names: Set<String>) -> JSON {
        guard case .array(let elements) = self else { return self }
        return .array(elements.map { $0.replacing(names) })
    }

    /// A checklist's answers without what was written beside them.
    fileprivate var withoutNotes: JSON {
        mapMembers { member in
            guard member.name == "items", case .array(let items) = member.value else { return member }
            return Member(name: "items", value: .array(items.map { $0.without("note") }))
        }
    }

    fileprivate func withholding(_ withheld: Set<String>, at pointer: String) -> JSON {
        switch self {
        case .string where withheld.contains(pointer): .string(withheldWords)
        case .array(let elements):
            .array(elements.enumerated().map { $1.withholding(withheld, at: "\(pointer)/\($0)") })
        case .object(let members):
            .object(
                members.map {
                    Member(name: $0.name, value: $0.value.withholding(withheld, at: pointer + "/" + $0.name))
                })
        default: self
        }
    }
}
