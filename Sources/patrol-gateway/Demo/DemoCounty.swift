import Foundation
import Patrol
import Store

/// A made-up county on real towns: pure, and the same for the same seed and day.
struct DemoCounty: Equatable, Sendable {
    /// A grid with where it lies and who is above it.
    struct Grid: Equatable, Sendable {
        let id: AreaID
        let code: String
        let name: String
        let centre: Coordinate
        /// nil for special-purpose grids, which stand under town or county.
        let station: AreaID?
    }

    struct Office: Equatable, Sendable {
        let id: AreaID
        let code: String
        let name: String
    }

    static let gridCount = 60
    static let placesPerGrid = 30
    static let keyPersonCount = 240
    static let workerCount = 80

    let areas: [AreaEntry]
    let grids: [Grid]
    let towns: [Office]
    let stations: [Office]
    let county: Office
    let places: [PlaceEntry]
    let keyPersons: [KeyPersonEntry]
    /// From when their list holds.
    let listFrom: Day

    /// - Parameters:
    ///   - areasFrom: from when areas and their names hold.
    ///   - from: from when rosters hold.
    ///   - firstNumber: of the first area's id.
    init(seed: UInt64, areasFrom: Day, from: Day, firstNumber: Int) {
        var builder = AreaBuilder(seed: seed, from: areasFrom, nextNumber: firstNumber)
        let province = builder.add(.province, Nanxun.province, below: nil)
        let city = builder.add(.city, Nanxun.city, below: province.id)
        county = builder.add(.county, Nanxun.county, below: city.id)
        for town in Nanxun.towns { builder.add(town, below: county) }
        builder.addGrid(
            .special, code: "\(county.code)-ZS1", name: "南浔区人民医院专属网格", below: county, near: Nanxun.centre, station: nil)
        areas = builder.entries
        grids = builder.grids
        towns = builder.towns
        stations = builder.stations
        var generator = builder.generator
        listFrom = from
        places = DemoCounty.places(in: grids, from: from, using: &generator)
        keyPersons = DemoCounty.keyPersons(in: grids, from: from, using: &generator)
    }
}

/// Gives out ids and codes and remembers the entries, parents first.
private struct AreaBuilder {
    private let from: Day
    private var nextNumber: Int
    private var villages: ArraySlice<String>
    private(set) var generator: SeededGenerator
    private(set) var entries: [AreaEntry] = []
    private(set) var towns: [DemoCounty.Office] = []
    private(set) var stations: [DemoCounty.Office] = []
    private(set) var grids: [DemoCounty.Grid] = []

    init(seed: UInt64, from: Day, nextNumber: Int) {
        self.from = from
        self.nextNumber = nextNumber
        generator = SeededGenerator(seed: seed)
        villages = DemoNames.villages.shuffled(using: &generator)[...]
    }

    mutating func add(_ level: AreaLevel, _ unit: Nanxun.Unit, below parent: AreaID?) -> DemoCounty.Office {
        add(level, scheme: AreaImport.defaultScheme, code: unit.code, name: unit.name, below: parent)
    }

    mutating func add(_ town: Nanxun.Town, below county: DemoCounty.Office) {
        let office = add(.town, Nanxun.Unit(code: town.code, name: town.name), below: county.id)
        towns.append(office)
        for (index, part) in town.stations.enumerated() {
            let station = add(
                .station, code: "\(town.code)-Z\(index + 1)", name: "\(town.name)\(part)全科网格管理站", below: office.id)
            stations.append(station)
            // Ten stations with five grids and two with four: 58, and two special-purpose ones.
            let plan = stations.count <= 10 ? [3, 2] : [2, 2]
            for (number, count) in plan.enumerated() {
                addVillage(number: number + 1, grids: count, of: station, near: town.centre)
            }
        }
        if let name = town.specialGrid {
            addGrid(.special, code: "\(town.code)-ZS1", name: name, below: office, near: town.centre, station: nil)
        }
    }

    private mutating func addVillage(
        number: Int, grids count: Int, of station: DemoCounty.Office, near centre: Coordinate
    ) {
        let name = villages.popFirst() ?? "\(station.name)第\(number)村"
        let village = add(.village, code: "\(station.code)-C\(number)", name: name, below: station.id)
        for grid in 1...count {
            addGrid(
                .general, code: "\(village.code)-W\(grid)", name: "\(name)第\(grid)网格", below: village, near: centre,
                station: station.id)
        }
    }

    mutating func addGrid(
        _ kind: GridKind, code: String, name: String, below parent: DemoCounty.Office, near centre: Coordinate,
        station: AreaID?
    ) {
        let office = add(.grid, kind: kind, code: code, name: name, below: parent.id)
        grids.append(
            DemoCounty.Grid(
                id: office.id, code: code, name: name, centre: centre.scattered(by: 1_500, using: &generator),
                station: station))
    }

    /// Codes of a scheme of our own, unless they are official, so that nobody takes them for such.
    private mutating func add(
        _ level: AreaLevel, kind: GridKind? = nil, scheme: String = "demo", code: String, name: String,
        below parent: AreaID?
    ) -> DemoCounty.Office {
        guard let id = AreaID(number: nextNumber) else { preconditionFailure("area ids are exhausted") }
        nextNumber += 1
        entries.append(
            AreaEntry(
                id: id, level: level, gridKind: kind, name: name, codes: [(scheme: scheme, value: code)],
                lawParent: parent, managedBy: parent, from: from))
        return DemoCounty.Office(id: id, code: code, name: name)
    }
}

extension Coordinate {
    /// A place at most so many metres away in each direction, to six decimals.
    func scattered(by metres: Double, using generator: inout SeededGenerator) -> Coordinate {
        let metresPerDegree = 111_320.0
        let north = Double.random(in: -metres...metres, using: &generator) / metresPerDegree
        let east = Double.random(in: -metres...metres, using: &generator) / metresPerDegree
        return Coordinate(
            latitude: (latitude + north).sixDecimals,
            longitude: (longitude + east / cos(latitude * .pi / 180)).sixDecimals)
    }
}

extension Double {
    /// About a decimetre: no map service gives more.
    var sixDecimals: Double { (self * 1_000_000).rounded() / 1_000_000 }
}
