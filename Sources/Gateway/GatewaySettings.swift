public import Patrol

/// What the gateway is told at start. Declared, read and checked in `patrol-gateway`; values here are already good.
public struct GatewaySettings: Sendable {
    public var host = "127.0.0.1"
    public var port = 8080
    /// Folder of the photos; made if missing.
    public var photoFolder = "data/photos"
    public var maxReportBytes = 256 * 1024
    public var maxPhotoBytes = 40_000_000
    public var maxPhotoMegapixels = 120
    public var maxConnections = 2_000
    /// From a connection's opening to its first complete request head.
    public var headerSeconds = 10
    /// Without a byte in either direction.
    public var idleSeconds = 60
    /// Bytes a second that a body must reach, averaged from its tenth second on.
    public var minimumBodyRate = 1_024
    /// Photos decoded at the same time.
    public var photoWorkers = 2
    /// Photos waiting for a worker; a further one is answered 503 at once.
    public var photoQueue = 64
    /// Passwords hashed at the same time, 46 MiB each.
    public var passwordWorkers = 4
    /// Of a login, whatever is refreshed.
    public var sessionHours = 12
    /// After which a browser's login ends that nobody uses.
    public var idleMinutes = 30
    /// Whether people log in with an enrolled device only; otherwise a password alone opens, for trials.
    public var deviceLogins = true
    /// Whether several people log in on one device.
    public var sharedDevices = false
    /// Days that rows of the audit are kept; 0 for ever.
    public var auditKeepDays = 0
    /// `https://host[:port]` as clients name us; empty for a listener on the loopback address.
    public var publicOrigins: Set<String> = []
    /// `mlps` or `asvs` (`PasswordRules.Profile`).
    public var passwordProfile = "mlps"
    /// Days after which `mlps` wants another password; 0 for never.
    public var passwordDays = 90
    /// Wrong passwords for one account from one device or address, until that one has to wait.
    public var loginFailures = 5
    /// Wrong passwords for any accounts from one address without an enrolled device; many people may share an address.
    public var loginAddressFailures = 50
    public var loginLockMinutes = 15
    /// Language of people who name none: `zh` or `en`.
    public var languageDefault = "zh"
    /// Mark the session cookie `Secure`; set behind TLS.
    public var secureCookies = false

    /// How long what is personal is kept.
    public var retention = RetentionTerms()

    public init() {}

    public var passwordRules: PasswordRules {
        PasswordRules(profile: .init(rawValue: passwordProfile) ?? .mlps, rotationDays: passwordDays)
    }
}
