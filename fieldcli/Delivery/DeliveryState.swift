import Wire

/// What became of one record so far: `state.json` beside the frozen report.
///
/// Pure: it hears verdicts and knows what is still to be sent. Nothing here reads a clock, a disk or a network.
struct DeliveryState: Codable, Equatable, Sendable {
    enum Phase: String, Codable, Equatable, Sendable {
        /// The gateway has not acknowledged the report.
        case waiting
        /// Acknowledged; photos are still to go.
        case sent
        /// The gateway will never take this report as it is. Final, until a person retries or drops it.
        case refused
        /// Acknowledged, but a photo cannot be used. Final, until a person takes it again, retries or drops it.
        case unusable
        /// Receipt and every photo confirmed: may leave the outbox.
        case done
    }

    struct Photo: Codable, Equatable, Sendable {
        enum State: String, Codable, Equatable, Sendable {
            case waiting, confirmed, damaged, quarantined, refused
        }

        let sha256: String
        let bytes: Int64
        var state: State = .waiting
        var attempts = 0
        /// Problem code when it is damaged, quarantined or refused.
        var code: String?
        var signature: RecordSignature?
    }

    let sequence: Int64
    /// Digest of the frozen bytes.
    let sha256: String
    let capturedAt: String
    let isUrgent: Bool
    /// Who made the record. It goes out in this person's name only; nil when nobody was logged in.
    var person: String?
    var attempts = 0
    var receipt: Receipt?
    /// Why the last attempt came to nothing.
    var problem: Problem?
    /// Made when the record was frozen; nil on a device that was not enrolled.
    private(set) var signature: RecordSignature?
    private(set) var isRefused = false
    var photos: [Photo]

    init(
        sequence: Int64, sha256: String, capturedAt: String, isUrgent: Bool, person: String?, photos: [Photo],
        signature: RecordSignature? = nil
    ) {
        self.sequence = sequence
        self.sha256 = sha256
        self.capturedAt = capturedAt
        self.isUrgent = isUrgent
        self.person = person
        self.photos = photos
        self.signature = signature
    }

    /// A signature proves nothing to the gateway unless the same key proves the request.
    /// - Parameter key: thumbprint of the key that this device has now.
    mutating func forgetSignatures(exceptOf key: String?) {
        if signature?.key != key { signature = nil }
        for index in photos.indices where photos[index].signature?.key != key { photos[index].signature = nil }
    }

    var phase: Phase {
        if isRefused { return .refused }
        if receipt == nil { return .waiting }
        if photos.contains(where: { $0.state == .waiting }) { return .sent }
        return photos.allSatisfy { $0.state == .confirmed } ? .done : .unusable
    }

    /// Whether `sync` still has work with it.
    var isPending: Bool { phase == .waiting || phase == .sent }

    /// What is to be sent next: the report, then the photos that the gateway lacks.
    var parcels: [Parcel.Content] {
        switch phase {
        case .waiting: [.report]
        case .sent: photos.filter { $0.state == .waiting }.map { .photo($0.sha256) }
        case .refused, .unusable, .done: []
        }
    }

    /// Takes a verdict on one attempt. A verdict that does not fit what was sent changes nothing but the count.
    mutating func hear(_ verdict: Verdict, about content: Parcel.Content) {
        switch content {
        case .report: hearOfReport(verdict)
        case .photo(let sha256): hearOfPhoto(verdict, sha256)
        }
    }

    private mutating func hearOfReport(_ verdict: Verdict) {
        guard phase == .waiting else { return }
        attempts += 1
        switch verdict {
        case .accepted(let receipt):
            self.receipt = receipt
            problem = nil
            confirmPhotos(by: receipt)
        case .refused(let problem):
            self.problem = problem
            isRefused = true
        case .deferred(let problem), .busy(let problem, _), .unreachable(let problem), .loggedOut(let problem),
            .barred(let problem):
            self.problem = problem
        case .photoStored, .photoUnusable: break
        }
    }

    /// The gateway lists what it lacks and what it cannot use; everything else it has.
    private mutating func confirmPhotos(by receipt: Receipt) {
        for index in photos.indices {
            let sha256 = photos[index].sha256
            if let unusable = receipt.unusablePhotos.first(where: { $0.sha256 == sha256 }) {
                photos[index].state = unusable.state == "damaged" ? .damaged : .quarantined
                photos[index].code = unusable.code
            } else {
                photos[index].state = receipt.missingPhotos.contains(sha256) ? .waiting : .confirmed
            }
        }
    }

    private mutating func hearOfPhoto(_ verdict: Verdict, _ sha256: String) {
        guard phase == .sent, let index = photos.firstIndex(where: { $0.sha256 == sha256 && $0.state == .waiting })
        else { return }
        photos[index].attempts += 1
        switch verdict {
        case .photoStored:
            photos[index].state = .confirmed
            problem = nil
        case .photoUnusable(let isDamaged, let code):
            photos[index].state = isDamaged ? .damaged : .quarantined
            photos[index].code = code
        case .refused(let problem):
            photos[index].state = .refused
            photos[index].code = problem.code
            self.problem = problem
        case .deferred(let problem), .busy(let problem, _), .unreachable(let problem), .loggedOut(let problem),
            .barred(let problem):
            self.problem = problem
        case .accepted: break
        }
    }

    /// A person asks to send again what was final.
    mutating func retry() {
        isRefused = false
        problem = nil
        for index in photos.indices where photos[index].state != .confirmed {
            photos[index].state = .waiting
            photos[index].code = nil
        }
    }
}
