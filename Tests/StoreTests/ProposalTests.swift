import Patrol
import Store
import TestSupport
import Testing

private let now = instant("2026-03-12T09:00:00+08:00")

/// A shop that the worker of grid 5 found.
private func found(_ number: Int, on text: String = "2026-03-05", _ outcome: PlaceOutcome = .checked) -> RecordDraft {
    RecordDraft(
        number, by: 5,
        visit: VisitClaim(
            subject: .newPlace(name: "新开奶茶店", address: nil), outcome: .place(outcome), until: nil, participants: [])
    ).with { $0.capturedAt = instant(text + "T09:00:00+08:00") }
}

extension PatrolStore {
    fileprivate func waiting(_ area: Int = 1, _ kind: SubjectKind = .place, all: Bool = false) async throws
        -> [RosterProposal]
    {
        try await proposals(kind, below: try await marchPath(area), on: march.last, waiting: !all, limit: 100)
    }

    fileprivate func decide(
        _ number: Int, _ accepted: Bool, _ entry: PlaceEntry? = nil, _ kind: SubjectKind = .place,
        by person: String = "deputy"
    ) async throws {
        try await decide(
            kind, proposalOf: reportID(number), accepted: accepted, entry: entry, reason: "已核实", id: "d\(number)",
            by: person, at: now)
    }
}

