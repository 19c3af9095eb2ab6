import Patrol
import Testing

@Suite("Evidence rules, version 1")
struct EvidenceTests {
    private static let door = Coordinate(latitude: 30.87, longitude: 120.42)
    private static let made = Instant(rfc3339: "2026-03-05T09:00:00+08:00")!
    private static let minute: Int64 = 60_000

    /// What one case states; everything else is a good visit with a fix at the door.
    struct Visit: Sendable {
        var metresNorth: Double? = 0
        var accuracy: Double? = 10
        var isMock: Bool? = false
        var fixAge: Int64?
        var ahead: Int64 = -1
        var isMonthCertain = true
        var subject: RecordSubject = .place(id: "p")
        var hasFence = true
        var isKnown = true
        var isOwn = true
        var companions = 0

        func with(_ change: (inout Visit) -> Void) -> Visit {
            var changed = self
            change(&changed)
            return changed
        }

        func judged() -> Evidence {
            let fix = metresNorth.map { metres in
                Fix(
                    position: Position(
                        latitude: door.latitude + metres / 111_195, longitude: door.longitude, system: .wgs84),
                    accuracyMetres: accuracy, time: fixAge.map { made.subtracting(milliseconds: $0) }, isMock: isMock)
            }
            let outcome: Outcome = subject.kind == .place ? .place(.checked) : .person(.met)
            let claim = VisitClaim(
                subject: subject, outcome: outcome, until: nil,
                participants: (0..<companions).map { Participant(person: nil, name: "\($0)", capacity: .guide) })
            let record = PatrolRecord(
                id: "r", capturedAt: made,
                device: .init(id: "d", sequence: 1, previousSHA256: nil, bootID: nil, uptime: nil),
                grid: nil, visit: claim, fix: fix, text: nil, photos: [], findings: [], supersedes: nil)
            let facts = SubjectFacts(
                isKnown: isKnown, fence: hasFence ? Geofence(centre: door, radiusMetres: 50) : nil,
                isInSendersGrid: isOwn)
            return EvidenceRules().judge(
                record, claim: claim, subject: facts, isMonthCertain: isMonthCertain,
                receivedAt: made.subtracting(milliseconds: ahead * minute))
        }
    }

