/// Whether a login name can be typed on any keyboard: 2–64 small letters, digits or `. _ -`.
public func isLogin(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
    return isPlain && (2...64).contains(text.utf8.count)
}
