import Foundation
import Hummingbird
import Patrol
import Store
import Wire

/// Reads query parameters, notes every defect, and refuses what no one asked for.
struct Query {
    private let parameters: [(name: String, value: String)]
    private var asked: Set<String> = []
    private var defects: [Defect] = []

    init(_ request: Request) {
        parameters = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
    }

    mutating func text(_ name: String) -> String? {
        asked.insert(name)
        let values = parameters.filter { $0.name == name }
        if values.count > 1 { note(name, "repeated", zh: "只能出现一次", en: "must occur once") }
        return values.first?.value
    }

    mutating func month(current: Month) -> Month {
        guard let text = text("month") else { return current }
        guard let month = Month(text) else {
            note("month", "bad-month", zh: "月份应为 YYYY-MM", en: "must be a month YYYY-MM")
            return current
        }
        if month > current { note("month", "future-month", zh: "该月尚未开始", en: "this month has not begun") }
        return month
    }

    /// A month that may lie ahead, up to a year.
    mutating func monthAhead(current: Month) -> Month {
        guard let text = text("month") else { return current.next }
        var last = current
        for _ in 0..<12 { last = last.next }
        guard let month = Month(text), month <= last else {
            note("month", "bad-month", zh: "月份应为 YYYY-MM，最多提前一年", en: "must be a month YYYY-MM, a year ahead at most")
            return current
        }
        return month
    }

    /// What was known at some moment that has come; now without it. What nobody knows yet would be answered otherwise later.
    mutating func known(_ now: Instant) -> Knowledge {
        guard let text = text("knownAt") else { return .now }
        if let instant = Instant(rfc3339: text) {
            if instant > now {
                note("knownAt", "future-time", zh: "该时间尚未到来", en: "this moment has not come")
            }
            return Knowledge(at: instant)
        }
        note(
            "knownAt", "bad-time", zh: "时间应为带时区的 RFC 3339，如 2026-04-05T00:00:00+08:00",
            en: "must be an RFC 3339 time with an offset, such as 2026-04-05T00:00:00+08:00")
        return .now
    }

    /// - Parameter today: where no day is named; nil where one must be.
    mutating func day(_ name: String, today: Day?) -> Day? {
        guard let text = text(name) else {
            if today == nil { note(name, "missing", zh: "缺少参数", en: "is required") }
            return today
        }
        if let day = Day(text) { return day }
        note(name, "bad-day", zh: "日期应为 YYYY-MM-DD", en: "must be a date YYYY-MM-DD")
        return today
    }

    mutating func required(_ name: String, limit: Int) -> String? {
        guard let text = text(name), !text.isEmpty, text.unicodeScalars.count <= limit, !text.utf8.contains(0) else {
            note(name, "missing", zh: "请填写，最多 \(limit) 个字", en: "is required, at most \(limit) characters")
            return nil
        }
        return text
    }

    mutating func position() -> Int? {
        guard let parts = cursor(parts: 1) else { return nil }
        if let number = Int(parts[0]), number >= 0 { return number }
        noteBadCursor()
        return nil
    }

    mutating func optionalArea(_ name: String) -> AreaID? {
        guard let text = text(name) else { return nil }
        if let area = AreaID(text) { return area }
        note(name, "bad-area", zh: "区域编号应为 A 加七位数字", en: "must be an area id: A and seven digits")
        return nil
    }

    mutating func area(_ name: String) -> AreaID? {
        if !parameters.contains(where: { $0.name == name }) { note(name, "missing", zh: "缺少参数", en: "is required") }
        return optionalArea(name)
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, of type: Value.Type
    ) -> Value? where Value.RawValue == String {
        guard let text = text(name) else { return nil }
        if let value = Value(rawValue: text) { return value }
        let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
        note(name, "unknown-value", zh: "取值应为：\(allowed)", en: "must be one of \(allowed)")
        return nil
    }

