/// How well a visit is proved. Advice with reasons for a person's decision, never a verdict and never an accusation.
public enum EvidenceGrade: String, CaseIterable, Comparable, Sendable {
    /// 存疑
    case contradicted
    /// 佐证不足
    case weak
    /// 可信
    case plausible
    /// 已核实
    case verified

    private var order: Int { Self.allCases.firstIndex(of: self)! }
    public static func < (a: EvidenceGrade, b: EvidenceGrade) -> Bool { a.order < b.order }
}

/// Why a grade is what it is.
public enum EvidenceReason: String, CaseIterable, Sendable {
    case insidePlace = "inside-place"
    case nearPlace = "near-place"
    case farFromPlace = "far-from-place"
    case noFix = "no-fix"
    case coarseFix = "coarse-fix"
    case placeWithoutPosition = "place-without-position"
    case mockLocation = "mock-location"
    case staleFix = "stale-fix"
    case clockAhead = "clock-ahead"
    case clockFarOff = "clock-far-off"
    case monthUncertain = "month-uncertain"
    case unknownSubject = "unknown-subject"
    case otherGrid = "other-grid"
    case personWithoutPosition = "person-without-position"
    case withCompanion = "with-companion"

    public var zh: String {
        switch self {
        case .insidePlace: "定位在场所范围内"
        case .nearPlace: "定位在场所附近"
        case .farFromPlace: "定位离场所较远"
        case .noFix: "没有定位"
        case .coarseFix: "定位精度较粗"
        case .placeWithoutPosition: "底册中该场所没有坐标"
        case .mockLocation: "系统提示为模拟定位"
        case .staleFix: "定位时间与记录时间相差较大"
        case .clockAhead: "终端时间晚于接收时间"
        case .clockFarOff: "终端时间与接收时间相差一年以上"
        case .monthUncertain: "时间可能属于相邻月份，待认定"
        case .unknownSubject: "底册中没有该对象"
        case .otherGrid: "对象属于其他网格"
        case .personWithoutPosition: "走访重点人员不要求定位"
        case .withCompanion: "有同行人员"
        }
    }

    public var en: String {
        switch self {
        case .insidePlace: "the fix lies within the place"
        case .nearPlace: "the fix lies near the place"
        case .farFromPlace: "the fix lies far from the place"
        case .noFix: "there is no fix"
        case .coarseFix: "the fix is coarse"
        case .placeWithoutPosition: "the roster holds no position of this place"
        case .mockLocation: "the system says the position was simulated"
        case .staleFix: "the fix was not taken when the record was made"
        case .clockAhead: "the handheld's clock is ahead of the gateway's"
        case .clockFarOff: "the handheld's clock is more than a year off"
        case .monthUncertain: "the time may lie in another month; a ruling is awaited"
        case .unknownSubject: "the roster does not know this subject"
        case .otherGrid: "the subject belongs to another grid"
        case .personWithoutPosition: "no position is asked for a visit to a key person"
        case .withCompanion: "others took part"
        }
    }
}

/// A grade, its reasons in a fixed order, and the version of the rules that gave it.
public struct Evidence: Equatable, Sendable {
    public let grade: EvidenceGrade
    public let reasons: [EvidenceReason]
    public let ruleVersion: Int

    public init(grade: EvidenceGrade, reasons: [EvidenceReason], ruleVersion: Int) {
        self.grade = grade
        self.reasons = reasons
        self.ruleVersion = ruleVersion
    }
}

/// What the roster says of a record's subject at the time of judging.
public struct SubjectFacts: Equatable, Sendable {
    public let isKnown: Bool
    /// Places only.
    public let fence: Geofence?
    public let isInSendersGrid: Bool

    public init(isKnown: Bool, fence: Geofence?, isInSendersGrid: Bool) {
        self.isKnown = isKnown
        self.fence = fence
        self.isInSendersGrid = isInSendersGrid
    }
}

