import Patrol
import Store
import TestSupport
import Testing

@testable import patrol_gateway

/// A county with two grids, whose codes are what lists refer to.
private let areasFile = """
    code,level,name,parent
    330503,county,Nanxun,
    330503100,town,Nanxun Town,330503
    G1,grid,First,330503100
    G2,grid,Second,330503100
    """

private func withAreas(_ body: @Sendable (PatrolStore, AreaCodes) async throws -> Void) async throws {
    try await withStore { store in
        let areas = try AreaImport.read(bytes(areasFile), known: [], firstNumber: 1)
        try await store.add(areas.entries, at: instant("2026-03-01T00:00:00Z"))
        try await body(store, AreaCodes(try await store.codedAreas(on: day("2026-03-01"))))
    }
}

@Suite struct PlaceImportTests {
    @Test func goodFileReachesTheRoster() async throws {
        try await withAreas { store, areas in
            let file = """
                编号,名称,类别,地址,纬度,经度,坐标系,半径（米）,网格编号
                p1,面馆,小餐饮,"中心路1号,东侧",30.87,120.42,gcj02,,G1
                p2,仓库,仓储,中心路2号,,,,120,G2
                """
            let result = try PlaceImport.read(bytes(file), areas: areas, defaultFrom: ImportTable.defaultFrom)
            #expect(result.entries[0].entry.position == Position(latitude: 30.87, longitude: 120.42, system: .gcj02))
            #expect(result.entries.map(\.entry.radius) == [50, 120])
            #expect(result.entries[1].entry.position == nil)
            try await store.open(month("2026-03"), at: instant("2026-03-01T00:00:00Z"))
            try await store.add(result.entries.map(\.entry), at: instant("2026-03-01T00:00:00Z"))
            #expect(try await store.places(of: areaID(3), in: month("2026-03")).map(\.entry.address) == ["中心路1号,东侧"])
        }
    }

    @Test func everyDefectByRowAndColumn() async throws {
        try await withAreas { _, areas in
            let file = """
                id,name,category,address,latitude,longitude,system,radius,grid
                p1,a,b,c,95,120.42,WGS-84,,G1
                p2,a,b,c,30.8,120.4,Mars,,G1
                p3,a,b,c,30.8,120.4,,,G1
                p4,a,b,c,30.8,,WGS-84,0,G1
                p5,a,b,c,north,120.4,WGS-84,,G9
                p5,a,b,c,,,,,330503
                old,,b,c,,,,,G1
                """
            let found = refusal { () throws(ImportRefusal) in
                try PlaceImport.read(bytes(file), areas: areas, defaultFrom: ImportTable.defaultFrom)
            }
            #expect(
                found.places == [
                    "2 latitude out-of-range", "3 system unknown-value", "4 system missing", "5 longitude missing",
                    "5 radius out-of-range", "6 latitude not-a-number", "6 grid unknown-area", "7 id duplicate",
                    "7 grid not-a-grid", "8 name missing",
                ])
        }
    }
}

@Suite struct KeyPersonImportTests {
    private static let header = "id,name,address,contact_rule,safety_hint,list_owner,legal_basis,grid\n"

    @Test func goodFile() async throws {
        try await withAreas { store, areas in
            let file = Self.header + "k1,某甲,1号,每月一次,有犬,某局,某文件,G1\n"
            let result = try KeyPersonImport.read(bytes(file), areas: areas, defaultFrom: ImportTable.defaultFrom)
            try await store.record(
                KeyPersonList(
                    id: "l", owner: "某局", area: areaID(1), legalBasis: "某文件", purpose: "走访",
                    from: ImportTable.defaultFrom, to: day("2099-01-01")), by: "import", today: day("2026-03-01"),
                at: instant("2026-03-01T00:00:00Z"))
            try await store.add(result.entries.map(\.entry), at: instant("2026-03-01T00:00:00Z"))
            #expect(try await store.subjectIDs(.keyPerson) == ["k1"])
        }
    }

    @Test func withoutBasisNoRow() async throws {
        try await withAreas { _, areas in
            let found = refusal { () throws(ImportRefusal) in
                try KeyPersonImport.read(
                    bytes(Self.header + "k1,a,b,c,,,,G1\n"), areas: areas, defaultFrom: ImportTable.defaultFrom)
            }
            #expect(found.places == ["2 list_owner missing", "2 legal_basis missing"])
        }
    }

    @Test(arguments: ["category", "人员类别"])
    func categoryIsRefusedWithTheReason(_ title: String) async throws {
        try await withAreas { _, areas in
            let file = "\(title)," + Self.header + "x,k1,a,b,c,,d,e,G1\n"
            let found = refusal { () throws(ImportRefusal) in
                try KeyPersonImport.read(bytes(file), areas: areas, defaultFrom: ImportTable.defaultFrom)
            }
            #expect(found.places == ["1 \(title) forbidden-column"])
            #expect(found.defects.first?.message.zh.contains("名册主管部门") == true)
        }
    }
}

@Suite struct WorkerImportTests {
    @Test func rolesGridsAndDefaults() async throws {
        try await withAreas { _, areas in
            let file = """
                登录名,姓名,角色,区域,网格,身份,起始日期
                w1,甲,,,G1;G2,,
                w2,乙,网格员,330503100,G1,兼职,2026-02-01
                d1,丙,常务副站长,330503100,,,
                """
            let drafts = try WorkerImport.read(bytes(file), areas: areas, logins: []).entries
            #expect(drafts[0].roles.map(\.area) == [areaID(3), areaID(4)])
            #expect(drafts[0].duties.map(\.capacity) == [.fullTime, .fullTime])
            #expect(drafts[1].roles.map(\.area) == [areaID(2)])
            #expect(drafts[1].duties == [Duty(grid: areaID(3), capacity: .partTime, from: day("2026-02-01"), to: nil)])
            #expect(drafts[2].roles.map(\.role) == [.executiveDeputy])
            #expect(drafts[2].duties.isEmpty)
        }
    }

    @Test func everyDefectByRowAndColumn() async throws {
        try await withAreas { _, areas in
            let file = """
                login,name,role,area,grids,capacity
                王,a,,,G1,
                w2,a,boss,,G1,sometimes
                w2,,auditor,,,
                w4,a,,330509,G1;G1;G7,
                old,a,,,G1,
                """
            let found = refusal { () throws(ImportRefusal) in
                try WorkerImport.read(bytes(file), areas: areas, logins: ["old"])
            }
            #expect(
                found.places == [
                    "2 login bad-login", "3 role unknown-value", "3 capacity unknown-value", "4 name missing",
                    "4 login duplicate", "4 area missing", "5 grids duplicate", "5 grids unknown-area",
                    "5 area unknown-area", "6 login exists",
                ])
        }
    }
}