@Suite("Proposals from the field")
struct ProposalTests {
    @Test("a place that was found enters the roster with the visit that found it", arguments: Engine.all)
    func accepted(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(found(1))
            #expect(try await store.places(5) == count(due: 3))
            let proposal = try #require(try await store.waiting().first)
            #expect(proposal.change == .add && proposal.grid == areaID(5) && proposal.name == "新开奶茶店")
            #expect(proposal.from == day("2026-03-05") && proposal.proposedBy == "W5" && proposal.accepted == nil)
            #expect(try await store.waiting(3).count == 1)
            #expect(try await store.waiting(4).isEmpty)
            await #expect(throws: ProposalRefusal.entryMissing) { try await store.decide(1, true) }
            await #expect(throws: ProposalRefusal.ownRecord) {
                try await store.decide(1, true, .sample("tea", in: 5), by: "W5")
            }
            await #expect(throws: PlaceRefusal.alreadyThere("P5-1")) {
                try await store.decide(1, true, .sample("P5-1", in: 5))
            }
            #expect(try await store.waiting().count == 1, "a refused decision leaves it waiting")
            try await store.decide(1, true, .sample("tea", in: 5))
            #expect(try await store.places(5) == count(due: 4, done: 1))
            #expect(try await store.waiting().isEmpty)
            let decided = try #require(try await store.proposal(.place, of: reportID(1), on: march.last))
            #expect(decided.accepted == true && decided.result == "tea" && decided.decidedBy == "deputy")
            await #expect(throws: ProposalRefusal.alreadyDecided) { try await store.decide(1, false) }
            await #expect(throws: ProposalRefusal.noSuchProposal) { try await store.decide(2, true) }
            #expect(try await store.differences() == [])
        }
    }

    @Test("a place found after the month's joining day owes from the next month on", arguments: Engine.all)
    func foundLate(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(found(1, on: "2026-03-28"))
            try await store.decide(1, true, .sample("tea", in: 5))
            #expect(try await store.places(5) == count(due: 3))
            #expect(try await store.places(5, month("2026-04")) == count(due: 4))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a refused place stays off the roster, and its visit stays on record", arguments: Engine.all)
    func refused(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(found(1))
            try await store.decide(1, false)
            #expect(try await store.places(5) == count(due: 3))
            #expect(try await store.waiting().isEmpty)
            #expect(try await store.waiting(all: true).map(\.accepted) == [false])
            #expect(try await store.record(reportID(1)) != nil)
            #expect(try await store.differences() == [])
        }
    }

    @Test("a new tenant takes over the premises from the day of the visit", arguments: Engine.all)
    func tenant(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P5-1", on: "2026-03-05", .changed, by: 5))
            #expect(try await store.waiting().map(\.subjectName) == ["场所 P5-1"])
            try await store.decide(1, true, .sample("tenant", in: 5))
            #expect(try await store.obligation(of: "P5-1") == nil)
            #expect(try await store.obligation(of: "tenant")?.state == .due, "nobody has been at the tenant's")
            #expect(try await store.successions(of: "P5-1").map(\.kind) == [.owner])
            #expect(try await store.places(5) == count(due: 3))
            #expect(try await store.differences() == [])
        }
    }

    @Test("what is gone leaves by the ruling on its visit, or stays", arguments: Engine.all, [true, false])
    func gone(engine: Engine, accepted: Bool) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(1, "P5-1", on: "2026-03-05", .gone, by: 5))
            try await store.stored(RecordDraft(2, keyPerson: "K5-1", .offList, by: 5))
            #expect(try await store.places(5) == count(due: 3, awaiting: 1))
            try await store.decide(1, accepted)
            try await store.decide(2, accepted, nil, .keyPerson)
            #expect(try await store.places(5) == count(due: accepted ? 2 : 3))
            #expect(try await store.keyPersons(5) == count(due: accepted ? 1 : 2))
            #expect(try await store.rulings(.place, on: "P5-1").map(\.decision) == [accepted ? .granted : .refused])
            for kind in SubjectKind.allCases { #expect(try await store.waiting(1, kind).isEmpty) }
            #expect(try await store.differences() == [])
        }
    }

    @Test("what was refused to be gone leaves all the same once an appeal is granted", arguments: Engine.all)
    func goneOnAppeal(engine: Engine) async throws {
        try await withCounty(engine) { store in
            for number in [1, 2] {
                try await store.stored(visit(number, "P5-\(number)", on: "2026-03-05", .gone, by: 5))
                try await store.decide(number, false)
                try await store.appeal(.place, "d\(number)", text: "已拆除，有照片", by: "W5", at: now)
                try await store.answerAppeal(
                    .place, "d\(number)", Decision(number == 1 ? .granted : .refused, reason: "现场核实"), id: "a\(number)",
                    by: "chief", at: now.adding(milliseconds: 60_000))
            }
            #expect(try await store.places(5) == count(due: 2))
            #expect(try await store.grid(holding: .place, "P5-1", on: day("2026-03-05")) == nil)
            #expect(try await store.grid(holding: .place, "P5-2", on: march.last) == areaID(5))
            let decided = try await store.waiting(all: true)
            #expect(decided.map(\.accepted) == [true, false] && decided.allSatisfy { $0.decidedBy == "chief" })
            #expect(try await store.differences() == [])
        }
    }

    @Test(
        "a volunteer's word on the roster can be followed though the visit discharges nothing", arguments: Engine.all,
        [true, false])
    func volunteer(engine: Engine, accepted: Bool) async throws {
        try await withCounty(engine) { store in
            try await store.stored(
                visit(1, "P5-1", on: "2026-03-05", .gone, by: 5).with { $0.capacity = .volunteer })
            #expect(try await store.places(5) == count(due: 3))
            try await store.decide(1, accepted)
            #expect(try await store.places(5) == count(due: accepted ? 2 : 3))
            #expect(try await store.proposal(.place, of: reportID(1), on: march.last)?.accepted == accepted)
            #expect(try await store.differences() == [])
        }
    }

    @Test("proposals are seen by who manages the grid now, not by who once did", arguments: Engine.all)
    func afterTransfer(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(visit(9, "P5-2", on: "2026-02-05", by: 5))
            try await store.transfer(areaID(5), toManager: areaID(4), from: march.first, at: now)
            try await store.stored(found(1))
            #expect(try await store.waiting(4).count == 1)
            #expect(try await store.waiting(3).isEmpty)
        }
    }

    @Test("a place found in a month that closed meanwhile goes to the journal", arguments: Engine.all)
    func afterClosing(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(found(1))
            try await store.close(march, of: areaID(1), by: "grace", at: instant("2026-04-04T00:00:00+08:00"))
            let fixed = try await store.fixed(march)
            try await store.decide(
                .place, proposalOf: reportID(1), accepted: true, entry: .sample("tea", in: 5), reason: "已核实", id: "d",
                by: "deputy", at: instant("2026-04-06T09:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 3))
            try await store.cutVersions(at: instant("2026-04-07T09:00:00+08:00"))
            #expect(try await store.places(5) == count(due: 4, done: 1), "it had arrived in time")
            #expect(try await store.fixed(march) == fixed)
            #expect(try await store.differences() == [])
        }
    }
}
