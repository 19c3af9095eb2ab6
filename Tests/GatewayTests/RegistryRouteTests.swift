import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

@Suite("Duties, certificates, units and staffing", .serialized)
struct RegistryRouteTests {
    private let before = "&knownAt=2026-03-05T00:00:00%2B08:00"

    private func duties(
        _ house: GatewayUnderTest, _ area: Int, _ more: String = "", as person: String = "R-stationChief"
    )
        async throws -> [DutyRow]
    {
        try await house.items("/v1/duties?area=\(areaID(area))\(more)", as: person, of: DutyRow.self)
    }

    @Test("A stand-in works in the grid from the first day of the duty to the last, and on no other")
    func standIn() async throws {
        try await withGateway { house in
            let roster = "/v1/roster/places?grid=\(areaID(5))"
            let duty = DutyBody(
                login: "w6", grid: areaID(5).text, capacity: "partTime", from: "2026-03-06", to: "2026-03-10")
            #expect(try await house.get(roster, as: "W6").status == 404)
            #expect(try await house.post("/v1/duties", duty, as: "R-stationChief").verdict == "204")
            #expect(
                try await duties(house, 5) == [
                    DutyRow(
                        person: "R-gridWorker", name: "人员 R-gridWorker", grid: "A0000005", gridName: "第一网格",
                        capacity: "fullTime", from: "2026-01-01"),
                    DutyRow(
                        person: "W5", name: "人员 W5", grid: "A0000005", gridName: "第一网格", capacity: "fullTime",
                        from: "2026-01-01"),
                    DutyRow(
                        person: "W6", name: "人员 W6", grid: "A0000005", gridName: "第一网格", capacity: "partTime",
                        from: "2026-03-06", to: "2026-03-10"),
                ])
            #expect(try await duties(house, 5, before).map(\.person) == ["R-gridWorker", "W5"])
            #expect(try await duties(house, 3, "&month=2026-02").count == 3, "who stood in later did not in February")
            #expect(try await house.get(roster, as: "W6").status == 404, "not before the first day")
            try await house.advance(days: 1)
            #expect(try await house.get(roster, as: "W6").status == 200)
            try await house.advance(days: 4)
            #expect(try await house.get(roster, as: "W6").status == 404, "nor after the last")
        }
    }

    @Test("A duty ends, and with it what was seen of the grid")
    func ended() async throws {
        try await withGateway { house in
            let duty = DutyBody(login: "w6", grid: areaID(6).text, from: "2026-03-21")
            #expect(try await house.post("/v1/duties", duty, as: "R-executiveDeputy").verdict == "204")
            #expect(try await duties(house, 6).map(\.to) == ["2026-03-21"])
            let stationed = try await house.items(
                "/v1/staffing?area=\(areaID(3))", as: "R-stationChief", of: StaffingRow.self)
            #expect(stationed.map(\.vacantDays) == [0, 11])
        }
    }

    @Test("Who may assign duties, to whom and where")
    func dutyRefusals() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            func verdict(_ body: DutyBody, _ person: String = "R-stationChief") async throws -> String {
                try await house.post("/v1/duties", body, as: person).verdict
            }
            var duty = DutyBody(login: "w6", grid: areaID(5).text, capacity: "fullTime", from: "2026-03-06")
            for role in Role.allCases where ![.executiveDeputy, .stationChief, .county].contains(role) {
                #expect(try await verdict(duty, role.sample) == "403 not-permitted", "\(role)")
            }
            #expect(try await verdict(duty, "N-deputy") == "404 not-found")
            // A duty brings the right to the grid's key persons.
            duty.login = "r-county"
            #expect(try await verdict(duty, "R-county") == "409 own-record")
            duty.login = "w6"
            duty.to = "2026-03-06"
            #expect(try await verdict(duty) == "409 ends-before-begin")
            duty.to = nil
            for (login, grid) in [("nobody", 5), ("w7", 7), ("w6", 3), ("w6", 23), ("w6", 99)] {
                duty.login = login
                duty.grid = areaID(grid).text
                #expect(try await verdict(duty) == "404 not-found", "\(login) in \(grid)")
            }
            let wrong = DutyBody(login: "w6", grid: "5", capacity: "boss", from: "soon", to: "never")
            #expect(
                try await house.post("/v1/duties", wrong, as: "R-county").defects == [
                    "/grid bad-area", "/capacity unknown-value", "/from bad-day", "/to bad-day",
                ])
            #expect(try await duties(house, 5).count == 2)
            #expect(
                try await house.ask("/v1/duties?area=\(areaID(4))", as: "R-stationChief").verdict == "404 not-found")
            #expect(try await house.ask("/v1/duties?area=\(areaID(5))", as: "W6").verdict == "404 not-found")
            #expect(try await duties(house, 5, as: "W5").count == 2)
        }
    }

    @Test("A worker's certificate is entered and put right by who answers for the worker's grid, and by nobody else")
    func certificates() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            try await house.hire(PersonEntry.sample("C4", role: .stationChief, in: [4]))
            let path = "/v1/certificates"
            var row = CertificateRow(login: "w5", number: "ZJ-0001", title: "网格员上岗证", from: "2026-03-11")
            #expect(try await house.post(path, row, as: "R-stationChief").verdict == "204")
            row.to = "2027-03-11"
            #expect(try await house.post(path, row, as: "R-county").verdict == "204")
            let asked = path + "?area=\(areaID(3))"
            #expect(try await house.items(asked, as: "R-executiveDeputy", of: CertificateRow.self) == [row])
            #expect(try await house.items(asked + before, as: "R-executiveDeputy", of: CertificateRow.self).isEmpty)
            #expect(
                try await house.items(path + "?area=\(areaID(4))", as: "C4", of: CertificateRow.self).isEmpty)
            #expect(try await house.ask(asked, as: "C4").verdict == "404 not-found")
            #expect(try await house.ask(asked, as: "W5").verdict == "403 not-permitted")
            for person in ["C4", "N-county"] {
                #expect(try await house.post(path, row, as: person).verdict == "404 not-found", "\(person)")
            }
            row.to = row.from
            #expect(try await house.post(path, row, as: "R-stationChief").verdict == "409 ends-before-begin")
            let wrong = CertificateRow(login: "w5", number: " ", title: "", from: "x", to: "y")
            #expect(
                try await house.post(path, wrong, as: "R-stationChief").defects == [
                    "/from bad-day", "/to bad-day", "/number empty", "/title empty",
                ])
            let unknown = CertificateRow(login: "nobody", number: "1", title: "证", from: "2026-03-01")
            #expect(try await house.post(path, unknown, as: "R-stationChief").verdict == "404 not-found")
        }
    }

    @Test("A station that a worker has left has no say in the worker's certificates any more")
    func formerChief() async throws {
        try await withGateway { house in
            try await house.hire(PersonEntry.sample("C4", role: .stationChief, in: [4]))
            let moves = [
                DutyBody(login: "w5", grid: areaID(5).text, from: "2026-03-01"),
                DutyBody(login: "w5", grid: areaID(7).text, capacity: "fullTime", from: "2026-03-01"),
            ]
            for duty in moves { #expect(try await house.post("/v1/duties", duty, as: "R-county").verdict == "204") }
            let row = CertificateRow(login: "w5", number: "ZJ-0001", title: "网格员上岗证", from: "2026-03-01")
            #expect(try await house.post("/v1/certificates", row, as: "R-stationChief").verdict == "404 not-found")
            #expect(try await house.post("/v1/certificates", row, as: "C4").verdict == "204")
        }
    }

    @Test("A unit is posted at a station, in its manner, until it leaves")
    func units() async throws {
        try await withGateway { house in
            try await house.enterNeighbours()
            var posting = PostingRow(
                station: areaID(3).text, unit: "练市派出所", manner: "resident", from: "2026-03-01")
            #expect(try await house.post("/v1/units", posting, as: "R-executiveDeputy").verdict == "204")
            let asked = "/v1/units?area=\(areaID(2))"
            #expect(try await house.items(asked, as: "R-townDispatcher", of: PostingRow.self) == [posting])
            #expect(try await house.items(asked + before, as: "R-townDispatcher", of: PostingRow.self).isEmpty)
            posting.to = "2026-03-01"
            #expect(try await house.post("/v1/units", posting, as: "R-county").verdict == "409 ends-before-begin")
            let leaves = PostingRow(station: areaID(3).text, unit: "练市派出所", from: "2026-03-20")
            #expect(try await house.post("/v1/units", leaves, as: "R-county").verdict == "204")
            #expect(try await house.items(asked, as: "R-county", of: PostingRow.self).map(\.to) == ["2026-03-20"])
            posting.to = nil
            for (station, verdict) in [(5, "409 not-a-station"), (4, "404 not-found"), (22, "404 not-found")] {
                posting.station = areaID(station).text
                #expect(try await house.post("/v1/units", posting, as: "R-executiveDeputy").verdict == verdict)
            }
            #expect(try await house.post("/v1/units", posting, as: "R-townDispatcher").verdict == "403 not-permitted")
            let wrong = PostingRow(station: "3", unit: "", manner: "sometimes", from: "x")
            #expect(
                try await house.post("/v1/units", wrong, as: "R-county").defects == [
                    "/station bad-area", "/unit empty", "/manner unknown-value", "/from bad-day",
                ])
            #expect(try await house.ask("/v1/units?area=\(areaID(22))", as: "R-county").verdict == "404 not-found")
        }
    }

    @Test("Staffing tells vacant days, days and visits without a certificate, and who made the visits")
    func staffing() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample())
            _ = try await house.put(2, .sample(keyPerson: "K5-1"))
            let row = CertificateRow(login: "w5", number: "ZJ-0001", title: "网格员上岗证", from: "2026-03-11")
            #expect(try await house.post("/v1/certificates", row, as: "R-stationChief").verdict == "204")
            let asked = "/v1/staffing?area=\(areaID(3))"
            let rows = try await house.items(asked, as: "R-stationChief", of: StaffingRow.self)
            #expect(
                rows == [
                    StaffingRow(
                        grid: "A0000005", name: "第一网格", days: 31, vacantDays: 0, uncertifiedDays: 10,
                        visits: [CountRow(key: "fullTime", count: 2)], uncertifiedVisits: 2),
                    StaffingRow(
                        grid: "A0000006", name: "第二网格", days: 31, vacantDays: 0, uncertifiedDays: 31, visits: [],
                        uncertifiedVisits: 0),
                ])
            let earlier = try await house.items(asked + before, as: "R-stationChief", of: StaffingRow.self)
            #expect(earlier.map(\.uncertifiedDays) == [31, 31] && earlier[0].visits.isEmpty)
            let ago = try await house.items(asked + "&month=2019-12", as: "R-stationChief", of: StaffingRow.self)
            #expect(ago.isEmpty, "the grids did not exist")
            #expect(
                try await house.ask("/v1/staffing?area=\(areaID(4))", as: "R-stationChief").verdict == "404 not-found")
            #expect(
                try await house.ask("/v1/staffing?area=x&month=2026-04", as: "R-county").defects == [
                    "area bad-area", "month future-month",
                ])
        }
    }
}