    /// The parts of a cursor that this gateway handed out.
    mutating func cursor(parts count: Int) -> [String]? {
        guard let text = text("cursor") else { return nil }
        let base64 = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let padded = base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)
        if let bytes = Data(base64Encoded: padded), let joined = String(data: bytes, encoding: .utf8) {
            let parts = joined.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            if parts.count == count, !joined.contains("\0") { return parts }
        }
        noteBadCursor()
        return nil
    }

    mutating func recordCursor() -> RecordCursor? {
        guard let parts = cursor(parts: 2) else { return nil }
        if let receivedAt = Int64(parts[0]) { return RecordCursor(receivedAt: receivedAt, id: parts[1]) }
        noteBadCursor()
        return nil
    }

    mutating func auditCursor() -> AuditPlace? {
        guard let parts = cursor(parts: 3) else { return nil }
        if let at = Int64(parts[0]), let seq = Int64(parts[2]) {
            return AuditPlace(at: Instant(milliseconds: at), chain: parts[1], seq: seq)
        }
        noteBadCursor()
        return nil
    }

    mutating func obligationCursor() -> ObligationCursor? {
        guard let parts = cursor(parts: 5) else { return nil }
        if let ordinal = Int(parts[4]) {
            return ObligationCursor(
                grid: parts[0], subject: parts[1], policy: parts[2], firstDay: parts[3], ordinal: ordinal)
        }
        noteBadCursor()
        return nil
    }

    mutating func journalCursor() -> JournalCursor? {
        guard let parts = cursor(parts: 3) else { return nil }
        if let at = Int64(parts[0]), let number = Int(parts[2]) {
            return JournalCursor(at: Instant(milliseconds: at), grid: parts[1], number: number)
        }
        noteBadCursor()
        return nil
    }

    /// A number from 1.
    mutating func count(_ name: String) -> Int? {
        guard let text = text(name) else { return nil }
        if let number = Int(text), number >= 1, text.utf8.count <= 9 { return number }
        note(name, "bad-number", zh: "应为 1 以上的整数", en: "must be a whole number from 1")
        return nil
    }

    private mutating func noteBadCursor() {
        note("cursor", "bad-cursor", zh: "请使用上一页返回的 next", en: "pass back what the page before gave as next")
    }

    /// - Throws: `Defects`, all of them, unknown parameters included.
    func finish() throws {
        let unknown = parameters.filter { !asked.contains($0.name) }.map {
            Defect($0.name, "unknown-parameter", zh: "不认识的参数，请删去", en: "no such parameter; leave it out")
        }
        guard defects.isEmpty, unknown.isEmpty else { throw Defects(defects + unknown) }
    }

    mutating func note(_ name: String, _ code: String, zh: String, en: String) {
        defects.append(Defect(name, code, zh: zh, en: en))
    }
}

extension Request {
    /// Whether `If-None-Match` names the tag; compared weakly (RFC 9110 13.1.2), as proxies weaken tags.
    func hasCurrent(_ tag: String) -> Bool {
        guard let field = headers[.ifNoneMatch] else { return false }
        return field.split(separator: ",").contains { member in
            let member = member.trimmingCharacters(in: .whitespaces)
            return member == "*" || member == tag || member == "W/" + tag
        }
    }
}

/// Opaque to clients; base64url of the parts.
func cursorText(_ parts: [String]) -> String {
    base64URL(parts.joined(separator: "\n").utf8)
}

func cursorText(_ cursor: ObligationCursor) -> String {
    cursorText([cursor.grid, cursor.subject, cursor.policy, cursor.firstDay, String(cursor.ordinal)])
}

func cursorText(_ cursor: JournalCursor) -> String {
    cursorText([String(cursor.at.milliseconds), cursor.grid, String(cursor.number)])
}

extension Gateway {
    /// Where an area stands in a month's tree, if the caller may do this there.
    /// - Throws: `Refusal.notFound` for what does not exist and for what may not be seen, alike.
    func permittedPath(
        of area: AreaID, _ permission: Permission, _ actor: Actor, in month: Month
    ) async throws -> PathKey {
        guard let current = try await store.path(of: area, on: today()),
            permits(actor.assignments, permission, in: current, on: today()),
            let path = try await store.path(of: area, in: month)
        else { throw Refusal.notFound }
        return path
    }

    /// Makes the month's ledger at first reading, as far back as anybody still works on it.
    func openForReading(_ month: Month) async throws {
        let current = store.zone.month(of: now())
        var oldest = current
        for _ in 0..<ledgerMonthsBack { oldest = oldest.previous }
        if (oldest...current).contains(month) { try await store.open(month, at: now()) }
    }
}

/// Months before the current one whose ledger is made when first asked for.
private let ledgerMonthsBack = 12
