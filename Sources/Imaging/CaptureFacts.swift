/// What a photo's EXIF claims about its taking. Claims, not evidence: anyone can write them.
public struct CaptureFacts: Equatable, Sendable {
    /// EXIF orientation of the stored pixels, 1…8; 1 when absent or nonsense.
    public var orientation: Int
    /// When the shutter was released, by the handheld's clock.
    public var capturedAt: CaptureTime?
    /// WGS-84 degrees, −90…90, north positive. Present exactly when ``longitude`` is.
    public var latitude: Double?
    /// WGS-84 degrees, −180…180, east positive. Present exactly when ``latitude`` is.
    public var longitude: Double?
    /// Horizontal positioning error in metres, 0 or more.
    public var accuracyMetres: Double?
    /// Time of the position fix, milliseconds since the Unix epoch (UTC, from the satellites).
    public var gpsTime: Int64?
    /// Maker of the camera: at most 64 characters, no control characters.
    public var make: String?
    /// Model of the camera: at most 64 characters, no control characters.
    public var model: String?

    /// Facts as given; by default an upright photo that says nothing.
    public init(
        orientation: Int = 1, capturedAt: CaptureTime? = nil,
        latitude: Double? = nil, longitude: Double? = nil, accuracyMetres: Double? = nil,
        gpsTime: Int64? = nil, make: String? = nil, model: String? = nil
    ) {
        self.orientation = orientation
        self.capturedAt = capturedAt
        self.latitude = latitude
        self.longitude = longitude
        self.accuracyMetres = accuracyMetres
        self.gpsTime = gpsTime
        self.make = make
        self.model = model
    }
}

/// A wall-clock time as the handheld showed it, with its distance from UTC when the file says so.
public struct CaptureTime: Equatable, Sendable {
    /// Minutes east of UTC, −1439…1439; nil when the file does not say.
    public let offsetMinutes: Int?
    /// Fraction of the second in milliseconds, 0…999; nil when the file does not say.
    public let milliseconds: Int?

    let civil: CivilTime

    /// - Parameters:
    ///   - local: `2026-05-01T10:11:12` or EXIF's `2026:05:01 10:11:12`.
    ///   - offsetMinutes: minutes east of UTC, −1439…1439, if known.
    ///   - milliseconds: fraction of the second, 0…999, if known.
    /// - Returns: nil when the date does not exist or a value is out of range.
    public init?(local: String, offsetMinutes: Int? = nil, milliseconds: Int? = nil) {
        guard let civil = CivilTime(local),
            (-1439...1439).contains(offsetMinutes ?? 0), (0...999).contains(milliseconds ?? 0)
        else { return nil }
        self.civil = civil
        self.offsetMinutes = offsetMinutes
        self.milliseconds = milliseconds
    }

    /// The wall-clock time, `2026-05-01T10:11:12`, without zone and fraction.
    public var local: String { civil.dateText(separator: "-") + "T" + civil.timeText }

    /// Milliseconds since the Unix epoch; nil when the offset is unknown.
    public var utcMilliseconds: Int64? {
        offsetMinutes.map { civil.utcMilliseconds - Int64($0) * 60_000 + Int64(milliseconds ?? 0) }
    }
}
