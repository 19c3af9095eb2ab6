import Foundation
import Patrol
import Testing
import Wire

@testable import fieldcli

/// A folder of its own for each test, gone afterwards.
final class TemporaryHome: Sendable {
    let home: Home

    init() throws {
        home = try Home(folder: FileManager.default.temporaryDirectory.path + "/fieldcli-test-\(UUID().uuidString)")
    }

    deinit { try? FileManager.default.removeItem(atPath: home.folder) }

    func openOutbox(device: String = "test-device") throws -> Outbox { try Outbox(home: home) { device } }

    /// No keyring, and a passphrase only where `environment` has one.
    func keys(_ environment: [String: String] = [:]) -> KeyStore {
        KeyStore(
            home: home,
            passphrase: PasswordSource(secret: .passphrase, file: nil, environment: environment, mayAsk: false),
            language: .english)
    }

    /// A file that begins like a JPEG.
    func photo(_ name: String, _ content: String = "") throws -> String {
        let path = "\(home.folder)/\(name)"
        try Data([0xFF, 0xD8, 0xFF, 0xE0] + Array((name + content).utf8)).write(to: URL(fileURLWithPath: path))
        return path
    }
}

extension Moment {
    static let specimen = Moment(
        wallClock: Instant(milliseconds: 1_772_700_000_000), bootID: "boot-1", uptimeMilliseconds: 5_000)
}

extension Outbox {
    /// A record as a worker would make it with two options.
    @discardableResult
    func record(
        _ subject: String = "P00001", outcome: String? = nil, urgent: Bool = false, photos: [String] = [],
        person: String? = "W1", signer: RecordSigner? = nil, at moment: Moment = .specimen
    ) throws -> OutboxEntry {
        var draft = RecordDraft()
        draft.subject = PatrolReport.Subject(kind: "place", id: subject)
        draft.outcome = outcome
        if urgent { draft.findings = [PatrolReport.Finding(kind: "safetyHazard", text: "火情", urgent: true)] }
        var random = SystemRandomNumberGenerator()
        return try record(
            draft, id: makeRecordID(at: moment.wallClock, using: &random), photos: photos, moment: moment,
            zone: .shanghai,
            person: person, signer: signer, language: .english)
    }
}

func specimenReceipt(
    _ id: String, sha256: String, missing: [String] = [], unusable: [Receipt.UnusablePhoto] = [],
    standing: String? = "done"
) -> Receipt {
    Receipt(
        id: id, receivedAt: "2026-03-05T08:00:00.000Z", sha256: sha256,
        state: missing.isEmpty ? "complete" : "received",
        month: "2026-03", grade: "verified", reasons: [], standing: standing, missingPhotos: missing,
        unusablePhotos: unusable, warnings: [])
}

func specimenProblem(_ status: Int, _ code: String, retryable: Bool = false) -> Problem {
    Problem(
        type: "https://gridpatrol.example/problems/\(code)", title: code, status: status, detail: nil, code: code,
        instance: nil, retryable: retryable, defects: nil)
}

func specimenState(_ sequence: Int64, urgent: Bool = false, photos: [String] = []) -> DeliveryState {
    DeliveryState(
        sequence: sequence, sha256: "digest-\(sequence)", capturedAt: "2026-03-05T08:00:00.000+08:00", isUrgent: urgent,
        person: "W1", photos: photos.map { DeliveryState.Photo(sha256: $0, bytes: 10) })
}

/// Somebody who is logged in by a bearer token.
func specimenAccess(_ gateway: GatewayAddress, token: String = "token", person: String = "W1") -> Access {
    let session = Session(
        token: token, expiresAt: "", person: Session.Person(id: person, name: "w1", roles: [], grids: []))
    return Access(SavedSession(gateway: gateway, session: session))
}

/// The month in which `Moment.specimen` lies.
let specimenMonth = DeploymentZone.shanghai.month(of: Moment.specimen.wallClock)

extension DeviceClock {
    /// Stands still and remembers nothing.
    static let specimen = DeviceClock(moment: { .specimen }, home: nil)
}
