public import Patrol

/// A token of another system: it speaks for a person, but only within some permissions and until a day.
public struct IntegrationToken: Equatable, Sendable {
    public let id: String
    public let person: String
    /// Which system, for people.
    public let label: String
    public let scopes: Set<Permission>
    public let issuedAt: Instant
    public let expiresAt: Instant
    public let endedAt: Instant?

    public init(
        id: String, person: String, label: String, scopes: Set<Permission>, issuedAt: Instant, expiresAt: Instant,
        endedAt: Instant? = nil
    ) {
        self.id = id
        self.person = person
        self.label = label
        self.scopes = scopes
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
    }
}

extension PatrolStore {
    /// - Parameter tokenHash: of the token, which is shown once and kept nowhere.
    public func issue(_ token: IntegrationToken, tokenHash: String) async throws {
        _ = try await database.write { connection in
            try connection.run(
                """
                INSERT INTO integration_token (id, token_hash, person_id, label, scopes, issued_at, expires_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                [
                    .text(token.id), .text(tokenHash), .text(token.person), .text(token.label),
                    .text(token.scopes.map(\.rawValue).sorted().joined(separator: " ")),
                    .integer(token.issuedAt.milliseconds), .integer(token.expiresAt.milliseconds),
                ])
        }
    }

    /// - Returns: false if there is no such token or it is over already.
    public func endIntegrationToken(_ id: String, at now: Instant) async throws -> Bool {
        try await database.write { connection in
            try connection.run(
                "UPDATE integration_token SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL AND expires_at > $2",
                [.text(id), .integer(now.milliseconds)]) == 1
        }
    }

    /// Every token that was ever issued, the newest first.
    public func integrationTokens() async throws -> [IntegrationToken] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT id, person_id, label, scopes, issued_at, expires_at, ended_at FROM integration_token
                ORDER BY issued_at DESC, id
                """, []
            ).map { row in
                IntegrationToken(
                    id: try row.text(0), person: try row.text(1), label: try row.text(2),
                    scopes: scopes(try row.text(3)), issuedAt: Instant(milliseconds: try row.integer(4)),
                    expiresAt: Instant(milliseconds: try row.integer(5)),
                    endedAt: try row.optionalInteger(6).map { Instant(milliseconds: $0) })
            }
        }
    }
}

private func scopes(_ text: String) -> Set<Permission> {
    Set(text.split(separator: " ").compactMap { Permission(rawValue: String($0)) })
}

extension SQLConnection {
    func integrationActor(_ tokenHash: String, on today: Day, at now: Instant) throws -> Actor? {
        guard
            let row = try rows(
                """
                SELECT t.id, t.scopes, t.issued_at, \(actorColumns)
                FROM integration_token AS t JOIN person AS p ON p.id = t.person_id
                WHERE t.token_hash = $1 AND t.expires_at > $2 AND t.ended_at IS NULL AND p.disabled_at IS NULL
                """, [.text(tokenHash), .integer(now.milliseconds)]
            ).first
        else { return nil }
        let session = Actor.Session(
            id: try row.text(0), manner: .integration, device: nil, thumbprint: nil, publicKey: nil,
            beganAt: Instant(milliseconds: try row.integer(2)), usedAt: Instant(milliseconds: try row.integer(2)))
        return try actor(row, from: 3, on: today, session: session, scopes: scopes(row.text(1)))
    }
}
