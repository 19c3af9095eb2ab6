/// A signed head of a chain of the audit.
public struct AuditHeadLine: Codable, Equatable, Sendable {
    public var chain: String
    public var seq: Int64
    /// Day of the row, `YYYY-MM-DD`.
    public var day: String
    public var hash: String
    /// RFC 3339, to the millisecond.
    public var signedAt: String
    public var keyId: String
    /// ES256, base64 of r and s, over `patrol-audit-head-v1`, chain, seq, day, hash and the milliseconds of `signedAt`,
    /// each on a line of its own.
    public var signature: String

    public init(
        chain: String, seq: Int64, day: String, hash: String, signedAt: String, keyId: String, signature: String
    ) {
        self.chain = chain
        self.seq = seq
        self.day = day
        self.hash = hash
        self.signedAt = signedAt
        self.keyId = keyId
        self.signature = signature
    }
}

/// One line of an export of the audit: exactly one of its members.
public struct AuditExportLine: Codable, Equatable, Sendable {
    /// Where a chain stood before the first row of the export.
    public var start: Start?
    public var head: AuditHeadLine?
    public var row: Row?

    public init(start: Start? = nil, head: AuditHeadLine? = nil, row: Row? = nil) {
        self.start = start
        self.head = head
        self.row = row
    }

    public struct Start: Codable, Equatable, Sendable {
        public var chain: String
        public var seq: Int64
        public var hash: String

        public init(chain: String, seq: Int64, hash: String) {
            self.chain = chain
            self.seq = seq
            self.hash = hash
        }
    }

    public struct Row: Codable, Equatable, Sendable {
        public var chain: String
        public var seq: Int64
        /// Milliseconds since 1970 UTC.
        public var at: Int64
        public var act: String
        public var result: String
        public var requestId: String?
        /// SHA-256 over the fields of `detail`; of a batch of records, over its lines.
        public var detailDigest: String
        /// SHA-256 over the hash before it and the fields above.
        public var hash: String
        /// Absent for a batch of records.
        public var detail: Detail?

        public init(
            chain: String, seq: Int64, at: Int64, act: String, result: String, requestId: String?,
            detailDigest: String, hash: String, detail: Detail?
        ) {
            self.chain = chain
            self.seq = seq
            self.at = at
            self.act = act
            self.result = result
            self.requestId = requestId
            self.detailDigest = detailDigest
            self.hash = hash
            self.detail = detail
        }
    }

    public struct Detail: Codable, Equatable, Sendable {
        public var salt: String
        public var person: String?
        public var device: String?
        public var address: String?
        public var object: String?
        public var purpose: String?

        public init(
            salt: String, person: String?, device: String?, address: String?, object: String?, purpose: String?
        ) {
            self.salt = salt
            self.person = person
            self.device = device
            self.address = address
            self.object = object
            self.purpose = purpose
        }
    }
}
