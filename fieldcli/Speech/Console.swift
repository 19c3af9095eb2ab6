import Foundation
import Glibc
import Wire

/// Where a command speaks: results on standard output, remarks and progress on standard error.
///
/// Written at once and unbuffered: an identifier that was printed must have been printed when the process is killed.
struct Console: Sendable {
    let language: Language
    /// One JSON value on standard output instead of sentences.
    let speaksJSON: Bool

    var showsProgress: Bool { !speaksJSON && isatty(STDERR_FILENO) == 1 }

    /// The command's result: `value` for programs, `sentences` for people.
    func answer(_ value: some Encodable, sentences: @autoclosure () -> [String]) {
        if speaksJSON {
            FileHandle.standardOutput.write(Data(frozenJSON(value) + [UInt8(ascii: "\n")]))
        } else {
            let lines = sentences()
            if !lines.isEmpty { FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8)) }
        }
    }

    /// A remark besides the result. Also with `--json`: programs do not read standard error.
    func remark(zh: String, en: String) { write(language(zh: zh, en: en)) }

    func tell(_ failure: Failure) {
        if speaksJSON {
            answer(
                FailureReport(
                    failure: .init(
                        code: failure.code, exit: failure.status.rawValue, message: language(failure.message),
                        defects: failure.defects)), sentences: [])
        } else {
            write(language(failure.message))
            for defect in failure.defects {
                write("  \(defect.pointer.isEmpty ? "" : defect.pointer + ": ")\(defect.message)")
            }
        }
    }

    private func write(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

private struct FailureReport: Encodable {
    let failure: Body

    struct Body: Encodable {
        let code: String
        let exit: Int32
        let message: String
        let defects: [Problem.Fault]
    }
}

/// JSON in one spelling: sorted names, no escaped slashes. What goes into the outbox is frozen in it.
func frozenJSON(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
        return [UInt8](try encoder.encode(value))
    } catch {
        // Only a NaN or infinity can end here, and Intake refuses both before anything is frozen.
        preconditionFailure("a value of ours cannot be written as JSON: \(error)")
    }
}
