import HTTPTypes
import Patrol
import Store
import TestSupport
import Testing
import Wire

@testable import Gateway

/// Every cell of role × route × area, made from the route table, the specification and the policy function.
@Suite("Every role, at every route, in every kind of area")
struct RightsMatrixTests {
    /// Where an area lies, seen from the one that somebody's role is in.
    private enum Place: CaseIterable {
        case own, below, above, beside, otherCounty

        func area(of role: Role) -> AreaID? {
            switch (self, role.sampleArea) {
            case (.own, let number): areaID(number)
            case (.below, 1): areaID(2)
            case (.below, 2): areaID(3)
            case (.below, 3): areaID(5)
            case (.below, _): nil
            case (.above, 1): nil
            case (.above, 2): areaID(1)
            case (.above, 3): areaID(2)
            case (.above, _): areaID(3)
            case (.beside, 3): areaID(4)
            case (.beside, 5): areaID(7)
            case (.beside, _): nil
            case (.otherCounty, _): areaID(22)
            }
        }
    }

    /// Narrower than their permission says: a checklist is of places, with which a list's owner has no business.
    private static let narrower: [String: Set<Role>] = ["POST /v1/checklists": [.listOwner]]

    private static func permission(_ route: Route) -> Permission? {
        switch route.access {
        case .permission(let permission), .page(let permission): permission
        case .anybody, .loggedIn, .handover, .ownPassword, .ownPasswordPage: nil
        }
    }

    @Test(
        "item 21 · A route is closed to a role without its permission, and open to one that has it",
        arguments: Role.allCases)
    func roleByRoute(role: Role) async throws {
        try await withGateway(settings: { $0.accountRate = 0 }) { house in
            var cells = 0
            for route in house.gateway.routes {
                guard let permission = Self.permission(route) else { continue }
                let body = route.method == .get ? nil : Array("{}".utf8)
                let status = try await house.send(route.method, route.sampleURI, as: role.sample, body: body).status
                if role.permissions.contains(permission), Self.narrower[route.name]?.contains(role) != true {
                    #expect(![401, 403, 500].contains(status), "\(role) \(route.name)")
                } else {
                    #expect(status == 403, "\(role) \(route.name)")
                }
                cells += 1
            }
            #expect(cells > 80)
        }
    }

    @Test(
        "item 21 · What is asked of an area is answered for one's own and what lies below, and like nothing for others",
        arguments: Role.allCases)
    func roleByRouteByArea(role: Role) async throws {
        try await withGateway(settings: { $0.accountRate = 0 }) { house in
            let specification = try Specification()
            try await house.enterNeighbours()
            var cells = 0
            var (asked, opened) = (0, 0)
            for route in house.gateway.routes where route.method == .get {
                guard let permission = Self.permission(route), role.permissions.contains(permission),
                    let parameter = specification.areaParameters(of: route.name).first
                else { continue }
                for place in Place.allCases {
                    guard let area = place.area(of: role) else { continue }
                    let answer = try await house.get("\(route.sampleURI)?\(parameter)=\(area)", as: role.sample)
                    switch place {
                    // Their own area, but for what else an operation wants to know.
                    case .own, .below:
                        #expect([200, 404, 422].contains(answer.status), "\(role) \(route.name) \(place)")
                        asked += 1
                        if answer.status == 200 { opened += 1 }
                    case .above, .beside, .otherCounty:
                        #expect([404, 422].contains(answer.status), "\(role) \(route.name) \(place)")
                    }
                    #expect(answer.status != 422 || !answer.text.contains("\"items\""))
                    cells += 1
                }
            }
            // Most need nothing but the area: those that stay shut here are asked with all they need by their own tests.
            #expect(opened * 5 >= asked * 3)
            if role.permissions.contains(.readCoverage) { #expect(cells > 20) }
        }
    }

    @Test("item 21 · Nothing is written in an area but by those whose it is, or lies above", arguments: Role.allCases)
    func writingByArea(role: Role) async throws {
        try await withGateway(settings: { $0.accountRate = 0 }) { house in
            let specification = try Specification()
            try await house.enterNeighbours()
            var opened = 0
            for place in Place.allCases {
                guard let area = place.area(of: role) else { continue }
                for route in house.gateway.routes where route.method != .get {
                    guard let permission = Self.permission(route), role.permissions.contains(permission),
                        let request = try specification.request(to: route.name, in: area.text)
                    else { continue }
                    let status = try await house.send(
                        route.method, route.sampleURI + request.query, as: role.sample, body: request.body,
                        headers: [.contentType: request.mediaType]
                    ).status
                    switch place {
                    // Done, or told what stands against it; not found where the example names somebody we don't have.
                    case .own, .below:
                        #expect(![401, 403, 500].contains(status), "\(role) \(route.name) \(place)")
                        if ![404, 422].contains(status) { opened += 1 }
                    case .above, .beside, .otherCounty:
                        #expect(status == 404, "\(role) \(route.name) \(place)")
                    }
                }
            }
            // Not all is shut for want of something else.
            if [.county, .executiveDeputy, .stationChief].contains(role) { #expect(opened >= 5) }
        }
    }
}
