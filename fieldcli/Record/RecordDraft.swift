import Imaging
import Patrol
import Wire

/// What a worker says in one record, before the handheld adds who, when and in which order.
struct RecordDraft: Equatable, Sendable {
    var subject: PatrolReport.Subject?
    var outcome: String?
    var until: String?
    var grid: String?
    var fix: PatrolReport.Fix?
    var text: String?
    var findings: [PatrolReport.Finding] = []
    var participants: [PatrolReport.Participant] = []
    var supersedes: String?

    /// Whether it overtakes everything else in the outbox.
    var isUrgent: Bool { findings.contains { $0.urgent == true } }

    func report(
        device: PatrolReport.Device, moment: Moment, heard: HeardTime?, photos: [TakenPhoto], zone: DeploymentZone
    ) -> PatrolReport {
        var device = device
        device.bootId = moment.bootID
        device.uptimeMilliseconds = moment.uptimeMilliseconds
        device.heard = heard?.onWire
        device.app = "fieldcli/\(programVersion)"
        var report = PatrolReport(capturedAt: moment.wallClock.rfc3339(in: zone), device: device)
        report.grid = grid
        report.subject = subject
        report.outcome = outcome ?? Self.usualOutcome(subject?.kind)
        report.until = until
        report.participants = participants.isEmpty ? nil : participants
        report.fix = fix
        report.text = text
        report.photos =
            photos.isEmpty
            ? nil
            : photos.map { photo in
                PatrolReport.Photo(
                    sha256: photo.sha256, bytes: photo.bytes, role: photoRole(report.outcome),
                    takenAt: photo.time.flatMap { takenAt($0, zone) })
            }
        report.findings = findings.isEmpty ? nil : findings
        report.supersedes = supersedes
        return report
    }

    /// "Nothing wrong" must not cost a worker an option.
    static func usualOutcome(_ kind: String?) -> String? {
        switch kind {
        case "place", "newPlace": PlaceOutcome.checked.rawValue
        case "keyPerson": PersonOutcome.met.rawValue
        default: nil
        }
    }

    /// A camera that does not say its offset is set to the time of the deployment.
    private func takenAt(_ time: CaptureTime, _ zone: DeploymentZone) -> String? {
        if let milliseconds = time.utcMilliseconds { return Instant(milliseconds: milliseconds).rfc3339 }
        guard let local = Instant(rfc3339: time.local + "Z") else { return nil }
        return local.adding(milliseconds: -Int64(zone.offsetMinutes(at: local)) * 60_000).rfc3339
    }

    private func photoRole(_ outcome: String?) -> String {
        if !findings.isEmpty { return PhotoRole.finding.rawValue }
        let isAttempt = outcome == PlaceOutcome.closedNow.rawValue || outcome == PersonOutcome.noAnswer.rawValue
        return (isAttempt ? PhotoRole.attempt : .scene).rawValue
    }
}

/// Sent with every record, for support.
let programVersion = "1.0.0"
