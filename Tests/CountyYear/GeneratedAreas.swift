import Patrol
import Store

/// Areas of one level after the other, each under the one of the level above that its place in the row falls to.
struct GeneratedAreas: Sendable {
    private(set) var entries: [AreaEntry] = []
    private(set) var levels: [[AreaID]] = []
    private let from: Day

    /// - Parameter shape: from the root down to the grids, how many there are of each level.
    init(_ shape: [(level: AreaLevel, count: Int, name: String)], from day: Day) {
        from = day
        for (level, count, name) in shape { append(level, count: count, name: name) }
    }

    private mutating func append(_ level: AreaLevel, count: Int, name: String) {
        let above = levels.last ?? []
        var made: [AreaID] = []
        for index in 0..<count {
            let id = areaID(entries.count + 1)
            let parent = above.isEmpty ? nil : above[index * above.count / count]
            // Grids are numbered by the province in a scheme of its own.
            let code = (scheme: level == .grid ? "grid" : "division", value: "\(33 + level.depth)\(100_000 + index)")
            entries.append(
                AreaEntry(
                    id: id, level: level, gridKind: level == .grid ? .general : nil, name: "\(name)\(index + 1)",
                    codes: [code], lawParent: parent, managedBy: parent, from: from))
            made.append(id)
        }
        levels.append(made)
    }

    /// Which of the level above an area was put under.
    func parent(of index: Int, in level: Int) -> Int { index * levels[level - 1].count / levels[level].count }
}

func areaID(_ number: Int) -> AreaID {
    guard let id = AreaID(number: number) else { preconditionFailure("\(number) is no area") }
    return id
}

func calendarDay(_ year: Int, _ month: Int, _ day: Int) -> Day {
    guard let date = Day(year: year, month: month, day: day) else { preconditionFailure("no such day") }
    return date
}

extension DeploymentZone {
    /// A time of a day.
    func at(_ day: Day, hour: Int, minute: Int = 0) -> Instant {
        start(of: day).adding(milliseconds: Int64(hour * 60 + minute) * 60_000)
    }
}

extension AreaID {
    /// The full-time worker of a grid, by the grid's number.
    var worker: String { "W" + text.dropFirst() }
}

extension PersonEntry {
    /// Nobody logs in during a generated year.
    static func generated(_ id: String, _ role: Role, in area: AreaID, duty: Bool = false, from day: Day) -> PersonEntry
    {
        PersonEntry(
            id: id, login: id.lowercased(), name: "人员\(id)", passwordHash: "unusable",
            roles: [.init(role: role, area: area, from: day)],
            duties: duty ? [Duty(grid: area, capacity: .fullTime, from: day, to: nil)] : [])
    }
}

/// A place or key person of a generated roster.
struct GeneratedSubject: Sendable {
    let kind: SubjectKind
    let id: String
    /// Index of the grid that holds it, as far as the generator knows.
    var grid: Int
    let position: Coordinate?
    var hasLeft = false
    /// Until when it is shut or away, as records say.
    var status: (outcome: String, until: Day)?

    /// Doors lie some ten metres apart around the middle of their grid.
    init(_ kind: SubjectKind, _ id: String, number: Int, grid: Int) {
        self.kind = kind
        self.id = id
        self.grid = grid
        let (north, east) = (
            300_000 + grid / 100 * 4_000 + number / 8 * 90, 100_000 + grid % 100 * 4_000 + number % 8 * 110
        )
        position =
            kind == .place
            ? Coordinate(latitude: 30 + Double(north) / 1_000_000, longitude: 120 + Double(east) / 1_000_000) : nil
    }

    func place(in grid: AreaID, from day: Day) -> PlaceEntry {
        let categories = ["小餐饮", "五金店", "旅馆", "小作坊", "仓库"]
        return PlaceEntry(
            id: id, name: "场所\(id)", category: categories[id.utf8.reduce(0) { $0 + Int($1) } % categories.count],
            address: "适园路\(id.suffix(4))号",
            position: position.map { Position(latitude: $0.latitude, longitude: $0.longitude, system: .wgs84) },
            radius: 50, grid: grid, from: day)
    }

    func keyPerson(in grid: AreaID, from day: Day) -> KeyPersonEntry {
        KeyPersonEntry(
            id: id, name: "对象\(id)", address: "适园路\(id.suffix(4))号", contactRule: "先电话联系", safetyHint: nil,
            listOwner: "区司法局", legalBasis: "《社区矫正法》", grid: grid, from: day)
    }
}

extension KeyPersonList {
    /// The list that every generated key person is on.
    static func generated(in area: AreaID) -> KeyPersonList {
        KeyPersonList(
            id: "corrections", owner: "区司法局", area: area, legalBasis: "《社区矫正法》", purpose: "社区矫正对象走访",
            from: calendarDay(2000, 1, 1), to: calendarDay(2099, 1, 1))
    }
}
