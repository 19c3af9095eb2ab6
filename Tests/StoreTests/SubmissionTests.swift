import Patrol
import Store
import TestSupport
import Testing

@Suite("Sending a record")
struct SubmissionTests {
    @Test("the same record again gives the equal receipt", arguments: Engine.all)
    func replayed(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let draft = RecordDraft(1, place: "P5-1", by: 5).with {
                $0.photos = [photoDigest(1), photoDigest(2)]
                $0.unknownMembers = ["/weather", "/device/colour"]
            }
            let receipt = try await store.stored(draft)
            #expect(receipt.missingPhotos == [photoDigest(1), photoDigest(2)])
            #expect(receipt.unknownMembers == ["/weather", "/device/colour"])
            let later = draft.with { $0.receivedAt = instant("2026-04-20T08:00:00+08:00") }
            #expect(try await store.submit(later.submission) == .replayed(receipt))
            #expect(try await store.record(reportID(1))?.receipt == receipt)
            #expect(try await store.places(1) == count(due: 15, done: 1, provisional: 1))
        }
    }

    @Test("another content under the same id is a conflict and changes nothing", arguments: Engine.all)
    func conflict(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let receipt = try await store.stored(RecordDraft(1, place: "P5-1", by: 5))
            let before = try await store.ledger()
            let other = RecordDraft(1, place: "P5-2", by: 5)
            #expect(try await store.submit(other.submission) == .conflict(storedSHA256: receipt.sha256))
            #expect(try await store.ledger() == before)
            #expect(try await store.count("report") == 1)
        }
    }

    @Test("somebody else's id is not yours, whatever the content", arguments: Engine.all)
    func notYours(engine: Engine) async throws {
        try await withCounty(engine) { store in
            try await store.stored(RecordDraft(1, place: "P5-1", by: 5))
            let same = RecordDraft(1, place: "P5-1", by: 5).with { $0.person = "W6" }
            #expect(try await store.submit(same.submission) == .notYours)
            #expect(try await store.submit(RecordDraft(1, place: "P6-1", by: 6).submission) == .notYours)
            #expect(try await store.count("place_visit") == 1)
        }
    }

    @Test("five times in parallel is one visit", arguments: Engine.all)
    func fiveInParallel(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let results = try await withThrowingTaskGroup(of: SubmissionResult.self) { tasks in
                for _ in 0..<5 {
                    tasks.addTask { try await store.submit(RecordDraft(1, place: "P5-1", by: 5).submission) }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            let receipts = results.compactMap { result -> StoredReceipt? in
                switch result {
                case .stored(let receipt), .replayed(let receipt): receipt
                case .conflict, .notYours: nil
                }
            }
            #expect(receipts.count == 5 && receipts.allSatisfy { $0 == receipts[0] })
            #expect(results.count { if case .stored = $0 { true } else { false } } == 1)
            #expect(try await store.count("place_visit") == 1)
            #expect(try await store.places(1) == count(due: 15, done: 1))
        }
    }

    @Test("a subject that the roster does not know is stored and marked", arguments: Engine.all)
    func unknownSubject(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let before = try await store.coverage(1)
            for (number, kind) in SubjectKind.allCases.enumerated() {
                let draft =
                    kind == .place
                    ? RecordDraft(number, place: "nobody", by: 5) : RecordDraft(number, keyPerson: "nobody", by: 5)
                let receipt = try await store.stored(draft)
                #expect(!receipt.isOnRoster)
                #expect(receipt.judgement?.standing == .done)
                #expect(receipt.judgement?.evidence.reasons.contains(.unknownSubject) == (kind == .place))
                #expect(try await store.record(reportID(number))?.grid == areaID(5))
            }
            #expect(try await store.coverage(1) == before)
            #expect(try await store.differences() == [])
        }
    }

    @Test("a visit to a key person moves the key persons' count alone", arguments: Engine.all)
    func keyPerson(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let receipt = try await store.stored(RecordDraft(1, keyPerson: "K5-2", by: 5))
            #expect(receipt.isOnRoster && receipt.judgement?.standing == .done)
            #expect(receipt.judgement?.evidence.reasons == [.personWithoutPosition])
            #expect(try await store.keyPersons(1) == count(due: 10, done: 1))
            #expect(try await store.places(1) == count(due: 15))
            #expect(try await store.keyPersons(of: areaID(5), in: march).map(\.state) == [.due, .done])
        }
    }

    @Test("a place found on the way is stored without owing anything", arguments: Engine.all)
    func newPlace(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let claim = VisitClaim(
                subject: .newPlace(name: "新开的早餐店", address: "南街"), outcome: .place(.checked), until: nil,
                participants: [])
            let receipt = try await store.stored(RecordDraft(1, by: 5, visit: claim))
            #expect(!receipt.isOnRoster)
            #expect(receipt.judgement?.evidence.reasons.contains(.unknownSubject) == true)
            #expect(try await store.places(1) == count(due: 15))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a record without a subject is kept, with its findings", arguments: Engine.all)
    func findingOnly(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let draft = RecordDraft(1, by: 5, visit: nil).with {
                $0.text = "路灯不亮"
                $0.findings = [
                    .init(kind: .safetyHazard, text: "井盖缺失", isUrgent: true),
                    .init(kind: .residentNeed, text: "", isUrgent: false),
                ]
            }
            let receipt = try await store.stored(draft)
            #expect(receipt.judgement == nil && !receipt.isOnRoster)
            let findings = try await store.database.read { connection in
                try connection.rows("SELECT kind, text, urgent FROM finding ORDER BY position", []).map(\.values)
            }
            #expect(
                findings == [
                    [.text("safetyHazard"), .text("井盖缺失"), .integer(1)],
                    [.text("residentNeed"), .text(""), .integer(0)],
                ])
        }
    }

    @Test(
        "a clock ahead does not open the next month; an uptime puts it right, alone it waits for a ruling",
        arguments: Engine.all)
    func clockAhead(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let draft = RecordDraft(1, place: "P5-1", by: 5).with {
                $0.capturedAt = instant("2026-04-01T00:20:00+08:00")
                $0.receivedAt = instant("2026-03-31T23:50:00+08:00")
            }
            let alone = try await store.stored(draft.with { $0.number = 2 })
            #expect(alone.month == march && alone.judgement?.standing == .awaiting)
            #expect(alone.judgement?.evidence.reasons.contains(.monthUncertain) == true)
            #expect(try await store.places(5) == count(due: 3, awaiting: 1))
            let receipt = try await store.stored(draft.timed)
            #expect(receipt.judgement?.evidence.reasons.contains(.monthUncertain) == false)
            #expect(receipt.month == march)
            #expect(receipt.judgement?.evidence.reasons.contains(.clockAhead) == true)
            #expect(try await store.notedMonths() == ["2026-03"])
            #expect(try await store.places(5) == count(due: 3, done: 1))
        }
    }

    @Test("a clock years off gives way to the satellites' time, then to the time of receipt", arguments: Engine.all)
    func clockFarOff(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let lost = RecordDraft(1, place: "P5-1", by: 5).with {
                $0.capturedAt = instant("1970-01-01T08:00:00+08:00")
                $0.receivedAt = instant("2026-03-02T08:00:00+08:00")
            }
            let receipt = try await store.stored(lost)
            #expect(receipt.month == march && receipt.judgement?.standing == .awaiting)
            #expect(receipt.judgement?.evidence.reasons.contains(.clockFarOff) == true)
            let fixed = RecordDraft(2, place: "P5-2", by: 5).with {
                $0.capturedAt = instant("2099-01-01T08:00:00+08:00")
                $0.receivedAt = instant("2026-03-02T08:00:00+08:00")
                $0.fix = Fix(position: County.door, provider: .gps, time: instant("2026-02-27T08:00:00+08:00"))
            }
            let corrected = try await store.stored(fixed)
            #expect(corrected.month == month("2026-02") && corrected.judgement?.standing == .awaiting)
            #expect(try await store.notedMonths() == ["2026-02", "2026-03"])
        }
    }

    @Test(
        "months begin at midnight in Shanghai",
        arguments: [
            ("2026-03-31T15:59:59Z", "2026-03"), ("2026-03-31T16:00:00Z", "2026-04"),
            ("2026-02-28T16:00:00Z", "2026-03"),
        ])
    func monthInZone(captured: String, month expected: String) async throws {
        try await withCounty { store in
            let receipt = try await store.stored(
                RecordDraft(1, place: "P5-1", by: 5).with { $0.capturedAt = instant(captured) })
            #expect(receipt.month == month(expected))
        }
    }

    @Test(
        "who took part decides whether the visit counts",
        arguments: [
            (nil, [], Standing.notDischarging), (.volunteer, [], .notDischarging), (.volunteer, [.gridLead], .done),
            (.partTime, [], .done), (.villageCadre, [.gridPolice, .volunteer], .notDischarging),
            (nil, [.fullTime], .done),
        ] as [(Capacity?, [Capacity], Standing)])
    func capacity(sender: Capacity?, others: [Capacity], expected: Standing) async throws {
        try await withCounty { store in
            let claim = VisitClaim(
                subject: .place(id: "P5-1"), outcome: .place(.checked), until: nil,
                participants: others.map { Participant(person: nil, name: "某", capacity: $0) })
            let receipt = try await store.stored(RecordDraft(1, by: 5, visit: claim).with { $0.capacity = sender })
            #expect(receipt.judgement?.standing == expected)
            #expect(try await store.places(5).done == (expected == .done ? 1 : 0))
            #expect(try await store.differences() == [])
        }
    }

    @Test("a subject of another grid counts for the grid that owes it", arguments: Engine.all)
    func standIn(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let receipt = try await store.stored(RecordDraft(1, place: "P7-1", by: 5).with { $0.grid = areaID(5) })
            #expect(receipt.judgement?.evidence.reasons.contains(.otherGrid) == true)
            #expect(try await store.places(7) == count(due: 3, done: 1))
            #expect(try await store.places(5) == count(due: 3))
            #expect(try await store.record(reportID(1))?.grid == areaID(7))
        }
    }

    @Test("a record without roster goes to the grid it names, else to the first of the sender's", arguments: Engine.all)
    func attribution(engine: Engine) async throws {
        try await withCounty(engine) { store in
            let named = RecordDraft(1, by: 5, visit: nil).with { ($0.text, $0.grid) = ("一", areaID(6)) }
            let town = RecordDraft(2, by: 5, visit: nil).with { ($0.text, $0.grid) = ("二", areaID(2)) }
            let unknown = RecordDraft(3, by: 5, visit: nil).with {
                ($0.text, $0.grid, $0.grids) = ("三", areaID(999), [areaID(5), areaID(6)])
            }
            for draft in [named, town, unknown] { try await store.stored(draft) }
            var grids: [AreaID?] = []
            for number in 1...3 { grids.append(try await store.record(reportID(number))?.grid) }
            #expect(grids == [areaID(6), areaID(5), areaID(5)])
        }
    }
}
