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
    /// Names the stop that several records share: one corridor, forty doors.
    public let stop: String?

    public init(
        id: String, capturedAt: Instant, device: Device, grid: AreaID?, visit: VisitClaim?, fix: Fix?, text: String?,
        photos: [Photo], findings: [Finding], supersedes: String?, stop: String? = nil
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
        self.stop = stop
    }

    /// The facts by which records of one handheld can be put in order and its clock corrected later.
    public struct Device: Equatable, Sendable {
        public let id: String
        public let sequence: Int64
        public let previousSHA256: String?
        public let bootID: String?
        /// Monotonic milliseconds since the device started.
        public let uptime: Int64?
        public let heard: Heard?

        public init(
            id: String, sequence: Int64, previousSHA256: String?, bootID: String?, uptime: Int64?, heard: Heard? = nil
        ) {
            self.id = id
            self.sequence = sequence
            self.previousSHA256 = previousSHA256
            self.bootID = bootID
            self.uptime = uptime
            self.heard = heard
        }

        /// The gateway's time as the device last heard it before it made the record.
        public struct Heard: Equatable, Sendable {
            public let time: Instant
            public let bootID: String?
            /// Monotonic milliseconds since the start of that time.
            public let uptime: Int64?

            public init(time: Instant, bootID: String?, uptime: Int64?) {
                self.time = time
                self.bootID = bootID
                self.uptime = uptime
            }
        }
    }

    public struct Photo: Equatable, Sendable {
        /// SHA-256 of the original bytes, lower-case hexadecimal.
        public let sha256: String
        public let bytes: Int64
        public let role: PhotoRole?
        /// By the camera's own clock, as EXIF has it.
        public let takenAt: Instant?

        public init(sha256: String, bytes: Int64, role: PhotoRole?, takenAt: Instant? = nil) {
            self.sha256 = sha256
            self.bytes = bytes
            self.role = role
            self.takenAt = takenAt
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
    public let checklist: ChecklistAnswers?

    public init(
        subject: RecordSubject, outcome: Outcome, until: Day?, participants: [Participant],
        checklist: ChecklistAnswers? = nil
    ) {
        self.subject = subject
        self.outcome = outcome
        self.until = until
        self.participants = participants
        self.checklist = checklist
    }
}

/// What was found item by item, by which version of the form (GB/T 34300-2017 6.3 c).
public struct ChecklistAnswers: Equatable, Sendable {
    public let checklist: String
    public let version: Int
    public let items: [Item]

    public init(checklist: String, version: Int, items: [Item]) {
        self.checklist = checklist
        self.version = version
        self.items = items
    }

    public struct Item: Equatable, Sendable {
        /// The item's code on the form.
        public let item: String
        public let result: ChecklistResult
        public let note: String?

        public init(item: String, result: ChecklistResult, note: String?) {
            self.item = item
            self.result = result
            self.note = note
        }
    }
}

public enum ChecklistResult: String, CaseIterable, Sendable {
    /// 合格
    case pass
    /// 不合格
    case fail
    /// 当场整改
    case rectified
    /// 不适用
    case notApplicable
}
