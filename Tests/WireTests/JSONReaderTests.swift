import Foundation
import TestSupport
import Testing

@testable import Wire

@Suite("JSON reader")
struct JSONReaderTests {
    @Test(
        "reads what RFC 8259 allows",
        arguments: [
            ("null", .null), (" \t\r\n true \n", .bool(true)), ("false", .bool(false)),
            ("0", .integer(0)), ("-0", .integer(0)), ("-12", .integer(-12)), ("1.5", .number(1.5)),
            ("-0.25e2", .number(-25)),
            ("1E+2", .number(100)), ("2e-1", .number(0.2)), ("1.0", .number(1)), ("1e-400", .number(0)),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1e308", .number(1e308)),
            ("\"\"", .string("")), ("\"网格 𠮷 é\"", .string("网格 𠮷 é")), ("\"\u{7F}\u{2028}\"", .string("\u{7F}\u{2028}")),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{C}\n\r\t")), (#""\u7f51\u683C""#, .string("网格")),
            (#""\ud842\udfb7\uD83D\uDE00""#, .string("𠮷😀")), (#""\u0001""#, .string("\u{1}")),
            (#""\uFFFF""#, .string("\u{FFFF}")),
            ("[]", .array([])), ("[ 1 , [ ] , {} ]", .array([.integer(1), .array([]), .object([])])),
            (
                #"{"b":1,"a":{"b":null}}"#,
                .object([member("b", .integer(1)), member("a", .object([member("b", .null)]))])
            ),
            (#"{"":0," ":1}"#, .object([member("", .integer(0)), member(" ", .integer(1))])),
        ] as [(String, JSON)])
    func accepts(text: String, expected: JSON) throws {
        #expect(try JSON(parsing: Array(text.utf8)) == expected)
    }

    @Test(
        "refuses everything else and says why",
        arguments: [
            ("", "json-truncated"), ("   ", "json-truncated"), ("[", "json-truncated"), ("[1,", "json-truncated"),
            ("{\"a\"", "json-truncated"), ("{\"a\":", "json-truncated"), ("\"abc", "json-truncated"),
            ("tru", "json-truncated"),
            ("-", "json-truncated"), ("\"\\", "json-truncated"), ("\"\\u12", "json-truncated"),
            ("nul1", "json-unexpected"), ("True", "json-unexpected"), ("[1 2]", "json-unexpected"),
            ("[,]", "json-unexpected"),
            ("[1,]", "json-unexpected"), ("{,}", "json-unexpected"), ("{\"a\" 1}", "json-unexpected"),
            ("{\"a\":1,}", "json-unexpected"), ("{a:1}", "json-unexpected"), ("{'a':1}", "json-unexpected"),
            ("{1:1}", "json-unexpected"),
            ("+1", "json-unexpected"), (".5", "json-unexpected"), ("NaN", "json-unexpected"),
            ("Infinity", "json-unexpected"),
            ("\u{FEFF}{}", "json-unexpected"), ("// x", "json-unexpected"), ("\u{A0}1", "json-unexpected"),
            ("\u{B}1", "json-unexpected"),
            ("01", "json-bad-number"), ("-01", "json-bad-number"), ("1.", "json-bad-number"),
            ("1.e1", "json-bad-number"),
            ("1e", "json-bad-number"), ("1e+", "json-bad-number"), ("-x", "json-bad-number"),
            ("1e400", "json-bad-number"),
            ("-1e999999999999", "json-bad-number"),
            ("1 2", "json-trailing"), ("{}{}", "json-trailing"), ("1x", "json-trailing"), ("0x10", "json-trailing"),
            ("null,", "json-trailing"),
            ("\"\n\"", "json-bad-text"), ("\"\t\"", "json-bad-text"), ("\"\u{0}\"", "json-bad-text"),
            (#""\u0000""#, "json-bad-text"),
            (#""\x""#, "json-bad-text"), (#""\u12G4""#, "json-bad-text"), (#""\ud800""#, "json-bad-text"),
            (#""\udc00""#, "json-bad-text"),
            (#""\ud800\ud800""#, "json-bad-text"), (#""\ud800A""#, "json-bad-text"), (#""\ud800x""#, "json-bad-text"),
            (#"{"a":1,"a":1}"#, "json-duplicate-name"), (#"{"a":1,"\u0061":2}"#, "json-duplicate-name"),
            (#"[{"b":{"a":1,"c":2,"a":3}}]"#, "json-duplicate-name"),
        ])
    func refuses(text: String, code: String) {
        #expect(fault(Array(text.utf8)) == code)
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC1, 0xBF], [0xE4, 0xB8], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
            [0xF0, 0x82, 0x82, 0xAC],
            [0xCD, 0xF8, 0xB8, 0xF1],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(fault([quote] + bytes + [quote]) == "json-bad-text")
        #expect(fault(Array("{\"\\n".utf8) + bytes + Array("\":1}".utf8)) == "json-bad-text", "also after an escape")
        #expect(fault(bytes) == "json-unexpected")
    }

    @Test func `a fault names its byte in both languages`() {
        let defects = #expect(throws: Defects.self) { try JSON(parsing: Array("[1, x]".utf8)) }
        #expect(defects?.isSyntax == true && defects?.all.count == 1)
        #expect(defects?.all.first?.en.contains("byte 4") == true && defects?.all.first?.zh.contains("第 4 字节") == true)
    }

    @Test func `nesting has a limit, in arrays and objects alike`() throws {
        func nested(_ depth: Int, _ open: String, _ close: String) -> [UInt8] {
            Array((String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)).utf8)
        }
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            #expect(fault(nested(JSON.maxDepth, open, close)) == nil)
            #expect(fault(nested(JSON.maxDepth + 1, open, close)) == "json-too-deep")
            #expect(fault(nested(200_000, open, close)) == "json-too-deep")
        }
    }

    @Test func `a hostile object with many names costs no more than its length`() {
        let names = (0..<20_000).map { "\"n\($0)\":0" }.joined(separator: ",")
        #expect(fault(Array("{\(names)}".utf8)) == nil)
        #expect(fault(Array("{\(names),\"n7\":1}".utf8)) == "json-duplicate-name")
    }
}

/// The code of the fault that reading ends in; nil if the bytes are read.
func fault(_ bytes: [UInt8]) -> String? {
    do throws(Defects) {
        _ = try JSON(parsing: bytes)
        return nil
    } catch {
        return error.isSyntax ? error.all.first?.code : "not a syntax fault"
    }
}

func member(_ name: String, _ value: JSON) -> JSON.Member { JSON.Member(name: name, value: value) }
