/// Bounds-checked reading of raw bytes; an offset out of range traps rather than reads elsewhere.
extension RawSpan {
    func byte(at offset: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    func bigEndian16(at offset: Int) -> Int {
        Int(UInt16(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self)))
    }

    /// Whether the ASCII characters of `text` stand at `offset`.
    func holds(_ text: StaticString, at offset: Int) -> Bool {
        guard offset >= 0, byteCount - offset >= text.utf8CodeUnitCount else { return false }
        return (0..<text.utf8CodeUnitCount).allSatisfy { byte(at: offset + $0) == text.utf8Start[$0] }
    }

    /// The offset of the first 0xFF at or after `start`; nil if there is none.
    ///
    /// Eight bytes at a time, because most of a photo is entropy-coded data without any.
    func firstFF(from start: Int) -> Int? {
        var offset = start
        while byteCount - offset >= 8 {
            let word = unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            // A byte is 0xFF when its top bit is set and adding one to its low seven bits carries.
            let low = (word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x0101_0101_0101_0101
            let hits = UInt64(littleEndian: word & low & 0x8080_8080_8080_8080)
            if hits != 0 { return offset + hits.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < byteCount {
            if byte(at: offset) == 0xFF { return offset }
            offset += 1
        }
        return nil
    }

    /// A copy of the bytes in `range`.
    func copy(_ range: Range<Int>) -> [UInt8] {
        extracting(range).withUnsafeBytes { Array($0) }
    }
}
