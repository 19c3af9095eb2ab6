/// What the gateway acknowledges: the record is on disk. The same for a replay, but for photos that came meanwhile.
public struct Receipt: Codable, Equatable, Sendable {
    public var id: String
    /// RFC 3339, the gateway's clock.
    public var receivedAt: String
    /// SHA-256 of the raw bytes that were stored.
    public var sha256: String
    /// `received` while photos are missing, then `complete`.
    public var state: String
    /// The month in which the visit counts, `YYYY-MM`.
    public var month: String
    /// `verified`, `plausible`, `weak` or `contradicted`; absent for a record without subject. Advice, never a verdict.
    public var grade: String?
    public var reasons: [Reason]
    /// How the record stands towards the month's duty: `done`, `provisional`, `attempt`, `notDischarging`, `notOnRoster`.
    public var standing: String?
    /// Photos named by the record whose bytes this person or device has not sent yet.
    public var missingPhotos: [String]
    /// Photos that arrived but can't be used, with what to do.
    public var unusablePhotos: [UnusablePhoto]
    public var warnings: [Warning]

    public init(
        id: String, receivedAt: String, sha256: String, state: String, month: String, grade: String?, reasons: [Reason],
        standing: String?, missingPhotos: [String], unusablePhotos: [UnusablePhoto], warnings: [Warning]
    ) {
        self.id = id
        self.receivedAt = receivedAt
        self.sha256 = sha256
        self.state = state
        self.month = month
        self.grade = grade
        self.reasons = reasons
        self.standing = standing
        self.missingPhotos = missingPhotos
        self.unusablePhotos = unusablePhotos
        self.warnings = warnings
    }

    public struct Reason: Codable, Equatable, Sendable {
        public var code: String
        public var zh: String
        public var en: String

        public init(code: String, zh: String, en: String) {
            self.code = code
            self.zh = zh
            self.en = en
        }
    }

    public struct UnusablePhoto: Codable, Equatable, Sendable {
        public var sha256: String
        /// `damaged` (kept and shown as such) or `quarantined` (take it again).
        public var state: String
        public var code: String

        public init(sha256: String, state: String, code: String) {
            self.sha256 = sha256
            self.state = state
            self.code = code
        }
    }

    public struct Warning: Codable, Equatable, Sendable {
        public var code: String
        public var pointer: String

        public init(code: String, pointer: String) {
            self.code = code
            self.pointer = pointer
        }
    }
}

/// A record as it is read back: what was sent, and what became of it.
public struct StoredReport: Codable, Equatable, Sendable {
    public var receipt: Receipt
    /// The record as sent, including members that this gateway does not know.
    public var report: PatrolReport
    /// Our id of the person who sent it.
    public var person: String

    public init(receipt: Receipt, report: PatrolReport, person: String) {
        self.receipt = receipt
        self.report = report
        self.person = person
    }
}

/// One page of a list. `next` is absent on the last page; pass it back as `cursor`.
public struct Page<Item: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    public var items: [Item]
    public var next: String?

    public init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

/// One line of the list of records.
public struct ReportLine: Codable, Equatable, Sendable {
    public var id: String
    public var receivedAt: String
    public var capturedAt: String
    public var month: String
    public var state: String
    public var subjectKind: String?
    public var subject: String?
    public var subjectName: String?
    public var outcome: String?
    public var grade: String?
    public var reasons: [String]
    public var standing: String?
    public var missingPhotos: Int

    public init(
        id: String, receivedAt: String, capturedAt: String, month: String, state: String, subjectKind: String?,
        subject: String?, subjectName: String?, outcome: String?, grade: String?, reasons: [String], standing: String?,
        missingPhotos: Int
    ) {
        self.id = id
        self.receivedAt = receivedAt
        self.capturedAt = capturedAt
        self.month = month
        self.state = state
        self.subjectKind = subjectKind
        self.subject = subject
        self.subjectName = subjectName
        self.outcome = outcome
        self.grade = grade
        self.reasons = reasons
        self.standing = standing
        self.missingPhotos = missingPhotos
    }
}

