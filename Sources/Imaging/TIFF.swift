/// A bounded reader of the TIFF structure inside EXIF. Every offset and size comes from a stranger.
struct TIFFReader {
    private let bytes: [UInt8]
    private let isLittleEndian: Bool

    /// Nil unless `bytes` begin with a TIFF header.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        switch (bytes[0], bytes[1]) {
        case (0x49, 0x49): isLittleEndian = true
        case (0x4D, 0x4D): isLittleEndian = false
        default: return nil
        }
        self.bytes = bytes
        guard unsigned(2, at: 2) == 42 else { return nil }
    }

    /// The first directory. The chain of further ones (thumbnails) is never followed, so a chain that
    /// loops has no effect.
    var root: TIFFDirectory? {
        unsigned(4, at: 4).flatMap(directory(at:))
    }

    /// The directory at `offset`, with as many of its announced entries as there is room for.
    func directory(at offset: Int) -> TIFFDirectory? {
        guard offset >= 8, let announced = unsigned(2, at: offset) else { return nil }
        var entries: [UInt16: TIFFEntry] = [:]
        let present = min(announced, (bytes.count - offset - 2) / 12)
        for index in 0..<present {
            guard let entry = entry(at: offset + 2 + 12 * index) else { continue }
            entries[entry.tag] = entries[entry.tag] ?? entry
        }
        return TIFFDirectory(reader: self, entries: entries)
    }

    private func entry(at offset: Int) -> TIFFEntry? {
        guard let tag = unsigned(2, at: offset), let code = unsigned(2, at: offset + 2),
            let kind = TIFFEntry.Kind(rawValue: code),
            let count = unsigned(4, at: offset + 4), let pointer = unsigned(4, at: offset + 8)
        else { return nil }
        let (size, overflow) = count.multipliedReportingOverflow(by: kind.size)
        guard !overflow else { return nil }
        let start = size <= 4 ? offset + 8 : pointer
        guard start <= bytes.count, size <= bytes.count - start else { return nil }
        return TIFFEntry(tag: UInt16(tag), kind: kind, count: count, start: start)
    }

    /// The number in `width` bytes (1…4) at `offset`; nil out of bounds.
    func unsigned(_ width: Int, at offset: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count, width <= bytes.count - offset else { return nil }
        var number = 0
        for index in 0..<width {
            number = number << 8 | Int(bytes[offset + (isLittleEndian ? width - 1 - index : index)])
        }
        return number
    }

    /// At most `limit` bytes from `offset`.
    func raw(at offset: Int, count: Int, limit: Int) -> ArraySlice<UInt8> {
        bytes[offset...].prefix(min(count, limit))
    }
}

/// One value in a directory, already known to lie inside the bytes.
struct TIFFEntry {
    enum Kind: Int {
        case byte = 1, text, short, long, rational, undefined = 7

        /// Bytes per value.
        var size: Int {
            switch self {
            case .byte, .text, .undefined: 1
            case .short: 2
            case .long: 4
            case .rational: 8
            }
        }
    }

    let tag: UInt16
    let kind: Kind
    let count: Int
    let start: Int
}

/// Typed access to one directory's values; nil whenever the file says something else than expected.
struct TIFFDirectory {
    let reader: TIFFReader
    let entries: [UInt16: TIFFEntry]

    /// The first whole number under `tag`.
    func number(_ tag: UInt16) -> Int? {
        guard let entry = entries[tag], entry.count >= 1 else { return nil }
        switch entry.kind {
        case .byte, .short, .long: return reader.unsigned(entry.kind.size, at: entry.start)
        case .text, .rational, .undefined: return nil
        }
    }

    /// Exactly `count` fractions under `tag`, none with a zero denominator.
    func fractions(_ tag: UInt16, count: Int) -> [Double]? {
        guard let entry = entries[tag], entry.kind == .rational, entry.count == count else { return nil }
        var values: [Double] = []
        for index in 0..<count {
            guard let numerator = reader.unsigned(4, at: entry.start + 8 * index),
                let denominator = reader.unsigned(4, at: entry.start + 8 * index + 4), denominator != 0
            else { return nil }
            values.append(Double(numerator) / Double(denominator))
        }
        return values
    }

    /// The text under `tag` up to its first NUL: no control or formatting characters, no outer spaces,
    /// at most 64 Unicode scalars; nil when nothing is left.
    func text(_ tag: UInt16) -> String? {
        guard let entry = entries[tag], entry.kind == .text else { return nil }
        let raw = reader.raw(at: entry.start, count: entry.count, limit: 512).prefix { $0 != 0 }
        return String(decoding: raw, as: UTF8.self).plainText(maxScalars: 64)
    }

    /// The directory that `tag` points to.
    func directory(_ tag: UInt16) -> TIFFDirectory? {
        number(tag).flatMap(reader.directory(at:))
    }
}

extension String {
    fileprivate func plainText(maxScalars: Int) -> String? {
        var kept = String.UnicodeScalarView()
        for scalar in unicodeScalars where kept.count < maxScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: continue
            case .spaceSeparator where kept.isEmpty: continue
            default: kept.append(scalar)
            }
        }
        while kept.last?.properties.isWhitespace == true { kept.removeLast() }
        return kept.isEmpty ? nil : String(kept)
    }
}
