import Foundation

/// Base64url without padding (RFC 7515 2).
func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString(options: [.base64URLAlphabet, .omitPaddingCharacter])
}

/// - Returns: nil for anything but what `base64URL` makes: one text for one value.
func bytes(base64URL text: some StringProtocol) -> [UInt8]? {
    let usual = String(text).replacing("-", with: "+").replacing("_", with: "/")
    guard !text.contains(where: { $0 == "+" || $0 == "/" || $0 == "=" }),
        let data = Data(base64Encoded: usual + String(repeating: "=", count: (4 - usual.utf8.count % 4) % 4)),
        base64URL(data) == text
    else { return nil }
    return [UInt8](data)
}
