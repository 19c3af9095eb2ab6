import Testing

@testable import patrol_gateway

@Suite struct CSVReaderTests {
    @Test func readsRFC4180() {
        let reader = CSVReader("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\n\n1,\n,2")
        #expect(reader.faults.isEmpty)
        #expect(
            reader.records.map(\.fields) == [["a", "b"], ["x, \"y\"", "two\nlines"], [""], ["1", ""], ["", "2"]])
        #expect(reader.records.map(\.row) == [1, 2, 3, 4, 5])
    }

    @Test func carriageReturnAloneEndsARow() {
        #expect(CSVReader("a\rb\r").records.map(\.fields) == [["a"], ["b"]])
    }

    @Test func emptyTextHasNoRecords() {
        #expect(CSVReader("").records.isEmpty)
    }

    @Test func faultsHaveRowAndColumnAndReadingGoesOn() {
        let reader = CSVReader("a,b\n1,x\"y\n\"2\"z,3\n4,\0\n5,\"open\n6,7\n")
        #expect(
            reader.faults == [
                CSVFault(row: 2, column: 2, kind: .quoteInsideField),
                CSVFault(row: 3, column: 1, kind: .textAfterQuote),
                CSVFault(row: 4, column: 2, kind: .nul),
                CSVFault(row: 5, column: 2, kind: .unclosedQuote),
            ])
        #expect(reader.records[2].fields == ["2z", "3"])
    }
}

@Suite struct ImportTextTests {
    private static let columns = [ImportColumn("code", "编号", isRequired: true), ImportColumn("name", "名称")]

    private func defects(_ bytes: [UInt8]) -> [String] {
        refusal { () throws(ImportRefusal) in
            try ImportTable(bytes, columns: Self.columns).result([Int]())
        }.places
    }

    @Test func byteOrderMarkAndCRLFAreAccepted() {
        #expect(defects([0xEF, 0xBB, 0xBF] + bytes("编号,名称\r\n330503,南浔区\r\n")).isEmpty)
    }

    @Test func namesOfColumnsInEitherLanguage() {
        #expect(defects(bytes("Code,名称\n1,a\n")).isEmpty)
    }

    @Test func gbkIsRecognisedAndRefused() {
        // 编号,名称 and 330503,南浔区 as GBK.
        let header: [UInt8] = [0xB1, 0xE0, 0xBA, 0xC5, 0x2C, 0xC3, 0xFB, 0xB3, 0xC6, 0x0A]
        #expect(defects(header + [0x31, 0x2C, 0xC4, 0xCF, 0x0A]) == ["1 1 encoding-gbk"])
        #expect(
            defects(bytes("code,name\n330503,") + [0xC4, 0xCF, 0xE4, 0xB1, 0xC7, 0xF8, 0x0A]) == ["2 2 encoding-gbk"])
    }

    @Test func otherEncodingsAreRefused() {
        #expect(defects([0xFF, 0xFE, 0x16, 0x7F]) == ["- - encoding-utf16"])
        #expect(defects(bytes("code\na") + [0xFF, 0x0A]) == ["2 1 encoding-not-utf8"])
    }

    @Test func headerFaultsAreNamedTogether() {
        #expect(
            defects(bytes("name,名称,备注\na,b,c\n")) == [
                "1 名称 repeated-column", "1 备注 unknown-column", "1 code missing-column",
            ])
        #expect(defects(bytes("code;name\n1;2\n")) == ["1 code;name unknown-column", "1 code missing-column"])
        #expect(defects([]) == ["1 - no-header"])
        #expect(defects(bytes("code,name\n,\n")) == ["- - no-rows"])
    }

    @Test func cellsAreCountedAndRequired() {
        #expect(
            defects(bytes("编号,name\n1,a,b\n\n ,x\n2\n")) == ["2 - field-count", "4 编号 missing", "5 - field-count"])
    }
}
