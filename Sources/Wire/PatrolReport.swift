/// A patrol record (巡查记录 / 走访记录) as a handheld sends it: `PUT /v1/reports/{id}`.
///
/// Frozen in the outbox before the first attempt; every version that ever landed must decode for ever.
/// Times are RFC 3339 with offset; positions are degrees, latitude apart from longitude, never a pair.
public struct PatrolReport: Codable, Equatable, Sendable {
    /// Version of this shape: 1.
    public var version: Int
    /// Wall clock of the handheld when the record was made. May be wrong; it is stored and corrected, never refused.
    public var capturedAt: String
    public var device: Device
    /// Our id of the grid that the worker was patrolling, where the handheld knows it.
    public var grid: String?
    /// Whom or what the record concerns; absent for a finding on the way.
    public var subject: Subject?
    /// A `PlaceOutcome` or `PersonOutcome`, according to the subject's kind. Required with a subject.
    public var outcome: String?
    /// `YYYY-MM-DD`: until when a dated status holds (suspended, away, in hospital).
    public var until: String?
    /// Everybody who took part besides the sender.
    public var participants: [Participant]?
    public var fix: Fix?
    /// Free text, at most 4,000 characters.
    public var text: String?
    /// Photos that belong to this record, at most 50; their bytes travel apart.
    public var photos: [Photo]?
    public var findings: [Finding]?
    /// The record that this one corrects or completes.
    public var supersedes: String?
    /// The same for every record of one stop (one corridor, forty doors), 1–64 characters; they may share photos.
    public var stop: String?
    /// What was found item by item; only with a subject.
    public var checklist: Checklist?

    public init(version: Int = 1, capturedAt: String, device: Device) {
        self.version = version
        self.capturedAt = capturedAt
        self.device = device
    }

    public struct Device: Codable, Equatable, Sendable {
        /// Chosen once by the handheld, 1–64 characters of `A–Z a–z 0–9 . _ -`.
        public var id: String
        /// Counts this device's records from 1, without gaps.
        public var sequence: Int64
        /// SHA-256 (64 lower-case hexadecimal digits) of the raw bytes of the device's previous record.
        public var previousSha256: String?
        /// Changes at every start of the device.
        public var bootId: String?
        /// Monotonic milliseconds since that start, at capture.
        public var uptimeMilliseconds: Int64?
        /// Program and version, for support.
        public var app: String?
        /// The gateway's time as the device last heard it (the `Date` of an answer). With the uptime of that moment it
        /// tells the time of the record, whatever the wall clock says.
        public var heard: Heard?

        public init(id: String, sequence: Int64) {
            self.id = id
            self.sequence = sequence
        }
    }

    public struct Heard: Codable, Equatable, Sendable {
        /// What the gateway's clock said.
        public var time: String
        public var bootId: String?
        /// Monotonic milliseconds since that start, when it was heard.
        public var uptimeMilliseconds: Int64?

        public init(time: String, bootId: String? = nil, uptimeMilliseconds: Int64? = nil) {
            self.time = time
            self.bootId = bootId
            self.uptimeMilliseconds = uptimeMilliseconds
        }
    }

    public struct Subject: Codable, Equatable, Sendable {
        /// `place`, `keyPerson` or `newPlace`.
        public var kind: String
        /// Our id; absent for `newPlace`.
        public var id: String?
        /// What a newly found place is called; only for `newPlace`.
        public var name: String?
        public var address: String?

        public init(kind: String, id: String? = nil, name: String? = nil, address: String? = nil) {
            self.kind = kind
            self.id = id
            self.name = name
            self.address = address
        }
    }

    public struct Participant: Codable, Equatable, Sendable {
        /// Our id of the person, where known.
        public var person: String?
        public var name: String?
        /// A `Capacity`.
        public var capacity: String
        /// The unit for which somebody came (参勤单位), as the policies name it.
        public var unit: String?

        public init(person: String? = nil, name: String? = nil, capacity: String, unit: String? = nil) {
            self.person = person
            self.name = name
            self.capacity = capacity
            self.unit = unit
        }
    }

    public struct Fix: Codable, Equatable, Sendable {
        /// Degrees, −90…90.
        public var latitude: Double
        /// Degrees, −180…180.
        public var longitude: Double
        /// `WGS-84`, `CGCS2000`, `GCJ-02` or `BD-09`; never guessed.
        public var system: String
        /// Radius in metres that holds the true position with 68 %.
        public var accuracyMetres: Double?
        /// `gps`, `network`, `fused`, `manual` or `unknown`.
        public var provider: String?
        /// When the fix was taken, by the positioning system's clock.
        public var time: String?
        /// The platform says that the position was simulated.
        public var mock: Bool?

        public init(latitude: Double, longitude: Double, system: String) {
            self.latitude = latitude
            self.longitude = longitude
            self.system = system
        }
    }

    public struct Photo: Codable, Equatable, Sendable {
        /// SHA-256 of the original bytes, 64 lower-case hexadecimal digits.
        public var sha256: String
        public var bytes: Int64
        /// `scene`, `finding`, `before`, `after` or `attempt`.
        public var role: String?
        /// When the camera's own clock says it was taken (EXIF).
        public var takenAt: String?

        public init(sha256: String, bytes: Int64, role: String? = nil, takenAt: String? = nil) {
            self.sha256 = sha256
            self.bytes = bytes
            self.role = role
            self.takenAt = takenAt
        }
    }

    public struct Finding: Codable, Equatable, Sendable {
        /// `safetyHazard` 安全隐患, `dispute` 矛盾纠纷, `residentNeed` 群众需求 or `other`.
        public var kind: String
        public var text: String
        /// Overtakes everything else in the outbox.
        public var urgent: Bool?

