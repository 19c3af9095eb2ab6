public import Patrol

/// How somebody is logged in.
public enum LoginManner: String, CaseIterable, Sendable {
    /// Password and the key of an enrolled handheld.
    case handheld
    /// Password and the key of an enrolled browser, then a cookie.
    case browser
    /// Password alone, where the deployment permits that.
    case trial
    /// A token of another system.
    case integration
}

/// A login to be begun. Tokens arrive hashed.
public struct NewLogin: Sendable {
    public let id: String
    public let person: String
    /// When the password was set that was checked for it, if one was.
    public let passwordSetAt: Instant?
    public let device: String?
    /// Of the device's key that was shown.
    public let thumbprint: String?
    public let manner: LoginManner
    public let tokenHash: String
    public let tokenUntil: Instant
    public let refreshHash: String?
    /// Absolute end, whatever is refreshed.
    public let endsAt: Instant

    public init(
        id: String, person: String, passwordSetAt: Instant?, device: String?, thumbprint: String?, manner: LoginManner,
        tokenHash: String, tokenUntil: Instant, refreshHash: String?, endsAt: Instant
    ) {
        self.id = id
        self.person = person
        self.passwordSetAt = passwordSetAt
        self.device = device
        self.thumbprint = thumbprint
        self.manner = manner
        self.tokenHash = tokenHash
        self.tokenUntil = tokenUntil
        self.refreshHash = refreshHash
        self.endsAt = endsAt
    }
}

/// Hashes of a pair of tokens that follows a refresh token.
public struct NextPair: Sendable {
    public let tokenHash: String
    public let refreshHash: String

    public init(tokenHash: String, refreshHash: String) {
        self.tokenHash = tokenHash
        self.refreshHash = refreshHash
    }
}

/// What became of a refresh token.
public enum Refreshing: ActOutcome, Equatable, Sendable {
    /// The pair made from this seed holds; `endsAt` is that of the login.
    case pair(seed: String, login: String, person: String, device: String?, endsAt: Instant)
    /// Known to nobody, or of a login that is over.
    case unknown
    /// Used up long ago, or by another key: the login is ended.
    case misused(person: String, device: String?)
    case deviceLocked
    case deviceLost

    public var refusal: String? {
        switch self {
        case .pair: nil
        case .unknown: "invalid-token"
        case .misused: "token-misused"
        case .deviceLocked: "device-locked"
        case .deviceLost: "device-lost"
        }
    }
}

/// How long a used refresh token brings its pair again: the answer was lost on the way.
public let lostAnswerMilliseconds: Int64 = 60_000

extension PatrolStore {
    /// Begins a login. Those that the same device, or `instead`, had before are over.
    /// - Returns: false if meanwhile the account was disabled, its password changed, or the device or its key barred.
    @discardableResult
    public func begin(_ login: NewLogin, instead: String? = nil, at now: Instant) async throws -> Bool {
        try await database.write { connection in
            guard try connection.mayBegin(login) else { return false }
            let moment = SQLValue.integer(now.milliseconds)
            try connection.run(
                "UPDATE login SET ended_at = $2 WHERE device_id = $1 AND ended_at IS NULL",
                [SQLValue(login.device), moment])
            try connection.run(
                "UPDATE login SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL", [SQLValue(instead), moment])
            try connection.run(
                """
                INSERT INTO login (id, person_id, device_id, manner, begun_at, used_at, ends_at, ended_at)
                VALUES ($1, $2, $3, $4, $5, $5, $6, NULL)
                """,
                [
                    .text(login.id), .text(login.person), SQLValue(login.device), .text(login.manner.rawValue), moment,
                    .integer(login.endsAt.milliseconds),
                ])
            try connection.insert(accessToken: login.tokenHash, of: login.id, until: login.tokenUntil)
            if let refresh = login.refreshHash { try connection.insert(refreshToken: refresh, of: login.id) }
            try connection.removeTokens(overAt: now)
            return true
        }
    }

    public func endLogin(_ id: String, at now: Instant) async throws {
        _ = try await database.write { connection in
            try connection.run(
                "UPDATE login SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL",
                [.text(id), .integer(now.milliseconds)])
        }
    }

