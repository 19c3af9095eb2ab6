import Foundation
import Synchronization

@testable import patrol_gateway

/// A console that remembers what was written to it.
final class CapturedConsole: Sendable {
    private let written = Mutex((out: "", err: ""))

    var out: String { written.withLock { $0.out } }
    var err: String { written.withLock { $0.err } }

    func console(_ language: Language = .english) -> Console {
        Console(
            language: language,
            out: { line in self.written.withLock { $0.out += line + "\n" } },
            err: { line in self.written.withLock { $0.err += line + "\n" } })
    }
}

/// What one run of the program did.
struct Run {
    let status: Int32
    let out: String
    let err: String

    init(_ arguments: [String], environment: [String: String] = [:]) async {
        let captured = CapturedConsole()
        status = await Program.run(arguments, environment: environment, console: captured.console())
        out = captured.out
        err = captured.err
    }
}

extension ImportRefusal {
    /// `row column code` of each defect, as far as there are.
    var places: [String] {
        defects.map { defect in
            [defect.row.map(String.init) ?? "-", defect.column ?? "-", defect.code].joined(separator: " ")
        }
    }
}

/// The refusal that a reading must end with; an empty one where it did not.
func refusal<Entry>(_ read: () throws(ImportRefusal) -> ImportResult<Entry>) -> ImportRefusal {
    do throws(ImportRefusal) {
        _ = try read()
        return ImportRefusal(defects: [], warnings: [])
    } catch {
        return error
    }
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
