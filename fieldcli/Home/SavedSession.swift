import Wire

/// Who is logged in and where: the only place where the token lies.
struct SavedSession: Codable, Equatable, Sendable {
    /// The token goes to this gateway and to no other.
    let gateway: GatewayAddress
    let session: Session

    private static let file = "session.json"

    static func load(from home: Home) throws(StorageFault) -> SavedSession? {
        try home.load(SavedSession.self, file)
    }

    /// - Throws: `Failure` with what to do when nobody is logged in.
    static func require(from home: Home) throws -> SavedSession {
        guard let saved = try load(from: home) else {
            throw Failure(
                .notPermitted, "not-logged-in", zh: "尚未登录。请先执行：fieldcli login 用户名 --gateway 网关地址",
                en: "Nobody is logged in. Run first: fieldcli login NAME --gateway URL")
        }
        return saved
    }

    func save(to home: Home) throws(StorageFault) {
        try home.save(self, Self.file)
        try home.save(Settings(gateway: gateway), Settings.file)
    }

    static func remove(from home: Home) throws(StorageFault) { try home.remove(file) }
}

/// What outlives a session.
struct Settings: Codable, Equatable, Sendable {
    let gateway: GatewayAddress

    static let file = "settings.json"
}
