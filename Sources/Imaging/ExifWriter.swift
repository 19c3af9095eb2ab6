/// Inserts an Exif segment that states `facts`, as a handheld's camera does, right behind the start of
/// image. For the field simulator and tests.
///
/// - Parameters:
///   - facts: what to state: degrees in their ranges, texts of at most 60,000 bytes in all. The accuracy is
///     stated to the millimetre and up to 4,000 km.
///   - jpeg: a JPEG file; an Exif segment it already has is not removed, but readers take the first.
/// - Precondition: `jpeg` begins with the start-of-image marker, and the facts fit as said.
/// - Returns: the file with the segment.
public func insertExif(_ facts: CaptureFacts, into jpeg: [UInt8]) -> [UInt8] {
    insertExif(facts, into: jpeg, byteOrder: .little)
}

/// The two ways TIFF writes numbers.
enum TIFFByteOrder: CaseIterable {
    case little, big
}

/// As the public function, in a chosen byte order.
func insertExif(_ facts: CaptureFacts, into jpeg: [UInt8], byteOrder: TIFFByteOrder) -> [UInt8] {
    precondition(jpeg.starts(with: [0xFF, 0xD8]), "not a JPEG")
    let body = Array("Exif\0\0".utf8) + TIFFWriter(byteOrder: byteOrder).tiff(facts)
    precondition(body.count <= 65_533, "the facts do not fit into one segment")
    let length = body.count + 2
    return [0xFF, 0xD8, 0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 0xFF)] + body + jpeg.dropFirst(2)
}

private struct TIFFWriter {
    typealias Field = (tag: UInt16, kind: TIFFEntry.Kind, count: Int, bytes: [UInt8])

    let byteOrder: TIFFByteOrder

    /// A TIFF structure: header, first directory, Exif directory, GPS directory, each followed by its values.
    func tiff(_ facts: CaptureFacts) -> [UInt8] {
        let rootFields =
            [short(ExifTag.orientation, facts.orientation)]
            + [
                facts.make.map { text(ExifTag.make, $0) },
                facts.model.map { text(ExifTag.model, $0) },
            ].compactMap(\.self)
        let exifFields = facts.capturedAt.map(timeFields) ?? []
        let gpsFields = positionFields(facts)

        // Pointers have a fixed size, so a first round with zeros tells where the directories come to lie.
        func root(_ exifOffset: Int, _ gpsOffset: Int) -> [UInt8] {
            let pointers =
                (exifFields.isEmpty ? [] : [long(ExifTag.exifDirectory, exifOffset)])
                + (gpsFields.isEmpty ? [] : [long(ExifTag.gpsDirectory, gpsOffset)])
            return directory(rootFields + pointers, at: 8)
        }
        let exifOffset = 8 + root(0, 0).count
        let exif = exifFields.isEmpty ? [] : directory(exifFields, at: exifOffset)
        let gpsOffset = exifOffset + exif.count
        let gps = gpsFields.isEmpty ? [] : directory(gpsFields, at: gpsOffset)
        let mark: [UInt8] = byteOrder == .little ? [0x49, 0x49] : [0x4D, 0x4D]
        return mark + number(42, 2) + number(8, 4) + root(exifOffset, gpsOffset) + exif + gps
    }

    private func timeFields(_ time: CaptureTime) -> [Field] {
        var fields = [
            text(ExifTag.dateTimeOriginal, time.civil.dateText(separator: ":") + " " + time.civil.timeText)
        ]
        if let offset = time.offsetMinutes {
            let (hours, minutes) = abs(offset).quotientAndRemainder(dividingBy: 60)
            let sign = offset < 0 ? "-" : "+"
            fields.append(text(ExifTag.offsetTimeOriginal, "\(sign)\(padded(hours, 2)):\(padded(minutes, 2))"))
        }
        if let milliseconds = time.milliseconds {
            fields.append(text(ExifTag.subSecTimeOriginal, padded(milliseconds, 3)))
        }
        return fields
    }

    private func positionFields(_ facts: CaptureFacts) -> [Field] {
        var fields: [Field] = []
        if let latitude = facts.latitude, let longitude = facts.longitude {
            fields += [
                text(ExifTag.latitudeRef, latitude < 0 ? "S" : "N"),
                degrees(ExifTag.latitude, abs(latitude)),
                text(ExifTag.longitudeRef, longitude < 0 ? "W" : "E"),
                degrees(ExifTag.longitude, abs(longitude)),
            ]
        }
        if let gpsTime = facts.gpsTime, let fix = CivilTime(utcMilliseconds: gpsTime) {
            let thousandths = fix.second * 1000 + Int(gpsTime - fix.utcMilliseconds)
            fields += [
                rationals(ExifTag.gpsTimeStamp, [(fix.hour, 1), (fix.minute, 1), (thousandths, 1000)]),
                text(ExifTag.gpsDateStamp, fix.dateText(separator: ":")),
            ]
        }
        if let accuracy = facts.accuracyMetres {
            let millimetres = Int((min(max(accuracy, 0), 4_000_000) * 1000).rounded())
            fields.append(rationals(ExifTag.gpsPositioningError, [(millimetres, 1000)]))
        }
        return fields
    }

    /// Positive degrees as degrees, minutes and seconds, to a hundred-thousandth of a second: less than a millimetre.
    private func degrees(_ tag: UInt16, _ value: Double) -> Field {
        precondition(value <= 180, "a position out of range")
        let parts = Int((value * 3600 * 100_000).rounded())
        let minutes = parts / 6_000_000
        return rationals(tag, [(minutes / 60, 1), (minutes % 60, 1), (parts % 6_000_000, 100_000)])
    }

    /// Entries in the order of their tags, as TIFF demands, then the values that do not fit into one.
    private func directory(_ fields: [Field], at offset: Int) -> [UInt8] {
        var entries = number(fields.count, 2)
        var values: [UInt8] = []
        let valuesOffset = offset + 2 + 12 * fields.count + 4
        for field in fields.sorted(by: { $0.tag < $1.tag }) {
            entries += number(Int(field.tag), 2) + number(field.kind.rawValue, 2) + number(field.count, 4)
            if field.bytes.count <= 4 {
                entries += field.bytes + Array(repeating: 0, count: 4 - field.bytes.count)
            } else {
                entries += number(valuesOffset + values.count, 4)
                values += field.bytes + Array(repeating: 0, count: field.bytes.count % 2)
            }
        }
        return entries + number(0, 4) + values
    }

    private func short(_ tag: UInt16, _ value: Int) -> Field { (tag, .short, 1, number(value, 2)) }

    private func long(_ tag: UInt16, _ value: Int) -> Field { (tag, .long, 1, number(value, 4)) }

    private func text(_ tag: UInt16, _ value: String) -> Field {
        let bytes = Array(value.utf8) + [0]
        return (tag, .text, bytes.count, bytes)
    }

    private func rationals(_ tag: UInt16, _ values: [(Int, Int)]) -> Field {
        (tag, .rational, values.count, values.flatMap { number($0.0, 4) + number($0.1, 4) })
    }

    private func number(_ value: Int, _ width: Int) -> [UInt8] {
        let bytes = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        return byteOrder == .little ? bytes : bytes.reversed()
    }
}
