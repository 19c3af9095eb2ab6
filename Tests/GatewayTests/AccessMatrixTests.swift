import HTTPTypes
import Patrol
import TestSupport
import Testing
import Wire

@testable import Gateway

/// Who may do what, written down once more and apart from the policy function: read from the rules of the counties
/// (一级一权限), not from the code.
@Suite("Every role is let into its own rooms and no others")
struct AccessMatrixTests {
    /// What one role gets for each of the requests below, in their order.
    private static let expected: [Role: [Int]] = [
        //                    send own other place person photo roster persons cover duties dutiesK versions journal journalK close
        .gridWorker: [201, 200, 404, 404, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
        .executiveDeputy: [201, 200, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
        .stationChief: [201, 200, 404, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
        .townDispatcher: [403, 200, 200, 200, 404, 200, 200, 403, 200, 200, 404, 200, 200, 404, 403],
        .department: [403, 200, 404, 404, 404, 404, 200, 403, 200, 200, 404, 200, 200, 404, 403],
        .county: [403, 200, 200, 200, 404, 200, 200, 403, 200, 200, 404, 200, 200, 404, 409],
        .listOwner: [403, 200, 404, 404, 404, 404, 403, 200, 200, 404, 200, 200, 404, 200, 403],
        .administrator: [403, 200, 404, 404, 404, 404, 403, 403, 200, 404, 404, 200, 404, 404, 403],
        .auditor: [403, 200, 404, 404, 404, 404, 403, 403, 200, 404, 404, 200, 404, 404, 403],
    ]

    private struct Ask: Sendable {
        let method: HTTPRequest.Method
        let path: String
        var body: [UInt8]?
    }

    private static func asks(photo: [UInt8]) throws -> [Ask] {
        [
            Ask(
                method: .put, path: "/v1/reports/" + reportID(90),
                body: try canonicalBytes(PatrolReport.sample(place: "P6-1"))),
            Ask(method: .get, path: "/v1/reports"),
            Ask(method: .get, path: "/v1/reports?area=\(areaID(2))"),
            Ask(method: .get, path: "/v1/reports/" + reportID(1)),
            Ask(method: .get, path: "/v1/reports/" + reportID(2)),
            Ask(method: .get, path: "/v1/photos/\(sha256Hex(photo))?size=thumb"),
            Ask(method: .get, path: "/v1/roster/places?grid=\(areaID(5))"),
            Ask(method: .get, path: "/v1/roster/key-persons?grid=\(areaID(5))"),
            Ask(method: .get, path: "/v1/coverage?area=\(areaID(5))"),
            Ask(method: .get, path: "/v1/obligations?area=\(areaID(5))"),
            Ask(method: .get, path: "/v1/obligations?area=\(areaID(5))&kind=keyPerson"),
            Ask(method: .get, path: "/v1/ledger/versions?area=\(areaID(5))"),
            Ask(method: .get, path: "/v1/ledger/journal?area=\(areaID(5))"),
            Ask(method: .get, path: "/v1/ledger/journal?area=\(areaID(5))&kind=keyPerson"),
            Ask(method: .post, path: "/v1/ledger/closing?area=\(areaID(1))"),
        ]
    }

    @Test("Role by route", arguments: Role.allCases)
    func matrix(role: Role) async throws {
        let photo = SamplePhoto.whole(1)
        let asks = try Self.asks(photo: photo)
        let expected = try #require(Self.expected[role])
        try await withGateway { house in
            #expect(try await house.put(1, .sample().naming(photo)).status == 201)
            #expect(try await house.put(2, .sample(keyPerson: "K5-1")).status == 201)
            #expect(try await house.put(photo: photo).status == 201)
            for (ask, status) in zip(asks, expected) {
                let answer = try await house.send(ask.method, ask.path, as: role.sample, body: ask.body)
                #expect(answer.status == status, "\(role) \(ask.method) \(ask.path)")
            }
        }
    }

    @Test("Nobody is let into another area than their own, whatever the role", arguments: Role.allCases)
    func otherAreas(role: Role) async throws {
        try await withGateway { house in
            // The hospital's grid hangs under the county; station, town and grid people have no business there.
            let hasCounty = role.sampleArea == County.county
            for path in [
                "/v1/coverage?area=\(areaID(9))", "/v1/obligations?area=\(areaID(9))",
                "/v1/roster/places?grid=\(areaID(9))",
                "/v1/roster/key-persons?grid=\(areaID(9))", "/v1/reports?area=\(areaID(9))",
            ] {
                let answer = try await house.get(path, as: role.sample)
                if !hasCounty { #expect([403, 404].contains(answer.status), "\(role) \(path)") }
            }
            #expect(
                try await house.get("/v1/coverage?area=\(areaID(9))", as: role.sample).status == (hasCounty ? 200 : 404)
            )
        }
    }

    @Test("Records about key persons are not even counted in what a town dispatcher lists")
    func keyPersonsInLists() async throws {
        try await withGateway { house in
            _ = try await house.put(1, .sample())
            _ = try await house.put(2, .sample(keyPerson: "K5-1"))
            func ids(_ person: String, _ area: Int) async throws -> [String] {
                try await house.get("/v1/reports?area=\(areaID(area))", as: person).decoded(Wire.Page<ReportLine>.self)
                    .items.map(\.id)
            }
            #expect(try await ids("R-townDispatcher", 2) == [reportID(1)])
            #expect(try await ids("R-executiveDeputy", 3) == [reportID(1), reportID(2)])
        }
    }
}
