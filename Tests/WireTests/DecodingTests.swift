import Foundation
import TestSupport
import Testing

@testable import Wire

@Suite("Decoding a body")
struct DecodingTests {
    private func faults<Value: Decodable>(_ type: Value.Type, _ text: String) -> [String] {
        do throws(Defects) {
            _ = try decode(type, from: Array(text.utf8))
            return []
        } catch {
            return error.all.map { "\($0.pointer) \($0.code)" }
        }
    }

    @Test(
        "names every missing and every mistyped member at once",
        arguments: [
            ("{}", ["/version missing", "/capturedAt missing", "/device missing"]),
            ("[]", [" wrong-type"]), ("7", [" wrong-type"]),
            (
                #"{"version":"1","capturedAt":5,"device":[]}"#,
                ["/version wrong-type", "/capturedAt wrong-type", "/device wrong-type"]
            ),
            (
                #"{"version":1.0,"capturedAt":null,"device":{}}"#,
                ["/version wrong-type", "/capturedAt wrong-type", "/device/id missing", "/device/sequence missing"]
            ),
            (
                #"{"version":1,"capturedAt":"","device":{"id":"a","sequence":true,"uptimeMilliseconds":"1"},"text":{},"photos":{}}"#,
                [
                    "/device/sequence wrong-type", "/device/uptimeMilliseconds wrong-type", "/text wrong-type",
                    "/photos wrong-type",
                ]
            ),
            (
                #"{"version":1,"capturedAt":"","device":{"id":"a","sequence":1},"photos":[{"sha256":"x","bytes":1},7,{"bytes":1.5}]}"#,
                ["/photos/1 wrong-type", "/photos/2/sha256 missing", "/photos/2/bytes wrong-type"]
            ),
            (
                #"{"version":1,"capturedAt":"","device":{"id":"a","sequence":1},"fix":{"latitude":"30","system":4,"mock":1}}"#,
                [
                    "/fix/latitude wrong-type", "/fix/longitude missing", "/fix/system wrong-type",
                    "/fix/mock wrong-type",
                ]
            ),
            (
                #"{"version":99999999999999999999,"capturedAt":"","device":{"id":"a","sequence":1e3}}"#,
                ["/version wrong-type", "/device/sequence wrong-type"]
            ),
        ])
    func everyFault(text: String, expected: [String]) {
        #expect(faults(PatrolReport.self, text) == expected)
    }

    @Test func `faults are told in both languages`() {
        let defects = #expect(throws: Defects.self) { try decode(Login.self, from: Array(#"{"name":1}"#.utf8)) }
        #expect(defects?.all.map(\.zh) == ["类型不对，应为文字", "缺少必填字段"])
        #expect(defects?.all.map(\.en) == ["wrong type; string expected", "this member is required"])
        #expect(defects?.isSyntax == false)
    }

    @Test func `null stands for an absent optional and for nothing else`() throws {
        let text =
            #"{"version":1,"capturedAt":"","device":{"id":"a","sequence":1,"app":null},"fix":null,"photos":null}"#
        let report = try decode(PatrolReport.self, from: Array(text.utf8)).value
        #expect(report.fix == nil && report.photos == nil && report.device.app == nil)
        #expect(faults(Login.self, #"{"name":null,"password":"x"}"#) == ["/name wrong-type"])
    }

    @Test func `a whole number will do for a fraction`() throws {
        let text = #"{"latitude":30,"longitude":-120,"system":"WGS-84","accuracyMetres":5}"#
        let fix = try decodeExactly(PatrolReport.Fix.self, from: Array(text.utf8))
        #expect(fix.latitude == 30 && fix.longitude == -120 && fix.accuracyMetres == 5)
    }

    @Test func `members that are not known are listed with their place`() throws {
        let text = #"""
            {"version":1,"weather":"雨","capturedAt":"","device":{"id":"a","sequence":1,"os":{"x":1}},
             "findings":[{"kind":"other","text":"t","a/b~c":0}]}
            """#
        let decoded = try decode(PatrolReport.self, from: Array(text.utf8))
        #expect(decoded.unknown == ["/weather", "/device/os", "/findings/0/a~1b~0c"])
        #expect(decoded.value.findings?.count == 1)
    }

    @Test func `where every member must be known an unknown one is a defect`() throws {
        let text = #"{"name":"a","pasword":"b","password":"c","remember":true}"#
        let defects = #expect(throws: Defects.self) { try decodeExactly(Login.self, from: Array(text.utf8)) }
        #expect(defects?.all.map(\.pointer) == ["/pasword", "/remember"])
        #expect(defects?.all.map(\.code) == ["unknown-member", "unknown-member"])
        #expect(
            try decodeExactly(Login.self, from: Array(#"{"name":"a","password":"c"}"#.utf8))
                == Login(name: "a", password: "c"))
    }

    @Test func `what is no JSON is one syntax fault`() {
        let defects = #expect(throws: Defects.self) { try decode(Login.self, from: Array(#"{"name":"#.utf8)) }
        #expect(defects?.isSyntax == true && defects?.all.map(\.code) == ["json-truncated"])
    }

    @Test func `answers that Foundation encodes are read back whole`() throws {
        let receipt = Receipt(
            id: reportID(1), receivedAt: "2026-03-05T01:12:44.000Z", sha256: photoDigest(1), state: "received",
            month: "2026-03",
            grade: "weak", reasons: [.init(code: "no-fix", zh: "没有定位", en: "there is no fix")], standing: nil,
            missingPhotos: [photoDigest(2)],
            unusablePhotos: [.init(sha256: photoDigest(3), state: "damaged", code: "truncated")],
            warnings: [.init(code: "unknown-member", pointer: "/weather")])
        let page = Page(items: [StoredReport(receipt: receipt, report: try completeReport(), person: "W5")], next: "c")
        let problem = Problem(
            type: "https://gridpatrol.example/problems/x", title: "t", status: 422, detail: nil, code: "x",
            instance: "r1",
            retryable: false, defects: [.init(pointer: "/fix/latitude", code: "out-of-range", message: "m")])
        #expect(try reread(page) == page)
        #expect(try reread(problem) == problem)
    }

    private func reread<Value: Codable>(_ value: Value) throws -> Value {
        try decodeExactly(Value.self, from: Array(try JSONEncoder().encode(value)))
    }
}
