public import Patrol

/// What became of a photo's bytes.
public enum PhotoState: String, CaseIterable, Sendable {
    case stored
    /// Partly decodable: kept and shown as such.
    case damaged
    /// Not usable as a picture; to be taken again. Final.
    case quarantined
}

/// A photo whose bytes are on disk, with what the normalisation found.
public struct PhotoEntry: Equatable, Sendable {
    /// SHA-256 of the original bytes.
    public let sha256: String
    public let bytes: Int64
    public let state: PhotoState
    /// Problem code of a damaged or quarantined photo.
    public let problem: String?
    public let rendition: Rendition?

    public init(sha256: String, bytes: Int64, state: PhotoState, problem: String?, rendition: Rendition?) {
        self.sha256 = sha256
        self.bytes = bytes
        self.state = state
        self.problem = problem
        self.rendition = rendition
    }

    /// What is served in the original's stead, and what the original said of itself.
    public struct Rendition: Equatable, Sendable {
        /// Pixels of the large rendition.
        public let width: Int
        public let height: Int
        public let largeSHA256: String
        public let thumbnailSHA256: String
        public let pipelineVersion: Int
        /// EXIF time as written, with offset where known.
        public let capturedAt: String?
        /// WGS-84 degrees from EXIF.
        public let latitude: Double?
        public let longitude: Double?
        public let make: String?
        public let model: String?

        public init(
            width: Int, height: Int, largeSHA256: String, thumbnailSHA256: String, pipelineVersion: Int,
            capturedAt: String?, latitude: Double?, longitude: Double?, make: String?, model: String?
        ) {
            self.width = width
            self.height = height
            self.largeSHA256 = largeSHA256
            self.thumbnailSHA256 = thumbnailSHA256
            self.pipelineVersion = pipelineVersion
            self.capturedAt = capturedAt
            self.latitude = latitude
            self.longitude = longitude
            self.make = make
            self.model = model
        }
    }
}

extension PatrolStore {
    /// What is kept of a photo; nil if its bytes never came.
    public func photo(_ sha256: String) async throws -> PhotoEntry? {
        try await database.read { try $0.photo(sha256) }
    }

    /// Whether this person sent the photo's bytes.
    public func possesses(_ person: String, photo sha256: String) async throws -> Bool {
        try await database.read { connection in
            try !connection.rows(
                "SELECT 1 FROM photo_possession WHERE sha256 = $1 AND person_id = $2", [.text(sha256), .text(person)]
            ).isEmpty
        }
    }

    /// Whether a record of this person names the photo.
    public func isAwaited(photo sha256: String, from person: String) async throws -> Bool {
        try await database.read { connection in
            try !connection.rows(
                """
                SELECT 1 FROM report_photo AS rp JOIN report AS r ON r.id = rp.report_id
                WHERE rp.sha256 = $1 AND r.person_id = $2
                """, [.text(sha256), .text(person)]
            ).isEmpty
        }
    }

    /// What is kept of a photo that this person sent; nil if they did not. Read where it is written: a server with a
    /// standby may show a row that its standby does not have yet, and to say it again is a promise too.
    public func acknowledged(photo sha256: String, sentBy person: String) async throws -> PhotoEntry? {
        try await group.write { connection, _ in
            let sent = try connection.rows(
                "SELECT 1 FROM photo_possession WHERE sha256 = $1 AND person_id = $2", [.text(sha256), .text(person)])
            return sent.isEmpty ? nil : try connection.photo(sha256)
        }
    }

