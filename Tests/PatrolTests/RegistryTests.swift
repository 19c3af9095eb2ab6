import Patrol
import Testing

private let first = Day(daysSinceEpoch: 20_000)

private func term(_ person: String, _ from: Int, _ to: Int?) -> Dated<String> {
    Dated(person, from: first.adding(days: from), to: to.map { first.adding(days: $0) })
}

@Suite("Staffing and sizes")
struct RegistryTests {
    @Test(
        "a day is vacant without anybody, uncertified where nobody there holds a certificate",
        arguments: [
            ([term("a", 0, nil)], ["a": [term("1", 0, nil)]], 0, 0), ([], ["a": [term("1", 0, nil)]], 10, 0),
            ([term("a", 0, nil)], [:], 0, 10), ([term("a", 3, 7)], ["a": [term("1", 0, nil)]], 6, 0),
            // The day on which a term ends is not of it any more.
            ([term("a", 0, 4), term("b", 4, nil)], ["a": [term("1", 0, 4)], "b": [term("2", 5, nil)]], 0, 1),
            // One of two is enough.
            ([term("a", 0, nil), term("b", 0, nil)], ["b": [term("1", 2, 8)]], 0, 4),
            // Two certificates in turn.
            ([term("a", 0, nil)], ["a": [term("1", 0, 3), term("2", 4, nil)]], 0, 1),
            ([term("a", 20, nil)], ["a": [term("1", 0, nil)]], 10, 0),
        ] as [([Dated<String>], [String: [Dated<String>]], Int, Int)])
    func staffing(duties: [Dated<String>], certificates: [String: [Dated<String>]], vacant: Int, uncertified: Int) {
        let staffing = GridStaffing(days: first...first.adding(days: 9), duties: duties, certificates: certificates)
        #expect(staffing.vacantDays == vacant && staffing.uncertifiedDays == uncertified && staffing.days == 10)
    }

    @Test(
        "a general grid has 300 to 500 households or about a thousand people",
        arguments: [
            (299, nil, .tooSmall), (300, nil, nil), (500, nil, nil), (501, nil, .tooLarge), (600, 1_500, nil),
            (600, 1_501, .tooLarge), (200, 700, nil), (200, 699, .tooSmall), (400, 5_000, nil),
        ] as [(Int, Int?, SizeWarning?)])
    func sizes(households: Int, people: Int?, warning: SizeWarning?) {
        let size = AreaSize(households: households, people: people)
        #expect(size.warning(for: .general) == warning)
        #expect(size.warning(for: .special) == nil)
    }

    @Test func `full-time and part-time workers and grid leads hold a grid, nobody else does`() {
        #expect(Set(Capacity.allCases.filter(\.holdsGrid)) == [.fullTime, .partTime, .gridLead])
    }

    @Test func `a path is cut off below an area that stands on it`() throws {
        let areas = try (1...4).map { try #require(AreaID(number: $0)) }
        let path = areas.dropFirst().reduce(PathKey(root: areas[0])) { $0.appending($1) }
        #expect(path.through(areas[2])?.areas == Array(areas[...2]))
        #expect(path.through(areas[3]) == path && path.through(areas[0]) == PathKey(root: areas[0]))
        #expect(path.through(try #require(AreaID(number: 9))) == nil)
    }
}

@Suite("Derived findings")
struct DerivedFindingTests {
    private func findings(_ outcome: Outcome, _ items: [(String, ChecklistResult, String?)] = []) -> [DerivedFinding] {
        VisitClaim(
            subject: outcome == .person(.lostContact) || outcome == .person(.refused)
                ? .keyPerson(id: "k") : .place(id: "p"),
            outcome: outcome, until: nil, participants: [],
            checklist: items.isEmpty
                ? nil
                : ChecklistAnswers(
                    checklist: "fire", version: 3, items: items.map { .init(item: $0.0, result: $0.1, note: $0.2) })
        ).derivedFindings()
    }

    @Test("each item that failed is one, with the form's version; what was put right on the spot is none")
    func items() {
        let found = findings(
            .place(.checked),
            [
                ("exit", .fail, nil), ("gas", .pass, nil), ("wire", .rectified, "已整改"), ("sign", .fail, "缺失"),
                ("x", .notApplicable, nil),
            ])
        #expect(found.map(\.text) == ["fire@3 exit", "fire@3 sign：缺失"])
        #expect(found.map(\.kind) == ["checklistItem", "checklistItem"])
        #expect(found.allSatisfy { !$0.isUrgent })
    }

    @Test("refusals and lost contact are findings by themselves; only lost contact is urgent")
    func outcomes() {
        for outcome in PlaceOutcome.allCases {
            #expect(findings(.place(outcome)) == (outcome == .refused ? [.refusal] : []), "\(outcome)")
        }
        for outcome in PersonOutcome.allCases {
            let expected: [DerivedFinding] =
                outcome == .refused ? [.refusal] : outcome == .lostContact ? [.lostContact] : []
            #expect(findings(.person(outcome)) == expected, "\(outcome)")
        }
        #expect(DerivedFinding.lostContact.isUrgent && !DerivedFinding.refusal.isUrgent)
        #expect(findings(.place(.refused), [("exit", .fail, nil)]).map(\.kind) == ["refusal", "checklistItem"])
    }
}
