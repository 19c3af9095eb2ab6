import Foundation
import HTTPTypes
import HummingbirdTesting
import Logging
import Patrol
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("What is personal stays with whom it belongs to")
struct PrivacyRouteTests {
    private static let vault = #"""
        {"list":"corrections","person":"K5-1","category":"缓刑","identityNumber":"11010519491231002X","caseText":"矫正期至明年"}
        """#
    private static let secrets = ["缓刑", "11010519491231002X", "矫正期至明年"]

    private static func post(_ house: GatewayUnderTest, _ path: String, _ body: String, as person: String) async throws
        -> Answer
    {
        try await house.send(.post, path, as: person, body: Array(body.utf8))
    }

    private static func reading(_ purpose: String, list: String = "corrections", full: Bool = false) -> String {
        #"{"list":"\#(list)","person":"K5-1","purpose":"\#(purpose)","full":\#(full)}"#
    }

    /// Names of all members of an answer, however deep.
    private static func names(_ answer: Answer) throws -> Set<String> {
        func names(_ value: Any) -> [String] {
            if let object = value as? [String: Any] { return object.flatMap { [$0] + names($1) } }
            if let list = value as? [Any] { return list.flatMap(names) }
            return []
        }
        return Set(names(try JSONSerialization.jsonObject(with: Data(answer.body))))
    }

    @Test("item 23 · nobody but the list's owner is told category, identity number or case, by any answer")
    func secrets() async throws {
        try await withGateway { house in
            #expect(try await Self.post(house, "/v1/vault/entries", Self.vault, as: "R-listOwner").status == 204)
            _ = try await house.put(1, .sample(keyPerson: "K5-1"))
            for role in Role.allCases {
                let area = areaID(role.sampleArea)
                for path in [
                    "/v1/roster/key-persons?grid=\(areaID(5))", "/v1/obligations?area=\(area)&kind=keyPerson",
                    "/v1/story?subject=K5-1&kind=keyPerson", "/v1/reports/" + reportID(1),
                    "/v1/coverage/breakdown?by=category&area=\(area)&kind=keyPerson",
                    "/v1/coverage/explanation?area=\(area)&kind=keyPerson", "/v1/key-person-lists",
                    "/v1/key-person-lists/corrections/members",
                ] {
                    let text = try await house.get(path, as: role.sample).text
                    for secret in Self.secrets { #expect(!text.contains(secret), "\(role) \(path)") }
                }
                let vault = try await Self.post(
                    house, "/v1/vault/readings", Self.reading("casework"), as: role.sample)
                #expect(vault.status == (role == .listOwner ? 200 : 403), "\(role)")
            }
        }
    }

    @Test("item 23 · the roster tells the same fields to everybody who has it, never on whose list somebody is")
    func roster() async throws {
        let fields: Set = [
            "grid", "month", "items", "id", "name", "address", "contactRule", "state",
        ]
        try await withGateway { house in
            for role in [Role.gridWorker, .executiveDeputy, .stationChief, .listOwner] {
                let answer = try await house.get("/v1/roster/key-persons?grid=\(areaID(5))", as: role.sample)
                #expect(try Self.names(answer) == fields, "\(role)")
            }
        }
    }

    @Test("item 23 · where a key person was visited is for the sender and who rules on it", arguments: Role.allCases)
    func position(role: Role) async throws {
        let seeing: Set<Role> = [.executiveDeputy, .stationChief]
        try await withGateway { house in
            _ = try await house.put(1, .sample(keyPerson: "K5-1"))
            let path = "/v1/reports/" + reportID(1)
            #expect(try await Self.names(house.get(path, as: "W5")).contains("fix"))
            let answer = try await house.get(path, as: role.sample)
            #expect((answer.status == 200) == seeing.contains(role))
            if answer.status == 200 { #expect(try Self.names(answer).contains("latitude")) }
        }
    }

    @Test("item 23 · fields that nobody asked for are refused, all named at once")
    func extraFields() async throws {
        try await withGateway { house in
            for (path, body) in [
                ("/v1/vault/entries", #"{"list":"corrections","person":"K5-1","category":"x","role":"owner"}"#),
                ("/v1/vault/readings", #"{"list":"corrections","person":"K5-1","purpose":"casework","all":true}"#),
                ("/v1/key-person-lists/corrections/members", #"{"person":"K5-1","from":"2026-03-01","category":"x"}"#),
                (
                    "/v1/key-person-lists",
                    #"{"owner":"a","area":"A0000001","legalBasis":"b","purpose":"c","from":"2026-01-01","to":"2027-01-01","state":"inForce"}"#
                ),
            ] {
                let answer = try await Self.post(house, path, body, as: "R-listOwner")
                #expect((400..<423).contains(answer.status) && answer.status != 404, "\(path)")
                #expect(try answer.problem().defects?.map(\.code) == ["unknown-member"], "\(path)")
            }
        }
    }

    @Test("item 40 · the number is masked unless it is asked for in full, and nothing is read without a fit purpose")
    func vault() async throws {
        try await withGateway { house in
            _ = try await Self.post(house, "/v1/vault/entries", Self.vault, as: "R-listOwner")
            func read(_ body: String) async throws -> Answer {
                try await Self.post(house, "/v1/vault/readings", body, as: "R-listOwner")
            }
            let masked = try await read(Self.reading("casework")).decoded(VaultBody.self)
            #expect(masked.identityNumber == "110***********002X" && masked.category == "缓刑")
            let full = try await read(Self.reading("casework", full: true)).decoded(VaultBody.self)
            #expect(full.identityNumber == "11010519491231002X")
            #expect(try await read(Self.reading("visit")).status == 422)
            #expect(try await read(Self.reading("curiosity")).status == 422)
            #expect(try await read(#"{"list":"corrections","person":"K5-1"}"#).status == 422)
            #expect(try await read(Self.reading("casework", list: "others")).status == 404)
            let wrong = Self.vault.replacing("11010519491231002X", with: "110105194912310021")
            #expect(try await Self.post(house, "/v1/vault/entries", wrong, as: "R-listOwner").status == 422)
        }
    }

    @Test("lists of different owners are not one view: an owner reads the people of their own")
    func owners() async throws {
        try await withGateway { house in
            try await house.store.add([.sample("O2", role: .listOwner, in: [1])], at: County.entered)
            try await house.store.issueToken(
                hash: sha256Hex(GatewayUnderTest.token(of: "O2").utf8), to: "O2", at: house.clock.now,
                until: house.clock.now.adding(milliseconds: 3_600_000))
            let list =
                #"{"id":"drugs","owner":"区公安分局","area":"A0000001","legalBasis":"禁毒法","purpose":"走访","from":"2026-01-01","to":"2027-01-01"}"#
            #expect(try await Self.post(house, "/v1/key-person-lists", list, as: "O2").status == 201)
            let member = #"{"person":"K5-2","from":"2026-03-01","reason":"通知书1号"}"#
            let name = try await house.store.keyPersonName("K5-2") ?? ""
            let named = #"{"person":"K5-2","name":"\#(name)","from":"2026-03-01","reason":"通知书1号"}"#
            // Ids stand in many figures: whoever is on others' lists is entered by who knows them by name.
            for body in [member, named.replacing("\"name\":\"", with: "\"name\":\"x")] {
                #expect(
                    try await Self.post(house, "/v1/key-person-lists/drugs/members", body, as: "O2").status == 404)
            }
            #expect(
                try await Self.post(house, "/v1/key-person-lists/drugs/members", named, as: "O2").status == 204)
            func ids(_ person: String) async throws -> [String] {
                try await house.get("/v1/roster/key-persons?grid=\(areaID(5))", as: person)
                    .decoded(Roster<RosterKeyPerson>.self).items.map(\.id)
            }
            #expect(try await ids("O2") == ["K5-2"])
            #expect(try await ids("R-listOwner") == ["K5-1", "K5-2"])
            #expect(try await ids("W5") == ["K5-1", "K5-2"], "whoever visits them needs them all")
            #expect(try await house.get("/v1/story?subject=K5-1&kind=keyPerson", as: "O2").status == 404)
            let duties = try await house.get("/v1/obligations?area=\(areaID(1))&kind=keyPerson", as: "O2")
                .decoded(Wire.Page<ObligationLine>.self)
            #expect(duties.items.map(\.subject) == ["K5-2"])
            #expect(
                try await house.get("/v1/key-person-lists", as: "O2").decoded(Wire.Page<KeyPersonListRow>.self).items
                    .map(\.id)
                    == ["drugs"])
            for (path, body) in [
                ("/v1/key-person-lists/drugs/end", #"{"from":"2026-04-01","reason":"x"}"#),
                ("/v1/key-person-lists/drugs/members", member),
                ("/v1/key-person-lists/drugs/stewards", #"{"login":"r-listowner","from":"2026-03-01"}"#),
            ] {
                #expect(try await Self.post(house, path, body, as: "R-listOwner").status == 404, "\(path)")
            }
            #expect(try await house.get("/v1/key-person-lists/drugs/members", as: "R-listOwner").status == 404)
        }
    }

    @Test("whoever leaves a list's owner reads its vault no more, and nobody does when the list is over")
    func stewards() async throws {
        try await withGateway { house in
            #expect(try await Self.post(house, "/v1/vault/entries", Self.vault, as: "R-listOwner").status == 204)
            func read() async throws -> Int {
                try await Self.post(house, "/v1/vault/readings", Self.reading("casework"), as: "R-listOwner").status
            }
            #expect(try await read() == 200)
            let today = house.gateway.today()
            try await house.store.appoint(
                "R-listOwner", for: "corrections", from: today, to: today.adding(days: 1), by: "x", at: house.clock.now)
            #expect(try await read() == 200)
            try await house.store.appoint(
                "R-listOwner", for: "corrections", from: today, to: today, by: "x", at: house.clock.now)
            #expect(try await read() == 404)
            let again = #"{"login":"r-listowner","from":"\#(today)"}"#
            #expect(
                try await Self.post(house, "/v1/key-person-lists/corrections/stewards", again, as: "R-listOwner")
                    .status == 404)
            try await house.store.appoint("R-listOwner", for: "corrections", from: today, by: "x", at: house.clock.now)
            #expect(try await read() == 200)
            try await house.store.end(
                "corrections", from: today, because: "到期", by: "R-listOwner", at: house.clock.now)
            #expect(try await read() == 404)
        }
    }

    @Test("each reading of key persons leaves a row with its purpose, whatever page or list it is by")
    func traced() async throws {
        try await withGateway { house in
            let paths = [
                "/v1/obligations?area=\(areaID(5))&kind=keyPerson", "/due?area=\(areaID(5))&kind=keyPerson",
                "/v1/rulings/queue?area=\(areaID(5))&kind=keyPerson", "/v1/roster/key-persons?grid=\(areaID(5))",
            ]
            for path in paths { #expect(try await house.get(path, as: "R-executiveDeputy").status == 200, "\(path)") }
            #expect(
                try await house.get("/v1/spot-checks?area=\(areaID(1))&kind=keyPerson", as: "R-listOwner").status
                    == 200)
            let body = #"{"kind":"keyPerson","area":"\#(areaID(1))","month":"2026-03","size":5}"#
            #expect(try await Self.post(house, "/v1/spot-checks", body, as: "R-listOwner").status != 404)
            let readings = try await house.store.readings(of: "K5-1")
            #expect(readings.count >= paths.count)
            #expect(
                readings.allSatisfy { $0.detail?.purpose != nil && $0.detail?.object?.contains("keyPersons") == true })
            #expect(try await house.store.readings(of: "K7-1").count < readings.count)
        }
    }

    @Test("minors are shown to whom that is given, not to everybody who visits")
    func minors() async throws {
        try await withGateway { house in
            let list =
                #"{"id":"minors","owner":"区教育局","area":"A0000001","legalBasis":"预防未成年人犯罪法","purpose":"帮教","minors":true,"from":"2026-01-01","to":"2027-01-01"}"#
            #expect(try await Self.post(house, "/v1/key-person-lists", list, as: "R-listOwner").status == 201)
            let member = #"{"person":"K5-2","from":"2026-03-01","reason":"帮教协议"}"#
            _ = try await Self.post(house, "/v1/key-person-lists/minors/members", member, as: "R-listOwner")
            for (person, ids) in [
                ("W5", ["K5-1"]), ("R-stationChief", ["K5-1"]), ("R-executiveDeputy", ["K5-1", "K5-2"]),
            ] {
                let roster = try await house.get("/v1/roster/key-persons?grid=\(areaID(5))", as: person)
                #expect(try roster.decoded(Roster<RosterKeyPerson>.self).items.map(\.id) == ids, "\(person)")
            }
        }
    }

    @Test("item 40 · counts by category are exact for the owner, small ones withheld from the county")
    func counts() async throws {
        try await withGateway { house in
            for (index, person) in ["K5-1", "K5-2", "K6-1", "K6-2", "K7-1", "K7-2", "K8-1"].enumerated() {
                let body = #"{"list":"corrections","person":"\#(person)","category":"\#(index < 6 ? "缓刑" : "假释")"}"#
                #expect(try await Self.post(house, "/v1/vault/entries", body, as: "R-listOwner").status == 204)
            }
            let path = "/v1/key-person-lists/corrections/categories?area=\(areaID(1))"
            let own = try await house.get(path, as: "R-listOwner").decoded(CategoryCounts.self)
            #expect(own.items.map(\.count) == [1, 6] && own.total == 7)
            let others = try await house.get(path, as: "R-county").decoded(CategoryCounts.self)
            #expect(others.items.isEmpty && others.total == 7)
            // From the counts of parts the withheld ones would follow.
            let part = "/v1/key-person-lists/corrections/categories?area=\(areaID(5))"
            #expect(try await house.get(part, as: "R-county").status == 404)
            #expect(try await house.get(part, as: "R-listOwner").decoded(CategoryCounts.self).total == 2)
        }
    }

    @Test("a list without basis or end is refused with what it lacks")
    func incomplete() async throws {
        try await withGateway { house in
            let body =
                #"{"owner":"a","area":"A0000001","legalBasis":" ","purpose":"c","from":"2026-01-01","to":"2025-01-01"}"#
            let answer = try await Self.post(house, "/v1/key-person-lists", body, as: "R-listOwner")
            #expect(try answer.problem().defects?.map(\.pointer) == ["/legalBasis"])
            let order = try await Self.post(
                house, "/v1/key-person-lists", body.replacing("\" \"", with: "\"b\""), as: "R-listOwner")
            #expect(try order.problem().code == "list-incomplete")
        }
    }

    @Test("words that look classified are warned of, taken, withheld from all but who decides, and come back")
    func quarantine() async throws {
        try await withGateway { house in
            let receipt = try await house.put(1, .sample { $0.text = "机密★10年 演练方案" }).decoded(Receipt.self)
            #expect(receipt.warnings.map(\.code) == ["looks-classified"] && receipt.standing == "done")
            #expect(try await house.put(1, .sample { $0.text = "机密★10年 演练方案" }).status == 200)
            let path = "/v1/reports/" + reportID(1)
            for person in ["W5", "R-executiveDeputy", "R-townDispatcher"] {
                let text = try await house.get(path, as: person).text
                #expect(text.contains("已隔离") && !text.contains("演练方案"), "\(person)")
            }
            #expect(try await house.get(path, as: "R-county").text.contains("演练方案"))
            let queue = "/v1/quarantine?area=\(areaID(1))"
            let waiting = try await house.get(queue, as: "R-county").decoded(Wire.Page<QuarantineRow>.self)
            #expect(waiting.items.map(\.report) == [reportID(1)] && waiting.items[0].signs[0].pointer == "/text")
            let decision = #"{"report":"\#(reportID(1))","decision":"release","reason":"演练材料"}"#
            #expect(
                try await Self.post(house, "/v1/quarantine/decisions", decision, as: "R-executiveDeputy").status == 403)
            #expect(try await Self.post(house, "/v1/quarantine/decisions", decision, as: "R-county").status == 204)
            #expect(try await house.get(path, as: "R-executiveDeputy").text.contains("演练方案"))
            #expect(try await house.get(queue, as: "R-county").decoded(Wire.Page<QuarantineRow>.self).items.isEmpty)
            #expect(try await Self.post(house, "/v1/quarantine/decisions", decision, as: "R-county").status == 409)
        }
    }

    @Test("removed words are gone for everybody; the record stays and reads as one")
    func removed() async throws {
        try await withGateway { house in
            _ = try await house.put(
                1,
                .sample {
                    $0.text = "密级：秘密 名单"
                    $0.findings = [.init(kind: "other", text: "内部文件 不得外传")]
                })
            let decision = #"{"report":"\#(reportID(1))","decision":"remove","reason":"确属涉密"}"#
            #expect(try await Self.post(house, "/v1/quarantine/decisions", decision, as: "R-county").status == 204)
            let answer = try await house.get("/v1/reports/" + reportID(1), as: "R-county")
            let stored = try answer.decoded(StoredReport.self)
            #expect(stored.report.text == nil && stored.receipt.standing == "done")
            #expect(!answer.text.contains("名单") && !answer.text.contains("不得外传"))
            // The handheld that still has it may send it again and is content; nothing comes back.
            let again = try await house.put(
                1,
                .sample {
                    $0.text = "密级：秘密 名单"
                    $0.findings = [.init(kind: "other", text: "内部文件 不得外传")]
                })
            #expect(again.status == 200)
            #expect(try await !house.get("/v1/reports/" + reportID(1), as: "R-county").text.contains("名单"))
        }
    }

    @Test("the retention job cuts positions out of real records, which go on being read")
    func retention() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample(keyPerson: "K5-1"))
            house.clock.advance(hours: 24 * 31)
            let keeper = RetentionKeeper(
                store: house.store, terms: .init(), holder: "test", now: { house.clock.now }, logger: silentLogger())
            try await keeper.keep()
            let body = try #require(try await house.store.record(reportID(1))).body
            #expect(!body.contains("120.4256") && body.contains("K5-1"))
            #expect(throws: Never.self) { try decodeExactly(PatrolReport.self, from: Array(body.utf8)) }
        }
    }
}
