import Foundation
import Glibc

/// A new file that only its owner can read, for passwords.
///
/// It is made before the accounts are, so that no account is left whose password nobody has; `remove()` undoes that.
struct PrivateFile {
    let path: String
    private let handle: FileHandle

    /// - Throws: `CommandFailure` if the path exists already or cannot be made.
    init(_ path: String) throws(CommandFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST
                ? CommandFailure(
                    .cannotCreate, zh: "文件 \(path) 已存在。请另选一个文件名，以免覆盖口令。",
                    en: "The file \(path) exists already. Choose another name, so that no passwords are overwritten.")
                : CommandFailure(
                    .cannotCreate, zh: "无法建立文件 \(path)。请检查文件夹与权限。",
                    en: "The file \(path) cannot be made. Check its folder and permissions.")
        }
        self.path = path
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Returns when the text is on disk.
    func write(_ text: String) throws {
        try handle.write(contentsOf: Data(text.utf8))
        try handle.synchronize()
    }

    func remove() { unlink(path) }

    /// A name beside a file that nobody else has.
    static func aside(_ path: String) -> String { path + "." + UUID().uuidString.lowercased() }
}

/// Writes passwords to the file, if one is wanted, around the step that makes the accounts.
/// - Returns: whether there was a file; otherwise the caller shows the passwords once.
func keepingPasswords(
    in path: String?, text: @autoclosure () -> String, while makeAccounts: () async throws -> Void
) async throws -> Bool {
    guard let path else {
        try await makeAccounts()
        return false
    }
    let file = try PrivateFile(path)
    do {
        try file.write(text())
        try await makeAccounts()
    } catch {
        file.remove()
        throw error
    }
    return true
}

/// One row of RFC 4180.
func csvLine(_ fields: [String]) -> String {
    fields.map { field in
        field.contains { ",\"\r\n".contains($0) } ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
    }.joined(separator: ",")
}
