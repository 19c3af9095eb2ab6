import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// Lower-case hexadecimal.
public func sha256Hex(_ bytes: some Sequence<UInt8>) -> String { hex(SHA256.hash(data: Array(bytes))) }

func hex(_ bytes: some Sequence<UInt8>) -> String {
    func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
    let bytes = Array(bytes)
    return String(unsafeUninitializedCapacity: 2 * bytes.count) { text in
        for (index, byte) in bytes.enumerated() {
            text[2 * index] = digit(byte >> 4)
            text[2 * index + 1] = digit(byte & 15)
        }
        return 2 * bytes.count
    }
}

/// Checks `Content-Digest` (RFC 9530) against the SHA-256 of what came; other algorithms are passed over.
/// - Throws: `Refusal.digestMismatch`, or `.badHeader` for a sha-256 member that is none.
func checkContentDigest(_ request: Request, sha256: [UInt8]) throws {
    guard request.headers.contains(.contentDigest), let field = request.headers[.contentDigest] else { return }
    for member in field.split(separator: ",") {
        let parts = member.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces).lowercased() == "sha-256" else {
            continue
        }
        let value = parts[1].trimmingCharacters(in: .whitespaces)
        guard value.hasPrefix(":"), value.hasSuffix(":"),
            let expected = Data(base64Encoded: String(value.dropFirst().dropLast())),
            expected.count == 32
        else {
            throw Refusal.badHeader(
                name: "Content-Digest", zh: "应为 sha-256=:BASE64:", en: "must be sha-256=:BASE64:")
        }
        guard Array(expected) == sha256 else {
            throw Refusal.digestMismatch(expected: hex(expected), actual: hex(sha256))
        }
    }
}
