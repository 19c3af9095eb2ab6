import Foundation
import HTTPTypes
import Hummingbird
import Patrol
import Store
import Wire

extension Gateway {
    var sessionRoutes: [Route] {
        [
            Route(.post, "/v1/login", .anybody, handle: login),
            Route(.post, "/v1/logout", .ownPassword, handle: logout),
            Route(.put, "/v1/password", .ownPassword, handle: putPassword),
        ]
    }

    @Sendable private func login(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try requireJSON(request)
        let limits = BodyLimits(maxBytes: 16 * 1024, minimumRate: settings.minimumBodyRate)
        let sent = try decodeExactly(Login.self, from: try await limits.collect(request))
        let begun = try await beginSession(
            name: sent.name, password: sent.password, address: countedAddress(context.channel.remoteAddress))
        return try jsonResponse(try await session(begun))
    }

    @Sendable private func logout(_ request: Request, _ context: PatrolContext) async throws -> Response {
        try await endSession(of: context)
        return Response(status: .noContent)
    }

    @Sendable private func putPassword(_ request: Request, _ context: PatrolContext) async throws -> Response {
        let actor = try context.requireActor()
        let sent = try await body(PasswordChange.self, of: request, maxBytes: 16 * 1024)
        try await changePassword(
            of: actor, from: sent.old, to: sent.new, keeping: context.token, device: nil,
            address: countedAddress(context.channel.remoteAddress))
        return Response(status: .noContent)
    }

    /// A new session's token, in the clear for the last time.
    struct BegunSession {
        let token: String
        let expiresAt: Instant
        let actor: Actor
    }

    /// - Throws: as `authenticate`.
    func beginSession(name: String, password: String, address: String) async throws -> BegunSession {
        let credentials = try await authenticate(name, password, device: nil, address: address)
        let token = randomToken()
        let hashed = sha256Hex(token.utf8)
        let begin = now()
        let end = begin.adding(milliseconds: Int64(settings.sessionHours) * 3_600_000)
        try await store.beginSession(tokenHash: hashed, person: credentials.person, at: begin, until: end)
        guard let actor = try await store.actor(tokenHash: hashed, at: begin) else { throw Refusal.wrongCredentials }
        return BegunSession(token: token, expiresAt: end, actor: actor)
    }

    private func session(_ begun: BegunSession) async throws -> Session {
        let actor = begun.actor
        let grids = actor.grids(on: today()).sorted()
        let areas = actor.assignments.compactMap { $0.area.areas.last }
        let lines = try await store.areaLines(grids + areas, on: today())
        return Session(
            token: begun.token, expiresAt: begun.expiresAt.rfc3339,
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

/// 256 random bits, base64url.
private func randomToken() -> String {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
        .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
}
