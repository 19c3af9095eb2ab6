import Gateway
import Patrol

/// What the operator decides; the defaults stand here and in `GatewaySettings`, and nowhere else.
struct Settings: Sendable {
    var config = ""
    var data = "data"
    /// Empty until read: then `sqlite:` and the database file.
    var store = ""
    /// Empty until read, like `store`.
    var photoFolder = ""
    var storeReaders = 4
    var timeZone = "Asia/Shanghai"
    var logLevel = "info"
    /// Empty until read: then the name of this machine.
    var name = ""
    /// Empty until read, like `store`.
    var auditHeads = ""
    /// Listen without TLS where others than this machine can listen in.
    var plainHTTP = false
    var gateway = GatewaySettings()

    /// The name was checked when it was read.
    var zone: DeploymentZone { DeploymentZone(identifier: timeZone) ?? .shanghai }
    /// The text was checked when it was read.
    var storeAddress: StoreAddress { StoreAddress(store) ?? .sqlite(path: data + "/patrol.db") }
}

/// One setting: its flag is `--name`, its variable `PATROL_NAME`, its key in the file `name`.
struct Setting: Sendable {
    let name: String
    let kind: Kind
    /// The commands that look at it; all commands accept it.
    let use: String
    let zh: String
    let en: String
    /// How a default that follows from another setting is written.
    var derivedDefault: String?

    /// Where the value is kept.
    typealias Field<Value> = any WritableKeyPath<Settings, Value> & Sendable

    enum Kind: Sendable {
        case integer(Field<Int>, ClosedRange<Int>)
        case text(Field<String>, hint: String, isValid: @Sendable (String) -> Bool)
        case choice(Field<String>, [String])
        case flag(Field<Bool>)
    }

    var flag: String { "--" + name }
    var variable: String { Setting.variablePrefix + name.uppercased().replacing("-", with: "_") }

    static let variablePrefix = "PATROL_"

    static func named(_ name: String) -> Setting? { all.first { $0.name == name } }

    /// Every setting there is. Help, README, reading and checking all follow from this table.
    static let all: [Setting] = storage + edge + limits + workers + people + traces + retention

    private static let storage: [Setting] = [
        Setting(
            name: "config", kind: .text(\.config, hint: "FILE", isValid: { !$0.isEmpty }), use: "all",
            zh: "设置文件，每行 名称 = 值，# 起为注释", en: "File of settings, `name = value` a line, # begins a comment"),
        Setting(
            name: "data", kind: .text(\.data, hint: "FOLDER", isValid: { !$0.isEmpty }), use: "all",
            zh: "数据文件夹", en: "Folder of everything that is kept"),
        Setting(
            name: "store",
            kind: .text(
                \.store, hint: "sqlite:PATH|postgres://USER@HOST/DATABASE", isValid: { StoreAddress($0) != nil }),
            use: "all", zh: "数据库；密码请写在设置文件或 PGPASSFILE 中",
            en: "Database; a password belongs in the file of settings or in PGPASSFILE",
            derivedDefault: "sqlite:DATA/patrol.db"),
        Setting(
            name: "store-readers", kind: .integer(\.storeReaders, 1...64), use: "all",
            zh: "同时读数据库的连接数", en: "Concurrent readers of the database"),
        Setting(
            name: "photo-folder", kind: .text(\.photoFolder, hint: "FOLDER", isValid: { !$0.isEmpty }), use: "serve",
            zh: "照片文件夹", en: "Folder of the photos", derivedDefault: "DATA/photos"),
        Setting(
            name: "time-zone",
            kind: .text(\.timeZone, hint: "ZONE", isValid: { DeploymentZone(identifier: $0) != nil }), use: "all",
            zh: "划分日与月的时区（IANA 名称）", en: "Zone in which days and months begin (IANA name)"),
        Setting(
            name: "log-level", kind: .choice(\.logLevel, ["trace", "debug", "info", "notice", "warning", "error"]),
            use: "serve", zh: "日志级别", en: "Least severity that is logged"),
        Setting(
            name: "host", kind: .text(\.gateway.host, hint: "ADDRESS", isValid: { !$0.isEmpty }), use: "serve",
            zh: "监听地址", en: "Address to listen on"),
        Setting(
            name: "port", kind: .integer(\.gateway.port, 0...65_535), use: "serve",
            zh: "监听端口，0 为任选", en: "Port to listen on; 0 takes a free one"),
    ]

