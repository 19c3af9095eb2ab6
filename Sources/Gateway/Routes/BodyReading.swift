import Hummingbird
import Patrol
import Store
import Wire

/// Reads the members of a body into domain values, notes every defect and goes on; `finish` tells them all.
struct BodyReading {
    private var defects: [Defect] = []

    mutating func text(_ text: String, _ name: String, limit: Int = 200) -> String {
        if text.allSatisfy(\.isWhitespace) { note(name, "empty", zh: "不能为空", en: "must not be empty") }
        if text.unicodeScalars.count > limit {
            note(name, "too-long", zh: "不得超过 \(limit) 个字", en: "at most \(limit) characters")
        }
        // Long texts have lines; ids and names stand in lines of their own.
        let isControl = { (byte: UInt8) in
            byte == 0x7F || byte < 0x20 && (limit <= 200 || ![0x09, 0x0A, 0x0D].contains(byte))
        }
        if text.utf8.contains(where: isControl) {
            note(name, "control-character", zh: "含有控制字符，请删去", en: "contains a control character; leave it out")
        }
        return text
    }

    /// A name of our own making: letters, digits, `. _ - :`, as ids of policies, rules and rulings are.
    mutating func id(_ text: String, _ name: String) -> String {
        let isNamed =
            (1...120).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || "._-:".utf8.contains(byte)
            }
        if !isNamed {
            note(name, "bad-id", zh: "应为 1–120 个字母、数字或 . _ - :", en: "must be 1–120 letters, digits or . _ - :")
        }
        return text
    }

    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ raw: String, _ name: String, of type: Value.Type
    ) -> Value? where Value.RawValue == String {
        if let value = Value(rawValue: raw) { return value }
        let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
        note(name, "unknown-value", zh: "取值应为：\(allowed)", en: "must be one of \(allowed)")
        return nil
    }

    mutating func choices<Value: RawRepresentable & CaseIterable & Hashable>(
        _ raw: [String], _ name: String, of type: Value.Type
    ) -> Set<Value> where Value.RawValue == String {
        Set(raw.enumerated().compactMap { choice($1, "\(name)/\($0)", of: type) })
    }

    mutating func texts(_ texts: [String], _ name: String) -> Set<String> {
        if texts.count > 500 { note(name, "too-many", zh: "最多 500 项", en: "at most 500") }
        return Set(
            texts.prefix(500).enumerated().map { index, text in
                if text.contains("\n") {
                    note("\(name)/\(index)", "control-character", zh: "含有换行", en: "contains a line break")
                }
                return self.text(text, "\(name)/\(index)")
            })
    }

    mutating func day(_ raw: String?, _ name: String) -> Day? {
        guard let raw else { return nil }
        if let day = Day(raw) { return day }
        note(name, "bad-day", zh: "日期应为 YYYY-MM-DD", en: "must be a date YYYY-MM-DD")
        return nil
    }

    mutating func month(_ raw: String?, _ name: String) -> Month? {
        guard let raw else { return nil }
        if let month = Month(raw) { return month }
        note(name, "bad-month", zh: "月份应为 YYYY-MM", en: "must be a month YYYY-MM")
        return nil
    }

    mutating func area(_ raw: String, _ name: String) -> AreaID? {
        if let area = AreaID(raw) { return area }
        note(name, "bad-area", zh: "区域编号应为 A 加七位数字", en: "must be an area id: A and seven digits")
        return nil
    }

    mutating func areas(_ raw: [String], _ name: String) -> Set<AreaID> {
        if raw.count > 500 { note(name, "too-many", zh: "最多 500 项", en: "at most 500") }
        return Set(raw.prefix(500).enumerated().compactMap { area($1, "\(name)/\($0)") })
    }

    mutating func number(_ number: Int, _ name: String, in range: ClosedRange<Int>) -> Int {
        if !range.contains(number) {
            note(
                name, "out-of-range", zh: "应在 \(range.lowerBound) 到 \(range.upperBound) 之间",
                en: "must lie between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }

    /// A decision that somebody makes; to raise a dispute is another thing.
    mutating func decision(_ raw: String) -> RulingDecision {
        if let decision = RulingDecision(rawValue: raw), decision != .raised { return decision }
        note("/decision", "unknown-value", zh: "取值应为：granted, refused", en: "must be one of granted, refused")
        return .refused
    }

    mutating func note(_ pointer: String, _ code: String, zh: String, en: String) {
        defects.append(Defect(pointer, code, zh: zh, en: en))
    }

    /// - Throws: `Defects`, if there is any.
    func finish() throws {
        guard defects.isEmpty else { throw Defects(defects) }
    }
}

extension Gateway {
    /// A JSON body whose every member must be known; a small one unless told otherwise. The audit is told which ids it
    /// names.
    func body<Value: Decodable & Concerning>(
        _ type: Value.Type, of request: Request, _ context: PatrolContext, maxBytes: Int = 64 * 1024
    ) async throws -> Value {
        try requireJSON(request)
        let limits = BodyLimits(maxBytes: maxBytes, minimumRate: settings.minimumBodyRate)
        let body = try decodeExactly(type, from: try await limits.collect(request))
        context.concern.add(body.concerned)
        if let login = body.concernedLogin, !login.utf8.contains(0) {
            context.concern.add([try await store.person(login: login)])
        }
        return body
    }
}
