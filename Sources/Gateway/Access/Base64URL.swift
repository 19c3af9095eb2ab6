import Foundation

/// Base64url without padding (RFC 7515 2). By itself, since Foundation's base64 would be rewritten letter by letter, which
/// is felt with every record.
func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.underestimatedCount * 4 / 3 + 3)
    var held: UInt32 = 0
    var bits: UInt32 = 0
    for byte in bytes {
        held = held << 8 | UInt32(byte)
        bits += 8
        while bits >= 6 {
            bits -= 6
            text.append(base64URLLetters[Int(held >> bits & 63)])
        }
    }
    if bits > 0 { text.append(base64URLLetters[Int(held << (6 - bits) & 63)]) }
    return String(decoding: text, as: UTF8.self)
}

private let base64URLLetters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

/// - Returns: nil for anything but what `base64URL` makes: one text for one value.
func bytes(base64URL text: some StringProtocol) -> [UInt8]? {
    let usual = String(text).replacing("-", with: "+").replacing("_", with: "/")
    guard !text.contains(where: { $0 == "+" || $0 == "/" || $0 == "=" }),
        let data = Data(base64Encoded: usual + String(repeating: "=", count: (4 - usual.utf8.count % 4) % 4)),
        base64URL(data) == text
    else { return nil }
    return [UInt8](data)
}