    private static let edge: [Setting] = [
        Setting(
            name: "tls-certificate", kind: .text(\.gateway.tlsCertificate, hint: "FILE", isValid: { !$0.isEmpty }),
            use: "serve", zh: "TLS 证书链（PEM），更换后自动生效",
            en: "Certificate and its chain for TLS (PEM); a new one is taken by itself"),
        Setting(
            name: "tls-key", kind: .text(\.gateway.tlsKey, hint: "FILE", isValid: { !$0.isEmpty }), use: "serve",
            zh: "TLS 私钥（PEM，未加密）", en: "Key of the certificate (PEM, not encrypted)"),
        Setting(
            name: "tls-next-keys",
            kind: .text(
                \.gateway.tlsNextKeys, hint: "sha256/BASE64URL,…", isValid: { TLSCertificate.pins($0) != nil }),
            use: "serve", zh: "将要换用的 TLS 密钥指纹；终端登录时获知，换钥匙前先公布一个登录周期以上",
            en: "Pins of TLS keys to come; devices hear of them as they log in, so name them well before the change"),
        Setting(
            name: "trusted-proxies",
            kind: .text(\.gateway.trustedProxies, hint: "ADDRESS[/BITS],…", isValid: { TrustedProxies($0) != nil }),
            use: "serve", zh: "可信代理；只采信它们转来的客户端地址与协议",
            en: "Proxies whose word on callers' address and scheme is taken; nobody else's is"),
        Setting(
            name: "forwarded-header",
            kind: .choice(\.gateway.forwardedHeader, TrustedProxies.Header.allCases.map(\.rawValue)), use: "serve",
            zh: "可信代理所写的转发头：X-Forwarded-For/-Proto 或 Forwarded",
            en: "Which headers they write: X-Forwarded-For/-Proto, or Forwarded"),
        Setting(
            name: "public-url",
            kind: .text(\.gateway.publicURL, hint: "http(s)://HOST[:PORT],…", isValid: { Origin.list($0) != nil }),
            use: "serve", zh: "客户端访问本网关所用的地址", en: "Addresses by which clients name this gateway",
            derivedDefault: "http(s)://HOST:PORT"),
        Setting(
            name: "plain-http", kind: .flag(\.plainHTTP), use: "serve",
            zh: "允许在本机以外的地址上不经 TLS 提供服务；仅供测试与演示",
            en: "Serve other machines without TLS; for tests and demonstrations only"),
        Setting(
            name: "management-host",
            kind: .text(\.gateway.managementHost, hint: "ADDRESS", isValid: { !$0.isEmpty }), use: "serve",
            zh: "健康检查与指标的监听地址", en: "Address to listen on for health and metrics"),
        Setting(
            name: "management-port", kind: .integer(\.gateway.managementPort, 0...65_535), use: "serve",
            zh: "健康检查与指标的端口，0 为不提供", en: "Port of health and metrics; 0 for none"),
    ]

