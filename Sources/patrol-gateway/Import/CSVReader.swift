/// One record of a CSV file.
struct CSVRecord: Equatable, Sendable {
    /// As a spreadsheet numbers its rows: the header is 1, and line breaks inside quotes do not count.
    let row: Int
    let fields: [String]

    var isBlank: Bool { fields.allSatisfy { $0.trimmed.isEmpty } }
}

/// What is wrong with a file's quoting; reading goes on behind it.
struct CSVFault: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case quoteInsideField, textAfterQuote, unclosedQuote, nul
    }

    let row: Int
    /// Counted from 1.
    let column: Int
    let kind: Kind
}

/// Reads RFC 4180 strictly: CRLF, LF or CR between records, `""` for a quotation mark inside quotes.
///
/// SwiftCSV 0.10 is not used: it reports a fault without row or column and stops there, takes an unclosed quotation
/// mark for the end of the file, and drops blank rows, after which no row number is true.
struct CSVReader {
    private(set) var records: [CSVRecord] = []
    private(set) var faults: [CSVFault] = []
    private var fields: [String] = []
    private var field: [UInt8] = []
    private var state = State.fieldStart

    private enum State {
        case fieldStart, plain, quoted, quoteInQuoted, afterFault
    }

    /// - Parameter text: without a byte order mark.
    init(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            if byte == UInt8(ascii: "\r"), bytes.first == UInt8(ascii: "\n"), state != .quoted { continue }
            take(byte)
        }
        if state == .quoted { note(.unclosedQuote) }
        if !fields.isEmpty || !field.isEmpty || state != .fieldStart { endRecord() }
    }

    private mutating func take(_ byte: UInt8) {
        if byte == 0 { note(.nul) }
        if state == .quoted {
            if byte == UInt8(ascii: "\"") { state = .quoteInQuoted } else { field.append(byte) }
            return
        }
        switch byte {
        case UInt8(ascii: ","): endField()
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): endRecord()
        case UInt8(ascii: "\""): takeQuote()
        default:
            if state == .quoteInQuoted {
                note(.textAfterQuote)
                state = .afterFault
            } else if state == .fieldStart {
                state = .plain
            }
            field.append(byte)
        }
    }

    private mutating func takeQuote() {
        switch state {
        case .fieldStart: state = .quoted
        case .quoteInQuoted:
            field.append(UInt8(ascii: "\""))
            state = .quoted
        case .plain:
            note(.quoteInsideField)
            state = .afterFault
        case .quoted, .afterFault: break
        }
    }

    private mutating func endField() {
        fields.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        state = .fieldStart
    }

    private mutating func endRecord() {
        endField()
        records.append(CSVRecord(row: records.count + 1, fields: fields))
        fields.removeAll(keepingCapacity: true)
    }

    private mutating func note(_ kind: CSVFault.Kind) {
        faults.append(CSVFault(row: records.count + 1, column: fields.count + 1, kind: kind))
    }
}