/// The evidence rules. A later set gets a later version; a stored grade names the one it came from. Version 2 also says
/// that a month is not certain.
public struct EvidenceRules: Sendable {
    public static let version = 2
    /// Above this accuracy radius a fix says little about one door.
    static let coarseMetres = 200.0
    /// Probability of standing within the place from which a fix counts as inside, and as near.
    static let inside = 0.5
    static let near = 0.05
    /// A fix older or newer than the record by this much says little about it.
    static let staleMilliseconds: Int64 = 10 * 60 * 1000
    /// Ordinary drift of a clock that nobody sets.
    static let aheadMilliseconds: Int64 = 5 * 60 * 1000
    static let farOffMilliseconds: Int64 = 365 * 24 * 3600 * 1000

    public init() {}

    /// - Parameters:
    ///   - isMonthCertain: whether the visit's time lies in one month altogether.
    ///   - receivedAt: the gateway's clock.
    public func judge(
        _ record: PatrolRecord, claim: VisitClaim, subject: SubjectFacts, isMonthCertain: Bool, receivedAt: Instant
    ) -> Evidence {
        var reasons: [EvidenceReason] = []
        var grade: EvidenceGrade
        switch claim.subject.kind {
        case .place:
            grade = place(record, subject: subject, reasons: &reasons)
        case .keyPerson:
            // Met or not is the proof; position and photo are not asked for (privacy by default).
            grade = .plausible
            reasons.append(.personWithoutPosition)
        }
        if record.fix?.isMock == true {
            grade = .contradicted
            reasons.append(.mockLocation)
        }
        if let time = record.fix?.time, abs(time.milliseconds - record.capturedAt.milliseconds) > Self.staleMilliseconds
        {
            grade = min(grade, .weak)
            reasons.append(.staleFix)
        }
        let ahead = record.capturedAt.milliseconds - receivedAt.milliseconds
        if abs(ahead) > Self.farOffMilliseconds {
            grade = min(grade, .weak)
            reasons.append(.clockFarOff)
        } else if ahead > Self.aheadMilliseconds {
            grade = min(grade, .plausible)
            reasons.append(.clockAhead)
        }
        // The clocks' fault, not the worker's: said, not graded down.
        if !isMonthCertain { reasons.append(.monthUncertain) }
        if claim.subject.kind == .keyPerson {
            // Whether such a person is listed somewhere else is not told to whoever asks with an id.
        } else if !subject.isKnown {
            grade = min(grade, .weak)
            reasons.append(.unknownSubject)
        } else if !subject.isInSendersGrid {
            // Stand-ins and joint visits are daily life: said, not graded down.
            reasons.append(.otherGrid)
        }
        if !claim.participants.isEmpty { reasons.append(.withCompanion) }
        return Evidence(grade: grade, reasons: reasons, ruleVersion: Self.version)
    }

    private func place(_ record: PatrolRecord, subject: SubjectFacts, reasons: inout [EvidenceReason]) -> EvidenceGrade
    {
        guard let fix = record.fix else {
            reasons.append(.noFix)
            return .weak
        }
        guard let fence = subject.fence else {
            reasons.append(.placeWithoutPosition)
            return .plausible
        }
        let isCoarse = (fix.accuracyMetres ?? 0) > Self.coarseMetres
        if isCoarse { reasons.append(.coarseFix) }
        let probability = fence.probabilityInside(fix.position.wgs84, accuracyMetres: fix.accuracyMetres)
        if probability >= Self.inside {
            reasons.append(.insidePlace)
            return .verified
        }
        // Roster positions from geocoded addresses are often 200 m off, and an indoor fix by 30–500 m.
        let widened = Geofence(centre: fence.centre, radiusMetres: fence.radiusMetres + Self.coarseMetres)
        if probability >= Self.near
            || widened.probabilityInside(fix.position.wgs84, accuracyMetres: fix.accuracyMetres) >= Self.inside
        {
            reasons.append(.nearPlace)
            return .plausible
        }
        // A coarse fix that may well be of this door says nothing either way.
        let distance = fence.centre.distance(to: fix.position.wgs84)
        if isCoarse, distance <= fence.radiusMetres + (fix.accuracyMetres ?? 0) { return .weak }
        reasons.append(.farFromPlace)
        return isCoarse ? .weak : .contradicted
    }
}