    private static let limits: [Setting] = [
        Setting(
            name: "max-report-bytes", kind: .integer(\.gateway.maxReportBytes, 1_024...16_777_216), use: "serve",
            zh: "一条记录最多字节数", en: "Most bytes of one record"),
        Setting(
            name: "max-photo-bytes", kind: .integer(\.gateway.maxPhotoBytes, 1_024...1_073_741_824),
            use: "serve, photo normalize", zh: "一张照片最多字节数", en: "Most bytes of one photo"),
        Setting(
            name: "max-photo-megapixels", kind: .integer(\.gateway.maxPhotoMegapixels, 1...1_000),
            use: "serve, photo normalize", zh: "一张照片最多百万像素", en: "Most megapixels of one photo"),
        Setting(
            name: "max-connections", kind: .integer(\.gateway.maxConnections, 1...100_000), use: "serve",
            zh: "同时连接数上限", en: "Most connections at the same time"),
        Setting(
            name: "max-connections-per-address", kind: .integer(\.gateway.maxConnectionsPerAddress, 1...100_000),
            use: "serve", zh: "同一地址同时连接数上限，可信代理不计",
            en: "Most connections of one address at the same time; trusted proxies are not counted"),
        Setting(
            name: "header-seconds", kind: .integer(\.gateway.headerSeconds, 1...600), use: "serve",
            zh: "收齐一个请求头的秒数", en: "Seconds in which a request's head must be complete"),
        Setting(
            name: "idle-seconds", kind: .integer(\.gateway.idleSeconds, 1...3_600), use: "serve",
            zh: "无任何字节往来即断开的秒数", en: "Seconds without a byte until a connection is closed"),
        Setting(
            name: "minimum-body-rate", kind: .integer(\.gateway.minimumBodyRate, 0...10_485_760), use: "serve",
            zh: "请求体、应答每秒最少字节数（平均）", en: "Least bytes a second that a body or an answer must average"),
        Setting(
            name: "account-rate", kind: .integer(\.gateway.accountRate, 0...100_000), use: "serve",
            zh: "每账号每秒请求数，可一次用掉 12 秒的量，0 为不限",
            en: "Requests a second of one account, 12 seconds' worth at once; 0 for no limit"),
        Setting(
            name: "device-rate", kind: .integer(\.gateway.deviceRate, 0...100_000), use: "serve",
            zh: "每终端每秒请求数，同上", en: "Requests a second of one device, likewise"),
        Setting(
            name: "address-rate", kind: .integer(\.gateway.addressRate, 0...100_000), use: "serve",
            zh: "每地址每秒请求数，同上", en: "Requests a second of one address, likewise"),
    ]

    private static let workers: [Setting] = [
        Setting(
            name: "photo-workers", kind: .integer(\.gateway.photoWorkers, 1...256), use: "serve",
            zh: "同时处理的照片数", en: "Photos decoded at the same time"),
        Setting(
            name: "photo-queue", kind: .integer(\.gateway.photoQueue, 0...100_000), use: "serve",
            zh: "排队等待处理的照片数上限", en: "Most photos waiting to be decoded"),
        Setting(
            name: "password-workers", kind: .integer(\.gateway.passwordWorkers, 1...256),
            use: "serve, import workers, demo-data", zh: "同时计算的口令散列数，每个 46 MiB",
            en: "Passwords hashed at the same time, 46 MiB each"),
    ]

    private static let people: [Setting] = [
        Setting(
            name: "session-hours", kind: .integer(\.gateway.sessionHours, 1...24), use: "serve",
            zh: "登录有效小时数", en: "Hours that a login lasts"),
        Setting(
            name: "idle-minutes", kind: .integer(\.gateway.idleMinutes, 1...720), use: "serve",
            zh: "浏览器无操作即退出的分钟数", en: "Minutes after which an idle browser is logged out"),
        Setting(
            name: "device-logins", kind: .flag(\.gateway.deviceLogins), use: "serve",
            zh: "只许在已登记的设备上登录；试用时可设为 false", en: "Log in on enrolled devices only; false for trials"),
        Setting(
            name: "shared-devices", kind: .flag(\.gateway.sharedDevices), use: "serve",
            zh: "允许多人共用一台设备（记入审计）", en: "Let several people log in on one device; the audit says so"),
        Setting(
            name: "least-clients",
            kind: .text(
                \.gateway.leastClients, hint: "NAME/VERSION,…", isValid: { ClientProgram.list($0) != nil }),
            use: "serve", zh: "客户端最低版本，更旧的须先更新，例如 fieldcli/1.2.0",
            en: "Least versions of clients, such as fieldcli/1.2.0; older ones must be updated first"),
        Setting(
            name: "password-profile",
            kind: .choice(\.gateway.passwordProfile, PasswordRules.Profile.allCases.map(\.rawValue)),
            use: "serve, user",
            zh: "口令规则：mlps 等级保护（至少 10 字、三类字符、定期更换），asvs 至少 15 字、不限组成、不定期更换",
            en: "Rules on passwords: mlps 10 characters of three classes, changed regularly; asvs 15 of any, never"),
        Setting(
            name: "password-days", kind: .integer(\.gateway.passwordDays, 0...3_650), use: "serve",
            zh: "mlps 口令的有效天数，0 为不限", en: "Days that a password of mlps is good for; 0 for ever"),
        Setting(
            name: "login-failures", kind: .integer(\.gateway.loginFailures, 1...1_000_000), use: "serve",
            zh: "同一账号在同一终端或地址连续输错多少次后暂停",
            en: "Wrong passwords for an account from one device or address until it has to wait"),
        Setting(
            name: "login-address-failures", kind: .integer(\.gateway.loginAddressFailures, 1...1_000_000), use: "serve",
            zh: "同一地址（未登记终端）对所有账号输错多少次后暂停",
            en: "Wrong passwords for any accounts from one address, without an enrolled device, until it has to wait"),
        Setting(
            name: "login-lock-minutes", kind: .integer(\.gateway.loginLockMinutes, 1...1_440), use: "serve",
            zh: "暂停的分钟数", en: "Minutes of that wait"),
        Setting(
            name: "language-default", kind: .choice(\.gateway.languageDefault, ["zh", "en"]), use: "serve",
            zh: "未声明语言者所见语言", en: "Language of people who name none"),
    ]

