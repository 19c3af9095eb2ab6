public import Patrol
public import Store

extension AreaEntry {
    /// An area by its number, managed and lawfully held by another one.
    public static func sample(
        _ number: Int, _ level: AreaLevel, _ name: String, under parent: Int? = nil, code: String? = nil,
        kind: GridKind? = nil, from first: String = "2026-01-01"
    ) -> AreaEntry {
        AreaEntry(
            id: areaID(number), level: level, gridKind: kind ?? (level == .grid ? .general : nil), name: name,
            codes: code.map { [(scheme: "division", value: $0)] } ?? [], lawParent: parent.map(areaID),
            managedBy: parent.map(areaID), from: day(first))
    }
}

extension PlaceEntry {
    /// A shop with a circle of 50 m around a door in Nanxun.
    public static func sample(
        _ id: String, in grid: Int, position: Position? = County.door, from first: String = "2026-01-01"
    ) -> PlaceEntry {
        PlaceEntry(
            id: id, name: "场所 \(id)", category: "小餐饮", address: "适园路 1 号", position: position, radius: 50,
            grid: areaID(grid), from: day(first))
    }
}

extension KeyPersonEntry {
    public static func sample(_ id: String, in grid: Int, from first: String = "2026-01-01") -> KeyPersonEntry {
        KeyPersonEntry(
            id: id, name: "对象 \(id)", address: "适园路 2 号", contactRule: "先电话联系", safetyHint: nil, listOwner: "区司法局",
            legalBasis: "社区矫正法", grid: areaID(grid), from: day(first))
    }
}

extension PersonEntry {
    /// A grid worker with duties in grids, or somebody with another role in an area.
    public static func sample(
        _ id: String, grids: [Int] = [], capacity: Capacity = .fullTime, role: Role = .gridWorker,
        in areas: [Int]? = nil
    ) -> PersonEntry {
        let first = day("2026-01-01")
        return PersonEntry(
            id: id, login: id.lowercased(), name: "人员 \(id)", passwordHash: "unusable",
            roles: (areas ?? grids).map { .init(role: role, area: areaID($0), from: first) },
            duties: grids.map { Duty(grid: areaID($0), capacity: capacity, from: first, to: nil) })
    }
}

/// A small county: one town with two stations of two grids each, and a hospital's own grid directly under the county.
///
/// Every grid has three places `P5-1…3` and two key persons `K5-1…2` (by the grid's number), and a full-time worker
/// `W5`. The hospital has places and a worker too.
public enum County: Sendable {
    public static let county = 1
    public static let town = 2
    public static let stations = [3, 4]
    public static let grids = [5, 6, 7, 8]
    public static let hospital = 9
    public static let allGrids = grids + [hospital]
    public static let placesPerGrid = 3
    public static let personsPerGrid = 2
    public static let door = Position(latitude: 30.8701, longitude: 120.4256, system: .wgs84)
    /// When everything was entered.
    public static let entered = instant("2025-12-20T09:00:00+08:00")

    public static var areas: [AreaEntry] {
        [
            .sample(1, .county, "南浔区", code: "330503"),
            .sample(2, .town, "练市镇", under: 1, code: "330503104"),
            .sample(3, .station, "练市一站", under: 2),
            .sample(4, .station, "练市二站", under: 2),
            .sample(5, .grid, "第一网格", under: 3),
            .sample(6, .grid, "第二网格", under: 3),
            .sample(7, .grid, "第三网格", under: 4),
            .sample(8, .grid, "第四网格", under: 4),
            .sample(9, .grid, "区医院专属网格", under: 1, kind: .special),
        ]
    }

    public static func places(of grid: Int) -> [String] { (1...placesPerGrid).map { "P\(grid)-\($0)" } }
    public static func keyPersons(of grid: Int) -> [String] { (1...personsPerGrid).map { "K\(grid)-\($0)" } }
    public static func worker(of grid: Int) -> String { "W\(grid)" }

    /// The only list of key persons there is at first.
    public static let list = KeyPersonList(
        id: "corrections", owner: "区司法局", area: areaID(county), legalBasis: "社区矫正法", purpose: "社区矫正对象走访",
        from: day("2000-01-01"), to: day("2199-01-01"))

    /// Enters the whole county.
    public static func enter(into store: PatrolStore) async throws {
        try await store.add(areas, at: entered)
        try await store.add(allGrids.map { PersonEntry.sample(worker(of: $0), grids: [$0]) }, at: entered)
        try await store.add(
            allGrids.flatMap { grid in places(of: grid).map { PlaceEntry.sample($0, in: grid) } }, at: entered)
        try await store.record(list, by: "roster", today: day("2025-12-20"), at: entered)
        try await store.add(
            allGrids.flatMap { grid in keyPersons(of: grid).map { KeyPersonEntry.sample($0, in: grid) } }, at: entered)
    }
}

/// A fresh store that holds the small county.
@discardableResult
public func withCounty<Result: Sendable>(
    _ engine: Engine = .sqlite, dressed: @escaping @Sendable (any Database) -> any Database = { $0 },
    _ body: @Sendable (PatrolStore) async throws -> Result
) async throws -> Result {
    try await withStore(engine, dressed: dressed) { store in
        try await County.enter(into: store)
        return try await body(store)
    }
}

extension PatrolStore {
    /// A token with all of somebody's rights.
    public func issueToken(hash: String, to person: String, at now: Instant, until: Instant) async throws {
        try await issue(
            IntegrationToken(
                id: "T-\(hash.prefix(16))", person: person, label: "test", scopes: Set(Permission.allCases),
                issuedAt: now, expiresAt: until), tokenHash: hash)
    }
}

extension NewLogin {
    /// A login by password alone, `L-` and its token.
    public static func sample(_ token: String, of person: String, until: Instant) -> NewLogin {
        NewLogin(
            id: "L-" + token, person: person, passwordSetAt: nil, device: nil, thumbprint: nil, manner: .trial,
            tokenHash: token, tokenUntil: until,
            refreshHash: nil, endsAt: until)
    }
}

extension ShownDevice {
    /// A device by its name; its key is none.
    public static func sample(_ name: String) -> ShownDevice {
        ShownDevice(
            key: ShownKey(thumbprint: "thumbprint-" + name, publicKey: "04"), handheld: "handheld-" + name, model: nil,
            app: nil)
    }
}
