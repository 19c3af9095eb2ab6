import Patrol

/// A UUIDv7 (RFC 9562 5.7) in lower case: sorts by the handheld's clock, cannot be guessed, needs no network.
func makeRecordID(at instant: Instant, using random: inout some RandomNumberGenerator) -> String {
    let milliseconds = UInt64(max(0, instant.milliseconds)) & 0xFFFF_FFFF_FFFF
    let high = milliseconds << 16 | 0x7000 | UInt64.random(in: 0...0xFFF, using: &random)
    let low = UInt64.random(in: 0...UInt64.max, using: &random) & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    let digits = hexadecimal(high) + hexadecimal(low)
    return [
        digits.prefix(8), digits.dropFirst(8).prefix(4), digits.dropFirst(12).prefix(4),
        digits.dropFirst(16).prefix(4), digits.dropFirst(20),
    ].joined(separator: "-")
}

/// A name for this handheld, chosen once.
func makeDeviceID(using random: inout some RandomNumberGenerator) -> String {
    "fieldcli-" + hexadecimal(UInt64.random(in: 0...UInt64.max, using: &random))
}

private func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
