import Patrol
import Store

extension DemoCounty {
    /// Thirty places a grid; their positions stand in the systems in which such lists come, and some have none.
    static func places(in grids: [Grid], from: Day, using generator: inout SeededGenerator) -> [PlaceEntry] {
        var places: [PlaceEntry] = []
        for grid in grids {
            for house in 1...placesPerGrid {
                let trade = generator.pick(DemoNames.trades)
                let number = places.count + 1
                let spot = grid.centre.scattered(by: 400, using: &generator)
                places.append(
                    PlaceEntry(
                        id: "place-" + number.padded(to: 5),
                        name: DemoNames.surname(using: &generator) + "记" + trade.sign, category: trade.category,
                        address: "\(grid.name)\(house * 2 - 1)号", position: position(of: spot, using: &generator),
                        radius: trade.category == "仓储" ? 120 : 50, grid: grid.id, from: from))
            }
        }
        return places
    }

    /// Of a hundred positions 50 come from map services, 25 from handhelds, 15 from surveys, 7 from Baidu; 3 are missing.
    private static func position(of spot: Coordinate, using generator: inout SeededGenerator) -> Position? {
        let system: CoordinateSystem
        switch Int.random(in: 0..<100, using: &generator) {
        case ..<50: system = .gcj02
        case ..<75: system = .wgs84
        case ..<90: system = .cgcs2000
        case ..<97: system = .bd09
        default: return nil
        }
        let stated = spot.position(in: system)
        return Position(
            latitude: stated.latitude.sixDecimals, longitude: stated.longitude.sixDecimals, system: system)
    }

    private static let listOwner = "名册主管部门（样例）"
    private static let legalBasis = "样例依据，正式使用时填写文件名称与文号"

    /// The list that all of them are on, for five years.
    var list: KeyPersonList {
        KeyPersonList(
            id: "list-sample", owner: Self.listOwner, area: county.id, legalBasis: Self.legalBasis,
            purpose: "样例目的：每月走访", entrustedTo: "全科网格管理站（样例委托协议）", from: listFrom,
            to: listFrom.adding(days: 5 * 365))
    }

    /// Four or five a general grid, none in special-purpose ones. Names, owner and basis are plainly samples.
    static func keyPersons(in grids: [Grid], from: Day, using generator: inout SeededGenerator) -> [KeyPersonEntry] {
        let general = grids.filter { $0.station != nil }
        return (0..<keyPersonCount).map { index in
            let grid = general[index % general.count]
            let hasHint = Int.random(in: 0..<5, using: &generator) == 0
            let number = (index + 1).padded(to: 3)
            return KeyPersonEntry(
                id: "person-" + number, name: DemoNames.surname(using: &generator) + "某" + number,
                address: "\(grid.name)\(Int.random(in: 1...120, using: &generator))号",
                contactRule: generator.pick(DemoNames.contactRules),
                safetyHint: hasHint ? generator.pick(DemoNames.safetyHints) : nil, listOwner: listOwner,
                legalBasis: legalBasis, grid: grid.id, from: from)
        }
    }
}

extension Int {
    /// With leading zeros.
    func padded(to digits: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, digits - text.count)) + text
    }
}