    /// Notes that a login is in use; for those that end when they are idle.
    public func touch(login: String, at now: Instant) async throws {
        _ = try await plain.write { connection in
            try connection.run(
                "UPDATE login SET used_at = $2 WHERE id = $1 AND used_at < $2",
                [.text(login), .integer(now.milliseconds)])
        }
    }

    /// Who a token speaks for; nil if it is unknown, expired or ended, its person disabled or its device not active.
    public func actor(tokenHash: String, at now: Instant) async throws -> Actor? {
        let today = zone.day(of: now)
        return try await database.read { connection in
            guard let found = try connection.loginActor(tokenHash, on: today, at: now) else {
                return try connection.integrationActor(tokenHash, on: today, at: now)
            }
            return found
        }
    }

    /// Exchanges a refresh token. Used once more within `lostAnswerMilliseconds`, and by the same key, it gives the same
    /// pair; anything else ends the login.
    /// - Parameters:
    ///   - seed: at least 128 random bits, for the pair that follows.
    ///   - pair: the hashes of the pair that follows the token with a seed.
    public func refresh(
        _ tokenHash: String, thumbprint: String, seed: String, tokenUntil: Instant, at now: Instant,
        pair: @escaping @Sendable (_ seed: String) -> NextPair
    ) async throws -> Refreshing {
        try await database.write { connection in
            guard let row = try connection.refreshRow(tokenHash, at: now) else { return .unknown }
            let isOwn = row.thumbprint == thumbprint
            if isOwn, row.state == .locked { return .deviceLocked }
            if isOwn, row.state == .lost { return .deviceLost }
            guard isOwn, row.usedAt.map({ now.milliseconds(since: $0) <= lostAnswerMilliseconds }) ?? true else {
                try connection.run(
                    "UPDATE login SET ended_at = $2 WHERE id = $1", [.text(row.login), .integer(now.milliseconds)])
                return .misused(person: row.person, device: row.device)
            }
            if let earlier = row.nextSeed { return row.refreshed(with: earlier) }
            let next = pair(seed)
            try connection.run(
                "UPDATE refresh_token SET used_at = $2, next_seed = $3 WHERE token_hash = $1",
                [.text(tokenHash), .integer(now.milliseconds), .text(seed)])
            try connection.run("DELETE FROM access_token WHERE login_id = $1", [.text(row.login)])
            try connection.insert(accessToken: next.tokenHash, of: row.login, until: min(tokenUntil, row.endsAt))
            try connection.insert(refreshToken: next.refreshHash, of: row.login)
            return row.refreshed(with: seed)
        }
    }
}

/// A refresh token with its login and the present key of its device.
private struct RefreshRow {
    let login: String
    let person: String
    let device: String?
    let endsAt: Instant
    let usedAt: Instant?
    let nextSeed: String?
    let thumbprint: String?
    let state: DeviceState?

    func refreshed(with seed: String) -> Refreshing {
        .pair(seed: seed, login: login, person: person, device: device, endsAt: endsAt)
    }
}

extension SQLConnection {
    /// Hashing takes its time, and more in a queue: what was checked before it is looked at once more.
    fileprivate func mayBegin(_ login: NewLogin) throws -> Bool {
        let isOpen = try !rows(
            """
            SELECT 1 FROM person WHERE id = $1 AND disabled_at IS NULL
                AND (CAST($2 AS BIGINT) = 0 OR COALESCE(password_set_at, recorded_at) = CAST($2 AS BIGINT))
            """, [.text(login.person), .integer(login.passwordSetAt?.milliseconds ?? 0)]
        ).isEmpty
        guard isOpen, let device = login.device else { return isOpen }
        return try !rows(
            """
            SELECT 1 FROM device AS d JOIN device_key AS k ON k.device_id = d.id AND k.ended_at IS NULL
            WHERE d.id = $1 AND d.state = 'active' AND ($2 = '' OR k.thumbprint = $2)
            """, [.text(device), .text(login.thumbprint ?? "")]
        ).isEmpty
    }

