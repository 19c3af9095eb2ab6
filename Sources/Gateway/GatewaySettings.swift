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
    public var sessionHours = 12
    /// Language of people who name none: `zh` or `en`.
    public var languageDefault = "zh"
    /// Mark the session cookie `Secure`; set behind TLS.
    public var secureCookies = false

    /// How long what is personal is kept.
    public var retention = RetentionTerms()

    public init() {}
}
