import ArgumentParser
import Foundation
import Gateway
import Patrol

enum OutputFormat: String, CaseIterable, ExpressibleByArgument, Sendable {
    case text, csv, json
}

/// How a command that reads shows what it found.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("text 对齐的文字（默认）、csv 或 json · text (default), csv or json", valueName: "FORMAT"))
    var format: OutputFormat = .text
    @Flag(help: "同 --format json · The same as --format json") var json = false

    var chosen: OutputFormat { json ? .json : format }
}

/// One column of a list.
struct Column<Row> {
    /// In English; what programs find at the head of CSV.
    let name: String
    let chinese: String
    let value: (Row) -> String?

    init(_ name: String, _ chinese: String, _ value: @escaping (Row) -> String?) {
        self.name = name
        self.chinese = chinese
        self.value = value
    }
}

extension CommandContext {
    /// A list as text in columns, as CSV, or as JSON; of an empty one text says nothing.
    func show<Row: Encodable>(_ rows: [Row], _ output: OutputOptions, _ columns: [Column<Row>]) throws {
        switch output.chosen {
        case .json: console.out(String(decoding: try canonicalBytes(rows), as: UTF8.self))
        case .csv:
            console.out(csvLine(columns.map(\.name)))
            for row in rows { console.out(csvLine(columns.map { $0.value(row) ?? "" })) }
        case .text:
            guard !rows.isEmpty else { return }
            let head = columns.map { console.language == .chinese ? $0.chinese : $0.name }
            for line in aligned([head] + rows.map { row in columns.map { $0.value(row) ?? "-" } }) { console.out(line) }
        }
    }

    /// One answer: its own text, or JSON.
    func show(_ answer: some Encodable, _ output: OutputOptions, text: () -> [String]) throws {
        switch output.chosen {
        case .json: console.out(String(decoding: try canonicalBytes(answer), as: UTF8.self))
        case .csv:
            throw CommandFailure(
                .usage, zh: "此命令没有 CSV，请用 text 或 json。", en: "This command has no CSV; choose text or json.")
        case .text: for line in text() { console.out(line) }
        }
    }

    /// A file's bytes.
    func contents(of file: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw CommandFailure(
                .noInput, zh: "文件 \(file) 读不出来。请检查路径与权限。",
                en: "The file \(file) cannot be read. Check its path and permissions.")
        }
        return Array(data)
    }

    /// A moment by the clocks of the deployment, to the minute.
    func local(_ instant: Instant) -> String {
        String(instant.rfc3339(in: settings.zone).prefix(16)).replacing("T", with: " ")
    }

    func pick(_ zh: String, _ en: String) -> String { console.language == .chinese ? zh : en }
}

/// Rows with every column as wide as its widest cell; numbers stand at the right.
func aligned(_ rows: [[String]]) -> [String] {
    let columns = rows.first?.indices ?? 0..<0
    let widths = columns.map { column in rows.map { $0[column].columnsWide }.max() ?? 0 }
    let numeric = columns.map { column in rows.dropFirst().allSatisfy { $0[column].isFigure } }
    return rows.map { row in
        let cells = columns.map { column in
            let space = String(repeating: " ", count: widths[column] - row[column].columnsWide)
            return numeric[column] ? space + row[column] : row[column] + space
        }
        var line = cells.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}

/// Cut off, not rounded, so that 100 % is said only of everything.
func percentText(_ part: Int64, of whole: Int64) -> String {
    guard whole > 0 else { return "–" }
    let tenths = part * 1_000 / whole
    return "\(tenths / 10).\(tenths % 10)%"
}

/// Of a share 0…1, to a tenth of a percent.
func percentText(_ share: Double?) -> String {
    guard let share else { return "–" }
    return String(format: "%.1f%%", share * 100)
}

extension String {
    /// Columns on a terminal: Chinese characters and full-width signs take two (Unicode TR 11, roughly).
    fileprivate var columnsWide: Int {
        unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x20000...0x3FFFD:
                width + 2
            default: width + (scalar.properties.generalCategory == .nonspacingMark ? 0 : 1)
            }
        }
    }

    fileprivate var isFigure: Bool {
        self == "-" || self == "–" || (!isEmpty && allSatisfy { $0.isASCII && ($0.isNumber || ".%+-".contains($0)) })
    }
}
