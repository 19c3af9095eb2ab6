import Patrol
import Wire

/// Who is logged in and where: the only place where the tokens lie.
struct SavedSession: Codable, Equatable, Sendable {
    /// The tokens go to this gateway and to no other.
    let gateway: GatewayAddress
    var session: Session
    /// The gateway took the refresh token no more. Whose the rosters and records are is still known.
    var hasEnded: Bool?

    private static let file = "session.json"

    static func load(from home: Home) throws(StorageFault) -> SavedSession? {
        try home.load(SavedSession.self, file)
    }

    /// - Throws: `Failure` with what to do when nobody is logged in.
    static func require(from home: Home) throws -> SavedSession {
        guard let saved = try load(from: home), saved.hasEnded != true else { throw nobody }
        return saved
    }

    static let nobody = Failure(
        .notPermitted, "not-logged-in", zh: "尚未登录，或登录已失效。请先执行：fieldcli login 用户名 --gateway 网关地址",
        en: "Nobody is logged in, or the session has ended. Run first: fieldcli login NAME --gateway URL")

    func save(to home: Home) throws(StorageFault) {
        try home.save(self, Self.file)
        try Settings.keep(gateway, keys: session.gatewayKeys, in: home)
    }

    /// With the tokens overwritten.
    static func remove(from home: Home) throws(StorageFault) {
        try Storage.shred("\(home.folder)/\(file)")
        try Storage.syncFolder(home.folder)
    }

    /// The next pair of tokens of the same login.
    mutating func renew(_ tokens: Tokens) {
        session.token = tokens.token
        session.tokenType = tokens.tokenType
        session.expiresAt = tokens.expiresAt
        session.refreshToken = tokens.refreshToken
        session.refreshUntil = tokens.refreshUntil
        session.gatewayKeys = tokens.gatewayKeys
    }
}

/// What outlives a session.
struct Settings: Codable, Equatable, Sendable {
    let gateway: GatewayAddress
    /// As in `Enrolled.gatewayKeys`: pinned for this gateway.
    var gatewayKeys: [String]?

    static let file = "settings.json"

    static func load(from home: Home) throws(StorageFault) -> Settings? { try home.load(Settings.self, file) }

    /// - Parameter keys: nil leaves what is known of this gateway.
    static func keep(_ gateway: GatewayAddress, keys: [String]?, in home: Home) throws(StorageFault) {
        let known = try load(from: home)
        let settings = Settings(
            gateway: gateway, gatewayKeys: keys ?? (known?.gateway == gateway ? known?.gatewayKeys : nil))
        if settings != known { try home.save(settings, file) }
    }
}

extension Session {
    /// Whether the token is of no use any more, by the gateway's clock; not known counts as no.
    func isOver(at time: Instant?) -> Bool {
        guard let time, let end = Instant(rfc3339: expiresAt) else { return false }
        return end <= time
    }
}