    /// - Parameter condition: on `login`, of our own writing.
    /// - Returns: how many logins.
    @discardableResult
    func removeLogins(_ condition: String, _ values: [SQLValue]) throws -> Int {
        for table in ["access_token", "refresh_token"] {
            try run("DELETE FROM \(table) WHERE login_id IN (SELECT id FROM login WHERE \(condition))", values)
        }
        return try run("DELETE FROM login WHERE \(condition)", values)
    }

    fileprivate func insert(accessToken hash: String, of login: String, until: Instant) throws {
        try run(
            "INSERT INTO access_token (token_hash, login_id, expires_at) VALUES ($1, $2, $3)",
            [.text(hash), .text(login), .integer(until.milliseconds)])
    }

    fileprivate func insert(refreshToken hash: String, of login: String) throws {
        try run("INSERT INTO refresh_token (token_hash, login_id) VALUES ($1, $2)", [.text(hash), .text(login)])
    }

    /// Tokens of logins that are over for a day: until then a used one still tells that it was stolen.
    fileprivate func removeTokens(overAt now: Instant) throws {
        let before = SQLValue.integer(now.adding(milliseconds: -86_400_000).milliseconds)
        try run(
            "DELETE FROM access_token WHERE login_id IN (SELECT id FROM login WHERE ends_at <= $1) OR expires_at <= $1",
            [before])
        try run(
            "DELETE FROM refresh_token WHERE login_id IN (SELECT id FROM login WHERE ends_at <= $1)", [before])
    }

    fileprivate func loginActor(_ tokenHash: String, on today: Day, at now: Instant) throws -> Actor? {
        guard
            let row = try rows(
                """
                SELECT l.id, l.manner, l.device_id, k.thumbprint, k.public_key, l.begun_at, l.used_at, \(actorColumns)
                FROM access_token AS t JOIN login AS l ON l.id = t.login_id JOIN person AS p ON p.id = l.person_id
                    LEFT JOIN device AS d ON d.id = l.device_id
                    LEFT JOIN device_key AS k ON k.device_id = d.id AND k.ended_at IS NULL
                WHERE t.token_hash = $1 AND t.expires_at > $2 AND l.ended_at IS NULL AND l.ends_at > $2
                    AND p.disabled_at IS NULL AND (l.device_id IS NULL OR d.state = 'active')
                """, [.text(tokenHash), .integer(now.milliseconds)]
            ).first, let manner = LoginManner(rawValue: try row.text(1))
        else { return nil }
        let session = Actor.Session(
            id: try row.text(0), manner: manner, device: try row.optionalText(2), thumbprint: try row.optionalText(3),
            publicKey: try row.optionalText(4), beganAt: Instant(milliseconds: try row.integer(5)),
            usedAt: Instant(milliseconds: try row.integer(6)))
        return try actor(row, from: 7, on: today, session: session)
    }

    fileprivate func refreshRow(_ tokenHash: String, at now: Instant) throws -> RefreshRow? {
        try rows(
            """
            SELECT l.id, l.person_id, l.device_id, l.ends_at, t.used_at, t.next_seed, k.thumbprint, d.state
            FROM refresh_token AS t JOIN login AS l ON l.id = t.login_id JOIN person AS p ON p.id = l.person_id
                LEFT JOIN device AS d ON d.id = l.device_id
                LEFT JOIN device_key AS k ON k.device_id = d.id AND k.ended_at IS NULL
            WHERE t.token_hash = $1 AND l.ends_at > $2 AND l.ended_at IS NULL AND p.disabled_at IS NULL
            """, [.text(tokenHash), .integer(now.milliseconds)]
        ).first.map { row in
            RefreshRow(
                login: try row.text(0), person: try row.text(1), device: try row.optionalText(2),
                endsAt: Instant(milliseconds: try row.integer(3)),
                usedAt: try row.optionalInteger(4).map { Instant(milliseconds: $0) },
                nextSeed: try row.optionalText(5), thumbprint: try row.optionalText(6),
                state: try row.optionalText(7).flatMap { DeviceState(rawValue: $0) })
        }
    }
}
