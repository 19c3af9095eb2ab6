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
    /// Of one address, or of one 64-bit network of IPv6; trusted proxies are not counted.
    public var maxConnectionsPerAddress = 1_000
    /// From a connection's opening, or a later head's first byte, to the end of the head.
    public var headerSeconds = 10
    /// Without a byte in either direction.
    public var idleSeconds = 60
    /// Bytes a second that a body must reach, averaged from its tenth second on; an answer, over the idle time.
    public var minimumBodyRate = 1_024
    /// Requests a second of one account, twelve seconds' worth of them at once; 0 for no limit.
    public var accountRate = 50
    /// As `accountRate`.
    public var deviceRate = 50
    /// As `accountRate`. Whole towns share an address.
    public var addressRate = 1_000
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
    /// Least versions of clients, `NAME/VERSION` with commas between them; others are taken as they are.
    public var leastClients = ""
    /// Days that rows of the audit are kept; 0 for ever.
    public var auditKeepDays = 0
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
    /// PEM files of the gateway's own certificate, with its chain, and of its key; both or neither.
    public var tlsCertificate = ""
    public var tlsKey = ""
    /// Pins of keys that `tlsKey` will be replaced by, with commas between them (`TLSCertificate.pins`).
    public var tlsNextKeys = ""
    /// Addresses and ranges whose forwarded headers are believed, with commas between them.
    public var trustedProxies = ""
    /// Which forwarded headers they write: `x-forwarded` or `forwarded`.
    public var forwardedHeader = "x-forwarded"
    /// Origins by which clients name the gateway, with commas between them; empty for the address it listens on.
    public var publicURL = ""
    public var managementHost = "127.0.0.1"
    /// 0 for no management address.
    public var managementPort = 0

    /// How long what is personal is kept.
    public var retention = RetentionTerms()

    public init() {}

    public var passwordRules: PasswordRules {
        PasswordRules(profile: .init(rawValue: passwordProfile) ?? .mlps, rotationDays: passwordDays)
    }
}
