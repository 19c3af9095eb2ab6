import Patrol
import TestSupport
import Testing

@testable import Store

/// On the last day of March.
let noon = instant("2026-03-31T12:00:00+08:00")

/// Rulings by a deputy who recorded nothing; ids count up.
extension PatrolStore {
    @discardableResult
    func rule(
        _ number: Int, _ decision: RulingDecision, _ kind: SubjectKind = .place, into month: Month? = nil,
        until: Day? = nil, by person: String = "deputy", at now: Instant = noon
    ) async throws -> Ruling {
        try await rule(
            kind, on: reportID(number),
            Decision(decision, intoMonth: month, until: until, reason: "现场核实", basis: "区办〔2026〕1号"),
            id: "ruling-\(number)-\(now.milliseconds)", by: person, at: now)
    }

    func queue(_ kind: SubjectKind = .place, _ month: Month = march) async throws -> [QueueItem] {
        let path = try #require(try await path(of: areaID(County.county), on: month.last))
        return try await rulingQueue(kind, below: path, in: month, matter: nil, after: nil, limit: 100)
    }

    func matters(_ kind: SubjectKind = .place) async throws -> [RulingMatter] {
        try await queue(kind).map(\.matter)
    }

    func rule(
        _ kind: SubjectKind, on report: String, _ decision: Decision, id: String, by person: String, at now: Instant,
        expecting refusal: RulingRefusal
    ) async throws {
        await #expect(throws: refusal) {
            try await rule(kind, on: report, decision, id: id, by: person, at: now)
        }
    }
}

func draft(_ number: Int, _ outcome: PlaceOutcome, at: String, until: String? = nil, place: String = "P5-1")
    -> RecordDraft
{
    RecordDraft(
        number, by: 5,
        visit: VisitClaim(
            subject: .place(id: place), outcome: .place(outcome), until: until.map { day($0) }, participants: [])
    ).with { $0.capturedAt = instant(at + ":00+08:00") }.timed
}

func draft(_ number: Int, _ outcome: PersonOutcome, at: String, until: String? = nil) -> RecordDraft {
    RecordDraft(
        number, by: 5,
        visit: VisitClaim(
            subject: .keyPerson(id: "K5-1"), outcome: .person(outcome), until: until.map { day($0) }, participants: [])
    ).with { $0.capturedAt = instant(at + ":00+08:00") }.timed
}
