import Patrol
import Testing

@Suite("Access")
struct AccessTests {
    /// The policy written out a second time, one line a role. What is not in a line is denied.
    private static let policy: [Role: Set<Permission>] = [
        .gridWorker: [
            .submitReport, .readPhotos, .readPlaces, .readKeyPersons, .readCoverage, .readPlaceObligations,
            .readKeyPersonObligations, .readEveryList,
        ],
        // The station keeps its own roster, people and joint work. What it did is checked by others than itself, areas
        // and policies are the county's, and lists of key persons their owners'.
        .executiveDeputy: Set(Permission.allCases).subtracting(beyondStations),
        // Who visits a minor is the deputy's to say.
        .stationChief: Set(Permission.allCases).subtracting(beyondStations).subtracting([.readMinors]),
        .townDispatcher: [
            .readReports, .readPhotos, .readPlaces, .readCoverage, .readPlaceObligations, .dispute, .reviewRulings,
            .compareLists, .checkVisits,
        ],
        .county: [
            .readReports, .readPhotos, .readPlaces, .readCoverage, .readPlaceObligations, .dispute, .reviewRulings,
            .compareLists, .checkVisits, .closeMonth, .recordPolicies, .changeAreas, .assignDuties, .changePlaces,
            .readKeyPersonCounts, .handleQuarantine,
        ],
        .department: [.readPlaces, .readCoverage, .readPlaceObligations],
        .listOwner: [
            .readKeyPersons, .readCoverage, .readKeyPersonObligations, .recordPolicies, .reviewRulings,
            .changeKeyPersons, .checkVisits, .readMinors, .readKeyPersonVault, .readKeyPersonCounts,
        ],
        .administrator: [.readCoverage, .changeAreas, .manageSystem],
        .securityAdministrator: [.readCoverage, .manageAccounts, .manageDevices, .lockDevices, .issueTokens],
        .auditor: [.readAudit],
        // Whoever helps sees what the help needs: no key persons, no photos of others.
        .stationedStaff: [.submitReport, .readPlaces, .readCoverage, .readPlaceObligations],
        .liaison: [.readPlaces, .readCoverage, .readPlaceObligations],
        .jointDutyTeam: [.submitReport, .readPlaces, .readCoverage],
        .commander: [.readReports, .readPhotos, .readPlaces, .readCoverage, .readPlaceObligations],
        .socialParticipant: [.submitReport],
    ]

    private static let beyondStations: Set<Permission> = [
        .closeMonth, .reviewRulings, .recordPolicies, .changeAreas, .changeKeyPersons, .checkVisits, .manageAccounts,
        .manageDevices, .issueTokens, .manageSystem, .readAudit, .readKeyPersonVault, .readKeyPersonCounts,
        .handleQuarantine,
    ]

    private static func path(_ numbers: Int...) -> PathKey {
        numbers.dropFirst().reduce(PathKey(root: AreaID(number: numbers[0])!)) { $0.appending(AreaID(number: $1)!) }
    }

    private static let county = path(1)
    private static let town = path(1, 2)
    private static let otherTown = path(1, 3)
    private static let station = path(1, 2, 4)
    private static let grid = path(1, 2, 4, 5)
    private static let otherGrid = path(1, 2, 4, 6)
    private static let areas = [county, town, otherTown, station, grid, otherGrid]

    private static func day(_ number: Int) -> Day { Day(daysSinceEpoch: 20_000 + number) }

