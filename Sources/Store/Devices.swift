public import Patrol

/// Life of a device (移动互联: 设备生命周期).
public enum DeviceState: String, CaseIterable, Sendable {
    /// Registered; its key has not been shown yet.
    case pending
    case active
    /// 锁定: everything is refused and nothing is lost.
    case locked
    /// 遗失: as locked, and the handheld wipes its key.
    case lost
}

/// A handheld or browser as an administrator sees it.
public struct DeviceEntry: Equatable, Sendable {
    public let id: String
    public let person: String
    public let personName: String
    /// What the administrator calls it.
    public let label: String
    public let state: DeviceState
    /// The name that its records carry.
    public let handheld: String?
    public let model: String?
    public let app: String?
    public let thumbprint: String?
    public let recordedAt: Instant
    public let enrolledAt: Instant?
    /// Its last login.
    public let usedAt: Instant?
}

/// A one-time code in both its forms, hashed.
public struct EnrolmentCode: Sendable {
    public let codeHash: String
    public let codeUntil: Instant
    /// `digitsHash(_:device:)`.
    public let digitsHash: String
    public let digitsUntil: Instant

    public init(codeHash: String, codeUntil: Instant, digitsHash: String, digitsUntil: Instant) {
        self.codeHash = codeHash
        self.codeUntil = codeUntil
        self.digitsHash = digitsHash
        self.digitsUntil = digitsUntil
    }
}

/// Digits as they are kept: few enough to try all, so they live for minutes and die after `maxDigitTries`.
public func digitsHash(_ digits: String, device: String) -> String { sealed([device, digits]) }

public let maxDigitTries: Int64 = 5

/// The public key that a device shows.
public struct ShownKey: Equatable, Sendable {
    /// RFC 7638, SHA-256, base64url.
    public let thumbprint: String
    /// X9.63, uncompressed, hexadecimal.
    public let publicKey: String

    public init(thumbprint: String, publicKey: String) {
        self.thumbprint = thumbprint
        self.publicKey = publicKey
    }
}

/// What a device says of itself when it is enrolled.
public struct ShownDevice: Sendable {
    public let key: ShownKey
    public let handheld: String
    public let model: String?
    public let app: String?

    public init(key: ShownKey, handheld: String, model: String?, app: String?) {
        self.key = key
        self.handheld = handheld
        self.model = model
        self.app = app
    }
}

/// How a device shows that it was invited.
public enum Invitation: Sendable {
    case code(hash: String)
    case digits(String, login: String)
}

public enum EnrolmentResult: ActOutcome, Equatable, Sendable {
    case enrolled(device: String, person: String, name: String)
    /// Wrong, used, expired, or too many tries: one answer for all.
    case refused
    /// The key, or the name for records, is another device's.
    case taken

    public var refusal: String? {
        switch self {
        case .enrolled: nil
        case .refused: "enrolment-refused"
        case .taken: "device-taken"
        }
    }

    public var person: String? { enrolment?.person }
    public var device: String? { enrolment?.device }

    private var enrolment: (device: String, person: String)? {
        if case .enrolled(let device, let person, _) = self { (device, person) } else { nil }
    }
}

/// A device as a request shows it by its key.
public struct KnownDevice: Equatable, Sendable {
    public let id: String
    /// Whose account it is.
    public let person: String
    public let state: DeviceState
    public let thumbprint: String
    /// X9.63, hexadecimal.
    public let publicKey: String
    /// A key that the device had before is good for signatures of its time only.
    public let isPresentKey: Bool
}

extension PatrolStore {
    /// Registers a device for a person, with the code that opens it.
    public func register(device id: String, label: String, for person: String, code: EnrolmentCode, at now: Instant)
        async throws
    {
        try await database.write { connection in
            try connection.run(
                """
                INSERT INTO device (id, person_id, label, state, recorded_at) VALUES ($1, $2, $3, 'pending', $4)
                """, [.text(id), .text(person), .text(label), .integer(now.milliseconds)])
            try connection.put(code, for: id)
        }
    }

    /// A new code for a device, which waits for a key again; the one it had opens nothing from now on.
    /// - Returns: false if there is no such device.
    public func renew(_ code: EnrolmentCode, device id: String, at now: Instant) async throws -> Bool {
        try await database.write { connection in
            guard try connection.run("UPDATE device SET state = 'pending' WHERE id = $1", [.text(id)]) == 1 else {
                return false
            }
            try connection.endKey(of: id, at: now)
            try connection.put(code, for: id)
            return true
        }
    }

