import Foundation

/// A progress bar on standard error, redrawn in place; silent unless a person watches.
struct Progress: Sendable {
    let isShown: Bool
    private static let width = 24

    func draw(_ label: String, done: Int64, of total: Int64) {
        guard isShown else { return }
        FileHandle.standardError.write(Data(("\r\u{1B}[K" + Self.line(label, done: done, of: total)).utf8))
    }

    /// Removes the bar, so that sentences start on a clean line.
    func clear() {
        guard isShown else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
    }

    static func line(_ label: String, done: Int64, of total: Int64) -> String {
        let share = total > 0 ? min(1, max(0, Double(done) / Double(total))) : 1
        let filled = Int(share * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
        return "[\(bar)] \(Int(share * 100)) % \(label)"
    }
}