    @Test("role × permission × area × day", arguments: Role.allCases)
    func matrix(role: Role) throws {
        let allowed = try #require(Self.policy[role])
        #expect(role.permissions == allowed)
        for held in Self.areas {
            let assignments = [RoleAssignment(role: role, area: held, from: Self.day(10), to: Self.day(20))]
            for permission in Permission.allCases {
                for (number, isInForce) in [(9, false), (10, true), (19, true), (20, false)] {
                    for asked in Self.areas {
                        let isBelow = asked.areas.starts(with: held.areas)
                        #expect(
                            permits(assignments, permission, in: asked, on: Self.day(number))
                                == (isInForce && isBelow && allowed.contains(permission)),
                            "\(role) over \(held) asks \(permission) in \(asked) on day \(number)")
                    }
                    #expect(
                        permits(assignments, permission, on: Self.day(number))
                            == (isInForce && allowed.contains(permission)))
                }
            }
        }
    }

    @Test func `nobody without a role may do anything`() {
        for permission in Permission.allCases {
            for area in Self.areas { #expect(!permits([], permission, in: area, on: Self.day(15))) }
            #expect(!permits([], permission, on: Self.day(15)))
        }
    }

    @Test func `a role without an end holds on`() {
        let assignment = RoleAssignment(role: .county, area: Self.county, from: Self.day(10), to: nil)
        #expect(permits([assignment], .readCoverage, in: Self.grid, on: .latest))
        #expect(!permits([assignment], .readCoverage, in: Self.grid, on: Self.day(9)))
    }

    @Test func `rights of one role in one area do not leak into another's area`() {
        let assignments = [
            RoleAssignment(role: .listOwner, area: Self.otherTown, from: Self.day(0), to: nil),
            RoleAssignment(role: .department, area: Self.town, from: Self.day(0), to: nil),
        ]
        #expect(permits(assignments, .readPlaces, in: Self.grid, on: Self.day(1)))
        #expect(!permits(assignments, .readKeyPersons, in: Self.grid, on: Self.day(1)))
        #expect(permits(assignments, .readKeyPersons, in: Self.otherTown, on: Self.day(1)))
        #expect(!permits(assignments, .readPlaces, in: Self.otherTown, on: Self.day(1)))
    }

    @Test func `key persons are for those who visit them, lead them or own the list`() {
        let seeing = Role.allCases.filter {
            !$0.permissions.isDisjoint(with: [.readKeyPersons, .readKeyPersonObligations])
        }
        #expect(Set(seeing) == [.gridWorker, .executiveDeputy, .stationChief, .listOwner])
        #expect(Role.allCases.filter { $0.permissions.contains(.changeKeyPersons) } == [.listOwner])
    }

    @Test func `whoever can send a visit cannot draw visits to be checked again`() {
        for role in Role.allCases {
            #expect(!role.permissions.isSuperset(of: [.submitReport, .checkVisits]), "\(role)")
        }
    }

    @Test("item 24 · accounts, system and audit are three roles that share no right but to see figures")
    func separated() {
        #expect(Role.separated == [.administrator, .securityAdministrator, .auditor])
        func rights(_ role: Role) -> Set<Permission> { role.permissions.subtracting([.readCoverage]) }
        for role in Role.separated {
            for other in Role.allCases where other != role && Role.separated.contains(other) {
                #expect(rights(role).isDisjoint(with: rights(other)), "\(role) \(other)")
            }
        }
        #expect(Role.auditor.permissions == [.readAudit], "the auditor does nothing else")
        for (permission, role) in [
            (Permission.manageAccounts, Role.securityAdministrator), (.manageDevices, .securityAdministrator),
            (.issueTokens, .securityAdministrator), (.manageSystem, .administrator), (.readAudit, .auditor),
        ] { #expect(Role.allCases.filter { $0.permissions.contains(permission) } == [role], "\(permission)") }
        #expect(
            Set(Role.allCases.filter { $0.permissions.contains(.lockDevices) })
                == [.executiveDeputy, .stationChief, .securityAdministrator])
    }

    @Test func `only a list's owner changes key persons, and nobody checks their own station's visits`() {
        func holding(_ permission: Permission) -> Set<Role> {
            Set(Role.allCases.filter { $0.permissions.contains(permission) })
        }
        #expect(holding(.changeKeyPersons) == [.listOwner])
        #expect(holding(.checkVisits) == [.townDispatcher, .county, .listOwner])
        #expect(holding(.changeAreas) == [.county, .administrator])
        #expect(holding(.recordJointWork) == [.executiveDeputy, .stationChief])
    }
}
