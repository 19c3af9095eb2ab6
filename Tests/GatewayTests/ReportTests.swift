import HTTPTypes
import Patrol
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Handing over a record")
struct ReportTests {
    @Test("First 201, then 200 with the same receipt and the mark of a replay")
    func replay() async throws {
        try await withGateway { house in
            let first = try await house.put(1, .sample())
            house.clock.advance(hours: 1)
            let second = try await house.put(1, .sample())
            #expect(first.status == 201 && first.headers[.idempotentReplayed] == nil)
            #expect(second.status == 200 && second.headers[.idempotentReplayed] == "?1")
            #expect(first.body == second.body)
            let receipt = try first.decoded(Receipt.self)
            #expect(receipt.id == reportID(1) && receipt.month == "2026-03" && receipt.state == "complete")
            #expect(receipt.grade == "verified" && receipt.standing == "done")
            #expect(try receipt.sha256 == sha256Hex(canonicalBytes(PatrolReport.sample())))
        }
    }

    @Test("One byte changed under the same id is a conflict that names both digests, and nothing changes")
    func conflict() async throws {
        try await withGateway { house in
            let bytes = try canonicalBytes(PatrolReport.sample())
            _ = try await house.put(1, bytes: bytes)
            let answer = try await house.put(1, bytes: bytes + [0x20])
            #expect(answer.status == 409)
            let problem = try answer.problem()
            #expect(problem.code == "report-conflict" && !problem.retryable)
            #expect(problem.detail?.contains(sha256Hex(bytes)) == true)
            #expect(problem.detail?.contains(sha256Hex(bytes + [0x20])) == true)
            #expect(try await house.put(1, bytes: bytes).status == 200)
        }
    }