    /// The grids and subject kinds of the records that name a photo and whose sender sent its bytes.
    public func uses(ofPhoto sha256: String) async throws -> [(grid: AreaID?, kind: SubjectKind?)] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT DISTINCT r.grid_id, r.subject_kind FROM report_photo AS rp JOIN report AS r ON r.id = rp.report_id
                JOIN photo_possession AS pp ON pp.sha256 = rp.sha256 AND pp.person_id = r.person_id
                WHERE rp.sha256 = $1
                """, [.text(sha256)]
            ).map {
                (
                    grid: try $0.optionalText(0).flatMap { AreaID($0) },
                    kind: try $0.optionalText(1).flatMap { SubjectKind(rawValue: $0) }
                )
            }
        }
    }

    /// Notes that a person handed over a photo's bytes, which must be on disk, and completes the records that wait
    /// for it.
    /// - Returns: the photo as it is kept (the first one's entry, where it came before).
    public func add(_ photo: PhotoEntry, sentBy person: String, at now: Instant) async throws -> PhotoEntry {
        let zone = zone
        return try await group.write { connection, seal in
            try connection.insert(photo, at: now)
            guard let kept = try connection.photo(photo.sha256) else { throw StoreError.failed("photo vanished") }
            let row = try seal.row(connection)
            let added = try connection.run(
                """
                INSERT INTO photo_possession (sha256, person_id, received_at, seal_chain, seal_seq)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sha256, person_id) DO NOTHING
                """,
                [
                    .text(photo.sha256), .text(person), .integer(now.milliseconds), SQLValue(row?.chain),
                    SQLValue(row?.seq),
                ])
            if added == 1 { seal.add(Seal.line(photo: photo.sha256, person: person, receivedAt: now), at: now) }
            if added == 1, kept.state != .quarantined {
                try connection.completeReports(
                    waitingFor: photo.sha256, zone: zone,
                    cause: Cause(.photo, at: now, by: person, source: photo.sha256))
            }
            return kept
        }
    }

    /// Takes visits whose photos have not come within their policy's grace time out of what counts (decision 2). A photo
    /// that comes all the same brings its visit back.
    /// - Returns: how many visits.
    public func giveUpPhotos(at now: Instant) async throws -> Int {
        let zone = zone
        return try await database.write { connection in
            var count = 0
            for kind in SubjectKind.allCases {
                count += try connection.giveUpPhotos(kind, zone: zone, at: now)
            }
            return count
        }
    }
}

extension SQLConnection {
    fileprivate func photo(_ sha256: String) throws -> PhotoEntry? {
        try rows(
            """
            SELECT bytes, state, problem, width, height, large_sha256, thumbnail_sha256, pipeline_version, captured_at,
                latitude, longitude, make, model
            FROM photo WHERE sha256 = $1
            """, [.text(sha256)]
        ).first.map { row in
            var rendition: PhotoEntry.Rendition?
            if let width = try row.optionalInteger(3), let height = try row.optionalInteger(4),
                let large = try row.optionalText(5), let thumbnail = try row.optionalText(6),
                let version = try row.optionalInteger(7)
            {
                rendition = PhotoEntry.Rendition(
                    width: Int(width), height: Int(height), largeSHA256: large, thumbnailSHA256: thumbnail,
                    pipelineVersion: Int(version), capturedAt: try row.optionalText(8),
                    latitude: try row.optionalDouble(9), longitude: try row.optionalDouble(10),
                    make: try row.optionalText(11), model: try row.optionalText(12))
            }
            return PhotoEntry(
                sha256: sha256, bytes: try row.integer(0), state: PhotoState(rawValue: try row.text(1)) ?? .quarantined,
                problem: try row.optionalText(2), rendition: rendition)
        }
    }

    fileprivate func insert(_ photo: PhotoEntry, at now: Instant) throws {
        let rendition = photo.rendition
        try rows(
            """
            INSERT INTO photo (sha256, bytes, state, problem, width, height, large_sha256, thumbnail_sha256,
                pipeline_version, captured_at, latitude, longitude, make, model, received_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (sha256) DO NOTHING
            """,
            [
                .text(photo.sha256), .integer(photo.bytes), .text(photo.state.rawValue), SQLValue(photo.problem),
                SQLValue(rendition.map { Int64($0.width) }), SQLValue(rendition.map { Int64($0.height) }),
                SQLValue(rendition?.largeSHA256), SQLValue(rendition?.thumbnailSHA256),
                SQLValue(rendition.map { Int64($0.pipelineVersion) }), SQLValue(rendition?.capturedAt),
                SQLValue(rendition?.latitude), SQLValue(rendition?.longitude), SQLValue(rendition?.make),
                SQLValue(rendition?.model), .integer(now.milliseconds),
            ])
    }

    /// Counts a photo off the records of its sender that wait for it; the last one makes the visit full.
    fileprivate func completeReports(waitingFor sha256: String, zone: DeploymentZone, cause: Cause) throws {
        let waiting = try rows(
            """
            SELECT report_id FROM report_photo WHERE sha256 = $1
            """, [.text(sha256)]
        ).flatMap { row in
            // By primary key, one by one: a sender's records are many and wide, those with this photo few.
            try rows(
                """
                UPDATE report SET missing_photos = missing_photos - 1
                WHERE id = $1 AND person_id = $2 AND missing_photos > 0 RETURNING id, missing_photos
                """, [.text(try row.text(0)), .text(cause.by)])
        }
        for row in waiting where try row.integer(1) == 0 {
            for kind in SubjectKind.allCases {
                try restand(
                    """
                    UPDATE \(kind.visitTable)
                    SET standing = CASE WHEN standing = $3 OR downgraded_because = $4 THEN $2 ELSE standing END,
                        ruled = CASE WHEN downgraded_because = $4 THEN NULL ELSE ruled END,
                        downgraded_because = CASE WHEN downgraded_because = $4 THEN NULL ELSE downgraded_because END
                    WHERE report_id = $1 RETURNING subject_id, visited_at
                    """,
                    [
                        .text(try row.text(0)), SQLValue(Standing.done.rawValue),
                        SQLValue(Standing.provisional.rawValue), .text(photosNeverCame),
                    ], kind: kind, zone: zone, cause: cause)
            }
        }
    }

    /// Looks only where counters say that something is provisional.
    fileprivate func giveUpPhotos(_ kind: SubjectKind, zone: DeploymentZone, at now: Instant) throws -> Int {
        // CROSS JOIN keeps SQLite to this order: by itself it reads every duty of all years, and writers wait for this.
        let waiting = try rows(
            """
            SELECT v.report_id, v.subject_id, v.visited_at, r.received_at, o.policy, o.policy_version
            FROM grid_month AS g CROSS JOIN \(kind.obligationTable) AS o
            JOIN \(kind.visitTable) AS v ON v.report_id = o.best_report_id
            JOIN report AS r ON r.id = v.report_id
            WHERE g.kind = $1 AND g.provisional > 0 AND o.grid_id = g.grid_id AND o.month = g.month
                AND o.state = 'done' AND o.best_standing = $2
            ORDER BY v.report_id
            """, [.text(kind.rawValue), SQLValue(Standing.provisional.rawValue)])
        var count = 0
        for row in waiting {
            let policy = try policy(kind, id: row.text(4), version: Int(row.integer(5)))
            let received = Instant(milliseconds: try row.integer(3))
            guard policy?.photoGraceEnd(receivedAt: received) ?? received <= now else { continue }
            count += try run(
                """
                UPDATE \(kind.visitTable) SET standing = $2, ruled = $2, downgraded_because = $3
                WHERE report_id = $1 AND ruled IS NULL
                """,
                [
                    .text(try row.text(0)), SQLValue(Standing.notDischarging.rawValue),
                    .text(photosNeverCame),
                ])
            let day = zone.day(of: Instant(milliseconds: try row.integer(2)))
            let cause = Cause(.job, at: now, by: photosNeverCame, source: try row.text(0))
            try LedgerWriter(self, zone: zone, cause: cause).settle(kind, row.text(1), visitedOn: day...day)
        }
        return count
    }

    /// Runs an update of one visit's standing and settles the duties it belongs to.
    fileprivate func restand(
        _ update: String, _ values: [SQLValue], kind: SubjectKind, zone: DeploymentZone, cause: Cause
    ) throws {
        for row in try rows(update, values) {
            let day = zone.day(of: Instant(milliseconds: try row.integer(1)))
            try LedgerWriter(self, zone: zone, cause: cause).settle(kind, row.text(0), visitedOn: day...day)
        }
    }

    /// Of the named photos, those this person has not sent, and those that arrived but are no good.
    func photoStates(_ digests: [String], sentBy person: String) throws -> PhotoStates {
        var states = PhotoStates()
        for sha256 in digests {
            let row = try rows(
                """
                SELECT p.state, p.problem FROM photo_possession AS pp JOIN photo AS p ON p.sha256 = pp.sha256
                WHERE pp.sha256 = $1 AND pp.person_id = $2
                """, [.text(sha256), .text(person)]
            ).first
            guard let row, let state = PhotoState(rawValue: try row.text(0)) else {
                states.missing.append(sha256)
                continue
            }
            if state != .stored {
                states.unusable.append(.init(sha256: sha256, state: state, problem: try row.optionalText(1) ?? ""))
            }
        }
        return states
    }
}

extension ObligationPolicy {
    /// From when on a visit's photos are not waited for any more.
    func photoGraceEnd(receivedAt: Instant) -> Instant {
        receivedAt.adding(milliseconds: Int64(photoGraceDays) * 86_400_000)
    }
}

/// Why a visit stopped counting whose photos were waited for in vain.
let photosNeverCame = "photos-never-came"

/// How the photos of one record stand.
struct PhotoStates {
    var missing: [String] = []
    var unusable: [StoredReceipt.UnusablePhoto] = []

    /// Photos that the record is still short of: not here, or here and no good.
    var lacking: Int { missing.count + unusable.count { $0.state == .quarantined } }
}
