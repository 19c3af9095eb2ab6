import Patrol
import Store
import TestSupport
import Testing

@testable import patrol_gateway

@Suite struct AreaImportTests {
    private func read(_ text: String, known: [CodedArea] = [], firstNumber: Int = 1) throws(ImportRefusal)
        -> ImportResult<AreaEntry>
    {
        try AreaImport.read(bytes(text), known: known, firstNumber: firstNumber)
    }

    private func defects(_ text: String) -> [String] {
        refusal { () throws(ImportRefusal) in try read(text) }.places
    }

    @Test func parentsMayComeLaterAndLevelsMayBeSkipped() throws {
        let result = try read(
            """
            编号,级别,名称,上级,网格类型,起始日期
            330503G1,网格,医院网格,330503,专属,
            330503001,镇,东迁街道,330503,,2021-05-01
            330503,县,南浔区,,,
            330503001001-1,grid,第一网格,330503001,,
            """, firstNumber: 7)
        #expect(result.warnings.isEmpty)
        #expect(result.entries.map(\.name) == ["南浔区", "东迁街道", "医院网格", "第一网格"])
        #expect(result.entries.map(\.id) == [7, 8, 9, 10].map(areaID))
        #expect(result.entries.map(\.managedBy) == [nil, areaID(7), areaID(7), areaID(8)])
        #expect(result.entries.map(\.lawParent) == [nil, areaID(7), areaID(7), areaID(8)])
        #expect(result.entries.map(\.gridKind) == [nil, nil, .special, .general])
        #expect(result.entries[1].from == day("2021-05-01"))
        #expect(result.entries[0].from == day("2020-01-01"))
    }

    @Test func codesAreTextAndSchemesApart() throws {
        let result = try read(
            """
            code,scheme,level,name,parent,managed_by
            0330503,gb,county,Nanxun,,
            007,gb,town,A,0330503,
            007,police,county,B,,
            007,grid,grid,C,007,0330503
            """.replacing("C,007,", with: "C,0330503,"))
        #expect(result.entries.map { $0.codes[0].value } == ["0330503", "007", "007", "007"])
        #expect(result.entries.map { $0.codes[0].scheme } == ["gb", "police", "gb", "grid"])
    }

    @Test func managerAndLawParentMayDiffer() throws {
        let entries = try read(
            """
            code,level,name,parent,managed_by
            3305,city,Huzhou,,
            330502,county,Wuxing,3305,
            NTH,county,South Taihu,3305,
            330502001,town,Street,330502,NTH
            """
        ).entries
        #expect(entries[3].lawParent == entries[1].id)
        #expect(entries[3].managedBy == entries[2].id)
    }

    @Test func everyDefectByRowAndColumn() {
        #expect(
            defects(
                """
                编号,级别,名称,上级,网格类型,起始日期
                1,县,甲,,,
                1,县,乙,,,
                2,州,丙,1,,
                3,镇,,1,,2021-13-01
                4,村,丁,9,,
                5,镇,戊,6,,
                6,村,己,1,专属,
                7,网格,庚,,,
                3.30503E+11,镇,辛,1,,
                """) == [
                    "3 编号 duplicate", "4 级别 unknown-value", "5 名称 missing", "5 起始日期 bad-day", "6 上级 missing-parent",
                    "7 上级 level-order", "8 网格类型 not-a-grid", "9 上级 missing-parent", "10 编号 number-format",
                ])
    }

    @Test func cyclesAreNamedOnce() {
        let found = defects(
            """
            code,level,name,parent
            1,county,a,3
            2,town,b,1
            3,village,c,2
            4,town,d,4
            """)
        #expect(found.filter { $0.hasSuffix("cycle") } == ["2 parent cycle", "5 parent cycle"])
        #expect(found.contains("2 parent level-order"))
    }

    @Test func codeThatDoesNotExtendItsParentsIsAWarning() throws {
        let result = try read(
            """
            code,level,name,parent
            330503000000,county,a,
            330503001000,town,b,330503000000
            330599400000,town,c,330503000000
            """)
        #expect(result.entries.count == 3)
        #expect(result.warnings.map(\.row) == [4])
        #expect(result.warnings.map(\.code) == ["code-not-nested"])
    }

    @Test func knownAreasAreParentsAndKeepTheirIDs() async throws {
        try await withStore { store in
            let county = try read("code,level,name\n330503,county,Nanxun\n")
            try await store.add(county.entries, at: instant("2026-03-01T00:00:00Z"))
            let known = try await store.codedAreas(on: day("2026-03-01"))
            let next = try await store.nextAreaNumber()
            let towns = try read(
                "code,level,name,parent\n330503100,town,Nanxun,330503\n", known: known, firstNumber: next)
            try await store.add(towns.entries, at: instant("2026-03-01T00:00:00Z"))
            #expect(try await store.path(of: areaID(2), on: day("2026-03-01"))?.areas == [areaID(1), areaID(2)])
            let again = try read(
                "code,level,name,parent\n330503,county,Nanxun,\n330503200,town,New,330503\n", known: known,
                firstNumber: 9)
            #expect(again.entries.map(\.id) == [areaID(1), areaID(9)])
            let level = refusal { () throws(ImportRefusal) in
                try read("code,level,name\n330503,city,Nanxun\n", known: known, firstNumber: 9)
            }
            #expect(level.places == ["2 level other-level"])
        }
    }
}
