/// A patrol record (巡查记录 / 走访记录), well-formed. Its claims may still be wrong: they are stored, judged and marked.
public struct PatrolRecord: Equatable, Sendable {
    /// UUID made by the handheld, lower case.
    public let id: String
    /// The handheld's wall clock.
    public let capturedAt: Instant
    public let device: Device
    public let grid: AreaID?
    public let visit: VisitClaim?
    public let fix: Fix?
    public let text: String?
    public let photos: [Photo]
    public let findings: [Finding]
    public let supersedes: String?

    public init(
        id: String, capturedAt: Instant, device: Device, grid: AreaID?, visit: VisitClaim?, fix: Fix?, text: String?,
        photos: [Photo], findings: [Finding], supersedes: String?
    ) {
        self.id = id
        self.capturedAt = capturedAt
        self.device = device
        self.grid = grid
        self.visit = visit
        self.fix = fix
        self.text = text
        self.photos = photos
        self.findings = findings
        self.supersedes = supersedes
    }

    /// The facts by which records of one handheld can be put in order and its clock corrected later.
    public struct Device: Equatable, Sendable {
        public let id: String
        public let sequence: Int64
        public let previousSHA256: String?
        public let bootID: String?
        /// Monotonic milliseconds since the device started.
        public let uptime: Int64?

        public init(id: String, sequence: Int64, previousSHA256: String?, bootID: String?, uptime: Int64?) {
            self.id = id
            self.sequence = sequence
            self.previousSHA256 = previousSHA256
            self.bootID = bootID
            self.uptime = uptime
        }
    }

    public struct Photo: Equatable, Sendable {
        /// SHA-256 of the original bytes, lower-case hexadecimal.
        public let sha256: String
        public let bytes: Int64
        public let role: PhotoRole?

        public init(sha256: String, bytes: Int64, role: PhotoRole?) {
            self.sha256 = sha256
            self.bytes = bytes
            self.role = role
        }
    }

    public struct Finding: Equatable, Sendable {
        public let kind: FindingKind
        public let text: String
        public let isUrgent: Bool

        public init(kind: FindingKind, text: String, isUrgent: Bool) {
            self.kind = kind
            self.text = text
            self.isUrgent = isUrgent
        }
    }
}

public enum PhotoRole: String, CaseIterable, Sendable {
    case scene, finding, before, after, attempt
}

/// 安全隐患、矛盾纠纷、群众需求 (HZ 全科网格管理站 b).
public enum FindingKind: String, CaseIterable, Sendable {
    case safetyHazard, dispute, residentNeed, other
}

/// What a record says of a visit.
public struct VisitClaim: Equatable, Sendable {
    public let subject: RecordSubject
    public let outcome: Outcome
    /// Until when a dated status holds.
    public let until: Day?
    /// Besides the sender.
    public let participants: [Participant]

    public init(subject: RecordSubject, outcome: Outcome, until: Day?, participants: [Participant]) {
        self.subject = subject
        self.outcome = outcome
        self.until = until
        self.participants = participants
    }
}