        public init(kind: String, text: String, urgent: Bool? = nil) {
            self.kind = kind
            self.text = text
            self.urgent = urgent
        }
    }

    public struct Checklist: Codable, Equatable, Sendable {
        public var id: String
        /// Of the form that was filled in.
        public var version: Int
        public var items: [Item]

        public init(id: String, version: Int, items: [Item]) {
            self.id = id
            self.version = version
            self.items = items
        }

        public struct Item: Codable, Equatable, Sendable {
            /// The item's code on the form.
            public var item: String
            /// `pass` 合格, `fail` 不合格, `rectified` 当场整改 or `notApplicable` 不适用.
            public var result: String
            public var note: String?

            public init(item: String, result: String, note: String? = nil) {
                self.item = item
                self.result = result
                self.note = note
            }
        }
    }
}

/// Reads a report and names **every** missing or mistyped member at once, as `decode` does.
/// - Returns: the value, with blanks ("", 0, false) where a member was missing or mistyped; JSON Pointers of the members
///   it does not know; and each fault.
/// - Throws: `Defects` only for bytes that are not JSON.
public func readReport(
    from bytes: [UInt8]
) throws(Defects) -> (report: PatrolReport, unknown: [String], defects: [Defect]) {
    let notes = DecodingNotes()
    let document = try JSON(parsing: bytes)
    let report = PatrolReport(reading: ObjectReading(document, at: .root, notes))
    return (report, notes.unknown, notes.defects)
}

// Members are read in the order of their declaration, which is the order in which faults are told.
extension PatrolReport {
    fileprivate enum CodingKeys: CodingKey {
        case version, capturedAt, device, grid, subject, outcome, until, participants, fix, text, photos, findings,
            supersedes, stop, checklist
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        version = Int(object.integer(.version))
        capturedAt = object.string(.capturedAt)
        device = Device(reading: object.object(.device))
        grid = object.string(ifPresent: .grid)
        subject = object.object(ifPresent: .subject).map { Subject(reading: $0) }
        outcome = object.string(ifPresent: .outcome)
        until = object.string(ifPresent: .until)
        participants = object.list(ifPresent: .participants) { Participant(reading: $0) }
        fix = object.object(ifPresent: .fix).map { Fix(reading: $0) }
        text = object.string(ifPresent: .text)
        photos = object.list(ifPresent: .photos) { Photo(reading: $0) }
        findings = object.list(ifPresent: .findings) { Finding(reading: $0) }
        supersedes = object.string(ifPresent: .supersedes)
        stop = object.string(ifPresent: .stop)
        checklist = object.object(ifPresent: .checklist).map { Checklist(reading: $0) }
    }
}

extension PatrolReport.Device {
    fileprivate enum CodingKeys: CodingKey {
        case id, sequence, previousSha256, bootId, uptimeMilliseconds, app, heard
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        id = object.string(.id)
        sequence = object.integer(.sequence)
        previousSha256 = object.string(ifPresent: .previousSha256)
        bootId = object.string(ifPresent: .bootId)
        uptimeMilliseconds = object.integer(ifPresent: .uptimeMilliseconds)
        app = object.string(ifPresent: .app)
        heard = object.object(ifPresent: .heard).map { PatrolReport.Heard(reading: $0) }
    }
}

extension PatrolReport.Heard {
    fileprivate enum CodingKeys: CodingKey {
        case time, bootId, uptimeMilliseconds
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        time = object.string(.time)
        bootId = object.string(ifPresent: .bootId)
        uptimeMilliseconds = object.integer(ifPresent: .uptimeMilliseconds)
    }
}

extension PatrolReport.Subject {
    fileprivate enum CodingKeys: CodingKey {
        case kind, id, name, address
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        kind = object.string(.kind)
        id = object.string(ifPresent: .id)
        name = object.string(ifPresent: .name)
        address = object.string(ifPresent: .address)
    }
}

extension PatrolReport.Participant {
    fileprivate enum CodingKeys: CodingKey {
        case person, name, capacity, unit
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        person = object.string(ifPresent: .person)
        name = object.string(ifPresent: .name)
        capacity = object.string(.capacity)
        unit = object.string(ifPresent: .unit)
    }
}

extension PatrolReport.Fix {
    fileprivate enum CodingKeys: CodingKey {
        case latitude, longitude, system, accuracyMetres, provider, time, mock
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        latitude = object.number(.latitude)
        longitude = object.number(.longitude)
        system = object.string(.system)
        accuracyMetres = object.number(ifPresent: .accuracyMetres)
        provider = object.string(ifPresent: .provider)
        time = object.string(ifPresent: .time)
        mock = object.flag(ifPresent: .mock)
    }
}

extension PatrolReport.Photo {
    fileprivate enum CodingKeys: CodingKey {
        case sha256, bytes, role, takenAt
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        sha256 = object.string(.sha256)
        bytes = object.integer(.bytes)
        role = object.string(ifPresent: .role)
        takenAt = object.string(ifPresent: .takenAt)
    }
}

extension PatrolReport.Finding {
    fileprivate enum CodingKeys: CodingKey {
        case kind, text, urgent
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        kind = object.string(.kind)
        text = object.string(.text)
        urgent = object.flag(ifPresent: .urgent)
    }
}

extension PatrolReport.Checklist {
    fileprivate enum CodingKeys: CodingKey {
        case id, version, items
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        id = object.string(.id)
        version = Int(object.integer(.version))
        items = object.list(.items) { Item(reading: $0) }
    }
}

extension PatrolReport.Checklist.Item {
    fileprivate enum CodingKeys: CodingKey {
        case item, result, note
    }

    fileprivate init(reading object: ObjectReading<CodingKeys>) {
        item = object.string(.item)
        result = object.string(.result)
        note = object.string(ifPresent: .note)
    }
}
