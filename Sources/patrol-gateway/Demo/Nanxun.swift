import Patrol

/// Facts about the demonstration county: the division codes of 2023 (National Bureau of Statistics) and where the
/// towns lie, to about a kilometre.
enum Nanxun {
    struct Unit {
        let code: String
        let name: String
    }

    struct Town {
        let code: String
        let name: String
        let centre: Coordinate
        /// Which parts have a station of their own; twelve in all.
        let stations: [String]
        /// A special-purpose grid directly under the town.
        let specialGrid: String?

        init(
            _ code: String, _ name: String, _ latitude: Double, _ longitude: Double, stations: [String] = [""],
            specialGrid: String? = nil
        ) {
            self.code = code
            self.name = name
            centre = Coordinate(latitude: latitude, longitude: longitude)
            self.stations = stations
            self.specialGrid = specialGrid
        }
    }

    static let province = Unit(code: "33", name: "浙江省")
    static let city = Unit(code: "3305", name: "湖州市")
    static let county = Unit(code: "330503", name: "南浔区")
    static let centre = Coordinate(latitude: 30.87, longitude: 120.42)

    static let towns = [
        Town("330503001", "东迁街道", 30.872, 120.370),
        Town("330503002", "旧馆街道", 30.857, 120.297),
        Town("330503100", "南浔镇", 30.870, 120.428, stations: ["城东", "城西"]),
        Town("330503101", "双林镇", 30.778, 120.330),
        Town("330503102", "练市镇", 30.708, 120.428, stations: ["东片", "西片"], specialGrid: "练市工业园区专属网格"),
        Town("330503103", "善琏镇", 30.707, 120.320),
        Town("330503105", "菱湖镇", 30.716, 120.180),
        Town("330503106", "和孚镇", 30.790, 120.205),
        Town("330503107", "千金镇", 30.680, 120.250),
        Town("330503108", "石淙镇", 30.748, 120.262),
    ]
}
