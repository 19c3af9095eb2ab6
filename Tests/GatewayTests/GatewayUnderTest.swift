import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Imaging
import Logging
import NIOCore
import Patrol
import Store
import Synchronization
import TestSupport
import Wire

@testable import Gateway

/// The small county behind a gateway whose clock stands still, with one person in every role.
struct GatewayUnderTest: Sendable {
    let gateway: Gateway
    let store: PatrolStore
    let clock: StoppedClock
    let folder: URL
    let client: any TestClientProtocol

    /// Five past nine in Nanxun, a Thursday.
    static let morning = instant("2026-03-05T09:05:00+08:00")

    /// Some days later, with everybody logged in anew.
    func advance(days: Int64) async throws {
        clock.advance(hours: days * 24)
        for person in Role.allCases.map(\.sample) + County.allGrids.map(County.worker) {
            try await store.database.write { connection in
                _ = try connection.run(
                    "UPDATE integration_token SET expires_at = $2 WHERE person_id = $1",
                    [.text(person), .integer(clock.now.adding(milliseconds: 43_200_000).milliseconds)])
            }
        }
    }

    /// Asks as somebody, or as a stranger.
    func send(
        _ method: HTTPRequest.Method, _ path: String, as person: String? = nil, body: [UInt8]? = nil,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        if let person { headers[.authorization] = "Bearer " + Self.token(of: person) }
        let response = try await client.executeRequest(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
        return Answer(
            status: response.status.code, headers: response.headers, body: Array(response.body.readableBytesView))
    }

    func get(_ path: String, as person: String? = nil, headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.get, path, as: person, headers: headers)
    }

    func put(_ number: Int, _ report: PatrolReport, as person: String = "W5", headers: HTTPFields = [:]) async throws
        -> Answer
    {
        try await put(number, bytes: try canonicalBytes(report), as: person, headers: headers)
    }

    func put(_ number: Int, bytes: [UInt8], as person: String = "W5", headers: HTTPFields = [:]) async throws -> Answer
    {
        try await send(.put, "/v1/reports/" + reportID(number), as: person, body: bytes, headers: headers)
    }

    func put(photo: [UInt8], as person: String = "W5", headers: HTTPFields = [:]) async throws -> Answer {
        try await send(.put, "/v1/photos/" + sha256Hex(photo), as: person, body: photo, headers: headers)
    }

    func coverage(of area: Int, as person: String = "R-county") async throws -> Coverage {
        try await get("/v1/coverage?area=\(areaID(area))", as: person).decoded(Coverage.self)
    }

    /// Files that unfinished uploads left behind.
    func leftovers() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: gateway.settings.photoFolder + "/incoming")
    }

    static func token(of person: String) -> String { "token-of-" + person }
}

/// What came back.
struct Answer: Sendable {
    let status: Int
    let headers: HTTPFields
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// Reads the body as strictly as a client may.
    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value { try decodeExactly(type, from: body) }

    /// - Throws: where the answer is no problem.
    func problem() throws -> Problem {
        guard headers[.contentType] == "application/problem+json" else {
            throw UnexpectedAnswer(status: status, text: text)
        }
        return try decoded(Problem.self)
    }
}

struct UnexpectedAnswer: Error {
    let status: Int
    let text: String
}

final class StoppedClock: Sendable {
    private let time: Mutex<Instant>

    init(at time: Instant) { self.time = Mutex(time) }

    var now: Instant { time.withLock { $0 } }

    func advance(hours: Int64) { advance(seconds: hours * 3_600) }

    func advance(minutes: Int64) { advance(seconds: minutes * 60) }

    func advance(seconds: Int64) { time.withLock { $0 = $0.adding(milliseconds: seconds * 1_000) } }
}

extension Role {
    /// A person `R-…` has this role, and no other, in the area with this number.
    var sampleArea: Int {
        switch self {
        case .gridWorker, .socialParticipant: 5
        case .executiveDeputy, .stationChief, .stationedStaff: 3
        case .townDispatcher, .jointDutyTeam, .commander: 2
        case .department, .county, .listOwner, .administrator, .securityAdministrator, .auditor, .liaison: 1
        }
    }

    var sample: String { "R-" + rawValue }
}

