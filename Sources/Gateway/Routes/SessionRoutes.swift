import Foundation
import HTTPTypes
import Hummingbird
import Patrol
import Store
import Wire

extension Gateway {
    var sessionRoutes: [Route] {
        [
            Route(.post, "/v1/login", .anybody, isAct: false, handle: Gateway.login),
            Route(.post, "/v1/token", .anybody, isAct: false, handle: Gateway.refresh),
            Route(.post, "/v1/logout", .ownPassword, handle: Gateway.logout),
            Route(.put, "/v1/password", .ownPassword, handle: Gateway.putPassword),
        ]
    }

    @Sendable private func login(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try requireJSON(request)
        let sent = try decodeExactly(Login.self, from: try await collectSmall(request))
        let device = try await loginDevice(try proof(request, token: nil), request, context)
        let begun = try await beginLogin(
            name: sent.name, password: sent.password, on: device, manner: device == nil ? .trial : .handheld, request,
            context)
        return try jsonResponse(try await session(begun))
    }

    /// The next pair of tokens of a login.
    @Sendable private func refresh(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try requireJSON(request)
        let sent = try decodeExactly(TokenRefresh.self, from: try await collectSmall(request))
        guard let proof = try proof(request, token: nil) else { throw Refusal.proofRequired }
        let now = now()
        let until = now.adding(milliseconds: accessMilliseconds)
        // A misused token leaves a row; a fresh pair is no act.
        let refreshed = try await store.refresh(
            sha256Hex(sent.refreshToken.utf8), thumbprint: proof.key.thumbprint, seed: Secrets.token(),
            tokenUntil: until, at: now
        ) { seed in TokenPair(following: sent.refreshToken, seed: seed).hashes }
        switch refreshed {
        case .pair(let seed, _, _, _, let endsAt):
            let pair = TokenPair(following: sent.refreshToken, seed: seed)
            return try jsonResponse(
                Tokens(
                    token: pair.token, tokenType: "DPoP", expiresAt: min(until, endsAt).rfc3339,
                    refreshToken: pair.refresh, refreshUntil: endsAt.rfc3339, gatewayKeys: gatewayKeys))
        case .misused(let person, let device):
            actors.forget(person: person)
            try await store.trace(
                Act(
                    context.operation, at: now, person: person, device: device, address: context.address,
                    requestID: context.id, salt: Secrets.salt()), result: "token-misused")
            throw Refusal.invalidToken
        case .unknown, .deviceLocked, .deviceLost:
            try await refuseUnlessActive(proof, request, context)
            throw Refusal.invalidToken
        }
    }

    @Sendable private func logout(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try await endLogin(of: context)
        return Response(status: .noContent)
    }

    @Sendable private func putPassword(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(PasswordChange.self, of: request, context, maxBytes: 16 * 1024)
        try await changePassword(
            of: actor, from: sent.old, to: sent.new, keeping: actor.session?.id, device: actor.session?.device,
            address: countedAddress(context.address))
        return Response(status: .noContent)
    }

    /// Bodies of a few short texts.
    func collectSmall(_ request: Request) async throws -> [UInt8] {
        try await BodyLimits(maxBytes: 16 * 1024, minimumRate: settings.minimumBodyRate).collect(request)
    }

    private func session(_ begun: BegunLogin) async throws -> Session {
        let actor = begun.actor
        let grids = actor.grids(on: today()).sorted()
        let areas = actor.assignments.compactMap { $0.area.areas.last }
        let lines = try await store.areaLines(grids + areas, on: today())
        return Session(
            token: begun.tokens.token, tokenType: begun.isBound ? "DPoP" : "Bearer",
            expiresAt: begun.tokenUntil.rfc3339, refreshToken: begun.isBound ? begun.tokens.refresh : nil,
            refreshUntil: begun.isBound ? begun.endsAt.rfc3339 : nil, gatewayKeys: gatewayKeys,
            passwordDue: passwordDue(of: actor)?.rawValue,
            person: .init(
                id: actor.person, name: actor.name,
                roles: actor.assignments.compactMap { assignment in
                    assignment.area.areas.last.map {
                        .init(role: assignment.role.rawValue, area: $0.text, areaName: lines[$0]?.name ?? $0.text)
                    }
                },
                grids: grids.map { .init(id: $0.text, name: lines[$0]?.name ?? $0.text) }))
    }
}

/// How long an access token lives that can be refreshed.
let accessMilliseconds: Int64 = 600_000
