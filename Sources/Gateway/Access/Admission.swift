import HTTPTypes
import Hummingbird
import Patrol
import Store

extension Gateway {
    /// Finds out who asks, and checks the route's permission in some area.
    func admit(_ request: Request, _ context: inout PatrolContext, to access: Route.Access) async throws {
        try refuseOutdated(request)
        guard access != .anybody else { return }
        if access == .handover, request.isHandover {
            let device = try await handingOver(request, context)
            context.device = device
            try rateLimits.admit(account: nil, device: device.id, at: uptime())
            return
        }
        let presented = try request.presentedToken(cookie: sessionCookie)
        // A browser sends its cookie along with whatever a page asks of it.
        if presented.manner == .cookie, request.method != .get, request.method != .head {
            try refuseCrossSite(request)
        }
        context.proof = try proof(request, token: presented.secret)
        let actor = try await actor(presented, request, context)
        context.actor = actor
        context.token = presented.secret
        try rateLimits.admit(account: actor.person, device: actor.session?.device, at: uptime())
        if access == .ownPassword || access == .ownPasswordPage { return }
        // A login whose password is due is nobody's yet: it is not told what it might do. Records still come in.
        if access != .handover, let due = passwordDue(of: actor) { throw Refusal.passwordDue(due) }
        switch access {
        case .anybody, .loggedIn, .handover, .ownPassword, .ownPasswordPage: break
        case .permission(let permission), .page(let permission):
            guard permits(actor.assignments, permission, on: today()) else { throw Refusal.notPermitted }
        }
    }

    /// The proof that a request carries, checked and never seen before; nil if it carries none.
    /// - Throws: `Refusal.invalidProof` or `.nonceNeeded`.
    func proof(_ request: Request, token: String?) throws -> KeyProof? {
        let fields = request.headers[values: .dpop]
        guard let text = fields.first else { return nil }
        guard fields.count == 1 else { throw Refusal.invalidProof }
        return try proof(text, request, token: token)
    }

    /// A proof about this request, wherever it stood.
    func proof(_ text: String, _ request: Request, token: String?) throws -> KeyProof {
        let now = now()
        let subject = KeyProof.Subject(
            method: request.method, path: request.uri.path, origins: Set(origins.map(\.description)),
            token: token)
        do throws(KeyProof.Fault) {
            let proof = try KeyProof(text, about: subject) { nonces.accepts($0, at: now) }
            guard nonces.isFirst(proof.mark, at: now) else { throw .replayed }
            return proof
        } catch {
            throw error == .nonceNeeded ? Refusal.nonceNeeded : Refusal.invalidProof
        }
    }

    private func actor(
        _ presented: PresentedToken, _ request: Request, _ context: PatrolContext
    ) async throws -> Actor {
        let (now, proof) = (now(), context.proof)
        guard let actor = try await actor(token: presented.secret, at: now), let session = actor.session,
            presented.suits(session, proof)
        else {
            if let proof { try await refuseUnlessActive(proof, request, context) }
            throw presented.manner == .cookie ? Refusal.loginRequired : Refusal.invalidToken
        }
        if presented.manner == .cookie { try await keepAwake(session, at: now) }
        return actor
    }

    private func actor(token: String, at now: Instant) async throws -> Actor? {
        if let known = actors.actor(token, at: now) { return known }
        let actor = try await store.actor(tokenHash: sha256Hex(token.utf8), at: now)
        if let actor { actors.insert(actor, token, at: now) }
        return actor
    }

    /// What stands in a cookie ends when nobody moves (GB/T 22239-2019 8.1.4.1 b).
    private func keepAwake(_ session: Actor.Session, at now: Instant) async throws {
        let idle = now.milliseconds(since: session.usedAt)
        guard idle < Int64(settings.idleMinutes) * 60_000 else {
            try await store.endLogin(session.id, at: now)
            throw Refusal.loginRequired
        }
        if idle >= 60_000 { try await store.touch(login: session.id, at: now) }
    }

    /// A device that is locked or lost is told so, by its key alone.
    /// - Returns: the device, if there is one with this key.
    /// - Throws: `Refusal.deviceLocked`, `.deviceLost`.
    @discardableResult
    func refuseUnlessActive(
        _ proof: KeyProof, _ request: Request, _ context: PatrolContext
    ) async throws -> KnownDevice? {
        guard let device = try await store.device(thumbprint: proof.key.thumbprint) else { return nil }
        let refusal: Refusal
        switch device.state {
        case .locked: refusal = .deviceLocked
        case .lost: refusal = .deviceLost
        case .pending, .active: return device.isPresentKey ? device : nil
        }
        try await traceBarred(device, refusal, request, context)
        throw refusal
    }

    /// The device that hands over by its key alone, its login being over (decision 19).
    private func handingOver(_ request: Request, _ context: PatrolContext) async throws -> KnownDevice {
        guard let proof = try proof(request, token: nil) else { throw Refusal.loginRequired }
        guard let device = try await refuseUnlessActive(proof, request, context), device.state == .active else {
            throw Refusal.invalidToken
        }
        return device
    }

    /// Ends the login that a request came with, in the store and here.
    func endLogin(of context: PatrolContext) async throws {
        guard let token = context.token, let session = context.actor?.session else { return }
        try await store.endLogin(session.id, at: now())
        actors.forget(token)
    }
}

/// A token as a request shows it.
struct PresentedToken {
    enum Manner { case dpop, bearer, cookie }

    let manner: Manner
    let secret: String

    /// Whether a token may be shown in this manner, with this proof.
    func suits(_ session: Actor.Session, _ proof: KeyProof?) -> Bool {
        switch session.manner {
        case .handheld: manner == .dpop && proof != nil && proof?.key.thumbprint == session.thumbprint
        case .browser: manner == .cookie
        case .trial: manner != .dpop
        case .integration: manner == .bearer
        }
    }
}

extension Request {
    fileprivate var isHandover: Bool {
        headers.single(.authorization) == nil && headers.contains(.recordSignature)
    }

    /// - Throws: `Refusal.loginRequired` for none, or for more than one manner at once.
    fileprivate func presentedToken(cookie: String) throws -> PresentedToken {
        let fields = headers[values: .authorization]
        let inCookie = cookies[cookie]?.value
        if let field = fields.first {
            guard fields.count == 1, inCookie == nil else { throw Refusal.loginRequired }
            if let token = field.token(of: "dpop") { return PresentedToken(manner: .dpop, secret: token) }
            if let token = field.token(of: "bearer") { return PresentedToken(manner: .bearer, secret: token) }
            throw Refusal.loginRequired
        }
        guard let inCookie, !inCookie.isEmpty else { throw Refusal.loginRequired }
        return PresentedToken(manner: .cookie, secret: inCookie)
    }
}

extension String {
    /// The credentials behind a scheme, which is not case-sensitive (RFC 9110 11.1).
    fileprivate func token(of scheme: String) -> String? {
        let head = utf8.prefix(scheme.utf8.count)
        guard head.elementsEqual(scheme.utf8, by: { $0 | 0x20 == $1 }), utf8.count > head.count + 1,
            utf8[head.endIndex] == UInt8(ascii: " ")
        else { return nil }
        return String(self[utf8.index(after: head.endIndex)...])
    }
}