    @Test(
        "a visit to a place",
        arguments: [
            (Visit(), .verified, [.insidePlace]),
            (Visit().with { $0.metresNorth = 60 }, .plausible, [.nearPlace]),
            (Visit().with { $0.metresNorth = 240 }, .plausible, [.nearPlace]),
            (Visit().with { $0.metresNorth = 400 }, .contradicted, [.farFromPlace]),
            (Visit().with { $0.metresNorth = 50_000 }, .contradicted, [.farFromPlace]),
            (Visit().with { $0.accuracy = 201 }, .plausible, [.coarseFix, .nearPlace]),
            (Visit().with { $0.accuracy = 500 }, .weak, [.coarseFix]),
            (Visit().with { ($0.metresNorth, $0.accuracy) = (540, 500) }, .weak, [.coarseFix]),
            (Visit().with { ($0.metresNorth, $0.accuracy) = (560, 500) }, .weak, [.coarseFix, .farFromPlace]),
            (Visit().with { ($0.metresNorth, $0.accuracy) = (5_000, 500) }, .weak, [.coarseFix, .farFromPlace]),
            (Visit().with { $0.accuracy = 200 }, .plausible, [.nearPlace]),
            (Visit().with { $0.metresNorth = nil }, .weak, [.noFix]),
            (Visit().with { $0.hasFence = false }, .plausible, [.placeWithoutPosition]),
            (Visit().with { ($0.metresNorth, $0.hasFence) = (nil, false) }, .weak, [.noFix]),
            (Visit().with { $0.isMock = true }, .contradicted, [.insidePlace, .mockLocation]),
            (Visit().with { $0.isMock = nil }, .verified, [.insidePlace]),
            (Visit().with { $0.fixAge = 10 * 60_000 }, .verified, [.insidePlace]),
            (Visit().with { $0.fixAge = 10 * 60_000 + 1 }, .weak, [.insidePlace, .staleFix]),
            (Visit().with { $0.fixAge = -10 * 60_000 - 1 }, .weak, [.insidePlace, .staleFix]),
            (Visit().with { $0.isMonthCertain = false }, .verified, [.insidePlace, .monthUncertain]),
            (Visit().with { $0.ahead = 5 }, .verified, [.insidePlace]),
            (Visit().with { $0.ahead = 6 }, .plausible, [.insidePlace, .clockAhead]),
            (Visit().with { $0.ahead = 365 * 1_440 }, .plausible, [.insidePlace, .clockAhead]),
            (Visit().with { $0.ahead = 365 * 1_440 + 1 }, .weak, [.insidePlace, .clockFarOff]),
            (Visit().with { $0.ahead = -365 * 1_440 }, .verified, [.insidePlace]),
            (Visit().with { $0.ahead = -365 * 1_440 - 1 }, .weak, [.insidePlace, .clockFarOff]),
            (
                Visit().with { ($0.isKnown, $0.hasFence, $0.isOwn) = (false, false, false) }, .weak,
                [.placeWithoutPosition, .unknownSubject]
            ),
            (
                Visit().with {
                    ($0.subject, $0.isKnown, $0.hasFence) = (.newPlace(name: "新", address: nil), false, false)
                }, .weak, [.placeWithoutPosition, .unknownSubject]
            ),
            (Visit().with { $0.isOwn = false }, .verified, [.insidePlace, .otherGrid]),
            (Visit().with { $0.companions = 2 }, .verified, [.insidePlace, .withCompanion]),
            (
                Visit().with { ($0.metresNorth, $0.ahead, $0.isOwn, $0.companions) = (nil, 6, false, 1) }, .weak,
                [.noFix, .clockAhead, .otherGrid, .withCompanion]
            ),
        ] as [(Visit, EvidenceGrade, [EvidenceReason])])
    func place(visit: Visit, grade: EvidenceGrade, reasons: [EvidenceReason]) {
        #expect(visit.judged() == Evidence(grade: grade, reasons: reasons, ruleVersion: 2))
    }

    @Test(
        "a visit to a key person asks for no position",
        arguments: [
            (Visit(), .plausible, [.personWithoutPosition]),
            (Visit().with { $0.metresNorth = nil }, .plausible, [.personWithoutPosition]),
            (Visit().with { $0.metresNorth = 50_000 }, .plausible, [.personWithoutPosition]),
            (Visit().with { $0.isMock = true }, .contradicted, [.personWithoutPosition, .mockLocation]),
            // Whether the person is listed, here or elsewhere, is not told.
            (Visit().with { $0.isKnown = false }, .plausible, [.personWithoutPosition]),
            (Visit().with { $0.isOwn = false }, .plausible, [.personWithoutPosition]),
        ] as [(Visit, EvidenceGrade, [EvidenceReason])])
    func keyPerson(visit: Visit, grade: EvidenceGrade, reasons: [EvidenceReason]) {
        let visit = visit.with { ($0.subject, $0.hasFence) = (.keyPerson(id: "k"), false) }
        #expect(visit.judged() == Evidence(grade: grade, reasons: reasons, ruleVersion: 2))
    }

    @Test func `grades are ordered and every reason is told in two languages`() {
        #expect(EvidenceGrade.allCases.sorted() == [.contradicted, .weak, .plausible, .verified])
        #expect(Set(EvidenceReason.allCases.map(\.zh)).count == EvidenceReason.allCases.count)
        #expect(Set(EvidenceReason.allCases.map(\.en)).count == EvidenceReason.allCases.count)
        #expect(EvidenceReason.allCases.allSatisfy { $0.en.utf8.allSatisfy { $0 < 0x80 } && !$0.zh.isEmpty })
    }
}
