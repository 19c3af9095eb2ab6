/// The few EXIF tags this product reads and writes.
enum ExifTag {
    static let make: UInt16 = 0x010F
    static let model: UInt16 = 0x0110
    static let orientation: UInt16 = 0x0112
    static let exifDirectory: UInt16 = 0x8769
    static let gpsDirectory: UInt16 = 0x8825

    static let dateTimeOriginal: UInt16 = 0x9003
    static let offsetTime: UInt16 = 0x9010
    static let offsetTimeOriginal: UInt16 = 0x9011
    static let subSecTimeOriginal: UInt16 = 0x9291

    static let latitudeRef: UInt16 = 1
    static let latitude: UInt16 = 2
    static let longitudeRef: UInt16 = 3
    static let longitude: UInt16 = 4
    static let gpsTimeStamp: UInt16 = 7
    static let gpsDateStamp: UInt16 = 29
    static let gpsPositioningError: UInt16 = 31
}

extension CaptureFacts {
    /// Reads the TIFF structure of an Exif segment. What is broken or absent stays nil.
    ///
    /// Only three directories are read — the first and the two it points to — so there is no depth to
    /// exhaust and no cycle to follow.
    init(exif bytes: [UInt8]) {
        self.init()
        guard let root = TIFFReader(bytes)?.root else { return }
        if let value = root.number(ExifTag.orientation), (1...8).contains(value) { orientation = value }
        make = root.text(ExifTag.make)
        model = root.text(ExifTag.model)
        if let exif = root.directory(ExifTag.exifDirectory) { capturedAt = CaptureTime(exif: exif) }
        if let gps = root.directory(ExifTag.gpsDirectory) { readPosition(gps) }
    }

    private mutating func readPosition(_ gps: TIFFDirectory) {
        if let north = gps.degrees(ExifTag.latitude, ref: ExifTag.latitudeRef, "N", "S", limit: 90),
            let east = gps.degrees(ExifTag.longitude, ref: ExifTag.longitudeRef, "E", "W", limit: 180)
        {
            latitude = north
            longitude = east
        }
        accuracyMetres = gps.fractions(ExifTag.gpsPositioningError, count: 1)?.first
        gpsTime = gps.fixTime
    }
}

extension CaptureTime {
    fileprivate init?(exif: TIFFDirectory) {
        guard let local = exif.text(ExifTag.dateTimeOriginal) else { return nil }
        let offset = exif.text(ExifTag.offsetTimeOriginal) ?? exif.text(ExifTag.offsetTime)
        self.init(
            local: local,
            offsetMinutes: offset.flatMap(minutes(ofOffset:)),
            milliseconds: exif.text(ExifTag.subSecTimeOriginal).flatMap(milliseconds(ofFraction:)))
    }
}

/// Minutes east of UTC in `+08:00`, `-03:30` or `Z`; nil for anything else.
private func minutes(ofOffset text: String) -> Int? {
    if text == "Z" { return 0 }
    let characters = Array(text.utf8)
    guard characters.count == 6, characters[3] == UInt8(ascii: ":"),
        let hours = decimal(characters[1...2]), let minutes = decimal(characters[4...5]),
        hours <= 23, minutes <= 59
    else { return nil }
    switch characters[0] {
    case UInt8(ascii: "+"): return hours * 60 + minutes
    case UInt8(ascii: "-"): return -(hours * 60 + minutes)
    default: return nil
    }
}

/// Milliseconds in the decimal digits behind a second's point: `5` is 500, `0421` is 42.
private func milliseconds(ofFraction text: String) -> Int? {
    let digits = Array(text.utf8)
    guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return decimal((digits + [48, 48, 48]).prefix(3))
}

extension TIFFDirectory {
    /// Signed degrees from degrees, minutes, seconds and a hemisphere letter; nil out of range.
    fileprivate func degrees(
        _ tag: UInt16, ref: UInt16, _ positive: String, _ negative: String, limit: Double
    ) -> Double? {
        guard let parts = fractions(tag, count: 3), parts[1] <= 60, parts[2] <= 60 else { return nil }
        let value = parts[0] + parts[1] / 60 + parts[2] / 3600
        guard value <= limit else { return nil }
        switch text(ref) {
        case positive: return value
        case negative: return -value
        default: return nil
        }
    }

    /// The position fix's time in milliseconds since the Unix epoch.
    fileprivate var fixTime: Int64? {
        guard let date = text(ExifTag.gpsDateStamp), let parts = fractions(ExifTag.gpsTimeStamp, count: 3),
            let midnight = CivilTime(date + " 00:00:00"),
            parts[0] < 24, parts[1] < 60, parts[2] < 60
        else { return nil }
        let seconds = parts[0] * 3600 + parts[1] * 60 + parts[2]
        return midnight.utcMilliseconds + Int64((seconds * 1000).rounded())
    }
}
