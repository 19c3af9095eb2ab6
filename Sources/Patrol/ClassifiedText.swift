/// What in a text looks as if it were classified (涉密). A form is looked for, not a word: 秘密 in a sentence is no mark.
public enum ClassifiedMark: String, CaseIterable, Sendable {
    /// 国家秘密标志: level and star, `机密★10年`.
    case stateSecret
    /// 密级：秘密, 保密期限：5年.
    case levelField
    /// The level in brackets or alone on its line, as copies begin.
    case levelHeading
    /// A document's number with 密: 厅密发〔2026〕5号.
    case documentNumber
    /// 内部资料 注意保存 and the like as a heading.
    case internalHeading
}

/// The marks that a text bears, each once.
public func classifiedMarks(in text: String) -> [ClassifiedMark] {
    // Nearly every text ends here.
    guard text.unicodeScalars.contains(where: { $0 == "密" || $0 == "内" }) else { return [] }
    var marks: [ClassifiedMark] = []
    // Level and star, or an asterisk for it where a term follows (GB/T 9704-2012 7.2.2).
    if text.contains(#/(绝\s*密|机\s*密|秘\s*密)\s*([★☆✩✭⭐]|[*＊]\s*(\d+\s*(年|个月|天|日)|长期))/#) {
        marks.append(.stateSecret)
    }
    if text.contains(#/密\s*级\s*[:：]\s*(绝\s*密|机\s*密|秘\s*密)|保密期限\s*[:：]\s*(\d+\s*(年|个月)|长期)/#) {
        marks.append(.levelField)
    }
    if text.contains(#/[【\[〔［]\s*(绝\s*密|机\s*密|秘\s*密)\s*[】\]〕］]/#) || lines(text).contains(where: isLevel) {
        marks.append(.levelHeading)
    }
    if text.contains(#/密[发函电字]\s*[〔\[【（(]\s*\d{4}\s*[〕\]】）)]\s*第?\s*\d+\s*号/#) { marks.append(.documentNumber) }
    if lines(text).contains(where: isInternalHeading) { marks.append(.internalHeading) }
    return marks
}

private func lines(_ text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).map { line in String(line.filter { !$0.isWhitespace }) }
}

/// A level and nothing else.
private func isLevel(_ line: String) -> Bool { ["绝密", "机密", "秘密"].contains(line) }

/// A heading says what a paper is and what may not be done with it; a sentence about such papers is longer.
private func isInternalHeading(_ line: String) -> Bool {
    line.wholeMatch(
        of: #/[【\[（(]?内部(资料|文件|材料|参考|刊物)[】\]）)]?[,，、:：·]?(注意保存|妥善保管|严禁外传|不得外传|请勿外传|禁止外传|不得翻印|禁止复制|阅后即焚)?[!！。]?/#)
        != nil
}

/// A place in a record where something looks classified.
public struct ClassifiedSign: Equatable, Sendable {
    /// JSON Pointer into the record.
    public let pointer: String
    public let mark: ClassifiedMark

    public init(pointer: String, mark: ClassifiedMark) {
        self.pointer = pointer
        self.mark = mark
    }
}

extension PatrolRecord {
    /// Everything in the record's words that looks classified.
    public var classifiedSigns: [ClassifiedSign] {
        var texts: [(pointer: String, text: String)] = []
        if let text { texts.append(("/text", text)) }
        texts += findings.enumerated().map { ("/findings/\($0)/text", $1.text) }
        texts += (visit?.checklist?.items ?? []).enumerated().compactMap { index, item in
            item.note.map { ("/checklist/items/\(index)/note", $0) }
        }
        return texts.flatMap { pointer, text in
            classifiedMarks(in: text).map { ClassifiedSign(pointer: pointer, mark: $0) }
        }
    }
}
