public import Patrol

/// A well-formed record on its way into the store, with who sent it and what the edge knows of it. One object, since it
/// is handed from task to task.
public final class Submission: Sendable {
    public let record: PatrolRecord
    /// The raw bytes as they came; conflicts are judged by them.
    public let body: String
    /// SHA-256 of `body`, lower-case hexadecimal.
    public let sha256: String
    public let sender: Sender
    public let receivedAt: Instant
    /// The handheld's clocks when it sent this.
    public let sending: ClockReadings.Sending?
    /// When the record was made, by all clocks that are known.
    public let time: VisitTime
    /// JSON Pointers of members that this version does not know.
    public let unknownMembers: [String]
    /// At least 128 random bits; between the record and what the audit's chain knows of it.
    public let salt: String
    /// The enrolled device that handed it over.
    public let device: String?
    public let signature: Signature?
    // Worked out before the record queues for the one writer, whom every other record waits for.
    /// What in its words looks classified.
    let signs: [ClassifiedSign]
    /// What the audit's chain knows of it.
    let sealLine: String

    /// What the key of a device signed when the record was made.
    public struct Signature: Equatable, Sendable {
        /// Base64 of r and s, 64 bytes.
        public let base64: String
        /// RFC 7638, of the key.
        public let thumbprint: String

        public init(base64: String, thumbprint: String) {
            self.base64 = base64
            self.thumbprint = thumbprint
        }
    }

    /// - Parameter sender: made from the time of the record.
    public init(
        record: PatrolRecord, body: String, sha256: String, receivedAt: Instant,
        sending: ClockReadings.Sending? = nil, unknownMembers: [String], salt: String, device: String? = nil,
        signature: Signature? = nil, sender: (VisitTime) throws -> Sender
    ) rethrows {
        self.record = record
        self.body = body
        self.sha256 = sha256
        self.receivedAt = receivedAt
        self.sending = sending
        time = ClockReadings(of: record, sending: sending, receivedAt: receivedAt).visitTime
        self.salt = salt
        self.device = device
        self.signature = signature
        let sender = try sender(time)
        self.sender = sender
        signs = record.classifiedSigns
        sealLine = Seal.line(
            report: record.id, person: sender.person, receivedAt: receivedAt,
            digest: Seal.saltedDigest(sha256, salt: salt))
        // Kept one a line: a line break inside a name is shown as a mark.
        self.unknownMembers = unknownMembers.map {
            $0.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "␤")
        }
    }

    /// Who sent it, with the duties of the day of the visit.
    public struct Sender: Sendable {
        public let person: String
        public let capacities: [AreaID: Capacity]
        /// Held in no particular grid.
        public let anywhere: Capacity?

        /// - Parameter capacities: by grid, those of the day of the visit.
        public init(person: String, capacities: [AreaID: Capacity], anywhere: Capacity? = nil) {
            self.person = person
            self.capacities = capacities
            self.anywhere = anywhere
        }

        /// The sender's duties that hold on the day of the visit; in one grid, the one that began last.
        public init(_ actor: Actor, on day: Day) {
            person = actor.person
            anywhere = nil
            if actor.duties.count == 1, let only = actor.duties.first {
                capacities = only.holds(on: day) ? [only.grid: only.capacity] : [:]
                return
            }
            capacities = Dictionary(
                actor.duties.filter { $0.holds(on: day) }.sorted { $0.from < $1.from }.map { ($0.grid, $0.capacity) }
            ) { _, later in later }
        }

        /// In the grid that was visited; for help in another grid, the best one held anywhere.
        func capacity(in grid: AreaID?) -> Capacity? {
            if let grid, let own = capacities[grid] { return own }
            return Capacity.allCases.first { $0 == anywhere || capacities.values.contains($0) }
        }
    }
}

/// What became of a submission.
public enum SubmissionResult: Equatable, Sendable {
    case stored(StoredReceipt)
    /// The same bytes came before.
    case replayed(StoredReceipt)
    /// Other bytes came under this id before.
    case conflict(storedSHA256: String)
    /// The id belongs to somebody else's record.
    case notYours
}

/// The acknowledgement as it is kept.
public struct StoredReceipt: Equatable, Sendable {
    public let id: String
    public let receivedAt: Instant
    /// Of the bytes that were acknowledged; of what is left of them once part was deleted.
    public let sha256: String
    public let month: Month
    public let judgement: Judgement?
    /// False for a record without subject, or of one that owes nothing this month.
    public let isOnRoster: Bool
    /// In the order in which the record names them.
    public let missingPhotos: [String]
    public let unusablePhotos: [UnusablePhoto]
    public let unknownMembers: [String]
    /// Words that look classified and are withheld, or were.
    public let suspected: [ClassifiedSign]

    public struct UnusablePhoto: Equatable, Sendable {
        public let sha256: String
        public let state: PhotoState
        public let problem: String
    }
}

extension StoredReceipt {
    func with(sha256: String) -> StoredReceipt {
        StoredReceipt(
            id: id, receivedAt: receivedAt, sha256: sha256, month: month, judgement: judgement, isOnRoster: isOnRoster,
            missingPhotos: missingPhotos, unusablePhotos: unusablePhotos, unknownMembers: unknownMembers,
            suspected: suspected)
    }
}

/// What the rules said of a visit, as stored with it.
public struct Judgement: Equatable, Sendable {
    public let standing: Standing
    public let evidence: Evidence

    public init(standing: Standing, evidence: Evidence) {
        self.standing = standing
        self.evidence = evidence
    }
}

extension PatrolStore {
    /// Takes one record: stored, judged and counted in one transaction, on disk when this returns.
    public func submit(_ submission: Submission) async throws -> SubmissionResult {
        let month = zone.month(of: submission.time.instant)
        try await open(month, at: submission.receivedAt)
        let intake = RecordIntake(submission: submission, month: month, zone: zone)
        return try await group.write { try intake.run($0, $1) }
    }
}
