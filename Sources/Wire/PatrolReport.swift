/// A patrol record (巡查记录 / 走访记录) as a handheld sends it: `PUT /v1/reports/{id}`.
///
/// Frozen in the outbox before the first attempt; every version that ever landed must decode for ever.
/// Times are RFC 3339 with offset; positions are degrees, latitude apart from longitude, never a pair.
public struct PatrolReport: Codable, Equatable, Sendable {
    /// Version of this shape: 1.
    public var version: Int
    /// Wall clock of the handheld when the record was made. May be wrong; it is stored and corrected, never refused.
    public var capturedAt: String
    public var device: Device
    /// Our id of the grid that the worker was patrolling, where the handheld knows it.
    public var grid: String?
    /// Whom or what the record concerns; absent for a finding on the way.
    public var subject: Subject?
    /// A `PlaceOutcome` or `PersonOutcome`, according to the subject's kind. Required with a subject.
    public var outcome: String?
    /// `YYYY-MM-DD`: until when a dated status holds (suspended, away, in hospital).
    public var until: String?
    /// Everybody who took part besides the sender.
    public var participants: [Participant]?
    public var fix: Fix?
    /// Free text, at most 4,000 characters.
    public var text: String?
    /// Photos that belong to this record, at most 50; their bytes travel apart.
    public var photos: [Photo]?
    public var findings: [Finding]?
    /// The record that this one corrects or completes.
    public var supersedes: String?

    public init(version: Int = 1, capturedAt: String, device: Device) {
        self.version = version
        self.capturedAt = capturedAt
        self.device = device
    }

    public struct Device: Codable, Equatable, Sendable {
        /// Chosen once by the handheld, 1–64 characters of `A–Z a–z 0–9 . _ -`.
        public var id: String
        /// Counts this device's records from 1, without gaps.
        public var sequence: Int64
        /// SHA-256 (64 lower-case hexadecimal digits) of the raw bytes of the device's previous record.
        public var previousSha256: String?
        /// Changes at every start of the device.
        public var bootId: String?
        /// Monotonic milliseconds since that start, at capture.
        public var uptimeMilliseconds: Int64?
        /// Program and version, for support.
        public var app: String?

        public init(id: String, sequence: Int64) {
            self.id = id
            self.sequence = sequence
        }
    }

    public struct Subject: Codable, Equatable, Sendable {
        /// `place`, `keyPerson` or `newPlace`.
        public var kind: String
        /// Our id; absent for `newPlace`.
        public var id: String?
        /// What a newly found place is called; only for `newPlace`.
        public var name: String?
        public var address: String?

        public init(kind: String, id: String? = nil, name: String? = nil, address: String? = nil) {
            self.kind = kind
            self.id = id
            self.name = name
            self.address = address
        }
    }

    public struct Participant: Codable, Equatable, Sendable {
        /// Our id of the person, where known.
        public var person: String?
        public var name: String?
        /// A `Capacity`.
        public var capacity: String

        public init(person: String? = nil, name: String? = nil, capacity: String) {
            self.person = person
            self.name = name
            self.capacity = capacity
        }
    }

    public struct Fix: Codable, Equatable, Sendable {
        /// Degrees, −90…90.
        public var latitude: Double
        /// Degrees, −180…180.
        public var longitude: Double
        /// `WGS-84`, `CGCS2000`, `GCJ-02` or `BD-09`; never guessed.
        public var system: String
        /// Radius in metres that holds the true position with 68 %.
        public var accuracyMetres: Double?
        /// `gps`, `network`, `fused`, `manual` or `unknown`.
        public var provider: String?
        /// When the fix was taken, by the positioning system's clock.
        public var time: String?
        /// The platform says that the position was simulated.
        public var mock: Bool?

        public init(latitude: Double, longitude: Double, system: String) {
            self.latitude = latitude
            self.longitude = longitude
            self.system = system
        }
    }

    public struct Photo: Codable, Equatable, Sendable {
        /// SHA-256 of the original bytes, 64 lower-case hexadecimal digits.
        public var sha256: String
        public var bytes: Int64
        /// `scene`, `finding`, `before`, `after` or `attempt`.
        public var role: String?

        public init(sha256: String, bytes: Int64, role: String? = nil) {
            self.sha256 = sha256
            self.bytes = bytes
            self.role = role
        }
    }

    public struct Finding: Codable, Equatable, Sendable {
        /// `safetyHazard` 安全隐患, `dispute` 矛盾纠纷, `residentNeed` 群众需求 or `other`.
        public var kind: String
        public var text: String
        /// Overtakes everything else in the outbox.
        public var urgent: Bool?

        public init(kind: String, text: String, urgent: Bool? = nil) {
            self.kind = kind
            self.text = text
            self.urgent = urgent
        }
    }
}
