/// A column that an import knows.
struct ImportColumn: Equatable, Sendable {
    /// In English; also how the column is called in code.
    let name: String
    let chinese: [String]
    /// Whether every row must fill it.
    let isRequired: Bool

    init(_ name: String, _ chinese: String..., isRequired: Bool = false) {
        self.name = name
        self.chinese = chinese
        self.isRequired = isRequired
    }

    fileprivate func isCalled(_ title: String) -> Bool {
        let plain = title.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
        return plain == name || chinese.contains(title)
    }
}

/// One row of a file, by the names of its columns.
struct ImportRow: Equatable, Sendable {
    let number: Int
    /// Trimmed; empty cells are absent.
    let cells: [String: String]
}

/// A file's rows with everything that has been found wrong with it so far.
struct ImportTable {
    let rows: [ImportRow]
    /// The columns' titles as the file has them.
    private let titles: [String: String]
    private(set) var defects: [ImportFinding]
    private(set) var warnings: [ImportFinding] = []

    /// - Parameter forbidden: titles that have their own explanation.
    /// - Throws: `ImportRefusal` where the file cannot be read as rows at all.
    init(
        _ bytes: [UInt8], columns: [ImportColumn], forbidden: (String) -> Message? = { _ in nil }
    ) throws(ImportRefusal) {
        let reader = CSVReader(try importText(bytes))
        guard let header = reader.records.first, !header.isBlank else {
            throw ImportRefusal(
                defects: [
                    ImportFinding(
                        row: 1, column: nil, "no-header", zh: "第一行应是列名：\(columns.titles(.chinese))。",
                        en: "the first row must name the columns: \(columns.titles(.english)).")
                ], warnings: [])
        }
        let heading = Heading(header, columns: columns, forbidden: forbidden)
        titles = heading.titles
        defects = heading.defects + reader.faults.map { $0.finding(header.fields) }
        var rows: [ImportRow] = []
        for record in reader.records.dropFirst() where !record.isBlank {
            if record.fields.count != header.fields.count {
                defects.append(.fieldCount(record, wanted: header.fields.count))
                continue
            }
            let cells = zip(heading.names, record.fields).compactMap { name, field -> (String, String)? in
                let text = field.trimmed
                guard let name, !text.isEmpty else { return nil }
                return (name, text)
            }
            rows.append(ImportRow(number: record.row, cells: Dictionary(cells) { first, _ in first }))
        }
        self.rows = rows
        for row in rows {
            for column in columns where column.isRequired && titles[column.name] != nil {
                if row.cells[column.name] == nil {
                    note(row, column.name, "missing", zh: "不能为空，请填写。", en: "must not be empty; fill it in.")
                }
            }
        }
        if rows.isEmpty, defects.isEmpty {
            defects.append(
                ImportFinding(
                    row: nil, column: nil, "no-rows", zh: "文件里没有数据行。", en: "the file has no rows besides the header."))
        }
    }

    func title(_ column: String) -> String { titles[column] ?? column }

    mutating func note(_ row: ImportRow, _ column: String?, _ code: String, zh: String, en: String) {
        defects.append(ImportFinding(row: row.number, column: column.map(title), code, zh: zh, en: en))
    }

    mutating func warn(_ row: ImportRow, _ column: String, _ code: String, zh: String, en: String) {
        warnings.append(ImportFinding(row: row.number, column: title(column), code, zh: zh, en: en))
    }

    /// - Throws: every defect, in the order of the rows, if there is any.
    func result<Entry>(_ entries: [Entry]) throws(ImportRefusal) -> ImportResult<Entry> {
        let warnings = self.warnings.inRowOrder
        guard defects.isEmpty else { throw ImportRefusal(defects: defects.inRowOrder, warnings: warnings) }
        return ImportResult(entries: entries, warnings: warnings)
    }
}

/// The first row: which column is which.
private struct Heading {
    /// By position; nil for a column that is not known.
    var names: [String?] = []
    var titles: [String: String] = [:]
    var defects: [ImportFinding] = []