    /// Locks, unlocks, or marks as lost. Its logins end, except when it becomes active again.
    /// - Returns: false if there is no such device, or it never had a key that could be active.
    public func set(_ state: DeviceState, device id: String, at now: Instant) async throws -> Bool {
        try await database.write { connection in
            let needed = state == .active ? "AND state = 'locked'" : ""
            guard
                try connection.run(
                    "UPDATE device SET state = $2 WHERE id = $1 AND enrolled_at IS NOT NULL \(needed)",
                    [.text(id), .text(state.rawValue)]) == 1
            else { return false }
            if state != .active { try connection.endLogins(ofDevice: id, at: now) }
            if state == .lost {
                try connection.endKey(of: id, at: now)
                try connection.run("DELETE FROM enrolment WHERE device_id = $1", [.text(id)])
            }
            return true
        }
    }

    /// Takes the key of a device that shows its code. The same device may show the same code again when the answer was
    /// lost.
    public func enrol(_ shown: ShownDevice, by invitation: Invitation, at now: Instant) async throws -> EnrolmentResult
    {
        try await database.write { connection in
            guard let invited = try connection.invited(by: invitation, at: now) else { return .refused }
            let person = try connection.rows(
                "SELECT p.id, p.name FROM person AS p WHERE p.id = $1 AND p.disabled_at IS NULL",
                [.text(invited.person)])
            guard let row = person.first else { return .refused }
            let enrolled = EnrolmentResult.enrolled(
                device: invited.device, person: try row.text(0), name: try row.text(1))
            if let present = try connection.presentKey(of: invited.device) {
                return present == shown.key.thumbprint ? enrolled : .refused
            }
            guard try connection.isFree(shown, for: invited.device) else { return .taken }
            try connection.enrol(shown, as: invited.device, at: now)
            return enrolled
        }
    }

