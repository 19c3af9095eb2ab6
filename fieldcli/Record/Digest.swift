import Crypto
import Foundation

/// SHA-256 as it stands in records and addresses: 64 lower-case hexadecimal digits.
func sha256Text(_ bytes: some DataProtocol) -> String { hexadecimalText(SHA256.hash(data: bytes)) }

func hexadecimalText(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// The `Content-Digest` field of RFC 9530.
func contentDigest(_ bytes: some DataProtocol) -> String {
    "sha-256=:\(Data(SHA256.hash(data: bytes)).base64EncodedString()):"
}
