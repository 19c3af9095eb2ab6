import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Store

/// Lower-case hexadecimal.
public func sha256Hex(_ bytes: some Sequence<UInt8>) -> String { hexadecimal(SHA256.hash(data: Array(bytes))) }

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
            throw Refusal.digestMismatch(expected: hexadecimal(expected), actual: hexadecimal(sha256))
        }
    }
}