    private static let traces: [Setting] = [
        Setting(
            name: "gateway-name",
            kind: .text(
                \.name, hint: "NAME",
                isValid: { (1...64).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isNameByte) }),
            use: "all", zh: "本网关在审计链中的名称；共用一个数据库的各网关须不同",
            en: "Name of this gateway in the chains of the audit; different for each gateway on one database",
            derivedDefault: "HOSTNAME"),
        Setting(
            name: "audit-heads", kind: .text(\.auditHeads, hint: "FILE", isValid: { !$0.isEmpty }), use: "serve, audit",
            zh: "已签名的审计链头逐行追加到此文件；宜放在另一台机器的挂载点上",
            en: "File that signed heads of the audit are appended to; best on a mount of another machine",
            derivedDefault: "DATA/audit-heads.jsonl"),
        Setting(
            name: "audit-keep-days", kind: .integer(\.gateway.auditKeepDays, 0...36_500), use: "serve",
            zh: "审计记录保存天数，不少于 183；0 为永久",
            en: "Days that rows of the audit are kept, 183 at least; 0 for ever"),
    ]

    private static let retention: [Setting] = [
        Setting(
            name: "key-person-position-days",
            kind: .integer(\.gateway.retention.keyPersonPositionDays, 1...RetentionTerms.longestKeyPersonPositionDays),
            use: "serve, privacy apply", zh: "重点人员走访精确位置保留天数",
            en: "Days that the exact position of a visit to a key person is kept"),
        Setting(
            name: "worker-position-days", kind: .integer(\.gateway.retention.workerPositionDays, 30...3_650),
            use: "serve, privacy apply", zh: "其他记录中网格员位置保留天数",
            en: "Days that a worker's position is kept in other records"),
        Setting(
            name: "photo-metadata-days", kind: .integer(\.gateway.retention.photoMetadataDays, 30...3_650),
            use: "serve, privacy apply", zh: "照片内拍摄地点、机型等信息保留天数",
            en: "Days that place, make and model of a photo's camera are kept"),
        Setting(
            name: "off-list-months", kind: .integer(\.gateway.retention.offListMonths, 1...60),
            use: "serve, privacy apply", zh: "重点人员出册后个人信息保留月数",
            en: "Months that a key person's details are kept after they left every list"),
        Setting(
            name: "login-days", kind: .integer(\.gateway.retention.loginDays, 1...3_650),
            use: "serve, privacy apply", zh: "登录记录在结束后保留天数", en: "Days that a login's row is kept after its end"),
    ]
}

extension UInt8 {
    var isNameByte: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self) || self == 45 || self == 46
    }
}
