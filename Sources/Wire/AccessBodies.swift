/// `POST /v1/devices/enrol`, with a proof by the key that is to be enrolled and no token.
///
/// Either `code`, or `login` with `digits`. The very first administrator has no account yet: `code` with `login`, `name` and `password`.
public struct Enrolment: Codable, Equatable, Sendable {
    /// One-time code of the QR text: base32, at least 128 bit, valid 24 h.
    public var code: String?
    /// Name of the account that `digits` were given for, or that the first administrator takes.
    public var login: String?
    /// 8 decimal digits, valid 10 min and 5 tries.
    public var digits: String?
    /// The first administrator's own name, for people.
    public var name: String?
    /// The first administrator's password.
    public var password: String?
    /// The name that this device's records carry (`PatrolReport.Device.id`).
    public var handheld: String
    /// Make and model, for the administrator's list.
    public var model: String?
    /// Program and version.
    public var app: String?

    public init(
        code: String? = nil, login: String? = nil, digits: String? = nil, name: String? = nil, password: String? = nil,
        handheld: String, model: String? = nil, app: String? = nil
    ) {
        self.code = code
        self.login = login
        self.digits = digits
        self.name = name
        self.password = password
        self.handheld = handheld
        self.model = model
        self.app = app
    }
}

/// A device and the account that it belongs to from now on.
public struct Enrolled: Codable, Equatable, Sendable {
    /// Our id of the device.
    public var device: String
    public var person: Person
    /// Public keys that the gateway's TLS certificates may have, to be pinned: `sha256/` and the base64url SHA-256 of
    /// the key's SubjectPublicKeyInfo (DER), unpadded. Empty where TLS ends elsewhere.
    public var gatewayKeys: [String]

    public init(device: String, person: Person, gatewayKeys: [String]) {
        self.device = device
        self.person = person
        self.gatewayKeys = gatewayKeys
    }

    public struct Person: Codable, Equatable, Sendable {
        public var id: String
        public var name: String

        public init(id: String, name: String) {
            self.id = id
            self.name = name
        }
    }
}

/// `POST /v1/token`, with a proof by the key that the login is bound to.
public struct TokenRefresh: Codable, Equatable, Sendable {
    public var refreshToken: String

    public init(refreshToken: String) { self.refreshToken = refreshToken }
}

/// A fresh pair of tokens of the same login. The refresh token that was sent is used up; sent again within 60 s by the
/// same key it brings the same pair, since an answer may be lost on the way.
public struct Tokens: Codable, Equatable, Sendable {
    /// 256 bit, base64url.
    public var token: String
    /// `DPoP`.
    public var tokenType: String
    /// RFC 3339, the gateway's clock.
    public var expiresAt: String
    public var refreshToken: String
    /// RFC 3339, the gateway's clock: the login's last moment without password.
    public var refreshUntil: String
    /// As in `Enrolled`.
    public var gatewayKeys: [String]

    public init(
        token: String, tokenType: String, expiresAt: String, refreshToken: String, refreshUntil: String,
        gatewayKeys: [String]
    ) {
        self.token = token
        self.tokenType = tokenType
        self.expiresAt = expiresAt
        self.refreshToken = refreshToken
        self.refreshUntil = refreshUntil
        self.gatewayKeys = gatewayKeys
    }
}

/// `PUT /v1/password`. Ends all other logins of the account.
public struct PasswordChange: Codable, Equatable, Sendable {
    /// The account, where there is no login because the old password must be changed first; absent otherwise.
    public var name: String?
    public var old: String
    public var new: String

    public init(name: String? = nil, old: String, new: String) {
        self.name = name
        self.old = old
        self.new = new
    }
}
