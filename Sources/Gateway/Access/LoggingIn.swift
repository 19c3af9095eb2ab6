import Hummingbird
import Patrol
import Store

/// A new login's tokens, in the clear for the last time.
struct BegunLogin {
    let tokens: TokenPair
    let tokenUntil: Instant
    let endsAt: Instant
    /// Whether each request must prove that it has the device's key.
    let isBound: Bool
    let actor: Actor
}

/// What somebody logs in on.
enum LoginDevice {
    case enrolled(KnownDevice)
    /// A key that nobody enrolled: the answer is that to a wrong password, after the same work.
    case unknown
}

extension Gateway {
    /// - Returns: nil where a password alone opens, for trials.
    /// - Throws: `Refusal.proofRequired`, `.deviceLocked`, `.deviceLost`.
    func loginDevice(_ proof: KeyProof?, _ request: Request, _ context: PatrolContext) async throws -> LoginDevice? {
        guard let proof else {
            if settings.deviceLogins { throw Refusal.proofRequired }
            return nil
        }
        guard let device = try await refuseUnlessActive(proof, request, context), device.state == .active else {
            return .unknown
        }
        return .enrolled(device)
    }

    /// The same work and answer for unknown names and unknown devices as for wrong passwords.
    /// - Parameter instead: a login that ends with this one.
    /// - Throws: `Refusal.deviceOfAnother`, or as `authenticate`.
    func beginLogin(
        name: String, password: String, on device: LoginDevice?, manner: LoginManner, instead: String? = nil,
        _ request: Request, _ context: PatrolContext
    ) async throws -> BegunLogin {
        let act = act(request, context)
        var known: KnownDevice?
        if case .enrolled(let enrolled) = device { known = enrolled }
        let credentials: Credentials
        do {
            credentials = try await authenticate(
                name, password, device: known?.id, address: countedAddress(context.address),
                isKnown: device == nil || known != nil)
        } catch let refusal as Refusal {
            try await traceFailure(act, refusal, device: known)
            throw refusal
        }
        let own = Act(
            act.kind, at: act.at, person: credentials.person, device: known?.id, address: act.address,
            object: known.map { $0.person == credentials.person ? manner.rawValue : "\(manner.rawValue) shared" }
                ?? manner.rawValue, requestID: act.requestID, salt: act.salt)
        guard known == nil || known?.person == credentials.person || settings.sharedDevices else {
            try await store.trace(own, result: "device-of-another")
            throw Refusal.deviceOfAnother
        }
        return try await begin(manner, credentials, known, instead: instead, own)
    }

    private func begin(
        _ manner: LoginManner, _ credentials: Credentials, _ device: KnownDevice?, instead: String?, _ act: Act
    ) async throws -> BegunLogin {
        let tokens = TokenPair.random()
        let begin = now()
        let end = begin.adding(milliseconds: Int64(settings.sessionHours) * 3_600_000)
        let isBound = manner == .handheld
        let tokenUntil = isBound ? min(end, begin.adding(milliseconds: accessMilliseconds)) : end
        let login = NewLogin(
            id: Secrets.id("L"), person: credentials.person, passwordSetAt: credentials.password.setAt,
            device: device?.id, thumbprint: device?.thumbprint, manner: manner,
            tokenHash: tokens.hashes.tokenHash, tokenUntil: tokenUntil,
            refreshHash: isBound ? tokens.hashes.refreshHash : nil, endsAt: end)
        guard try await store.acting(act).begin(login, instead: instead, at: begin),
            let actor = try await store.actor(tokenHash: tokens.hashes.tokenHash, at: begin)
        else { throw Refusal.wrongCredentials }
        return BegunLogin(tokens: tokens, tokenUntil: tokenUntil, endsAt: end, isBound: isBound, actor: actor)
    }

    /// From a device that we know, each failure is a row; a stranger's are counted.
    private func traceFailure(_ act: Act, _ refusal: Refusal, device: KnownDevice?) async throws {
        let code = Outcome(describing: refusal).code
        guard let device else { return strangers.count(code) }
        var act = act
        act.person = device.person
        act.device = device.id
        try await store.trace(act, result: code)
    }
}