    init(_ header: CSVRecord, columns: [ImportColumn], forbidden: (String) -> Message?) {
        for title in header.fields.map(\.trimmed) {
            let column = columns.first { $0.isCalled(title) }
            names.append(column?.name)
            if let column {
                if titles.updateValue(title, forKey: column.name) != nil {
                    defects.append(.repeatedColumn(title))
                }
            } else if let message = forbidden(title) {
                defects.append(
                    ImportFinding(row: 1, column: title, "forbidden-column", zh: message.zh, en: message.en))
            } else {
                defects.append(.unknownColumn(title, columns))
            }
        }
        for column in columns where column.isRequired && titles[column.name] == nil {
            defects.append(.missingColumn(column))
        }
    }
}

extension [ImportColumn] {
    fileprivate func titles(_ language: Language) -> String {
        language == .chinese
            ? map { $0.chinese.first ?? $0.name }.joined(separator: "、") : map(\.name).joined(separator: ", ")
    }
}

extension [ImportFinding] {
    /// Findings of the whole file first; otherwise as they were found.
    fileprivate var inRowOrder: [ImportFinding] {
        enumerated().sorted { ($0.element.row ?? 0, $0.offset) < ($1.element.row ?? 0, $1.offset) }.map(\.element)
    }
}

extension ImportFinding {
    fileprivate static func fieldCount(_ record: CSVRecord, wanted: Int) -> ImportFinding {
        ImportFinding(
            row: record.row, column: nil, "field-count",
            zh: "有 \(record.fields.count) 格，表头有 \(wanted) 格。请补齐，含逗号的内容请加双引号。",
            en:
                "has \(record.fields.count) fields where the header has \(wanted); fill it up, and quote text with commas."
        )
    }

    fileprivate static func repeatedColumn(_ title: String) -> ImportFinding {
        ImportFinding(
            row: 1, column: title, "repeated-column", zh: "同一列出现两次，请删去一个。", en: "the column appears twice; remove one.")
    }

    fileprivate static func unknownColumn(_ title: String, _ columns: [ImportColumn]) -> ImportFinding {
        let isOneField = title.contains(";") || title.contains("\t")
        let hint = Message(
            zh: isOneField ? "看来不是用逗号分隔的，请另存为逗号分隔的 CSV。" : "没有这一列，请删去或改名。",
            en: isOneField
                ? "this looks separated by something other than commas; save as comma delimited CSV."
                : "there is no such column; remove or rename it.")
        return ImportFinding(
            row: 1, column: title, "unknown-column", zh: "\(hint.zh)可用的列：\(columns.titles(.chinese))。",
            en: "\(hint.en) The columns are \(columns.titles(.english)).")
    }

    fileprivate static func missingColumn(_ column: ImportColumn) -> ImportFinding {
        ImportFinding(
            row: 1, column: column.name, "missing-column",
            zh: "缺少“\(column.chinese.first ?? column.name)”列，请补上。", en: "the column is missing; add it.")
    }
}

extension CSVFault {
    fileprivate func finding(_ header: [String]) -> ImportFinding {
        let title = header.indices.contains(column - 1) ? header[column - 1].trimmed : String(column)
        let (code, zh, en) =
            switch kind {
            case .quoteInsideField:
                (
                    "quote-inside-field", "内容含双引号时，整格要加双引号，里面的写两个。",
                    "quote the whole field and double the quotation marks in it."
                )
            case .textAfterQuote:
                (
                    "text-after-quote", "右双引号后面还有文字，请删去或并入引号内。",
                    "text follows the closing quotation mark; move it inside."
                )
            case .unclosedQuote: ("unclosed-quote", "双引号没有配对，请补上右引号。", "the quotation mark is never closed; close it.")
            case .nul: ("nul", "含有空字符，请重新另存为 CSV。", "contains a NUL character; save the file as CSV again.")
            }
        return ImportFinding(row: row, column: title, code, zh: zh, en: en)
    }
}
