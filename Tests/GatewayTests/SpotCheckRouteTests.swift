import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Visits are drawn and checked again", .serialized)
struct SpotCheckRouteTests {
    private let path = "/v1/spot-checks"

    private func draw(_ size: Int, _ kind: String = "place", in area: Int = 2, seed: String? = "7") -> SpotCheckBody {
        SpotCheckBody(kind: kind, area: areaID(area).text, month: "2026-03", size: size, seed: seed)
    }

    /// Four visits to places and one to a key person.
    private func patrolled(_ house: GatewayUnderTest) async throws {
        for (number, place) in ["P5-1", "P5-2", "P5-3"].enumerated() {
            #expect(try await house.put(number + 1, .sample(place: place)).status == 201)
        }
        #expect(try await house.put(4, .sample(place: "P7-1"), as: "W7").status == 201)
        #expect(try await house.put(5, .sample(keyPerson: "K5-1")).status == 201)
    }

    @Test("A sample is drawn by lot, each door looked at, and the share of wrong visits estimated")
    func checked() async throws {
        try await withGateway { house in
            try await patrolled(house)
            let answer = try await house.post(path, draw(4), as: "R-townDispatcher")
            #expect(answer.status == 201)
            let drawn = try answer.decoded(SpotCheckRow.self)
            #expect(drawn.kind == "place" && drawn.area == "A0000002" && drawn.month == "2026-03" && drawn.seed == "7")
            #expect(drawn.population == 4 && drawn.drawnBy == "R-townDispatcher" && drawn.estimate == nil)
            #expect(instant(drawn.drawnAt) == GatewayUnderTest.morning)
            let item = try #require(drawn.items.first)
            #expect(item.report == reportID(1) && item.subject == "P5-1" && item.name == "场所 P5-1")
            #expect(item.address == "适园路 1 号" && item.outcome == "checked" && item.result == nil && item.note == "")
            #expect(item.script.contains("3 月"))
            func note(_ number: Int, _ result: String) async throws -> SpotCheckRow {
                let body = SpotCheckResultBody(
                    check: drawn.id, report: reportID(number), result: result, manner: "telephone", note: "店主接听")
                return try await house.post(path + "/results", body, as: "R-county").decoded(SpotCheckRow.self)
            }
            let first = try await note(1, "wrong")
            #expect(first.items[0].result == "wrong" && first.items[0].manner == "telephone")
            #expect(first.items[0].note == "店主接听")
            #expect(first.estimate?.looked == 1 && first.estimate?.wrong == 1 && first.estimate?.rate == 1)
            _ = try await note(1, "confirmed")
            _ = try await note(2, "wrong")
            _ = try await note(3, "unreachable")
            let last = try #require(try await note(4, "confirmed").estimate)
            #expect(last.looked == 4 && last.answered == 3 && last.wrong == 1)
            #expect(last.rate.map { abs($0 - 1.0 / 3) < 1e-9 } == true)
            // All four were looked at: one is wrong, and he who was not reached may be.
            #expect(last.cautiousLow == 0.25 && last.cautiousHigh == 0.5)
            let listed = try await house.items(
                path + "?area=\(areaID(1))&month=2026-03", as: "R-county", of: SpotCheckRow.self)
            #expect(listed.map(\.id) == [drawn.id] && listed[0].estimate == last)
            let story = try await house.ask("/v1/story?subject=P5-2", as: "R-county").decoded(StoryAnswer.self)
            #expect(story.events.first { $0.what == "spotCheck" }?.word == "wrong")
        }
    }

    @Test("The same seed draws the same visits again, and without one the lot decides")
    func seeds() async throws {
        try await withGateway { house in
            try await patrolled(house)
            func sample(_ seed: String?) async throws -> SpotCheckRow {
                try await house.post(path, draw(2, seed: seed), as: "R-county").decoded(SpotCheckRow.self)
            }
            let (first, again) = (try await sample("18446744073709551615"), try await sample("18446744073709551615"))
            #expect(first.items.map(\.report) == again.items.map(\.report) && first.items.count == 2)
            #expect(first.id != again.id)
            let (one, other) = (try await sample(nil), try await sample(nil))
            #expect(one.seed != other.seed && UInt64(one.seed) != nil)
        }
    }

