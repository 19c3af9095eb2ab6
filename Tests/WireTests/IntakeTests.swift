import Intake
import Patrol
import TestSupport
import Testing
import Wire

@Suite("Making a record of a report")
struct IntakeTests {
    /// One thing done to a good report, with the defect that it makes or what it is called.
    struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        let apply: @Sendable (inout PatrolReport) -> Void
        var testDescription: String { name }

        init(_ name: String, _ apply: @escaping @Sendable (inout PatrolReport) -> Void) {
            self.name = name
            self.apply = apply
        }
    }

    private static func faults(id: String = reportID(1), _ change: (inout PatrolReport) -> Void) throws -> [String] {
        var report = try completeReport()
        change(&report)
        do throws(Defects) {
            _ = try patrolRecord(id: id, from: report)
            return []
        } catch {
            return error.all.map { "\($0.pointer) \($0.code)" }
        }
    }

    @Test(
        "each defect by its place and code",
        arguments: [
            Change("/version unknown-version") { $0.version = 2 },
            Change("/version unknown-version") { $0.version = 0 },
            Change("/capturedAt bad-time") { $0.capturedAt = "2026-03-05 09:00" },
            Change("/capturedAt bad-time") { $0.capturedAt = "2026-02-30T09:00:00Z" },
            Change("/device/id bad-device-id") { $0.device.id = "" },
            Change("/device/id bad-device-id") { $0.device.id = "a b" },
            Change("/device/id bad-device-id") { $0.device.id = "平板" },
            Change("/device/id bad-device-id") { $0.device.id = String(repeating: "a", count: 65) },
            Change("/device/sequence out-of-range") { $0.device.sequence = 0 },
            Change("/device/uptimeMilliseconds out-of-range") { $0.device.uptimeMilliseconds = -1 },
            Change("/device/previousSha256 bad-digest") { $0.device.previousSha256 = "ABCD" },
            Change("/device/bootId too-long") { $0.device.bootId = String(repeating: "b", count: 65) },
            Change("/grid bad-area") { $0.grid = "330503104" },
            Change("/until bad-day") { $0.until = "2026-4-30" },
            Change("/supersedes bad-uuid") { $0.supersedes = "x" },
            Change("/outcome missing") { $0.outcome = nil },
            Change("/outcome unknown-value") { $0.outcome = "met" },
            Change("/outcome unknown-value") { $0.outcome = "Checked" },
            Change("/outcome unknown-value") { $0.subject = .init(kind: "keyPerson", id: "K1") },
            Change("/subject/kind unknown-value") { $0.subject = .init(kind: "building", id: "1") },
            Change("/subject/id missing") { $0.subject = .init(kind: "place") },
            Change("/subject/id missing") { $0.subject = .init(kind: "place", id: "") },
            Change("/subject/name missing") { $0.subject = .init(kind: "newPlace") },
            Change("/subject/name empty") { $0.subject = .init(kind: "newPlace", name: " \n") },
            Change("/subject/name too-long") {
                $0.subject = .init(kind: "newPlace", name: String(repeating: "店", count: 201))
            },
            Change("/subject missing") { $0.subject = nil },
            Change("/fix/latitude out-of-range") { $0.fix?.latitude = 95 },
            Change("/fix/longitude out-of-range") { $0.fix?.longitude = -180.5 },
            Change("/fix/latitude out-of-range") { $0.fix?.latitude = .nan },
            Change("/fix/system unknown-value") { $0.fix?.system = "Mars" },
            Change("/fix/system unknown-value") { $0.fix?.system = "" },
            Change("/fix/system unknown-value") { $0.fix?.system = "wgs-84" },
            Change("/fix/accuracyMetres out-of-range") { $0.fix?.accuracyMetres = -1 },
            Change("/fix/provider unknown-value") { $0.fix?.provider = "sonar" },
            Change("/fix/time bad-time") { $0.fix?.time = "noon" },
            Change("/text too-long") { $0.text = String(repeating: "字", count: 4_001) },
            Change("/participants/0 missing") { $0.participants = [.init(capacity: "gridLead")] },
            Change("/participants/1/capacity unknown-value") { $0.participants?[1].capacity = "boss" },
            Change("/participants too-many") {
                $0.participants = Array(repeating: .init(name: "某", capacity: "other"), count: 21)
            },
            Change("/photos/0/sha256 bad-digest") { $0.photos?[0].sha256 = "2CF2" },
            Change("/photos/1/bytes out-of-range") { $0.photos?[1].bytes = 0 },
            Change("/photos/0/role unknown-value") { $0.photos?[0].role = "selfie" },
            Change("/photos/1/sha256 repeated") {
                $0.photos = [.init(sha256: photoDigest(1), bytes: 1), .init(sha256: photoDigest(1), bytes: 1)]
            },
            Change("/photos too-many") { $0.photos = (0...50).map { .init(sha256: photoDigest($0), bytes: 1) } },
            Change("/findings too-many") { $0.findings = (0...20).map { .init(kind: "other", text: "\($0)") } },
            Change("/findings/0/kind unknown-value") { $0.findings?[0].kind = "ufo" },
            Change("/findings/1/text empty") { $0.findings?[1].text = " " },
        ])
    func defect(change: Change) throws {
        #expect(try Self.faults(change.apply) == [change.name])
    }

    @Test(
        "an id that is no UUID",
        arguments: [
            "", "1", "01956a00-0000-7000-8000-00000000000", "01956a00000070008000000000000001",
            "01956a00-0000-7000-8000-00000000000g",
            "{1956a00-0000-7000-8000-000000000001}", "01956a00-0000-7000-8000_000000000001",
        ])
    func badID(id: String) throws {
        #expect(try Self.faults(id: id) { _ in } == ["id bad-uuid"])
    }

    @Test func `every defect at once`() throws {
        let faults = try Self.faults(id: "nonsense") { report in
            report.version = 3
            report.capturedAt = "yesterday"
            report.device.sequence = -4
            report.outcome = "met"
            report.until = "soon"
            report.fix?.latitude = 95
            report.fix?.system = "BD-10"
            report.fix?.time = "now"
            report.photos?[0].sha256 = "?"
            report.findings?[0].kind = "?"
        }
        #expect(
            Set(faults) == [
                "/version unknown-version", "id bad-uuid", "/capturedAt bad-time", "/device/sequence out-of-range",
                "/until bad-day",
                "/outcome unknown-value", "/fix/latitude out-of-range", "/fix/time bad-time",
                "/fix/system unknown-value",
                "/photos/0/sha256 bad-digest", "/findings/0/kind unknown-value",
            ])
        #expect(faults.count == 11)
    }

    @Test func `a missing coordinate system is named by its place`() {
        let text =
            #"{"version":1,"capturedAt":"x","device":{"id":"a","sequence":1},"fix":{"latitude":30,"longitude":120}}"#
        let defects = #expect(throws: Defects.self) { try decode(PatrolReport.self, from: Array(text.utf8)) }
        #expect(defects?.all.map(\.pointer) == ["/fix/system"])
    }

    @Test func `a report that says nothing`() throws {
        let faults = try Self.faults {
            $0 = PatrolReport(capturedAt: "2026-03-05T01:00:00Z", device: .init(id: "a", sequence: 1))
        }
        #expect(faults == ["/subject nothing-reported"])
    }

    @Test(
        "what is no defect: times, places and claims",
        arguments: [
            Change("a time far ahead") { $0.capturedAt = "2099-12-31T23:59:59+14:00" },
            Change("the epoch") { $0.capturedAt = "1970-01-01T00:00:00Z" },
            Change("a fix of year one") { $0.fix?.time = "0001-01-01T00:00:00Z" },
            Change("the south pole") { $0.fix?.latitude = -90 },
            Change("a mock location") { $0.fix?.mock = true },
            Change("an accuracy of zero") { $0.fix?.accuracyMetres = 0 },
            Change("no provider") { $0.fix?.provider = nil },
            Change("no fix") { $0.fix = nil },
            Change("an unknown subject") { $0.subject?.id = "nobody-knows-this" },
            Change("an unknown grid") { $0.grid = "A9999999" },
            Change("a day gone by") { $0.until = "2020-01-01" },
            Change("an unknown predecessor") { $0.supersedes = "ffffffff-ffff-ffff-ffff-ffffffffffff" },
            Change("the last sequence") { $0.device.sequence = .max },
            Change("a key person") { ($0.subject, $0.outcome) = (.init(kind: "keyPerson", id: "K1"), "lostContact") },
            Change("a place without address") {
                ($0.subject, $0.outcome) = (.init(kind: "newPlace", name: "新店", address: nil), "checked")
            },
            Change("nothing but words and findings") { ($0.subject, $0.outcome, $0.photos) = (nil, nil, nil) },
            Change("the longest text") { $0.text = String(repeating: "字", count: 4_000) },
            Change("fifty photos") { $0.photos = (0..<50).map { .init(sha256: photoDigest($0), bytes: .max) } },
            Change("twenty participants") {
                $0.participants = Array(repeating: .init(person: "W1", capacity: "volunteer"), count: 20)
            },
        ])
    func noDefect(change: Change) throws {
        #expect(try Self.faults(change.apply) == [])
    }

    @Test func `every value of the domain can be sent`() throws {
        for outcome in PlaceOutcome.allCases { #expect(try Self.faults { $0.outcome = outcome.rawValue } == []) }
        for outcome in PersonOutcome.allCases {
            #expect(
                try Self.faults { ($0.subject, $0.outcome) = (.init(kind: "keyPerson", id: "K"), outcome.rawValue) }
                    == [])
        }
        for system in CoordinateSystem.allCases { #expect(try Self.faults { $0.fix?.system = system.rawValue } == []) }
        for capacity in Capacity.allCases {
            #expect(try Self.faults { $0.participants?[0].capacity = capacity.rawValue } == [])
        }
        for kind in FindingKind.allCases { #expect(try Self.faults { $0.findings?[0].kind = kind.rawValue } == []) }
    }
}