    /// - Returns: nil for a key that was never enrolled.
    public func device(thumbprint: String) async throws -> KnownDevice? {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT d.id, d.person_id, d.state, k.public_key, k.ended_at FROM device_key AS k
                JOIN device AS d ON d.id = k.device_id WHERE k.thumbprint = $1
                """, [.text(thumbprint)]
            ).first.map { row in
                KnownDevice(
                    id: try row.text(0), person: try row.text(1),
                    state: DeviceState(rawValue: try row.text(2)) ?? .locked, thumbprint: thumbprint,
                    publicKey: try row.text(3),
                    isPresentKey: try row.optionalInteger(4) == nil)
            }
        }
    }

    /// Whether somebody ever logged in on a device: on a shared one, more than its own account.
    public func hasLogged(in person: String, on device: String) async throws -> Bool {
        try await database.read { connection in
            try !connection.rows(
                "SELECT 1 FROM login WHERE device_id = $1 AND person_id = $2 LIMIT 1", [.text(device), .text(person)]
            ).isEmpty
        }
    }

    /// Every device, by id.
    public func devices() async throws -> [DeviceEntry] { try await devices("1 = 1", []) }

    public func device(_ id: String) async throws -> DeviceEntry? { try await devices("d.id = $1", [.text(id)]).first }

    /// - Parameter condition: of our own writing.
    private func devices(_ condition: String, _ values: [SQLValue]) async throws -> [DeviceEntry] {
        try await database.read { connection in
            try connection.rows(
                """
                SELECT d.id, d.person_id, p.name, d.label, d.state, d.handheld, d.model, d.app, k.thumbprint,
                    d.recorded_at, d.enrolled_at, (SELECT MAX(used_at) FROM login WHERE device_id = d.id)
                FROM device AS d JOIN person AS p ON p.id = d.person_id
                    LEFT JOIN device_key AS k ON k.device_id = d.id AND k.ended_at IS NULL
                WHERE \(condition) ORDER BY d.id
                """, values
            ).map { try DeviceEntry($0) }
        }
    }
}

extension DeviceEntry {
    fileprivate init(_ row: SQLRow) throws {
        self.init(
            id: try row.text(0), person: try row.text(1), personName: try row.text(2), label: try row.text(3),
            state: DeviceState(rawValue: try row.text(4)) ?? .locked, handheld: try row.optionalText(5),
            model: try row.optionalText(6), app: try row.optionalText(7), thumbprint: try row.optionalText(8),
            recordedAt: Instant(milliseconds: try row.integer(9)),
            enrolledAt: try row.optionalInteger(10).map { Instant(milliseconds: $0) },
            usedAt: try row.optionalInteger(11).map { Instant(milliseconds: $0) })
    }
}

extension SQLConnection {
    fileprivate func put(_ code: EnrolmentCode, for device: String) throws {
        try run(
            """
            INSERT INTO enrolment (device_id, code_hash, code_until, digits_hash, digits_until, tries)
            VALUES ($1, $2, $3, $4, $5, 0)
            ON CONFLICT (device_id) DO UPDATE SET code_hash = excluded.code_hash, code_until = excluded.code_until,
                digits_hash = excluded.digits_hash, digits_until = excluded.digits_until, tries = 0
            """,
            [
                .text(device), .text(code.codeHash), .integer(code.codeUntil.milliseconds), .text(code.digitsHash),
                .integer(code.digitsUntil.milliseconds),
            ])
    }

    /// The device that an invitation opens. A wrong try counts against every code of that login.
    fileprivate func invited(by invitation: Invitation, at now: Instant) throws -> (device: String, person: String)? {
        let moment = SQLValue.integer(now.milliseconds)
        switch invitation {
        case .code(let hash):
            return try rows(
                """
                SELECT d.id, d.person_id FROM enrolment AS e JOIN device AS d ON d.id = e.device_id
                WHERE e.code_hash = $1 AND e.code_until > $2 AND d.state IN ('pending', 'active')
                """, [.text(hash), moment]
            ).first.map { (try $0.text(0), try $0.text(1)) }
        case .digits(let digits, let login):
            let open = try rows(
                """
                SELECT d.id, d.person_id, e.digits_hash FROM enrolment AS e JOIN device AS d ON d.id = e.device_id
                JOIN person AS p ON p.id = d.person_id
                WHERE p.login = $1 AND e.digits_until > $2 AND e.tries < $3 AND d.state IN ('pending', 'active')
                """, [.text(login), moment, .integer(maxDigitTries)])
            for row in open where try row.text(2) == digitsHash(digits, device: try row.text(0)) {
                return (try row.text(0), try row.text(1))
            }
            for row in open {
                try run("UPDATE enrolment SET tries = tries + 1 WHERE device_id = $1", [.text(try row.text(0))])
            }
            return nil
        }
    }

    fileprivate func presentKey(of device: String) throws -> String? {
        try rows("SELECT thumbprint FROM device_key WHERE device_id = $1 AND ended_at IS NULL", [.text(device)])
            .first?.text(0)
    }

    fileprivate func isFree(_ shown: ShownDevice, for device: String) throws -> Bool {
        try rows(
            """
            SELECT 1 FROM device_key WHERE thumbprint = $1
            UNION ALL SELECT 1 FROM device WHERE handheld = $2 AND id <> $3
            """, [.text(shown.key.thumbprint), .text(shown.handheld), .text(device)]
        ).isEmpty
    }

    func enrol(_ shown: ShownDevice, as device: String, at now: Instant) throws {
        try run(
            """
            INSERT INTO device_key (thumbprint, device_id, algorithm, public_key, begun_at) VALUES ($1, $2, 'ES256', $3, $4)
            """,
            [.text(shown.key.thumbprint), .text(device), .text(shown.key.publicKey), .integer(now.milliseconds)])
        try run(
            """
            UPDATE device SET state = 'active', handheld = $2, model = $3, app = $4, enrolled_at = $5 WHERE id = $1
            """,
            [
                .text(device), .text(shown.handheld), SQLValue(shown.model), SQLValue(shown.app),
                .integer(now.milliseconds),
            ])
    }

    fileprivate func endKey(of device: String, at now: Instant) throws {
        try run(
            "UPDATE device_key SET ended_at = $2 WHERE device_id = $1 AND ended_at IS NULL",
            [.text(device), .integer(now.milliseconds)])
        try endLogins(ofDevice: device, at: now)
    }

    fileprivate func endLogins(ofDevice device: String, at now: Instant) throws {
        try run(
            "UPDATE login SET ended_at = $2 WHERE device_id = $1 AND ended_at IS NULL",
            [.text(device), .integer(now.milliseconds)])
    }
}