    @Test("What was not drawn is not noted, an empty month gives nothing to draw, and nobody checks themselves")
    func refusals() async throws {
        try await withGateway { house in
            #expect(try await house.post(path, draw(2), as: "R-townDispatcher").verdict == "409 nothing-to-draw")
            try await patrolled(house)
            #expect(
                try await house.post(path, draw(2, in: 9), as: "R-county").verdict == "409 nothing-to-draw",
                "nobody visited the hospital")
            try await house.hire(
                PersonEntry(
                    id: "D", login: "d", name: "兼任调度", passwordHash: "unusable",
                    roles: [
                        .init(role: .gridWorker, area: areaID(5), from: day("2026-01-01")),
                        .init(role: .townDispatcher, area: areaID(2), from: day("2026-01-01")),
                    ], duties: [Duty(grid: areaID(5), capacity: .fullTime, from: day("2026-01-01"), to: nil)]))
            #expect(try await house.put(6, .sample(place: "P6-1"), as: "D").status == 201)
            let check = try await house.post(path, draw(10), as: "D").decoded(SpotCheckRow.self)
            #expect(check.items.count == 5)
            var result = SpotCheckResultBody(
                check: check.id, report: reportID(6), result: "confirmed", manner: "visit")
            #expect(try await house.post(path + "/results", result, as: "D").verdict == "409 own-record")
            result.report = reportID(5)
            #expect(try await house.post(path + "/results", result, as: "D").verdict == "409 not-drawn")
            result.report = reportID(99)
            #expect(try await house.post(path + "/results", result, as: "D").verdict == "409 not-drawn")
            result.check = "nothing"
            #expect(try await house.post(path + "/results", result, as: "D").verdict == "404 not-found")
            result.result = "maybe"
            result.manner = "dream"
            result.note = " "
            #expect(
                try await house.post(path + "/results", result, as: "D").defects == [
                    "/result unknown-value", "/manner unknown-value", "/note empty",
                ])
            let wrong = SpotCheckBody(kind: "dog", area: "2", month: "March", size: 0, seed: "-1")
            #expect(
                try await house.post(path, wrong, as: "D").defects == [
                    "/kind unknown-value", "/area bad-area", "/month bad-month", "/size out-of-range",
                    "/seed bad-number",
                ])
        }
    }

    @Test("Each checks the kind and area that is theirs: no station its own visits, no town a key person's")
    func strangers() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            try await patrolled(house)
            let placed = try await house.post(path, draw(4), as: "R-county").decoded(SpotCheckRow.self)
            let personal = try await house.post(path, draw(4, "keyPerson"), as: "R-listOwner").decoded(
                SpotCheckRow.self)
            #expect(personal.items.map(\.subject) == ["K5-1"] && personal.population == 1)
            #expect(personal.items[0].script.contains("看望") && !personal.items[0].script.contains("重点"))
            for role in Role.allCases where ![.townDispatcher, .county, .listOwner].contains(role) {
                #expect(try await house.post(path, draw(1), as: role.sample).verdict == "403 not-permitted", "\(role)")
                #expect(
                    try await house.ask(path + "?area=\(areaID(5))", as: role.sample).verdict == "403 not-permitted")
            }
            for (kind, person) in [
                ("keyPerson", "R-townDispatcher"), ("keyPerson", "R-county"), ("place", "R-listOwner"),
            ] {
                #expect(try await house.post(path, draw(1, kind), as: person).verdict == "404 not-found", "\(person)")
                let listed = try await house.ask(path + "?area=\(areaID(2))&kind=\(kind)", as: person)
                #expect(listed.verdict == "404 not-found", "\(person)")
            }
            for (check, person) in [(personal, "R-townDispatcher"), (placed, "R-listOwner"), (placed, "N-county")] {
                let body = SpotCheckResultBody(
                    check: check.id, report: check.items[0].report, result: "wrong", manner: "visit")
                #expect(
                    try await house.post(path + "/results", body, as: person).verdict == "404 not-found", "\(person)")
            }
            #expect(try await house.post(path, draw(1), as: "N-county").verdict == "404 not-found")
            #expect(try await house.post(path, draw(1, in: 1), as: "R-townDispatcher").verdict == "404 not-found")
            let kept = try await house.items(path + "?area=\(areaID(2))", as: "R-county", of: SpotCheckRow.self)
            #expect(kept == [placed])
        }
    }
}
