import Patrol

/// Accounts for simulated workers: CSV with the columns `name` and `password`, as `demo-data` writes it. Where there is a
/// `role` as well, only grid workers walk; where there is an `enrolment`, the text of a QR code, each worker enrols a
/// device of their own with it.
struct AccountsFile: Equatable, Sendable {
    struct Account: Equatable, Sendable {
        let name: String
        let password: String
        /// nil for a gateway that lets people in without a device.
        var enrolment: String?
    }

    let accounts: [Account]

    init(path: String) throws {
        let bytes: [UInt8]
        do {
            bytes = try Storage.read(path)
        } catch {
            throw Failure(
                .noInput, "accounts-file", zh: "读不到帐号文件“\(path)”：\(error.reason)。请检查路径。",
                en: "Cannot read the accounts file \(path): \(error.reason). Check the path.")
        }
        guard let text = String(validating: bytes, as: UTF8.self), let accounts = Self.parse(text) else {
            throw Failure(
                .dataRefused, "accounts-file", zh: "帐号文件“\(path)”应为 UTF-8 的 CSV，首行有 name,password 两列。",
                en: "The accounts file \(path) must be a UTF-8 CSV whose first line has the columns name,password.")
        }
        self.accounts = accounts
    }

    /// nil unless the first line names both columns and every other line has both.
    static func parse(_ text: String) -> [Account]? {
        let lines = text.split(whereSeparator: \.isNewline).map { fields(of: $0) }
        guard let header = lines.first?.map({ $0.hasPrefix("\u{FEFF}") ? String($0.dropFirst()) : $0 }),
            let name = header.firstIndex(of: "name"), let password = header.firstIndex(of: "password")
        else { return nil }
        let role = header.firstIndex(of: "role")
        let enrolment = header.firstIndex(of: "enrolment")
        var accounts: [Account] = []
        for line in lines.dropFirst() {
            guard line.count > max(name, password) else { return nil }
            if let role, role < line.count, line[role] != Role.gridWorker.rawValue { continue }
            let code = enrolment.flatMap { $0 < line.count && !line[$0].isEmpty ? line[$0] : nil }
            accounts.append(Account(name: line[name], password: line[password], enrolment: code))
        }
        return accounts
    }

    /// RFC 4180, without line breaks inside fields.
    private static func fields(of line: Substring) -> [String] {
        var fields = [""]
        var isQuoted = false
        var last: Character?
        for character in line {
            if character == "\"" {
                if !isQuoted, last == "\"" { fields[fields.count - 1].append("\"") }
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                fields.append("")
            } else {
                fields[fields.count - 1].append(character)
            }
            last = character
        }
        return fields
    }
}
