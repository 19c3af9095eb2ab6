import Logging
import Patrol
import Store
import Wire

extension Gateway {
    /// Who has this name and password, with the same work and answer for unknown and disabled names as for wrong
    /// passwords. A hash that is weaker than today's is replaced.
    /// - Parameters:
    ///   - device: our id of an enrolled device whose key was proved; such a one has places of its own in the queue.
    ///   - address: as `countedAddress`.
    /// - Throws: `Refusal.wrongCredentials`, `.tooManyTries`, or `.busy` when too many passwords wait to be hashed.
    ///   - isKnown: false for a key that nobody enrolled, which no password helps.
    func authenticate(
        _ name: String, _ password: String, device: String?, address: String, isKnown: Bool = true
    ) async throws -> Credentials {
        let attempt = try await lockout.admit(account: name, device: device, address: address, at: now())
        // No store keeps NUL, so nobody is called so; asked for all the same, for the time it takes.
        let credentials = try await store.credentials(login: name.utf8.contains(0) ? "" : name)
        let hash = credentials?.passwordHash ?? Passwords.decoy
        let matches = try await onPasswordPool(attempt, forKnown: device != nil) {
            Passwords.verify(password, against: hash)
        }
        guard matches, isKnown, let credentials, !PasswordRules.isSpent(credentials.password, at: now()) else {
            throw Refusal.wrongCredentials
        }
        try await attempt.succeeded()
        if Passwords.isWeak(hash) { await rehash(password, of: credentials) }
        return credentials
    }

    /// Why a session is good for nothing but changing the password. A password that expires meanwhile does not end the
    /// day's work: records that are on their way would be refused.
    func passwordDue(of actor: Actor) -> PasswordDue? {
        guard actor.session?.manner != .integration else { return nil }
        return settings.passwordRules.due(actor.password, at: actor.session?.beganAt ?? now())
    }

    /// Somebody's own new password, in place of the old one; all their other sessions end.
    /// - Parameter login: the one that goes on.
    /// - Throws: `Defects` with everything that is wrong; `Refusal` as `authenticate`.
    func changePassword(
        of actor: Actor, from old: String, to new: String, keeping login: String?, device: String?, address: String
    ) async throws {
        guard let credentials = try await store.credentials(person: actor.person) else { throw Refusal.loginRequired }
        let rules = settings.passwordRules
        let words = try await store.areaWords(of: actor.person, on: today()) + [credentials.login, actor.name]
        var defects = rules.defects(of: new, words: words)
        let earlier = try await store.earlierPasswords(of: actor.person, most: rules.remembered)
        let attempt = try await lockout.admit(
            account: credentials.login, device: device, address: address, at: now())
        let isGood = defects.isEmpty
        let checked = try await onPasswordPool(attempt, forKnown: true) {
            guard Passwords.verify(old, against: credentials.passwordHash) else { return CheckedChange.wrong }
            let isUsed = ([credentials.passwordHash] + earlier).contains { Passwords.verify(new, against: $0) }
            return isUsed ? .used : isGood ? .hashed(try Passwords.hash(new)) : .defective
        }
        if checked != .wrong { try await attempt.succeeded() }
        if checked == .used { defects.append(.usedBefore) }
        guard case .hashed(let hash) = checked else {
            let wrong = Defect("/old", "wrong-password", zh: "原密码不对", en: "this is not your present password")
            throw Defects((checked == .wrong ? [wrong] : []) + defects.map { Defect("/new", $0) })
        }
        try await store.changePassword(
            of: actor.person, from: credentials.passwordHash, to: hash,
            keeping: login, remembered: rules.remembered, at: now())
        actors.forget(person: actor.person)
    }

    /// - Throws: `Refusal.busy`; then the try did not take place.
    private func onPasswordPool<Result: Sendable>(
        _ attempt: Lockout.Attempt, forKnown isKnown: Bool, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        do {
            return try await passwordPool.run(forKnown: isKnown, body)
        } catch let refusal as Refusal {
            try await attempt.withdrawn()
            throw refusal
        }
    }

    /// Not worth failing a login for: the next one tries again.
    private func rehash(_ password: String, of credentials: Credentials) async {
        do {
            let hash = try await passwordPool.run { try Passwords.hash(password) }
            try await store.rehash(credentials.person, from: credentials.passwordHash, to: hash)
        } catch {
            logger.notice("a password was not hashed anew", metadata: ["error": "\(error)"])
        }
    }
}

private enum CheckedChange: Equatable, Sendable {
    case wrong
    case used
    case defective
    case hashed(String)
}

extension Defect {
    init(_ pointer: String, _ password: PasswordDefect) {
        self.init(pointer, password.code, zh: password.zh, en: password.en)
    }
}
