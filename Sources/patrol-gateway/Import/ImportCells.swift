import Patrol
import Store

/// Reading single cells: each notes its defect and gives a value with which reading can go on.
extension ImportTable {
    static let defaultFrom = Day(2020, 1, 1)

    mutating func text(_ row: ImportRow, _ column: String, limit: Int = 200) -> String {
        let text = row.cells[column] ?? ""
        if text.unicodeScalars.count > limit {
            note(row, column, "too-long", zh: "不得超过 \(limit) 个字。", en: "at most \(limit) characters.")
        }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            note(
                row, column, "control-character", zh: "含有换行或控制字符，请删去。",
                en: "contains a line break or control character; remove it.")
        }
        return text
    }

    /// A code or id as opaque text. What a spreadsheet makes of long digits, `3.30503E+11`, is a defect: the digits are lost.
    mutating func code(_ row: ImportRow, _ column: String, limit: Int = 64) -> String {
        let code = text(row, column, limit: limit)
        if code.isScientific {
            note(
                row, column, "number-format", zh: "“\(code)”是表格软件改写的数字，原编号已丢失。请把该列设为“文本”后重新填写。",
                en:
                    "“\(code)” is a code that a spreadsheet turned into a number. Format the column as text and enter it again."
            )
        }
        return code
    }

    mutating func from(_ row: ImportRow, default day: Day = ImportTable.defaultFrom) -> Day {
        guard let text = row.cells["from"] else { return day }
        if let day = Day(text) { return day }
        note(
            row, "from", "bad-day", zh: "“\(text)”应写成 YYYY-MM-DD，如 2026-03-01。",
            en: "“\(text)” must be a date such as 2026-03-01.")
        return ImportTable.defaultFrom
    }

    mutating func choice<Value>(
        _ row: ImportRow, _ column: String, allowed: String, _ make: (String) -> Value?
    ) -> Value? {
        guard let text = row.cells[column] else { return nil }
        if let value = make(text) { return value }
        note(
            row, column, "unknown-value", zh: "没有“\(text)”，应为：\(allowed)。",
            en: "“\(text)” is not known; give one of \(allowed).")
        return nil
    }

    mutating func number(
        _ row: ImportRow, _ column: String, in range: ClosedRange<Double>, zh: String, en: String
    ) -> Double? {
        guard let text = row.cells[column] else { return nil }
        guard let number = Double(text), number.isFinite else {
            note(row, column, "not-a-number", zh: "“\(text)”不是数字。", en: "“\(text)” is not a number.")
            return nil
        }
        guard range.contains(number) else {
            note(row, column, "out-of-range", zh: "\(text)：\(zh)", en: "\(text): \(en)")
            return nil
        }
        return number
    }

    /// A grid by its code, in whatever scheme.
    mutating func grid(_ row: ImportRow, _ column: String, code: String, areas: AreaCodes) -> AreaID? {
        switch areas.area(code: code, scheme: nil) {
        case .failure(let reason):
            let message = reason.message(code: code)
            note(row, column, reason.rawValue, zh: message.zh, en: message.en)
            return nil
        case .success(let area):
            guard area.level == .grid else {
                note(
                    row, column, "not-a-grid", zh: "\(code) 不是网格，请填网格的编号。",
                    en: "\(code) is not a grid; give a grid's code.")
                return nil
            }
            return area.id
        }
    }

    /// Notes a value that the file or the store has already.
    mutating func claim(
        _ row: ImportRow, _ column: String, _ value: String, seen: inout [String: Int], known: Set<String>
    ) {
        guard !value.isEmpty else { return }
        if let earlier = seen.updateValue(row.number, forKey: value) {
            seen[value] = earlier
            note(
                row, column, "duplicate", zh: "\(value) 与第 \(earlier) 行重复。请改正或删去一行。",
                en: "\(value) stands in row \(earlier) already; correct or remove one.")
        } else if known.contains(value) {
            note(
                row, column, "exists", zh: "\(value) 系统中已有。请删去此行，或换一个编号。",
                en: "\(value) is in the store already; remove the row or change it.")
        }
    }
}

extension String {
    fileprivate var isScientific: Bool {
        let parts = lowercased().split(separator: "e", omittingEmptySubsequences: false)
        guard parts.count == 2, let mantissa = parts.first, mantissa.contains("."), parts[1].hasPrefix("+") else {
            return false
        }
        return mantissa.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
            && parts[1].dropFirst().allSatisfy(\.isNumber)
    }
}

extension Day {
    /// A date that is written in the program; one that the calendar lacks stops it at once.
    fileprivate init(_ year: Int, _ month: Int, _ day: Int) {
        guard let made = Day(year: year, month: month, day: day) else {
            preconditionFailure("no such day: \(year)-\(month)-\(day)")
        }
        self = made
    }
}

/// The areas of a day by code. Codes are opaque text; the same text may mean different areas in different schemes.
struct AreaCodes: Sendable {
    enum Failure: String, Error {
        case unknown = "unknown-area"
        case ambiguous = "ambiguous-area"

        func message(code: String) -> Message {
            switch self {
            case .unknown:
                Message(
                    zh: "没有编号为“\(code)”的区域。请先导入区域，或核对编号。",
                    en: "no area has the code “\(code)”; import areas first, or check the code.")
            case .ambiguous:
                Message(
                    zh: "编号“\(code)”在不同编码体系中指不同区域，请用唯一的编号。",
                    en: "the code “\(code)” means different areas in different schemes; use one that is unique.")
            }
        }
    }

    private let byCode: [String: [CodedArea]]

    init(_ areas: [CodedArea]) { byCode = Dictionary(grouping: areas, by: \.value) }

    /// - Parameter scheme: preferred where the code stands in several.
    func area(code: String, scheme: String?) -> Result<CodedArea, Failure> {
        let found = byCode[code] ?? []
        if let exact = found.first(where: { $0.scheme == scheme }) { return .success(exact) }
        guard let first = found.first else { return .failure(.unknown) }
        return Set(found.map(\.id)).count == 1 ? .success(first) : .failure(.ambiguous)
    }
}
