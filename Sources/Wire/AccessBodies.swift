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

/// `PUT /v1/password`: one's own new password, and the old one for proof. Ends all other logins of the account.
public struct PasswordChange: Codable, Equatable, Sendable {
    public var old: String
    public var new: String

    public init(old: String, new: String) {
        self.old = old
        self.new = new
    }
}

/// `POST /v1/devices`: a device that is to be somebody's.
public struct NewDevice: Codable, Equatable, Sendable {
    public var person: String
    /// What the administrator calls it, such as its asset number; 1 to 80 characters.
    public var label: String

    public init(person: String, label: String) {
        self.person = person
        self.label = label
    }
}

/// A device with the one code that opens it, in both forms, shown this once.
public struct DeviceCode: Codable, Equatable, Sendable {
    public var device: String
    /// For a QR code: `gridpatrol:enrol?gateway=…&code=…`.
    public var text: String
    /// RFC 3339; so are the others.
    public var textUntil: String
    /// To be read out: eight digits, together with the account.
    public var digits: String
    public var digitsUntil: String

    public init(device: String, text: String, textUntil: String, digits: String, digitsUntil: String) {
        self.device = device
        self.text = text
        self.textUntil = textUntil
        self.digits = digits
        self.digitsUntil = digitsUntil
    }
}

/// A device as an administrator sees it.
public struct DeviceLine: Codable, Equatable, Sendable {
    public var id: String
    public var label: String
    /// `pending`, `active`, `locked` or `lost`.
    public var state: String
    public var person: Enrolled.Person
    /// The name that its records carry.
    public var handheld: String?
    public var model: String?
    public var app: String?
    /// RFC 7638, of its present key: to compare with what the device shows.
    public var thumbprint: String?
    public var recordedAt: String
    public var enrolledAt: String?
    /// Of its last login.
    public var usedAt: String?

    public init(
        id: String, label: String, state: String, person: Enrolled.Person, handheld: String?, model: String?,
        app: String?, thumbprint: String?, recordedAt: String, enrolledAt: String?, usedAt: String?
    ) {
        self.id = id
        self.label = label
        self.state = state
        self.person = person
        self.handheld = handheld
        self.model = model
        self.app = app
        self.thumbprint = thumbprint
        self.recordedAt = recordedAt
        self.enrolledAt = enrolledAt
        self.usedAt = usedAt
    }
}

/// `POST /v1/tokens`: a token for another system, which acts as a person within some permissions.
public struct NewToken: Codable, Equatable, Sendable {
    public var person: String
    /// Which system; 1 to 80 characters.
    public var label: String
    /// Permissions, such as `readCoverage`; at least one.
    public var scopes: [String]
    /// Last day, `YYYY-MM-DD`; at most a year away.
    public var until: String

    public init(person: String, label: String, scopes: [String], until: String) {
        self.person = person
        self.label = label
        self.scopes = scopes
        self.until = until
    }
}

/// A token of another system; the token itself is shown once, when it is issued.
public struct TokenLine: Codable, Equatable, Sendable {
    public var id: String
    public var person: String
    public var label: String
    public var scopes: [String]
    public var issuedAt: String
    public var expiresAt: String
    public var endedAt: String?
    public var token: String?

    public init(
        id: String, person: String, label: String, scopes: [String], issuedAt: String, expiresAt: String,
        endedAt: String?, token: String? = nil
    ) {
        self.id = id
        self.person = person
        self.label = label
        self.scopes = scopes
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
        self.token = token
    }
}

/// One row of the audit.
public struct AuditLine: Codable, Equatable, Sendable {
    public var chain: String
    public var seq: Int64
    /// RFC 3339, UTC.
    public var at: String
    /// Operation of the API or words of a command.
    public var act: String
    /// `done`, or the code of the problem.
    public var result: String
    public var person: String?
    public var device: String?
    public var address: String?
    public var object: String?
    public var purpose: String?
    public var requestId: String?
    public var hash: String

    public init(
        chain: String, seq: Int64, at: String, act: String, result: String, person: String?, device: String?,
        address: String?, object: String?, purpose: String?, requestId: String?, hash: String
    ) {
        self.chain = chain
        self.seq = seq
        self.at = at
        self.act = act
        self.result = result
        self.person = person
        self.device = device
        self.address = address
        self.object = object
        self.purpose = purpose
        self.requestId = requestId
        self.hash = hash
    }
}