/// Runs `body` against a gateway over the small county.
/// - Parameters:
///   - setup: `.router` asks the router directly, `.live` through a socket.
///   - password: if given, the one of everybody.
///   - uptime: the clock of the rate limits.
func withGateway(
    _ setup: TestingSetup = .router, password: String? = nil,
    uptime: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    settings change: (inout GatewaySettings) -> Void = { _ in }, logger: Logger = silentLogger(),
    _ body: @Sendable (GatewayUnderTest) async throws -> Void
) async throws {
    var settings = GatewaySettings()
    settings.port = 0
    settings.publicURL = "http://gateway.test"
    // A password opens by itself, but where devices are at stake.
    settings.deviceLogins = false
    change(&settings)
    let chosen = settings
    let passwordHash = try password.map {
        try Passwords.hash($0, salt: Array(repeating: 7, count: Passwords.saltBytes))
    }
    try await withTemporaryFolder { folder in
        var settings = chosen
        settings.photoFolder = folder.appending(path: "photos").path
        let temporary = try await TemporaryStore(in: folder)
        let clock = StoppedClock(at: GatewayUnderTest.morning)
        let gateway = try Gateway(
            store: temporary.store, settings: settings, logger: logger, now: { clock.now }, uptime: uptime)
        try await temporary.serving { store in
            try await enterCounty(into: store, passwordHash: passwordHash ?? "unusable")
            try await gateway.application().test(setup) { client in
                try await body(
                    GatewayUnderTest(gateway: gateway, store: store, clock: clock, folder: folder, client: client))
            }
        }
        try await gateway.stopPools()
    }
}

/// Keeps its metadata, which Hummingbird reads the request's id from.
func silentLogger() -> Logger {
    var logger = Logger(label: "gateway-tests", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = .critical
    return logger
}

/// The county, one person in every role besides, and a token with all their rights for everybody.
private func enterCounty(into store: PatrolStore, passwordHash: String) async throws {
    try await County.enter(into: store)
    let people = Role.allCases.map { role in
        PersonEntry.sample(
            role.sample, grids: role == .gridWorker ? [role.sampleArea] : [], role: role, in: [role.sampleArea])
    }
    try await store.add(people.map { $0.with(passwordHash: passwordHash) }, at: County.entered)
    try await store.appoint(
        Role.listOwner.sample, for: County.list.id, from: day("2026-01-01"), by: "test", at: County.entered)
    for person in people.map(\.id) + County.allGrids.map(County.worker) {
        try await store.issueToken(
            hash: sha256Hex(GatewayUnderTest.token(of: person).utf8), to: person, at: GatewayUnderTest.morning,
            until: GatewayUnderTest.morning.adding(milliseconds: 12 * 3_600_000))
    }
}

extension PersonEntry {
    fileprivate func with(passwordHash: String) -> PersonEntry {
        PersonEntry(id: id, login: login, name: name, passwordHash: passwordHash, roles: roles, duties: duties)
    }
}

extension PatrolReport {
    /// A visit to a place of the county, on the spot and in time.
    static func sample(place: String = "P5-1", _ change: (inout PatrolReport) -> Void = { _ in }) -> PatrolReport {
        var report = PatrolReport(
            capturedAt: "2026-03-05T09:00:00+08:00", device: PatrolReport.Device(id: "tablet-1", sequence: 1))
        report.subject = PatrolReport.Subject(kind: "place", id: place)
        report.outcome = "checked"
        var fix = PatrolReport.Fix(latitude: 30.8701, longitude: 120.4256, system: "WGS-84")
        fix.accuracyMetres = 8
        fix.time = "2026-03-05T08:59:50+08:00"
        report.fix = fix
        change(&report)
        return report
    }

    static func sample(
        keyPerson: String, _ change: (inout PatrolReport) -> Void = { _ in }
    ) -> PatrolReport {
        .sample {
            $0.subject = Subject(kind: "keyPerson", id: keyPerson)
            $0.outcome = "met"
            change(&$0)
        }
    }

    func naming(_ photos: [UInt8]...) -> PatrolReport {
        var report = self
        report.photos = photos.map { Photo(sha256: sha256Hex($0), bytes: Int64($0.count)) }
        return report
    }
}

/// Pictures, whole and broken. Different numbers give different bytes.
enum SamplePhoto: Sendable {
    static func whole(_ number: UInt8, side: Int = 64) throws -> [UInt8] {
        var pixels: [UInt8] = []
        for y in 0..<side {
            for x in 0..<side { pixels += [UInt8(x * 255 / side), UInt8(y * 255 / side), number] }
        }
        return try encodeJPEG(rgb: pixels, width: side, height: side, quality: 90)
    }

    /// Ends in the middle of the picture.
    static func cut(_ number: UInt8) throws -> [UInt8] {
        let bytes = try whole(number, side: 256)
        return Array(bytes.prefix(bytes.count / 2))
    }

    /// Sound by its markers, but without the tables that a decoder needs.
    static let hollow: [UInt8] =
        [
            0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 64, 0, 64, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0, 0xFF,
            0xD9,
        ]

    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
    static let heic: [UInt8] = [0, 0, 0, 24] + Array("ftypheic".utf8) + [0, 0, 0, 0] + Array("mif1heic".utf8)
}

/// RFC 9530, as handhelds send it.
func contentDigest(_ bytes: [UInt8]) -> String { "sha-256=:\(Data(SHA256.hash(data: bytes)).base64EncodedString()):" }
