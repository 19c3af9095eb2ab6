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
        .securityAdministrator: [403, 200, 404, 404, 404, 404, 403, 403, 200, 404, 404, 200, 404, 404, 403],
        .auditor: [403, 200, 404, 404, 404, 404, 403, 403, 403, 404, 404, 403, 404, 404, 403],
        .stationedStaff: [201, 200, 404, 404, 404, 404, 200, 403, 200, 200, 404, 200, 200, 404, 403],
        .liaison: [403, 200, 404, 404, 404, 404, 200, 403, 200, 200, 404, 200, 200, 404, 403],
        .jointDutyTeam: [201, 200, 404, 404, 404, 404, 200, 403, 200, 404, 404, 200, 404, 404, 403],
        .commander: [403, 200, 200, 200, 404, 200, 200, 403, 200, 200, 404, 200, 200, 404, 403],
        .socialParticipant: [201, 200, 404, 404, 404, 404, 403, 403, 403, 404, 404, 403, 404, 404, 403],
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
        let photo = try SamplePhoto.whole(1)
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

    /// What the registry, joint work, figures and checks answer each role in its own area; an empty body is a change that
    /// lacks everything, so that 422 means: let in.
    private static let registry: [(method: HTTPRequest.Method, path: String, admitted: Set<Role>)] = {
        let stations: Set<Role> = [.executiveDeputy, .stationChief]
        let all = Set(Role.allCases)
        // The auditor looks at the audit, volunteers report.
        let everybody = all.subtracting([.auditor, .socialParticipant])
        let areas: Set<Role> = [.county, .administrator]
        let accounts: Set<Role> = [.securityAdministrator]
        return [
            (.get, "/v1/accounts?area=", accounts), (.post, "/v1/accounts", accounts),
            (.post, "/v1/accounts/disabling", accounts), (.post, "/v1/accounts/enabling", accounts),
            (.post, "/v1/accounts/passwords", accounts), (.post, "/v1/accounts/roles", accounts),
            (.post, "/v1/accounts/roles/endings", accounts), (.put, "/v1/password", all),
            (.get, "/v1/areas?area=", everybody), (.get, "/v1/areas/boundaries?area=", everybody),
            (.get, "/v1/areas/survey?area=", everybody), (.post, "/v1/areas/changes", areas),
            (.put, "/v1/areas/boundaries?area=", areas), (.get, "/v1/duties?area=", everybody),
            (.post, "/v1/duties", stations.union([.county])),
            (.get, "/v1/certificates?area=", stations.union([.county])),
            (.post, "/v1/certificates", stations.union([.county])), (.get, "/v1/units?area=", everybody),
            (.post, "/v1/units", stations.union([.county])), (.get, "/v1/staffing?area=", everybody),
            (.post, "/v1/places/changes", stations.union([.county])), (.post, "/v1/proposals/decisions", everybody),
            (.get, "/v1/joint-work?area=", everybody), (.post, "/v1/joint-work", stations),
            (.post, "/v1/joint-work/withdrawals", stations), (.get, "/v1/checklists", all),
            (.post, "/v1/checklists", [.county]), (.get, "/v1/load?area=", everybody),
            (.get, "/v1/ledger/closing-rules", everybody), (.post, "/v1/ledger/closing-rules", [.county]),
            (.get, "/v1/clears?area=", everybody),
            (.get, "/v1/comparisons?area=", stations.union([.townDispatcher, .county])),
            (.post, "/v1/comparisons", stations.union([.townDispatcher, .county])),
            (.get, "/v1/street-walks?area=", stations.union([.townDispatcher, .county])),
            (.post, "/v1/street-walks", stations.union([.townDispatcher, .county])),
            (.post, "/v1/spot-checks", [.townDispatcher, .county, .listOwner]),
            (.post, "/v1/spot-checks/results", [.townDispatcher, .county, .listOwner]),
            (.get, "/v1/key-person-lists", [.listOwner]), (.post, "/v1/key-person-lists", [.listOwner]),
            (.post, "/v1/key-person-lists/corrections/end", [.listOwner]),
            (.get, "/v1/key-person-lists/corrections/members", [.listOwner]),
            (.post, "/v1/key-person-lists/corrections/members", [.listOwner]),
            (.post, "/v1/key-person-lists/corrections/stewards", [.listOwner]),
            (.get, "/v1/key-person-lists/corrections/categories?area=", [.listOwner, .county]),
            (.post, "/v1/vault/entries", [.listOwner]), (.post, "/v1/vault/readings", [.listOwner]),
            (.get, "/v1/quarantine?area=", [.county]), (.post, "/v1/quarantine/decisions", [.county]),
        ]
    }()

    @Test("Role by route of registry, joint work, figures and checks", arguments: Role.allCases)
    func registryMatrix(role: Role) async throws {
        try await withGateway { house in
            for (method, path, admitted) in Self.registry {
                let uri = path.hasSuffix("=") ? path + areaID(role.sampleArea).text : path
                let body = method == .get ? nil : Array("{}".utf8)
                let status = try await house.send(method, uri, as: role.sample, body: body).status
                #expect(status == (admitted.contains(role) ? method == .get ? 200 : 422 : 403), "\(method) \(path)")
            }
        }
    }

    @Test("Places are for those who keep them, key persons for those who visit them", arguments: Role.allCases)
    func kinds(role: Role) async throws {
        let places: Set<Role> = [
            .gridWorker, .executiveDeputy, .stationChief, .townDispatcher, .department, .county, .stationedStaff,
            .liaison,
            .commander,
        ]
        let persons: Set<Role> = [.gridWorker, .executiveDeputy, .stationChief, .listOwner]
        try await withGateway { house in
            for (kind, subject, admitted) in [("place", "P5-1", places), ("keyPerson", "K5-1", persons)] {
                let area = areaID(role.sampleArea)
                for path in [
                    "/v1/coverage/breakdown?by=policy&area=\(area)", "/v1/coverage/entries?area=\(area)",
                    "/v1/coverage/explanation?area=\(area)", "/v1/proposals?area=\(area)",
                    "/v1/story?subject=\(subject)",
                ] {
                    let status = try await house.get(path + "&kind=\(kind)", as: role.sample).status
                    let hasFigures = role.permissions.contains(.readCoverage)
                    let refusals = hasFigures ? [404] : [403, 404]
                    #expect(
                        (admitted.contains(role) ? [200] : refusals).contains(status), "\(role) \(path) \(kind)")
                }
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
            let hasFigures = role.permissions.contains(.readCoverage)
            #expect(
                try await house.get("/v1/coverage?area=\(areaID(9))", as: role.sample).status
                    == (hasFigures ? hasCounty ? 200 : 404 : 403))
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
