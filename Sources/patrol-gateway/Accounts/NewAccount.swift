import Gateway
import Patrol
import Store

/// Who is to get an account, before there are ids and passwords.
struct AccountDraft: Equatable, Sendable {
    let login: String
    /// What people call the person.
    let name: String
    let roles: [PersonEntry.RoleEntry]
    let duties: [Duty]
    /// Code of the area or of the first grid, for the list that is handed out.
    let areaCode: String
}

/// A draft with what is drawn for it. The password exists here and on the list that is handed out, nowhere else.
struct NewAccount: Sendable {
    let draft: AccountDraft
    let id: String
    let password: String
    fileprivate let salt: [UInt8]

    /// - Parameter password: nil to draw one.
    init(_ draft: AccountDraft, password: String? = nil, using generator: inout some RandomNumberGenerator) {
        self.draft = draft
        id = PasswordMaker.personID(using: &generator)
        self.password = password ?? PasswordMaker.password(using: &generator)
        salt = (0..<Passwords.saltBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// Hashes a password with a salt; tests pass a cheap one.
typealias PasswordHash = @Sendable (_ password: String, _ salt: [UInt8]) throws -> String

/// Argon2id as the gateway verifies it.
@Sendable func argon2id(_ password: String, salt: [UInt8]) throws -> String {
    try Passwords.hash(password, salt: salt)
}

/// The accounts as the store takes them, in the same order.
/// - Parameter mustChange: the passwords are handed out; each is good for its first login, to be changed.
///
/// Hashing blocks a thread of the shared pool, which is harmless here: a command does nothing else meanwhile.
func hashed(
    _ accounts: [NewAccount], workers: Int, mustChange: Bool, hash: @escaping PasswordHash
) async throws -> [PersonEntry] {
    try await withThrowingTaskGroup(of: (Int, PersonEntry).self) { group in
        var entries: [PersonEntry?] = Array(repeating: nil, count: accounts.count)
        for (index, account) in accounts.enumerated() {
            if index >= workers, let (done, entry) = try await group.next() { entries[done] = entry }
            group.addTask { (index, try account.entry(mustChange: mustChange, hash: hash)) }
        }
        for try await (done, entry) in group { entries[done] = entry }
        return entries.compactMap(\.self)
    }
}

extension NewAccount {
    fileprivate func entry(mustChange: Bool, hash: PasswordHash) throws -> PersonEntry {
        PersonEntry(
            id: id, login: draft.login, name: draft.name, passwordHash: try hash(password, salt),
            mustChange: mustChange, roles: draft.roles, duties: draft.duties)
    }
}