/// What became of a photo's bytes.
public struct PhotoReceipt: Codable, Equatable, Sendable {
    public var sha256: String
    public var bytes: Int64
    /// `stored`, `damaged` or `quarantined`.
    public var state: String
    /// Problem code when damaged or quarantined.
    public var code: String?

    public init(sha256: String, bytes: Int64, state: String, code: String?) {
        self.sha256 = sha256
        self.bytes = bytes
        self.state = state
        self.code = code
    }
}

/// `POST /v1/login`.
public struct Login: Codable, Equatable, Sendable {
    public var name: String
    public var password: String

    public init(name: String, password: String) {
        self.name = name
        self.password = password
    }
}

/// An opaque token and who it speaks for.
public struct Session: Codable, Equatable, Sendable {
    public var token: String
    /// `DPoP`, bound to the key that proved the login, or `Bearer`; absent means `Bearer`.
    public var tokenType: String?
    /// RFC 3339, the gateway's clock.
    public var expiresAt: String
    /// Brings the next pair (`POST /v1/token`); absent for a bearer token.
    public var refreshToken: String?
    /// RFC 3339, the gateway's clock: the login's last moment without password.
    public var refreshUntil: String?
    /// As in `Enrolled`.
    public var gatewayKeys: [String]?
    public var person: Person

    public init(
        token: String, tokenType: String? = nil, expiresAt: String, refreshToken: String? = nil,
        refreshUntil: String? = nil, gatewayKeys: [String]? = nil, person: Person
    ) {
        self.token = token
        self.tokenType = tokenType
        self.expiresAt = expiresAt
        self.refreshToken = refreshToken
        self.refreshUntil = refreshUntil
        self.gatewayKeys = gatewayKeys
        self.person = person
    }

    public struct Person: Codable, Equatable, Sendable {
        public var id: String
        public var name: String
        public var roles: [RoleInArea]
        /// The grids that this person has a duty in today.
        public var grids: [GridLine]

        public init(id: String, name: String, roles: [RoleInArea], grids: [GridLine]) {
            self.id = id
            self.name = name
            self.roles = roles
            self.grids = grids
        }
    }

    public struct RoleInArea: Codable, Equatable, Sendable {
        public var role: String
        public var area: String
        public var areaName: String

        public init(role: String, area: String, areaName: String) {
            self.role = role
            self.area = area
            self.areaName = areaName
        }
    }

    public struct GridLine: Codable, Equatable, Sendable {
        public var id: String
        public var name: String

        public init(id: String, name: String) {
            self.id = id
            self.name = name
        }
    }
}

/// `GET /healthz`, `/readyz`.
public struct Health: Codable, Equatable, Sendable {
    public var status: String

    public init(status: String) { self.status = status }
}

/// RFC 9457. `title` and `detail` are in the reader's language (`Accept-Language`).
public struct Problem: Codable, Equatable, Sendable {
    /// `https://gridpatrol.example/problems/{code}`, stable.
    public var type: String
    public var title: String
    public var status: Int
    /// What to do next.
    public var detail: String?
    /// Stable, kebab-case.
    public var code: String
    /// Request id, to be quoted to support.
    public var instance: String?
    /// Whether sending the same again can help.
    public var retryable: Bool
    /// Every defect of the input.
    public var defects: [Fault]?

    public init(
        type: String, title: String, status: Int, detail: String?, code: String, instance: String?, retryable: Bool,
        defects: [Fault]?
    ) {
        self.type = type
        self.title = title
        self.status = status
        self.detail = detail
        self.code = code
        self.instance = instance
        self.retryable = retryable
        self.defects = defects
    }

    public struct Fault: Codable, Equatable, Sendable {
        public var pointer: String
        public var code: String
        public var message: String

        public init(pointer: String, code: String, message: String) {
            self.pointer = pointer
            self.code = code
            self.message = message
        }
    }
}
