/// One thing to be put right in a file, or to be looked at, with its place in the spreadsheet.
struct ImportFinding: Error, Equatable, Sendable {
    /// nil where the whole file is meant. The header is row 1.
    let row: Int?
    /// The column's title as the file has it, or the name that it should have.
    let column: String?
    /// Stable, kebab-case.
    let code: String
    let message: Message

    init(row: Int?, column: String?, _ code: String, zh: String, en: String) {
        self.row = row
        self.column = column
        self.code = code
        message = Message(zh: zh, en: en)
    }

    func line(in language: Language) -> String {
        let place: [String] =
            switch language {
            case .chinese: [row.map { "第 \($0) 行" }, column.map { "“\($0)”列" }].compactMap(\.self)
            case .english: [row.map { "row \($0)" }, column.map { "column “\($0)”" }].compactMap(\.self)
            }
        let separator = language == .chinese ? "：" : ": "
        return (place.isEmpty ? "" : place.joined(separator: language == .chinese ? "" : ", ") + separator)
            + message.text(in: language)
    }
}

/// Why a file was refused: every defect of it.
struct ImportRefusal: Error, Equatable {
    let defects: [ImportFinding]
    let warnings: [ImportFinding]
}

/// What a file says, when nothing is wrong with it.
struct ImportResult<Entry: Sendable>: Sendable {
    let entries: [Entry]
    let warnings: [ImportFinding]
}