    @Test("Somebody else's id looks like one that does not exist, for writing and reading")
    func ownership() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample(), as: "W5")
            #expect(try await house.put(1, .sample(), as: "W6").status == 404)
            #expect(try await house.get("/v1/reports/" + reportID(1), as: "W6").status == 404)
            #expect(try await house.get("/v1/reports/" + reportID(1), as: "W5").status == 200)
            #expect(try await house.get("/v1/reports/" + reportID(1).uppercased(), as: "W5").status == 200)
        }
    }

    @Test("The same record five times in parallel is one visit")
    func parallel() async throws {
        try await withGateway { house in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<5 { group.addTask { try await house.put(1, .sample()).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.sorted() == [200, 200, 200, 200, 201])
            #expect(try await house.coverage(of: 5).places.done == 1)
            let lines = try await house.get("/v1/reports", as: "W5").decoded(Wire.Page<ReportLine>.self)
            #expect(lines.items.map(\.id) == [reportID(1)])
        }
    }

    @Test("Every defect is named at once, wrong types and wrong values together")
    func defects() async throws {
        try await withGateway { house in
            let values = """
                {"version": 1, "capturedAt": "yesterday", "device": {"id": "tablet 1", "sequence": 0},
                 "subject": {"kind": "place", "id": "P5-1"}, "outcome": "met",
                 "fix": {"latitude": 95, "longitude": 181, "system": "GPS"}}
                """
            let answer = try await house.put(1, bytes: Array(values.utf8), headers: [.acceptLanguage: "en"])
            #expect(answer.status == 422)
            let faults = try answer.problem().defects ?? []
            #expect(
                Set(faults.map(\.pointer)) == [
                    "/capturedAt", "/device/id", "/device/sequence", "/outcome", "/fix/latitude", "/fix/longitude",
                    "/fix/system",
                ])
            #expect(faults.allSatisfy { !$0.message.isEmpty && $0.message.first?.isASCII == true })

            let types = """
                {"version": "1", "device": {"id": 7, "sequence": "one"}, "fix": [], "photos": [{"sha256": 1, "bytes": 1.5}]}
                """
            let pointers = Set(
                (try await house.put(2, bytes: Array(types.utf8)).problem().defects ?? []).map(\.pointer))
            #expect(
                pointers.isSuperset(of: [
                    "/version", "/capturedAt", "/device/id", "/device/sequence", "/fix", "/photos/0/sha256",
                    "/photos/0/bytes",
                ]))
            let badID = try await house.send(
                .put, "/v1/reports/not-a-uuid", as: "W5", body: try canonicalBytes(PatrolReport.sample()))
            #expect(badID.status == 422)
            #expect(try badID.problem().defects?.map(\.pointer) == ["id"])
            #expect(try await house.coverage(of: 5).places.done == 0)
            #expect(try await house.get("/v1/reports", as: "W5").decoded(Wire.Page<ReportLine>.self).items.isEmpty)
        }
    }

    @Test(
        "What is no JSON is refused as such",
        arguments: [
            "", "{", "[1,]", "{\"version\":1,\"version\":1}", "{\"a\":\"\\u0000\"}",
            String(repeating: "[", count: 10_000),
        ])
    func syntax(body: String) async throws {
        try await withGateway { house in
            let answer = try await house.put(1, bytes: Array(body.utf8))
            #expect(answer.status == 400)
            let problem = try answer.problem()
            #expect(problem.code == "bad-json" && problem.defects?.count == 1)
        }
    }

    @Test("Too large, of another type, or not what its digest says: refused, and nothing is kept")
    func transport() async throws {
        try await withGateway(settings: { $0.maxReportBytes = 2_000 }) { house in
            let bytes = try canonicalBytes(PatrolReport.sample())
            let large = try await house.put(1, bytes: bytes + Array(repeating: 0x20, count: 2_000))
            #expect(large.status == 413 && large.headers[.connection] == "close")
            #expect(try await house.put(1, bytes: bytes, headers: [.contentType: "text/plain"]).status == 415)
            let other = try await house.put(1, bytes: bytes, headers: [.contentDigest: contentDigest([1])])
            #expect(other.status == 422)
            let problem = try other.problem()
            #expect(problem.code == "digest-mismatch" && problem.retryable)
            let garbled = try await house.put(1, bytes: bytes, headers: [.contentDigest: "sha-256=:no:"])
            #expect(garbled.status == 400)
            #expect(try garbled.problem().code == "bad-header")
            #expect(try await house.get("/v1/reports/" + reportID(1), as: "W5").status == 404)
            let right = try await house.put(
                1, bytes: bytes,
                headers: [
                    .contentDigest: "md5=:AAAA:, " + contentDigest(bytes),
                    .contentType: "application/json; charset=utf-8",
                ])
            #expect(right.status == 201)
        }
    }

    @Test("Members of a newer handheld are kept as they came, and told")
    func unknownMembers() async throws {
        try await withGateway { house in
            let body = """
                {"version":1,"capturedAt":"2026-03-05T09:00:00+08:00","device":{"id":"t","sequence":1,"battery":80},"text":"好",\
                "weather":{"sky":"rain"}}
                """
            let answer = try await house.put(1, bytes: Array(body.utf8))
            #expect(answer.status == 201)
            let receipt = try answer.decoded(Receipt.self)
            #expect(Set(receipt.warnings.map(\.pointer)) == ["/device/battery", "/weather"])
            #expect(receipt.warnings.allSatisfy { $0.code == "unknown-member" })
            let stored = try await house.get("/v1/reports/" + reportID(1), as: "W5")
            #expect(stored.text.contains(body))
            let reading = try decode(StoredReport.self, from: stored.body)
            #expect(Set(reading.unknown) == ["/report/device/battery", "/report/weather"])
            #expect(reading.value.person == "W5" && reading.value.receipt == receipt)
        }
    }

    @Test("Odd clocks, places and subjects are stored and marked, never refused")
    func marks() async throws {
        try await withGateway { house in
            func reasons(_ number: Int, _ report: PatrolReport, as person: String = "W5") async throws -> Receipt {
                let answer = try await house.put(number, report, as: person)
                #expect(answer.status == 201)
                return try answer.decoded(Receipt.self)
            }
            let ahead = try await reasons(1, .sample { $0.capturedAt = "2026-06-01T09:00:00+08:00" })
            #expect(ahead.month == "2026-03" && ahead.reasons.map(\.code).contains("clock-ahead"))
            let old = try await reasons(2, .sample { $0.capturedAt = "2011-01-01T00:00:00Z" })
            #expect(old.month == "2026-03" && old.reasons.map(\.code).contains("clock-far-off"))
            let unknown = try await reasons(3, .sample(place: "no-such-place"))
            #expect(unknown.standing == "notOnRoster" && unknown.reasons.map(\.code).contains("unknown-subject"))
            let other = try await reasons(4, .sample(place: "P7-1"))
            #expect(other.standing == "done" && other.reasons.map(\.code).contains("other-grid"))
            let far = try await reasons(5, .sample(place: "P5-2") { $0.fix?.latitude = 31.5 })
            #expect(far.grade == "contradicted" && far.standing == "done")
            let found = try await reasons(6, .sample { $0.subject = .init(kind: "newPlace", name: "新开的店") })
            #expect(found.standing == "notOnRoster")
        }
    }

    @Test("A month's records come in pages that neither skip nor repeat")
    func paging() async throws {
        try await withGateway { house in
            let count = pageSize + 3
            for number in 1...count { #expect(try await house.put(number, .sample()).status == 201) }
            let first = try await house.get("/v1/reports", as: "W5").decoded(Wire.Page<ReportLine>.self)
            let next = try #require(first.next)
            let second = try await house.get("/v1/reports?cursor=\(next)", as: "W5").decoded(Wire.Page<ReportLine>.self)
            #expect(first.items.count == pageSize && second.next == nil)
            #expect((first.items + second.items).map(\.id) == (1...count).map(reportID))
        }
    }
}
