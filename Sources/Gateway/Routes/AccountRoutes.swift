import Hummingbird
package import Patrol
package import Store
package import Wire

extension Gateway {
    var accountRoutes: [Route] {
        [
            Route(.get, "/v1/accounts", .permission(.manageAccounts), handle: Gateway.accounts),
            Route(.post, "/v1/accounts", .permission(.manageAccounts), handle: Gateway.postAccount),
            Route(.post, "/v1/accounts/disabling", .permission(.manageAccounts), handle: Gateway.disable),
            Route(.post, "/v1/accounts/enabling", .permission(.manageAccounts), handle: Gateway.enable),
            Route(.post, "/v1/accounts/passwords", .permission(.manageAccounts), handle: Gateway.postPassword),
            Route(.post, "/v1/accounts/roles", .permission(.manageAccounts), handle: Gateway.postRole),
            Route(.post, "/v1/accounts/roles/endings", .permission(.manageAccounts), handle: Gateway.endRole),
        ]
    }

    @Sendable private func disable(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try await setDisabled(true, request, context)
    }

    @Sendable private func enable(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try await setDisabled(false, request, context)
    }

    @Sendable private func accounts(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        var query = Query(request)
        let area = query.area("area")
        let after = query.cursor(parts: 1)?.first
        try query.finish()
        let day = today()
        guard let area, let path = try await store.path(of: area, on: day),
            permits(actor.assignments, .manageAccounts, in: path, on: day)
        else { throw Refusal.notFound }
        let lines = try await store.accounts(in: area, on: day, after: after, limit: Self.accountsOfPage + 1)
        let rows = lines.prefix(Self.accountsOfPage).map { AccountRow($0, settings.passwordRules, at: now()) }
        let next = lines.count > rows.count ? rows.last.map { cursorText([$0.login]) } : nil
        return try jsonResponse(Page(items: rows, next: next))
    }

    private static let accountsOfPage = 200

    @Sendable private func postAccount(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(AccountBody.self, of: request, context)
        let role = try readAccount(sent, today: today())
        let password = try await madePassword(login: sent.login)
        var generator = SystemRandomNumberGenerator()
        let entry = PersonEntry(
            id: PasswordMaker.personID(using: &generator), login: sent.login, name: sent.name,
            passwordHash: password.hash, mustChange: true, roles: [role], duties: [])
        context.concern.add([entry.id])
        try await store.addAccount(entry, by: actor, at: now())
        return try jsonResponse(password.issued, status: .created)
    }

    @Sendable private func postPassword(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(AccountName.self, of: request, context)
        let password = try await madePassword(login: sent.login)
        try await store.resetPassword(
            login: sent.login, to: password.hash, remembered: settings.passwordRules.remembered, by: actor, at: now())
        try await forget(login: sent.login)
        return try jsonResponse(password.issued)
    }

    @Sendable private func setDisabled(
        _ isDisabled: Bool, _ request: Request, _ context: PatrolContext
    ) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(AccountName.self, of: request, context)
        try await store.setDisabled(isDisabled, login: sent.login, by: actor, at: now())
        try await forget(login: sent.login)
        return Response(status: .noContent)
    }

    @Sendable private func postRole(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(RoleBody.self, of: request, context)
        try await store.giveRole(try readRole(sent), login: sent.login, by: actor, at: now())
        try await forget(login: sent.login)
        return Response(status: .noContent)
    }

    @Sendable private func endRole(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(RoleEnd.self, of: request, context)
        let role = try readRole(RoleBody(login: sent.login, role: sent.role, area: sent.area, from: sent.from))
        try await store.endRole(role.role, in: role.area, login: sent.login, from: role.from, by: actor, at: now())
        try await forget(login: sent.login)
        return Response(status: .noContent)
    }

    /// What somebody may do changed: this gateway knows it at once, others within half a second.
    private func forget(login: String) async throws {
        if let person = try await store.person(login: login) { actors.forget(person: person) }
    }

    private func madePassword(login: String) async throws -> (hash: String, issued: IssuedPassword) {
        var generator = SystemRandomNumberGenerator()
        let password = PasswordMaker.password(using: &generator)
        let hash = try await passwordPool.run { try Passwords.hash(password) }
        return (hash, IssuedPassword(login: login, password: password, at: now()))
    }
}

extension IssuedPassword {
    package init(login: String, password: String, at now: Instant) {
        let until = now.adding(milliseconds: Int64(PasswordRules.oneTimeDays) * 86_400_000)
        self.init(login: login, password: password, until: until.rfc3339)
    }
}

/// - Throws: `Defects`, all of them.
package func readAccount(_ sent: AccountBody, today: Day) throws -> PersonEntry.RoleEntry {
    var reading = BodyReading()
    if !isLogin(sent.login) {
        reading.note(
            "/login", "bad-login", zh: "应为 2–64 个小写字母、数字或 . _ -", en: "must be 2–64 lower-case letters, digits or . _ -"
        )
    }
    _ = reading.text(sent.name, "/name")
    return try role(sent.role, sent.area, from: sent.from ?? today.description, to: sent.to, &reading)
}

/// - Throws: `Defects`, all of them.
package func readRole(_ sent: RoleBody) throws -> PersonEntry.RoleEntry {
    var reading = BodyReading()
    return try role(sent.role, sent.area, from: sent.from, to: sent.to, &reading)
}

private func role(
    _ name: String, _ area: String, from: String, to: String?, _ reading: inout BodyReading
) throws -> PersonEntry.RoleEntry {
    let role = reading.choice(name, "/role", of: Role.self)
    let area = reading.area(area, "/area")
    let (from, to) = (reading.day(from, "/from"), reading.day(to, "/to"))
    try reading.finish()
    guard let role, let area, let from else { throw Refusal.notFound }
    return PersonEntry.RoleEntry(role: role, area: area, from: from, to: to)
}

extension AccountRow {
    package init(_ line: AccountLine, _ rules: PasswordRules, at now: Instant) {
        self.init(
            person: line.person, login: line.login, name: line.name, state: line.isDisabled ? "disabled" : "active",
            passwordSetAt: line.password.setAt.rfc3339, passwordDue: rules.due(line.password, at: now)?.rawValue,
            roles: line.roles.map {
                HeldRole(
                    role: $0.role.rawValue, area: $0.area.id.text, areaName: $0.area.name,
                    from: $0.from.description, to: $0.to?.description)
            })
    }
}
