import Gateway
import Patrol
import Store
import TestSupport
import Testing

@testable import patrol_gateway

@Suite struct DemoCountyTests {
    private func county(seed: UInt64 = 1) -> DemoCounty {
        DemoCounty(seed: seed, areasFrom: day("2020-01-01"), from: day("2026-03-01"), firstNumber: 1)
    }

    @Test func counts() {
        let county = county()
        func areas(_ level: AreaLevel) -> [AreaEntry] { county.areas.filter { $0.level == level } }
        #expect(areas(.town).count == 10)
        #expect(areas(.station).count == 12)
        #expect(areas(.grid).count == 60)
        #expect(areas(.grid).count { $0.gridKind == .special } == 2)
        #expect(county.places.count == 1_800)
        #expect(county.keyPersons.count == 240)
        let workers = county.accounts(seed: 1, from: day("2026-03-01")).filter { $0.roles.first?.role == .gridWorker }
        #expect(workers.count == 80)
    }

    @Test func everyGridHasAWorkerAndEveryRoleItsPeople() {
        let county = county()
        let accounts = county.accounts(seed: 1, from: day("2026-03-01"))
        #expect(Set(accounts.flatMap(\.duties).map(\.grid)) == Set(county.grids.map(\.id)))
        #expect(Set(accounts.flatMap(\.duties).map(\.capacity)) == [.fullTime, .partTime, .gridLead])
        #expect(Set(accounts.map(\.login)).count == accounts.count)
        let roles = Dictionary(grouping: accounts.flatMap(\.roles), by: \.role)
        #expect(roles[.executiveDeputy]?.count == 12)
        #expect(roles[.stationChief]?.count == 12)
        #expect(roles[.townDispatcher]?.count == 10)
        for role in [Role.county, .listOwner, .administrator, .auditor] { #expect(roles[role]?.count == 1) }
    }

    @Test func hospitalGridStandsDirectlyUnderTheCounty() throws {
        let county = county()
        let hospital = try #require(county.areas.first { $0.name.contains("医院") })
        #expect(hospital.managedBy == county.county.id)
        #expect(hospital.gridKind == .special)
    }

    @Test func positionsLieInTheCountyWhateverTheirSystem() {
        let county = county()
        let positions = county.places.compactMap(\.position)
        #expect(positions.count < county.places.count)
        #expect(Set(positions.map(\.system)) == Set(CoordinateSystem.allCases))
        #expect(positions.allSatisfy { $0.wgs84.distance(to: Nanxun.centre) < 40_000 })
        for (place, grid) in zip(county.places, county.grids.flatMap { Array(repeating: $0, count: 30) }) {
            guard let position = place.position else { continue }
            #expect(position.wgs84.distance(to: grid.centre) < 600)
        }
    }

    @Test func sameSeedSameCounty() {
        #expect(county() == county())
        #expect(
            county().accounts(seed: 1, from: day("2026-03-01")) == county().accounts(seed: 1, from: day("2026-03-01")))
        #expect(county() != county(seed: 2))
    }

    @Test func fillsAStoreOnce() async throws {
        try await withStore { store in
            let march = month("2026-03")
            let county = try await demoCounty(in: store, seed: 1, month: march)
            var generator = SeededGenerator(seed: 9)
            let people = county.accounts(seed: 1, from: march.first).map { NewAccount($0, using: &generator) }
            let entries = try await hashed(people, workers: 2, mustChange: false) { password, _ in "cheap:" + password }
            #expect(entries.map(\.login) == people.map(\.draft.login))
            try await write(county, entries, to: store, month: march, at: instant("2026-03-05T00:00:00Z"))
            let path = try #require(try await store.path(of: county.county.id, on: march.last))
            let coverage = try #require(try await store.coverage(of: path, in: march))
            #expect(coverage.totals.places.due == 1_800)
            #expect(coverage.totals.keyPersons.due == 240)
            // Ten towns and the hospital's grid.
            #expect(coverage.children.count == 11)
            let result = try await store.verify { _, _, _ in throw StoreError.failed("there are no records") }
            #expect(result.differences.isEmpty)
            await #expect(throws: CommandFailure.self) { try await demoCounty(in: store, seed: 1, month: march) }
        }
    }

    @Test func passwordsAreRandomAndUnambiguous() {
        var generator = SystemRandomNumberGenerator()
        let passwords = (0..<200).map { _ in PasswordMaker.password(using: &generator) }
        #expect(Set(passwords).count == 200)
        #expect(passwords.allSatisfy { $0.count == 17 && !$0.contains { "01oil".contains($0) } })
    }

    @Test func accountListQuotesWhatNeedsIt() {
        #expect(csvLine(["a", "b,c", "say \"x\""]) == #"a,"b,c","say ""x""""#)
    }
}
