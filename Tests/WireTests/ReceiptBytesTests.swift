import Foundation
import Testing
import Wire

@Suite("A receipt written directly")
struct ReceiptBytesTests {
    private func encoded(_ receipt: Receipt) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(receipt))
    }

    @Test("has the bytes that encoding it gives, optional members and awkward text included", arguments: [true, false])
    func sameBytes(isFull: Bool) throws {
        let awkward = "\"quoted\" \\ / \u{8}\t\n\u{C}\r\u{1} 灭火器 🧯"
        let receipt = Receipt(
            id: "0190", receivedAt: "2026-03-05T08:00:00.000Z", sha256: "ab", state: "received", month: "2026-03",
            grade: isFull ? "weak" : nil,
            reasons: isFull ? [.init(code: "no-fix", zh: awkward, en: awkward)] : [], standing: isFull ? "done" : nil,
            missingPhotos: isFull ? ["aa", "bb"] : [],
            unusablePhotos: isFull ? [.init(sha256: "cc", state: "damaged", code: "photo-damaged")] : [],
            warnings: isFull ? [.init(code: "unknown-member", pointer: "/" + awkward)] : [])
        #expect(try receipt.bytes == encoded(receipt))
        #expect(try decodeExactly(Receipt.self, from: receipt.bytes) == receipt)
    }
}
